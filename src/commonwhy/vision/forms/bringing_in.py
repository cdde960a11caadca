"""Forms for a vision adopted earlier: the document, and then its parts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_choices
from commonwhy.vision.forms.texts import LANGUAGES, InLanguagesForm, WordsField
from commonwhy.vision.forms.vision import EACH_LINE
from commonwhy.vision.services.bringing_in import Earlier
from commonwhy.vision.splitting import Proposal

MOST_PASTED = 200_000


class DocumentForm(forms.Form):
    """A file or pasted words, and the language they are in."""

    file = forms.FileField(
        label=_("The document"),
        required=False,
        help_text=_("Word (.docx), PDF or text, up to 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf,.txt,.md"}),
    )
    pasted = WordsField(
        label=_("Or paste its words"),
        required=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("It is written in"), choices=language_choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "file" not in self.errors and not cleaned.get("file") and not (cleaned.get("pasted") or "").strip():
            self.add_error("pasted", _("Choose a file, or paste the words of the vision."))
        return cleaned


class EarlierForm(InLanguagesForm):
    """The parts of a vision adopted earlier, as they will be kept."""

    adopted_on = forms.DateField(
        label=_("Date of the adoption"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("If you know only the month or the year, take its first day and say so under “How it was adopted”."),
    )
    origin_name = forms.CharField(
        label=_("Name of the document"), required=False, max_length=200, help_text=_("As people here know it.")
    )
    begins_year = forms.IntegerField(label=_("For the years from"), required=False, min_value=1950, max_value=2100)
    ends_year = forms.IntegerField(label=_("to"), required=False, min_value=1950, max_value=2100)

    def __init__(self, *args: Any, proposal: Proposal | None = None, language: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = proposal or Proposal()

        def said(text: str) -> dict[str, str]:
            return {language: text}

        def lines(texts: tuple[str, ...]) -> list[dict[str, str]]:
            return [{language: text} for text in texts]

        one_sentence = _("One sentence: the one of the document that says it best.")
        self.add_texts("why", _("Our why"), rows=3, most=1000, value=said(found.why), help_text=one_sentence)
        self.add_texts("why_more", _("A paragraph beside it"), rows=4, most=4000, value=said(found.why_more))
        as_adopted = _("Each sentence of the vision, in its words.")
        self.add_texts(
            *("sentences", _("Sentences")),
            rows=10,
            most=40_000,
            value=lines(found.sentences),
            help_text=format_lazy("{} {}", as_adopted, EACH_LINE),
            keep_height=True,
        )
        self.add_texts(
            *("beliefs", _("What we believe")),
            rows=6,
            most=40_000,
            value=lines(found.beliefs),
            help_text=EACH_LINE,
            keep_height=True,
        )
        self.add_texts("mission", _("The district's mission"), rows=4, most=4000, value=said(found.mission))
        known = _("As far as you know it: who decided, how they voted, what is not known. Anyone can read it.")
        self.add_texts("minutes", _("How it was adopted"), rows=4, most=4000, help_text=known)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.texts_of("why"):
            self.add_error(f"why_{LANGUAGES[0]}", _("Say why in one sentence, in one language at least."))
        if not self.lines_of("sentences"):
            self.add_error(f"sentences_{LANGUAGES[0]}", _("Put each sentence on a line of its own."))
        begins, ends = cleaned.get("begins_year"), cleaned.get("ends_year")
        if ends and not begins and "begins_year" not in self.errors:
            self.add_error("begins_year", _("Say from which year."))
        if begins and ends and ends < begins:
            self.add_error("ends_year", _("This is before it begins."))
        return cleaned

    def facts(self) -> list[Any]:
        """The bound fields that are not texts."""
        return [self["adopted_on"], self["origin_name"]]

    def years(self) -> list[Any]:
        return [self["begins_year"], self["ends_year"]]

    def earlier(self) -> Earlier:
        """The vision from a valid form."""
        return Earlier(
            why=self.texts_of("why"),
            why_more=self.texts_of("why_more", several_lines=True),
            sentences=self.lines_of("sentences"),
            beliefs=self.lines_of("beliefs"),
            mission=self.texts_of("mission", several_lines=True),
            minutes=self.texts_of("minutes", several_lines=True),
            adopted_on=self.cleaned_data["adopted_on"],
            begins_year=self.cleaned_data["begins_year"],
            ends_year=self.cleaned_data["ends_year"],
            origin_name=self.cleaned_data["origin_name"].strip(),
        )
