"""From any answer or note to what came of it, and from a sentence to all its voices: step by step, as far as one may read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.listening.models import Reply, ReplyPoint, Response, Survey
from commonwhy.vision.models import LookFor
from commonwhy.vision.services import drafting, stages
from tests.cast import Cast
from tests.vision.drafts import adopt, clauses_of, say, write_draft
from tests.vision.test_thread import page_of, told_in_person
from tests.vision.test_workshop_pages import text_of


def links_on(response: Any) -> set[str]:
    return set(re.findall(r'href="(/d/alder-creek/thread/[^"]+)"', response.content.decode()))


def reach(client: Any, start: str) -> set[str]:
    """Every thread page that can be reached from one, by following what each of them offers."""
    seen, waiting = {start}, [start]
    while waiting:
        answer = client.get(waiting.pop())
        assert answer.status_code == 200
        fresh = links_on(answer) - seen
        seen |= fresh
        waiting += fresh
    return seen


@pytest.fixture
def story(cast: Cast) -> dict[str, Any]:
    """An answer, words marked in it, a sentence that cites them, what one would see, an adopted version, a published reply."""
    draft = write_draft(cast, "Students show their work.")
    clause = clauses_of(draft)[0]
    voice = say(cast, "We made a map of our street.", kind="students")
    drafting.cite(clause=clause, excerpt=voice, by=cast.coach)
    look_for = LookFor.everything.create(district=cast.alder, clause=clause, position=1, texts={"en": "Two works a year."})
    stages.begin(version=draft, name="negotiating", on=timezone.localdate() - timedelta(days=9), by=cast.coach)
    adopted = adopt(cast, draft)
    reply = Reply.everything.create(district=cast.alder, number=1, title={"en": "To you"}, published_at=timezone.now())
    point = ReplyPoint.everything.create(
        district=cast.alder,
        reply=reply,
        kind="changed",
        position=1,
        texts={"en": "It stands in the vision now."},
        target_label="vision.Clause",
        target_id=clause.pk,
    )
    point.excerpts.add(voice)
    Survey.everything.update(closed_at=timezone.now())
    Response.everything.update(submitted=True)
    return {"clause": clause, "voice": voice, "look_for": look_for, "version": adopted, "point": point, "answer": voice.answer}


def test_an_answer_leads_to_all_that_came_of_it(cast: Cast, story: dict[str, Any]) -> None:
    coach = cast.client("coach")
    found = reach(coach, page_of(story["answer"]))
    for name in ("voice", "clause", "look_for", "version", "point"):
        assert page_of(story[name]) in found, name
    version = text_of(coach.get(page_of(story["version"])))
    assert "Negotiating:" in version
    assert "Approved by the board:" in version


def test_a_sentence_leads_back_to_every_voice_and_to_no_answer(cast: Cast, story: dict[str, Any]) -> None:
    coach = cast.client("coach")
    found = reach(coach, page_of(story["clause"]))
    cited = {page_of(voice.excerpt) for voice in story["clause"].voices.all()}
    assert len(cited) == 2
    assert cited <= found
    assert not [address for address in found if "listening.Answer" in address or "listening.Response" in address]


def test_a_reply_leads_to_what_it_names(cast: Cast, story: dict[str, Any]) -> None:
    page = cast.client("coach").get(page_of(story["point"]))
    assert page_of(story["clause"]) in links_on(page)
    assert page_of(story["voice"]) in links_on(page)
    assert page_of(story["point"]) in links_on(cast.client("coach").get(page_of(story["clause"])))


@pytest.mark.parametrize("who", ["board", "principal", "teacher", "family"])
def test_an_answer_is_only_for_those_who_read_answers(cast: Cast, story: dict[str, Any], who: str) -> None:
    assert cast.client(who).get(page_of(story["answer"])).status_code == 404
    assert cast.client(who).get(page_of(story["voice"])).status_code == 200


def test_an_answer_that_has_just_come_in_waits_here_too(cast: Cast, story: dict[str, Any]) -> None:
    coach = cast.client("coach")
    assert coach.get(page_of(story["answer"])).status_code == 200
    today = timezone.localdate(timezone=ZoneInfo("America/Chicago"))
    Response.everything.update(week=today - timedelta(days=today.weekday()))
    Survey.everything.update(closed_at=None)
    assert coach.get(page_of(story["answer"])).status_code == 404


def test_a_note_is_its_facilitators_only(cast: Cast) -> None:
    voice = told_in_person(cast, "It's when the internet works.")
    assert voice.note is not None
    page = text_of(cast.client("coach").get(page_of(voice.note)))
    assert "It's when the internet works." in page
    assert "Ms. Alvarez" in page
    for who in ("superintendent", "principal", "board", "family"):
        assert cast.client(who).get(page_of(voice.note)).status_code == 404


def test_the_page_of_voices_leads_there(cast: Cast, story: dict[str, Any]) -> None:
    page = cast.client("coach").get(reverse("listening:voices", args=["alder-creek"])).content.decode()
    assert page_of(story["answer"]) in page


def test_every_page_asks_a_bounded_number_of_times(cast: Cast, story: dict[str, Any], django_assert_max_num_queries: Any) -> None:
    coach = cast.client("coach")
    for name in ("answer", "voice", "clause", "look_for", "version", "point"):
        with django_assert_max_num_queries(24):
            assert coach.get(page_of(story[name])).status_code == 200
