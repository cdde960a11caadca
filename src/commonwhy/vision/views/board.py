"""The board before its meeting: the draft to read, questions to ask, answers to read. Nothing here changes the text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.way import AnswerForm, QuestionForm
from commonwhy.vision.queries import board as queries
from commonwhy.vision.queries import public
from commonwhy.vision.queries import vision as versions
from commonwhy.vision.services import board as services


@never_cache
@require_GET
@in_district("vision.preview")
def board(request: Any) -> HttpResponse:
    """The draft as the board would adopt it, what it would change, and the questions about it."""
    return _page(request, QuestionForm())


def _page(request: Any, form: QuestionForm, status: int = 200) -> HttpResponse:
    draft = versions.draft(request.viewer, request.district)
    adopted = versions.adopted(request.viewer, request.district)
    context = {
        "draft": draft,
        "adopted": adopted,
        "vision": public.as_read(request.viewer, draft, get_language() or "en") if draft else None,
        "asked": queries.questions(request.viewer, draft) if draft else [],
        "form": form,
        "may_ask": may(request.viewer, "vision.ask", request.district),
        "may_answer": may(request.viewer, "vision.answer", request.district),
        "may_adopt": may(request.viewer, "vision.adopt", request.district),
    }
    return render(request, "vision/way/board.html", context, status=status)


@require_POST
@in_district("vision.ask")
def ask(request: Any) -> HttpResponse:
    """Ask about the draft."""
    draft = versions.draft(request.viewer, request.district)
    form = QuestionForm(request.POST)
    if draft is None:
        messages.warning(request, _("There is no draft any more. Your question was not kept; ask it in the meeting."))
        return redirect("vision:board", district=request.district.slug)
    if not form.is_valid():
        return _page(request, form, 400)
    try:
        services.ask(version=draft, words=form.cleaned_data["words"], by=request.user)
    except services.BoardRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, 409)
    messages.success(request, _("Asked. Those who write the vision read it and answer here."))
    return redirect("vision:board", district=request.district.slug)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.answer")
def answer(request: Any, question: UUID) -> HttpResponse:
    """Answer one question; every member of the board reads the answer."""
    found = queries.question_or_none(request.viewer, request.district, question)
    if found is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None, question=found)
    context: dict[str, Any] = {"question": found, "form": form, "before": found.answer}
    if not form.is_valid():
        return render(request, "vision/way/answer.html", context, status=400 if form.errors else 200)
    given = form.cleaned_data
    try:
        services.answer(question=found, words=given["answer"], before=given["before"], by=request.user)
    except services.AnsweredMeanwhileError as conflict:
        context |= {"theirs": conflict.current.answer, "before": conflict.current.answer}
        return render(request, "vision/way/answer.html", context, status=409)
    messages.success(request, _("Answered. Every member of the board can read it."))
    return redirect("vision:board", district=request.district.slug)
