"""Polis-compatible figures of statements: which tell a group from the others, what all groups agree with, what to show next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .result import Representative
from .votes import AGREE, DISAGREE, Votes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Z_90 = 1.2816
"""One-sided 90 percent point of the normal distribution."""
MOST_REPRESENTATIVE = 5

AGREES, DISAGREES, PASSES = 0, 1, 2
"""Places in the last axis of counts."""


def count_by(votes: Votes, label: Ints, labels: int) -> Ints:
    """Agrees, disagrees and passes, shape (labels, S, 3), of people with each label (people,); a label of -1 is not counted."""
    whose = label[votes.person]
    kept = whose >= 0
    kind = np.where(votes.value == AGREE, AGREES, np.where(votes.value == DISAGREE, DISAGREES, PASSES))
    cell = (whose[kept] * votes.statements + votes.statement[kept]) * 3 + kind[kept]
    return np.bincount(cell, minlength=labels * votes.statements * 3).reshape(labels, votes.statements, 3).astype(np.int64)


def group_informed_consensus(votes: Votes, group: Ints) -> Floats:
    """Π over groups of (na + 1) / (ns + 2), shape (S,): for each group, the smoothed share of its people who agree.

    `group`, shape (people,), is somebody's group from 0 up, or -1 for nobody's; na counts agrees and ns every vote, passes
    among them, by people of the group (METHODS 5).

    What Polis counts was found on a conversation it published with its groups (126 people, 371 statements): only votes of
    people who were put into a group; of several votes of somebody on a statement the last one by time (the first one gives
    other numbers on three statements); passes are votes; statements that were moderated out, and those about the
    conversation itself, have their figure from the same votes and by the same formula as the others. So counted, all 371
    equal the published numbers to the last rounding (below 1e-15): `benchmarks/landscape_published.py` prints it.
    Which group somebody was in is taken as published: Polis groups again and again while people vote and remembers, so
    its groups (and one person kept with 4 votes) cannot be made again from the votes alone.

    Raises ValueError for a `group` that does not have one entry a person.

    >>> from commonwhy.methods.opinion.votes import gather
    >>> votes = gather(3, 1, [0, 1, 2], [0, 0, 0], [1, 0, 1])
    >>> group_informed_consensus(votes, np.array([0, 0, 1])).round(4).tolist()
    [0.3333]
    """
    if group.shape != (votes.people,):
        raise ValueError("Each person needs one group, or -1 for none.")
    counts = count_by(votes, group, int(group.max(initial=-1)) + 1)
    held = np.unique(group[group >= 0])
    return np.asarray(np.prod(_share(counts[held], AGREES), axis=0), dtype=np.float64)


def one_proportion(successes: Ints, n: Ints) -> Floats:
    """2 √(n+1) ((s+1)/(n+1) - ½): how many standard errors above one half s of n is."""
    return np.asarray(2 * np.sqrt(n + 1) * ((successes + 1) / (n + 1) - 0.5), dtype=np.float64)


def two_proportions(successes: Ints, n: Ints, others: Ints, n_others: Ints) -> Floats:
    """Pooled z of two proportions, with 1 added to all four counts; 0 where everybody did the same."""
    s1, n1, s2, n2 = successes + 1, n + 1, others + 1, n_others + 1
    pooled = (s1 + s2) / (n1 + n2)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 0.0) * (1 / n1 + 1 / n2))
    difference = s1 / n1 - s2 / n2
    z: Floats = np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)
    return z


def representative(counts: Ints, allowed: NDArray[np.bool_]) -> list[tuple[Representative, ...]]:
    """What tells each group from the others, from `counts` (groups, S, 3): at most 5 statements a group, the most telling first.

    With p = (s+1)/(ns+2), r = p / p of everybody else in a group, pt the test of one and rt of two proportions: a statement
    represents by agreeing where rat and pat, by disagreeing where rdt and pdt are above 1.2816; ranked by r·rt·p·pt
    (METHODS 5). Only statements `allowed`, bool (S,), are taken. One group has no others, so nothing represents it.
    """
    groups = len(counts)
    if groups < 2:
        return [()] * groups
    seen = counts.sum(axis=2)
    found = []
    for group in range(groups):
        mine, n = counts[group], seen[group]
        rest, n_rest = counts.sum(axis=0) - mine, seen.sum(axis=0) - n
        each: list[Representative] = []
        for kind in (AGREES, DISAGREES):
            share, of_rest = _share(mine, kind), _share(rest, kind)
            alone, against = one_proportion(mine[:, kind], n), two_proportions(mine[:, kind], n, rest[:, kind], n_rest)
            score = share / of_rest * against * share * alone
            telling = np.flatnonzero((alone > Z_90) & (against > Z_90) & allowed & (n > 0))
            best = telling[np.argsort(-score[telling], kind="stable")][:MOST_REPRESENTATIVE]
            each += [
                Representative(
                    int(one),
                    kind == AGREES,
                    float(mine[one, kind] / n[one]),
                    int(n[one]),
                    float(rest[one, kind] / max(1, n_rest[one])),
                    float(score[one]),
                )
                for one in best
            ]
        found.append(tuple(sorted(each, key=lambda one: (-one.score, one.statement))[:MOST_REPRESENTATIVE]))
    return found


def priorities(counts: Ints, extremity: Floats) -> Floats:
    """How much a statement should be shown next, shape (S,); it is drawn with chance in proportion.

    [(1-p)(E+1)a(1+8·2^(-S/5))]² with p = (passes+1)/(S+2), a = (agrees+1)/(S+2), S the votes on it and E the length of its
    projection on the map (METHODS 5). `counts` (S, 3) are agrees, disagrees and passes of everybody.
    """
    votes = counts.sum(axis=1)
    passing, agreeing = (counts[:, PASSES] + 1) / (votes + 2), (counts[:, AGREES] + 1) / (votes + 2)
    fresh = 1 + 8 * np.exp2(-votes / 5)
    return np.asarray(((1 - passing) * (extremity + 1) * agreeing * fresh) ** 2, dtype=np.float64)


def _share(counts: Ints, kind: int) -> Floats:
    return np.asarray((counts[..., kind] + 1) / (counts.sum(axis=-1) + 2), dtype=np.float64)
