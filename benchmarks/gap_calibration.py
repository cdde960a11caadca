"""How often the gap tests are wrong, and how often their intervals are right, on data whose truth is known.

    python benchmarks/gap_calibration.py              # about two minutes on two cores
    python benchmarks/gap_calibration.py --runs 1000  # the figures quoted in the documentation

Each line gives the rate, its 95 percent interval from this many runs, and what it should be. PERMANOVA, its statistic
and the unadjusted PERMDISP are here to show why we do not use them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from commonwhy.methods.gap import centre_gap, morisita_overlap, spread_gap
from commonwhy.methods.gap.centre import group_sums, welch_distance
from commonwhy.methods.gap.stability import choose_k
from commonwhy.methods.gap.strata import Layout, lay_out, shuffles

Points = NDArray[np.float64]
PERMUTATIONS = 199
LEVEL = 0.05


def shuffled_p(statistic: Callable[[Points, Points, Layout], Points], x: Points, layout: Layout, seed: int) -> float:
    """p of a statistic of group sums (b, k, d) and squared lengths (b, k), labels shuffled within strata."""
    points = x[layout.rows] - x.mean(axis=0)

    def of(labels: NDArray[np.intp]) -> Points:
        return statistic(*group_sums(points, labels, layout.sizes), layout)

    observed = of(layout.groups[None])[0]
    batches = shuffles(layout.groups, layout, PERMUTATIONS, np.random.default_rng(seed))
    found = sum(int((of(batch) >= observed * (1 - 1e-10)).sum()) for batch in batches)
    return (1 + found) / (1 + PERMUTATIONS)


def permanova_p(x: Points, groups: list[str], seed: int) -> float:
    """p of Anderson's (2001) PERMANOVA, whose F rises with the sum of squares between groups."""

    def between(sums: Points, _: Points, layout: Layout) -> Points:
        return np.asarray((np.einsum("bkd,bkd->bk", sums, sums) / layout.sizes).sum(axis=1))

    return shuffled_p(between, x, lay_out(groups), seed)


def uncentred_p(x: Points, groups: list[str], strata: list[str], seed: int) -> float:
    """p of W_d* when labels are shuffled within strata but the strata's means are left in."""

    def welch(sums: Points, squares: Points, layout: Layout) -> Points:
        return welch_distance(sums, squares, layout.sizes)

    return shuffled_p(welch, x, lay_out(groups, strata), seed)


def centre_p(x: Points, groups: list[str], seed: int, strata: list[str] | None = None) -> float:
    """p of W_d*, 1 where there is none."""
    p = centre_gap(x, groups, strata, seed=seed, permutations=PERMUTATIONS).p
    return 1.0 if p is None else p


def show(what: str, hits: list[bool], wanted: str) -> None:
    """One line of the table, with a Wilson interval for the rate."""
    n, rate = len(hits), float(np.mean(hits))
    z = 1.96
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    print(f"  {what:<64} {rate:5.3f}  ({max(0.0, middle - half):.3f} to {middle + half:.3f})  {wanted}", flush=True)


def rejects(p: Callable[[int], float], runs: int) -> list[bool]:
    """Whether each run rejects at the level."""
    return [p(run) <= LEVEL for run in range(runs)]


def unequal_spread(runs: int, seed: int) -> None:
    print("\nEqual centres, 20 against 200 people, the small group twice as spread: rejections at .05")
    groups = ["small"] * 20 + ["large"] * 200
    for d in (5, 30, 256):

        def data(run: int, d: int = d) -> Points:
            rng = np.random.default_rng([seed, 1, d, run])
            return np.vstack([rng.normal(0, 2, (20, d)), rng.normal(0, 1, (200, d))])

        show(f"W_d*, {d} dimensions", rejects(lambda run: centre_p(data(run), groups, run), runs), "should be .03 to .07")
        show(f"PERMANOVA, {d} dimensions", rejects(lambda run: permanova_p(data(run), groups, run), runs), "is far too many")


