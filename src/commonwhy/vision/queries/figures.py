"""Who agreed with a statement, by group: only what passed the disclosure gate when where we agree was worked out.

`deliberation` keeps it in `Landscape.released` (its shape: `deliberation.services.landscape`). Many statements are asked for at
once here, since a page shows all that its sentences rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import Landscape, Statement
from commonwhy.districts.models import Group
from commonwhy.districts.viewers import Viewer


@dataclass(frozen=True)
class Agreement:
    """How many of some people agreed, as it may be told; `share` is empty where it is not shown, `n` None too."""

    name: str
    share: str
    n: int | None
    exact: bool = True
    """Else there are at least `n`."""


def told_by(figures: Mapping[str, Any]) -> tuple[Agreement | None, tuple[Agreement, ...]]:
    """Of the released figures of one statement: everybody together, and each group that was asked.

    None and nothing where there are no figures, since too few voted or it was not worked out yet.
    """
    if not figures:
        return None, ()
    everyone = _agreement("", figures)
    groups = tuple(_agreement(_called(one), one) for one in figures.get("by_role", ()))
    return (everyone if everyone.n is not None else None), groups


def _agreement(name: str, told: Mapping[str, Any]) -> Agreement:
    return Agreement(name, share_in_words(told.get("agree")), told.get("n"), bool(told.get("exact", True)))


def _called(column: Mapping[str, Any]) -> str:
    """The groups of a column in the reader's language; a group the district added has only the name it was given."""
    names = [str(one.get("name") or Group.Kind(one["kind"]).label) for one in column.get("members", ())]
    return get_text_list(names, _("and")) if names else _("Group not kept")


def share_in_words(cell: Mapping[str, Any] | None) -> str:
    """A released share, `{"percent", "bound"}`; empty where it is hidden."""
    if cell is None:
        return ""
    words = {"at_least": _("%(percent)s percent or more"), "at_most": _("%(percent)s percent or less")}
    return words.get(cell["bound"], _("%(percent)s percent")) % {"percent": cell["percent"]}


def figures_by_statement(viewer: Viewer, statements: Iterable[Statement]) -> dict[UUID, dict[str, Any]]:
    """The released figures of each statement that has some and that `viewer` may see. One query."""
    wanted = list(statements)
    discussions = {statement.discussion_id for statement in wanted}
    if not discussions:
        return {}
    landscapes = Landscape.objects.visible_to(viewer).filter(discussion__in=discussions)
    released = {
        figures["statement"]: figures
        for told in landscapes.values_list("released", flat=True)
        for figures in told.get("statements", ())
    }
    return {statement.pk: released[str(statement.pk)] for statement in wanted if str(statement.pk) in released}
