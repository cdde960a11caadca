"""The safety queue: who reads it and its words, what waits, opening one, and saying what was done (FIELD rule 10).

Opening is a button, never a link: the words come only with the answer to a POST that has written the look down first.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.safety import FillPositionForm, NamePositionForm, SettleForm, WordsForm
from commonwhy.listening.models import Note, SafetyFlag, SafetyPosition, SafetyWord, Survey
from commonwhy.listening.queries import safety as queries
from commonwhy.listening.queries.voices import Voices
from commonwhy.listening.services import safety as services
from commonwhy.listening.services.safety import SafetyRefused
from commonwhy.listening.services.word_list import ENOUGH_TO_TELL

FEW = 10
"""In fewer answers than this nobody is told in how many a word is (METHODS 7)."""


@never_cache
@require_GET
@in_district("safety.see")
def queue(request: Any) -> HttpResponse:
    """What waits, and what was settled; no words."""
    waiting, settled = queries.waiting_first(request.viewer, request.district)
    context = {
        "waiting": waiting,
        "settled": settled,
        "most": queries.MOST_LINES,
        # A position may be filled by somebody who sees nothing else of listening.
        "may_listen": may(request.viewer, "listening.see", request.district),
    }
    return render(request, "listening/safety/queue.html", context)


def _flag(request: Any, flag: UUID) -> SafetyFlag:
    found = queries.flag_of(request.viewer, request.district, flag)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("safety.see")
def flag(request: Any, flag: UUID) -> HttpResponse:
    """One entry: asked for, its log; opened, its words, once the look is written down."""
    found = _flag(request, flag)
    words = None
    if request.method == "POST":
        services.look(flag=found, by=request.user)
        words = queries.words_of_flag(found)
        found = _flag(request, flag)
    return _entry(request, found, words, SettleForm(initial={"done": found.done}), opened=request.method == "POST")


@never_cache
@require_POST
@in_district("safety.see")
def settle(request: Any, flag: UUID) -> HttpResponse:
    """Acted on it, saw no concern, or put it back."""
    found = _flag(request, flag)
    form = SettleForm(request.POST)
    try:
        if not form.is_valid():
            raise SafetyRefused(_("Choose what was done."))
        services.settle(flag=found, by=request.user, **form.cleaned_data)
    except SafetyRefused as refusal:
        form.add_error(None, str(refusal))
        return _entry(request, found, None, form, opened=False, status=400)
    messages.success(request, _("Noted, with your name and the time."))
    return redirect("listening:safety", district=request.district.slug)


def _entry(
    request: Any, found: SafetyFlag, words: queries.Words | None, form: SettleForm, *, opened: bool, status: int = 200
) -> HttpResponse:
    mode = found.answer.response.survey.mode if found.answer is not None else ""
    context = {
        "flag": found,
        "words": words,
        "opened": opened,
        "form": form,
        "looks": list(found.looks.all()),
        "mode": mode,
        "anonymous": mode == Survey.Mode.ANONYMOUS,
        "may_settle": opened or bool(form.errors),
    }
    return render(request, "listening/safety/flag.html", context, status=status)


# A reader's button


def _nobody_reads(request: Any) -> None:
    if not any(holder.reads for holder in queries.holders(request.district)):
        messages.warning(
            request,
            _("Nobody reads the queue yet. Follow your school's own procedure now, and tell an administrator."),
        )


@require_POST
@in_district("voices.read")
def mark_answer(request: Any, answer: UUID) -> HttpResponse:
    """Put an answer in the queue; the reader no longer sees it afterwards."""
    answers = Voices(request.viewer, request.district).answers()
    found = get_object_or_404(answers.select_related("response__survey", "district"), pk=answer)
    services.mark_answer(answer=found, by=request.user)
    text = _("It is in the safety queue now. Only the people named for it read it from here on.")
    if found.response.survey.mode == Survey.Mode.ANONYMOUS:
        text += " " + _(
            "It is anonymous: nobody can be traced or helped through it, so please do not try to find out whose it is."
        )
    messages.success(request, text)
    _nobody_reads(request)
    return redirect("listening:voices", district=request.district.slug)


@require_POST
@in_district("conversations.hold")
def mark_note(request: Any, note: UUID) -> HttpResponse:
    """Put a note of one's own conversation in the queue."""
    notes = Note.objects.visible_to(request.viewer).filter(district=request.district).select_related("district")
    found = get_object_or_404(notes, pk=note)
    services.mark_note(note=found, by=request.user)
    messages.success(request, _("It is in the safety queue now. It stays in your notes and cannot be quoted."))
    _nobody_reads(request)
    return redirect("listening:conversation", district=request.district.slug, conversation=found.conversation_id)


