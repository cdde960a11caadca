"""A question as a respondent meets it, and what its buttons do: save and go on, go back, or change the words it is read in.

The pages of a link (`views.respond`) and of a shared tablet (`views.kiosk`) are this one, and differ in where they lead. An
answer is acknowledged only once it is committed. Whatever goes wrong, the words that were sent stand on the page that says so.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.districts.models import Group
from commonwhy.listening.forms.respond import AnswerForm
from commonwhy.listening.models import Survey, SurveyCell
from commonwhy.listening.queries.grade_bands import plain_by_default
from commonwhy.listening.queries.respond import Entrance, Sheet
from commonwhy.listening.services import responses
from commonwhy.listening.views.respondent import cannot_tell, from_our_page
from commonwhy.listening.wording import Wording, has_plain_words

LANGUAGE_BUTTON = "lang-"
WORDS_BUTTON = "words-"
PLAIN, FULL = "plain", "full"


@dataclass(frozen=True)
class Reader:
    """In which words pages are shown: as the address says (`?words=`), else as suits most of those asked there.

    The choice stands in the address alone and is carried by links and forms; no cookie and no answer keeps it.
    """

    wording: Wording
    wish: str
    offered: bool

    def query(self, **more: str) -> str:
        """The end of an address that keeps the choice of words."""
        found = more | ({"words": self.wish} if self.wish and "words" not in more else {})
        return f"?{urlencode(found)}" if found else ""

    def wishing(self, language: str = "", words: str = "") -> Reader:
        """Somebody who has just asked for another language, or for other words."""
        plain = words == PLAIN if words else self.wording.plain
        wording = replace(self.wording, language=language or self.wording.language, plain=plain and self.offered)
        return replace(self, wording=wording, wish=words or self.wish)

    @property
    def context(self) -> dict[str, Any]:
        """What the templates need to offer the other words and to carry the choice."""
        return {
            "plain": self.wording.plain,
            "wish": self.wish,
            "carried": self.query(),
            "offers_words": self.offered,
            "other_words": FULL if self.wording.plain else PLAIN,
        }


def reader_of(request: HttpRequest, survey: Survey, cell: SurveyCell | None, paper: Sheet | None) -> Reader:
    """Who reads, as far as the address and the place say."""
    wish = request.GET.get("words", "")
    wish = wish if wish in (PLAIN, FULL) else ""
    plain = wish == PLAIN or (not wish and plain_by_default(survey.version, cell))
    offered = has_plain_words(survey.version, paper.questions if paper else [])
    return Reader(Wording(survey.version, language_now(), plain and offered), wish, offered)


@dataclass
class Shown(ABC):
    """A question as it is shown, once more with what went wrong. Whoever uses it says where its pages are."""

    request: HttpRequest
    entrance: Entrance
    token: str
    paper: Sheet
    page: int
    reader: Reader
    form: AnswerForm

    template = "listening/respond/question.html"
    language_chosen = ""
    """The language of a page that could not be led to by an address of its own: its form asks for it once more."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the form of this page is sent, without what the reader chose."""

    @abstractmethod
    def lead_to(self, page: int, **query: str) -> HttpResponse:
        """Another question of this survey; 0 is the first page."""

    @abstractmethod
    def lead_to_end(self) -> HttpResponse:
        """The thanks."""

    @abstractmethod
    def not_open(self) -> HttpResponse:
        """It closed meanwhile."""

    def frame(self) -> dict[str, Any]:
        """What stands around the question."""
        return frame(self.entrance, self.reader)

    def page_with(self, problem: str = "", *, status: int = 200) -> HttpResponse:
        if problem and self.form.tampered:
            # What was sent is none of the answers; what is saved is.
            saved = self.paper.answers.get(self.form.question.pk)
            self.form = AnswerForm(self.form.question, self.reader.wording, saved)
        self.form.wrong = bool(problem)
        question, language = self.form.question, self.reader.wording.language
        part = self.paper.parts.get(question.pk)
        nothing_follows = self.paper.following(self.page) is None
        context = self.frame() | {
            "form": self.form,
            "question": question,
            "saved": question.pk in self.paper.answers,
            "action": self.address + self.reader.query(**({"lang": self.language_chosen} if self.language_chosen else {})),
            "number": self.paper.number(self.page),
            "total": self.paper.total,
            "part": part,
            "section": self.reader.wording.text(part.heading) if part else "",
            "last": nothing_follows and (self.ended or not self.paper.may_branch(self.page)),
            "go": "branch" if nothing_follows and self.paper.may_branch(self.page) and not self.ended else "next",
            "ended": self.ended and not problem,
            "problem": problem,
            "language_of_question": "" if self.form.language == language else self.form.language,
        }
        return render(self.request, self.template, context, status=status)

    @property
    def ended(self) -> bool:
        """Whether this page was shown again because no question follows from what was answered here."""
        return "end" in self.request.GET and self.paper.following(self.page) is None

    def take(self, go: str) -> HttpResponse:
        """Save what was sent and go where the button says. `stay` is the browser saving by itself while somebody types;
        `branch` goes on where the answer may have ended the questions, and then says so before anything is handed in."""
        if not from_our_page(self.request):
            return self.page_with(cannot_tell(), status=403)
        automatic = go == "stay"
        try:
            missing = self._save(go, automatic)
            if automatic:
                # Half a ranking is no answer yet: nothing to save, and nothing to say.
                return HttpResponse(status=202 if missing else 204)
            if missing:
                return self._in_words_asked_for(go, missing)
            following = self.paper.following(self.page)
            if go == "next" and following is None:
                responses.submit(survey=self.entrance.survey, token=self.entrance.token)
                return self.lead_to_end()
        except responses.StillMissing as refusal:
            if refusal.position is None or refusal.position == self.page:
                return self.page_with(str(refusal), status=422)
            return self.lead_to(refusal.position, missing="1")
        except responses.SurveyNotOpen:
            return self.not_open()
        except responses.SavedTooOften as refusal:
            return self.page_with(str(refusal), status=429)
        except responses.TooLong as refusal:
            return self.page_with(str(refusal), status=422)
        except responses.DoesNotFit as refusal:
            return self.page_with(str(refusal), status=400)
        except OperationalError:
            again = _("We could not save this just now. What you wrote is still here: please press the button again.")
            response = self.page_with(again, status=503)
            response.headers["Retry-After"] = "5"
            return response
        return self._go(go, following)

    def _go(self, go: str, following: int | None) -> HttpResponse:
        language = _language_asked_for(go)
        if language:
            return self.lead_to(self.page, lang=language)
        if go in (WORDS_BUTTON + PLAIN, WORDS_BUTTON + FULL):
            return self.lead_to(self.page, words=go.removeprefix(WORDS_BUTTON))
        if go == "back":
            return self.lead_to(self.paper.before(self.page) or 0)
        if go in ("next", "branch"):
            return self.lead_to(following) if following else self.lead_to(self.page, end="1")
        return self.lead_to(self.page)

    def _save(self, go: str, automatic: bool) -> str:
        """Save the form's answer. Returns what is missing: then nothing was saved and what was saved before is kept."""
        form = self.form
        if go != "clear" and not form.is_valid():
            if form.unfinished:
                return form.unfinished
            refused = _("This is not one of the answers to choose from. Everything you answered before is kept.")
            raise responses.DoesNotFit(refused)
        value = form.empty if go == "clear" else form.value
        if form.question.required and value == form.empty:
            return _("This question needs an answer before you go on.") if go in ("next", "branch") else ""
        responses.save_answer(
            survey=self.entrance.survey,
            token=self.entrance.token,
            question=form.question,
            value=value,
            language=self.reader.wording.language,
            automatic=automatic,
        )
        self.paper = self.paper.with_answer(form.question, value)
        return ""

    def _in_words_asked_for(self, go: str, missing: str) -> HttpResponse:
        """The page again with what is missing. Whoever asked for another language gets the message in it."""
        language = _language_asked_for(go)
        if not language:
            return self.page_with(missing, status=422)
        with translation.override(language):
            self.language_chosen, self.reader = language, self.reader.wishing(language)
            self.form = AnswerForm(self.form.question, self.reader.wording, data=self.request.POST)
            self.form.is_valid()
            response = self.page_with(self.form.unfinished or missing, status=422)
            response.headers["Content-Language"] = language
            return response


def frame(entrance: Entrance, reader: Reader) -> dict[str, Any]:
    """What every page of an open survey shows around its own matter."""
    return {
        "survey": entrance.survey,
        "district": entrance.survey.district,
        "mode": entrance.survey.mode,
        "cell": entrance.cell,
        "languages": other_languages(),
        "with_help": may_be_student(entrance.cell),
    } | reader.context


def may_be_student(cell: SurveyCell | None) -> bool:
    """Students see where to get help on every page; so does whoever could be one."""
    return cell is None or cell.group.kind == Group.Kind.STUDENTS


def language_now() -> str:
    return get_language() or settings.LANGUAGE_CODE


def other_languages() -> list[str]:
    """The other languages these pages are offered in."""
    return [code for code, _name in settings.LANGUAGES if code != language_now()]


def _language_asked_for(go: str) -> str:
    wish = go.removeprefix(LANGUAGE_BUTTON) if go.startswith(LANGUAGE_BUTTON) else ""
    return wish if wish in dict(settings.LANGUAGES) else ""
