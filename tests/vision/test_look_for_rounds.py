"""Teachers propose what one would see if a sentence were true; what they share ground on comes into the draft."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.vision.models import Clause, LookFor, LookForRound, LookForSource, VisionVersion
from commonwhy.vision.services import drafting
from commonwhy.vision.services import look_for_rounds as services
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, clauses_of, hold_survey, write_draft
from tests.vision.rests_on import figures, state, work_out


@pytest.fixture
def clause(cast: Cast) -> Clause:
    hold_survey(cast)
    both = {"en": "Students show their work.", "es": "Los estudiantes muestran su trabajo."}
    maps = [{"en": "Maps on walls", "es": "Mapas en las paredes"}]
    return drafting.add_clause(version=begin(cast), texts=both, look_fors=maps, by=cast.superintendent)


def held(cast: Cast, clause: Clause) -> tuple[Statement, Statement]:
    """Teachers reacted to two proposals: one they share, one that divides them."""
    round_ = services.ask_teachers(clause=clause, by=cast.coach)
    discussion = Discussion.everything.get(pk=round_.discussion_id)
    shared = state(discussion, 11, "Work on every wall", es="Trabajo en cada pared")
    divided = state(discussion, 12, "No desks", es="Sin pupitres")
    work_out(discussion, figures(shared), {**figures(divided), "outcome": "divided"})
    return shared, divided


def test_asking_prepares_a_discussion_among_teachers_with_what_is_there(cast: Cast, clause: Clause) -> None:
    round_ = services.ask_teachers(clause=clause, by=cast.coach)
    survey = round_.discussion.survey
    assert survey.is_draft
    assert [group.kind for group in survey.groups.all()] == ["teachers"]
    assert "Students show their work." in survey.title
    assert Statement.everything.get(discussion=round_.discussion).texts["en"] == "Maps on walls"
    assert services.ask_teachers(clause=clause, by=cast.coach) == round_


def test_a_long_sentence_is_asked_about_all_the_same(cast: Cast, clause: Clause) -> None:
    Clause.everything.filter(pk=clause.pk).update(texts={"en": "word " * 79, "es": "palabra " * 49})
    clause.refresh_from_db()
    assert services.ask_teachers(clause=clause, by=cast.coach).discussion.survey.title.endswith("…”")


def test_what_teachers_share_becomes_a_look_for_once_with_its_source(cast: Cast, clause: Clause) -> None:
    shared, _divided = held(cast, clause)
    before = clause.revision
    taken = services.take_look_for(clause=clause, statement=shared, by=cast.coach)
    assert services.take_look_for(clause=clause, statement=shared, by=cast.coach) == taken
    assert list(LookFor.everything.filter(clause=clause).values_list("texts__en", flat=True)) == [
        "Maps on walls",
        "Work on every wall",
    ]
    assert LookForSource.everything.get().statement == shared
    clause.refresh_from_db()
    assert clause.revision == before + 1


def test_what_divides_them_or_was_said_elsewhere_is_not_taken(cast: Cast, clause: Clause) -> None:
    shared, divided = held(cast, clause)
    other = drafting.add_clause(version=clause.version, texts={"en": "Another."}, by=cast.coach)
    for where, what in ((clause, divided), (other, shared)):
        with pytest.raises(services.LookForRefused):
            services.take_look_for(clause=where, statement=what, by=cast.coach)
    Statement.everything.filter(pk=shared.pk).update(state="hidden", reason="names")
    shared.refresh_from_db()
    with pytest.raises(services.LookForRefused):
        services.take_look_for(clause=clause, statement=shared, by=cast.coach)
    assert LookFor.everything.filter(clause=clause).count() == 1


def test_of_an_adopted_sentence_it_is_taken_into_the_next_draft(cast: Cast) -> None:
    draft: VisionVersion = write_draft(cast)
    adopt(cast, draft)
    adopted = clauses_of(draft)[0]
    shared, _divided = held(cast, adopted)
    with pytest.raises(drafting.NotADraftError):
        services.take_look_for(clause=adopted, statement=shared, by=cast.coach)
    following = clauses_of(drafting.open_draft(district=cast.alder, by=cast.coach))[0]
    assert services.take_look_for(clause=following, statement=shared, by=cast.coach).clause == following


def test_without_teachers_nobody_is_asked(cast: Cast, clause: Clause) -> None:
    teachers = cast.group("teachers")
    teachers.not_here = "None here."
    teachers.save()
    with pytest.raises(services.LookForRefused):
        services.ask_teachers(clause=clause, by=cast.coach)
    assert not LookForRound.everything.exists()


def test_from_the_page(cast: Cast, clause: Clause, django_assert_max_num_queries: object) -> None:
    def at(name: str, *more: object) -> str:
        return reverse(f"vision:{name}", args=["alder-creek", clause.pk, *more])

    coach = cast.client("coach")
    assert "Ask teachers" in coach.get(at("look_for_rounds")).content.decode()
    assert coach.post(at("ask_teachers")).status_code == 302
    shared, divided = held(cast, clause)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page = coach.get(at("look_for_rounds")).content.decode()
    assert "Work on every wall" in page
    assert "No desks" not in page
    coach.post(at("take_look_for", shared.pk))
    coach.post(at("take_look_for", divided.pk))
    page = coach.get(at("look_for_rounds")).content.decode()
    assert "from teachers" in page
    assert LookFor.everything.filter(clause=clause).count() == 2
    assert cast.client("principal").post(at("ask_teachers")).status_code == 403
    assert cast.client("teacher").get(at("look_for_rounds")).status_code == 403
