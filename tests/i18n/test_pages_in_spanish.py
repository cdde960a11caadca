"""Every page in Spanish: nothing of the interface stays in English, and the page says which language it speaks.

Each page is opened twice, in English and in Spanish. Whatever stands word for word in both was forgotten (not marked for
translation, or not translated), unless it is data: people's words, names and titles are in the database as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from zoneinfo import available_timezones

import pytest
from compile_messages import catalogues, read_catalogue
from django.apps import apps
from django.db import models
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from tests.cast import Cast
from tests.permissions.world import World, make_world

from commonwhy.frameworks import all_sets

pytestmark = pytest.mark.any_database

SILENT = {"script", "style", "template"}
EMPTY = {"meta", "link", "input", "img", "br", "hr", "wbr", "source", "area", "base", "col", "embed", "track"}
SAID_IN_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder", "data-saved", "data-unsaved")
STANDARDS = {f"{item.code} {item.name}" for one in all_sets() for item in one.items}
SAME_IN_BOTH = {"CommonWhy", "CSV", "SVG", "n", "p", "W", "F", "2FA"} | STANDARDS
"""Names of things, which are what they are in any language."""
ZONES = available_timezones()
LOOKED_AT = {
    "site:home",
    "site:district",
    "listening:three_teachers",
    "listening:respond_code",
    "listening:respond",
    "listening:respond_question",
    "listening:respond_open",
    "listening:surveys",
    "listening:survey",
    "listening:invitations",
    "listening:coverage",
    "listening:voices",
    "listening:import_file",
    "vision:public",
    "vision:public_sentence",
    "vision:workshop",
    "vision:clause",
    "districts:manage",
    "account_login",
}
"""Pages without which the walk would prove nothing; it takes all others that it can open as well."""
TRANSLATIONS = {
    key: said for path in catalogues() for key, said in read_catalogue(path.read_text(encoding="utf-8")).items() if key
}


class Reader(HTMLParser):
    """What a page says: its texts, but for those marked as being in another language than the page's."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.language = ""
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "html":
            self.language = known.get("lang") or ""
        hushed = (bool(self._open) and self._open[-1][1]) or tag in SILENT
        hushed = hushed or known.get("lang", self.language) != self.language
        if not hushed:
            self.said |= {" ".join((known[name] or "").split()) for name in SAID_IN_ATTRIBUTES if name in known}
        if tag not in EMPTY:
            self._open.append((tag, hushed))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self.said.add(" ".join(data.split()))


@dataclass
class Pages:
    """The pages of one world that can be looked at, each in two languages."""

    english: dict[str, Reader] = field(default_factory=dict)
    spanish: dict[str, Reader] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)


