"""Forms on the way to adoption: where a group stands, when a stage is planned, what the board asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.listening.services.names import Suggestion, redacted
from commonwhy.vision.forms.texts import LANGUAGES, InLanguagesForm, Texts
from commonwhy.vision.models import BoardQuestion, Endorsement, Stage
from commonwhy.vision.services.endorsement import COUNTS

HOW_MANY = {
    "supporting": _("how many support it"),
    "living_with": _("how many can live with it"),
    "opposing": _("how many cannot"),
}


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day, chosen or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget)


class StandForm(InLanguagesForm):
    """Where a group stands and why. `looked` is a digest of the reasons in which the person has looked for names."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    stand = forms.ChoiceField(label=_("Where they stand"), choices=Endorsement.Stand.choices, widget=forms.RadioSelect)
    heard_on = day_field(_("When they said it"))
    heard_how = forms.ChoiceField(label=_("How we know"), choices=Endorsement.Heard.choices)
    name = forms.MultipleChoiceField(label=_("Take these out"), required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label=_("Other names to take out"), required=False, max_length=400, help_text=_("Separate them with commas.")
    )

    def __init__(self, *args: Any, recorded: Endorsement | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = _("In their words, without names; anyone can read it once the vision is adopted. Who cannot, says why.")
        self.add_texts("because", _("Because"), rows=3, most=1000, help_text=public, value=recorded.because if recorded else {})
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(label=HOW_MANY[name], required=False, min_value=0, max_value=100_000)
        known = ("stand", "heard_on", "heard_how", *COUNTS)
        for name in known if recorded else ():
            self.initial.setdefault(name, getattr(recorded, name))
        self.initial.setdefault("heard_on", today)
        self.initial.setdefault("revision", recorded.revision if recorded else 0)

    def offer_names(self, suggestions: Sequence[Suggestion]) -> None:
        """Show what may be names in the reasons, the sure ones ticked until the person has chosen."""
        field = self.fields["name"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(suggestion.name, suggestion.name) for suggestion in suggestions]
        self.initial["name"] = [suggestion.name for suggestion in suggestions if suggestion.sure]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("stand") == Endorsement.Stand.CANNOT and not self.written():
            self.add_error(f"because_{LANGUAGES[0]}", _("Write why they cannot, in one language at least."))
        return cleaned

    def written(self) -> Texts:
        """The reasons as they were typed."""
        return self.texts_of("because", several_lines=True)

    @property
    def may_hold_names(self) -> bool:
        """Whether something in the reasons may be a name."""
        return bool(getattr(self.fields["name"], "choices", ()))

    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.written(), sort_keys=True).encode()).hexdigest()

    def stand_and_reason(self) -> dict[str, Any]:
        """The arguments of `endorsement.record` from a valid form, the ticked names taken out."""
        cleaned = self.cleaned_data
        typed = [name.strip() for name in cleaned["others"].replace(";", ",").split(",")]
        names = [name for name in (*cleaned["name"], *typed) if name]
        return {
            "stand": cleaned["stand"],
            "heard_on": cleaned["heard_on"],
            "heard_how": cleaned["heard_how"],
            "because": {code: redacted(text, names) for code, text in self.written().items()},
            "counts": {name: cleaned[name] for name in COUNTS},
            "revision": cleaned["revision"],
        }


class StageForm(InLanguagesForm):
    """When one stage begins or ends, and the public reason where something is not there yet that it needs."""

    stage = forms.ChoiceField(choices=Stage.Name.choices, widget=forms.HiddenInput)
    on = day_field(_("Day"))

    def __init__(self, *args: Any, exception_needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if exception_needed:
            public = _("Anyone will be able to read this beside the vision.")
            self.add_texts("exception_reason", _("Why you go on all the same"), rows=2, most=1000, help_text=public)

    def reason(self) -> Texts:
        return self.texts_of("exception_reason", several_lines=True) if self.hints else {}


class PlanForm(forms.Form):
    """From when until when each stage is planned; every day may stay empty."""

    def __init__(self, data: Any = None, *, planned: dict[str, tuple[date | None, date | None]]) -> None:
        super().__init__(data)
        self.planned = planned
        for name, label in Stage.Name.choices:
            for end, words in (("from", _("%(stage)s, planned from")), ("to", _("%(stage)s, planned until"))):
                self.fields[f"{name}_{end}"] = day_field(words % {"stage": label}, required=False)
                self.initial[f"{name}_{end}"] = planned.get(name, (None, None))[0 if end == "from" else 1]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, (begins, ends) in self._days(cleaned).items():
            if begins and ends and ends < begins:
                self.add_error(f"{name}_to", _("This is before it begins."))
            if ends and not begins:
                self.add_error(f"{name}_from", _("Say from which day."))
        return cleaned

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Each stage's name with its two fields."""
        return [(label, self[f"{name}_from"], self[f"{name}_to"]) for name, label in Stage.Name.choices]

    def dates(self) -> dict[str, tuple[date | None, date | None]]:
        """The plan from a valid form."""
        return self._days(self.cleaned_data)

    def _days(self, cleaned: dict[str, Any]) -> dict[str, tuple[date | None, date | None]]:
        return {name: (cleaned.get(f"{name}_from"), cleaned.get(f"{name}_to")) for name in Stage.Name.values}


class SuggestionForm(forms.Form):
    """From which day, and for how many months, a plan is suggested."""

    begins = day_field(_("Beginning on"))
    months = forms.TypedChoiceField(
        label=_("For about"),
        coerce=int,
        choices=[(3, _("three months")), (4, _("four months")), (6, _("six months")), (12, _("a year"))],
    )


class QuestionForm(forms.Form):
    """What a member of the board asks."""

    words = forms.CharField(
        label=_("Your question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Those who write the vision read it. When it is answered, the other members read the answer, not who asked."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The authors' answer. `before` is the answer as it was when the page was opened."""

    before = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, question: BoardQuestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("answer", "before"):
            self.initial.setdefault(name, question.answer)
