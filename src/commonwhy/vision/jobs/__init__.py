"""Long work of this room, registered with `core.jobs` by kind."""

from commonwhy.vision.jobs import gap

__all__ = ["gap"]
