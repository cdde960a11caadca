from __future__ import annotations

import argparse
import threading

from commonwhy.cli import application

# Words in which somebody may be in danger wait no longer than this for those who look after them.
CHORES_EVERY_SECONDS = 120


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what is waiting, then stop")


def run(arguments: argparse.Namespace) -> int:
    application.set_up()
    from django.core.management import call_command

    stopping = threading.Event()
    chores = threading.Thread(target=_keep_house, args=(stopping, arguments.once), name="chores", daemon=True)
    chores.start()
    try:
        call_command("db_worker", batch=arguments.once, verbosity=0, startup_delay=not arguments.once, reload=False)
    finally:
        stopping.set()
        chores.join(timeout=60)
    return 0


def _keep_house(stopping: threading.Event, once: bool) -> None:
    """Look for due chores now and then, beside the queue, until the worker stops."""
    from django.db import close_old_connections, connection

    from commonwhy.core import housekeeping

    try:
        while not stopping.is_set():
            close_old_connections()
            housekeeping.do_due()
            housekeeping.do_often()
            if once or stopping.wait(CHORES_EVERY_SECONDS):
                return
    finally:
        connection.close()