def uneven_roles(runs: int, seed: int) -> None:
    print("\nRoles uneven across 8 schools that differ, 160 people, 30 dimensions: rejections at .05")
    schools = np.repeat(np.arange(8), 20)
    for truth, label, wanted in ((0.0, "no gap", "should be .05 or a little less"), (0.2, "a real gap", "more is better")):

        def data(run: int, truth: float = truth) -> tuple[Points, list[str], list[str]]:
            rng = np.random.default_rng([seed, 2, run])
            chance = np.tile([0.25, 0.35, 0.5, 0.4], 2)
            families = rng.random(160) < chance[schools]
            x = rng.normal(size=(160, 30)) + 2 * rng.normal(size=(8, 30))[schools]
            x[families] += truth * rng.choice([-1, 1], 30)
            return x, np.where(families, "family", "teacher").tolist(), [f"school {s}" for s in schools]

        def raw(run: int, data: Callable[[int], tuple[Points, list[str], list[str]]] = data) -> float:
            x, roles, _ = data(run)
            return centre_p(x, roles, run)

        def uncentred(run: int, data: Callable[[int], tuple[Points, list[str], list[str]]] = data) -> float:
            x, roles, strata = data(run)
            return uncentred_p(x, roles, strata, run)

        def centred(run: int, data: Callable[[int], tuple[Points, list[str], list[str]]] = data) -> float:
            x, roles, strata = data(run)
            return centre_p(x, roles, run, strata)

        show(f"raw W_d*, shuffled freely, {label}", rejects(raw, runs), "takes schools for roles")
        show(f"raw W_d*, shuffled within schools, {label}", rejects(uncentred, runs), "misses what schools hide")
        show(f"centred by school, shuffled within, {label}", rejects(centred, runs), wanted)


def spread(runs: int, seed: int) -> None:
    print("\nEqual spread, 20 against 200 people, 256 dimensions: PERMDISP rejections at .05")
    groups = ["small"] * 20 + ["large"] * 200
    for sphere in (False, True):
        kind = "unit vectors" if sphere else "Gaussian"

        def data(run: int, sphere: bool = sphere) -> Points:
            rng = np.random.default_rng([seed, 3, run])
            x = rng.normal(size=(220, 256))
            x[:, 0] += 12 if sphere else 0
            return x / np.linalg.norm(x, axis=1, keepdims=True) if sphere else x

        for adjusted in (True, False):

            def p(run: int, data: Callable[[int], Points] = data, adjusted: bool = adjusted) -> float:
                found = spread_gap(data(run), groups, seed=run, permutations=PERMUTATIONS, bias_adjusted=adjusted).p
                return 1.0 if found is None else found

            show(
                f"{'bias-adjusted' if adjusted else 'unadjusted'}, {kind}",
                rejects(p, runs),
                "should be .05" if adjusted else "is far too many",
            )


