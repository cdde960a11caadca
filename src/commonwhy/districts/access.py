"""From a request to a viewer and a district: the one door to every page of a district.

An outsider gets "not found", as if the district's page did not exist; somebody inside without the capability gets
"not yours to do", with who to ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commonwhy.districts.models import District, Membership
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import PUBLIC, AccountViewer, Seat, Viewer

P = ParamSpec("P")
ANY_SEAT_HOLDS = "district.see"


class DistrictRequest(HttpRequest):
    """A request that came through `in_district`."""

    district: District
    viewer: Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Who reads: made once a request from the account's memberships."""
    known = getattr(request, "viewer", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    viewer: Viewer = PUBLIC
    if request.user.is_authenticated:
        seats: dict[UUID, list[Seat]] = defaultdict(list)
        rows = Membership.everything.filter(account_id=request.user.pk).values_list("district_id", "role", "school_id")
        for district_id, role, school_id in rows:
            seats[district_id].append(Seat(role, school_id))
        viewer = AccountViewer(request.user.pk, {key: tuple(value) for key, value in seats.items()})
    request.viewer = viewer  # type: ignore[attr-defined]
    return viewer


def holds_now(request: HttpRequest, district_id: UUID, capability: str) -> bool:
    """Whether whoever asks holds the capability ("": any seat) in the district at this moment; for `core.slots.job_guards`."""
    viewer = viewer_of(request)
    district = District.objects.visible_to(viewer).filter(pk=district_id).first()
    return district is not None and may(viewer, capability or ANY_SEAT_HOLDS, district)


def in_district(
    capability: str,
) -> Callable[[Callable[Concatenate[Any, P], HttpResponse]], Callable[Concatenate[HttpRequest, str, P], HttpResponse]]:
    """Wrap a view under `/d/<slug:district>/`: sign-in, scope and capability, then `request.district` and `.viewer`."""

    def wrap(
        view: Callable[Concatenate[Any, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
        @wraps(view)
        def enter(request: HttpRequest, district: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            viewer = viewer_of(request)
            found = District.objects.visible_to(viewer).filter(slug=district).first()
            if found is None:
                raise Http404
            if not may(viewer, capability, found):
                raise PermissionDenied(_("This is not part of your role in %(district)s.") % {"district": found.name})
            request.district = found  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        enter.capability = capability  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", enter)

    return wrap
