"""Looking after a district: settings, schools, groups, people, members, the leadership team."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.districts.rosters import bring_in, small

from commonwhy.core.models import AuditEntry
from commonwhy.districts import colours, services
from commonwhy.districts.models import Appointment, District, Group, Membership, Person, Position, Role, School

pytestmark = pytest.mark.django_db
MANAGE = "/d/alder-creek/manage/"
SETTINGS = {
    "name": "Alder Creek",
    "accent": "#0b5567",
    "language": "en",
    "time_zone": "America/Chicago",
    "term": "digital learning",
    "staff_k": "10",
    "help_text": "",
}
PAGES = {
    "manage": (MANAGE, {"superintendent"}),
    "schools": (f"{MANAGE}schools/", {"superintendent"}),
    "groups": (f"{MANAGE}groups/", {"superintendent"}),
    "people": (f"{MANAGE}people/", {"superintendent"}),
    "members": (f"{MANAGE}members/", {"superintendent"}),
    "team": ("/d/alder-creek/team/", {"superintendent", "coach", "principal", "teacher", "board", "family"}),
    "home": ("/d/alder-creek/", {"superintendent", "coach", "principal", "teacher", "board", "family"}),
}
MEMBERS = ("superintendent", "coach", "principal", "teacher", "board", "family")


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_which_page(cast: Cast, page: str) -> None:
    address, allowed = PAGES[page]
    for who in MEMBERS:
        assert cast.client(who).get(address).status_code == (200 if who in allowed else 403), who
    assert cast.client("outsider").get(address).status_code == 404
    assert Client().get(address).url == f"/accounts/login/?next={address}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES)
def test_each_page_costs_few_queries_however_much_there_is(cast: Cast, page: str, django_assert_max_num_queries: Any) -> None:
    bring_in(cast.alder, small())
    for number in range(30):
        services.add_school(district=cast.alder, name=f"School {number}", by=cast.superintendent)
        services.invite(district=cast.alder, email=f"n{number}@example.org", role=Role.COACH, by=cast.superintendent)
    client = cast.client("superintendent")
    with django_assert_max_num_queries(16):
        client.get(PAGES[page][0])


def test_a_member_who_may_not_is_told_whom_to_ask_not_that_it_is_not_there(cast: Cast) -> None:
    answer = cast.client("coach").get(MANAGE)
    assert answer.status_code == 403


# Settings


def test_settings_are_kept_and_the_audit_says_which(cast: Cast) -> None:
    client = cast.client("superintendent")
    assert client.post(MANAGE, {**SETTINGS, "term": "learning with computers", "staff_k": "5"}).url == MANAGE  # type: ignore[attr-defined]
    district = District.objects.within(cast.alder).get()
    assert (district.term, district.staff_k) == ("learning with computers", 5)
    assert AuditEntry.objects.get(verb="changed").detail == {"fields": ["staff_k", "term"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("accent", "red; } body { display: none"),
        ("accent", "#12345"),
        ("language", "xx"),
        ("time_zone", "Mars/Olympus"),
        ("staff_k", "4"),
        ("staff_k", "31"),
        ("staff_k", "many"),
    ],
)
def test_a_wrong_setting_changes_nothing(cast: Cast, name: str, value: str) -> None:
    answer = cast.client("superintendent").post(MANAGE, {**SETTINGS, "term": "changed", name: value})
    assert answer.status_code == 400
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert District.objects.within(cast.alder).get().term == "digital learning"


def test_the_smallest_group_shown_is_kept_by_the_database_too(cast: Cast) -> None:
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        District.objects.within(cast.alder).update(staff_k=4)


def test_students_and_families_are_never_shown_below_ten(cast: Cast) -> None:
    cast.alder.staff_k = 5
    assert [cast.group(kind).k(cast.alder) for kind in ("teachers", "students", "families")] == [5, 10, 10]


@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#ffee00", "#7f7f7f", "#ff0000"])
def test_any_accent_can_be_read(accent: str) -> None:
    for grounds in (colours.LIGHT, colours.DARK):
        shade = colours.readable_on(accent, grounds)
        assert all(colours.contrast(shade, ground) >= 4.5 for ground in grounds)
        assert colours.contrast(colours.ink_on(shade), shade) >= 4.5


def test_the_districts_stylesheet_is_open_to_anyone(cast: Cast) -> None:
    answer = Client().get("/d/alder-creek/style.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert Client().get("/d/nowhere/style.css").status_code == 404


# Schools and groups


def test_a_school_is_added_once(cast: Cast) -> None:
    client = cast.client("superintendent")
    for name in ("Hill School", " Hill School "):
        client.post(f"{MANAGE}schools/", {"name": name})
    assert School.objects.within(cast.alder).filter(name="Hill School").count() == 1
    assert client.post(f"{MANAGE}schools/", {"name": " "}).status_code == 400


def test_schools_say_how_many_people_they_have(cast: Cast) -> None:
    bring_in(cast.alder, small())
    page = " ".join(cast.client("superintendent").get(f"{MANAGE}schools/").content.decode().split())
    assert "4 schools" in page
    assert '<th scope="row">Harbor Lane</th><td class="num">2</td>' in page


def test_a_group_that_is_not_here_is_said_once_and_can_come_back(cast: Cast) -> None:
    union, client = cast.group("union"), cast.client("superintendent")
    address = f"{MANAGE}groups/{union.pk}/"
    client.post(address, {"not_here": "No union in this state."})
    assert cast.group("union").not_here == "No union in this state."
    assert "No union in this state." in client.get(f"{MANAGE}groups/").content.decode()
    client.post(address, {"not_here": ""})
    assert cast.group("union").not_here == ""
    assert client.post(address, {"not_here": "x" * 201}).status_code == 400


def test_another_districts_group_is_not_there(cast: Cast) -> None:
    theirs = Group.objects.within(cast.birch).first()
    assert theirs
    answer = cast.client("superintendent").post(f"{MANAGE}groups/{theirs.pk}/", {"not_here": "gone"})
    assert answer.status_code == 404
    assert not Group.objects.within(cast.birch).exclude(not_here="").exists()


# People


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada Abara", "Ben Brandt", "Cleo Castillo"]),
        ("q=ada", ["Ada Abara"]),
        ("q=ben+brandt", ["Ben Brandt"]),
        ("q=cleo@x", ["Cleo Castillo"]),
        ("q=a&who=students", ["Ben Brandt"]),
        ("who=emperors", ["Ada Abara", "Ben Brandt", "Cleo Castillo"]),
        ("q=%25", []),
        ("q='+OR+1=1--", []),
        ("page=99", ["Ada Abara", "Ben Brandt", "Cleo Castillo"]),
        ("page=x", ["Ada Abara", "Ben Brandt", "Cleo Castillo"]),
    ],
)
def test_people_are_found_by_name_address_and_group(cast: Cast, query: str, names: list[str]) -> None:
    bring_in(cast.alder, small())
    page = cast.client("superintendent").get(f"{MANAGE}people/?{query}").content.decode()
    assert [name for name in ("Ada Abara", "Ben Brandt", "Cleo Castillo") if f">{name}<" in page] == names


def test_people_who_left_and_people_elsewhere_are_not_shown(cast: Cast) -> None:
    bring_in(cast.alder, small())
    bring_in(cast.birch, small())
    Person.objects.within(cast.alder).filter(name="Ada Abara").update(ended=True)
    page = cast.client("superintendent").get(f"{MANAGE}people/").content.decode()
    assert "2 people" in page
    assert "Ada Abara" not in page


# Members


def test_a_role_can_be_taken_but_not_the_last_administrators(cast: Cast) -> None:
    client = cast.client("superintendent")
    rows = Membership.objects.within(cast.alder)
    of_coach = rows.get(account=cast.coach)
    client.post(f"{MANAGE}members/{of_coach.pk}/end/")
    assert not rows.filter(account=cast.coach).exists()
    assert cast.client("coach").get("/d/alder-creek/").status_code == 404
    last = rows.get(role=Role.ADMINISTRATOR)
    answer = client.post(f"{MANAGE}members/{last.pk}/end/", follow=True)
    assert "last administrator" in answer.content.decode()
    assert rows.filter(pk=last.pk).exists()


def test_another_districts_membership_cannot_be_ended(cast: Cast) -> None:
    theirs = Membership.objects.within(cast.birch).get()
    assert cast.client("superintendent").post(f"{MANAGE}members/{theirs.pk}/end/").status_code == 404
    assert Membership.objects.within(cast.birch).exists()


# The leadership team


def test_a_seat_outlives_who_fills_it(cast: Cast) -> None:
    client = cast.client("superintendent")
    client.post("/d/alder-creek/team/", {"title": "Lead coach", "name": "Ivy"})
    seat = Position.objects.within(cast.alder).get()
    client.post(f"/d/alder-creek/team/{seat.pk}/", {"name": "Max"})
    held = Appointment.objects.within(cast.alder)
    assert held.get(ends=None).name == "Max"
    assert held.exclude(ends=None).get().name == "Ivy"
    client.post(f"/d/alder-creek/team/{seat.pk}/", {"vacate": ""})
    assert not held.filter(ends=None).exists()
    assert "vacant" in client.get("/d/alder-creek/team/").content.decode()


def test_a_seat_named_twice_is_one_seat(cast: Cast) -> None:
    client = cast.client("superintendent")
    for name in ("Ivy", "Max"):
        client.post("/d/alder-creek/team/", {"title": "Lead coach", "name": name})
    assert Position.objects.within(cast.alder).count() == 1


@pytest.mark.parametrize("who", ["coach", "principal", "teacher", "board", "family"])
def test_only_leaders_and_administrators_change_the_team(cast: Cast, who: str) -> None:
    services.add_team_seat(
        district=cast.alder, title="Lead coach", name="Ivy", begins=cast.alder.created_at.date(), by=cast.superintendent
    )
    seat = Position.objects.within(cast.alder).get()
    client = cast.client(who)
    assert "Appoint" not in client.get("/d/alder-creek/team/").content.decode()
    assert client.post("/d/alder-creek/team/", {"title": "Boss"}).status_code == 403
    assert client.post(f"/d/alder-creek/team/{seat.pk}/", {"name": "Me"}).status_code == 403
    assert Appointment.objects.within(cast.alder).get(ends=None).name == "Ivy"
    assert Position.objects.within(cast.alder).count() == 1


def test_a_name_that_is_missing_changes_nothing(cast: Cast) -> None:
    client = cast.client("superintendent")
    client.post("/d/alder-creek/team/", {"title": "Lead coach", "name": "Ivy"})
    seat = Position.objects.within(cast.alder).get()
    answer = client.post(f"/d/alder-creek/team/{seat.pk}/", {"name": ""}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert client.post("/d/alder-creek/team/", {"title": ""}).status_code == 400
    assert Appointment.objects.within(cast.alder).get(ends=None).name == "Ivy"


# Verbs, and names that would break out


POSTS = ("end_membership", "appoint", "withdraw_invitation")


@pytest.mark.parametrize("name", POSTS)
def test_what_only_writes_cannot_be_opened(cast: Cast, name: str) -> None:
    address = reverse(f"districts:{name}", args=["alder-creek", cast.alder.pk])
    assert cast.client("superintendent").get(address).status_code == 405


@pytest.mark.parametrize("page", ["groups", "people", "roster_template"])
def test_what_only_reads_takes_nothing(cast: Cast, page: str) -> None:
    assert cast.client("superintendent").post(reverse(f"districts:{page}", args=["alder-creek"])).status_code == 405


def test_names_are_text_wherever_they_stand(cast: Cast) -> None:
    client, script = cast.client("superintendent"), "<script>alert(1)</script>"
    client.post(MANAGE, {**SETTINGS, "name": script})
    client.post(f"{MANAGE}schools/", {"name": script})
    client.post("/d/alder-creek/team/", {"title": script, "name": script})
    client.post("/account/", {"name": script})
    for address, _who in PAGES.values():
        assert script not in client.get(address).content.decode()


@pytest.mark.parametrize("name", ["Jobs", "Start", "New", "Static", "Ñandú", "", "校区", "a" * 300])
def test_a_district_of_any_name_has_an_address_of_its_own(cast: Cast, name: str) -> None:
    one, other = (services.create_district(name=name[:160], by=cast.outsider) for _ in range(2))
    assert one.slug != other.slug
    assert one.slug not in services.RESERVED_SLUGS
    assert reverse("site:district", args=[one.slug])
