"""Whether the groups of Polis-compatible mode foretell votes they were not made from.

Polis always finds at least two groups, in pure noise too, and groups made from votes seem to differ on those very votes. So a
tenth of the votes is held back, people are grouped by the rest, and the votes held back are foretold: by what the group said
of the statement, and by what everybody said. Groups that foretell no better divide nobody.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .polis_groups import polis_groups
from .polis_map import polis_map
from .polis_statements import AGREES, DISAGREES, PASSES, Floats, Ints, count_by
from .prediction import foretelling
from .result import Prediction
from .votes import Votes

_HELD_BACK = 0.1
_WEIGHT_OF_MEANS = 4.0
"""So many votes of everybody's kind are added to each group's, which may have few on a statement."""


def foretold(votes: Votes, counts: NDArray[np.bool_], *, small: int, groups: int | None, seed: int) -> Prediction | None:
    """How well a tenth of the votes is foretold by groups made from the others; None where no vote can be held back.

    `counts`, bool (S,), are the statements that count; only votes of people who can be grouped are judged.
    """
    held = (np.random.default_rng(seed).random(votes.count) < _HELD_BACK) & counts[votes.statement]
    known = _of(votes, ~held)
    found = polis_map(known, counts)
    placed = np.flatnonzero(found.placed)
    grouped = polis_groups(found.places[placed], small=small, groups=groups, seed=seed)
    label = np.full(votes.people, -1, dtype=np.int64)
    label[placed] = grouped.label
    judged = _of(votes, held & (label[votes.person] >= 0))
    if not judged.count:
        return None
    everybody = count_by(known, np.zeros(votes.people, dtype=np.int64), 1)[0][:, [AGREES, PASSES, DISAGREES]]
    means = (everybody + 1) / (everybody.sum(axis=1, keepdims=True) + 3)
    by_group = count_by(known, label, grouped.k)[:, :, [AGREES, PASSES, DISAGREES]]
    chances: Floats = (by_group + _WEIGHT_OF_MEANS * means) / (by_group.sum(axis=2, keepdims=True) + _WEIGHT_OF_MEANS)
    group: Ints = label[judged.person]
    return foretelling(chances[group, judged.statement], means[judged.statement], (1 - judged.value).astype(np.int8))


def _of(votes: Votes, kept: NDArray[np.bool_]) -> Votes:
    return Votes(votes.people, votes.statements, votes.person[kept], votes.statement[kept], votes.value[kept])
