"""What was released of where we agree, in the reader's words: statement by statement, plain words first.

Nothing here reads the database: it words what `services.landscape` kept, the same for staff, for anyone and for a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from commonwhy.districts.models import Group

NO_BREAK = "\u00a0"
SHARED, DIVIDED, OPEN, TOO_FEW = "shared", "divided", "open", "not enough votes"
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Share:
    """One cell as it is read: `41 %`, `≤ 5 %`, or that it is not shown. Every hidden cell reads the same."""

    words: str
    percent: int | None


@dataclass(frozen=True)
class Column:
    """One group's reactions to a statement. `camp`: the number of an opinion group, 0 for a role."""

    name: str
    n: str
    agree: Share
    passed: Share
    disagree: Share
    camp: int = 0

    @property
    def shown(self) -> bool:
        return self.agree.percent is not None

    @property
    def in_order(self) -> tuple[Share, Share, Share]:
        """From against to for, as a bar with two sides is drawn."""
        return self.disagree, self.passed, self.agree

    @property
    def leaning(self) -> int:
        """How many percent more agree than disagree."""
        return (self.agree.percent or 0) - (self.disagree.percent or 0)

    @property
    def in_words(self) -> str:
        if not self.shown:
            return self.agree.words
        shares = {"agree": self.agree.words, "disagree": self.disagree.words, "n": self.n}
        return _("%(agree)s agree, %(disagree)s disagree, %(n)s") % shares


class Told:
    """One statement with its words and what was released of it."""

    def __init__(self, kept: Kept, words: str, language: str = "", weeks: str | None = None) -> None:
        self.kept = kept
        self.words = words
        self.language = language
        self.weeks = weeks

    @property
    def number(self) -> int:
        return int(self.kept["number"])

    @property
    def key(self) -> str:
        return str(self.kept["statement"])

    @property
    def outcome(self) -> str:
        return str(self.kept["outcome"])

    @property
    def n(self) -> str:
        return number(self.kept) if self.kept["n"] else ""

    @cached_property
    def roles(self) -> tuple[Column, ...]:
        """By declared role, the largest first, those that are not shown last."""
        kept = sorted(self.kept["by_role"], key=lambda column: (column["agree"] is None, -(column["n"] or 0)))
        return tuple(_column(column, called(column["members"], column["group"])) for column in kept)

    @cached_property
    def groups(self) -> tuple[Column, ...]:
        """By opinion group."""
        return tuple(_column(column, camp(column["number"]), column["number"]) for column in self.kept["by_group"])

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.roles, *self.groups)

    @property
    def shown_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.shown)

    @property
    def everyone(self) -> Column | None:
        """Everybody who reacted, where that may be shown."""
        return _column(self.kept, _("Everyone")) if self.kept["agree"] else None

    @property
    def at_least(self) -> str:
        """The bound that shared ground is ordered by."""
        return percent(self.kept["low"]) if self.kept["low"] is not None else ""

    @property
    def between(self) -> str:
        """Where the smallest agreement may lie."""
        if self.kept["low"] is None:
            return ""
        return f"{self.kept['low']}–{self.kept['high']}{NO_BREAK}%"

    @property
    def lowest(self) -> Column | None:
        """The group in which the fewest agree."""
        least = self.kept["lowest"]
        if not least:
            return None
        if "camp" in least:
            return next((column for column in self.groups if column.camp == least["camp"]), None)
        found = next((column for column in self.kept["by_role"] if column["group"] == least["role"]), None)
        return _column(found, called(found["members"], found["group"])) if found else None

    @property
    def more_for(self) -> list[Column]:
        """Groups in which more agree than disagree, the clearest first."""
        return sorted((c for c in self.shown_columns if c.leaning > 0), key=lambda c: -c.leaning)

    @property
    def more_against(self) -> list[Column]:
        return sorted((c for c in self.shown_columns if c.leaning < 0), key=lambda c: c.leaning)

    @property
    def whom_it_divides(self) -> str:
        """In one sentence: who leans which way, roles before opinion groups."""
        sides = [self.more_for, self.more_against]
        if not all(sides):
            return _("Nobody leans the other way by far, but not everybody agrees.")
        named = [_listed([c for c in side if not c.camp] or side) for side in sides]
        shares = {"for": named[0], "against": named[1], "agree": sides[0][0].agree.words, "disagree": sides[1][0].disagree.words}
        return _("More agree than disagree: %(for)s. More disagree than agree: %(against)s.") % shares

    @property
    def not_heard(self) -> list[str]:
        """Roles that were asked and of which too few have reacted to it to be shown."""
        return [column.name for column in self.roles if not column.shown]

    @property
    def heard(self) -> bool:
        """Whether some role was heard on it by itself, or there are none: else no group can have outvoted another."""
        alone = [column for column in self.kept["by_role"] if column["group"] not in ("together", "unknown")]
        no_roles = all(column["group"] == "unknown" for column in self.kept["by_role"])
        return no_roles or any(column["agree"] for column in alone)

    @property
    def waited(self) -> bool:
        """Whether its figures are those of an earlier reading, because too few have reacted since to show it again."""
        return self.weeks is not None and bool(self.n) and self.kept["since"] != self.weeks

    @property
    def important(self) -> str:
        """The share of those who saw it to whom it is important."""
        cell = self.kept.get("important")
        return share(cell).words if cell else ""

    @property
    def spread(self) -> int:
        """How far apart the two groups furthest apart lean."""
        leanings = [column.leaning for column in self.shown_columns]
        return max(leanings) - min(leanings) if leanings else 0


