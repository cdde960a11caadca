"""Every page that is opened by GET, and as whom: for the walks that ask how much a page costs."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from tests.permissions.test_matrix import ANYONE, MATRIX, OWN_JOB, PATTERNS, SIGNED_IN, Rule
from tests.site.large_district import Grown

ANSWERING = {
    "listening:strike",
    "core:job_again",
}
"""Asked for with POST, although anybody may."""


def pages(grown: Grown) -> Iterator[tuple[str | None, str, str]]:
    """(who, name of the address, address); a page that several may open is asked for as coach and as superintendent.

    Raises KeyError naming the page when it needs something the district was not grown with.
    """
    for name, rule in sorted(MATRIX.items()):
        if name in ANSWERING or (isinstance(rule, Rule) and rule.method != "get"):
            continue
        for who in _askers(rule):
            yield who, name, _address(grown, name)


def _askers(rule: Rule | str) -> list[str | None]:
    if rule in (ANYONE,):
        return [None]
    if rule in (SIGNED_IN, OWN_JOB):
        return ["superintendent"]
    assert isinstance(rule, Rule)
    may = rule.own or rule.who
    return [*(who for who in ("coach", "superintendent") if who in may)] or [*sorted(may)[:1]]


def _address(grown: Grown, name: str) -> str:
    given = grown.arguments | grown.instead.get(name, {})
    wanted = PATTERNS[name].pattern.converters
    missing = [argument for argument in wanted if argument not in given]
    if missing:
        raise KeyError(f"{name} needs {', '.join(missing)}: grow it in tests/site/large_district.py")
    return reverse(name, kwargs={argument: given[argument] for argument in wanted})
