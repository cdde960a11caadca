"""What two shown tables tell together: set differencing across the releases of one survey.

"All teachers" and "all teachers but those at Oak" are each large; subtract one from the other and the four teachers at
Oak speak. To see that coming nobody has to store who is in which set. A fixed cross-classification (say group by
school) cuts the people into *atoms*, and a release is written down as the sets of atoms it showed, with how many people
each atom held that day.

Soundness. Whatever a reader can get by adding and subtracting shown totals is a combination of the shown sets, a vector
in their linear span. We refuse a release when the span holds any vector, other than zero, that involves fewer than k
people in all. That covers differences either way, unions, nested chains and any longer sum; and people who answered
between two releases, who are a difference in time. In the strict mode we also refuse two overlapping filters where
either has fewer than k people outside the other, although addition alone would not single them out.

Not covered: what a reader knows of people from elsewhere, conclusions from inequalities across different tables, and
sets finer than the atoms (a filter must be made of whole atoms). When an answer is withdrawn and another comes in, an
atom's number hides the swap: keep the atoms of a survey that is still open from going backwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from commonwhy.methods.disclosure.figures import Ints

_PRIME = 2**31 - 1
_SEARCH_LIMIT = 20_000

Slice = tuple[str, int]


class Reason(Enum):
    """Why a release is refused."""

    TOO_FEW = "too_few"
    TOO_SOON = "too_soon"
    DIFFERENCE = "difference"
    COMBINATION = "combination"
    TOO_COMPLEX = "too_complex"


_WORDS = {
    Reason.TOO_FEW: "This choice holds fewer than {k} people, so it is not shown. Choose a wider one.",
    Reason.TOO_SOON: (
        "Fewer than {k} people have answered since this was last shown. "
        "Showing it again now would tell what they said. Come back when more have answered."
    ),
    Reason.DIFFERENCE: (
        "This choice and one shown earlier differ by fewer than {k} people. "
        "Side by side they would tell what those few said. Choose a wider one, or one shown before."
    ),
    Reason.COMBINATION: (
        "Put together with several tables shown earlier, this choice would tell what fewer than {k} people said. "
        "Choose a wider one, or one shown before."
    ),
    Reason.TOO_COMPLEX: (
        "So much has been shown of this survey that we cannot make sure this choice singles nobody out. Choose one shown before."
    ),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The release may be shown, and should then be kept among the earlier ones."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The release may not be shown. `code` is for translation, `reason` says it in English."""

    code: Reason
    k: int

    @property
    def reason(self) -> str:
        """The reason in plain words, without telling how many people it is about."""
        return _WORDS[self.code].format(k=self.k)


