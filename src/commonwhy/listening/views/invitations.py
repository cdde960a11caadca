"""Inviting people: by mail, by an open link, on cards, by a list of links. Links live in one response and nowhere else."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any, cast
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.formats.delimited import safe_cell
from commonwhy.listening.forms.surveys import LinksForm
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.families import hand_out, most_by_cell
from commonwhy.listening.queries.lawful import unmatched
from commonwhy.listening.queries.surveys import InvitationsPage, invitations_page
from commonwhy.listening.services import invitations as services
from commonwhy.listening.services.invitations import MOST_CARDS, MOST_LINKS, InvitationRefused
from commonwhy.listening.services.surveys import SurveyRefused, offer_open_link
from commonwhy.listening.views.surveys import survey_of, to

FILES = "django.core.mail.backends.filebased.EmailBackend"


@never_cache
@require_GET
@in_district("listening.run")
def invitations(request: Any, survey: UUID) -> HttpResponse:
    """Every way to invite that fits the survey's mode."""
    found = survey_of(request, survey)
    if found.is_draft:
        return to(found)
    return _page(request, found)


@require_POST
@in_district("listening.run")
def mail(request: Any, survey: UUID) -> HttpResponse:
    """Start sending, as a job."""
    found = survey_of(request, survey)
    if _writes_files() and found.mode == Survey.Mode.ANONYMOUS and "try" not in request.POST:
        messages.error(request, _("Nothing was sent. Tick that you are only trying it out, or set up a mail server first."))
        return to(found, "listening:invitations")
    try:
        job = services.start_mailing(survey=found, by=request.user)
    except InvitationRefused as refusal:
        messages.error(request, str(refusal))
        return to(found, "listening:invitations")
    return redirect("core:job", job=job.pk)


@never_cache
@require_POST
@in_district("listening.run")
def cards(request: Any, survey: UUID) -> HttpResponse:
    """Cards to print. The page is the only place where their codes ever stand."""
    found = survey_of(request, survey)
    page = invitations_page(request.viewer, found)
    form = LinksForm(page.cells, MOST_LINKS, request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, page=page, status=400)
    try:
        links = services.make_links(survey=found, counts=form.counts(), what="cards", most=MOST_CARDS, by=request.user)
    except InvitationRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form=form, page=page, status=400)
    made = [{"link": link, "qr": qr(link.address)} for link in links]
    context = {"survey": found, "cards": made, "address": _typed_address()} | who_gets_none(request, found)
    return render(request, "listening/invitations/cards.html", context)


@never_cache
@require_POST
@in_district("listening.run")
def links(request: Any, survey: UUID) -> HttpResponse:
    """A list of links for the district's own messaging tool, written as it is sent."""
    found = survey_of(request, survey)
    try:
        if found.mode == Survey.Mode.IDENTIFIED:
            rows = _named_rows(services.make_named_links(survey=found, by=request.user))
        else:
            page = invitations_page(request.viewer, found)
            form = LinksForm(page.cells, MOST_LINKS, request.POST)
            if not form.is_valid():
                return _page(request, found, form=form, page=page, status=400)
            rows = _plain_rows(
                services.make_links(survey=found, counts=form.counts(), what="links", most=MOST_LINKS, by=request.user)
            )
    except InvitationRefused as refusal:
        messages.error(request, str(refusal))
        return to(found, "listening:invitations")
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="links-{slugify(found.title)[:40] or "survey"}.csv"'
    return cast(HttpResponse, response)


@require_POST
@in_district("listening.run")
def open_link(request: Any, survey: UUID) -> HttpResponse:
    """Offer the open link, or take it back."""
    found = survey_of(request, survey)
    try:
        offer_open_link(survey=found, offered="offer" in request.POST, by=request.user)
    except SurveyRefused as refusal:
        messages.error(request, str(refusal))
    return to(found, "listening:invitations")


@require_GET
@in_district("listening.run")
def poster(request: Any, survey: UUID) -> HttpResponse:
    """The open link on a sheet of paper."""
    found = survey_of(request, survey)
    if not found.open_link:
        return to(found, "listening:invitations")
    address = services.open_address(found)
    return render(request, "listening/invitations/poster.html", {"survey": found, "address": address, "qr": qr(address)})


def qr(address: str) -> str:
    """A QR code as the address of an image (a data URI, which the content security policy allows for images)."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(border=2, svgclass=None, lineclass=None))


def _page(
    request: Any, found: Survey, *, form: LinksForm | None = None, page: InvitationsPage | None = None, status: int = 200
) -> HttpResponse:
    page = page or invitations_page(request.viewer, found)
    address = services.open_address(found)
    context = {
        "survey": found,
        "page": page,
        "form": form or LinksForm(page.cells, MOST_LINKS),
        "open_address": address,
        "qr": qr(address) if found.open_link else "",
        "writes_files": _writes_files(),
        "most_cards": MOST_CARDS,
        **who_gets_none(request, found),
    }
    return render(request, "listening/invitations/page.html", context, status=status)


def who_gets_none(request: Any, survey: Survey) -> dict[str, Any]:
    """For whoever hands out cards: the children who get none by name, or for others only that there are some."""
    if may(request.viewer, "people.see", request.district):
        return {"hand_out": hand_out(request.viewer, survey)}
    return {"some_said_no": bool(most_by_cell(survey)) or bool(unmatched(survey))}


def _writes_files() -> bool:
    """Whether mail goes into files on this server and nowhere else."""
    return bool(settings.EMAIL_BACKEND == FILES)


def _typed_address() -> str:
    """Where somebody types the code of a card, without what a browser adds by itself."""
    return f"{settings.BASE_URL}{reverse('listening:respond_code')}".removeprefix("https://").removeprefix("http://")


def _plain_rows(links: Iterable[services.Link]) -> Iterator[list[str]]:
    yield [_("group"), _("school"), _("link")]
    for link in links:
        yield [str(link.cell.group), str(link.cell.school or ""), link.address]


def _named_rows(links: Iterable[services.NamedLink]) -> Iterator[list[str]]:
    yield [_("name"), _("e-mail"), _("language"), _("group"), _("school"), _("link")]
    for each in links:
        person = each.person
        school = str(person.school or "")
        yield [person.name, person.email, person.language, str(person.group), school, each.link.address]


class _Echo:
    """What the CSV writer writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    # The mark lets Excel read accents; every cell is kept from being run as a formula.
    yield "\ufeff"
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
