"""Moderation: what waits to be read, one statement after another; what is hidden and why; what says the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.deliberation.forms.moderation import AppealForm, HideForm, WordsForm
from commonwhy.deliberation.models import Discussion, Statement
from commonwhy.deliberation.queries import discussions as discussion_queries
from commonwhy.deliberation.queries import moderation as queries
from commonwhy.deliberation.services import duplicates as linking
from commonwhy.deliberation.services import likeness
from commonwhy.deliberation.services import moderation as services
from commonwhy.deliberation.services.holding import FOUND
from commonwhy.deliberation.views.discussions import done, found_discussion
from commonwhy.districts.access import in_district
from commonwhy.listening.queries.safety import holders
from commonwhy.listening.services.names import known_names, suggest_names
from commonwhy.listening.services.surveys import SurveyRefused

PAGE = 20


def _statement(request: Any, discussion: Discussion, pk: UUID) -> Statement:
    found = discussion_queries.statement_of(request.viewer, discussion, pk)
    if found is None:
        raise Http404
    return found


@never_cache
@require_GET
@in_district("discussions.moderate")
def moderation(request: Any, discussion: UUID) -> HttpResponse:
    """One pile of statements: those that wait, appeals, hidden ones, shown ones."""
    found = found_discussion(request, discussion)
    counts = queries.counts(request.viewer, found)
    asked = request.GET.get("show", "")
    here = asked if asked in counts else queries.WAITING
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    page = Paginator(queries.pile(request.viewer, found, here, words), PAGE).get_page(request.GET.get("page"))
    context = {
        "discussion": found,
        "counts": counts,
        "here": here,
        "words": words,
        "page": page,
        "statements": [(each, _found_in(each)) for each in page.object_list],
        "hidden": queries.hidden_labels(queries.hidden_counts(request.viewer, found)),
    }
    return render(request, "deliberation/moderation/list.html", context)


def _found_in(statement: Statement) -> list[tuple[str, Any]]:
    """What the look-through found, in words."""
    return [(key, FOUND[key]) for key in statement.held_for if key in FOUND]


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.moderate")
def moderate(request: Any, discussion: UUID, statement: UUID) -> HttpResponse:
    """Read one statement: show it, keep it waiting with its translation, hide it, or answer its author."""
    found = found_discussion(request, discussion)
    read = _statement(request, found, statement)
    suggestions = suggest_names(" \n".join(read.texts.values()), known_names(request.district))
    data = request.POST if request.method == "POST" else None
    deed = request.POST.get("do", "")
    words = WordsForm(read, suggestions, data if deed in ("show", "keep", "redact", "give_way") else None)
    hiding = HideForm(data if deed == "hide" else None, initial={"reason": read.reason})
    appeal = AppealForm(data if deed in ("give_way", "uphold") else None)
    if deed == "redact":
        words = words.without_names()
    elif deed:
        act = _deed(request, deed, read, words, hiding, appeal)
        if act is not None and (response := _carried_out(request, found, read, deed, act, words)):
            return response
    context = {
        "discussion": found,
        "statement": read,
        "voice": discussion_queries.voice_behind(request.viewer, read),
        "found": _found_in(read),
        "needs_help": "safety" in read.held_for,
        "named": [holder for holder in holders(request.district) if holder.reads] if "safety" in read.held_for else [],
        "words": words,
        "hiding": hiding,
        "appeal": appeal,
        "asks": read.state == Statement.State.HIDDEN and bool(read.appeal) and not read.appeal_answer,
        "redacted": deed == "redact",
        "alike": queries.alike_in_words(request.viewer, read),
        "trace": queries.trace(request.viewer, read),
    }
    wrong = bool(deed) and deed != "redact"
    return render(request, "deliberation/moderation/statement.html", context, status=400 if wrong else 200)


def _deed(
    request: Any, deed: str, read: Statement, words: WordsForm, hiding: HideForm, appeal: AppealForm
) -> Callable[[], object] | None:
    """What was asked for, where what it needs was filled in."""
    by = request.user
    if deed in ("show", "keep") and words.is_valid():
        act = services.show if deed == "show" else services.keep_texts
        return lambda: act(statement=read, texts=words.texts(), by=by)
    if deed == "let_go":
        return lambda: services.let_go_of_voice(statement=read, by=by)
    if deed == "hide" and hiding.is_valid():
        said = hiding.cleaned_data
        return lambda: services.hide(statement=read, reason=said["reason"], more=said["more"], by=by)
    if deed == "uphold" and appeal.is_valid():
        return lambda: services.answer_appeal(statement=read, shown=False, answer=appeal.cleaned_data["answer"], by=by)
    if deed == "give_way" and appeal.is_valid() and words.is_valid():
        answer = appeal.cleaned_data["answer"]
        return lambda: services.answer_appeal(statement=read, shown=True, answer=answer, by=by, texts=words.texts())
    return None


def _carried_out(
    request: Any, discussion: Discussion, read: Statement, deed: str, act: Callable[[], object], words: WordsForm
) -> HttpResponse | None:
    """Do it and go on to the next one that waits; None where it was refused, and the page says why."""
    try:
        act()
    except SurveyRefused as refusal:
        if words.is_bound:
            words.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return None
    said = {
        "show": _("It is shown from now on."),
        "keep": _("Kept. It waits on, until it is shown."),
        "hide": _("It is not shown. Its author reads why, and can ask you to look again."),
        "give_way": _("It is shown, and its author reads your answer."),
        "let_go": _("It no longer knows whose words they were. The statement stays hidden."),
        "uphold": _("It stays hidden, and its author reads your answer."),
    }
    messages.success(request, said[deed])
    after = queries.next_waiting(request.viewer, discussion, read.pk) if deed in ("show", "hide", "keep") else None
    if after is not None:
        return redirect("deliberation:moderate", request.district.slug, discussion.pk, after.pk)
    return redirect("deliberation:moderation", request.district.slug, discussion.pk)


@require_POST
@in_district("discussions.moderate")
def link(request: Any, discussion: UUID, statement: UUID) -> HttpResponse:
    """Say that a statement says the same as another; `back` is the page to go back to."""
    found = found_discussion(request, discussion)
    read = _statement(request, found, statement)
    try:
        other = _statement(request, found, UUID(request.POST.get("same_as", "")))
    except ValueError:
        messages.error(request, _("Choose which one says the same. Nothing was linked."))
        return _back(request, found, read)
    if done(request, lambda: linking.link(statement=read, same_as=other, by=request.user)):
        messages.success(request, _("Linked. Both keep their votes, and each person counts once."))
    return _back(request, found, read)


@require_POST
@in_district("discussions.moderate")
def unlink(request: Any, discussion: UUID, statement: UUID) -> HttpResponse:
    """Take a link back."""
    found = found_discussion(request, discussion)
    read = _statement(request, found, statement)
    if done(request, lambda: linking.unlink(statement=read, by=request.user)):
        messages.success(request, _("The link is taken back. That it was there stays on record."))
    return _back(request, found, read)


def _back(request: Any, discussion: Discussion, read: Statement) -> HttpResponse:
    if request.POST.get("back") == "duplicates":
        return redirect("deliberation:duplicates", request.district.slug, discussion.pk)
    return redirect("deliberation:moderate", request.district.slug, discussion.pk, read.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("discussions.moderate")
def duplicates(request: Any, discussion: UUID) -> HttpResponse:
    """Pairs that seem to say the same, as a job found them, and what is linked; POST looks again."""
    found = found_discussion(request, discussion)
    if request.method == "POST":
        return redirect("core:job", likeness.start_looking(discussion=found, by=request.user).pk)
    job = likeness.latest_job(found)
    context = {
        "discussion": found,
        "job": job,
        "pairs": queries.pairs(request.viewer, found, likeness.kept_pairs(job)),
        "linked": queries.linked(request.viewer, found),
    }
    return render(request, "deliberation/moderation/duplicates.html", context)
