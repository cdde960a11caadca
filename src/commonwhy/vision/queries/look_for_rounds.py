"""What teachers proposed that one would see if a sentence were true, and what they share ground on."""

from __future__ import annotations

from commonwhy.deliberation.models import Statement
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.models import Clause, LookFor, LookForRound, LookForSource
from commonwhy.vision.queries.figures import figures_by_statement
from commonwhy.vision.queries.sources import CitedStatement, as_cited


def rounds_about(viewer: Viewer, clause: Clause) -> list[LookForRound]:
    """The discussions about a sentence, in whichever version it stood, the latest first."""
    rows = LookForRound.objects.visible_to(viewer).filter(district=clause.district_id, clause__lineage=clause.lineage)
    return list(rows.select_related("discussion__survey__district", "discussion__district").order_by("-discussion__number"))


def shared_proposals(viewer: Viewer, clause: Clause, rounds: list[LookForRound], language: str) -> list[CitedStatement]:
    """Proposals that teachers share ground on and that are no look-for of this sentence yet, the surest first."""
    if not rounds:
        return []
    taken = LookForSource.objects.visible_to(viewer).filter(look_for__clause=clause).values("statement_id")
    shown = Statement.objects.visible_to(viewer).filter(
        discussion__in=[one.discussion_id for one in rounds], state=Statement.State.SHOWN
    )
    statements = list(shown.exclude(pk__in=taken).select_related("discussion__survey", "discussion__district"))
    figures = figures_by_statement(viewer, statements)
    shared = [one for one in statements if figures.get(one.pk, {}).get("outcome") == "shared"]
    shared.sort(key=lambda one: (-(figures[one.pk].get("shared_ground") or 0), one.number or 0))
    return [as_cited(one, figures[one.pk], language) for one in shared]


def look_fors_with_sources(viewer: Viewer, clause: Clause) -> list[tuple[LookFor, bool]]:
    """The look-fors of a sentence, and whether teachers proposed each."""
    proposed = set(LookForSource.objects.visible_to(viewer).filter(look_for__clause=clause).values_list("look_for_id", flat=True))
    rows = LookFor.objects.visible_to(viewer).filter(clause=clause).order_by("position")
    return [(one, one.pk in proposed) for one in rows]
