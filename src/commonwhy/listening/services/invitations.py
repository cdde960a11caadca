"""Invitations: links for people, cards and lists, each made in memory and handed on.

For an anonymous survey nothing about a token is stored: how many links were made is audited, and that is all. In the two
other modes each link belongs to a person, and who that is goes into an `IssuedKey` (sealed where it is confidential).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, jobs
from commonwhy.core.models import Job
from commonwhy.districts.models import Person, ScopedQuerySet
from commonwhy.listening import tokens
from commonwhy.listening.models import IssuedKey, Mailing, Survey, SurveyCell
from commonwhy.listening.queries.families import most_by_cell
from commonwhy.listening.queries.lawful import may_be_asked
from commonwhy.listening.services.sealing import seal
from commonwhy.listening.services.surveys import count_asked

MAIL_JOB = "listening.invitations"
MOST_CARDS = 1_000
MOST_LINKS = 50_000
KEYS_AT_ONCE = 200


class InvitationRefused(Exception):
    """No link was made and no mail sent; the message says why."""


@dataclass(frozen=True)
class Link:
    """One link and the cell it was made for. Never stored, never logged."""

    cell: SurveyCell
    token: str

    @property
    def address(self) -> str:
        return address_of(self.token)

    @property
    def code(self) -> str:
        """As it is printed on paper."""
        return tokens.for_paper(self.token)


def address_of(token: str) -> str:
    """The whole address at which a token answers."""
    return f"{settings.BASE_URL}{reverse('listening:respond', args=[token])}"


def open_address(survey: Survey) -> str:
    """The address that everybody may have."""
    return f"{settings.BASE_URL}{reverse('listening:respond_open', args=[survey.code])}"


@transaction.atomic
def make_links(*, survey: Survey, counts: Mapping[int, int], what: str, most: int, by: User) -> Iterator[Link]:
    """`counts[number]` fresh links for each cell of an anonymous survey, made one by one as they are read.

    `what` names them in the audit ("cards", "links"). Raises `InvitationRefused` when the survey is not open or not
    anonymous, when nothing or more than `most` is asked for, or a cell is not the survey's.
    """
    _refuse_unless_open(survey)
    if survey.mode != Survey.Mode.ANONYMOUS:
        raise InvitationRefused(_("In this survey each link belongs to a person, so links cannot be made without names."))
    wanted = {number: count for number, count in counts.items() if count > 0}
    total = sum(wanted.values())
    if not total:
        raise InvitationRefused(_("Say for at least one group how many you need."))
    if total > most:
        raise InvitationRefused(
            _("That is %(total)s at once; the most is %(most)s. Make them in several parts.") % {"total": total, "most": most}
        )
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey, number__in=wanted)
    found = {cell.number: cell for cell in cells.select_related("group", "school")}
    if found.keys() != wanted.keys():
        raise InvitationRefused(_("This survey does not ask one of these groups there. Nothing was made."))
    allowed = most_by_cell(survey)
    for number, count in wanted.items():
        if number in allowed and count > allowed[number]:
            raise InvitationRefused(
                _("In “%(place)s” only %(allowed)s children may be asked; the families of others said no. Nothing was made.")
                % {"place": found[number], "allowed": allowed[number]}
            )
    audit.record(actor=by, verb=f"made {what}", subject=survey, detail={what: total})
    return (Link(found[number], tokens.mint(survey, number)) for number in sorted(wanted) for _each in range(wanted[number]))


@dataclass(frozen=True)
class NamedLink:
    """A link of an identified survey and the person it belongs to."""

    person: Person
    link: Link


def make_named_links(*, survey: Survey, by: User) -> Iterator[NamedLink]:
    """A link for each person of an identified survey's groups. Their keys are written as the list is read.

    Raises `InvitationRefused` for any other mode: a list of names and links would open anonymous and confidential answers.
    """
    _refuse_unless_open(survey)
    if survey.mode != Survey.Mode.IDENTIFIED:
        raise InvitationRefused(_("A list of names and links can only be made where answers are given with names."))
    with transaction.atomic():
        count_asked(survey)
        total = people_to_ask(survey).count()
        if not total:
            raise InvitationRefused(_("The roster has nobody in these groups yet."))
        audit.record(actor=by, verb="made links", subject=survey, detail={"links": total})
    return _named_links(survey)


def _named_links(survey: Survey) -> Iterator[NamedLink]:
    cells = Cells(survey)
    people = people_to_ask(survey).select_related("group", "school").order_by("group", "school", "name")
    chunk: list[NamedLink] = []
    for person in people.iterator(chunk_size=KEYS_AT_ONCE):
        cell = cells.of(person)
        chunk.append(NamedLink(person, Link(cell, tokens.mint(survey, cell.number))))
        if len(chunk) == KEYS_AT_ONCE:
            yield from _keyed(survey, chunk)
            chunk = []
    yield from _keyed(survey, chunk)


def _keyed(survey: Survey, links: Sequence[NamedLink]) -> Sequence[NamedLink]:
    IssuedKey.everything.bulk_create(key_for(survey, each.person.pk, each.link.token) for each in links)
    return links


def key_for(survey: Survey, person: UUID, token: str) -> IssuedKey:
    """Whose token this is, not saved yet. The database refuses it for an anonymous survey."""
    identified = survey.mode == Survey.Mode.IDENTIFIED
    return IssuedKey(
        district_id=survey.district_id,
        survey=survey,
        mode=survey.mode,
        key=tokens.read(survey, token).key,
        person_id=person if identified else None,
        sealed=None if identified else seal(person),
    )


class Cells:
    """Which cell of a survey a person belongs to: their school's, else their group's."""

    def __init__(self, survey: Survey) -> None:
        cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey).select_related("group", "school")
        self._by_place: dict[tuple[UUID, UUID | None], SurveyCell] = {(cell.group_id, cell.school_id): cell for cell in cells}

    def of(self, person: Person) -> SurveyCell:
        here = self._by_place.get((person.group_id, person.school_id))
        return here or self._by_place[person.group_id, None]


def people_to_ask(survey: Survey) -> ScopedQuerySet:
    """The people of the survey's groups who have not left, but for children whose families have said no (FIELD rule 2)."""
    return Person.objects.within(survey.district_id).filter(may_be_asked(survey), group__surveys=survey, ended=False)


