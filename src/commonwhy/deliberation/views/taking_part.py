"""Taking part in a discussion: a first page, one statement at a time, what one said so far, and thanks.

Everything `listening.views.respond` holds for holds here: a page that is opened changes nothing, each button saves, and an
answer is acknowledged only once it is committed. Whoever holds the link sees and changes their own votes until the
discussion closes, and sees them and what became of their statements afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from commonwhy.deliberation.fates import fates_of
from commonwhy.deliberation.forms.taking_part import AppealForm, BallotForm, OwnStatementForm, VoteForm
from commonwhy.deliberation.models import PriorityOption, Statement
from commonwhy.deliberation.queries.taking_part import Drawn, Entry, Part, drawn_chance, enter, foreign, own_votes, sign
from commonwhy.deliberation.services.ballots import cast_ballot
from commonwhy.deliberation.services.statements import BadAddress, add_statement, appeal
from commonwhy.deliberation.services.voting import NotOpen, NotShown, cast_vote
from commonwhy.listening.queries.lawful import promised_day
from commonwhy.listening.services.coarsening import coarsened
from commonwhy.listening.services.responses import ResponseRefused, SavedTooOften, Withdrawn
from commonwhy.listening.tokens import BadTokenError
from commonwhy.listening.views.asking import language_now, may_be_student, other_languages
from commonwhy.listening.views.respond import no_such_token, withdrawn
from commonwhy.listening.views.respondent import cannot_tell, from_our_page, respondent_page, stop

P = ParamSpec("P")
# Each takes a kilobyte, and a page with its styles stays under 60: many have slow phones.
VOTES_A_PAGE = 8


@dataclass(frozen=True)
class Visit:
    """Somebody at a page of their link."""

    request: HttpRequest
    token: str
    entry: Entry
    part: Part

    @property
    def open(self) -> bool:
        return self.entry.survey.is_open

    def address(self, name: str, /, **query: str) -> str:
        return reverse(f"deliberation:take_part{name}", args=[self.token]) + _query(query)

    def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page with what stands around every one: who asks, the promise in one line, help."""
        survey = self.entry.survey
        frame = {
            "survey": survey,
            "district": survey.district,
            "mode": survey.mode,
            "cell": self.entry.cell,
            "languages": other_languages(),
            "with_help": may_be_student(self.entry.cell),
            "discussion": self.entry.discussion,
            "token": self.token,
            "open": self.open,
        }
        return render(self.request, f"deliberation/taking_part/{template}.html", frame | context, status=status)

    def too_late(self, words: str = "") -> HttpResponse:
        """It closed before this was sent; the words are given back to whoever wrote them."""
        survey = self.entry.survey
        return stop(
            self.request,
            status=410,
            title=_("This discussion is closed"),
            text=_("What you said before it closed is kept, and it counts. This came too late and was not saved."),
            words=words,
            district=survey.district,
            mode=survey.mode,
            survey=survey,
            languages=other_languages(),
            with_help=may_be_student(self.entry.cell),
        )


