"""A read of a district's rows that never said for whom is refused, whatever kind of read it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, F, Model, Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from tests.cast import Cast
from tests.districts.rows import Rows

from commonwhy.districts.models import District, DistrictOwned, Group, Person, School, ScopedQuerySet, UnscopedReadError
from commonwhy.districts.viewers import PUBLIC

MODELS: list[Any] = [model for model in apps.get_models() if model is District or issubclass(model, DistrictOwned)]

Read = Callable[[QuerySet[Any]], Any]


def drained(queryset: QuerySet[Any]) -> list[Any]:
    async def drain() -> list[Any]:
        return [row async for row in queryset.aiterator()]

    return asyncio.run(drain())


def looped(queryset: QuerySet[Any]) -> list[Any]:
    async def loop() -> list[Any]:
        return [row async for row in queryset]

    return asyncio.run(loop())


def awaited(make: Callable[[QuerySet[Any]], Any]) -> Read:
    """The asynchronous twin of a read."""

    async def wait(queryset: QuerySet[Any]) -> Any:
        return await make(queryset)

    return lambda queryset: asyncio.run(wait(queryset))


READS: dict[str, Read] = {
    "list": list,
    "len": len,
    "bool": bool,
    "in": lambda rows: "nothing" in rows,
    "slice": lambda rows: list(rows[:3]),
    "index": lambda rows: rows[0],
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(rows.model()),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "iterator": lambda rows: list(rows.iterator()),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "get": lambda rows: rows.get(pk="00000000-0000-0000-0000-000000000000"),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "latest": lambda rows: rows.latest("pk"),
    "earliest": lambda rows: rows.earliest("pk"),
    "in_bulk": lambda rows: rows.in_bulk(),
    "in_bulk of none": lambda rows: rows.in_bulk([]),
    "explain": lambda rows: rows.explain(),
    "raw": lambda rows: list(rows.raw("SELECT 1")),
    "annotate": lambda rows: list(rows.annotate(one=F("pk"))),
    "filter": lambda rows: list(rows.filter(pk=None)),
    "exclude": lambda rows: list(rows.exclude(pk=None)),
    "order": lambda rows: list(rows.order_by("pk").reverse().distinct()),
    "select for update": lambda rows: list(rows.select_for_update()),
    "subquery": lambda rows: list(District.objects.visible_to(PUBLIC).filter(pk__in=rows.values("pk"))),
    "update": lambda rows: rows.update(pk=F("pk")),
    "bulk_update": lambda rows: rows.bulk_update([], ["pk"]),
    "delete": lambda rows: rows.all().delete(),
    "get_or_create": lambda rows: rows.get_or_create(pk="00000000-0000-0000-0000-000000000000"),
    "update_or_create": lambda rows: rows.update_or_create(pk="00000000-0000-0000-0000-000000000000"),
    "get_object_or_404": lambda rows: get_object_or_404(rows, pk="00000000-0000-0000-0000-000000000000"),
    "union": lambda rows: list(rows.union(rows.all())),
    "intersection": lambda rows: list(rows.intersection(rows.all())),
    "difference": lambda rows: list(rows.difference(rows.all())),
    "or": lambda rows: list(rows.all() | rows.all()),
    "and": lambda rows: list(rows.all() & rows.all()),
    "xor": lambda rows: list(rows.all() ^ rows.all()),
    "aiterator": drained,
    "async for": looped,
    "aget": awaited(lambda rows: rows.aget(pk="00000000-0000-0000-0000-000000000000")),
    "acount": awaited(lambda rows: rows.acount()),
    "aexists": awaited(lambda rows: rows.aexists()),
    "afirst": awaited(lambda rows: rows.afirst()),
    "alast": awaited(lambda rows: rows.alast()),
    "acontains": awaited(lambda rows: rows.acontains(rows.model())),
    "aaggregate": awaited(lambda rows: rows.aaggregate(Count("pk"))),
    "ain_bulk": awaited(lambda rows: rows.ain_bulk()),
    "aexplain": awaited(lambda rows: rows.aexplain()),
    "aupdate": awaited(lambda rows: rows.aupdate(pk=F("pk"))),
    "abulk_update": awaited(lambda rows: rows.abulk_update([], ["pk"])),
    "adelete": awaited(lambda rows: rows.all().adelete()),
}
# Each half needs its own scope, so that one half's scope does not open the other.
HALVES: dict[str, Callable[[QuerySet[Any], QuerySet[Any]], Any]] = {
    "union": lambda one, other: one.union(other),
    "intersection": lambda one, other: one.intersection(other),
    "difference": lambda one, other: one.difference(other),
    "or": lambda one, other: one | other,
    "and": lambda one, other: one & other,
    "xor": lambda one, other: one ^ other,
}
# Ways to write rows, or to shape a query further; none of them reads.
READ_NOTHING = {
    "create", "acreate", "bulk_create", "abulk_create", "aget_or_create", "aupdate_or_create", "alatest", "aearliest",
    "all", "alias", "complex_filter", "dates", "datetimes", "defer", "extra", "none", "only", "prefetch_related",
    "select_related", "using", "as_manager", "visible_to", "within", "order_by", "reverse", "distinct",
    "select_for_update", "resolve_expression",
}  # fmt: skip


def named(model: type[Model]) -> str:
    return model._meta.label


def test_every_kind_of_read_a_queryset_offers_is_tried_here() -> None:
    offered = {name for name, value in vars(QuerySet).items() if callable(value) and not name.startswith("_")}
    assert offered - READ_NOTHING - {name.removesuffix(" of none") for name in READS} == set()


def test_every_row_with_a_district_is_scoped() -> None:
    """A model with a key to a district, or to a scoped model, that is not scoped itself would be a way around."""
    scoped = set(MODELS)
    unscoped = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=False)
        if model not in scoped
        for field in model._meta.get_fields()
        if getattr(field, "many_to_one", False) and field.concrete and field.related_model in scoped
    ]
    assert unscoped == []


@pytest.mark.parametrize("model", MODELS, ids=named)
def test_objects_refuses_and_everything_is_what_django_uses(model: Any) -> None:
    assert isinstance(model.objects.all(), ScopedQuerySet)
    assert model._default_manager.name == model._base_manager.name == "everything"


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=named)
def test_no_read_goes_without_a_viewer(model: Any) -> None:
    read = []
    for name, attempt in READS.items():
        try:
            attempt(model.objects.all())
        except UnscopedReadError:
            continue
        except Exception as other:  # the read went as far as the database, or failed before asking for a scope
            read.append(f"{name}: {other!r}")
        else:
            read.append(name)
    assert read == []


@pytest.mark.django_db
@pytest.mark.parametrize("join", HALVES)
def test_a_scope_does_not_reach_over_to_the_other_half(cast: Cast, join: str) -> None:
    mine, every = School.objects.visible_to(cast.viewer("coach")), School.objects.all()
    for one, other in ((mine, every), (every, mine), (mine, School.everything.all())):
        with pytest.raises(UnscopedReadError):
            HALVES[join](one, other)
    assert {school.district_id for school in HALVES["union"](mine.order_by(), mine.order_by())} == {cast.alder.pk}


@pytest.mark.django_db
def test_prefetching_and_subqueries_ask_for_the_scope_too(cast: Cast) -> None:
    schools = School.objects.visible_to(cast.viewer("coach"))
    with pytest.raises(UnscopedReadError):
        list(schools.prefetch_related(Prefetch("people", Person.objects.all())))
    with pytest.raises(UnscopedReadError):
        list(schools.filter(pk__in=Person.objects.values("school")))
    assert list(schools.filter(pk__in=Person.objects.visible_to(cast.viewer("coach")).values("school"))) == []


@pytest.mark.django_db
def test_nothing_may_be_read_by_anybody() -> None:
    assert list(Person.objects.none()) == []


@pytest.mark.django_db
def test_what_is_narrowed_stays_narrowed_however_it_is_shaped(cast: Cast) -> None:
    groups = Group.objects.visible_to(cast.viewer("coach")).filter(not_here="").order_by("kind").only("kind")
    assert {group.district_id for group in groups[:5]} == {cast.alder.pk}
    assert groups.exclude(kind="board").count() == groups.count() - 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=named)
def test_an_outsider_sees_nothing_of_a_district(cast: Cast, model: Any) -> None:
    """And the public sees nothing but what the model says is published."""
    row = Rows(cast).make(model)
    outsiders = model.objects.visible_to(cast.viewer("outsider"))
    assert not outsiders.filter(pk=row.pk).exists()
    assert all(getattr(other, "district_id", other.pk) != cast.alder.pk for other in outsiders)
    shown = model.objects.visible_to(PUBLIC)
    if model is District:
        assert shown.filter(pk=row.pk).exists()  # its name and its colours stand on public pages
    elif vars(model).get("published") is None:
        assert not shown.exists()
