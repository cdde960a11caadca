"""Notes while people talk: the page to write them on, what a phone sends when it is back, and changing one."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group, School
from commonwhy.districts.queries.people import groups as groups_of
from commonwhy.listening.forms.meetings import NoteEntryForm
from commonwhy.listening.models import Conversation, Note
from commonwhy.listening.queries import conversations as queries
from commonwhy.listening.services import notes as services
from commonwhy.listening.services.notes import NoteRefused, Outcome

MOST_AT_ONCE = 50


def own_conversation(request: Any, pk: UUID) -> Conversation:
    """One of the viewer's own conversations, or "not found"."""
    rows = Conversation.objects.visible_to(request.viewer).filter(district=request.district)
    found: Conversation = get_object_or_404(rows.select_related("district", "school", "series"), pk=pk)
    return found


def places(request: Any) -> tuple[list[Group], list[School]]:
    """The groups and schools that are here."""
    here = [group for group in groups_of(request.viewer, request.district) if not group.not_here]
    schools = School.objects.visible_to(request.viewer).filter(district=request.district, ended=False)
    return here, list(schools)


def guide_address(conversation: Conversation) -> str:
    """Where the printable guide for this kind of conversation is; empty where there is none."""
    try:
        return reverse("listening:guide", args=[conversation.district.slug, conversation.kind])
    except NoReverseMatch:
        return ""


def _fresh_form(request: Any, held: Conversation, groups: list[Group], schools: list[School], last: Note | None) -> NoteEntryForm:
    """An empty form that remembers who spoke last."""
    initial = {"key": uuid4(), "language": get_language(), "group": "", "school": str(held.school_id or "")}
    if last is not None:
        initial |= {"group": str(last.group_id or ""), "school": str(last.school_id or ""), "language": last.language}
    elif groups and held.kind != Conversation.Kind.SITE_VISIT:
        initial["group"] = str(groups[0].pk)
    return NoteEntryForm(groups, schools, initial=initial)


def talk(request: Any, held: Conversation) -> HttpResponse:
    """The page that stays open while people talk: one field, who says it (those counted here first), and the notes so far."""
    groups, schools = places(request)
    here = {row.group_id for row in queries.took_part(request.viewer, held)}
    groups.sort(key=lambda group: group.pk not in here)
    form = NoteEntryForm(groups, schools, request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            saved = services.save_note(
                conversation=held, key=form.cleaned_data["key"] or uuid4(), written=form.written(), by=request.user
            )
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if saved.outcome == Outcome.BOTH:
                messages.warning(request, _both_kept())
            return redirect(f"{request.path}#notes")
    lines = queries.note_lines(request.viewer, held)
    context = {
        "conversation": held,
        "lines": lines,
        "form": form or _fresh_form(request, held, groups, schools, lines[0].note if lines else None),
        "past": held.state == Conversation.State.PLANNED and queries.is_past(held),
        "guide": guide_address(held),
    }
    return render(request, "listening/conversations/talk.html", context, status=400 if form is not None else 200)


@require_POST
@in_district("conversations.hold")
def sync(request: Any, conversation: UUID) -> HttpResponse:
    """Take the notes a page has kept: `{"notes": [{key, words, group, …}]}`. Each is saved by itself, and told by its key.

    A note that cannot be kept comes back under `refused` with the reason; the page goes on holding it.
    """
    held = own_conversation(request, conversation)
    try:
        sent = json.loads(request.body)["notes"]
        entries = [dict(entry) for entry in sent]
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"error": _("These notes could not be read. They are still on your phone.")}, status=400)
    if len(entries) > MOST_AT_ONCE:
        return JsonResponse({"error": _("Too many notes at once. They are still on your phone.")}, status=400)
    groups, schools = places(request)
    kept, refused = [], []
    for entry in entries:
        key = str(entry.get("key"))[:64]
        form = NoteEntryForm(groups, schools, {name: _text(entry.get(name)) for name in NoteEntryForm.base_fields})
        before = entry.get("before")
        try:
            if not form.is_valid() or form.cleaned_data["key"] is None:
                reasons = [str(reason) for reasons in form.errors.values() for reason in reasons]
                raise NoteRefused(" ".join(reasons) or _("This note could not be read."))
            saved = services.save_note(
                conversation=held,
                key=form.cleaned_data["key"],
                written=form.written(),
                by=request.user,
                revision=form.cleaned_data["revision"],
                before=services.plain(before) if isinstance(before, str) else None,
                still_writing=entry.get("writing") is True,
            )
        except NoteRefused as refusal:
            refused.append({"key": key, "why": str(refusal)})
            continue
        kept.append(_kept(request, held, key, saved))
    count = Note.objects.visible_to(request.viewer).filter(conversation=held).count()
    heading = ngettext("%(count)s note", "%(count)s notes", count) % {"count": count}
    return JsonResponse({"notes": kept, "refused": refused, "heading": heading})


