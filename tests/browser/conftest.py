"""Pages in Debian's Chromium, on a phone, a wide screen and without JavaScript, each watched while it is used.

A test fails when a page writes an error to the console, breaks its own content security policy, raises in a script, or
asks any other host for anything. `axe` checks a page against WCAG 2.2 AA; `test_pages` does so in dark as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError
from system_packages import chromium

# Playwright keeps an event loop in the test's own thread; Django would refuse to reach the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).resolve().parent
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine can be found, so nothing but this machine can be asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# A policy broken without a word on the console (a report, a frame) is put there.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event => console.error(
  `content security policy: ${event.violatedDirective} forbids ${event.blockedURI || "inline code"}`));
"""
NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder, so that none can forget to."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


class PageWatch:
    """What went wrong on the pages of one test, and what the test said would."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.problems: list[tuple[str, str]] = []
        self.visited: set[str] = set()
        self.expected: list[str] = []

    def expect(self, words: str) -> None:
        """Let the test pass although a problem with `words` in it occurs."""
        self.expected.append(words)

    def watch(self, context: BrowserContext) -> None:
        """Follow all pages of `context`, those it opens itself too."""
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("request", self._request)
        context.on("response", self._response)
        context.add_init_script(TELL_VIOLATIONS)

    def unexpected(self) -> list[str]:
        """The problems that count. A page answered with 403 or 404 is the test's own matter, a missing part is not."""
        return [
            text
            for text, url in self.problems
            if not (text.startswith("console: Failed to load resource") and url in self.visited)
            and not any(words in text for words in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            url = str(message.location.get("url", ""))
            self.problems.append((f"console: {message.text} ({url})", url))

    def _script(self, error: WebError) -> None:
        self.problems.append((f"script: {error.error}", ""))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.problems.append((f"the page asked for {request.url}", request.url))

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.visited.add(response.url)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that is installed; Playwright brings none of its own here."""
    found = chromium()
    if found is None:
        raise pytest.UsageError("No Chromium found. On Debian: apt install chromium. Elsewhere: CHROMIUM=/path/to/it")
    return {**browser_type_launch_args, "executable_path": found, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """Let `page.goto("/gap/")` mean the server under test; keep still what moves."""
    return {**browser_context_args, "base_url": live_server.url, "reduced_motion": "reduce", "locale": "en-US"}


@pytest.fixture(autouse=True)
def _links_lead_here(live_server: Any, settings: Any) -> None:
    """Make the links in e-mails and on cards lead to the server under test."""
    settings.BASE_URL = live_server.url


@pytest.fixture
def page_watch(live_server: Any) -> Iterator[PageWatch]:
    """What the pages of this test did wrong; checked at its end."""
    watch = PageWatch(live_server.url)
    yield watch
    assert not watch.unexpected(), "\n".join(["the page did something wrong:", *watch.unexpected()])


@pytest.fixture
def new_context(page_watch: PageWatch, new_context: NewContext) -> NewContext:
    """Open a browser context that is watched; every page of a test comes from here."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        page_watch.watch(context)
        return context

    return watched


@pytest.fixture
def phone(new_context: NewContext) -> Page:
    """A page on a phone: 390 by 844, touched."""
    size = {"width": 390, "height": 844}
    return new_context(viewport=size, device_scale_factor=2, is_mobile=True, has_touch=True).new_page()


@pytest.fixture
def wide(new_context: NewContext) -> Page:
    """A page on a desk: 1280 by 900."""
    return new_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def no_js(new_context: NewContext) -> Page:
    """A page on a phone in a browser that runs no JavaScript."""
    return new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Check a page against WCAG 2.2 AA in these color schemes, and that it does not scroll sideways."""
    engine = Axe().axe_script
    options = {"runOnly": WCAG, "resultTypes": ["violations"], "preload": False}

    def check(page: Page, schemes: tuple[str, ...] = ("light",)) -> None:
        for scheme in schemes:
            page.emulate_media(color_scheme=cast(Any, scheme), reduced_motion="reduce")
            if page.evaluate("typeof axe === 'undefined'"):
                page.evaluate(engine)
            # Only what is wrong comes back: all that is right would take as long again to hand over.
            violations = page.evaluate("options => axe.run(options).then(found => found.violations)", options)
            assert not violations, f"{page.url} in {scheme}:\n" + "\n".join(map(described, violations))
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        # Not window.innerWidth: a phone widens it to fit what is too wide.
        room = (page.viewport_size or {"width": 0})["width"]
        needed = page.evaluate("document.scrollingElement.scrollWidth")
        assert needed <= room, f"{page.url} scrolls sideways: it needs {needed} pixels and has {room}"

    return check


def described(violation: dict[str, Any]) -> str:
    """One violation as axe found it: the rule, where, and what would mend it."""
    lines = [f"- {violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"    {' '.join(map(str, node['target']))}  {node['html'][:200]}")
        lines.extend(f"      {line}" for line in (node.get("failureSummary") or "").splitlines())
    return "\n".join(lines)
