"""Long work of this room, registered with `core.jobs` by kind; a file for each concern."""

from commonwhy.listening.jobs import imports, invitations, replies, results, themes

__all__ = ["imports", "invitations", "replies", "results", "themes"]
