"""The gap as files: the figures of a view, and the answers somebody should translate. Spreadsheets run nothing in them."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from commonwhy.formats.delimited import write_rows
from commonwhy.vision.queries.gap import Said
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


def to_translate(said: Iterable[Said], languages: Iterable[str]) -> bytes:
    """Random row id, language and words, by id; who said it is not in the file."""
    rows = [
        [str(each.id), language, each.words, ""]
        for each, language in sorted(zip(said, languages, strict=True), key=lambda pair: str(pair[0].id))
    ]
    return _written(["id", "language", "words", "translation"], rows)


def _plain(n: str) -> str:
    """The number alone, with `≥` where it is one."""
    return n.removeprefix("n ").removeprefix("= ")


def _written(header: list[str], rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    write_rows(stream, header, rows, mark=True)
    return stream.getvalue()
