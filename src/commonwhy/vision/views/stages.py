"""The stages of the draft: planned and begun, what each needs, and how long it took beside the plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.vision.forms.way import PlanForm, StageForm, SuggestionForm
from commonwhy.vision.models import Stage
from commonwhy.vision.queries import stages as queries
from commonwhy.vision.queries import vision as versions
from commonwhy.vision.services import stages as services
from commonwhy.vision.services.drafting import NotADraftError


def _today(request: Any) -> Any:
    return request.district.today()


@never_cache
@require_GET
@in_district("vision.see")
def stages(request: Any) -> HttpResponse:
    """Every stage of the draft, or of the version in force."""
    return _page(request)


def _page(request: Any, refused: StageForm | None = None, status: int = 200) -> HttpResponse:
    draft = versions.draft(request.viewer, request.district)
    version = draft or versions.adopted(request.viewer, request.district)
    may_lead = draft is not None and may(request.viewer, "vision.lead_the_way", request.district)
    lines: list[dict[str, Any]] = []
    planned = False
    for line in queries.lines(request.viewer, version, _today(request)) if version else ():
        planned = planned or line.planned[0] is not None
        gates = services.gates(draft, line.name) if draft and (line.state == "waiting" or line.known) else []
        lacking = [gate for gate in gates if not gate.holds]
        mine = refused if refused is not None and refused["stage"].value() == line.name else None
        form = mine or StageForm(
            initial={"stage": line.name, "on": _today(request)},
            exception_needed=bool(lacking) and all(gate.excusable for gate in lacking),
            auto_id=f"{line.name}_%s",
        )
        lines.append(
            {
                "line": line,
                "gates": gates,
                "form": form,
                # What nothing can stand in for is mended first.
                "can_begin": line.name != Stage.Name.APPROVED and all(gate.excusable for gate in lacking),
                "excused": bool(lacking),
            }
        )
    context = {
        "version": version,
        "lines": lines,
        "may_lead": may_lead,
        "refused": refused,
        "may_adopt": draft is not None and may(request.viewer, "vision.adopt", request.district),
        "planned": planned,
    }
    return render(request, "vision/way/stages.html", context, status=status)


@require_POST
@in_district("vision.lead_the_way")
def stage(request: Any) -> HttpResponse:
    """Note that a stage began or ended."""
    draft = versions.draft(request.viewer, request.district)
    name = request.POST.get("stage", "")
    if draft is None or name not in Stage.Name.values:
        messages.warning(request, _("There is no draft to note this for any more. Nothing was changed."))
        return redirect("vision:stages", district=request.district.slug)
    needed = "end" not in request.POST and any(not gate.holds for gate in services.gates(draft, name))
    form = StageForm(request.POST, exception_needed=needed, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _page(request, form, 400)
    on = form.cleaned_data["on"]
    try:
        if "end" in request.POST:
            services.end(version=draft, name=name, on=on, by=request.user)
        else:
            services.begin(version=draft, name=name, on=on, by=request.user, exception_reason=form.reason())
    except services.StageRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, 400)
    except NotADraftError:
        messages.warning(request, _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        return redirect("vision:stages", district=request.district.slug)
    messages.success(request, _("Noted."))
    return redirect("vision:stages", district=request.district.slug)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.lead_the_way")
def plan(request: Any) -> HttpResponse:
    """Plan when each stage is to be; `?begins=...&months=4` fills in a suggestion, which is saved by nobody but a person."""
    draft = versions.draft(request.viewer, request.district)
    if draft is None:
        return redirect("vision:stages", district=request.district.slug)
    kept = {line.name: line.planned for line in queries.lines(request.viewer, draft, _today(request))}
    suggestion = SuggestionForm(
        request.GET if "months" in request.GET else None, initial={"begins": _today(request), "months": 4}
    )
    if suggestion.is_valid():
        kept = services.suggested(**suggestion.cleaned_data)
    form = PlanForm(request.POST if request.method == "POST" else None, planned=kept)
    if form.is_valid():
        try:
            services.plan(version=draft, dates=form.dates(), by=request.user)
        except (services.StageRefused, NotADraftError) as refusal:
            form.add_error(None, str(refusal) or _("This version was adopted meanwhile and is frozen. Nothing was changed."))
        else:
            messages.success(request, _("Planned. Change it whenever you learn more."))
            return redirect("vision:stages", district=request.district.slug)
    context = {"form": form, "suggestion": suggestion, "suggested": suggestion.is_bound and suggestion.is_valid()}
    return render(request, "vision/way/plan.html", context, status=400 if form.errors else 200)
