"""The gap of a CSV file: reading it, measuring, and saying it on the terminal, on a page of its own, and on paper."""
