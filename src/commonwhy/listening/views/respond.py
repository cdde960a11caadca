"""What respondents meet: a first page that says who asks and what becomes of it, one question at a time, and thanks.

A page of ours never changes anything when it is opened: mail scanners open links. Every button saves, and an answer is
acknowledged only once it is committed. Whatever goes wrong, the words that were sent stand on the page that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.listening.forms.respond import AnswerForm, CodeForm, PlaceForm
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.lawful import promised_day
from commonwhy.listening.queries.respond import Entrance, places_asked, response_of, sheet
from commonwhy.listening.services import responses
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.tokens import BadTokenError, survey_code
from commonwhy.listening.views.asking import Shown, frame, may_be_student, other_languages, reader_of
from commonwhy.listening.views.respondent import cannot_tell, from_our_page, place_of, respondent_page, stop

P = ParamSpec("P")


def with_token(
    view: Callable[Concatenate[HttpRequest, Entrance, str, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Open a survey with the token of the address, or say why that does not work."""

    @wraps(view)
    def enter(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            entrance = responses.enter(token)
        except BadTokenError:
            return no_such_token(request)
        except responses.Withdrawn:
            return withdrawn(request, token)
        if place := place_of(entrance.survey, token):
            return HttpResponseRedirect(place)
        if not entrance.survey.is_open:
            return _not_open(request, entrance.survey, entrance, words=_words_sent(request, entrance, kwargs.get("page")))
        try:
            return view(request, entrance, token, *args, **kwargs)
        except responses.Withdrawn:  # in the moment between
            return withdrawn(request, token)

    return respondent_page(cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", enter))


@with_token
def start(request: HttpRequest, entrance: Entrance, token: str) -> HttpResponse:
    """Who asks, who can see it, and what becomes of it."""
    paper = sheet(entrance)
    reader = reader_of(request, entrance.survey, entrance.cell, paper)
    context = frame(entrance, reader) | {
        "token": token,
        "sheet": paper,
        "intro": reader.wording.intro,
        "kept": coarsened(entrance.survey, entrance.cell),
        "page": paper.next_open,
        "delete_on": promised_day(entrance.survey),
    }
    return render(request, "listening/respond/start.html", context)


@with_token
def question(request: HttpRequest, entrance: Entrance, token: str, page: int) -> HttpResponse:
    """One question; its buttons save and go on, go back, or change the language."""
    paper = sheet(entrance)
    asked = paper.question(page)
    if asked is None:
        return redirect("listening:respond", token=token)
    saved = paper.answers.get(asked.pk)
    data = request.POST if request.method == "POST" else None
    reader = reader_of(request, entrance.survey, entrance.cell, paper)
    shown = _WithLink(request, entrance, token, paper, page, reader, AnswerForm(asked, reader.wording, saved, data))
    if data is not None:
        return shown.take(str(data.get("go", "next")))
    if asked not in paper.shown:
        # An address that was kept, or another answer since: on with what is asked.
        return shown.lead_to(paper.following(page) or paper.before(page) or 0)
    if "missing" in request.GET and asked.required and saved is None:
        return shown.page_with(_("This question still needs an answer. Everything else is kept."))
    return shown.page_with()


@with_token
def done(request: HttpRequest, entrance: Entrance, token: str) -> HttpResponse:
    """Thanks, and how to change what was sent."""
    paper = sheet(entrance)
    if not paper.submitted:
        return redirect("listening:respond", token=token)
    reader = reader_of(request, entrance.survey, entrance.cell, paper)
    context = frame(entrance, reader) | {"token": token, "sheet": paper, "thanks": reader.wording.thanks}
    return render(request, "listening/respond/done.html", context)


@respondent_page
def typed_code(request: HttpRequest) -> HttpResponse:
    """A page to type the code of a printed card. The code travels in the form, never in an address of ours."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    problem, status = "", 200
    if request.method == "POST":
        if not from_our_page(request):
            problem, status = cannot_tell(), 403
        elif form.is_valid():
            code = form.cleaned_data["code"]
            try:
                responses.enter(code)
            except responses.Withdrawn:
                return withdrawn(request, code)
            except BadTokenError:
                survey = responses.survey_with_code(code)
                if survey is not None and survey.open_link:
                    return redirect("listening:respond_open", code=survey.code)
                problem, status = _("We do not know this code. Please compare it with your card, letter by letter."), 404
                form.add_error("code", problem)
            else:
                return redirect("listening:respond", token=code)
        else:
            problem, status = _("Please type the code that stands on your card."), 422
    context = {"form": form, "problem": problem, "languages": other_languages()}
    return render(request, "listening/respond/code.html", context, status=status)


@respondent_page
def open_link(request: HttpRequest, code: str) -> HttpResponse:
    """For those who came by an address that everybody may have. Only the button makes a token, and nothing is stored."""
    survey = responses.survey_with_code(code)
    if survey is None or not survey.open_link:
        return no_such_token(request)
    if not survey.is_open:
        return _not_open(request, survey)
    form = PlaceForm(*places_asked(survey), data=request.POST if request.method == "POST" else None)
    reader = reader_of(request, survey, None, None)
    problem, status = "", 200
    if request.method == "POST":
        if not from_our_page(request):
            problem, status = cannot_tell(), 403
        elif not form.is_valid():
            problem, status = _("Please choose who you are."), 422
        else:
            try:
                token = responses.token_for(survey=survey, group=form.group_chosen, school=form.school_chosen)
            except responses.DoesNotFit as refusal:
                problem, status = str(refusal), 422
                form.add_error("school" if "school" in form.fields else "group", problem)
            else:
                return HttpResponseRedirect(reverse("listening:respond", args=[token]) + reader.query())
    context = reader.context | {
        "survey": survey,
        "district": survey.district,
        "mode": survey.mode,
        "intro": reader.wording.intro,
        "form": form,
        "problem": problem,
        "languages": other_languages(),
        "with_help": True,
    }
    return render(request, "listening/respond/open.html", context, status=status)


class _WithLink(Shown):
    """The pages of a link: each has an address, and whatever was saved leads on by a redirect."""

    @property
    def address(self) -> str:
        return reverse("listening:respond_question", args=[self.token, self.page])

    def frame(self) -> dict[str, Any]:
        return super().frame() | {"token": self.token}

    def lead_to(self, page: int, **query: str) -> HttpResponse:
        if not page:
            return HttpResponseRedirect(reverse("listening:respond", args=[self.token]) + self.reader.query(**query))
        address = reverse("listening:respond_question", args=[self.token, page])
        return HttpResponseRedirect(address + self.reader.query(**query))

    def lead_to_end(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("listening:respond_done", args=[self.token]) + self.reader.query())

    def not_open(self) -> HttpResponse:
        words = _words_sent(self.request, self.entrance, self.page)
        return _not_open(self.request, self.entrance.survey, self.entrance, words=words)


def _words_sent(request: HttpRequest, entrance: Entrance, page: object) -> str:
    """The words that came too late, so that whoever wrote them can keep them."""
    asked = sheet(entrance).question(page) if request.method == "POST" and isinstance(page, int) else None
    return request.POST.get("answer", "")[: responses.LONGEST_ANSWER] if asked is not None and asked.is_text else ""


def withdrawn(request: HttpRequest, token: str) -> HttpResponse:
    """A family has said no: what was deleted, and what happens to paper. Nothing is half done."""
    survey = responses.survey_with_code(survey_code(token))
    return stop(
        request,
        status=410,
        title=_("You do not need to answer this survey"),
        text=_(
            "Your family has decided that you take no part. What was answered with this link is deleted, and nothing more is"
            " saved. A sheet of paper that you filled in without your name cannot be found: give it back to your teacher"
            " or throw it away before it is typed in. Questions? Ask your family or your school."
        ),
        district=survey.district if survey else None,
        mode=survey.mode if survey else "",
        with_help=True,
        languages=other_languages(),
    )


def no_such_token(request: HttpRequest) -> HttpResponse:
    """A link that was mistyped, cut off or made up."""
    return stop(
        request,
        status=404,
        title=_("This link does not open a survey"),
        text=_("A letter may be missing or mistyped. If you have a printed card, you can type its code."),
        offer_code=True,
        languages=other_languages(),
    )


def _not_open(request: HttpRequest, survey: Survey, entrance: Entrance | None = None, words: str = "") -> HttpResponse:
    """Too early or too late. `words` are those that came too late, given back to whoever wrote them."""
    context: dict[str, Any] = {
        "district": survey.district,
        "mode": survey.mode,
        "languages": other_languages(),
        "words": words,
        "with_help": entrance is None or may_be_student(entrance.cell),
    }
    if survey.opens_later:
        title, text = _("This survey has not opened yet"), _("Your link is good. Please come back when it has opened.")
        return stop(request, status=404, title=title, text=text, **context)
    response = response_of(survey, entrance.token) if entrance else None
    if response is None:
        kept = _("No answer came in with this link.") if entrance else _("Answers can no longer be sent.")
    elif response.submitted:
        kept = _("You sent your answers before it closed. They are kept and they count.")
    else:
        kept = _("What you had answered before it closed is kept.")
    return stop(request, status=410, title=_("This survey is closed"), text=kept, **context)
