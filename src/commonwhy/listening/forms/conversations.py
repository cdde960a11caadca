from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.districts.models import Group
from commonwhy.listening.notebook import NotedAnswer

LONGEST_NOTE = 2_000
ASKED_KINDS = [kind for kind in Group.Kind.choices if kind[0] != Group.Kind.OTHER]


class NoteForm(forms.Form):
    """One answer, with the role and school of whoever gave it. The role is remembered for the next one."""

    words = forms.CharField(
        label=_("What they said, in their words"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what they said first.")},
    )
    kind = forms.ChoiceField(label=_("Who they are"), choices=ASKED_KINDS, initial=Group.Kind.TEACHERS)
    school = forms.CharField(label=_("Their school"), max_length=160, required=False)
    language = forms.ChoiceField(label=_("Its language"), choices=language_choices)
    may_quote = forms.BooleanField(label=_("They said we may quote them, without their name"), required=False)

    def note(self) -> NotedAnswer:
        """The note of a valid form."""
        values: dict[str, Any] = self.cleaned_data
        return NotedAnswer(
            words=values["words"].strip(),
            kind=values["kind"],
            school=values["school"].strip(),
            language=values["language"],
            may_quote=values["may_quote"],
        )
