"""What to take out to a translator, and the file that comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices


class TakeOutForm(forms.Form):
    """Which texts, into which language, as which kind of file."""

    into = forms.ChoiceField(label=_("Into"), choices=language_choices)
    survey = forms.ChoiceField(label=_("Answers of"), required=False)
    notes = forms.BooleanField(
        label=_("Notes of your own conversations too"),
        required=False,
        help_text=_("People told you these in person. Give them only to a translator who keeps them to themselves."),
    )

    def __init__(self, surveys: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast(forms.ChoiceField, self.fields["survey"]).choices = [("", _("Every survey")), *surveys]


class ComeBackForm(forms.Form):
    file = forms.FileField(
        label=_("The file, filled in"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        error_messages={"required": _("Choose the file first.")},
    )
