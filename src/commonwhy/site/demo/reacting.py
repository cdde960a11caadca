"""How the people of Alder Creek reacted: drawn with a fixed seed from what `words/discussion.toml` says of camps and roles.

Everybody belongs to a camp, by the shares of their role, a few stand half-way to another one; somebody sees a part of the
statements that were there in their week, in an order of their own, and agrees, passes or disagrees by their camp's chance.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CAMPS = 3
HALF_WAY = 0.06
ON_PAPER = 0.05
WEEKS = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4)
"""In which week people take part, all alike likely: most while it is new."""
LATE = 0.3
"""How likely somebody of the last week still saw what was shown only on its last days."""
USUALLY_PASS, USUALLY_IMPORTANT = 7, 6


@dataclass(frozen=True)
class Reaction:
    """One vote: on which statement, what was said, and with which chance it was shown (None: on paper)."""

    statement: str
    choice: int
    important: bool
    exposure: float | None


@dataclass(frozen=True)
class Participant:
    """Somebody who took part: their role, their week, their reactions, and the priorities they approve of by number."""

    role: str
    week: int
    reactions: tuple[Reaction, ...]
    approved: tuple[int, ...] = field(default=())


def take_part(story: Mapping[str, Any], chance: random.Random) -> Iterator[Participant]:
    """Everybody who took part, role by role. The same `chance` gives the same people."""
    statements = [one for one in story["statements"] if "agree" in one]
    options = story["priorities"]["options"]
    for role, said in story["people"].items():
        for _person in range(said["people"]):
            leans = _leaning(story["camps"][role], chance)
            week = chance.choice(WEEKS)
            there = [one for one in statements if _was_there(one, week, chance)]
            seen = min(len(there), max(3, round(len(there) * said["seen"] / 100 * chance.uniform(0.55, 1.45))))
            paper = chance.random() < ON_PAPER
            reactions = tuple(
                _react(one, role, leans, None if paper else 1 / (len(there) - place), chance)
                for place, one in enumerate(chance.sample(there, seen))
            )
            fills_in = week >= 2 or chance.random() * 100 < story["priorities"]["ballots"]
            yield Participant(role, week, reactions, _approved(options, role, leans, chance) if fills_in else ())


def _leaning(shares: Sequence[int], chance: random.Random) -> list[float]:
    """How much somebody is of each camp; sums to 1."""
    camp = chance.choices(range(CAMPS), shares)[0]
    leans = [float(other == camp) for other in range(CAMPS)]
    if chance.random() < HALF_WAY:
        other = chance.choice([one for one in range(CAMPS) if one != camp])
        leans[camp] = leans[other] = 0.5
    return leans


def _was_there(one: Mapping[str, Any], week: int, chance: random.Random) -> bool:
    """Whether a statement could be seen in a week: it had come up, and was not yet linked to another that says the same."""
    came = one.get("week", 0)
    if "same_as" in one:
        return bool(week == came)
    return bool(week >= came) and (not one.get("late") or chance.random() < LATE)


def _react(one: Mapping[str, Any], role: str, leans: Sequence[float], exposure: float | None, chance: random.Random) -> Reaction:
    shares = one.get("apart", {}).get(role, one["agree"])
    agrees = sum(lean * share for lean, share in zip(leans, shares, strict=True)) / 100
    if chance.random() * 100 < one.get("pass", USUALLY_PASS):
        return Reaction(one["key"], 0, False, exposure)
    important = chance.random() * 100 < one.get("important", USUALLY_IMPORTANT)
    return Reaction(one["key"], 1 if chance.random() < agrees else -1, important, exposure)


def _approved(options: Sequence[Mapping[str, Any]], role: str, leans: Sequence[float], chance: random.Random) -> tuple[int, ...]:
    found = []
    for number, one in enumerate(options, start=1):
        likes = sum(lean * share for lean, share in zip(leans, one["approve"], strict=True)) + one.get("more", {}).get(role, 0)
        if chance.random() * 100 < likes:
            found.append(number)
    return tuple(found)
