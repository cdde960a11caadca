"""Alder Creek's discussion once it is loaded: who took part, what came out, what the vision rests on, and that nothing waits.

The demo is loaded once for this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonwhy.core.charts import bars
from commonwhy.core.models import Job
from commonwhy.deliberation.models import (
    ApprovalBallot,
    Discussion,
    Landscape,
    ModerationDeed,
    PriorityRound,
    Statement,
    StatementLink,
    Vote,
)
from commonwhy.districts.models import District
from commonwhy.listening.models import ReplyPoint, Response
from commonwhy.site.demo.load import load_demo
from commonwhy.site.demo.words_of import told
from commonwhy.vision.models import (
    Clause,
    ClauseAlignment,
    ConfidentialNote,
    TradeOff,
    TradeOffStand,
    VisionVersion,
)

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]

PLANTED = ("phones_away", "homework_no_screen", "practice_not_graded", "one_app", "every_class_every_time")
"""Statements that the story makes divide."""


@pytest.fixture(scope="module")
def alder(made_once: None) -> Iterator[District]:
    with pytest.MonkeyPatch.context() as patch:
        # Its pictures take longer than all the rest, and the pages of the demo in the browser show them.
        patch.setattr(bars, "_drawn", lambda _chart: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
        yield load_demo()


@pytest.fixture
def discussion(alder: District) -> Discussion:
    return Discussion.everything.select_related("survey").get(district=alder)


@pytest.fixture
def released(discussion: Discussion) -> dict[str, Any]:
    return dict(Landscape.everything.get(discussion=discussion).released)


def said(key: str, language: str = "en") -> str:
    return str(next(one[language] for one in told("discussion")["statements"] if one["key"] == key))


def test_over_four_hundred_people_reacted_to_sixty_statements_and_more(discussion: Discussion) -> None:
    people = Response.everything.filter(survey=discussion.survey, submitted=True)
    assert people.count() >= 420
    assert Vote.everything.values("response").distinct().count() == people.count()
    assert Statement.everything.filter(discussion=discussion).count() >= 64
    assert Statement.everything.filter(discussion=discussion, state="shown", links=None).count() >= 60
    assert Vote.everything.filter(response__survey=discussion.survey).count() > 10_000
    assert Vote.everything.filter(important=True).exists()
    assert Vote.everything.filter(choice=0).exists()


def test_it_is_kept_as_anonymously_as_if_it_had_come_by_the_web(discussion: Discussion) -> None:
    people = Response.everything.filter(survey=discussion.survey)
    assert all(week.weekday() == 0 for week in people.values_list("week", flat=True).distinct())
    assert set(people.values_list("language", flat=True)) == {""}
    kept = {group for group in people.values_list("group__kind", flat=True) if group}
    assert kept == {"students", "families", "teachers", "support_staff", "building_leaders", "business"}
    written = Statement.everything.filter(discussion=discussion, origin="participant")
    authors = set(written.values_list("author", flat=True))
    assert len(authors) == written.count()
    assert authors.isdisjoint(people.values_list("key", flat=True))
    opened, closed = discussion.survey.opened_at, discussion.survey.closed_at
    assert opened is not None
    assert closed is not None
    days = ModerationDeed.everything.filter(discussion=discussion).values_list("done_on", flat=True)
    assert opened.date() <= min(days) <= max(days) <= closed.date()


def test_what_was_hidden_linked_and_appealed(discussion: Discussion) -> None:
    statements = Statement.everything.filter(discussion=discussion)
    assert statements.filter(state="hidden").count() == 3
    assert not statements.filter(state="waiting").exists()
    assert StatementLink.everything.filter(statement__discussion=discussion, unlinked_on=None).count() >= 5
    assert ModerationDeed.everything.filter(deed="given_way").count() == 1
    assert statements.get(state="shown", texts__en=said("snow_days")).appeal_answer
    assert all(set(one.texts) == {"en", "es"} for one in statements.filter(state="shown"))


def test_the_landscape_finds_the_planted_camps_shared_ground_and_what_divides(released: dict[str, Any]) -> None:
    assert released["camps"] == 3
    assert min(group["n"] for group in released["groups"]) >= 80
    keys = {str(one.pk): one.texts["en"] for one in Statement.everything.filter(state="shown", pk__in=_keys(released))}
    of = {
        outcome: [keys[one["statement"]] for one in released["statements"] if one["outcome"] == outcome]
        for outcome in ("shared", "divided", "not enough votes")
    }
    assert len(of["shared"]) >= 12
    assert {said("another_try"), said("home_language"), said("who_reads"), said("same_training")} <= set(of["shared"])
    assert {said(key) for key in PLANTED} <= set(of["divided"])
    assert said("counter") in of["not enough votes"]


def _keys(released: dict[str, Any]) -> list[str]:
    return [one["statement"] for one in released["statements"]]


@pytest.mark.parametrize("language", ["en", "es"])
def test_anybody_reads_it_with_the_camps_named(alder: District, discussion: Discussion, language: str) -> None:
    address = reverse("deliberation:public_agree", args=[alder.slug, discussion.number])
    page = Client().get(f"{address}?lang={language}").content.decode()
    for key in ("another_try", "home_language", "who_reads", "same_training", "what_we_stop", *PLANTED):
        assert said(key, language).replace("'", "&#x27;") in page
    if language == "en":
        assert "3 opinion groups" in page


def test_a_role_that_dissents_keeps_a_statement_from_being_shared(released: dict[str, Any]) -> None:
    figures = {one["statement"]: one for one in released["statements"]}
    for key, kind in (("principals_first", "building_leaders"), ("repair_class", "support_staff"), ("ninth_graders", "business")):
        one = figures[str(Statement.everything.get(texts__en=said(key)).pk)]
        assert one["outcome"] != "shared"
        shares = {
            role["members"][0]["kind"]: role["agree"]["percent"]
            for role in one["by_role"]
            if role["agree"] and len(role["members"]) == 1
        }
        assert shares[kind] < 50
        assert all(share > 60 for other, share in shares.items() if other != kind)


def test_equal_shares_choose_otherwise_than_plain_counting(discussion: Discussion) -> None:
    chosen = PriorityRound.everything.get(discussion=discussion)
    assert ApprovalBallot.everything.filter(round=chosen).count() >= 250
    options = chosen.released["options"]
    assert len(options) == 7
    plainly = {one["number"] for one in options if one["plain"]}
    shared = {one["number"] for one in options if one["shares"]}
    assert len(plainly) == len(shared) == chosen.limit == 3
    assert plainly != shared


def test_one_trade_off_is_settled_with_its_dissent_and_one_is_open(alder: District) -> None:
    settled = TradeOff.everything.get(district=alder, state="settled")
    assert TradeOff.everything.filter(district=alder, state="open").count() == 1
    dissent = TradeOffStand.everything.get(trade_off=settled, stand="dissents")
    assert dissent.because["en"]
    assert dissent.because["es"]
    assert settled.options.filter(chosen=True).count() == 1
    assert not settled.concerns.filter(answer={}).exists()
    assert {note.shared for note in ConfidentialNote.everything.filter(district=alder)} == {True, False}


def test_every_sentence_rests_on_voices_and_statements_and_one_on_a_settlement(alder: District) -> None:
    version = VisionVersion.everything.get(district=alder, state=VisionVersion.State.ADOPTED)
    clauses = list(Clause.everything.filter(version=version))
    assert len(clauses) == 5
    assert all(clause.voices.count() >= 6 and clause.statements.count() >= 2 for clause in clauses)
    assert [clause.trade_offs.count() for clause in clauses].count(1) == 1
    assert all(cited.figures.get("n") for clause in clauses for cited in clause.statements.all())
    assert ClauseAlignment.everything.filter(clause__version=version).count() >= 4
    adopted_on = version.adopted_on
    assert adopted_on is not None
    assert all(cited.trade_off.settled_on < adopted_on for clause in clauses for cited in clause.trade_offs.all())


def test_the_public_sentence_shows_all_three_kinds_of_source(alder: District) -> None:
    page = Client().get(reverse("vision:public_sentence", args=[alder.slug, 1, 3])).content.decode()
    assert said("another_try") in page
    assert "four pieces of work a term" in page
    assert "It means I can redo a quiz until I get it." in page


def test_the_reply_speaks_of_it(alder: District, discussion: Discussion) -> None:
    points = ReplyPoint.everything.filter(reply__surveys=discussion.survey, reply__published_at__isnull=False)
    pointed = set(points.values_list("target_label", flat=True))
    assert "deliberation.Statement" in pointed
    page = Client().get(reverse("listening:public_reply", args=[alder.slug, points[0].reply.number])).content.decode()
    words = " ".join(said("phones_away").split()[:5])
    assert f"#s{Statement.everything.get(texts__en=said('phones_away')).number}" in page
    assert words in page


def test_nothing_waits(alder: District) -> None:
    assert not Job.objects.exists()
