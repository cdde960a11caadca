"""Whoever may do everything in one district can do nothing with what belongs to another, whatever they put in an address."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from commonwhy.districts import services
from commonwhy.districts.models import District, DistrictOwned, Group, Role
from commonwhy.listening.models import Questionnaire, QuestionnaireVersion, Survey
from tests.cast import Cast
from tests.permissions.world import make_world
from tests.security.test_caches import own_addresses

pytestmark = pytest.mark.any_database

OF_THE_ADDRESS = {"district", "token", "code", "number", "page", "kind", "link", "secret", "by", "chart", "label"}
PRESSES: tuple[dict[str, str], ...] = (
    {},
    {"remove": "1"},
    {"bring_in": "1"},
    {"vacate": "1"},
    {"take_back": "1"},
    {"name": "x", "title": "x", "up": "1"},
)


def everything_of(district: District) -> dict[str, list[str]]:
    owned: list[Any] = [model for model in apps.get_models() if issubclass(model, DistrictOwned)]
    return {model.__name__: sorted(map(str, model.everything.filter(district=district).values_list())) for model in owned}


def test_ids_of_another_district_open_and_change_nothing_under_ones_own_address(cast: Cast) -> None:
    world = make_world(cast)
    for role in (Role.LEADER, Role.COACH, Role.FACILITATOR):
        services.give_role(district=cast.birch, account=cast.outsider, role=role)
    before, browser, opened, tried = everything_of(cast.alder), cast.client("outsider"), [], 0
    for name, pattern in own_addresses():
        wanted = {**world.arguments, **world.instead.get(name, {})}
        arguments = {key: wanted[key] for key in pattern.pattern.converters}
        if "district" not in arguments or not arguments.keys() - OF_THE_ADDRESS:
            continue
        address = reverse(name, kwargs={**arguments, "district": cast.birch.slug})
        tried += 1
        if browser.get(address).status_code not in (404, 405):
            opened.append(name)
        opened += [name for press in PRESSES if browser.post(address, press).status_code not in (404, 405)]
    assert opened == []
    assert tried > 30
    assert everything_of(cast.alder) == before


def test_somebody_of_two_districts_cannot_carry_things_from_one_into_the_other(cast: Cast) -> None:
    """The worst case: both may be seen, so only the district of the address keeps them apart."""
    world = make_world(cast)
    services.give_role(district=cast.birch, account=cast.superintendent, role=Role.COACH)
    school = services.add_school(district=cast.birch, name="Elsewhere", by=cast.outsider)
    questionnaire = Questionnaire.everything.create(district=cast.birch, title="Theirs alone")
    version = QuestionnaireVersion.everything.create(district=cast.birch, questionnaire=questionnaire, languages=["en"])
    survey = Survey.everything.create(district=cast.birch, version=version, title="Theirs alone")
    group = Group.everything.get(district=cast.birch, kind="teachers")
    browser, here = cast.client("superintendent"), cast.alder.slug
    before = Survey.everything.count()
    fields = {"title": "New", "mode": "anonymous", "email": "a@example.org", "role": "coach", "school": str(school.pk)}
    own = {"questionnaire": str(world.arguments["version"]), "groups": [str(world.arguments["group"])]}
    for foreign in ({"questionnaire": str(version.pk)}, {"groups": [str(group.pk)]}):
        sent = browser.post(reverse("listening:survey_new", args=[here]), {**fields, **own, **foreign})
        assert sent.status_code == 400
    assert Survey.everything.count() == before
    assert browser.post(reverse("districts:members", args=[here]), fields).status_code == 400
    wish = {"survey": str(survey.pk), "group": str(group.pk), "school": str(school.pk)} | {"questionnaire": str(version.pk)}
    clause = reverse("vision:clause", args=[here, world.arguments["clause"]])
    lists = [reverse(f"listening:{name}", args=[here]) for name in ("voices", "mark_many", "marked", "survey_new", "import")]
    for address in (clause, *lists):
        page = browser.get(address, wish).content.decode()
        assert "Theirs alone" not in page
        assert "Elsewhere" not in page
    for name in ("listening:survey", "listening:invitations", "vision:gap"):
        assert browser.get(reverse(name, args=[here, survey.pk])).status_code == 404
