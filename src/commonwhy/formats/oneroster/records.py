"""What a roster gives: organizations and people, as little about them as a district needs to ask and to count.

``Group`` is the group a person is asked in. A record's ``digest`` changes when and only when something stored about
it changes, so that a second import of the same set changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The groups a roster can place people in; a district may have others."""

    STUDENTS = "students"
    FAMILIES = "families"
    TEACHERS = "teachers"
    SUPPORT_STAFF = "support_staff"
    BUILDING_LEADERS = "building_leaders"
    DISTRICT_LEADERS = "district_leaders"


# Which of two roles a person is known by where the file does not say: the one with the widest duties.
PRECEDENCE = (
    Group.DISTRICT_LEADERS,
    Group.BUILDING_LEADERS,
    Group.TEACHERS,
    Group.SUPPORT_STAFF,
    Group.FAMILIES,
    Group.STUDENTS,
)


class Status(StrEnum):
    """Whether the record is to be there after the import."""

    ACTIVE = "active"
    ENDED = "ended"


class OrgKind(StrEnum):
    """What an organization is to a district. ``part``: a department whose school is known."""

    SCHOOL = "school"
    DISTRICT = "district"
    PART = "part"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class OrgRecord:
    """An organization. ``type`` is as the file says; ``kind`` is what it is taken for; ``school_id`` where it leads."""

    sourced_id: str
    name: str
    type: str
    parent_id: str
    status: Status
    kind: OrgKind = OrgKind.SCHOOL
    school_id: str = ""

    def digest(self) -> str:
        """Changes with what is stored."""
        return _digest(self.sourced_id, self.name, self.kind.value, self.parent_id, self.status.value)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person.

    ``role`` None and empty names mean that this delta does not say: what is on record stays (``partial``).
    ``org_ids`` are schools, the main one first; empty for somebody of the whole district. ``also_ids`` are further
    sourcedIds of the same person. ``grades`` and ``grade_band`` are those of students.
    """

    sourced_id: str
    given_name: str
    family_name: str
    email: str
    role: Group | None
    other_roles: tuple[Group, ...] = ()
    org_ids: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    grade_band: str = ""
    language: str = ""
    status: Status = Status.ACTIVE
    also_ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def partial(self) -> bool:
        """True where a delta gives only some of the person; the rest is on record."""
        return self.status is Status.ACTIVE and (self.role is None or not (self.given_name or self.family_name))

    def digest(self) -> str:
        """Changes with what is stored."""
        return _digest(
            self.sourced_id,
            self.given_name,
            self.family_name,
            self.email,
            self.role.value if self.role else "",
            *self.other_roles,
            "/",
            *self.org_ids,
            "/",
            self.grade_band,
            self.language,
            self.status.value,
        )


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


GRADE_BANDS = ("K-2", "3-5", "6-8", "9-12")
_BAND_OF = {"TK": "K-2", "KG": "K-2", "01": "K-2", "02": "K-2", "03": "3-5", "04": "3-5", "05": "3-5"}
_BAND_OF |= {"06": "6-8", "07": "6-8", "08": "6-8", "09": "9-12", "10": "9-12", "11": "9-12", "12": "9-12", "13": "9-12"}
_GRADE_WORDS = {
    "K": "KG",
    "KINDER": "KG",
    "KINDERGARTEN": "KG",
    "PREK": "PK",
    "PRE-K": "PK",
    "P": "PK",
    "PREKINDERGARTEN": "PK",
    "TRANSITIONALKINDERGARTEN": "TK",
    "UNGRADED": "UG",
}
_OTHER_GRADES = {"IT", "PR", "PK", "PS", "UG", "OTHER"}  # no band: too young to be asked, grown up, or unsaid


def read_grade(text: str) -> str:
    """A grade as CEDS writes it (``KG``, ``09``), or an empty string for something that is no grade."""
    word = text.strip().upper().removeprefix("GRADE").strip()
    if word.isascii() and word.isdigit():
        word = f"{int(word[:4]):02}"
    else:
        word = word.rstrip(".º°ª")
        for ending in ("ST", "ND", "RD", "TH"):
            if word.endswith(ending) and word[:-2].isascii() and word[:-2].isdigit():
                word = f"{int(word[:-2][:4]):02}"
        if word.isascii() and word.isdigit():
            word = f"{int(word[:4]):02}"
    word = _GRADE_WORDS.get(word.replace(" ", ""), word)
    return word if word in _BAND_OF or word in _OTHER_GRADES else ""


def band_of(grades: tuple[str, ...]) -> str:
    """The grade band that all the grades fall in; empty where they fall in several or in none."""
    bands = {_BAND_OF.get(grade, "") for grade in grades}
    return bands.pop() if len(bands) == 1 else ""


_LANGUAGES = {
    "en": "en",
    "eng": "en",
    "english": "en",
    "inglés": "en",
    "ingles": "en",
    "es": "es",
    "spa": "es",
    "spanish": "es",
    "español": "es",
    "espanol": "es",
    "castellano": "es",
}


def read_language(text: str) -> str:
    """A language as a two-letter or three-letter code (``es``); empty for something that is no language."""
    word = text.strip().casefold()
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    code = word.replace("_", "-").partition("-")[0]
    code = _LANGUAGES.get(code, code)
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""
