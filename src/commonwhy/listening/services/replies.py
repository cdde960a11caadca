"""The reply to those who spoke: writing it, publishing it, and starting to send it (M46).

Two people at one text lose nothing: each save brings a digest of what stood there when it began, and a save that comes
second is refused with `ReplyConflict`, which carries what stands there now. A published reply may be corrected; the page
then says when. Whether something is sent, and to whom, is never a matter of who answered: everyone who was asked and can
be written to gets it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commonwhy.accounts.models import User
from commonwhy.core import audit, jobs
from commonwhy.core.models import Job
from commonwhy.districts.models import District, Person, ScopedQuerySet
from commonwhy.listening.models import Conversation, Excerpt, Reply, ReplyMailing, ReplyPoint, Survey
from commonwhy.listening.models.question import in_language
from commonwhy.listening.services.invitations import people_to_ask

MAIL_JOB = "listening.reply"
MOST_POINTS = 30
# Out of the way of the positions in use, while two points change places.
ASIDE = 10_000
Kind = ReplyPoint.Kind
Texts = dict[str, str]


class ReplyRefused(Exception):
    """Nothing was changed or sent; the message says why."""


class ReplyConflict(Exception):
    """Somebody else saved this text first. `current` is the record as it stands now."""

    def __init__(self, current: Reply | ReplyPoint) -> None:
        super().__init__("edited by somebody else meanwhile")
        self.current = current


def digest(*texts: Mapping[str, str]) -> str:
    """What a form remembers of the texts it showed, to notice that they would be others by now."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(record: Reply | ReplyPoint) -> str:
    """The same of a reply's own words, or of a point."""
    return digest(record.title, record.intro) if isinstance(record, Reply) else digest(record.texts, record.why)


@transaction.atomic
def begin(*, district: District, surveys: Sequence[Survey], conversations: Sequence[Conversation], by: User) -> Reply:
    """A new, empty reply to these surveys and conversations. Raises ReplyRefused where it would answer nobody."""
    if not surveys and not conversations:
        raise ReplyRefused(_("Choose at least one survey or conversation: a reply answers somebody."))
    # The district's row is locked, so that two who begin at once get two numbers.
    District.objects.within(district).select_for_update().get()
    last = Reply.objects.within(district).aggregate(last=Max("number"))["last"] or 0
    with override(district.language):
        title = {district.language: _("What we heard, and what came of it")}
    reply = Reply.everything.create(district=district, number=last + 1, title=title)
    reply.surveys.set(surveys)
    reply.conversations.set(conversations)
    audit.record(actor=by, verb="began", subject=reply)
    return reply


@transaction.atomic
def change_words(*, reply: Reply, seen: str, title: Texts, intro: Texts, by: User) -> Reply:
    """Save title and opening. Raises ReplyConflict where `seen` is not what stands there."""
    locked = _locked(reply)
    if (locked.title, locked.intro) != (title, intro):
        if digest_of(locked) != seen:
            raise ReplyConflict(locked)
        locked.title, locked.intro = title, intro
        locked.save(update_fields=["title", "intro"])
        _changed(locked, locked, by)
    return locked


@transaction.atomic
def add_point(
    *,
    reply: Reply,
    kind: str,
    texts: Texts,
    by: User,
    why: Texts | None = None,
    theme: UUID | None = None,
    excerpts: Iterable[UUID] = (),
    target: tuple[str, UUID] | None = None,
) -> ReplyPoint:
    """One more thing heard, changed or not changed. Raises ReplyRefused for more than anybody reads."""
    locked = _locked(reply)
    points = ReplyPoint.objects.within(locked.district_id).filter(reply=locked)
    if points.count() >= MOST_POINTS:
        raise ReplyRefused(
            _("A reply has at most %(most)s points; nobody reads more. Take one out first.") % {"most": MOST_POINTS}
        )
    last = points.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    point = ReplyPoint.everything.create(
        district_id=locked.district_id,
        reply=locked,
        kind=kind,
        position=last + 1,
        texts=texts,
        why=why or {},
        theme_id=theme,
        target_label=target[0] if target else "",
        target_id=target[1] if target else None,
    )
    point.excerpts.set(Excerpt.objects.within(locked.district_id).filter(pk__in=list(excerpts)))
    _changed(locked, point, by, "added")
    return point


