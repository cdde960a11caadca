"""The checklist's notes: a box for each question, and what stood in it when the page was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commonwhy.vision import checklist
from commonwhy.vision.forms.texts import WordsField
from commonwhy.vision.services.checklist import digest_of

MOST = 2000


@dataclass(frozen=True)
class NoteBox:
    """A question's box, what it stood at, and what somebody else noted meanwhile."""

    key: str
    field: Any
    was: str
    theirs: str


class ChecklistForm(forms.Form):
    """A note for each question of the checklist."""

    def __init__(self, *args: Any, stored: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored
        self.theirs: dict[str, str] = {}
        asked = [(question.key, question.words) for section in checklist.SECTIONS for question in section.questions]
        asked += [(key, None) for key in checklist.ACCESS_KEYS]
        for key, words in asked:
            widget = forms.Textarea(attrs={"rows": 2, "class": "brief", "dir": "auto"})
            self.fields[key] = WordsField(label=words, required=False, max_length=MOST, widget=widget)
            self.initial[key] = stored.get(key, "")
        for place, at in checklist.PLACES:
            for people, who in checklist.PEOPLE:
                for use, what in checklist.USES:
                    field = self.fields[checklist.access_key(place, people, use)]
                    field.label = what
                    words = {"place": at, "people": who, "use": what}
                    field.widget.attrs["aria-label"] = _("%(place)s, %(people)s, %(use)s") % words

    def notes(self) -> dict[str, str]:
        """What was noted, by key, from a valid form."""
        return {key: self.cleaned_data[key] for key in checklist.KEYS}

    def was(self) -> dict[str, str]:
        """The digests of what stood in each box when the page was opened."""
        return {key: str(self.data.get(f"was-{key}", "")) for key in checklist.KEYS}

    def box(self, key: str) -> NoteBox:
        """The box of one question. After a conflict the next save replaces what somebody else noted."""
        fresh = not self.is_bound or key in self.theirs
        was = digest_of(self.theirs.get(key, self.stored.get(key, ""))) if fresh else self.was()[key]
        return NoteBox(key, self[key], was, self.theirs.get(key, ""))

    def sections(self) -> list[tuple[checklist.Section, list[NoteBox]]]:
        return [(section, [self.box(question.key) for question in section.questions]) for section in checklist.SECTIONS]

    def access(self) -> list[tuple[str, list[NoteBox]]]:
        """The access grid, a row for each place and kind of people."""
        return [
            (
                gettext("%(place)s: %(people)s") % {"place": at, "people": str(who).lower()},
                [self.box(checklist.access_key(place, people, use)) for use, _what in checklist.USES],
            )
            for place, at in checklist.PLACES
            for people, who in checklist.PEOPLE
        ]
