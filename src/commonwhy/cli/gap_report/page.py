"""The report as one page that needs nothing but itself: no server, no script, nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from importlib.resources import files

from commonwhy.cli.gap_report import sentences
from commonwhy.cli.gap_report.measured import Measured
from commonwhy.core.charts import Bar, Panel, panels_of_bars
from commonwhy.vision import gap_wording

Charts = dict[str, dict[str, str]]
_LEGEND = {
    "meanings": "Bar: share of the group that holds the meaning. Line: share of everyone.",
    "words": "Bar: share of the group's answers that use the word. Line: share of everyone else's.",
}
_HEADINGS = {"meanings": "Who holds which meaning", "words": "What each group speaks of"}
_MOST_GROUPS_DRAWN = 12


def chart_titles(measured: Measured) -> dict[str, str]:
    """The charts this report has, with their titles."""
    titles = {}
    if len(measured.report.meanings) > 1 and len(measured.report.groups) > 1:
        titles["meanings"] = gap_wording.chart_of_meanings(measured.facts)
    if measured.facts.words:
        titles["words"] = gap_wording.chart_of_words(measured.facts)
    return titles


def charts(measured: Measured) -> Charts:
    """The pictures in every variant."""
    drawn: Charts = {}
    for name, title in chart_titles(measured).items():
        panels = _meanings(measured) if name == "meanings" else _words(measured)
        described = " ".join(f"{panel.title}: " + "; ".join(f"{bar.label} {bar.words}" for bar in panel.bars) for panel in panels)
        drawn[name] = panels_of_bars(panels, title=title, description=described, legend=_LEGEND[name])
    return drawn


def meaning_name(measured: Measured, number: int) -> str:
    """A meaning's own words, or its number."""
    words = next(meaning.words for meaning in measured.report.meanings if meaning.id == number)
    return ", ".join(words[:4]) or f"Meaning {number}"


def _meanings(measured: Measured) -> list[Panel]:
    largest = sorted(measured.report.groups, key=lambda group: -group.n)[:_MOST_GROUPS_DRAWN]
    drawn = {group.name for group in largest}
    return [
        Panel(
            meaning_name(measured, meaning.id),
            f"n = {meaning.n:,}",
            tuple(
                Bar(part.name, 100 * part.share, sentences.percent(part.share), 100 * meaning.share, f"n = {part.of:,}")
                for part in meaning.by_group
                if part.name in drawn
            ),
        )
        for meaning in measured.report.meanings
    ]


def _words(measured: Measured) -> list[Panel]:
    return [
        Panel(
            group.name,
            f"n = {group.n:,}",
            tuple(
                Bar(use.word, 100 * use.n / group.n, sentences.percent(use.n / group.n), 100 * use.others / max(1, group.others))
                for use in group.words
            ),
        )
        for group in measured.speaks
        if group.words
    ]


def html(measured: Measured, drawn: Charts) -> str:
    """The whole page. Every word of people's is escaped; pictures are in it."""
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    title = escape(measured.finding)
    body = [
        f'<p class="soft">{escape(measured.answers.file)} · {escape(measured.answers.text_column)}, by '
        f"{escape(measured.answers.by_column)}"
        + (f", within {escape(measured.answers.within_column)}" if measured.answers.within_column else "")
        + "</p>",
        f"<h1>{title}</h1>",
        f'<p class="lead">{escape(sentences.counted(measured))}</p>',
    ]
    if more := sentences.more_needed(measured):
        body.append(f"<p>{escape(more)}</p>")
    titles = chart_titles(measured)
    for name, picture in drawn.items():
        body.append(f"<h2>{_HEADINGS[name]}</h2>")
        table = _meanings_table(measured) if name == "meanings" else _words_table(measured)
        body.append(_figure(titles[name], _LEGEND[name], picture, table))
    body.append(_quotes(measured))
    body.append(_side_by_side(measured))
    body.append(_pairs(measured))
    body.append(_how(measured))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        f"style-src 'unsafe-inline'\"><title>{title}</title><style>{style}</style></head>\n<body><main>"
        + "\n".join(part for part in body if part)
        + "</main></body></html>\n"
    )


