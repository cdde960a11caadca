"""Forms of whoever takes part: a reaction, a statement of one's own, asking to look at one again, and a ballot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commonwhy.deliberation.models import PriorityOption, Vote
from commonwhy.deliberation.services.holding import LONGEST_STATEMENT
from commonwhy.deliberation.services.statements import LONGEST_ADDRESS, LONGEST_APPEAL
from commonwhy.listening.models.question import in_language

BACK = "back"
"""The button that takes a vote back."""


class VoteForm(forms.Form):
    """One reaction: the buttons are its choices."""

    statement = forms.UUIDField()
    choice = forms.ChoiceField(choices=[*((str(value), label) for value, label in Vote.Choice.choices), (BACK, BACK)])
    important = forms.BooleanField(required=False)
    drawn = forms.CharField(required=False, max_length=400)

    @property
    def statement_chosen(self) -> UUID:
        found: UUID = self.cleaned_data["statement"]
        return found

    @property
    def choice_made(self) -> int | None:
        """The choice as votes keep it; None takes the vote back."""
        chosen = self.cleaned_data["choice"]
        return None if chosen == BACK else int(chosen)


class OwnStatementForm(forms.Form):
    """A statement of one's own, and where to be told. Too long a text comes back to be shortened, not cut off."""

    words = forms.CharField(
        label=gettext_lazy("What you would like others to agree or disagree with"),
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "rules"}),
        required=False,
    )
    contact = forms.CharField(
        label=gettext_lazy("Tell me what becomes of it (you may leave this empty)"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "aria-describedby": "told", "maxlength": LONGEST_ADDRESS}),
        required=False,
    )

    @property
    def longest(self) -> int:
        return LONGEST_STATEMENT


class AppealForm(forms.Form):
    """Why a hidden statement should be shown."""

    statement = forms.UUIDField()
    words = forms.CharField(required=False, max_length=LONGEST_APPEAL * 4)


class BallotForm(forms.Form):
    """The priorities somebody approves of."""

    approved = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.CheckboxSelectMultiple, label=gettext_lazy("What you approve of")
    )

    def __init__(self, options: list[PriorityOption], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        language = get_language() or ""
        self.fields["approved"].choices = [  # type: ignore[attr-defined]
            (option.number, in_language(option.texts, language)) for option in options
        ]

    def problem(self) -> str:
        return _("This is not one of the priorities to choose from. What you chose before is kept.") if self.errors else ""
