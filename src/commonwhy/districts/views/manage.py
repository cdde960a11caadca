"""Looking after a district: its settings, schools, groups, people, leadership team and members."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts import services
from commonwhy.districts.access import in_district
from commonwhy.districts.forms.district import (
    AppointmentForm,
    DistrictSettingsForm,
    GroupAbsenceForm,
    InvitationForm,
    PositionForm,
    SchoolForm,
)
from commonwhy.districts.models import Appointment, Group, Invitation, Membership, Position, School
from commonwhy.districts.permissions import may
from commonwhy.districts.queries import people as queries

logger = logging.getLogger("commonwhy.districts")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("district.manage")
def manage(request: Any) -> HttpResponse:
    """The settings, and the way to everything else that is looked after."""
    form = DistrictSettingsForm(request.POST if request.method == "POST" else None, instance=request.district)
    if request.method == "POST" and form.is_valid():
        request.district.refresh_from_db()
        services.change_district(district=request.district, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("districts:manage", district=request.district.slug)
    request.district.refresh_from_db()
    return render(request, "districts/manage.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("district.manage")
def schools(request: Any) -> HttpResponse:
    form = SchoolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.add_school(district=request.district, name=form.cleaned_data["name"], by=request.user)
        return redirect("districts:schools", district=request.district.slug)
    context = {"form": form, "schools": queries.schools(request.viewer, request.district)}
    return render(request, "districts/schools.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("district.manage")
def groups(request: Any) -> HttpResponse:
    return render(request, "districts/groups.html", {"groups": queries.groups(request.viewer, request.district)})


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("district.manage")
def group(request: Any, group: UUID) -> HttpResponse:
    """Mark a group as not here, with the reason, or take that back."""
    marked = get_object_or_404(Group.objects.visible_to(request.viewer).filter(district=request.district), pk=group)
    form = GroupAbsenceForm(request.POST if request.method == "POST" else None, initial={"not_here": marked.not_here})
    if request.method == "POST" and form.is_valid():
        services.mark_group(group=marked, not_here=form.cleaned_data["not_here"], by=request.user)
        return redirect("districts:groups", district=request.district.slug)
    return render(request, "districts/group.html", {"form": form, "group": marked}, status=400 if form.errors else 200)


@never_cache
@require_GET
@in_district("people.see")
def people(request: Any) -> HttpResponse:
    # PostgreSQL takes no null character, and nobody is called so.
    words, kind = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("who", "")
    found = queries.people(request.viewer, request.district, words, kind if kind in Group.Kind.values else "")
    page = Paginator(found, queries.PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "words": words,
        "kind": kind,
        "kinds": Group.Kind.choices,
        "may_import": may(request.viewer, "roster.import", request.district),
    }
    return render(request, "districts/people.html", context)


def _schools(request: Any) -> QuerySet[School]:
    found: QuerySet[School] = School.objects.visible_to(request.viewer).filter(district=request.district, ended=False)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("district.manage")
def members(request: Any) -> HttpResponse:
    """Who may do what, and an invitation for somebody else."""
    form = InvitationForm(request.POST if request.method == "POST" else None, schools=_schools(request))
    if request.method == "POST" and form.is_valid():
        invitation, secret = services.invite(district=request.district, by=request.user, **form.cleaned_data)
        if _mailed(request, invitation, secret):
            messages.success(request, _("Invited. The link in their e-mail opens the door, for two weeks."))
            return redirect("districts:members", district=request.district.slug)
        services.withdraw_invitation(invitation=invitation, by=request.user)
        form.add_error(None, _("The mail server did not take the mail, so nobody was invited. Try again in a minute."))
    context = {
        "form": form,
        "members": queries.members(request.viewer, request.district),
        "invitations": queries.invitations(request.viewer, request.district),
    }
    return render(request, "districts/members.html", context, status=400 if form.errors else 200)


def _mailed(request: Any, invitation: Invitation, secret: str) -> bool:
    """Mail the link, in the district's language; whether the mail server took it."""
    text = {
        "invitation": invitation,
        "inviter": request.user,
        "link": settings.BASE_URL + reverse("districts:invitation", args=[secret]),
    }
    with translation.override(request.district.language):
        subject = _("An invitation to %(district)s") % {"district": request.district.name}
        body = render_to_string("districts/mail/invitation.txt", text)
    try:
        send_mail(subject, body, None, [invitation.email])
    except OSError:
        logger.exception("an invitation could not be mailed")
        return False
    return True


@require_POST
@in_district("district.manage")
def withdraw_invitation(request: Any, invitation: UUID) -> HttpResponse:
    """Make a link that was mailed worth nothing."""
    rows = Invitation.objects.visible_to(request.viewer).filter(district=request.district)
    services.withdraw_invitation(invitation=get_object_or_404(rows, pk=invitation), by=request.user)
    messages.success(request, _("Taken back. The link no longer works."))
    return redirect("districts:members", district=request.district.slug)


@require_POST
@in_district("district.manage")
def end_membership(request: Any, membership: UUID) -> HttpResponse:
    """Take a role away; the last administrator's stays, or nobody could let anyone in."""
    rows = Membership.objects.visible_to(request.viewer).filter(district=request.district)
    ended = get_object_or_404(rows.select_related("account"), pk=membership)
    try:
        services.take_role(membership=ended, by=request.user)
    except services.LastAdministratorError:
        messages.error(request, _("This is the last administrator. Make somebody else one first."))
    return redirect("districts:members", district=request.district.slug)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("district.see")
def team(request: Any) -> HttpResponse:
    """The digital learning leadership team: positions, so that it outlives people."""
    may_manage = may(request.viewer, "team.manage", request.district)
    form = PositionForm(request.POST if may_manage and request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.add_team_seat(district=request.district, by=request.user, begins=request.district.today(), **form.cleaned_data)
        return redirect("districts:team", district=request.district.slug)
    context = {"form": form, "seats": queries.leadership_team(request.viewer, request.district), "may_manage": may_manage}
    status = 403 if request.method == "POST" and not may_manage else 400 if form.errors else 200
    return render(request, "districts/team.html", context, status=status)


@require_POST
@in_district("team.manage")
def appoint(request: Any, position: UUID) -> HttpResponse:
    """Fill a seat, or leave it vacant from today."""
    seat = get_object_or_404(Position.objects.visible_to(request.viewer).filter(district=request.district), pk=position)
    today = request.district.today()
    if "vacate" in request.POST:
        for held in Appointment.objects.visible_to(request.viewer).filter(position=seat, ends=None):
            services.end_appointment(appointment=held, ends=today, by=request.user)
    else:
        form = AppointmentForm(request.POST)
        if form.is_valid():
            services.appoint(position=seat, name=form.cleaned_data["name"], begins=today, by=request.user)
        else:
            messages.error(request, _("Write who fills it. Nothing was changed."))
    return redirect("districts:team", district=request.district.slug)
