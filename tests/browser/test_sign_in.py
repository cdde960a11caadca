"""Signing in, one's account and a second step, as people see them, read by axe on a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from commonwhy.accounts.models import User
from commonwhy.districts import services
from commonwhy.districts.models import Role

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]
PASSWORD = "one long enough to keep"


@pytest.fixture
def coach() -> User:
    cache.clear()
    account = User.objects.create_user("coach@example.org", PASSWORD, name="Carla")
    services.create_district(name="Alder Creek", by=account)
    return account


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("coach@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_by_password_with_a_second_step(phone: Page, axe: Check, coach: User) -> None:
    page = phone
    page.goto("/accounts/login/")
    axe(page)
    page.get_by_label("Email").fill("coach@example.org")
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    sign_in(page)
    page.wait_for_url("**/d/alder-creek/")
    page.get_by_role("link", name="Carla").tap()
    page.wait_for_url("**/account/")
    axe(page)
    page.get_by_role("link", name="Second step when signing in").tap()
    page.wait_for_url("**/2fa/")
    axe(page)
    page.get_by_role("link", name="Set it up").tap()
    page.wait_for_url("**/reauthenticate/**")  # the password once more, before anything about signing in is changed
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").tap()
    page.wait_for_url("**/totp/activate/")
    axe(page)
    secret = page.get_by_label("Or type this secret in").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Turn it on").tap()
    page.wait_for_url("**/recovery-codes/**")
    axe(page)
    page.get_by_role("button", name="Sign out").tap()
    expect(page.get_by_role("heading", name="One question.")).to_be_visible()
    sign_in(page)
    page.wait_for_url("**/2fa/authenticate/")
    axe(page)
    page.get_by_role("button", name="Cancel").tap()
    page.wait_for_url("**/accounts/login/")
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_by_a_mailed_code_without_javascript(no_js: Page, coach: User) -> None:
    page = no_js
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Mail me a code").click()
    page.get_by_label("Email").fill("coach@example.org")
    page.get_by_role("button", name="Mail me a code").click()
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/d/alder-creek/")


def test_the_other_pages_of_an_account(wide: Page, axe: Check, coach: User) -> None:
    for address in ("/accounts/login/code/", "/accounts/password/reset/", "/accounts/signup/"):
        wide.goto(address)
        axe(wide)
    sign_in(wide)
    for address in ("/account/", "/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/accounts/logout/"):
        wide.goto(address)
        axe(wide)


def test_an_invitation_on_a_phone(phone: Page, axe: Check, coach: User) -> None:
    district = coach.memberships.get().district
    _invitation, secret = services.invite(district=district, email="nora@example.org", role=Role.COACH, by=coach)
    phone.goto(f"/invitation/{secret}/")
    axe(phone)
    phone.get_by_role("button", name="Join and sign in").tap()
    phone.wait_for_url("**/d/alder-creek/")
    phone.goto(f"/invitation/{secret}/")
    expect(phone.get_by_role("heading", name="This invitation is no longer open.")).to_be_visible()
    axe(phone)
    assert urlsplit(phone.url).path == f"/invitation/{secret}/"
