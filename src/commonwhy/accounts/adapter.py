"""How django-allauth behaves here: nobody signs up alone, and its mails lead to the address of this installation.

Nobody signs up alone, since roles come from a roster or an invitation. A link in a mail is never made from the request's
host: whoever asks for somebody else's new password chooses that.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


def _here(address: str) -> str:
    """The same page at the address people use."""
    return f"{settings.BASE_URL}{urlsplit(address).path}"


class _Site:
    """What allauth's mails call this installation."""

    def __init__(self) -> None:
        self.domain = self.name = urlsplit(settings.BASE_URL).netloc


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _here(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _here(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {**context, "current_site": _Site()})
