"""Themes: the list, one theme, putting two together, and who speaks of what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.core.charts import VARIANTS
from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.themes import ThemeForm
from commonwhy.listening.models import Question, Survey, Theme
from commonwhy.listening.queries import theme_figures as figures
from commonwhy.listening.queries import themes as queries
from commonwhy.listening.queries.theme_figures import Figures
from commonwhy.listening.queries.voices import Voices
from commonwhy.listening.services import theme_figures as counting
from commonwhy.listening.services import themes as services
from commonwhy.listening.services.theme_merging import put_together
from commonwhy.listening.services.themes import ThemeRefused


def _theme(request: Any, theme: UUID) -> Theme:
    rows = Theme.objects.visible_to(request.viewer).filter(district=request.district)
    found: Theme = get_object_or_404(rows.select_related("district"), pk=theme)
    return found


@never_cache
@require_GET
@in_district("themes.see")
def themes(request: Any) -> HttpResponse:
    """Every theme, how far the coding has come, and where it was counted."""
    codes = may(request.viewer, "themes.code", request.district)
    voices = Voices(request.viewer, request.district) if codes else None
    context = {
        "lines": queries.theme_lines(request.viewer, request.district, voices),
        "aside": list(queries.themes(request.viewer, request.district, retired=True)),
        "progress": queries.progress(request.viewer, request.district, voices) if voices else None,
        "counted": figures.all_figures(request.viewer, request.district),
        "surveys": list(figures.opened_surveys(request.viewer, request.district)[:6]),
        "may_shape": may(request.viewer, "themes.shape", request.district),
        "may_code": codes,
    }
    return render(request, "listening/themes/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.shape")
def new(request: Any) -> HttpResponse:
    form = ThemeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.make_theme(district=request.district, by=request.user, **form.arguments())
        except ThemeRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Made. Say now which answers speak of it, or make the next one."))
            return redirect("listening:themes", district=request.district.slug)
    return render(request, "listening/themes/theme.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.shape")
def theme(request: Any, theme: UUID) -> HttpResponse:
    """One theme: its words, and the ways to put it together with another or lay it aside."""
    found = _theme(request, theme)
    form = ThemeForm(request.POST if request.method == "POST" else None, found)
    if form.is_valid():
        try:
            services.describe_theme(theme=found, by=request.user, **form.arguments())
        except ThemeRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("listening:themes", district=request.district.slug)
    others = queries.themes(request.viewer, request.district).exclude(pk=found.pk)
    context = {"form": form, "theme": found, "others": others}
    return render(request, "listening/themes/theme.html", context, status=400 if form.errors else 200)


@require_POST
@in_district("themes.shape")
def merge(request: Any, theme: UUID) -> HttpResponse:
    """Move every code of this theme to another one."""
    found = _theme(request, theme)
    wanted = request.POST.get("into", "")
    others = Theme.objects.visible_to(request.viewer).filter(district=request.district)
    into = next((other for other in others if str(other.pk) == wanted), None)
    try:
        if into is None:
            raise ThemeRefused(_("Choose another theme to put this one together with."))
        moved = put_together(theme=found, into=into, by=request.user)
    except ThemeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("listening:theme", district=request.district.slug, theme=found.pk)
    text = ngettext("%(count)s code moved to “%(name)s”.", "%(count)s codes moved to “%(name)s”.", moved)
    messages.success(request, text % {"count": moved, "name": into.name})
    return redirect("listening:themes", district=request.district.slug)


@require_POST
@in_district("themes.shape")
def lay_aside(request: Any, theme: UUID) -> HttpResponse:
    """Offer a theme no longer, or again."""
    aside = "again" not in request.POST
    services.lay_aside(theme=_theme(request, theme), aside=aside, by=request.user)
    messages.success(request, _("Laid aside. Its codes are kept.") if aside else _("It is offered again."))
    return redirect("listening:themes", district=request.district.slug)


@never_cache
@require_GET
@in_district("themes.see")
def concerns(request: Any) -> HttpResponse:
    """The register of concerns by group (M32), survey by survey."""
    counted = figures.all_figures(request.viewer, request.district)
    register = [
        {"record": record, "figures": shown, "question": figures.asked(record.question)}
        for record in counted
        if (shown := Figures(record)).concerns
    ]
    named = [theme for theme in queries.themes(request.viewer, request.district) if theme.concern]
    context = {
        "register": register,
        "named": [(label, [theme for theme in named if theme.concern == kind]) for kind, label in Theme.Concern.choices],
        "any_named": bool(named),
        "may_shape": may(request.viewer, "themes.shape", request.district),
    }
    return render(request, "listening/themes/concerns.html", context)


def _survey_and_questions(request: Any, survey: UUID) -> tuple[Survey, list[Question], Question]:
    """An opened survey, its questions in words, and the one that is asked for (else the first)."""
    rows = figures.opened_surveys(request.viewer, request.district)
    found: Survey = get_object_or_404(rows, pk=survey)
    questions = figures.text_questions(request.viewer, found)
    wanted = request.POST.get("question") or request.GET.get("question", "")
    question = next((each for each in questions if each.key == wanted), questions[0] if questions else None)
    if question is None:
        raise Http404
    return found, questions, question


@never_cache
@require_GET
@in_district("themes.see")
def theme_figures(request: Any, survey: UUID) -> HttpResponse:
    """Who speaks of what, for one question of a survey."""
    found, questions, question = _survey_and_questions(request, survey)
    record = figures.figures_of(request.viewer, found, question)
    context = {
        "survey": found,
        "question": question,
        "asked": figures.asked(question),
        "questions": [(each, figures.asked(each)) for each in questions],
        "record": record,
        "figures": Figures(record) if record else None,
        "any_theme": queries.themes(request.viewer, request.district).exists(),
        "may_shape": may(request.viewer, "themes.shape", request.district),
        "may_code": may(request.viewer, "themes.code", request.district),
    }
    return render(request, "listening/themes/figures.html", context)


@require_POST
@in_district("themes.shape")
def theme_count(request: Any, survey: UUID) -> HttpResponse:
    """Start counting and go to the job's page."""
    found, _questions, question = _survey_and_questions(request, survey)
    return redirect("core:job", job=counting.start(survey=found, question=question, by=request.user).pk)


@never_cache
@require_GET
@in_district("themes.see")
def theme_table(request: Any, survey: UUID) -> HttpResponse:
    """The cells of the page as a CSV file."""
    found, _questions, question = _survey_and_questions(request, survey)
    record = figures.figures_of(request.viewer, found, question)
    if record is None:
        raise Http404
    return _file(Figures(record).as_csv(), "text/csv; charset=utf-8", f"themes-{question.key}.csv")


@never_cache
@require_GET
@in_district("themes.see")
def theme_chart(request: Any, survey: UUID) -> HttpResponse:
    """The picture as it was drawn; `v` chooses the variant."""
    found, _questions, question = _survey_and_questions(request, survey)
    record = figures.figures_of(request.viewer, found, question, charts=True)
    charts: dict[str, dict[str, str]] = record.charts if record else {}
    drawn = charts.get(get_language() or "") or next(iter(charts.values()), {})
    variant = request.GET.get("v", "wide")
    if variant not in VARIANTS or variant not in drawn:
        raise Http404
    return _file(drawn[variant].encode(), "image/svg+xml", f"themes-{question.key}.svg", saved=variant == "file")


def _file(content: bytes, kind: str, name: str, *, saved: bool = True) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"attachment" if saved else "inline"}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
