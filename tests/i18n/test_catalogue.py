"""The Spanish catalogue: whole, up to date, with the same places for figures and names, and in one voice."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from compile_messages import catalogues, read_catalogue
from extract_messages import Extracted, differences, extract, missing_programs

(SPANISH,) = catalogues()
TEXT = SPANISH.read_text(encoding="utf-8")
TRANSLATIONS = {key: value for key, value in read_catalogue(TEXT).items() if key}
PAIRS = [
    (source, said)
    for key, value in TRANSLATIONS.items()
    for source, said in zip(key.rpartition("\4")[2].split("\0"), value.split("\0"), strict=True)
]
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}|</?\w+[^>]*>|\\n")
FAMILIAR = re.compile(r"\b(tú|tu|tus|ti|te|vosotros|puedes|tienes|quieres|sabes|eres|haz|escribe tu|elige tu)\b", re.IGNORECASE)


def test_every_sentence_is_translated_and_nobody_has_to_guess() -> None:
    entries = len(re.findall(r'^msgid "', TEXT, re.MULTILINE))
    assert len(read_catalogue(TEXT)) == entries, "an entry is empty or fuzzy"
    assert "#, fuzzy" not in TEXT
    assert not re.search(r"^#~", TEXT, re.MULTILINE), "the catalogue keeps what nobody uses"


@pytest.mark.skipif(bool(missing_programs()), reason="gettext is not installed")
def test_it_holds_what_the_code_says_now() -> None:
    assert differences(extract()) == [], "run scripts/extract_messages.py and translate what is new"


def test_what_is_new_and_what_nobody_uses_would_be_noticed() -> None:
    held = frozenset(TRANSLATIONS)
    some = next(iter(held))
    found = differences(Extracted((held - {some}) | {"A sentence nobody has translated."}, {SPANISH: TEXT}))
    assert found == ["es: not translated: 'A sentence nobody has translated.'", f"es: not used: {some!r}"]


def test_figures_and_names_keep_their_places() -> None:
    assert [pair for pair in PAIRS if Counter(PLACES.findall(pair[0])) != Counter(PLACES.findall(pair[1]))] == []


def test_a_sentence_ends_as_it_does_in_english() -> None:
    ends = [(source, said) for source, said in PAIRS if (source[-1] in ".:?") and said[-1] != source[-1]]
    assert ends == []


def test_questions_open_as_they_do_in_spanish() -> None:
    assert [said for _source, said in PAIRS if said.count("?") != said.count("¿") or said.count("!") != said.count("¡")] == []


def test_quotation_marks_are_spanish() -> None:
    assert [said for _source, said in PAIRS if re.search(r"[“”„]|(?<!=)\"(?!>)", said)] == []


def test_families_and_staff_are_addressed_politely() -> None:
    """The product says usted. (`té` and `Tú` in somebody's own words are not in the catalogue.)"""
    assert [said for _source, said in PAIRS if FAMILIAR.search(said)] == []
