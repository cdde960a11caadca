"""Ask three teachers: note what they said, lay the answers side by side, keep them in a district."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.accounts import setup_code
from commonwhy.districts.access import in_district, viewer_of
from commonwhy.districts.models import District, Group
from commonwhy.districts.permissions import may
from commonwhy.listening import notebook
from commonwhy.listening.forms.conversations import NoteForm
from commonwhy.listening.models import Conversation
from commonwhy.listening.queries import conversations as queries
from commonwhy.listening.queries.side_by_side import Voice, lay_side_by_side
from commonwhy.listening.services import conversations as services
from commonwhy.listening.views.notes import own_conversation, talk

PAGE = 30


def _fresh_form(request: HttpRequest) -> NoteForm:
    """An empty form that remembers the role and school of the last note."""
    notes = notebook.read(request.session)
    initial: dict[str, Any] = {"language": get_language()}
    if notes:
        initial |= {"kind": notes[-1].kind, "school": notes[-1].school, "language": notes[-1].language}
    return NoteForm(initial=initial)


@never_cache
@require_http_methods(["GET", "POST"])
def three_teachers(request: HttpRequest) -> HttpResponse:
    """The notebook: no account and no district needed."""
    form = NoteForm(request.POST) if request.method == "POST" else _fresh_form(request)
    if request.method == "POST" and form.is_valid():
        if notebook.add(request.session, form.note()):
            return redirect(f"{request.path}#next")
        form.add_error(None, _("This notebook is full. Keep these answers, then ask everyone with a survey."))
    notes = notebook.read(request.session)
    context = {
        "form": form,
        "notes": [(note, Group.Kind(note.kind).label) for note in notes],
        "enough": notebook.ENOUGH_TO_COMPARE,
        "missing": max(0, notebook.ENOUGH_TO_COMPARE - len(notes)),
    }
    return render(request, "listening/conversations/three_teachers.html", context, status=400 if form.errors else 200)


@require_POST
def strike(request: HttpRequest) -> HttpResponse:
    """Take a note back. Its mark says which, so that a second press strikes no other."""
    notebook.remove(request.session, request.POST.get("mark", ""))
    return redirect("listening:three_teachers")


@never_cache
@require_GET
def side_by_side(request: HttpRequest) -> HttpResponse:
    """The notebook's answers next to each other, and how to keep them."""
    notes = notebook.read(request.session)
    voices = [
        Voice(note.words, f"{Group.Kind(note.kind).label}{f', {note.school}' if note.school else ''}", note.language)
        for note in notes
    ]
    viewer = viewer_of(request)
    here = District.objects.visible_to(viewer) if request.user.is_authenticated else District.objects.none()
    districts = [one for one in here if may(viewer, "conversations.hold", one)]
    context = {
        "table": lay_side_by_side(voices),
        "missing": max(0, notebook.ENOUGH_TO_COMPARE - len(notes)),
        "districts": districts,
        "first_start": setup_code.needed(),
    }
    return render(request, "listening/conversations/side_by_side.html", context)


@require_POST
@in_district("conversations.hold")
def keep(request: Any) -> HttpResponse:
    """Keep the notebook in the district. Pressed twice, the second finds the notebook empty and keeps nothing."""
    notes = notebook.read(request.session)
    if not notes:
        messages.info(request, _("These answers are kept already."))
        return redirect("listening:conversations", district=request.district.slug)
    conversation = services.keep_notebook(
        district=request.district, notes=notes, by=request.user, notebook=notebook.notebook_id(request.session)
    )
    notebook.clear(request.session)
    messages.success(request, _("Kept. Only you can read these words until you quote from them."))
    return redirect("listening:conversation", district=request.district.slug, conversation=conversation.pk)


@never_cache
@require_GET
@in_district("conversations.hold")
def conversations(request: Any) -> HttpResponse:
    """The viewer's own conversations: those to come, those nobody has said of whether they were held, and those held."""
    held = queries.conversations_of(request.viewer, request.district).filter(state=Conversation.State.HELD)
    page = Paginator(held.order_by("-held_on", "title"), PAGE).get_page(request.GET.get("page"))
    context = {"planned": queries.planned(request.viewer, request.district), "page": page}
    return render(request, "listening/conversations/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("conversations.hold")
def conversation(request: Any, conversation: UUID) -> HttpResponse:
    """One conversation. Of "Ask three teachers" its answers side by side, of others its notes; and a form for one more."""
    held = own_conversation(request, conversation)
    if held.kind != Conversation.Kind.THREE_TEACHERS:
        return talk(request, held)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm(initial={"language": get_language()})
    lines = queries.note_lines(request.viewer, held)[::-1]
    notes = [line.note for line in lines]
    if request.method == "POST" and form.is_valid():
        if len(notes) < notebook.MOST_NOTES:
            services.add_note(conversation=held, note=form.note(), by=request.user)
            return redirect("listening:conversation", district=request.district.slug, conversation=held.pk)
        form.add_error(None, _("This notebook is full. What is in it is kept; ask everyone with a survey now."))
    voices = [Voice(note.words, f"{note.group}{f', {note.school}' if note.school else ''}", note.language) for note in notes]
    context = {
        "conversation": held,
        "table": lay_side_by_side(voices),
        "lines": lines,
        "form": form,
        "missing": max(0, notebook.ENOUGH_TO_COMPARE - len(notes)),
    }
    return render(request, "listening/conversations/detail.html", context, status=400 if form.errors else 200)
