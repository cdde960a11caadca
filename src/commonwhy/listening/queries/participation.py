"""How many answered, by group and school, as far as it may be shown (METHODS 7, FIELD rules 1 and 5).

How many were asked is no secret, and whether a group was heard (k of it or more) is said on purpose: a vision rests on it
(M06, M08). How many answered is shown from k people on; what would give a hidden figure away is hidden too, and the outcome
is attacked as a reader would who knows all this. What comes back holds only what may be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

Place = tuple[UUID | None, UUID | None]
"""A group and a school as answers are kept with them; None where that was left out."""
EVERYONE = "everyone"
WORTH = {"group": 30.0, "school": 0.5}
"""How much it costs to hide a sum, next to a single cell: a group's is dear, a school's goes before a cell of its row does."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many answered and how many were asked. `heard` is None where it is not shown, `asked` where nobody said.

    `enough`: whether it is known that at least k answered. Of groups and of everyone that is said even where the number
    would give another away; of schools and single cells only together with the number.
    """

    heard: int | None
    asked: int | None
    enough: bool

    @property
    def percent(self) -> int | None:
        """People who answered, of the people who were asked."""
        from commonwhy.methods.proportions import people_response_rate

        if self.heard is None or not self.asked or self.heard > self.asked:
            return None
        return int(people_response_rate(self.heard, self.asked).percent)


@dataclass(frozen=True, slots=True)
class Participation:
    """One survey's counts after the gate: every cell where somebody was asked or heard, and their sums."""

    k: int
    everyone: Count
    groups: Mapping[UUID | None, Count]
    schools: Mapping[UUID | None, Count]
    cells: Mapping[Place, Count]


def released(heard: Mapping[Place, int], asked: Mapping[Place, int | None], k: int) -> Participation:
    """What may be shown of who answered. `asked` is by the places that answers are kept with."""
    return _released(_rows(heard, asked), k)


def everyone(heard: Mapping[Place, int], asked: Mapping[Place, int | None], k: int) -> Count:
    """The same figure for all together as in `released`, without working out the rest."""
    return _Table(_rows(heard, asked), k).everyone()


Rows = tuple[tuple[Place, int, int | None], ...]


def _rows(heard: Mapping[Place, int], asked: Mapping[Place, int | None]) -> Rows:
    places = sorted(heard.keys() | asked.keys(), key=str)
    rows = ((place, heard.get(place, 0), asked.get(place)) for place in places)
    # Where nobody was asked there is nothing to know, and nothing to hide behind.
    return tuple(row for row in rows if row[1] or row[2] != 0)


@lru_cache(maxsize=512)
def _released(rows: Rows, k: int) -> Participation:
    table = _Table(rows, k)
    shown = table.shown()

    def count(name: object, members: list[Place], *, told: bool) -> Count:
        truth, is_shown = table.total(members), name in shown
        return Count(truth if is_shown else None, table.all_asked(members), truth >= k and (is_shown or told))

    return Participation(
        k=k,
        everyone=table.everyone(),
        groups={group: count(("group", group), members, told=True) for group, members in table.by_group.items()},
        schools={school: count(("school", school), members, told=False) for school, members in table.by_school.items()},
        cells={place: count(place, [place], told=False) for place in table.heard},
    )


class _Table:
    """The true counts, and what of them may leave."""

    def __init__(self, rows: Rows, k: int) -> None:
        self.k = k
        self.heard = {place: count for place, count, _asked in rows}
        self.asked = {place: count for place, _heard, count in rows}
        self.by_group = {group: [p for p in self.heard if p[0] == group] for group, _school in self.heard}
        self.by_school = {school: [p for p in self.heard if p[1] == school] for _group, school in self.heard}

    def total(self, members: Iterable[Place]) -> int:
        return sum(self.heard[place] for place in members)

    def all_asked(self, members: Iterable[Place]) -> int | None:
        """How many were asked in all of these places; None while nobody has said of one."""
        known = [self.asked[place] for place in members]
        return None if None in known else sum(each for each in known if each is not None)

    def everyone(self) -> Count:
        whole = self.total(self.heard)
        enough = whole >= self.k
        return Count(whole if enough and self._whole_is_safe() else None, self.all_asked(self.heard), enough)

    def _whole_is_safe(self) -> bool:
        """Whether the sum leaves a small group all it could be, although one knows which groups are small.

        The large groups together must be able to give and to take k - 1 people without becoming small or overfull.
        """
        large = [members for members in self.by_group.values() if self.total(members) >= self.k]
        if len(large) == len(self.by_group):
            return True
        give = sum(self.total(members) - self.k for members in large)
        take = sum(self._ceiling(members) - self.total(members) for members in large)
        return min(give, take) >= self.k - 1

    def _ceiling(self, members: list[Place]) -> int:
        """The most a reader may believe to have answered. By an open link more may answer than were counted."""
        truth, most = self.total(members), self.all_asked(members)
        return 2 * self.total(self.heard) + 2 * self.k if most is None or most < truth else most

    def shown(self) -> frozenset[object]:
        """The names of the figures that may be shown: places, ("group", g), ("school", s)."""
        sums: dict[tuple[str, UUID | None], list[Place]] = {("group", name): m for name, m in self.by_group.items()}
        sums |= {("school", name): members for name, members in self.by_school.items()}
        small = {name for name, members in sums.items() if self.total(members) < self.k}
        small_cells = {place for place, count in self.heard.items() if count < self.k}
        whole = self.everyone()
        if not whole.enough:
            return frozenset()
        if not small and not small_cells:
            return frozenset([*sums, *self.heard])
        # Numpy and scipy load only when there is something to hide.
        import numpy as np

        from commonwhy.methods.disclosure.figures import FigureList
        from commonwhy.methods.disclosure.suppression import Suppression

        listed, at = FigureList(), dict[object, int]()
        truth = self.total(self.heard)
        roof = self._ceiling(list(self.heard))
        known = (truth, truth) if whole.heard is not None else (self.k, max(roof, truth))
        at[EVERYONE] = listed.add(truth, hidden=known, public=whole.heard is not None)
        for name, members in sums.items():
            total, bounds = self.total(members), (0, self._ceiling(members))
            if name[0] == "group":
                bounds = (0, min(bounds[1], self.k - 1)) if total < self.k else (self.k, bounds[1])
            at[name] = listed.add(total, hidden=bounds, weight=WORTH[name[0]])
        for place, count in self.heard.items():
            at[place] = listed.add(count, hidden=(0, self._ceiling([place])))
        for kind in ("group", "school"):
            listed.equal(at[EVERYONE], [at[name] for name in sums if name[0] == kind])
        for name, members in sums.items():
            listed.equal(at[name], [at[place] for place in members])
        figures = listed.build(network=True)
        flags = np.zeros(len(figures.truth), dtype=np.bool_)
        flags[[at[name] for name in [*small, *small_cells, *([EVERYONE] if whole.heard is None else [])]]] = True
        suppression = Suppression(figures, flags, self.k)
        suppression.complete()
        return frozenset(name for name in [*sums, *self.heard] if not suppression.hidden[at[name]])
