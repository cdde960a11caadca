"""Coding: saying which answers, and which notes of one's own, speak of which themes. A list, or one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from commonwhy.districts.access import in_district
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.themes import CodingFilterForm, ticked, ticks
from commonwhy.listening.models import Answer, Theme
from commonwhy.listening.queries import themes as queries
from commonwhy.listening.queries.readable import some_wait
from commonwhy.listening.queries.theme_figures import asked
from commonwhy.listening.queries.themes import Words
from commonwhy.listening.queries.voices import Filters, Voices
from commonwhy.listening.services import themes as services
from commonwhy.listening.services.themes import Coded

PAGE = 20
KEPT = (*CodingFilterForm.base_fields, "page")


def back_of(request: Any) -> str:
    """Where in the list somebody came from: the filters and the page, and nothing else."""
    came = QueryDict(request.POST.get("back") or request.GET.get("back") or "")
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if came.get(name):
            kept[name] = came[name][:200]
    return kept.urlencode()


def _form(room: Voices, query: Any, every: Sequence[Theme]) -> CodingFilterForm:
    return CodingFilterForm(query, room.choices(Filters(survey=query.get("survey", ""))), every)


def _fitting(room: Voices, form: CodingFilterForm) -> Any:
    return queries.to_code(room, form.filters(), form.wanted)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.code")
def code(request: Any) -> HttpResponse:
    """A page of answers with boxes for the themes."""
    room = Voices(request.viewer, request.district)
    every = list(queries.themes(request.viewer, request.district))
    address = reverse("listening:code", args=[request.district.slug])
    if request.method == "POST":
        add, remove = ticked(request.POST)
        answers = list(room.answers().filter(pk__in={text for text, _theme in add | remove}))
        say(request, services.code_answers(district=request.district, answers=answers, add=add, remove=remove, by=request.user))
        back = back_of(request)
        return redirect(f"{address}{f'?{back}' if back else ''}")
    form = _form(room, request.GET, every)
    page = Paginator(_fitting(room, form), PAGE).get_page(request.GET.get("page"))
    answers = list(page)
    found, words = queries.codes_of(request.viewer, answers), Words(every)
    sheets = [
        (voice, ticks(pk, every, found.get(pk, ()), words.pointing_to(str(voice.answer.value))))
        for voice in room.voices(answers)
        if (pk := voice.answer.pk)
    ]
    query = request.GET.copy()
    for name in ("page", "lang"):
        query.pop(name, None)
    context = {
        "page": page,
        "sheets": sheets,
        "form": form,
        "themes": every,
        "address": address,
        "query": query.urlencode(),
        "back": request.GET.urlencode(),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "some_wait": some_wait(request.viewer, request.district),
        "may_shape": may(request.viewer, "themes.shape", request.district),
    }
    return render(request, "listening/themes/code.html", context)


@never_cache
@require_GET
@in_district("themes.code")
def code_next(request: Any) -> HttpResponse:
    """The first answer that fits, to go through them one after another."""
    room = Voices(request.viewer, request.district)
    form = _form(room, request.GET, list(queries.themes(request.viewer, request.district)))
    return _to(request, _fitting(room, form).first(), request.GET.urlencode())


def _to(request: Any, answer: Answer | None, back: str) -> HttpResponse:
    if answer is None:
        messages.info(request, _("That was the last one that fits what you look for."))
        return redirect(reverse("listening:code", args=[request.district.slug]) + (f"?{back}" if back else ""))
    query = QueryDict(mutable=True)
    query["back"] = back
    return redirect(f"{reverse('listening:code_answer', args=[request.district.slug, answer.pk])}?{query.urlencode()}")


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.code")
def code_answer(request: Any, answer: UUID) -> HttpResponse:
    """One answer with its themes; saving leads to the next that fits."""
    room = Voices(request.viewer, request.district)
    found: Answer = get_object_or_404(room.answers(), pk=answer)
    if not isinstance(found.value, str):
        raise Http404
    every = list(queries.themes(request.viewer, request.district))
    back = back_of(request)
    fitting = _fitting(room, _form(room, QueryDict(back), every))
    following = fitting.filter(pk__gt=found.pk).first()
    if request.method == "POST":
        add, remove = ticked(request.POST)
        say(request, services.code_answers(district=request.district, answers=[found], add=add, remove=remove, by=request.user))
        return _to(request, following, back)
    voice = room.voices([found])[0]
    # An answer that two people are coding just now without seeing each other is shown, with no boxes below it.
    free = queries.to_code(room, Filters()).filter(pk=found.pk).exists()
    codes = queries.codes_of(request.viewer, [found]).get(found.pk, set())
    context = {
        "voice": voice,
        "asked": asked(found.question),
        "ticks": ticks(found.pk, every, codes, Words(every).pointing_to(found.value)) if free else [],
        "free": free,
        "themes": every,
        "back": back,
        "following": following,
        "left": fitting.filter(pk__gt=found.pk).count(),
        "may_shape": may(request.viewer, "themes.shape", request.district),
    }
    return render(request, "listening/themes/code_one.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("themes.code")
def code_notes(request: Any) -> HttpResponse:
    """The same for what one has noted in conversations."""
    every = list(queries.themes(request.viewer, request.district))
    notes = queries.notes_to_code(request.viewer, request.district)
    if request.method == "POST":
        add, remove = ticked(request.POST)
        mine = list(notes.filter(pk__in={text for text, _theme in add | remove}))
        say(request, services.code_notes(district=request.district, notes=mine, add=add, remove=remove, by=request.user))
        number = request.POST.get("page", "")
        address = reverse("listening:code_notes", args=[request.district.slug])
        return redirect(f"{address}?page={number}" if number.isdecimal() else address)
    page = Paginator(notes, PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    found, words = queries.codes_of_notes(request.viewer, listed), Words(every)
    context = {
        "page": page,
        "sheets": [(note, ticks(note.pk, every, found.get(note.pk, ()), words.pointing_to(note.words))) for note in listed],
        "themes": every,
        "may_shape": may(request.viewer, "themes.shape", request.district),
    }
    return render(request, "listening/themes/code_notes.html", context)


def say(request: Any, coded: Coded) -> None:
    """What a save did."""
    if coded.added or coded.removed:
        messages.success(request, _("Saved: %(added)s added, %(removed)s taken away.") % vars(coded))
    if coded.left_alone:
        text = ngettext(
            "%(count)s answer was left alone: two people are coding it just now without seeing each other.",
            "%(count)s answers were left alone: two people are coding them just now without seeing each other.",
            coded.left_alone,
        )
        messages.warning(request, text % {"count": coded.left_alone})
