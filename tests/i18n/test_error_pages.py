"""What people read when something is not there, not theirs, or broken: in their language, with a way out."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.cast import Cast

WAY_OUT = 'href="/"'


@pytest.mark.parametrize(("language", "heading"), [("en", "Nothing is here"), ("es", "Aquí no hay nada")])
def test_what_is_not_there_is_said_in_the_readers_language(db: None, language: str, heading: str) -> None:
    response = Client().get("/nowhere/", {"lang": language})
    page = response.content.decode()
    assert response.status_code == 404
    assert f"<h1>{heading}</h1>" in page
    assert f'<html lang="{language}"' in page
    assert WAY_OUT in page


def test_another_district_is_told_apart_from_nothing_by_nobody(cast: Cast) -> None:
    """An outsider's page about a district that is there reads like that of one that is not."""
    client = cast.client("outsider")
    there = client.get(reverse("site:district", args=["alder-creek"]))
    nowhere = client.get(reverse("site:district", args=["no-such-district"]))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.content == nowhere.content
    assert b"Alder Creek" not in there.content


@pytest.mark.parametrize(
    ("language", "reason"),
    [("en", "This is not part of your role in Alder Creek."), ("es", "Esto no forma parte de su función en Alder Creek.")],
)
def test_what_is_not_ones_own_says_why(cast: Cast, language: str, reason: str) -> None:
    response = cast.client("teacher").get(reverse("districts:manage", args=["alder-creek"]), {"lang": language})
    assert response.status_code == 403
    assert reason in response.content.decode()
    assert WAY_OUT in response.content.decode()


def test_a_form_from_elsewhere_changes_nothing_and_says_what_to_do(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["superintendent"], backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(reverse("accounts:account") + "?lang=es", {"name": "Somebody else"})
    assert response.status_code == 403
    assert "cargue otra vez la página" in response.content.decode()
    cast.people["superintendent"].refresh_from_db()
    assert cast.people["superintendent"].name == "Superintendent"


def test_a_failure_of_ours_is_said_without_what_failed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_more: Any) -> None:
        raise RuntimeError("a secret of the machine")

    client = cast.client("superintendent")
    client.raise_request_exception = False
    monkeypatch.setattr("commonwhy.accounts.views.render", broken)
    response = client.get(reverse("accounts:account"), {"lang": "es"})
    assert response.status_code == 500
    assert "<h1>Algo falló de nuestro lado</h1>" in response.content.decode()
    assert "a secret of the machine" not in response.content.decode()
    assert WAY_OUT in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_a_page_of_trouble_needs_nothing_to_be_shown(name: str) -> None:
    """Also without a request, an account or a database: that may be what failed."""
    with translation.override("es"):
        page = render_to_string(name)
    assert "<h1>" in page
    assert WAY_OUT in page
