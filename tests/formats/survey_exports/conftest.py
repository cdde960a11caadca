"""The exports in `tests/fixtures/survey_exports` (invented people, made as each survey maker makes them) and their district.

Workbooks are built here, cell by cell, because a workbook in a repository cannot be read in a review.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

FOLDER = Path(__file__).parents[2] / "fixtures" / "survey_exports"

Builder = Callable[[Sequence[Sequence[object]]], Path]


@pytest.fixture
def exports() -> Path:
    return FOLDER


@pytest.fixture
def groups() -> dict[str, tuple[str, ...]]:
    return {
        "teacher": ("Teachers", "Docentes"),
        "student": ("Students", "Estudiantes"),
        "family": ("Families", "Familias"),
        "principal": ("Principals", "Directores"),
    }


@pytest.fixture
def schools() -> dict[str, tuple[str, ...]]:
    return {
        "alder": ("Alder Creek Elementary School",),
        "birch": ("Birch Hill Middle School",),
        "cedar": ("Cedar High School",),
    }


@pytest.fixture
def workbook(tmp_path: Path) -> Builder:
    """Rows to an .xlsx file on disk."""

    def build(rows: Sequence[Sequence[object]]) -> Path:
        book: Any = Workbook()
        for row in rows:
            book.active.append(list(row))
        path = tmp_path / "table.xlsx"
        book.save(path)
        return path

    return build


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str], Path]:
    """Text to a .csv file on disk."""

    def build(text: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return build


MICROSOFT_EN: list[list[object]] = [
    [
        "ID",
        "Start time",
        "Completion time",
        "Email",
        "Name",
        "Last modified time",
        "Which best describes you?",
        "Your school\xa0",
        "What does digital learning mean to you?",
        "What do you use?\xa0(Select all that apply)",
        "I have time to plan",
        "I know whom to ask",
        "Points - Quiz",
    ],
    [
        1,
        dt.datetime(2025, 3, 3, 8, 1, 5),
        dt.datetime(2025, 3, 3, 8, 9, 55),
        "maria.lund@example.org",
        "Maria Lund",
        None,
        "Teacher",
        "Alder Creek Elementary School",
        "Making things_x000D_\nand sharing them.",
        "Laptops;Paper, pens;",
        "Agree",
        "Strongly agree",
        1,
    ],
    [
        2,
        dt.datetime(2025, 3, 4, 9, 1, 5),
        dt.datetime(2025, 3, 4, 9, 9, 55),
        "anonymous",
        None,
        None,
        "Student",
        "Cedar High School",
        "Less copying.",
        "Laptops;",
        "Disagree",
        "Neutral",
        1,
    ],
    [
        3,
        dt.datetime(2025, 3, 11, 9, 1, 5),
        dt.datetime(2025, 3, 11, 9, 9, 55),
        "anonymous",
        None,
        None,
        "Parent",
        "Birch Hill Middle School",
        "Knowing what to ask.",
        "Paper, pens;Phones;",
        "Neutral",
        "Agree",
        0,
    ],
]
MICROSOFT_ES: list[list[object]] = [
    [
        "Id.",
        "Hora de inicio",
        "Hora de finalización",
        "Correo electrónico",
        "Nombre",
        "¿Cuál es su papel?",
        "Escuela",
        "¿Qué significa para usted?",
    ],
    [
        1,
        dt.datetime(2025, 3, 3, 8, 1, 5),
        dt.datetime(2025, 3, 3, 8, 9, 55),
        "ana.soto@example.org",
        "Ana Soto",
        "Docente",
        "Cedar High School",
        "Aprender juntos.",
    ],
    [
        2,
        dt.datetime(2025, 4, 7, 8, 1, 5),
        dt.datetime(2025, 4, 7, 8, 9, 55),
        "luis.mora@example.org",
        "Luis Mora",
        "Madre",
        "Alder Creek Elementary School",
        "Que mi hija pregunte.",
    ],
]


def _forms_workbook(rows: Sequence[Sequence[object]], path: Path) -> Path:
    """As Microsoft Forms writes it: one sheet, one table over all of it, dates as numbers with a style."""
    book: Any = Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    for row in rows:
        sheet.append(list(row))
    for row in sheet.iter_rows(min_row=2, min_col=2, max_col=3):
        for cell in row:
            cell.number_format = "m/d/yy h:mm:ss"
    sheet.add_table(Table(displayName="OfficeForms.Table", ref=sheet.dimensions))
    book.save(path)
    return path


@pytest.fixture
def microsoft_en(tmp_path: Path) -> Path:
    return _forms_workbook(MICROSOFT_EN, tmp_path / "Digital learning(1-3).xlsx")


@pytest.fixture
def microsoft_es(tmp_path: Path) -> Path:
    return _forms_workbook(MICROSOFT_ES, tmp_path / "Aprendizaje(1-2).xlsx")


@pytest.fixture
def saved() -> Callable[[Workbook], io.BytesIO]:
    """A workbook as an uploaded stream."""

    def save(book: Workbook) -> io.BytesIO:
        stream = io.BytesIO()
        book.save(stream)
        stream.seek(0)
        return stream

    return save
