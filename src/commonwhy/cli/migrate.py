from __future__ import annotations

import argparse

from commonwhy.cli import application


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    application.set_up()
    application.migrate(verbosity=1)
    return 0
