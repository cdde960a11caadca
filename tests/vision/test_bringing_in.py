"""A vision adopted earlier: in by file or paste, in force by its date, not yet traced, and linked backwards afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from commonwhy.core import thread
from commonwhy.core.models import AuditEntry
from commonwhy.vision.models import Clause, LaterVoice, VisionVersion
from commonwhy.vision.queries.linking import untraced
from commonwhy.vision.services import adoption, bringing_in, drafting, linking
from commonwhy.vision.services.bringing_in import Earlier
from tests.cast import Cast
from tests.formats.documents.made import COMMENT, added, deleted, docx, paragraph, pdf
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of, say, sentences_of, write_draft
from tests.vision.test_workshop_pages import at, text_of

EARLIER = Earlier(
    why={"en": "So that every child matters."},
    sentences=[{"en": "Students make things."}, {"en": "Adults learn."}],
    adopted_on=date(2019, 5, 14),
    beliefs=[{"en": "Every child can."}],
    minutes={"en": "Carried, as far as is known."},
    origin_name="Vision 2019",
)


def bring_in(cast: Cast, **changes: Any) -> VisionVersion:
    given = Earlier(**{**EARLIER.__dict__, **changes}) if changes else EARLIER
    return bringing_in.bring_in(district=cast.alder, earlier=given, by=cast.superintendent)


def states(cast: Cast) -> dict[int, str]:
    return dict(VisionVersion.everything.filter(district=cast.alder).values_list("number", "state"))


# What is kept


def test_it_is_kept_as_adopted_and_brought_in(cast: Cast) -> None:
    version = VisionVersion.everything.get(pk=bring_in(cast).pk)
    assert (version.number, version.state, version.origin, version.origin_name) == (1, "adopted", "brought_in", "Vision 2019")
    assert version.beliefs == [{"en": "Every child can."}]
    assert sentences_of(version) == ["Students make things.", "Adults learn."]
    assert untraced(cast.viewer("family"), version) == 2
    assert AuditEntry.objects.get(verb="brought in").detail["in force"] is True


def test_it_is_as_frozen_as_any_other(cast: Cast) -> None:
    version = bring_in(cast)
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        Clause.everything.filter(version=version).update(texts={"en": "x"})
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        VisionVersion.everything.filter(pk=version.pk).update(origin="written")


def test_an_older_one_does_not_supersede_a_later_one(cast: Cast) -> None:
    adopted_vision(cast)
    bring_in(cast)
    assert states(cast) == {1: "adopted", 2: "superseded"}


def test_a_later_one_supersedes_what_was_adopted_before_it(cast: Cast) -> None:
    bring_in(cast)
    bring_in(cast, adopted_on=date(2022, 1, 1), why={"en": "Newer."})
    bring_in(cast, adopted_on=date(2015, 1, 1), why={"en": "Oldest."})
    assert states(cast) == {1: "superseded", 2: "adopted", 3: "superseded"}
    page = cast.client("family").get(at("versions"))
    assert [line.version.number for line in page.context["lines"]] == [2, 1, 3]


def test_the_public_page_goes_back_by_date_not_by_number(cast: Cast) -> None:
    bring_in(cast)
    bring_in(cast, adopted_on=date(2015, 1, 1), why={"en": "Oldest."})
    page = cast.client(None).get(reverse("vision:public", args=["alder-creek"]))
    assert page.context["before"] == 2
    assert cast.client(None).get(reverse("vision:public_version", args=["alder-creek", 2])).context["before"] is None


def test_a_draft_goes_on_under_the_next_number(cast: Cast) -> None:
    draft = write_draft(cast, "A sentence being written.")
    bring_in(cast)
    draft.refresh_from_db()
    assert states(cast) == {1: "adopted", 2: "draft"}
    adopt(cast, draft)
    assert states(cast) == {1: "superseded", 2: "adopted"}


def test_the_next_draft_starts_from_it_and_takes_later_voices_along(cast: Cast) -> None:
    version = bring_in(cast)
    voice = say(cast, "We built a bridge.")
    linking.link(clause=clauses_of(version)[0], excerpt=voice, by=cast.coach)
    draft = begin(cast)
    assert draft.beliefs == [{"en": "Every child can."}]
    assert [one.lineage for one in clauses_of(draft)] == [one.lineage for one in clauses_of(version)]
    assert clauses_of(draft)[0].voices.get().excerpt == voice


def test_pressed_twice_it_is_one(cast: Cast) -> None:
    assert bring_in(cast).pk == bring_in(cast).pk
    assert VisionVersion.everything.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"why": {}}, "Say why"),
        ({"sentences": []}, "There is no sentence"),
        ({"sentences": [{"en": f"S{n}."} for n in range(41)]}, "41 sentences"),
        ({"adopted_on": timezone.localdate() + timedelta(days=3)}, "future"),
    ],
)
def test_what_is_not_whole_is_refused_and_nothing_is_kept(cast: Cast, change: dict[str, Any], words: str) -> None:
    with pytest.raises(bringing_in.BringingInRefused, match=words):
        bring_in(cast, **change)
    assert not VisionVersion.everything.exists()
    assert not Clause.everything.exists()


@pytest.mark.django_db(transaction=True)
def test_the_database_agrees_when_the_transaction_ends() -> None:
    """Sentences are written before the version they belong to; what they point to is checked at the end."""
    from tests.cast import make_cast

    cast = make_cast()
    version = bring_in(cast)
    assert sentences_of(version) == ["Students make things.", "Adults learn."]
    assert connection.vendor


# The pages


def send(cast: Cast, name: str, data: bytes, who: str = "superintendent", **more: str) -> Any:
    file = SimpleUploadedFile(name, data)
    return cast.client(who).post(at("bring_in"), {"file": file, "language": "en", **more})


def test_a_word_file_with_tracked_changes_comes_in(cast: Cast) -> None:
    data = docx(
        paragraph("Our why", style="Heading1"),
        paragraph("So that every child ", deleted("uses devices"), added("matters"), ".", COMMENT),
        paragraph("Our vision", style="Heading1"),
        paragraph("Students make things. Adults learn."),
    )
    answer = send(cast, "Vision_2019.docx", data)
    page = answer.content.decode()
    assert "additions taken: 1, deletions left out: 1" in page
    assert "Comments left out: 1." in page
    assert "So that every child matters." in page
    assert "uses devices" not in page
    assert 'value="Vision 2019"' in page
    assert not VisionVersion.everything.exists()
    kept = cast.client("superintendent").post(
        at("bring_in_keep"),
        {
            "why_en": "So that every child matters.",
            "sentences_en": "Students make things.\nAdults learn.",
            "adopted_on": "2019-05-14",
            "origin_name": "Vision 2019",
        },
    )
    assert kept["Location"] == at("trace", 1)
    assert sentences_of(VisionVersion.everything.get()) == ["Students make things.", "Adults learn."]


def test_pasted_words_and_another_language(cast: Cast) -> None:
    pasted = {"pasted": "Para que cada niño importe. Los adultos aprenden.", "language": "es"}
    answer = cast.client("superintendent").post(at("bring_in"), pasted)
    form = answer.context["form"]
    assert form["why_es"].value() == "Para que cada niño importe."
    assert form["sentences_es"].value() == "Los adultos aprenden."
    assert not form["why_en"].value()
    assert "the why below is a guess" in text_of(answer)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("scan.pdf", pdf("x", pages_only=True), "pictures of pages"),
        ("locked.pdf", pdf("Secret words.", password="secret"), "protected by a password"),
        ("broken.docx", b"PK\x03\x04broken", "could not be opened"),
        ("photo.jpg", b"\xff\xd8\xff\xe0", "is a picture"),
    ],
)
def test_a_file_that_cannot_be_read_says_the_way_out_and_keeps_what_was_pasted(
    cast: Cast, name: str, data: bytes, words: str
) -> None:
    answer = send(cast, name, data, pasted="Kept words.")
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert "Kept words." in text_of(answer)
    assert not VisionVersion.everything.exists()


def test_nothing_sent_is_a_mistake(cast: Cast) -> None:
    answer = cast.client("superintendent").post(at("bring_in"), {"language": "en"})
    assert answer.status_code == 400
    assert "Choose a file, or paste" in text_of(answer)


@pytest.mark.parametrize(
    "change", [{"why_en": ""}, {"sentences_en": ""}, {"adopted_on": ""}, {"adopted_on": "2999-01-01"}, {"ends_year": "2020"}]
)
def test_a_mistake_in_the_parts_keeps_what_was_written(cast: Cast, change: dict[str, str]) -> None:
    parts = {"why_en": "Why.", "sentences_en": "One.\nTwo.", "adopted_on": "2019-05-14", "minutes_en": "Kept minutes.", **change}
    answer = cast.client("superintendent").post(at("bring_in_keep"), parts)
    assert answer.status_code == 400
    assert "Kept minutes." in text_of(answer)
    assert not VisionVersion.everything.exists()


def test_only_who_adopts_brings_in(cast: Cast) -> None:
    for who in ("coach", "principal", "teacher", "board", "family"):
        assert cast.client(who).get(at("bring_in")).status_code == 403
        assert cast.client(who).post(at("bring_in_keep"), {"why_en": "x"}).status_code == 403
    assert not VisionVersion.everything.exists()


def test_the_workshop_offers_it_before_there_is_a_vision_and_the_versions_afterwards(cast: Cast) -> None:
    leader = cast.client("superintendent")
    assert at("bring_in") in leader.get(at("workshop")).content.decode()
    assert at("bring_in") not in cast.client("coach").get(at("workshop")).content.decode()
    bring_in(cast)
    assert at("bring_in") in leader.get(at("versions")).content.decode()


# Not yet traced, and linked backwards


def test_it_is_marked_not_yet_traced_for_everybody(cast: Cast) -> None:
    bring_in(cast)
    assert "2 sentences rest on nothing yet" in text_of(cast.client("coach").get(at("workshop")))
    assert "not yet traced" in text_of(cast.client("family").get(at("versions")))
    assert text_of(cast.client("family").get(at("trace", 1))).count("not yet traced") == 2
    assert "ot yet traced" in text_of(cast.client(None).get(reverse("vision:public", args=["alder-creek"])))


def test_voices_are_linked_backwards_and_taken_back(cast: Cast) -> None:
    version = bring_in(cast)
    clause, voice = clauses_of(version)[0], say(cast, "We built a bridge over the creek.")
    client = cast.client("coach")
    assert "We built a bridge" in text_of(client.get(f"{at('link_back', clause.pk)}?q=bridge"))
    answer = client.post(f"{at('link_voice', clause.pk, voice.pk)}?q=bridge")
    assert answer["Location"] == f"{at('link_back', clause.pk)}?q=bridge#voices"
    linked = LaterVoice.everything.get()
    assert linked.linked_by == cast.coach.pk
    page = text_of(client.get(at("trace", 1)))
    assert "linked later, on" in page
    assert page.count("not yet traced") == 1
    assert "0 voices to link" in text_of(client.get(f"{at('link_back', clause.pk)}?q=bridge"))
    client.post(at("link_voice", clause.pk, voice.pk))
    assert LaterVoice.everything.count() == 1
    client.post(at("link_voice", clause.pk, voice.pk), {"take_back": ""})
    assert not LaterVoice.everything.exists()


def test_the_thread_goes_both_ways_and_says_when(cast: Cast) -> None:
    version = bring_in(cast)
    clause, voice = clauses_of(version)[0], say(cast, "We built a bridge.")
    linking.link(clause=clause, excerpt=voice, by=cast.coach)
    viewer = cast.viewer("coach")
    [source] = [step for step in thread.sources_of(clause, viewer) if step.text == "We built a bridge."]
    assert "linked later, on" in source.kind
    assert [step.text for step in thread.outcomes_of(voice, viewer)] == ["Students make things."]


def test_what_was_cited_at_the_adoption_is_not_linked_again(cast: Cast) -> None:
    clause = clauses_of(adopted_vision(cast))[0]
    assert linking.link(clause=clause, excerpt=clause.voices.get().excerpt, by=cast.coach) is None
    assert not LaterVoice.everything.exists()


def test_a_draft_is_cited_not_linked(cast: Cast) -> None:
    clause = drafting.add_clause(version=begin(cast), texts={"en": "A"}, by=cast.coach)
    voice = say(cast, "Words")
    with pytest.raises(linking.StillADraftError):
        linking.link(clause=clause, excerpt=voice, by=cast.coach)
    assert cast.client("coach").get(at("link_back", clause.pk)).status_code == 404
    assert cast.client("coach").post(at("link_voice", clause.pk, voice.pk)).status_code == 404


def test_a_voice_of_another_district_is_not_linked(cast: Cast) -> None:
    clause, voice = clauses_of(bring_in(cast))[0], say(cast, "Words")
    type(voice).everything.filter(pk=voice.pk).update(district=cast.birch)
    voice.refresh_from_db()
    with pytest.raises(ValueError, match="another district"):
        linking.link(clause=clause, excerpt=voice, by=cast.coach)
    assert cast.client("coach").post(at("link_voice", clause.pk, voice.pk)).status_code == 404


def test_readers_read_and_do_not_link(cast: Cast) -> None:
    clause, voice = clauses_of(bring_in(cast))[0], say(cast, "Words")
    for who in ("teacher", "board", "family"):
        page = cast.client(who).get(at("trace", 1))
        assert page.status_code == 200
        assert "Link voices" not in text_of(page)
        assert cast.client(who).post(at("link_voice", clause.pk, voice.pk)).status_code == 403
    assert cast.client("outsider").get(at("trace", 1)).status_code == 404
    assert cast.client("coach").get(at("trace", 7)).status_code == 404


def test_a_draft_of_a_brought_in_vision_passes_the_same_gates(cast: Cast) -> None:
    bring_in(cast)
    draft = begin(cast)
    failing = {gate.key for gate in adoption.gates(draft) if not gate.holds}
    assert {"authors", "heard", "voices"} <= failing


def test_pages_ask_the_database_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    version = bring_in(cast, sentences=[{"en": f"Sentence {n}."} for n in range(30)])
    voices = [say(cast, f"Voice {n}") for n in range(6)]
    for clause in clauses_of(version):
        for voice in voices:
            linking.link(clause=clause, excerpt=voice, by=cast.coach)
    client = cast.client("superintendent")
    for address in (at("bring_in"), at("trace", 1), at("link_back", clauses_of(version)[0].pk)):
        with django_assert_max_num_queries(18):
            assert client.get(address).status_code == 200
