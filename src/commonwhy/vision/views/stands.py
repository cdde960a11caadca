"""Where each group stands on the draft: the list, and recording one stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.models import School
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.texts import LANGUAGES
from commonwhy.vision.forms.way import StandForm
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.queries import vision as versions
from commonwhy.vision.queries import way as queries
from commonwhy.vision.services import endorsement
from commonwhy.vision.services.drafting import NotADraftError


@never_cache
@require_GET
@in_district("vision.see")
def stands(request: Any) -> HttpResponse:
    """Where every group stands on the draft, or stood on the version in force."""
    draft = versions.draft(request.viewer, request.district)
    version = draft or versions.adopted(request.viewer, request.district)
    may_record = draft is not None and may(request.viewer, "vision.endorse", request.district)
    listed = queries.stands(request.viewer, version) if version else []
    context = {
        "version": version,
        "stands": listed,
        "recorded": sum(one.stand is not None for one in listed),
        "waiting": [one.group for one in listed if one.required and one.stand is None],
        "may_record": may_record,
        "in_district": queries.records_for_district(request.viewer, request.district),
        "schools": queries.schools_to_record(request.viewer, request.district) if may_record else [],
    }
    return render(request, "vision/way/stands.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.endorse")
def stand(request: Any, group: UUID, school: UUID | None = None) -> HttpResponse:
    """Record where one group stands, in the district or in one school."""
    found = queries.group_or_none(request.viewer, request.district, group)
    place = _place(request, school)
    if found is None or (school is None and not queries.records_for_district(request.viewer, request.district)):
        raise Http404
    draft = versions.draft(request.viewer, request.district)
    today = request.district.today()
    if draft is None:
        return _too_late(request, found, place, today)
    recorded = queries.stand_of(request.viewer, draft, found, place)
    posted = request.POST if request.method == "POST" else None
    form = StandForm(posted, recorded=recorded, today=today)
    context: dict[str, Any] = {"group": found, "school": place, "recorded": recorded, "form": form, "theirs": None}
    if posted is not None and "take_back" in posted:
        return _taken_back(request, draft, found, place, posted, context)
    if posted is not None:
        written = {code: posted.get(f"because_{code}", "") for code in LANGUAGES}
        form.offer_names(endorsement.names_in(request.district, written))
    if not form.is_valid():
        return _page(request, context, 400 if form.errors else 200)
    if form.may_hold_names and form.cleaned_data["looked"] != form.digest():
        # A person looks at what may be names before anything is kept.
        return _page(request, {**context, "look": form.digest()}, 200)
    try:
        endorsement.record(version=draft, group=found, school=place, by=request.user, **form.stand_and_reason())
    except endorsement.StandRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, context, 400)
    except endorsement.StandConflictError as conflict:
        return _page(request, {**context, "theirs": conflict.current, "conflict": True}, 409)
    except NotADraftError:
        return _too_late(request, found, place, today)
    messages.success(request, _("Recorded."))
    return redirect("vision:stands", district=request.district.slug)


def _taken_back(
    request: Any, draft: VisionVersion, group: Any, school: School | None, posted: Any, context: dict[str, Any]
) -> HttpResponse:
    revision = posted.get("revision", "")
    try:
        endorsement.take_back(
            version=draft,
            group=group,
            school=school,
            by=request.user,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else -1,
        )
    except endorsement.StandConflictError as conflict:
        return _page(request, {**context, "theirs": conflict.current, "conflict": True}, 409)
    except NotADraftError:
        return _too_late(request, group, school, request.district.today())
    messages.success(request, _("Taken back. Nothing is recorded for them now."))
    return redirect("vision:stands", district=request.district.slug)


def _place(request: Any, school: UUID | None) -> School | None:
    if school is None:
        return None
    offered = {one.pk: one for one in queries.schools_to_record(request.viewer, request.district)}
    if school not in offered:
        raise Http404
    return offered[school]


def _too_late(request: Any, group: Any, school: School | None, today: Any) -> HttpResponse:
    """What somebody wrote for a version that is frozen meanwhile stays on the page; without anything written, go on."""
    if request.method != "POST":
        return redirect("vision:stands", district=request.district.slug)
    form = StandForm(request.POST, recorded=None, today=today)
    return _page(request, {"group": group, "school": school, "form": form, "too_late": True}, 409)


def _page(request: Any, context: dict[str, Any], status: int) -> HttpResponse:
    form, theirs = context["form"], context.get("theirs")
    recorded = theirs if context.get("conflict") else context.get("recorded")
    kept = form["revision"].value() if form.is_bound and not context.get("conflict") else None
    revision = kept if kept is not None else recorded.revision if recorded else 0
    context |= {"revision": revision, "counts": [form[name] for name in endorsement.COUNTS]}
    return render(request, "vision/way/stand.html", context, status=status)
