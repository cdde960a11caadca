"""Proportions of people: percentages, their intervals, top boxes, the kinds of missing, and response rates.

Every figure here carries its n. Percentages are rounded half up with exact whole-number arithmetic, because binary
rounding turns 12.5 into 12. The reasons for a missing answer stay apart: somebody who does not know is not somebody
who was never in the situation asked about. And a response rate always says what it is a rate *of*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

Count = int | Decimal | Fraction


def percentage(count: Count, n: Count, *, places: int = 0) -> Decimal:
    """The percentage `count` is of `n`, rounded half up to `places` decimals.

    Raises ValueError when n is not positive, or count is outside 0..n. Weighted counts come as Decimal or Fraction:
    a float has no exact half to round up.

    >>> percentage(1, 8), percentage(1, 8, places=1), percentage(5, 1000)
    (Decimal('13'), Decimal('12.5'), Decimal('1'))
    """
    if n <= 0:
        raise ValueError("A percentage needs somebody to be a percentage of: n must be above 0.")
    if not 0 <= count <= n:
        raise ValueError(f"The count {count} is not between 0 and n = {n}.")
    scaled = Fraction(count) * 100 * 10**places / Fraction(n)
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(units).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share between 0 and 1 with its n and its Wilson interval."""

    count: int
    n: int
    share: float
    low: float
    high: float
    confidence: float
    design_effect: float

    @property
    def percent(self) -> Decimal:
        """The share as a whole percentage, rounded half up."""
        return percentage(self.count, self.n)


def proportion(count: int, n: int, *, confidence: float = 0.95, design_effect: float = 1.0) -> Proportion:
    """The share count / n with its Wilson score interval.

    With p the share and z the normal quantile, the limits are
    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) (Wilson 1927). For answers that come in clusters, n is first
    divided by the design effect (Kish 1965). Without clusters it equals R's `prop.test(count, n, correct=FALSE)`.

    Raises ValueError when n < 1, count is outside 0..n, confidence outside (0, 1), or the design effect not positive.

    >>> p = proportion(15, 40)
    >>> round(p.low, 4), round(p.high, 4)
    (0.2422, 0.5297)
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"A proportion needs 0 <= count <= n with n at least 1; got {count} of {n}.")
    if not 0 < confidence < 1:
        raise ValueError("Confidence is a probability between 0 and 1, such as 0.95.")
    if not design_effect > 0:
        raise ValueError("The design effect must be above 0.")
    share = count / n
    effective = n / design_effect
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    centre = share + z * z / (2 * effective)
    reach = z * sqrt(share * (1 - share) / effective + z * z / (4 * effective * effective))
    scale = 1 + z * z / effective
    # The limits at count 0 and n are exactly 0 and 1; floating point would leave 1e-17 of dust there.
    low = 0.0 if count == 0 else (centre - reach) / scale
    high = 1.0 if count == n else (centre + reach) / scale
    return Proportion(count, n, share, low, high, confidence, design_effect)


class Missing(Enum):
    """Why there is no answer on the scale. Four different things, never added together.

    NOT_TAKEN is structural: the question is about an action that was not taken, so it could not be asked. It is never
    folded into "none" or "not at all".
    """

    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    SKIPPED = "skipped"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the answers to one question fell on its scale, lowest category first.

    `counts` runs along `scale`; `missing` has one number for each kind of `Missing`.
    """

    scale: tuple[str, ...]
    counts: tuple[int, ...]
    missing: Mapping[Missing, int]

    @property
    def n(self) -> int:
        """People with an answer on the scale: the denominator of every percentage."""
        return sum(self.counts)

    @property
    def asked(self) -> int:
        """Everyone in the data, with an answer or without."""
        return self.n + sum(self.missing.values())

    def percentages(self, *, places: int = 0) -> tuple[Decimal, ...]:
        """Each category as a percentage of n. Raises ValueError when nobody answered."""
        return tuple(percentage(count, self.n, places=places) for count in self.counts)

    def top(self, boxes: int, *, confidence: float = 0.95, design_effect: float = 1.0) -> Proportion:
        """The share in the highest `boxes` categories of the scale, of those who answered on it.

        Raises ValueError when `boxes` leaves no category out, or takes none, or when nobody answered.
        """
        if not 1 <= boxes < len(self.scale):
            raise ValueError(f"A scale of {len(self.scale)} categories has no top-{boxes} box.")
        return proportion(sum(self.counts[-boxes:]), self.n, confidence=confidence, design_effect=design_effect)

    def top_box(self, *, confidence: float = 0.95, design_effect: float = 1.0) -> Proportion:
        """The share who chose the highest category."""
        return self.top(1, confidence=confidence, design_effect=design_effect)

    def top_two_box(self, *, confidence: float = 0.95, design_effect: float = 1.0) -> Proportion:
        """The share who chose one of the two highest categories."""
        return self.top(2, confidence=confidence, design_effect=design_effect)


def distribution(answers: Iterable[str | Missing], scale: Sequence[str]) -> Distribution:
    """Count answers along a scale (lowest category first), each kind of missing by itself.

    Raises ValueError for an answer that is neither on the scale nor a `Missing`, and for a scale that repeats itself.

    >>> d = distribution(["low", "high", Missing.SKIPPED, "high"], ["low", "middle", "high"])
    >>> d.counts, d.n, d.asked, d.top_box().percent
    ((1, 0, 2), 3, 4, Decimal('67'))
    """
    if len(set(scale)) != len(scale) or len(scale) < 2:
        raise ValueError("A scale needs at least two categories, each named once.")
    tally = Counter(answers)
    unknown = [answer for answer in tally if not isinstance(answer, Missing) and answer not in scale]
    if unknown:
        raise ValueError(f"Not on the scale: {', '.join(sorted(map(str, unknown)))}.")
    return Distribution(
        scale=tuple(scale),
        counts=tuple(tally[category] for category in scale),
        missing={kind: tally[kind] for kind in Missing},
    )


class RateOf(Enum):
    """What a rate is a rate of. The three are unlike, so they have no common name."""

    PEOPLE_ANSWERED = "people answered / people invited"
    COMMUNITIES_HEARD = "communities heard / communities invited"
    PEOPLE_REPRESENTED = "people in the communities heard / people in the communities invited"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that says what it is of, and of how many."""

    of: RateOf
    count: int
    n: int
    unit: str

    @property
    def percent(self) -> Decimal:
        """The rate as a whole percentage, rounded half up."""
        return percentage(self.count, self.n)


def people_response_rate(answered: int, invited: int) -> Rate:
    """People who answered, of the people who were invited.

    Raises ValueError unless 0 <= answered <= invited with at least one invited.

    >>> str(people_response_rate(45, 60).percent)
    '75'
    """
    return _rate(RateOf.PEOPLE_ANSWERED, answered, invited, "people")


def communities_heard_rate(heard: int, invited: int, *, unit: str = "schools") -> Rate:
    """Schools or districts from which somebody was heard, of those invited. Not how many people answered."""
    return _rate(RateOf.COMMUNITIES_HEARD, heard, invited, unit)


def represented_rate(people_in_heard: int, people_in_invited: int, *, unit: str = "students") -> Rate:
    """People who live or learn in the communities heard. They are represented; they did not respond."""
    return _rate(RateOf.PEOPLE_REPRESENTED, people_in_heard, people_in_invited, unit)


def _rate(of: RateOf, count: int, n: int, unit: str) -> Rate:
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"A rate of {of.value} needs 0 <= count <= n with n at least 1; got {count} of {n} {unit}.")
    return Rate(of, count, n, unit)
