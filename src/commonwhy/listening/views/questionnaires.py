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
from commonwhy.listening.forms.questionnaires import NewQuestionnaireForm, QuestionForm, VersionForm, language_name
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import Question, QuestionnaireVersion
from commonwhy.listening.queries.surveys import questionnaire_lines
from commonwhy.listening.services import questionnaires as services
from commonwhy.listening.services.questionnaires import QuestionnaireRefused
from commonwhy.listening.wording import Wording


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
    language = _language(request, shown)
    siblings = QuestionnaireVersion.objects.visible_to(request.viewer).filter(questionnaire=shown.questionnaire_id)
    context = {
        "version": shown,
        "questions": [
            {
                "question": question,
                "words": shown.words(question.texts, language),
                "options": [shown.words(option["texts"], language) for option in question.options],
                "rows": [shown.words(row["texts"], language) for row in question.rows],
                "missing": [language_name(code) for code in shown.languages if not question.texts.get(code)],
            }
            for question in questions
        ],
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
    form = QuestionForm(shown, kind, request.POST if request.method == "POST" else None)

    def save() -> None:
        services.add_question(version=shown, kind=kind, by=request.user, **form.arguments())

    return _question_form(request, shown, form, save)


@require_http_methods(["GET", "POST"])
@in_district("listening.run")
def question(request: Any, version: UUID, question: UUID) -> HttpResponse:
    """Change a question."""
    asked = question_of(request, version, question)
    if asked.version.frozen:
        return _frozen(request, asked.version)
    form = QuestionForm(asked.version, asked.kind, request.POST if request.method == "POST" else None, asked)

    def save() -> None:
        services.change_question(question=asked, by=request.user, **form.arguments())

    return _question_form(request, asked.version, form, save)


@require_POST
@in_district("listening.run")
def move(request: Any, version: UUID, question: UUID) -> HttpResponse:
    asked = question_of(request, version, question)
    _done(request, lambda: services.move_question(question=asked, up="up" in request.POST, by=request.user))
    return to(asked.version)


@require_POST
@in_district("listening.run")
def remove(request: Any, version: UUID, question: UUID) -> HttpResponse:
    asked = question_of(request, version, question)
    if _done(request, lambda: services.remove_question(question=asked, by=request.user)):
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


@require_GET
@in_district("listening.see")
def preview(request: Any, version: UUID) -> HttpResponse:
    """Every question as the people asked would see it; nothing can be answered here."""
    shown = version_of(request, version)
    language = _language(request, shown)
    forms = [
        AnswerForm(question, Wording(shown, language))
        for question in Question.objects.visible_to(request.viewer).filter(version=shown)
    ]
    for number, form in enumerate(forms, start=1):
        form.prefix = f"q{number}"
        for field in form.fields.values():
            field.disabled = True
    context = {
        "version": shown,
        "forms": forms,
        "intro": shown.words(shown.intro, language),
        "thanks": shown.words(shown.thanks, language),
        "language": language,
        "languages": [(code, language_name(code)) for code in shown.languages],
    }
    return render(request, "listening/questionnaires/preview.html", context)


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


def _language(request: Any, version: QuestionnaireVersion) -> str:
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
