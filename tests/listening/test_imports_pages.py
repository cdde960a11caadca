"""The pages of an import: who may, bad files, what was chosen is kept, and two presses."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonwhy.core import uploads
from commonwhy.core.models import Job
from commonwhy.districts.models import School
from commonwhy.listening.models import AnswerFile, Excerpt, Response, Survey
from commonwhy.listening.services import looking_through
from commonwhy.listening.services.excerpts import mark_answer
from commonwhy.listening.views import imports as views
from tests.cast import Cast
from tests.listening.test_imports import HEAD, brought_in, rows, run_jobs, send, table

pytestmark = pytest.mark.any_database

CONTENT = table([*rows(12), *rows(11, school="Maple", start=40), *rows(10, role="Facilities crew", start=80)])


def taken_in(cast: Cast, content: bytes = CONTENT, who: str = "coach") -> AnswerFile:
    response = send(cast.client(who), cast, content)
    assert response.status_code == 302, response.context["form"].errors
    return AnswerFile.everything.get()


def address(cast: Cast, file: AnswerFile, name: str = "import_file") -> str:
    return reverse(f"listening:{name}", args=[cast.alder.slug, file.pk])


def chosen(client: Client, where: str, **more: str) -> dict[str, Any]:
    """What the page's form would send, with changes."""
    form = client.get(where).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value not in (None, False)} | more


def field_of(client: Client, where: str, value: str) -> str:
    """The name of the field that decides about a role or school as written."""
    form = client.get(where).context["form"]
    return next(each.field.name for each in (*form.roles(), *form.places()) if each.value == value)


@pytest.mark.parametrize("who", ["superintendent", "coach"])
def test_listeners_may(cast: Cast, who: str) -> None:
    assert cast.client(who).get(reverse("listening:import", args=[cast.alder.slug])).status_code == 200
    assert cast.client(who).get(address(cast, taken_in(cast, who=who))).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("principal", 403), ("teacher", 403), ("board", 403), ("family", 403), ("outsider", 404)]
)
def test_nobody_else_may(cast: Cast, who: str, status: int) -> None:
    file = taken_in(cast)
    client = cast.client(who)
    assert client.get(reverse("listening:import", args=[cast.alder.slug])).status_code == status
    assert send(client, cast, table(rows(3))).status_code == status
    assert client.get(address(cast, file)).status_code == status
    assert client.post(address(cast, file), {"bring_in": "1"}).status_code == status
    assert client.post(address(cast, file, "import_discard")).status_code == status
    assert AnswerFile.everything.count() == 1
    assert not Response.everything.exists()


def test_a_file_of_another_district_is_not_there(cast: Cast) -> None:
    file = taken_in(cast)
    survey = brought_in(cast, table(rows(2)))
    client = cast.client("outsider")
    for name, pk in (("import_file", file.pk), ("import_discard", file.pk), ("import_take_back", survey.pk)):
        where = reverse(f"listening:{name}", args=[cast.birch.slug, pk])
        assert client.post(where, {"bring_in": "1"}).status_code == 404
    assert Survey.everything.exists()


def test_a_form_without_its_token_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coach, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert send(client, cast, table(rows(3))).status_code == 403
    assert not AnswerFile.everything.exists()


def test_the_file_lies_where_nobody_else_reads_it_and_goes_when_it_is_done_with(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    file = taken_in(cast)
    path = uploads.path_of(file.upload)
    assert path is not None
    assert path.parent == Path(project_settings.VAR) / "uploads"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "spring" not in path.name
    client = cast.client("coach")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(cast, file, "import_discard"))
    assert not path.exists()
    assert not AnswerFile.everything.exists()
    assert client.post(address(cast, file, "import_discard")).status_code == 404


def test_from_the_file_to_its_voices(cast: Cast) -> None:
    client = cast.client("coach")
    file = taken_in(cast)
    where = address(cast, file)
    page = client.get(where).content.decode()
    for words in ("33 responses would come in", "Email Address", "Google Forms", "Maple", "Facilities crew", "please say"):
        assert words in page, words
    support = cast.group("support_staff")
    data = chosen(client, where, **{field_of(client, where, "Facilities crew"): str(support.pk)})
    assert data[field_of(client, where, "Maple")] == str(cast.maple.pk)
    assert client.post(where, {**data, "title": "Spring listening", "look": "1"}).url == where
    page = client.get(where).content.decode()
    assert "please say" not in page
    assert 'value="Spring listening"' in page
    job_page = client.post(where, {**chosen(client, where), "bring_in": "1"}).url
    run_jobs()
    assert where in client.get(job_page).content.decode()
    page = client.get(where).content.decode()
    assert "33 responses came in" in page
    survey = Survey.everything.get()
    assert survey.title == "Spring listening"
    assert Response.everything.filter(group=support).count() == 10
    assert Response.everything.filter(school=cast.maple).count() == 11
    assert (
        "Thought number 40" in client.get(reverse("listening:voices", args=[cast.alder.slug]), {"words": "40"}).content.decode()
    )
    file.refresh_from_db()
    assert uploads.path_of(file.upload) is None
    assert not any(column["samples"] for column in file.mapping["columns"])
    assert "Facilities" not in str(file.mapping)


