"""Delimited files in every state they come in: what is read, what is refused, and that nothing else can happen."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.formats.delimited import Limits, Message, UnreadableFile, read_rows, safe_cell, write_rows


def rows_of(data: bytes, **how: object) -> list[tuple[int, list[str]]]:
    return [(row.line, row.cells) for row in read_rows(io.BytesIO(data), name="x.csv", **how)]  # type: ignore[arg-type]


def refusal_of(data: bytes, **how: object) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        rows_of(data, **how)
    return caught.value


def test_a_mark_mixed_line_ends_blank_rows_and_a_cell_of_two_lines() -> None:
    data = b'\xef\xbb\xbfa,b\r\n1,2\r3,4\n\n,\n5,"x\ny"\n6,7'
    assert rows_of(data) == [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"]), (6, ["5", "x\ny"]), (8, ["6", "7"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_however_it_is_written(encoding: str) -> None:
    assert rows_of("name,town\nJosé,Peñasco\n".encode(encoding))[1] == (2, ["José", "Peñasco"])


def test_a_line_in_windows_1252_is_read_and_told_once_and_other_lines_stay_utf_8() -> None:
    reader = read_rows(io.BytesIO("a,b\nñ,1\n".encode() + "é,2\nü,3\n".encode("cp1252")), name="x.csv")
    assert [row.cells[0] for row in reader] == ["a", "ñ", "é", "ü"]
    assert [note.line for note in reader.notes] == [3]
    assert reader.encoding == "cp1252"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed_even_where_cells_hold_another(delimiter: str) -> None:
    other = ";" if delimiter != ";" else ","
    rows = rows_of(f"a{delimiter}b{delimiter}c\n1{delimiter}x{other}y{delimiter}3\n".encode())
    assert rows[1] == (2, ["1", f"x{other}y", "3"])


def test_excels_first_line_names_the_delimiter() -> None:
    assert rows_of(b"sep=;\na;b\n1;2\n") == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_nul_bytes_are_left_out_and_told() -> None:
    reader = read_rows(io.BytesIO(b"a,b\n1\x00,2\n"), name="x.csv")
    assert [row.cells for row in reader] == [["a", "b"], ["1", "2"]]
    assert len(reader.notes) == 1


def test_a_quotation_mark_that_never_closes_costs_its_own_line_only() -> None:
    data = b'id,name,role\n1,"Bo,teacher\n2,Ann,student\n3,"Li, Al","x\n4,b,c\n'
    assert [cells for _, cells in rows_of(data)[1:]] == [
        ["1", "Bo", "teacher"],
        ["2", "Ann", "student"],
        ["3", "Li, Al", "x"],
        ["4", "b", "c"],
    ]


def test_quotation_marks_inside_a_cell_do_not_break_the_row() -> None:
    assert [len(cells) for _, cells in rows_of(b'a,b,c\n1,"he said "hi" twice",x\n2,"fine",y\n')] == [3, 3, 3]


def test_a_written_cell_of_many_lines_stays_one_cell_even_with_commas() -> None:
    answer = "First, this.\nThen, that, and, more.\n\nEnd"
    target = io.BytesIO()
    write_rows(target, ["id", "answer", "school"], [[1, answer, "North"], [2, "short", "South"]])
    rows = rows_of(target.getvalue())
    assert rows[1][1] == ["1", answer, "North"]
    assert rows[2] == (6, ["2", "short", "South"])


def test_where_cells_have_no_line_breaks_two_stray_marks_do_not_swallow_what_is_between() -> None:
    data = b'id,name,role\n1,Bo,"x\n2,Ann,student\n3,Cy,y"\n4,Di,z\n'
    assert [cells[0] for _, cells in rows_of(data, line_breaks=False)[1:]] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b",,\n,,\n", b"\x00" * 64])
def test_an_empty_file_says_so(data: bytes) -> None:
    assert "is empty" in str(refusal_of(data))


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"%PDF-1.7", b"\x89PNG\r\n", bytes(range(256)) * 9])
def test_what_is_not_a_table_is_refused_with_the_way_out(data: bytes) -> None:
    assert "CSV UTF-8" in str(refusal_of(data))


def test_ten_thousand_columns_a_giant_cell_a_giant_line_and_too_many_rows_are_refused() -> None:
    assert "columns" in str(refusal_of(b"," * 10_000))
    giant = refusal_of(b"a,b\n" + b"x" * 200_000 + b",c\n")
    assert "cell" in str(giant)
    assert giant.line == 2
    assert "too long" in str(refusal_of(b"a" * 5_000_000))
    assert "rows" in str(refusal_of(b"a\n" * 20, limits=Limits(max_rows=10)))


class Endless(io.RawIOBase):
    """A file of any size that costs no memory, and counts what was asked of it."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.asked = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = (b"12345,7\n" * (size // 8 + 1))[: min(size, self.left)]
        self.left -= len(piece)
        self.asked += len(piece)
        return piece


def test_a_file_past_the_limit_is_refused_without_reading_on() -> None:
    stream = Endless(10**12)
    with pytest.raises(UnreadableFile, match="larger than 1 MB"):
        for _ in read_rows(stream, name="x.csv", limits=Limits(max_bytes=1_000_000)):  # type: ignore[arg-type]
            pass
    assert stream.asked < 2_000_000


def test_rows_come_before_the_file_was_read_to_its_end() -> None:
    stream = Endless(10**9)
    reader = read_rows(stream, name="x.csv")  # type: ignore[arg-type]
    assert next(reader).cells == ["12345", "7"]
    assert stream.asked < 1_000_000
    reader.close()


def test_a_missing_file_is_a_friendly_refusal(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="could not be opened"):
        next(read_rows(tmp_path / "nothing.csv"))


def test_a_message_is_translated_before_its_words_go_in() -> None:
    message = Message("%(n)s rows", {"n": 3})
    assert message.text({"%(n)s rows": "%(n)s filas"}.__getitem__) == "3 filas"
    assert str(Message("100% of it")) == "100% of it"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@a", "\tq", "\rq", " =1", "-1-2", "＝1"])
def test_what_a_spreadsheet_would_run_is_escaped(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-3.5", "-1,000", "-2%", "plain", "", "a=b", "3-4"])
def test_a_negative_number_and_plain_words_stay(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_what_is_written_is_escaped_and_marked_for_excel() -> None:
    target = io.BytesIO()
    assert write_rows(target, ["a", "=b"], [["=x", None], [1, -2]], mark=True) == 2
    assert target.getvalue() == b"\xef\xbb\xbfa,'=b\r\n'=x,\r\n1,-2\r\n"


@given(st.binary(max_size=3_000), st.booleans())
def test_any_bytes_give_rows_or_a_refusal(data: bytes, line_breaks: bool) -> None:
    try:
        for line, cells in rows_of(data, line_breaks=line_breaks):
            assert line >= 1
            assert any(cells)
    except UnreadableFile:
        return


@given(st.text(alphabet=st.sampled_from('ab1,;"\r\n\t |=\0é'), max_size=400), st.booleans())
def test_any_tangle_of_marks_and_line_ends_gives_rows_in_order_or_a_refusal(text: str, line_breaks: bool) -> None:
    try:
        lines = [line for line, _ in rows_of(text.encode(), line_breaks=line_breaks)]
    except UnreadableFile:
        return
    assert lines == sorted(set(lines))


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(st.integers(2, 6).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)))
def test_what_the_standard_library_writes_is_read_back_as_it_was(table: list[list[str]]) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows(table)
    data = target.getvalue().encode()
    assert [row for _, row in rows_of(data, delimiter=",")] == table
