"""Measuring a file's answers: in one language, with the words of each group, as one report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from commonwhy.cli.gap_report.reading import Answers
from commonwhy.methods.embedding import embed_by_language
from commonwhy.methods.gap import GapReport, GapWarning, measure_gap
from commonwhy.methods.gap.result import Json
from commonwhy.methods.gap.speaking import GroupSpeaks, what_groups_say
from commonwhy.vision import gap_wording
from commonwhy.vision.gap_wording import Facts, Pair

FEW_WORDS = 3
"""A word is called a group's own when at least so many of its answers use it."""


class NothingToMeasure(ValueError):
    """No answer in the file can be used; the message says why and the way out."""


@dataclass(frozen=True)
class Measured:
    """A file's report, what each group speaks of, and the language that was compared. `rows` is the file's."""

    answers: Answers
    report: GapReport
    speaks: tuple[GroupSpeaks, ...]
    telling: dict[str, tuple[str, ...]]
    language: str | None
    rows: int

    @cached_property
    def facts(self) -> Facts:
        report = self.report
        verdict = report.verdict
        return Facts(
            code=verdict.code.value,
            schools=False,
            n=report.n,
            meanings=max(1, len(report.meanings)),
            names={group.name: group.name for group in report.groups},
            most_apart=verdict.most_apart,
            least_settled=verdict.least_settled,
            reason=verdict.reason.value if verdict.reason else None,
            share=report.centre.share,
            pairs=[Pair(pair.a, pair.b, pair.overlap, pair.interval, pair.distance) for pair in report.pairs],
            words={group.name: tuple(use.word for use in group.words) for group in self.speaks if group.words},
        )

    @property
    def finding(self) -> str:
        return gap_wording.finding(self.facts)

    @property
    def title(self) -> str:
        return f"How far apart: {self.answers.text_column}, by {self.answers.by_column}"

    def as_json(self) -> dict[str, Json]:
        """The report's JSON; answers laid side by side are in it only where nothing else is told (3 to 19 answers)."""
        found = self.report.as_json()
        found.pop("dropped_by_reason")
        if not found["side_by_side"]:
            found.pop("side_by_side")
        return found


def measure(answers: Answers, *, seed: int) -> Measured:
    """Compare the answers of the language most of them are in; the others are counted as dropped, with a warning.

    Raises NothingToMeasure when no answer has both words that can be compared and a group.
    """
    blank = [not text.strip() for text in answers.texts]
    said = [row for row, is_blank in enumerate(blank) if not is_blank]
    if not said:
        raise NothingToMeasure(
            f"{answers.file}, column {answers.text_column!r}: every one of the {len(blank):,} rows is blank. "
            "Name the column with people's words with --text."
        )
    languages: list[str | None] | None = None
    if answers.language:
        languages = [answers.language] * len(said)
    elif answers.languages is not None:
        languages = [answers.languages[row] or None for row in said]
    blocks = embed_by_language([answers.texts[row] for row in said], languages)
    if languages is None and len(blocks) > 1:
        # An answer of a word or two does not say its language; it is counted to the language most answers are in.
        clear = [block for block in blocks if block.language]
        if clear:
            blocks = embed_by_language([answers.texts[row] for row in said], languages, assumed=clear[0].language)
    block = blocks[0]
    rows = [said[place] for place in block.rows.tolist()]
    texts = [answers.texts[row] for row in rows]
    by = [" ".join(answers.by[row].split()) for row in rows]
    within = [answers.within[row] for row in rows] if answers.within is not None else None
    try:
        report = measure_gap(block.embeddings.vectors, texts, by, within, seed=seed)
    except ValueError as problem:
        raise NothingToMeasure(
            f"{answers.file}: {problem}. Check that --text names people's words and --by their groups."
        ) from problem
    report = _with_the_rest(report, answers, blank, [(other.language, len(other.rows)) for other in blocks[1:]])
    report = report.with_method(embedding=str(block.embeddings.method), language=block.language)
    used = [
        place
        for place, label in enumerate(by)
        if label and block.embeddings.known[place] and (within is None or within[place].strip())
    ]
    speaks = what_groups_say(
        block.embeddings.vectors[used], [texts[place] for place in used], [by[place] for place in used], fewest=FEW_WORDS
    )
    telling = {group.name: tuple(texts[used[place]] for place in group.answers) for group in speaks}
    if report.n < 20:
        speaks = tuple(replace(group, words=()) for group in speaks)
    return Measured(answers, report, speaks, telling, block.language, len(blank))


def _with_the_rest(report: GapReport, answers: Answers, blank: list[bool], others: list[tuple[str | None, int]]) -> GapReport:
    """The report with every row of the file accounted for: n and dropped add up to the rows."""
    dropped = Counter(dict(report.dropped))
    warnings = list(report.warnings)
    if any(blank):
        dropped["no_text"] += sum(blank)
        warnings = [warning for warning in warnings if warning.facts.get("reason") != "no_text"]
        warnings.insert(0, GapWarning("dropped", {"reason": "no_text", "n": dropped["no_text"]}))
    for language, n in others:
        dropped["other_language"] += n
        warnings.append(GapWarning("other_language", {"language": language or "unknown", "n": n}))
    return replace(report, dropped=dict(sorted(dropped.items())), warnings=tuple(warnings))
