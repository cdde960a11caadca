"""Sessions, courses, classes and enrolments: read for the grade they give a student, and checked against each other.

Nothing of them is kept. What they lean on may be missing (a course, a term, a class, a person); that is told, and
costs nobody their place, because who is in the district stands in ``users.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sys import intern

from commonwhy.formats.delimited import gettext_noop
from commonwhy.formats.oneroster.manifest import Mode
from commonwhy.formats.oneroster.orgs import valid_id
from commonwhy.formats.oneroster.people import PeopleIndex
from commonwhy.formats.oneroster.records import Group, OrgRecord, Status
from commonwhy.formats.oneroster.roles import STAFF, read_role
from commonwhy.formats.oneroster.tables import Table

Rows = Iterable[tuple[int, tuple[str, ...]]]

_SESSION_TYPES = {"gradingperiod": "gradingPeriod", "semester": "semester", "schoolyear": "schoolYear", "term": "term"}
_CLASS_TYPES = {"homeroom", "scheduled"}


@dataclass(slots=True)
class References:
    """The ids that may be leaned on. A mode of ``delta`` means that an id may be on record elsewhere, so it is not missed."""

    modes: Mapping[str, Mode]
    orgs: Mapping[str, OrgRecord]
    sessions: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    class_grades: dict[str, str] = field(default_factory=dict)

    def missed(self, table: Table, of: str) -> bool:
        """Whether an id of file ``of`` that is not in the set is a fault."""
        return table.mode is Mode.BULK and self.modes.get(of, Mode.ABSENT) is not Mode.DELTA


def _tell_dangling(table: Table, template: str, line: int, column: str, value: str, rule: str) -> None:
    table.warn(rule, template, line, column=column, value=value)


def read_sessions(table: Table, rows: Rows, references: References) -> None:
    """Terms and school years; parents are checked at the end, as they may stand below."""
    parents: list[tuple[int, str]] = []
    for line, (sourced_id, status, modified, kind, starts, ends, parent) in rows:
        _shared(table, line, status, modified, starts=("startDate", starts), ends=("endDate", ends))
        if not valid_id(table, sourced_id, line) or _is_twice(table, sourced_id, line, references.sessions):
            continue
        references.sessions.add(sourced_id)
        _check_word(table, line, "type", kind, _SESSION_TYPES)
        if parent:
            parents.append((line, parent))
    for line, parent in parents:
        if parent not in references.sessions and references.missed(table, "academicSessions"):
            template = gettext_noop("The session “%(value)s” above this one is not in the set.")
            _tell_dangling(table, template, line, "parentSourcedId", parent, "dangling-term")


def read_courses(table: Table, rows: Rows, references: References) -> dict[str, str]:
    """Courses, and the grade of those that have exactly one."""
    grades_of: dict[str, str] = {}
    for line, (sourced_id, status, modified, year, grades, org, subjects, codes) in rows:
        _shared(table, line, status, modified)
        if not valid_id(table, sourced_id, line) or _is_twice(table, sourced_id, line, references.courses):
            continue
        references.courses.add(sourced_id)
        _check_org(table, line, "orgSourcedId", org, references)
        if year and year not in references.sessions and references.missed(table, "academicSessions"):
            template = gettext_noop("The school year “%(value)s” is not in the set.")
            _tell_dangling(table, template, line, "schoolYearSourcedId", year, "dangling-term")
        _check_lists(table, line, subjects=subjects, subjectCodes=codes)
        if len(of_course := table.read_list(grades, line, "grades")) == 1:
            grades_of[sourced_id] = intern(of_course[0])
    return grades_of


def read_classes(table: Table, rows: Rows, references: References, course_grades: Mapping[str, str]) -> None:
    """Classes, and the grade of those that have exactly one (their own or their course's)."""
    for line, values in rows:
        sourced_id, status, modified, grades, course, kind, school, terms, subjects, codes, periods = values
        _shared(table, line, status, modified)
        if not valid_id(table, sourced_id, line) or _is_twice(table, sourced_id, line, references.class_grades):
            continue
        _check_word(table, line, "classType", kind, {word: word for word in _CLASS_TYPES})
        _check_org(table, line, "schoolSourcedId", school, references)
        if course and course not in references.courses and references.missed(table, "courses"):
            template = gettext_noop("The course “%(value)s” is not in the set.")
            _tell_dangling(table, template, line, "courseSourcedId", course, "dangling-course")
        for term in table.read_list(terms, line, "termSourcedIds"):
            if term not in references.sessions and references.missed(table, "academicSessions"):
                template = gettext_noop("The term “%(value)s” is not in the set.")
                _tell_dangling(table, template, line, "termSourcedIds", term, "dangling-term")
        _check_lists(table, line, subjects=subjects, subjectCodes=codes, periods=periods)
        of_class = table.read_list(grades, line, "grades")
        grade = of_class[0] if len(of_class) == 1 else course_grades.get(course, "") if not of_class else ""
        references.class_grades[sourced_id] = intern(grade)


def read_enrollments(table: Table, rows: Rows, references: References, people: PeopleIndex) -> dict[str, str]:
    """Enrolments: who stands in a class as what they are not, and a grade for students whose own row has none."""
    grades: dict[str, str] = {}
    for line, values in rows:
        sourced_id, status, modified, of_class, school, user, role, begins, ends = values
        state = _shared(table, line, status, modified, begins=("beginDate", begins), ends=("endDate", ends))
        if not valid_id(table, sourced_id, line):
            continue
        if of_class not in references.class_grades and references.missed(table, "classes"):
            template = gettext_noop("The class “%(value)s” is not in the set.")
            _tell_dangling(table, template, line, "classSourcedId", of_class, "dangling-class")
        if user not in people.at and references.missed(table, "users"):
            template = gettext_noop("The person “%(value)s” is not in the set.")
            _tell_dangling(table, template, line, "userSourcedId", user, "dangling-user")
        _check_org(table, line, "schoolSourcedId", school, references)
        if state is Status.ACTIVE:
            _check_enrolled_as(table, line, role, people.group_of(user))
            if user in people.without_grade and (grade := references.class_grades.get(of_class)):
                grades.setdefault(user, grade)
    return grades


def _check_enrolled_as(table: Table, line: int, text: str, group: Group | None) -> None:
    role = read_role(text)
    if role is None:
        template = gettext_noop("“%(value)s” is not a role in a class. The row was left out.")
        table.warn("enrolled-role", template, line, column="role", value=text)
    elif (role.group is Group.STUDENTS and group in STAFF) or (role.group in STAFF and group is Group.STUDENTS):
        template = gettext_noop("Enrolled as %(value)s, but in users.csv one of the %(guess)s. That counts.")
        table.warn("enrolled-as", template, line, column="role", value=text, guess=str(group))


def _shared(table: Table, line: int, status: str, modified: str, **days: tuple[str, str]) -> Status:
    table.check_moment(modified, line)
    for column, text in days.values():
        table.check_day(text, line, column)
    return table.read_status(status, line)


def _is_twice(table: Table, sourced_id: str, line: int, seen: set[str] | dict[str, str]) -> bool:
    if sourced_id not in seen:
        return False
    template = gettext_noop("“%(value)s” is there twice. The first one counts.")
    table.reject("id-twice", template, line, sourced_id=sourced_id, column="sourcedId", value=sourced_id)
    return True


def _check_org(table: Table, line: int, column: str, org: str, references: References) -> None:
    if org and org not in references.orgs and references.missed(table, "orgs"):
        template = gettext_noop("The organization “%(value)s” is not in the set.")
        _tell_dangling(table, template, line, column, org, "dangling-org")


def _check_lists(table: Table, line: int, **lists: str) -> None:
    for column, text in lists.items():
        table.read_list(text, line, column)


def _check_word(table: Table, line: int, column: str, text: str, words: Mapping[str, str]) -> None:
    """A word of a short list; another case is taken for it, anything else is only told."""
    known = words.get(text.casefold())
    if text == known:
        return
    if known:
        table.warn(
            "word-case",
            gettext_noop("“%(value)s” was read as “%(guess)s”."),
            line,
            column=column,
            value=text,
            guess=known,
        )
    else:
        template = gettext_noop("“%(value)s” is not one of the words the standard has here.")
        table.warn("word-unknown", template, line, column=column, value=text)
