"""What measuring the gap gives: figures, each with its n, and a verdict as a code with facts.

No sentences here. A page or a command words the verdict in its own language from the code and the facts; the code
says no more than the figures allow. `as_json` is the form that leaves the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


class VerdictCode(StrEnum):
    """What may be said of the groups, strongest first."""

    APART = "apart"
    """They differ, on average, in what they mean."""
    LESS_SETTLED = "less_settled"
    """No difference on average was seen, but one group is less agreed within itself."""
    ALIKE = "alike"
    """Enough were asked, a gap as large as a share of .06 can be ruled out, and every two groups are sure to share at
    least half of their meanings."""
    NO_GAP_SEEN = "no_gap_seen"
    """Enough were asked and no gap was seen, but one that matters cannot be ruled out."""
    NOT_ENOUGH_VOICES = "not_enough_voices"
    """No gap was seen, and too few were asked to see one."""
    SIDE_BY_SIDE = "side_by_side"
    """3 to 19 answers: shown next to each other, nothing inferred."""
    ONE_GROUP = "one_group"
    """All answers are from one group: there is nothing to compare, but its meanings can be seen."""


class Reason(StrEnum):
    """Why there are not enough voices."""

    FEW_ANSWERS = "few_answers"
    FEW_PERMUTATIONS = "few_permutations"
    NO_SHARED_STRATUM = "no_shared_stratum"


@dataclass(frozen=True)
class Verdict:
    """The verdict and what a page needs to word it.

    `most_apart`: the two compared groups most apart, given when the code is `apart` (a description; each pair is not
    tested). `least_settled`: the group with the widest spread, given when the spread differs, whatever the code.
    `more_needed`: groups with too few answers, and how many more to ask for there. `enough`: groups that have enough.
    """

    code: VerdictCode
    most_apart: tuple[str, str] | None = None
    least_settled: str | None = None
    more_needed: tuple[tuple[str, int], ...] = ()
    enough: tuple[str, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True)
class GapWarning:
    """Something a reader should know: a code, and the numbers and names that belong to it."""

    code: str
    facts: Mapping[str, int | float | str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupSize:
    """A group and how many of its answers were used."""

    name: str
    n: int


@dataclass(frozen=True)
class CentreFigures:
    """The centre gap: W_d*, its p, the share of variance between groups and the share's interval. None: not inferred."""

    statistic: float | None = None
    p: float | None = None
    share: float | None = None
    interval: tuple[float, float] | None = None
    interval_by: str | None = None
    groups: tuple[GroupSize, ...] = ()
    attainable: int | None = None


@dataclass(frozen=True)
class SpreadOf:
    """How unsettled a group is: mean distance of its n answers to their spatial median, adjusted for n."""

    name: str
    n: int
    distance: float


@dataclass(frozen=True)
class SpreadFigures:
    """The spread gap: F, its p and each compared group. None: not inferred."""

    statistic: float | None = None
    p: float | None = None
    by_group: tuple[SpreadOf, ...] = ()


@dataclass(frozen=True)
class MeaningShare:
    """How many of a group's answers hold a meaning, and what share of the group that is."""

    name: str
    n: int
    of: int
    share: float


@dataclass(frozen=True)
class MeaningFigures:
    """One meaning: the words that set it apart, n and share of all answers, verbatim quotes, and who holds it.

    `quote_rows` are the quotes' rows in the caller's input.
    """

    id: int
    words: tuple[str, ...]
    n: int
    share: float
    quotes: tuple[str, ...]
    by_group: tuple[MeaningShare, ...]
    quote_rows: tuple[int, ...]


@dataclass(frozen=True)
class PairFigures:
    """Two groups: how alike their mixes of meanings are (None with one meaning), and how far apart their centres.

    `distance` is Euclidean between the mean answers, less what chance adds; 0 when chance explains it.
    """

    a: str
    b: str
    n_a: int
    n_b: int
    overlap: float | None
    interval: tuple[float, float] | None
    distance: float | None


