"""Home for each role, the thread, search, the first start, the demo: what stands below every other room."""
