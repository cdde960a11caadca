"""Shared ground: what people react to, who agrees with whom, and what everyone could live with.

`measure_landscape` takes sparse votes (`gather`) and gives a `Landscape`: opinion groups if there are any, what can be said
of each statement, and how well the groups foretell votes. `routing` weighs which statement is worth showing next, and
`routing_draw` draws it on a web request. What is exported here is loaded when it is first asked for, so that drawing a
statement loads no numerical library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import measure_landscape
    from .result import (
        Agreement,
        Candidate,
        Counts,
        Flag,
        FlagKind,
        Landscape,
        Mode,
        OpinionGroup,
        Outcome,
        People,
        Prediction,
        Representative,
        StatementFigures,
    )
    from .routing import polis_priority, weights
    from .routing_draw import RoutingWeights, draw
    from .votes import Votes, gather

__all__ = [
    "Agreement",
    "Candidate",
    "Counts",
    "Flag",
    "FlagKind",
    "Landscape",
    "Mode",
    "OpinionGroup",
    "Outcome",
    "People",
    "Prediction",
    "Representative",
    "RoutingWeights",
    "StatementFigures",
    "Votes",
    "draw",
    "gather",
    "measure_landscape",
    "polis_priority",
    "weights",
]

_HOMES = {
    "measure_landscape": "report",
    "polis_priority": "routing",
    "weights": "routing",
    "RoutingWeights": "routing_draw",
    "draw": "routing_draw",
    "Votes": "votes",
    "gather": "votes",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES.get(name, 'result')}", __name__), name)
