"""Forms for typing in what was answered on paper: from where the sheets come, and one sheet at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_name
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import Question, QuestionnaireVersion, SurveyCell
from commonwhy.listening.wording import Wording


class PileForm(forms.Form):
    """Whose sheets are typed in, and in which language they are written."""

    cell = forms.TypedChoiceField(label=_("Who answered"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, version: QuestionnaireVersion, cells: Sequence[SurveyCell], data: Any = None) -> None:
        super().__init__(data, initial={"in": version.languages[0]})
        self.fields["cell"].choices = [(cell.number, str(cell)) for cell in cells]  # type: ignore[attr-defined]
        self.fields["in"] = forms.ChoiceField(
            label=_("Language of the sheets"), choices=[(code, language_name(code)) for code in version.languages]
        )


class SheetForm:
    """One sheet: a form for each question, all sent together."""

    def __init__(self, questions: Sequence[Question], wording: Wording, data: Any = None) -> None:
        self.forms = [AnswerForm(question, wording, data=data, prefix=f"q{n}") for n, question in enumerate(questions, start=1)]

    def is_valid(self) -> bool:
        """Whether every answer can be kept. A form that is not says why in `problem`, and keeps what was typed."""
        valid = [form.is_valid() for form in self.forms]
        for form in self.forms:
            form.wrong = not form.is_valid()
        return all(valid)

    @property
    def problems(self) -> list[tuple[int, AnswerForm]]:
        """The questions with something wrong, each with its number."""
        return [(number, form) for number, form in enumerate(self.forms, start=1) if form.wrong]

    def values(self) -> dict[Question, Any]:
        return {form.question: form.value for form in self.forms}
