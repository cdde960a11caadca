"""Forms for what sentences rest on and lean on: looking for statements, and naming a standard."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy import frameworks
from commonwhy.vision.forms.texts import InLanguagesForm, Texts


class StatementSearchForm(forms.Form):
    """Words to look for among statements, and in which discussion. Its names do not meet those of the search for voices."""

    said = forms.CharField(label=_("Words to look for"), required=False, max_length=100)

    def __init__(self, *args: Any, discussions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(discussions) > 1:
            self.fields["discussion"] = forms.ChoiceField(
                label=_("Discussion"), required=False, choices=[("", _("Any discussion")), *discussions]
            )

    @property
    def filled(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> dict[str, str]:
        """The arguments of `queries.sources.statements_to_cite`; a choice that is not offered is no choice."""
        self.is_valid()
        found = {"q": self.cleaned_data.get("said", ""), "discussion": self.cleaned_data.get("discussion", "")}
        return {name: value for name, value in found.items() if value}


class AlignmentForm(InLanguagesForm):
    """A standard, by its set and code, and how a sentence leans on it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (one.title, [(f"{one.key} {item.code}", f"{item.code} {item.name}") for item in one.items])
            for one in frameworks.all_sets()
        ]
        self.fields["standard"] = forms.ChoiceField(label=_("It leans on"), choices=[("", _("Choose a standard")), *choices])
        how = _("In a sentence. You may leave it empty.")
        self.add_texts("note", _("How it leans on it"), rows=2, most=300, help_text=how)

    def chosen(self) -> tuple[str, str]:
        """The key of the set and the code, from a valid form."""
        framework, _space, code = self.cleaned_data["standard"].partition(" ")
        return framework, code

    def note(self) -> Texts:
        """How it leans on it, by language, from a valid form."""
        return self.texts_of("note")
