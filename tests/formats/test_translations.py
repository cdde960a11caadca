"""Texts out to a translator and back: what was written comes back, in any order, and what is wrong is said by line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.translations import (
    COLUMNS,
    ToTranslate,
    as_csv,
    as_workbook,
    plain,
    read_translations,
    same_words,
)

ONE = "0b0e0e0e-0000-4000-8000-000000000001"
TWO = "0b0e0e0e-0000-4000-8000-000000000002"


def sent(*words: str) -> list[ToTranslate]:
    return [ToTranslate(f"{number:08d}", "es", each, "en", f"c{number}") for number, each in enumerate(words)]


def written(*rows: tuple[object, ...], header: tuple[str, ...] = COLUMNS) -> io.BytesIO:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header, *rows])
    return io.BytesIO(stream.getvalue().encode())


def workbook(*rows: tuple[object, ...], header: tuple[str, ...] = COLUMNS) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+1", "-sí", "@cmd", "＝1", "  =late"])
def test_nothing_runs_in_a_spreadsheet(words: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(sent(words)).decode("utf-8-sig"), newline="")))
    assert rows[1][2].startswith("'")
    sheet = load_workbook(io.BytesIO(as_workbook(sent(words)))).active
    assert sheet is not None
    cell = sheet["C2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_the_translation_is_the_only_empty_cell() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(sent("Hola")).decode("utf-8-sig"), newline="")))
    assert rows == [{"id": "00000000", "language": "es", "words": "Hola", "into": "en", "translation": "", "check": "c0"}]


TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60)


@settings(deadline=None)  # the first workbook loads much
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), st.randoms(), st.booleans())
def test_what_goes_out_comes_back_in_any_order(pairs: list[tuple[str, str]], chance: object, spreadsheet: bool) -> None:
    """Filled in by a person, rows shuffled, columns too: each row is still its own."""
    rows = sent(*(words for words, _translation in pairs))
    if spreadsheet:
        sheet = load_workbook(io.BytesIO(as_workbook(rows))).active
        assert sheet is not None
        cells = [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    else:
        cells = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    header, body = cells[0], [row + [""] * (6 - len(row)) for row in cells[1:]]
    for row, (_words, translation) in zip(body, pairs, strict=True):
        row[4] = plain(translation)
    order = list(range(6))
    chance.shuffle(body)  # type: ignore[attr-defined]
    chance.shuffle(order)  # type: ignore[attr-defined]
    shuffled = [tuple(row[place] for place in order) for row in body]
    file = read_translations(written(*shuffled, header=tuple(header[place] for place in order)))
    wanted = {f"{number:08d}": (words, plain(text)) for number, (words, text) in enumerate(pairs) if plain(text)}
    assert {row.id: row.translation for row in file.rows} == {key: text for key, (_words, text) in wanted.items()}
    assert all(same_words(row.words or "", wanted[row.id][0]) for row in file.rows)
    assert len(file.empty) == len(pairs) - len(wanted)
    assert file.findings == ()


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    refusals: list[UnreadableFile] = []
    try:
        read_translations(io.BytesIO(content), name="any.csv")
    except UnreadableFile as refusal:
        refusals.append(refusal)
    assert all("any.csv" in str(refusal) for refusal in refusals)


@pytest.mark.parametrize("make", [written, workbook])
def test_doubled_rows_are_named_by_line_and_none_is_taken(make: object) -> None:
    file = read_translations(
        make(  # type: ignore[operator]
            (ONE, "es", "Hola", "en", "Hello", "a"),
            (TWO, "es", "Adiós", "en", "Bye", "b"),
            (ONE, "es", "Hola", "en", "Hi", "a"),
        )
    )
    assert [row.id for row in file.rows] == [TWO]
    assert [finding.line for finding in file.findings] == [2, 4]
    assert "2, 4" in str(file.findings[0].reason)


def test_the_same_row_twice_is_one() -> None:
    row = (ONE, "es", "Hola", "en", "Hello", "a")
    file = read_translations(written(row, row))
    assert [each.line for each in file.rows] == [2]
    assert file.findings == ()


def test_empty_rows_are_counted_by_line_and_blank_ones_not() -> None:
    file = read_translations(
        written((ONE, "es", "Hola", "en", "  ", "a"), ("", "", "", "", "", ""), (TWO, "", "", "en", "", "b"))
    )
    assert file.empty == (2, 4)
    assert file.rows == ()


def test_a_translation_beyond_all_measure_is_left_aside_by_line() -> None:
    file = read_translations(written((ONE, "es", "Hola", "en", "x" * 20_001, "a")))
    assert [finding.line for finding in file.findings] == [2]
    assert file.rows == ()


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnreadableFile, match="check"):
        read_translations(written((ONE, "Hello"), header=("id", "translation")))


def test_a_file_in_another_encoding_and_with_semicolons_is_read(tmp_path: Path) -> None:
    path = tmp_path / "back.csv"
    path.write_bytes(f"id;language;words;into;translation;check\r\n{ONE};es;¿Qué?;en;“What?” é;a\r\n".encode("cp1252"))
    row = read_translations(path).rows[0]
    assert (row.words, row.translation) == ("¿Qué?", "“What?” é")


@pytest.mark.parametrize(
    ("in_file", "original", "same"),
    [
        ("'=1+1", "=1+1", True),
        ("=1+1", "=1+1", True),
        ("one two", "one\r\ntwo", True),
        ("one two", "one three", False),
        ("", "one", False),
    ],
)
def test_words_are_the_same_but_for_what_files_do_to_them(in_file: str, original: str, same: bool) -> None:
    assert same_words(in_file, original) is same
