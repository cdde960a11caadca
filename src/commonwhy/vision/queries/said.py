"""Words in the reader's language, or as they were first written, with their language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """Words, and their language where it is not the page's."""

    words: str = ""
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


def said(texts: dict[str, str], language: str) -> Said:
    """A text in `language`, else as it was first written, with its language."""
    if texts.get(language):
        return Said(texts[language])
    code = next((code for code, text in texts.items() if text), "")
    return Said(texts.get(code, ""), code)
