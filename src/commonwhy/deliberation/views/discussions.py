"""Discussions for those who run them: the list, a draft until it opens, what comes in while it is open, the public page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.deliberation.forms.discussions import DiscussionForm
from commonwhy.deliberation.models import Discussion
from commonwhy.deliberation.queries import discussions as queries
from commonwhy.deliberation.queries import moderation
from commonwhy.deliberation.services import discussions as services
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.models import Question
from commonwhy.listening.queries.asked import plan_of
from commonwhy.listening.queries.coverage import coverage_table
from commonwhy.listening.queries.surveys import missing_before_opening
from commonwhy.listening.services.surveys import SurveyRefused, usual_closing


def found_discussion(request: Any, pk: UUID) -> Discussion:
    """The district's discussion, or "not found"; a draft is there for those who run it."""
    found = queries.discussion_of(request.viewer, request.district, pk)
    if found is None or (found.survey.is_draft and not may(request.viewer, "discussions.run", request.district)):
        raise Http404
    return found


def to(discussion: Discussion, name: str = "deliberation:discussion") -> HttpResponse:
    """Back to a page of the discussion."""
    return redirect(name, discussion.district.slug, discussion.pk)


def done(request: Any, act: Callable[[], object]) -> bool:
    """Do it, or tell people why not."""
    try:
        act()
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


@never_cache
@require_GET
@in_district("discussions.see")
def discussions(request: Any) -> HttpResponse:
    """Every discussion; drafts for those who run them."""
    runs = may(request.viewer, "discussions.run", request.district)
    lines = [line for line in queries.lines(request.viewer, request.district) if runs or not line.discussion.survey.is_draft]
    context = {
        "lines": lines,
        "runs": runs,
        "moderates": may(request.viewer, "discussions.moderate", request.district),
        "open": sum(line.discussion.survey.is_open for line in lines),
    }
    return render(request, "deliberation/discussions/list.html", context)


@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def new(request: Any) -> HttpResponse:
    """Prepare a discussion; `?question=` proposes what a survey has asked, `?survey=` offers that survey's questions."""
    started_from = _started_from(request)
    proposed = {}
    if started_from is not None:
        version = started_from.version
        proposed = {code: version.words(started_from.texts, code) for code in started_from.texts}
    initial = {"closes_at": usual_closing(request.district), "groups": request.GET.getlist("group")}
    data = request.POST if request.method == "POST" else None
    form = DiscussionForm(request.district, data, initial=initial, question=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_discussion(
                district=request.district, by=request.user, opened_from=started_from, **form.arguments()
            )
        except SurveyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is kept. Now bring in the first statements."))
            return to(made)
    context = {
        "form": form,
        "started_from": started_from,
        "starts": queries.questions_to_start_from(request.viewer, request.district),
    }
    return render(request, "deliberation/discussions/form.html", context, status=400 if form.errors else 200)


def _started_from(request: Any) -> Question | None:
    asked = request.POST.get("question") or request.GET.get("question") or ""
    try:
        return queries.start_from(request.viewer, request.district, UUID(asked)) if asked else None
    except ValueError:
        return None


@never_cache
@require_GET
@in_district("discussions.see")
def discussion(request: Any, discussion: UUID) -> HttpResponse:
    """A draft with what it lacks, or an opened discussion with what came in."""
    found = found_discussion(request, discussion)
    survey = found.survey
    context: dict[str, Any] = {
        "discussion": found,
        "survey": survey,
        "question": queries.question_of(found),
        "runs": may(request.viewer, "discussions.run", request.district),
        "moderates": may(request.viewer, "discussions.moderate", request.district),
        "zone": ZoneInfo(request.district.time_zone),
        "counts": moderation.counts(request.viewer, found),
        "hidden": moderation.hidden_labels(moderation.hidden_counts(request.viewer, found)),
    }
    if survey.is_draft:
        plan = plan_of(survey)
        missing = missing_before_opening(survey, plan)
        context |= {
            "plan": plan,
            "missing": missing,
            "stopped": any(each.stops for each in missing),
            "seeds": queries.seeds_of(request.viewer, found),
        }
        return render(request, "deliberation/discussions/draft.html", context)
    listens = may(request.viewer, "listening.see", request.district)
    context |= {
        "table": coverage_table(request.viewer, survey) if listens else None,
        "has_figures": services.has_figures(found),
    }
    return render(request, "deliberation/discussions/discussion.html", context)


@require_http_methods(["GET", "POST"])
@in_district("discussions.run")
def change(request: Any, discussion: UUID) -> HttpResponse:
    """Change a draft."""
    found = found_discussion(request, discussion)
    survey = found.survey
    if not survey.is_draft:
        messages.info(request, _("This discussion has opened, so its question, its groups and its mode stay as they are."))
        return to(found)
    initial = {
        "groups": [str(group.pk) for group in survey.groups.all()],
        "mode": survey.mode,
        "closes_at": survey.closes_at,
        "open_link": survey.open_link,
        "takes_statements": found.takes_statements,
    }
    data = request.POST if request.method == "POST" else None
    form = DiscussionForm(request.district, data, initial=initial, question=queries.question_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            return to(services.change_discussion(discussion=found, by=request.user, **form.arguments()))
        except SurveyRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "discussion": found}
    return render(request, "deliberation/discussions/form.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("discussions.run")
def open_it(request: Any, discussion: UUID) -> HttpResponse:
    found = found_discussion(request, discussion)
    if done(request, lambda: services.open_discussion(discussion=found, by=request.user)):
        messages.success(request, _("It is open. Now invite people."))
    return to(found)


@require_POST
@in_district("discussions.run")
def close(request: Any, discussion: UUID) -> HttpResponse:
    found = found_discussion(request, discussion)
    if done(request, lambda: services.close_discussion(discussion=found, by=request.user)):
        messages.success(request, _("It is closed. Every vote and every statement is kept."))
    return to(found)


@require_POST
@in_district("discussions.run")
def discard(request: Any, discussion: UUID) -> HttpResponse:
    found = found_discussion(request, discussion)
    if not done(request, lambda: services.discard_discussion(discussion=found, by=request.user)):
        return to(found)
    messages.success(request, _("The draft is discarded, with its statements. The voices they came from are kept."))
    return redirect("deliberation:discussions", request.district.slug)


@require_POST
@in_district("discussions.run")
def publish(request: Any, discussion: UUID) -> HttpResponse:
    """Let anybody read where we agree, or take that back."""
    found = found_discussion(request, discussion)
    if request.POST.get("published") == "yes":
        if done(request, lambda: services.publish(discussion=found, by=request.user)):
            messages.success(request, _("Anybody can read where we agree now."))
    elif done(request, lambda: services.unpublish(discussion=found, by=request.user)):
        messages.success(request, _("The public page is taken back. People in the district still read it here."))
    return to(found)


@require_POST
@in_district("discussions.run")
def takes_statements(request: Any, discussion: UUID) -> HttpResponse:
    """Let people add statements, or stop it."""
    found = found_discussion(request, discussion)
    taken = request.POST.get("taken") == "yes"
    if done(request, lambda: services.take_statements(discussion=found, taken=taken, by=request.user)):
        messages.success(
            request, _("People can add statements.") if taken else _("People can add no more statements; they can still vote.")
        )
    return to(found)
