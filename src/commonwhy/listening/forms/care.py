"""Forms about law and care: a survey's terms, what questions ask students about, families' choices, records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_name
from commonwhy.districts.models import RetentionClass, School
from commonwhy.listening.models import ParentChoice, Question, QuestionnaireVersion, Survey, SurveyCare
from commonwhy.listening.queries.families import schools_asked

LONGEST_NOTICE = 5_000


class Day(forms.DateInput):
    """A day, as every browser sends it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def a_day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=Day(), help_text=help_text)


class TermsForm(forms.Form):
    """A survey's terms. What families were told is asked for in every language of the questionnaire."""

    required = forms.BooleanField(label=_("Students must answer it; it is not their own choice"), required=False)
    federally_funded = forms.BooleanField(
        label=_("It is paid for, in part or in full, with federal education money"), required=False
    )
    notice_on = a_day(_("Families were told on"))
    preview_from = a_day(_("They can read the questions from"), _("From this day the public page for families shows them."))
    opt_out_until = a_day(_("They can say no until"), _("The survey can open the day after."))
    asks_under_13 = forms.BooleanField(label=_("Children under 13 are asked"), required=False)
    delete_on = a_day(_("All answers are deleted on"), _("By itself, on that day. Figures that were shown stay."))

    def __init__(self, survey: Survey, terms: SurveyCare, data: Any = None, *, young: bool = False) -> None:
        names = ("required", "federally_funded", "notice_on", "preview_from", "opt_out_until", "asks_under_13", "delete_on")
        initial: dict[str, Any] = {name: getattr(terms, name) for name in names} | {"retention": terms.retention_id}
        super().__init__(data, initial=initial)
        self.survey, self.young = survey, young
        self.languages = list(survey.version.languages) or [survey.district.language]
        for code in self.languages:
            self.fields[f"notice_{code}"] = forms.CharField(
                label=_("What families were told, in %(language)s") % {"language": language_name(code)},
                initial=terms.notice.get(code, ""),
                max_length=LONGEST_NOTICE,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5, "lang": code}),
            )
        classes = RetentionClass.objects.within(survey.district_id)
        self.fields["retention"] = forms.ModelChoiceField(
            label=_("Class of records"), queryset=classes, required=False, empty_label=_("not said yet")
        )
        if young:
            self.fields["asks_under_13"].disabled = True
            self.fields["asks_under_13"].initial = True
            self.initial["asks_under_13"] = True
            self.fields["asks_under_13"].help_text = _("The roster has children of these grades among those asked.")

    @property
    def notices(self) -> list[Any]:
        """The fields of the notice, one for each language."""
        return [self[f"notice_{code}"] for code in self.languages]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        told, until = cleaned.get("notice_on"), cleaned.get("opt_out_until")
        if told and until and until <= told:
            self.add_error("opt_out_until", _("Give families time: a day after they were told."))
        if cleaned.get("asks_under_13") and not cleaned.get("delete_on"):
            self.add_error("delete_on", _("Children under 13 are asked, so the day has to be said."))
        delete_on: date | None = cleaned.get("delete_on")
        if delete_on and "delete_on" in self.changed_data and delete_on <= self.survey.district.today():
            self.add_error("delete_on", _("Choose a day to come."))
        closes = self.survey.closes_at
        if delete_on and closes and delete_on <= closes.date():
            self.add_error("delete_on", _("Choose a day after the survey has closed."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        names = ("required", "federally_funded", "notice_on", "preview_from", "opt_out_until", "asks_under_13", "delete_on")
        notice = {code: self.cleaned_data[f"notice_{code}"] for code in self.languages}
        return {name: self.cleaned_data[name] for name in names} | {"notice": notice, "retention": self.cleaned_data["retention"]}


class AreasForm(forms.Form):
    """Which protected areas each question of a version asks a student about."""

    def __init__(self, version: QuestionnaireVersion, questions: list[Question], language: str, data: Any = None) -> None:
        super().__init__(data)
        self._questions = questions
        for question in questions:
            self.fields[str(question.pk)] = forms.MultipleChoiceField(
                label=version.words(question.texts, language),
                choices=Question.ProtectedArea.choices,
                initial=question.protected_areas,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def areas(self) -> Mapping[UUID, list[str]]:
        return {question.pk: self.cleaned_data[str(question.pk)] for question in self._questions}


class HoldForm(forms.Form):
    """Why a survey's records are kept for a legal matter."""

    reason = forms.CharField(
        label=_("Kept for a legal hold, because"),
        max_length=200,
        required=False,
        help_text=_("Nothing is deleted while it holds, not even on a promised day. Leave it empty to let it go."),
    )


class RecordChoiceForm(forms.Form):
    """What some families have said: the children are ticked in the list."""

    kind = forms.ChoiceField(choices=ParentChoice.Kind.choices)
    given_on = forms.DateField(label=_("When"), widget=Day())
    in_writing = forms.BooleanField(label=_("In writing"), required=False)


class PublicChoiceForm(forms.Form):
    """What a family sends by the public page."""

    child = forms.CharField(label=_("Your child's first and last name"), max_length=160)
    family = forms.CharField(label=_("Your own name"), max_length=160)

    def __init__(self, survey: Survey, data: Any = None) -> None:
        super().__init__(data)
        self._schools: dict[str, School] = {str(school.pk): school for school in schools_asked(survey)}
        self.fields["school"] = forms.ChoiceField(
            label=_("School"),
            choices=[("", _("Choose the school")), *((key, school.name) for key, school in self._schools.items())],
            required=bool(self._schools),
        )
        self.order_fields(["child", "school", "family"])
        for name in ("child", "family"):
            self.fields[name].widget.attrs["autocomplete"] = "off" if name == "child" else "name"

    @property
    def school_chosen(self) -> School | None:
        return self._schools.get(self.cleaned_data["school"])


class ClassForm(forms.Form):
    """A class of the records schedule."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example: surveys of students."))
    months = forms.IntegerField(
        label=_("Months kept after closing"),
        min_value=0,
        max_value=1200,
        required=False,
        help_text=_("As your state's schedule says. Empty: never disposed of."),
    )
    source = forms.CharField(label=_("Where it is written"), max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200, help_text=_("The schedule or the law that allows it."))
