"""Voting: one reaction at a time, counted once however often it is sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Discussion, Routing, Statement, Vote
from commonwhy.deliberation.queries.taking_part import Drawn, Part, drawn_chance, enter, sign
from commonwhy.deliberation.services import duplicates, moderation, voting
from commonwhy.listening import tokens
from commonwhy.listening.models import Response, Survey, SurveyCell
from commonwhy.listening.services.responses import DoesNotFit, SavedTooOften
from commonwhy.listening.tokens import BadTokenError
from tests.cast import Cast
from tests.deliberation.made import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast)


@pytest.fixture
def token(discussion: Discussion) -> str:
    return link(discussion)


def link(discussion: Discussion) -> str:
    """A fresh token of the discussion's first cell."""
    return tokens.mint(discussion.survey, SurveyCell.everything.filter(survey=discussion.survey).first().number)  # type: ignore[union-attr]


def vote(text: str, number: int = 1, choice: int | None = 1, *, important: bool = False, exposure: Any = None) -> Any:
    entry = enter(text)
    statement = Statement.everything.get(discussion=entry.discussion, number=number)
    return voting.cast_vote(
        discussion=entry.discussion,
        token=entry.token,
        statement=statement,
        choice=choice,
        important=important,
        exposure=exposure,
    )


def test_a_vote_is_kept_with_the_response_and_counts_as_taking_part(discussion: Discussion, token: str) -> None:
    vote(token, 1, 1, important=True, exposure=0.25)
    kept = Vote.everything.get()
    assert (kept.choice, kept.important, kept.exposure, kept.statement.number) == (1, True, 0.25, 1)
    response = Response.everything.get()
    today = discussion.district.today()
    assert response.submitted
    assert response.week == today - timedelta(days=today.weekday())
    assert response.survey == discussion.survey
    assert response.key == tokens.read(discussion.survey, token).key


def test_the_same_vote_sent_often_is_one(discussion: Discussion, token: str) -> None:
    for _time in range(5):
        vote(token, 1, -1, exposure=0.5)
    assert Vote.everything.count() == 1
    assert Response.everything.count() == 1


def test_the_last_word_counts_and_how_it_was_met_stays(discussion: Discussion, token: str) -> None:
    vote(token, 2, 1, important=True, exposure=0.5)
    vote(token, 2, -1)
    kept = Vote.everything.get()
    assert (kept.choice, kept.important, kept.exposure) == (-1, False, 0.5)


def test_a_vote_of_ones_own_choosing_has_no_chance_even_when_it_is_drawn_later(discussion: Discussion, token: str) -> None:
    vote(token, 2, 1)
    vote(token, 2, 0, exposure=0.5)
    assert Vote.everything.get().exposure is None


def test_a_vote_can_be_taken_back_and_whoever_took_all_back_takes_no_part(discussion: Discussion, token: str) -> None:
    vote(token, 1)
    vote(token, 2)
    vote(token, 1, None)
    assert Response.everything.get().submitted
    vote(token, 2, None)
    assert not Vote.everything.exists()
    assert not Response.everything.get().submitted


def test_taking_back_what_was_never_said_writes_nothing(discussion: Discussion, token: str) -> None:
    assert vote(token, 1, None) is None
    assert not Response.everything.exists()


def test_a_change_moves_the_week(discussion: Discussion, token: str) -> None:
    vote(token, 1)
    Response.everything.update(week=date(2026, 1, 5))
    vote(token, 1, 0)
    today = discussion.district.today()
    assert Response.everything.get().week == today - timedelta(days=today.weekday())


@pytest.mark.parametrize("choice", [2, -2, 7])
def test_what_is_no_choice_is_refused(discussion: Discussion, token: str, choice: int) -> None:
    with pytest.raises(DoesNotFit):
        vote(token, 1, choice)
    assert not Response.everything.exists()


