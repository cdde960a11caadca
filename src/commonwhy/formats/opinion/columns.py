"""What the columns of vote files are called, and the words people vote with, in English and Spanish."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from commonwhy.methods.opinion.votes import AGREE, DISAGREE, PASS


class Column(StrEnum):
    """What a column holds."""

    VOTER = "voter"
    STATEMENT = "statement"
    VOTE = "vote"
    ROLE = "role"
    TIME = "timestamp"
    TEXT = "text"
    MODERATED = "moderated"
    CONSENSUS = "group-informed-consensus"
    GROUP = "group-id"


_NAMES: Mapping[Column, tuple[str, ...]] = {
    Column.VOTER: ("voter", "voter id", "participant", "participant id", "person", "votante", "persona", "participante"),
    Column.STATEMENT: (
        "statement", "statement id", "comment id", "comment", "declaracion", "afirmacion", "enunciado", "comentario",
    ),
    Column.VOTE: ("vote", "voto"),
    Column.ROLE: ("role", "rol"),
    Column.TIME: ("timestamp",),
    Column.TEXT: ("comment body", "text", "statement text", "body", "words", "texto"),
    Column.MODERATED: ("moderated",),
    Column.CONSENSUS: ("group informed consensus",),
    Column.GROUP: ("group id",),
}  # fmt: skip
_COLUMN = {name: column for column, names in _NAMES.items() for name in names}

_WORDS = {
    AGREE: ("1", "agree", "agrees", "agreed", "yes", "de acuerdo", "acuerdo", "si", "estoy de acuerdo", "a favor"),
    PASS: (
        "0", "pass", "passed", "unsure", "not sure", "neutral", "neither", "paso", "pasar", "no se", "no estoy seguro",
        "no estoy segura", "ni de acuerdo ni en desacuerdo",
    ),
    DISAGREE: (
        "-1", "disagree", "disagrees", "disagreed", "no", "en desacuerdo", "desacuerdo", "estoy en desacuerdo", "en contra",
    ),
}  # fmt: skip
_VOTE = {word: vote for vote, words in _WORDS.items() for word in words}
_NUMBER = re.compile(r"([+-]?)([01])(?:\.0*)?")


def plain(text: str) -> str:
    """Small letters without accents, one space between words: `Voter-ID` and `voter_id` are both `voter id`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(bare.casefold().replace("_", " ").replace("-", " ").split())


def column_of(name: str) -> Column | None:
    """What a column of this name holds, or None where that is not known."""
    return _COLUMN.get(plain(name))


def vote_of(cell: str) -> int | None:
    """1, 0 or -1, from a number or a word; None for anything else.

    >>> vote_of("1"), vote_of(" De acuerdo "), vote_of("-1.0"), vote_of("maybe")
    (1, 1, -1, None)
    """
    text = cell.strip().replace("\u2212", "-")
    if number := _NUMBER.fullmatch(text):
        return int(number[2]) * (-1 if number[1] == "-" else 1)
    return _VOTE.get(plain(text))


def in_order(name: str) -> tuple[int, int, str]:
    """A key that puts numbers before words, and 2 before 10."""
    if name.isascii() and name.isdecimal() and len(name) < 19:
        return 0, int(name), name
    return 1, 0, name
