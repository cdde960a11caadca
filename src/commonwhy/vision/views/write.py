"""The workshop: writing the draft, its sentences and its voices. Whoever may see it reads it; authors write."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.texts import Difference
from commonwhy.vision.forms.vision import ClauseForm, StatementForm, VoiceSearchForm
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.queries import citing, linking
from commonwhy.vision.queries import vision as queries
from commonwhy.vision.services import adoption, drafting
from commonwhy.vision.views.sources import what_it_rests_on


@never_cache
@require_GET
@in_district("vision.see")
def workshop(request: Any) -> HttpResponse:
    """What is adopted, what is being drafted, and what the draft still needs."""
    draft, adopted = queries.draft_and_adopted_in_full(request.viewer, request.district)
    context = {
        "draft": draft,
        "adopted": adopted,
        "untraced": linking.untraced(request.viewer, adopted) if adopted else 0,
        "steps": queries.steps(draft),
        "sentences": queries.with_what_is_behind(request.viewer, draft, get_language() or "en") if draft else [],
        "gates": adoption.gates(draft) if draft else [],
        "may_write": may(request.viewer, "vision.write", request.district),
        "may_adopt": may(request.viewer, "vision.adopt", request.district),
        "may_see_ambassadors": may(request.viewer, "ambassadors.see", request.district),
    }
    return render(request, "vision/write/workshop.html", context)


@require_POST
@in_district("vision.write")
def begin(request: Any) -> HttpResponse:
    drafting.open_draft(district=request.district, by=request.user)
    return redirect("vision:statement", district=request.district.slug)


def _draft(request: Any) -> VisionVersion | None:
    return queries.draft(request.viewer, request.district)


def _clause_or_404(request: Any, clause: UUID) -> Clause:
    clauses = Clause.objects.visible_to(request.viewer).filter(district=request.district)
    found: Clause = get_object_or_404(clauses.select_related("version"), pk=clause)
    return found


def too_late(request: Any, form: Any, reason: str, boxes: str = "vision/write/texts.html") -> HttpResponse:
    """What somebody wrote for a text that is no longer there to be changed, kept on the page with the way on.

    `reason` is `adopted` (the version is frozen meanwhile) or `taken out` (the sentence is). `boxes`: the template of
    the form's boxes.
    """
    context = {"form": form, "reason": reason, "draft": _draft(request), "boxes": boxes}
    return render(request, "vision/write/too_late.html", context, status=409)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def statement(request: Any) -> HttpResponse:
    """The why, the definition and the years."""
    draft = _draft(request)
    posted = request.POST if request.method == "POST" else None
    if draft is None:
        if posted is None:
            return redirect("vision:workshop", district=request.district.slug)
        return too_late(request, StatementForm(posted, version=VisionVersion()), "adopted")
    form = StatementForm(posted, version=draft)
    theirs: list[Difference] = []
    if form.is_valid():
        opened = {"revision": form.cleaned_data["revision"], "seen": form.cleaned_data["seen"] or None}
        try:
            drafting.change_statement(version=draft, by=request.user, **opened, **form.statement())
        except drafting.EditConflictError:
            theirs = form.theirs(draft)
        except drafting.NotADraftError:
            return too_late(request, form, "adopted")
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:workshop", district=request.district.slug)
    status = 409 if theirs else 400 if form.errors else 200
    # A save after the conflict page replaces what stands there; one after a mere mistake must not.
    context = {"form": form, "draft": draft, "theirs": theirs, **since(form, draft, fresh=bool(theirs) or posted is None)}
    return render(request, "vision/write/statement.html", context, status=status)


def since(form: Any, draft: VisionVersion, *, fresh: bool) -> dict[str, Any]:
    """What the next save starts from: what stands there now, or what stood there when the page was opened."""
    if fresh:
        return {"revision": draft.revision, "seen": drafting.part_digest(draft, form.PARTS)}
    return {name: form[name].value() for name in ("revision", "seen") if name in form.fields}


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def new_clause(request: Any) -> HttpResponse:
    draft = _draft(request)
    # A priority that people chose can be where a sentence begins; its words come in the address.
    begun = {name: value[:400] for name, value in request.GET.items() if name.startswith("text_")}
    form = ClauseForm(request.POST) if request.method == "POST" else ClauseForm(begun=begun)
    if draft is None:
        if not form.is_bound:
            return redirect("vision:workshop", district=request.district.slug)
        return too_late(request, form, "adopted")
    if form.is_valid():
        try:
            clause = drafting.add_clause(version=draft, by=request.user, **form.written())
        except drafting.NotADraftError:
            return too_late(request, form, "adopted")
        except drafting.TooManyClausesError:
            many = _("A vision has at most %(most)s sentences. Take one out first; what you wrote is still here.")
            form.add_error(None, many % {"most": drafting.MOST_CLAUSES})
        else:
            messages.success(request, _("Added. Now choose the voices it rests on."))
            return redirect("vision:clause", district=request.district.slug, clause=clause.pk)
    return render(request, "vision/write/new_clause.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def clause(request: Any, clause: UUID) -> HttpResponse:
    """One sentence: its words, the voices it rests on, and a search for more."""
    posted = request.POST if request.method == "POST" else None
    try:
        edited = _clause_or_404(request, clause)
    except Http404:
        if posted is None or not queries.was_taken_out(request.district, clause):
            raise
        return too_late(request, ClauseForm(posted), "taken out")
    if not edited.version.is_draft:
        if posted is None:
            raise Http404
        return too_late(request, ClauseForm(posted), "adopted")
    form = ClauseForm(posted, clause=edited)
    theirs: list[Difference] = []
    if form.is_valid():
        try:
            drafting.change_clause(clause=edited, revision=form.cleaned_data["revision"], by=request.user, **form.written())
        except drafting.EditConflictError:
            theirs = form.theirs(edited)
        except drafting.NotADraftError:
            return too_late(request, form, "adopted")
        except drafting.ClauseGoneError:
            return too_late(request, form, "taken out")
        else:
            messages.success(request, _("Saved."))
            return redirect("vision:clause", district=request.district.slug, clause=edited.pk)
    context = {
        "clause": edited,
        "form": form,
        "theirs": theirs,
        "revision": edited.revision if theirs or posted is None else form["revision"].value(),
        "cited": queries.voices_of(request.viewer, edited),
        **voice_search(request, edited),
    }
    only_voices = bool(request.htmx) and request.method == "GET"
    template = "vision/write/clause.html#voices" if only_voices else "vision/write/clause.html"
    if not only_voices:
        context |= what_it_rests_on(request, edited)
    return render(request, template, context, status=409 if theirs else 400 if form.errors else 200)


def voice_search(request: Any, clause: Clause) -> dict[str, Any]:
    """The search form and what it finds; looking for nothing shows every voice, page by page."""
    search = VoiceSearchForm(request.GET, choices=citing.choices(request.viewer, request.district))
    page = request.GET.get("page", "")
    wanted = int(page) if page.isdecimal() and len(page) < 6 else 1
    found = citing.voices_to_cite(request.viewer, clause, **search.wanted(), page=wanted)
    without_page = request.GET.copy()
    without_page.pop("page", None)
    return {"search": search, "found": found, "query": without_page.urlencode()}


@require_POST
@in_district("vision.write")
def cite(request: Any, clause: UUID, excerpt: UUID) -> HttpResponse:
    """Rest a sentence on a voice, or take it back; goes on where the search stood."""
    edited = _clause_or_404(request, clause)
    voice = citing.voice_to_cite(request.viewer, request.district, excerpt)
    if voice is None:
        raise Http404
    try:
        if "take_back" in request.POST:
            drafting.uncite(clause=edited, excerpt=voice, by=request.user)
        else:
            drafting.cite(clause=edited, excerpt=voice, by=request.user)
    except drafting.NotADraftError:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        return redirect("vision:workshop", district=request.district.slug)
    except drafting.ClauseGoneError:
        messages.warning(request, _("Somebody took this sentence out meanwhile. Nothing was changed."))
        return redirect("vision:workshop", district=request.district.slug)
    query = request.GET.urlencode()
    response = redirect("vision:clause", district=request.district.slug, clause=edited.pk)
    response["Location"] += f"?{query}#voices" if query else "#voices"
    return response


@require_POST
@in_district("vision.write")
def arrange(request: Any, clause: UUID) -> HttpResponse:
    """Move a sentence up or down, or take it out of the draft."""
    edited = _clause_or_404(request, clause)
    try:
        if "remove" in request.POST:
            drafting.remove_clause(clause=edited, by=request.user)
            messages.success(request, _("Taken out. The voices it cited are still there to cite."))
        elif "up" in request.POST or "down" in request.POST:
            drafting.move_clause(clause=edited, up="up" in request.POST, by=request.user)
    except drafting.NotADraftError:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
    return redirect("vision:workshop", district=request.district.slug)
