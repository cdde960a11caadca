"""How large the centre gap is: the share of distance variance that lies between groups, with its interval.

A share in the manner of omega-squared, not R-squared: with 256 dimensions and twenty people, R-squared is large when
nothing differs. What groups would differ by from chance alone is taken off group by group, since a small group with a
wide spread would otherwise look apart. Inside strata it is the partial share, groups and strata being adjusted for
each other as in a two-way analysis. The interval is a delete-one jackknife, because the percentile bootstrap repeats
people, which makes groups look more alike within than they are, and so excludes zero when nothing differs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from .strata import Floats, Ints, Layout

FEWEST_CLUSTERS = 5
"""With fewer clusters than this an interval over clusters says nothing, so none is given."""


@dataclass(frozen=True)
class Share:
    """Share of distance variance between groups, 0 to 1, with an interval at 1 - alpha.

    `estimate` is cut at 0, as are the ends of the interval. `deleted` says what the jackknife left out one at a
    time ("answer", "stratum" or "cluster") and `units` how many of them there were. `interval` is None when there
    are fewer than five clusters.
    """

    estimate: float
    interval: tuple[float, float] | None
    deleted: str
    units: int


@dataclass(frozen=True)
class _Cells:
    """Answers added up per cell (stratum x group): all that the share needs.

    `stratum` and `group` (c,) are codes, `counts` (c,) people, `sums` (c, d) of vectors, `squares` (c,) of lengths.
    """

    stratum: Ints
    group: Ints
    counts: Floats
    sums: Floats
    squares: Floats

    def without(self, other: _Cells) -> _Cells:
        """These cells less the people of other cells of the same codes."""
        return _Cells(
            self.stratum,
            self.group,
            self.counts - other.counts,
            self.sums - other.sums,
            self.squares - other.squares,
        )


def between_share(x: Floats, layout: Layout, clusters: NDArray[np.str_] | None = None, *, alpha: float = 0.05) -> Share:
    """Share of the variance of rows x (m, d), sorted as the layout says, that lies between groups.

    With h_c the leverage of a person in cell c in the two-way fit, b_c the part of it due to groups, and
    s_j^2 = (sum of squared residuals in group j) / (n_j - sum of h): share = B / (B + sum_j n_j s_j^2), with
    B = SS_between - sum_j s_j^2 sum b. With one stratum and equal variances B = SS_b - (k - 1) MS_e and the share is
    omega-squared (W. Hays, Statistics for Psychologists, 1963), with squared distances for squares as in M. Anderson,
    Austral Ecology 26 (2001) 32; s_j^2 group by group as in M. Brown, A. Forsythe, Technometrics 16 (1974) 129.

    Left out one at a time: clusters where given, else strata when there are five or more, else answers; variance of
    the jackknife as of a stratified sample, groups being what was sampled (B. Efron, C. Stein, Annals of Statistics
    9 (1981) 586), and Student's t.
    """
    cells, cell_of = _add_up(x, layout)
    estimate = _estimate(cells)
    if clusters is None and len(layout.table) < FEWEST_CLUSTERS:
        deleted, units = "answer", len(x)
        values = _without_each_answer(x, cells, cell_of)
        variance = 0.0
        for group in range(len(layout.names)):
            own = values[layout.groups == group]
            variance += (len(own) - 1) / len(own) * float(((own - own.mean()) ** 2).sum())
        freedom = len(x) - len(layout.names)
    else:
        deleted = "stratum" if clusters is None else "cluster"
        codes = layout.strata if clusters is None else np.unique(clusters, return_inverse=True)[1].reshape(-1)
        units = int(codes.max()) + 1
        if units < FEWEST_CLUSTERS:
            return Share(max(estimate, 0.0), None, deleted, units)
        values = np.array([_estimate(cells.without(_part(x, cells, cell_of, codes == c))) for c in range(units)])
        variance = (units - 1) / units * float(((values - values.mean()) ** 2).sum())
        freedom = units - 1
    half = float(stats.t.ppf(1 - alpha / 2, freedom)) * variance**0.5 if freedom > 0 else np.inf
    low, high = (float(np.clip(end, 0.0, 1.0)) for end in (estimate - half, estimate + half))
    return Share(max(estimate, 0.0), (low, high), deleted, units)


def _add_up(x: Floats, layout: Layout) -> tuple[_Cells, Ints]:
    """The cells of rows x (m, d), and each row's cell (m,)."""
    key = layout.strata * len(layout.names) + layout.groups
    codes, cell_of = np.unique(key, return_inverse=True)
    cell_of = cell_of.astype(np.intp).reshape(-1)
    stratum, group = np.divmod(codes, len(layout.names))
    empty = _Cells(stratum, group, np.empty(0), np.empty((len(codes), 0)), np.empty(0))
    return _part(x, empty, cell_of, np.ones(len(x), dtype=bool)), cell_of


