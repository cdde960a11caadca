"""Forms of the safety queue: who reads it, its list of words, and what was done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Position
from commonwhy.listening.models import SafetyLook
from commonwhy.listening.queries.safety import members_of, positions_of


class MemberField(forms.ModelChoiceField[User]):
    """One of the district's accounts, called by name and address, since two may share a name."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})" if obj.name else obj.email


class NamePositionForm(forms.Form):
    """A position that reads the queue, and who fills it from today."""

    title = forms.CharField(label=_("or a new position"), max_length=120, required=False)

    def __init__(self, district: District, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["position"] = forms.ModelChoiceField(
            label=_("Position"), queryset=positions_of(district), required=False, empty_label=_("Choose one")
        )
        self.fields["account"] = MemberField(
            label=_("Who fills it from today"), queryset=members_of(district), empty_label=_("Choose somebody")
        )
        self.order_fields(["position", "title", "account"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("position") and not cleaned.get("title"):
            self.add_error("title", _("Choose a position or write the name of a new one."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        position: Position | None = self.cleaned_data["position"]
        return {"position": position, "title": self.cleaned_data["title"], "account": self.cleaned_data["account"]}


class FillPositionForm(forms.Form):
    """Somebody else for a named position."""

    def __init__(self, district: District, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"] = MemberField(label=_("Who fills it from today"), queryset=members_of(district), empty_label=None)


class WordsForm(forms.Form):
    """Words and phrases, one on each line."""

    words = forms.CharField(
        label=_("Words or phrases, one on each line"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5, "autocapitalize": "off"}),
        help_text=_("Whole words, in the languages people answer in. Capitals and accents do not matter."),
    )

    def listed(self) -> list[str]:
        return [line for line in self.cleaned_data["words"].splitlines() if line.strip()]


class SettleForm(forms.Form):
    """What was done about an entry."""

    done = forms.CharField(
        label=_("What was done"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a few words, for those who fill these positions after you. No names that are not needed."),
    )
    deed = forms.ChoiceField(choices=SafetyLook.Deed.choices, required=False)
