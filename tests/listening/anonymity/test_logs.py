"""No log holds a token or the key of a response, whatever goes wrong: through the real logging configuration."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from commonwhy.cli import application, serve
from commonwhy.core.logs import without_tokens
from commonwhy.listening import tokens
from commonwhy.listening.views import respond, respondent
from tests.cast import Cast
from tests.listening.anonymity.attacker import forms_of
from tests.listening.opened import open_survey


@pytest.fixture
def log(django_db_setup: None) -> Iterator[io.StringIO]:
    """What our handler writes: the one that is configured, with only its stream exchanged."""
    handlers = {handler for name in ("", "django", "commonwhy") for handler in logging.getLogger(name).handlers}
    ours = [each for each in handlers if type(each) is logging.StreamHandler and each.filters]
    assert ours, "the handler of settings.LOGGING is there"
    written = io.StringIO()
    # Set by hand: `setStream` first flushes the stream before, which may have been another test's, closed with it.
    before = [(handler, handler.stream) for handler in ours]
    for handler in ours:
        handler.stream = written
    yield written
    for handler, stream in before:
        handler.stream = stream


def trouble(client: Client, token: str) -> None:
    """Everything that makes Django or us write a line about a respondent's address."""
    forged = token[:-1] + ("0" if token[-1] != "0" else "8")
    for text in (token, forged, token.lower(), tokens.for_paper(token), tokens.for_paper(token).replace("-", " ")):
        for rest in ("", "/", "/1/", "/done/", "/nothing/here/", "/?lang=es&next=" + token):
            client.get(f"/a/{text}{rest}")
        client.get(f"/o/{text}/")
        client.get(f"/{text}")
    client.put(f"/a/{token}/1/")
    client.post(f"/a/{token}/1/", {"answer": "x"})
    client.post(f"/a/{token}/1/", {"answer": "x" * respondent.MOST_BYTES})
    client.post(f"/a/{token}/1/", {f"field{number}": "x" for number in range(3_000)})
    client.post(f"/a/{token}/1/", "%%%", content_type="multipart/form-data; boundary=" + token)
    client.get(f"/a/{token}/", HTTP_HOST="elsewhere.example", HTTP_REFERER=f"https://elsewhere.example/a/{token}/")


@pytest.mark.django_db
def test_no_error_page_writes_a_token_into_the_log(cast: Cast, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = open_survey(cast)
    token = tokens.mint(survey, 1)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    trouble(client, token)

    def broken(entrance: Any) -> None:
        raise IntegrityError(f"DETAIL: Key (key)=({entrance.token.key}) of {token} at /a/{token}/1/ already exists")

    monkeypatch.setattr(respond, "sheet", broken)
    assert client.get(f"/a/{token}/1/").status_code == 500
    trouble(client, token)
    logging.getLogger("commonwhy.anything").warning("a careless line about %s", token, stack_info=True)
    logging.getLogger("somebody.else").warning("GET /a/%s/1/ HTTP/1.1", token)
    lines = log.getvalue()
    for words in ("Not Found: ", "Internal Server Error: /a/[token]", "Traceback", "Method Not Allowed", "careless line"):
        assert words in lines, f"{words!r} was not logged, so nothing was tried"
    folded = lines.upper().replace(" ", "")
    for name, form in forms_of(token).items():
        assert form.decode("latin-1").upper() not in folded, f"the log holds the {name}"
    for part in (token[8:], token[-12:]):
        assert part not in folded.replace("-", ""), "not even a part of it"


@pytest.mark.parametrize(
    "line",
    [
        "Not Found: /a/{token}/",
        '"GET /a/{token}/1/?lang=es HTTP/1.1" 200',
        "Bad Request: /o/{token}",
        "it was {token}.",
        "it was {token}, or '{paper}'",
        "Not Found: /a/{spaced}/",
    ],
)
def test_a_line_loses_its_token_and_keeps_the_rest(line: str) -> None:
    token = "7Q2MKX9D" + "0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789"
    paper = tokens.for_paper(token)
    cleaned = without_tokens(line.format(token=token, paper=paper, spaced=paper.replace("-", " ")))
    assert "[token]" in cleaned
    assert "9ABC" not in cleaned
    assert cleaned.startswith(line.split("/")[0].split("{")[0])


def test_ordinary_lines_stay_as_they_are() -> None:
    for line in ("Not Found: /d/alder-creek/people/", "job listening.invitations (1f0c) stopped", "a/b", "2030-02-25 12:00"):
        assert without_tokens(line) == line


def test_the_web_server_keeps_no_access_log(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    @contextmanager
    def processes(commands: list[list[str]]) -> Iterator[list[Any]]:
        started.extend(commands)
        yield []

    nothing: Callable[..., None] = lambda *_arguments, **_options: None  # noqa: E731
    monkeypatch.setattr(serve, "_processes", processes)
    monkeypatch.setattr(serve, "_wait_for", lambda *_arguments: False)
    monkeypatch.setattr(application, "set_up", nothing)
    monkeypatch.setattr(application, "migrate", nothing)
    serve.serve(host="127.0.0.1", port=0, workers=1, announce=nothing)
    web = next(command for command in started if "granian" in command)
    assert "--no-access-log" in web
    assert "--access-log" not in web
