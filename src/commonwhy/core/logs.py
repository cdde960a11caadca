"""Logs without respondents' tokens.

A token in a path would join an answer to an address and a minute, so every record loses it before it is written.
"""

from __future__ import annotations

import logging
import re

# /a/TOKEN answers a survey, /take-part/TOKEN takes part in a discussion, /o/CODE opens one, /calendar/SECRET.ics shows one's
# calendar, /signin/LINK and /invitation/LINK sign somebody in, the others are the links that mails hold to set a password and
# to confirm an address. Spaces belong to it: somebody may type a code from paper into the address.
TOKEN_PATH = re.compile(r"(/(?:a|take-part|o|calendar|signin|invitation|password/reset/key|confirm-email)/)[^/\n?\"']+")
# A respondent's token wherever it stands, with or without dashes or spaces, and the key a response is kept under.
BARE_TOKEN = re.compile(r"\b(?:[0-9A-Za-z]{4}[- ]?){12}[0-9A-Za-z]{2}\b|\b[0-9a-f]{64}\b")
REQUEST_ATTRIBUTES = ("request", "stack_info")


def without_tokens(text: str) -> str:
    """`text` with every token replaced by `[token]`."""
    return BARE_TOKEN.sub("[token]", TOKEN_PATH.sub(r"\1[token]", text))


class WithoutTokens(logging.Filter):
    """Rewrites a record's message and exception text; drops the request, which holds the path once more."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_tokens(record.getMessage())
        record.args = None
        if record.exc_info:
            record.exc_text = without_tokens(logging.Formatter().formatException(record.exc_info))
        for name in REQUEST_ATTRIBUTES:
            if getattr(record, name, None) is not None:
                setattr(record, name, None)
        return True
