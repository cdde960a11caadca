"""Links that sign one account in: for the demo, for a first start, and for somebody locked out.

A link opens a page; only the button on it signs in, since mail scanners follow links. It works once: it is bound to the
account's last sign-in and password, and it ends after two days.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from commonwhy.accounts.models import User

SALT = "commonwhy.accounts.signin"
LASTS_SECONDS = 2 * 24 * 3600


def _state(user: User) -> str:
    """What changes when the account signs in or its password is changed, so that a used link is worth nothing."""
    mark = f"{user.last_login.isoformat() if user.last_login else ''}:{user.password}"
    return signing.Signer(salt=SALT).signature(mark)[:16]


def make(user: User) -> str:
    """The full address of a link for `user`."""
    value = signing.dumps([str(user.pk), _state(user)], salt=SALT)
    return f"{settings.BASE_URL}{reverse('accounts:signin', args=[value])}"


def read(value: str) -> User | None:
    """The account a link is for; None when it was used, is too old, or was not made here."""
    try:
        pk, state = signing.loads(value, salt=SALT, max_age=LASTS_SECONDS)
        user = User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, User.DoesNotExist, ValueError, TypeError):
        return None
    return user if _state(user) == state else None
