"""Questionnaires: read, written while nobody was asked with them, previewed as the people asked would see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.branching import Part, parts
from commonwhy.listening.forms.questionnaires import CopyForm, NewQuestionnaireForm, QuestionForm, VersionForm, language_name
from commonwhy.listening.models import ExpertReview, Question, QuestionnaireVersion
from commonwhy.listening.queries.surveys import questionnaire_lines
from commonwhy.listening.services import questionnaires as services
from commonwhy.listening.services import questions as question_services
from commonwhy.listening.services.questionnaires import QuestionnaireRefused
from commonwhy.listening.wording import Wording, has_plain_words


def version_of(request: Any, version: UUID) -> QuestionnaireVersion:
    """The district's version, or "not found"."""
    versions = QuestionnaireVersion.objects.visible_to(request.viewer).filter(district=request.district)
    found: QuestionnaireVersion = get_object_or_404(versions.select_related("questionnaire", "district"), pk=version)
    return found


def question_of(request: Any, version: UUID, question: UUID) -> Question:
    questions = Question.objects.visible_to(request.viewer).filter(district=request.district, version=version)
    found: Question = get_object_or_404(questions.select_related("version__questionnaire", "version__district"), pk=question)
    return found


def to(version: QuestionnaireVersion) -> HttpResponse:
    return redirect("listening:questionnaire", district=version.district.slug, version=version.pk)


@require_GET
@in_district("listening.see")
def questionnaires(request: Any) -> HttpResponse:
    context = {
        "lines": questionnaire_lines(request.viewer, request.district),
        "runs": may(request.viewer, "listening.run", request.district),
    }
    return render(request, "listening/questionnaires/list.html", context)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def new(request: Any) -> HttpResponse:
    """Copy a shipped questionnaire or begin an empty one."""
    form = NewQuestionnaireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if values["start"] != form.EMPTY:
                return to(services.copy_shipped(district=request.district, key=values["start"], by=request.user))
            return to(
                services.create_questionnaire(
                    district=request.district, title=values["title"], languages=values["languages"], by=request.user
                )
            )
        except QuestionnaireRefused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "listening/questionnaires/new.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
