"""What the people of Alder Creek said in their discussion and what they negotiated: the words, and the reactions drawn.

These tests read the files and draw from them; they need no database.
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from commonwhy import frameworks
from commonwhy.site.demo.reacting import Participant, take_part
from commonwhy.site.demo.words_of import told, voices

WORDS = Path(__file__).parents[2] / "src" / "commonwhy" / "site" / "demo" / "words"
STORY = told("discussion")
STATEMENTS = {one["key"]: one for one in STORY["statements"]}
REACTED = {key: one for key, one in STATEMENTS.items() if "agree" in one}
NEGOTIATED = told("trade_offs")
ROLES = set(STORY["people"])


def plain(text: str) -> str:
    """Words only: no case, no accents, no punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(letter for letter in decomposed if not unicodedata.combining(letter))))


def trigrams(text: str) -> set[str]:
    padded = f"  {plain(text)} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def texts_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every table that holds words, however deep."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from texts_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts_in(child)


@pytest.fixture(scope="module")
def people() -> list[Participant]:
    return list(take_part(STORY, random.Random(7)))


# The statements


def test_there_are_enough_statements_and_each_has_a_key_of_its_own() -> None:
    assert 64 <= len(STORY["statements"]) <= 72
    assert len(STATEMENTS) == len(STORY["statements"])
    assert len(REACTED) - sum("same_as" in one for one in REACTED.values()) >= 60


def test_most_were_added_by_those_who_took_part_and_every_group_added_some() -> None:
    origins = Counter(one["from"] for one in STATEMENTS.values())
    assert set(origins) == {"seed", "excerpt", "participant"}
    assert origins["participant"] > origins["seed"] + origins["excerpt"]
    groups = {voice.meaning: voice.group for voice in voices()}
    wrote = {one.get("group") or groups.get(one.get("source", "")) for one in STATEMENTS.values()} - {None}
    assert {"students", "families", "teachers", "support_staff", "building_leaders", "board", "business"} <= wrote
    written = Counter(one["language"] for one in STATEMENTS.values() if one["from"] == "participant")
    assert written["es"] >= 8


@pytest.mark.parametrize("key", REACTED)
def test_what_is_shown_stands_in_both_languages_in_one_short_sentence(key: str) -> None:
    one = STATEMENTS[key]
    assert one["en"] != one["es"]
    for code in ("en", "es"):
        text = one[code]
        assert text == unicodedata.normalize("NFC", text).strip()
        assert 4 <= len(text.split()) <= 30
        assert not re.search(r"[.!?;] \S", text) or ";" in text, "one sentence"


def test_no_two_share_a_skeleton_or_an_opening() -> None:
    for code in ("en", "es"):
        said = [one[code] for one in STATEMENTS.values() if code in one]
        grams = [trigrams(text) for text in said]
        alike = [(said[i], said[j]) for (i, a), (j, b) in combinations(enumerate(grams), 2) if len(a & b) >= 0.6 * len(a | b)]
        assert alike == []
        openings = Counter(" ".join(plain(text).split()[:3]) for text in said)
        assert {opening: n for opening, n in openings.items() if n > 2} == {}


def test_no_statement_names_anybody() -> None:
    people = tomllib.loads((WORDS / "people.toml").read_text(encoding="utf-8"))
    names = {name for pool in people["names"].values() for name in pool}
    names |= {part for person in people["cast"] for part in (person["given"], person["family"])}
    names |= {name for voice in voices() for name in voice.names}
    for one in texts_in([STORY, NEGOTIATED]):
        for text in one.values():
            if isinstance(text, str):
                # A sentence may begin with a word that is also a name; inside one, a capital letter marks it.
                assert names.isdisjoint(re.findall(r"\w+", text)), text


def test_what_was_taken_from_a_voice_was_said_and_names_nobody() -> None:
    said = {voice.meaning: voice for voice in voices()}
    sources = [one["source"] for one in STATEMENTS.values() if one["from"] == "excerpt"]
    assert len(sources) >= 10
    assert len(set(sources)) == len(sources)
    assert [source for source in sources if source not in said or said[source].names] == []


def test_what_was_linked_says_the_same_as_one_that_is_shown_and_not_linked_itself() -> None:
    linked = {key: one["same_as"] for key, one in STATEMENTS.items() if "same_as" in one}
    assert len(linked) >= 5
    for key, same_as in linked.items():
        assert same_as in REACTED
        assert same_as not in linked
        assert STATEMENTS[key]["agree"] == STATEMENTS[same_as]["agree"]
        assert STATEMENTS[key]["week"] >= STATEMENTS[same_as].get("week", 0)


def test_a_few_were_hidden_with_a_word_to_their_author_and_one_appeal_was_given_way() -> None:
    hidden = [one for one in STATEMENTS.values() if "hidden" in one]
    appealed = [one for one in hidden if "appeal" in one]
    assert 3 <= len(hidden) <= 4
    assert len(appealed) == 1
    assert "agree" in appealed[0]
    assert all(one["more"] and one["from"] == "participant" for one in hidden)
    assert len({one["hidden"] for one in hidden}) >= 3


# Who reacted how


