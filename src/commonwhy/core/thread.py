"""The thread: from a record to what it came from, and to what came of it.

A room registers, for its own models, what a record came from; and for models of rooms above it, what came of them in
this room. `site` walks both ways. A step never carries more than the viewer may see: each function is given the viewer
and starts its own reads from `visible_to`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model


@dataclass(frozen=True)
class ThreadStep:
    """One end of a thread: what kind of thing it is, its words, and where it can be read (None: not on a page)."""

    kind: str
    text: str
    url: str | None = None
    model: str = ""
    pk: str = ""
    language: str = ""
    """The language of `text`, where it is known and may not be the page's."""


Walk = Callable[[Any, Any], Iterable[ThreadStep]]
Find = Callable[[Any, Any, UUID], "Model | None"]

_sources: dict[str, list[Walk]] = defaultdict(list)
_outcomes: dict[str, list[Walk]] = defaultdict(list)
_tellers: dict[str, Callable[[Any, Any], ThreadStep]] = {}
_finders: dict[str, Find] = {}


def register_step(model_label: str, tell: Callable[[Any, Any], ThreadStep], *, find: Find | None = None) -> None:
    """How a `model_label` is told when it is itself in the middle: `tell(record, viewer)`.

    `find(viewer, district, pk)`: for records that are read by fewer than `visible_to` says; None where they are not found.
    """
    _tellers[model_label] = tell
    if find is not None:
        _finders[model_label] = find


def finder_of(model_label: str) -> Find | None:
    """How a record of this model is found, where it has a way of its own."""
    return _finders.get(model_label)


def register_sources(model_label: str, walk: Walk) -> None:
    """What a `model_label` ("vision.Clause") came from; `walk(record, viewer)` yields steps."""
    _sources[model_label].append(walk)


def register_outcomes(model_label: str, walk: Walk) -> None:
    """What came of a `model_label`, told by the room where it came of it."""
    _outcomes[model_label].append(walk)


def has_thread(model_label: str) -> bool:
    """Whether records of this model have a page of the thread."""
    return model_label in _tellers


def step_of(record: Model, viewer: Any) -> ThreadStep:
    """The record itself as a step."""
    return _tellers[record._meta.label](record, viewer)


def sources_of(record: Model, viewer: Any) -> list[ThreadStep]:
    """The steps a record came from, in the order the rooms registered them."""
    return [step for walk in _sources.get(record._meta.label, ()) for step in walk(record, viewer)]


def outcomes_of(record: Model, viewer: Any) -> list[ThreadStep]:
    """The steps that came of a record."""
    return [step for walk in _outcomes.get(record._meta.label, ()) for step in walk(record, viewer)]
