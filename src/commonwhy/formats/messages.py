"""Sentences for people from rooms that know no Django, and the one error every parser here may raise.

A sentence is kept as an English template and the words that go into it, so that the page or the terminal that shows
it can translate it. ``gettext_noop`` only marks the template for the translators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for the translators; the page that shows it looks it up."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for people: an English template (``%(name)s``) and the words that go into it."""

    template: str
    words: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """The sentence in the language of ``translate`` (for example ``django.utils.translation.gettext``)."""
        return translate(self.template) % self.words if self.words else translate(self.template)

    def __str__(self) -> str:
        return self.text()


class UnreadableFile(ValueError):
    """A file that cannot be read at all. ``str()`` says what is wrong and the way out."""

    def __init__(self, message: Message | str, *, file: str, line: int | None = None) -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        self.file = file
        self.line = line
        super().__init__(str(self.message))

    def text(self, translate: Callable[[str], str] = gettext_noop) -> str:
        """The sentence, translated."""
        return self.message.text(translate)
