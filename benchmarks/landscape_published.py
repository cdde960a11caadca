"""Group-informed consensus recomputed beside what Polis published, statement by statement.

    python benchmarks/landscape_published.py --data EXPORT_FOLDER [--all]

EXPORT_FOLDER holds a Polis export: votes.csv (gzipped or not), comments.csv and participants-votes.csv. The published groups
are taken as they are; how far our own groups agree with them is printed too, as an adjusted Rand index. Polis groups while
people vote and remembers, so its groups cannot be made again from the votes alone. Exits with 1 where a figure differs by more
than rounding.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from commonwhy.formats.opinion import read_votes
from commonwhy.methods.opinion.polis import group_informed_consensus, polis_landscape

ROUNDING = 1e-12
SHOWN = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of a Polis export")
    parser.add_argument("--all", action="store_true", help="print every statement, not the ten that differ most")
    options = parser.parse_args()
    file = read_votes(options.data)
    if file.published is None:
        print("This export has no published groups or no published group-informed consensus.", file=sys.stderr)
        return 1
    again, published = group_informed_consensus(file.votes, file.published.group), file.published.consensus
    difference = np.abs(again - published)
    known = np.flatnonzero(np.isfinite(published))
    votes = file.votes
    print(f"{votes.people:,} people, {votes.statements:,} statements, {votes.count:,} votes ({file.changed:,} changed)")
    sizes = np.bincount(file.published.group[file.published.group >= 0])
    print(f"published groups: {', '.join(map(str, sizes))} people; {int(file.left_out.sum()):,} statements moderated out")
    print(f"{'statement':>10} {'published':>20} {'recomputed':>20} {'difference':>11}")
    for place in known[np.argsort(-difference[known], kind="stable")][: None if options.all else SHOWN]:
        print(f"{file.statements[place]:>10} {published[place]:20.16f} {again[place]:20.16f} {difference[place]:11.1e}")
    largest = float(difference[known].max(initial=0.0))
    print(f"largest difference of {len(known):,} statements: {largest:.1e}")
    _own_groups(file.published.group, polis_landscape(file.votes, left_out=file.left_out).people.group)
    return 0 if largest < ROUNDING else 1


def _own_groups(published: NDArray[np.int64], own: NDArray[np.int64]) -> None:
    from sklearn.metrics import adjusted_rand_score

    both = (published >= 0) & (own >= 0)
    index = adjusted_rand_score(published[both], own[both])
    sizes = ", ".join(map(str, np.bincount(own[own >= 0])))
    print(f"our Polis-compatible groups: {sizes} people; adjusted Rand index with the published ones {index:.2f}")


if __name__ == "__main__":
    sys.exit(main())
