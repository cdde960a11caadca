"""Markup is words: wherever people's texts stand, on every page, nothing of them becomes part of the page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import models
from django.urls import reverse

from commonwhy.accounts.models import User
from commonwhy.core.models import Job
from commonwhy.districts.models import District, Group, Invitation, Person, Position, School
from commonwhy.listening.models import (
    Answer,
    AnswerFile,
    Conversation,
    Excerpt,
    Note,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Survey,
)
from commonwhy.vision.models import Clause, VisionVersion
from tests.cast import Cast
from tests.permissions.world import World, make_world
from tests.security.test_caches import own_addresses

pytestmark = pytest.mark.any_database

EVIL = "</title></textarea></script><script>evil()</script><img src=x onerror=evil()>\" onfocus='evil()' autofocus {{ 7 }} ${7}"


class Parts(HTMLParser):
    """What a page is made of: its elements and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.evil: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        # A statement is read first, so its heading takes the focus; what people wrote stands inside it.
        takes_focus = "autofocus" in names and tag != "h1"
        handlers = {name for name in names if name.startswith("on")} | ({"autofocus"} if takes_focus else set())
        inline = tag == "script" and "src" not in names
        scheme = any(
            name in ("href", "action", "src") and (value or "").strip().lower().startswith("javascript") for name, value in attrs
        )
        if handlers or inline or scheme or "style" in names:
            self.evil.append(self.get_starttag_text() or tag)


def spoil(world: World) -> None:
    """Write markup into every text of people that these pages can show."""
    short: Any = {
        School: "name",
        Survey: "title",
        Questionnaire: "title",
        Conversation: "title",
        AnswerFile: "name",
        Job: "title",
    }
    short |= {Position: "title", Person: "name", User: "name", Note: "words", Excerpt: "words", Answer: "value", District: "name"}
    for model, name in short.items():
        rows: models.Manager[Any] = getattr(model, "everything", None) or model.objects
        for number, row in enumerate(rows.all()):
            rows.filter(pk=row.pk).update(**{name: f"{EVIL}{number}"})
    Group.everything.update(name=EVIL[:80])
    District.everything.update(term=EVIL[:80], help_text=EVIL)
    Question.everything.update(texts={"en": EVIL}, hints={"en": EVIL}, options=[{"key": "a", "texts": {"en": EVIL}}])
    QuestionnaireVersion.everything.update(intro={"en": EVIL}, thanks={"en": EVIL}, term={"en": EVIL})
    Invitation.everything.update(email=f'"{EVIL}"@example.org')
    draft = VisionVersion.everything.filter(state="draft")
    draft.update(why={"en": EVIL}, why_more={"en": EVIL}, is_lines=[{"en": EVIL}], note={"en": EVIL})
    Clause.everything.filter(version__state="draft").update(texts={"en": EVIL}, note={"en": EVIL})


@pytest.mark.parametrize("who", ["superintendent", "coach", None])
def test_no_text_becomes_part_of_a_page(cast: Cast, who: str | None) -> None:
    world = make_world(cast)
    spoil(world)
    client = cast.client(who)
    shown = 0
    for name, pattern in own_addresses():
        wanted = {**world.arguments, **world.instead.get(name, {})}
        response = client.get(reverse(name, kwargs={key: wanted[key] for key in pattern.pattern.converters}))
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        page = response.content.decode()
        shown += "&lt;script&gt;evil()" in page
        assert Parts(page).evil == [], name
    assert shown > (3 if who is None else 15)
