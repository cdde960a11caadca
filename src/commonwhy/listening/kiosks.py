"""Kiosks: a shared tablet on which one person after another answers, with no link of their own.

The address of a kiosk names the survey and the cell (group, or group in a school) and is signed with the installation's
key, so that nobody makes one for another group. It stores nothing and works until the survey closes. Each person gets a
fresh token, minted in memory, that travels in the forms of their pages and never in an address: what a browser keeps of
addresses leads to nobody's answers. The token is wrapped with the time, and a page that nobody touched for a few minutes
has run out: going back to it shows the first page.

For anonymous surveys only: a kiosk does not know who stands before it, so nothing said there could be put to a name.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core import signing

from commonwhy.listening import tokens
from commonwhy.listening.models import Survey
from commonwhy.listening.models.survey import CODE_LENGTH
from commonwhy.listening.tokens import BadTokenError

IDLE = 180  # seconds without a touch after which the next person finds the first page
GRACE = 60  # seconds more for the way to the server and back
CELL_DIGITS = 5
SEAL_DIGITS = 16
SALT = "commonwhy.listening.kiosks"


def seal(survey: Survey, cell: int) -> str:
    """What names a kiosk in its address: the survey's code, the number of the cell, and a signature."""
    return f"{survey.code}-{cell}-{_mac(survey.code, cell)}"


def read(text: str) -> tuple[str, int]:
    """The survey's code and the number of the cell. Raises `BadTokenError` for what was not made here."""
    code, _dash, rest = text.partition("-")
    number, _dash, mac = rest.partition("-")
    if len(code) != CODE_LENGTH or not (number.isascii() and number.isdigit() and len(number) <= CELL_DIGITS):
        raise BadTokenError
    if not hmac.compare_digest(mac.encode(), _mac(code, int(number)).encode()):
        raise BadTokenError
    return code, int(number)


def wrap(token: str) -> str:
    """A token as it stands in a kiosk's forms, good for a few minutes."""
    return signing.TimestampSigner(salt=SALT).sign(token)


def unwrap(survey: Survey, cell: int, text: str) -> str:
    """The token of a form that was sent in time. Raises `BadTokenError` where it ran out or belongs to another kiosk."""
    try:
        token = signing.TimestampSigner(salt=SALT).unsign(text, max_age=IDLE + GRACE)
    except signing.BadSignature:
        raise BadTokenError from None
    if tokens.read(survey, token).cell != cell:
        raise BadTokenError
    return token


def _mac(code: str, cell: int) -> str:
    key = hashlib.sha256(f"{SALT}\0{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, f"{code}\0{cell}".encode(), hashlib.sha256).hexdigest()[:SEAL_DIGITS]
