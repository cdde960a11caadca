"""What anyone may read: the why, the vision, and the voices behind each sentence.

These pages know nobody: they read as the public whoever asks, use no session and no cookie, and are the same for
everybody who wants the same language, so that any cache between here and a phone may keep them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from commonwhy.core.middleware import CHOICE
from commonwhy.districts.models import District
from commonwhy.districts.public import for_everybody, kept_language
from commonwhy.districts.viewers import PUBLIC
from commonwhy.vision import paper
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.queries import public as queries
from commonwhy.vision.queries import timeline as story
from commonwhy.vision.queries import trade_offs

LOCALES = {"en": "en_US", "es": "es_US"}
EVERY_SECONDS = 20
SHORTEST_TURN, LONGEST_TURN = 5, 600
SIZES = ((60, "huge"), (120, "larger"), (220, "large"))
"""Up to how many characters a why fits a screen in which size of letters."""


def _context(request: HttpRequest, district: District) -> dict[str, Any]:
    """What every public page needs."""
    return {"district": district, "keep": kept_language(request)}


@for_everybody
def vision(request: HttpRequest, district: District, number: int | None = None) -> HttpResponse:
    """The vision in force, or an earlier version by its number."""
    context = _context(request, district)
    language = _now()
    shown = queries.public_vision(PUBLIC, district, language, number)
    if shown is None:
        if number is not None:
            raise Http404
        return render(request, "vision/public/none.html", context, status=404)
    version, adopted = shown.version, VisionVersion.State.ADOPTED
    others = list(queries.published(PUBLIC, district))
    context |= {
        "vision": shown,
        "version": version,
        "timeline": story.timeline(PUBLIC, shown, others),
        "reply": story.latest_reply(PUBLIC, district, language),
        "before": queries.number_before(others, version),
        "negotiated": trade_offs.settled(PUBLIC, district),
        "in_force": next((one.number for one in others if one.state == adopted), None),
        "home": settings.BASE_URL,
        "shared": request.path,
        "locale": LOCALES.get(language, language),
        "other_locales": [LOCALES.get(code, code) for code, _name in settings.LANGUAGES if code != language],
    }
    return render(request, "vision/public/vision.html", context)


@for_everybody
def versions(request: HttpRequest, district: District) -> HttpResponse:
    """Every version that was adopted, the latest first."""
    listed = list(queries.published(PUBLIC, district))
    if not listed:
        return render(request, "vision/public/none.html", _context(request, district), status=404)
    shown = [(version, queries.said(version.why, _now())) for version in listed]
    return render(request, "vision/public/versions.html", {**_context(request, district), "versions": shown})


@for_everybody
def line(request: HttpRequest, district: District) -> HttpResponse:
    """Our why in one line, as large as a screen. `?every=20` has a screen nobody touches go on to the next language.

    Without it nothing changes by itself, so that whoever needs time to read has it (WCAG 2.2.1).
    """
    version = queries.version_to_read(PUBLIC, district)
    if version is None:
        return render(request, "vision/public/none.html", _context(request, district), status=404)
    now, names = _now(), dict(settings.LANGUAGES)
    written = [code for code in names if version.why.get(code)]
    asked = request.GET.get("every", "")
    seconds = int(asked) if asked.isdecimal() and len(asked) < 5 else 0
    every = min(max(seconds, SHORTEST_TURN), LONGEST_TURN) if seconds and len(written) > 1 else 0
    following = written[(written.index(now) + 1) % len(written)] if now in written else next(iter(written), now)
    why = queries.said(version.why, now)
    context = {
        "why": why,
        "size": next((size for most, size in SIZES if len(why.words) <= most), "plain"),
        "every": every,
        "next": f"{request.path}?{CHOICE}={following}&every={every}",
        "still": f"{request.path}?{CHOICE}={now}",
        "turning": f"{request.path}?{CHOICE}={now}&every={EVERY_SECONDS}" if len(written) > 1 else "",
        "seconds": EVERY_SECONDS,
        "others": [
            (code, translation.get_language_info(code)["name_local"].capitalize(), f"{request.path}?{CHOICE}={code}")
            for code in written
            if code != now
        ],
    }
    return render(request, "vision/public/line.html", {**_context(request, district), **context})


@for_everybody
def pdf(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """A version as a PDF that can be read on paper or aloud, in the reader's language."""
    language = _now()
    shown = queries.public_vision(PUBLIC, district, language, number)
    if shown is None:
        raise Http404
    address = f"{settings.BASE_URL}{reverse('vision:public_version', args=[district.slug, number])}"
    made = paper.pdf(shown, story.timeline(PUBLIC, shown, queries.published(PUBLIC, district)), language, address)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{district.slug}-vision-{number}-{language}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@for_everybody
def card(request: HttpRequest, district: District, number: int) -> HttpResponse:
    """The why as a picture, which others show when they link to the page."""
    version = queries.version_to_read(PUBLIC, district, number)
    if version is None:
        raise Http404
    language = _now()
    response = HttpResponse(paper.card(district, queries.said(version.why, language), language), content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _now() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


@for_everybody
def sentence(request: HttpRequest, district: District, number: int, position: int) -> HttpResponse:
    """One sentence with every voice behind it."""
    page = request.GET.get("page", "")
    wanted = int(page) if page.isdecimal() and len(page) < 6 else 1
    shown = queries.public_clause(PUBLIC, district, translation.get_language() or "en", number, position, wanted)
    if shown is None:
        raise Http404
    return render(request, "vision/public/sentence.html", {**_context(request, district), "shown": shown})
