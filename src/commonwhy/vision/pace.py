"""How long a stage took or takes beside what was planned, in words. It may take a long time, and that is fine (M34): nothing
here warns, and nothing is late."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FEW_DAYS, FEW_WEEKS = 13, 10


def length(days: int) -> str:
    """A length of time as people say it: days up to two weeks, weeks up to ten, then months.

    >>> from django.utils.translation import override
    >>> with override("en"): [length(days) for days in (1, 13, 42, 120)]
    ['1 day', '13 days', '6 weeks', '4 months']
    """
    if days <= FEW_DAYS:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    weeks = round(days / 7)
    if weeks <= FEW_WEEKS:
        return ngettext("%(count)s week", "%(count)s weeks", weeks) % {"count": weeks}
    months = round(days / 30.44)
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def pace(planned: tuple[date | None, date | None], began: date | None, ended: date | None, today: date) -> str:
    """One sentence on the pace of a stage; empty where nothing was planned and nothing began."""
    first, last = planned
    room = (last - first).days if first and last else None
    if began is None:
        return _("%(length)s planned.") % {"length": length(room)} if room is not None else ""
    taken = max(0, ((ended or today) - began).days)
    if not taken and not ended:
        return _("Began today.")
    if room is None:
        return (_("Took %(length)s.") if ended else _("%(length)s so far.")) % {"length": length(taken)}
    over = taken - room
    if ended:
        if abs(over) <= 1:
            return _("As long as planned.")
        if over > 0:
            return _("%(length)s longer than planned; it took the time it needed.") % {"length": length(over)}
        return _("%(length)s shorter than planned.") % {"length": length(-over)}
    if over > 0:
        return _("%(length)s longer than planned; take the time it needs.") % {"length": length(over)}
    return _("%(length)s so far, of %(planned)s planned.") % {"length": length(taken), "planned": length(room)}
