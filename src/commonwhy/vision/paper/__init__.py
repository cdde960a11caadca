"""The vision on paper, and as the card others show when they link to it: made once, kept, and made again when it is gone.

What is made depends on nothing but its template and its content, so it is kept under their digest: a version that was
adopted never changes, and where a name or the district's colour did, the next reader gets a new one. Nothing here is a
record; a file that is lost is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from commonwhy.core import typesetting
from commonwhy.districts.models import District
from commonwhy.vision.queries.figures import Agreement
from commonwhy.vision.queries.public import PublicClause, PublicVision, Said, in_turn
from commonwhy.vision.queries.sources import CitedStatement, CitedTradeOff
from commonwhy.vision.queries.timeline import Moment
from commonwhy.vision.wording import speaker

VOICES_ON_PAPER = 4
"""Of each sentence; all of them are on the page whose address the paper gives."""


def pdf(vision: PublicVision, timeline: list[Moment], language: str, address: str) -> bytes:
    """The vision as a PDF that can be read aloud, in one language; from the shelf where it lies there."""
    content = _content(vision, timeline, language, address)
    return _kept("vision.typ", content, "pdf", lambda template: typesetting.pdf(template, content))


def card(district: District, why: Said, language: str) -> bytes:
    """The why as a picture of 1200 by 630 pixels (PNG)."""
    content = {
        "why": why.words,
        "language": why.lang or language,
        "district": district.name,
        "title": _("Our shared vision"),
        "accent": district.accent,
    }
    return _kept("card.typ", content, "png", lambda template: typesetting.picture(template, content))


def _kept(name: str, content: dict[str, Any], ending: str, make: Callable[[bytes], bytes]) -> bytes:
    template = (files(__package__) / name).read_bytes()
    digest = hashlib.sha256(template + json.dumps(content, sort_keys=True).encode()).hexdigest()[:40]
    path = _shelf() / f"{digest}.{ending}"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        made = make(template)
    # Written aside and moved into place, so that nobody reads half a file.
    aside = path.with_name(f"{secrets.token_hex(8)}.part")
    aside.write_bytes(made)
    os.replace(aside, path)
    return made


def _shelf() -> Path:
    folder = Path(settings.VAR) / "papers"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _text(one: Said) -> dict[str, str]:
    return {"words": one.words, "lang": one.lang}


def _content(vision: PublicVision, timeline: list[Moment], language: str, address: str) -> dict[str, Any]:
    version = vision.version
    district = version.district
    adopted = _("adopted %(date)s") % {"date": date_format(version.adopted_on, "DATE_FORMAT")} if version.adopted_on else ""
    years = (
        _("for %(begins)s to %(ends)s") % {"begins": version.begins_year, "ends": version.ends_year}
        if version.begins_year and version.ends_year
        else ""
    )
    return {
        "language": language,
        "accent": district.accent,
        "title": f"{_('Our shared vision')} · {district.name}",
        "about": ", ".join(part for part in (district.name, adopted, years) if part),
        "why": _text(vision.why),
        "heard": vision.heard,
        "why_more": _text(vision.why_more),
        "mission": {"label": _("It serves the district's mission:"), **_text(vision.mission)},
        "clauses": [
            {
                "text": _text(clause.text),
                "note": {"label": _("Why it is here."), **_text(clause.note)},
                "see": {"label": _("What you would see."), "lines": [_text(line) for line in clause.look_fors]},
                "voices": [
                    {"words": voice.words, "lang": voice.language, "whose": speaker(voice)}
                    for voice in in_turn(clause.voices)[:VOICES_ON_PAPER]
                ],
                "statements": [_statement(one) for one in clause.first_statements if one.statement],
                "trade_offs": [_trade_off(one) for one in clause.first_trade_offs],
                "leanings": _leanings(clause),
                "untraced": ""
                if clause.is_traced
                else _("Not yet traced: nothing that people said is cited behind this sentence."),
            }
            for clause in vision.clauses
        ],
        "lists": [
            {"heading": heading, "lines": [_text(line) for line in lines]}
            for heading, lines in (
                (_("What we believe"), vision.beliefs),
                (_("What %(term)s is") % {"term": vision.term.words}, vision.is_lines),
                (_("What %(term)s is not") % {"term": vision.term.words}, vision.is_not_lines),
            )
            if lines
        ],
        "glossary": {
            "heading": _("Words we use"),
            "entries": [{"term": _text(term), "means": _text(means)} for term, means in vision.glossary],
        },
        "stands": {
            "heading": _("Where each group stood"),
            "entries": [
                {
                    "who": ", ".join(part for part in (one.group, one.school) if part),
                    "label": one.label,
                    "because": _text(one.because),
                }
                for one in vision.stands
            ],
        },
        "way": {"heading": _("How it came about"), "entries": [{"when": _when(each), "words": each.words} for each in timeline]},
        "minutes": {"heading": _("What the minutes say"), **_text(vision.minutes)},
        "exception": {"heading": _("Adopted with an exception."), **_text(vision.exception_reason)},
        "address": {"label": _("With every voice, and in other languages:"), "url": address},
    }


def _statement(one: CitedStatement) -> dict[str, Any]:
    """A statement with who agreed with it, as far as it was released."""
    told = [_agreed(group) for group in one.groups]
    if one.everyone and one.everyone.share:
        told.insert(0, _agreed(one.everyone, name=_("Together")))
    return {"text": _text(one.words), "whose": _("A statement people reacted to"), "agreed": told}


def _agreed(told: Agreement, *, name: str = "") -> str:
    if not told.share:
        return _("%(group)s: not shown, small numbers") % {"group": told.name}
    words = _("%(group)s: %(share)s agreed (n = %(n)s)") if told.exact else _("%(group)s: %(share)s agreed (n = %(n)s or more)")
    return words % {"group": name or told.name, "share": told.share, "n": told.n}


def _trade_off(one: CitedTradeOff) -> dict[str, Any]:
    return {
        "label": _("A trade-off that was settled:"),
        "title": _text(one.title),
        "settlement": _text(one.settlement),
        "dissent": [
            {"because": _text(because), "whose": _("%(group)s, who dissent") % {"group": group}} for group, because in one.dissent
        ],
    }


def _leanings(clause: PublicClause) -> str:
    """The standards a sentence leans on in one line; their names are published in English."""
    if not clause.leanings:
        return ""
    listed = ", ".join(f"{one.code} {one.name}".strip() for one in clause.leanings)
    return _("Leans on: %(standards)s") % {"standards": listed}


def _when(moment: Moment) -> str:
    first = date_format(moment.day, "DATE_FORMAT")
    return (
        _("%(first)s to %(last)s") % {"first": first, "last": date_format(moment.until, "DATE_FORMAT")} if moment.until else first
    )
