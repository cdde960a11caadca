"""The tests mirror `src/commonwhy`; beside, `browser` drives a real Chromium and `architecture` guards the house."""