def _part(x: Floats, cells: _Cells, cell_of: Ints, chosen: NDArray[np.bool_]) -> _Cells:
    """The chosen rows added up over the same cells."""
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(cell_of[rows], kind="stable")]
    present, starts = np.unique(cell_of[rows], return_index=True)
    sums = np.zeros((len(cells.group), x.shape[1]))
    squares = np.zeros(len(cells.group))
    if len(rows):
        points = x[rows]
        sums[present] = np.add.reduceat(points, starts, axis=0)
        squares[present] = np.add.reduceat(np.einsum("ij,ij->i", points, points), starts)
    counts = np.bincount(cell_of[rows], minlength=len(cells.group)).astype(np.float64)
    return _Cells(cells.stratum, cells.group, counts, sums, squares)


@dataclass(frozen=True)
class _Fit:
    """The two-way fit of cells, which depends on counts alone.

    `offsets` F (c, k): a cell's group less the mix of groups in its stratum; `inverse` A+ (k, k) with
    A = F' diag(counts) F. `chance` and `within` (c,) weigh a cell's squared residuals: what differs between groups by
    chance, and the variance within them.
    """

    offsets: Floats
    inverse: Floats
    chance: Floats
    within: Floats
    strata: Floats  # (s,) people per stratum, at least 1

    @classmethod
    def of(cls, stratum: Ints, group: Ints, counts: Floats) -> _Fit:
        """Fit cells of the given codes (c,) and counts (c,)."""
        n_strata, k = int(stratum.max()) + 1, int(group.max()) + 1
        strata = np.maximum(np.bincount(stratum, counts, n_strata), 1.0)
        mix = np.zeros((n_strata, k))
        np.add.at(mix, (stratum, group), counts)
        offsets = np.eye(k)[group] - (mix / strata[:, None])[stratum]
        inverse: Floats = np.asarray(np.linalg.pinv((offsets * counts[:, None]).T @ offsets, hermitian=True), np.float64)
        by_groups = np.einsum("cj,jl,cl->c", offsets, inverse, offsets)
        leverage = by_groups + 1.0 / strata[stratum]
        people = np.bincount(group, counts, k)
        freedom = people - np.bincount(group, counts * leverage, k)
        usable = freedom > 1e-9
        safe = np.where(usable, freedom, 1.0)
        chance = np.where(usable, np.bincount(group, counts * by_groups, k) / safe, 0.0)
        within = np.where(usable, people / safe, 0.0)
        return cls(offsets, inverse, chance[group], within[group], strata)


def _estimate(cells: _Cells) -> float:
    """The share of cells as they are; 0 where there is no variance."""
    fit = _Fit.of(cells.stratum, cells.group, cells.counts)
    means = np.zeros((len(fit.strata), cells.sums.shape[1]))
    np.add.at(means, cells.stratum, cells.sums)
    means = (means / fit.strata[:, None])[cells.stratum]
    counts = cells.counts[:, None]
    sums = cells.sums - counts * means
    squares = cells.squares - np.einsum("cd,cd->c", cells.sums + sums, means)
    groups = fit.offsets.T @ sums
    effects = fit.inverse @ groups
    between = float(np.einsum("kd,kd->", groups, effects))
    fitted = fit.offsets @ effects
    residuals = np.maximum(squares - np.einsum("cd,cd->c", 2 * sums - counts * fitted, fitted), 0.0)
    return float(_ratio(between - float(fit.chance @ residuals), float(fit.within @ residuals)))


def _ratio(between: Floats | float, within: Floats | float) -> Floats:
    """Between / (between + within), 0 where nothing varies."""
    top = np.asarray(between, dtype=np.float64)
    whole = top + within
    return np.asarray(np.divide(top, whole, out=np.zeros_like(whole), where=np.asarray(within) > 1e-14))


def _without_each_answer(x: Floats, cells: _Cells, cell_of: Ints) -> Floats:
    """The share with each row in turn left out, (m,).

    Given counts, every sum of squares is a quadratic form in the cell sums, so that taking x_i from cell c turns
    tr(P K) into tr(P K) - 2 (P T x_i)_c + P_cc |x_i|^2, with T the cell sums and K = T T'. The forms are the same for
    all rows of a cell, so all delete-one values cost one product of x with T.
    """
    products = x @ cells.sums.T
    gram = cells.sums @ cells.sums.T
    squares = np.einsum("ij,ij->i", x, x)
    same_stratum = cells.stratum[:, None] == cells.stratum[None, :]
    values = np.empty(len(x))
    for cell in range(len(cells.group)):
        rows = np.flatnonzero(cell_of == cell)
        counts = cells.counts.copy()
        counts[cell] -= 1
        fit = _Fit.of(cells.stratum, cells.group, counts)
        by_groups = fit.offsets @ fit.inverse @ fit.offsets.T
        hat = by_groups + same_stratum / fit.strata[cells.stratum]

        def form(matrix: Floats, lengths: Floats, cell: int = cell, rows: Ints = rows) -> Floats:
            inside = cells.squares @ lengths + float(np.einsum("ij,ij->", matrix, gram))
            return np.asarray(inside - 2 * products[rows] @ matrix[cell] + (matrix[cell, cell] - lengths[cell]) * squares[rows])

        def explained(weights: Floats, hat: Floats = hat, counts: Floats = counts) -> Floats:
            once = hat * weights[:, None]
            return np.asarray(once + once.T - (hat * (weights * counts)[:, None]).T @ hat)

        values[rows] = _ratio(
            form(by_groups + explained(fit.chance), -fit.chance),
            form(-explained(fit.within), fit.within),
        )
    return values
