"""Forms of the workshop. Every text has a field for each language; one language is enough to save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonwhy.vision.models import Clause, VisionVersion

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LANGUAGE_NAMES = dict(settings.LANGUAGES)


def _by_language(cleaned: dict[str, Any], name: str) -> dict[str, str]:
    texts = {code: " ".join(cleaned.get(f"{name}_{code}", "").split()) for code in LANGUAGES}
    return {code: text for code, text in texts.items() if text}


def _lines_by_language(cleaned: dict[str, Any], name: str) -> list[dict[str, str]]:
    """Line by line across languages: the first line in English and the first in Spanish are one line."""
    columns = {
        code: [line.strip() for line in cleaned.get(f"{name}_{code}", "").splitlines() if line.strip()] for code in LANGUAGES
    }
    longest = max(map(len, columns.values()), default=0)
    return [{code: lines[i] for code, lines in columns.items() if i < len(lines)} for i in range(longest)]


class _InLanguages(forms.Form):
    """A form whose texts have a field for each language."""

    def _add(self, name: str, label: Any, *, rows: int, most: int, help_text: Any = "", value: Any = None) -> None:
        for code in LANGUAGES:
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=_("%(text)s, in %(language)s") % {"text": label, "language": LANGUAGE_NAMES[code]},
                required=False,
                max_length=most,
                strip=True,
                help_text=help_text,
                widget=forms.Textarea(attrs={"rows": rows, "lang": code}),
            )
            if isinstance(value, dict):
                self.initial[f"{name}_{code}"] = value.get(code, "")
            elif isinstance(value, list):
                self.initial[f"{name}_{code}"] = "\n".join(line.get(code, "") for line in value)

    def pairs(self, name: str) -> list[Any]:
        """The bound fields of one text."""
        return [self[f"{name}_{code}"] for code in LANGUAGES]

    def text_pairs(self) -> dict[str, list[Any]]:
        """Every text's fields by the text's name, for the template."""
        names = [name.removesuffix(f"_{LANGUAGES[0]}") for name in self.fields if name.endswith(f"_{LANGUAGES[0]}")]
        return {name: self.pairs(name) for name in names}


class StatementForm(_InLanguages):
    """The why, what the term is and is not, and the years it is for."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    begins_year = forms.IntegerField(label=_("From the year"), required=False, min_value=2000, max_value=2100)
    ends_year = forms.IntegerField(
        label=_("to the year"),
        required=False,
        min_value=2000,
        max_value=2100,
        help_text=_("Three to five years are far enough to see and near enough to plan for."),
    )

    def __init__(self, *args: Any, version: VisionVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add("why", _("Our why"), rows=3, most=400, value=version.why)
        self._add("why_more", _("A paragraph beside it"), rows=4, most=2000, value=version.why_more)
        self._add("term", _("The term"), rows=1, most=80, value=version.term)
        self._add("is_lines", _("It is"), rows=5, most=2000, value=version.is_lines, help_text=_("One on each line."))
        self._add("is_not_lines", _("It is not"), rows=5, most=2000, value=version.is_not_lines, help_text=_("One on each line."))
        changed = _("What changed since the last version, and who was heard in between")
        self._add("note", changed, rows=3, most=2000, value=version.note)
        for name in ("revision", "begins_year", "ends_year"):
            self.initial.setdefault(name, getattr(version, name))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("begins_year"), cleaned.get("ends_year")
        if begins and ends and ends < begins:
            self.add_error("ends_year", _("This is before it begins."))
        if ends and not begins:
            self.add_error("begins_year", _("Say from which year."))
        return cleaned

    def statement(self) -> dict[str, Any]:
        """The fields of the version from a valid form."""
        cleaned = self.cleaned_data
        texts = {name: _by_language(cleaned, name) for name in ("why", "why_more", "term", "note")}
        lines = {name: _lines_by_language(cleaned, name) for name in ("is_lines", "is_not_lines")}
        return {**texts, **lines, **{name: cleaned[name] for name in ("begins_year", "ends_year")}}


class ClauseForm(_InLanguages):
    """One sentence of the vision and why it stands there."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, clause: Clause | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add("text", _("The sentence"), rows=3, most=400, value=clause.texts if clause else {})
        self._add("note", _("Why it stands here"), rows=2, most=400, value=clause.note if clause else {})
        self.initial.setdefault("revision", clause.revision if clause else 0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not _by_language(cleaned, "text"):
            self.add_error(f"text_{LANGUAGES[0]}", _("Write the sentence in one language at least."))
        return cleaned

    def texts(self) -> dict[str, str]:
        return _by_language(self.cleaned_data, "text")

    def note(self) -> dict[str, str]:
        return _by_language(self.cleaned_data, "note")


class AdoptionForm(_InLanguages):
    """The board's decision."""

    on = forms.DateField(label=_("Date of the decision"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = _("Anyone will be able to read this.")
        self._add("minutes", _("What the minutes say"), rows=4, most=4000, help_text=public)
        only_if = _("Only if something above does not hold. Anyone will be able to read it.")
        self._add("exception_reason", _("Reason for adopting it all the same"), rows=3, most=2000, help_text=only_if)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not _by_language(cleaned, "minutes"):
            self.add_error(f"minutes_{LANGUAGES[0]}", _("Write what the minutes say, in one language at least."))
        return cleaned

    def decision(self) -> dict[str, Any]:
        """The arguments of `adoption.adopt` from a valid form."""
        texts = {name: _by_language(self.cleaned_data, name) for name in ("minutes", "exception_reason")}
        return {"on": self.cleaned_data["on"], **texts}


class VoiceSearchForm(forms.Form):
    """Words to look for among the voices."""

    q = forms.CharField(label=_("Words to look for"), required=False, max_length=100)
    who = forms.ChoiceField(label=_("Who said it"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [("", _("Anyone")), *kinds]
