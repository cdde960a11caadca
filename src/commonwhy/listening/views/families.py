"""Families: the public page where they read a survey and say no, and the staff's list of what families have said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.districts.access import in_district
from commonwhy.listening.forms.care import PublicChoiceForm, RecordChoiceForm
from commonwhy.listening.models import ParentChoice, Survey
from commonwhy.listening.queries import families as queries
from commonwhy.listening.queries.lawful import asks_students, needs_consent, terms_of
from commonwhy.listening.queries.preview_for_families import preview
from commonwhy.listening.services import choices as services
from commonwhy.listening.services.choices import ChoiceRefused
from commonwhy.listening.services.responses import survey_with_code
from commonwhy.listening.views.respondent import cannot_tell, from_our_page, respondent_page, stop
from commonwhy.listening.views.surveys import survey_of


def _other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != get_language()]


@respondent_page
def families_page(request: HttpRequest, code: str) -> HttpResponse:
    """Read a survey before children are asked, and say no. The same for every name: nobody learns who goes to school here."""
    survey = survey_with_code(code)
    terms = terms_of(survey) if survey is not None else None
    if survey is None or terms is None or terms.preview_from is None or terms.preview_from > survey.district.today():
        return stop(
            request,
            status=404,
            title=_("There is nothing to read here yet"),
            text=_("Please come back on the day that your school has told you, or ask the school for the address."),
            languages=_other_languages(),
        )
    students = asks_students(survey)
    form = PublicChoiceForm(survey, request.POST if request.method == "POST" and students else None)
    problem, status, sent = "", 200, False
    if form.is_bound:
        problem, status, sent = _take(request, survey, form)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "survey": survey,
        "district": survey.district,
        "mode": survey.mode,
        "terms": terms,
        "notice": terms.notice.get(language) or next(iter(terms.notice.values()), ""),
        "preview": preview(survey, language),
        "students": students,
        "form": form,
        "problem": problem,
        "sent": sent,
        "consent": needs_consent(survey, terms),
        "languages": _other_languages(),
    }
    return render(request, "listening/care/families_page.html", context, status=status)


def _take(request: HttpRequest, survey: Survey, form: PublicChoiceForm) -> tuple[str, int, bool]:
    """What was sent: the problem, the status, and whether it is written down."""
    if not from_our_page(request):
        return cannot_tell(), 403, False
    if not form.is_valid():
        return _("Something is missing. Nothing was sent yet; what you wrote is still here."), 422, False
    values = form.cleaned_data
    if not services.say_publicly(survey=survey, child=values["child"], school=form.school_chosen, family=values["family"]):
        return (
            _("Very many families are writing today, so this could not be taken. Please call or write to the school office."),
            429,
            False,
        )
    return "", 200, True


# The staff's side


@never_cache
@require_GET
@in_district("people.see")
def families(request: Any, survey: UUID) -> HttpResponse:
    """What families have said about one survey: what waits to be matched, every child, and the record."""
    found = survey_of(request, survey)
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    school = _uuid(request.GET.get("school", ""))
    children = queries.with_choices(request.viewer, found, words, school)
    context = {
        "survey": found,
        "counts": queries.choice_counts(request.viewer, found),
        "to_match": queries.to_match(request.viewer, found),
        "page": Paginator(children, queries.PAGE).get_page(request.GET.get("page")),
        "record": Paginator(queries.choices_of(request.viewer, found), queries.PAGE).get_page(1),
        "schools": queries.schools_asked(found),
        "words": words,
        "school": str(school or ""),
        "form": RecordChoiceForm(initial={"given_on": request.district.today(), "in_writing": True}),
        "consent": needs_consent(found),
    }
    return render(request, "listening/care/families.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _back(request: Any, survey: Survey) -> HttpResponse:
    return redirect("listening:survey_families", district=request.district.slug, survey=survey.pk)


@require_POST
@in_district("people.see")
def record(request: Any, survey: UUID) -> HttpResponse:
    """Write down consent or a no for the children that were ticked."""
    found = survey_of(request, survey)
    form = RecordChoiceForm(request.POST)
    ticked = [pk for text in request.POST.getlist("child")[: queries.PAGE] if (pk := _uuid(text))]
    children = list(queries.students_of(request.viewer, found).filter(pk__in=ticked))
    if not form.is_valid() or not children:
        messages.error(request, _("Tick at least one child and say when. Nothing was changed."))
        return _back(request, found)
    done = 0
    for child in children:
        done += _done(
            request,
            lambda child=child: services.record_choice(survey=found, person=child, by=request.user, **form.cleaned_data),  # type: ignore[misc]
        )
    if done:
        text = ngettext("Written down for %(count)s child.", "Written down for %(count)s children.", done)
        messages.success(request, text % {"count": done} + " " + _what_follows(found, form.cleaned_data["kind"]))
    return _back(request, found)


def _what_follows(survey: Survey, kind: str) -> str:
    """What a no means for what was answered already; the same whether or not there was anything."""
    if kind != ParentChoice.Kind.OPT_OUT:
        return ""
    if survey.mode == Survey.Mode.ANONYMOUS:
        return _("They are asked no more. An answer they gave before cannot be found, because this survey is anonymous.")
    return _("They are asked no more. If there was an answer, it is deleted.")


def _done(request: Any, act: Callable[[], object]) -> bool:
    try:
        act()
    except ChoiceRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _choice(request: Any, survey: Survey, choice: UUID) -> ParentChoice:
    rows = ParentChoice.objects.visible_to(request.viewer).filter(survey=survey)
    found: ParentChoice = get_object_or_404(rows.select_related("survey__district", "person"), pk=choice)
    return found


@require_POST
@in_district("people.see")
def match(request: Any, survey: UUID, choice: UUID) -> HttpResponse:
    """Say which child a family wrote about."""
    found = survey_of(request, survey)
    row = _choice(request, found, choice)
    wanted = _uuid(request.POST.get("child", ""))
    child = queries.students_of(request.viewer, found).filter(pk=wanted).first() if wanted else None
    if child is None:
        messages.error(request, _("Choose the child first. Nothing was changed."))
    elif _done(request, lambda: services.match(choice=row, person=child, by=request.user)):
        messages.success(request, _("Matched.") + " " + _what_follows(found, row.kind))
    return _back(request, found)


@require_POST
@in_district("people.see")
def found_nobody(request: Any, survey: UUID, choice: UUID) -> HttpResponse:
    found = survey_of(request, survey)
    services.found_nobody(choice=_choice(request, found, choice), by=request.user)
    messages.success(request, _("Noted. What the family wrote stays on record."))
    return _back(request, found)


@require_POST
@in_district("people.see")
def take_back(request: Any, survey: UUID, choice: UUID) -> HttpResponse:
    """A family takes its consent or its no back."""
    found = survey_of(request, survey)
    row = _choice(request, found, choice)
    services.take_back(choice=row, by=request.user)
    messages.success(request, _("Taken back. It stays on record, with the day."))
    return _back(request, found)
