"""The roster on the web: send it, see what it would do, do it; every way it goes wrong says what was kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Cast
from tests.districts.rosters import ADA, BROKEN, USERS_HEADER, bring_in, on_record, small, zipped

from commonwhy.core import jobs, uploads
from commonwhy.core.models import Job
from commonwhy.districts import roster, roster_jobs
from commonwhy.districts.models import Person

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
ADDRESS = "/d/alder-creek/manage/roster/"


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Job]]:
    """Do the job that waits, as a worker would; returns it as it is afterwards."""
    monkeypatch.setattr(jobs, "transaction", _Nothing)

    def work() -> Job:
        job = Job.objects.filter(state="waiting").latest("created_at")
        jobs.run_job.call(str(job.pk))
        job.refresh_from_db()
        return job

    yield work
    uploads.forget_old()


class _Nothing:
    """Nothing is queued; the test plays the worker."""

    @staticmethod
    def on_commit(_function: Callable[[], object]) -> None:
        pass


def send(client: Client, data: bytes | io.BytesIO, name: str = "set.zip") -> Any:
    content = data if isinstance(data, bytes) else data.getvalue()
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content)})


def looked_through(cast: Cast, worker: Callable[[], Job], data: bytes | io.BytesIO, name: str = "set.zip") -> Job:
    answer = send(cast.client("superintendent"), data, name)
    assert answer.status_code == 302
    return worker()


def test_a_roster_is_looked_through_and_then_brought_in(cast: Cast, worker: Callable[[], Job]) -> None:
    client = cast.client("superintendent")
    check = looked_through(cast, worker, zipped(BROKEN), "Fernbrook.zip")
    assert on_record(cast.alder) == {}
    page = client.get(check.result_url).content.decode()
    assert "This is what it would do." in page
    assert "Fernbrook.zip" in page
    assert "wizard" in page  # the row that is left out, by file, line, column and value
    answer = client.post(f"{ADDRESS}{check.pk}/bring-in/")
    imported = worker()
    assert answer.url == f"/jobs/{imported.pk}/"
    page = client.get(imported.result_url).content.decode()
    assert "This is what it did." in page
    assert len(on_record(cast.alder)) == imported.result["counts"]["added"]
    assert uploads.path_of(check.result["upload"]) is None  # the file is gone once it is in


def test_a_job_holds_no_person(cast: Cast, worker: Callable[[], Job]) -> None:
    check = looked_through(cast, worker, zipped(BROKEN))
    assert "Mori" not in str(check.arguments) + str(check.result)
    assert "@fernbrook" not in str(check.arguments) + str(check.result)


def test_all_or_nothing_is_kept_on_the_way(cast: Cast, worker: Callable[[], Job]) -> None:
    check = looked_through(cast, worker, zipped(BROKEN))
    cast.client("superintendent").post(f"{ADDRESS}{check.pk}/bring-in/", {"all_or_nothing": "on"})
    job = worker()
    assert job.state == "refused"
    assert "nothing was changed" in job.note
    assert on_record(cast.alder) == {}


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.csv", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 600, "picture.csv", ""),
        (b"PK\x03\x04 not really", "broken.zip", ""),
        (b"sourcedId,name,type\n", "orgs.csv", ""),
        (b"just some words\nand more\n", "letter.txt", ""),
    ],
)
def test_what_cannot_be_read_says_so_and_changes_nothing(
    cast: Cast, worker: Callable[[], Job], data: bytes, name: str, words: str
) -> None:
    bring_in(cast.alder, small())
    before = on_record(cast.alder)
    answer = send(cast.client("superintendent"), data, name)
    if answer.status_code == 400:
        told = answer.content.decode()
    else:
        job = worker()
        told = job.note or str(job.result["findings"])
        assert job.state == "refused" or job.result["counts"]["added"] == 0
    assert words in told
    assert on_record(cast.alder) == before


def test_a_zip_bomb_is_refused_with_a_way_out(cast: Cast, worker: Callable[[], Job]) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.users,bulk\n")
        with archive.open("users.csv", "w") as target:
            target.write(USERS_HEADER.encode())
            for _ in range(3_000):
                target.write(b"0,true,s1,teacher,u,A,B,a@x.example," + b"0" * 100_000 + b"\n")
    assert len(bomb.getvalue()) < 2_000_000
    job = looked_through(cast, worker, bomb, "bomb.zip")
    told = job.note + str(job.result)
    assert "far more than a roster needs" in told
    assert on_record(cast.alder) == {}


def test_a_file_over_the_limit_is_refused_before_it_is_kept(cast: Cast, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    answer = send(cast.client("superintendent"), b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 400
    assert "larger than 1 MB, so nothing was kept" in answer.content.decode()
    assert not Job.objects.exists()


def test_no_file_is_said_at_the_field(cast: Cast) -> None:
    answer = cast.client("superintendent").post(ADDRESS, {})
    assert answer.status_code == 400
    assert 'id="id_file_error"' in answer.content.decode()


def test_a_cell_with_a_formula_or_a_script_is_shown_as_text(cast: Cast, worker: Callable[[], Job]) -> None:
    users = USERS_HEADER + ADA.replace("teacher", "<script>alert(1)</script>").replace("Ada", "=cmd|'/c calc'!A0")
    check = looked_through(cast, worker, small(users=users))
    page = cast.client("superintendent").get(check.result_url).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_server_that_stopped_in_the_middle_says_so_and_can_go_on(
    cast: Cast, worker: Callable[[], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client("superintendent")
    check = looked_through(cast, worker, small())
    client.post(f"{ADDRESS}{check.pk}/bring-in/")

    def stop(*_: Any, **__: Any) -> None:
        raise SystemExit  # what a worker does when it is told to stop

    monkeypatch.setattr(roster, "apply", stop)
    with pytest.raises(SystemExit):
        worker()
    monkeypatch.undo()
    job = Job.objects.get(kind=roster_jobs.IMPORT)
    assert job.state == "running"
    Job.objects.filter(pk=job.pk).update(seen_alive_at=job.created_at - 10 * jobs.HEARTBEAT)
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Nothing was half done" in page
    assert on_record(cast.alder) == {}
    monkeypatch.setattr(jobs, "transaction", _Nothing)
    client.post(f"/jobs/{job.pk}/again/")
    assert worker().state == "done"
    assert len(on_record(cast.alder)) == 3


def test_an_error_inside_the_transaction_leaves_nothing_and_can_be_run_again(
    cast: Cast, worker: Callable[[], Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = looked_through(cast, worker, small())
    cast.client("superintendent").post(f"{ADDRESS}{check.pk}/bring-in/")
    with monkeypatch.context() as broken:
        broken.setattr("commonwhy.core.audit.record", lambda **_: 1 / 0)
        job = worker()
    assert job.state == "interrupted"
    assert on_record(cast.alder) == {}
    jobs.run_again(job)
    assert worker().state == "done"
    assert len(on_record(cast.alder)) == 3


def test_a_roster_that_came_between_is_told(cast: Cast, worker: Callable[[], Job], monkeypatch: pytest.MonkeyPatch) -> None:
    check = looked_through(cast, worker, small())
    cast.client("superintendent").post(f"{ADDRESS}{check.pk}/bring-in/")
    original = roster.apply

    def overtaken(staged: Any, **options: Any) -> Any:
        monkeypatch.setattr(roster, "apply", original)
        bring_in(cast.alder, small(users=USERS_HEADER + ADA))
        return original(staged, **options)

    monkeypatch.setattr(roster, "apply", overtaken)
    job = worker()
    assert job.state == "refused"
    assert "Run it again" in job.note
    jobs.run_again(job)
    assert worker().result["counts"]["added"] == 2


def test_a_file_that_lay_for_over_a_day_has_to_be_sent_again(cast: Cast, worker: Callable[[], Job]) -> None:
    client = cast.client("superintendent")
    check = looked_through(cast, worker, small())
    uploads.forget(check.result["upload"])
    assert "Send it again" in client.get(check.result_url).content.decode()
    answer = client.post(f"{ADDRESS}{check.pk}/bring-in/", follow=True)
    assert "no longer here" in answer.content.decode()
    assert not Job.objects.filter(kind=roster_jobs.IMPORT).exists()


def test_the_template_is_offered_empty(cast: Cast) -> None:
    answer = cast.client("superintendent").get(f"{ADDRESS}template.csv")
    assert answer.content.decode("utf-8-sig").strip() == "name,email,role,school,grade,language"
    assert "attachment" in answer.headers["Content-Disposition"]


# Who may not


@pytest.mark.parametrize("who", ["coach", "principal", "teacher", "board", "family"])
def test_only_an_administrator_brings_a_roster_in(cast: Cast, worker: Callable[[], Job], who: str) -> None:
    check = looked_through(cast, worker, small())
    client = cast.client(who)
    answers = [
        client.get(ADDRESS),
        send(client, small()),
        client.get(f"{ADDRESS}template.csv"),
        client.get(f"{ADDRESS}{check.pk}/"),
        client.post(f"{ADDRESS}{check.pk}/bring-in/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert Job.objects.count() == 1


def test_an_outsider_finds_nothing_and_nobody_signs_in(cast: Cast, worker: Callable[[], Job]) -> None:
    check = looked_through(cast, worker, small())
    outsider = cast.client("outsider")
    for address in (ADDRESS, f"{ADDRESS}template.csv", f"{ADDRESS}{check.pk}/"):
        assert outsider.get(address).status_code == 404
        assert Client().get(address).url == f"/accounts/login/?next={address}"  # type: ignore[attr-defined]
    assert outsider.post(f"{ADDRESS}{check.pk}/bring-in/").status_code == 404


def test_another_districts_job_is_not_reached_through_ones_own(cast: Cast, worker: Callable[[], Job]) -> None:
    check = looked_through(cast, worker, small())
    Job.objects.filter(pk=check.pk).update(started_by=cast.outsider.pk)
    outsider = cast.client("outsider")
    assert outsider.get(f"/d/birch-valley/manage/roster/{check.pk}/").status_code == 404
    assert outsider.post(f"/d/birch-valley/manage/roster/{check.pk}/bring-in/").status_code == 404
    assert not Person.objects.within(cast.birch).exists()


def test_a_job_of_another_kind_or_one_still_running_is_not_a_result(cast: Cast, worker: Callable[[], Job]) -> None:
    client, check = cast.client("superintendent"), looked_through(cast, worker, small())
    for changes in ({"state": "running"}, {"state": "done", "kind": "something else"}):
        Job.objects.filter(pk=check.pk).update(**changes)
        assert client.get(f"{ADDRESS}{check.pk}/").status_code == 404


def test_the_wrong_verbs_are_refused(cast: Cast, worker: Callable[[], Job]) -> None:
    check, client = looked_through(cast, worker, small()), cast.client("superintendent")
    assert client.get(f"{ADDRESS}{check.pk}/bring-in/").status_code == 405
    assert client.post(f"{ADDRESS}{check.pk}/").status_code == 405
    assert client.post(f"{ADDRESS}template.csv").status_code == 405


def test_the_pages_cost_few_queries(cast: Cast, worker: Callable[[], Job], django_assert_max_num_queries: Any) -> None:
    check, client = looked_through(cast, worker, zipped(BROKEN)), cast.client("superintendent")
    for address in (ADDRESS, check.result_url):
        with django_assert_max_num_queries(9):
            client.get(address)
