"""The district's own list of words that put an answer into the safety queue: how words are compared, and which are refused.

Whole words are compared, without case and accents: `matar` finds `Matar`, not `matarife`; a phrase has to stand there word
by word. A list that finds everything finds nothing, so a word that is in more than a tenth of the answers is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_LETTERS = 3
ENOUGH_TO_TELL = 50
"""From so many answers on it can be said that a word is in too many of them."""
TOO_MANY = 0.1
_APART = re.compile(r"[^\w]+|_+")


def folded(text: str) -> str:
    """Words as they are compared, one space between them and around them.

    >>> folded("¡No PUEDO más!")
    ' no puedo mas '
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return f" {_APART.sub(' ', plain).strip()} "


def too_short(words: str) -> bool:
    """Whether there are too few letters in it to mean anything by itself."""
    return sum(letter.isalnum() for letter in folded(words)) < FEWEST_LETTERS


class WordList:
    """Words and phrases, ready to be looked for in many texts."""

    def __init__(self, words: Iterable[str]) -> None:
        self._single: dict[str, str] = {}
        self._phrases: dict[str, str] = {}
        for each in words:
            key = folded(each)
            (self._phrases if " " in key.strip() else self._single)[key.strip()] = each

    def __bool__(self) -> bool:
        return bool(self._single or self._phrases)

    def found_in(self, text: str) -> list[str]:
        """The words of the list that `text` uses, as they stand on the list."""
        if not self:
            return []
        plain = folded(text)
        found = [self._single[word] for word in self._single.keys() & set(plain.split())]
        found += [words for phrase, words in self._phrases.items() if f" {phrase} " in plain]
        return sorted(found)


@dataclass(frozen=True)
class Tried:
    """A word against the answers that are there."""

    words: str
    found: int
    answers: int

    @property
    def finds_too_much(self) -> bool:
        return self.answers >= ENOUGH_TO_TELL and self.found > TOO_MANY * self.answers


def tried(words: Sequence[str], texts: Iterable[str]) -> list[Tried]:
    """In how many of `texts` each of `words` is."""
    listed = WordList(words)
    counts = dict.fromkeys(words, 0)
    total = 0
    for text in texts:
        total += 1
        for each in listed.found_in(text):
            counts[each] += 1
    return [Tried(each, count, total) for each, count in counts.items()]
