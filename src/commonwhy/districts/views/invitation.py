"""Accepting an invitation. The link opens a page; only the button on it changes anything."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from commonwhy.districts import services


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    offered = services.open_invitation(secret)
    if offered is None:
        return render(request, "accounts/signin_spent.html", status=410)
    if request.method == "POST":
        account = services.accept_invitation(invitation=offered)
        login(request, account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "districts/invitation.html", {"invitation": offered})