def visited(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """Open a discussion with the token of the address, or say why that does not work."""

    @wraps(view)
    def framed(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            entry = enter(token)
            if entry.survey.opens_later:
                return _opens_later(request, entry)
            return view(Visit(request, token, entry, Part(entry)), *args, **kwargs)
        except BadTokenError:
            return no_such_token(request)
        except Withdrawn:
            return withdrawn(request, token)

    return respondent_page(cast("Callable[Concatenate[HttpRequest, str, P], HttpResponse]", framed))


@visited
def start(visit: Visit) -> HttpResponse:
    """Who asks, who can see what, and how it goes."""
    part, survey = visit.part, visit.entry.survey
    context = {
        "part": part,
        "kept": coarsened(survey, visit.entry.cell),
        "delete_on": promised_day(survey),
        "choosing": part.open_round() if visit.open else None,
    }
    return visit.page("start", context)


@visited
def next_statement(visit: Visit) -> HttpResponse:
    """One statement; its buttons keep the vote and lead to the next."""
    if visit.request.method == "POST":
        return _take_vote(visit)
    if not visit.open:
        return HttpResponseRedirect(visit.address(""))
    drawn = visit.part.next()
    if drawn is None:
        return HttpResponseRedirect(visit.address("_thanks"))
    return _statement_page(visit, drawn)


@visited
def votes(visit: Visit) -> HttpResponse:
    """Everything one has said, to be changed or taken back."""
    problem, status = "", 200
    number = visit.request.GET.get("page", "1")
    if visit.request.method == "POST":
        try:
            if not from_our_page(visit.request):
                problem, status = cannot_tell(), 403
            else:
                statement = _change_vote(visit)
                address = visit.address("_votes", page=number, changed=str(statement))
                return HttpResponseRedirect(f"{address}#s{statement}")
        except NotOpen:
            return visit.too_late()
        except ResponseRefused as refusal:
            problem, status = str(refusal), _status(refusal)
        except OperationalError:
            problem, status = _busy(), 503
    page = Paginator(own_votes(visit.part), VOTES_A_PAGE).get_page(number)
    context = {"page": page, "changed": visit.request.GET.get("changed", ""), "problem": problem, "part": visit.part}
    return visit.page("votes", context, status=status)


@visited
def add(visit: Visit) -> HttpResponse:
    """A statement of one's own."""
    if visit.request.method != "POST":
        if not visit.open or not visit.entry.discussion.takes_statements:
            return HttpResponseRedirect(visit.address("_mine"))
        return visit.page("add", {"form": OwnStatementForm(), "problem": ""})
    form = OwnStatementForm(visit.request.POST)
    words = form["words"].value() or ""
    if not from_our_page(visit.request):
        return visit.page("add", {"form": form, "problem": cannot_tell()}, status=403)
    target = "id_words"
    try:
        add_statement(
            discussion=visit.entry.discussion,
            token=visit.entry.token,
            words=words,
            language=language_now(),
            contact=form["contact"].value() or "",
        )
    except NotOpen:
        return visit.too_late(words)
    except ResponseRefused as refusal:
        problem, status = str(refusal), 422
        target = "id_contact" if isinstance(refusal, BadAddress) else target
    except OperationalError:
        problem, status = _busy(), 503
    else:
        return HttpResponseRedirect(visit.address("_mine", just="added"))
    return visit.page("add", {"form": form, "problem": problem, "target": target}, status=status)


@visited
def mine(visit: Visit) -> HttpResponse:
    """The statements one wrote, what state they are in, and what became of them."""
    problem, status, sent = "", 200, None
    if visit.request.method == "POST":
        form = AppealForm(visit.request.POST)
        words = visit.request.POST.get("words", "")
        try:
            if not from_our_page(visit.request):
                problem, status = cannot_tell(), 403
            elif not form.is_valid():
                problem, status = _("We could not read what was sent. Nothing of it was kept."), 400
            else:
                _appeal(visit, form)
                return HttpResponseRedirect(visit.address("_mine", just="asked"))
        except NotOpen:
            return visit.too_late(words)
        except ResponseRefused as refusal:
            problem, status = str(refusal), 422
        except OperationalError:
            problem, status = _busy(), 503
        sent = {"statement": visit.request.POST.get("statement", ""), "words": words}
    own = [
        {
            "statement": each,
            "fates": fates_of(each),
            "same_as": visit.part.shown_in_place_of(each),
            "sent": sent["words"] if sent and sent["statement"] == str(each.pk) else "",
        }
        for each in visit.part.own_statements()
    ]
    context = {"own": own, "just": visit.request.GET.get("just", ""), "problem": problem}
    return visit.page("mine", context, status=status)


@visited
def choose(visit: Visit) -> HttpResponse:
    """Which priorities one approves of, while a round is open."""
    now = visit.part.open_round() if visit.open else None
    if now is None:
        return visit.too_late() if visit.request.method == "POST" else HttpResponseRedirect(visit.address(""))
    district = visit.entry.survey.district_id
    options = list(PriorityOption.objects.within(district).filter(round=now))
    before = visit.part.ballot(now)
    problem, status = "", 200
    form = BallotForm(options, initial={"approved": before})
    if visit.request.method == "POST":
        form = BallotForm(options, visit.request.POST)
        if not from_our_page(visit.request):
            problem, status = cannot_tell(), 403
        elif not form.is_valid():
            problem, status = form.problem(), 400
        else:
            try:
                cast_ballot(
                    round=now,
                    discussion=visit.entry.discussion,
                    token=visit.entry.token,
                    approved=form.cleaned_data["approved"],
                )
            except NotOpen:
                return visit.too_late()
            except ResponseRefused as refusal:
                problem, status = str(refusal), _status(refusal)
            except OperationalError:
                problem, status = _busy(), 503
            else:
                return HttpResponseRedirect(visit.address("_choose", just="kept"))
    context = {"round": now, "form": form, "chosen": before, "problem": problem, "just": visit.request.GET.get("just", "")}
    return visit.page("choose", context, status=status)


@visited
def thanks(visit: Visit) -> HttpResponse:
    """Thanks, what happens next, and the ways on."""
    part = visit.part
    choosing = part.open_round() if visit.open else None
    return visit.page("thanks", {"part": part, "choosing": choosing})


def _take_vote(visit: Visit) -> HttpResponse:
    form = VoteForm(visit.request.POST)
    if not form.is_valid():
        sent = form.cleaned_data.get("statement")
        problem = _("Please choose one of the three answers. Everything you said before is kept.")
        return _again(visit, sent, problem, status=422, important="important" in visit.request.POST)
    important = form.cleaned_data["important"]
    statement = form.statement_chosen
    if not from_our_page(visit.request):
        return _again(visit, statement, cannot_tell(), status=403, important=important)
    try:
        _cast(visit, form)
    except NotOpen:
        return visit.too_late()
    except ResponseRefused as refusal:
        return _again(visit, statement, str(refusal), status=_status(refusal), important=important)
    except OperationalError:
        response = _again(visit, statement, _busy(), status=503, important=important)
        response.headers["Retry-After"] = "5"
        return response
    return HttpResponseRedirect(visit.address("_next", after="1"))


def _change_vote(visit: Visit) -> UUID:
    form = VoteForm(visit.request.POST)
    if not form.is_valid():
        raise NotShown(_("This is not one of the answers to choose from. Everything you said before is kept."))
    _cast(visit, form)
    return form.statement_chosen


def _cast(visit: Visit, form: VoteForm) -> None:
    entry, pk = visit.entry, form.statement_chosen
    cast_vote(
        discussion=entry.discussion,
        token=entry.token,
        statement=Statement(pk=pk, district_id=entry.survey.district_id),
        choice=form.choice_made,
        important=form.cleaned_data["important"],
        exposure=drawn_chance(entry.token, form.cleaned_data["drawn"], pk),
    )


def _appeal(visit: Visit, form: AppealForm) -> None:
    appeal(
        discussion=visit.entry.discussion,
        token=visit.entry.token,
        statement=Statement(pk=form.cleaned_data["statement"]),
        words=form.cleaned_data["words"],
    )


def _statement_page(visit: Visit, drawn: Drawn, problem: str = "", *, status: int = 200, important: bool = False) -> HttpResponse:
    context = {
        "statement": drawn.statement,
        "foreign": foreign(drawn.statement),
        "drawn": sign(visit.entry.token, drawn) if drawn.exposure else "",
        "part": visit.part,
        "problem": problem,
        "important": important,
        "after": "after" in visit.request.GET and not problem,
    }
    return visit.page("statement", context, status=status)


def _again(visit: Visit, pk: UUID | None, problem: str, *, status: int, important: bool) -> HttpResponse:
    """The statement once more with what went wrong; another one where it is not shown any more."""
    drawn = visit.part.next()
    if drawn is None or pk is None or drawn.statement.pk != pk:
        other = visit.part.statement(pk) if pk else None
        drawn = Drawn(other, 0.0) if other is not None else drawn
        important = important and other is not None
    if drawn is None:
        return visit.page("thanks", {"part": visit.part, "problem": problem}, status=status)
    return _statement_page(visit, drawn, problem, status=status, important=important)


def _opens_later(request: HttpRequest, entry: Entry) -> HttpResponse:
    return stop(
        request,
        status=404,
        title=_("This discussion has not opened yet"),
        text=_("Your link is good. Please come back when it has opened."),
        district=entry.survey.district,
        mode=entry.survey.mode,
        languages=other_languages(),
        with_help=may_be_student(entry.cell),
    )


def _status(refusal: ResponseRefused) -> int:
    return 429 if isinstance(refusal, SavedTooOften) else 422


def _busy() -> str:
    return _("We could not save this just now. Please press the button again; what you said before is kept.")


def _query(query: dict[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
