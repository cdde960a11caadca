"""Checked translations: out to a translator, in again, and beside the original."""

from __future__ import annotations

import csv
import io
import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from commonwhy.core.models import AuditEntry
from commonwhy.listening.models import (
    Answer,
    AnswerTranslation,
    Conversation,
    Excerpt,
    Note,
    NoteTranslation,
    Question,
    Response,
    Survey,
)
from commonwhy.listening.services.responses import week_of
from tests.cast import Cast
from tests.listening.opened import make_version

PAGE = "/d/alder-creek/listen/translations/"
OUT = f"{PAGE}out/"
SPOKEN = ["Que yo pueda ver sus tareas.", "=HYPERLINK(1) no es una fórmula", "Aprender jugando, dos\nlíneas"]


@pytest.fixture
def answers(cast: Cast) -> list[Answer]:
    """Three answers in Spanish of a closed survey, and one in English."""
    version = make_version(cast)
    survey = Survey.everything.create(
        district=cast.alder, version=version, title="Pulse", opened_at=timezone.now(), closed_at=timezone.now()
    )
    question = Question.everything.get(version=version, key="meaning")
    made = []
    for number, words in enumerate([*SPOKEN, "To see my homework."]):
        response = Response.everything.create(
            district=cast.alder,
            survey=survey,
            key=f"{number:064d}",
            group=cast.group("families"),
            week=week_of(survey),
            submitted=True,
            language="en" if number == 3 else "es",
        )
        made.append(Answer.everything.create(district=cast.alder, response=response, question=question, value=words))
    return made


@pytest.fixture
def note(cast: Cast) -> Note:
    held = Conversation.everything.create(district=cast.alder, kind="focus_group", title="Families", held_on=timezone.localdate())
    held.facilitators.add(cast.coach)
    return Note.everything.create(
        district=cast.alder,
        conversation=held,
        position=1,
        group=cast.group("families"),
        words="Nadie nos pregunta.",
        language="es",
        may_quote=True,
    )


def taken_out(client: Client, **fields: str) -> list[dict[str, str]]:
    response = client.post(OUT, {"into": "en", "csv": "1", **fields})
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{**row, "translation": f"EN: {row['words'].lstrip(chr(39))}"} for row in rows]


def send(client: Client, rows: list[dict[str, str]]) -> Any:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, ["id", "language", "words", "into", "translation", "check"])
    writer.writeheader()
    writer.writerows(rows)
    file = SimpleUploadedFile("back.csv", stream.getvalue().encode("utf-8-sig"))
    return client.post(PAGE, {"file": file}, follow=True)


def seen(page: HttpResponse) -> str:
    return str(page.context["plan"].digest)  # type: ignore[attr-defined]


def keep(client: Client, page: Any) -> Any:
    return client.post(page.request["PATH_INFO"], {"seen": seen(page)}, follow=True)


def test_rows_come_back_shuffled_and_every_one_finds_its_answer(cast: Cast, answers: list[Answer]) -> None:
    client = cast.client("coach")
    rows = filled(taken_out(client))
    random.Random(3).shuffle(rows)
    preview = send(client, rows)
    assert "3 translations to keep" in preview.content.decode()
    assert not AnswerTranslation.everything.exists()  # nothing is kept before it is seen
    done = keep(client, preview)
    assert "3 translations are kept." in done.content.decode()
    kept = {each.answer_id: each for each in AnswerTranslation.everything.all()}
    assert {pk: row.words for pk, row in kept.items()} == {
        answer.pk: f"EN: {' '.join(answer.value.split(chr(10)))}" if chr(10) not in answer.value else f"EN: {answer.value}"
        for answer in answers[:3]
    }
    assert {row.checked_by for row in kept.values()} == {cast.coach.pk}
    assert "0 texts wait" in client.get(PAGE).content.decode()


def test_the_file_says_nothing_of_who_spoke_and_is_noted_without_words(cast: Cast, answers: list[Answer]) -> None:
    rows = taken_out(cast.client("coach"))
    assert [row["id"] for row in rows] == sorted(str(answer.pk) for answer in answers[:3])
    assert "amilies" not in str(rows)
    noted = AuditEntry.objects.get(verb="took out to translate")
    assert noted.detail == {"answers": 3, "notes": 0, "into": "en"}
    assert "tareas" not in str(list(AuditEntry.objects.values()))


def test_as_a_workbook(cast: Cast, answers: list[Answer]) -> None:
    response = cast.client("coach").post(OUT, {"into": "en", "xlsx": "1"})
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None
    assert sheet.max_row == 4
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_is_wrong_is_said_by_line_and_the_rest_is_kept(cast: Cast, answers: list[Answer]) -> None:
    client = cast.client("coach")
    good, stale, moved = filled(taken_out(client))
    Answer.everything.filter(pk=stale["id"]).update(value="Otra cosa.")
    other = {**good, "into": "es"}
    unknown = {**good, "id": "0b0e0e0e-0000-4000-8000-000000000001"}
    nonsense = {**good, "id": "not an id"}
    nowhere = {**good, "into": "tlh"}
    moved["words"] = "Las palabras de otra persona."
    empty = {**good, "translation": ""}
    page = send(client, [unknown, nonsense, stale, moved, other, nowhere, empty, good])
    found = {(each["line"], each["column"]) for each in page.context["findings"]}
    # A row takes as many lines as its words do; the one of two lines may be any of the three.
    lines = sorted(line for line, _column in found)
    assert len(found) == 6
    assert lines[0] == 2
    assert {column for _line, column in found} == {"id", "check", "words", "into"}
    assert page.context["plan"].empty
    keep(client, page)
    assert [str(pk) for pk in AnswerTranslation.everything.values_list("answer_id", flat=True)] == [good["id"]]


