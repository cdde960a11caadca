"""The figures of a view as a file. Spreadsheets run nothing in it."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _

from commonwhy.formats.delimited import write_rows
from commonwhy.vision.queries.gap_page import View


def figures(view: View) -> bytes:
    """Every share the page shows, a row each: what it is of, whose, how many answers it stands on, and everyone else's."""
    rows: list[list[str]] = []
    if view.several_meanings:
        for row in view.meanings.rows:
            for (column, n), cell in zip(view.meanings.columns, row.cells, strict=True):
                rows.append([_("meaning"), row.name, column, _plain(n), cell.words, ""])
    for table in view.words:
        (column, n), _others = table.columns
        rows += [[_("word"), row.name, column, _plain(n), *(cell.words for cell in row.cells)] for row in table.rows]
    header = [_("kind"), _("what"), _("who"), "n", _("share"), _("share of everyone else")]
    return _written(header, rows)


def _plain(n: str) -> str:
    """The number alone, with `≥` where it is one."""
    return n.removeprefix("n ").removeprefix("= ")


def _written(header: list[str], rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    write_rows(stream, header, rows, mark=True)
    return stream.getvalue()
