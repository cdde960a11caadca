"""The words a vision explains, one beside another: a word and what it means here, in each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from commonwhy.vision.forms.texts import LANGUAGE_NAMES, LANGUAGES, Difference, Texts, one_line, paragraphs
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.services import drafting

MOST_ENTRIES = 60
EMPTY_ROWS = 2

Entry = dict[str, Texts]
"""`{"term": {...}, "means": {...}}`, as the version keeps it."""


@dataclass(frozen=True)
class EntryBoxes:
    """One row of the form: its place, and for each language the box of the word and the box of its meaning."""

    place: int
    word: str
    pairs: tuple[tuple[Any, Any], ...]


class GlossaryForm(forms.Form):
    """Every word explained, and room for some more. A row left empty is taken out."""

    PARTS = ("glossary",)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ENTRIES + EMPTY_ROWS, required=False)

    def __init__(self, *args: Any, version: VisionVersion, propose: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored: list[Entry] = list(version.glossary)
        self.height = min(len(stored) + EMPTY_ROWS, MOST_ENTRIES)
        if self.is_bound and (said := str(self.data.get("rows", ""))).isdecimal() and len(said) < 4:
            self.height = min(int(said), MOST_ENTRIES + EMPTY_ROWS)
        for place in range(self.height):
            entry = stored[place] if place < len(stored) else {}
            self._add_row(place, entry)
        if propose and len(stored) < self.height:
            self.initial[f"term_{len(stored)}_{LANGUAGES[0]}"] = propose
        self.initial.setdefault("seen", drafting.part_digest(version, self.PARTS))
        self.initial["rows"] = self.height

    def _add_row(self, place: int, entry: Entry) -> None:
        for code in LANGUAGES:
            for name, label, most, rows in (("term", _("The word"), 80, 0), ("means", _("What it means here"), 600, 2)):
                words = {"text": label, "language": LANGUAGE_NAMES[code], "number": place + 1}
                attrs = {"lang": code, "dir": "auto", "aria-label": _("%(text)s %(number)s, in %(language)s") % words}
                widget = forms.Textarea(attrs={**attrs, "rows": rows, "class": "brief"}) if rows else forms.TextInput(attrs=attrs)
                key = f"{name}_{place}_{code}"
                self.fields[key] = forms.CharField(label=label, required=False, max_length=most, widget=widget)
                self.initial[key] = entry.get(name, {}).get(code, "")

    def entries(self) -> list[EntryBoxes]:
        """The rows, for the template."""
        rows = []
        for place in range(self.height):
            pairs = tuple((self[f"term_{place}_{code}"], self[f"means_{place}_{code}"]) for code in LANGUAGES)
            word = next((str(term.value()) for term, _means in pairs if term.value()), "")
            rows.append(EntryBoxes(place + 1, word, pairs))
        return rows

    def _row(self, place: int) -> Entry:
        found: Entry = {}
        for name, tidy in (("term", one_line), ("means", paragraphs)):
            texts = {code: tidy(self.cleaned_data.get(f"{name}_{place}_{code}") or "") for code in LANGUAGES}
            found[name] = {code: text for code, text in texts.items() if text}
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known: set[tuple[str, str]] = set()
        filled = 0
        for place in range(self.height):
            row = self._row(place)
            filled += bool(row["term"] or row["means"])
            first = LANGUAGES[0]
            if row["means"] and not row["term"]:
                self.add_error(f"term_{place}_{first}", _("Which word does this explain?"))
            if row["term"] and not row["means"]:
                self.add_error(f"means_{place}_{first}", _("Say what it means, in one language at least."))
            for code, term in row["term"].items():
                if (code, term.casefold()) in known:
                    self.add_error(f"term_{place}_{code}", _("This word is explained twice. Keep one of the two."))
                known.add((code, term.casefold()))
        if filled > MOST_ENTRIES:
            self.add_error(None, _("At most %(most)s words. Long lists are not read.") % {"most": MOST_ENTRIES})
        return cleaned

    def statement(self) -> dict[str, Any]:
        """The glossary from a valid form, without the empty rows."""
        rows = [self._row(place) for place in range(self.height)]
        return {"glossary": [row for row in rows if row["term"]]}

    def theirs(self, version: VisionVersion) -> list[Difference]:
        """The glossary as somebody else saved it, where it is not what stands in this form."""
        if self.statement()["glossary"] == version.glossary:
            return []
        lines = {
            code: "\n".join(
                f"{entry['term'].get(code, '')}: {entry['means'].get(code, '')}"
                for entry in version.glossary
                if entry["term"].get(code) or entry["means"].get(code)
            )
            for code in LANGUAGES
        }
        return [Difference(_("Words explained"), tuple((code, text) for code, text in lines.items() if text))]