def test_a_row_of_another_installation_or_forged_is_not_taken(cast: Cast, answers: list[Answer]) -> None:
    client = cast.client("coach")
    rows = [{**row, "check": "0" * 16} for row in filled(taken_out(client))]
    page = send(client, rows)
    assert page.context["plan"].changes == ()
    assert {each["column"] for each in page.context["findings"]} == {"check"}


def test_what_changed_since_it_was_seen_is_shown_again_and_nothing_is_kept(cast: Cast, answers: list[Answer]) -> None:
    client = cast.client("coach")
    page = send(client, filled(taken_out(client)))
    Answer.everything.filter(pk=answers[0].pk).update(value="Otra cosa.")
    again = client.post(page.request["PATH_INFO"], {"seen": seen(page)})
    assert again.status_code == 409
    assert "Something changed since you looked" in again.content.decode()
    assert not AnswerTranslation.everything.exists()


def test_a_second_file_replaces_and_the_same_again_changes_nothing(cast: Cast, answers: list[Answer]) -> None:
    client = cast.client("coach")
    rows = filled(taken_out(client))
    keep(client, send(client, rows))
    same = send(client, rows)
    assert (same.context["plan"].unchanged, same.context["plan"].changes) == (3, ())
    better = [{**rows[0], "translation": "Better."}]
    page = send(client, better)
    assert page.context["plan"].replaced == 1
    assert "Until now:" in page.content.decode()
    keep(client, page)
    assert AnswerTranslation.everything.filter(words="Better.").count() == 1
    assert AnswerTranslation.everything.count() == 3


def test_a_file_is_only_for_whoever_sent_it(cast: Cast, answers: list[Answer]) -> None:
    coach = cast.client("coach")
    page = send(coach, filled(taken_out(coach)))
    assert cast.client("superintendent").get(page.request["PATH_INFO"]).status_code == 404
    assert cast.client("superintendent").post(page.request["PATH_INFO"], {"seen": seen(page)}).status_code == 404
    assert not AnswerTranslation.everything.exists()


@pytest.mark.parametrize("content", [b"", b"not,a,translation\r\n1,2,3\r\n", b"PK\x03\x04 broken", b"\x00\x01\x02"])
def test_what_is_no_such_file_is_refused_in_words(cast: Cast, content: bytes) -> None:
    client = cast.client("coach")
    page = client.post(PAGE, {"file": SimpleUploadedFile("odd.xlsx", content)}, follow=True)
    assert page.status_code in (200, 400)
    assert "odd.xlsx" in page.content.decode() or "empty" in page.content.decode()


def test_notes_go_out_only_where_asked_and_only_ones_own(cast: Cast, answers: list[Answer], note: Note) -> None:
    coach, other = cast.client("coach"), cast.client("superintendent")
    assert len(taken_out(coach)) == 3
    rows = taken_out(coach, notes="on")
    assert str(note.pk) in {row["id"] for row in rows}
    assert str(note.pk) not in {row["id"] for row in taken_out(other, notes="on")}
    # Nor can somebody who did not hold the conversation bring a translation of its note in.
    mine = [row for row in filled(rows) if row["id"] == str(note.pk)]
    assert {each["column"] for each in send(other, mine).context["findings"]} == {"id"}
    keep(coach, send(coach, mine))
    assert NoteTranslation.everything.get().words == "EN: Nadie nos pregunta."


def test_translations_stand_beside_the_original(cast: Cast, answers: list[Answer], note: Note) -> None:
    coach = cast.client("coach")
    keep(coach, send(coach, filled(taken_out(coach, notes="on"))))
    Excerpt.everything.create(
        district=cast.alder, answer=answers[0], start=0, end=3, words="Que", language="es", marked_by=cast.coach.pk
    )
    Excerpt.everything.create(
        district=cast.alder, note=note, start=0, end=5, words="Nadie", language="es", marked_by=cast.coach.pk
    )
    voices = coach.get("/d/alder-creek/listen/voices/").content.decode()
    assert "Que yo pueda ver sus tareas." in voices
    assert "EN: Que yo pueda ver sus tareas." in voices
    marked = coach.get("/d/alder-creek/listen/voices/marked/").content.decode()
    assert "EN: Que yo pueda ver sus tareas." in marked
    assert "EN: Nadie nos pregunta." in marked
    # The note's translation is its facilitator's, as the note is.
    assert (
        "EN: Nadie nos pregunta."
        not in cast.client("superintendent").get("/d/alder-creek/listen/voices/marked/").content.decode()
    )
    talk = coach.get(f"/d/alder-creek/listen/conversations/{note.conversation_id}/").content.decode()
    assert "EN: Nadie nos pregunta." in talk


def test_who_may_not(cast: Cast, answers: list[Answer]) -> None:
    for who in ("principal", "teacher", "board", "family"):
        assert cast.client(who).get(PAGE).status_code == 403
        assert cast.client(who).post(OUT, {"into": "en"}).status_code == 403
    assert cast.client("outsider").get(PAGE).status_code == 404
    assert not AuditEntry.objects.filter(verb="took out to translate").exists()


def test_the_pages_cost_few_queries(cast: Cast, answers: list[Answer], django_assert_max_num_queries: Any) -> None:
    client = cast.client("coach")
    page = send(client, filled(taken_out(client)))
    with django_assert_max_num_queries(25):
        client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(page.request["PATH_INFO"])
