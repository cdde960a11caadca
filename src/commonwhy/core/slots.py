"""Registries through which lower rooms serve upper ones without being imported by them.

A room fills slots in its `apps.ready()`; whoever owns the page reads them. An item registered twice under one name is a
mistake, so it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest

from commonwhy.core.wanted import Wanted

T = TypeVar("T")


class Slot(Generic[T]):
    """A named, ordered set of things that rooms offer to a page."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, tuple[int, T]] = {}

    def register(self, key: str, item: T, *, order: int = 100) -> T:
        if key in self._items:
            raise ValueError(f"slot {self.name!r} already has {key!r}")
        self._items[key] = (order, item)
        return item

    def __iter__(self) -> Iterator[T]:
        return (item for _, item in sorted(self._items.values(), key=lambda pair: pair[0]))

    def __len__(self) -> int:
        return len(self._items)


@dataclass(frozen=True)
class NavigationItem:
    """One verb of the loop. `url` gives the address for a request's district; `shown` says whether it is offered."""

    verb: str
    label: Any
    hint: Any
    url: Callable[[Any], str]
    sections: tuple[str, ...]
    """URL namespaces that belong to the verb, for marking the current one."""


@dataclass(frozen=True)
class HomeCard:
    """A card on the home page: `template` rendered with what `context(request, district)` returns; None hides it."""

    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class SearchHit:
    """One thing found: its words, who said it or what it is, where it can be read, and its language where that is known."""

    text: str
    url: str
    about: Any = ""
    language: str = ""


@dataclass(frozen=True)
class SearchFound:
    """What a room found of one kind: how many in all, the first of them, and where the others are (empty: nowhere).

    `at_least`: there are more than `count`, which nobody counted.
    """

    label: Any
    count: int
    hits: Sequence[SearchHit]
    more: str = ""
    at_least: bool = False


navigation: Slot[NavigationItem] = Slot("navigation")


@dataclass(frozen=True)
class Tool:
    """A page beside the loop, such as the district's settings: offered where `shown(request, district)` says so."""

    label: Any
    url: Callable[[Any], str]
    shown: Callable[[HttpRequest, Any], bool]


tools: Slot[Tool] = Slot("tools")
home_cards: Slot[HomeCard] = Slot("home cards")
job_guards: Slot[Callable[[HttpRequest, UUID, str], bool]] = Slot("job guards")
"""Functions from (request, id of a district, capability) to whether whoever asks holds it there now; "" is any seat."""
addresses: Slot[tuple[str, Callable[[Any], str]]] = Slot("addresses")
"""Addresses the page frame needs from lower rooms, by name: (name, function from the district to an address)."""
why_lines: Slot[Callable[[Any], tuple[str, str] | None]] = Slot("why line")
"""Functions from a district to (the why in one line, address of the page it stands on), or None."""
search_sources: Slot[Callable[[Any, Any, Wanted], SearchFound | None]] = Slot("search")
"""Functions from (viewer, district, what is wanted) to what was found; None where the viewer may not look."""
export_tables: Slot[Callable[[Any], Iterator[Any]]] = Slot("export tables")
survey_links: Slot[Callable[[Any, Any], tuple[Any, str] | None]] = Slot("survey links")
"""Functions from (viewer, survey) to (label, address) of what lower rooms made of a survey, or None."""
survey_places: Slot[Callable[[Any, Any], dict[UUID, tuple[Any, str]]]] = Slot("survey places")
"""Functions from (viewer, surveys) to {key of a survey: (what it is, its address)}, for those a lower room holds something on."""
survey_stops: Slot[Callable[[Any], Sequence[str]]] = Slot("survey stops")
"""Functions from a survey to what keeps it from opening, in sentences, for those that a lower room has something held on."""
divided_links: Slot[Callable[[Any, Any], tuple[Any, str] | None]] = Slot("divided links")
"""Functions from (viewer, discussion) to (label, address) of where a lower room takes up what divides people, or None."""
survey_closed: Slot[Callable[[Any, Any], None]] = Slot("survey closed")
"""Functions of (survey, the account that closed it) that start what follows; called once it is closed, after the commit."""
respondent_places: Slot[Callable[[Any, str], str | None]] = Slot("respondent places")
"""Functions from (survey, a token as it was sent) to the address where that survey is taken part in, where that is not by
its questions one after another; None for every other survey."""
responses_forgotten: Slot[Callable[[Any, frozenset[str] | None], None]] = Slot("responses forgotten")
"""Functions of (survey, keys of links whose holders take no part; None: all of the survey's) that delete, or part from their
author, what these wrote elsewhere than in a response. Called in the transaction that deletes the responses."""
words_withdrawn: Slot[Callable[[Any, frozenset[str] | None], None]] = Slot("words withdrawn")
"""Functions of (survey, whole answers; None: all of the survey's) that take these words off whatever quotes them."""


def address_of(name: str, about: Any = None) -> str:
    """An address that a lower room gave, by its name: `address_of("thread", excerpt)`."""
    return next(make(about) for known, make in addresses if known == name)


invitation_accepted: Slot[Callable[[Any, Any], None]] = Slot("invitation accepted")
"""Functions of (invitation, the account that accepted it), called in the transaction of the acceptance."""
