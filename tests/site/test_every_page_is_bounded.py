"""Every page that is opened by GET asks the database at most 25 times, and no oftener in a large district than in a small one.

How long a page takes is no test's business (`benchmarks/full_district.py` prints it); how often it asks is the same on any
machine. A page whose queries grow with what it lists fails here, whoever may open it.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import make_cast
from tests.site.large_district import Size, grow
from tests.site.pages import pages

from commonwhy.listening.models import Survey
from commonwhy.listening.services import results, search_index

MOST = 25
# One more row of a kind may bring a query with it that no row at all does not need.
MORE = 2
SMALL = Size(
    people=40, schools=3, surveys=3, responses=24, conversations=12, notes=2, versions=3, clauses=2, excerpts=6, others=8
)
LARGE = Size(
    people=400, schools=8, surveys=6, responses=96, conversations=48, notes=5, versions=7, clauses=7, excerpts=80, others=32
)


def asked(size: Size) -> dict[tuple[str, str | None], tuple[int, int]]:
    """Status and queries of each page, by its name and who opens it. Nothing of the district stays."""
    found: dict[tuple[str, str | None], tuple[int, int]] = {}
    # A savepoint by hand: the index and the figures are written in transactions of their own, and refuse to be nested.
    before = transaction.savepoint()
    grown = grow(make_cast(), size)
    search_index.index_district(grown.cast.alder)
    results.work_out(survey=Survey.everything.select_related("district").get(pk=grown.arguments["survey"]))
    grown.cast.stay_signed_in()
    for who, name, address in pages(grown):
        client = grown.cast.client(who)
        client.raise_request_exception = False
        with CaptureQueriesContext(connection) as queries:
            status = client.get(address).status_code
        found[name, who] = status, len(queries.captured_queries)
    transaction.savepoint_rollback(before)
    return found


@pytest.mark.django_db
def test_no_page_asks_too_often_and_none_asks_oftener_for_more_rows() -> None:
    small, large = asked(SMALL), asked(LARGE)
    assert set(small) == set(large)
    assert len(large) > 150, "or the list of pages is not what it was"
    wrong = []
    for (name, who), (status, queries) in sorted(large.items(), key=str):
        before = small[name, who][1]
        if status >= 500:
            wrong.append(f"{name} as {who} answered {status}")
        if queries > MOST:
            wrong.append(f"{name} as {who} asked {queries} times")
        if queries > before + MORE:
            wrong.append(f"{name} as {who} asked {before} times in a small district and {queries} times in a large one")
    assert not wrong, "\n" + "\n".join(wrong)
