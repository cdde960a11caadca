"""Cuts a text into the word pieces of BERT's lower-case English vocabulary.

It is written out here, in plain Python, because the libraries that do it bring a model hub client along, and this
application must run where nothing may be fetched. Words repeat, so each word is cut once and remembered.

Source: the WordPiece section of Devlin et al. 2019 (arXiv:1810.04805) and Wu et al. 2016 (arXiv:1609.08144), with
BERT's "uncased" cleaning: canonical decomposition, accents dropped, lower case, punctuation and CJK characters stand
alone, longest piece first. One deliberate difference: symbols such as emoji stand alone too. Otherwise "fun🎉" would be
one unknown word and "fun" would be lost.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LONGEST_WORD = 100
"""A longer run of letters is a stuck key, not a word: it is unknown, as in BERT."""

REMEMBERED_WORDS = 50_000

_CJK = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


class _Cleaning(dict[int, str]):
    """What each character becomes, worked out when it is first seen: the mapping `str.translate` asks for."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        if character in "\t\n\r" or category[0] == "Z":
            becomes = " "
        elif category[0] == "C" or category == "Mn" or point == 0xFFFD:
            return ""
        elif (
            category[0] == "P"
            or category in ("So", "Sk")
            or (point < 128 and category[0] == "S")
            or any(first <= point <= last for first, last in _CJK)
        ):
            becomes = f" {character} "
        else:
            becomes = character.lower()
        self[point] = becomes
        return becomes


_CLEANING = _Cleaning()


def words(text: str) -> list[str]:
    """The cleaned words and marks of a text, in order.

    >>> words("Élève's work,\tfun🎉")
    ['eleve', "'", 's', 'work', ',', 'fun', '🎉']
    """
    decomposed = text if text.isascii() else unicodedata.normalize("NFD", text)
    return decomposed.translate(_CLEANING).split()


class WordPieces:
    """A vocabulary, and texts cut by it.

    Args:
        pieces: the vocabulary; a piece's place is its number. Pieces that continue a word start with "##".
        unknown: the piece that stands for unknown words. It is never returned: an unknown word has no numbers.

    >>> WordPieces(["[UNK]", "home", "##work", "!"]).numbers("Homework! Zzz")
    [1, 2, 3]
    """

    def __init__(self, pieces: Iterable[str], *, unknown: str = "[UNK]") -> None:
        vocabulary = {piece: number for number, piece in enumerate(pieces)}
        # A word is never written in brackets: cleaning sets them apart. So the special pieces are not reachable from a text.
        vocabulary.pop(unknown, None)
        self.vocabulary = vocabulary

        @lru_cache(maxsize=REMEMBERED_WORDS)
        def cut(word: str) -> tuple[int, ...]:
            numbers: list[int] = []
            start = 0
            while start < len(word):
                prefix = "##" if start else ""
                for end in range(len(word), start, -1):
                    number = vocabulary.get(prefix + word[start:end])
                    if number is not None:
                        break
                else:
                    return ()
                numbers.append(number)
                start = end
            return tuple(numbers)

        self._cut = cut

    def numbers(self, text: str) -> list[int]:
        """Numbers of the pieces of a text, in order; unknown words leave none."""
        numbers: list[int] = []
        for word in words(text):
            if len(word) <= LONGEST_WORD:
                numbers += self._cut(word)
        return numbers
