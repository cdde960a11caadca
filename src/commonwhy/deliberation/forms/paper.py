"""The form before a pile of paper votes: whose they are, and in which language they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.listening.models import SurveyCell


class BallotPileForm(forms.Form):
    """Who voted, and the language of the sheets."""

    cell = forms.TypedChoiceField(label=_("Who voted"), coerce=int, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language of the sheets"))

    def __init__(self, cells: Sequence[SurveyCell], data: Any = None) -> None:
        super().__init__(data)
        self.fields["cell"].choices = [(cell.number, str(cell)) for cell in cells]  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
