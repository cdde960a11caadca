"""`commonwhy landscape VOTES.csv`: where people agree and what divides them, from a Polis export or any table of votes.

Needs no server and no settings. A file on one's own machine is in its owner's custody, so small groups are shown here; the
web page does not show them. Same votes in any order, same options, same seed: the same figures, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commonwhy.formats.opinion import Findings

DEFAULT_SEED = 1
MOST_GROUPS = 20
_FINDINGS_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "votes",
        type=Path,
        metavar="VOTES.csv",
        help="Polis' votes.csv (its other files beside it are read too), its folder, or a table voter,statement,vote[,role]",
    )
    parser.add_argument("--statements", type=Path, metavar="FILE", help="statements' words: statement,text or Polis' comments")
    parser.add_argument("--roles", type=Path, metavar="FILE", help="each voter's role: voter,role")
    parser.add_argument("--mode", choices=("commonwhy", "polis"), default="commonwhy", help="whose mathematics; ours if left out")
    parser.add_argument("--groups", type=_groups, metavar="K", help="so many opinion groups; found in the votes if left out")
    parser.add_argument("--seed", type=_seed, default=DEFAULT_SEED, metavar="N", help="from 0 up; 1 if left out")
    parser.add_argument("--json", action="store_true", help="print the whole report for machines")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="also write index.html, landscape.pdf, landscape.json and statements.csv here"
    )


def _seed(value: str) -> int:
    return _whole(value, 0, 2**63 - 1, "no whole number from 0 up")


def _groups(value: str) -> int:
    return _whole(value, 1, MOST_GROUPS, f"no whole number from 1 to {MOST_GROUPS}")


def _whole(value: str, least: int, most: int, wrong: str) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) < 20 and least <= int(value) <= most):
        raise argparse.ArgumentTypeError(f"{value!r} is {wrong}")
    return int(value)


def run(arguments: argparse.Namespace) -> int:
    from commonwhy.cli.gap_report import folder
    from commonwhy.cli.gap_report.reading import Misuse
    from commonwhy.formats.messages import UnreadableFile
    from commonwhy.formats.opinion import read_votes

    names = {"index.html", "landscape.pdf", "landscape.json", "statements.csv"}
    try:
        if arguments.out is not None:
            folder.check(arguments.out, names)
        for path in (arguments.votes, arguments.statements, arguments.roles):
            if path is not None and not path.exists():
                raise Misuse(f"there is nothing at {path}. Check the file's name.")
        file = read_votes(arguments.votes, statements=arguments.statements, roles=arguments.roles)
    except Misuse as problem:
        return _refuse(str(problem), 2)
    except UnreadableFile as problem:
        return _refuse(str(problem), 1)
    for note in file.notes:
        print(f"commonwhy: {note}", file=sys.stderr)
    _list(file.findings)
    # The mathematics takes a moment to load, so it loads once the files are known to be good.
    from commonwhy.cli.landscape_report.measured import measure
    from commonwhy.methods.opinion.result import Mode

    measured = measure(file, mode=Mode(arguments.mode), groups=arguments.groups, seed=arguments.seed)
    if arguments.out is not None:
        from commonwhy.cli.landscape_report.files import files_of

        try:
            folder.write_whole(arguments.out, files_of(measured))
        except OSError as problem:
            return _refuse(f"{arguments.out} could not be written ({problem.strerror or problem}). Nothing was left there.", 1)
    if arguments.json:
        print(json.dumps(measured.as_json(), ensure_ascii=False, indent=2))
    else:
        from commonwhy.cli.landscape_report.terminal import summary

        print(summary(measured))
        if arguments.out is not None:
            print(f"\nWritten: {arguments.out}/index.html, landscape.pdf, landscape.json and statements.csv")
    return 1 if file.findings.total else 0


def _list(findings: Findings) -> None:
    """What is wrong with the files' rows, the first of them in full."""
    first = sorted(findings.kept, key=lambda each: (each.file, each.line or 0))[:_FINDINGS_SHOWN]
    for each in first:
        found = each.as_dict()
        place = f"{found['file']}, line {found['line']}" if found["line"] else f"{found['file']}"
        column = f", column {found['column']!r}" if found["column"] else ""
        value = f": {found['value']!r}" if found["value"] else ""
        print(f"commonwhy: {place}{column}{value}. {found['reason']}", file=sys.stderr)
    if findings.total > len(first):
        print(f"commonwhy: and {findings.total - len(first):,} more like these.", file=sys.stderr)


def _refuse(message: str, code: int) -> int:
    print(f"commonwhy: {message}", file=sys.stderr)
    return code
