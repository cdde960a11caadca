"""A role in one school is no role in the whole district, whoever gave it and whatever it is called."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonwhy.districts import services
from commonwhy.districts.models import Invitation, Membership, Role
from commonwhy.districts.permissions import may
from tests.cast import Cast

WHOLE_DISTRICT = [
    "district.manage",
    "people.see",
    "roster.import",
    "team.manage",
    "listening.run",
    "answers.import",
    "gap.measure",
    "vision.adopt",
]
IN_A_SCHOOL = ["district.see", "listening.see", "voices.read", "voices.mark", "gap.see", "vision.see", "vision.write"]


def only_in_creekside(cast: Cast, role: str) -> Any:
    Membership.everything.filter(account=cast.coach).delete()
    services.give_role(district=cast.alder, account=cast.coach, role=role, school=cast.creekside)
    return cast.viewer("coach")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER, Role.COACH, Role.FACILITATOR])
def test_what_concerns_the_whole_district_needs_a_seat_in_the_whole_district(cast: Cast, role: str) -> None:
    viewer = only_in_creekside(cast, role)
    assert [capability for capability in WHOLE_DISTRICT if may(viewer, capability, cast.alder)] == []


def test_what_is_shown_school_by_school_is_for_those_of_one_school_too(cast: Cast) -> None:
    viewer = only_in_creekside(cast, Role.COACH)
    assert [capability for capability in IN_A_SCHOOL if not may(viewer, capability, cast.alder)] == []


def test_a_second_seat_in_the_whole_district_counts(cast: Cast) -> None:
    only_in_creekside(cast, Role.COACH)
    services.give_role(district=cast.alder, account=cast.coach, role=Role.COACH)
    assert may(cast.viewer("coach"), "listening.run", cast.alder)


def test_an_administrator_of_one_school_cannot_make_administrators_of_the_district(cast: Cast) -> None:
    only_in_creekside(cast, Role.ADMINISTRATOR)
    address = reverse("districts:members", args=[cast.alder.slug])
    response = cast.client("coach").post(address, {"email": "friend@example.org", "role": Role.ADMINISTRATOR})
    assert response.status_code == 403
    assert not Invitation.everything.exists()


def test_a_leader_of_one_school_does_not_see_the_people_of_all(cast: Cast) -> None:
    only_in_creekside(cast, Role.LEADER)
    assert cast.client("coach").get(reverse("districts:people", args=[cast.alder.slug])).status_code == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER])
def test_nobody_is_invited_to_administer_or_lead_one_school_only(cast: Cast, role: str) -> None:
    """The words would promise what the role does not hold; leading one school is a role of its own."""
    address = reverse("districts:members", args=[cast.alder.slug])
    data = {"email": "new@example.org", "role": role, "school": str(cast.creekside.pk)}
    response = cast.client("superintendent").post(address, data)
    assert response.status_code == 400
    assert response.context["form"].errors["school"]
    assert not Invitation.everything.exists()


def test_somebody_of_one_school_still_keeps_what_three_teachers_said(cast: Cast) -> None:
    """What was told to them is theirs, and shows nothing of other schools."""
    only_in_creekside(cast, Role.COACH)
    browser = cast.client("coach")
    for number in range(3):
        browser.post(
            reverse("listening:three_teachers"),
            {"words": f"Answer {number}.", "kind": "teachers", "school": "", "language": "en"},
        )
    kept = browser.post(reverse("listening:keep_notebook", args=[cast.alder.slug]))
    assert kept.status_code == 302
    assert browser.get(kept.headers["Location"]).status_code == 200
