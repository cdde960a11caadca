"""A vision adopted earlier comes in: the document, a look at its parts, and then, sentence by sentence, whose words it
rests on.

Nothing of the document is kept until its parts were looked at; between the two pages it lives in the form alone.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.core import uploads
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.formats.documents import Document, read_document, read_pasted
from commonwhy.formats.messages import Message, UnreadableFile
from commonwhy.vision.forms.bringing_in import DocumentForm, EarlierForm
from commonwhy.vision.models import Clause
from commonwhy.vision.queries import citing, linking
from commonwhy.vision.services import bringing_in
from commonwhy.vision.services import linking as links
from commonwhy.vision.splitting import split
from commonwhy.vision.views.write import voice_search


@uploads.takes_files
@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.adopt")
def bring_in(request: Any) -> HttpResponse:
    """A file or pasted words; then the page on which its parts are looked at."""
    posted = request.method == "POST"
    initial = {"language": request.district.language}
    form = DocumentForm(request.POST if posted else None, request.FILES if posted else None, initial=initial)
    if form.is_valid():
        try:
            document = _document(form.cleaned_data)
        except UnreadableFile as problem:
            form.add_error("file", problem.text(_))
        else:
            language = form.cleaned_data["language"]
            return _parts(request, EarlierForm(proposal=split(document), language=language, initial=_named(document)), document)
    return render(request, "vision/bring_in/document.html", {"form": form}, status=400 if form.errors else 200)


def _document(given: dict[str, Any]) -> Document:
    """What was sent. Raises `UnreadableFile`."""
    file = given.get("file")
    if not file:
        return read_pasted(given["pasted"])
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise UnreadableFile(Message(_("This file is too large. Copy its text and paste it instead.")), file=file.name)
    return read_document(file.file, name=file.name)


def _named(document: Document) -> dict[str, str]:
    return {"origin_name": document.name.rsplit(".", 1)[0].replace("_", " ")[:200]}


def _parts(request: Any, form: EarlierForm, document: Document | None = None) -> HttpResponse:
    proposal = split(document) if document else None
    context = {
        "form": form,
        "notes": [note.text(_) for note in document.notes] if document else [],
        "left": proposal.left if proposal else (),
        "why_guessed": bool(proposal and proposal.why and not proposal.named),
    }
    return render(request, "vision/bring_in/parts.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
@in_district("vision.adopt")
def keep(request: Any) -> HttpResponse:
    """Keep the parts as a version that was adopted earlier."""
    form = EarlierForm(request.POST)
    if form.is_valid():
        try:
            version = bringing_in.bring_in(district=request.district, earlier=form.earlier(), by=request.user)
        except bringing_in.BringingInRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Brought in. Anyone can read it now; its sentences are marked as not yet traced."))
            return redirect("vision:trace", district=request.district.slug, number=version.number)
    return _parts(request, form)


@never_cache
@require_GET
@in_district("vision.see")
def trace(request: Any, number: int) -> HttpResponse:
    """A version's sentences with whose words they rest on: since the adoption, or linked later."""
    version = linking.adopted_version(request.viewer, request.district, number)
    if version is None:
        raise Http404
    context = {
        "version": version,
        "sentences": linking.traced_sentences(request.viewer, version),
        "may_write": may(request.viewer, "vision.write", request.district),
    }
    return render(request, "vision/bring_in/trace.html", context)


def _adopted_clause(request: Any, clause: UUID) -> Clause:
    rows = Clause.objects.visible_to(request.viewer).filter(district=request.district).exclude(version__state="draft")
    found: Clause = get_object_or_404(rows.select_related("version", "district"), pk=clause)
    return found


@never_cache
@require_GET
@in_district("vision.write")
def link_back(request: Any, clause: UUID) -> HttpResponse:
    """One adopted sentence, and a search for the voices that carry it."""
    found = _adopted_clause(request, clause)
    context = {
        "clause": found,
        "sentence": linking.traced_sentence(request.viewer, found),
        **voice_search(request, found),
    }
    return render(request, "vision/bring_in/link.html", context)


@require_POST
@in_district("vision.write")
def link_voice(request: Any, clause: UUID, excerpt: UUID) -> HttpResponse:
    """Link a voice to an adopted sentence, or take the link back; goes on where the search stood."""
    found = _adopted_clause(request, clause)
    voice = citing.voice_to_cite(request.viewer, request.district, excerpt)
    if voice is None:
        raise Http404
    if "take_back" in request.POST:
        links.unlink(clause=found, excerpt=voice, by=request.user)
    else:
        links.link(clause=found, excerpt=voice, by=request.user)
    query = request.GET.urlencode()
    response = redirect("vision:link_back", district=request.district.slug, clause=found.pk)
    response["Location"] += f"?{query}#voices" if query else "#voices"
    return response
