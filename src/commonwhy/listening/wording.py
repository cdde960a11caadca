"""In which words somebody reads a questionnaire: the language, and plain or full.

Plain words stand beside the full ones and mean the same, so which of them was read is never kept. Where a text has no
plain words in the reader's language, the full text in that language stands, not plain words in another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from commonwhy.listening.models import Question, QuestionnaireVersion
from commonwhy.listening.models.question import Texts


@dataclass(frozen=True)
class Wording:
    """How the texts of one version are read."""

    version: QuestionnaireVersion
    language: str
    plain: bool = False

    def text(self, texts: Texts, plain: Texts | None = None) -> str:
        """The text in this language, in plain words where they are wanted and there; the term asked about is filled in."""
        words = (plain or {}).get(self.language, "") if self.plain else ""
        return self.version.words({self.language: words} if words else texts, self.language)

    def of(self, question: Question) -> Wording:
        """The same in a language that the question has: this one, else the first it was written in."""
        if question.texts.get(self.language):
            return self
        return replace(self, language=next((code for code, text in question.texts.items() if text), self.language))

    @property
    def intro(self) -> str:
        return self.text(self.version.intro, self.version.plain_intro)

    @property
    def thanks(self) -> str:
        return self.text(self.version.thanks, self.version.plain_thanks)


def has_plain_words(version: QuestionnaireVersion, questions: list[Question]) -> bool:
    """Whether anything of it was written in plain words too."""
    if any([*version.plain_intro.values(), *version.plain_thanks.values()]):
        return True
    beside = [texts for question in questions for texts in _plain_texts(question)]
    return any(text for texts in beside for text in texts.values())


def _plain_texts(question: Question) -> list[Texts]:
    choices = [each.get("plain", {}) for each in [*question.options, *question.rows]]
    return [question.plain_texts, question.plain_hints, *choices]
