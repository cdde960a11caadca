"""Discussions: people react to each other's statements, and the district sees what everyone could live with."""
