"""What somebody looks for, in words: one way to read it, whatever it is looked for in and whichever database holds it.

Case and accents do not matter, a word finds every word that begins with it, and "words in quotes" are found together and
whole. Nothing anybody types is an error: what is neither a letter nor a digit only keeps words apart. A text is folded
into `plain_words` once, here; SQLite's and PostgreSQL's indexes hold what comes out, so all three find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PARTS = 8
LONGEST_WORD = 60
_WORD = re.compile(r"[^\W_]+")
# Chinese and Japanese write no spaces, so each sign is a word of its own and several are found as a phrase.
_SIGN = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
_QUOTED = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')


def folded(text: str) -> str:
    """Without case and accents: `¿Qué?` is found by `que`.

    >>> folded("Canción ÁRBOL")
    'cancion arbol'
    """
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order.

    >>> words_of("¿Qué? Don't ask—¡pregunta!")
    ['que', 'don', 't', 'ask', 'pregunta']
    """
    plain = folded(text)
    if not plain.isascii():
        plain = _SIGN.sub(r" \1 ", plain)
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain)]


def plain_words(text: str) -> str:
    """The words of a text, folded, with one space between them: what an index holds."""
    return " ".join(words_of(text))


@dataclass(frozen=True)
class Part:
    """Words that have to stand together; `begins`: the last of them may go on."""

    words: tuple[str, ...]
    begins: bool

    @property
    def pattern(self) -> str:
        """As it stands in plain words that begin and end with a space."""
        return f" {' '.join(self.words)}{'' if self.begins else ' '}"


@dataclass(frozen=True)
class Wanted:
    """What is looked for: every part has to be there. Without parts nothing is found. `typed` is what was read."""

    parts: tuple[Part, ...]
    typed: str = ""

    def __bool__(self) -> bool:
        return bool(self.parts)

    def found_in(self, text: str) -> bool:
        """Whether a text holds all of it."""
        return self.found_in_plain(plain_words(text))

    def found_in_plain(self, plain: str) -> bool:
        """The same for a text that is in plain words already."""
        held = f" {plain} "
        return bool(self.parts) and all(part.pattern in held for part in self.parts)

    def for_sqlite(self) -> str:
        """As an expression of SQLite's FTS5. Words hold letters and digits only, so none of it is read as anything else."""
        return " AND ".join(f'"{" ".join(part.words)}"{"*" if part.begins else ""}' for part in self.parts)

    def for_postgresql(self) -> str:
        """As an expression for `to_tsquery`."""

        def phrase(part: Part) -> str:
            words = [f"'{word}'" for word in part.words]
            return f"({' <-> '.join(words)}{':*' if part.begins else ''})"

        return " & ".join(phrase(part) for part in self.parts)

    def pieces(self, text: str, around: int = 90) -> Iterator[tuple[str, bool]]:
        """A stretch of `text` around the first word found, in pieces: the words of it, and whether they were looked for."""
        spans = [match.span() for match in _WORD.finditer(text) if self._looks_for(words_of(match[0]))]
        first = spans[0] if spans else (0, 0)
        start, end = _whole_words(text, max(0, first[0] - around), min(len(text), first[1] + around))
        at = start
        if start:
            yield "… ", False
        for a, b in spans:
            if a >= start and b <= end:
                yield text[at:a], False
                yield text[a:b], True
                at = b
        yield text[at:end], False
        if end < len(text):
            yield " …", False

    def _looks_for(self, words: list[str]) -> bool:
        whole = {word for part in self.parts for word in (part.words[:-1] if part.begins else part.words)}
        begun = tuple(part.words[-1] for part in self.parts if part.begins)
        return any(word in whole or word.startswith(begun) for word in words)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without words cut in two at its ends, where that costs no more than a word."""
    if start and (space := text.find(" ", start, start + LONGEST_WORD)) >= 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", max(start, end - LONGEST_WORD), end)) > start:
        end = space
    return start, end


def wanted(typed: str) -> Wanted:
    """What somebody typed, read. Takes anything.

    >>> wanted('apren "digital learning"').parts
    (Part(words=('digital', 'learning'), begins=False), Part(words=('apren',), begins=True))
    """
    parts = [Part(tuple(words), begins=False) for match in _QUOTED.finditer(typed) if (words := words_of(match[1]))]
    # What a person writes as one word ("don't") may be several here; they stand together.
    parts += [Part(tuple(words), begins=True) for word in _QUOTED.sub(" ", typed).split() if (words := words_of(word))]
    return Wanted(tuple(dict.fromkeys(parts))[:MOST_PARTS], typed)
