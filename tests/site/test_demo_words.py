"""The words of Alder Creek: that they are many, different, consistent, and about nobody real.

The demo's people speak through data files; these tests read the files and nothing else. They would fail if someone
padded the voices with templates, cited a voice that nobody said, or let a name through unmarked.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

WORDS = Path(__file__).parents[2] / "src" / "commonwhy" / "site" / "demo" / "words"

GROUPS = {
    "students": 150,
    "families": 120,
    "teachers": 75,
    "support_staff": 22,
    "building_leaders": 14,
    "district_leaders": 8,
    "board": 7,
    "business": 14,
}
SPANISH = {"students": 25, "families": 60, "support_staff": 4, "business": 2}
SCHOOLS = {
    "Maple Street School": {"K-2", "3-5"},
    "Riverside School": {"K-2", "3-5"},
    "Pine Hollow Elementary": {"K-2", "3-5"},
    "Creekside Middle School": {"6-8"},
    "North Fork Middle School": {"6-8"},
    "Alder Creek High School": {"9-12"},
}
# Product and company names that people would say and that a demo should not.
TRADEMARKS = frozenset(
    re.findall(
        r"\w+",
        """
        adobe alexa amazon android apple canva chromebook classdojo clever discord duolingo edpuzzle facebook
        fortnite gimkit gmail google instagram ipad iphone iready ixl kahoot khan lego macbook microsoft minecraft
        netflix nintendo nearpod parentsquare pinterest powerpoint powerschool quizlet roblox schoology seesaw siri
        skype snapchat spotify tiktok twitch twitter whatsapp wikipedia xbox youtube zoom
        """,
    )
)
PLACES = frozenset(
    re.findall(
        r"\w+",
        """
        alabama alaska america américa arizona arkansas boston brooklyn california chiapas chicago chihuahua
        colorado connecticut dallas delaware denver durango florida guadalajara guanajuato guatemala hidalgo
        honduras houston idaho illinois indiana iowa jalisco kansas kentucky louisiana maine maryland massachusetts
        méxico mexico michigan michoacán minnesota mississippi missouri montana nebraska nevada oaxaca ohio oklahoma
        oregon pennsylvania phoenix portland puebla sacramento salvador seattle sinaloa sonora tennessee texas utah
        veracruz vermont virginia wisconsin wyoming zacatecas
        """,
    )
)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / name).read_text(encoding="utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    with (WORDS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


VOICES = _csv("voices.csv")
VISION = _toml("vision.toml")
PEOPLE = _toml("people.toml")
BY_MEANING = {voice["meaning"]: voice for voice in VOICES}
MARKED_NAMES = {name for voice in VOICES for name in voice["names"].split(";") if name}
CLAUSES = [
    pytest.param(version["number"], clause, id=f"version {version['number']} {clause['key']}")
    for version in VISION["versions"]
    for clause in version["clauses"]
]


def _plain(text: str) -> str:
    """Words only, no case, no accents: what is left when spelling and punctuation are set aside."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in decomposed if not unicodedata.combining(c))))


def _trigrams(text: str) -> set[str]:
    padded = f"  {_plain(text)} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _said(voice: dict[str, str]) -> str:
    return " ".join((voice["meaning"], voice["works"], voice["frustrates"]))


def _cited(*, version: int) -> list[str]:
    clauses = next(v["clauses"] for v in VISION["versions"] if v["number"] == version)
    return [cited["meaning"] for clause in clauses for cited in clause["voices"]]


