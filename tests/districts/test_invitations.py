"""Coming in by invitation: once, for the address it was sent to, and never into somebody else's account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from commonwhy.accounts.models import User
from commonwhy.core.models import AuditEntry
from commonwhy.districts import services
from commonwhy.districts.models import Invitation, Membership, Role

pytestmark = pytest.mark.django_db
MEMBERS = "/d/alder-creek/manage/members/"


def invited(cast: Cast, email: str = "nora@example.org", role: str = Role.COACH, school: Any = None) -> str:
    """The path of a link that was mailed."""
    _invitation, secret = services.invite(district=cast.alder, email=email, role=role, school=school, by=cast.superintendent)
    return f"/invitation/{secret}/"


def roles(email: str) -> set[tuple[str, str | None]]:
    rows = Membership.everything.filter(account__email=email).select_related("school")
    return {(row.role, row.school.name if row.school else None) for row in rows}


def test_an_administrator_invites_and_the_mail_holds_the_only_copy_of_the_link(cast: Cast) -> None:
    answer = cast.client("superintendent").post(
        MEMBERS, {"email": "Nora@Example.org", "role": "school_leader", "school": cast.maple.pk}
    )
    assert answer.url == MEMBERS  # type: ignore[attr-defined]
    (message,) = mail.outbox
    assert message.to == ["nora@example.org"]
    link = re.search(r"https?://\S+/invitation/(\S+)/", str(message.body))
    assert link
    assert link[1] not in str(list(Invitation.everything.values())) + str(list(AuditEntry.objects.values()))
    client = Client()
    client.post(urlsplit(link[0]).path)
    assert roles("nora@example.org") == {("school_leader", "Maple Street School")}
    assert client.get("/d/alder-creek/").status_code == 200


def test_looking_at_the_link_changes_nothing(cast: Cast) -> None:
    path = invited(cast)
    page = Client().get(path).content.decode()
    assert "Join Alder Creek?" in page
    assert "nora@example.org" in page
    assert not User.objects.filter(email="nora@example.org").exists()


def test_a_new_account_has_a_confirmed_address_and_no_password(cast: Cast) -> None:
    Client().post(invited(cast))
    account = User.objects.get(email="nora@example.org")
    assert not account.has_usable_password()
    assert EmailAddress.objects.get(user=account).verified
    assert mail.outbox == []


def test_a_link_works_once(cast: Cast) -> None:
    path = invited(cast)
    Client().post(path)
    second = Client()
    for answer in (second.get(path), second.post(path)):
        assert answer.status_code == 410
        assert "no longer open" in answer.content.decode()
    assert second.get("/account/").status_code == 302
    assert Membership.everything.filter(account__email="nora@example.org").count() == 1


def test_two_clicks_at_once_give_one_account(cast: Cast) -> None:
    path = invited(cast)
    offered = services.open_invitation(path.split("/")[2])
    assert offered
    services.accept_invitation(invitation=offered, account=None)
    with pytest.raises(services.InvitationSpent):
        services.accept_invitation(invitation=offered, account=None)
    assert User.objects.filter(email="nora@example.org").count() == 1


def test_a_link_ends_after_two_weeks(cast: Cast) -> None:
    path = invited(cast)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        assert Client().post(path).status_code == 410
    assert not User.objects.filter(email="nora@example.org").exists()


@pytest.mark.parametrize("secret", ["x", "a" * 500, "%00", "..%2f"])
def test_a_forged_link_opens_nothing(cast: Cast, secret: str) -> None:
    assert Client().post(f"/invitation/{secret}/").status_code in (404, 410)
    assert Client().get(f"/invitation/{secret}/").status_code in (404, 410)


# Somebody who has an account


@pytest.mark.parametrize("with_password", [True, False])
def test_a_forwarded_link_does_not_open_an_account_that_is_there(cast: Cast, with_password: bool) -> None:
    if with_password:
        cast.teacher.set_password("one long enough to keep")
        cast.teacher.save()
    path = invited(cast, cast.teacher.email, Role.ADMINISTRATOR)
    stranger = Client()
    page = stranger.get(path).content.decode()
    assert f'href="/accounts/login/?next={path}"' in page
    assert stranger.post(path).status_code == 409
    assert stranger.get("/account/").status_code == 302
    assert ("administrator", None) not in roles(cast.teacher.email)


def test_the_owner_signs_in_and_then_accepts(cast: Cast) -> None:
    path = invited(cast, cast.teacher.email)
    client = cast.client("teacher")
    assert client.get(path).status_code == 200
    assert client.post(path).url == "/"  # type: ignore[attr-defined]
    assert ("coach", None) in roles(cast.teacher.email)


def test_a_second_step_is_not_left_out(cast: Cast) -> None:
    TOTP.activate(cast.teacher, generate_totp_secret())
    client = Client()
    client.post(invited(cast, cast.teacher.email))
    assert client.get("/account/").status_code == 302


def test_somebody_else_who_is_signed_in_does_not_take_it(cast: Cast) -> None:
    for email in ("nora@example.org", cast.teacher.email):
        path = invited(cast, email, Role.ADMINISTRATOR)
        client = cast.client("family")
        assert "You are signed in as family@example.org" in client.get(path).content.decode()
        assert client.post(path).status_code == 409
    assert roles(cast.family.email) == {("member", None)}
    assert services.open_invitation(path.split("/")[2]) is not None


def test_the_service_refuses_another_account_too(cast: Cast) -> None:
    path = invited(cast)
    offered = services.open_invitation(path.split("/")[2])
    assert offered
    with pytest.raises(services.NotForThisAccount):
        services.accept_invitation(invitation=offered, account=cast.family)
    assert services.open_invitation(path.split("/")[2]) is not None
    assert roles(cast.family.email) == {("member", None)}


# The administrator's side


def test_an_invitation_that_waits_is_shown_and_can_be_taken_back(cast: Cast) -> None:
    path, client = invited(cast), cast.client("superintendent")
    assert "nora@example.org" in client.get(MEMBERS).content.decode()
    invitation = Invitation.everything.get()
    client.post(f"/d/alder-creek/manage/invitations/{invitation.pk}/withdraw/")
    assert Client().post(path).status_code == 410
    assert AuditEntry.objects.filter(verb="withdrew").count() == 1


def test_one_that_was_accepted_cannot_be_taken_back(cast: Cast) -> None:
    Client().post(invited(cast))
    invitation = Invitation.everything.get()
    cast.client("superintendent").post(f"/d/alder-creek/manage/invitations/{invitation.pk}/withdraw/")
    assert roles("nora@example.org") == {("coach", None)}
    assert Invitation.everything.filter(pk=invitation.pk).exists()


def test_a_mail_server_that_is_down_invites_nobody_and_says_so(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = cast.client("superintendent").post(MEMBERS, {"email": "nora@example.org", "role": "coach"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "nobody was invited" in page
    assert 'value="nora@example.org"' in page  # what was written is still there
    assert not Invitation.everything.exists()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"email": "not an address", "role": "coach"}, "id_email_error"),
        ({"email": "nora@example.org", "role": "emperor"}, "id_role_error"),
        ({"email": "nora@example.org", "role": "school_leader"}, "id_school_error"),
        ({}, "id_email_error"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, fields: dict[str, str], where: str) -> None:
    answer = cast.client("superintendent").post(MEMBERS, fields)
    assert answer.status_code == 400
    assert f'id="{where}"' in answer.content.decode()
    assert mail.outbox == []
    assert not Invitation.everything.exists()


def test_a_school_of_another_district_cannot_be_chosen(cast: Cast) -> None:
    elsewhere = services.add_school(district=cast.birch, name="Elsewhere", by=cast.outsider)
    fields = {"email": "nora@example.org", "role": "coach", "school": str(elsewhere.pk)}
    assert cast.client("superintendent").post(MEMBERS, fields).status_code == 400
    assert not Invitation.everything.exists()


@pytest.mark.parametrize("who", ["coach", "principal", "teacher", "board", "family"])
def test_only_an_administrator_invites(cast: Cast, who: str) -> None:
    invited(cast)
    invitation = Invitation.everything.get()
    client = cast.client(who)
    assert client.get(MEMBERS).status_code == 403
    assert client.post(MEMBERS, {"email": "x@example.org", "role": "administrator"}).status_code == 403
    assert client.post(f"/d/alder-creek/manage/invitations/{invitation.pk}/withdraw/").status_code == 403
    assert Invitation.everything.count() == 1


def test_another_districts_administrator_cannot_withdraw_it(cast: Cast) -> None:
    invited(cast)
    invitation = Invitation.everything.get()
    client = cast.client("outsider")
    for district in ("alder-creek", "birch-valley"):
        assert client.post(f"/d/{district}/manage/invitations/{invitation.pk}/withdraw/").status_code == 404
    assert client.get(f"/d/birch-valley/manage/invitations/{invitation.pk}/withdraw/").status_code == 405
    assert Invitation.everything.exists()


def test_the_mail_speaks_the_districts_language(cast: Cast) -> None:
    services.change_district(district=cast.alder, by=cast.superintendent, language="es")
    cast.client("superintendent").post(MEMBERS, {"email": "nora@example.org", "role": "coach"})
    assert len(mail.outbox) == 1  # its words are those of the translations


def test_the_link_is_in_no_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    path = invited(cast)
    Client().get(path)
    Client().get("/invitation/other/")
    assert path.split("/")[2] not in caplog.text
