"""A shared tablet: a first page, the questions, thanks, and the first page again for whoever comes next.

There is one address, and opening it shows the first page, always. Every further page is the answer to a form that carries
the person's token, so that no address in the browser's history leads to anybody's words. Once somebody has sent their
answers, pressed "Stop" or walked away, a form that is sent again leads to the first page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commonwhy.districts.access import in_district
from commonwhy.listening import kiosks, tokens
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import Survey, SurveyCell
from commonwhy.listening.queries.paper import cells_to_answer
from commonwhy.listening.queries.respond import Entrance, cell_of, sheet
from commonwhy.listening.services import responses
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.tokens import BadTokenError
from commonwhy.listening.views.asking import Reader, Shown, may_be_student, other_languages, reader_of
from commonwhy.listening.views.invitations import who_gets_none
from commonwhy.listening.views.respondent import cannot_tell, from_our_page, place_of, respondent_page, stop
from commonwhy.listening.views.surveys import survey_of

THANKS_SECONDS = 30


@respondent_page
def kiosk(request: HttpRequest, seal: str) -> HttpResponse:
    """The one address of a kiosk."""
    try:
        code, number = kiosks.read(seal)
    except BadTokenError:
        return _no_such_kiosk(request)
    survey = responses.survey_with_code(code)
    cell = cell_of(survey, number) if survey else None
    if survey is None or cell is None or survey.mode != Survey.Mode.ANONYMOUS:
        return _no_such_kiosk(request)
    if place_of(survey, seal):
        return _not_here(request, survey, cell)
    if not survey.is_open:
        return _not_open(request, survey, cell)
    if request.method != "POST":
        return _first_page(request, survey, cell, seal)
    if "ticket" not in request.POST:
        if not from_our_page(request):
            return _first_page(request, survey, cell, seal, cannot_tell(), status=403)
        return _begin(request, survey, cell, seal)
    try:
        token = kiosks.unwrap(survey, cell.number, request.POST["ticket"])
    except BadTokenError:
        return _first_page(request, survey, cell, seal)
    return _go_on(request, Entrance(survey, tokens.read(survey, token), cell), token, seal)


class _AtKiosk(Shown):
    """The pages of a kiosk: the answer to one form is the next page."""

    template = "listening/kiosk/question.html"
    seal = ""
    at_end = False

    @property
    def address(self) -> str:
        return reverse("listening:kiosk", args=[self.seal])

    @property
    def ended(self) -> bool:
        return self.at_end and self.paper.following(self.page) is None

    def frame(self) -> dict[str, Any]:
        ticket = kiosks.wrap(self.token)
        return super().frame() | {"ticket": ticket, "page": self.page, "idle": kiosks.IDLE, "start": self.address}

    def lead_to(self, page: int, **query: str) -> HttpResponse:
        reader = self.reader.wishing(query.get("lang", ""), query.get("words", ""))
        with translation.override(reader.wording.language):
            shown = show(self.request, self.entrance, self.token, self.seal, page or 1, reader)
            shown.language_chosen, shown.at_end = query.get("lang", self.language_chosen), "end" in query
            missing = _("This question still needs an answer. Everything else is kept.") if "missing" in query else ""
            response = shown.page_with(missing)
            response.headers["Content-Language"] = reader.wording.language
            return response

    def lead_to_end(self) -> HttpResponse:
        survey = self.entrance.survey
        # The next person finds the words of the district's own language, whatever this one has chosen.
        again = f"{self.address}?lang={survey.district.language}"
        context = self.frame() | {"thanks": self.reader.wording.thanks, "start": again, "languages": [], "offers_words": False}
        response = render(self.request, "listening/kiosk/done.html", context)
        response.headers["Refresh"] = f"{THANKS_SECONDS}; url={again}"
        return response

    def not_open(self) -> HttpResponse:
        assert self.entrance.cell is not None, "a kiosk is made for a cell"
        return _not_open(self.request, self.entrance.survey, self.entrance.cell)


@require_GET
@in_district("listening.run")
def addresses(request: Any, survey: UUID) -> HttpResponse:
    """The address of a kiosk for each cell, or why there is none."""
    found = survey_of(request, survey)
    elsewhere = bool(place_of(found, ""))
    offered = found.is_open and found.mode == Survey.Mode.ANONYMOUS and not elsewhere
    cells = [
        {"cell": cell, "address": f"{settings.BASE_URL}{reverse('listening:kiosk', args=[kiosks.seal(found, cell.number)])}"}
        for cell in (cells_to_answer(request.viewer, found) if offered else [])
    ]
    context = {"survey": found, "cells": cells, "elsewhere": elsewhere} | who_gets_none(request, found)
    return render(request, "listening/kiosk/addresses.html", context)


def show(
    request: HttpRequest, entrance: Entrance, token: str, seal: str, page: int, reader: Reader, data: Any = None
) -> _AtKiosk:
    """One question of a kiosk, with what this token has answered."""
    paper = sheet(entrance)
    asked = paper.question(page)
    if asked is None:
        page, asked = 1, paper.questions[0]
    form = AnswerForm(asked, reader.wording, paper.answers.get(asked.pk), data)
    shown = _AtKiosk(request, entrance, token, paper, page, reader, form)
    shown.seal = seal
    return shown


def _begin(request: HttpRequest, survey: Survey, cell: SurveyCell, seal: str) -> HttpResponse:
    token = tokens.mint(survey, cell.number)
    entrance = Entrance(survey, tokens.read(survey, token), cell)
    reader = reader_of(request, survey, cell, sheet(entrance))
    return show(request, entrance, token, seal, 1, reader).page_with()


def _go_on(request: HttpRequest, entrance: Entrance, token: str, seal: str) -> HttpResponse:
    assert entrance.cell is not None
    go = str(request.POST.get("go", "next"))
    paper = sheet(entrance)
    used_up = paper.response is not None and (paper.submitted or paper.response.saves >= responses.MOST_SAVES)
    if used_up:
        return _first_page(request, entrance.survey, entrance.cell, seal)
    number = request.POST.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    reader = reader_of(request, entrance.survey, entrance.cell, paper)
    shown = show(request, entrance, token, seal, page, reader, request.POST)
    if go in ("stop", "here") and not from_our_page(request):
        return shown.page_with(cannot_tell(), status=403)
    if go == "stop":
        responses.use_up(survey=entrance.survey, token=entrance.token)
        return _first_page(request, entrance.survey, entrance.cell, seal)
    if go == "here":
        # Somebody is still there: the token is wrapped anew. Nothing is saved.
        return HttpResponse(kiosks.wrap(token), content_type="text/plain")
    return shown.take(go)


def _first_page(
    request: HttpRequest, survey: Survey, cell: SurveyCell, seal: str, problem: str = "", status: int = 200
) -> HttpResponse:
    paper = sheet(Entrance(survey, tokens.read(survey, tokens.mint(survey, cell.number)), cell))
    reader = reader_of(request, survey, cell, paper)
    context = {
        "survey": survey,
        "district": survey.district,
        "mode": survey.mode,
        "cell": cell,
        "languages": other_languages(),
        "with_help": may_be_student(cell),
        "intro": reader.wording.intro,
        "kept": coarsened(survey, cell),
        "sheet": paper,
        "problem": problem,
        "action": reverse("listening:kiosk", args=[seal]) + reader.query(),
    } | reader.context
    return render(request, "listening/kiosk/start.html", context, status=status)


def _no_such_kiosk(request: HttpRequest) -> HttpResponse:
    title = _("This address does not open a survey")
    text = _("A letter may be missing. Ask whoever runs the survey for the address of this tablet.")
    return stop(request, status=404, title=title, text=text, languages=other_languages())


def _not_here(request: HttpRequest, survey: Survey, cell: SurveyCell) -> HttpResponse:
    """Whoever takes part comes back to it, and the next person at the tablet would come back to the same."""
    return stop(
        request,
        status=404,
        title=_("A discussion is not held on a shared tablet"),
        text=_(
            "People come back to a discussion, and here the next person would see what you said. Ask for a card with a link of"
            " your own, or for a sheet of paper. Nothing was kept of you."
        ),
        district=survey.district,
        mode=survey.mode,
        languages=other_languages(),
        with_help=may_be_student(cell),
    )


def _not_open(request: HttpRequest, survey: Survey, cell: SurveyCell) -> HttpResponse:
    """Words that came too late are not shown: the next person would read them."""
    context: dict[str, Any] = {
        "district": survey.district,
        "mode": survey.mode,
        "languages": other_languages(),
        "with_help": may_be_student(cell),
    }
    if survey.opens_later:
        title, text = _("This survey has not opened yet"), _("Please come back when it has opened.")
        return stop(request, status=404, title=title, text=text, **context)
    title, text = _("This survey is closed"), _("What was sent before it closed is kept.")
    return stop(request, status=410, title=title, text=text, **context)
