"""The watch over pages itself: a page that does something wrong is noticed, whatever it is.

Pages are served by Playwright at addresses of the server under test, so that they need no view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PageWatch

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def show(page: Page, body: str, *, head: str = "", policy: str = "") -> None:
    """Open a small page with `body`, under a content security policy if one is given."""
    html = (
        '<!doctype html><html lang="en"><head><title>A page</title>'
        f'<meta name="viewport" content="width=device-width">{head}</head><body><main>{body}</main></body></html>'
    )
    headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if policy else {})
    page.route("**/shown", lambda route: route.fulfill(status=200, headers=headers, body=html))
    page.goto("/shown")


def problems(watch: PageWatch, page: Page) -> str:
    """What the watch noticed, taken back so that the test itself passes."""
    # A round trip to the page: all it had to say before has arrived.
    page.evaluate("1")
    found = "\n".join(watch.unexpected())
    watch.expect("")
    return found


def test_a_quiet_page_is_quiet(wide: Page, page_watch: PageWatch) -> None:
    show(wide, "<h1>Quiet</h1>", policy=POLICY)
    assert problems(page_watch, wide) == ""


@pytest.mark.parametrize(
    ("body", "policy", "noticed"),
    [
        ("<script>console.error('something is off')</script>", "", "something is off"),
        ("<script>missing.thing()</script>", "", "missing is not defined"),
        ("<script>1</script>", POLICY, "Content Security Policy"),
        ('<p style="color: red">red</p>', POLICY, "Content Security Policy"),
        ('<img alt="" src="https://example.org/pixel.gif">', "", "asked for https://example.org/pixel.gif"),
    ],
)
def test_what_a_page_does_wrong_is_noticed(wide: Page, page_watch: PageWatch, body: str, policy: str, noticed: str) -> None:
    show(wide, body, policy=policy)
    wide.wait_for_load_state("networkidle")
    assert noticed.lower() in problems(page_watch, wide).lower()


def test_a_missing_part_is_noticed_and_a_refused_page_is_not(wide: Page, page_watch: PageWatch) -> None:
    missing = wide.goto("/there-is-no-such-page/")
    assert missing is not None
    assert missing.status == 404
    assert not [line for line in page_watch.unexpected() if "there-is-no-such-page" in line]
    show(wide, '<img alt="" src="/no-such-picture.png">')
    wide.wait_for_load_state("networkidle")
    assert "no-such-picture.png" in problems(page_watch, wide)


def test_without_javascript_nothing_runs_and_the_policy_still_speaks(no_js: Page, page_watch: PageWatch) -> None:
    show(no_js, "<p>before</p><script>document.querySelector('p').textContent = 'after'</script>")
    assert no_js.get_by_text("before").is_visible()


@pytest.mark.parametrize(
    ("body", "head", "rule"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">', "", "image-alt"),
        ("<input>", "", "label"),
        ("<p>faint</p>", "<style>p{color:#999;background:#fff}</style>", "color-contrast"),
        (
            "<p>faint at night</p>",
            "<style>p{color:#000;background:#fff}@media(prefers-color-scheme:dark){p{color:#333;background:#000}}</style>",
            "color-contrast",
        ),
    ],
)
def test_axe_names_what_it_finds(wide: Page, axe: Callable[..., None], body: str, head: str, rule: str) -> None:
    show(wide, body, head=head)
    with pytest.raises(AssertionError, match=rule):
        axe(wide, ("light", "dark"))


def test_axe_lets_a_good_page_pass(wide: Page, phone: Page, axe: Callable[[Page], None]) -> None:
    for page in (wide, phone):
        show(page, "<h1>Good</h1><p>All is well.</p>", policy=POLICY)
        axe(page)


def test_a_page_that_scrolls_sideways_is_noticed(phone: Page, axe: Callable[[Page], None]) -> None:
    show(phone, "<h1>Wide</h1><div>x</div>", head="<style>div{width:600px}</style>")
    with pytest.raises(AssertionError, match="sideways"):
        axe(phone)


def test_fixtures_are_what_they_say(phone: Page, wide: Page, settings: Any, live_server: Any) -> None:
    assert phone.viewport_size == {"width": 390, "height": 844}
    assert wide.viewport_size == {"width": 1280, "height": 900}
    assert live_server.url == settings.BASE_URL
