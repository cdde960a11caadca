"""From a measured report to what may be shown of it: plain values to keep in `GapAnalysis.released`, and nothing else.

Numbers of people by what they said go through the disclosure gate; numbers of answers left out are rounded away below k;
how many more to ask for never tells how few there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commonwhy.core import disclosure
from commonwhy.core.disclosure import Shown
from commonwhy.listening.queries.columns import few as few
from commonwhy.listening.queries.columns import told as told
from commonwhy.methods.gap import GapReport, morisita_overlap
from commonwhy.methods.gap.speaking import GroupSpeaks

FEW_WORDS = 5
"""A word is shown as a group's own when at least so many of its answers use it; how many, only as a share."""
ROUNDED_TO = 5
EXACT = "exact"


def verdict(report: GapReport, small: Sequence[str], k: int) -> dict[str, Any]:
    """The verdict with how many more to ask for where. Whoever is not shown (`small`) needs k, however many there are."""
    found = report.as_json()["verdict"]
    assert isinstance(found, dict)
    more = [[name, -(-n // ROUNDED_TO) * ROUNDED_TO] for name, n in report.verdict.more_needed]
    code = found["code"]
    return {
        "code": "not_enough_voices" if code == "side_by_side" else code,
        "most_apart": found["most_apart"],
        "least_settled": found["least_settled"],
        "reason": found["reason"],
        "enough": found["enough"],
        "more": more + [[name, k] for name in small],
    }


def statistics(report: GapReport, k: int) -> dict[str, Any]:
    """What stands behind "How we know"."""
    found = report.as_json()
    warnings = []
    for warning in report.warnings:
        if warning.code == "dropped":
            continue
        facts = {key: few(value, k) if key == "n" and isinstance(value, int) else value for key, value in warning.facts.items()}
        warnings.append({"code": warning.code, **{key: list(v) if isinstance(v, tuple) else v for key, v in facts.items()}})
    centre, spread = found["centre"], found["spread"]
    assert isinstance(centre, dict)
    assert isinstance(spread, dict)
    # How many are in a column stands in one place only, where it may be rounded.
    by_group = [{"name": group.name, "distance": round(group.distance, 6)} for group in report.spread.by_group]
    return {
        "centre": {key: value for key, value in centre.items() if key != "groups"},
        "spread": {**spread, "by_group": by_group},
        "method": found["method"],
        "warnings": warnings,
    }


def pairs(report: GapReport, counts: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Every two columns: overlap of their meanings from `counts` (column to people by meaning), and distance of centres.

    `counts` are the released ones: from the true ones it would tell apart what the table codes or hides.
    """
    found = []
    for pair in report.pairs:
        overlap = morisita_overlap(counts[pair.a], counts[pair.b])
        interval = [round(end, 6) for end in overlap.interval] if overlap.interval else None
        found.append(
            {
                "a": pair.a,
                "b": pair.b,
                "overlap": round(overlap.value, 6) if overlap.value is not None else None,
                "interval": interval,
                "distance": round(pair.distance, 6) if pair.distance is not None else None,
            }
        )
    return found


def released_counts(shown: Shown, told: Mapping[str, int]) -> dict[str, list[int]]:
    """People by meaning, for each column that is shown, as far as a reader can tell; `told` is the n beside each.

    A coded share stands at its edge; what hidden cells hold is shared among them alike.
    """
    found = {}
    for column in shown.columns:
        if column.name not in told:
            continue
        n = told[column.name]
        known = [None if cell is None else cell.percent * n / 100 for cell in column.cells]
        hidden = known.count(None)
        rest = max(0.0, n - sum(count for count in known if count is not None)) / hidden if hidden else 0.0
        found[column.name] = [round(rest if count is None else count) for count in known]
    return found


def words(said: Sequence[GroupSpeaks], k: int) -> list[dict[str, Any]]:
    """Each column's words with the share of its answers that use them, and of everyone else's, coded by the gate."""
    shown = []
    for group in said:
        rows = [
            {
                "word": use.word,
                "share": _cell(disclosure.share(use.n, group.n, k)),
                "others": _cell(disclosure.share(use.others, group.others, k)),
            }
            for use in group.words
        ]
        shown.append({"column": group.name, "words": rows})
    return shown


def table(shown: Shown) -> dict[str, Any]:
    """Meanings by column, as released. How many are in a column stands in one place only, with the columns.

    Everyone's shares are left out as soon as one column's share is coded at an end ("≤ 20 %") or hidden: with the numbers
    in the columns, everyone's share would tell what the coding leaves open.
    """
    kept = shown.as_json()
    if kept["everyone"] and not all(cell and cell["bound"] == EXACT for one in kept["columns"] for cell in one["cells"]):
        kept["everyone"]["cells"] = [None] * len(kept["everyone"]["cells"])
    for column in (*kept["columns"], *([kept["everyone"]] if kept["everyone"] else [])):
        column.pop("n")
    return kept


def _cell(cell: disclosure.Cell | None) -> dict[str, Any] | None:
    return {"percent": cell.percent, "bound": cell.bound} if cell else None