@dataclass(frozen=True, slots=True)
class Release:
    """What a release showed: sets of atoms, and the people in each of those atoms at the time."""

    populations: tuple[frozenset[str], ...]
    heard: Mapping[str, int]

    @classmethod
    def of(cls, populations: Iterable[Collection[str]], atoms: Mapping[str, int]) -> Release:
        """Describe a release by the atoms of each set it shows. Raises ValueError for an atom that does not exist."""
        sets = tuple(dict.fromkeys(frozenset(population) for population in populations if population))
        used = sorted(frozenset().union(*sets))
        unknown = [atom for atom in used if atom not in atoms]
        if unknown:
            raise ValueError(f"Not in the cross-classification: {', '.join(unknown)}.")
        return cls(sets, {atom: int(atoms[atom]) for atom in used})

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers, in a fixed order. Holds no person."""
        return {"populations": sorted(sorted(p) for p in self.populations), "heard": dict(sorted(self.heard.items()))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Release:
        """The inverse of `to_json`. Raises ValueError for anything else."""
        try:
            return cls.of([list(map(str, p)) for p in stored["populations"]], stored["heard"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is not a stored release.") from error


def check_release(
    new: Release, earlier: Iterable[Release], atoms: Mapping[str, int], k: int, *, strict: bool = True
) -> Allowed | Refused:
    """Whether a release may follow the earlier ones of its survey.

    `atoms` holds the people in every atom now. Where people may skip questions, check question by question: its own
    earlier releases, with those who answered it as atoms; figures of two questions cannot be subtracted.

    `strict` also refuses overlapping sets of which either has 1 to k - 1 people outside the other; leave it off for the
    breakdowns a survey plans from the start (by group and by school), where adding and subtracting is what counts.
    What was shown before may always be shown again.

    Raises ValueError if `new` uses an atom that `atoms` does not have.

    >>> atoms = {"teachers|oak": 4, "teachers|elm": 30, "students|oak": 90}
    >>> everyone = Release.of([["teachers|oak", "teachers|elm"]], atoms)
    >>> check_release(Release.of([["teachers|elm"]], atoms), [everyone], atoms, 10).code
    <Reason.DIFFERENCE: 'difference'>
    >>> check_release(Release.of([["students|oak"]], atoms), [everyone], atoms, 10)
    Allowed()
    """
    now = Release.of(new.populations, atoms)
    past = list(earlier)
    sizes, cut = _slices([*past, now])
    before = list(dict.fromkeys(s for release in past for s in cut(release) if s))
    added = [s for s in dict.fromkeys(cut(now)) if s and s not in set(before)]
    if not added:
        return Allowed()

    def people(slices: Iterable[Slice]) -> int:
        return sum(sizes[piece] for piece in slices)

    for shown in added:
        if people(shown) < k:
            return Refused(Reason.TOO_FEW, k)
        for old in before:
            outside, missing = people(shown - old), people(old - shown)
            if not (0 < outside < k or 0 < missing < k):
                continue
            if {atom for atom, _ in shown} == {atom for atom, _ in old}:
                return Refused(Reason.TOO_SOON, k)
            if strict or not outside or not missing:
                return Refused(Reason.DIFFERENCE, k)
    singled_out = _lightest_below(before, added, sizes, k)
    if singled_out is None:
        return Refused(Reason.TOO_COMPLEX, k)
    return Refused(Reason.COMBINATION, k) if singled_out else Allowed()


def would_difference(
    new_population: Collection[Hashable],
    earlier_populations: Iterable[Collection[Hashable]],
    k: int,
    *,
    strict: bool = True,
) -> Refused | None:
    """The refusal that showing this set of people would meet after the earlier sets, or None.

    The same check as `check_release`, for callers that do hold sets of (opaque) member ids in memory.

    >>> would_difference(range(100), [range(96)], 10).code
    <Reason.DIFFERENCE: 'difference'>
    >>> would_difference(range(100), [range(90)], 10) is None
    True
    """
    sets = [frozenset(new_population), *map(frozenset, earlier_populations)]
    patterns = {member: "".join("01"[member in s] for s in sets) for member in frozenset().union(*sets)}
    atoms = Counter(patterns.values())
    releases = [Release.of([{patterns[member] for member in s}], atoms) for s in sets]
    verdict = check_release(releases[0], releases[1:], atoms, k, strict=strict)
    return verdict if isinstance(verdict, Refused) else None


def _slices(releases: Sequence[Release]) -> tuple[dict[Slice, int], Any]:
    """Cut each atom where its number changed between releases, so that late answers are people of their own."""
    levels: dict[str, list[int]] = {}
    for release in releases:
        for atom, heard in release.heard.items():
            levels.setdefault(atom, []).append(heard)
    sizes: dict[Slice, int] = {}
    for atom, seen in levels.items():
        floor = 0
        for level in sorted({heard for heard in seen if heard > 0}):
            sizes[atom, level] = level - floor
            floor = level

    def cut(release: Release) -> list[frozenset[Slice]]:
        return [
            frozenset((atom, level) for atom in population for level in {*levels[atom]} if 0 < level <= release.heard[atom])
            for population in release.populations
        ]

    return sizes, cut


def _lightest_below(
    before: Sequence[frozenset[Slice]], added: Sequence[frozenset[Slice]], sizes: Mapping[Slice, int], k: int
) -> bool | None:
    """Whether some combination of the sets involves 1 to k - 1 people; None where that took too long to find out."""
    sets = [*before, *added]
    weights: Counter[tuple[bool, ...]] = Counter()
    for piece, size in sizes.items():
        pattern = tuple(piece in s for s in sets)
        if any(pattern):
            weights[pattern] += size
    matrix = np.array(list(weights), dtype=np.int64).T
    reduced = _independent(matrix)
    if len(reduced) == len(_independent(matrix[: len(before)])):
        return False  # nothing new can be reckoned
    steps = [0]
    return _search(reduced, np.array(list(weights.values()), dtype=np.int64), k - 1, steps)


def _search(basis: Ints, weights: Ints, budget: int, steps: list[int]) -> bool | None:
    """Branch on a column: either no combination may touch its people, or they are paid for out of k - 1."""
    while True:
        steps[0] += 1
        if steps[0] > _SEARCH_LIMIT:
            return None
        touched = basis.any(axis=0)
        basis, weights = basis[:, touched], weights[touched]
        if not len(basis):
            return False
        if (((basis != 0) @ weights) <= budget).any():
            return True
        column = int(np.argmax(weights))
        if weights[column] > budget:
            basis = _without(basis, column)
            continue
        untouched = _search(_without(basis, column), weights, budget, steps)
        if untouched is not False:
            return untouched
        # Paid for: it weighs nothing from here on.
        budget -= int(weights[column])
        basis, weights = np.delete(basis, column, axis=1), np.delete(weights, column)
        if not basis.any(axis=1).all():
            return True


def _without(basis: Ints, column: int) -> Ints:
    """A basis of those combinations that leave a column's people out (arithmetic modulo a large prime)."""
    pivot = int(np.flatnonzero(basis[:, column])[0])
    inverse = pow(int(basis[pivot, column]), -1, _PRIME)
    factors = (basis[:, column] * inverse) % _PRIME
    reduced = (basis - (factors[:, None] * basis[pivot][None, :]) % _PRIME) % _PRIME
    return np.delete(reduced, pivot, axis=0)


def _independent(matrix: Ints) -> Ints:
    """Row echelon form without its zero rows, modulo a large prime."""
    left, kept = matrix % _PRIME, []
    while len(left):
        left = left[left.any(axis=1)]
        if not len(left):
            break
        row = left[0]
        column = int(np.flatnonzero(row)[0])
        kept.append(row)
        left = _without(left, column)
    return np.array(kept, dtype=np.int64).reshape(len(kept), matrix.shape[1])
