"""The report as one page that needs nothing but itself: no server, no script, nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files

from commonwhy.cli.landscape_report import drawing, sentences
from commonwhy.cli.landscape_report.lists import (
    Table,
    group_name,
    groups_table,
    in_list,
    representative_table,
    statements_table,
    too_few_table,
)
from commonwhy.cli.landscape_report.measured import Measured
from commonwhy.methods.opinion.result import Outcome, StatementFigures

_SHOWN, _MOST = 15, 200
HEADINGS = {
    Outcome.SHARED: "Shared ground",
    Outcome.DIVIDED: "What divides people",
    Outcome.NOT_ENOUGH_VOTES: "What too few have seen",
    Outcome.OPEN: "Still open",
}


def html(measured: Measured, drawn: dict[str, str]) -> str:
    """The whole page. Every word of people's is escaped; the picture is in it."""
    style = (files("commonwhy.cli.gap_report") / "page.css").read_text(encoding="utf-8")
    style += (files(__package__) / "page.css").read_text(encoding="utf-8")
    title = escape(sentences.finding(measured))
    body = [
        f'<p class="soft">{escape(measured.file.file)}</p>',
        f"<h1>{title}</h1>",
        f'<p class="lead">{escape(sentences.counted(measured))}</p>',
        *(_list(measured, outcome) for outcome in (Outcome.SHARED, Outcome.DIVIDED, Outcome.NOT_ENOUGH_VOTES)),
        _map(measured, drawn),
        _groups(measured),
        _open(measured),
        _how(measured),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'unsafe-inline'\"><title>{title}</title><style>{style}</style></head>\n<body><main>"
        + "\n".join(part for part in body if part)
        + "</main></body></html>\n"
    )


def _list(measured: Measured, outcome: Outcome) -> str:
    found = in_list(measured, outcome)
    opening = f"<p>{escape(sentences.opening(measured, outcome))}</p>"
    return f"<h2>{HEADINGS[outcome]}</h2>{opening}{_statements(measured, outcome, len(found))}"


def _statements(measured: Measured, outcome: Outcome, n: int) -> str:
    if not n:
        return ""
    listed = in_list(measured, outcome)
    few = outcome is Outcome.NOT_ENOUGH_VOTES

    def table(caption: str, some: list[StatementFigures]) -> str:
        return _table(caption, too_few_table(measured, some) if few else statements_table(measured, some))

    told = table(HEADINGS[outcome], listed[:_SHOWN])
    if n > _SHOWN:
        rest = table(f"{HEADINGS[outcome]}, the others", listed[_SHOWN:_MOST])
        rest += f"<p class=soft>And {n - _MOST:,} more, in statements.csv.</p>" if n > _MOST else ""
        told += f"<details><summary>Show {min(n, _MOST) - _SHOWN:,} more</summary>{rest}</details>"
    return told


def _map(measured: Measured, drawn: dict[str, str]) -> str:
    table = _table("How many people each group has", groups_table(measured)) if measured.landscape.groups else ""
    if not drawn:
        return ""
    at = {variant: f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" for variant, svg in drawn.items()}
    return (
        f"<h2>{drawing.TITLE}</h2><div class=beside><figure><figcaption>People near each other voted alike<small>Each mark is a "
        "person, or several close by. Left and right, up and down mean nothing of their own.</small></figcaption><picture>"
        f'<source media="(max-width: 46rem) and (prefers-color-scheme: dark)" srcset="{at["narrow-dark"]}">'
        f'<source media="(max-width: 46rem)" srcset="{at["narrow"]}">'
        f'<source media="screen and (prefers-color-scheme: dark)" srcset="{at["wide-dark"]}">'
        f'<img src="{at["wide"]}" alt="{escape(drawing.description(measured))}"></picture></figure>'
        f"<div>{table}</div></div>"
    )


def _groups(measured: Measured) -> str:
    parts = []
    for group in measured.landscape.groups:
        if group.representative:
            named = f"{group_name(group.number)}, {group.n:,} people: what tells them from the others"
            parts.append(_table(named, representative_table(measured, group.number)))
    return f"<h2>What each group says</h2>{''.join(parts)}" if parts else ""


def _open(measured: Measured) -> str:
    n = len(in_list(measured, Outcome.OPEN))
    if not n:
        return ""
    opening = escape(sentences.opening(measured, Outcome.OPEN))
    table = _statements(measured, Outcome.OPEN, n)
    return f"<details class=how><summary>{HEADINGS[Outcome.OPEN]}: {n:,}</summary><p>{opening}</p>{table}</details>"


def _how(measured: Measured) -> str:
    lines = [f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in sentences.statistics(measured)]
    lines += [f"<dt>Note</dt><dd>{escape(text)}</dd>" for text in sentences.notes(measured)]
    lines += [f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in sentences.settings(measured)]
    return f"<details class=how><summary>How we know</summary><dl>{''.join(lines)}</dl></details>"


def _table(caption: str, table: Table) -> str:
    head = "".join(
        f'<th scope="col"{" class=num" if place else ""}>{escape(each)}</th>' for place, each in enumerate(table.heads)
    )
    lines = "".join(
        f'<tr><th scope="row" dir="auto">{escape(row[0])}</th>'
        + "".join(f'<td class="num">{_unbroken(escape(each))}</td>' for each in row[1:])
        + "</tr>"
        for row in table.rows
    )
    named = escape(caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{named}"><table><caption>{named}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _unbroken(cell: str) -> str:
    """A figure and its n, each kept on one line."""
    return cell.replace(" %", "\u00a0%").replace("n = ", "n\u00a0=\u00a0")
