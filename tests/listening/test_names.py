"""Names in people's words: found, suggested, taken out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.districts.models import Person
from commonwhy.listening.services.names import KnownNames, known_names, plain, redacted, suggest_names
from tests.cast import Cast

NAMES = "ana torres will turner rosa lopez jose garcia li o'brien obrien brien grace sofia"
KNOWN = KnownNames(frozenset(NAMES.split()), frozenset({"alder", "creek", "maple", "street"}))


def sure(words: str) -> list[str]:
    return [each.name for each in suggest_names(words, KNOWN) if each.sure]


def unsure(words: str) -> list[str]:
    return [each.name for each in suggest_names(words, KNOWN) if not each.sure]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Ana's class and ANA too, ana also, Anabel not.", ["Ana"]),
        ("I asked José García about it.", ["José", "García"]),
        ("Jose\u0301 came.", ["Jose\u0301"]),
        ("ask jose, he knows", ["jose"]),
        ("The Garcias helped.", ["Garcias"]),
        ("Mrs. Lindqvist and mr whitaker, or Coach Ray.", ["Lindqvist", "whitaker", "Ray"]),
        ("La maestra Lupita y la Sra. de la Cruz.", ["Lupita", "Cruz"]),
        ("Profe Beto nos ayuda.", ["Beto"]),
        ("O’Brien said so.", ["O’Brien"]),
        ("Write to ana.t@example.org or 555-010-0101, or @sof_22.", ["ana.t@example.org", "555-010-0101", "@sof_22"]),
        ("I asked Will about it.", ["Will"]),
        ("Miss class once and you are lost.", []),
        ("Less copying. More making.", []),
        ("THE TEACHER SAID NO TO ME", []),
        ("MRS SMITH SAID NO", ["SMITH"]),
        ("We use Google at Maple Street on Monday, in English.", []),
        ("Room 2024-2025, 3/14/2025, 100 percent", []),
        ("", []),
    ],
)
def test_what_is_surely_a_name(words: str, names: list[str]) -> None:
    assert sure(words) == names


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Will this help? It will, with grace.", ["Will"]),
        ("My friend Jaylen uses Google at Alder Creek.", ["Jaylen"]),
        ("Jaylen. Then more.", []),
        ("I like PowerSchool and AI.", []),
    ],
)
def test_what_may_be_one_is_shown_without_a_tick(words: str, names: list[str]) -> None:
    assert unsure(words) == names
    assert sure(words) == []


@pytest.mark.parametrize(
    ("words", "names", "shown"),
    [
        ("Ana’s and ANA’S, ana_1 and ana2, Anabel.", ["Ana"], "[name]’s and [name]’S, [name]_1 and [name]2, Anabel."),
        ("José, JOSE and Jose\u0301.", ["jose"], "[name], [name] and [name]."),
        ("Mrs. Torres and ms torres; the Torreses", ["Torres"], "Mrs. [name] and ms [name]; the [name]"),
        ("Ana  Torres, then Torres, then Ana.", ["Ana Torres"], "[name], then [name], then [name]."),
        ("Ana Torres came.", ["Ana", "Torres"], "[name] came."),
        ("I will ask Will. Will he?", ["Will"], "I will ask [name]. [name] he?"),
        ("I asked will.", ["will"], "I asked [name]."),
        ("Una rosa para Rosa.", ["Rosa"], "Una rosa para [name]."),
        ("María-José y de la Cruz", ["María-José", "de la Cruz"], "[name] y [name]"),
        ("The name is [name], not Ana.", ["name", "Ana"], "The [name] is [name], not [name]."),
        ("C++ (a.k.a. .*) stays", [".*", "("], "C++ (a.k.a. [name]) stays"),
        ("Nothing here.", ["", "  "], "Nothing here."),
        ("ANA's ﬁrst ﬀ Ana", ["Ana"], "[name]'s ﬁrst ﬀ [name]"),
    ],
)
def test_names_are_taken_out_and_nothing_else(words: str, names: list[str], shown: str) -> None:
    assert redacted(words, names).replace("[name])", "[name])") == shown


@given(st.text(max_size=200), st.lists(st.text(alphabet="abcáñz' -é", min_size=1, max_size=8), max_size=3))
def test_what_is_left_is_verbatim_and_holds_no_name(words: str, names: list[str]) -> None:
    shown = redacted(words, names)
    place = 0
    for piece in re.split(re.escape("[name]"), shown):
        place = words.find(piece, place)
        assert place >= 0
    for name in names:
        small = " ".join(plain(name).split())
        if re.fullmatch(r"[a-z]+", small):
            assert not re.search(rf"(?<![^\W\d_]){small}(?![^\W\d_])", plain(shown.replace("[name]", "\n")))
    assert redacted(shown, names) == shown


@given(st.text(max_size=400))
def test_any_text_can_be_looked_at(words: str) -> None:
    for suggestion in suggest_names(words, KNOWN):
        assert suggestion.name in words


def test_the_roster_says_who_is_somebody(cast: Cast) -> None:
    before = known_names(cast.alder)
    assert "zofia" not in before.names
    Person.everything.create(district=cast.alder, name="Zofia de la Kraw-Nowak", group=cast.group("students"), ended=True)
    known = known_names(cast.alder)
    assert {"zofia", "kraw", "nowak", "carla" if "carla" in known.names else "coach"} <= known.names
    assert not {"de", "la"} & known.names
    assert {"alder", "creek", "maple"} <= known.places
    assert "zofia" not in known_names(cast.birch).names
