"""A sentence rests on statements and settled trade-offs as it does on voices: in drafts only, once, and what holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from commonwhy.core import jobs
from commonwhy.core.models import AuditEntry, Job
from commonwhy.deliberation.models import Discussion, Statement, StatementContact
from commonwhy.deliberation.services import author_messages
from commonwhy.deliberation.services.contacts import seal_address
from commonwhy.vision.models import (
    Clause,
    ClauseAlignment,
    ClauseStatement,
    ClauseTradeOff,
    Contribution,
    LookFor,
    LookForSource,
    TradeOff,
)
from commonwhy.vision.services import adoption, citing, drafting
from tests.cast import Cast
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of, hold_survey, say_where_all_stand, write_draft
from tests.vision.rests_on import figures, hold_discussion, state, trade_off, work_out


@pytest.fixture
def clause(cast: Cast) -> Clause:
    hold_survey(cast)
    return drafting.add_clause(version=begin(cast), texts={"en": "A sentence."}, by=cast.superintendent)


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return hold_discussion(cast)


@pytest.fixture
def statement(discussion: Discussion) -> Statement:
    return state(discussion, 1, "Every class makes something for the town.")


def cited(clause: Clause) -> tuple[int, int]:
    """How many statements and trade-offs a sentence rests on."""
    return clause.statements.count(), clause.trade_offs.count()


def test_a_statement_is_cited_once_and_taken_back(cast: Cast, clause: Clause, statement: Statement) -> None:
    first = citing.cite_statement(clause=clause, statement=statement, by=cast.coach)
    assert citing.cite_statement(clause=clause, statement=statement, by=cast.coach) == first
    assert cited(clause) == (1, 0)
    assert Contribution.everything.filter(version=clause.version, account=cast.coach).count() == 1
    for _twice in range(2):
        citing.uncite_statement(clause=clause, statement=statement, by=cast.coach)
    assert cited(clause) == (0, 0)
    noted = AuditEntry.objects.filter(object_id=str(clause.pk), detail__statement=str(statement.pk))
    assert sorted(noted.values_list("verb", flat=True)) == ["cited", "uncited"]


def test_a_trade_off_is_cited_once_and_taken_back(cast: Cast, clause: Clause) -> None:
    settled = trade_off(cast)
    first = citing.cite_trade_off(clause=clause, trade_off=settled, by=cast.coach)
    assert citing.cite_trade_off(clause=clause, trade_off=settled, by=cast.coach) == first
    assert cited(clause) == (0, 1)
    for _twice in range(2):
        citing.uncite_trade_off(clause=clause, trade_off=settled, by=cast.coach)
    assert cited(clause) == (0, 0)
    noted = AuditEntry.objects.filter(object_id=str(clause.pk), detail__trade_off=str(settled.pk))
    assert sorted(noted.values_list("verb", flat=True)) == ["cited", "uncited"]


@pytest.mark.parametrize("standing", [{"state": "waiting"}, {"state": "hidden", "reason": "names"}])
def test_only_a_shown_statement_carries_a_sentence(
    cast: Cast, clause: Clause, discussion: Discussion, standing: dict[str, str]
) -> None:
    unseen = state(discussion, 7, "Nobody reads this.", **standing)
    with pytest.raises(citing.CitingRefused, match="not shown"):
        citing.cite_statement(clause=clause, statement=unseen, by=cast.coach)
    assert cited(clause) == (0, 0)
    assert not Contribution.everything.filter(account=cast.coach).exists()


def test_only_a_settled_trade_off_carries_a_sentence(cast: Cast, clause: Clause) -> None:
    with pytest.raises(citing.CitingRefused, match="not settled"):
        citing.cite_trade_off(clause=clause, trade_off=trade_off(cast, settled=False), by=cast.coach)
    assert cited(clause) == (0, 0)


def test_nothing_of_another_district_is_cited(cast: Cast, clause: Clause) -> None:
    elsewhere = state(hold_discussion(cast, district=cast.birch, number=9), 1, "Far away.")
    with pytest.raises(ValueError, match="another district"):
        citing.cite_statement(clause=clause, statement=elsewhere, by=cast.coach)
    foreign = TradeOff.everything.create(
        district=cast.birch, number=1, state="settled", settled_on="2026-03-02", settlement={"en": "So."}
    )
    with pytest.raises(ValueError, match="another district"):
        citing.cite_trade_off(clause=clause, trade_off=foreign, by=cast.coach)
    assert cited(clause) == (0, 0)


def test_an_adopted_version_takes_no_more_and_gives_nothing_back(cast: Cast, statement: Statement) -> None:
    draft = write_draft(cast)
    settled = trade_off(cast)
    first = clauses_of(draft)[0]
    citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    citing.cite_trade_off(clause=first, trade_off=settled, by=cast.coach)
    adopt(cast, draft)
    adopted = clauses_of(draft)[0]
    acts: list[Callable[[], Any]] = [
        lambda: citing.cite_statement(clause=adopted, statement=statement, by=cast.coach),
        lambda: citing.uncite_statement(clause=adopted, statement=statement, by=cast.coach),
        lambda: citing.cite_trade_off(clause=adopted, trade_off=settled, by=cast.coach),
        lambda: citing.uncite_trade_off(clause=adopted, trade_off=settled, by=cast.coach),
    ]
    for act in acts:
        with pytest.raises(drafting.NotADraftError):
            act()
    assert cited(adopted) == (1, 1)


def test_a_sentence_that_was_taken_out_is_cited_by_nobody(cast: Cast, clause: Clause, statement: Statement) -> None:
    drafting.remove_clause(clause=clause, by=cast.coach)
    with pytest.raises(drafting.ClauseGoneError):
        citing.cite_statement(clause=clause, statement=statement, by=cast.coach)
    with pytest.raises(drafting.ClauseGoneError):
        citing.cite_trade_off(clause=clause, trade_off=trade_off(cast), by=cast.coach)


@pytest.mark.parametrize("kind", ["statement", "trade-off"])
def test_any_of_the_three_traces_a_sentence(cast: Cast, statement: Statement, kind: str) -> None:
    draft = write_draft(cast, "Alone.", voices=False)

    def gate() -> adoption.Gate:
        return next(each for each in adoption.gates(draft) if each.key == "voices")

    assert not gate().holds
    if kind == "statement":
        citing.cite_statement(clause=clauses_of(draft)[0], statement=statement, by=cast.coach)
    else:
        citing.cite_trade_off(clause=clauses_of(draft)[0], trade_off=trade_off(cast), by=cast.coach)
    assert gate().holds
    assert gate().words == "Every sentence rests on what people said."


def test_the_released_figures_are_frozen_with_the_version(cast: Cast, discussion: Discussion, statement: Statement) -> None:
    told = figures(statement, roles=[("families", 102, 81)])
    landscape = work_out(discussion, told)
    draft = write_draft(cast)
    citing.cite_statement(clause=clauses_of(draft)[0], statement=statement, by=cast.coach)
    unfigured = state(discussion, 3, "Too new to have figures.")
    citing.cite_statement(clause=clauses_of(draft)[1], statement=unfigured, by=cast.coach)
    assert ClauseStatement.everything.get(statement=statement).figures == {}
    adopt(cast, draft)
    landscape.released = {"statements": [figures(statement, agree=12)]}
    landscape.save()
    assert ClauseStatement.everything.get(statement=statement).figures == told
    assert ClauseStatement.everything.get(statement=unfigured).figures == {}


def test_at_adoption_whoever_wrote_a_cited_statement_is_told_once_of_the_first_sentence(
    cast: Cast, discussion: Discussion, statement: Statement
) -> None:
    written = [state(discussion, number, f"Added {number}.", origin="participant") for number in (5, 6)]
    for one, address in ((statement, "coach@example.org"), (written[0], "ana@example.org"), (written[1], "ben@example.org")):
        StatementContact.everything.create(district=cast.alder, statement=one, sealed=seal_address(address), language="en")
    draft = write_draft(cast)
    for clause in clauses_of(draft)[1:]:
        citing.cite_statement(clause=clause, statement=written[0], by=cast.coach)
        citing.cite_statement(clause=clause, statement=statement, by=cast.coach)
    version = adopt(cast, draft)
    (job,) = Job.objects.filter(kind=author_messages.KIND)
    jobs.run_job.call(str(job.pk))
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.org"], "nobody whose statement was not cited, and no facilitator"
    assert f"/v/alder-creek/{version.number}/2/" in sent.body
    assert "Added 5." in sent.body


@pytest.mark.parametrize("what", ["statement", "trade-off"])
def test_what_does_not_hold_any_more_is_not_frozen(cast: Cast, statement: Statement, what: str) -> None:
    draft, settled = write_draft(cast), trade_off(cast)
    first = clauses_of(draft)[0]
    citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    citing.cite_trade_off(clause=first, trade_off=settled, by=cast.coach)
    if what == "statement":
        Statement.everything.filter(pk=statement.pk).update(state="hidden", reason="names")
    else:
        TradeOff.everything.filter(pk=settled.pk).update(state="open", settled_on=None)
    with pytest.raises(adoption.AdoptionRefused, match=f"sentence 1: a {what} that is not"):
        adopt(cast, draft, exception_reason={"en": "We are in a hurry."})
    draft.refresh_from_db()
    assert draft.is_draft
    if what == "statement":
        citing.uncite_statement(clause=first, statement=statement, by=cast.coach)
    else:
        citing.uncite_trade_off(clause=first, trade_off=settled, by=cast.coach)
    assert adopt(cast, draft).state == "adopted"


@pytest.mark.parametrize("act", ["statement", "trade-off", "standard"])
def test_what_was_cited_after_somebody_looked_is_not_adopted_unseen(cast: Cast, statement: Statement, act: str) -> None:
    draft = write_draft(cast)
    seen, first = adoption.fingerprint(draft), clauses_of(draft)[0]
    if act == "statement":
        citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    elif act == "trade-off":
        citing.cite_trade_off(clause=first, trade_off=trade_off(cast), by=cast.coach)
    else:
        ClauseAlignment.everything.create(district=cast.alder, clause=first, framework="iste-students", code="1.4")
    with pytest.raises(adoption.ChangedMeanwhile):
        adopt(cast, draft, seen=seen)


@pytest.mark.parametrize("published", [True, False])
def test_whoever_adopts_is_told_what_readers_would_not_see(cast: Cast, clause: Clause, published: bool) -> None:
    discussion = hold_discussion(cast, published=published)
    hold_discussion(cast, published=False, number=2)
    for number in (1, 2):
        citing.cite_statement(clause=clause, statement=state(discussion, number, f"Statement {number}."), by=cast.coach)
    page = cast.client("superintendent").get("/d/alder-creek/vision/adopt/").content.decode()
    assert page.count("is not public yet") == (0 if published else 1)
    assert (f"/discussions/{discussion.pk}/" in page) is not published


def test_the_next_draft_starts_from_all_a_sentence_rests_on(cast: Cast, discussion: Discussion, statement: Statement) -> None:
    work_out(discussion, figures(statement))
    draft, settled = write_draft(cast, "One.", "Two."), trade_off(cast)
    first = clauses_of(draft)[0]
    citing.cite_statement(clause=first, statement=statement, by=cast.coach)
    citing.cite_trade_off(clause=first, trade_off=settled, by=cast.coach)
    ClauseAlignment.everything.create(
        district=cast.alder, clause=first, framework="iste-students", code="1.4", note={"en": "They design."}
    )
    drafting.change_clause(
        clause=first, revision=first.revision, texts=first.texts, by=cast.coach, look_fors=[{"en": "Maps"}, {"en": "Songs"}]
    )
    LookForSource.everything.create(
        district=cast.alder, look_for=LookFor.everything.get(clause=first, position=2), statement=statement
    )
    adopt(cast, draft)
    following = drafting.open_draft(district=cast.alder, by=cast.coach)
    copy, other = clauses_of(following)
    assert (cited(copy), cited(other)) == ((1, 1), (0, 0))
    assert copy.statements.get().figures == {}
    assert list(copy.alignments.values_list("framework", "code", "note")) == [("iste-students", "1.4", {"en": "They design."})]
    assert LookForSource.everything.get(look_for__clause=copy).look_for.texts == {"en": "Songs"}
    say_where_all_stand(cast, following)
    drafting.change_statement(version=following, revision=following.revision, by=cast.superintendent, why={"en": "Newer."})
    adopt(cast, following, exception_reason={"en": "Only one of us wrote on it."})
    assert copy.statements.get().figures == figures(statement)


def test_a_look_for_keeps_the_statement_it_was_taken_from_when_its_words_change(
    cast: Cast, clause: Clause, statement: Statement
) -> None:
    def save(*lines: str) -> None:
        clause.refresh_from_db()
        drafting.change_clause(
            clause=clause, revision=clause.revision, texts=clause.texts, by=cast.coach, look_fors=[{"en": each} for each in lines]
        )

    save("A wall of maps", "Visitors ask questions")
    LookForSource.everything.create(
        district=cast.alder, look_for=LookFor.everything.get(clause=clause, position=1), statement=statement
    )
    save("Something quite new here", "Visitors ask questions", "A wall of large maps")
    assert LookForSource.everything.get().look_for.texts == {"en": "A wall of large maps"}
    save("Visitors ask questions")
    assert not LookForSource.everything.exists()


def test_a_district_without_discussions_adopts_as_before(cast: Cast) -> None:
    assert adopted_vision(cast).state == "adopted"
    assert not ClauseStatement.everything.exists()
    assert not ClauseTradeOff.everything.exists()
