"""Each survey maker's file, in each language it was made in, from the first bytes to the responses."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.survey_exports import ImportedResponse, Use, Vendor, guess_mapping, read_responses, recognise

Names = Mapping[str, Sequence[str]]
WEEK = dt.date(2025, 3, 3)


def read(path: Path, groups: Names, schools: Names) -> tuple[list[ImportedResponse], dict[str, int]]:
    mapping = guess_mapping(recognise(path), groups=groups, schools=schools)
    reading = read_responses(path, mapping, groups=groups, schools=schools)
    return list(reading), dict(reading.skipped)


def kinds(path: Path, groups: Names, schools: Names) -> list[str]:
    return [str(column.kind) for column in guess_mapping(recognise(path), groups=groups, schools=schools).columns]


@pytest.mark.parametrize(
    ("name", "vendor"),
    [
        ("google_forms_en.csv", Vendor.GOOGLE_FORMS),
        ("google_forms_es.csv", Vendor.GOOGLE_FORMS),
        ("qualtrics_en.csv", Vendor.QUALTRICS),
        ("surveymonkey_en.csv", Vendor.SURVEYMONKEY),
        ("surveymonkey_es.csv", Vendor.SURVEYMONKEY),
        ("plain_en.csv", Vendor.PLAIN),
    ],
)
def test_the_maker_is_known_by_its_headings(exports: Path, name: str, vendor: Vendor) -> None:
    layout = recognise(exports / name)
    assert layout.vendor is vendor
    assert layout.confidence > 0.5
    about = layout.as_dict()
    assert (about["vendor"], about["why"]) == (vendor, str(layout.why))
    assert str(layout.why)


def test_google_forms_in_english(exports: Path, groups: Names, schools: Names) -> None:
    path = exports / "google_forms_en.csv"
    assert kinds(path, groups, schools) == [
        *("timestamp", "identity", "group", "school", "question_text", "multiple", "likert_row", "likert_row", "identity")
    ]
    responses, skipped = read(path, groups, schools)
    assert skipped == {}
    first = responses[0]
    assert (first.group, first.school, first.submitted_week) == ("teacher", "alder", WEEK)
    assert first.answers["c6"] == ("Laptops", "Phones, tablets and watches", "Paper")
    assert first.answers["c7"] == "Agree"
    assert [response.group for response in responses] == [
        *("teacher", "teacher", "family", "student", "teacher", "principal", None)
    ]


def test_what_people_wrote_is_kept_to_the_letter(exports: Path, groups: Names, schools: Names) -> None:
    responses, _ = read(exports / "google_forms_en.csv", groups, schools)
    wrote = responses[3].answers["c5"]
    assert wrote == "=1+1 is what the calculator does, <b>I</b> want to know why <script>alert(1)</script>"


def test_google_forms_in_spanish_puts_the_day_first(exports: Path, groups: Names, schools: Names) -> None:
    mapping = guess_mapping(recognise(exports / "google_forms_es.csv"), groups=groups, schools=schools)
    assert mapping.day_first
    responses, _ = read(exports / "google_forms_es.csv", groups, schools)
    assert [response.group for response in responses] == ["teacher", "family", "student", "teacher"]
    assert responses[1].submitted_week == dt.date(2025, 3, 31)
    assert responses[0].answers["c6"] == ("Computadoras", "Celulares", "Papel")


def test_microsoft_forms_in_english(microsoft_en: Path, groups: Names, schools: Names) -> None:
    layout = recognise(microsoft_en)
    assert (layout.vendor, layout.container) == (Vendor.MICROSOFT_FORMS, "xlsx")
    assert kinds(microsoft_en, groups, schools) == [
        *("identity", "ignore", "timestamp", "identity", "identity", "ignore", "group", "school"),
        *("question_text", "multiple", "likert_row", "likert_row", "ignore"),
    ]
    responses, _ = read(microsoft_en, groups, schools)
    assert responses[0].answers["c9"] == "Making things\nand sharing them."
    assert responses[0].answers["c10"] == ("Laptops", "Paper, pens")
    assert [response.submitted_week for response in responses] == [WEEK, WEEK, dt.date(2025, 3, 10)]
    assert [response.school for response in responses] == ["alder", "cedar", "birch"]


def test_microsoft_forms_in_spanish(microsoft_es: Path, groups: Names, schools: Names) -> None:
    assert recognise(microsoft_es).vendor is Vendor.MICROSOFT_FORMS
    responses, _ = read(microsoft_es, groups, schools)
    assert [(response.group, response.school) for response in responses] == [("teacher", "cedar"), ("family", "alder")]
    assert responses[1].answers == {"c8": "Que mi hija pregunte."}


def test_qualtrics_leaves_out_unfinished_answers_previews_and_spam(exports: Path, groups: Names, schools: Names) -> None:
    responses, skipped = read(exports / "qualtrics_en.csv", groups, schools)
    assert skipped == {"unfinished": 1, "preview": 1, "spam": 1, "duplicate": 1}
    assert [response.language for response in responses] == ["en", "en", "es"]
    assert responses[0].answers == {
        "c20": "Children asking\nbetter questions.",
        "c21": "Weekly",
        "c22": "Never",
        "c23": "Time",
        "c25": ("Laptop", "Tablet", "Pen, paper and board"),
    }
    assert responses[1].answers["c24"] == "Passwords, every morning"


def test_unfinished_answers_can_be_kept_on_purpose(exports: Path, groups: Names, schools: Names) -> None:
    path = exports / "qualtrics_en.csv"
    mapping = guess_mapping(recognise(path), groups=groups, schools=schools).changed({}, keep_unfinished=True)
    reading = read_responses(path, mapping, groups=groups, schools=schools)
    assert any("Unfinished words" in str(response.answers) for response in reading)
    assert "unfinished" not in reading.skipped


def test_qualtrics_progress_decides_where_finished_is_missing(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(
        "StartDate,Status,Progress,ResponseId,Q1\nStart Date,Response Type,Progress,Response ID,What works?\n"
        "2025-03-03 08:00:00,0,100,R_1,Time to plan.\n2025-03-03 08:00:00,0,50,R_2,Half a\n"
        "2025-03-03 08:00:00,1,100,R_3,A preview\n"
    )
    reading = read_responses(path, guess_mapping(recognise(path)))
    assert [response.answers["c5"] for response in reading] == ["Time to plan."]
    assert dict(reading.skipped) == {"unfinished": 1, "preview": 1}


def test_surveymonkey_blanks_repeat_the_question_above(exports: Path, groups: Names, schools: Names) -> None:
    path = exports / "surveymonkey_en.csv"
    mapping = guess_mapping(recognise(path), groups=groups, schools=schools)
    assert mapping.questions == {
        "c12": "What does digital learning mean to you?",
        "c13": "Which tools do you use? (Select all that apply.)",
        "c16": "Which tools do you use? (Select all that apply.) [Other (please specify)]",
        "c17": "How much do you agree? [We have time to plan]",
        "c18": "How much do you agree? [We share what works]",
    }
    responses, skipped = read(path, groups, schools)
    assert responses[0].answers["c13"] == ("Laptop", "Pen, paper and board")
    assert responses[2].answers["c16"] == "The radio at breakfast"
    assert skipped == {"blank": 1}


def test_surveymonkey_in_spanish(exports: Path, groups: Names, schools: Names) -> None:
    responses, _ = read(exports / "surveymonkey_es.csv", groups, schools)
    assert [response.group for response in responses] == ["teacher", "student"]
    assert responses[0].answers["c13"] == ("Computadora", "Celular")


def test_surveymonkey_workbook_reads_as_its_csv(exports: Path, workbook: Callable[..., Path]) -> None:
    import csv

    with (exports / "surveymonkey_en.csv").open(encoding="utf-8") as file:
        path = workbook([[cell or None for cell in row] for row in csv.reader(file)])
    layout = recognise(path)
    assert (layout.vendor, layout.container) == (Vendor.SURVEYMONKEY, "xlsx")
    from_book = [response.answers for response in read_responses(path, guess_mapping(layout))]
    source = exports / "surveymonkey_en.csv"
    assert from_book == [response.answers for response in read_responses(source, guess_mapping(recognise(source)))]


def test_a_plain_table_under_a_title(exports: Path, groups: Names, schools: Names) -> None:
    path = exports / "plain_en.csv"
    assert kinds(path, groups, schools) == ["timestamp", "identity", "group", "school", "grade", "question_text"]
    responses, _ = read(path, groups, schools)
    assert [response.grade for response in responses] == ["5", "7", "7", "11", "11"]


def test_a_table_without_headings_is_doubted(csv_file: Callable[[str], Path]) -> None:
    layout = recognise(csv_file("2025,7,3\n2024,8,2\n"))
    assert layout.confidence < 0.5


@pytest.mark.parametrize("inner", ["Digital learning.csv", "Digital learning/Digital learning.csv"])
def test_the_zip_that_makers_wrap_a_csv_in_is_opened(exports: Path, inner: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inner, (exports / "google_forms_en.csv").read_bytes())
    layout = recognise(stream, "Digital learning.csv.zip")
    assert layout.vendor is Vendor.GOOGLE_FORMS
    assert len(list(read_responses(stream, guess_mapping(layout), name="Digital learning.csv.zip"))) == 7


def test_a_workbook_in_a_zip_is_opened(microsoft_en: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.write(microsoft_en, "answers.xlsx")
    assert recognise(stream, "answers.zip").vendor is Vendor.MICROSOFT_FORMS


def test_a_zip_of_several_tables_says_so(exports: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.write(exports / "google_forms_en.csv", "a.csv")
        archive.write(exports / "google_forms_es.csv", "b.csv")
    with pytest.raises(UnreadableFile, match="2 tables"):
        recognise(stream, "both.zip")


def test_the_name_of_a_file_does_not_matter(microsoft_en: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "answers.csv"
    renamed.write_bytes(microsoft_en.read_bytes())
    assert recognise(renamed).container == "xlsx"


def test_every_guess_has_a_reason(exports: Path, groups: Names, schools: Names) -> None:
    for path in exports.glob("*.csv"):
        mapping = guess_mapping(recognise(path), groups=groups, schools=schools)
        assert all(str(column.reason) for column in mapping.columns)
        assert mapping.column_for(Use.TIMESTAMP)
