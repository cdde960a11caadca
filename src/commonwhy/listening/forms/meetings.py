"""Forms with which a conversation is planned, its people counted, and a note written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commonwhy.accounts.models import User
from commonwhy.core.languages import language_choices
from commonwhy.districts.models import District, Group, School
from commonwhy.listening.models import Conversation, MeetingSeries, Stance
from commonwhy.listening.services.meetings import LONGEST_MINUTES, MOST_PEOPLE, Place
from commonwhy.listening.services.notes import LONGEST_NOTE, Written, plain

CLOCK = "%Y-%m-%dT%H:%M"
EARLIEST, LATEST = 1990, 2100
PLANNED_KINDS = [kind for kind in Conversation.Kind.choices if kind[0] != Conversation.Kind.THREE_TEACHERS]


class WhenField(forms.CharField):
    """A date and time on the district's clock, cleaned to an aware datetime.

    A time that the clock skips (when daylight saving time begins) is refused; one that comes twice is the first.
    """

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
            local = None
        if local is None or not EARLIEST <= local.year <= LATEST:
            raise forms.ValidationError(_("Write a date and a time, like 2026-03-20T17:00."))
        if local.tzinfo:
            return local
        when = local.replace(tzinfo=self.time_zone)
        if when.astimezone(UTC).astimezone(self.time_zone).replace(tzinfo=None) != local:
            raise forms.ValidationError(_("The clock skips this time on that day. Choose one an hour later."))
        return when

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.time_zone).strftime(CLOCK) if isinstance(value, datetime) else value


class ConversationForm(forms.Form):
    """A conversation to come, or one that begins now (`now`). Choices are the district's own."""

    kind = forms.ChoiceField(label=_("What it is"), choices=PLANNED_KINDS, initial=Conversation.Kind.FOCUS_GROUP)
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("For example: Families at Riverside."))
    starts_at = WhenField(label=_("When"), required=False)
    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=LONGEST_MINUTES, required=False, initial=60)
    place = forms.CharField(label=_("Where"), max_length=160, required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    series = forms.ChoiceField(label=_("Series"), required=False)
    purpose = forms.CharField(
        label=_("What it is about"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "brief"})
    )
    facilitators = forms.MultipleChoiceField(
        label=_("Who holds it with you"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        district: District,
        others: Sequence[User],
        schools: Sequence[School],
        series: Sequence[MeetingSeries],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        when = cast(WhenField, self.fields["starts_at"])
        when.time_zone = ZoneInfo(district.time_zone)
        when.help_text = _("Time in %(zone)s.") % {"zone": district.time_zone.replace("_", " ")}
        self._others = {str(account.pk): account for account in others}
        self._schools = {str(school.pk): school for school in schools}
        self._series = {str(each.pk): each for each in series}
        anywhere = [("", _("In no particular school"))]
        self._offer("school", [*anywhere, *((key, str(school)) for key, school in self._schools.items())])
        self._offer("series", [("", _("Of no series")), *((key, str(each)) for key, each in self._series.items())])
        self._offer("facilitators", [(key, str(account)) for key, account in self._others.items()])
        for name, choices in (("facilitators", self._others), ("series", self._series), ("school", self._schools)):
            if not choices:
                del self.fields[name]

    def _offer(self, name: str, choices: list[Any]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "now" in self.data:
            values["starts_at"] = timezone.now().replace(second=0, microsecond=0)
        elif not values.get("starts_at") and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Say when, or start it now."))
        if values.get("kind") == Conversation.Kind.MEETING and "series" in self.fields and not values.get("series"):
            self.add_error("series", _("A meeting belongs to a series. Choose it, or begin one first."))
        elif values.get("kind") == Conversation.Kind.MEETING and "series" not in self.fields:
            self.add_error("kind", _("A meeting belongs to a series. Begin the series first."))
        return values

    def arguments(self) -> dict[str, Any]:
        """What `plan_conversation` and `change_conversation` take, from a valid form."""
        values = self.cleaned_data
        meeting = values["kind"] == Conversation.Kind.MEETING
        return {
            "kind": values["kind"],
            "title": values["title"],
            "starts_at": values["starts_at"],
            "minutes": values["minutes"],
            "place": values["place"],
            "purpose": values["purpose"],
            "school": self._schools.get(values.get("school", "")),
            "series": self._series.get(values.get("series", "")) if meeting else None,
            "facilitators": [self._others[key] for key in values.get("facilitators", [])],
        }


class NoteEntryForm(forms.Form):
    """One note: what was said and by which group, or what the facilitator saw. `key` was made where it is written."""

    words = forms.CharField(
        label=_("What they say"),
        max_length=LONGEST_NOTE,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "enterkeyhint": "send", "autocomplete": "off"}),
        error_messages={"required": _("Write what they said first.")},
    )
    group = forms.ChoiceField(label=_("Who says it"), required=False, widget=forms.RadioSelect)
    may_quote = forms.BooleanField(label=_("We may quote this, without their name"), required=False)
    school = forms.ChoiceField(label=_("Their school"), required=False)
    language = forms.ChoiceField(label=_("Its language"), choices=language_choices, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, groups: Sequence[Group], schools: Sequence[School], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._groups = {str(group.pk): group for group in groups}
        self._schools = {str(school.pk): school for school in schools}
        cast(forms.ChoiceField, self.fields["group"]).choices = [
            *((key, str(group)) for key, group in self._groups.items()),
            ("", _("What I saw")),
        ]
        cast(forms.ChoiceField, self.fields["school"]).choices = [
            ("", _("Not said")),
            *((key, str(school)) for key, school in self._schools.items()),
        ]

    def clean_words(self) -> str:
        words = plain(self.cleaned_data["words"])
        if not words:
            raise forms.ValidationError(_("Write what they said first."))
        return words

    def written(self) -> Written:
        """The note of a valid form."""
        values = self.cleaned_data
        return Written(
            words=values["words"],
            group=self._groups.get(values["group"]),
            school=self._schools.get(values["school"]),
            language=values["language"],
            may_quote=values["may_quote"],
        )


class PeopleForm(forms.Form):
    """How many of each group and school took part, in rows with a step down and up; and one more row."""

    def __init__(
        self,
        rows: Sequence[tuple[Group, School | None, int]],
        groups: Sequence[Group],
        schools: Sequence[School],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self._places: dict[str, Place] = {}
        self.labels: dict[str, tuple[Group, School | None]] = {}
        for group, school, people in rows:
            name = f"n-{group.pk}" + (f"-{school.pk}" if school else "")
            self._places[name] = (group.pk, school.pk if school else None)
            self.labels[name] = (group, school)
            self.fields[name] = forms.IntegerField(
                label=f"{group}, {school}" if school else str(group),
                min_value=0,
                max_value=MOST_PEOPLE,
                required=False,
                initial=people,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self._groups = {str(group.pk): group for group in groups}
        self._schools = {str(school.pk): school for school in schools}
        self.fields["add_group"] = forms.ChoiceField(
            label=_("Group"), required=False, choices=[("", "—"), *((key, str(group)) for key, group in self._groups.items())]
        )
        self.fields["add_school"] = forms.ChoiceField(
            label=_("School"),
            required=False,
            choices=[("", _("No particular school")), *((key, str(school)) for key, school in self._schools.items())],
        )
        self.fields["add_people"] = forms.IntegerField(label=_("How many"), min_value=0, max_value=MOST_PEOPLE, required=False)

    @property
    def rows(self) -> list[tuple[forms.BoundField, Group, School | None]]:
        return [(self[name], group, school) for name, (group, school) in self.labels.items()]

    def counts(self, step: str = "") -> Mapping[Place, int]:
        """The numbers of a valid form, with one step such as `n-…:1` or `n-…:-1` taken."""
        values = self.cleaned_data
        counts = {place: values[name] or 0 for name, place in self._places.items()}
        name, _colon, by = step.rpartition(":")
        if name in self._places and by in ("1", "-1"):
            place = self._places[name]
            counts[place] = min(MOST_PEOPLE, max(0, counts[place] + int(by)))
        group = self._groups.get(values["add_group"])
        if group is not None:
            school = self._schools.get(values["add_school"])
            added: Place = (group.pk, school.pk if school else None)
            counts[added] = min(MOST_PEOPLE, counts.get(added, 0) + (values["add_people"] or 0))
        return counts


class HoldForm(forms.Form):
    """How long it took, and where the groups that were there stand, if somebody wants to note it."""

    minutes = forms.IntegerField(label=_("How many minutes it took"), min_value=1, max_value=LONGEST_MINUTES, required=False)

    def __init__(self, groups: Sequence[Group], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._groups = {str(group.pk): group for group in groups}
        for key, group in self._groups.items():
            self.fields[f"level-{key}"] = forms.ChoiceField(
                label=str(group), required=False, choices=[("", _("Nothing to note")), *Stance.Level.choices]
            )
            self.fields[f"because-{key}"] = forms.CharField(label=_("What we heard"), max_length=1_000, required=False)

    @property
    def stances(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"level-{key}"], self[f"because-{key}"]) for key in self._groups]

    def noted(self) -> list[tuple[Group, int, str]]:
        """The stances of a valid form."""
        values = self.cleaned_data
        return [
            (group, int(values[f"level-{key}"]), values[f"because-{key}"])
            for key, group in self._groups.items()
            if values[f"level-{key}"]
        ]


class CallOffForm(forms.Form):
    because = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("For example: snow day. It stands beside the conversation."),
        error_messages={"required": _("Write why in a few words.")},
    )


class SeriesForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("For example: Building Capacity."))
    cadence = forms.ChoiceField(label=_("How often"), choices=MeetingSeries.Cadence.choices, initial="monthly")
    purpose = forms.CharField(
        label=_("What it is for"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
