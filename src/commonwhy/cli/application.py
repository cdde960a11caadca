"""Setting up Django for the commands that need the application."""

from __future__ import annotations

import os


def set_up() -> None:
    """Load settings and apps. Commands that only read files never call it.

    What is written from here on, the database and mails in files among it, nobody else on this machine may read.
    """
    import django

    os.umask(0o077)

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonwhy.settings")
    django.setup()


def migrate(verbosity: int = 0) -> None:
    """Bring the database up to date."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=verbosity)
