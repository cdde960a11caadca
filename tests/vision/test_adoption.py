"""The gates of adoption, the act itself, and two people adopting at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.districts.services import mark_group
from commonwhy.listening.models import Response
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.services import adoption, drafting
from tests.cast import Cast, make_cast
from tests.vision.drafts import (
    MINUTES,
    adopt,
    adopted_vision,
    begin,
    clauses_of,
    hold_survey,
    say,
    say_where_all_stand,
    write_draft,
)
from tests.vision.test_drafting import at_once

REASON = {"en": "The union met too late; its words come into the next version."}


def open_gates(version: VisionVersion) -> set[str]:
    return {gate.key for gate in adoption.gates(version) if not gate.holds}


def gate(version: VisionVersion, key: str) -> adoption.Gate:
    return next(each for each in adoption.gates(version) if each.key == key)


def test_a_whole_draft_passes_every_gate_and_is_adopted(cast: Cast) -> None:
    draft = write_draft(cast)
    assert open_gates(draft) == set()
    adopted = adopt(cast, draft, exception_reason={"en": "Not needed."})
    assert (adopted.state, adopted.minutes) == ("adopted", MINUTES)
    assert adopted.exception_reason == {}, "a reason without an exception would be read as one"
    entry = AuditEntry.objects.get(verb="adopted")
    assert (entry.actor_id, entry.detail["excused"]) == (cast.superintendent.pk, [])


def test_an_empty_draft_passes_none(cast: Cast) -> None:
    assert open_gates(begin(cast)) == {"why", "clauses", "authors", "heard", "voices", "endorsed"}


def test_without_a_why_or_a_sentence_no_reason_helps(cast: Cast) -> None:
    hold_survey(cast)
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Why."})
    with pytest.raises(adoption.AdoptionRefused, match="no reason can stand in"):
        adopt(cast, draft, exception_reason=REASON)
    assert VisionVersion.everything.get().is_draft


def test_it_is_not_one_authors_vision(cast: Cast) -> None:
    hold_survey(cast)
    draft = begin(cast)
    drafting.change_statement(version=draft, revision=0, by=cast.coach, why={"en": "Why."})
    clause = drafting.add_clause(version=draft, texts={"en": "A."}, by=cast.coach)
    drafting.cite(clause=clause, excerpt=say(cast, "Words"), by=cast.coach)
    say_where_all_stand(cast, draft)
    assert open_gates(draft) == {"authors"}
    with pytest.raises(adoption.AdoptionRefused, match="Not everything holds"):
        adopt(cast, draft)
    drafting.change_clause(clause=clause, revision=0, texts={"en": "B."}, by=cast.principal)
    assert adopt(cast, draft).state == "adopted"


def test_every_required_group_must_be_heard(cast: Cast) -> None:
    heard = {"students": 40, "families": 20, "teachers": 12, "building_leaders": 3}
    hold_survey(cast, heard)
    draft = write_draft(cast)
    assert open_gates(draft) == {"heard"}
    assert "Building leaders" in gate(draft, "heard").words
    assert "Business and community" in gate(draft, "heard").words
    with pytest.raises(adoption.AdoptionRefused):
        adopt(cast, draft)


def test_a_group_that_is_not_here_is_excused(cast: Cast) -> None:
    hold_survey(cast, {"students": 40, "families": 20, "teachers": 12, "building_leaders": 12})
    draft = write_draft(cast)
    assert open_gates(draft) == {"heard"}
    mark_group(group=cast.group("business"), not_here="No business in the valley.", by=cast.superintendent)
    assert open_gates(draft) == set()


def test_a_group_too_small_for_a_survey_is_heard_by_a_voice_that_names_it(cast: Cast) -> None:
    hold_survey(cast, {"students": 40, "families": 20, "teachers": 12, "business": 12, "building_leaders": 3})
    draft = write_draft(cast)
    assert open_gates(draft) == {"heard"}
    say(cast, "I would know it if I could walk into any room.", kind="building_leaders")
    assert open_gates(draft) == set()


def test_the_gate_tells_no_more_of_a_small_group_than_the_coverage_page(cast: Cast) -> None:
    """Three heard and none heard read alike: whether somebody of a group of three answered is theirs to tell."""
    few = {"students": 40, "families": 20, "teachers": 12, "business": 12, "building_leaders": 3}
    hold_survey(cast, few)
    draft = write_draft(cast)
    with_few = gate(draft, "heard").words

    Response.everything.filter(group=cast.group("building_leaders")).delete()
    assert gate(draft, "heard").words == with_few


def test_each_sentence_rests_on_voices(cast: Cast) -> None:
    draft = write_draft(cast, "A.", "B.", "C.", voices=False)
    drafting.cite(clause=clauses_of(draft)[0], excerpt=say(cast, "Words"), by=cast.coach)
    assert open_gates(draft) == {"voices"}
    assert gate(draft, "voices").words == "Resting on nothing yet: sentences 2, 3."


def test_an_exception_needs_a_public_reason_and_is_kept(cast: Cast) -> None:
    draft = write_draft(cast, "A.", voices=False)
    with pytest.raises(adoption.AdoptionRefused, match="Not everything holds"):
        adopt(cast, draft, exception_reason={})
    adopted = adopt(cast, draft, exception_reason=REASON)
    assert adopted.exception_reason == REASON
    assert AuditEntry.objects.get(verb="adopted").detail["excused"] == ["voices"]


def test_a_decision_of_tomorrow_is_not_made_yet(cast: Cast) -> None:
    draft = write_draft(cast)
    with pytest.raises(adoption.AdoptionRefused, match="future"):
        adopt(cast, draft, on=timezone.localdate() + timedelta(days=2))
    assert VisionVersion.everything.get().adopted_on is None


def test_today_is_the_districts_today(cast: Cast) -> None:
    cast.alder.time_zone = "Pacific/Auckland"
    cast.alder.save()
    draft = write_draft(cast)
    with time_machine.travel("2026-06-14T20:00:00+00:00", tick=False):
        assert adopt(cast, draft, on=timezone.localdate() + timedelta(days=1)).adopted_on.day == 15  # type: ignore[union-attr]


def test_minutes_are_needed(cast: Cast) -> None:
    draft = write_draft(cast)
    with pytest.raises(adoption.AdoptionRefused, match="minutes"):
        adopt(cast, draft, minutes={})


def test_the_next_version_supersedes_and_is_not_older(cast: Cast) -> None:
    first = adopted_vision(cast)
    draft = write_draft(cast, "Another sentence.", why={"en": "A newer why."})
    with pytest.raises(adoption.AdoptionRefused, match="cannot be older"):
        adopt(cast, draft, on=first.adopted_on - timedelta(days=1))  # type: ignore[operator]
    second = adopt(cast, draft)
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == ("superseded", "adopted", 2)


def test_adopting_twice_changes_nothing(cast: Cast) -> None:
    draft = write_draft(cast)
    adopt(cast, draft)
    with pytest.raises(adoption.AdoptionRefused, match="adopted already"):
        adopt(cast, draft, minutes={"en": "Other minutes."})
    assert VisionVersion.everything.get().minutes == MINUTES
    assert AuditEntry.objects.filter(verb="adopted").count() == 1


@pytest.mark.parametrize("change", ["why", "reworded", "cited", "taken back", "moved", "added", "removed"])
def test_nobody_adopts_what_they_did_not_read(cast: Cast, change: str) -> None:
    draft = write_draft(cast, "A.", "B.")
    seen = adoption.fingerprint(draft)
    clause = clauses_of(draft)[0]
    acts: dict[str, Any] = {
        "why": lambda: drafting.change_statement(version=draft, revision=draft.revision, by=cast.coach, why={"en": "x"}),
        "reworded": lambda: drafting.change_clause(clause=clause, revision=0, texts={"en": "x"}, by=cast.coach),
        "cited": lambda: drafting.cite(clause=clause, excerpt=say(cast, "More words"), by=cast.coach),
        "taken back": lambda: drafting.uncite(clause=clause, excerpt=clause.voices.get().excerpt, by=cast.coach),
        "moved": lambda: drafting.move_clause(clause=clause, up=False, by=cast.coach),
        "added": lambda: drafting.add_clause(version=draft, texts={"en": "x"}, by=cast.coach),
        "removed": lambda: drafting.remove_clause(clause=clause, by=cast.coach),
    }
    acts[change]()
    with pytest.raises(adoption.ChangedMeanwhile):
        adopt(cast, draft, seen=seen, exception_reason=REASON)
    assert VisionVersion.everything.get(pk=draft.pk).is_draft


def test_who_reads_the_same_draft_may_adopt_it(cast: Cast) -> None:
    draft = write_draft(cast)
    assert adopt(cast, draft, seen=adoption.fingerprint(draft)).state == "adopted"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_adopt_at_once_one_does() -> None:
    cast = make_cast()
    draft = write_draft(cast)
    outcomes = at_once(
        lambda: adopt(cast, VisionVersion.everything.get(pk=draft.pk), minutes={"en": "Mine."}),
        lambda: adopt(cast, VisionVersion.everything.get(pk=draft.pk), minutes={"en": "Theirs."}),
    )
    refused = [each for each in outcomes if isinstance(each, adoption.AdoptionRefused)]
    done = [each for each in outcomes if isinstance(each, VisionVersion)]
    assert (len(done), len(refused)) == (1, 1), outcomes
    assert VisionVersion.everything.get().minutes == done[0].minutes


@pytest.mark.django_db(transaction=True)
def test_a_sentence_is_not_changed_under_the_decision() -> None:
    """Whoever comes second waits for the first: either the change is in what was adopted, or it is refused."""
    cast = make_cast()
    draft = write_draft(cast, "As read.")
    clause = clauses_of(draft)[0]
    seen = adoption.fingerprint(draft)
    outcomes = at_once(
        lambda: adopt(cast, VisionVersion.everything.get(pk=draft.pk), seen=seen),
        lambda: drafting.change_clause(clause=clause, revision=0, texts={"en": "As changed."}, by=cast.coach),
    )
    version = VisionVersion.everything.get()
    words = clauses_of(version)[0].texts["en"]
    if version.is_draft:
        assert isinstance(outcomes[0], adoption.ChangedMeanwhile), outcomes
        assert words == "As changed."
    else:
        assert isinstance(outcomes[1], drafting.NotADraftError), outcomes
        assert words == "As read."
