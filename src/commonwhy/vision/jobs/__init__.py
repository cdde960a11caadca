"""Long work of this room, registered with `core.jobs` by kind."""
