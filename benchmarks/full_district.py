"""A district at its full size, and every page of it: how many queries, how long the server works, how large the answer is.

It grows Alder Creek to 20,000 answers in words, 300 conversations, 12 versions of the vision and 4,900 people in a
database of its own (SQLite in a temporary folder, or the PostgreSQL of DATABASE_URL), asks for every page that is opened
by GET, each three times after one to warm up, and marks what takes more than 25 queries or 200 ms. Where other work runs
beside it, `own ms` (what this process worked itself) is the fairer figure; a database server's work is not in it.

    python benchmarks/full_district.py [--small] [--only NAME]
    scripts/postgres_for_tests.py python benchmarks/full_district.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MOST_QUERIES, MOST_MS = 25, 200
SEARCHES = ("bridge", "paper tablets", '"nobody told us"', "niñ", "quer", "the", "w", "nothingatall")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--small", action="store_true", help="a hundredth of it, to see that it runs")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="commonwhy-bench-") as folder:
        os.environ |= {
            "COMMONWHY_VAR": folder,
            "COMMONWHY_SECRET_KEY": "benchmark",
            "DJANGO_SETTINGS_MODULE": "commonwhy.settings",
            "COMMONWHY_TASKS": "immediate",
        }
        os.environ.setdefault("COMMONWHY_DEBUG", "false")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        return walk(small=options.small, only=options.only)


def walk(*, small: bool, only: str) -> int:
    """Grow the district, ask for every page, print what each costs. Returns how many are over."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    # Not the environment of tests, which copies the context of every template that is rendered.
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    from tests.cast import make_cast
    from tests.site.large_district import FULL, Size, grow

    from commonwhy.listening.services.search_index import index_all

    began = time.perf_counter()
    grown = grow(make_cast(), Size(50, 3, 3, 40, 6, 3, 3, 3, 10, 8) if small else FULL)
    print(f"{connection.vendor}: grown in {time.perf_counter() - began:.0f} s", flush=True)
    for title in ("first", "again, nothing new"):
        began = time.perf_counter()
        index_all()
        print(f"search index, {title}: {time.perf_counter() - began:.2f} s")
    measured_figures(grown)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    searches(grown)
    if only == "search":
        return 0
    from tests.site.pages import pages

    lines = []
    for who, name, address in pages(grown):
        if only in name:
            lines.append((name, who or "nobody", *_cost(grown.cast.client(who), address)))
    lines.sort(key=lambda line: -line[4])
    over = 0
    print(f"\n{'page':38} {'as':15} {'status':>6} {'queries':>7} {'ms':>7} {'own ms':>7} {'kB':>6}")
    for name, who, status, queries, ms, own, size in lines:
        is_over = queries > MOST_QUERIES or ms > MOST_MS
        over += is_over
        print(f"{name:38} {who:15} {status:6} {queries:7} {ms:7.0f} {own:7.0f} {size / 1000:6.0f}{'   OVER' if is_over else ''}")
    print(f"\n{len(lines)} pages, {over} over {MOST_QUERIES} queries or {MOST_MS} ms")
    return min(over, 1)


def measured_figures(grown: Any) -> None:
    """What closing a survey works out, for one survey, so that the pages of it have something to show."""
    from commonwhy.core.slots import survey_closed
    from commonwhy.listening.models import Survey

    survey = Survey.everything.select_related("district").get(pk=grown.arguments["survey"])
    for follows in survey_closed:
        began = time.perf_counter()
        follows(survey, grown.cast.superintendent)
        print(f"after closing, {follows.__module__}.{follows.__qualname__}: {time.perf_counter() - began:.2f} s")


def searches(grown: Any) -> None:
    """How long finding the first page of voices takes, beside reading every answer instead."""
    from commonwhy.core.wanted import wanted
    from commonwhy.listening.queries.search import keys_holding
    from commonwhy.listening.queries.voices import MOST_FOUND, Filters, Voices

    room = Voices(grown.cast.viewer("coach"), grown.cast.alder)
    print(f"\n{'search':22} {'found':>7} {'ms':>6} {'ms without index':>17}")
    for typed in SEARCHES:
        found, ms = 0, []
        for _round in range(4):
            began = time.perf_counter()
            answers = room.listed(Filters(words=typed))
            found = len(answers)
            list(answers[:30])
            ms.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        floor = len(keys_holding(room.answers().order_by().values_list("pk", "value"), wanted(typed)))
        slow = (time.perf_counter() - began) * 1000
        assert min(floor, MOST_FOUND) == found, f"{typed}: {found} by the index, {floor} by reading"
        print(f"{typed:22} {floor:7} {statistics.median(ms[1:]):6.0f} {slow:17.0f}")


def _cost(client: Any, address: str) -> tuple[int, int, float, float, int]:
    """Status, queries, milliseconds on the clock and of this process alone (medians of three), and bytes of one page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.raise_request_exception = False
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    queries = len(asked)
    times, own = [], []
    for _round in range(3):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        size = len(answer.getvalue())
        times.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
    return answer.status_code, queries, statistics.median(times), statistics.median(own), size


if __name__ == "__main__":
    raise SystemExit(main())
