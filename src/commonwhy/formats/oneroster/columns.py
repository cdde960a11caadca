"""Which columns each OneRoster file has, and how a real header is matched to them.

A header is matched by name, whatever the order and the case. What nearly matches is taken with a finding that gives
the guess; so are the names OneRoster 1.0 used, and a column without a name that stands where exactly one is missing.
Only columns named in ``Layout.read`` are ever taken out of a row: passwords, telephone numbers and the like stay in
the raw row and go with it.

The column lists follow the 1EdTech OneRoster 1.1 and 1.2 CSV bindings; those of Microsoft School Data Sync 2.1 are
close enough to be read with them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from commonwhy.formats.messages import gettext_noop
from commonwhy.formats.oneroster.findings import Findings, Severity

Tell = Callable[..., None]


@dataclass(frozen=True)
class Layout:
    """A file of the set: its columns in the standard's order, those needed, and those that are read at all."""

    name: str
    columns: tuple[str, ...]
    required: tuple[str, ...]
    read: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file's name in an archive."""
        return f"{self.name}.csv"

    @cached_property
    def by_key(self) -> dict[str, str]:
        """Columns by their name without case and punctuation."""
        return {key_of(column): column for column in self.columns}


_STATUS = ("sourcedId", "status", "dateLastModified")

LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "orgs",
            (*_STATUS, "name", "type", "identifier", "parentSourcedId"),
            ("sourcedId", "name", "type"),
            (*_STATUS, "name", "type", "parentSourcedId"),
        ),
        Layout(
            "users",
            (
                *_STATUS,
                *("enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName"),
                *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
                *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName", "preferredFamilyName"),
                *("primaryOrgSourcedId", "pronouns", "language", "activeDirectoryMatchId"),
            ),
            ("sourcedId", "enabledUser", "orgSourcedIds", "role", "username", "givenName", "familyName"),
            (
                *_STATUS,
                *("enabledUser", "orgSourcedIds", "role", "givenName", "familyName", "email", "grades"),
                *("preferredGivenName", "preferredFamilyName", "primaryOrgSourcedId", "language"),
            ),
        ),
        Layout(
            "roles",
            (
                *_STATUS,
                *("userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"),
                *("sessionSourcedId", "grade", "isPrimary", "roleStartDate", "roleEndDate"),
            ),
            ("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
            (*_STATUS, "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId", "grade", "isPrimary"),
        ),
        Layout(
            "academicSessions",
            (*_STATUS, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
            ("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
            (*_STATUS, "type", "startDate", "endDate", "parentSourcedId"),
        ),
        Layout(
            "courses",
            (
                *(*_STATUS, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
                *("subjects", "subjectCodes"),
            ),
            ("sourcedId", "title", "orgSourcedId"),
            (*_STATUS, "schoolYearSourcedId", "grades", "orgSourcedId", "subjects", "subjectCodes"),
        ),
        Layout(
            "classes",
            (
                *(*_STATUS, "title", "grades", "courseSourcedId", "classCode", "classType", "location"),
                *("schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
            ),
            ("sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
            (
                *(*_STATUS, "grades", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
                *("subjects", "subjectCodes", "periods"),
            ),
        ),
        Layout(
            "enrollments",
            (
                *(*_STATUS, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary"),
                *("beginDate", "endDate"),
            ),
            ("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
            (*_STATUS, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
        ),
    )
}

# OneRoster 1.0 names, as they are still written under a 1.1 manifest.
_OLD_NAMES = {
    "users": {"orgsourcedid": "orgSourcedIds", "grade": "grades", "userid": "userIds", "agents": "agentSourcedIds"},
    "classes": {"termsourcedid": "termSourcedIds", "grade": "grades", "subject": "subjects"},
    "courses": {"schoolyearid": "schoolYearSourcedId", "grade": "grades", "subject": "subjects"},
}
_OTHER_NAMES = {
    "users": {
        "emailaddress": "email",
        "mail": "email",
        "firstname": "givenName",
        "lastname": "familyName",
        "surname": "familyName",
        "metadatalanguage": "language",
        "metadatahomelanguage": "language",
        "metadatapreferredlanguage": "language",
    },
    "roles": {"usersourcedids": "userSourcedId", "rolestartdate": "beginDate", "roleenddate": "endDate"},
}
_PRIVATE = re.compile(
    r"passw|pwd|phone|mobile|^sms|birth|^dob|^sex$|gender|race|ethnic|hispanic|latino|asian|black|white|pacific|indian"
    r"|native|^ssn|socialsecurity|address(?!$)|lunch|income|disab|pronoun"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns that are read stand in this file. ``width`` is the number of cells of its header.

    ``private_at``: the columns that are never read, by place.
    """

    at: dict[str, int]
    width: int
    missing: tuple[str, ...]
    password_at: int | None = None
    private_at: tuple[int, ...] = ()

    def __contains__(self, column: str) -> bool:
        return column in self.at

    def shift_is_safe(self, short_by: int) -> bool:
        """Whether values that moved left by up to so many places bring nothing private into a column that is read."""
        read = set(self.at.values())
        return not any(place - step in read for place in self.private_at for step in range(1, short_by + 1))


def match_header(
    header: Sequence[str], layout: Layout, findings: Findings, *, line: int, optional: set[str], file: str
) -> Columns:
    """Find the layout's columns in a header, telling every guess. ``optional``: required columns this version lacks.

    A first row without a single name that is known is taken for data, and nothing of it is told.
    """
    old, other = _OLD_NAMES.get(layout.name, {}), _OTHER_NAMES.get(layout.name, {})
    if not any(key_of(text) in layout.by_key for text in header):
        return Columns({}, len(header), ())
    at: dict[str, int] = {}
    left: list[int] = []

    def tell(rule: str, severity: Severity, template: str, index: int, guess: str = "", **words: object) -> None:
        findings.add(
            rule,
            severity,
            template,
            file=file,
            line=line,
            column=header[index].strip(),
            value=header[index],
            guess=guess,
            **words,
        )

    for index, text in enumerate(header):
        column = layout.by_key.get(key_of(text))
        if column is None:
            left.append(index)
        elif column in at:
            tell("header-twice", Severity.WARNING, gettext_noop("The column “%(column)s” is there twice."), index, column)
        else:
            at[column] = index
            if text != column:
                tell("header-case", Severity.NOTICE, gettext_noop("The header was read as “%(guess)s”."), index, column)
    for index in tuple(left):
        key = key_of(header[index])
        column, is_old = (old[key], True) if key in old else (other.get(key), False)
        if column and column not in at:
            at[column] = index
            left.remove(index)
            template = (
                gettext_noop("“%(column)s” is a OneRoster 1.0 column. It was read as “%(guess)s”.")
                if is_old
                else gettext_noop("“%(column)s” is not a OneRoster column. It was read as “%(guess)s”.")
            )
            tell("header-1.0" if is_old else "header-guess", Severity.WARNING, template, index, column)
    for index in tuple(left):
        text = header[index].strip()
        if text and not text.casefold().startswith("metadata.") and not is_private(text):
            near = difflib.get_close_matches(key_of(text), [k for k, c in layout.by_key.items() if c not in at], 1, 0.8)
            if near:
                column = layout.by_key[near[0]]
                at[column] = index
                left.remove(index)
                template = gettext_noop("“%(column)s” is not a OneRoster column. It was read as “%(guess)s”.")
                tell("header-guess", Severity.WARNING, template, index, column)
    _name_the_nameless(header, layout, at, left, tell)
    for index in left:
        _tell_unread(header[index], index, tell)
    _tell_private(layout, at, header, tell)
    missing = tuple(column for column in layout.required if column not in at)
    for column in missing:
        if column not in optional:
            findings.add(
                "header-missing",
                Severity.WARNING,
                gettext_noop("The required column “%(column)s” is missing."),
                file=file,
                line=line,
                column=column,
            )
    password = at.get("password")
    if password is None:
        password = next((i for i in left if re.search("passw|pwd", key_of(header[i]))), None)
    private = tuple(index for index, text in enumerate(header) if is_private(text))
    return Columns({c: at[c] for c in layout.read if c in at}, len(header), missing, password, private)


def _name_the_nameless(header: Sequence[str], layout: Layout, at: dict[str, int], left: list[int], tell: Tell) -> None:
    """A column without a name is the one that stands between its neighbours in the standard, if just one does."""
    column_at = {index: column for column, index in at.items()}
    order = {column: place for place, column in enumerate(layout.columns)}
    for index in tuple(left):
        before, after = column_at.get(index - 1), column_at.get(index + 1)
        if header[index].strip() or before is None:
            continue
        place = order[before] + 1
        column = layout.columns[place] if place < len(layout.columns) else ""
        at_end = index + 1 == len(header)
        if column in layout.read and column not in at and (at_end or (after and order[after] == place + 1)):
            at[column] = index
            column_at[index] = column
            left.remove(index)
            tell(
                "header-empty",
                Severity.WARNING,
                gettext_noop("Column %(number)s has no name. By its place it was read as “%(guess)s”."),
                index,
                column,
                number=index + 1,
            )


def _tell_unread(text: str, index: int, tell: Tell) -> None:
    if not text.strip():
        template = gettext_noop("Column %(number)s has no name and was not read.")
        tell("header-empty", Severity.WARNING, template, index, number=index + 1)
    elif is_private(text):
        tell("private-column", Severity.NOTICE, gettext_noop("“%(column)s” is private and was not read."), index)
    elif not text.strip().casefold().startswith("metadata."):
        tell("header-unknown", Severity.NOTICE, gettext_noop("“%(column)s” is not a OneRoster column. Not read."), index)


def _tell_private(layout: Layout, at: dict[str, int], header: Sequence[str], tell: Tell) -> None:
    if layout.name == "users":
        for column in ("sms", "phone"):
            if column in at:
                tell("private-column", Severity.NOTICE, gettext_noop("“%(column)s” is private and was not read."), at[column])


def is_private(text: str) -> bool:
    """Whether a header names something that is never read: a password, a telephone number, an origin."""
    return _PRIVATE.search(key_of(text)) is not None


def key_of(text: str) -> str:
    """A name without case and punctuation."""
    return re.sub(r"[\W_]+", "", text.casefold())