@transaction.atomic
def change_point(
    *, point: ReplyPoint, seen: str, texts: Texts, why: Texts, by: User, excerpts: Iterable[UUID] | None = None
) -> ReplyPoint:
    """Save a point. Raises ReplyConflict where `seen` is not what stands there, ReplyRefused where it was taken out."""
    reply = _locked(point.reply)
    current: ReplyPoint | None = ReplyPoint.objects.within(reply.district_id).filter(pk=point.pk).first()
    if current is None:
        raise ReplyRefused(_("Somebody took this point out meanwhile."))
    if (current.texts, current.why) != (texts, why):
        if digest_of(current) != seen:
            raise ReplyConflict(current)
        if reply.published_at is not None and not any(texts.values()):
            raise ReplyRefused(_("This reply is published, so a point cannot be empty. Take it out instead."))
        current.texts, current.why = texts, why
        current.save(update_fields=["texts", "why"])
        _changed(reply, current, by)
    if excerpts is not None:
        wanted = set(Excerpt.objects.within(reply.district_id).filter(pk__in=list(excerpts)).values_list("pk", flat=True))
        if wanted != set(current.excerpts.values_list("pk", flat=True)):
            current.excerpts.set(wanted)
            _changed(reply, current, by, "quoted")
    return current


@transaction.atomic
def remove_point(*, point: ReplyPoint, by: User) -> None:
    """Take a point out; taking it out twice is once. Raises ReplyRefused for the last thing heard of a published reply."""
    reply = _locked(point.reply)
    rows = ReplyPoint.objects.within(reply.district_id).filter(reply=reply)
    if not rows.filter(pk=point.pk).exists():
        return
    if reply.published_at is not None and not rows.filter(kind=Kind.HEARD).exclude(pk=point.pk).exists():
        raise ReplyRefused(_("This is published, and a reply says at least one thing that was heard. Change it instead."))
    _changed(reply, point, by, "removed")
    rows.filter(pk=point.pk).delete()
    _number_again(reply, list(rows.filter(kind=point.kind).order_by("position")))


@transaction.atomic
def move_point(*, point: ReplyPoint, up: bool, by: User) -> None:
    """Change places with the point above or below of its kind."""
    reply = _locked(point.reply)
    rows = ReplyPoint.objects.within(reply.district_id).filter(reply=reply, kind=point.kind)
    ordered = list(rows.order_by("position"))
    here = next((place for place, one in enumerate(ordered) if one.pk == point.pk), None)
    there = None if here is None else here - 1 if up else here + 1
    if here is None or there is None or not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    _number_again(reply, ordered)
    _changed(reply, point, by, "moved")


def _number_again(reply: Reply, ordered: Sequence[ReplyPoint]) -> None:
    """Positions 1, 2, 3 in two steps, since no two may share one even for a moment."""
    rows = ReplyPoint.objects.within(reply.district_id).filter(pk__in=[point.pk for point in ordered])
    rows.update(position=F("position") + ASIDE)
    for place, point in enumerate(ordered, start=1):
        rows.filter(pk=point.pk).update(position=place)


def missing(reply: Reply) -> list[str]:
    """What a reply still needs before it can be published."""
    points = list(ReplyPoint.objects.within(reply.district_id).filter(reply=reply))
    found = []
    if not any(reply.title.values()):
        found.append(_("It needs a title."))
    if not any(point.kind == Kind.HEARD and any(point.texts.values()) for point in points):
        found.append(_("It says nothing yet that was heard."))
    if any(not any(point.texts.values()) for point in points):
        found.append(_("A point is empty: write it, or take it out."))
    if any(point.kind == Kind.NOT_CHANGED and any(point.texts.values()) and not any(point.why.values()) for point in points):
        found.append(_("Something did not change, and nobody says why. That is what people want to know most."))
    return found


