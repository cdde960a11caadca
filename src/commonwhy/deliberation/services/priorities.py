"""Choosing under a limit: a round of approval ballots in a discussion, from its first option to its counting (METHODS 5.6).

Whoever takes part in the discussion fills in a ballot with the same link, while the round is open (`services.ballots`). What
can be chosen stands still from then on. When the round closes, a job counts (`services.priorities_counting`).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, jobs
from commonwhy.core.clock import CLOCK
from commonwhy.core.languages import language_name
from commonwhy.deliberation.models import Discussion, PriorityOption, PriorityRound, Statement
from commonwhy.deliberation.services.locking import LANGUAGES, DiscussionRefused, locked_discussion
from commonwhy.listening.models import Survey
from commonwhy.listening.models.question import in_language

KIND = "priorities"
MOST_OPTIONS = 40
LONGEST_OPTION = 280
Texts = dict[str, str]


@transaction.atomic
def prepare_round(*, discussion: Discussion, texts: Texts, limit: int, by: User) -> PriorityRound:
    """A round in preparation: what is chosen, by language, and how many there is room for. Raises `DiscussionRefused`."""
    locked = locked_discussion(discussion)
    if locked.survey.is_closed:
        raise DiscussionRefused(_("This discussion is closed, so nobody could choose any more. Nothing was changed."))
    if not any(texts.values()):
        raise DiscussionRefused(_("Say what is to be chosen. Nothing was saved."))
    if limit < 1:
        raise DiscussionRefused(_("There has to be room for one at least. Nothing was saved."))
    made: PriorityRound = PriorityRound.everything.create(
        district_id=locked.district_id, discussion=locked, texts=texts, limit=limit
    )
    audit.record(actor=by, verb="prepared", subject=made)
    return made


@transaction.atomic
def add_option(
    *,
    round: PriorityRound,  # noqa: A002 (what it is called)
    by: User,
    texts: Texts | None = None,
    statement: Statement | None = None,
) -> PriorityOption:
    """One more priority to choose from: a shown statement of the discussion, or written. The same again is one.

    Raises `DiscussionRefused` once the round has opened, for more options than anybody reads, and for a statement that is
    not shown or is another discussion's.
    """
    locked = _draft(round)
    wanted = _texts_of(statement, locked) if statement is not None else dict(texts or {})
    if not any(wanted.values()):
        raise DiscussionRefused(_("Write the priority in one language at least. Nothing was saved."))
    options = PriorityOption.objects.within(locked.district_id).filter(round=locked)
    same = next((one for one in options if one.texts == wanted), None)
    if same is not None:
        return same  # type: ignore[no-any-return]
    if options.count() >= MOST_OPTIONS:
        raise DiscussionRefused(_("A ballot has at most %(most)s priorities. Take one out first.") % {"most": MOST_OPTIONS})
    last = options.aggregate(last=Max("number"))["last"] or 0
    made: PriorityOption = PriorityOption.everything.create(
        district_id=locked.district_id, round=locked, number=last + 1, texts=wanted, statement=statement
    )
    audit.record(actor=by, verb="added an option to", subject=locked, detail={"number": made.number})
    return made


def _texts_of(statement: Statement, round_: PriorityRound) -> Texts:
    rows = Statement.objects.within(round_.district_id).filter(discussion=round_.discussion_id, state=Statement.State.SHOWN)
    shown = rows.filter(pk=statement.pk).first()
    if shown is None:
        raise DiscussionRefused(_("This statement is not shown in this discussion. Nothing was changed."))
    return dict(shown.texts)


@transaction.atomic
def remove_option(*, round: PriorityRound, number: int, by: User) -> None:  # noqa: A002
    """Take an option out before the round opens; where it is gone already, nothing happens."""
    locked = _draft(round)
    removed, _rows = PriorityOption.objects.within(locked.district_id).filter(round=locked, number=number).delete()
    if removed:
        audit.record(actor=by, verb="took an option out of", subject=locked, detail={"number": number})


@transaction.atomic
def discard_round(*, round: PriorityRound, by: User) -> None:  # noqa: A002
    """Throw a round away that has not opened."""
    locked = _draft(round)
    audit.record(actor=by, verb="discarded", subject=locked)
    locked.delete()


@transaction.atomic
def open_round(*, round: PriorityRound, by: User) -> PriorityRound:  # noqa: A002
    """Let people choose. Raises `DiscussionRefused` with what is missing: `missing`."""
    locked = _draft(round)
    if lacking := missing(locked):
        raise DiscussionRefused(lacking[0])
    locked.opened_at = timezone.now()
    locked.save(update_fields=["opened_at"])
    audit.record(actor=by, verb="opened", subject=locked)
    return locked


def missing(round_: PriorityRound) -> list[str]:
    """What keeps a round from opening, in words; empty: it can."""
    found = []
    if not round_.discussion.survey.is_open:
        found.append(_("People choose with the links of the discussion, so it has to be open."))
    rounds = PriorityRound.objects.within(round_.district_id).filter(discussion=round_.discussion_id)
    if rounds.filter(opened_at__isnull=False, closed_at=None).exclude(pk=round_.pk).exists():
        found.append(_("Another choice is open in this discussion. Close it first."))
    options = list(PriorityOption.objects.within(round_.district_id).filter(round=round_))
    if len(options) <= round_.limit:
        found.append(
            _("There is room for %(limit)s, so people need at least %(fewest)s priorities to choose from.")
            % {"limit": round_.limit, "fewest": round_.limit + 1}
        )
    lacking = [code for code in LANGUAGES if not all(one.texts.get(code) for one in [round_, *options])]
    if lacking:
        names = ", ".join(language_name(code) for code in lacking)
        found.append(
            _("Everybody reads it in their language. Something is not there yet in: %(languages)s.") % {"languages": names}
        )
    return found


@transaction.atomic
def close_round(*, round: PriorityRound, by: Any) -> PriorityRound:  # noqa: A002
    """End the choosing and have it counted, as a job. Closing twice changes nothing. Raises for one that never opened."""
    locked = locked_round(round)
    if locked.opened_at is None:
        raise DiscussionRefused(_("This has not opened yet. Nothing was changed."))
    if locked.closed_at is None:
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
        audit.record(actor=by, verb="closed", subject=locked)
        count_again(round=locked, by=by)
    return locked


def count_again(*, round: PriorityRound, by: Any) -> None:  # noqa: A002
    """Start the job that counts a closed round; done again it changes nothing."""
    jobs.start(
        kind=KIND,
        title=_("Counting: %(what)s") % {"what": in_language(round.texts, get_language() or LANGUAGES[0])},
        started_by=by.pk,
        district_id=round.district_id,
        arguments={"district": str(round.district_id), "round": str(round.pk)},
    )


def close_with_discussion(survey: Survey, by: Any) -> None:
    """What closing a survey closes (`core.slots.survey_closed`): the rounds that are open in its discussion."""
    rounds = PriorityRound.objects.within(survey.district_id).filter(discussion__survey=survey, opened_at__isnull=False)
    for one in rounds.filter(closed_at=None):
        close_round(round=one, by=by or CLOCK)


def _draft(round_: PriorityRound) -> PriorityRound:
    locked = locked_round(round_)
    if locked.opened_at is not None:
        raise DiscussionRefused(_("People are choosing already, or have chosen. What can be chosen stays as it is."))
    return locked


def locked_round(round_: PriorityRound) -> PriorityRound:
    """The round as it is now, locked. Raises `DiscussionRefused` where it was discarded."""
    rows = PriorityRound.objects.within(round_.district_id).select_for_update(of=("self",))
    found: PriorityRound | None = rows.select_related("discussion__survey", "discussion__district").filter(pk=round_.pk).first()
    if found is None:
        raise DiscussionRefused(_("Somebody discarded this in the meantime."))
    return found


def round_for_job(district: str, round_: str) -> PriorityRound | None:
    """The round a job was started for; None once it is not there any more."""
    rows = PriorityRound.objects.within(UUID(district)).select_related("discussion__survey__district", "discussion__district")
    found: PriorityRound | None = rows.filter(pk=UUID(round_)).first()
    return found