def test_shares_are_shares_and_camps_cut_across_every_role() -> None:
    assert set(STORY["camps"]) == ROLES
    for shares in STORY["camps"].values():
        assert sum(shares) == 100
        assert min(shares) >= 10
    for one in REACTED.values():
        for shares in (one["agree"], *one.get("apart", {}).values()):
            assert len(shares) == 3
            assert all(0 <= share <= 100 for share in shares)
        assert set(one.get("apart", {})) <= ROLES


def test_over_four_hundred_people_of_every_role_take_part(people: list[Participant]) -> None:
    assert len(people) >= 420
    assert Counter(person.role for person in people) == {role: said["people"] for role, said in STORY["people"].items()}
    assert min(len(person.reactions) for person in people) >= 3


def test_the_same_chance_draws_the_same_people(people: list[Participant]) -> None:
    assert list(take_part(STORY, random.Random(7))) == people
    assert list(take_part(STORY, random.Random(8))) != people


def test_nobody_reacts_twice_or_to_what_was_not_there_yet(people: list[Participant]) -> None:
    for person in people:
        keys = [one.statement for one in person.reactions]
        assert len(set(keys)) == len(keys)
        assert all(STATEMENTS[key].get("week", 0) <= person.week for key in keys)
        assert all(STATEMENTS[key]["week"] == person.week for key in keys if "same_as" in STATEMENTS[key])


def test_some_pass_some_say_what_matters_and_some_are_on_paper(people: list[Participant]) -> None:
    reactions = [one for person in people for one in person.reactions]
    assert 0.03 < sum(one.choice == 0 for one in reactions) / len(reactions) < 0.15
    assert 0.05 < sum(one.important for one in reactions) / len(reactions) < 0.25
    assert not any(one.important for one in reactions if one.choice == 0)
    exposures = [one.exposure for one in reactions if one.exposure is not None]
    assert 0.9 < len(exposures) / len(reactions) < 1
    assert all(0 < exposure <= 1 for exposure in exposures)


def test_a_role_that_sees_it_differently_does(people: list[Participant]) -> None:
    def share(key: str, *, teachers: bool) -> float:
        said = [
            one.choice == 1
            for person in people
            for one in person.reactions
            if one.statement == key and (person.role == "teachers") is teachers
        ]
        return sum(said) / len(said)

    assert share("every_class_every_time", teachers=True) < 0.35 < 0.65 < share("every_class_every_time", teachers=False)


def test_ballots_approve_of_options_that_there_are(people: list[Participant]) -> None:
    options = STORY["priorities"]["options"]
    assert len(options) == 7
    assert STORY["priorities"]["limit"] == 3
    assert {one["statement"] for one in options if "statement" in one} <= set(REACTED)
    approved = Counter(number for person in people for number in person.approved)
    assert set(approved) == set(range(1, 8))
    assert sum(bool(person.approved) for person in people) >= 250


# What was negotiated


def test_everything_people_read_stands_in_both_languages() -> None:
    for one in texts_in([dict(NEGOTIATED), STORY["question"], STORY["priorities"]]):
        for name, text in one.items():
            if name == "en" or name.endswith("_en"):
                other = one[f"{name.removesuffix('en')}es"]
                assert text.strip()
                assert other.strip()
                assert text != other


def test_one_is_settled_with_dissent_on_record_and_one_is_open() -> None:
    settled, still_open = NEGOTIATED["trade_offs"]
    assert settled["settlement"]["en"]
    assert "settlement" not in still_open
    assert len([option for option in settled["options"] if option.get("chosen")]) == 1
    stands = Counter(one["stand"] for one in settled["stands"])
    assert stands["dissents"] == 1
    assert stands["live_with"] >= 4
    assert all(one["because_en"] for one in settled["stands"])
    assert all(one["answer_en"] for one in settled["concerns"])
    assert {one["group"] for one in settled["for_groups"]} >= {"students", "families", "teachers"}


def test_both_sides_are_spoken_for_by_statements_that_are_shown() -> None:
    for one in NEGOTIATED["trade_offs"]:
        assert {spoken["side"] for spoken in one["statements"]} == {"first", "second"}
        assert {spoken["statement"] for spoken in one["statements"]} <= set(REACTED)


def test_every_sentence_cites_statements_and_one_a_settlement() -> None:
    clauses = {clause["key"] for clause in told("vision")["versions"][1]["clauses"]}
    cited = {one["clause"]: one for one in NEGOTIATED["citations"]}
    assert set(cited) == clauses
    keys = [key for one in cited.values() for key in one["statements"]]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= set(REACTED)
    assert [key for one in cited.values() for key in one.get("trade_offs", ())] == ["second_tries"]


def test_standards_are_real() -> None:
    for one in NEGOTIATED["alignments"]:
        assert frameworks.item(one["framework"], one["code"]) is not None


def test_it_happens_between_the_first_draft_and_the_second() -> None:
    days = {event["key"]: event["days_before_today"] for event in told("timeline")["events"]}
    settled = NEGOTIATED["trade_offs"][0]
    story = [
        days["draft_1"],
        STORY["opened_days_before_today"],
        STORY["priorities"]["opened_days_before_today"],
        STORY["closed_days_before_today"],
        STORY["published_days_before_today"],
        *(one["days_before_today"] for one in settled["stands"]),
        settled["settled_days_before_today"],
        days["draft_2"],
    ]
    assert story[:5] == sorted(story[:5], reverse=True)
    assert min(story[:5]) >= max(story[5:-2])
    assert min(story[5:-2]) > settled["settled_days_before_today"] > days["draft_2"]
