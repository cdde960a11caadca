"""`commonwhy <command>`: serve the application, look after it, and run its analyses on plain files.

Each command is one module with `add_arguments(parser)` and `run(arguments) -> int`. A module is imported only
when its command is called, so that analyses need no server and the server loads no mathematics.
Exit codes: 0 fine, 1 findings or refused data, 2 misuse.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from commonwhy import __version__

COMMANDS: dict[str, str] = {
    "answers": "Check or import a file of answers: Google Forms, Microsoft Forms, Qualtrics, SurveyMonkey, any table.",
    "demo": "Load Alder Creek, an invented district, and show how to look around.",
    "serve": "Start the web server and a worker.",
    "worker": "Start one more worker for long work.",
    "migrate": "Bring the database up to date.",
    "gap": "Measure how far apart groups are in what they mean, from any CSV of answers.",
    "landscape": "Show where people agree and what divides them, from a Polis export or any CSV of votes.",
    "roster": "Check or import a roster: OneRoster 1.1 or 1.2, or the CSV template.",
    "signin-link": "Print a link that signs one account in, once.",
}
"""Command name to its one-line help. The module is the name with underscores."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="commonwhy", description="From what people said to a shared vision.")
    parser.add_argument("--version", action="version", version=f"commonwhy {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary)
        if arguments[:1] == [name]:
            module = import_module(f"commonwhy.cli.{name.replace('-', '_')}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