@pytest.mark.parametrize("chance", [0.0, -1.0, 1.5, float("nan")])
def test_a_chance_that_is_none_is_not_kept(discussion: Discussion, token: str, chance: float) -> None:
    vote(token, 1, exposure=chance)
    assert Vote.everything.get().exposure is None


def test_a_closed_discussion_takes_nothing_and_keeps_what_was_said(discussion: Discussion, token: str) -> None:
    vote(token, 1)
    Survey.everything.filter(pk=discussion.survey_id).update(closed_at=timezone.now())
    for choice in (-1, None):
        with pytest.raises(voting.NotOpen, match="What you said before it closed is kept"):
            vote(token, 1, choice)
    assert Vote.everything.get().choice == 1


def test_a_hidden_statement_takes_no_vote_but_gives_one_back(cast: Cast, discussion: Discussion, token: str) -> None:
    vote(token, 1)
    statement = Statement.everything.get(discussion=discussion, number=1)
    moderation.hide(statement=statement, reason="off_topic", more="", by=cast.coach)
    with pytest.raises(voting.NotShown):
        vote(token, 1, -1)
    assert Vote.everything.get().choice == 1
    vote(token, 1, None)
    assert not Vote.everything.exists()


def test_a_statement_of_another_discussion_takes_no_vote(cast: Cast, discussion: Discussion, token: str) -> None:
    other = opened(cast, question={"en": "Another question?", "es": "¿Otra pregunta?"})
    entry = enter(token)
    theirs = Statement.everything.filter(discussion=other).first()
    with pytest.raises(voting.NotShown):
        voting.cast_vote(
            discussion=entry.discussion, token=entry.token, statement=theirs, choice=1, important=False, exposure=None
        )
    assert not Vote.everything.exists()


