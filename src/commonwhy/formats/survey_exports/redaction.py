"""Keeping people out of what a mapping page shows: samples carry no address, number or link to a person."""

from __future__ import annotations

import re

EMAIL = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,190}\.[^\s@<>(),;:\".]{2,24}")
IP_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4})(?![\w.])")
PHONE = re.compile(r"(?<![\w.])\+?\(?\d{1,4}\)?(?:[\s.()-]{0,2}\d{2,4}){2,4}(?!\w)")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_SAMPLE_CHARS = 90


def redacted(text: str) -> str:
    """``text`` with e-mail addresses, internet addresses and telephone numbers taken out."""
    text = EMAIL.sub("[…@…]", text)
    text = IP_ADDRESS.sub("[…]", text)
    return PHONE.sub(lambda match: match[0] if _is_small(match[0]) else "[…]", text)


def sample(text: str) -> str:
    """A redacted glimpse of an answer, on one line."""
    shown = " ".join(redacted(text[: _SAMPLE_CHARS * 4]).split())
    return shown if len(shown) <= _SAMPLE_CHARS else shown[: _SAMPLE_CHARS - 1].rstrip() + "…"


def is_contact(text: str) -> bool:
    """Whether the whole of a cell is a way to reach or place someone."""
    text = text.strip()
    if EMAIL.fullmatch(text) or IP_ADDRESS.fullmatch(text):
        return True
    return bool(PHONE.fullmatch(text)) and not _is_small(text)


def _is_small(text: str) -> bool:
    return sum(char.isdigit() for char in text) < 7 or bool(_DATE.match(text))
