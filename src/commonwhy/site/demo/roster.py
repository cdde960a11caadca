"""The people of Alder Creek: 2,600 students with their families and 210 staff, drawn with a fixed seed."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass
from typing import Any

from commonwhy.districts.models import District, Group, Person, School
from commonwhy.site.demo.words_of import told

SEED = 20_240_901
# School: grade bands, students, share of families who speak Spanish at home, teachers, support staff, leaders.
SCHOOLS: dict[str, tuple[tuple[str, ...], int, float, int, int, int]] = {
    "Maple Street School": (("K-2", "3-5"), 390, 0.14, 22, 8, 3),
    "Riverside School": (("K-2", "3-5"), 430, 0.62, 25, 10, 3),
    "Pine Hollow Elementary": (("K-2", "3-5"), 260, 0.10, 16, 6, 2),
    "Creekside Middle School": (("6-8",), 400, 0.24, 24, 8, 3),
    "North Fork Middle School": (("6-8",), 250, 0.18, 16, 5, 2),
    "Alder Creek High School": (("9-12",), 870, 0.26, 31, 9, 4),
}
ELSEWHERE = {"district_leaders": 10, "board": 7, "business": 40}


@dataclass
class _Names:
    """Names drawn by language, and addresses that do not repeat."""

    chance: random.Random
    taken: set[str]

    def given(self, language: str) -> str:
        return str(self.chance.choice(told("people")["names"][f"given_{language}"]))

    def family(self, language: str) -> str:
        return str(self.chance.choice(told("people")["names"][f"family_{language}"]))

    def address(self, name: str) -> str:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        base = ".".join(word for word in plain.replace("'", "").split())
        address, number = base, 1
        while address in self.taken:
            number += 1
            address = f"{base}{number}"
        self.taken.add(address)
        return f"{address}@{told('people')['email_domain']}"


def fill_roster(district: District, schools: dict[str, School]) -> int:
    """Write everybody; returns how many there are. The named cast is among them."""
    names = _Names(random.Random(SEED), set())  # noqa: S311  (a story, not a secret)
    groups = {group.kind: group for group in Group.everything.filter(district=district)}
    people = [_cast_member(district, groups, schools, one, names) for one in told("people")["cast"]]
    for school_name, (bands, students, spanish, teachers, support, leaders) in SCHOOLS.items():
        school = schools[school_name]
        for number in range(students):
            language = "es" if names.chance.random() < spanish else "en"
            family = names.family(language)
            band = bands[number * len(bands) // students]
            student = f"{names.given(language)} {family}"
            people.append(_person(district, groups["students"], student, school, names, band, language))
            if number % 5:  # some families have two children here
                parent = f"{names.given(language)} {family}"
                people.append(_person(district, groups["families"], parent, school, names, "", language))
        cast = [person for person in people if person.school == school]
        for kind, wanted in (("teachers", teachers), ("support_staff", support), ("building_leaders", leaders)):
            there = sum(person.group.kind == kind for person in cast)
            people += [_adult(district, groups[kind], school, names) for _ in range(max(0, wanted - there))]
    for kind, wanted in ELSEWHERE.items():
        there = sum(person.group.kind == kind for person in people)
        people += [_adult(district, groups[kind], None, names) for _ in range(max(0, wanted - there))]
    Person.everything.bulk_create(people, batch_size=1_000)
    return len(people)


def _adult(district: District, group: Group, school: School | None, names: _Names) -> Person:
    origin = "es" if names.chance.random() < 0.15 else "en"
    return _person(district, group, f"{names.given(origin)} {names.family(origin)}", school, names, "", "en")


def _person(
    district: District, group: Group, name: str, school: School | None, names: _Names, band: str, language: str
) -> Person:
    return Person(
        district=district,
        name=name,
        email=names.address(name),
        group=group,
        school=school,
        grade_band=band,
        language=language,
    )


def _cast_member(
    district: District, groups: dict[str, Group], schools: dict[str, School], one: dict[str, Any], names: _Names
) -> Person:
    person = _person(district, groups[one["group"]], full_name(one), schools.get(one["school"]), names, "", one["language"])
    person.email = one["email"]
    names.taken.add(one["email"].partition("@")[0])
    return person


def full_name(one: dict[str, Any]) -> str:
    """A cast member's name as they are called."""
    return " ".join(part for part in (one.get("title", ""), one["given"], one["family"]) if part)