@transaction.atomic
def start_mailing(*, survey: Survey, by: User) -> Job:
    """Send the invitation to everybody with an address, or after it a reminder; as a job.

    A mailing that was cut off goes on where it stopped. Raises `InvitationRefused` while one is under way.
    """
    locked = Survey.objects.within(survey.district_id).select_for_update().get(pk=survey.pk)
    _refuse_unless_open(locked)
    mailings = Mailing.objects.within(locked.district_id).filter(survey=locked)
    mailing = mailings.filter(finished=False).first()
    if mailing is not None and mailing.job is not None:
        before = Job.objects.filter(pk=mailing.job).first()
        if before is not None and not before.over:
            raise InvitationRefused(_("Mails of this survey are being sent already. Nothing was sent twice."))
    if not people_to_ask(locked).exclude(email="").exists():
        raise InvitationRefused(_("Nobody in these groups has an address in the roster. Use cards, links or the open link."))
    count_asked(locked)
    if mailing is None:
        mailing = Mailing(district_id=locked.district_id, survey=locked, number=mailings.count() + 1)
        mailing.save(force_insert=True)
    job = jobs.start(
        kind=MAIL_JOB,
        title=_("Invitations to “%(title)s”") % {"title": locked.title}
        if mailing.number == 1
        else _("Reminders of “%(title)s”") % {"title": locked.title},
        started_by=by.pk,
        district_id=locked.district_id,
        arguments={"mailing": str(mailing.pk), "district": str(locked.district_id)},
    )
    mailing.job = job.pk
    mailing.save(update_fields=["job"])
    audit.record(actor=by, verb="sent invitations" if mailing.number == 1 else "sent reminders", subject=locked)
    return job


def _refuse_unless_open(survey: Survey) -> None:
    if not survey.is_open:
        raise InvitationRefused(_("Open the survey first: links work only while it is open. Nothing was made or sent."))
