"""`commonwhy roster check PATH` looks through a roster with no server; `roster import PATH --district SLUG` brings it in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from commonwhy.cli import application

SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="check|import", required=True)
    check = actions.add_parser("check", help="say what is wrong with a roster; needs no district")
    bring_in = actions.add_parser("import", help="bring a roster into a district")
    for action in (check, bring_in):
        action.add_argument("path", type=Path, help="a zip, a folder, or a CSV file")
        action.add_argument("--json", action="store_true", help="for machines")
    check.add_argument("--district", help="also compare with this district (its short name in addresses)")
    bring_in.add_argument("--district", required=True, help="the district's short name in addresses")
    bring_in.add_argument("--all-or-nothing", action="store_true", help="change nothing while a row cannot be read")


def run(arguments: argparse.Namespace) -> int:
    from commonwhy.formats.messages import UnreadableFile

    if not arguments.path.exists():
        return _refuse(f"there is nothing at {arguments.path}.")
    try:
        if arguments.action == "check" and not arguments.district:
            return _check(arguments)
        return _with_district(arguments)
    except UnreadableFile as problem:
        return _refuse(str(problem), code=1)


def _refuse(message: str, code: int = 2) -> int:
    print(f"commonwhy: {message}", file=sys.stderr)
    return code


def _check(arguments: argparse.Namespace) -> int:
    from commonwhy.formats.oneroster import check_of
    from commonwhy.formats.roster_template import read_any_roster

    with read_any_roster(arguments.path) as roster:
        checked = check_of(roster)
        found = checked.as_dict()
        counts = {
            "added": checked.counts.get("people", 0),
            "changed": 0,
            "ended": checked.counts.get("ended", 0),
            "rejected": checked.counts.get("rejected", 0),
        }
    _print(arguments, {**found, "counts": {**checked.counts, **counts}})
    return 1 if found["findings"] else 0


def _with_district(arguments: argparse.Namespace) -> int:
    application.set_up()
    from commonwhy.districts import roster
    from commonwhy.districts.services import district_called

    district = district_called(arguments.district)
    if district is None:
        return _refuse(f"no district is called {arguments.district!r} here.")
    with roster.stage(district, arguments.path) as staged:
        counts = staged.counts
        if arguments.action == "import":
            try:
                counts = roster.apply(staged, by="commonwhy roster import", all_or_nothing=arguments.all_or_nothing)
            except roster.RosterOvertaken:
                return _refuse("another roster was brought in meanwhile, so nothing was changed. Run it again.", code=1)
            except roster.RosterRefused:
                _print(arguments, {"findings": [one.as_dict() for one in staged.findings], "counts": counts})
                return _refuse("some rows could not be read, so nothing was changed.", code=1)
        findings = [one.as_dict() for one in staged.findings]
    _print(arguments, {"findings": findings, "counts": counts})
    return 1 if findings else 0


def _print(arguments: argparse.Namespace, result: dict[str, Any]) -> None:
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
        return
    counts = result["counts"]
    names = ("added", "changed", "ended", "unchanged", "rejected")
    print(", ".join(f"{counts[name]:,} {name}" for name in names if name in counts))
    for one in result["findings"][:SHOWN]:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        value = f" “{one['value']}”" if one["value"] else ""
        print(f"  {one['severity']:8} {place} {one['column']}{value}: {one['reason']}")
    if len(result["findings"]) > SHOWN:
        print(f"  and {len(result['findings']) - SHOWN} more; --json gives all of them")
