"""A week in a district, played for real: people are written to, some answer, some only start, staff go on working."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.core import mail
from django.test import Client

from commonwhy.core.jobs import run_job
from commonwhy.core.models import Job
from commonwhy.districts.models import Person
from commonwhy.listening.models import Survey
from commonwhy.listening.services import invitations
from tests.cast import Cast
from tests.listening.opened import open_survey

TEACHERS = 24


@dataclass(frozen=True)
class Said:
    """What really happened, in the order it did; the attacker knows everything but this."""

    person: Person
    token: str
    words: str
    sent: bool


@dataclass(frozen=True)
class Story:
    """A survey, and who said what in it."""

    cast: Cast
    survey: Survey
    said: list[Said]
    sent_after: int
    """Mails that went out once the invitations had."""


def answer(token: str, words: str, *, send: bool) -> None:
    """Answer as a browser does: open, save while typing, go on, come back, change, and send or not."""
    browser = Client()
    browser.get(f"/a/{token}/")
    browser.post(f"/a/{token}/1/", {"go": "stay", "answer": words[:10]})
    browser.post(f"/a/{token}/1/", {"go": "next", "answer": words})
    browser.post(f"/a/{token}/2/", {"go": "next", "answer": "weekly"})
    browser.post(f"/a/{token}/4/", {"go": "back", "row-class": "never"})
    if send:
        browser.post(f"/a/{token}/5/", {"go": "next", "answer": "bridge"})
        browser.get(f"/a/{token}/done/")


def hire(cast: Cast) -> list[Person]:
    """Two dozen teachers of one school."""
    return [
        Person.everything.create(
            district=cast.alder,
            name=f"Teacher {number}",
            email=f"teacher{number}@example.org",
            group=cast.group("teachers"),
            school=cast.creekside,
        )
        for number in range(TEACHERS)
    ]


@pytest.fixture
def story(cast: Cast) -> Story:
    return play(cast)


def play(cast: Cast) -> Story:
    """Everybody is written to; half answer, a quarter only start; between any two of them staff do something."""
    people = hire(cast)
    asked: dict[tuple[str, str | None], int | None] = {("teachers", cast.creekside.name): TEACHERS}
    survey = open_survey(cast, asked=asked)
    job = invitations.start_mailing(survey=survey, by=cast.coach)
    run_job.func(str(job.pk))
    assert Job.objects.get(pk=job.pk).state == Job.State.DONE, Job.objects.get(pk=job.pk).note
    token_of = {
        letter.to[0]: found[1] for letter in mail.outbox if (found := re.search(r"/a/([0-9A-Z]+)/", str(letter.body))) is not None
    }
    mail.outbox.clear()
    assert len(token_of) == TEACHERS
    said = []
    for number, person in enumerate(people[: TEACHERS * 3 // 4]):
        cast.client("teacher" if number % 2 else "coach").get("/")
        words = f"What I, number {number}, think of it"
        sent = number % 3 != 0
        answer(token_of[person.email], words, send=sent)
        said.append(Said(person, token_of[person.email], words, sent))
    return Story(cast, survey, said, len(mail.outbox))
