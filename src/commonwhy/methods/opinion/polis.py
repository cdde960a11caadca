"""The Polis-compatible analysis: what Polis tells of the same votes, for checking and for people who come from Polis.

Written from the formulas of its public description and papers. It differs in three places, each for a reason: it looks at all
votes at once, where Polis keeps grouping while people vote; it never leaves somebody in a group alone (`polis_groups`); and
what a statement's outcome is, Polis does not say, so it is told from Polis' own tests (`polis_landscape`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.gap.threads import one_thread
from commonwhy.methods.proportions import proportion

from .flags import flags_on_votes
from .polis_groups import PolisGroups, membership_confidence, polis_groups
from .polis_map import VOTES_TO_BE_PLACED, PolisMap, polis_map
from .polis_prediction import foretold
from .polis_statements import (
    AGREES,
    DISAGREES,
    PASSES,
    Z_90,
    count_by,
    group_informed_consensus,
    one_proportion,
    priorities,
    representative,
)
from .reactions import lay_out
from .result import (
    Agreement,
    Counts,
    Flag,
    FlagKind,
    Landscape,
    Mode,
    OpinionGroup,
    Outcome,
    People,
    StatementFigures,
)

if TYPE_CHECKING:
    from .votes import Votes

__all__ = ["group_informed_consensus", "polis_landscape", "polis_priorities"]

Ints = NDArray[np.int64]


@one_thread()
def polis_landscape(
    votes: Votes,
    *,
    roles: Ints | None = None,
    role_names: Sequence[str] = (),
    small: int = 10,
    groups: int | None = None,
    seed: int = 1,
    left_out: NDArray[np.bool_] | None = None,
) -> Landscape:
    """What Polis would tell of these votes (METHODS 5).

    `roles`, shape (people,): each person's place in `role_names`, or -1. `groups` asks for so many groups. `left_out`, bool
    (S,), marks statements that were moderated out: they have their counts and group-informed consensus, but do not place or
    group people, represent nobody, and are always open.

    A statement has not enough votes with fewer than `small`. It is shared where in every group so many agree that it is more
    than half (Polis' one-proportion test above 1.2816), divided where by the same test more than half of those of one group who
    took a side are for it and more than half of another's against, and open otherwise; and divided only where the groups
    foretell votes that were held back better than statement means do (`polis_prediction`). `agreement` is the plain share
    of everybody with its Wilson interval.

    Raises ValueError for a `roles` or `left_out` of another length, a role without a name, or `groups` under 1.
    """
    _check(votes, roles, role_names, groups, left_out)
    counting = np.ones(votes.statements, dtype=bool) if left_out is None else ~left_out
    found = polis_map(votes, counting)
    placed = np.flatnonzero(found.placed)
    grouped = polis_groups(found.places[placed], small=small, groups=groups, seed=seed)
    label = np.full(votes.people, -1, dtype=np.int64)
    label[placed] = grouped.label
    by_group = count_by(votes, label, grouped.k)
    telling = representative(by_group, counting)
    overall = count_by(votes, np.zeros(votes.people, dtype=np.int64), 1)[0]
    by_role = count_by(votes, roles, len(role_names)) if roles is not None else np.zeros((0, votes.statements, 3), dtype=np.int64)
    everybody = lay_out(votes, np.arange(votes.people))
    needed = min(VOTES_TO_BE_PLACED, int(counting.sum()))
    flags = flags_on_votes(everybody, label, grouped.k, small=small, placed=len(placed), fewest_votes=needed)
    prediction = foretold(votes, counting, small=small, groups=groups, seed=seed)
    telling_groups = prediction is None or prediction.brier < prediction.brier_of_means
    if grouped.k > 1 and not telling_groups:
        flags.append(Flag(FlagKind.NO_BETTER_THAN_MEANS))
    consensus = group_informed_consensus(votes, label)
    sizes = np.bincount(grouped.label, minlength=grouped.k)
    return Landscape(
        mode=Mode.POLIS,
        seed=seed,
        small=small,
        n_people=votes.people,
        n_grouped=len(placed),
        n_statements=votes.statements,
        n_votes=votes.count,
        k=grouped.k,
        stability=None,
        candidates=grouped.candidates,
        groups=tuple(OpinionGroup(group, int(sizes[group]), telling[group]) for group in range(grouped.k)),
        roles=tuple(role_names),
        people=_people(found, grouped, label, placed),
        statements=_statements(overall, by_group, by_role, role_names, consensus, counting, small, telling_groups),
        prediction=prediction,
        flags=tuple(flags),
    )


def polis_priorities(votes: Votes, left_out: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """How much each statement should be shown next, shape (S,), by Polis' formula; 0 for one that was left out."""
    counting = np.ones(votes.statements, dtype=bool) if left_out is None else ~left_out
    everybody = count_by(votes, np.zeros(votes.people, dtype=np.int64), 1)[0]
    return np.where(counting, priorities(everybody, polis_map(votes, counting).extremity), 0.0)


def _check(
    votes: Votes, roles: Ints | None, role_names: Sequence[str], groups: int | None, left_out: NDArray[np.bool_] | None
) -> None:
    if roles is not None and roles.shape != (votes.people,):
        raise ValueError("roles needs one entry a person.")
    if roles is not None and len(roles) and not -1 <= roles.min() <= roles.max() < len(role_names):
        raise ValueError("A role has no name.")
    if left_out is not None and left_out.shape != (votes.statements,):
        raise ValueError("left_out needs one entry a statement.")
    if groups is not None and groups < 1:
        raise ValueError("There is at least one group.")


def _people(found: PolisMap, grouped: PolisGroups, label: Ints, placed: Ints) -> People:
    places = np.full((len(label), 2), np.nan)
    places[placed] = found.places[placed]
    confidence = np.full(len(label), np.nan)
    confidence[placed] = membership_confidence(found.places[placed], grouped.label, grouped.centres)
    return People(places[:, 0].copy(), places[:, 1].copy(), label, confidence)


def _statements(
    overall: Ints,
    by_group: Ints,
    by_role: Ints,
    role_names: Sequence[str],
    consensus: NDArray[np.float64],
    counting: NDArray[np.bool_],
    small: int,
    telling_groups: bool,
) -> tuple[StatementFigures, ...]:
    seen = by_group.sum(axis=2)
    agree = one_proportion(by_group[:, :, AGREES], seen) > Z_90
    sides = seen - by_group[:, :, PASSES]
    for_it = one_proportion(by_group[:, :, AGREES], sides) > Z_90
    against = one_proportion(by_group[:, :, DISAGREES], sides) > Z_90
    shared = np.atleast_1d(agree.all(axis=0)) & bool(len(by_group))
    divided = np.atleast_1d(for_it.any(axis=0) & against.any(axis=0)) & telling_groups
    told = (by_group[:, :, AGREES] + 1) / (seen + 2)
    lowest = told.argmin(axis=0) if len(by_group) else None
    figures = []
    for statement in range(len(overall)):
        counts = _counts(overall[statement])
        of_roles = tuple(_counts(each) for each in by_role[:, statement])
        if not counting[statement]:
            outcome = Outcome.OPEN
        elif counts.n < small:
            outcome = Outcome.NOT_ENOUGH_VOTES
        elif shared[statement]:
            outcome = Outcome.SHARED
        else:
            outcome = Outcome.DIVIDED if divided[statement] else Outcome.OPEN
        figures.append(
            StatementFigures(
                statement=statement,
                counts=counts,
                agreement=_agreement(counts),
                by_group=tuple(_counts(each) for each in by_group[:, statement]),
                by_role=of_roles,
                shared_ground=float(consensus[statement]) if counts.n else None,
                interval=None,
                lowest="" if lowest is None or not counts.n else f"group {int(lowest[statement]) + 1}",
                outcome=outcome,
                not_heard=tuple(name for name, each in zip(role_names, of_roles, strict=False) if each.n < small),
            )
        )
    return tuple(figures)


def _counts(row: Ints) -> Counts:
    return Counts(int(row[AGREES]), int(row[DISAGREES]), int(row[PASSES]))


def _agreement(counts: Counts) -> Agreement | None:
    if not counts.n:
        return None
    share = proportion(counts.agree, counts.n)
    return Agreement(counts.n, share.share, share.low, share.high)
