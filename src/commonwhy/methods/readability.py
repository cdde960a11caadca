"""How hard a text is to read, from the length of its sentences and of its words.

Sentences and words are counted as they stand; syllables by hyphenation patterns (Liang 1983, through pyphen), which never
leave a single letter at a line's end and so count a little too few. The formulas were fitted to whole passages, so for one
sentence they are a hint to its author and nothing to be reported.

References:
    Flesch, R. (1948). A new readability yardstick. Journal of Applied Psychology 32(3), 221-233.
    Fernández Huerta, J. (1959). Medidas sencillas de lecturabilidad. Consigna 214, 29-32. As it was printed, its last term
    grows with the number of sentences, so that shorter sentences would read harder; it is meant to be words per sentence
    (Law, G. (2011). Error in the Fernandez Huerta readability formula. LINGUIST List 22.2332).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LANGUAGES = ("en", "es")
_PATTERNS = {"en": "en_US", "es": "es"}
# Constant, syllables per word, words per sentence.
_FORMULAS = {"en": (206.835, 84.6, 1.015), "es": (206.84, 60.0, 1.02)}

LONG_SENTENCE = 25
"""More words than this in one sentence are hard to hold in mind (the limit of the GOV.UK style guide)."""
HARD_WORD_SYLLABLES = {"en": 4, "es": 5}
"""Spanish words are longer by nature; about as rare in running text as English ones of four."""
HARD_WORD_LETTERS = 14
DIFFICULT_BELOW = 50.0
"""Flesch's scale: 60 to 70 is plain English, under 50 is difficult, under 30 is for specialists."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[¿¡]*[^\W_])")
# A full stop after these ends no sentence; lower case, without the stop.
_SHORT = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "vs", "etc", "e.g", "i.e", "u.s", "jr", "sr", "approx"}
    | {"sra", "sres", "srta", "dra", "ud", "uds", "p.ej", "ee.uu", "núm", "pág"}
)


@dataclass(frozen=True)
class SentenceReading:
    """One sentence: how many words it has, its reading ease (about 0 to 100, higher is easier; None where the language has
    no formula here or it has no words), and the words that few readers know, each once, as they stand.
    """

    text: str
    words: int
    ease: float | None
    hard_words: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        return self.words > LONG_SENTENCE

    @property
    def is_difficult(self) -> bool:
        return self.ease is not None and self.ease < DIFFICULT_BELOW


def words(text: str) -> list[str]:
    """The words of a text, numbers included; a word with a hyphen or an apostrophe is one.

    >>> words("Parents' don't-miss list: 3,000 books.")
    ['Parents', "don't-miss", 'list', '3,000', 'books']
    """
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; a line break of its own ends one too.

    >>> sentences("Ask Dr. Ruiz. ¿Por qué? Because.")
    ['Ask Dr. Ruiz.', '¿Por qué?', 'Because.']
    """
    found = []
    for line in text.splitlines():
        start = 0
        for end in _END.finditer(line):
            piece = line[start : end.start()]
            if _ends_open(piece):
                continue
            found.append(line[start : end.end()].strip())
            start = end.end()
        if rest := line[start:].strip():
            found.append(rest)
    return found


def _ends_open(piece: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation or an initial."""
    last = piece.rsplit(None, 1)[-1] if piece.split() else ""
    if not last.endswith(".") or last.endswith(".."):
        return False
    stem = last[:-1].lstrip("(\"'“‘«").casefold()
    return stem in _SHORT or (len(stem) == 1 and stem.isalpha() and last[:1].isupper() and stem != "i")


@lru_cache(maxsize=len(_PATTERNS))
def _patterns(language: str) -> Any:
    import pyphen  # reads its patterns from a file, and only pages that look at wording need them

    return pyphen.Pyphen(lang=_PATTERNS[language])


def syllables(word: str, language: str) -> int:
    """How many syllables a word has, at least one; a number counts as one. Raises `KeyError` for an unknown language.

    >>> syllables("community", "en"), syllables("comunidad", "es")
    (4, 4)
    """
    if word[:1].isdecimal():
        return 1
    return sum(len(_patterns(language).positions(part)) + 1 for part in re.split(r"[-'’]", word) if part)


def reading_ease(text: str, language: str) -> float | None:
    """Flesch's reading ease, for Spanish as Fernández Huerta fitted it; None for other languages and without words.

    With S syllables, W words and N sentences, English: `206.835 - 84.6 S/W - 1.015 W/N`; Spanish:
    `206.84 - 60 S/W - 1.02 W/N`.
    """
    counted = words(text)
    if language not in _FORMULAS or not counted:
        return None
    constant, by_syllables, by_words = _FORMULAS[language]
    a_word = sum(syllables(word, language) for word in counted) / len(counted)
    a_sentence = len(counted) / max(1, sum(1 for one in sentences(text) if words(one)))
    return constant - by_syllables * a_word - by_words * a_sentence


def hard_words(text: str, language: str) -> tuple[str, ...]:
    """Long words and words all in capitals (abbreviations), each once, in the order they come. Names are not told apart."""
    if language not in LANGUAGES:
        return ()
    found: dict[str, str] = {}
    for word in words(text):
        capitals = len(word) > 1 and word.isupper() and word.isalpha()
        if capitals or any(_is_long(part, language) for part in re.split(r"[-'’]", word) if part):
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def _is_long(word: str, language: str) -> bool:
    return len(word) >= HARD_WORD_LETTERS or syllables(word, language) >= HARD_WORD_SYLLABLES[language]


def read(text: str, language: str) -> tuple[SentenceReading, ...]:
    """Each sentence of a text by itself."""
    return tuple(
        SentenceReading(one, len(words(one)), reading_ease(one, language), hard_words(one, language)) for one in sentences(text)
    )