def test_a_school_nobody_knew_can_be_added_with_its_answers(cast: Cast) -> None:
    client = cast.client("coach")
    where = address(cast, taken_in(cast, table([*rows(12), *rows(12, school="Cedar High", start=40)])))
    name = field_of(client, where, "Cedar High")
    client.post(where, {**chosen(client, where), name: "new:Cedar High", "bring_in": "1"})
    run_jobs()
    cedar = School.everything.get(name="Cedar High")
    assert Response.everything.filter(school=cedar).count() == 12


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"use_5": "group"}, "Two columns are used as"),
        ({"use_5": "nonsense"}, "Select a valid choice"),
        ({"title": ""}, "This field is required"),
        ({"use_4": "ignore", "use_5": "ignore"}, "No column is used as a question"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_the_others_are_kept(cast: Cast, change: dict[str, str], words: str) -> None:
    client = cast.client("coach")
    file = taken_in(cast)
    where = address(cast, file)
    response = client.post(where, {**chosen(client, where, language="es"), **change, "bring_in": "1"})
    assert response.status_code == 400
    page = response.content.decode()
    assert words in page
    assert '<option value="es" selected>' in page
    assert not Job.objects.exists()


def test_a_locked_column_cannot_be_read_in_by_a_forged_form(cast: Cast) -> None:
    client = cast.client("coach")
    where = address(cast, taken_in(cast))
    client.post(where, {**chosen(client, where), "use_1": "question_text", "bring_in": "1"})
    run_jobs()
    stored = str(list(Response.everything.values_list())) + str(list(AnswerFile.everything.values_list()))
    assert "example.org" not in stored
    assert Response.everything.count() == 33


def test_fewer_asked_than_answered_cannot_be(cast: Cast) -> None:
    client = cast.client("coach")
    where = address(cast, taken_in(cast))
    asked = f"asked_{cast.group('teachers').pk}"
    assert client.post(where, {**chosen(client, where), asked: "3", "look": "1"}).status_code == 400
    assert client.post(where, {**chosen(client, where), asked: "60", "look": "1"}).status_code == 302


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.csv", b"a,b\n" + b"0" * 400_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n\n", ""),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, ""),
        (b"%PDF-1.7 not a table", ""),
        (b"PK\x03\x04 broken zip", ""),
        (",".join(f"column {n}" for n in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000), "columns"),
        (",".join(f"column {n}" for n in range(500)).encode() + b"\n" + b",".join([b"1"] * 500), "500 columns"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(cast: Cast, content: bytes, words: str) -> None:
    response = send(cast.client("coach"), cast, content, "odd.csv")
    assert response.status_code == 400
    page = response.content.decode()
    assert 'class="error"' in page
    assert words in page
    assert not AnswerFile.everything.exists()
    assert not list((Path(project_settings.VAR) / "uploads").glob("*")) or not Response.everything.exists()


def test_a_zip_bomb_is_refused(cast: Cast) -> None:
    response = send(cast.client("coach"), cast, bomb(), "bomb.zip")
    assert response.status_code == 400
    assert not AnswerFile.everything.exists()


def test_a_file_over_the_limit_is_refused_and_not_kept(cast: Cast, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    before = set((Path(settings.VAR) / "uploads").glob("*"))
    response = send(cast.client("coach"), cast, CONTENT)
    assert response.status_code == 400
    assert "larger than" in response.content.decode()
    assert set((Path(settings.VAR) / "uploads").glob("*")) == before


def test_more_answers_than_can_be_written_at_once_are_refused_early(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_through, "MOST_RESPONSES", 20)
    client = cast.client("coach")
    response = client.post(
        reverse("listening:import", args=[cast.alder.slug]), {"file": SimpleUploadedFile("big.csv", CONTENT)}, follow=True
    )
    assert "Split it into smaller files" in response.content.decode()
    client.post(response.request["PATH_INFO"], {**chosen(client, response.request["PATH_INFO"]), "bring_in": "1"})
    run_jobs()
    assert Job.objects.get().state == Job.State.REFUSED
    assert not Response.everything.exists()


def test_old_letters_and_formulas_come_in_as_they_are(cast: Cast) -> None:
    head = ("Marca temporal", *HEAD[1:])
    lines = [(*row[:4], '=HYPERLINK("http://x";"ñandú")', row[5]) for row in rows(3)]
    file = taken_in(cast, table(lines, head).decode().encode("cp1252"))
    page = cast.client("coach").get(address(cast, file)).content.decode()
    assert "ñandú" in page


def test_a_large_file_is_looked_through_in_a_job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LOOKED_AT_ONCE", 100)
    client = cast.client("coach")
    response = send(client, cast, CONTENT)
    job = Job.objects.get()
    assert response.url == reverse("core:job", args=[job.pk])
    where = address(cast, AnswerFile.everything.get())
    assert "Not looked through yet" in client.get(where).content.decode()
    run_jobs()
    assert "33 responses would come in" in client.get(where).content.decode()


def test_when_the_file_is_gone_it_says_so_and_keeps_the_choices(cast: Cast) -> None:
    client = cast.client("coach")
    file = taken_in(cast)
    where = address(cast, file)
    data = chosen(client, where)
    uploads.forget(file.upload)
    page = client.post(where, {**data, "title": "Chosen before", "look": "1"}, follow=True).content.decode()
    assert "no longer here" in page
    assert "Chosen before" in page
    client.post(where, {**data, "bring_in": "1"})
    run_jobs()
    assert Job.objects.get().state == Job.State.REFUSED


def test_the_next_export_of_a_form_needs_no_second_thinking(cast: Cast) -> None:
    client = cast.client("coach")
    where = address(cast, taken_in(cast, table(rows(12))))
    client.post(where, {**chosen(client, where), "use_5": "ignore", "bring_in": "1"})
    run_jobs()
    send(client, cast, table(rows(15)))
    file = AnswerFile.everything.exclude(upload="").get()
    assert [column["kind"] for column in file.mapping["columns"]][5] == "ignore"
    page = client.get(address(cast, file)).content.decode()
    assert "12 responses are here already, in “spring”" in page
    assert "3 responses would come in" in page


def test_an_import_is_taken_back_until_something_rests_on_it(cast: Cast) -> None:
    survey = brought_in(cast, table(rows(12)))
    where = reverse("listening:import_take_back", args=[cast.alder.slug, survey.pk])
    answer = survey.responses.first().answers.get(question__key="meaning")
    excerpt = mark_answer(answer=answer, start=0, end=7, names=[], by=cast.coach)
    client = cast.client("coach")
    assert cast.client("teacher").post(where).status_code == 403
    assert "so they stay" in client.post(where, follow=True).content.decode()
    assert Excerpt.everything.filter(pk=excerpt.pk).exists()
    excerpt.delete()
    client.post(where)
    assert not Survey.everything.exists()


def test_a_survey_of_the_web_cannot_be_taken_back(cast: Cast) -> None:
    survey = brought_in(cast, table(rows(2)))
    Survey.everything.update(imported_from="")
    where = reverse("listening:import_take_back", args=[cast.alder.slug, survey.pk])
    assert cast.client("coach").post(where).status_code == 404


def test_headings_and_values_are_words(cast: Cast) -> None:
    head = ("Timestamp", "Email Address", "What is your role?", "Your school", "<script>alert(1)</script>?", "How often?")
    lines = [(*row[:3], "<b>Maple</b>", "<img src=x onerror=alert(1)>", row[5]) for row in rows(8)]
    page = cast.client("coach").get(address(cast, taken_in(cast, table(lines, head)))).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Maple" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_pages_ask_the_database_a_bounded_number_of_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        brought_in(cast, table(rows(3, start=number * 10)), f"{number}.csv")
    client = cast.client("coach")
    send(client, cast, CONTENT)
    file = AnswerFile.everything.exclude(upload="").get()
    with django_assert_max_num_queries(16):
        client.get(reverse("listening:import", args=[cast.alder.slug]))
    with django_assert_max_num_queries(16):
        client.get(address(cast, file))
    done = AnswerFile.everything.filter(upload="").first()
    assert done is not None
    with django_assert_max_num_queries(16):
        client.get(address(cast, done))
    assert SimpleUploadedFile("x", b"x").size == 1
