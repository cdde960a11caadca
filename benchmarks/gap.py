"""How long the gap tests take, against scikit-bio's PERMANOVA in the same run, and how much memory.

    python benchmarks/gap.py                      # 5,000 answers in 256 dimensions, 999 permutations
    python benchmarks/gap.py --answers 1000 --groups 12

Both of our tests are timed together: W_d* with the share and its jackknife interval, and PERMDISP. scikit-bio is timed
on `permanova` alone, without making its distance matrix (given beside it). Peak memory is that of a fresh process each.
scikit-bio comes from `requirements/bench.txt`; without it only our own figures are printed.
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


def answers(options: argparse.Namespace) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """Unit vectors, groups and texts: four meanings around a common direction, groups holding them a little unevenly."""
    rng = np.random.default_rng(options.seed)
    n, d = options.answers, options.dimensions
    meanings = rng.integers(0, 4, n)
    x = rng.normal(size=(n, d)) + rng.normal(size=(4, d))[meanings] * 0.5
    x[:, 0] += 8
    groups = [f"group {g}" for g in (rng.integers(0, options.groups, n) + (meanings == 0)) % options.groups]
    said = [f"meaning {m} answer {i}" for i, m in enumerate(meanings)]
    return x / np.linalg.norm(x, axis=1, keepdims=True), groups, said


def ours(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of both tests, and of the whole report."""
    from commonwhy.methods.gap import centre_gap, measure_gap, spread_gap

    x, groups, said = answers(options)
    centre_gap(x[:50], ["a", "b"] * 25, seed=1, permutations=9)  # load what is loaded once
    start = time.perf_counter()
    centre = centre_gap(x, groups, seed=options.seed, permutations=options.permutations)
    middle = time.perf_counter()
    spread = spread_gap(x, groups, seed=options.seed, permutations=options.permutations)
    end = time.perf_counter()
    memory = peak()
    measure_gap(x, said, groups, seed=options.seed, permutations=options.permutations)
    return {
        "centre": middle - start,
        "spread": end - middle,
        "tests": end - start,
        "report": time.perf_counter() - end,
        "memory": memory,
        "report_memory": peak(),
        "p": -1.0 if centre.p is None else centre.p,
        "p_spread": -1.0 if spread.p is None else spread.p,
    }


def theirs(options: argparse.Namespace) -> dict[str, float]:
    """Seconds of scikit-bio's permanova, and of the distance matrix it needs."""
    from scipy.spatial.distance import pdist, squareform
    from skbio import DistanceMatrix  # type: ignore[import-not-found]
    from skbio.stats.distance import permanova  # type: ignore[import-not-found]

    x, groups, _ = answers(options)
    start = time.perf_counter()
    matrix = DistanceMatrix(squareform(pdist(x)))
    middle = time.perf_counter()
    permanova(matrix, grouping=groups, permutations=options.permutations, seed=options.seed)
    return {"matrix": middle - start, "permanova": time.perf_counter() - middle, "memory": peak()}


def peak() -> float:
    """Megabytes of memory this process has held at most."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024 * 1024 if sys.platform == "darwin" else 1024)


def apart(who: str) -> dict[str, float]:
    """Run one side in a process of its own, so that memory is its own too."""
    run = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--only", who], stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=5000)
    parser.add_argument("--dimensions", type=int, default=256)
    parser.add_argument("--groups", type=int, default=6)
    parser.add_argument("--permutations", type=int, default=999)
    parser.add_argument("--runs", type=int, default=3, help="times each side runs; the fastest counts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["ours", "theirs"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(ours(options) if options.only == "ours" else theirs(options)))
        return 0
    mine = min((apart("ours") for _ in range(options.runs)), key=lambda run: run["tests"])
    print(
        f"{options.answers} answers x {options.dimensions} dimensions, {options.groups} groups, "
        f"{options.permutations} permutations, {os.cpu_count()} cores, fastest of {options.runs}"
    )
    print(f"  ours, W_d* with share and interval   {mine['centre']:7.2f} s")
    print(f"  ours, PERMDISP                       {mine['spread']:7.2f} s")
    print(f"  ours, both tests                     {mine['tests']:7.2f} s   {mine['memory']:6.0f} MB peak")
    print(f"  ours, whole report with meanings     {mine['report']:7.2f} s   {mine['report_memory']:6.0f} MB peak")
    if importlib.util.find_spec("skbio") is None:
        print("  scikit-bio is not installed, so there is no ratio: pip install -r requirements/bench.txt")
        return 0
    other = min((apart("theirs") for _ in range(options.runs)), key=lambda run: run["permanova"])
    print(f"  scikit-bio, distance matrix          {other['matrix']:7.2f} s")
    print(f"  scikit-bio, permanova                {other['permanova']:7.2f} s   {other['memory']:6.0f} MB peak")
    print(f"  permanova takes {other['permanova'] / mine['tests']:.1f} times as long as both of our tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
