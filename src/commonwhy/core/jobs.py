"""Long work: start it, watch it, leave it, run it again.

A room registers a handler for each kind of job in its `apps.ready()`. `start` writes the `Job` and hands its id to a
worker once the surrounding transaction has committed; the handler reports through `Progress`. A handler must be
repeatable: a job that was cut off is marked interrupted and can be run again without harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from commonwhy.core.models import Job

logger = logging.getLogger("commonwhy.jobs")

# A running job says it is alive at least this often; one that has been silent for four times as long was cut off.
HEARTBEAT = timedelta(seconds=30)

Handler = Callable[..., dict[str, Any] | None]
_handlers: dict[str, Handler] = {}
_needs: dict[str, str] = {}


class JobRefused(Exception):
    """The work cannot be done as asked; the message tells people why, what was kept and the way out."""


class Progress:
    """How a handler tells where it is. Writes at most about once a second, whatever the handler calls."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written_at = timezone.now() - HEARTBEAT

    def total(self, count: int) -> None:
        self.job.total = count
        self._write()

    def step(self, done: int, note: str = "") -> None:
        self.job.done = done
        if note:
            self.job.note = note[:500]
        if timezone.now() - self._written_at >= timedelta(seconds=1):
            self._write()

    def link(self, url: str) -> None:
        """Where the result can be read."""
        self.job.result_url = url

    def _write(self) -> None:
        now = timezone.now()
        Job.objects.filter(pk=self.job.pk).update(done=self.job.done, total=self.job.total, note=self.job.note, seen_alive_at=now)
        self._written_at = now


def register(kind: str, handler: Handler, *, needs: str = "") -> None:
    """`handler(progress, **arguments)` does jobs of `kind`; what it returns is kept as the job's result.

    `needs` is the capability to start one; whoever has lost it meanwhile neither watches nor repeats it.
    """
    if kind in _handlers:
        raise ValueError(f"there is a handler for {kind!r} already")
    _handlers[kind] = handler
    _needs[kind] = needs


def needed_for(kind: str) -> str:
    """The capability that a job of this kind takes; empty where a seat in its district is enough."""
    return _needs.get(kind, "")


def start(*, kind: str, title: str, started_by: UUID, district_id: UUID | None, arguments: dict[str, Any]) -> Job:
    """Write the job and enqueue it after commit."""
    if kind not in _handlers:
        raise ValueError(f"no handler for {kind!r}")
    job = Job.objects.create(kind=kind, title=title[:200], started_by=started_by, district_id=district_id, arguments=arguments)
    transaction.on_commit(partial(run_job.enqueue, str(job.pk)))
    return job


def run_again(job: Job) -> None:
    """Put an interrupted or refused job back in the queue; a job that waits or runs stays as it is."""
    moved = Job.objects.filter(pk=job.pk, state__in=[Job.State.INTERRUPTED, Job.State.REFUSED]).update(
        state=Job.State.WAITING, done=0, note="", finished_at=None
    )
    if moved:
        transaction.on_commit(partial(run_job.enqueue, str(job.pk)))


def mark_interrupted() -> int:
    """Jobs whose worker stopped in the middle, marked so that people can run them again. Returns how many."""
    silent_since = timezone.now() - 4 * HEARTBEAT
    return Job.objects.filter(state=Job.State.RUNNING, seen_alive_at__lt=silent_since).update(
        state=Job.State.INTERRUPTED,
        note=_("The server stopped in the middle. Nothing was half done; run it again."),
        finished_at=timezone.now(),
    )


@task()
def run_job(job_id: str) -> None:
    """Run one job in a worker. A job that another worker took already is left alone."""
    taken = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(state=Job.State.RUNNING, seen_alive_at=timezone.now())
    if not taken:
        return
    job = Job.objects.get(pk=job_id)
    progress = Progress(job)
    try:
        result = _handlers[job.kind](progress, **job.arguments)
        job.state, job.result, job.note = Job.State.DONE, result or {}, ""
        job.done = job.total
    except JobRefused as refusal:
        job.state, job.note = Job.State.REFUSED, str(refusal)[:500]
    except Exception:
        logger.exception("job %s (%s) stopped", job.kind, job.pk)
        job.state = Job.State.INTERRUPTED
        job.note = _("Something went wrong on our side. Nothing was half done; you can run it again.")
    job.finished_at = job.seen_alive_at = timezone.now()
    job.save(update_fields=["state", "result", "done", "note", "result_url", "finished_at", "seen_alive_at"])
