"""Themes: naming them, choosing answers to code, and what a sheet of ticks says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.listening.forms.voices import VoiceFilterForm
from commonwhy.listening.models import Theme
from commonwhy.listening.queries.themes import CODED, NOT_CODED
from commonwhy.listening.queries.voices import Choices, Filters
from commonwhy.listening.services.double_coding import LARGEST_SIZE
from commonwhy.listening.services.themes import Code

KEYS = "1234567890"
"""The first themes have a key of their own, where a script listens."""
MOST_CODES = 2_000


class ThemeForm(forms.Form):
    """What a theme is called, what belongs to it, and which concern it is about."""

    name = forms.CharField(label=_("Theme"), max_length=120)
    means = forms.CharField(
        label=_("What belongs to it, and what does not"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two people should find it in the same answers. Words of the first line are pointed out while you code."),
    )
    concern = forms.ChoiceField(
        label=_("A concern about"),
        required=False,
        choices=[("", _("no concern")), *Theme.Concern.choices],
        help_text=_("It then counts in the register of concerns by group."),
    )

    def __init__(self, data: Any = None, theme: Theme | None = None) -> None:
        initial = {name: getattr(theme, name) for name in ("name", "means", "concern")} if theme else None
        super().__init__(data, initial=initial)

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "means", "concern")}


class CodingFilterForm(VoiceFilterForm):
    """Which answers to look at, as on the page of voices, and what was found in them so far."""

    coded = forms.ChoiceField(label=_("Themes"), required=False)

    def __init__(self, data: Any, choices: Choices, every: Sequence[Theme]) -> None:
        super().__init__(data, choices)
        field = self.fields["coded"]
        if isinstance(field, forms.ChoiceField):
            found = [(str(theme.pk), theme.name) for theme in every]
            field.choices = [("", _("Any")), (NOT_CODED, _("None found yet")), (CODED, _("Some found")), *found]

    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields if name != "coded"})

    @property
    def wanted(self) -> str:
        """What was found in them: `no`, `yes`, the key of a theme, or nothing."""
        self.is_valid()
        return str(self.cleaned_data.get("coded", ""))


@dataclass(frozen=True)
class Tick:
    """A theme beside a text: its box, whether it is ticked, its key, and whether the text's words point to it."""

    theme: Theme
    value: str
    ticked: bool
    key: str
    pointed_out: bool


def ticks(text: UUID, every: Sequence[Theme], found: Iterable[UUID], pointed_out: Iterable[UUID] = ()) -> list[Tick]:
    """The boxes below one text."""
    here, likely = set(found), set(pointed_out)
    keys = [*KEYS, *[""] * len(every)]
    return [
        Tick(theme, f"{text}:{theme.pk}", theme.pk in here, key, theme.pk in likely)
        for theme, key in zip(every, keys, strict=False)
    ]


def ticked(data: Any) -> tuple[set[Code], set[Code]]:
    """What a sheet adds and what it takes away, from its boxes (`code`) and from what was ticked when it was shown (`had`).

    Only what somebody changed is saved, so codes that others gave meanwhile stay. What is no code is passed over.
    """
    now, before = _codes(data.getlist("code")), _codes(data.getlist("had"))
    return now - before, before - now


def _codes(values: Sequence[str]) -> set[Code]:
    found = set()
    for value in values[:MOST_CODES]:
        text, _colon, theme = value.partition(":")
        try:
            found.add((UUID(text), UUID(theme)))
        except ValueError:
            continue
    return found


class SampleForm(forms.Form):
    """What two people code without seeing each other: one question of a survey, how many answers, and who else."""

    asked = forms.ChoiceField(label=_("Survey and question"))
    size = forms.IntegerField(
        label=_("How many answers"),
        min_value=2,
        max_value=LARGEST_SIZE,
        required=False,
        help_text=_("Left empty: fifty, or a tenth of them where that is more."),
    )
    second = forms.ChoiceField(label=_("Who codes them as well"))

    def __init__(
        self, data: Any, asked: Sequence[tuple[str, str]], people: Sequence[tuple[str, str]], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        for name, values in (("asked", asked), ("second", people)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(values)