@in_district("listening.see")
def version(request: Any, version: UUID) -> HttpResponse:
    """One version: its questions in order, and what may be done with it."""
    shown = version_of(request, version)
    questions = list(Question.objects.visible_to(request.viewer).filter(version=shown))
    language = language_of(request, shown)
    siblings = QuestionnaireVersion.objects.visible_to(request.viewer).filter(questionnaire=shown.questionnaire_id)
    wording = Wording(shown, language)
    sections = parts(questions, questions)
    context = {
        "version": shown,
        "questions": [_as_listed(question, questions, wording, sections.get(question.pk)) for question in questions],
        "has_plain": has_plain_words(shown, questions),
        "reviews": list(ExpertReview.objects.visible_to(request.viewer).filter(version=shown)),
        "language": language,
        "versions": list(siblings.order_by("-number")),
        "kinds": Question.Kind.choices,
        "runs": may(request.viewer, "listening.run", request.district),
    }
    return render(request, "listening/questionnaires/version.html", context)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def change(request: Any, version: UUID) -> HttpResponse:
    """Change title, languages, the term asked about and what stands around the questions."""
    shown = version_of(request, version)
    if shown.frozen:
        return _frozen(request, shown)
    form = VersionForm(shown, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return to(services.change_version(version=shown, by=request.user, **form.arguments()))
        except QuestionnaireRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "version": shown}
    return render(request, "listening/questionnaires/change.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def add(request: Any, version: UUID, kind: str) -> HttpResponse:
    """A new question of a kind."""
    shown = version_of(request, version)
    if kind not in Question.Kind.values:
        raise Http404
    if shown.frozen:
        return _frozen(request, shown)
    earlier = list(Question.objects.visible_to(request.viewer).filter(version=shown))
    form = QuestionForm(shown, kind, request.POST if request.method == "POST" else None, earlier=earlier)

    def save() -> None:
        question_services.add_question(version=shown, kind=kind, by=request.user, written=form.written())

    return _question_form(request, shown, form, save)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def question(request: Any, version: UUID, question: UUID) -> HttpResponse:
    """Change a question."""
    asked = question_of(request, version, question)
    if asked.version.frozen:
        return _frozen(request, asked.version)
    earlier = Question.objects.visible_to(request.viewer).filter(version=asked.version_id, position__lt=asked.position)
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(asked.version, asked.kind, data, asked, earlier=list(earlier))

    def save() -> None:
        question_services.change_question(question=asked, by=request.user, written=form.written())

    return _question_form(request, asked.version, form, save)


@require_POST
@in_district("listening.run")
def move(request: Any, version: UUID, question: UUID) -> HttpResponse:
    asked = question_of(request, version, question)
    _done(request, lambda: question_services.move_question(question=asked, up="up" in request.POST, by=request.user))
    return to(asked.version)


@require_POST
@in_district("listening.run")
def remove(request: Any, version: UUID, question: UUID) -> HttpResponse:
    asked = question_of(request, version, question)
    if _done(request, lambda: question_services.remove_question(question=asked, by=request.user)):
        messages.success(request, _("The question is removed."))
    return to(asked.version)


@require_POST
@in_district("listening.run")
def next_version(request: Any, version: UUID) -> HttpResponse:
    """A copy of a frozen version, to be changed."""
    return to(services.next_version(version=version_of(request, version), by=request.user))


@require_POST
@in_district("listening.run")
def discard(request: Any, version: UUID) -> HttpResponse:
    shown = version_of(request, version)
    if not _done(request, lambda: services.discard_version(version=shown, by=request.user)):
        return to(shown)
    messages.success(request, _("Discarded. Versions that people were asked with are kept."))
    return redirect("listening:questionnaires", district=request.district.slug)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def copy(request: Any, version: UUID) -> HttpResponse:
    """Begin a questionnaire of its own with a copy of this version."""
    shown = version_of(request, version)
    title = _("%(title)s, adapted") % {"title": shown.questionnaire.title}
    form = CopyForm(request.POST if request.method == "POST" else None, initial={"title": title[:160]})
    if request.method == "POST" and form.is_valid():
        return to(services.copy_and_adapt(version=shown, title=form.cleaned_data["title"], by=request.user))
    context = {"form": form, "version": shown}
    return render(request, "listening/questionnaires/copy.html", context, status=400 if form.errors else 200)


def _as_listed(question: Question, questions: list[Question], wording: Wording, part: Part | None) -> dict[str, Any]:
    """A question as the page of its version shows it."""
    version = wording.version
    return {
        "question": question,
        "words": wording.text(question.texts),
        "plain": wording.text(question.plain_texts) if question.plain_texts else "",
        "options": [wording.text(option["texts"]) for option in question.options],
        "rows": [wording.text(row["texts"]) for row in question.rows],
        "section": wording.text(part.heading) if part and part.begins else "",
        "condition": condition_of(question, questions, wording),
        "missing": [language_name(code) for code in version.languages if not question.texts.get(code)],
    }


def condition_of(question: Question, questions: list[Question], wording: Wording) -> dict[str, Any] | None:
    """When a question is asked, in words: after which answers to which question. None where it always is."""
    if not question.shown_if:
        return None
    number, deciding = next((n, each) for n, each in enumerate(questions, 1) if each.key == question.shown_if["question"])
    wanted = set(question.shown_if["any_of"])
    return {
        "number": number,
        "answers": [wording.text(option["texts"]) for option in deciding.options if option["key"] in wanted],
    }


def _question_form(request: Any, version: QuestionnaireVersion, form: QuestionForm, save: Callable[[], None]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except QuestionnaireRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return to(version)
    context = {"form": form, "version": version, "kind": Question.Kind(form.kind).label}
    return render(request, "listening/questionnaires/question.html", context, status=400 if form.errors else 200)


def _frozen(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    messages.info(request, _("People have been asked with this version, so it stays as it is. Make the next one to change it."))
    return to(version)


def language_of(request: Any, version: QuestionnaireVersion) -> str:
    """The language to show it in: the one asked for, else the reader's, as far as the version has it."""
    for wish in (request.GET.get("in", ""), get_language() or ""):
        if wish in version.languages:
            return str(wish)
    return str(version.languages[0])


def _done(request: Any, act: Callable[[], object]) -> bool:
    try:
        act()
    except QuestionnaireRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True
