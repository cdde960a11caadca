"""What the set says about itself: its version, and for each file whether it is whole (bulk) or only what changed
(delta).

The mode decides who is taken off: in a bulk file, whoever is absent has left. So wherever the manifest is missing,
blank or at odds with what is there, the file is read as a delta, which adds and changes and takes nobody off, and a
finding says so.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from enum import StrEnum

from commonwhy.formats.archives import Archive
from commonwhy.formats.delimited import UnreadableFile, gettext_noop, read_rows
from commonwhy.formats.oneroster.columns import LAYOUTS
from commonwhy.formats.oneroster.findings import Findings, Severity, shorten

MANIFEST = "manifest.csv"


class Mode(StrEnum):
    """How a file is to be taken."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(slots=True)
class Manifest:
    """The version as far as the set gives it (``1.1``, ``1.2``, ``1.0``, ``sds-2.1``) and the mode of each file."""

    version: str = ""
    system: str = ""
    modes: dict[str, Mode] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


_NEVER_READ = {"demographics": "demographics", "userprofiles": "userProfiles"}
_NOT_NEEDED = {
    *("categories", "classresources", "courseresources", "lineitems", "resources", "results", "userresources"),
    *("lineitemlearningobjectiveids", "lineitemscorescales", "resultlearningobjectiveids", "resultscorescales"),
    *("scorescales", "userflags", "relationships"),
}


def read_manifest(archive: Archive, findings: Findings) -> Manifest:
    """Read ``manifest.csv`` and settle it with the files that are really there.

    Raises ``UnreadableFile`` where the files are another format's, or none of the set's is there.
    """
    manifest = Manifest()
    _refuse_other_formats(archive)
    manifest.files = _known_files(archive, findings)
    if not ({"users", "orgs"} & manifest.files.keys()):
        raise archive.refuse(
            gettext_noop(
                "“%(file)s” has no users.csv and no orgs.csv, so it is not a OneRoster export. "
                "Export OneRoster CSV 1.1 or 1.2 from your student information system, or use the plain template."
            )
        )
    stated = _stated(archive, findings, manifest) if MANIFEST in archive else None
    if stated is None:
        manifest.modes = dict.fromkeys(manifest.files, Mode.DELTA)
        findings.add(
            "manifest-missing",
            Severity.WARNING,
            gettext_noop(
                "There is no manifest.csv, so it is not known whether the files are complete. "
                "People are added and changed; nobody is taken off."
            ),
            file=MANIFEST,
            guess="delta",
        )
    else:
        _settle(manifest, stated, findings)
    return manifest


def _refuse_other_formats(archive: Archive) -> None:
    names = {name.casefold() for name in archive}
    if {"student.csv", "school.csv", "teacher.csv"} <= names or {"school.csv", "studentenrollment.csv"} <= names:
        raise archive.refuse(
            gettext_noop(
                "“%(file)s” is in Microsoft School Data Sync format (version 1), not OneRoster. "
                "Export OneRoster CSV 1.1 or 1.2 from your student information system, or use the plain template."
            )
        )
    if {"students.csv", "schools.csv", "teachers.csv"} <= names:
        raise archive.refuse(
            gettext_noop(
                "“%(file)s” looks like files for Clever, not OneRoster. "
                "Export OneRoster CSV 1.1 or 1.2 from your student information system, or use the plain template."
            )
        )


