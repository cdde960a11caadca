"""No respondent's token, sign-in link or invitation reaches a log."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from commonwhy.core.logs import WithoutTokens, without_tokens

TOKEN = "7Q2M-" * 12 + "XK"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Not Found: /a/{TOKEN}", "Not Found: /a/[token]"),
        (f"GET /a/{TOKEN}/next/?lang=es 404", "GET /a/[token]/next/?lang=es 404"),
        ("/o/AB CD EF12/", "/o/[token]/"),
        ("/signin/abc:def:ghi/", "/signin/[token]/"),
        ("/invitation/s3cret/", "/invitation/[token]/"),
        (f"word {TOKEN} word", "word [token] word"),
        (f"word {TOKEN.replace('-', '')} word", "word [token] word"),
        ("key " + "0a" * 32, "key [token]"),
        ("/d/alder-creek/manage/", "/d/alder-creek/manage/"),
    ],
)
def test_tokens_are_replaced_and_nothing_else(text: str, left: str) -> None:
    assert without_tokens(text) == left


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the console would show, through the installation's own logging configuration."""
    target = io.StringIO()
    handler = logging.StreamHandler(target)
    handler.addFilter(WithoutTokens())
    loggers = [logging.getLogger(name) for name in ("django", "commonwhy", "")]
    for logger in loggers:
        logger.addHandler(handler)
    yield target
    for logger in loggers:
        logger.removeHandler(handler)


def test_arguments_exceptions_and_requests_lose_them_too(written: io.StringIO) -> None:
    try:
        raise RuntimeError(f"at /a/{TOKEN}")
    except RuntimeError:
        logging.getLogger("commonwhy.test").exception("failed on %s", f"/a/{TOKEN}", extra={"request": f"/a/{TOKEN}"})
    assert "[token]" in written.getvalue()
    assert TOKEN not in written.getvalue()


@pytest.mark.django_db
def test_a_page_that_is_not_there_does_not_write_its_token(written: io.StringIO) -> None:
    Client().get(f"/a/{TOKEN}/nothing/at/all/")
    assert "7Q2M" not in written.getvalue()
    assert written.getvalue()


def test_every_handler_of_the_installation_has_the_filter() -> None:
    config: dict[str, Any] = settings.LOGGING
    assert all("no_tokens" in handler["filters"] for handler in config["handlers"].values())
    # No logger of Django's keeps its own handlers, and none passes a record on past ours.
    assert all(not config["loggers"][name]["propagate"] for name in ("django", "django.server", "commonwhy"))
