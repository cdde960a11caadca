"""No room uses a room below it, by foreign key, migration, template, or a name in a string."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from tests.architecture.edges import (
    PACKAGE,
    Edge,
    app_code_in_migration,
    edges_in_migration,
    edges_in_models,
    edges_in_python,
    edges_in_templates,
    room_of_module,
    room_of_path,
    rooms,
    upward,
)

ORDER = ["core", "accounts", "districts", "listening", "site"]
LABELS = {room: room for room in ORDER}


def labels() -> dict[str, str]:
    """Each of the house's apps: its label to its room."""
    found = {config.label: room_of_module(config.name) for config in apps.get_app_configs()}
    return {label: room for label, room in found.items() if room}


def source_files(pattern: str) -> Iterator[tuple[Path, str]]:
    """The files of every room that match `pattern`, with their room."""
    for path in sorted(PACKAGE.glob(pattern)):
        if room := room_of_path(path):
            yield path, room


# The house as it stands


def test_the_order_is_the_designs() -> None:
    designed = (
        "methods tabulation formats frameworks core accounts districts standards listening deliberation vision "
        "measures plan professional_learning impact communications site"
    )
    assert rooms() == designed.split()


def test_every_app_is_a_room() -> None:
    assert set(labels().values()) <= set(rooms())
    assert "core" in labels().values()


def test_models_point_only_upwards() -> None:
    assert upward(edges_in_models(apps.get_models(include_auto_created=True)), rooms()) == []


def test_core_points_nowhere() -> None:
    """Audit, jobs and released tables hold identifiers and labels, so that they outlive what they speak of."""
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if room_of_module(model.__module__) == "core"
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.is_relation and field.related_model and room_of_module(field.related_model.__module__) != "core"
    ]
    assert pointing == []


def test_migrations_point_only_upwards() -> None:
    user_label = settings.AUTH_USER_MODEL.split(".")[0]
    edges = [
        edge
        for path, room in source_files("*/migrations/[0-9]*.py")
        for edge in edges_in_migration(path, room, labels(), user_label)
    ]
    assert upward(edges, rooms()) == []


def test_migrations_import_no_app_code() -> None:
    importing = {
        str(path.relative_to(PACKAGE)): found
        for path, _ in source_files("*/migrations/[0-9]*.py")
        if (found := app_code_in_migration(path))
    }
    assert importing == {}


def test_templates_point_only_upwards() -> None:
    assert upward(edges_in_templates(PACKAGE, labels()), rooms()) == []


def test_names_in_strings_point_only_upwards() -> None:
    edges = [edge for path, room in source_files("*/**/*.py") for edge in edges_in_python(path, room, labels())]
    assert upward(edges, rooms()) == []


# Broken houses, to see that each walk notices


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_an_edge_downwards_is_fine_and_one_upwards_is_not() -> None:
    down, up = Edge("listening", "districts", "a"), Edge("districts", "listening", "b")
    assert upward([down, up], ORDER) == [up]


@pytest.mark.django_isolate_apps("django.contrib.contenttypes")
@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField, models.ManyToManyField])
def test_a_foreign_key_upwards_is_found(kind: Any) -> None:
    class Survey(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "contenttypes"

    options = {} if kind is models.ManyToManyField else {"on_delete": models.CASCADE}

    class District(models.Model):  # noqa: DJ008
        latest = kind(Survey, **options)

        class Meta:
            app_label = "contenttypes"

    belongs = {"Survey": "listening", "District": "districts"}
    found = upward(edges_in_models([Survey, District], lambda model: belongs.get(model.__name__)), ORDER)
    assert found == [Edge("districts", "listening", "contenttypes.District.latest")]


@pytest.mark.parametrize(
    "body",
    [
        'dependencies = [("core", "0001_initial"), ("listening", "0003_close")]',
        'run_before = [("listening", "0003_close")]',
        'operations = [migrations.AddField("district", "survey", models.ForeignKey(to="listening.survey"))]',
        'operations = [migrations.AddField("district", "surveys", models.ManyToManyField("listening.Survey"))]',
        'read = lambda apps, schema_editor: apps.get_model("listening", "Survey")',
    ],
)
def test_a_migration_that_points_upwards_is_found(tmp_path: Path, body: str) -> None:
    path = write(tmp_path / "0002_x.py", f"class Migration:\n    {body}\n")
    found = upward(edges_in_migration(path, "districts", LABELS, "accounts"), ORDER)
    assert {edge.target for edge in found} == {"listening"}


def test_a_migration_of_core_that_needs_the_user_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "0002_x.py", "dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n")
    assert [edge.target for edge in upward(edges_in_migration(path, "core", LABELS, "accounts"), ORDER)] == ["accounts"]