@pytest.mark.parametrize("cut", ["commonwhy.deliberation.models.Vote.save", "commonwhy.listening.models.Response.save"])
def test_what_is_cut_short_leaves_nothing_half_done(
    discussion: Discussion, token: str, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """As a kill does: the transaction is not committed. Sent again, it is one vote."""

    def killed(*_arguments: Any, **_options: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(cut, killed)
        with pytest.raises(SystemExit):
            vote(token, 1)
    assert not Vote.everything.exists()
    assert not Response.everything.exists()
    vote(token, 1)
    assert Vote.everything.count() == 1


def test_a_script_stops_and_the_next_stir_lets_a_person_go_on(discussion: Discussion, token: str) -> None:
    vote(token, 1)
    Response.everything.update(saves=voting.MOST_CHANGES)
    with pytest.raises(SavedTooOften):
        vote(token, 1, -1)
    assert Vote.everything.get().choice == 1
    Response.everything.update(saves=0)
    vote(token, 1, -1)
    assert Vote.everything.get().choice == -1


def test_one_token_stuffs_no_ballot_and_many_count_each(discussion: Discussion, token: str) -> None:
    for choice in (1, 1, 1, -1, 1):
        for number in range(1, 6):
            vote(token, number, choice)
    assert Vote.everything.count() == 5
    for _person in range(3):
        vote(link(discussion), 1)
    assert Vote.everything.filter(statement__number=1).count() == 4


def test_a_token_of_another_survey_a_forged_one_and_one_without_discussion_open_nothing(
    cast: Cast, discussion: Discussion, token: str
) -> None:
    from tests.listening.opened import cell, open_survey

    survey = open_survey(cast)
    plain = tokens.mint(survey, cell(survey, "families").number)
    last = "A" if token[-1] != "A" else "B"
    for text in (plain, token[:-2] + last + token[-1], discussion.survey.code + plain[8:], "", "x" * 500):
        with pytest.raises(BadTokenError):
            enter(text)


def test_nobody_is_written_down_for_voting(discussion: Discussion, token: str) -> None:
    before = AuditEntry.objects.count()
    vote(token, 1)
    assert AuditEntry.objects.count() == before


class TestDrawing:
    """Which statement comes next."""

    def test_a_page_loaded_again_shows_the_same_until_a_vote(self, discussion: Discussion, token: str) -> None:
        first = Part(enter(token)).next()
        again = Part(enter(token)).next()
        assert first is not None
        assert again is not None
        assert (first.statement, first.exposure) == (again.statement, again.exposure)

    def test_nothing_is_shown_twice_and_everything_once(self, discussion: Discussion, token: str) -> None:
        met = []
        while (drawn := Part(enter(token)).next()) is not None:
            met.append(drawn.statement.number)
            vote(token, drawn.statement.number or 0, 0, exposure=drawn.exposure)
        assert sorted(met) == [1, 2, 3, 4, 5]
        assert all(0 < chance <= 1 for chance in Vote.everything.values_list("exposure", flat=True))

    def test_people_meet_them_in_different_orders(self, discussion: Discussion) -> None:
        firsts = {Part(enter(link(discussion))).next().statement.number for _ in range(40)}  # type: ignore[union-attr]
        assert len(firsts) > 1

    def test_before_any_weights_all_have_the_same_chance(self, discussion: Discussion, token: str) -> None:
        drawn = Part(enter(token)).next()
        assert drawn is not None
        assert drawn.exposure == pytest.approx(1 / 5)

    def test_weights_of_the_group_are_used_and_new_statements_are_as_wanted_as_the_most(self, discussion: Discussion) -> None:
        Routing.everything.create(
            district=discussion.district, discussion=discussion, weights={"": {"1": 0, "2": 0, "3": 0, "4": 6}}
        )
        drawn = [Part(enter(link(discussion))).next() for _ in range(120)]
        chances = {one.statement.number: one.exposure for one in drawn if one}
        assert chances[4] == pytest.approx(chances[5]) == pytest.approx(0.1 / 5 + 0.9 / 2)
        counts = [sum(one is not None and one.statement.number == number for one in drawn) for number in range(1, 6)]
        assert counts[3] + counts[4] > 90

    def test_what_says_the_same_is_shown_once_and_answered_once(self, cast: Cast, discussion: Discussion, token: str) -> None:
        one, other = Statement.everything.filter(discussion=discussion).order_by("number")[:2]
        vote(token, one.number or 0)
        duplicates.link(statement=one, same_as=other, by=cast.coach)
        part = Part(enter(token))
        assert len(part.shown) == 4
        assert one.number not in part.shown
        assert part.answered == {other.number}

    def test_a_discussion_without_statements_shows_none(self, discussion: Discussion, token: str) -> None:
        Statement.everything.all().delete()
        assert Part(enter(token)).next() is None


class TestTheSignedChance:
    """The chance travels through the browser, and the browser is not trusted."""

    def test_it_comes_back_for_the_same_token_and_statement_only(self, discussion: Discussion, token: str) -> None:
        mine, theirs = enter(token), enter(link(discussion))
        drawn = Part(mine).next()
        assert drawn is not None
        text = sign(mine.token, drawn)
        assert drawn_chance(mine.token, text, drawn.statement.pk) == drawn.exposure
        assert drawn_chance(theirs.token, text, drawn.statement.pk) is None
        other = Statement.everything.exclude(pk=drawn.statement.pk).first()
        assert other is not None
        assert drawn_chance(mine.token, text, other.pk) is None

    @pytest.mark.parametrize("text", ["", "x", "x:y", "WyJhIiwxXQ:forged", "\x00", "é" * 40])
    def test_what_was_not_signed_is_no_chance(self, discussion: Discussion, token: str, text: str) -> None:
        statement = Statement.everything.filter(discussion=discussion).first()
        assert statement is not None
        assert drawn_chance(enter(token).token, text, statement.pk) is None

    def test_an_impossible_chance_is_none_even_signed(self, discussion: Discussion, token: str) -> None:
        entry = enter(token)
        statement = Statement.everything.filter(discussion=discussion).first()
        assert statement is not None
        assert drawn_chance(entry.token, sign(entry.token, Drawn(statement, 2.0)), statement.pk) is None
