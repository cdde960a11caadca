"""The gap in sentences, from facts, in whatever language the reader has: pages and the command line word it alike.

No sentence says more than the figures allow. "Much the same" is only said when a gap that matters was ruled out; that no gap
was seen is its own sentence, and so is that too few were asked. Needs no Django: `say` translates (gettext, or nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from commonwhy.formats.messages import Message, gettext_noop

Say = Callable[[str], str]

SURELY_DIFFERENT = 0.8
"""Two groups "mean different things" when they surely share less than this of their meanings; else they are furthest apart."""
SMALL, MEDIUM, LARGE = 0.01, 0.06, 0.14
"""Shares of variance as J. Cohen, Statistical Power Analysis (1988), calls them."""


@dataclass(frozen=True)
class Pair:
    """Two columns: how alike their mixes of meanings are, with the interval, and how far apart their centres."""

    a: str
    b: str
    overlap: float | None
    interval: tuple[float, float] | None
    distance: float | None


@dataclass(frozen=True)
class Facts:
    """What the wording needs. Columns are known by keys; `names` says what a page calls them."""

    code: str
    schools: bool
    n: int
    meanings: int
    names: Mapping[str, str]
    most_apart: tuple[str, str] | None = None
    least_settled: str | None = None
    reason: str | None = None
    share: float | None = None
    pairs: Sequence[Pair] = ()
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def pair(self, a: str, b: str) -> Pair | None:
        """The figures of two columns."""
        return next((pair for pair in self.pairs if {pair.a, pair.b} == {a, b}), None)

    @property
    def told(self) -> tuple[str, str] | None:
        """The two columns to name: with one meaning the furthest apart that have words of their own, else the pair most apart."""
        with_words = [pair for pair in self.pairs if self.words.get(pair.a) and self.words.get(pair.b) and pair.distance]
        told = self.most_apart
        if self.meanings == 1 and with_words:
            furthest = max(with_words, key=lambda pair: pair.distance or 0.0)
            told = furthest.a, furthest.b
        if told is None:
            return None
        # Keys may be random; a reader meets the two in the same order everywhere.
        first, second = sorted(told, key=lambda key: (self.names[key], key))
        return first, second


def finding(facts: Facts, say: Say = gettext_noop) -> str:
    """The finding in one sentence."""
    return capitalised(_finding(facts, say).text(say))


def _finding(facts: Facts, say: Say) -> Message:
    names = facts.names
    if facts.code == "apart":
        return _apart(facts, say)
    if facts.code == "less_settled" and facts.least_settled is not None:
        template = gettext_noop("No gap on average was seen, but %(a)s agree less among themselves.")
        if facts.schools:
            template = gettext_noop("No gap on average was seen, but people at %(a)s agree less among themselves.")
        return Message(template, {"a": names[facts.least_settled]})
    if facts.code == "alike":
        if facts.schools:
            return Message(gettext_noop("The schools mean much the same."))
        return Message(gettext_noop("The groups mean much the same."))
    if facts.code == "no_gap_seen":
        if facts.schools:
            return Message(gettext_noop("No gap between schools was seen, but one that matters cannot be ruled out yet."))
        return Message(gettext_noop("No gap between groups was seen, but one that matters cannot be ruled out yet."))
    if facts.code == "one_group" and names:
        return Message(
            gettext_noop("Everyone heard is from one group (%(a)s), so there is nobody to compare with yet."),
            {"a": join(names.values(), say)},
        )
    if facts.code == "side_by_side":
        return Message(gettext_noop("%(n)s answers, side by side: too few to say more about the groups."), {"n": facts.n})
    if facts.reason == "no_shared_stratum":
        return Message(gettext_noop("They were not heard in the same places, so they cannot be compared yet."))
    if facts.schools:
        return Message(gettext_noop("Not enough voices yet to say how far apart the schools are."))
    return Message(gettext_noop("Not enough voices yet to say how far apart the groups are."))


def _apart(facts: Facts, say: Say) -> Message:
    told = facts.told
    if facts.share is not None and facts.share < SMALL and not facts.words:
        if facts.schools:
            return Message(gettext_noop("The schools differ in what they mean, but only slightly."))
        return Message(gettext_noop("The groups differ in what they mean, but only slightly."))
    if told is None:
        return Message(gettext_noop("They do not mean the same, on average."))
    a, b = told
    words = {"a": facts.names[a], "b": facts.names[b]}
    if facts.meanings > 1:
        pair = facts.pair(a, b)
        if pair is not None and pair.interval is not None and pair.interval[1] < SURELY_DIFFERENT:
            return Message(gettext_noop("%(a)s and %(b)s mean different things."), words)
        return Message(gettext_noop("%(a)s and %(b)s are furthest apart in what they mean."), words)
    of_a, of_b = (join(facts.words.get(key, ())[:2], say) for key in (a, b))
    if of_a and of_b:
        template = gettext_noop("%(a)s speak of %(of_a)s, %(b)s of %(of_b)s.")
        if facts.schools:
            template = gettext_noop("People at %(a)s speak of %(of_a)s, at %(b)s of %(of_b)s.")
        return Message(template, {**words, "of_a": of_a, "of_b": of_b})
    speaking = next((key for key in (*told, *facts.words) if facts.words.get(key)), None)
    if speaking is not None:
        template = gettext_noop("%(a)s speak more of %(of_a)s than the others do.")
        if facts.schools:
            template = gettext_noop("People at %(a)s speak more of %(of_a)s than elsewhere.")
        return Message(template, {"a": facts.names[speaking], "of_a": join(facts.words[speaking][:3], say)})
    return Message(gettext_noop("They put the weight in different places: %(a)s and %(b)s are furthest apart."), words)


def beside(facts: Facts, group_share: float | None, school_share: float | None, say: Say = gettext_noop) -> str:
    """What is said of the schools beside a finding about groups; empty where nothing can be said."""
    if facts.code == "alike":
        return say(gettext_noop("The schools mean much the same."))
    if facts.code == "no_gap_seen":
        return say(gettext_noop("Between schools no gap was seen."))
    if facts.code == "apart" and group_share is not None and school_share is not None:
        if school_share < group_share / 2:
            return say(gettext_noop("The schools differ less than the groups do."))
        return say(gettext_noop("The schools differ as well."))
    return ""


def size(share: float | None) -> str:
    """A word for the share of variance between groups, as Cohen has it. To be translated by whoever shows it."""
    if share is None:
        return ""
    if share < SMALL:
        return gettext_noop("very small")
    if share < MEDIUM:
        return gettext_noop("small")
    return gettext_noop("medium") if share < LARGE else gettext_noop("large")


def chart_of_words(facts: Facts, say: Say = gettext_noop) -> str:
    """The title of the chart of words: its answer."""
    told = [key for key in (facts.told or ()) if facts.words.get(key)] or [key for key in facts.words if facts.words[key]]
    if len(told) > 1:
        a, b = told[:2]
        words = {
            "a": facts.names[a],
            "of_a": join(facts.words[a][:2], say),
            "b": facts.names[b],
            "of_b": join(facts.words[b][:2], say),
        }
        template = gettext_noop("%(a)s speak of %(of_a)s, %(b)s of %(of_b)s")
        if facts.schools:
            template = gettext_noop("People at %(a)s speak of %(of_a)s, at %(b)s of %(of_b)s")
        return capitalised(Message(template, words).text(say))
    if told:
        words = {"a": facts.names[told[0]], "of_a": join(facts.words[told[0]][:3], say)}
        template = gettext_noop("%(a)s speak more of %(of_a)s than the others do")
        if facts.schools:
            template = gettext_noop("People at %(a)s speak more of %(of_a)s than elsewhere")
        return capitalised(Message(template, words).text(say))
    return say(gettext_noop("No words set anybody apart"))


def chart_of_meanings(facts: Facts, say: Say = gettext_noop) -> str:
    """The title of the chart of meanings: its answer."""
    if facts.code == "apart" and facts.told is not None:
        words = {"a": facts.names[facts.told[0]], "b": facts.names[facts.told[1]]}
        return capitalised(Message(gettext_noop("%(a)s and %(b)s hold the most different meanings"), words).text(say))
    return finding(facts, say).rstrip(".")


def join(words: Iterable[str], say: Say = gettext_noop) -> str:
    """`a`, `a and b`, `a, b and c`."""
    listed = [str(word) for word in words]
    if len(listed) < 2:
        return "".join(listed)
    return Message(gettext_noop("%(first)s and %(last)s"), {"first": ", ".join(listed[:-1]), "last": listed[-1]}).text(say)


def capitalised(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
