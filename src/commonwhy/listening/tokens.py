"""Tokens: how somebody with no account answers once, without anything being stored when the token is made.

A token is a random nonce of 128 bits and the number of the cell (group, or group in a school) it was made for, signed
with the installation's key and the survey's. It is minted in memory and handed on; the response is keyed by the nonce's
hash. Whoever holds the whole database, but not the token, can join nothing to it (FIELD rule 1).

Written in Crockford's base 32, upper case, in groups of four for paper; read back whatever the case, with or without
dashes and spaces, and with O for 0, I and L for 1.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from commonwhy.listening.models.survey import CODE_LENGTH, CODE_LETTERS

if TYPE_CHECKING:
    from commonwhy.listening.models import Survey

NONCE_BYTES = 16
CELL_BYTES = 2
MAC_BYTES = 8
TOKEN_BYTES = NONCE_BYTES + CELL_BYTES + MAC_BYTES
TOKEN_LETTERS = -(-TOKEN_BYTES * 8 // 5)
MISREAD = str.maketrans("OIL", "011")


class BadTokenError(ValueError):
    """Not a token that was made here for this survey."""


@dataclass(frozen=True)
class Token:
    """A token that was read: the key of its response, the number of its cell, and the mark of what its holder writes.

    `author` is another hash of the same nonce: whoever holds the database, but not the token, cannot join it to `key`.
    """

    key: str
    cell: int
    author: str


def mint(survey: Survey, cell: int) -> str:
    """A fresh token for one person in cell number `cell`, as it stands in a link. Stores nothing."""
    body = secrets.token_bytes(NONCE_BYTES) + cell.to_bytes(CELL_BYTES, "big")
    return survey.code + _encode(body + _mac(survey.code, body))


def survey_code(text: str) -> str:
    """The survey's code at the start of a token as somebody typed it."""
    return tidy(text)[:CODE_LENGTH]


def tidy(text: str) -> str:
    """What was typed, as the token's own letters."""
    kept = "".join(c for c in text.upper() if c.isascii() and c.isalnum())
    return kept.translate(MISREAD)


def read(survey: Survey, text: str) -> Token:
    """Check a token of `survey`. Raises `BadTokenError` for anything that was not minted here for it."""
    letters = tidy(text)
    if len(letters) != CODE_LENGTH + TOKEN_LETTERS or not hmac.compare_digest(letters[:CODE_LENGTH], survey.code):
        raise BadTokenError
    raw = _decode(letters[CODE_LENGTH:])
    body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(survey.code, body)):
        raise BadTokenError
    nonce, cell = body[:NONCE_BYTES], int.from_bytes(body[NONCE_BYTES:], "big")
    author = hashlib.sha256(b"author\0" + nonce).hexdigest()
    return Token(key=hashlib.sha256(nonce).hexdigest(), cell=cell, author=author)


def for_paper(token: str) -> str:
    """A token in groups of four, as printed on a card."""
    return "-".join(token[i : i + 4] for i in range(0, len(token), 4))


def _mac(code: str, body: bytes) -> bytes:
    key = hashlib.sha256(b"commonwhy.listening.tokens\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, code.encode() + body, hashlib.sha256).digest()[:MAC_BYTES]


def _encode(raw: bytes) -> str:
    number = int.from_bytes(raw, "big") << (TOKEN_LETTERS * 5 - len(raw) * 8)
    return "".join(CODE_LETTERS[number >> shift & 31] for shift in range((TOKEN_LETTERS - 1) * 5, -1, -5))


def _decode(letters: str) -> bytes:
    number = 0
    for letter in letters:
        value = CODE_LETTERS.find(letter)
        if value < 0:
            raise BadTokenError
        number = number << 5 | value
    spare = TOKEN_LETTERS * 5 - TOKEN_BYTES * 8
    if number & ((1 << spare) - 1):
        raise BadTokenError
    return (number >> spare).to_bytes(TOKEN_BYTES, "big")
