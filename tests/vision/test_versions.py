"""The history: which versions there are, who recorded them, and what a draft changes sentence by sentence."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.vision.differences import line_changes, longest_rise, pieces
from commonwhy.vision.queries.versions import comparison, version_lines
from commonwhy.vision.services import drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of
from tests.vision.test_workshop_pages import text_of

PAGE = reverse("vision:versions", args=["alder-creek"])


def test_versions_are_listed_with_who_recorded_them(cast: Cast) -> None:
    adopted_vision(cast, "A.", "B.")
    begin(cast)
    draft, first = version_lines(cast.viewer("family"), cast.alder)
    assert (draft.version.number, draft.version.state, draft.authors, draft.adopted_by) == (2, "draft", 0, "")
    assert (first.version.number, first.sentences, first.authors, first.adopted_by) == (1, 2, 2, str(cast.superintendent))
    page = text_of(cast.client("family").get(PAGE))
    assert "2 versions" in page
    assert str(cast.superintendent) in page


def test_nothing_yet_leads_to_the_beginning(cast: Cast) -> None:
    assert "There is no version yet" in text_of(cast.client("board").get(PAGE))


def test_a_new_draft_changes_nothing(cast: Cast) -> None:
    adopted, draft = adopted_vision(cast), begin(cast)
    assert comparison(cast.viewer("coach"), adopted, draft).same
    assert "Nothing yet" in text_of(cast.client("coach").get(PAGE))


def test_each_sentence_is_kept_reworded_new_or_taken_out(cast: Cast) -> None:
    adopted = adopted_vision(cast, "Kept.", "Before.", "Out.")
    draft = begin(cast)
    _kept, reworded, out = clauses_of(draft)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Another why."})
    drafting.change_clause(clause=reworded, revision=0, texts={"en": "After."}, by=cast.coach)
    drafting.remove_clause(clause=out, by=cast.coach)
    drafting.add_clause(version=draft, texts={"en": "New."}, by=cast.coach)
    drafting.move_clause(clause=reworded, up=True, by=cast.coach)
    found = comparison(cast.viewer("board"), adopted, draft)
    assert found.why_changed
    told = [(each.kind, each.before.get("en"), each.after.get("en")) for each in found.sentences]
    assert told == [
        ("reworded", "Before.", "After."),
        ("kept", "Kept.", "Kept."),
        ("new", None, "New."),
        ("out", "Out.", None),
    ]
    page = text_of(cast.client("board").get(PAGE))
    assert all(words in page for words in ("Another why.", "taken out", "Out.", "New."))
    html = cast.client("board").get(PAGE).content.decode()
    assert "<del>Before</del>" in html
    assert "<ins>After</ins>" in html


def test_a_sentence_is_followed_through_versions_whatever_its_place(cast: Cast) -> None:
    first = adopted_vision(cast, "A.", "B.")
    draft = begin(cast)
    drafting.move_clause(clause=clauses_of(draft)[0], up=False, by=cast.coach)
    second = adopt(cast, draft, exception_reason={"en": "Only the order changed."})
    assert [each.kind for each in comparison(cast.viewer("coach"), first, second).sentences] == ["kept", "kept"]


def test_a_long_history_costs_no_more_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    adopted_vision(cast)
    for number in range(4):
        draft = begin(cast)
        drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": f"Why {number}."})
        adopt(cast, draft, exception_reason={"en": "x"})
    begin(cast)
    client = cast.client("family")
    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200


# Word by word


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("We use maps.", "We make maps.", [("same", "We "), ("out", "use"), ("new", "make"), ("same", " maps.")]),
        (
            "Every child is given a device to use.",
            "Every child makes their own things to use.",
            [
                ("same", "Every child "),
                ("out", "is given a device"),
                ("new", "makes their own things"),
                ("same", " to use."),
            ],
        ),
        (
            "Something else entirely.",
            "Nobody would call this alike",
            [("out", "Something else entirely."), ("new", "Nobody would call this alike")],
        ),
        ("", "New.", [("new", "New.")]),
        ("Same.", "Same.", [("same", "Same.")]),
    ],
)
def test_words_are_compared_in_runs_people_can_read(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert [(piece.kind, piece.words) for piece in pieces(before, after)] == told


@given(st.text(max_size=120), st.text(max_size=120))
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.words for piece in found if piece.kind != "new") == before
    assert "".join(piece.words for piece in found if piece.kind != "out") == after


@given(st.lists(st.sampled_from("abcdefg"), max_size=7), st.lists(st.sampled_from("abcdefg"), max_size=7))
def test_no_line_of_a_list_is_lost(before: list[str], after: list[str]) -> None:
    found = line_changes([{"en": one} for one in before], [{"en": one} for one in after])
    assert sorted(one.before["en"] for one in found if one.before) == sorted(before)
    assert [one.after["en"] for one in found if one.after] == after


def test_a_reworded_line_is_one_line() -> None:
    before, after = (
        [{"en": "Every child can learn"}, {"en": "We listen"}],
        [{"en": "We listen"}, {"en": "Every child can learn well"}],
    )
    told = [(one.kind, one.moved) for one in line_changes(before, after)]
    assert sorted(kind for kind, _moved in told) == ["kept", "reworded"]
    assert sum(moved for _kind, moved in told) == 1


@given(st.permutations(range(7)))
def test_what_stays_in_place_rises_and_is_the_most(places: list[int]) -> None:
    stayed = [place for place in places if place in longest_rise(places)]
    assert stayed == sorted(stayed)
    longest = max(
        (len(run) for size in range(len(places) + 1) for run in combinations(places, size) if list(run) == sorted(run)), default=0
    )
    assert len(stayed) == longest


def test_the_other_parts_are_compared_too(cast: Cast) -> None:
    draft = begin(cast)
    entry = {"term": {"en": "mastery"}, "means": {"en": "You can do it."}}
    drafting.change_statement(
        version=draft,
        revision=0,
        by=cast.coach,
        beliefs=[{"en": "Every child can learn."}],
        glossary=[entry],
        mission={"en": "M."},
    )
    first = adopted_vision(cast, "A sentence about maps.")
    draft = begin(cast)
    clause = clauses_of(draft)[0]
    drafting.change_clause(clause=clause, revision=0, texts=clause.texts, by=cast.coach, look_fors=[{"en": "Maps on walls"}])
    told = {**entry, "means": {"en": "You can do it alone."}}
    drafting.change_statement(
        version=draft,
        revision=0,
        by=cast.coach,
        beliefs=[{"en": "Every adult can learn."}],
        glossary=[told],
        begins_year=2026,
        ends_year=2030,
    )
    found = comparison(cast.viewer("board"), first, draft)
    assert [part.title for part in found.changed_parts] == ["What we believe", "Words explained", "The years it is for"]
    assert not found.same
    assert found.in_short.startswith("what one would see changed for 1 sentence; changes in: What we believe")
    html = cast.client("board").get(PAGE).content.decode()
    assert "<del>child</del>" in html
    assert "<ins>adult</ins>" in html
    assert "Maps on walls" in html


def test_a_change_is_told_without_colour_and_to_the_ear(cast: Cast) -> None:
    """Crossed out and underlined by the elements themselves, and spoken by words that only screen readers get."""
    adopted_vision(cast, "We use maps.")
    draft = begin(cast)
    drafting.change_clause(clause=clauses_of(draft)[0], revision=0, texts={"en": "We make maps."}, by=cast.coach)
    html = cast.client("board").get(PAGE).content.decode()
    assert re.search(r'visually-hidden"[^>]*> left out: </span><del>use</del>', html)
    assert re.search(r'visually-hidden"[^>]*> new: </span><ins>make</ins>', html)


def test_any_two_versions_can_be_compared_in_either_order(cast: Cast) -> None:
    adopted_vision(cast, "One.")
    for number in (2, 3):
        draft = begin(cast)
        drafting.change_clause(clause=clauses_of(draft)[0], revision=0, texts={"en": f"Wording {number}."}, by=cast.coach)
        adopt(cast, draft, exception_reason={"en": "x"})
    client = cast.client("board")
    for query in ("?before=1&after=3", "?before=3&after=1"):
        page = client.get(PAGE + query)
        assert (page.context["compared"].before.number, page.context["compared"].after.number) == (1, 3)
        assert "What version 3 changed in version 1" in text_of(page)
    for query in ("", "?before=9&after=x", "?before=2&after=2"):
        page = client.get(PAGE + query)
        assert page.status_code == 200
    assert client.get(PAGE).context["compared"].before.number == 2
