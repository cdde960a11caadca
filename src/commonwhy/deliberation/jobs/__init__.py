"""Long work of this room, registered with `core.jobs` by kind; a file for each concern."""

from commonwhy.deliberation.jobs import author_messages, duplicates, landscape, priorities

__all__ = ["author_messages", "duplicates", "landscape", "priorities"]
