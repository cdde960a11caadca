"""Rows as they really come: broken, repeated, endless; the same file twice; and what an import would do."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwhy.formats.encoded_text import Limits
from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.survey_exports import Reading, guess_mapping, read_responses, recognise, summary

Names = Mapping[str, Sequence[str]]
SALT = b"a salt of one survey"
HEADER = "Timestamp,Username,Your role,What works?,What is hard?\n"


def reading_of(path: Path) -> Reading:
    return read_responses(path, guess_mapping(recognise(path)), salt=SALT)


def keys_of(path: Path, salt: bytes = SALT, source: str = "") -> list[str]:
    mapping = guess_mapping(recognise(path))
    return [response.key for response in read_responses(path, mapping, salt=salt, key_source=source)]


def test_a_row_with_too_many_cells_is_left_out_because_an_address_may_have_moved(
    csv_file: Callable[[str], Path],
) -> None:
    path = csv_file(
        HEADER + "2025/03/03 8:00,a@example.org,Teacher,Time to plan,Noise\n2025/03/03,9:00,b@example.org,Teacher,Time,Noise\n"
    )
    reading = reading_of(path)
    assert [response.line for response in reading] == [2]
    assert dict(reading.skipped) == {"shifted": 1}
    assert (reading.findings[0].line, reading.findings[0].value) == (3, "")
    assert "more cells" in str(reading.findings[0].reason)


def test_the_rest_of_an_answer_of_several_lines_is_no_response(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(HEADER + "2025/03/03 8:00,a@example.org,Teacher,Time\nand talk,Noise\n")
    reading = reading_of(path)
    assert [response.answers for response in reading] == [{"c4": "Time"}]
    assert dict(reading.skipped) == {"shifted": 1}
    assert [finding.line for finding in reading.findings] == [2, 3]


def test_blank_rows_and_repeated_headings_are_no_responses(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(
        HEADER + "2025/03/03 8:00,a@example.org,Teacher,Time,Noise\n,,,,\n\n2025/03/03 8:00,b@example.org,Teacher,,\n" + HEADER
    )
    reading = reading_of(path)
    assert len(list(reading)) == 1
    assert dict(reading.skipped) == {"blank": 1, "heading": 1}


def test_the_same_row_twice_is_reported_and_kept_where_nothing_numbers_the_answers(
    csv_file: Callable[[str], Path],
) -> None:
    path = csv_file("When,What works?\n2025-03-03,Time to plan\n2025-03-03,Time to plan\n")
    reading = reading_of(path)
    assert len(list(reading)) == 2
    assert [finding.line for finding in reading.findings] == [3]


def test_a_response_number_that_comes_again_is_reported_without_the_number(exports: Path) -> None:
    reading = reading_of(exports / "surveymonkey_en.csv")
    assert len(list(reading)) == 4
    finding = next(finding for finding in reading.findings if finding.line == 6)
    assert (finding.column, finding.value) == ("Respondent ID", "")


def test_a_date_that_is_none_costs_only_the_week(csv_file: Callable[[str], Path]) -> None:
    path = csv_file(HEADER + "last week,a@example.org,Teacher,Time,Noise\n2025/03/03 8:00,b@example.org,Teacher,Talk,Rush\n")
    reading = reading_of(path)
    assert [response.submitted_week is None for response in reading] == [True, False]
    assert reading.findings[0].as_dict()["value"] == "last week"


def test_the_same_file_twice_gives_the_same_keys(exports: Path, microsoft_en: Path) -> None:
    for path in (*exports.glob("*.csv"), microsoft_en):
        first = keys_of(path)
        assert first == keys_of(path)
        assert len(set(first)) == len(first)
        assert all(len(key) == 32 for key in first)


def test_a_later_export_adds_only_what_is_new(csv_file: Callable[[str], Path]) -> None:
    rows = "2025-03-03,Good\n2025-03-03,Good\n2025-03-04,Bad\n"
    before = keys_of(csv_file("When,What works?\n" + rows))
    after = keys_of(csv_file("When,Note,What works?\n2025-03-03,,Good\n2025-03-03,,Good\n2025-03-03,,Good\n2025-03-04,,Bad\n"))
    assert len(set(before)) == 3
    assert set(before) < set(after)
    assert len(set(after)) == 4


def test_a_key_depends_on_what_was_said_and_on_the_survey_but_not_on_who(csv_file: Callable[[str], Path]) -> None:
    text = HEADER + "2025/03/03 8:00,{who},Teacher,{said},Noise\n"
    key = keys_of(csv_file(text.format(who="a@example.org", said="Time")))
    assert key == keys_of(csv_file(text.format(who="b@example.org", said="Time").replace("8:00", "9:41")))
    assert key != keys_of(csv_file(text.format(who="a@example.org", said="Talk")))
    path = csv_file(text.format(who="a@example.org", said="Time"))
    assert key != keys_of(path, salt=b"a salt of another survey")
    assert key != keys_of(path, source="Birch Hill's form")


def test_a_short_salt_is_refused(exports: Path) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        keys_of(exports / "plain_en.csv", salt=b"short")


def test_a_summary_says_what_would_happen(exports: Path, groups: Names, schools: Names) -> None:
    path = exports / "google_forms_en.csv"
    mapping = guess_mapping(recognise(path), groups=groups, schools=schools)
    known = [response.key for response in read_responses(path, mapping, groups=groups, schools=schools, salt=SALT)][:2]
    found = summary(path, mapping, groups=groups, schools=schools, salt=SALT, known_keys=set(known))
    assert (found.rows, found.responses, found.added, found.already) == (7, 7, 5, 2)
    assert found.by_group == {"teacher": 3, "family": 1, "student": 1, "principal": 1, "": 1}
    assert found.by_school == {"alder": 3, "birch": 2, "cedar": 1, "": 1}
    assert found.by_week == {"2025-03-03": 4, "2025-03-10": 3}
    assert found.by_kind["likert_row"] == 2
    assert found.answers["c5"] == 7
    assert [(item.value, item.rows, item.guess) for item in found.unmatched_schools] == [
        ("Cedar Hihg School", 1, "Cedar High School")
    ]
    assert [(item.value, item.guess) for item in found.unmatched_groups] == [("Bus driver", "")]
    assert "Username" in found.dropped
    assert json.loads(json.dumps(found.as_dict()))["added"] == 5


def test_a_summary_names_why_rows_are_skipped(exports: Path) -> None:
    path = exports / "qualtrics_en.csv"
    found = summary(path, guess_mapping(recognise(path))).as_dict()
    assert {item["reason"]: item["rows"] for item in found["skipped"]} == {
        "unfinished": 1,
        "preview": 1,
        "spam": 1,
        "duplicate": 1,
    }
    assert all(item["text"] for item in found["skipped"])


class EndlessCsv(io.BytesIO):
    """A CSV of a given size that is made while it is read, so that the test itself holds nothing."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self._header = HEADER.encode()
        self._row = b'2025/03/%02d 8:02:11 AM EST,p%07d@example.org,Teacher,"' + b"we plan together, " * 8 + b'%07d","Noise"\n'
        self._size = len(self._header) + rows * len(self._row % (1, 0, 0))
        self._length = len(self._row % (1, 0, 0))
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = min(self._size, self._at + (size if size is not None and size >= 0 else self._size))
        pieces, at = [], self._at
        while at < end:
            if at < len(self._header):
                piece = self._header[at:]
            else:
                number, inside = divmod(at - len(self._header), self._length)
                piece = (self._row % (number % 28 + 1, number, number))[inside:]
            pieces.append(piece)
            at += len(piece)
        data = b"".join(pieces)[: end - self._at]
        self._at = end
        return data


