"""`commonwhy answers check PATH` says what a file of answers is; `answers import PATH --district SLUG` brings it in.

`check` needs no district and no database. Its JSON holds a `mapping`: save it, change the `kind` of a column, and give
it back with `--map`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from commonwhy.cli import application

SHOWN = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="check|import", required=True)
    check = actions.add_parser("check", help="say what a file is and what its columns are for; needs no district")
    bring_in = actions.add_parser("import", help="bring the answers of a file into a district")
    for action in (check, bring_in):
        action.add_argument("path", type=Path, help="CSV, Excel, or a zip around one of them")
        action.add_argument("--json", action="store_true", help="for machines")
        action.add_argument("--map", type=Path, metavar="FILE", help="what the columns are for, as `check --json` prints it")
    bring_in.add_argument("--district", required=True, metavar="SLUG", help="the district's short name in addresses")
    bring_in.add_argument("--title", help="what to call the survey; by default, the file's name")


def run(arguments: argparse.Namespace) -> int:
    from commonwhy.formats.messages import UnreadableFile
    from commonwhy.formats.survey_exports import MappingProblem

    if not arguments.path.is_file():
        return _refuse(f"there is no file at {arguments.path}.")
    try:
        chosen = _chosen(arguments.map)
    except (OSError, ValueError) as problem:
        return _refuse(f"{arguments.map} cannot be used: {problem}")
    try:
        return _check(arguments, chosen) if arguments.action == "check" else _import(arguments, chosen)
    except UnreadableFile as problem:
        place = f"{problem.file}:{problem.line}: " if problem.line else ""
        return _refuse(f"{place}{problem}", code=1)
    except MappingProblem as problem:
        return _refuse(str(problem), code=1)


def _refuse(message: str, code: int = 2) -> int:
    print(f"commonwhy: {message}", file=sys.stderr)
    return code


def _chosen(path: Path | None) -> Any:
    """The mapping in a file: as `check --json` prints it, whole or its `mapping` alone."""
    from commonwhy.formats.survey_exports import Mapping

    if path is None:
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Mapping.from_dict(data["mapping"] if isinstance(data, dict) and "mapping" in data else data)


def _check(arguments: argparse.Namespace, chosen: Any) -> int:
    from commonwhy.formats.survey_exports import guess_mapping, recognise, summary

    layout = recognise(arguments.path)
    mapping = chosen or guess_mapping(layout)
    found = summary(arguments.path, mapping)
    result: dict[str, Any] = {"file": layout.as_dict(), "mapping": mapping.as_dict(), "summary": found.as_dict()}
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        print(layout.why)
        for column in mapping.columns:
            name = column.header if len(column.header) <= 60 else column.header[:59] + "…"
            print(f"  {column.kind:14} {name}: {column.reason}")
        print(f"{found.rows:,} rows, {found.responses:,} responses")
        for skipped in result["summary"]["skipped"]:
            print(f"  {skipped['rows']:,} left out: {skipped['text']}")
        _print_findings(result["summary"]["findings"], found.findings_left_out)
    return 1 if found.findings else 0


class _OnDisk:
    """A file on this machine, handed over as an upload is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size: int | None = path.stat().st_size

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        with self.path.open("rb") as stream:
            while chunk := stream.read(chunk_size or 1 << 20):
                yield chunk


def _import(arguments: argparse.Namespace, chosen: Any) -> int:
    application.set_up()
    from commonwhy.core import uploads
    from commonwhy.districts.services import district_called
    from commonwhy.listening.services import bringing_in, imports

    district = district_called(arguments.district)
    if district is None:
        return _refuse(f"no district is called {arguments.district!r} here.")
    try:
        upload = uploads.keep(_OnDisk(arguments.path))
    except uploads.TooLarge as problem:
        return _refuse(str(problem), code=1)
    path = uploads.path_of(upload)
    try:
        if path is None:
            return _refuse("the file could not be kept; is the folder of this installation writable?", code=1)
        file = imports.take_in(district=district, path=path, upload=upload, name=arguments.path.name, by=None)
        choices = {**file.choices, "title": (arguments.title or file.choices["title"])[:160]}
        file = imports.choose(file=file, mapping=chosen or imports.mapping_of(file), choices=choices)
        preview = imports.look_at(file=file).preview
        done = bringing_in.bring_in(file=file, by="commonwhy answers import")
    except imports.AlreadyHere as problem:
        # Not a mistake: running it twice is safe, and the second time there is nothing to do.
        _print(arguments, {"added": 0, "message": str(problem), "survey": str(problem.survey.pk)}, {})
        return 0
    except imports.ImportRefused as problem:
        return _refuse(str(problem), code=1)
    finally:
        uploads.forget(upload)
        imports.forget_file(upload)
    _print(arguments, done.result, preview)
    return 1 if preview["findings"] or _unmatched(preview) else 0


def _unmatched(preview: dict[str, Any]) -> list[dict[str, Any]]:
    seen = [*preview.get("roles", []), *preview.get("places", [])]
    return [value for value in seen if value["key"] is None]


def _print(arguments: argparse.Namespace, result: dict[str, Any], preview: dict[str, Any]) -> None:
    unmatched, findings = _unmatched(preview), preview.get("findings", [])
    if arguments.json:
        values = [{"value": each["value"], "rows": each["rows"]} for each in unmatched]
        print(json.dumps({**result, "unmatched": values, "findings": findings}, ensure_ascii=False, indent=2))
        return
    if "message" in result:
        print(result["message"])
        return
    print(f"{result['added']:,} responses added, {result['already']:,} were here already, of {result['rows']:,} rows")
    for reason, rows in result["skipped"].items():
        print(f"  {rows:,} left out: {reason}")
    for each in unmatched:
        print(f"  {each['rows']:,} rows say “{each['value']}”, which is none of the district's; kept without it")
    _print_findings(findings, preview.get("findings_left_out", 0))


def _print_findings(findings: list[dict[str, Any]], left_out: int) -> None:
    for one in findings[:SHOWN]:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        value = f" “{one['value']}”" if one["value"] else ""
        print(f"  {place} {one['column']}{value}: {one['reason']}")
    if len(findings) + left_out > SHOWN:
        print(f"  and {len(findings) + left_out - SHOWN} more; --json gives more of them")
