"""Chores: what the worker does without being asked, once a day or every few minutes.

A room registers a chore in its `apps.ready()`. A chore is repeatable; one that fails is tried again the next time, and
does not stop the others. One that is done often may be done by two workers at once, and must not mind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from commonwhy.core import jobs
from commonwhy.core.models import Chore

logger = logging.getLogger("commonwhy.housekeeping")

_chores: dict[str, Callable[[], object]] = {}
_often: dict[str, Callable[[], object]] = {}


def register(name: str, chore: Callable[[], object]) -> None:
    """Have `chore()` done once a day by one worker."""
    if name in _chores:
        raise ValueError(f"there is a chore {name!r} already")
    _chores[name] = chore


def register_often(name: str, chore: Callable[[], object]) -> None:
    """Have `chore()` done every few minutes by every worker: short, and without harm if two do it at once."""
    if name in _often:
        raise ValueError(f"there is a chore {name!r} already")
    _often[name] = chore


def do_due() -> list[str]:
    """Do every chore not done today by any worker. Returns the names of those done here."""
    jobs.mark_interrupted()
    return [name for name in _chores if _taken(name) and _done(name, _chores)]


def do_often() -> list[str]:
    """Do every chore that is done often. Returns the names of those that went well."""
    return [name for name in _often if _done(name, _often)]


def _taken(name: str) -> bool:
    today = timezone.localdate()
    Chore.objects.get_or_create(name=name)
    return bool(Chore.objects.filter(Q(done_on=None) | Q(done_on__lt=today), name=name).update(done_on=today))


def _done(name: str, chores: dict[str, Callable[[], object]]) -> bool:
    try:
        chores[name]()
    except Exception:
        logger.exception("the chore %s failed and is tried again next time", name)
        return False
    return True


def end_old_sessions() -> None:
    """Remove sessions that have ended, with whatever was noted in them."""
    call_command("clearsessions", verbosity=0)


def forget_old_tasks() -> None:
    """Remove what the task queue remembers of work done over a week ago."""
    call_command("prune_db_task_results", verbosity=0, min_age_days=7)


register("end old sessions", end_old_sessions)
register("forget old tasks", forget_old_tasks)
