"""Reading what people said, and marking the words worth citing."""

from __future__ import annotations

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commonwhy.districts.access import in_district
from commonwhy.districts.models import Group
from commonwhy.districts.permissions import may
from commonwhy.listening.forms.voices import MarkForm, VoiceFilterForm, digest
from commonwhy.listening.models import Answer, Excerpt
from commonwhy.listening.queries.readable import some_wait
from commonwhy.listening.queries.speakers import Speaker
from commonwhy.listening.queries.translations import put_beside, put_beside_excerpts
from commonwhy.listening.queries.voices import NOT_MARKED, Filters, Found, Voices, marked_excerpts, quotable_note
from commonwhy.listening.services import excerpts as services
from commonwhy.listening.services.names import known_names, suggest_names

PAGE = 30
MANY = 25
LOOKED_AT = (100, 400, 1_000)
"""How many answers are looked at for names, in steps, until enough without one are found."""
KEPT = (*VoiceFilterForm.base_fields, "page")


def _back(request: Any) -> str:
    """Where in the list somebody came from: the filters and the page, and nothing else."""
    came = QueryDict(request.POST.get("back") or request.GET.get("back") or "")
    kept = QueryDict(mutable=True)
    for name in KEPT:
        if came.get(name):
            kept[name] = came[name][:200]
    return kept.urlencode()


def _to_voices(request: Any, answer: Answer | None = None) -> HttpResponse:
    address = reverse("listening:voices", args=[request.district.slug])
    back = _back(request)
    return redirect(f"{address}{f'?{back}' if back else ''}{f'#a-{answer.pk}' if answer else ''}")


def _refuse_unknown_answer(found: Any, pk: UUID) -> Answer:
    answer: Answer = get_object_or_404(found.select_related("response__survey__district"), pk=pk)
    if not isinstance(answer.value, str):
        raise Http404
    return answer


@never_cache
@require_GET
@in_district("voices.read")
def voices(request: Any) -> HttpResponse:
    """Every written answer the viewer may read, with filters."""
    room = Voices(request.viewer, request.district)
    form = VoiceFilterForm(request.GET, room.choices(Filters(survey=request.GET.get("survey", ""))))
    listed = room.listed(form.filters())
    page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    answers = list(page)
    put_beside(request.viewer, answers)
    known = known_names(request.district)
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("lang", None)
    context = {
        "page": page,
        "too_many": isinstance(listed, Found) and listed.more,
        "voices": [(voice, bool(suggest_names(str(voice.answer.value), known))) for voice in room.voices(answers)],
        "form": form,
        "query": query.urlencode(),
        "back": request.GET.urlencode(),
        "some_wait": some_wait(request.viewer, request.district),
        "heard": bool(room.speakers.named) or page.paginator.count > 0,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "may_mark": may(request.viewer, "voices.mark", request.district),
        "may_import": may(request.viewer, "answers.import", request.district),
    }
    return render(request, "listening/voices/list.html", context)


@require_POST
@in_district("voices.mark")
def mark_whole(request: Any, answer: UUID) -> HttpResponse:
    """Mark a whole answer with one press; where something in it may be a name, the page that shows it comes first."""
    found = _refuse_unknown_answer(Voices(request.viewer, request.district).answers(), answer)
    start, end = services.whole(found.value)
    if suggest_names(found.value, known_names(request.district)) or end - start > services.LONGEST_EXCERPT:
        return redirect(_address_of("listening:mark_answer", request, found.pk))
    try:
        services.mark_answer(answer=found, start=start, end=end, names=(), by=request.user)
    except services.ExcerptRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Marked. It can be cited now."))
    return _to_voices(request, found)


def _address_of(name: str, request: Any, pk: UUID) -> str:
    back = QueryDict(mutable=True)
    back["back"] = _back(request)
    return f"{reverse(name, args=[request.district.slug, pk])}?{back.urlencode()}"


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("voices.mark")
def mark_answer(request: Any, answer: UUID) -> HttpResponse:
    """Choose words of an answer and the names to take out of them."""
    room = Voices(request.viewer, request.district)
    found = _refuse_unknown_answer(room.answers(), answer)

    def save(start: int, end: int, names: list[str]) -> HttpResponse:
        services.mark_answer(answer=found, start=start, end=end, names=names, by=request.user)
        return _to_voices(request, found)

    context = {"speaker": room.speaker(found), "language": found.response.language, "marks": room.voices([found])[0].excerpts}
    return _choose_words(request, found.value, save, context | {"question": found.question})


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("voices.mark")
def mark_note(request: Any, note: UUID) -> HttpResponse:
    """The same for words noted in a conversation of one's own."""
    found = quotable_note(request.viewer, request.district, note)
    if found is None:
        raise Http404
    conversation = reverse("listening:conversation", args=[request.district.slug, found.conversation_id])
    if not found.may_quote:
        messages.error(request, _("They did not say that we may quote them. Ask them first; the note is kept."))
        return redirect(conversation)

    def save(start: int, end: int, names: list[str]) -> HttpResponse:
        services.mark_note(note=found, start=start, end=end, names=names, by=request.user)
        return redirect(conversation)

    marks = list(Excerpt.objects.visible_to(request.viewer).filter(note=found))
    context = {
        "speaker": Speaker(found.group, None),
        "language": found.language,
        "marks": marks,
        "conversation": found.conversation,
    }
    return _choose_words(request, found.words, save, context)


