"""Where groups stand: recorded by those who write, kept with its reason, never counted in public, needed for adoption."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import Group, School
from commonwhy.districts.services import mark_group
from commonwhy.vision.models import Endorsement, VisionVersion
from commonwhy.vision.services import adoption, drafting, endorsement
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, clauses_of, write_draft
from tests.vision.test_workshop_pages import text_of

BECAUSE = {"en": "It slows publishing down."}


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def record(cast: Cast, draft: VisionVersion, kind: str = "teachers", stand: str = "support", **given: Any) -> Endorsement:
    arguments = {"heard_on": yesterday(), "heard_how": "meeting", "by": cast.coach, "group": cast.group(kind), **given}
    return endorsement.record(version=draft, stand=stand, **arguments)


def posted(**given: str) -> dict[str, str]:
    return {"revision": "0", "stand": "support", "heard_on": yesterday().isoformat(), "heard_how": "meeting", **given}


def the_gate(draft: VisionVersion) -> adoption.Gate:
    return next(gate for gate in adoption.gates(draft) if gate.key == "endorsed")


# The gate


def test_adoption_waits_until_it_is_on_record_where_every_required_group_stands(cast: Cast) -> None:
    draft = write_draft(cast)
    assert the_gate(draft).holds
    Endorsement.everything.filter(group__kind="families").delete()
    assert not the_gate(draft).holds
    assert the_gate(draft).words == "Not recorded yet where they stand: Families."
    with pytest.raises(adoption.AdoptionRefused, match="Not everything holds"):
        adopt(cast, draft)
    record(cast, draft, "families")
    assert adopt(cast, draft).state == "adopted"


def test_an_exception_has_a_public_reason(cast: Cast) -> None:
    draft = write_draft(cast)
    Endorsement.everything.filter(group__kind="families").delete()
    adopted = adopt(cast, draft, exception_reason={"en": "The flood took the evening of the meeting."})
    assert AuditEntry.objects.get(verb="adopted").detail["excused"] == ["endorsed"]
    assert adopted.exception_reason["en"] in text_of(Client().get("/v/alder-creek/"))


def test_a_group_that_is_not_here_is_not_waited_for(cast: Cast) -> None:
    draft = write_draft(cast)
    Endorsement.everything.filter(group__kind="business").delete()
    assert not the_gate(draft).holds
    mark_group(group=cast.group("business"), not_here="No business in the valley.", by=cast.superintendent)
    assert the_gate(draft).holds


def test_one_school_does_not_speak_for_the_whole_group(cast: Cast) -> None:
    draft = write_draft(cast)
    Endorsement.everything.filter(group__kind="families").delete()
    record(cast, draft, "families", school=cast.maple)
    assert not the_gate(draft).holds


def test_who_cannot_stops_nothing_and_stands_in_public_with_the_reason(cast: Cast) -> None:
    """A shared vision is negotiated; it is not what everybody agrees to (M36)."""
    draft = write_draft(cast)
    record(cast, draft, "teachers", "cannot", because=BECAUSE, revision=1, counts={"supporting": 3, "opposing": 41})
    assert the_gate(draft).holds
    adopt(cast, draft)
    page = text_of(Client().get("/v/alder-creek/"))
    assert "Teachers cannot" in page
    assert BECAUSE["en"] in page
    assert "Who could not is kept here" in page


def test_how_many_raised_a_hand_is_never_public(cast: Cast) -> None:
    draft = write_draft(cast)
    record(cast, draft, "teachers", "live_with", revision=1, counts={"supporting": 7341, "living_with": 7342, "opposing": 7343})
    for who, shown in (("coach", True), ("board", False), ("family", False), ("teacher", False)):
        assert ("7343" in text_of(cast.client(who).get(at("stands")))) is shown, who
    adopt(cast, draft)
    for address in ("/v/alder-creek/", "/v/alder-creek/1/"):
        assert not re.search(r"(?<![\w-])734(?![\w-])", Client().get(address).content.decode())


def test_nobody_adopts_stands_they_did_not_read(cast: Cast) -> None:
    draft = write_draft(cast)
    seen = adoption.fingerprint(draft)
    record(cast, draft, "teachers", "cannot", because=BECAUSE, revision=1)
    with pytest.raises(adoption.ChangedMeanwhile):
        adopt(cast, draft, seen=seen)


def test_it_is_frozen_with_the_version(cast: Cast) -> None:
    draft = write_draft(cast)
    adopted = adopt(cast, draft)
    with pytest.raises(drafting.NotADraftError):
        record(cast, adopted, "teachers", "cannot", because=BECAUSE, revision=1)
    with pytest.raises(drafting.NotADraftError):
        endorsement.take_back(version=adopted, group=cast.group("teachers"), by=cast.coach, revision=1)
    for change in (
        lambda: Endorsement.everything.filter(version=adopted).update(stand="live_with"),
        lambda: Endorsement.everything.filter(version=adopted).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert set(Endorsement.everything.values_list("stand", flat=True)) == {"support"}


# Recording


def test_who_cannot_says_why(cast: Cast) -> None:
    draft = begin(cast)
    for because in (None, {}, {"en": "  "}):
        with pytest.raises(endorsement.StandRefused, match="why they cannot"):
            record(cast, draft, stand="cannot", because=because)
    assert not Endorsement.everything.exists()


def test_what_lies_ahead_or_is_not_here_or_is_anothers_is_not_recorded(cast: Cast) -> None:
    draft = begin(cast)
    with pytest.raises(endorsement.StandRefused, match="lies ahead"):
        record(cast, draft, heard_on=timezone.localdate() + timedelta(days=2))
    mark_group(group=cast.group("union"), not_here="No union.", by=cast.superintendent)
    with pytest.raises(endorsement.StandRefused, match="not here"):
        record(cast, draft, "union")
    with pytest.raises(ValueError, match="another district"):
        record(cast, draft, group=Group.everything.get(district=cast.birch, kind="teachers"))
    elsewhere = School.everything.create(district=cast.birch, name="Birch School")
    with pytest.raises(ValueError, match="another district"):
        record(cast, draft, school=elsewhere)
    assert not Endorsement.everything.exists()


def test_two_at_one_stand_lose_nothing(cast: Cast) -> None:
    draft = begin(cast)
    first = record(cast, draft, stand="support")
    with pytest.raises(endorsement.StandConflictError) as conflict:
        record(cast, draft, stand="live_with", by=cast.principal)
    assert conflict.value.current == first
    assert record(cast, draft, stand="support", by=cast.principal).revision == 1, "the same again is no conflict"
    assert record(cast, draft, stand="live_with", revision=1, by=cast.principal).revision == 2
    with pytest.raises(endorsement.StandConflictError):
        endorsement.take_back(version=draft, group=cast.group("teachers"), by=cast.coach, revision=1)
    endorsement.take_back(version=draft, group=cast.group("teachers"), by=cast.coach, revision=2)
    with pytest.raises(endorsement.StandConflictError) as gone:
        record(cast, draft, stand="support", revision=2)
    assert gone.value.current is None


def test_recording_makes_nobody_an_author(cast: Cast) -> None:
    draft = begin(cast)
    record(cast, draft, by=cast.principal)
    assert not draft.contributions.exists()


# The pages


def test_a_coach_records_a_stand_and_everybody_in_the_district_reads_it(cast: Cast) -> None:
    begin(cast)
    coach, group = cast.client("coach"), cast.group("teachers")
    assert "Adoption waits for: Students, Families, Teachers" in text_of(coach.get(at("stands")))
    answer = coach.post(at("stand", group.pk), posted(stand="cannot", because_en="No time for it.", opposing="12"))
    assert answer["Location"] == at("stands")
    kept = Endorsement.everything.get()
    assert (kept.stand, kept.because, kept.opposing, kept.recorded_by) == ("cannot", {"en": "No time for it."}, 12, cast.coach.pk)
    for who in ("board", "family", "teacher"):
        assert "No time for it." in text_of(cast.client(who).get(at("stands")))
    assert Client().get("/v/alder-creek/").status_code == 404


@pytest.mark.parametrize("who", ["board", "family", "teacher"])
def test_readers_record_nothing(cast: Cast, who: str) -> None:
    begin(cast)
    client, address = cast.client(who), at("stand", cast.group("teachers").pk)
    assert client.get(address).status_code == 403
    assert client.post(address, posted()).status_code == 403
    assert "Record where they stand" not in text_of(client.get(at("stands")))
    assert not Endorsement.everything.exists()


def test_a_principal_records_for_the_own_school_only(cast: Cast) -> None:
    begin(cast)
    principal, group = cast.client("principal"), cast.group("teachers")
    assert principal.get(at("stand", group.pk)).status_code == 404
    assert principal.post(at("stand_in_school", group.pk, cast.maple.pk), posted()).status_code == 404
    assert principal.post(at("stand_in_school", group.pk, cast.creekside.pk), posted()).status_code == 302
    assert Endorsement.everything.get().school == cast.creekside


def test_names_are_looked_for_before_anything_is_kept(cast: Cast) -> None:
    begin(cast)
    coach, address = cast.client("coach"), at("stand", cast.group("teachers").pk)
    told = posted(stand="cannot", because_en="Ask Mrs. Oyelaran why the lab is closed.")
    looked = coach.post(address, told)
    assert looked.status_code == 200
    assert not Endorsement.everything.exists()
    assert "Names to take out" in text_of(looked)
    assert 'value="Oyelaran"' in looked.content.decode()
    again = {**told, "looked": looked.context["look"], "name": ["Oyelaran"]}
    assert coach.post(address, again)["Location"] == at("stands")
    assert Endorsement.everything.get().because == {"en": "Ask Mrs. [name] why the lab is closed."}


def test_a_page_that_comes_second_keeps_what_was_written(cast: Cast) -> None:
    draft = begin(cast)
    record(cast, draft, stand="support")
    coach, address = cast.client("coach"), at("stand", cast.group("teachers").pk)
    answer = coach.post(address, posted(stand="cannot", because_en="No time for it."))
    assert answer.status_code == 409
    assert "Somebody else recorded this" in text_of(answer)
    assert "No time for it." in answer.content.decode()
    assert Endorsement.everything.get().stand == "support"
    again = posted(stand="cannot", because_en="No time for it.", revision=str(answer.context["revision"]))
    assert coach.post(address, again).status_code == 302
    assert Endorsement.everything.get().stand == "cannot"


def test_a_page_that_comes_after_the_adoption_keeps_what_was_written(cast: Cast) -> None:
    adopt(cast, write_draft(cast))
    answer = cast.client("coach").post(at("stand", cast.group("teachers").pk), posted(stand="cannot", because_en="Too late?"))
    assert answer.status_code == 409
    assert "Too late?" in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stand": "love"},
        {"heard_on": "yesterday"},
        {"heard_how": "rumor"},
        {"stand": "cannot"},
        {"opposing": "-1"},
        {"revision": "x"},
    ],
)
def test_wrong_input_is_said_and_nothing_is_kept(cast: Cast, wrong: dict[str, str]) -> None:
    begin(cast)
    answer = cast.client("coach").post(at("stand", cast.group("teachers").pk), posted() | wrong)
    assert answer.status_code == 400
    assert not Endorsement.everything.exists()


def test_what_was_recorded_by_mistake_is_taken_back(cast: Cast) -> None:
    record(cast, begin(cast))
    address = at("stand", cast.group("teachers").pk)
    assert cast.client("coach").post(address, {"take_back": "1", "revision": "1"})["Location"] == at("stands")
    assert not Endorsement.everything.exists()


def test_a_text_that_was_changed_afterwards_says_so(cast: Cast) -> None:
    draft = write_draft(cast, "As they read it.")
    Endorsement.everything.update(heard_on=timezone.localdate())
    assert "was changed after they said this" not in text_of(cast.client("coach").get(at("stands")))
    Endorsement.everything.filter(group__kind="teachers").update(heard_on=timezone.localdate() - timedelta(days=4))
    drafting.change_clause(clause=clauses_of(draft)[0], revision=0, texts={"en": "As it reads now."}, by=cast.coach)
    assert text_of(cast.client("coach").get(at("stands"))).count("was changed after they said this") == 1


def test_the_pages_ask_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = write_draft(cast)
    for school in (cast.creekside, cast.maple):
        for kind in ("teachers", "families", "students"):
            record(cast, draft, kind, school=school)
    coach = cast.client("coach")
    with django_assert_max_num_queries(18):
        assert coach.get(at("stands")).status_code == 200
    with django_assert_max_num_queries(18):
        assert coach.get(at("stand", cast.group("teachers").pk)).status_code == 200
