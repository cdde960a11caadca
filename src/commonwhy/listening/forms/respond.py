"""Forms on respondents' pages: one question, the code of a printed card, where somebody belongs.

A form never shortens or corrects what people wrote: what does not fit is shown to them again as they sent it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import Group, School
from commonwhy.listening import tokens
from commonwhy.listening.models import Question, QuestionnaireVersion
from commonwhy.listening.services.responses import tidy_words

ANSWER = "answer"
ROW = "row-"
TAMPERED = {"invalid_choice", "invalid_list"}


class WordsField(forms.CharField):
    """Words as the services keep them; a null character, which no person types, is no reason to refuse the rest."""

    def to_python(self, value: Any) -> str:
        return tidy_words(super().to_python(value) or "")


class AnswerForm(forms.Form):
    """One question as fields: `answer`, or one field for each row of a matrix, named `row-<key>`."""

    use_required_attribute = False

    def __init__(self, question: Question, version: QuestionnaireVersion, language: str, saved: Any, data: Any = None) -> None:
        self.question = question
        self.version = version
        self.language = language if question.texts.get(language) else next(iter(question.texts), language)
        super().__init__(data, initial=self._initial(saved), auto_id="%s")
        for name, field in self._fields().items():
            self.fields[name] = field

    wrong = False
    """Set when the page says that something is wrong with the answer, so that its field says so too."""

    @property
    def words(self) -> str:
        """The question itself."""
        return self.version.words(self.question.texts, self.language)

    @property
    def hint(self) -> str:
        return self.version.words(self.question.hints, self.language)

    @property
    def value(self) -> Any:
        """What was sent, in the shape `Answer.value` has."""
        data = self.cleaned_data
        match self.question.kind:
            case Question.Kind.MATRIX:
                return {name.removeprefix(ROW): choice for name, choice in data.items() if choice}
            case Question.Kind.SINGLE:
                return [data[ANSWER]] if data[ANSWER] else []
            case _:
                return data[ANSWER]

    @property
    def tampered(self) -> bool:
        """Whether something was sent that the page does not offer."""
        codes = {error.code for errors in self.errors.as_data().values() for error in errors}
        return bool(codes & TAMPERED)

    @property
    def empty(self) -> Any:
        """The value that takes an answer back."""
        return {} if self.question.kind == Question.Kind.MATRIX else "" if self.question.is_text else []

    @property
    def first_id(self) -> str:
        """Where the link of an error leads: the first box, or the first choice."""
        return ANSWER if self.question.is_text else f"{next(iter(self.fields), ANSWER)}_0"

    @property
    def answer_box(self) -> SafeString:
        """The box for words, tied to the hint below it and to what is wrong."""
        attributes: dict[str, str | bool] = {"aria-describedby": "names"}
        if self.wrong:
            attributes = {"aria-describedby": "problem names", "aria-invalid": "true"}
        return self[ANSWER].as_widget(attrs=attributes)

    def _initial(self, saved: Any) -> dict[str, Any]:
        if self.question.kind == Question.Kind.MATRIX:
            return {f"{ROW}{row}": choice for row, choice in (saved or {}).items()}
        if self.question.kind == Question.Kind.SINGLE:
            return {ANSWER: saved[0] if saved else ""}
        return {ANSWER: saved}

    def _fields(self) -> dict[str, forms.Field]:
        question = self.question
        choices = [(option["key"], self.version.words(option["texts"], self.language)) for option in question.options]
        match question.kind:
            case Question.Kind.MATRIX:
                return {
                    f"{ROW}{row['key']}": forms.ChoiceField(
                        label=self.version.words(row["texts"], self.language),
                        choices=choices,
                        widget=forms.RadioSelect,
                        required=False,
                    )
                    for row in question.rows
                }
            case Question.Kind.SINGLE:
                return {ANSWER: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, required=False)}
            case Question.Kind.MULTIPLE:
                return {ANSWER: forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, required=False)}
            case Question.Kind.SHORT:
                widget: forms.Widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"})
            case _:
                widget = forms.Textarea(attrs={"autocomplete": "off", "dir": "auto", "rows": 6})
        return {ANSWER: WordsField(widget=widget, required=False, strip=False)}


class CodeForm(forms.Form):
    """The code of a printed card, or the short code of an open survey."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("As it stands on your card. Dashes, spaces and small letters do not matter."),
    )

    def clean_code(self) -> str:
        return tokens.tidy(self.cleaned_data["code"])


class PlaceForm(forms.Form):
    """Where somebody belongs who came by the open link."""

    group = forms.ChoiceField(label=_("Who you are"), widget=forms.RadioSelect)
    school = forms.ChoiceField(label=_("Your school"), required=False)

    def __init__(self, groups: list[Group], schools: list[School], data: Any = None) -> None:
        super().__init__(data)
        self._groups = {str(group.pk): group for group in groups}
        self._schools = {str(school.pk): school for school in schools}
        self.fields["group"].choices = [(key, str(group)) for key, group in self._groups.items()]  # type: ignore[attr-defined]
        none = ("", _("None of these, or more than one"))
        self.fields["school"].choices = [none, *((key, str(school)) for key, school in self._schools.items())]  # type: ignore[attr-defined]
        if not schools:
            del self.fields["school"]

    @property
    def group_chosen(self) -> Group:
        return self._groups[self.cleaned_data["group"]]

    @property
    def school_chosen(self) -> School | None:
        return self._schools.get(self.cleaned_data.get("school", ""))
