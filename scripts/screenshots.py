"""Take the pictures of README.md from the demo: the gap, where we agree, and the public vision, in `docs/images/`.

Alder Creek is loaded into a folder of its own and served on a free port, as `commonwhy demo --serve` does for anybody;
when the pictures are taken everything is stopped and the folder is gone. `make screenshots` runs this.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from system_packages import chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTH = 1280
LARGEST_BYTES = 200_000
ARGUMENTS = ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
READY = "Stop with Ctrl-C."


class NotTaken(Exception):
    """A picture could not be taken; the message says why."""


def main() -> int:
    """Take the pictures; 0 when they are there."""
    browser_path = chromium()
    if browser_path is None:
        print("No Chromium found. On Debian: apt install chromium. Elsewhere: CHROMIUM=/path/to/it", file=sys.stderr)
        return 1
    IMAGES.mkdir(exist_ok=True)
    try:
        with served_demo() as (home, superintendent), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
            picture_of_the_gap(browser, home, superintendent)
            picture_of_where_they_agree(browser, home)
            picture_of_the_vision(browser, home)
            browser.close()
    except NotTaken as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


@contextmanager
def served_demo() -> Iterator[tuple[str, str]]:
    """Serve the demo from a folder that is thrown away; yields its address and the superintendent's sign-in link."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="commonwhy-screenshots-") as folder:
        ours = ("COMMONWHY_", "DATABASE_URL", "EMAIL_URL", "DJANGO_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        command = [sys.executable, "-m", "commonwhy.cli", "demo", "--serve", "--port", str(port)]
        server = subprocess.Popen(
            command, env={**environment, "COMMONWHY_VAR": folder}, stdout=subprocess.PIPE, text=True, cwd=folder
        )
        try:
            yield f"http://127.0.0.1:{port}", sign_in_link(server)
        finally:
            # It stops its own web server and worker when it is told to stop.
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sign_in_link(server: subprocess.Popen[str]) -> str:
    """Read what the demo says until it serves, and find the first of its sign-in links."""
    link = None
    for line in server.stdout or ():
        link = link or re.search(r"http\S+/signin/\S+", line)
        if READY in line:
            break
    if link is None:
        raise NotTaken("The demo did not start; what it said stands above.")
    return link.group()


def picture_of_the_gap(browser: Browser, home: str, link: str) -> None:
    """The finding in one sentence, and who holds which meaning."""
    page = new_page(browser)
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{home}/d/alder-creek/vision/gap/")
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    page.get_by_role("img", name="Chart").first.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].slice(0, 1).every(image => image.complete && image.naturalWidth)")
    second = page.get_by_role("heading", level=2).nth(1)
    take(page, "gap.png", height=int(second.evaluate("box => box.getBoundingClientRect().top + scrollY")) - 12)


def picture_of_where_they_agree(browser: Browser, home: str) -> None:
    """What everybody could live with, and the first such statement by group, as anybody reads it."""
    page = new_page(browser)
    page.goto(f"{home}/agree/alder-creek/1/")
    take(page, "agree.png", height=1000)


def picture_of_the_vision(browser: Browser, home: str) -> None:
    """The why, and the first sentence with the voices behind it, as anybody reads it."""
    page = new_page(browser)
    page.goto(f"{home}/v/alder-creek/")
    take(page, "vision.png", height=1000)


def new_page(browser: Browser) -> Page:
    """A page that looks the same wherever the pictures are taken."""
    return browser.new_context(
        viewport={"width": WIDTH, "height": 900}, locale="en-US", color_scheme="light", reduced_motion="reduce"
    ).new_page()


def take(page: Page, name: str, height: int) -> None:
    """Write the top of the page to `docs/images/`."""
    path = IMAGES / name
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, full_page=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {WIDTH} x {height} pixels, {size / 1000:.0f} KB")
    if size > LARGEST_BYTES:
        raise NotTaken(f"{name} is larger than {LARGEST_BYTES // 1000} KB; cut it lower.")


if __name__ == "__main__":
    sys.exit(main())
