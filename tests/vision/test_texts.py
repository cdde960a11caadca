"""Texts by language: nothing a person typed is lost or moved to another line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.vision.forms.texts import lines_by_language, one_line, paragraphs
from commonwhy.vision.forms.vision import AdoptionForm, ClauseForm, StatementForm
from commonwhy.vision.models import VisionVersion

LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)


def statement(version: VisionVersion | None = None, **written: Any) -> StatementForm:
    return StatementForm({"revision": "0", **written}, version=version or VisionVersion())


def saved(form: StatementForm) -> dict[str, Any]:
    assert form.is_valid(), form.errors
    return form.statement()


def test_lines_at_the_same_height_belong_together_and_empty_ones_are_spacing() -> None:
    assert lines_by_language({"en": "A\n\nB\n", "es": "a\n\nb"}) == [{"en": "A", "es": "a"}, {"en": "B", "es": "b"}]


def test_a_line_without_a_translation_keeps_the_others_at_their_height() -> None:
    found = lines_by_language({"en": "A\nB\nC", "es": "a\n\nc"})
    assert found == [{"en": "A", "es": "a"}, {"en": "B"}, {"en": "C", "es": "c"}]


def test_a_first_line_without_a_translation_stays_first() -> None:
    form = statement(is_lines_en="A\r\nB", is_lines_es="\r\nb")
    assert saved(form)["is_lines"] == [{"en": "A"}, {"en": "B", "es": "b"}]


@pytest.mark.parametrize(
    "lines",
    [
        [{"en": "A"}, {"en": "B", "es": "b"}],
        [{"es": "a"}],
        [{"en": "A", "es": "a"}, {"es": "b"}, {"en": "C"}],
        [{"en": "A", "es": "a"}, {"en": "B"}],
    ],
)
def test_a_list_comes_back_from_the_form_as_it_went_in(lines: list[dict[str, str]]) -> None:
    version = VisionVersion(is_lines=lines)
    shown = StatementForm(version=version)
    back = {f"is_lines_{code}": shown.initial[f"is_lines_{code}"].replace("\n", "\r\n") for code in ("en", "es")}
    assert saved(statement(version, **back))["is_lines"] == lines


@given(st.lists(LINE, max_size=6), st.lists(LINE, max_size=6))
def test_no_line_is_ever_lost(english: list[str], spanish: list[str]) -> None:
    found = lines_by_language({"en": "\n".join(english), "es": "\n".join(spanish)})
    for code, lines in (("en", english), ("es", spanish)):
        typed = [piece.strip() for line in lines for piece in line.splitlines() if piece.strip()]
        assert [row[code] for row in found if code in row] == typed
    assert all(found)


@given(st.text(max_size=200))
def test_tidying_keeps_every_word(text: str) -> None:
    assert one_line(text).split() == text.split()
    assert paragraphs(text).split() == text.split()
    assert paragraphs(paragraphs(text)) == paragraphs(text)


def test_paragraphs_keep_their_line_breaks_and_sentences_do_not() -> None:
    found = saved(statement(why_en="One\r\n  sentence.", note_en="First.\r\n\r\nSecond.  \r\n"))
    assert (found["why"], found["note"]) == ({"en": "One sentence."}, {"en": "First.\n\nSecond."})


def test_one_language_is_enough_and_the_other_stays_empty() -> None:
    found = saved(statement(why_es="Para que cada niño…", is_lines_es="Una cosa"))
    assert (found["why"], found["is_lines"], found["term"]) == ({"es": "Para que cada niño…"}, [{"es": "Una cosa"}], {})
    form = ClauseForm({"revision": "0", "text_es": "Solo en español."})
    assert form.is_valid()
    assert form.words() == {"es": "Solo en español."}


def test_a_sentence_needs_words_in_some_language() -> None:
    form = ClauseForm({"revision": "0", "text_en": "  \r\n ", "note_en": "why"})
    assert not form.is_valid()
    assert "text_en" in form.errors


def test_a_line_break_counts_once_as_it_did_while_typing() -> None:
    text = "a\n" * 999 + "ab"
    assert len(text) == 2000
    assert statement(why_more_en=text.replace("\n", "\r\n")).is_valid()


def test_too_long_is_said_and_kept() -> None:
    form = statement(why_en="x" * 401)
    assert not form.is_valid()
    assert form["why_en"].value() == "x" * 401


def test_a_horizon_that_ends_before_it_begins_is_refused() -> None:
    assert "ends_year" in statement(begins_year="2028", ends_year="2026").errors
    assert "begins_year" in statement(ends_year="2026").errors
    assert "begins_year" in statement(begins_year="soon", ends_year="2026").errors
    assert saved(statement(begins_year="2026"))["ends_year"] is None


def test_words_from_right_to_left_have_a_box_that_turns_around() -> None:
    form = statement(why_en="כדי שכל ילד ייצור משהו")
    assert saved(form)["why"] == {"en": "כדי שכל ילד ייצור משהו"}
    assert 'dir="auto"' in str(form["why_en"])


def test_the_exception_is_only_asked_for_where_it_is_needed() -> None:
    assert "exception_reason_en" not in AdoptionForm(exception_needed=False).fields
    form = AdoptionForm(
        {"seen": "x", "on": "2026-06-14", "minutes_en": "Carried.", "exception_reason_en": "Ignored."}, exception_needed=False
    )
    assert form.is_valid()
    assert "exception_reason" not in form.decision()


def test_what_somebody_else_saved_is_told_text_by_text() -> None:
    theirs = VisionVersion(why={"en": "Theirs.", "es": "Suyo."}, is_lines=[{"en": "A"}], begins_year=2026, revision=3)
    form = statement(VisionVersion(), why_en="Mine.", is_lines_en="A", begins_year="2027")
    assert form.is_valid()
    found = {str(each.label): each.theirs for each in form.theirs(theirs)}
    assert found == {"Our why": (("en", "Theirs."), ("es", "Suyo.")), "From the year": (("", "2026"),)}
