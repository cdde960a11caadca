"""Links in mails lead to this installation, whatever host a request claimed; and logs never hold one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from commonwhy.core.logs import without_tokens
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _at_its_own_address(settings: Any) -> None:
    # "localhost" is answered everywhere, so that a health check on the machine itself works.
    settings.BASE_URL = "https://commonwhy.example"
    settings.ALLOWED_HOSTS = ["commonwhy.example", "localhost"]


def test_a_forged_host_does_not_reach_the_mail_with_a_new_password(cast: Cast) -> None:
    cast.coach.set_password("long enough for all")
    cast.coach.save()
    Client(SERVER_NAME="localhost").post("/accounts/password/reset/", {"email": cast.coach.email})
    body = str(mail.outbox[-1].body)
    assert "https://commonwhy.example/accounts/password/reset/key/" in body
    assert "localhost" not in body


def test_a_forged_host_does_not_reach_the_mail_that_confirms_an_address(cast: Cast) -> None:
    browser = cast.client("coach")
    browser.defaults["SERVER_NAME"] = "localhost"
    browser.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    body = str(mail.outbox[-1].body)
    assert "https://commonwhy.example/accounts/confirm-email/" in body
    assert "localhost" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/key/494473f6-diexqj-576716cf921687c086a80a5611d2d36a/",
        "/accounts/confirm-email/OA:1xUst1:-lGWzBnzNjQDLcqubQemDi4h8xDNruxj1rhvfh-jf8U/",
    ],
)
def test_a_refused_mail_link_leaves_no_key_in_the_log(path: str) -> None:
    said = without_tokens(f"Forbidden (CSRF token missing.): {path}")
    assert path.split("/")[-2] not in said
    assert "[token]" in said
