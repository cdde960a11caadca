"""Writes about accounts that their owners cannot do themselves."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from commonwhy.accounts.models import User
from commonwhy.core import audit


@transaction.atomic
def remove_second_step(*, account: User, by: Any) -> None:
    """Take away the app and the recovery codes of somebody who lost both. Without a second step it does nothing."""
    removed, _by_model = Authenticator.objects.filter(user=account).delete()
    if removed:
        audit.record(actor=by, verb="removed the second step of", subject=account)
