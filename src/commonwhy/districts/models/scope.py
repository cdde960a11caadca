"""Scope that a query cannot forget.

`DistrictOwned.objects` gives querysets that refuse to read, change or delete rows until `visible_to(viewer)` (or
`within(district)`, for services that were handed a district they may write to) has narrowed them. Django itself uses
`everything` for related access and validation, which start from a row that was already reached; a test keeps
`everything`, and shortcuts that lead to it, out of views, queries, forms and commands.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Self
from uuid import UUID

from django.db import models

from commonwhy.districts.viewers import PublicViewer, Viewer


class UnscopedReadError(RuntimeError):
    """A read of a district's rows that never said for whom."""


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of districts, readable only once narrowed to what a viewer may see."""

    _narrowed = False

    def visible_to(self, viewer: Viewer) -> Self:
        """What `viewer` may see: the model's published rows for the public, its districts' rows else."""
        narrowed = self.filter(self.model.visibility(viewer))
        narrowed._narrowed = True
        return narrowed

    def within(self, district: models.Model | UUID) -> Self:
        """The rows of one district, for services and jobs that already hold it."""
        pk = district.pk if isinstance(district, models.Model) else district
        narrowed = self.filter(**{self.model.scope_path: pk})
        narrowed._narrowed = True
        return narrowed

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._narrowed = self._narrowed
        return clone

    def none(self) -> Self:
        """Nothing, which anybody may read."""
        nothing = super().none()
        nothing._narrowed = True
        return nothing

    def _require_scope(self) -> None:
        if not self._narrowed:
            raise UnscopedReadError(f"{self.model.__name__}.objects was read without visible_to(viewer)")

    # Reading

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def aiterator(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        self._require_scope()
        return super().aiterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def contains(self, obj: models.Model) -> bool:
        self._require_scope()
        return super().contains(obj)

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def in_bulk(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        self._require_scope()
        return super().in_bulk(*args, **kwargs)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        self._require_scope()
        return super().explain(*args, **kwargs)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """As part of another query; that one's answer would tell of these rows."""
        self._require_scope()
        return super().resolve_expression(*args, **kwargs)

    resolve_expression.queryset_only = True  # type: ignore[attr-defined]

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Never: SQL written out would not carry the scope."""
        raise UnscopedReadError(f"{self.model.__name__}.objects.raw() carries no scope")

    # Changing

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._require_scope()
        return super().bulk_update(*args, **kwargs)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    # Joining with others: a scope does not reach beyond its own half

    def union(self, *others: models.QuerySet[Any], all: bool = False) -> Self:  # noqa: A002  (Django's name)
        return super().union(*self._with_scope(others), all=all)

    def intersection(self, *others: models.QuerySet[Any]) -> Self:
        return super().intersection(*self._with_scope(others))

    def difference(self, *others: models.QuerySet[Any]) -> Self:
        return super().difference(*self._with_scope(others))

    def __or__(self, other: models.QuerySet[Any]) -> Self:
        return super().__or__(*self._with_scope((other,)))

    def __xor__(self, other: models.QuerySet[Any]) -> Self:
        return super().__xor__(*self._with_scope((other,)))

    def __and__(self, other: models.QuerySet[Any]) -> Self:
        return super().__and__(*self._with_scope((other,)))

    def _with_scope(self, others: Sequence[models.QuerySet[Any]]) -> Sequence[models.QuerySet[Any]]:
        for each in (self, *others):
            if not getattr(each, "_narrowed", False):
                raise UnscopedReadError(f"{each.model.__name__}: each half needs visible_to(viewer) before they are joined")
        return others


class DistrictOwned(models.Model):
    """A row that belongs to one district. Its key is random, so it tells nothing about order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey("districts.District", on_delete=models.CASCADE, related_name="+")

    objects = ScopedQuerySet.as_manager()
    everything = models.Manager()

    scope_path = "district"
    """The lookup from a row to its district."""

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"

    @classmethod
    def visibility(cls, viewer: Viewer) -> models.Q:
        """The rows `viewer` may see. A model that shows less (or publishes more) overrides this."""
        if isinstance(viewer, PublicViewer):
            return cls.published()
        return models.Q(**{f"{cls.scope_path}__in": viewer.district_ids})

    @classmethod
    def published(cls) -> models.Q:
        """What anyone may see: nothing, unless the model says otherwise."""
        return models.Q(pk__in=[])