def _kept(request: Any, held: Conversation, key: str, saved: services.Saved) -> dict[str, Any]:
    line = queries.note_lines(request.viewer, held, only=saved.note.pk)[0]
    context = {"line": line, "district": request.district, "conversation": held}
    return {
        "key": key,
        "note_key": str(saved.note.client_key),
        "outcome": saved.outcome.value,
        "says": _both_kept() if saved.outcome == Outcome.BOTH else "",
        "revision": saved.note.revision,
        "html": render_to_string("listening/conversations/note.html", context, request=request),
    }


def _both_kept() -> str:
    return _("Somebody changed this note while you wrote. Both texts are kept, as two notes.")


def _text(value: Any) -> Any:
    """A value of a form, out of JSON: text as it is, yes and no as a box, numbers as digits, anything else as nothing."""
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value) if isinstance(value, str | int) else ""


def _own_note(request: Any, pk: UUID) -> Note:
    rows = Note.objects.visible_to(request.viewer).filter(district=request.district)
    found: Note = get_object_or_404(rows.select_related("conversation__district", "group", "school"), pk=pk)
    return found


def _back(note: Note) -> str:
    address = reverse("listening:conversation", args=[note.conversation.district.slug, note.conversation_id])
    return f"{address}#n-{note.pk}"


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def note(request: Any, note: UUID) -> HttpResponse:
    """Change a note. If somebody else did meanwhile, both texts are kept."""
    found = _own_note(request, note)
    groups, schools = places(request)
    if found.group is not None and found.group not in groups:
        groups.append(found.group)
    if found.school is not None and found.school not in schools:
        schools.append(found.school)
    initial = {
        "words": found.words,
        "group": str(found.group_id or ""),
        "school": str(found.school_id or ""),
        "language": found.language or get_language(),
        "may_quote": found.may_quote,
        "revision": found.revision,
    }
    form = NoteEntryForm(groups, schools, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            saved = services.change_note(
                note=found, written=form.written(), revision=-1 if revision is None else revision, by=request.user
            )
        except NoteRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if saved.outcome == Outcome.BOTH:
                messages.warning(request, _both_kept())
            else:
                messages.success(request, _("Saved."))
            return redirect(_back(saved.note))
    context = {"form": form, "note": found, "conversation": found.conversation}
    return render(request, "listening/conversations/note_change.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("conversations.hold")
def leave(request: Any, note: UUID) -> HttpResponse:
    """One tap: they said we may quote them, or they no longer do."""
    found = _own_note(request, note)
    try:
        services.give_leave(note=found, may_quote=request.POST.get("may_quote") == "yes", by=request.user)
    except NoteRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(found))


@require_POST
@in_district("conversations.hold")
def remove(request: Any, note: UUID) -> HttpResponse:
    """Strike a note."""
    found = _own_note(request, note)
    try:
        services.remove_note(note=found, by=request.user)
    except NoteRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_back(found))
    messages.success(request, _("Struck. The other notes are as they were."))
    return redirect("listening:conversation", district=request.district.slug, conversation=found.conversation_id)