def addresses(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The names of all addresses, each with the arguments it takes."""
    found: dict[str, set[str]] = {}
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            found[":".join((*spaces, one.name or ""))] = set(one.pattern.converters)
        else:
            found |= addresses(one, (*spaces, one.namespace) if one.namespace else spaces)
    return found


def opened(world: World) -> Pages:
    """Every page there is in `world`, by whoever may open it: nobody in particular, the superintendent, the coach."""
    pages = Pages()
    for name, wanted in addresses(get_resolver()).items():
        if not wanted <= set(world.arguments):
            continue
        own = world.instead.get(name, {})
        try:
            address = reverse(name, kwargs={argument: own.get(argument, world.arguments[argument]) for argument in wanted})
        except NoReverseMatch:
            # An address with parts of its own, like the key of a mail.
            continue
        for who in (None, "superintendent", "coach"):
            spanish = world.cast.client(who).get(address, {"lang": "es"})
            if spanish.status_code == 200 and spanish.headers["Content-Type"].startswith("text/html"):
                english = world.cast.client(who).get(address, {"lang": "en"})
                pages.english[name], pages.spanish[name] = read(english), read(spanish)
                pages.headers[name] = spanish.headers
                break
    return pages


def read(response: Any) -> Reader:
    reader = Reader()
    reader.feed(response.content.decode())
    reader.close()
    return reader


def kept_words() -> set[str]:
    """Every text in the database: people's words, names and titles."""
    found: set[str] = set()
    for model in apps.get_models():
        for each in model._meta.concrete_fields:
            if isinstance(each, models.CharField | models.TextField | models.JSONField):
                for value in model._base_manager.values_list(each.name, flat=True):
                    found |= {bare(text) for text in texts_in(value)}
    return found


def texts_in(value: Any) -> list[str]:
    """The texts in a value of a field, wherever they stand in it."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_in(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    return value.splitlines() if isinstance(value, str) else []


def is_data(text: str, kept: set[str]) -> bool:
    """Whether a text is made of nothing but what the database holds, figures, addresses and names of things."""
    return bare(text) in kept or all(_is_known(bare(part), kept) for part in re.split(r"·|, |: ", text))


def _is_known(part: str, kept: set[str]) -> bool:
    figures_alone = not re.search(r"[^\W\d_]", part) or re.fullmatch(r"n = [\d.,]+", part)
    # An option that people wrote stands behind its letter.
    part = re.sub(r"^[A-Z]\. ", "", part)
    return part in kept or part in SAME_IN_BOTH or part in ZONES or "@" in part or "/" in part or bool(figures_alone)


def bare(text: str) -> str:
    """A text without the marks around it."""
    return text.strip(" .,:;()«»“”'\"")


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)


def test_every_page_speaks_spanish(world: World) -> None:
    """One walk through all pages, because opening them is what takes time."""
    pages, kept = opened(world), kept_words()
    assert pages.spanish.keys() >= LOOKED_AT
    assert left_in_english(pages, kept) == {}
    assert english_phrases(pages, kept) == {}
    assert {name for name, page in pages.spanish.items() if page.language != "es"} == set()
    assert {name for name, page in pages.english.items() if page.language != "en"} == set()
    assert {name for name, headers in pages.headers.items() if headers["Content-Language"] != "es"} == set()


def left_in_english(pages: Pages, kept: set[str]) -> dict[str, list[str]]:
    """For each page the texts that stand in it word for word in both languages."""
    alike = {key.rpartition("\4")[2] for key, said in TRANSLATIONS.items() if said in key}
    both = {name: spanish.said & pages.english[name].said - alike for name, spanish in pages.spanish.items()}
    left = {name: sorted(text for text in texts if not is_data(text, kept)) for name, texts in both.items()}
    return {name: texts for name, texts in left.items() if texts}


def english_phrases(pages: Pages, kept: set[str]) -> dict[str, list[str]]:
    """For each page the English phrases of the catalogue that are read in it, also as a part of what stands there."""
    phrases = {
        source
        for key, said in TRANSLATIONS.items()
        for source in key.rpartition("\4")[2].split("\0")
        if len(source.split()) > 3 and "%" not in source and source not in said
    }
    assert len(phrases) > 500
    data = " ".join(kept)
    found = {
        name: sorted(phrase for phrase in phrases if phrase not in data and any(phrase in text for text in spanish.said))
        for name, spanish in pages.spanish.items()
    }
    return {name: texts for name, texts in found.items() if texts}


def test_a_forgotten_sentence_would_be_noticed() -> None:
    english, spanish = Reader(), Reader()
    english.feed('<html lang="en"><p>Forgotten.</p><p>Kept <b>word</b></p><p lang="es">Hola</p></html>')
    spanish.feed('<html lang="es"><p>Forgotten.</p><p>Kept <b>word</b></p><p lang="en">Hello</p></html>')
    assert spanish.said & english.said - {""} == {"Forgotten.", "Kept", "word"}
    assert not is_data("Forgotten.", {"Kept"})
    assert is_data("Kept · Alder Creek", {"Kept", "Alder Creek"})
