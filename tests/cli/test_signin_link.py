"""`commonwhy signin-link`: for somebody locked out, on the word of whoever runs the server."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from tests.cast import Cast

from commonwhy.cli import main
from commonwhy.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def link_for(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["signin-link", *arguments]) == 0
    return urlsplit(capsys.readouterr().out.strip()).path


def test_the_link_signs_in_once(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    path = link_for(capsys, "COACH@example.org")
    client = Client()
    client.post(path)
    assert client.get("/account/").status_code == 200
    assert Client().post(path).status_code == 410


def test_a_second_step_is_asked_for_unless_it_is_removed(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    TOTP.activate(cast.coach, generate_totp_secret())
    client = Client()
    client.post(link_for(capsys, "coach@example.org"))
    assert client.get("/account/").status_code == 302
    client.post(link_for(capsys, "coach@example.org", "--remove-second-step"))
    assert client.get("/account/").status_code == 200
    assert AuditEntry.objects.filter(verb="removed the second step of", object_id=str(cast.coach.pk)).count() == 1


def test_an_unknown_address_ends_with_one(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signin-link", "nobody@example.org"]) == 1
    assert "no account with the address nobody@example.org" in capsys.readouterr().err
