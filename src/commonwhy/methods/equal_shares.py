"""Choosing a few items out of many, so that every part of the people gets its share: the Method of Equal Shares.

Everybody ticks what they approve of, and only so many items can be chosen. Counting ticks lets the largest group fill every
place. Here each voter has an equal share of the places to spend instead. An item is bought when those who approve of it can
pay for it together, sharing the price as evenly as they can; the item that costs its buyers least is bought next. Whoever
got something has less left, so the next item goes to others (D. Peters, G. Pierczyński, P. Skowron, "Proportional
Participatory Budgeting with Additive Utilities", NeurIPS 2021; for approval ballots Rule X of D. Peters, P. Skowron,
"Proportionality and the Limits of Welfarism", EC 2020). It gives extended justified representation: of people who make up
l places' worth of the voters and all approve of the same l items, one at least gets l items they approve of.

When nobody can pay any more, places are usually left. They are filled in two stated steps (*Add1U*): the shares are worked
out anew as if there were one place more, two more, and so on (at most one more for each item on the list), while no more
items than places are bought; whatever is still left goes to the items most people approve of. All amounts are exact
fractions: a rounding error must not decide a vote. Ties, too, are decided by a stated rule: of items that cost their buyers
the same, the one more people approve of comes first, and of those the one that stands earlier on the list. A ballot that
approves of nothing has no money to spend. Plain counting of approvals is given beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Ballot = frozenset[int]


class Bought(StrEnum):
    """How an item was chosen."""

    BY_SHARES = "by shares"
    BY_APPROVALS = "by approvals"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item that was chosen. `most_paid` is the largest part of its price that any one voter paid, None if by approvals."""

    item: int
    approvals: int
    how: Bought
    most_paid: Fraction | None