def test_a_large_file_is_read_in_little_memory() -> None:
    stream = EndlessCsv(rows=60_000)
    assert stream.seek(0, 2) > 12_000_000
    mapping = guess_mapping(recognise(stream, "large.csv"))
    tracemalloc.start()
    try:
        reading = read_responses(stream, mapping, groups={"t": ("Teachers",)}, salt=SALT, name="large.csv")
        reading_count = sum(1 for _ in reading)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reading_count == 60_000
    # Digests of the rows seen (up to 100,000 stay in memory) and one piece of the file; never the file.
    assert peak < 32_000_000


def test_a_file_past_the_limit_is_refused_before_it_is_read() -> None:
    stream = EndlessCsv(rows=60_000)
    with pytest.raises(UnreadableFile, match="larger than 1 MB"):
        recognise(stream, "large.csv", limits=Limits(max_bytes=1_000_000))


def test_ten_thousand_columns_are_refused_with_a_way_out(workbook: Callable[..., Path]) -> None:
    with pytest.raises(UnreadableFile, match="columns"):
        recognise(io.BytesIO((",".join(f"Q{n}" for n in range(10_000)) + "\n1\n").encode()), "wide.csv")
    with pytest.raises(UnreadableFile, match="columns"):
        recognise(workbook([[f"Q{n}" for n in range(10_000)], ["1"]]))


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\x00" * 50, b"%PDF-1.7 ...", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" * 9])
def test_what_is_no_table_is_refused_with_a_way_out(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        recognise(io.BytesIO(content), "answers.csv")
    assert "answers.csv" in str(refused.value)


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="could not be opened"):
        recognise(tmp_path / "gone.csv")


