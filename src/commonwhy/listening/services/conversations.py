"""Keeping what was said in person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District, Group, School
from commonwhy.districts.services import add_school
from commonwhy.listening.models import Conversation, Note
from commonwhy.listening.notebook import NotedAnswer


@transaction.atomic
def keep_notebook(*, district: District, notes: Sequence[NotedAnswer], by: User, notebook: UUID | None = None) -> Conversation:
    """Keep a notebook in a district, where `by` becomes its facilitator. Schools not known yet are added.

    `notebook` is which one it is: the same one kept twice, by a double press, is one conversation.
    """
    conversation, fresh = Conversation.everything.get_or_create(
        pk=notebook or uuid4(),
        district=district,
        defaults={"title": _("Ask three teachers"), "term": district.term, "held_on": district.today()},
    )
    if not fresh:
        return conversation
    conversation.facilitators.add(by)
    for note in notes:
        _add(conversation, note, by)
    audit.record(actor=by, verb="kept", subject=conversation, detail={"notes": len(notes)})
    return conversation


@transaction.atomic
def add_note(*, conversation: Conversation, note: NotedAnswer, by: User) -> Note:
    """One more answer; the same words from the same group and school stay one."""
    # The row is locked so that two notes at once do not take one position.
    Conversation.objects.within(conversation.district_id).select_for_update().get(pk=conversation.pk)
    added = _add(conversation, note, by)
    audit.record(actor=by, verb="noted an answer in", subject=conversation)
    return added


def _add(conversation: Conversation, note: NotedAnswer, by: User) -> Note:
    district = conversation.district
    group = Group.objects.within(district).get(kind=note.kind, name="")
    school = _school(district, note.school, by)
    notes = Note.objects.within(district).filter(conversation=conversation)
    same = notes.filter(words=note.words, group=group, school=school).first()
    if same:
        return same  # type: ignore[no-any-return]
    last = notes.order_by("-position").first()
    return Note.everything.create(
        district=district,
        conversation=conversation,
        position=last.position + 1 if last else 1,
        group=group,
        school=school,
        words=note.words,
        language=note.language,
        may_quote=note.may_quote,
    )


def _school(district: District, name: str, by: User) -> School | None:
    if not name:
        return None
    known = School.objects.within(district).filter(name__iexact=name).first()
    return known or add_school(district=district, name=name, by=by)
