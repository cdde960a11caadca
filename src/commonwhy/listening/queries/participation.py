"""How many answered, by group and school, as far as it may be shown (METHODS 7, FIELD rules 1 and 5).

How many were asked is no secret. How many answered is shown from k people on; what would give a hidden figure away is
hidden too, and the outcome is attacked as a reader would who knows the totals, who was asked where, and which groups and
schools were heard from. What comes back holds only what may be seen, so whatever is summed from it later is safe too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

Place = tuple[UUID | None, UUID | None]
"""A group and a school as answers are kept with them; None where that was left out."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many answered and how many were asked. `heard` is None where it is not shown, `asked` where nobody said.

    `enough`: whether at least k answered. Pages say so of groups and schools even where the number itself would give
    another away; of a single cell it is only known where the number is shown.
    """

    heard: int | None
    asked: int | None
    enough: bool

    @property
    def nobody_asked(self) -> bool:
        return self.asked == 0 and not self.heard

    @property
    def percent(self) -> int | None:
        """People who answered, of the people who were asked."""
        from commonwhy.methods.proportions import people_response_rate

        if self.heard is None or not self.asked or self.heard > self.asked:
            return None
        return int(people_response_rate(self.heard, self.asked).percent)


@dataclass(frozen=True, slots=True)
class Participation:
    """One survey's counts after the gate: every cell that was asked or heard, and their sums."""

    k: int
    everyone: Count
    groups: Mapping[UUID | None, Count]
    schools: Mapping[UUID | None, Count]
    cells: Mapping[Place, Count]


def released(heard: Mapping[Place, int], asked: Mapping[Place, int | None], k: int) -> Participation:
    """What may be shown of who answered. `asked` is by the places that answers are kept with."""
    places = sorted(heard.keys() | asked.keys(), key=str)
    rows = tuple((place, heard.get(place, 0), asked.get(place)) for place in places)
    return _released(rows, k)


@lru_cache(maxsize=512)
def _released(rows: tuple[tuple[Place, int, int | None], ...], k: int) -> Participation:
    heard = {place: count for place, count, _asked in rows}
    asked = {place: count for place, _heard, count in rows}
    groups, schools = dict.fromkeys(p[0] for p in heard), dict.fromkeys(p[1] for p in heard)
    by_group = {group: [place for place in heard if place[0] == group] for group in groups}
    by_school = {school: [place for place in heard if place[1] == school] for school in schools}
    everyone = sum(heard.values())
    shown = _shown(heard, asked, by_group, by_school, k) if everyone >= k else frozenset[object]()

    def count(name: object, members: list[Place], *, cell: bool = False) -> Count:
        truth = sum(heard[place] for place in members)
        is_shown = name in shown
        return Count(truth if is_shown else None, _total(asked, members), truth >= k and (is_shown or not cell))

    return Participation(
        k=k,
        everyone=count("everyone", list(heard)),
        groups={group: count(("group", group), members) for group, members in by_group.items()},
        schools={school: count(("school", school), members) for school, members in by_school.items()},
        cells={place: count(place, [place], cell=True) for place in heard},
    )


def _total(asked: Mapping[Place, int | None], members: list[Place]) -> int | None:
    """How many were asked in all of these places; None while nobody has said of one."""
    known = [asked[place] for place in members]
    return None if None in known else sum(each for each in known if each is not None)


def _shown(
    heard: Mapping[Place, int],
    asked: Mapping[Place, int | None],
    by_group: Mapping[UUID | None, list[Place]],
    by_school: Mapping[UUID | None, list[Place]],
    k: int,
) -> frozenset[object]:
    """The names of the figures that may be shown. How many answered in all is known from k on and cannot be hidden."""
    sums = {("group", group): members for group, members in by_group.items()}
    sums |= {("school", school): members for school, members in by_school.items()}
    totals = {name: sum(heard[place] for place in members) for name, members in sums.items()}
    names: list[object] = ["everyone", *sums, *heard]
    small = {name for name, total in totals.items() if total < k}
    small_cells = {place for place, count in heard.items() if count < k and asked[place] != 0}
    if not small and not small_cells:
        return frozenset(names)
    # Numpy and scipy load only when there is something to hide.
    import numpy as np

    from commonwhy.methods.disclosure.figures import FigureList
    from commonwhy.methods.disclosure.suppression import Suppression

    roof = 2 * sum(heard.values()) + 2 * k
    listed, at = FigureList(), dict[object, int]()

    def ceiling(members: list[Place]) -> int:
        most = _total(asked, members)
        # By an open link more may answer than were counted.
        return roof if most is None or most < sum(heard[place] for place in members) else most

    everyone = sum(heard.values())
    at["everyone"] = listed.add(everyone, hidden=(everyone, everyone), public=True)
    for name, members in sums.items():
        total, top = totals[name], ceiling(members)
        # Pages say which groups and schools were heard from, so a reader knows on which side of k a sum lies.
        side = (0, min(top, k - 1)) if total < k else (k, top)
        at[name] = listed.add(total, hidden=side, weight=30.0)
    for place, count in heard.items():
        nobody = asked[place] == 0 and count == 0
        at[place] = listed.add(count, hidden=(0, 0 if nobody else ceiling([place])), public=nobody)
    for kind in ("group", "school"):
        listed.equal(at["everyone"], [at[name] for name in sums if name[0] == kind])
    for name, members in sums.items():
        listed.equal(at[name], [at[place] for place in members])
    figures = listed.build(network=True)
    flags = np.zeros(len(figures.truth), dtype=np.bool_)
    flags[[at[name] for name in small | small_cells]] = True
    suppression = Suppression(figures, flags, k)
    suppression.complete()
    return frozenset(name for name in names if not suppression.hidden[at[name]])
