"""How long the landscape of a discussion takes, beside red-dwarf 0.4.0 in the same run, and how much memory.

    python benchmarks/landscape.py                    # 20,000 people, 1,000 statements, 5 percent voted; then the large one
    python benchmarks/landscape.py --people 2000 --statements 300 --large-people 0

The same votes, with groups planted in them, go to our Polis-compatible mode, to our own mode, and to red-dwarf, an open
rewriting of Polis. Each runs in a process of its own, so that time and peak memory are its own; making the votes is not
timed. The adjusted Rand index (ARI) says how well the planted groups are found, over everybody. Then our own mode alone on
100,000 people and 2,000 statements. red-dwarf comes from `requirements/bench.txt`; without it only our figures are printed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.opinion import Mode, Votes, gather, measure_landscape
from commonwhy.methods.opinion.grouping import adjusted_rand

SIZES = (0.5, 0.3, 0.2)
WARM_UP = (1_000, 300, 0.1, 1)
"""Votes that either side sees once before it is timed, so that it has loaded what it loads: people, statements, share, seed."""


def planted(people: int, statements: int, share: float, seed: int) -> tuple[Votes, NDArray[np.int64]]:
    """Votes of three groups, and each person's group; some statements are more popular than others, one vote in seven passes.

    A group's logit of agreeing is the statement's, N(0, 1), and the group's own, N(0, 2), about their mean.
    """
    rng = np.random.default_rng(seed)
    group = rng.choice(len(SIZES), people, p=SIZES)
    own = rng.normal(0, 2, (len(SIZES), statements))
    own += rng.normal(0, 1, statements) - own.mean(axis=0)
    person = np.repeat(np.arange(people), rng.binomial(statements, share, people))
    # Drawn with replacement; of a statement drawn twice the last vote counts, which leaves a little under the share.
    statement = rng.integers(0, statements, len(person))
    agrees = rng.random(len(person)) < 1 / (1 + np.exp(-own[group[person], statement]))
    said = np.where(rng.random(len(person)) < 1 / 7, 0, np.where(agrees, 1, -1))
    return gather(people, statements, person, statement, said), group


def ours(options: argparse.Namespace, mode: Mode) -> dict[str, float]:
    """Our landscape of these votes."""
    votes, group = planted(options.people, options.statements, options.share, options.seed)
    measure_landscape(planted(*WARM_UP)[0], mode=mode)
    before = peak()
    start, busy = time.perf_counter(), time.process_time()
    found = measure_landscape(votes, mode=mode, seed=options.seed)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    index = adjusted_rand(group, np.maximum(found.people.group, 0))
    return {
        "seconds": seconds,
        "busy": busy,
        "memory": peak(),
        "before": before,
        "index": index,
        "k": found.k,
        "votes": votes.count,
    }


def theirs(options: argparse.Namespace) -> dict[str, float]:
    """red-dwarf's landscape of these votes."""
    from reddwarf.implementations.base import run_pipeline  # type: ignore[import-not-found]

    def as_records(votes: Votes) -> list[dict[str, int]]:
        keys = ("participant_id", "statement_id", "vote")
        rows = zip(votes.person.tolist(), votes.statement.tolist(), votes.value.tolist(), strict=True)
        return [{**dict(zip(keys, row, strict=True)), "modified": 0} for row in rows]

    votes, group = planted(options.people, options.statements, options.share, options.seed)
    records = as_records(votes)
    run_pipeline(votes=as_records(planted(*WARM_UP)[0]), random_state=options.seed)
    before = peak()
    start, busy = time.perf_counter(), time.process_time()
    found = run_pipeline(votes=records, random_state=options.seed)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    labels = found.participants_df["cluster_id"].reindex(range(votes.people)).fillna(0).to_numpy(dtype=np.int64)
    index = adjusted_rand(group, labels)
    return {"seconds": seconds, "busy": busy, "memory": peak(), "before": before, "index": index, "k": len(set(labels.tolist()))}


def peak() -> float:
    """Megabytes of memory this process has held at most."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 * 1024 if sys.platform == "darwin" else 1024)


def apart(who: str, *more: str) -> dict[str, float]:
    """Run one side in a process of its own, so that memory is its own too."""
    run = subprocess.run([sys.executable, __file__, *sys.argv[1:], *more, "--only", who], stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def show(name: str, run: dict[str, float]) -> None:
    print(
        f"  {name:24} {run['seconds']:7.2f} s ({run['busy']:.2f} s of a core) "
        f"{run['memory']:6.0f} MB peak ({run['before']:.0f} before)   k = {run['k']:.0f}, ARI {run['index']:.3f}",
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--statements", type=int, default=1_000)
    parser.add_argument("--share", type=float, default=0.05, help="of the statements a person votes on")
    parser.add_argument("--large-people", type=int, default=100_000, help="0 leaves the large one out")
    parser.add_argument("--large-statements", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["polis", "commonwhy", "theirs"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(theirs(options) if options.only == "theirs" else ours(options, Mode(options.only))))
        return 0
    polis, own = apart("polis"), apart("commonwhy")
    print(
        f"{options.people:,} people x {options.statements:,} statements, {own['votes']:,.0f} votes, "
        f"{len(SIZES)} groups planted, {os.cpu_count()} cores"
    )
    show("ours, Polis-compatible", polis)
    show("ours, CommonWhy", own)
    if importlib.util.find_spec("reddwarf") is None:
        print("  red-dwarf is not installed, so there is no ratio: pip install -r requirements/bench.txt")
    else:
        other = apart("theirs")
        show("red-dwarf", other)
        print(f"  red-dwarf takes {other['seconds'] / polis['seconds']:.1f} times as long as our Polis-compatible mode,")
        print(f"  and {other['seconds'] / own['seconds']:.1f} times as long as our own, which also asks whether there are groups")
    if options.large_people:
        size = ("--people", str(options.large_people), "--statements", str(options.large_statements))
        large = apart("commonwhy", *size)
        print(f"{options.large_people:,} people x {options.large_statements:,} statements, {large['votes']:,.0f} votes")
        show("ours, CommonWhy", large)
    return 0


if __name__ == "__main__":
    sys.exit(main())
