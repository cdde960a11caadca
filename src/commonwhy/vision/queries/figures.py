"""Who agreed with a statement, by group: only what passed the disclosure gate when where we agree was worked out.

`deliberation` keeps it in `Landscape.released` (its shape: `deliberation.services.landscape`). Many statements are asked for at
once here, since a page shows all that its sentences rest on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from commonwhy.deliberation.models import Landscape, Statement
from commonwhy.districts.viewers import Viewer


def figures_by_statement(viewer: Viewer, statements: Iterable[Statement]) -> dict[UUID, dict[str, Any]]:
    """The released figures of each statement that has some and that `viewer` may see. One query."""
    wanted = list(statements)
    discussions = {statement.discussion_id for statement in wanted}
    if not discussions:
        return {}
    landscapes = Landscape.objects.visible_to(viewer).filter(discussion__in=discussions)
    released: dict[tuple[UUID, int | None], dict[str, Any]] = {}
    for discussion, told in landscapes.values_list("discussion_id", "released"):
        for figures in told.get("statements", ()):
            released[discussion, figures["number"]] = figures
    return {
        statement.pk: released[statement.discussion_id, statement.number]
        for statement in wanted
        if (statement.discussion_id, statement.number) in released
    }
