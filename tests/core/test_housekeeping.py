"""Daily chores: each once a day by one worker, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from commonwhy.core import housekeeping
from commonwhy.core.models import Chore

pytestmark = pytest.mark.django_db


@pytest.fixture
def chore() -> Iterator[Callable[[str, Callable[[], object]], None]]:
    names = []

    def register(name: str, work: Callable[[], object]) -> None:
        housekeeping.register(name, work)
        names.append(name)

    yield register
    for name in names:
        housekeeping._chores.pop(name)


def test_a_chore_is_done_once_a_day(chore: Callable[..., None]) -> None:
    done: list[str] = []
    chore("sweep", lambda: done.append("sweep"))
    assert "sweep" in housekeeping.do_due()
    assert housekeeping.do_due() == []
    Chore.objects.filter(name="sweep").update(done_on=timezone.localdate() - timedelta(days=1))
    assert housekeeping.do_due() == ["sweep"]
    assert done == ["sweep", "sweep"]


def test_a_chore_that_fails_stops_no_other_and_is_told(chore: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise RuntimeError("broken broom")

    chore("fail", fail)
    chore("after", lambda: None)
    done = housekeeping.do_due()
    assert "after" in done
    assert "fail" not in done


def test_a_name_is_taken_once(chore: Callable[..., None]) -> None:
    chore("sweep", lambda: None)
    with pytest.raises(ValueError, match="already"):
        housekeeping.register("sweep", lambda: None)


def test_ended_sessions_go_with_what_was_noted_in_them() -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="words", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="words", expire_date=now + timedelta(minutes=1))
    housekeeping.end_old_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_every_chore_that_ships_works() -> None:
    assert {"end old sessions", "forget old tasks", "forget old uploads"} <= set(housekeeping.do_due())
