"""Forms of those who let people choose under a limit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.deliberation.forms.discussions import InEachLanguage
from commonwhy.deliberation.services.priorities import LONGEST_OPTION, MOST_OPTIONS


class RoundForm(InEachLanguage):
    """What is chosen, and how many there is room for."""

    limit = forms.IntegerField(label=_("How many can be chosen"), min_value=1, max_value=MOST_OPTIONS - 1, initial=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_text(_("What is chosen"), most=200, rows=2)


class OptionForm(InEachLanguage):
    """A priority that no statement says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_text(_("The priority"), most=LONGEST_OPTION, rows=2)
