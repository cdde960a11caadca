"""Workbooks from strangers: read as text, and refused before they can do harm."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from commonwhy.formats.encoded_text import Limits
from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.spreadsheets import read_sheet

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def saved(*rows: list[object], change: Callable[[Any], object] = lambda book: None) -> io.BytesIO:
    book: Any = Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def altered(stream: io.BytesIO, parts: dict[str, str | bytes]) -> io.BytesIO:
    """The same workbook with some parts replaced or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    changed.seek(0)
    return changed


def with_sheet(body: str) -> io.BytesIO:
    return altered(saved(["x"]), {SHEET: f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>"})


def cells(stream: io.BytesIO) -> list[list[str]]:
    return [row.cells for row in read_sheet(stream, name="b.xlsx")]


def test_values_come_as_a_person_sees_them() -> None:
    stream = saved(
        ["ID", "When", "Day", "Ratio", "Yes", "Nothing", "Words"],
        [1, dt.datetime(2025, 3, 4, 9, 12, 45), dt.date(2025, 3, 4), 2.5, True, None, "  as written\n"],
    )
    assert cells(stream) == [
        ["ID", "When", "Day", "Ratio", "Yes", "Nothing", "Words"],
        ["1", "2025-03-04 09:12:45", "2025-03-04 00:00:00", "2.5", "TRUE", "", "  as written\n"],
    ]


def test_rows_keep_their_numbers_and_blank_ones_are_left_out() -> None:
    def add(book: Any) -> None:
        book.active["A9"] = "late"

    rows = list(read_sheet(saved(["first"], change=add), name="b.xlsx"))
    assert [(row.line, row.cells) for row in rows] == [(1, ["first"]), (9, ["late"])]


def test_a_formula_is_its_last_value_or_its_own_text_and_is_never_worked_out() -> None:
    stream = with_sheet(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>WEBSERVICE("http://example.org")</f></c>'
        '<c r="C1" t="str"><f>A1</f><v>shown</v></c><c r="D1"><f t="shared" si="0"/></c></row>'
    )
    assert cells(stream) == [["2", '=WEBSERVICE("http://example.org")', "shown", "="]]


def test_text_that_looks_like_a_formula_is_text() -> None:
    stream = with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>=cmd|\' /c calc\'!A1</t></is></c></row>')
    assert cells(stream) == [["=cmd|' /c calc'!A1"]]


def test_line_ends_that_exports_write_out_are_line_ends() -> None:
    assert cells(saved(["one_x000D_\ntwo", "_x005F_x000D_"])) == [["one\ntwo", "_x000D_"]]


def test_the_first_sheet_that_can_be_seen_is_read_or_the_one_asked_for() -> None:
    def add(book: Any) -> None:
        book.active.sheet_state = "hidden"
        book.create_sheet("Answers").append(["seen"])
        book.create_sheet("Notes").append(["other"])

    stream = saved(["hidden"], change=add)
    reader = read_sheet(stream, name="b.xlsx")
    assert (reader.sheet, reader.sheets) == ("Answers", ("Answers", "Notes"))
    assert [row.cells for row in reader] == [["seen"]]
    assert [row.cells for row in read_sheet(stream, name="b.xlsx", sheet="Notes")] == [["other"]]
    with pytest.raises(UnreadableFile, match="no sheet"):
        read_sheet(stream, name="b.xlsx", sheet="Gone")


def test_the_size_that_a_sheet_claims_is_not_believed() -> None:
    body = f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    stream = altered(saved(["x"]), {SHEET: body + "</sheetData></worksheet>"})
    assert cells(stream) == [["1"]]


def test_a_row_number_in_the_far_distance_costs_nothing() -> None:
    stream = with_sheet('<row r="1"><c><v>1</v></c></row><row r="999999999999"><c><v>2</v></c></row>')
    assert cells(stream) == [["1"], ["2"]]


def test_a_date_past_the_calendar_stays_a_number(recwarn: pytest.WarningsRecorder) -> None:
    stream = saved([dt.datetime(2025, 3, 4)])
    with zipfile.ZipFile(stream) as archive:
        sheet = archive.read(SHEET).decode()
    number = sheet[sheet.index("<v>") : sheet.index("</v>")]
    assert cells(altered(stream, {SHEET: sheet.replace(number, "<v>99999999999")})) == [["99999999999"]]
    assert not recwarn.list


def test_charts_are_passed_over() -> None:
    assert cells(saved(["kept"], change=lambda book: book.create_chartsheet("Chart", 0))) == [["kept"]]


def test_links_to_other_files_are_not_followed() -> None:
    link = f'<externalLink {MAIN}><externalBook r:id="rId1" xmlns:r="x"/></externalLink>'
    stream = altered(saved(["kept"]), {"xl/externalLinks/externalLink1.xml": link})
    assert cells(stream) == [["kept"]]


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    zeros = b"<v>" + b" " * 60_000_000 + b"</v>"
    stream = altered(saved(["x"]), {SHEET: zeros})
    assert len(stream.getvalue()) < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFile, match="unpacks to far more"):
            read_sheet(stream, name="b.xlsx")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "part",
    [
        f"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet {MAIN}><sheetData/></worksheet>",
        f"<worksheet {MAIN}><sheetData><row>{'<c/>' * 300_000}</row></sheetData></worksheet>",
        f"<worksheet {MAIN}><sheetData>{'<a>' * 80}{'</a>' * 80}</sheetData></worksheet>",
    ],
    ids=["entities", "one endless row", "nested"],
)
def test_hostile_xml_is_refused(part: str) -> None:
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        cells(altered(saved(["x"]), {SHEET: part}))


