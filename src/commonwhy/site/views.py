"""The first start, and home."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.accounts import setup_code
from commonwhy.core.slots import home_cards
from commonwhy.districts.access import in_district, viewer_of
from commonwhy.districts.models import District
from commonwhy.site import services
from commonwhy.site.forms import FirstStartForm


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The door: a member's district, the choice between several, or what CommonWhy is and how to begin."""
    if request.user.is_authenticated:
        districts = list(District.objects.visible_to(viewer_of(request)))
        if len(districts) == 1:
            return redirect("site:district", district=districts[0].slug)
        return render(request, "site/districts.html", {"districts": districts})
    return render(request, "site/welcome.html", {"first_start": setup_code.needed()})


@never_cache
@require_GET
@in_district("district.see")
def district(request: Any) -> HttpResponse:
    """A district's home: what each room has to say to this viewer, most urgent first."""
    cards = []
    for card in home_cards:
        context = card.context(request, request.district)
        if context is not None:
            cards.append({"template": card.template, "card": context})
    return render(request, "site/district.html", {"cards": cards})


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """The first account and its district. Afterwards people come in by invitation."""
    # Asked for so that it is there to be read, also where no terminal shows it.
    if setup_code.current() is None:
        return render(request, "site/started.html")
    initial = {"language": get_language(), "code": request.GET.get("code", "")}
    form = FirstStartForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            founder, founded, conversation = services.found(session=request.session, **services.founding_of(form.cleaned_data))
        except setup_code.FoundedAlready:
            return render(request, "site/started.html", status=409)
        login(request, founder, backend="allauth.account.auth_backends.AuthenticationBackend")
        if conversation is not None:
            return redirect("listening:conversation", district=founded.slug, conversation=conversation.pk)
        return redirect("site:district", district=founded.slug)
    return render(request, "site/start.html", {"form": form}, status=400 if form.errors else 200)
