"""A questionnaire as somebody would meet it: of a group, at a school, in a language, in plain or full words.

It is made with the forms and the templates of the respondents' own pages, so it cannot say anything else than they do. All
questions stand below one another, those that are only asked after certain answers too, and nothing can be sent.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group, School
from commonwhy.listening.branching import parts
from commonwhy.listening.forms.questionnaires import PreviewForm
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import ExpertReview, Question, QuestionnaireVersion, Survey, SurveyCell
from commonwhy.listening.queries.grade_bands import plain_by_default
from commonwhy.listening.queries.surveys import surveys_of
from commonwhy.listening.services.coarsening import Cell, coarsened
from commonwhy.listening.views.asking import may_be_student
from commonwhy.listening.views.questionnaires import condition_of, language_of, version_of
from commonwhy.listening.wording import Wording, has_plain_words


@require_GET
@in_district("listening.see")
def preview(request: Any, version: UUID) -> HttpResponse:
    """Choose as whom to look, and look. `?survey=` takes mode and groups from a survey that uses this version."""
    shown = version_of(request, version)
    survey = _survey_of(request, shown)
    form = PreviewForm(shown, _groups(request, survey), _schools(request), survey, _chosen(request, shown))
    questions = list(Question.objects.visible_to(request.viewer).filter(version=shown))
    cell = SurveyCell(survey=survey, group=form.group_chosen, school=form.school_chosen) if form.group_chosen else None
    language = language_of(request, shown)
    offered = has_plain_words(shown, questions)
    plain = offered and (form.words_chosen == "plain" or (not form.words_chosen and plain_by_default(shown, cell)))
    kept = _kept(survey, cell)
    context = {
        "version": shown,
        "survey": survey,
        "form": form,
        "language": language,
        "page": _page(request, Wording(shown, language, plain), questions, cell, form, kept),
        "reviews": list(ExpertReview.objects.visible_to(request.viewer).filter(version=shown)),
        "as_whom": _as_whom(form, plain),
    }
    return render(request, "listening/questionnaires/preview.html", context)


def _page(
    request: Any, wording: Wording, questions: list[Question], cell: SurveyCell | None, form: PreviewForm, kept: Cell | None
) -> str:
    """What they see, in their language: the pages' own words too, not only those of the questionnaire."""
    everything = parts(questions, questions)
    asked = []
    for number, question in enumerate(questions, start=1):
        one = AnswerForm(question, wording, prefix=f"q{number}")
        for field in one.fields.values():
            field.disabled = True
        part = everything.get(question.pk)
        asked.append(
            {
                "form": one,
                "question": question,
                "number": number,
                "part": part,
                "section": wording.text(part.heading) if part and part.begins else "",
                "condition": condition_of(question, questions, wording),
                "lang": "" if one.language == wording.language else one.language,
            }
        )
    with translation.override(wording.language):
        context = {
            "district": request.district,
            "mode": form.mode_chosen,
            "intro": wording.intro,
            "thanks": wording.thanks,
            "asked": asked,
            "kept": kept,
            "cell": cell,
            "plain": wording.plain,
            "offers_words": has_plain_words(wording.version, questions),
            "with_help": may_be_student(cell),
            "title": wording.version.questionnaire.title,
        }
        return render_to_string("listening/questionnaires/as_they_see_it.html", context)


def _survey_of(request: Any, version: QuestionnaireVersion) -> Survey | None:
    wanted = request.GET.get("survey", "")
    try:
        pk = UUID(wanted) if wanted else None
    except ValueError:
        pk = None
    surveys = surveys_of(request.viewer, request.district).filter(version=version)
    return get_object_or_404(surveys, pk=pk) if pk else None


def _chosen(request: Any, version: QuestionnaireVersion) -> dict[str, str]:
    """What stands in the address; what does not, as it is shown."""
    return {"in": language_of(request, version), **request.GET.dict()}


def _groups(request: Any, survey: Survey | None) -> list[Group]:
    """The groups that may be asked with it, students first: they are most who read plain words and the help."""
    groups = Group.objects.visible_to(request.viewer).filter(district=request.district, not_here="")
    if survey is not None:
        groups = groups.filter(surveys=survey)
    return sorted(groups, key=lambda group: (group.kind != Group.Kind.STUDENTS, Group.Kind.values.index(group.kind), group.name))


def _schools(request: Any) -> list[School]:
    return list(School.objects.visible_to(request.viewer).filter(district=request.district, ended=False))


def _kept(survey: Survey | None, cell: SurveyCell | None) -> Cell | None:
    """What would be kept with an answer from there; known once a survey is open and has counted whom it asks."""
    if survey is None or survey.is_draft or cell is None:
        return None
    cells = SurveyCell.objects.within(survey.district_id).filter(survey=survey, group=cell.group)
    found = cells.filter(school=cell.school).first() or cells.filter(school=None).first()
    return coarsened(survey, found)


def _as_whom(form: PreviewForm, plain: bool) -> str:
    """In one line who is meant to be looking."""
    chosen = [str(each) for each in (form.group_chosen, form.school_chosen) if each]
    return ", ".join([*chosen, _("in plain words") if plain else _("in full words")])
