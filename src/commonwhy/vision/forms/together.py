"""Forms for writing together: an invitation, a comment, an answer, and an ambassador."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.districts.models import District, Group, School
from commonwhy.districts.viewers import Viewer
from commonwhy.vision.forms.texts import WordsField
from commonwhy.vision.models import Ambassador
from commonwhy.vision.services import ambassadors

MOST = 4000


class CoAuthorForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(label=_("Their e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))


class CommentForm(forms.Form):
    """What somebody says, and what it is about: sealed, so that it is the sentence the page showed."""

    about = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)
    words = WordsField(max_length=MOST, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))


class AnswerForm(forms.Form):
    """An answer, and what stood there when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    words = WordsField(required=False, max_length=MOST, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}))


class AmbassadorForm(forms.Form):
    """Who carries the why, where, since when and until when."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    name = forms.CharField(label=_("Name"), max_length=160)
    group = forms.ModelChoiceField(label=_("Group"), queryset=Group.objects.none(), empty_label=_("Choose a group"))
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.none(), required=False, empty_label=_("The whole district")
    )
    since = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    carries = WordsField(
        label=_("What they took on"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: opens each department meeting with the why."),
    )

    def __init__(
        self, *args: Any, viewer: Viewer, district: District, ambassador: Ambassador | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups, schools = self.fields["group"], self.fields["school"]
        groups.queryset = Group.objects.visible_to(viewer).filter(district=district, not_here="")  # type: ignore[attr-defined]
        here = School.objects.visible_to(viewer).filter(district=district, ended=False)
        if ambassador is not None:
            # A group or a school that is no more stays with whoever has it.
            groups.queryset |= Group.objects.visible_to(viewer).filter(pk=ambassador.group_id)  # type: ignore[attr-defined]
            here |= School.objects.visible_to(viewer).filter(pk=ambassador.school_id)
            for name in ambassadors.FIELDS:
                self.initial.setdefault(name, getattr(ambassador, name))
            self.initial.setdefault("seen", ambassadors.digest_of(ambassador))
        schools.queryset = here  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before it begins."))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The fields of the ambassador from a valid form."""
        return {name: self.cleaned_data[name] for name in ambassadors.FIELDS}

    def asked(self) -> list[Any]:
        """The bound fields people fill in."""
        return [self[name] for name in ambassadors.FIELDS]
