"""Where we agree, as it may be read: the released figures of a discussion, of one statement, and what is shared or divided.

Whoever is limited to one school reads the same as everybody: a discussion is the whole district's, and nothing here is by
school. Statements that were hidden since are left out at once, whatever was released of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.deliberation.queries import landscape_words as words
from commonwhy.deliberation.queries.landscape_known import how_we_know
from commonwhy.deliberation.queries.landscape_words import Told
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models.question import in_language


def released_of(viewer: Viewer, discussion: Discussion) -> dict[str, Any] | None:
    """What was released of a discussion (`services.landscape` says in which shape); None while there is nothing."""
    released = Landscape.objects.visible_to(viewer).filter(discussion=discussion).values_list("released", flat=True).first()
    return dict(released) if released else None


def figures_of(viewer: Viewer, statement: Statement) -> dict[str, Any] | None:
    """The released figures of one statement; None where nothing was released of it, or it is linked to another."""
    rows = Landscape.objects.visible_to(viewer).filter(discussion=statement.discussion_id)
    released = rows.values_list("released", flat=True).first()
    return next((each for each in (released or {}).get("statements", ()) if each["statement"] == str(statement.pk)), None)


def told_of(viewer: Viewer, statement: Statement) -> Told | None:
    """The same in words, as a page tells it; None where nothing may be shown of it."""
    kept = figures_of(viewer, statement)
    if kept is None or kept["n"] is None:
        return None
    language = get_language() or "en"
    return Told(kept, in_language(statement.texts, language), _language_of(statement, language))


def divided(viewer: Viewer, discussion: Discussion) -> list[Told]:
    """What divides, and whom, the furthest apart first."""
    page = page_of(viewer, discussion)
    return page.divided if page else []


def shared(viewer: Viewer, discussion: Discussion) -> list[Told]:
    """Shared ground, the surest first."""
    page = page_of(viewer, discussion)
    return page.shared if page else []


@dataclass(frozen=True)
class Took:
    """A group that was asked to take part, and how many did, as far as it may be told."""

    name: str
    n: str
    asked: int | None
    enough: bool


class Page:
    """A landscape as its page tells it."""

    def __init__(self, landscape: Landscape, statements: Mapping[str, tuple[str, str]]) -> None:
        self.record = landscape
        self.kept: dict[str, Any] = landscape.released
        self._texts = statements

    @cached_property
    def statements(self) -> list[Told]:
        return words.told(self.kept, self._texts)

    @cached_property
    def shared(self) -> list[Told]:
        return words.shared_first(self.statements)

    @cached_property
    def divided(self) -> list[Told]:
        of = {one.key: one for one in self.statements}
        kept = words.divided_first([one.kept for one in self.statements])
        return [of[each["statement"]] for each in kept if each["n"] is not None]

    @cached_property
    def open(self) -> list[Told]:
        """Neither surely shared nor surely divided; those with most agreement where it is lowest first."""
        found = [one for one in self.statements if one.outcome == words.OPEN and one.n]
        return sorted(found, key=lambda one: (-(one.kept["low"] or 0), one.number))

    @cached_property
    def too_few(self) -> list[Told]:
        """Not enough votes yet: no judgment of the statement."""
        settled = {one.key for one in (*self.shared, *self.divided, *self.open)}
        return sorted((one for one in self.statements if one.key not in settled), key=lambda one: one.number)

    @property
    def anything(self) -> bool:
        """Whether any figure may be shown."""
        return any(one.n for one in self.statements)

    @property
    def people(self) -> str:
        return words.number({"n": self.kept["people"], "exact": self.kept["people_exact"]}) if self.kept["people"] else ""

    @property
    def camps(self) -> int:
        return int(self.kept["camps"])

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each opinion group: its name, n, and the statements that tell it from the others, with its own share."""
        of = {one.key: one for one in self.statements}
        found = []
        for group in self.kept["groups"]:
            lines = []
            for each in group["representative"]:
                one = of.get(each["statement"])
                column = next((c for c in one.groups if c.camp == group["number"]), None) if one else None
                if one and column and column.shown:
                    lines.append(
                        {"told": one, "agrees": each["agrees"], "share": column.agree if each["agrees"] else column.disagree}
                    )
            found.append({"name": words.camp(group["number"]), "n": words.number(group), "lines": lines})
        return found

    @property
    def took_part(self) -> list[Took]:
        return [
            Took(
                words.called([role], role["group"]),
                words.number({"n": role["n"], "exact": True}) if role["n"] is not None else "",
                role["asked"],
                role["enough"],
            )
            for role in self.kept["roles"]
        ]

    @property
    def not_heard(self) -> list[str]:
        """Groups that were asked and of which too few took part to be heard on anything."""
        return [took.name for took in self.took_part if not took.enough]

    @property
    def map_rows(self) -> list[tuple[str, int]]:
        """The map as a table: how large a cell is told to be, and how many such cells there are."""
        sizes = [cell["size"] for cell in self.kept["map"].get("cells", ())]
        return [(_("%(count)s or more people") % {"count": size}, sizes.count(size)) for size in sorted(set(sizes), reverse=True)]

    @property
    def has_map(self) -> bool:
        return bool(self.kept["map"])

    @property
    def finding(self) -> str:
        """The page in one sentence: its headline."""
        if self.shared:
            count = len(self.shared)
            if count == 1:
                return _("One statement that everybody we heard could live with.")
            return _("%(count)s statements that everybody we heard could live with.") % {"count": count}
        if self.divided:
            return _("Nothing yet that everybody could live with, and some things that divide us.")
        if self.anything:
            return _("Nothing yet that everybody surely could live with.")
        return _("Not enough votes yet to say where we agree.")

    @property
    def how_alike(self) -> str:
        """Whether there are camps, said plainly."""
        if not self.anything or self.camps == 0:
            return _("Too few people have reacted to enough statements to see who votes alike.")
        if self.camps == 1:
            return _("We found no separate camps: people differ, but not in groups that stand apart.")
        return _("People who vote alike fall into %(count)s opinion groups.") % {"count": self.camps}

    @property
    def known(self) -> list[tuple[str, str]]:
        """What stands behind "How we know": name and words."""
        return how_we_know(self.kept)


