"""Forms with which a survey is prepared, and with which somebody says how many are asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import District, Group
from commonwhy.listening.models import Questionnaire, QuestionnaireVersion, Survey, SurveyCell
from commonwhy.listening.queries.asked import GroupAsked
from commonwhy.listening.queries.surveys import FOR_DISCUSSIONS

MOST_ASKED = 1_000_000
CLOCK = "%Y-%m-%dT%H:%M"


class LocalTimeField(forms.CharField):
    """A date and time where the district is, as `<input type="datetime-local">` sends it; cleaned to an aware datetime."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "datetime-local"}), **options)
        self.time_zone = ZoneInfo("UTC")

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "")
        if not text:
            return None
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            raise forms.ValidationError(_("Write a date and a time, like 2026-03-20T17:00.")) from None
        when = local if local.tzinfo else local.replace(tzinfo=self.time_zone)
        if when <= timezone.now():
            raise forms.ValidationError(_("That is in the past. It would close before it opens."))
        return when

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.time_zone).strftime(CLOCK) if isinstance(value, datetime) else value


class ClosingForm(forms.Form):
    """When a survey closes."""

    closes_at = LocalTimeField(label=_("Closes"), required=False)

    def __init__(self, district: District, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(LocalTimeField, self.fields["closes_at"])
        field.time_zone = ZoneInfo(district.time_zone)
        field.help_text = _("Time in %(zone)s. Leave it empty to close it by hand.") % {
            "zone": district.time_zone.replace("_", " ")
        }


class SurveyForm(ClosingForm):
    """A survey while it is a draft. Choices are the district's own; anything else is refused as not offered."""

    questionnaire = forms.ChoiceField(label=_("Questions"))
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("The people you ask read it first."))
    groups = forms.MultipleChoiceField(
        label=_("Who is asked"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group.")},
    )
    mode = forms.ChoiceField(
        label=_("Who can know who said what"),
        choices=Survey.Mode.choices,
        widget=forms.RadioSelect,
        initial=Survey.Mode.ANONYMOUS,
        help_text=_("Everybody you ask reads this on the first page. It cannot be changed once the survey is open."),
    )
    open_link = forms.BooleanField(label=_("Anyone with the link may answer (only when it is anonymous)"), required=False)

    field_order = ("questionnaire", "title", "groups", "mode", "closes_at", "open_link")

    def __init__(self, district: District, *args: Any, survey: Survey | None = None, **options: Any) -> None:
        super().__init__(district, *args, **options)
        versions = QuestionnaireVersion.objects.within(district).select_related("questionnaire").order_by("number")
        versions = versions.exclude(questionnaire__shipped=FOR_DISCUSSIONS)
        newest: dict[UUID, QuestionnaireVersion] = {version.questionnaire_id: version for version in versions}
        self._versions = {str(version.pk): version for version in sorted(newest.values(), key=lambda v: v.questionnaire.title)}
        if survey is not None and str(survey.version_id) not in self._versions:
            self._versions[str(survey.version_id)] = survey.version
        self._groups = {str(group.pk): group for group in Group.objects.within(district).filter(not_here="")}
        order = Group.Kind.values
        named = sorted(self._groups.items(), key=lambda pair: (order.index(pair[1].kind), pair[1].name))
        cast(forms.ChoiceField, self.fields["questionnaire"]).choices = [
            (key, _version_name(version)) for key, version in self._versions.items()
        ]
        cast(forms.ChoiceField, self.fields["groups"]).choices = [(key, str(group)) for key, group in named]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("open_link") and values.get("mode") not in (None, Survey.Mode.ANONYMOUS):
            self.add_error("open_link", _("An open link knows nobody's name. Use it in an anonymous survey only."))
        return values

    def arguments(self) -> dict[str, Any]:
        """What `create_survey` and `change_survey` take, from a valid form."""
        values = self.cleaned_data
        return {
            "version": self._versions[values["questionnaire"]],
            "title": values["title"],
            "mode": values["mode"],
            "groups": [self._groups[key] for key in values["groups"]],
            "closes_at": values["closes_at"],
            "open_link": values["open_link"],
        }


def _version_name(version: QuestionnaireVersion) -> str:
    questionnaire: Questionnaire = version.questionnaire
    return questionnaire.title if version.number == 1 else f"{questionnaire.title} ({version.number})"


class AskedForm(forms.Form):
    """How many are asked in each group that the roster does not count, and in each of its schools if that is known."""

    def __init__(self, plan: Sequence[GroupAsked], data: Any = None) -> None:
        super().__init__(data)
        self.by_group: list[tuple[GroupAsked, list[str]]] = []
        self._places: dict[str, tuple[UUID, UUID | None]] = {}
        for group in plan:
            if group.from_roster:
                continue
            names = []
            for place in sorted(group.places, key=lambda place: place.school is not None):
                school = place.school.pk if place.school else None
                name = f"asked-{group.group.pk}" + (f"-{school}" if school else "")
                self._places[name] = (group.group.pk, school)
                label = str(place.school) if place.school else _("In no particular school")
                self.fields[name] = forms.IntegerField(
                    label=label, min_value=0, max_value=MOST_ASKED, required=False, initial=place.asked
                )
                names.append(name)
            self.by_group.append((group, names))

    @property
    def groups(self) -> list[tuple[GroupAsked, list[forms.BoundField]]]:
        """Each group with its fields, the whole group first."""
        return [(group, [self[name] for name in names]) for group, names in self.by_group]

    def numbers(self) -> dict[tuple[UUID, UUID | None], int | None]:
        """What a valid form says, as `state_asked` takes it."""
        return {place: self.cleaned_data[name] for name, place in self._places.items()}


class LinksForm(forms.Form):
    """How many links for each cell of a survey."""

    def __init__(self, cells: Sequence[SurveyCell], most: int, data: Any = None, prefilled: bool = True) -> None:
        super().__init__(data)
        # Where nobody is, nobody needs a link.
        self._cells = {f"n-{cell.number}": cell for cell in cells if cell.asked != 0}
        for name, cell in self._cells.items():
            self.fields[name] = forms.IntegerField(
                label=str(cell),
                min_value=0,
                max_value=most,
                required=False,
                initial=cell.asked if prefilled and cell.asked else None,
            )

    @property
    def rows(self) -> list[tuple[SurveyCell, forms.BoundField]]:
        return [(cell, self[name]) for name, cell in self._cells.items()]

    def counts(self) -> dict[int, int]:
        """How many for each cell's number, from a valid form."""
        return {cell.number: self.cleaned_data[name] or 0 for name, cell in self._cells.items()}