def test_windows_and_utf16_files_are_read(exports: Path) -> None:
    text = (exports / "google_forms_es.csv").read_text(encoding="utf-8")
    expected = [response.answers for response in reading_of(exports / "google_forms_es.csv")]
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        stream = io.BytesIO(text.encode(encoding))
        mapping = guess_mapping(recognise(stream, "a.csv"))
        assert [response.answers for response in read_responses(stream, mapping, name="a.csv")] == expected


def test_semicolons_between_cells_are_noticed(exports: Path) -> None:
    stream = io.BytesIO(b"Marca temporal;Rol;Que funciona?\n03/03/2025 8:00;Docente;Tiempo, y calma\n")
    mapping = guess_mapping(recognise(stream, "a.csv"))
    assert [response.answers for response in read_responses(stream, mapping, name="a.csv")] == [{"c3": "Tiempo, y calma"}]


def read_all(content: bytes) -> None:
    stream = io.BytesIO(content)
    try:
        mapping = guess_mapping(recognise(stream, "f"), groups={"t": ("Teachers",)}, schools={"a": ("Alder",)})
        summary(stream, mapping, groups={"t": ("Teachers",)}, schools={"a": ("Alder",)}, salt=SALT, name="f").as_dict()
    except UnreadableFile as refused:
        assert str(refused)  # noqa: PT017 - it may be read or be refused; either way nothing else comes out


@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    read_all(content)


@given(content=st.binary(max_size=200))
def test_any_bytes_after_a_zip_or_real_headings_are_read_or_refused(content: bytes) -> None:
    read_all(b"PK\x03\x04" + content)
    read_all(b"Timestamp,Username,Your role,What works?\n" + content)


HEADINGS = "Timestamp|ID|Start time|Completion time|StartDate|Finished|Status|ResponseId|Q1_1|Q1_2|Respondent ID|Response"
ODD = 'Collector ID|Q [a]|Q [b]|{"ImportId":"QID1_1"}|{"ImportId":|Name|School|a;b|a, b|2025-03-03|99/99/2025|True|0|=1+1'
CELLS = st.sampled_from(["", *HEADINGS.split("|"), *ODD.split("|"), "x@example.org", "\u202e", "💬", "[", "]", " - "]) | st.text(
    max_size=12
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=7))
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerows(rows)
    read_all(text.getvalue().encode("utf-8", "replace"))
