"""Forms about a group: where it is placed, how many of it are to be heard, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import GroupStanding, School
from commonwhy.listening.models import Stance

MOST_PEOPLE = 1_000_000
FROM_ONE_TO_FIVE = [
    ("1", _("1, little")),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", _("5, much")),
]


class GroupForm(forms.Form):
    """Influence and interest of a group, and its targets in the district and in schools."""

    influence = forms.ChoiceField(
        label=_("How much influence they have on what happens"),
        choices=FROM_ONE_TO_FIVE,
        widget=forms.RadioSelect,
        required=False,
    )
    interest = forms.ChoiceField(
        label=_("How much they care about it"), choices=FROM_ONE_TO_FIVE, widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(
        label=_("Why we think so"), max_length=1_000, required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "brief"})
    )

    def __init__(
        self,
        standing: GroupStanding | None,
        schools: Sequence[School],
        targets: Mapping[UUID | None, int],
        data: Any = None,
    ) -> None:
        initial = {}
        if standing is not None:
            initial = {"influence": str(standing.influence), "interest": str(standing.interest), "note": standing.note}
        super().__init__(data, initial=initial)
        self._places: dict[str, UUID | None] = {}
        everywhere: list[tuple[UUID | None, Any]] = [(None, _("In the whole district"))]
        for school, label in [*everywhere, *((school.pk, school.name) for school in schools)]:
            name = f"target-{school}" if school else "target"
            self._places[name] = school
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=MOST_PEOPLE,
                required=False,
                initial=targets.get(school),
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for one, other in (("influence", "interest"), ("interest", "influence")):
            if values.get(one) and not values.get(other) and other not in self.errors:
                self.add_error(other, _("Say both, or neither."))
        return values

    @property
    def placing_fields(self) -> list[forms.BoundField]:
        return [self["influence"], self["interest"]]

    @property
    def target_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._places]

    def targets(self) -> dict[UUID | None, int | None]:
        """The targets of a valid form; None where there is none."""
        return {school: self.cleaned_data[name] for name, school in self._places.items()}

    def placing(self) -> tuple[int, int] | None:
        values = self.cleaned_data
        return (int(values["influence"]), int(values["interest"])) if values["influence"] else None


class StanceForm(forms.Form):
    """Where a group stands. Without a school it is said of the group in the whole district."""

    level = forms.ChoiceField(label=_("Where they stand"), choices=Stance.Level.choices, initial=Stance.Level.WAITING)
    noted_on = forms.DateField(label=_("When"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    school = forms.ChoiceField(label=_("School"), required=False)
    because = forms.CharField(
        label=_("What we heard"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "brief"}),
        help_text=_("Of the group. Leave out names."),
    )

    def __init__(self, schools: Sequence[School], today: date, data: Any = None) -> None:
        super().__init__(data, initial={"noted_on": today})
        self._today = today
        self._schools = {str(school.pk): school for school in schools}
        cast(forms.ChoiceField, self.fields["school"]).choices = [
            ("", _("In the whole district")),
            *((key, school.name) for key, school in self._schools.items()),
        ]
        if not schools:
            del self.fields["school"]

    def clean_noted_on(self) -> date:
        noted: date = self.cleaned_data["noted_on"]
        if noted > self._today:
            raise forms.ValidationError(_("That day has not come yet."))
        if noted.year < 1990:
            raise forms.ValidationError(_("Write a day like 2026-03-20."))
        return noted

    def arguments(self) -> dict[str, Any]:
        """What `note_stance` takes, from a valid form."""
        values = self.cleaned_data
        return {
            "level": int(values["level"]),
            "noted_on": values["noted_on"],
            "because": values["because"],
            "school": self._schools.get(values.get("school", "")),
        }
