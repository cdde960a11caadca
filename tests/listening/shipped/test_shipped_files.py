"""A mistake in a file that ships is said when it is read, with the file and the key where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonwhy.listening.shipped import ShippedMistake
from commonwhy.listening.shipped.reading import read_questionnaire, read_scales

SCALES = """
languages = ["en", "es"]
[[scales]]
key = "liking"
options = [
  { key = "bad", side = "below", en = "Bad", es = "Mal" },
  { key = "good", side = "above", en = "Good", es = "Bien" },
  { key = "dont_know", en = "I don't know", es = "No sé" },
]
"""
GOOD = """
key = "small"
place = 1
licence = "CC BY 4.0"
attribution = "Us."
languages = ["en", "es"]
groups = ["teachers", "students"]
title = { en = "Small", es = "Pequeño" }
about = { en = "Small.", es = "Pequeño." }
term = { en = "it", es = "eso" }
intro = { en = "Hello.", es = "Hola." }
thanks = { en = "Thanks.", es = "Gracias." }

[[questions]]
key = "liking"
kind = "single"
section = { en = "First", es = "Primero" }
text = { en = "How is {term}?", es = "¿Qué tal «{term}»?" }
scale = "liking"

[[questions]]
key = "because"
kind = "long"
text = { en = "Why?", es = "¿Por qué?" }
shown_if = { question = "liking", any_of = ["bad"] }

[[questions]]
key = "hours"
kind = "number"
text = { en = "How many?", es = "¿Cuántas?" }
limits = { least = 0, most = 10, unit = { en = "hours", es = "horas" } }

