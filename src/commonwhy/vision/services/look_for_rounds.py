"""Asking teachers what one would see if a sentence were true (I12): a discussion of its own, in which they propose look-fors and
vote on them. What they share ground on can be taken into the draft, and says where it came from.
"""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.deliberation.models import Statement
from commonwhy.deliberation.services.discussions import LONGEST_QUESTION, add_seed, create_discussion
from commonwhy.districts.models import Group
from commonwhy.districts.viewers import JobViewer
from commonwhy.listening.models import Survey
from commonwhy.vision.models import Clause, LookFor, LookForRound, LookForSource
from commonwhy.vision.queries.figures import figures_by_statement
from commonwhy.vision.services.drafting import MOST_LOOK_FORS, contributed, current_clause, locked_draft


class LookForRefused(Exception):
    """Nothing was changed; the message says why and the way out."""


@transaction.atomic
def ask_teachers(*, clause: Clause, by: User) -> LookForRound:
    """A discussion among teachers about one sentence, in preparation, with its look-fors as first statements.

    One that is not closed is returned instead of a second. Raises `LookForRefused` where no group of teachers is here, and
    `SurveyRefused` for what could never open.
    """
    district = clause.district_id
    running = LookForRound.objects.within(district).filter(clause__lineage=clause.lineage).select_related("discussion__survey")
    for one in running:
        if not one.discussion.survey.is_closed:
            return one  # type: ignore[no-any-return]
    teachers = list(Group.objects.within(district).filter(kind=Group.Kind.TEACHERS, not_here=""))
    if not teachers:
        raise LookForRefused(_("There is no group of teachers here to ask. Say who they are under groups, then come back."))
    discussion = create_discussion(
        district=clause.district, question=_question(clause), groups=teachers, mode=Survey.Mode.ANONYMOUS, by=by
    )
    languages = [code for code, _name in settings.LANGUAGES]
    for look_for in LookFor.objects.within(district).filter(clause=clause).order_by("position"):
        if all(look_for.texts.get(code) for code in languages):
            add_seed(discussion=discussion, texts=look_for.texts, by=by)
    made: LookForRound = LookForRound.everything.create(district_id=district, clause=clause, discussion=discussion)
    audit.record(actor=by, verb="asked teachers about", subject=clause, detail={"discussion": str(discussion.pk)})
    return made


def _question(clause: Clause) -> dict[str, str]:
    """What is asked, in every language the sentence is in; a long sentence is cut so that it fits on a phone."""
    found = {}
    for code, sentence in clause.texts.items():
        with translation.override(code):
            asked = _("What would one see if this were true? “%(sentence)s”")
            room = LONGEST_QUESTION - len(asked % {"sentence": ""})
            found[code] = asked % {"sentence": Truncator(sentence).chars(room)}
    return found


@transaction.atomic
def take_look_for(*, clause: Clause, statement: Statement, by: User) -> LookFor:
    """Make a statement that teachers share ground on a look-for of a draft's sentence; taken twice it is one.

    Raises `LookForRefused` for a statement of another discussion, one that is not shown or not shared, or one look-for too
    many; `drafting.NotADraftError` and `drafting.ClauseGoneError`.
    """
    version = locked_draft(clause.version)
    current = current_clause(clause)
    rows = LookFor.objects.within(clause.district_id).filter(clause=current)
    known = rows.filter(source__statement=statement).first()
    if known is not None:
        return known  # type: ignore[no-any-return]
    rounds = LookForRound.objects.within(clause.district_id).filter(clause__lineage=current.lineage)
    if statement.state != Statement.State.SHOWN or not rounds.filter(discussion=statement.discussion_id).exists():
        raise LookForRefused(_("This was not said about this sentence, or is not shown any more. Nothing was changed."))
    figures = figures_by_statement(JobViewer(clause.district_id), [statement]).get(statement.pk, {})
    if figures.get("outcome") != "shared":
        raise LookForRefused(
            _("Teachers do not share ground on this one. Take one that they could all live with, or write your own.")
        )
    places = list(rows.values_list("position", flat=True))
    if len(places) >= MOST_LOOK_FORS:
        raise LookForRefused(_("There are %(most)s look-fors already. Take one out first.") % {"most": MOST_LOOK_FORS})
    made: LookFor = LookFor.everything.create(
        district_id=clause.district_id, clause=current, position=max(places, default=0) + 1, texts=statement.texts
    )
    LookForSource.everything.create(id=uuid4(), district_id=clause.district_id, look_for=made, statement=statement)
    # Whoever has the sentence open in a form learns that something was added.
    Clause.objects.within(clause.district_id).filter(pk=current.pk).update(revision=F("revision") + 1)
    contributed(version, by)
    audit.record(actor=by, verb="took a look-for for", subject=current, detail={"statement": str(statement.pk)})
    return made