def told(released: Kept, texts: Mapping[str, tuple[str, str]]) -> list[Told]:
    """The released statements that may still be read, `texts` by id: words and their language."""
    return [
        Told(each, *texts[each["statement"]], weeks=released["weeks"])
        for each in released.get("statements", ())
        if each["statement"] in texts
    ]


def shared_first(statements: Iterable[Told]) -> list[Told]:
    """Shared ground, the surest first: by the lower bound of the smallest agreement."""

    def rank(one: Told) -> tuple[int, int, int]:
        least = one.kept["lowest"]
        return (-(one.kept["low"] or 0), -(least["agree"]["percent"] if least else 0), one.number)

    return sorted((one for one in statements if one.outcome == SHARED and one.n and one.heard), key=rank)


def divided_first(statements: Iterable[Kept]) -> list[Kept]:
    """Kept statements that divide, those furthest apart first."""
    found = [Told(each, "") for each in statements if each["outcome"] == DIVIDED]
    return [one.kept for one in sorted(found, key=lambda one: (-one.spread, one.number))]


def share(cell: Kept | None) -> Share:
    if cell is None:
        return Share(_("not shown, small numbers"), None)
    if cell["bound"] == "about" and cell["percent"] in (0, 100):
        return Share(f"<{NO_BREAK}{percent(5)}" if cell["percent"] == 0 else f">{NO_BREAK}{percent(95)}", cell["percent"])
    if cell["bound"] == "about":
        return Share(_("about %(share)s") % {"share": percent(cell["percent"])}, cell["percent"])
    sign = {"at_most": f"≤{NO_BREAK}", "at_least": f"≥{NO_BREAK}"}.get(cell["bound"], "")
    return Share(f"{sign}{percent(cell['percent'])}", cell["percent"])


def percent(value: int) -> str:
    return f"{value}{NO_BREAK}%"


def number(kept: Kept) -> str:
    """`n = 57`, or `n ≥ 40` where the number would give a smaller group's away."""
    return f"n {'=' if kept['exact'] else '≥'} {kept['n']}"


def camp(which: int) -> str:
    """An opinion group has no name of its own: nobody joined it."""
    return _("Opinion group %(number)s") % {"number": which}


def called(members: Sequence[Mapping[str, str]], key: str) -> str:
    """The roles in a column, in the reader's language."""
    if key == "unknown" or not members:
        return _("Whose group is not kept")
    return ", ".join(member["name"] or str(Group.Kind(member["kind"]).label) for member in members)


def _column(kept: Kept, name: str, which: int = 0) -> Column:
    return Column(
        name=name,
        n=number(kept) if kept["n"] else "",
        agree=share(kept["agree"]),
        passed=share(kept["pass"]),
        disagree=share(kept["disagree"]),
        camp=which,
    )


def _listed(columns: Sequence[Column]) -> str:
    """The clearest with its figures, the others by name: a sentence and not a table, which stands below it."""
    return ", ".join([f"{columns[0].name} ({columns[0].in_words})", *(column.name for column in columns[1:])])
