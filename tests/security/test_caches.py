"""Nothing of a district stays in a browser or a proxy unless its page says that it is for everybody."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast
from tests.permissions.world import make_world

pytestmark = pytest.mark.any_database

FOR_EVERYBODY = {
    "deliberation:public_priorities",
    "deliberation:public_agrees",
    "deliberation:public_agree",
    "deliberation:public_agree_table",
    "deliberation:public_agree_chart",
    "districts:style",
    "listening:public_replies",
    "listening:public_reply",
    "vision:public",
    "vision:public_version",
    "vision:public_sentence",
    "vision:public_line",
    "vision:public_versions",
    "vision:public_trade_offs",
    "vision:public_trade_off",
    "vision:public_pdf",
    "vision:public_card",
}


def own_addresses() -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []

    def walk(resolver: URLResolver, namespace: str) -> None:
        for each in resolver.url_patterns:
            if isinstance(each, URLResolver):
                walk(each, f"{each.namespace}:" if each.namespace else namespace)
            elif namespace:
                found.append((f"{namespace}{each.name}", each))

    walk(get_resolver(), "")
    return found


@pytest.mark.parametrize("who", ["superintendent", "coach", None])
def test_no_page_is_stored_that_is_not_for_everybody(cast: Cast, who: str | None) -> None:
    world = make_world(cast)
    client = cast.client(who)
    stored = []
    for name, pattern in own_addresses():
        wanted = {**world.arguments, **world.instead.get(name, {})}
        response = client.get(reverse(name, kwargs={key: wanted[key] for key in pattern.pattern.converters}))
        if name not in FOR_EVERYBODY and "no-store" not in response.headers.get("Cache-Control", ""):
            stored.append(name)
    assert stored == []


@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/2fa/", "/accounts/email/", "/accounts/password/change/"])
def test_pages_about_an_account_are_not_stored(cast: Cast, address: str) -> None:
    assert "no-store" in cast.client("coach").get(address).headers["Cache-Control"]


def test_a_page_for_everybody_is_the_same_for_somebody_signed_in(cast: Cast) -> None:
    world = make_world(cast)
    address = reverse("vision:public", args=[world.arguments["district"]])
    known, unknown = cast.client("superintendent").get(address), cast.client(None).get(address)
    assert known.content == unknown.content
    assert not known.cookies
    assert "Cookie" not in known.headers.get("Vary", "")
