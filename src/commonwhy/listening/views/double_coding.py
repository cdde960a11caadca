"""Two people code the same answers without seeing each other: drawing a sample, coding alone, and talking about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.listening.forms.themes import SampleForm, ticked, ticks
from commonwhy.listening.models import CodingSample
from commonwhy.listening.queries import double_coding as queries
from commonwhy.listening.queries import themes as theme_queries
from commonwhy.listening.queries.theme_figures import asked, opened_surveys, questions_in_words
from commonwhy.listening.queries.themes import Words
from commonwhy.listening.queries.voices import Filters, Voices
from commonwhy.listening.services import double_coding as services
from commonwhy.listening.services.double_coding import DoubleCodingRefused

PAGE = 10
MOST_SURVEYS = 12


def _sample(request: Any, sample: UUID) -> CodingSample:
    found: CodingSample = get_object_or_404(queries.samples(request.viewer, request.district), pk=sample)
    return found


def _to(sample: CodingSample) -> HttpResponse:
    return redirect("listening:double_coding", district=sample.district.slug, sample=sample.pk)


def _done(sample: CodingSample, account: UUID) -> bool:
    return sample.first_done if account == sample.first else sample.second_done


@never_cache
@require_GET
@in_district("themes.shape")
def double_codings(request: Any) -> HttpResponse:
    """Every sample, whose it is, and where it stands."""
    found = list(queries.samples(request.viewer, request.district))
    names = queries.names_of(account for sample in found for account in (sample.first, sample.second))
    context = {
        "samples": [
            {
                "sample": sample,
                "first": names.get(sample.first, ""),
                "second": names.get(sample.second, ""),
                "asked": asked(sample.question),
            }
            for sample in found
        ]
    }
    return render(request, "listening/themes/double/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.shape")
def double_coding_new(request: Any) -> HttpResponse:
    """Choose a question, a size, and who codes as well."""
    surveys = list(opened_surveys(request.viewer, request.district)[:MOST_SURVEYS])
    questions = questions_in_words(request.viewer, surveys)
    offered = {f"{survey.pk} {each.key}": (survey, each) for survey in surveys for each in questions[survey.version_id]}
    labels = [(key, f"{survey.title}: {asked(question)}") for key, (survey, question) in offered.items()]
    people = [
        (str(membership.account_id), str(membership.account))
        for membership in services.may_code(request.district)
        if membership.account_id != request.user.pk
    ]
    form = SampleForm(request.POST if request.method == "POST" else None, labels, list(dict(people).items()))
    if form.is_valid():
        survey, question = offered[form.cleaned_data["asked"]]
        room = Voices(request.viewer, request.district)
        answers = list(room.answers(Filters(survey=str(survey.pk), question=question.key)).values_list("pk", flat=True))
        try:
            sample = services.draw_sample(
                district=request.district,
                survey=survey,
                question=question,
                answers=answers,
                size=form.cleaned_data["size"] or services.usual_size(len(answers)),
                second=UUID(form.cleaned_data["second"]),
                by=request.user,
            )
        except DoubleCodingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _to(sample)
    context = {"form": form, "people": people, "labels": labels}
    return render(request, "listening/themes/double/new.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("themes.shape")
def double_coding(request: Any, sample: UUID) -> HttpResponse:
    """Where it stands; once both are done, how far they agreed and where they differ."""
    found = _sample(request, sample)
    names = queries.names_of([found.first, found.second])
    context: dict[str, Any] = {
        "sample": found,
        "asked": asked(found.question),
        "first": names.get(found.first, ""),
        "second": names.get(found.second, ""),
        "mine": request.user.pk in (found.first, found.second),
        "done": _done(found, request.user.pk),
    }
    if found.compared:
        rows = queries.differing(Voices(request.viewer, request.district), found)
        context["agreement"] = queries.agreement(request.viewer, found)
        context["unsettled"] = sum(row.difference.settled is None for row in rows)
        context["page"] = Paginator(rows, PAGE * 2).get_page(request.GET.get("page"))
    return render(request, "listening/themes/double/sample.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.shape")
def double_code(request: Any, sample: UUID) -> HttpResponse:
    """One's own sheet: the sample's answers with one's own codes, and nobody else's."""
    found = _sample(request, sample)
    if request.user.pk not in (found.first, found.second):
        raise Http404
    if _done(found, request.user.pk):
        return _to(found)
    number = request.POST.get("page", "") or request.GET.get("page", "")
    room = Voices(request.viewer, request.district)
    answers = Paginator(queries.answers_of(room, found), PAGE)
    if request.method == "POST":
        add, remove = ticked(request.POST)
        try:
            services.code_alone(sample=found, add=add, remove=remove, by=request.user)
        except DoubleCodingRefused as refusal:
            messages.error(request, str(refusal))
            return _to(found)
        page = answers.get_page(number)
        if not page.has_next():
            return _to(found)
        address = reverse("listening:double_code", args=[request.district.slug, found.pk])
        return redirect(f"{address}?page={page.next_page_number()}")
    page = answers.get_page(number)
    every = list(theme_queries.themes(request.viewer, request.district))
    mine, words = theme_queries.own_codes(request.viewer, found, request.user.pk), Words(every)
    context = {
        "sample": found,
        "asked": asked(found.question),
        "page": page,
        "themes": every,
        "sheets": [
            (answer, ticks(answer.pk, every, mine.get(answer.pk, ()), words.pointing_to(str(answer.value)))) for answer in page
        ],
    }
    return render(request, "listening/themes/double/code.html", context)


@require_POST
@in_district("themes.shape")
def double_coding_done(request: Any, sample: UUID) -> HttpResponse:
    """Say that one is done; the second to say so starts the comparison."""
    found = _sample(request, sample)
    try:
        finished = services.finish(sample=found, by=request.user)
    except DoubleCodingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        both = _("Both of you are done. Here is how far you agree.")
        messages.success(request, both if finished.compared else _("Thank you. You see the outcome once the other is done too."))
    return _to(found)


@require_POST
@in_district("themes.shape")
def double_coding_give_up(request: Any, sample: UUID) -> HttpResponse:
    """Take the sample back; the answers are free again."""
    try:
        services.give_up(sample=_sample(request, sample), by=request.user)
    except DoubleCodingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Given up. The answers can be coded as before."))
    return redirect("listening:double_codings", district=request.district.slug)


@require_POST
@in_district("themes.shape")
def settle(request: Any, sample: UUID) -> HttpResponse:
    """Say what holds of one answer and one theme."""
    found = _sample(request, sample)
    try:
        answer, theme = UUID(request.POST.get("answer", "")), UUID(request.POST.get("theme", ""))
    except ValueError:
        raise Http404 from None
    try:
        services.settle(sample=found, answer=answer, theme=theme, speaks_of_it="yes" in request.POST, by=request.user)
    except DoubleCodingRefused as refusal:
        messages.error(request, str(refusal))
    number = request.POST.get("page", "")
    page = f"?page={number}" if number.isdecimal() else ""
    address = reverse("listening:double_coding", args=[request.district.slug, found.pk])
    return redirect(f"{address}{page}#differences")
