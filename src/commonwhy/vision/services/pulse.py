"""From the answers of a closed pulse to what is kept of it: shares by group and by school, as they came back from the gate.

Two shares: of those who answered, how many can say or point to the vision; and of those who know it well enough to judge,
how many find it still true. How many could not judge is told nowhere: n of the second share is "at least", because beside
the first one it would count the few who could not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.core import audit, disclosure
from commonwhy.core.disclosure import DisclosureRefused
from commonwhy.districts.models import STAFF_KINDS, Group, School
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Answer, Survey
from commonwhy.listening.queries.coverage import participation
from commonwhy.listening.queries.participation import Participation
from commonwhy.methods.disclosure import ReleaseRefusedError
from commonwhy.vision.models import Reaffirmation
from commonwhy.vision.queries.gap import Said
from commonwhy.vision.services.gap import comparing, figures
from commonwhy.vision.services.gap.comparing import Columns
from commonwhy.vision.services.reaffirming import ReaffirmingRefused

YES, NO = "yes", "no"
BY = ("group", "school")


@dataclass(frozen=True)
class Asked:
    """A question of the pulse: its key, the options that count as yes, those that are no judgement, and whether n is told."""

    key: str
    yes: frozenset[str]
    aside: frozenset[str]
    exact: bool


MEASURES = {
    "recognition": Asked("can_say", frozenset({"own_words", "could_find"}), frozenset(), True),
    "still_true": Asked("still_true", frozenset({"fully", "mostly"}), frozenset({"dont_know"}), False),
}


def measure(*, pulse: Reaffirmation, step: Callable[[str], None] = lambda note: None) -> Reaffirmation:
    """Keep what may be shown of a closed pulse. Done again with the same answers it keeps the same.

    Raises `ReaffirmingRefused` while the survey is open, and `DisclosureRefused` where it would single somebody out.
    """
    from commonwhy.vision.services import pulse_drawing

    if not pulse.survey.is_closed:
        raise ReaffirmingRefused(_("The survey is still open. What came of it is worked out when it closes."))
    viewer = JobViewer(pulse.district_id)
    step(_("Counting the answers"))
    shown = participation(viewer, [pulse.survey])[pulse.survey_id]
    called = _names(viewer)
    kinds = set(pulse.survey.groups.values_list("kind", flat=True))
    with transaction.atomic():
        Survey.objects.within(pulse.district_id).select_for_update().filter(pk=pulse.survey_id).first()
        kept = {name: _one(pulse, asked, shown, called, staff_only=kinds <= STAFF_KINDS) for name, asked in MEASURES.items()}
    step(_("Drawing"))
    pulse.released = {"k": shown.k, "on": pulse.survey.closed_at.isoformat() if pulse.survey.closed_at else "", **kept}
    pulse.made_at = timezone.now()
    earlier = Reaffirmation.objects.visible_to(viewer).filter(district=pulse.district_id).select_related("survey", "version")
    others = [one for one in earlier if one.pk != pulse.pk and one.made_at]
    pulse.charts = pulse_drawing.charts_of([*others, pulse])
    with transaction.atomic():
        pulse.save(update_fields=["released", "made_at", "charts"])
        audit.record(actor="reaffirmation", verb="measured", subject=pulse)
    return pulse


def _names(viewer: JobViewer) -> dict[Any, dict[str, str]]:
    called = {
        group.pk: {"kind": group.kind, "name": group.name}
        for group in Group.objects.visible_to(viewer).filter(district=viewer.district_id)
    }
    schools = School.objects.visible_to(viewer).filter(district=viewer.district_id)
    return called | {school.pk: {"school": str(school.pk), "name": school.name} for school in schools}


def _one(
    pulse: Reaffirmation, asked: Asked, shown: Participation, called: dict[Any, dict[str, str]], *, staff_only: bool
) -> dict[str, Any]:
    """One measure by group and, where it may be shown, by school."""
    said, agrees = _answers(pulse, asked)
    columns = comparing.lay_out(said, shown)
    rows = [row for row, keep in enumerate(columns.kept) if keep]
    views = [by for by in BY if _columns_of(columns, by)]
    if not rows or not views:
        return {}
    said, agrees = [said[row] for row in rows], [agrees[row] for row in rows]
    of = {
        "group": [columns.by_group[row] for row in rows],
        "school": [columns.by_school[row] for row in rows],
    }
    try:
        tables = _released(pulse, asked, views, said, agrees, of, shown.k, staff_only=staff_only)
    except (DisclosureRefused, ReleaseRefusedError):
        # Both views together would single a few out: by group stands alone, as on the page of the gap.
        if "group" not in views or len(views) == 1:
            raise
        views = ["group"]
        tables = _released(pulse, asked, views, said, agrees, of, shown.k, staff_only=staff_only)
    kept = {
        by: _kept(table, _columns_of(columns, by), Counter(of[by]), called, shown.k, asked)
        for by, table in zip(views, tables, strict=True)
    }
    if not all(_all_told(view) for view in kept.values()):
        # Everyone's share is the same figure in both views, and would tell what one of them leaves open.
        for view in kept.values():
            view["everyone"] = None
    return kept


def _all_told(view: dict[str, Any]) -> bool:
    return all(column["cell"] and column["cell"]["bound"] == figures.EXACT for column in view["columns"])


def _columns_of(columns: Columns, by: str) -> Sequence[comparing.Column]:
    return columns.groups if by == "group" else columns.schools


def _answers(pulse: Reaffirmation, asked: Asked) -> tuple[list[Said], list[bool]]:
    """Whoever answered the question with a judgement, and whether it was a yes; in no order that tells anything."""
    rows = (
        Answer.objects.within(pulse.district_id)
        .filter(
            question__key=asked.key,
            question__version=pulse.survey.version_id,
            response__survey=pulse.survey_id,
            response__submitted=True,
            response__group__isnull=False,
        )
        .values_list("id", "value", "response__group_id", "response__school_id")
        .order_by("id")
    )
    said, agrees = [], []
    for pk, value, group, school in rows.iterator(chunk_size=2_000):
        choice = value[0] if isinstance(value, list) and len(value) == 1 else None
        if choice is None or choice in asked.aside:
            continue
        said.append(Said(pk, "", "", group, school))
        agrees.append(choice in asked.yes)
    return said, agrees


def _released(
    pulse: Reaffirmation,
    asked: Asked,
    views: list[str],
    said: list[Said],
    agrees: list[bool],
    of: dict[str, list[str]],
    k: int,
    *,
    staff_only: bool,
) -> tuple[disclosure.Shown, ...]:
    atom = [f"{each.group}|{each.school or ''}" for each in said]
    tables = []
    for by in views:
        names = sorted(set(of[by]))
        counted = Counter(zip(of[by], agrees, strict=True))
        covers: dict[str, set[str]] = {name: set() for name in names}
        for name, where in zip(of[by], atom, strict=True):
            covers[name].add(where)
        tables.append(
            disclosure.Table(
                name=by,
                rows=[YES, NO],
                columns=names,
                counts=[[counted[name, answer] for name in names] for answer in (True, False)],
                populations=[sorted(covers[name]) for name in names],
            )
        )
    subject = disclosure.Subject(pulse.district_id, f"survey/{asked.key}", pulse.survey_id)
    return disclosure.release(
        subject=subject, name="reaffirmation", tables=tables, atoms=dict(Counter(atom)), k=k, staff_only=staff_only
    )


def _kept(
    table: disclosure.Shown,
    columns: Sequence[comparing.Column],
    own: Counter[str],
    called: dict[Any, dict[str, str]],
    k: int,
    asked: Asked,
) -> dict[str, Any]:
    """Plain values to keep: each column with its members, its n as far as it is told, and its share of yes."""
    plain = figures.table(table)
    cells = {column["name"]: column["cells"][0] for column in plain["columns"]}
    everyone = plain["everyone"]["cells"][0] if plain["everyone"] else None
    all_exact = asked.exact and all(column.exact for column in columns)
    return {
        **figures.told(own.total(), k, exact=all_exact),
        "everyone": everyone,
        "columns": [
            {
                "key": column.key,
                "members": [called[member] for member in column.members],
                "cell": cells.get(column.key),
                **figures.told(own[column.key], k, exact=asked.exact and column.exact),
            }
            for column in sorted(columns, key=lambda one: (one.key == comparing.TOGETHER, -own[one.key], one.key))
        ],
    }
