"""What belongs to votes: the statements' words and whether they were moderated out, voters' roles, groups Polis published."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from commonwhy.formats.messages import gettext_noop
from commonwhy.formats.opinion.columns import Column
from commonwhy.formats.opinion.findings import Findings
from commonwhy.formats.opinion.tables import open_table

_OUT = "-1"
_MODERATED = ("1", "0", _OUT)
_NO_ID = gettext_noop("This row does not say which statement it is. It was left out; put the statement's number there.")
_TWICE = gettext_noop("This statement is there twice with different words. The first ones are used; delete one of the rows.")
_NO_MODERATION = gettext_noop("This says neither 1 (kept), 0 (not looked at) nor -1 (moderated out). The statement was kept.")
_NO_NUMBER = gettext_noop("This is no number, so nothing is compared with it.")
_NO_VOTER = gettext_noop("This row does not say whose role it is. It was left out; put the voter's number there.")
_TWO_ROLES = gettext_noop("This voter has two roles. The first one is used; delete one of the rows.")


@dataclass(slots=True)
class Statements:
    """By statement: its words, and group-informed consensus as published; `out` are those moderated out."""

    words: dict[str, str] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    consensus: dict[str, float] = field(default_factory=dict)


def read_statements(path: Path, findings: Findings) -> Statements:
    """Polis' comments, or a plain `statement,text` table. Raises UnreadableFile without those columns."""
    found = Statements()
    with open_table(path) as table:
        table.need(Column.STATEMENT)
        table.need(Column.TEXT)
        for piece in table.pieces():
            for row in piece:
                name, words = table.cell(row, Column.STATEMENT), table.cell(row, Column.TEXT)
                if not name:
                    findings.add(table.file, row.line, Column.STATEMENT.value, "", _NO_ID)
                    continue
                if found.words.setdefault(name, words) != words:
                    findings.add(table.file, row.line, Column.STATEMENT.value, name, _TWICE)
                    continue
                moderated = table.cell(row, Column.MODERATED)
                if moderated == _OUT:
                    found.out.add(name)
                elif moderated and moderated not in _MODERATED:
                    findings.add(table.file, row.line, Column.MODERATED.value, moderated, _NO_MODERATION)
                if published := table.cell(row, Column.CONSENSUS):
                    try:
                        found.consensus[name] = float(published)
                    except ValueError:
                        findings.add(table.file, row.line, Column.CONSENSUS.value, published, _NO_NUMBER)
    return found


def read_roles(path: Path, findings: Findings) -> dict[str, str]:
    """Each voter's role from a `voter,role` table; a blank role is none. Raises UnreadableFile without those columns."""
    found: dict[str, str] = {}
    with open_table(path) as table:
        table.need(Column.VOTER)
        table.need(Column.ROLE)
        for piece in table.pieces():
            for row in piece:
                voter, role = table.cell(row, Column.VOTER), " ".join(table.cell(row, Column.ROLE).split())
                if not voter:
                    findings.add(table.file, row.line, Column.VOTER.value, "", _NO_VOTER)
                elif role and found.setdefault(voter, role) != role:
                    findings.add(table.file, row.line, Column.ROLE.value, role, _TWO_ROLES)
    return found


def read_published_groups(path: Path) -> dict[str, str]:
    """Each voter's group from Polis' participants-votes; a voter without one is left out. Raises UnreadableFile."""
    found: dict[str, str] = {}
    with open_table(path) as table:
        table.need(Column.VOTER)
        table.need(Column.GROUP)
        for piece in table.pieces():
            for row in piece:
                voter, group = table.cell(row, Column.VOTER), table.cell(row, Column.GROUP)
                if voter and group:
                    found[voter] = group
    return found
