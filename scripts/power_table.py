"""Make the table of how many answers per group are needed to see a between-group share of .06.

For every number of groups and of effective dimensions it finds the smallest group size at which the Welch-type
distance test sees a share of .06 at the 5 percent level at least 80 times in 100. Groups are equal in size and
Gaussian, equally wide in every dimension; then W_d* depends on the data only through group means and variances, which
are drawn directly, so that a cell takes seconds. With one dimension the test is Welch's, and the table must agree with
Cohen's (1988, table 8.4.4: f = .25 needs 64, 52, 45 and 39 per group with 2, 3, 4 and 5 groups).

    python scripts/power_table.py            # writes src/commonwhy/methods/gap/power_table.json
    python scripts/power_table.py --check    # makes it again and says whether the committed one differs
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.gap.centre import welch_distance

TABLE = Path(__file__).parents[1] / "src/commonwhy/methods/gap/power_table.json"
SHARE, POWER, ALPHA = 0.06, 0.80, 0.05
GROUPS = (2, 3, 4, 5, 6, 8, 10, 15, 20, 30)
DIMENSIONS = (1, 2, 3, 5, 8, 12, 20, 30, 50, 80)
MOST = 128


def statistics(groups: int, size: int, dimensions: int, share: float, runs: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """W_d* (runs,) of `groups` groups of `size` answers with the given share of variance between them."""
    centres = np.zeros((groups, dimensions))
    if share:
        centres = rng.normal(size=(groups, dimensions))
        centres -= centres.mean(axis=0)
        centres *= np.sqrt(share / (1 - share) * dimensions * groups / (centres**2).sum())
    found = []
    at_a_time = max(1, 2_000_000 // (groups * dimensions))
    for start in range(0, runs, at_a_time):
        batch = min(at_a_time, runs - start)
        means = centres + rng.normal(size=(batch, groups, dimensions)) / np.sqrt(size)
        within = rng.chisquare((size - 1) * dimensions, size=(batch, groups))
        squares = within + size * np.einsum("bkd,bkd->bk", means, means)
        found.append(welch_distance(means * size, squares, np.full(groups, size)))
    return np.concatenate(found)


def needed(groups: int, dimensions: int, runs: int, seed: int) -> int:
    """The smallest group size that has the power wanted."""
    low, high = 2, MOST
    while low < high:
        size = (low + high) // 2
        rng = np.random.default_rng([seed, groups, dimensions, size])
        critical = np.quantile(statistics(groups, size, dimensions, 0.0, runs, rng), 1 - ALPHA)
        power = (statistics(groups, size, dimensions, SHARE, runs, rng) > critical).mean()
        low, high = (low, size) if power >= POWER else (size + 1, high)
    return low


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20_000, help="draws per cell and hypothesis")
    parser.add_argument("--seed", type=int, default=20250301)
    parser.add_argument("--check", action="store_true", help="compare with the committed table instead of writing it")
    options = parser.parse_args()
    table = []
    for groups in GROUPS:
        row = [needed(groups, dimensions, options.runs, options.seed) for dimensions in DIMENSIONS]
        print(f"{groups:>3} groups:", " ".join(f"{n:>4}" for n in row), flush=True)
        table.append(row)
    made = {
        "what": "answers needed in each group to see a between-group share of distance variance",
        "share": SHARE,
        "power": POWER,
        "alpha": ALPHA,
        "runs": options.runs,
        "seed": options.seed,
        "made_by": "scripts/power_table.py",
        "groups": list(GROUPS),
        "dimensions": list(DIMENSIONS),
        "needed": table,
    }
    if options.check:
        kept = json.loads(TABLE.read_text())
        worst = int(np.abs(np.array(kept["needed"]) - np.array(table)).max())
        print(f"largest difference from the committed table: {worst} per group")
        return 1 if worst > 1 else 0
    fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in made.items() if key != "needed"]
    rows = ",\n".join(f"    {json.dumps(row)}" for row in table)
    TABLE.write_text("{\n" + ",\n".join(fields) + f',\n  "needed": [\n{rows}\n  ]\n}}\n')
    return 0


if __name__ == "__main__":
    sys.exit(main())
