"""The files of a report's folder: a page, a paper, the whole for machines, and a row for each statement for spreadsheets."""

from __future__ import annotations

import io
import json

from commonwhy.cli.landscape_report import drawing, page, paper
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.formats.delimited import write_rows
from commonwhy.methods.opinion.result import Counts


def files_of(measured: Measured) -> dict[str, bytes]:
    """Every file by its name. Raises OSError when the PDF cannot be made."""
    drawn = drawing.variants(measured)
    return {
        "landscape.json": (json.dumps(measured.as_json(), ensure_ascii=False, indent=2) + "\n").encode(),
        "statements.csv": statements_csv(measured),
        "index.html": page.html(measured, drawn).encode(),
        "landscape.pdf": paper.pdf(measured, drawn),
    }


def statements_csv(measured: Measured) -> bytes:
    """A row for each statement with every count; no cell runs as a formula in a spreadsheet."""
    found = measured.landscape
    names = [f"group {group.number + 1}" for group in found.groups] + [f"role {name}" for name in found.roles]
    header = ["statement", "text", "moderated out", "outcome", "shared ground", "low", "high", "smallest agreement", "not heard"]
    header += ["agree", "disagree", "pass", "n"]
    header += [f"{name}: {part}" for name in names for part in ("agree", "disagree", "pass", "n")]
    rows = []
    for one in found.statements:
        low, high = one.interval or (None, None)
        row: list[object] = [
            measured.file.statements[one.statement],
            measured.file.words[one.statement],
            "yes" if measured.file.left_out[one.statement] else "no",
            one.outcome.value,
            *(None if value is None else f"{value:.4f}" for value in (one.shared_ground, low, high)),
            one.lowest,
            "; ".join(one.not_heard),
        ]
        for counts in (one.counts, *one.by_group, *one.by_role):
            row += _cells(counts)
        rows.append(row)
    stream = io.BytesIO()
    write_rows(stream, header, rows, mark=True)
    return stream.getvalue()


def _cells(counts: Counts) -> list[int]:
    return [counts.agree, counts.disagree, counts.passed, counts.n]
