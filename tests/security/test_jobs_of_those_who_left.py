"""Work is done for those who may have it done: whoever has lost the role cannot start it once more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from commonwhy.core import jobs
from commonwhy.core.models import Job
from commonwhy.districts.models import Membership, Role
from tests.cast import Cast

KINDS = ["roster import", "bring in answers", "listening.invitations", "gap"]


def interrupted(cast: Cast, kind: str) -> Job:
    return Job.objects.create(
        kind=kind,
        title="Cut off",
        district_id=cast.alder.pk,
        started_by=cast.superintendent.pk,
        state=Job.State.INTERRUPTED,
        arguments={"district": str(cast.alder.pk)},
    )


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The jobs that were put back in the queue."""
    again: list[str] = []
    monkeypatch.setattr(jobs, "run_again", lambda job: again.append(job.kind))
    return again


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_who_left_the_district_starts_nothing_there(cast: Cast, queued: list[str], kind: str) -> None:
    job = interrupted(cast, kind)
    Membership.everything.filter(account=cast.superintendent).delete()
    browser = cast.client("superintendent")
    assert browser.post(reverse("core:job_again", args=[job.pk])).status_code == 404
    assert browser.get(reverse("core:job", args=[job.pk])).status_code == 404
    assert queued == []


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_who_has_another_role_now_starts_nothing_beyond_it(cast: Cast, queued: list[str], kind: str) -> None:
    job = interrupted(cast, kind)
    Membership.everything.filter(account=cast.superintendent, role=Role.LEADER).delete()
    Membership.everything.filter(account=cast.superintendent).update(role=Role.MEMBER)
    assert cast.client("superintendent").post(reverse("core:job_again", args=[job.pk])).status_code == 404
    assert queued == []


@pytest.mark.parametrize("kind", KINDS)
def test_who_holds_the_role_starts_it_again(cast: Cast, queued: list[str], kind: str) -> None:
    job = interrupted(cast, kind)
    assert cast.client("superintendent").post(reverse("core:job_again", args=[job.pk])).status_code == 302
    assert queued == [kind]


def test_every_kind_of_work_says_which_role_it_takes() -> None:
    assert [kind for kind in (*KINDS, "roster check", "look through answers") if not jobs.needed_for(kind)] == []
