"""The landscape of a discussion: who votes alike, what is shared, what divides and whom, and how sure all this is.

People are placed and grouped by `grouping.py` if they voted on at least seven statements (or on all, where there are
fewer): with fewer votes nobody's place is known well enough to be put among others, and Polis draws the line there too.
Their votes count in every share all the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .flags import flags_on_votes
from .grouping import STABLE, Grouping, find_groups
from .reactions import Ints, Reactions, lay_out
from .representative import representative_statements
from .result import Flag, FlagKind, Landscape, Mode, OpinionGroup, People
from .shared_ground import count_cells, judge_statements
from .votes import Votes

FEWEST_VOTES = 7
SMALL = 10


def measure_landscape(
    votes: Votes,
    *,
    roles: NDArray[np.int64] | None = None,
    role_names: Sequence[str] = (),
    small: int = SMALL,
    groups: int | None = None,
    seed: int = 1,
    mode: Mode = Mode.COMMONWHY,
) -> Landscape:
    """Measure a discussion.

    `roles` (people,) are indices into `role_names`, -1 for people who declared none. `small` is the small-cell k: no
    opinion group is smaller, and nothing is said of a group or role with fewer votes on a statement. `groups` asks for so
    many opinion groups; tiny ones are refused even then, so there may be fewer, and a flag. The same votes, roles and
    settings give the same landscape.

    Raises ValueError for a negative seed, `small` or `groups` under 1, or roles that do not fit.

    >>> from commonwhy.methods.opinion.votes import gather
    >>> rng = np.random.default_rng(1)
    >>> person, statement = np.repeat(np.arange(80), 20), np.tile(np.arange(20), 80)
    >>> camp = np.where(person < 40, 1, -1) * np.where(statement < 10, 1, -1)
    >>> said = np.where(statement == 3, 1, camp) * np.where(rng.random(1600) < 0.1, -1, 1)
    >>> found = measure_landscape(gather(80, 20, person, statement, said))
    >>> found.k, [group.n for group in found.groups], found.statements[3].outcome.value, found.statements[4].outcome.value
    (2, [40, 40], 'shared', 'divided')
    """
    own = _checked(votes, roles, role_names, small, groups, seed)
    if mode is Mode.POLIS:
        from .polis import polis_landscape

        return polis_landscape(votes, roles=roles, role_names=role_names, small=small, groups=groups, seed=seed)
    return _measured(votes, own, tuple(role_names), small, groups, seed)


def _measured(votes: Votes, roles: Ints, role_names: tuple[str, ...], small: int, groups: int | None, seed: int) -> Landscape:
    everybody = lay_out(votes, np.arange(votes.people))
    fewest = _fewest_votes(everybody)
    rows = np.flatnonzero(np.diff(everybody.start) >= fewest) if votes.count else np.zeros(0, dtype=np.int64)
    found = None
    group, confidence = np.full(votes.people, -1, dtype=np.int64), np.full(votes.people, np.nan)
    x, y = np.full(votes.people, np.nan), np.full(votes.people, np.nan)
    if len(rows):
        found = find_groups(everybody.of(rows), small=small, seed=seed, groups=groups)
        group[rows], confidence[rows] = found.labels, found.confidence
        x[rows], y[rows] = found.points.T
    k = found.k if found else 0
    cells = count_cells(votes, group, k)
    telling = representative_statements(cells, small=small)
    flags = flags_on_votes(everybody, group, k, small=small, placed=len(rows), fewest_votes=fewest)
    return Landscape(
        mode=Mode.COMMONWHY,
        seed=seed,
        small=small,
        n_people=votes.people,
        n_grouped=len(rows),
        n_statements=votes.statements,
        n_votes=votes.count,
        k=k,
        stability=found.stability if found else None,
        candidates=found.candidates if found else (),
        groups=tuple(OpinionGroup(g, int((group == g).sum()), telling[g]) for g in range(k)),
        roles=role_names,
        people=People(x=x, y=y, group=group, confidence=confidence),
        statements=judge_statements(votes, group, k, roles, role_names, small=small),
        prediction=found.prediction if found else None,
        flags=tuple(flags + _flags_on_groups(found, groups)),
    )


def _flags_on_groups(found: Grouping | None, asked: int | None) -> list[Flag]:
    flags = []
    if found and ((asked is not None and found.k != asked) or (found.stability is not None and found.stability < STABLE)):
        flags.append(Flag(FlagKind.UNSTABLE_GROUPS))
    if found and found.k > 1 and found.prediction and found.prediction.brier >= found.prediction.brier_of_means:
        flags.append(Flag(FlagKind.NO_BETTER_THAN_MEANS))
    return flags


def _fewest_votes(everybody: Reactions) -> int:
    """Votes it takes to be placed: seven, or as many as there are statements that anybody voted on."""
    return min(FEWEST_VOTES, int((np.bincount(everybody.statement, minlength=1) > 0).sum()))


def _checked(
    votes: Votes, roles: NDArray[np.int64] | None, role_names: Sequence[str], small: int, groups: int | None, seed: int
) -> Ints:
    if seed < 0:
        raise ValueError(f"The seed must be 0 or more, not {seed}.")
    if small < 1:
        raise ValueError(f"The smallest group must have at least 1 person, not {small}.")
    if groups is not None and groups < 1:
        raise ValueError(f"People cannot be parted into {groups} groups.")
    if roles is None:
        return np.full(votes.people, -1, dtype=np.int64)
    own = np.asarray(roles, dtype=np.int64)
    if own.shape != (votes.people,):
        raise ValueError(f"There are {votes.people} people, so roles must have that many entries, not {own.shape}.")
    if len(own) and (own.min() < -1 or own.max() >= len(role_names)):
        raise ValueError(f"A role is -1 or one of 0..{len(role_names) - 1}.")
    return own