def _choose_words(request: Any, words: str, save: Any, context: dict[str, Any]) -> HttpResponse:
    """The page that shows what others will see. It marks only what it has shown: after a change it shows again."""
    suggestions = suggest_names(words, known_names(request.district))
    form = MarkForm(words, suggestions, request.POST if request.method == "POST" else None)
    refusal = ""
    shown = ""
    if not form.is_bound or form.is_valid():
        start, end = form.span()
        shown = form.shown()
        try:
            services.piece_of(words, start, end)
            if form.is_bound and "mark" in request.POST and form.cleaned_data["seen"] == digest(shown):
                response: HttpResponse = save(start, end, form.names())
                messages.success(request, _("Marked. It can be cited now."))
                return response
        except services.ExcerptRefused as problem:
            shown = ""
            refusal = str(problem) if form.is_bound else ""
    changed = bool(form.is_bound and shown and "mark" in request.POST)
    context |= {
        "form": form,
        "words": words,
        "shown": shown,
        "seen": digest(shown),
        "refusal": refusal,
        "changed": changed,
        "unsure": any(not suggestion.sure for suggestion in suggestions),
        "back": _back(request),
    }
    return render(request, "listening/voices/mark.html", context, status=400 if refusal or form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("voices.mark")
def mark_many(request: Any) -> HttpResponse:
    """Answers in which nothing looks like a name, to be marked several at once."""
    room = Voices(request.viewer, request.district)
    if request.method == "POST":
        return _marked_many(request, room)
    form = VoiceFilterForm(request.GET, room.choices(Filters(survey=request.GET.get("survey", ""))))
    filters = Filters(**{**vars(form.filters()), "marked": NOT_MARKED})
    waiting = room.answers(filters)
    count = waiting.count()
    after = _uuid(request.GET.get("after", ""))
    found, last, looked_at = _without_names(waiting, after, request.district)
    query = QueryDict(_back(request) or request.GET.urlencode(), mutable=True)
    for name in ("after", "page", "lang", "marked"):
        query.pop(name, None)
    context = {
        "voices": room.voices(found),
        "count": count,
        "form": form,
        "next": last if last and (len(found) == MANY or looked_at == sum(LOOKED_AT)) else None,
        "query": query.urlencode(),
    }
    return render(request, "listening/voices/many.html", context)


def _without_names(waiting: Any, after: UUID | None, district: Any) -> tuple[list[Answer], UUID | None, int]:
    """The next answers in which nothing looks like a name, the last one that was looked at, and how many were."""
    found: list[Answer] = []
    last, looked_at = after, 0
    for step in LOOKED_AT:
        batch = list(waiting.filter(pk__gt=last)[:step] if last else waiting[:step])
        found += services.without_names(batch, district, MANY - len(found))
        looked_at += len(batch)
        if len(found) == MANY:
            return found, found[-1].pk, looked_at
        if len(batch) < step:
            return found, batch[-1].pk if batch else last, looked_at
        last = batch[-1].pk
    return found, last, looked_at


def _marked_many(request: Any, room: Voices) -> HttpResponse:
    wanted = [pk for value in request.POST.getlist("answer")[:200] if (pk := _uuid(value))]
    answers = list(room.answers().filter(pk__in=wanted).select_related("response__survey__district"))
    marked, left = services.mark_unnamed(answers=answers, district=request.district, by=request.user)
    if marked:
        text = ngettext("%(count)s answer marked.", "%(count)s answers marked.", len(marked))
        messages.success(request, text % {"count": len(marked)})
    else:
        messages.info(request, _("Nothing was chosen, so nothing was marked."))
    if left:
        text = ngettext(
            "%(count)s answer may hold a name by now: open it to look.",
            "%(count)s answers may hold names by now: open them to look.",
            left,
        )
        messages.warning(request, text % {"count": left})
    back = _back(request)
    return redirect(reverse("listening:mark_many", args=[request.district.slug]) + (f"?{back}" if back else ""))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@never_cache
@require_GET
@in_district("voices.mark")
def marked(request: Any) -> HttpResponse:
    """What was marked, as others see it."""
    kind = request.GET.get("who", "")
    kind = kind if kind in Group.Kind.values else ""
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    found = marked_excerpts(request.viewer, request.district, kind, words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    put_beside_excerpts(request.viewer, request.district, page.object_list)
    context = {
        "page": page,
        "kind": kind,
        "words": words,
        "kinds": Group.Kind.choices,
    }
    return render(request, "listening/voices/marked.html", context)


@require_POST
@in_district("voices.mark")
def take_back(request: Any, excerpt: UUID) -> HttpResponse:
    """Take a mark away; the answer stays."""
    found = get_object_or_404(Excerpt.objects.visible_to(request.viewer).filter(district=request.district), pk=excerpt)
    try:
        services.take_back(excerpt=found, by=request.user)
    except services.ExcerptRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The answer itself is kept."))
    return redirect("listening:marked", district=request.district.slug)