def test_a_migration_that_points_downwards_is_fine(tmp_path: Path) -> None:
    needs = 'dependencies = [("core", "0001_initial"), ("auth", "0012_x"), ("districts", "0001_initial")]'
    path = write(tmp_path / "0002_x.py", needs)
    assert upward(edges_in_migration(path, "districts", LABELS, "accounts"), ORDER) == []


@pytest.mark.parametrize(
    ("line", "imported"),
    [
        ("import commonwhy.districts.models", ["commonwhy.districts.models"]),
        ("from commonwhy.districts import models", ["commonwhy.districts"]),
        ("from ..models import District", ["..models"]),
        ("from django.db import migrations", []),
        ("import commonwhyever", []),
    ],
)
def test_app_code_in_a_migration_is_found(tmp_path: Path, line: str, imported: list[str]) -> None:
    assert app_code_in_migration(write(tmp_path / "0001_x.py", line)) == imported


@pytest.mark.parametrize(
    "tag",
    [
        "{% url 'listening:survey' survey.pk %}",
        '<a href="{% url "listening:survey" survey.pk %}">',
        '{% include "listening/card.html" with survey=survey only %}',
        '{% include "listening/card.html#row" %}',
        '{% extends "listening/frame.html" %}',
        '{% static "listening/cards.css" %}',
    ],
)
def test_a_template_that_points_upwards_is_found(tmp_path: Path, tag: str) -> None:
    write(tmp_path / "listening" / "templates" / "listening" / "card.html", "")
    write(tmp_path / "listening" / "templates" / "listening" / "frame.html", "")
    write(tmp_path / "districts" / "templates" / "districts" / "home.html", f"<p>\n{tag}\n")
    found = upward(edges_in_templates(tmp_path, LABELS), ORDER)
    assert [(edge.source, edge.target) for edge in found] == [("districts", "listening")]
    assert "home.html:2" in found[0].where


def test_a_template_belongs_to_the_room_it_lies_in_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path / "site" / "templates" / "frame.html", "")
    write(tmp_path / "core" / "templates" / "page.html", '{% extends "frame.html" %}')
    assert [edge.target for edge in upward(edges_in_templates(tmp_path, LABELS), ORDER)] == ["site"]


def test_a_template_that_points_downwards_is_fine(tmp_path: Path) -> None:
    write(tmp_path / "core" / "templates" / "base.html", "")
    write(
        tmp_path / "listening" / "templates" / "listening" / "card.html",
        "{% extends 'base.html' %}{% url 'districts:school' 1 %}{% url 'account_login' %}{% url 'listening:card' %}",
    )
    assert upward(edges_in_templates(tmp_path, LABELS), ORDER) == []


@pytest.mark.parametrize(
    "call",
    [
        'reverse("listening:survey", args=[1])',
        'redirect("listening:survey")',
        'urls.reverse_lazy(viewname="listening:survey")',
        'apps.get_model("listening", "Survey")',
        'apps.get_model("listening.Survey")',
        'models.ForeignKey("listening.Survey", on_delete=models.CASCADE)',
    ],
)
def test_a_name_in_a_string_that_points_upwards_is_found(tmp_path: Path, call: str) -> None:
    path = write(tmp_path / "services.py", f"x = 1\ny = {call}\n")
    assert {edge.target for edge in upward(edges_in_python(path, "districts", LABELS), ORDER)} == {"listening"}
