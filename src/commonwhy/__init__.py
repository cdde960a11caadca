"""CommonWhy: from what a school community says to a shared vision and honest evidence."""

__version__ = "0.1.0"