@dataclass(frozen=True, slots=True)
class Represented:
    """What the choice gives some voters: of `n` who approved of anything, how many have one chosen, and how many on average."""

    n: int
    with_any: int
    approved_chosen: int
    """Chosen items they approved of, added over these voters."""

    @property
    def share(self) -> Fraction | None:
        """The share with at least one approved item among those chosen; None without voters."""
        return Fraction(self.with_any, self.n) if self.n else None

    @property
    def average(self) -> Fraction | None:
        """How many chosen items a voter approved of, on average; None without voters."""
        return Fraction(self.approved_chosen, self.n) if self.n else None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen under a limit, counted both ways.

    `equal_shares` and `plain` are in the order chosen; there may be fewer than `limit`, when nobody approved of more.
    `places` is for how many places' worth of money the shares were worked out. `approvals` runs over all items. The
    represented shares run over the names of groups, and once over all voters.
    """

    limit: int
    voters: int
    empty: int
    """Ballots that approved of nothing; they are no part of `voters`."""
    approvals: tuple[int, ...]
    equal_shares: tuple[Chosen, ...]
    plain: tuple[int, ...]
    places: int
    everybody: Represented
    everybody_plain: Represented
    by_group: Mapping[str, Represented]
    by_group_plain: Mapping[str, Represented]


def choose_under_limit(
    ballots: Sequence[Collection[int]], items: int, limit: int, groups: Sequence[str | None] | None = None
) -> Choice:
    """Choose at most `limit` of `items` items, numbered from 0, by approval ballots.

    Each ballot is the items one voter approves of; one item twice counts once. `groups` gives each voter's group, None for
    none; every group's represented share is shown, its n beside it. Raises ValueError for an item outside 0..items - 1, a
    limit under 0, or groups of another length.

    >>> found = choose_under_limit([{0, 1, 2}] * 6 + [{3, 4}] * 3, items=5, limit=3, groups=["a"] * 6 + ["b"] * 3)
    >>> [chosen.item for chosen in found.equal_shares], found.plain
    ([0, 1, 3], (0, 1, 2))
    >>> found.by_group["b"].share, found.by_group_plain["b"].share
    (Fraction(1, 1), Fraction(0, 1))
    """
    if limit < 0 or items < 0:
        raise ValueError("The number of items and the limit must be 0 or more.")
    if groups is not None and len(groups) != len(ballots):
        raise ValueError(f"There are {len(ballots)} ballots but {len(groups)} groups.")
    said = [frozenset(ballot) for ballot in ballots]
    for ballot in said:
        if any(not 0 <= item < items for item in ballot):
            raise ValueError(f"A ballot names an item outside 0..{items - 1}.")
    alike = Counter(ballot for ballot in said if ballot)
    approvals = _approvals(alike, items)
    plain = _most_approved(approvals, limit, taken=())
    bought, places = _with_completion(alike, approvals, limit)
    filled = _most_approved(approvals, limit - len(bought), taken=[item for item, _ in bought])
    chosen = [Chosen(item, approvals[item], Bought.BY_SHARES, paid) for item, paid in bought]
    chosen += [Chosen(item, approvals[item], Bought.BY_APPROVALS, None) for item in filled]
    ours, theirs = frozenset(one.item for one in chosen), frozenset(plain)
    named: dict[str, Counter[Ballot]] = {}
    for ballot, group in zip(said, groups or [], strict=bool(groups)):
        if group is not None:
            named.setdefault(group, Counter())[ballot] += 1
    return Choice(
        limit=limit,
        voters=alike.total(),
        empty=len(said) - alike.total(),
        approvals=approvals,
        equal_shares=tuple(chosen),
        plain=plain,
        places=places,
        everybody=_represented(alike, ours),
        everybody_plain=_represented(alike, theirs),
        by_group={group: _represented(own, ours) for group, own in sorted(named.items())},
        by_group_plain={group: _represented(own, theirs) for group, own in sorted(named.items())},
    )


def equal_shares(ballots: Mapping[Ballot, int], items: int, limit: int, places: int) -> list[tuple[int, Fraction]]:
    """Buy items while voters can pay: each item bought and the most any one voter paid for it, in the order bought.

    `ballots` counts alike ballots, none empty. Every item costs 1, and `places` are shared out evenly among the voters,
    places / voters each. Stops early once more than `limit` are bought. At an item's price every supporter pays the same
    part rho, or all they have left if that is less; the item with the smallest rho is next.
    """
    voters = sum(ballots.values())
    if not voters or not places:
        return []
    kinds = list(ballots.items())
    left = [Fraction(places, voters)] * len(kinds)
    fans = [[kind for kind, (ballot, _) in enumerate(kinds) if item in ballot] for item in range(items)]
    approvals = _approvals(ballots, items)
    # What an item costs its buyers never falls as money is spent, so an old price is a lower bound of the new one.
    floors: dict[int, Fraction] = {item: Fraction(1, approvals[item]) for item in range(items) if approvals[item]}
    bought: list[tuple[int, Fraction]] = []
    while floors and len(bought) <= limit:
        best: tuple[Fraction, int, int] | None = None
        for item in sorted(floors, key=lambda one: (floors[one], -approvals[one], one)):
            if best is not None and (floors[item], -approvals[item], item) > best:
                break
            rho = _price(fans[item], kinds, left)
            if rho is None:
                del floors[item]
                continue
            floors[item] = rho
            if best is None or (rho, -approvals[item], item) < best:
                best = (rho, -approvals[item], item)
        if best is None:
            break
        rho, _, item = best
        for kind in fans[item]:
            left[kind] -= min(left[kind], rho)
        del floors[item]
        bought.append((item, rho))
    return bought


def _price(fans: list[int], kinds: Sequence[tuple[Hashable, int]], left: Sequence[Fraction]) -> Fraction | None:
    """The part rho at which supporters paying min(rho, what they have left) pay 1 together; None if they cannot."""
    missing, sharing = Fraction(1), sum(kinds[kind][1] for kind in fans)
    for kind in sorted(fans, key=left.__getitem__):
        rho = missing / sharing
        if left[kind] >= rho:
            return rho
        missing -= left[kind] * kinds[kind][1]
        sharing -= kinds[kind][1]
    return None


def _with_completion(
    ballots: Mapping[Ballot, int], approvals: Sequence[int], limit: int
) -> tuple[list[tuple[int, Fraction]], int]:
    """Items bought with money for `limit` places, or for as many more as buy the most without going over the limit.

    At most with money for as many more places as there are items. Also for how many places it was.
    """
    items = len(approvals)
    wanted = min(limit, sum(count > 0 for count in approvals))
    bought, places = equal_shares(ballots, items, limit, limit), limit
    for more in range(limit + 1, limit + items + 1):
        if len(bought) == wanted:
            break
        again = equal_shares(ballots, items, limit, more)
        if len(again) > limit:
            break
        bought, places = again, more
    return bought, places


def _approvals(ballots: Mapping[Ballot, int], items: int) -> tuple[int, ...]:
    counted: Counter[int] = Counter()
    for ballot, count in ballots.items():
        for item in ballot:
            counted[item] += count
    return tuple(counted[item] for item in range(items))


def _most_approved(approvals: Sequence[int], limit: int, taken: Collection[int]) -> tuple[int, ...]:
    """The items most people approve of, none that nobody does; of equals, the earlier on the list."""
    left = [item for item, count in enumerate(approvals) if count and item not in taken]
    return tuple(sorted(left, key=lambda item: (-approvals[item], item))[:limit])


def _represented(ballots: Mapping[Ballot, int], chosen: Ballot) -> Represented:
    own = [(len(ballot & chosen), count) for ballot, count in ballots.items() if ballot]
    return Represented(
        n=sum(count for _, count in own),
        with_any=sum(count for found, count in own if found),
        approved_chosen=sum(found * count for found, count in own),
    )
