"""Reads of this room, each starting from `visible_to(viewer)`."""