def untranslated(reply: Reply, languages: Iterable[str]) -> list[str]:
    """The languages in which something of the reply is not there yet."""
    points = list(ReplyPoint.objects.within(reply.district_id).filter(reply=reply))
    every = [reply.title, reply.intro, *(texts for point in points for texts in (point.texts, point.why))]
    return [code for code in languages if any(any(texts.values()) and not texts.get(code) for texts in every)]


@transaction.atomic
def publish(*, reply: Reply, by: User) -> Reply:
    """Let anyone read it. Publishing twice is once. Raises ReplyRefused with what is missing."""
    locked = _locked(reply)
    if locked.published_at is not None:
        return locked
    needs = missing(locked)
    if needs:
        raise ReplyRefused(" ".join(needs))
    locked.published_at = timezone.now()
    locked.save(update_fields=["published_at"])
    audit.record(actor=by, verb="published", subject=locked)
    return locked


@transaction.atomic
def discard(*, reply: Reply, by: User) -> None:
    """Remove a draft. Raises ReplyRefused once it is published: people have read it."""
    locked = _locked(reply)
    if locked.published_at is not None:
        raise ReplyRefused(_("It is published, and people may have read it. It can be corrected, not removed."))
    audit.record(actor=by, verb="discarded", subject=locked)
    locked.delete()


def people_to_write_to(reply: Reply) -> ScopedQuerySet:
    """Everyone who was asked by the reply's surveys and has an address, whoever answered; by the rule of invitations."""
    fitting = Q(pk__in=[])
    for survey in Survey.objects.within(reply.district_id).filter(replies=reply).select_related("district"):
        fitting |= Q(pk__in=people_to_ask(survey).values("pk"))
    return Person.objects.within(reply.district_id).filter(fitting, ended=False).exclude(email="")


@transaction.atomic
def start_sending(*, reply: Reply, by: User) -> Job:
    """Send it to everyone who was asked, as a job; one that was cut off goes on where it stopped. Raises ReplyRefused."""
    locked = _locked(reply)
    if locked.published_at is None:
        raise ReplyRefused(_("Publish it first: the mail leads to its page."))
    mailing = ReplyMailing.objects.within(locked.district_id).filter(reply=locked).first()
    if mailing is not None:
        before = Job.objects.filter(pk=mailing.job).first()
        if mailing.finished:
            raise ReplyRefused(_("It was sent already. Nobody gets it twice; a correction stands on its page."))
        if before is not None and not before.over:
            raise ReplyRefused(_("It is being sent already. Nothing was sent twice."))
    if not people_to_write_to(locked).exists():
        raise ReplyRefused(_("Nobody who was asked has an address in the roster. Pass the link on, or print the page."))
    mailing = mailing or ReplyMailing.everything.create(district_id=locked.district_id, reply=locked)
    job = jobs.start(
        kind=MAIL_JOB,
        title=_("Reply: %(title)s") % {"title": in_language(locked.title, locked.district.language)},
        started_by=by.pk,
        district_id=locked.district_id,
        arguments={"reply": str(locked.pk), "district": str(locked.district_id)},
    )
    mailing.job = job.pk
    mailing.save(update_fields=["job"])
    audit.record(actor=by, verb="sent", subject=locked)
    return job


def _locked(reply: Reply) -> Reply:
    rows: Any = Reply.objects.within(reply.district_id)
    locked: Reply | None = rows.select_for_update(of=("self",)).select_related("district").filter(pk=reply.pk).first()
    if locked is None:
        raise ReplyRefused(_("This reply was removed meanwhile."))
    return locked


def _changed(reply: Reply, subject: Reply | ReplyPoint, by: User, verb: str = "changed") -> None:
    """Note a change; of a published reply with its date, for its page."""
    reply.revision += 1
    if reply.published_at is not None:
        reply.corrected_on = reply.district.today()
    reply.save(update_fields=["revision", "corrected_on"])
    detail = {"published": True} if reply.published_at is not None else {}
    audit.record(actor=by, verb=verb, subject=subject, detail=detail)