def _figure(title: str, legend: str, picture: dict[str, str], table: str) -> str:
    at = {variant: f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" for variant, svg in picture.items()}
    return (
        f"<figure><figcaption>{escape(title)}<small>{escape(legend)}</small></figcaption><picture>"
        f'<source media="(max-width: 46rem) and (prefers-color-scheme: dark)" srcset="{at["narrow-dark"]}">'
        f'<source media="(max-width: 46rem)" srcset="{at["narrow"]}">'
        f'<source media="screen and (prefers-color-scheme: dark)" srcset="{at["wide-dark"]}">'
        f'<img src="{at["wide"]}" alt="Chart: {escape(title)}. Its figures are in the table below it."></picture>'
        f"<details><summary>Show as table</summary>{table}</details></figure>"
    )


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col"{" class=num" if place else ""}>{escape(each)}</th>' for place, each in enumerate(heads))
    lines = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td class="num">{escape(each)}</td>' for each in row[1:])
        + "</tr>"
        for row in rows
    )
    named = escape(caption)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{named}"><table><caption>{named}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def meanings_rows(measured: Measured) -> tuple[list[str], list[list[str]]]:
    """Who holds which meaning: heads and rows, shares with everyone's last."""
    heads = [
        "Meaning",
        *(f"{group.name}, n = {group.n:,}" for group in measured.report.groups),
        f"Everyone, n = {measured.report.n:,}",
    ]
    rows = [
        [
            meaning_name(measured, meaning.id),
            *(sentences.percent(part.share) for part in meaning.by_group),
            sentences.percent(meaning.share),
        ]
        for meaning in measured.report.meanings
    ]
    return heads, rows


def words_rows(measured: Measured) -> tuple[list[str], list[list[str]]]:
    """What each group speaks of: group and word, its share, everyone else's."""
    rows = [
        [
            f"{group.name}: {use.word}",
            f"{use.n} of {group.n} ({sentences.percent(use.n / group.n)})",
            f"{use.others} of {group.others} ({sentences.percent(use.others / max(1, group.others))})",
        ]
        for group in measured.speaks
        for use in group.words
    ]
    return ["Word", "Answers of the group", "Everyone else"], rows


def _meanings_table(measured: Measured) -> str:
    return _table("Share of each group that holds each meaning", *meanings_rows(measured))


def _words_table(measured: Measured) -> str:
    return _table("Words a group uses more than the others do", *words_rows(measured))


def quotes(measured: Measured) -> list[tuple[str, str]]:
    """Whole answers, word for word, and whose: of each meaning, or where there is one, of each group with words."""
    if len(measured.report.meanings) > 1:
        return [(quote, meaning_name(measured, each.id)) for each in measured.report.meanings for quote in each.quotes[:2]]
    if measured.report.side_by_side:
        return []
    order = sorted(measured.speaks, key=lambda group: (not group.words, -group.n, group.name))
    return [(quote, group.name) for group in order[:4] for quote in measured.telling[group.name][:2]]


def _quotes(measured: Measured) -> str:
    said = [
        f'<blockquote dir="auto">{escape(words)}<footer>{escape(whose)}</footer></blockquote>'
        for words, whose in quotes(measured)
    ]
    return f'<h2>In their words</h2><div class="grid">{"".join(said)}</div>' if said else ""


def side_by_side_rows(measured: Measured) -> tuple[list[str], list[list[str]]]:
    """Every two answers with how alike they are, most alike first."""
    rows = [
        [f"{pair.group_a}: {pair.a}", f"{pair.group_b}: {pair.b}", f"{pair.similarity:.2f}"]
        for pair in measured.report.side_by_side
    ]
    return ["One answer", "Another", "Alike (1 is the same)"], rows


def _side_by_side(measured: Measured) -> str:
    heads, rows = side_by_side_rows(measured)
    if not rows:
        return ""
    return f"<h2>Side by side</h2>{_table('Every two answers, most alike first. Nothing is inferred.', heads, rows)}"


def pairs_rows(measured: Measured) -> tuple[list[str], list[list[str]]]:
    """Every two groups: how alike their meanings, with the interval, and how far apart their centres."""
    rows = []
    for pair in measured.report.pairs:
        overlap = "not told" if pair.overlap is None else f"{pair.overlap:.2f}"
        if pair.interval is not None:
            overlap += f" ({pair.interval[0]:.2f} to {pair.interval[1]:.2f})"
        distance = "not compared" if pair.distance is None else f"{pair.distance:.2f}"
        rows.append([f"{pair.a} and {pair.b}", overlap, distance])
    return ["Two groups", "How alike (1 is the same mix)", "Distance of centres"], rows


def _pairs(measured: Measured) -> str:
    heads, rows = pairs_rows(measured)
    if not rows:
        return ""
    table = _table("Overlap of meanings and distance", heads, rows)
    return f"<details class=how><summary>Every two groups</summary>{table}</details>"


def _how(measured: Measured) -> str:
    lines = [f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in sentences.statistics(measured)]
    lines += [f"<dt>Note</dt><dd>{escape(text)}</dd>" for text in sentences.warnings(measured)]
    method = measured.report.method
    lines += [f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in method.items()]
    return f"<details class=how><summary>How we know</summary><dl>{''.join(lines)}</dl></details>"
