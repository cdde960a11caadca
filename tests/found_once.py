"""Groups and meanings of the same planted people are looked for once a run: where the rooms are tested, not the mathematics.

`tests/methods` looks every time; what these rooms do with what was found is done anew in each of their tests.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from typing import Any

import pytest

LONG_WORK = (("commonwhy.methods.opinion.report", "find_groups"), ("commonwhy.methods.gap.report", "find_meanings"))


@cache
def remembered(work: Callable[..., Any]) -> Callable[..., Any]:
    """`work`, which gives the same for the same arguments, done once for each; everybody gets a copy of their own."""
    done: dict[bytes, bytes] = {}

    @wraps(work)
    def once(*arguments: Any, **named: Any) -> Any:
        asked = pickle.dumps((arguments, sorted(named.items())))
        if asked not in done:
            done[asked] = pickle.dumps(work(*arguments, **named))
        return pickle.loads(done[asked])  # noqa: S301  (written here)

    return once


@pytest.fixture(autouse=True)
def found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imported by the conftest of a room, it holds for that room's tests and no others."""
    for place, name in LONG_WORK:
        module = import_module(place)
        monkeypatch.setattr(module, name, remembered(getattr(module, name)))
