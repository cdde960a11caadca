"""What a statement is held for until somebody has read it."""

from __future__ import annotations

import pytest

from commonwhy.deliberation.services.holding import LONG, in_common, look_through
from commonwhy.districts.models import Person
from commonwhy.listening.models import SafetyWord
from tests.cast import Cast
from tests.deliberation.made import draft, opened, seed, told

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Students should make things that matter to somebody.", []),
        ("Los estudiantes deberían crear cosas que le importen a alguien.", []),
        ("See https://example.org/petition", ["link"]),
        ("Sign at www.petition.example", ["link"]),
        ("Vote on bit.ly/abc now", ["link"]),
        ("go to petition . com today", ["link"]),
        ("Write to me at ana@example.org", ["email"]),
        ("Follow @betterschools on it", ["email"]),
        ("Call 555-123-4567 for more", ["number"]),
        ("Mrs. Alvarado gives too much homework", ["name"]),
        ("Whoever thought of this is an IDIOT", ["abuse"]),
        ("Son unos idiotas", ["abuse"]),
        ("El maestro es un imbécil", ["abuse"]),
        ("mierda de tarea", ["abuse"]),
        ("x" * 3 + " word" * LONG, ["long"]),
    ],
)
def test_what_there_is_to_look_at_is_found(cast: Cast, words: str, found: list[str]) -> None:
    assert look_through(words, cast.alder) == found


@pytest.mark.parametrize(
    "words",
    [
        "We assess too much and pass over what matters.",
        "Scrap the old laptops.",
        "Classes should shift to projects. It works.",
        "Teachers need 45 minutes, not 30, in 2025-2026.",
        "Grades K-2 need less.Com­puter time".replace("\xad", ""),
        "Reputation is not disputable",
        "Fewer screens, e.g. in grades 3-5.",
    ],
)
def test_ordinary_words_are_not_taken_for_insults_links_or_numbers(cast: Cast, words: str) -> None:
    assert not {"abuse", "number"} & set(look_through(words, cast.alder))


def test_names_of_the_districts_people_are_found(cast: Cast) -> None:
    Person.everything.create(district=cast.alder, group=cast.group("students"), name="Xiomara Quispe")
    assert look_through("Xiomara should choose", cast.alder) == ["name"]


def test_words_of_the_districts_safety_list_come_first(cast: Cast) -> None:
    SafetyWord.everything.create(district=cast.alder, words="hacerme daño")
    SafetyWord.everything.create(district=cast.birch, words="homework")
    assert look_through("Quiero hacerme DAÑO, idiota", cast.alder) == ["safety", "abuse"]
    assert look_through("Less homework", cast.alder) == []


def test_what_is_much_like_another_one_is_said(cast: Cast) -> None:
    discussion = draft(cast)
    seed(cast, discussion, "Students need more time for projects that matter.")
    told(discussion, "Menos tarea para los niños pequeños en casa", state="hidden", reason="off_topic")
    again = "students need MORE time for projects which matter"
    assert look_through(again, cast.alder, discussion) == ["same"]
    assert look_through(again, cast.alder) == []
    assert look_through("Menos tarea para los niños pequeños en casa", cast.alder, discussion) == []
    assert look_through("Phones are fine.", cast.alder, opened(cast)) == []


def test_very_short_ones_are_alike_only_when_the_same() -> None:
    assert in_common(frozenset(["less", "homework"]), frozenset(["less", "homework"])) == 1
    assert in_common(frozenset(["less", "homework"]), frozenset(["less", "testing"])) == 0
    assert in_common(frozenset(), frozenset()) == 0
    assert in_common(frozenset("abcd"), frozenset("abce")) == pytest.approx(0.6)
