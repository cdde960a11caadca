"""Votes on paper: a ballot to print, and sheets typed in, each counted once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Discussion, Statement, Vote
from commonwhy.deliberation.services import duplicates, moderation, paper
from commonwhy.listening.models import Response, Survey, SurveyCell
from commonwhy.listening.services.paper import NothingTyped, new_key
from commonwhy.listening.services.responses import DoesNotFit
from tests.cast import Cast
from tests.deliberation.made import draft, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast)


def address(discussion: Discussion, rest: str = "") -> str:
    return f"/d/{discussion.district.slug}/agree/discussions/{discussion.pk}/paper/{rest}"


def cell(discussion: Discussion) -> SurveyCell:
    return SurveyCell.everything.filter(survey=discussion.survey).select_related("group", "school").first()  # type: ignore[return-value]


def typed(discussion: Discussion, key: str = "", **numbers: tuple[int, bool]) -> bool:
    rows = {each.number: each for each in Statement.everything.filter(discussion=discussion)}
    votes = {rows[int(name[1:])]: said for name, said in numbers.items()}
    return paper.type_in_votes(discussion=discussion, cell=cell(discussion), votes=votes, key=key or new_key())


def test_a_sheet_is_one_person_whose_votes_have_no_chance(discussion: Discussion) -> None:
    assert typed(discussion, s1=(1, True), s3=(-1, False))
    response = Response.everything.get()
    assert (response.source, response.submitted) == ("hand", True)
    assert response.week.weekday() == 0
    kept = {vote.statement.number: (vote.choice, vote.important, vote.exposure) for vote in Vote.everything.all()}
    assert kept == {1: (1, True, None), 3: (-1, False, None)}


def test_the_same_sheet_sent_twice_counts_once(discussion: Discussion) -> None:
    key = new_key()
    assert typed(discussion, key, s1=(1, False))
    assert not typed(discussion, key, s1=(-1, False))
    assert Vote.everything.get().choice == 1


def test_what_cannot_be_kept_keeps_nothing(cast: Cast, discussion: Discussion) -> None:
    other = opened(cast, question={"en": "Another?", "es": "¿Otra?"})
    foreign = Statement.everything.filter(discussion=other).first()
    with pytest.raises(NothingTyped):
        typed(discussion)
    with pytest.raises(DoesNotFit):
        typed(discussion, s1=(5, False))
    with pytest.raises(DoesNotFit):
        typed(discussion, "short", s1=(1, False))
    with pytest.raises(DoesNotFit):
        paper.type_in_votes(
            discussion=discussion,
            cell=cell(discussion),
            votes={foreign: (1, False)},
            key=new_key(),  # type: ignore[dict-item]
        )
    assert not Response.everything.exists()


class TestThePages:
    """Printing and typing in, for those who run the discussion."""

    def test_the_ballot_holds_what_is_shown_once_in_the_language_asked_for(self, cast: Cast, discussion: Discussion) -> None:
        one, other, hidden = Statement.everything.filter(discussion=discussion).order_by("number")[:3]
        duplicates.link(statement=one, same_as=other, by=cast.coach)
        moderation.hide(statement=hidden, reason="off_topic", more="", by=cast.coach)
        html = cast.client("coach").get(address(discussion, "ballot/?in=es")).content.decode()
        assert "¿Cómo debería ser el aprendizaje?" in html
        assert other.texts["es"] in html
        assert one.texts["es"] not in html
        assert hidden.texts["es"] not in html
        assert html.count('class="tickbox"') == 3 * 4

    def test_a_pile_is_typed_in_sheet_after_sheet(self, cast: Cast, discussion: Discussion) -> None:
        coach = cast.client("coach")
        number = cell(discussion).number
        answer = coach.post(address(discussion), {"cell": number, "language": "es"})
        assert answer.headers["Location"] == address(discussion, f"{number}/?in=es")
        html = coach.get(answer.headers["Location"]).content.decode()
        key = re.search(r'name="key" value="([^"]+)"', html)[1]  # type: ignore[index]
        sheet = {"key": key, "s1": "1", "i1": "on", "s2": "0", "s3": ""}
        for said in ("It is in.", "was in already"):
            answer = coach.post(address(discussion, f"{number}/?in=es"), sheet, follow=True)
            assert said in answer.content.decode()
            assert "1 sheet typed in" in answer.content.decode()
        assert {(vote.statement.number, vote.choice, vote.important) for vote in Vote.everything.all()} == {
            (1, 1, True),
            (2, 0, False),
        }
        noted = AuditEntry.objects.filter(verb="typed in paper answers")
        assert noted.count() == 1, "once a day, before the first sheet"

    @pytest.mark.parametrize("sheet", [{}, {"s1": ""}, {"s1": "7"}, {"s1": "1", "key": "short"}])
    def test_a_sheet_that_cannot_be_kept_comes_back(self, cast: Cast, discussion: Discussion, sheet: dict[str, str]) -> None:
        page = address(discussion, f"{cell(discussion).number}/")
        answer = cast.client("coach").post(page, {"key": new_key()} | sheet)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()
        assert not Response.everything.exists()

    def test_nothing_is_typed_in_once_it_is_closed(self, cast: Cast, discussion: Discussion) -> None:
        Survey.everything.filter(pk=discussion.survey_id).update(closed_at=timezone.now())
        coach = cast.client("coach")
        assert "not open" in coach.get(address(discussion)).content.decode()
        page = address(discussion, f"{cell(discussion).number}/")
        assert coach.post(page, {"key": new_key(), "s1": "1"}).status_code == 302
        assert not Response.everything.exists()

    def test_a_draft_without_statements_says_what_to_do(self, cast: Cast) -> None:
        html = cast.client("coach").get(address(draft(cast))).content.decode()
        assert "nothing to print" in html

    def test_the_survey_s_own_paper_page_leads_to_the_discussion(self, cast: Cast, discussion: Discussion) -> None:
        answer = cast.client("coach").get(f"/d/{discussion.district.slug}/listen/surveys/{discussion.survey_id}/paper/")
        assert answer.status_code == 302
        assert str(discussion.pk) in answer.headers["Location"]

    def test_pages_ask_little(self, cast: Cast, discussion: Discussion, django_assert_max_num_queries: Any) -> None:
        coach = cast.client("coach")
        for page in ("", "ballot/", f"{cell(discussion).number}/"):
            with django_assert_max_num_queries(24):
                assert coach.get(address(discussion, page)).status_code == 200
