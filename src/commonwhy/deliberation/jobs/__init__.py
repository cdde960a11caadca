"""Long work of this room, registered with `core.jobs` by kind; a file for each concern."""

from commonwhy.deliberation.jobs import landscape

__all__ = ["landscape"]
