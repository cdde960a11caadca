"""The report in English sentences: its warnings, its statistics, whom to ask for more. For terminal, page and paper."""

from __future__ import annotations

from commonwhy.cli.gap_report.measured import Measured
from commonwhy.methods.gap import GapWarning
from commonwhy.vision.gap_wording import join, size

_DROPPED = {
    "no_text": "{n} without words",
    "no_group": "{n} without a group",
    "no_stratum": "{n} without a place to compare within",
    "no_vector": "{n} without a word we know",
    "other_language": "{n} in another language",
}


def counted(measured: Measured) -> str:
    """How many answers of how many groups, and what was left out."""
    report = measured.report
    groups = "1 group" if len(report.groups) == 1 else f"{len(report.groups)} groups"
    text = f"{report.n:,} answers, {groups}: " + ", ".join(f"{each.name} {each.n:,}" for each in report.groups)
    left = [_DROPPED.get(reason, "{n} " + reason).format(n=n) for reason, n in report.dropped.items()]
    return text + (f". Left out: {', '.join(left)}." if left else ".")


def statistics(measured: Measured) -> list[tuple[str, str]]:
    """What was computed and what came out, name and sentence."""
    report, found = measured.report, []
    centre, spread = report.centre, report.spread
    if centre.statistic is not None:
        text = f"Welch-type distance test, W = {centre.statistic:.2f}, {_p(centre.p)}"
        if centre.share is not None and centre.interval is not None:
            low, high = centre.interval
            text += f"; share of variance between groups {centre.share:.3f} (95% interval {low:.3f} to {high:.3f}), "
            text += size(centre.share)
        found.append(("On average", text + "."))
    if spread.statistic is not None:
        each = ", ".join(f"{group.name} {group.distance:.2f}" for group in spread.by_group)
        found.append(("Within each", f"PERMDISP, F = {spread.statistic:.2f}, {_p(spread.p)}; larger is less agreed: {each}."))
    if report.meanings:
        k = len(report.meanings)
        found.append(
            (
                "Meanings",
                "One broad meaning: answers do not fall into separate ones that come back when drawn again."
                if k == 1
                else f"{k} meanings that come back when answers are drawn again.",
            )
        )
    return found


def more_needed(measured: Measured) -> str:
    """Whom to ask for how many more, or nothing."""
    more = [f"about {n} more from {name}" for name, n in measured.report.verdict.more_needed]
    return f"Ask {join(more)}." if more else ""


def warnings(measured: Measured) -> list[str]:
    """Every warning but what was dropped, which is counted elsewhere."""
    return [_warning(each) for each in measured.report.warnings if each.code != "dropped"]


def _warning(warning: GapWarning) -> str:
    facts = {key: join(value) if isinstance(value, tuple) else value for key, value in warning.facts.items()}
    known = {
        "small_groups": "{groups}: fewer than {fewer_than} answers that can be compared, so described but not compared.",
        "outside_shared_strata_or_small": "{n} answers are not compared: they are from a small group, or have "
        "nobody of another group beside them in the same place.",
        "one_meaning": "The answers do not fall into separate meanings, so how alike two groups' meanings are is not told.",
        "few_permutations": "So few answers can be exchanged that no test is possible.",
        "few_strata": "Only {strata} places to compare within, so no interval is given.",
        "few_voices": "Few voices from {groups}: their difference may not hold.",
        "many_the_same": "{n} of {of} answers are the same words: copied, or a default?",
        "other_language": "{n} answers in another language ({language}) were left out: only answers in one language can "
        "be compared. Translate them and run it again.",
    }  # fmt: skip
    template = known.get(warning.code)
    if template is None:
        return f"{warning.code}: {', '.join(f'{key} {value}' for key, value in facts.items())}"
    return template.format(**facts)


def _p(p: float | None) -> str:
    if p is None:
        return "nothing inferred"
    return "p ≤ .001" if p <= 0.001 else f"p = {p:.3f}"


def percent(share: float) -> str:
    """A share as whole percent, half up."""
    return f"{int(share * 100 + 0.5)} %"
