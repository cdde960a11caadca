"""The history: which versions there are, who recorded them, and what a draft changes sentence by sentence."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

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
    assert all(words in page for words in ("Another why.", "Before.", "After.", "taken out", "Out."))


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
