"""The frame of every page: language, content policy, slots, the thread."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast

from commonwhy.core import thread
from commonwhy.core.slots import Slot
from commonwhy.core.thread import ThreadStep

pytestmark = pytest.mark.django_db


def test_a_link_chooses_the_language_and_the_browser_remembers() -> None:
    client = Client()
    assert 'lang="en"' in client.get("/").content.decode()
    chosen = client.get("/?lang=es")
    assert 'lang="es"' in chosen.content.decode()
    assert chosen.headers["Content-Language"] == "es"
    assert 'lang="es"' in client.get("/").content.decode()
    cookie = chosen.cookies["django_language"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 31_536_000)


def test_the_browsers_wish_counts_where_nothing_was_chosen() -> None:
    assert 'lang="es"' in Client(headers={"Accept-Language": "es-MX,es;q=0.9"}).get("/").content.decode()
    assert 'lang="en"' in Client(headers={"Accept-Language": "ja"}).get("/").content.decode()


@pytest.mark.parametrize("wish", ["xx", "../../etc", "es'><script>", ""])
def test_a_language_that_is_not_there_changes_nothing(wish: str) -> None:
    answer = Client().get("/", {"lang": wish})
    assert answer.status_code == 200
    assert "django_language" not in answer.cookies
    assert "<script>" not in answer.content.decode()


def test_the_language_link_keeps_the_rest_of_the_address(cast: Cast) -> None:
    page = cast.client("superintendent").get("/d/alder-creek/manage/people/?q=ada&who=teachers").content.decode()
    assert 'href="/d/alder-creek/manage/people/?q=ada&amp;who=teachers&amp;lang=es"' in page


def test_every_page_forbids_inline_code_and_framing() -> None:
    headers = Client().get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_a_slot_is_filled_once_and_read_in_order() -> None:
    slot: Slot[str] = Slot("test")
    slot.register("late", "b", order=200)
    slot.register("early", "a", order=1)
    assert (list(slot), len(slot)) == (["a", "b"], 2)
    with pytest.raises(ValueError, match="already has 'late'"):
        slot.register("late", "c")


def test_the_thread_walks_both_ways_and_hands_the_viewer_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "_sources", defaultdict(list))
    monkeypatch.setattr(thread, "_outcomes", defaultdict(list))
    seen: list[Any] = []

    def walk(record: Any, viewer: Any) -> list[ThreadStep]:
        seen.append((record, viewer))
        return [ThreadStep("district", "Alder Creek", "/")]

    thread.register_sources("districts.School", walk)
    thread.register_outcomes("districts.School", walk)
    viewer = cast.viewer("coach")
    steps = [*thread.sources_of(cast.creekside, viewer), *thread.outcomes_of(cast.creekside, viewer)]
    assert [step.text for step in steps] == ["Alder Creek", "Alder Creek"]
    assert seen == [(cast.creekside, viewer)] * 2
    assert thread.sources_of(cast.alder, viewer) == []
