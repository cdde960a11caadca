"""Signing in: by password, by a mailed code, by a link; a second step where there is one; and ending."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from commonwhy.accounts import signin_links
from commonwhy.accounts.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "one long enough to keep"
LOGIN, CODE, CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def _no_limits_from_before() -> None:
    cache.clear()


@pytest.fixture
def coach(cast: Cast) -> User:
    cast.coach.set_password(PASSWORD)
    cast.coach.save()
    return cast.coach


@pytest.fixture
def guarded(coach: User) -> tuple[User, str, list[str]]:
    """The coach with a second step: her secret and her recovery codes."""
    secret = generate_totp_secret()
    TOTP.activate(coach, secret)
    codes = RecoveryCodes.activate(coach).get_unused_codes()
    return coach, secret, codes


def totp(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238, 30 seconds)."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def password(client: Client, email: str, word: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": word, **more})


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def mailed_code(client: Client, email: str) -> str:
    answer = client.post(CODE, {"email": email})
    assert answer.url == CONFIRM  # type: ignore[attr-defined]
    found = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def link_path(user: User) -> str:
    return urlsplit(signin_links.make(user)).path


# By password


def test_a_password_signs_in_and_leads_where_one_wanted_to_go(coach: User) -> None:
    client = Client()
    assert password(client, coach.email, next="/d/alder-creek/").url == "/d/alder-creek/"
    assert signed_in(client)


def test_the_address_is_the_same_in_capitals(coach: User) -> None:
    client = Client()
    password(client, coach.email.upper())
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_address_read_the_same(coach: User) -> None:
    wrong = password(Client(), coach.email, "not this one at all").content.decode()
    unknown = password(Client(), "nobody@example.org", "not this one at all").content.decode()
    assert "are not correct" in wrong
    assert without_variable_parts(wrong, coach.email) == without_variable_parts(unknown, "nobody@example.org")


def without_variable_parts(page: str, email: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page).replace(email, "")


def test_signing_in_does_not_lead_to_another_site(coach: User) -> None:
    assert password(Client(), coach.email, next="https://evil.example/").url == "/"


def test_an_account_that_was_closed_does_not_sign_in(coach: User) -> None:
    User.objects.filter(pk=coach.pk).update(is_active=False)
    client = Client()
    password(client, coach.email)
    assert not signed_in(client)


def test_five_wrong_passwords_lock_the_address_for_a_while_and_no_other(coach: User, cast: Cast) -> None:
    cast.teacher.set_password(PASSWORD)
    cast.teacher.save()
    for _ in range(5):
        password(Client(), coach.email, "not this one at all")
    assert "Too many failed" in password(Client(), coach.email).content.decode()
    other = Client()
    password(other, cast.teacher.email)
    assert signed_in(other)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        client = Client()
        password(client, coach.email)
        assert signed_in(client)


def test_a_school_behind_one_address_is_not_locked_out(coach: User) -> None:
    """Limits are per account, never per IP alone (FIELD 14)."""
    for number in range(40):
        password(Client(), f"somebody{number}@example.org", "not this one at all")
    client = Client()
    password(client, coach.email)
    assert signed_in(client)


# By a mailed code


def test_a_mailed_code_signs_in(coach: User) -> None:
    client = Client()
    code = mailed_code(client, coach.email)
    assert mail.outbox[-1].to == [coach.email]
    assert mail.outbox[-1].subject.startswith("CommonWhy: ")
    client.post(CONFIRM, {"code": code})
    assert signed_in(client)


def test_a_code_is_the_browsers_own(coach: User) -> None:
    code = mailed_code(Client(), coach.email)
    thief = Client()
    thief.post(CONFIRM, {"code": code})
    assert not signed_in(thief)


def test_a_code_ends(coach: User) -> None:
    client = Client()
    code = mailed_code(client, coach.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        client.post(CONFIRM, {"code": code})
        assert not signed_in(client)


def test_three_wrong_codes_end_the_attempt(coach: User) -> None:
    client = Client()
    code = mailed_code(client, coach.email)
    for _ in range(3):
        client.post(CONFIRM, {"code": "WRONG1"})
    client.post(CONFIRM, {"code": code})
    assert not signed_in(client)


def test_asking_for_a_code_does_not_tell_who_has_an_account(coach: User) -> None:
    pages = []
    for email in (coach.email, "nobody@example.org"):
        client = Client()
        assert client.post(CODE, {"email": email}).url == CONFIRM  # type: ignore[attr-defined]
        pages.append(without_variable_parts(client.get(CONFIRM).content.decode(), email))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [[coach.email]]  # and strangers get no mail


def test_codes_are_not_mailed_without_end(coach: User) -> None:
    for _ in range(6):
        Client().post(CODE, {"email": coach.email})
    assert len(mail.outbox) == 3


# By a link


def test_a_link_signs_in_only_when_the_button_is_pressed(cast: Cast) -> None:
    client, path = Client(), link_path(cast.coach)
    assert "Sign in as Coach?" in client.get(path).content.decode()
    assert not signed_in(client)
    assert client.post(path).url == "/"  # type: ignore[attr-defined]
    assert signed_in(client)


def test_a_link_works_once(cast: Cast) -> None:
    path = link_path(cast.coach)
    Client().post(path)
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 410
        assert "Nothing is lost" in answer.content.decode()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cast, path: path[:-3] + "xx/",
        lambda cast, path: "/signin/nothing/",
        lambda cast, path: "/signin/" + "a:" * 300 + "/",
    ],
)
def test_a_forged_link_is_worth_nothing(cast: Cast, spoil: Callable[[Cast, str], str]) -> None:
    client = Client()
    assert client.post(spoil(cast, link_path(cast.coach))).status_code == 410
    assert not signed_in(client)


def test_a_link_ends_after_two_days_with_a_new_password_and_with_the_account(cast: Cast) -> None:
    path = link_path(cast.coach)
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        assert Client().get(path).status_code == 410
    User.objects.filter(pk=cast.coach.pk).update(is_active=False)
    assert Client().get(path).status_code == 410
    User.objects.filter(pk=cast.coach.pk).update(is_active=True)
    assert Client().get(path).status_code == 200
    cast.coach.set_password(PASSWORD)
    cast.coach.save()
    assert Client().get(path).status_code == 410


def test_a_link_takes_no_other_verb(cast: Cast) -> None:
    assert Client().put(link_path(cast.coach)).status_code == 405


# The second step


def test_a_password_alone_is_not_enough_where_there_is_a_second_step(guarded: tuple[User, str, list[str]]) -> None:
    coach, secret, _codes = guarded
    client = Client()
    assert password(client, coach.email).url == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert signed_in(client)


def test_a_mailed_code_alone_is_not_enough_either(guarded: tuple[User, str, list[str]]) -> None:
    coach, secret, _codes = guarded
    client = Client()
    client.post(CONFIRM, {"code": mailed_code(client, coach.email)})
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert signed_in(client)


def test_a_link_does_not_stand_for_the_second_step(guarded: tuple[User, str, list[str]]) -> None:
    coach, secret, _codes = guarded
    client = Client()
    assert client.post(link_path(coach)).url == "/accounts/2fa/authenticate/"  # type: ignore[attr-defined]
    assert not signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert signed_in(client)


def test_a_recovery_code_stands_for_the_app_once(guarded: tuple[User, str, list[str]]) -> None:
    coach, _secret, codes = guarded
    for expected in (True, False):
        client = Client()
        password(client, coach.email)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert signed_in(client) is expected


@pytest.mark.django_db(transaction=True)
def test_setting_up_a_second_step_and_taking_it_away() -> None:
    coach = User.objects.create_user("coach@example.org", PASSWORD)
    client = Client()
    password(client, coach.email)
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    if page.redirect_chain:  # asked for the password once more
        client.post("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/", {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert set(Authenticator.objects.filter(user=coach).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert "following change was made" in str(mail.outbox[-1].body)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=coach).exists()


# Ending, and what is closed


def test_a_session_ends_after_the_hours_of_the_installation(coach: User, settings: Any) -> None:
    client = Client()
    start = timezone.now()
    password(client, coach.email)
    with time_machine.travel(start + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)):
        assert signed_in(client)
    with time_machine.travel(start + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)):
        assert not signed_in(client)


@pytest.mark.parametrize("way", ["password", "code", "link"])
def test_a_notebook_from_before_does_not_make_the_session_last(coach: User, way: str, settings: Any) -> None:
    client = Client()
    client.post("/three-teachers/", {"words": "Screens", "kind": "teachers", "school": "", "language": "en"})
    assert client.session.get_expiry_age() > settings.SESSION_COOKIE_AGE
    if way == "password":
        password(client, coach.email)
    elif way == "code":
        client.post(CONFIRM, {"code": mailed_code(client, coach.email)})
    else:
        client.post(link_path(coach))
    assert signed_in(client)
    assert client.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE
    assert len(client.session["three_teachers"]) == 1  # what was noted stays


def test_the_session_has_another_key_once_signed_in(coach: User) -> None:
    client = Client()
    client.post("/three-teachers/", {"words": "Screens", "kind": "teachers", "school": "", "language": "en"})
    before = client.session.session_key
    password(client, coach.email)
    assert client.session.session_key != before


def test_signing_out_takes_a_button(cast: Cast) -> None:
    client = cast.client("coach")
    assert "sign out" in client.get("/accounts/logout/").content.decode().lower()
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_signing_out_needs_the_pages_own_token(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.coach, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post("/accounts/logout/").status_code == 403


def test_nobody_signs_up_alone(db: None) -> None:
    client = Client()
    page = client.get("/accounts/signup/").content.decode()
    assert "by invitation" in page
    client.post("/accounts/signup/", {"email": "me@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="me@example.org").exists()


@pytest.mark.parametrize("address", [LOGIN, CODE, "/accounts/password/reset/"])
def test_no_page_offers_to_sign_up(db: None, address: str) -> None:
    page = Client().get(address).content.decode()
    assert "signup" not in page
    assert "Sign Up" not in page


@pytest.mark.parametrize(
    "address", [LOGIN, CODE, "/accounts/password/reset/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/email/"]
)
def test_pages_have_labels_and_no_inline_code(coach: User, address: str) -> None:
    client = Client()
    if address not in (LOGIN, CODE, "/accounts/password/reset/"):
        password(client, coach.email)
    page = client.get(address, follow=True).content.decode()
    assert "style=" not in page
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    for identity in re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', page):
        assert f'for="{identity}"' in page, identity


# One's own account


def test_the_account_page_keeps_the_name(cast: Cast) -> None:
    client = cast.client("coach")
    client.post("/account/", {"name": "Carla Coach"})
    assert User.objects.get(pk=cast.coach.pk).name == "Carla Coach"
    assert client.post("/account/", {"name": "x" * 121}).status_code == 400
    assert User.objects.get(pk=cast.coach.pk).name == "Carla Coach"


def test_the_account_page_is_ones_own(cast: Cast) -> None:
    assert Client().get("/account/").url.startswith(LOGIN)  # type: ignore[attr-defined]


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(coach: User) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        password(client, coach.email)
    fields = {"oldpassword": "not this one at all", "password1": "another long one", "password2": "another long one"}
    here.post("/accounts/password/change/", fields)
    assert User.objects.get(pk=coach.pk).check_password(PASSWORD)
    here.post("/accounts/password/change/", {**fields, "oldpassword": PASSWORD})
    assert User.objects.get(pk=coach.pk).check_password("another long one")
    assert (signed_in(here), signed_in(elsewhere)) == (True, False)


def test_a_forgotten_password_is_set_anew_by_mail_without_telling_who_is_here(coach: User) -> None:
    answers = [Client().post("/accounts/password/reset/", {"email": email}) for email in (coach.email, "nobody@example.org")]
    assert answers[0].url == answers[1].url  # type: ignore[attr-defined]
    assert [message.to for message in mail.outbox] == [[coach.email]]
    link = re.search(r"https?://\S+", str(mail.outbox[0].body))
    assert link
    client = Client()
    page = client.get(urlsplit(link[0]).path, follow=True)
    path = page.redirect_chain[-1][0]
    client.post(path, {"password1": "another long one", "password2": "another long one"})
    assert User.objects.get(pk=coach.pk).check_password("another long one")


def test_another_address_counts_only_once_it_was_confirmed(coach: User) -> None:
    client = Client()
    password(client, coach.email)
    before = coach.email
    client.post("/accounts/email/", {"action_add": "", "email": "boss@example.org"})
    assert User.objects.get(pk=coach.pk).email == before
    link = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert mail.outbox[-1].to == ["boss@example.org"]
    assert link
    client.post(urlsplit(link[0]).path)
    assert User.objects.get(pk=coach.pk).email == "boss@example.org"


def test_an_address_belongs_to_one_account(db: None) -> None:
    from django.db import IntegrityError

    User.objects.create_user("Nora@Example.org")
    with pytest.raises(IntegrityError):
        User.objects.create_user("nora@example.org")
