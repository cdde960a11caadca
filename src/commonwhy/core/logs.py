"""Logs without respondents' tokens.

A token in a path would join an answer to an address and a minute, so every record loses it before it is written.
"""

from __future__ import annotations

import logging
import re

# /a/TOKEN answers a survey, /o/CODE opens one, /signin/LINK and /invitation/LINK sign somebody in.
TOKEN_PATH = re.compile(r"(/(?:a|o|signin|invitation)/)[^/\s?\"']+")
REQUEST_ATTRIBUTES = ("request", "stack_info")


def without_tokens(text: str) -> str:
    """`text` with every token in a path replaced by `[token]`."""
    return TOKEN_PATH.sub(r"\1[token]", text)


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
