"""What respondents meet: a first page that says who asks and what becomes of it, one question at a time, and thanks.

A page of ours never changes anything when it is opened: mail scanners open links. Every button saves, and an answer is
acknowledged only once it is committed. Whatever goes wrong, the words that were sent stand on the page that says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group
from commonwhy.listening.forms.respond import AnswerForm, CodeForm, PlaceForm
from commonwhy.listening.models import Survey
from commonwhy.listening.queries.respond import Entrance, Sheet, places_asked, response_of, sheet
from commonwhy.listening.services import responses
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.tokens import BadTokenError
from commonwhy.listening.views.respondent import cannot_tell, from_our_page, respondent_page, stop

P = ParamSpec("P")
LANGUAGE_BUTTON = "lang-"


def with_token(
    view: Callable[Concatenate[HttpRequest, Entrance, str, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Open a survey with the token of the address, or say why that does not work."""

    @wraps(view)
    def enter(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            entrance = responses.enter(token)
        except BadTokenError:
            return _no_such_token(request)
        if not entrance.survey.is_open:
            return _not_open(request, entrance.survey, entrance, words=_words_sent(request, entrance, kwargs.get("page")))
        return view(request, entrance, token, *args, **kwargs)

    return respondent_page(cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", enter))


@with_token
def start(request: HttpRequest, entrance: Entrance, token: str) -> HttpResponse:
    """Who asks, who can see it, and what becomes of it."""
    paper = sheet(entrance)
    version = entrance.survey.version
    return render(
        request,
        "listening/respond/start.html",
        _frame(entrance, token)
        | {
            "sheet": paper,
            "intro": version.words(version.intro, _language()),
            "kept": coarsened(entrance.survey, entrance.cell),
            "page": paper.next_open,
        },
    )


@with_token
def question(request: HttpRequest, entrance: Entrance, token: str, page: int) -> HttpResponse:
    """One question; its buttons save and go on, go back, or change the language."""
    paper = sheet(entrance)
    asked = paper.question(page)
    if asked is None:
        return redirect("listening:respond", token=token)
    saved = paper.answers.get(asked.pk)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(asked, entrance.survey.version, _language(), saved, data)
    shown = _Shown(request, entrance, token, paper, page, form)
    if data is not None:
        return _take(shown, str(data.get("go", "next")))
    if "missing" in request.GET and asked.required and saved is None:
        return shown.page_with(_("This question still needs an answer. Everything else is kept."), status=200)
    return shown.page_with("", status=200)


@with_token
def done(request: HttpRequest, entrance: Entrance, token: str) -> HttpResponse:
    """Thanks, and how to change what was sent."""
    paper = sheet(entrance)
    if not paper.submitted:
        return redirect("listening:respond", token=token)
    version = entrance.survey.version
    thanks = version.words(version.thanks, _language())
    return render(request, "listening/respond/done.html", _frame(entrance, token) | {"sheet": paper, "thanks": thanks})


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
    context = {"form": form, "problem": problem, "languages": _languages()}
    return render(request, "listening/respond/code.html", context, status=status)


@respondent_page
def open_link(request: HttpRequest, code: str) -> HttpResponse:
    """For those who came by an address that everybody may have. Only the button makes a token, and nothing is stored."""
    survey = responses.survey_with_code(code)
    if survey is None or not survey.open_link:
        return _no_such_token(request)
    if not survey.is_open:
        return _not_open(request, survey)
    form = PlaceForm(*places_asked(survey), data=request.POST if request.method == "POST" else None)
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
                return redirect("listening:respond", token=token)
    version = survey.version
    context = {
        "survey": survey,
        "district": survey.district,
        "mode": survey.mode,
        "intro": version.words(version.intro, _language()),
        "form": form,
        "problem": problem,
        "languages": _languages(),
        "with_help": True,
    }
    return render(request, "listening/respond/open.html", context, status=status)


@dataclass
class _Shown:
    """A question as it is shown, once more with what went wrong."""

    request: HttpRequest
    entrance: Entrance
    token: str
    paper: Sheet
    page: int
    form: AnswerForm

    def page_with(self, problem: str, *, status: int) -> HttpResponse:
        if problem and self.form.tampered:
            # What was sent is none of the answers; what is saved is.
            saved = self.paper.answers.get(self.form.question.pk)
            self.form = AnswerForm(self.form.question, self.form.version, _language(), saved)
        self.form.wrong = bool(problem)
        context = _frame(self.entrance, self.token) | {
            "form": self.form,
            "question": self.form.question,
            "saved": self.form.question.pk in self.paper.answers,
            "page": self.page,
            "total": self.paper.total,
            "last": self.page == self.paper.total,
            "problem": problem,
            "language_of_question": "" if self.form.language == _language() else self.form.language,
        }
        return render(self.request, "listening/respond/question.html", context, status=status)

    def other(self, page: int, query: str = "") -> HttpResponseRedirect:
        """Another page of this survey; 0 is the first, one more than there are questions the last."""
        if page < 1:
            return HttpResponseRedirect(reverse("listening:respond", args=[self.token]) + query)
        if page > self.paper.total:
            return HttpResponseRedirect(reverse("listening:respond_done", args=[self.token]) + query)
        return HttpResponseRedirect(reverse("listening:respond_question", args=[self.token, page]) + query)


def _take(shown: _Shown, go: str) -> HttpResponse:
    """Save what was sent and go where the button says. `stay` is the browser saving by itself while somebody types."""
    if not from_our_page(shown.request):
        return shown.page_with(cannot_tell(), status=403)
    automatic = go == "stay"
    try:
        missing = _save(shown, go, automatic)
        if missing:
            return shown.page_with(missing, status=422)
        if automatic:
            return HttpResponse(status=204)
        if go == "next" and shown.page == shown.paper.total:
            responses.submit(survey=shown.entrance.survey, token=shown.entrance.token)
    except responses.StillMissing as refusal:
        if refusal.position is None or refusal.position == shown.page:
            return shown.page_with(str(refusal), status=422)
        return shown.other(refusal.position, "?missing=1")
    except responses.SurveyNotOpen:
        return _not_open(
            shown.request, shown.entrance.survey, shown.entrance, words=_words_sent(shown.request, shown.entrance, shown.page)
        )
    except responses.SavedTooOften as refusal:
        return shown.page_with(str(refusal), status=429)
    except responses.TooLong as refusal:
        return shown.page_with(str(refusal), status=422)
    except responses.DoesNotFit as refusal:
        return shown.page_with(str(refusal), status=400)
    except OperationalError:
        again = _("We could not save this just now. What you wrote is still here: please press the button again.")
        response = shown.page_with(again, status=503)
        response.headers["Retry-After"] = "5"
        return response
    if go.startswith(LANGUAGE_BUTTON) and go.removeprefix(LANGUAGE_BUTTON) in dict(settings.LANGUAGES):
        return shown.other(shown.page, f"?lang={go.removeprefix(LANGUAGE_BUTTON)}")
    step = {"next": 1, "back": -1}.get(go, 0)
    return shown.other(shown.page + step)


def _save(shown: _Shown, go: str, automatic: bool) -> str:
    """Save the form's answer. Returns what is missing: then nothing was saved and what was saved before is kept."""
    form = shown.form
    if not form.is_valid():
        raise responses.DoesNotFit(_("This is not one of the answers to choose from. Everything you answered before is kept."))
    value = form.empty if go == "clear" else form.value
    if form.question.required and value == form.empty:
        return _("This question needs an answer before you go on.") if go == "next" else ""
    responses.save_answer(
        survey=shown.entrance.survey,
        token=shown.entrance.token,
        question=form.question,
        value=value,
        language=_language(),
        automatic=automatic,
    )
    return ""


def _words_sent(request: HttpRequest, entrance: Entrance, page: object) -> str:
    """The words that came too late, so that whoever wrote them can keep them."""
    asked = sheet(entrance).question(page) if request.method == "POST" and isinstance(page, int) else None
    return request.POST.get("answer", "")[: responses.LONGEST_ANSWER] if asked is not None and asked.is_text else ""


def _frame(entrance: Entrance, token: str) -> dict[str, Any]:
    """What every page of an open survey shows around its own matter."""
    return {
        "survey": entrance.survey,
        "district": entrance.survey.district,
        "mode": entrance.survey.mode,
        "token": token,
        "cell": entrance.cell,
        "languages": _languages(),
        "with_help": _may_be_student(entrance),
    }


def _no_such_token(request: HttpRequest) -> HttpResponse:
    return stop(
        request,
        status=404,
        title=_("This link does not open a survey"),
        text=_("A letter may be missing or mistyped. If you have a printed card, you can type its code."),
        offer_code=True,
        languages=_languages(),
    )


def _not_open(request: HttpRequest, survey: Survey, entrance: Entrance | None = None, words: str = "") -> HttpResponse:
    """Too early or too late. `words` are those that came too late, given back to whoever wrote them."""
    context: dict[str, Any] = {
        "district": survey.district,
        "mode": survey.mode,
        "languages": _languages(),
        "words": words,
        "with_help": entrance is None or _may_be_student(entrance),
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


def _may_be_student(entrance: Entrance) -> bool:
    """Students see where to get help on every page; so does whoever could be one."""
    return entrance.cell is None or entrance.cell.group.kind == Group.Kind.STUDENTS


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _languages() -> list[str]:
    """The other languages these pages are offered in."""
    return [code for code, _name in settings.LANGUAGES if code != _language()]
