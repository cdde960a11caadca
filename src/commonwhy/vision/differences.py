"""What became of a text, word by word, so that somebody with five minutes before a board meeting can see it.

Words are compared, not letters, and spaces between two changed words belong to the change; where hardly a word stayed, the
old text and the new stand whole, since a patchwork of both is read by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

Texts = dict[str, str]
KEPT, REWORDED, NEW, OUT = "kept", "reworded", "new", "out"
SAME = "same"
LEAST_ALIKE = 0.35
"""Below this share of common words, old and new are shown whole."""
LINES_ALIKE = 0.5
"""From this on, two lines of a list are one line in two wordings."""
_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words of a comparison: the same in both, left out, or new."""

    kind: str
    words: str


@dataclass(frozen=True)
class Wording:
    """A text in one language, in pieces."""

    lang: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Change:
    """What became of one text: kept, reworded, new or out; `moved` beside others of its kind."""

    kind: str
    before: Texts
    after: Texts
    moved: bool = False
    inside: tuple[Change, ...] = field(default=())
    """Changes of what belongs to it: a sentence's look-fors."""

    @property
    def is_same(self) -> bool:
        return self.kind == KEPT and not self.moved and all(one.is_same for one in self.inside)

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """The pieces in each language whose words changed."""
        codes = dict.fromkeys((*self.before, *self.after))
        changed = [code for code in codes if self.before.get(code, "") != self.after.get(code, "")]
        return tuple(Wording(code, pieces(self.before.get(code, ""), self.after.get(code, ""))) for code in changed)


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts in one row of pieces, what was left out before what is new.

    >>> [(piece.kind, piece.words) for piece in pieces("We use maps.", "We make maps.")]
    [('same', 'We '), ('out', 'use'), ('new', 'make'), ('same', ' maps.')]
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if not old or not new or _alike(old, new) < LEAST_ALIKE:
        return tuple(Piece(kind, text) for kind, text in ((OUT, before), (NEW, after)) if text)
    found: list[Piece] = []
    left_out: list[str] = []
    added: list[str] = []

    def close() -> None:
        found.extend(Piece(kind, "".join(part)) for kind, part in ((OUT, left_out), (NEW, added)) if part)
        left_out.clear()
        added.clear()

    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        here, there = old[old_from:old_to], new[new_from:new_to]
        is_gap = tag == "equal" and bool(left_out or added) and not "".join(here).strip() and old_to < len(old)
        if tag == "equal" and not is_gap:
            close()
            found.append(Piece(SAME, "".join(here)))
        else:
            left_out += here
            added += there
    close()
    return tuple(found)


def _alike(old: Sequence[str], new: Sequence[str]) -> float:
    """The share of words, spaces not counted, that both have in the same order."""
    before, after = ([token.casefold() for token in tokens if not token.isspace()] for tokens in (old, new))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def text_change(before: Texts, after: Texts, *, moved: bool = False, inside: tuple[Change, ...] = ()) -> Change:
    """What became of one text; an empty one was not there."""
    if any(before.values()) and any(after.values()):
        kind = KEPT if before == after else REWORDED
    else:
        kind = NEW if any(after.values()) else OUT if any(before.values()) else KEPT
    return Change(kind, before, after, moved, inside)


def pairs_of_lines(before: Sequence[Texts], after: Sequence[Texts]) -> dict[int, int]:
    """Which line of a list that has no names is which line of another: equal lines first, then those most alike.

    By place in `after` the place in `before`; a line that was not there is left out.
    """
    olds: dict[int, Texts] = dict(enumerate(before))
    pairs: dict[int, int] = {}
    for here, line in enumerate(after):
        equal = next((there for there, old in olds.items() if old == line), None)
        if equal is not None:
            pairs[here] = equal
            del olds[equal]
    for here, line in enumerate(after):
        if here in pairs:
            continue
        likeness = {there: _lines_alike(old, line) for there, old in olds.items()}
        best = max(likeness, key=lambda there: likeness[there], default=None)
        if best is not None and likeness[best] >= LINES_ALIKE:
            pairs[here] = best
            del olds[best]
    return pairs


def line_changes(before: Sequence[Texts], after: Sequence[Texts]) -> tuple[Change, ...]:
    """What became of each line of a list that has no names."""
    pairs = pairs_of_lines(before, after)
    stayed = longest_rise([pairs[here] for here in sorted(pairs)])
    changes = [
        text_change(before[pairs[here]], line, moved=pairs[here] not in stayed) if here in pairs else text_change({}, line)
        for here, line in enumerate(after)
    ]
    left = set(range(len(before))) - set(pairs.values())
    return (*changes, *(text_change(before[there], {}) for there in sorted(left)))


def _lines_alike(one: Texts, other: Texts) -> float:
    shared = [code for code in one if other.get(code)]
    return max((_alike(_TOKEN.findall(one[code]), _TOKEN.findall(other[code])) for code in shared), default=0.0)


def longest_rise(places: Iterable[int]) -> frozenset[int]:
    """The most numbers that stand in rising order: what stayed in place when the others moved.

    >>> sorted(longest_rise([2, 0, 1]))
    [0, 1]
    """
    best: list[tuple[int, ...]] = []
    for place in places:
        longest: tuple[int, ...] = max((run for run in best if run[-1] < place), key=len, default=())
        best.append((*longest, place))
    most: tuple[int, ...] = max(best, key=len, default=())
    return frozenset(most)
