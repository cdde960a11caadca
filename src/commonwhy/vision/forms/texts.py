"""Fields for texts that are kept by language: one box for each language, and back to `{"en": ..., "es": ...}`.

One language is enough to save. Nothing a person typed is dropped on the way: line breaks stay, and a list whose
translation lacks a line keeps its other lines where they belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonwhy.core.languages import language_name

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LANGUAGE_NAMES = dict(settings.LANGUAGES)

# Boxes of so few lines are as low as one line.
BRIEF = 2

Texts = dict[str, str]


class WordsField(forms.CharField):
    """Text with its line breaks counted once each, as the browser counted them while it was typed."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


@dataclass(frozen=True)
class Difference:
    """A text as somebody else saved it, where it is not what stands in the form."""

    label: Any
    theirs: tuple[tuple[str, str], ...]
    """Language code and words; the code is empty for what has no language."""


@dataclass(frozen=True)
class TextBoxes:
    """One text of a form: its name, what it is called, a hint, and a bound field for each language."""

    name: str
    label: Any
    hint: Any
    fields: tuple[Any, ...]


def one_line(text: str) -> str:
    """Without line breaks and double spaces, for what is one sentence."""
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """With its line breaks, without spaces at their ends."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def lines_by_language(columns: dict[str, str]) -> list[Texts]:
    """Lists side by side: a line and what stands at the same height in another language are one entry.

    An empty line means "not translated yet"; where it is empty in every language it is only spacing.
    """
    placed = {code: [line.strip() for line in text.splitlines()] for code, text in columns.items()}
    height = max(map(len, placed.values()), default=0)
    rows = ({code: lines[at] for code, lines in placed.items() if at < len(lines) and lines[at]} for at in range(height))
    return [row for row in rows if row]


class InLanguagesForm(forms.Form):
    """A form whose texts have a field for each language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels: dict[str, Any] = {}
        self.hints: dict[str, Any] = {}

    def add_texts(
        self, name: str, label: Any, *, rows: int, most: int, help_text: Any = "", value: Any = None, keep_height: bool = False
    ) -> None:
        """Add the boxes of one text. `keep_height` keeps empty first lines, which matter in lists side by side."""
        self.labels[name] = label
        self.hints[name] = help_text
        for code in LANGUAGES:
            both = _("%(text)s, in %(language)s") % {"text": label, "language": LANGUAGE_NAMES[code]}
            attrs = {"rows": rows, "lang": code, "dir": "auto", "aria-label": both}
            if rows <= BRIEF:
                attrs["class"] = "brief"
            self.fields[f"{name}_{code}"] = WordsField(
                label=language_name(code),
                required=False,
                max_length=most,
                strip=not keep_height,
                widget=forms.Textarea(attrs=attrs),
            )
            if isinstance(value, dict):
                self.initial[f"{name}_{code}"] = value.get(code, "")
            elif isinstance(value, list):
                self.initial[f"{name}_{code}"] = "\n".join(line.get(code, "") for line in value)

    def texts(self) -> list[TextBoxes]:
        """Every text with its boxes, for the template."""
        boxes = {name: tuple(self[f"{name}_{code}"] for code in LANGUAGES) for name in self.hints}
        return [TextBoxes(name, self.labels[name], self.hints[name], fields) for name, fields in boxes.items()]

    def texts_of(self, name: str, *, several_lines: bool = False) -> Texts:
        """What was written for `name`, by language, without the languages left empty."""
        tidy = paragraphs if several_lines else one_line
        texts = {code: tidy(self.cleaned_data.get(f"{name}_{code}") or "") for code in LANGUAGES}
        return {code: text for code, text in texts.items() if text}

    def lines_of(self, name: str) -> list[Texts]:
        """A list written as one line for each entry."""
        return lines_by_language({code: self.cleaned_data.get(f"{name}_{code}") or "" for code in LANGUAGES})

    def differences(self, mine: dict[str, Any], stored: dict[str, Any]) -> list[Difference]:
        """What somebody else saved where it is not what stands in this form."""
        return [Difference(self.labels.get(name, name), _as_pairs(stored[name])) for name in mine if mine[name] != stored[name]]


def _as_pairs(value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict):
        return tuple(value.items())
    if isinstance(value, list):
        columns = {code: "\n".join(line.get(code, "") for line in value) for code in LANGUAGES}
        return tuple((code, text) for code, text in columns.items() if text.strip())
    return (("", str(value)),) if value is not None else ()