def _known_files(archive: Archive, findings: Findings) -> dict[str, str]:
    """The files of the set by their standard name, a near-miss taken with a finding; private files left alone."""
    files: dict[str, str] = {}
    others: list[str] = []
    by_key = {layout.file.casefold(): name for name, layout in LAYOUTS.items()}
    for real in archive:
        key = real.casefold()
        stem = key.removesuffix(".csv")
        if key in by_key:
            files[by_key[key]] = real
            if real != LAYOUTS[by_key[key]].file:
                _tell_guess(findings, real, LAYOUTS[by_key[key]].file, Severity.NOTICE)
        elif stem in _NEVER_READ:
            findings.add(
                "private-file",
                Severity.NOTICE,
                gettext_noop("This file is private (it may hold birth dates, origins or sign-in names). It was not opened."),
                file=real,
            )
        elif key.endswith(".csv") and key != MANIFEST and stem not in _NOT_NEEDED:
            others.append(real)
    for real in others:
        near = difflib.get_close_matches(real.casefold(), [key for key, name in by_key.items() if name not in files], 1, 0.85)
        if near:
            files[by_key[near[0]]] = real
            _tell_guess(findings, real, LAYOUTS[by_key[near[0]]].file, Severity.WARNING)
        else:
            findings.add("file-unknown", Severity.NOTICE, gettext_noop("Not a file of the set; not read."), file=real)
    return files


def _tell_guess(findings: Findings, real: str, standard: str, severity: Severity) -> None:
    findings.add("file-name", severity, gettext_noop("This file was read as “%(guess)s”."), file=real, value=real, guess=standard)


def _stated(archive: Archive, findings: Findings, manifest: Manifest) -> dict[str, tuple[str, int]] | None:
    """The properties of the manifest by lower-case name, each with its line."""
    stated: dict[str, tuple[str, int]] = {}
    file = archive.real_name(MANIFEST)
    try:
        with archive.open(MANIFEST) as stream:
            for row in read_rows(stream, name=file):
                name = row.cells[0].strip()
                value = row.cells[1].strip() if len(row.cells) > 1 else ""
                if name.casefold() == "propertyname":
                    continue
                if not value and name:
                    findings.add(
                        "manifest-blank",
                        Severity.WARNING if name.casefold().startswith(("file.", "oneroster")) else Severity.NOTICE,
                        gettext_noop("“%(column)s” has no value in the manifest."),
                        file=file,
                        line=row.line,
                        column=shorten(name),
                    )
                stated.setdefault(name.casefold(), (value, row.line))
    except UnreadableFile as problem:
        findings.tell("file-unreadable", Severity.ERROR, problem.message, file=file, line=problem.line)
        return None
    manifest.version = stated.get("oneroster.version", ("", 0))[0].removeprefix("v").removesuffix(".0")
    manifest.system = shorten(stated.get("source.systemname", ("", 0))[0])
    return stated


def _settle(manifest: Manifest, stated: dict[str, tuple[str, int]], findings: Findings) -> None:
    """Give every file its mode: what the manifest says where it fits what is there, and delta where it does not."""
    for name, layout in LAYOUTS.items():
        value, line = stated.get(f"file.{name}".casefold(), ("", 0))
        word = value.casefold()
        there = name in manifest.files
        if there and word in (Mode.BULK, Mode.DELTA):
            manifest.modes[name] = Mode(word)
        elif there:
            manifest.modes[name] = Mode.DELTA
            template = (
                gettext_noop("The manifest says this file is absent, but it is there. Read as delta: nobody is taken off.")
                if word == Mode.ABSENT
                else gettext_noop("The manifest does not say bulk or delta for it. Read as delta: nobody is taken off.")
            )
            _tell_mode(findings, "manifest-mode", Severity.WARNING, template, layout.file, line, value, "delta")
        elif word in (Mode.BULK, Mode.DELTA):
            manifest.modes[name] = Mode.ABSENT
            template = gettext_noop("The manifest says %(value)s, but the file is not there. Nothing of it was changed.")
            _tell_mode(findings, "file-absent", Severity.ERROR, template, layout.file, line, value, "absent")
        else:
            manifest.modes[name] = Mode.ABSENT


def _tell_mode(
    findings: Findings, rule: str, severity: Severity, template: str, file: str, line: int, value: str, guess: str
) -> None:
    column = f"file.{file.removesuffix('.csv')}"
    findings.add(rule, severity, template, file=file, column=column, value=value, guess=guess, said_on=line or None)
