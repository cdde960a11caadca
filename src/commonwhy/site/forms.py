from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from commonwhy.accounts import setup_code
from commonwhy.core.languages import language_choices

MOST_SCHOOLS = 300


class DistrictForm(forms.Form):
    """What a district needs to begin. Everything else can wait."""

    district = forms.CharField(label=_("Name of your district"), max_length=160)
    schools = forms.CharField(
        label=_("Your schools, one on each line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A roster brings them too; leave this empty if you have one."),
    )
    language = forms.ChoiceField(label=_("Language of most of your pages"), choices=language_choices)

    def clean_schools(self) -> list[str]:
        names = [line.strip()[:160] for line in self.cleaned_data["schools"].splitlines() if line.strip()]
        if len(names) > MOST_SCHOOLS:
            raise forms.ValidationError(
                _("That is more than %(most)s lines. A roster file is the better way.") % {"most": MOST_SCHOOLS}
            )
        return list(dict.fromkeys(names))


class FirstStartForm(DistrictForm):
    """The district and the account of whoever sets it up."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("A password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )
    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("It stands in the terminal where CommonWhy was started, and in the file setup_code beside the database."),
    )
    field_order = ("district", "schools", "language", "name", "email", "password", "code")

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "code" in cleaned and not setup_code.accepts(cleaned["code"]):
            self.add_error("code", _("This is not the code. Look at the terminal where CommonWhy was started."))
        return cleaned
