"""A ballot of the statements to print, and typing in what came back on paper, one sheet after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.deliberation.forms.paper import BallotPileForm
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.services.paper import MOST_ON_PAPER, statements_on_paper, type_in_votes
from commonwhy.deliberation.views.discussions import found_discussion
from commonwhy.districts.access import in_district
from commonwhy.listening.models import SurveyCell
from commonwhy.listening.models.question import in_language
from commonwhy.listening.queries.paper import cells_to_answer, typed_so_far
from commonwhy.listening.services.paper import KEY_LETTERS, new_key, note_paper
from commonwhy.listening.services.responses import ResponseRefused


@dataclass(frozen=True)
class Row:
    """One statement of a sheet, with what was typed so far."""

    statement: Statement
    words: str
    choice: str
    important: bool


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def paper(request: Any, discussion: UUID) -> HttpResponse:
    """Print a ballot, and say from whom the sheets come that are typed in next."""
    found = found_discussion(request, discussion)
    form = BallotPileForm(cells_to_answer(request.viewer, found.survey), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            note_paper(survey=found.survey, by=request.user)
        except ResponseRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _sheet_of(found, form.cleaned_data["cell"], form.cleaned_data["language"])
    context = {
        "discussion": found,
        "survey": found.survey,
        "form": form,
        "languages": [code for code, _name in settings.LANGUAGES],
        "statements": len(statements_on_paper(found)),
        "most": MOST_ON_PAPER,
        "typed": typed_so_far(request.viewer, found.survey),
    }
    return render(request, "deliberation/paper/paper.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("discussions.run")
def ballot(request: Any, discussion: UUID) -> HttpResponse:
    """The ballot in one language, for printing."""
    found = found_discussion(request, discussion)
    language = _language(request)
    rows = [(each.number, in_language(each.texts, language)) for each in statements_on_paper(found)]
    context = {"discussion": found, "survey": found.survey, "mode": found.survey.mode, "rows": rows, "language": language}
    return render(request, "deliberation/paper/ballot.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def type_in(request: Any, discussion: UUID, number: int) -> HttpResponse:
    """One sheet, all statements on one page. Sent, an empty one follows."""
    found = found_discussion(request, discussion)
    cells = SurveyCell.objects.visible_to(request.viewer).filter(survey=found.survey).select_related("group", "school")
    cell = get_object_or_404(cells, number=number)
    if not found.survey.is_open:
        return redirect("deliberation:paper", found.district.slug, found.pk)
    language = _language(request)
    rows = [_row(request, each, language) for each in statements_on_paper(found)]
    key, problem = new_key(), ""
    if request.method == "POST":
        sent = str(request.POST.get("key", ""))
        key = sent if len(sent) == KEY_LETTERS else key
        try:
            note_paper(survey=found.survey, by=request.user)
            votes = {row.statement: (_choice(row.choice), row.important) for row in rows if row.choice}
            new = type_in_votes(discussion=found, cell=cell, votes=votes, key=sent)
        except ResponseRefused as refusal:
            problem = str(refusal)
        else:
            return _sheet_of(found, number, language, "typed" if new else "again")
    context = {
        "discussion": found,
        "survey": found.survey,
        "cell": cell,
        "rows": rows,
        "key": key,
        "language": language,
        "problem": problem,
        "typed": typed_so_far(request.viewer, found.survey),
        "just": request.GET.get("just", ""),
        "answers": [("1", _("agree")), ("-1", _("disagree")), ("0", _("pass")), ("", _("left empty"))],
    }
    return render(request, "deliberation/paper/sheet.html", context, status=400 if problem else 200)


def _row(request: Any, statement: Statement, language: str) -> Row:
    choice = str(request.POST.get(f"s{statement.number}", ""))
    return Row(statement, in_language(statement.texts, language), choice, f"i{statement.number}" in request.POST)


def _choice(sent: str) -> int:
    """A choice as votes keep it; one that is none is refused where it is kept."""
    return {"1": 1, "-1": -1, "0": 0}.get(sent, 9)


def _language(request: Any) -> str:
    wished = str(request.GET.get("in", ""))
    return wished if wished in dict(settings.LANGUAGES) else str(request.district.language)


def _sheet_of(discussion: Discussion, number: int, language: str, just: str = "") -> HttpResponse:
    address = reverse("deliberation:paper_type_in", args=[discussion.district.slug, discussion.pk, number])
    return HttpResponseRedirect(f"{address}?in={language}" + (f"&just={just}" if just else ""))
