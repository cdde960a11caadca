"""The sign-in library's sentences that we say ourselves: they are still the library's, and ours are what people read."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import allauth
import pytest
from django.template.loader import render_to_string
from django.utils import translation

from commonwhy.accounts.library_words import WORDS

THEIRS = Path(allauth.__file__).parent / "locale" / "es" / "LC_MESSAGES" / "django.mo"


def test_each_is_still_said_by_the_library() -> None:
    with THEIRS.open("rb") as file:
        known = gettext.GNUTranslations(file)
    assert [words for words in WORDS if known.gettext(words) == words] == []


def test_each_stands_here_once() -> None:
    assert len(set(WORDS)) == len(WORDS)


@pytest.mark.parametrize(
    "mail",
    [
        "account/email/login_code",
        "account/email/email_confirmation",
        "account/email/email_changed",
        "account/email/password_reset_key",
        "account/email/password_changed",
        "account/email/password_set",
        "mfa/email/recovery_codes_generated",
        "mfa/email/totp_activated",
        "mfa/email/totp_deactivated",
    ],
)
def test_mails_say_usted(mail: str) -> None:
    words = {
        "code": "ABCD",
        "user": "Ana",
        "activate_url": "https://example.org/a",
        "password_reset_url": "https://example.org/r",
        "current_site": {"name": "example.org", "domain": "example.org"},
        "from_email": "a@example.org",
        "to_email": "b@example.org",
        "ip": "192.0.2.1",
        "user_agent": "Firefox",
        "timestamp": "8 de junio",
    }
    with translation.override("es"):
        said = " ".join(render_to_string(f"{mail}_{part}.txt", words) for part in ("subject", "message"))
    assert not re.search(r"\b(tu|tus|estás|introdúcelo|vete|nevos)\b", said, re.IGNORECASE)
    assert not re.search(r"\b(the|your|you|please)\b", said, re.IGNORECASE)
