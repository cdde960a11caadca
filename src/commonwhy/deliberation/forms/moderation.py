"""Forms with which a moderator reads one statement: its words in each language, names to take out, reasons, an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from commonwhy.deliberation.forms.discussions import LANGUAGES, InEachLanguage
from commonwhy.deliberation.models import Statement
from commonwhy.deliberation.services.holding import LONGEST_STATEMENT
from commonwhy.deliberation.services.moderation import LONGEST_ANSWER
from commonwhy.listening.services.names import Suggestion, redacted


class WordsForm(InEachLanguage):
    """A statement in each language, and names that can be taken out of it."""

    name = forms.MultipleChoiceField(label=_("Take these out"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, statement: Statement, suggestions: Sequence[Suggestion], data: Any = None) -> None:
        super().__init__(data, initial={"name": [each.name for each in suggestions if each.sure]})
        self.suggestions = suggestions
        self.add_text(_("The statement"), most=LONGEST_STATEMENT, rows=3, value=statement.texts)
        field = self.fields["name"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(each.name, each.name) for each in suggestions]

    def without_names(self) -> WordsForm:
        """The same form with the ticked names taken out of every box; nothing is saved by this."""
        typed, data = cast(QueryDict, self.data), QueryDict(mutable=True)
        for code in LANGUAGES:
            data[f"text_{code}"] = redacted(typed.get(f"text_{code}", ""), typed.getlist("name"))
        fresh = WordsForm(Statement(), (), data)
        fresh.is_valid()
        return fresh


class HideForm(forms.Form):
    """Why a statement is not shown, and a word for whoever wrote it."""

    reason = forms.ChoiceField(
        label=_("Why it is not shown"),
        choices=Statement.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason: its author and the public can ask.")},
    )
    more = forms.CharField(
        label=_("A word for whoever wrote it"),
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2, "class": "brief"}),
        help_text=_("They read it with the reason, and can ask you to look again."),
    )


class AppealForm(forms.Form):
    """What is answered to somebody who asked to look again."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 3, "class": "brief"}),
        error_messages={"required": _("Write a word to whoever asked.")},
    )
