"""Accepting an invitation. The link opens a page; only the button on it changes anything.

Where the invited address has an account already, its owner signs in as always (second step included) and then accepts:
mails are forwarded, and whoever holds the link must not become somebody else.
"""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from commonwhy.accounts.models import User
from commonwhy.districts import services


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    offered = services.open_invitation(secret)
    if offered is None:
        return render(request, "districts/invitation_spent.html", status=410)
    account = services.account_of(offered)
    here = request.user if isinstance(request.user, User) else None
    page: dict[str, Any] = {"invitation": offered, "sign_in_first": account is not None and here is None}
    page["another"] = here if here is not None and here != account else None
    if request.method == "GET" or page["sign_in_first"] or page["another"]:
        status = 200 if request.method == "GET" else 409
        return render(request, "districts/invitation.html", page, status=status)
    try:
        accepted = services.accept_invitation(invitation=offered, account=here)
    except (services.InvitationSpent, services.NotForThisAccount):
        return render(request, "districts/invitation_spent.html", status=410)
    if here is not None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    response: HttpResponse = perform_login(request, accepted, email_verification="none")
    return response
