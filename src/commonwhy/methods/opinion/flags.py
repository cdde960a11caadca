"""What somebody should look at before believing an analysis. Nothing is deleted for any of it (METHODS 5.5)."""

from __future__ import annotations

import numpy as np

from .reactions import AGREES, PASSES, REACTIONS, Floats, Ints, Reactions
from .result import Flag, FlagKind

NEARLY_ALL = 0.95
"""Share of all votes from which everybody is said to agree, or to pass."""
_EXPECTED = 0.05  # people who may be flagged as straight-liners by luck, in a whole discussion


def flags_on_votes(reactions: Reactions, groups: Ints, k: int, *, small: int, placed: int, fewest_votes: int) -> list[Flag]:
    """Flags on the votes themselves. `reactions` are everybody's, `groups` (people,) their groups or -1.

    `placed` is how many could be placed, `fewest_votes` the votes it takes.
    """
    voted = np.diff(reactions.start)
    found = []
    same = straight_liners(reactions, groups, k)
    if len(same):
        found.append(Flag(FlagKind.STRAIGHT_LINER, tuple(int(person) for person in same)))
    if int((voted > 0).sum()) < 2 * small:
        found.append(Flag(FlagKind.FEW_PEOPLE))
    if placed == 0 or 2 * placed < int((voted > 0).sum()) or float(np.median(voted[voted > 0])) < fewest_votes:
        found.append(Flag(FlagKind.FEW_VOTES))
    shares = reactions.tally().sum(axis=0) / max(reactions.count, 1)
    if shares[AGREES] >= NEARLY_ALL:
        found.append(Flag(FlagKind.EVERYBODY_AGREES))
    if shares[PASSES] >= NEARLY_ALL:
        found.append(Flag(FlagKind.EVERYBODY_PASSES))
    return found


def straight_liners(reactions: Reactions, groups: Ints, k: int) -> Ints:
    """People who always gave the same reaction, where somebody like them hardly would have, ascending.

    How likely that is comes from how everybody, and how their group, reacts to the statements they saw; the likelier of
    the two counts. Where everybody agrees, always agreeing is no sign of anything.
    """
    voted = np.diff(reactions.start)
    if not reactions.count:
        return np.zeros(0, dtype=np.int64)
    first = reactions.reaction[np.minimum(reactions.start[:-1], reactions.count - 1)]
    differs = np.bincount(reactions.person, weights=reactions.reaction != first[reactions.person], minlength=reactions.people)
    chance = _log_chance(reactions, np.zeros(reactions.people, dtype=np.int64), 1)
    if k > 1:
        chance = np.maximum(chance, np.where(groups >= 0, _log_chance(reactions, np.maximum(groups, 0), k), -np.inf))
    unlikely = chance < np.log(_EXPECTED / max(int((voted > 0).sum()), 1))
    return np.flatnonzero((voted > 0) & (differs == 0) & unlikely)


def _log_chance(reactions: Reactions, member: Ints, cells: int) -> Floats:
    """Log of the chance of each person's votes, (people,), by the shares of the cell they are a member of."""
    size = reactions.statements * REACTIONS
    at = member[reactions.person] * size + REACTIONS * reactions.statement.astype(np.int64) + reactions.reaction
    tally = np.bincount(at, minlength=cells * size).reshape(-1, REACTIONS) + 1.0 / REACTIONS
    shares = (tally / tally.sum(axis=1, keepdims=True)).reshape(-1)
    return np.asarray(np.bincount(reactions.person, weights=np.log(shares[at]), minlength=reactions.people))
