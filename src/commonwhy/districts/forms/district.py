from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.districts.models import District, Role, School

US_ZONES = sorted(
    zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/Honolulu", "Pacific/Guam", "US/"))
)


class DistrictSettingsForm(forms.ModelForm[District]):
    """What a district may say about itself."""

    class Meta:
        model = District
        fields = ("name", "accent", "language", "time_zone", "term", "staff_k", "help_text")
        widgets = {
            "accent": forms.TextInput(attrs={"type": "color"}),
            "help_text": forms.Textarea(attrs={"rows": 4}),
            "staff_k": forms.NumberInput(attrs={"min": 5, "max": 30}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(label=_("Language of most pages"), choices=language_choices)
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in US_ZONES])

    def clean_staff_k(self) -> int:
        k: int = self.cleaned_data["staff_k"]
        if not 5 <= k <= 30:
            raise forms.ValidationError(_("From 5 to 30."))
        return k


class SchoolForm(forms.Form):
    name = forms.CharField(label=_("Name of the school"), max_length=160)


class GroupAbsenceForm(forms.Form):
    not_here = forms.CharField(
        label=_("Why there is no such group here"),
        max_length=200,
        required=False,
        help_text=_("For example: no union. Leave it empty if there is one."),
    )


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("Their e-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MEMBER)

    def __init__(self, *args: Any, schools: QuerySet[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"] = forms.ModelChoiceField(
            label=_("Only in this school"), queryset=schools, required=False, empty_label=_("The whole district")
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("role") == Role.SCHOOL_LEADER and not cleaned.get("school"):
            self.add_error("school", _("A school leader needs a school."))
        if cleaned.get("role") in (Role.ADMINISTRATOR, Role.LEADER) and cleaned.get("school"):
            self.add_error("school", _("This role is for the whole district. Choose “School leader” for one school."))
        return cleaned


class PositionForm(forms.Form):
    """A seat on the leadership team and who fills it."""

    title = forms.CharField(label=_("Position"), max_length=120)
    name = forms.CharField(label=_("Who fills it"), max_length=120, required=False)


class AppointmentForm(forms.Form):
    name = forms.CharField(label=_("Who fills it now"), max_length=120)
