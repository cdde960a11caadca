"""The workshop: writing the draft, citing voices, adopting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group
from commonwhy.districts.permissions import may
from commonwhy.listening.models import Excerpt
from commonwhy.vision.forms.vision import AdoptionForm, ClauseForm, StatementForm, VoiceSearchForm
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.queries import vision as queries
from commonwhy.vision.services import adoption, drafting


@never_cache
@require_GET
@in_district("vision.see")
def workshop(request: Any) -> HttpResponse:
    """What is adopted, what is being drafted, and what the draft still needs."""
    draft = queries.draft(request.viewer, request.district)
    context = {
        "draft": draft,
        "adopted": queries.adopted(request.viewer, request.district),
        "gates": adoption.gates(draft) if draft else [],
        "may_write": may(request.viewer, "vision.write", request.district),
        "may_adopt": may(request.viewer, "vision.adopt", request.district),
    }
    return render(request, "vision/write/workshop.html", context)


@require_POST
@in_district("vision.write")
def begin(request: Any) -> HttpResponse:
    drafting.open_draft(district=request.district, by=request.user)
    return redirect("vision:statement", district=request.district.slug)


def _draft_or_404(request: Any) -> VisionVersion:
    drafts = VisionVersion.objects.visible_to(request.viewer).filter(district=request.district)
    draft: VisionVersion = get_object_or_404(drafts, state=VisionVersion.State.DRAFT)
    return draft


def _clause_or_404(request: Any, clause: UUID) -> Clause:
    clauses = Clause.objects.visible_to(request.viewer).filter(
        district=request.district, version__state=VisionVersion.State.DRAFT
    )
    found: Clause = get_object_or_404(clauses.select_related("version"), pk=clause)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def statement(request: Any) -> HttpResponse:
    """The why, the definition and the years."""
    draft = _draft_or_404(request)
    form = StatementForm(request.POST or None, version=draft)
    theirs: VisionVersion | None = None
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_statement(version=draft, revision=form.cleaned_data["revision"], by=request.user, **form.statement())
        except drafting.EditConflictError:
            theirs = draft
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:workshop", district=request.district.slug)
    status = 409 if theirs else 400 if form.errors else 200
    context = {"form": form, "draft": draft, "theirs": theirs}
    return render(request, "vision/write/statement.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def new_clause(request: Any) -> HttpResponse:
    draft = _draft_or_404(request)
    form = ClauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clause = drafting.add_clause(version=draft, texts=form.texts(), note=form.note(), by=request.user)
        messages.success(request, _("Added. Now choose the voices it rests on."))
        return redirect("vision:clause", district=request.district.slug, clause=clause.pk)
    return render(request, "vision/write/new_clause.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def clause(request: Any, clause: UUID) -> HttpResponse:
    """One sentence: its words, the voices it rests on, and a search for more."""
    edited = _clause_or_404(request, clause)
    form = ClauseForm(request.POST or None, clause=edited)
    theirs: Clause | None = None
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_clause(
                clause=edited,
                revision=form.cleaned_data["revision"],
                texts=form.texts(),
                note=form.note(),
                by=request.user,
            )
        except drafting.EditConflictError:
            theirs = edited
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:clause", district=request.district.slug, clause=edited.pk)
    kinds = [(kind, str(label)) for kind, label in Group.Kind.choices]
    search = VoiceSearchForm(request.GET or None, kinds=kinds)
    words, who = (search.cleaned_data["q"], search.cleaned_data["who"]) if search.is_valid() else ("", "")
    found, how_many = queries.voices_to_cite(request.viewer, request.district, words, who)
    cited = queries.voices_by_clause(request.viewer, edited.version).get(str(edited.pk), [])
    cited_ids = {voice.pk for voice in cited}
    context = {
        "clause": edited,
        "form": form,
        "theirs": theirs,
        "search": search,
        "cited": cited,
        "found": [voice for voice in found if voice.pk not in cited_ids],
        "how_many": how_many,
        "most": queries.MOST_FOUND,
    }
    template = "vision/write/clause.html#voices" if request.htmx and request.method == "GET" else "vision/write/clause.html"
    return render(request, template, context, status=409 if theirs else 400 if form.errors else 200)


@require_POST
@in_district("vision.write")
def cite(request: Any, clause: UUID, excerpt: UUID) -> HttpResponse:
    edited = _clause_or_404(request, clause)
    voice = get_object_or_404(Excerpt.objects.visible_to(request.viewer).filter(district=request.district), pk=excerpt)
    if "take_back" in request.POST:
        drafting.uncite(clause=edited, excerpt=voice, by=request.user)
    else:
        drafting.cite(clause=edited, excerpt=voice, by=request.user)
    query = request.GET.urlencode()
    response = redirect("vision:clause", district=request.district.slug, clause=edited.pk)
    response["Location"] += f"?{query}#voices" if query else "#voices"
    return response


@require_POST
@in_district("vision.write")
def arrange(request: Any, clause: UUID) -> HttpResponse:
    """Move a sentence up or down, or take it out of the draft."""
    edited = _clause_or_404(request, clause)
    if "remove" in request.POST:
        drafting.remove_clause(clause=edited, by=request.user)
        messages.success(request, _("Taken out. The voices it cited are still there to cite."))
    else:
        drafting.move_clause(clause=edited, up="up" in request.POST, by=request.user)
    return redirect("vision:workshop", district=request.district.slug)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.adopt")
def adopt(request: Any) -> HttpResponse:
    """The board's decision on the draft, with what does not hold yet said first."""
    draft = _draft_or_404(request)
    form = AdoptionForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            adoption.adopt(version=draft, by=request.user, **form.decision())
        except adoption.AdoptionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Adopted. Everyone can read it now."))
            return redirect("vision:workshop", district=request.district.slug)
    context = {"draft": draft, "form": form, "gates": adoption.gates(draft)}
    return render(request, "vision/write/adopt.html", context, status=400 if form.errors else 200)