def bootstrap(x: Points, groups: list[str], rng: np.random.Generator) -> tuple[float, float]:
    """Percentile bootstrap interval of omega-squared, people drawn again within groups; 199 draws."""
    codes = np.unique(groups, return_inverse=True)[1]
    rows = [np.flatnonzero(codes == code) for code in range(int(codes.max()) + 1)]
    values = []
    for _ in range(199):
        parts = [x[rng.choice(own, len(own))] for own in rows]
        n, k = len(x), len(parts)
        within = sum(float(((part - part.mean(axis=0)) ** 2).sum()) for part in parts)
        total = float(((np.vstack(parts) - np.vstack(parts).mean(axis=0)) ** 2).sum())
        error = within / (n - k)
        values.append((total - within - (k - 1) * error) / (total + error))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def share(runs: int, seed: int) -> None:
    print("\nShare of variance between groups, 30 against 45 people, 60 dimensions: intervals at 95 percent")
    sizes = np.array([30, 45])
    groups = np.repeat(["a", "b"], sizes).tolist()

    def data(run: int, truth: float) -> Points:
        rng = np.random.default_rng([seed, 4, run])
        centres = rng.normal(size=(2, 60))
        centres -= sizes / 75 @ centres
        centres *= np.sqrt(truth / (1 - truth) * 60 / (sizes / 75 @ (centres**2).sum(axis=1)))
        return np.asarray(np.repeat(centres, sizes, axis=0) + rng.normal(size=(75, 60)))

    null = [data(run, 0.0) for run in range(runs)]
    kept = [centre_gap(x, groups, seed=1, permutations=1).share.interval for x in null]
    show("jackknife excludes 0 when nothing differs", [ends is not None and ends[0] > 0 for ends in kept], "should be under .05")
    few = null[: max(20, runs // 5)]
    drawn = [bootstrap(x, groups, np.random.default_rng([seed, 5, run])) for run, x in enumerate(few)]
    show("percentile bootstrap excludes 0 when nothing differs", [low > 0 for low, _ in drawn], "is far too many")
    for truth in (0.02, 0.06, 0.2):
        ends = [centre_gap(data(run, truth), groups, seed=1, permutations=1).share.interval for run in range(runs)]
        show(f"jackknife covers a share of {truth}", [e is not None and e[0] <= truth <= e[1] for e in ends], "should be .95")
        if truth == 0.06:
            show(
                "  lies wholly under .06, so that 'alike' would be wrong",
                [e is not None and e[1] < 0.06 for e in ends],
                "under .05",
            )
    schools = np.repeat(np.arange(10), 12)
    roles = ["teacher", "family"] * 60
    hits = []
    for run in range(runs):
        rng = np.random.default_rng([seed, 6, run])
        x = rng.normal(size=(120, 60)) + rng.normal(size=(10, 60))[schools]
        x[1::2, 0] += 2 * np.sqrt(0.06 / 0.94 * 60)
        ends_ = centre_gap(x, roles, [f"school {s}" for s in schools], seed=1, permutations=1).share.interval
        hits.append(ends_ is not None and ends_[0] <= 0.06 <= ends_[1])
    show("jackknife over 10 schools covers a share of .06 within schools", hits, "should be .95")


def overlap(runs: int, seed: int) -> None:
    print("\nOverlap of meanings, four meanings: jackknife intervals at 95 percent")
    p, q = np.array([0.58, 0.09, 0.21, 0.12]), np.array([0.12, 0.61, 0.15, 0.12])
    for name, other in (("mixes that differ", q), ("the same mix", p)):
        truth = 2 * (p @ other) / (p @ p + other @ other)
        for sizes in ((15, 15), (40, 40), (20, 200)):
            rng = np.random.default_rng([seed, 7, *sizes])
            hits = []
            for _ in range(runs):
                ends = morisita_overlap(rng.multinomial(sizes[0], p).tolist(), rng.multinomial(sizes[1], other).tolist()).interval
                hits.append(ends is not None and ends[0] <= truth <= ends[1])
            show(f"covers {truth:.2f}, {name}, {sizes[0]} against {sizes[1]}", hits, "should be .95")


def meanings(runs: int, seed: int) -> None:
    print("\nHow many meanings: one cloud of answers is parted into more than one, 64 dimensions")
    for n in (30, 120, 400):
        for decay in (0.0, 0.5, 1.0):
            hits = []
            for run in range(max(20, runs // 10)):
                rng = np.random.default_rng([seed, 8, run])
                x = rng.normal(size=(n, 64)) / np.arange(1, 65) ** decay
                x[:, 0] += 0.6
                hits.append(choose_k(x / np.linalg.norm(x, axis=1, keepdims=True), np.random.default_rng(run)).k > 1)
            show(f"{n} answers, directions' spread falling as 1/i^{decay:g}", hits, "should be under .05")


PARTS: dict[str, Callable[[int, int], None]] = {
    "unequal-spread": unequal_spread,
    "uneven-roles": uneven_roles,
    "spread": spread,
    "share": share,
    "overlap": overlap,
    "meanings": meanings,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200, help="simulated surveys per line")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be given again)")
    options = parser.parse_args()
    print(f"{options.runs} runs a line, {PERMUTATIONS} permutations, seed {options.seed}: rate (95 percent interval)")
    for name in options.part or PARTS:
        PARTS[name](options.runs, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
