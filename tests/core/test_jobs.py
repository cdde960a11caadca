"""Long work: done once, told about, cut off without harm, run again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from commonwhy.core import jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.core.models import Job

pytestmark = pytest.mark.django_db
Start = Callable[..., Job]


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def start(cast: Cast, done: list[str], django_capture_on_commit_callbacks: Any, settings: Any) -> Iterator[Start]:
    """Start a job that notes its word, as a worker would run it; `fails` is raised instead of an end."""
    fails: dict[str, BaseException] = {}

    def handler(progress: Progress, *, word: str) -> dict[str, Any]:
        progress.total(3)
        progress.step(1, f"on {word}")
        if word in fails:
            raise fails.pop(word)
        done.append(word)
        progress.link(f"/{word}/")
        return {"word": word}

    jobs.register("test", handler)

    def begin(word: str = "bark", by: str = "coach", fail: BaseException | None = None, run: bool = True) -> Job:
        if fail:
            fails[word] = fail
        with django_capture_on_commit_callbacks(execute=False):
            job = jobs.start(
                kind="test", title="Test", started_by=cast.people[by].pk, district_id=cast.alder.pk, arguments={"word": word}
            )
        if run:
            jobs.run_job.call(str(job.pk))
        job.refresh_from_db()
        return job

    yield begin
    jobs._handlers.pop("test")


def test_a_job_does_its_work_and_says_where_the_result_is(start: Start, done: list[str]) -> None:
    job = start()
    assert (job.state, job.result, job.result_url, job.percent) == ("done", {"word": "bark"}, "/bark/", 100)
    assert done == ["bark"]


def test_a_job_taken_by_two_workers_is_done_once(start: Start, done: list[str]) -> None:
    job = start()
    jobs.run_job.call(str(job.pk))
    assert done == ["bark"]


def test_a_job_whose_transaction_was_undone_is_never_queued(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    jobs.register("never", lambda progress: {})
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        jobs.start(kind="never", title="", started_by=cast.coach.pk, district_id=None, arguments={})
    jobs._handlers.pop("never")
    assert len(waiting) == 1  # it is handed over only when the transaction commits


def test_a_refusal_keeps_its_words_and_can_be_run_again(start: Start, done: list[str]) -> None:
    job = start(fail=JobRefused("Nothing was changed."))
    assert (job.state, job.note) == ("refused", "Nothing was changed.")
    jobs.run_again(job)
    jobs.run_job.call(str(job.pk))
    assert Job.objects.get(pk=job.pk).state == "done"
    assert done == ["bark"]


def test_a_crash_is_told_without_its_details(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    job = start(fail=RuntimeError("secret words"))
    assert job.state == "interrupted"
    assert "secret" not in job.note
    assert "run it again" in job.note


def test_a_silent_job_is_marked_interrupted_and_a_living_one_is_not(start: Start) -> None:
    silent, alive = start("one", run=False), start("two", run=False)
    long_ago = timezone.now() - 5 * jobs.HEARTBEAT
    Job.objects.filter(pk=silent.pk).update(state="running", seen_alive_at=long_ago)
    Job.objects.filter(pk=alive.pk).update(state="running", seen_alive_at=timezone.now())
    assert jobs.mark_interrupted() == 1
    assert [Job.objects.get(pk=job.pk).state for job in (silent, alive)] == ["interrupted", "running"]


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_only_what_stopped_can_be_run_again(start: Start, state: str) -> None:
    job = start(run=False)
    Job.objects.filter(pk=job.pk).update(state=state)
    jobs.run_again(job)
    assert Job.objects.get(pk=job.pk).state == state


def test_progress_is_written_about_once_a_second(start: Start, django_assert_max_num_queries: Any) -> None:
    progress = Progress(start(run=False))
    progress.total(1_000)
    began = time.monotonic()
    with django_assert_max_num_queries(3):
        for number in range(1_000):
            progress.step(number)
    assert time.monotonic() - began < 3


def test_an_unknown_kind_is_a_mistake(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no handler"):
        jobs.start(kind="nothing", title="", started_by=cast.coach.pk, district_id=None, arguments={})
    with pytest.raises(ValueError, match="already"):
        jobs.register("roster check", lambda progress: {})


# The page


def test_the_page_shows_how_far_it_is_and_reloads_by_itself(start: Start, cast: Cast) -> None:
    job = start(run=False)
    Job.objects.filter(pk=job.pk).update(state="running", done=2, total=8, seen_alive_at=timezone.now())
    page = cast.client("coach").get(f"/jobs/{job.pk}/")
    assert '<progress id="progress" max="8" value="2">25 %</progress>' in page.content.decode()
    assert page.headers["Refresh"] == "3"


def test_a_finished_job_stops_reloading_and_leads_to_its_result(start: Start, cast: Cast) -> None:
    page = cast.client("coach").get(f"/jobs/{start().pk}/")
    assert "Refresh" not in page.headers
    assert 'href="/bark/"' in page.content.decode()


def test_htmx_gets_the_status_alone_and_the_whole_page_at_the_end(start: Start, cast: Cast) -> None:
    job = start(run=False)
    part = cast.client("coach").get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith('<div id="status"')
    assert "HX-Refresh" not in part.headers
    jobs.run_job.call(str(job.pk))
    assert cast.client("coach").get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_looking_at_the_page_finds_out_that_the_worker_is_gone(start: Start, cast: Cast) -> None:
    job = start(run=False)
    Job.objects.filter(pk=job.pk).update(state="running", seen_alive_at=timezone.now() - timedelta(minutes=10))
    page = cast.client("coach").get(f"/jobs/{job.pk}/").content.decode()
    assert "Nothing was half done" in page
    assert f'action="/jobs/{job.pk}/again/"' in page


def test_running_it_again_from_the_page(start: Start, cast: Cast) -> None:
    job = start(fail=JobRefused("Not yet."))
    answer = cast.client("coach").post(f"/jobs/{job.pk}/again/")
    assert answer.url == f"/jobs/{job.pk}/"  # type: ignore[attr-defined]
    assert Job.objects.get(pk=job.pk).state == "waiting"


@pytest.mark.parametrize("who", ["superintendent", "outsider"])
def test_a_job_is_its_starters_only(start: Start, cast: Cast, who: str) -> None:
    job = start(fail=JobRefused("Not yet."))
    assert cast.client(who).get(f"/jobs/{job.pk}/").status_code == 404
    assert cast.client(who).post(f"/jobs/{job.pk}/again/").status_code == 404
    assert Job.objects.get(pk=job.pk).state == "refused"


def test_nobody_is_sent_to_the_sign_in(start: Start) -> None:
    job = start()
    for answer in (Client().get(f"/jobs/{job.pk}/"), Client().post(f"/jobs/{job.pk}/again/")):
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")  # type: ignore[attr-defined]


def test_the_wrong_verbs_are_refused(start: Start, cast: Cast) -> None:
    job = start()
    assert cast.client("coach").post(f"/jobs/{job.pk}/").status_code == 405
    assert cast.client("coach").get(f"/jobs/{job.pk}/again/").status_code == 405


def test_the_page_costs_few_queries(start: Start, cast: Cast, django_assert_max_num_queries: Any) -> None:
    job, client = start(), cast.client("coach")
    with django_assert_max_num_queries(6):
        client.get(f"/jobs/{job.pk}/")