def test_a_list_of_styles_without_end_is_refused() -> None:
    styles = f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 250_000}</cellXfs></styleSheet>"
    with pytest.raises(UnreadableFile):
        read_sheet(altered(saved(["x"]), {"xl/styles.xml": styles}), name="b.xlsx")


def test_an_old_or_encrypted_workbook_is_named() -> None:
    with pytest.raises(UnreadableFile, match=r"\.xls\) or has a password"):
        read_sheet(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), name="b.xls")


def test_a_zip_of_something_else_is_named() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("answers.csv", "a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match="not a workbook"):
        read_sheet(stream, name="b.xlsx")


def test_limits_on_columns_rows_and_cells() -> None:
    with pytest.raises(UnreadableFile, match="more than 5 columns"):
        list(read_sheet(saved(list(range(6))), name="b.xlsx", limits=Limits(max_columns=5)))
    with pytest.raises(UnreadableFile, match="more than 2 rows"):
        list(read_sheet(saved(["a"], ["b"], ["c"]), name="b.xlsx", limits=Limits(max_rows=2)))
    with pytest.raises(UnreadableFile, match="more than 10 characters"):
        list(read_sheet(saved(["a" * 11]), name="b.xlsx", limits=Limits(max_cell_chars=10)))
    with pytest.raises(UnreadableFile, match="damaged"):
        cells(with_sheet('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'))


def test_an_empty_sheet_is_refused_with_a_way_out() -> None:
    with pytest.raises(UnreadableFile, match="is empty"):
        list(read_sheet(saved(), name="b.xlsx"))


def test_a_sheet_that_breaks_off_gives_the_rows_before() -> None:
    reader = read_sheet(
        altered(saved(["x"]), {SHEET: f'<worksheet {MAIN}><sheetData><row r="1"><c><v>1</v></c></row><row'}),
        name="b.xlsx",
    )
    assert next(reader).cells == ["1"]
    with pytest.raises(UnreadableFile, match="damaged after row 1"):
        next(reader)


def test_many_rows_are_read_in_little_memory() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    for number in range(8_000):
        sheet.append([number, "we plan together", "and share what works"])
    stream = io.BytesIO()
    book.save(stream)
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_sheet(stream, name="b.xlsx"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 8_000
    assert peak < 3_000_000


def test_a_file_on_disk_is_closed_again(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(saved(["a"], ["b"]).getvalue())
    reader = read_sheet(path)
    next(reader)
    reader.close()
    assert reader._own is not None
    assert reader._own.closed


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(read_sheet(io.BytesIO(b"PK\x03\x04" + content), name="b.xlsx"))


BASE = saved(["Timestamp", "What works?"], [dt.datetime(2025, 3, 4), "Time"], ["x", 1.5]).getvalue()


@settings(max_examples=150)
@given(at=st.integers(0, len(BASE) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_any_damage_is_read_or_refused(at: int, byte: int, cut: bool) -> None:
    damaged = BASE[:at] if cut else BASE[:at] + bytes([byte]) + BASE[at + 1 :]
    try:
        list(read_sheet(io.BytesIO(damaged), name="b.xlsx"))
    except UnreadableFile as refused:
        assert str(refused)  # noqa: PT017 - it may be read or be refused; either way nothing else comes out


XML = st.recursive(
    st.sampled_from(["<v>1</v>", "<v>x</v>", "<f>A1</f>", "<is><t>t</t></is>", "text", "<v/>"]),
    lambda inner: st.builds(
        lambda tag, kind, ref, inside: f"<{tag} t='{kind}' r='{ref}' s='{len(inside)}'>{''.join(inside)}</{tag}>",
        st.sampled_from(["row", "c", "sheetData", "is"]),
        st.sampled_from(["s", "n", "b", "d", "e", "str", "inlineStr", "?"]),
        st.sampled_from(["1", "A1", "-4", "1.5", "ZZZZ9", "", "B0"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(body=XML)
def test_any_sheet_is_read_or_refused(body: str) -> None:
    try:
        cells(with_sheet(body))
    except UnreadableFile as refused:
        assert str(refused)  # noqa: PT017 - it may be read or be refused; either way nothing else comes out
