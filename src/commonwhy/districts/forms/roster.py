from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RosterForm(forms.Form):
    """A roster: a OneRoster zip, or our CSV template filled in."""

    file = forms.FileField(
        label=_("The file"),
        help_text=_("A OneRoster zip (1.1 or 1.2), or our CSV template. Passwords, phones and demographics are not read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.csv,.txt"}),
    )
