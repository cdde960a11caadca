"""Where one can go on from a priority that was chosen: rooms below say what can be made of it, and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from commonwhy.core.slots import Slot
from commonwhy.deliberation.models import PriorityOption
from commonwhy.districts.viewers import Viewer


@dataclass(frozen=True)
class Onward:
    """One thing to make of it, and the page on which it begins."""

    label: Any
    url: str


onward: Slot[Callable[[Viewer, PriorityOption], Sequence[Onward]]] = Slot("onward from priorities")
"""Functions from (viewer, option) to what the viewer may make of a chosen priority."""


def onward_from(viewer: Viewer, option: PriorityOption) -> list[Onward]:
    """Everything the viewer may make of a chosen priority, room by room."""
    return [one for offer in onward for one in offer(viewer, option)]
