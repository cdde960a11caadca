"""The thread through statements: from a sentence to the statements it rests on, with who agreed, by group; and from a
statement to the sentences and look-fors that came of it. Its author reads the same as fates, as far as it is public.

Figures are released ones: frozen beside an adopted sentence, today's beside a draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_outcomes, register_sources, step_of
from commonwhy.deliberation.fates import Fate, fates
from commonwhy.deliberation.models import Statement
from commonwhy.districts.viewers import PUBLIC, Viewer
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import Clause, LookFor, LookForSource, TradeOff, TradeOffStatement, VisionVersion
from commonwhy.vision.queries.figures import Agreement
from commonwhy.vision.queries.sources import CitedStatement, statements_by_clause
from commonwhy.vision.thread_trade_offs import settlements_behind

CLAUSE, LOOK_FOR, STATEMENT = "vision.Clause", "vision.LookFor", "deliberation.Statement"


def statements_behind(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The statements a sentence rests on, each with who agreed as far as it was released."""
    cited = statements_by_clause(viewer, clause.version, get_language() or "en", clause=clause)
    for one in cited.get(clause.pk, ()):
        if one.statement is not None:
            yield ThreadStep(_told(one), one.words.words, one.url or None, STATEMENT, str(one.statement.pk), one.words.lang)


def _told(one: CitedStatement) -> str:
    """`A statement people reacted to. Agreed: Families 81 percent (n = 102), Teachers: not shown, small numbers`."""
    columns = [_column(group) for group in one.groups]
    if one.everyone and one.everyone.share:
        columns.insert(0, _column(one.everyone))
    kind = _("A statement people reacted to")
    return _("%(kind)s. Agreed: %(groups)s") % {"kind": kind, "groups": ", ".join(columns)} if columns else kind


def _column(told: Agreement) -> str:
    name = told.name or _("everybody together")
    if not told.share:
        return _("%(group)s: not shown, small numbers") % {"group": name}
    words = _("%(group)s %(share)s (n = %(n)s)") if told.exact else _("%(group)s %(share)s (n = %(n)s or more)")
    return words % {"group": name, "share": told.share, "n": told.n}


def sentences_from(statement: Statement, viewer: Viewer) -> Iterator[ThreadStep]:
    """The sentences that rest on a statement, in every version the viewer may see, the latest first."""
    citing = Clause.objects.visible_to(viewer).filter(statements__statement=statement, district=statement.district_id)
    for clause in citing.select_related("version", "district").order_by("-version__number", "position"):
        yield step_of(clause, viewer)


def look_fors_from(statement: Statement, viewer: Viewer) -> Iterator[ThreadStep]:
    """The look-fors that were taken from a statement."""
    taken = LookForSource.objects.visible_to(viewer).filter(statement=statement).values("look_for_id")
    rows = LookFor.objects.visible_to(viewer).filter(pk__in=taken)
    for look_for in rows.select_related("clause__version", "clause__district").order_by("-clause__version__number", "position"):
        yield step_of(look_for, viewer)


def proposed_as(look_for: LookFor, viewer: Viewer) -> Iterator[ThreadStep]:
    """The statement a look-for was taken from."""
    taken = LookForSource.objects.visible_to(viewer).filter(look_for=look_for).values("statement_id")
    rows = Statement.objects.visible_to(viewer).filter(pk__in=taken, state=Statement.State.SHOWN)
    for statement in rows.select_related("district"):
        yield step_of(statement, viewer)


def fates_in_the_vision(statement: Statement) -> Sequence[Fate]:
    """What of the vision leans on a statement and can be read by anyone: its author may know it."""
    language = get_language() or "en"
    rests_on = Q(statements__statement=statement) | Q(look_fors__source__statement=statement)
    in_force = Clause.objects.visible_to(PUBLIC).filter(version__state=VisionVersion.State.ADOPTED)
    clauses = in_force.filter(rests_on, district=statement.district_id).distinct().select_related("version", "district")
    found = [
        Fate(
            gettext_lazy("a sentence of the shared vision"),
            in_language(one.texts, language),
            reverse("vision:public_sentence", args=[one.district.slug, one.version.number, one.position]),
        )
        for one in clauses.order_by("position")
    ]
    sides = TradeOffStatement.objects.visible_to(PUBLIC).filter(statement=statement).values("trade_off_id")
    settled = TradeOff.objects.visible_to(PUBLIC).filter(pk__in=sides).select_related("district").order_by("number")
    return found + [
        Fate(
            gettext_lazy("a trade-off that was settled"),
            in_language(one.title, language),
            reverse("vision:public_trade_off", args=[one.district.slug, one.number]),
        )
        for one in settled
    ]


def register() -> None:
    """Called once, when the room is ready."""
    register_sources(CLAUSE, statements_behind)
    register_sources(CLAUSE, settlements_behind)
    register_outcomes(STATEMENT, sentences_from)
    register_outcomes(STATEMENT, look_fors_from)
    register_sources(LOOK_FOR, proposed_as)
    fates.register("vision", fates_in_the_vision)
