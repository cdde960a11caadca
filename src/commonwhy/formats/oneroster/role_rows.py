"""``roles.csv`` of OneRoster 1.2: who is what, where, and which of several roles comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern

from commonwhy.formats.delimited import gettext_noop
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.orgs import valid_id
from commonwhy.formats.oneroster.records import Status
from commonwhy.formats.oneroster.roles import Role, read_role
from commonwhy.formats.oneroster.tables import Table

# One role of one person: the role, whether it is the primary one, the organization's id, the line.
RoleRow = tuple[Role, bool, str, int]


@dataclass(slots=True)
class RoleBook:
    """The roles of everybody by the user's id. ``ended``: people of whom only a role that ended is in the file."""

    of: dict[str, list[RoleRow]] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)


def read_role_rows(table: Table, rows: Iterable[tuple[int, tuple[str, ...]]]) -> RoleBook:
    """All role rows; a row without an id of its own is fine, School Data Sync has none."""
    book = RoleBook()
    seen: set[str] = set()
    has_ids = None
    for line, values in rows:
        sourced_id, status, modified, user, role_type, text, begins, ends, org, grade, is_primary = values
        if has_ids is None:
            has_ids = "sourcedId" in table.columns
        table.check_moment(modified, line)
        table.check_day(begins, line, "beginDate")
        table.check_day(ends, line, "endDate")
        if has_ids and not valid_id(table, sourced_id, line):
            continue
        if sourced_id and sourced_id in seen:
            table.reject(
                "id-twice",
                gettext_noop("“%(value)s” is there twice. The first one counts."),
                line,
                sourced_id=user,
                column="sourcedId",
                value=sourced_id,
            )
            continue
        if sourced_id:
            seen.add(sourced_id)
        if not user:
            template = gettext_noop("The row does not say whose role it is, so it was not read.")
            table.reject("user-missing", template, line, sourced_id="", column="userSourcedId")
            continue
        state = table.read_status(status, line)
        role = understood(table, text, line, user)
        if role is None:
            continue
        if state is Status.ENDED:
            book.ended.setdefault(user, line)
            continue
        book.of.setdefault(user, []).append((role, _is_primary(table, role_type, is_primary, line), intern(org), line))
        if grade:
            book.grades[user] = intern(grade)
    for user in book.of:
        book.ended.pop(user, None)
    if table.mode is Mode.BULK:
        book.ended.clear()
    return book


def _is_primary(table: Table, role_type: str, flag: str, line: int) -> bool:
    word = role_type.casefold()
    if word in ("primary", "secondary") or not word:
        return word == "primary" or flag.casefold() in ("true", "1", "yes")
    table.warn(
        "role-type",
        gettext_noop("“%(value)s” is neither primary nor secondary. It was read as %(guess)s."),
        line,
        column="roleType",
        value=role_type,
        guess="secondary",
    )
    return False


def understood(table: Table, text: str, line: int, sourced_id: str) -> Role | None:
    """The role a cell means, guesses told; a row without one is rejected."""
    role = read_role(text)
    if role is None:
        template = (
            gettext_noop("“%(value)s” is not a role that is known, so the row was not read.")
            if text
            else gettext_noop("The row has no role, so it was not read.")
        )
        table.reject("role-unknown", template, line, sourced_id=sourced_id, column="role", value=text)
    elif not role.certain:
        table.warn(
            "role-guess",
            gettext_noop("“%(value)s” is not a role in OneRoster. It was read as %(guess)s."),
            line,
            column="role",
            value=text,
            guess=role.group.value if role.group else role.word,
        )
    return role