# Who reads it, and its words


@never_cache
@require_GET
@in_district("safety.words")
def set_up(request: Any) -> HttpResponse:
    """Positions, words, how many wait and who looked: everything but what people wrote."""
    return _set_up(request)


def _set_up(
    request: Any, naming: NamePositionForm | None = None, words: WordsForm | None = None, status: int = 200
) -> HttpResponse:
    district = request.district
    names = may(request.viewer, "safety.name", district)
    holders = queries.holders(district)
    context = {
        "holders": [(holder, FillPositionForm(district, prefix=str(holder.named.pk))) for holder in holders] if names else
        [(holder, None) for holder in holders],
        "somebody_reads": any(holder.reads for holder in holders),
        "naming": (naming or NamePositionForm(district)) if names else None,
        "words": queries.words_of(district),
        "words_form": words or WordsForm(),
        "counts": queries.counts(district),
        "log": list(queries.log_of(district)),
        "may_see": may(request.viewer, "safety.see", district),
        "enough": ENOUGH_TO_TELL,
        "may_listen": may(request.viewer, "listening.see", district),
    }  # fmt: skip
    return render(request, "listening/safety/set_up.html", context, status=status)


def _to_set_up(request: Any) -> HttpResponse:
    return redirect("listening:safety_set_up", district=request.district.slug)


@require_POST
@in_district("safety.name")
def name_position(request: Any) -> HttpResponse:
    """Name a position and appoint somebody to it."""
    form = NamePositionForm(request.district, request.POST)
    if not form.is_valid():
        return _set_up(request, naming=form, status=400)
    services.name_position(district=request.district, by=request.user, **form.arguments())
    messages.success(request, _("Named. They read the queue from now on, and get a mail when something waits."))
    return _to_set_up(request)


def _named(request: Any, named: UUID) -> SafetyPosition:
    rows = SafetyPosition.objects.visible_to(request.viewer).filter(district=request.district)
    found: SafetyPosition = get_object_or_404(rows.select_related("position__school"), pk=named)
    return found


@require_POST
@in_district("safety.name")
def fill_position(request: Any, named: UUID) -> HttpResponse:
    """Appoint somebody else to a named position."""
    found = _named(request, named)
    form = FillPositionForm(request.district, request.POST, prefix=str(found.pk))
    if form.is_valid():
        services.fill_position(named=found, account=form.cleaned_data["account"], by=request.user)
        messages.success(request, _("Appointed. Whoever filled it before no longer reads the queue."))
    else:
        messages.error(request, _("Choose somebody. Nothing was changed."))
    return _to_set_up(request)


@require_POST
@in_district("safety.name")
def unname_position(request: Any, named: UUID) -> HttpResponse:
    services.unname_position(named=_named(request, named), by=request.user)
    messages.success(request, _("This position no longer reads the queue. Who looked before stays in the log."))
    return _to_set_up(request)


@require_POST
@in_district("safety.words")
def add_words(request: Any) -> HttpResponse:
    """Try words against the answers, and add those that do not find too much."""
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _set_up(request, words=form, status=400)
    added, refused = services.add_words(district=request.district, words=form.listed(), viewer=request.viewer, by=request.user)
    for each in added:
        if each.answers < FEW:
            text = _("“%(words)s” is on the list. There are too few answers yet to try it on.")
        elif each.found < FEW:
            text = _("“%(words)s” is on the list. It is in fewer than %(few)s of %(answers)s answers.")
        else:
            text = _("“%(words)s” is on the list. It is in %(found)s of %(answers)s answers.")
        numbers = {"words": each.words, "found": f"{each.found:,}", "answers": f"{each.answers:,}", "few": FEW}
        messages.success(request, text % numbers)
    if refused:
        # What was added is on the list; what was not stands in the field again.
        form = WordsForm({"words": "\n".join(refused)})
        for reason in refused.values():
            form.add_error("words", reason)
        return _set_up(request, words=form, status=400)
    if not added:
        messages.info(request, _("Nothing was written, so nothing was added."))
    elif added:
        text = ngettext("%(count)s word added.", "%(count)s words added.", len(added))
        messages.info(
            request, text % {"count": len(added)} + " " + _("Answers that use them are put in the queue within a few minutes.")
        )
    return _to_set_up(request)


@require_POST
@in_district("safety.words")
def remove_word(request: Any, word: UUID) -> HttpResponse:
    words = SafetyWord.objects.visible_to(request.viewer).filter(district=request.district)
    services.remove_word(word=get_object_or_404(words, pk=word), by=request.user)
    messages.success(request, _("Taken off the list. What it found stays in the queue."))
    return _to_set_up(request)