[[questions]]
key = "lines"
kind = "matrix"
text = { en = "Each?", es = "¿Cada una?" }
plain = { en = "Each one?", es = "¿Una por una?" }
rows = [{ key = "one", en = "One", es = "Una", plain = { en = "One", es = "Una" } }]
options = [
  { key = "no", en = "No", es = "No" },
  { key = "yes", en = "Yes", es = "Sí" },
]
"""


@pytest.fixture
def scales(tmp_path: Path) -> dict[str, dict[str, object]]:
    path = tmp_path / "scales.toml"
    path.write_text(SCALES, encoding="utf-8")
    return read_scales(path)


def write(folder: Path, text: str) -> Path:
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read_as_the_rows_it_becomes(tmp_path: Path, scales: dict[str, dict[str, object]]) -> None:
    read = read_questionnaire(write(tmp_path, GOOD), scales)
    liking, because, hours, lines = read.questions
    assert read.groups == ("students", "teachers"), "in the order of the list of kinds"
    assert [option["key"] for option in liking.options] == ["bad", "good", "dont_know"]
    assert liking.options[0] == {"key": "bad", "texts": {"en": "Bad", "es": "Mal"}}
    assert because.shown_if == {"question": "liking", "any_of": ["bad"]}
    assert hours.limits == {"least": 0, "most": 10, "unit": {"en": "hours", "es": "horas"}}
    assert lines.rows[0]["plain"] == {"en": "One", "es": "Una"}
    assert read.minutes == 1


@pytest.mark.parametrize(
    ("before", "after", "where", "what"),
    [
        ('es = "Hola."', 'es = " "', "small.toml > intro > es", "has to be a text"),
        (', es = "Hola."', "", "small.toml > intro > es", "is missing"),
        ('es = "Hola."', 'es = "Hola.", fr = "Salut."', "small.toml > intro > fr", "not a key that is known"),
        ("place = 1", 'place = "first"', "small.toml > place", "has to be a number"),
        ("place = 1", "place = 1.5", "small.toml > place", "whole number"),
        ('groups = ["teachers", "students"]', 'groups = ["pupils"]', "small.toml > groups", "'pupils' is not one of"),
        ('groups = ["teachers", "students"]', "groups = []", "small.toml > groups", "at least one"),
        ('groups = ["teachers", "students"]', 'plain_bands = ["4-5"]\ngroups = ["teachers"]', "plain_bands", "'4-5'"),
        ('"en", "es"]', '"en", "en"]', "small.toml > languages", "same twice"),
        ('kind = "single"', 'kind = "singel"', "questions > liking > kind", "'singel', not one of single"),
        ('key = "because"', 'key = "liking"', "small.toml > questions", "twice: liking"),
        ('key = "because"', 'key = "Be cause"', "questions > Be cause > key", "small letters"),
        ('key = "because"\n', "", "small.toml > questions", "number 2 has no key"),
        ('scale = "liking"', 'scale = "loving"', "questions > liking > scale", "'loving', not one of liking"),
        ('scale = "liking"', "", "questions > liking > options", "are needed"),
        ('scale = "liking"', 'sclae = "liking"', "questions > liking", "options"),
        ('kind = "long"', 'kind = "long"\nscale = "liking"', "questions > because > options", "not for this kind"),
        ('kind = "long"', 'kind = "long"\nrequired = "yes"', "questions > because > required", "true or false"),
        ('kind = "long"', 'kind = "long"\nhnit = { en = "x", es = "x" }', "questions > because > hnit", "not a key"),
        ('kind = "long"', 'kind = "long"\nplain_hint = { en = "x", es = "x" }', "because > plain_hint", "not there"),
        ('kind = "long"', 'kind = "long"\nprotected_areas = ["moods"]', "because > protected_areas", "'moods'"),
        ('question = "liking"', 'question = "hours"', "because > shown_if > question", "'hours', not one of liking"),
        ('any_of = ["bad"]', 'any_of = ["awful"]', "because > shown_if > any_of", "'awful'"),
        ('any_of = ["bad"]', "any_of = []", "because > shown_if > any_of", "at least one"),
        ("most = 10", "most = 0", "questions > hours > limits > most", "above the least"),
        ("most = 10", 'most = "ten"', "questions > hours > limits > most", "has to be a number"),
        ('kind = "number"', 'kind = "short"', "questions > hours > limits", "for a number"),
        ('{ key = "no", en = "No", es = "No" },\n', "", "questions > lines > options", "at least two"),
        ('key = "no", en', 'key = "yes", en', "questions > lines > options", "twice: yes"),
        ('key = "no", en', 'key = "no", side = "below", en', "questions > lines > options", "as many above"),
        (', plain = { en = "One", es = "Una" } }]', " }]", "questions > lines > rows > one > plain", "is missing"),
        ('kind = "matrix"', 'kind = "single"', "questions > lines > rows", "needed by a matrix"),
        ("How is {term}?", "How is {trem}?", "small.toml > liking", "{trem} is never filled in"),
        ("Why?", "Why {term?", "small.toml > because", "is never filled in"),
        ('[[questions]]\nkey = "liking"', "[[questions]", "small.toml", "Expected"),
    ],
)
def test_a_mistake_is_named(
    tmp_path: Path, scales: dict[str, dict[str, object]], before: str, after: str, where: str, what: str
) -> None:
    assert before in GOOD
    with pytest.raises(ShippedMistake) as mistake:
        read_questionnaire(write(tmp_path, GOOD.replace(before, after, 1)), scales)
    assert str(mistake.value).startswith("small.toml")
    assert where in str(mistake.value)
    assert what in str(mistake.value)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('side = "below", ', "", "those without a side come last"),
        ('side = "below"', 'side = "middle"', "as many above"),
        ('side = "below"', 'side = "beneath"', "'beneath'"),
        ('key = "dont_know", ', 'key = "dont_know", side = "middle", ', "run from one side"),
        ('  { key = "bad", side = "below", en = "Bad", es = "Mal" },\n', "", "as many above"),
    ],
)
def test_a_scale_that_leans_is_named(tmp_path: Path, before: str, after: str, what: str) -> None:
    assert before in SCALES
    path = tmp_path / "scales.toml"
    path.write_text(SCALES.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ShippedMistake, match=r"scales\.toml") as mistake:
        read_scales(path)
    assert what in str(mistake.value)
