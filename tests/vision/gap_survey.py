"""Surveys whose gap can be measured: teachers and families who mean different things, and a few on the board."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from xml.sax.saxutils import escape

import pytest
from django.utils import timezone

from commonwhy.core.charts import VARIANTS, Panel, accessible
from commonwhy.districts.models import School
from commonwhy.listening.models import Answer, Question, Response, Survey
from commonwhy.vision.services.gap import drawing
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of

TEACHERS = ["students making films for an audience", "publishing student work to the town", "projects that matter outside"]
FAMILIES = ["seeing grades online", "messages from the teacher on my phone", "knowing what homework is due"]
BOARD = ["a policy for the whole county", "a budget we can defend", "parity with the neighbours"]
ENDS = ["at our school", "every day", "when it works", "this year", "with some help", "most of the time"]
WORDS = {"teachers": TEACHERS, "families": FAMILIES, "board": BOARD}
EVIL = '<script>alert("x")</script> =HYPERLINK("http://x") seeing grades online'


@pytest.fixture
def plain_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures with every word and figure of the real ones and no drawing, which takes seconds."""

    def listed(
        panels: Sequence[Panel], *, title: str, description: str, legend: str = "", language: str = "en"
    ) -> dict[str, str]:
        words = [text for panel in panels for text in (panel.title, panel.note)]
        words += [str(part) for panel in panels for bar in panel.bars for part in (bar.label, bar.words, bar.note, bar.percent)]
        texts = "".join(f"<text>{escape(word)}</text>" for word in (*words, legend))
        svg = f'<svg xmlns="http://www.w3.org/2000/svg">{texts}</svg>'
        return dict.fromkeys(VARIANTS, accessible(svg, title=title, description=description, language=language))

    monkeypatch.setattr(drawing, "panels_of_bars", listed)


def add(survey: Survey, kind: str, school: School | None, words: str, *, number: int, language: str = "en") -> Answer:
    """One handed-in answer to the question about meaning."""
    return add_all(survey, [(kind, school, words, number)], language)[0]


def add_all(survey: Survey, said: Sequence[tuple[str, School | None, str, int]], language: str = "en") -> list[Answer]:
    """Handed-in answers to the question about meaning: who said it (group, school), the words, and a number of one's own."""
    meaning, groups = question(survey), {group.kind: group for group in survey.groups.all()}
    responses = Response.everything.bulk_create(
        Response(
            district=survey.district,
            survey=survey,
            key=hashlib.sha256(f"{survey.pk}{kind}{number}".encode()).hexdigest(),
            group=groups[kind],
            school=school,
            language=language,
            week=date(2026, 3, 2),
            submitted=True,
        )
        for kind, school, _words, number in said
    )
    return Answer.everything.bulk_create(
        Answer(district=survey.district, response=response, question=meaning, value=words)
        for response, (_kind, _school, words, _number) in zip(responses, said, strict=True)
    )


def make_survey(cast: Cast, *, teachers: int = 60, families: int = 60, board: int = 0) -> Survey:
    """A closed survey answered in both schools; the board's answers have no school."""
    places = [cast.creekside, cast.maple]
    asked: dict[tuple[str, str | None], int | None] = {
        (kind, school.name): 300 for kind in ("teachers", "families") for school in places
    }
    if board:
        asked["board", None] = 12
    now = timezone.now()
    survey = open_survey(cast, asked=asked, opened_at=now - timedelta(days=9), closed_at=now - timedelta(days=1))
    chance = random.Random(3)
    said = []
    for kind, count in (("teachers", teachers), ("families", families), ("board", board)):
        for number in range(count):
            school = places[number % 2] if kind != "board" else None
            words = f"{chance.choice(WORDS[kind])} {chance.choice(ENDS)} {chance.choice(ENDS)}"
            said.append((kind, school, words, number))
    add_all(survey, said)
    return survey


def question(survey: Survey) -> Question:
    return questions_of(survey)["meaning"]
