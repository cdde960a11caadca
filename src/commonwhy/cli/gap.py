"""`commonwhy gap ANSWERS.csv --text COLUMN --by COLUMN`: how far apart groups are in what they mean, from any CSV file.

Needs no server and no settings. A file on one's own machine is in its owner's custody, so small groups are shown here; the
web page does not show them. Same file, same options, same seed: the same figures, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

DEFAULT_SEED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("answers", type=Path, metavar="ANSWERS.csv", help="a CSV file with a header, one answer a row")
    parser.add_argument("--text", required=True, metavar="COLUMN", help="the column with people's words")
    parser.add_argument("--by", required=True, metavar="COLUMN", help="the column with the groups to compare, such as role")
    parser.add_argument("--within", metavar="COLUMN", help="compare only inside each value of this column, such as school")
    parser.add_argument(
        "--language", metavar="COLUMN|en|es", help="the column with each answer's language, or the language of all; else guessed"
    )
    parser.add_argument("--seed", type=_seed, default=DEFAULT_SEED, metavar="N", help="from 0 up; 1 if left out")
    parser.add_argument("--json", action="store_true", help="print the whole report for machines")
    parser.add_argument("--out", type=Path, metavar="DIR", help="also write index.html, gap.pdf and gap.json to this folder")


def _seed(value: str) -> int:
    try:
        seed = int(value)
    except ValueError:
        seed = -1
    if not 0 <= seed < 2**63:
        raise argparse.ArgumentTypeError(f"{value!r} is no whole number from 0 up")
    return seed


def run(arguments: argparse.Namespace) -> int:
    from commonwhy.cli.gap_report import folder
    from commonwhy.cli.gap_report.reading import Misuse, read_answers
    from commonwhy.formats.messages import UnreadableFile

    try:
        if arguments.out is not None:
            folder.check(arguments.out)
        answers = read_answers(
            arguments.answers, text=arguments.text, by=arguments.by, within=arguments.within, language=arguments.language
        )
    except Misuse as problem:
        return _refuse(str(problem), 2)
    except UnreadableFile as problem:
        return _refuse(str(problem), 2 if not arguments.answers.is_file() else 1)
    for note in answers.notes:
        print(f"commonwhy: {note}", file=sys.stderr)
    # The mathematics takes a second to load, so it loads once the file is known to be good.
    from commonwhy.cli.gap_report.measured import NothingToMeasure, measure

    try:
        measured = measure(answers, seed=arguments.seed)
    except NothingToMeasure as problem:
        return _refuse(str(problem), 1)
    if arguments.out is not None:
        try:
            folder.write(arguments.out, measured)
        except OSError as problem:
            return _refuse(f"{arguments.out} could not be written ({problem.strerror or problem}). Nothing was left there.", 1)
    if arguments.json:
        print(json.dumps(measured.as_json(), ensure_ascii=False, indent=2))
    else:
        from commonwhy.cli.gap_report.terminal import summary

        print(summary(measured))
        if arguments.out is not None:
            print(f"\nWritten: {arguments.out}/index.html, gap.pdf and gap.json")
    return 0


def _refuse(message: str, code: int) -> int:
    print(f"commonwhy: {message}", file=sys.stderr)
    return code