def _strings(value: object) -> list[str]:
    """Every string in a loaded TOML document, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for child in value.values() for text in _strings(child)]
    if isinstance(value, list):
        return [text for child in value for text in _strings(child)]
    return []


# The voices


def test_every_group_speaks_and_families_and_students_speak_spanish_too() -> None:
    counts = Counter(voice["group"] for voice in VOICES)
    spanish = Counter(voice["group"] for voice in VOICES if voice["language"] == "es")
    assert set(counts) == set(GROUPS)
    assert {group: counts[group] for group, least in GROUPS.items() if counts[group] < least} == {}
    assert {group: spanish[group] for group, least in SPANISH.items() if spanish[group] < least} == {}
    assert len(VOICES) >= 400
    assert spanish.total() >= 90


def test_schools_and_grade_bands_belong_together() -> None:
    for voice in VOICES:
        assert voice["language"] in {"en", "es"}, voice
        if voice["school"]:
            assert voice["grade_band"] in SCHOOLS[voice["school"]] | {""}, voice
        else:
            assert voice["group"] in {"district_leaders", "board", "business"}, voice
            assert voice["grade_band"] == "", voice


def test_every_school_has_ten_students_ten_families_and_ten_teachers() -> None:
    cells = Counter((voice["school"], voice["group"]) for voice in VOICES)
    wanted = [(school, group) for school in SCHOOLS for group in ("students", "families", "teachers")]
    assert {cell: cells[cell] for cell in wanted if cells[cell] < 10} == {}


def test_nobody_repeats_anybody() -> None:
    texts = [voice[column] for voice in VOICES for column in ("meaning", "works", "frustrates") if voice[column]]
    repeated = {text: n for text, n in Counter(map(_plain, texts)).items() if n > 1}
    assert repeated == {}


def test_no_two_meanings_share_a_skeleton() -> None:
    grams = [_trigrams(voice["meaning"]) for voice in VOICES]
    alike = [
        (VOICES[i]["meaning"], VOICES[j]["meaning"])
        for (i, a), (j, b) in combinations(enumerate(grams), 2)
        if len(a & b) >= 0.8 * len(a | b)
    ]
    assert alike == []
    openings = Counter(" ".join(_plain(voice["meaning"]).split()[:4]) for voice in VOICES)
    assert {opening: n for opening, n in openings.items() if n > 2} == {}


def test_answers_run_from_a_few_words_to_a_few_sentences() -> None:
    lengths = sorted(len(voice["meaning"].split()) for voice in VOICES)
    assert lengths[0] >= 3
    assert lengths[len(lengths) // 10] <= 8
    assert lengths[-len(lengths) // 10] >= 22
    assert lengths[-1] <= 60


@pytest.mark.parametrize("column", ["works", "frustrates"])
def test_about_half_also_say_what_works_and_what_frustrates(column: str) -> None:
    assert 0.4 <= sum(bool(voice[column]) for voice in VOICES) / len(VOICES) <= 0.6


def test_text_is_clean_and_safe_in_a_spreadsheet() -> None:
    for voice in VOICES:
        for value in voice.values():
            assert value == unicodedata.normalize("NFC", value).strip()
            assert not value.startswith(("=", "+", "-", "@"))
            assert value.isprintable()


def test_teachers_speak_of_making_and_families_of_seeing_and_being_told() -> None:
    """The story the gap analysis should find is in the words, as a crude count sees it."""
    making = re.compile(r"\b(ma[dk]e|making|build|film|publish|write|writ|design|code|show|audience|read|work|hagan)")
    told = re.compile(
        r"\b(grades?|messages?|app|email|see|seeing|told|calificaciones|mensajes?|avis|español|idioma|saber|ver|conteste|"
        r"comunic|junta|entrar|login|phone|internet)"
    )

    def share(group: str, words: re.Pattern[str]) -> float:
        texts = [voice["meaning"].casefold() for voice in VOICES if voice["group"] == group]
        return sum(bool(words.search(text)) for text in texts) / len(texts)

    assert share("teachers", making) > share("families", making) + 0.2
    assert share("families", told) > share("teachers", told) + 0.2


# Names and care


def test_marked_names_are_really_said() -> None:
    marked = [voice for voice in VOICES if voice["names"]]
    assert len(marked) >= 8
    for voice in marked:
        for name in voice["names"].split(";"):
            assert re.search(rf"\b{re.escape(name)}\b", _said(voice)), (name, voice["meaning"])


def test_no_name_is_said_unmarked() -> None:
    names = MARKED_NAMES | {name for pool in PEOPLE["names"].values() for name in pool}
    names |= {part for person in PEOPLE["cast"] for part in (person["given"], person["family"])}
    for voice in VOICES:
        unmarked = names.intersection(re.findall(r"\w+", _said(voice))) - set(voice["names"].split(";"))
        assert unmarked == set(), voice["meaning"]


def test_those_mentioned_are_not_people_of_the_demo() -> None:
    assert MARKED_NAMES.isdisjoint({name for pool in PEOPLE["names"].values() for name in pool})
    assert MARKED_NAMES.isdisjoint({person["given"] for person in PEOPLE["cast"]})


def test_answers_that_need_care_exist_and_are_quoted_nowhere() -> None:
    answers = _toml("care.toml")["answers"]
    assert 2 <= len(answers) <= 3
    for answer in answers:
        assert BY_MEANING[answer["meaning"]]["group"] == "students"
        assert answer["reason"]
        assert answer["meaning"] not in _cited(version=1) + _cited(version=2)


def test_no_trademark_and_no_real_place_is_named() -> None:
    texts = [value for name in ("voices.csv", "translations.csv") for row in _csv(name) for value in row.values()]
    documents = [_toml(path.name) for path in WORDS.glob("*.toml") if path.name != "people.toml"]
    texts += [text for document in documents for text in _strings(document)]
    words = {word for text in texts for word in re.findall(r"\w+", text.casefold())}
    assert words.isdisjoint(TRADEMARKS)
    assert words.isdisjoint(PLACES)


# The vision and what it rests on


@pytest.mark.parametrize(("number", "clause"), CLAUSES)
def test_a_sentence_rests_on_six_to_twelve_voices_that_were_said(number: int, clause: dict[str, Any]) -> None:
    cited = [voice["meaning"] for voice in clause["voices"]]
    assert 6 <= len(cited) <= 12
    assert len(set(cited)) == len(cited)
    assert [text for text in cited if text not in BY_MEANING] == []
    assert all(not BY_MEANING[text]["names"] for text in cited)
    assert all(clause[key].strip() for key in ("en", "es", "note_en", "note_es"))
    if number == 2:
        assert len({BY_MEANING[text]["group"] for text in cited}) >= 3
        assert {BY_MEANING[text]["language"] for text in cited} == {"en", "es"}
        assert all(voice["note_en"] and voice["note_es"] for voice in clause["voices"])


def test_no_voice_carries_two_sentences_of_the_adopted_vision() -> None:
    cited = _cited(version=2)
    assert len(set(cited)) == len(cited)


def test_the_adopted_vision_hears_every_required_group() -> None:
    heard = {BY_MEANING[text]["group"] for text in _cited(version=2)}
    assert {"students", "families", "teachers", "building_leaders", "business"} <= heard


def test_two_versions_with_what_changed_and_who_was_heard_between_them() -> None:
    draft, adopted = VISION["versions"]
    assert (draft["number"], draft["status"], len(draft["clauses"])) == (1, "draft", 4)
    assert (adopted["number"], adopted["status"], len(adopted["clauses"])) == (2, "adopted", 5)
    before, after = ({clause["key"] for clause in version["clauses"]} for version in (draft, adopted))
    assert {change["clause"] for change in adopted["changes"]} == after
    assert {change["from_clause"] for change in adopted["changes"]} - {""} == before
    for heard in adopted["heard_between"]:
        assert draft["days_before_today"] > heard["days_before_today"] > adopted["days_before_today"]
        assert set(heard["groups"]) <= set(GROUPS)
        assert heard["school"] in {*SCHOOLS, ""}
        assert heard["people"] > 0
    assert 3 <= VISION["horizon_years"] <= 5  # M15


def test_the_board_adopted_the_second_version_after_it_was_written() -> None:
    adoption = VISION["adoption"]
    assert adoption["version"] == 2
    assert adoption["days_before_today"] < VISION["versions"][1]["days_before_today"]
    board = [person for person in PEOPLE["cast"] if person["membership"] == "board_member"]
    assert adoption["votes_for"] + adoption["votes_against"] == len(board)
    for language in ("en", "es"):
        named = re.findall(r"\bM[rs]\. (\w+)|\bSra?\. (\w+)", adoption[f"minutes_{language}"])
        families = {english or spanish for english, spanish in named}
        assert families
        assert families <= {person["family"] for person in board}


def test_translations_cover_all_spanish_voices_and_all_cited_ones() -> None:
    rows = _csv("translations.csv")
    translated = {row["meaning"] for row in rows}
    assert len(translated) == len(rows)
    for row in rows:
        assert row["into"] != BY_MEANING[row["meaning"]]["language"]
        assert row["translation"].strip() not in {"", row["meaning"]}
    assert {voice["meaning"] for voice in VOICES if voice["language"] == "es"} <= translated
    assert set(_cited(version=2)) <= translated


# What surrounds it


def test_three_teachers_gave_four_answers_at_creekside() -> None:
    test = _toml("three_teachers.toml")
    meanings = [answer["meaning"] for answer in test["answers"]]
    assert len(set(meanings)) == 4
    assert len({answer["role"] for answer in test["answers"]}) == 4
    assert {answer["school"] for answer in test["answers"]} == {"Creekside Middle School"}
    assert set(meanings).isdisjoint(BY_MEANING)
    assert test["noted_by"] in {person["key"] for person in PEOPLE["cast"]}


def test_the_definition_says_what_it_is_and_is_not_in_both_languages() -> None:
    definition = _toml("definition.toml")
    for side in ("is", "is_not"):
        assert 4 <= len(definition[side]) <= 6
        assert all(line["en"] and line["es"] for line in definition[side])
    assert definition["term"] == _toml("three_teachers.toml")["term"]


def test_the_why_is_one_sentence_and_a_short_paragraph() -> None:
    why = _toml("why.toml")
    for language in ("en", "es"):
        assert why["sentence"][language].count(".") == 1
        assert len(why["sentence"][language].split()) <= 20
        assert 40 <= len(why["paragraph"][language].split()) <= 100


def test_there_are_names_enough_and_none_twice() -> None:
    for pool, names in PEOPLE["names"].items():
        assert len(names) >= 120, pool
        assert len(set(names)) == len(names), pool


def test_the_cast_has_addresses_that_lead_nowhere() -> None:
    cast = PEOPLE["cast"]
    assert len({person["key"] for person in cast}) == len(cast)
    assert len({person["email"] for person in cast}) == len(cast)
    for person in cast:
        assert person["email"].endswith("@aldercreek.example")
        assert person["email"].isascii()
        assert person["school"] in {*SCHOOLS, ""}
        assert person["group"] in GROUPS
    principals = [person["school"] for person in cast if person["membership"] == "school_leader"]
    assert sorted(principals) == sorted(SCHOOLS)


def test_the_leadership_team_is_eight_people_with_positions() -> None:
    keys = [member["cast"] for member in PEOPLE["leadership_team"]]
    assert len(set(keys)) == 8  # M19; five to twelve in the field
    by_key = {person["key"]: person for person in PEOPLE["cast"]}
    for member in PEOPLE["leadership_team"]:
        assert member["position_en"] == by_key[member["cast"]]["position_en"] != ""


def test_the_timeline_runs_forward_and_agrees_with_the_rest() -> None:
    events = _toml("timeline.toml")["events"]
    days = {event["key"]: event["days_before_today"] for event in events}
    assert list(days.values()) == sorted(days.values(), reverse=True)
    assert max(days.values()) <= 31 * 18
    assert all(event["en"] and event["es"] for event in events)
    first, second = VISION["versions"]
    assert days["three_teachers"] == _toml("three_teachers.toml")["days_before_today"]
    assert days["definition_agreed"] == _toml("definition.toml")["agreed_days_before_today"]
    assert days["why_chosen"] == _toml("why.toml")["chosen_days_before_today"]
    assert (days["draft_1"], days["draft_2"]) == (first["days_before_today"], second["days_before_today"])
    assert days["board_meeting"] == VISION["adoption"]["days_before_today"]
    assert 90 <= days["listening_opened"] - days["board_meeting"] <= 190  # three to six months, I18
