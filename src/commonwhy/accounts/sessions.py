"""A signed-in session ends in time, whatever the visitor did before.

Somebody without an account may have a session that lasts for weeks (a notebook). Signing in keeps what is in it, and
must not keep how long it lasts.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def end_in_time(sender: Any, request: HttpRequest, **_signal: Any) -> None:
    """Give the session of somebody who just signed in the installation's usual length."""
    request.session.set_expiry(None)
