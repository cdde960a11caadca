"""Signing in by a link, and one's own account."""

from __future__ import annotations

from allauth.account.utils import perform_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from commonwhy.accounts import signin_links
from commonwhy.accounts.forms import AccountForm
from commonwhy.accounts.models import User


@never_cache
@sensitive_variables("link")
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest, link: str) -> HttpResponse:
    """Sign in by a link; only the button does it, since mail scanners follow links."""
    user = signin_links.read(link)
    if user is None:
        return render(request, "accounts/signin_spent.html", status=410)
    if request.method == "POST":
        # Through allauth's own flow, so that a second step is asked for where there is one.
        response: HttpResponse = perform_login(request, user, email_verification="none")
        return response
    return render(request, "accounts/signin.html", {"account": user})


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's name, and the way to password and second step."""
    assert isinstance(request.user, User)
    form = AccountForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("accounts:account")
    context = {"form": form, "second_step": is_mfa_enabled(request.user)}
    return render(request, "accounts/account.html", context, status=400 if form.errors else 200)
