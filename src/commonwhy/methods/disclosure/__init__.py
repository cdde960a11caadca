"""Disclosure control: what may be shown of a table of people, and what may not (METHODS 7).

`release_table` is the one call through which every table leaves. It merges groups too small to show, hides cells below
the threshold k and whatever would give them away, codes percentages near 0 and 100, and audits the outcome as a reader
would attack it. `check_release` keeps two releases of one survey from telling together what neither tells alone.

The thresholds, the marks and the coding load at once; what needs numpy and scipy loads when it is first used, because a
web server starts often and releases seldom.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from commonwhy.methods.disclosure.coding import (
    Bound,
    Percentage,
    coded,
    coded_percentage,
    coding_ends,
    consistent_counts,
)
from commonwhy.methods.disclosure.merging import merge_small
from commonwhy.methods.disclosure.thresholds import (
    DEFAULT_K,
    HIDDEN,
    LARGEST_K,
    NOT_ASKED,
    Audience,
    HiddenMark,
    Mark,
    check_k,
    k_for,
    smallest_k,
)

if TYPE_CHECKING:
    from commonwhy.methods.disclosure.differencing import (
        Allowed,
        Reason,
        Refused,
        Release,
        check_release,
        would_difference,
    )
    from commonwhy.methods.disclosure.release import (
        ReleasedColumn,
        ReleasedTable,
        ReleaseRefusedError,
        release_table,
        release_tables,
    )
    from commonwhy.methods.disclosure.suppression import AuditRecord
    from commonwhy.methods.disclosure.tables import Show, TableRequest

_LOADED_ON_USE = {
    "Allowed": "differencing",
    "AuditRecord": "suppression",
    "Reason": "differencing",
    "Refused": "differencing",
    "Release": "differencing",
    "ReleaseRefusedError": "release",
    "ReleasedColumn": "release",
    "ReleasedTable": "release",
    "Show": "tables",
    "TableRequest": "tables",
    "check_release": "differencing",
    "release_table": "release",
    "release_tables": "release",
    "would_difference": "differencing",
}

__all__ = [
    "DEFAULT_K",
    "HIDDEN",
    "LARGEST_K",
    "NOT_ASKED",
    "Allowed",
    "Audience",
    "AuditRecord",
    "Bound",
    "HiddenMark",
    "Mark",
    "Percentage",
    "Reason",
    "Refused",
    "Release",
    "ReleaseRefusedError",
    "ReleasedColumn",
    "ReleasedTable",
    "Show",
    "TableRequest",
    "check_k",
    "check_release",
    "coded",
    "coded_percentage",
    "coding_ends",
    "consistent_counts",
    "k_for",
    "merge_small",
    "release_table",
    "release_tables",
    "smallest_k",
    "would_difference",
]


def __getattr__(name: str) -> Any:
    """Load on first use what stands on numpy and scipy (PEP 562)."""
    if name in _LOADED_ON_USE:
        return getattr(import_module(f"{__name__}.{_LOADED_ON_USE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
