"""The discussions of a district, as staff pages list and show them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from commonwhy.deliberation.models import Discussion
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer


def discussions_of(viewer: Viewer, district: District) -> QuerySet[Discussion]:
    """The district's discussions, the latest first, with what their pages read beside them."""
    found: QuerySet[Discussion] = Discussion.objects.visible_to(viewer).filter(district=district)
    return found.select_related("district", "survey__district", "survey__version__questionnaire").order_by("-number")


def discussion_of(viewer: Viewer, district: District, pk: UUID) -> Discussion | None:
    """One discussion of the district."""
    return discussions_of(viewer, district).filter(pk=pk).first()
