"""Looking for voices, and marking words in one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.listening.queries.voices import MARKED, NOT_MARKED, OTHERS, Choices, Filters
from commonwhy.listening.services.excerpts import LONGEST_EXCERPT, sentences, whole
from commonwhy.listening.services.names import Suggestion, redacted


class VoiceFilterForm(forms.Form):
    """What to look for. A value that is not offered is left aside and said so; the others still count."""

    survey = forms.ChoiceField(label=_("Survey"), required=False)
    question = forms.ChoiceField(label=_("Question"), required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    school = forms.ChoiceField(label=_("School"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    words = forms.CharField(label=_("Words"), required=False, max_length=100)
    marked = forms.ChoiceField(
        label=_("Marked"), required=False, choices=[("", _("Any")), (NOT_MARKED, _("Not marked yet")), (MARKED, _("Marked"))]
    )

    def __init__(self, data: Any, choices: Choices) -> None:
        super().__init__(data)
        everything = [("", _("Any"))]
        unnamed = [(OTHERS, _("Others: too few to name"))]
        offered: dict[str, list[Any]] = {
            "survey": [*everything, *choices.surveys],
            "question": [*everything, *choices.questions],
            "group": [*everything, *choices.groups, *(unnamed if choices.groups else [])],
            "school": [*everything, *choices.schools, *(unnamed if choices.schools else [])],
            "language": [*everything, *choices.languages],
        }
        for name, values in offered.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = values
            if len(values) <= 2 and name not in ("survey", "question"):
                field.widget = forms.HiddenInput()

    def filters(self) -> Filters:
        """What to look for, as far as it could be understood."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


class MarkForm(forms.Form):
    """Which words, and which names are taken out of them. `seen` is a digest of what the person was shown."""

    sentence = forms.MultipleChoiceField(label=_("Sentences"), required=False, widget=forms.CheckboxSelectMultiple)
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    name = forms.MultipleChoiceField(label=_("Take these out"), required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label=_("Other names to take out"),
        required=False,
        max_length=400,
        help_text=_("Separate them with commas. Each is taken out wherever it stands in these words."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, words: str, suggestions: Sequence[Suggestion], data: Any = None) -> None:
        self.words = words
        self.spans = sentences(words)
        start, end = whole(words)
        initial = {
            "sentence": [str(number) for number in range(len(self.spans))] if end - start <= LONGEST_EXCERPT else [],
            "name": [suggestion.name for suggestion in suggestions if suggestion.sure],
        }
        super().__init__(data, initial=initial)
        for name, values in (
            ("sentence", [(str(number), words[a:b]) for number, (a, b) in enumerate(self.spans)]),
            ("name", [(suggestion.name, suggestion.name) for suggestion in suggestions]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = values

    def span(self) -> tuple[int, int]:
        """From the first to the last chosen word; (0, 0) where nothing is chosen."""
        values: Any = self.cleaned_data if self.is_bound else self.initial
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None:
            return start, end
        chosen = [self.spans[int(number)] for number in values.get("sentence") or []]
        if len(chosen) == len(self.spans):
            return whole(self.words)
        return (min(a for a, _b in chosen), max(b for _a, b in chosen)) if chosen else (0, 0)

    def names(self) -> list[str]:
        """Every name to take out."""
        values: Any = self.cleaned_data if self.is_bound else self.initial
        typed = re.split(r"[,;\n]", values.get("others") or "")
        return [name.strip() for name in (*(values.get("name") or []), *typed) if name.strip()]

    def shown(self) -> str:
        """What others will see."""
        start, end = self.span()
        return redacted(self.words[start:end], self.names())


def digest(words: str) -> str:
    """What a page remembers of the words it showed, to notice that they would be others by now."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