@dataclass(frozen=True)
class AnswerPair:
    """Two of a handful of answers, verbatim, and their cosine similarity; rows are those of the caller's input."""

    a: str
    b: str
    group_a: str
    group_b: str
    similarity: float
    rows: tuple[int, int]


@dataclass(frozen=True)
class GapReport:
    """Everything `measure_gap` found. `labels` give each input row's meaning id, None where the row was dropped."""

    n: int
    dropped: Mapping[str, int]
    groups: tuple[GroupSize, ...]
    centre: CentreFigures
    spread: SpreadFigures
    meanings: tuple[MeaningFigures, ...]
    pairs: tuple[PairFigures, ...]
    verdict: Verdict
    warnings: tuple[GapWarning, ...]
    method: Mapping[str, Json]
    side_by_side: tuple[AnswerPair, ...] = ()
    labels: tuple[int | None, ...] = ()

    def with_method(self, **names: Json) -> GapReport:
        """The same report with more said about the method, such as the embedding."""
        return replace(self, method={**self.method, **names})

    def as_json(self) -> dict[str, Json]:
        """The report as plain JSON values: numbers to 6 decimals, None where nothing is inferred, no row numbers."""
        return {
            "n": self.n,
            "dropped": sum(self.dropped.values()),
            "dropped_by_reason": dict(self.dropped),
            "groups": [{"name": group.name, "n": group.n} for group in self.groups],
            "centre": {
                "statistic": _number(self.centre.statistic),
                "p": _number(self.centre.p),
                "share": _number(self.centre.share),
                "interval": _interval(self.centre.interval),
                "interval_by": self.centre.interval_by,
                "groups": [{"name": group.name, "n": group.n} for group in self.centre.groups],
                "attainable_permutations": self.centre.attainable,
            },
            "spread": {
                "statistic": _number(self.spread.statistic),
                "p": _number(self.spread.p),
                "by_group": [
                    {"name": group.name, "n": group.n, "distance": _number(group.distance)} for group in self.spread.by_group
                ],
            },
            "meanings": [
                {
                    "id": meaning.id,
                    "words": list(meaning.words),
                    "n": meaning.n,
                    "share": _number(meaning.share),
                    "quotes": list(meaning.quotes),
                    "by_group": [
                        {"name": part.name, "n": part.n, "of": part.of, "share": _number(part.share)} for part in meaning.by_group
                    ],
                }
                for meaning in self.meanings
            ],
            "pairs": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "n_a": pair.n_a,
                    "n_b": pair.n_b,
                    "overlap": _number(pair.overlap),
                    "interval": _interval(pair.interval),
                    "distance": _number(pair.distance),
                }
                for pair in self.pairs
            ],
            "verdict": {
                "code": str(self.verdict.code),
                "most_apart": list(self.verdict.most_apart) if self.verdict.most_apart else None,
                "least_settled": self.verdict.least_settled,
                "more_needed": dict(self.verdict.more_needed),
                "enough": list(self.verdict.enough),
                "reason": str(self.verdict.reason) if self.verdict.reason else None,
            },
            "side_by_side": [
                {
                    "a": pair.a,
                    "b": pair.b,
                    "group_a": pair.group_a,
                    "group_b": pair.group_b,
                    "similarity": _number(pair.similarity),
                }
                for pair in self.side_by_side
            ],
            "warnings": [
                {
                    "code": warning.code,
                    **{key: list(value) if isinstance(value, tuple) else value for key, value in warning.facts.items()},
                }
                for warning in self.warnings
            ],
            "method": dict(self.method),
        }


def _number(value: float | None) -> float | None:
    """Six decimals: more is noise, and would differ between machines. Infinity, which JSON lacks, becomes None."""
    return None if value is None or value in (float("inf"), float("-inf")) else round(value, 6)


def _interval(ends: tuple[float, float] | None) -> Json:
    """Both ends, or None."""
    return None if ends is None else [_number(ends[0]), _number(ends[1])]
