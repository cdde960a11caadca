"""Long work of this room, registered with `core.jobs` by kind."""

from commonwhy.vision.jobs import gap, pulse

__all__ = ["gap", "pulse"]
