"""What the page of the yearly pulses shows: two shares with their n and their range, by group and by school, and how they
moved over the years. Everything here was released; who may see one school only sees that school's column and everyone's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonwhy.districts.models import District
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models import Reaffirmation
from commonwhy.vision.queries import gap_page

MEASURES = ("recognition", "still_true")
BY = ("group", "school")
EVERYONE = "everyone"


def measure_name(measure: str) -> str:
    """What a share is of, as a heading."""
    return _("Can say or point to our vision") if measure == "recognition" else _("Find it still true here")


@dataclass(frozen=True)
class Share:
    """One share: in words, its range and its n. `percent` is None where it is not shown."""

    words: str
    percent: int | None
    between: str
    n: str


@dataclass(frozen=True)
class Line:
    """One group, school or everyone, with a share for each pulse (None where it was no part of it)."""

    key: str
    name: str
    shares: tuple[Share | None, ...]


@dataclass(frozen=True)
class DriftTable:
    """One measure by group or by school over the pulses."""

    measure: str
    by: str
    title: str
    when: tuple[str, ...]
    lines: tuple[Line, ...]
    chart: str
    """The name of its picture; empty where there is none, or for whoever does not see every school."""

    @property
    def headline(self) -> Share | None:
        """Everyone's share in the last pulse; where that may not be shown, from the lowest to the highest that is."""
        everyone = next((line.shares[-1] for line in self.lines if line.key == EVERYONE), None)
        if everyone is None or everyone.percent is not None:
            return everyone
        last = [line.shares[-1] for line in self.lines if line.key != EVERYONE]
        told = [one.percent for one in last if one is not None and one.percent is not None]
        if not told:
            return everyone
        words = _("%(low)s to %(high)s %%, from group to group") % {"low": min(told), "high": max(told)}
        return Share(words, None, "", everyone.n)


def pulses(viewer: Viewer, district: District) -> list[Reaffirmation]:
    """Every pulse the district held, the earliest first; without the pictures. One query."""
    rows = (
        Reaffirmation.objects.visible_to(viewer)
        .filter(district=district)
        .select_related("survey__version", "version", "district")
    )
    found = list(rows.defer("charts"))
    return sorted(found, key=lambda pulse: (pulse.survey.closed_at is None, str(pulse.survey.closed_at), pulse.year))


def pulse_with_charts(viewer: Viewer, district: District) -> Reaffirmation | None:
    """The latest pulse that was worked out, with its pictures."""
    rows = Reaffirmation.objects.visible_to(viewer).filter(district=district, made_at__isnull=False)
    return rows.select_related("survey").order_by("-survey__closed_at").first()


def when(pulse: Reaffirmation) -> str:
    """`November 2026`, where the district is."""
    return str(date_format(asked_on(pulse), "YEAR_MONTH_FORMAT"))


def asked_on(pulse: Reaffirmation) -> date:
    at = pulse.survey.closed_at or pulse.survey.opened_at
    return at.astimezone(ZoneInfo(pulse.district.time_zone)).date() if at else date(pulse.year, 1, 1)


def own_schools(viewer: Viewer, district: District) -> frozenset[str]:
    own = viewer.school_ids_in(district.pk) if isinstance(viewer, AccountViewer) else frozenset()
    return frozenset(map(str, own))


def tables(measured: Sequence[Reaffirmation], own: frozenset[str] = frozenset()) -> list[DriftTable]:
    """Every table there is something in, for pulses that were worked out, the earliest first."""
    found = []
    for measure in MEASURES:
        for by in BY:
            views = [pulse.released.get(measure, {}).get(by) for pulse in measured]
            if not any(views):
                continue
            lines = _lines(views, own if by == "school" else frozenset())
            chart = "" if own else f"{measure}-{by}"
            found.append(DriftTable(measure, by, measure_name(measure), tuple(map(when, measured)), lines, chart))
    return found


def _lines(views: Sequence[Mapping[str, Any] | None], own: frozenset[str]) -> tuple[Line, ...]:
    names: dict[str, str] = {}
    by_key: list[dict[str, Share]] = []
    for view in views:
        shares: dict[str, Share] = {}
        if view:
            shares[EVERYONE] = share(view["everyone"], view)
            for column in view["columns"]:
                # Groups put together are the same column in another year only if they are the same groups.
                members = "+".join(
                    sorted(member.get("school") or f"{member.get('kind')}{member['name']}" for member in column["members"])
                )
                if own and column["key"] not in own:
                    continue
                names[members] = gap_page.label(column["members"], inside=False)
                shares[members] = share(column["cell"], column)
        by_key.append(shares)
    everyone = Line(EVERYONE, _("Everyone"), tuple(shares.get(EVERYONE) for shares in by_key))
    lines = [Line(key, name, tuple(shares.get(key) for shares in by_key)) for key, name in names.items()]
    return (everyone, *lines)


def share(cell: Mapping[str, Any] | None, told: Mapping[str, Any]) -> Share:
    """A released share in words, with its range (Wilson, 95 %) from the very figures that are shown."""
    from commonwhy.methods.proportions import proportion

    n = gap_page.count(told)
    if cell is None or cell["bound"] != "exact":
        return Share(gap_page.share(cell), cell["percent"] if cell else None, "", n)
    found = proportion(round(cell["percent"] * told["n"] / 100), told["n"])
    between = _("between %(low)s and %(high)s %%") % {"low": round(found.low * 100), "high": round(found.high * 100)}
    return Share(gap_page.share(cell), cell["percent"], between, n)


def figures_file(shown: Sequence[DriftTable], by: str) -> bytes:
    """The very cells the page shows, a row each, as CSV that a spreadsheet runs nothing in."""
    import io

    from commonwhy.formats.delimited import write_rows

    rows = [
        [table.title, line.name, day, one.words, one.between, one.n.removeprefix("n ").removeprefix("= ")]
        for table in shown
        if table.by == by
        for line in table.lines
        for day, one in zip(table.when, line.shares, strict=True)
        if one is not None
    ]
    stream = io.BytesIO()
    write_rows(stream, [_("what"), _("who"), _("when"), _("share"), _("range"), "n"], rows, mark=True)
    return stream.getvalue()