def page_of(viewer: Viewer, discussion: Discussion) -> Page | None:
    """The landscape of a discussion with its statements in the reader's language: two queries. None while there is none."""
    return pages_of(viewer, [discussion]).get(discussion.pk)


def pages_of(viewer: Viewer, discussions: Collection[Discussion]) -> dict[UUID, Page]:
    """The landscapes of several discussions, by the discussion's key; those that have one. Two queries."""
    landscapes = Landscape.objects.visible_to(viewer).filter(discussion__in=discussions).defer("charts")
    kept = {landscape.discussion_id: landscape for landscape in landscapes if landscape.released}
    language = get_language() or "en"
    texts: dict[UUID, dict[str, tuple[str, str]]] = {discussion: {} for discussion in kept}
    shown = Statement.objects.visible_to(viewer).filter(discussion__in=kept, state=Statement.State.SHOWN)
    for statement in shown.only("pk", "discussion_id", "texts", "language"):
        words_of_it = in_language(statement.texts, language), _language_of(statement, language)
        texts[statement.discussion_id][str(statement.pk)] = words_of_it
    return {discussion: Page(landscape, texts[discussion]) for discussion, landscape in kept.items()}


def chart_of(viewer: Viewer, discussion: Discussion, chart: str, variant: str) -> str | None:
    """One picture as it was drawn, in the reader's language; a statement's only while that statement is shown."""
    if chart != "map":
        shown = Statement.objects.visible_to(viewer).filter(discussion=discussion, state=Statement.State.SHOWN)
        if not any(str(pk) == chart for pk in shown.values_list("pk", flat=True)):
            return None
    charts = Landscape.objects.visible_to(viewer).filter(discussion=discussion).values_list("charts", flat=True).first() or {}
    languages: dict[str, dict[str, str]] = charts.get(chart, {})
    drawn = languages.get(get_language() or "") or next(iter(languages.values()), {})
    return drawn.get(variant)


def drawn_charts(viewer: Viewer, discussion: Discussion) -> frozenset[str]:
    """Which pictures there are."""
    charts = Landscape.objects.visible_to(viewer).filter(discussion=discussion).values_list("charts", flat=True).first()
    return frozenset(charts or ())


def published(viewer: Viewer, district: District) -> list[Discussion]:
    """The discussions of which anyone may read where we agree, the latest first."""
    found = Discussion.objects.visible_to(viewer).filter(district=district, published_on__isnull=False)
    return list(found.select_related("survey__district", "survey__version", "district").order_by("-number"))


def _language_of(statement: Statement, language: str) -> str:
    """The language of the words that are shown, where it is not the page's."""
    if statement.texts.get(language):
        return ""
    return next((code for code, text in statement.texts.items() if text), statement.language)
