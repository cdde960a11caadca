"""The definition gap, measured: how different people's answers are between groups, compared with within them.

Puts the pieces of this package together and decides what may be said. "Alike" is only said when a gap of the size we
care about can be ruled out; seeing no gap among few voices is "not enough voices yet", with how many more to ask where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import combinations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from .answers import Answers, prepare
from .centre import CentreGap, centre_gap
from .meanings import Meanings, find_meanings
from .overlap import morisita_overlap
from .power import FEWEST_PER_GROUP, effective_dimensions, needed_per_group, power_table
from .result import (
    AnswerPair,
    CentreFigures,
    GapReport,
    GapWarning,
    GroupSize,
    Json,
    MeaningFigures,
    MeaningShare,
    PairFigures,
    Reason,
    SpreadFigures,
    SpreadOf,
    Verdict,
    VerdictCode,
)
from .share import FEWEST_CLUSTERS
from .spread import SpreadGap, spread_gap
from .strata import Ints, Layout, centre_strata, lay_out
from .threads import one_thread
from .three import FEWEST, MOST, side_by_side

SMALLEST_COMPARED = 5
"""A group with fewer comparable answers is described, not compared: its spread cannot be told."""

ALIKE_OVERLAP = 0.5
"""With several meanings, groups are only called alike when every two are sure to share at least this much of them."""

_MANY_THE_SAME = 0.2


@one_thread()
def measure_gap(
    vectors: ArrayLike,
    texts: Sequence[str | None],
    by: Sequence[object],
    within: Sequence[object] | None = None,
    *,
    seed: int,
    permutations: int = 999,
    alpha: float = 0.05,
) -> GapReport:
    """Measure how far apart groups are in what they mean.

    `vectors` (n, d) the embedded answers, scaled here to unit length; `texts` the n answers, verbatim; `by` the n
    group labels; `within` n labels inside which groups are compared (schools, when roles are). `seed` from 0 up. The
    same answers in any order and the same seed give the same figures. Under 3 answers nothing but the number is
    given; 3 to 19 are shown side by side; from 20 on meanings are looked for, and groups of five or more compared.
    Raises ValueError on input that cannot be used at all: no answers, unequal lengths, vectors with NaN.

    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(60, 16)) + np.repeat(np.eye(2, 16) * 2, 30, axis=0)
    >>> report = measure_gap(x, [f"answer {i}" for i in range(60)], ["teachers"] * 30 + ["families"] * 30, seed=1)
    >>> report.verdict.code.value, report.verdict.most_apart, report.centre.p
    ('apart', ('families', 'teachers'), 0.001)
    """
    if seed < 0:
        raise ValueError(f"the seed must be 0 or more, not {seed}")
    if permutations < 1 or not 0 < alpha < 1:
        raise ValueError(f"cannot test with {permutations} permutations at a level of {alpha}")
    answers = prepare(vectors, texts, by, within)
    n = len(answers.texts)
    sizes = dict(sorted(Counter(answers.groups).items()))
    groups = tuple(GroupSize(name, count) for name, count in sizes.items())
    warnings = _about_the_answers(answers)
    method = _method(seed, permutations, alpha, answers)
    labels: list[int | None] = [None] * len(texts)
    if n <= MOST:
        return GapReport(
            n=n,
            dropped=answers.dropped,
            groups=groups,
            centre=CentreFigures(),
            spread=SpreadFigures(),
            meanings=(),
            pairs=(),
            verdict=_verdict_on_few(sizes, n),
            warnings=tuple(warnings),
            method=method,
            side_by_side=_next_to_each_other(answers) if n >= FEWEST else (),
            labels=tuple(labels),
        )
    meanings = find_meanings(answers.vectors, answers.texts, seed=seed)
    for row, label in zip(answers.rows, meanings.labels, strict=True):
        labels[row] = label
    method["stability"] = {str(k): round(value, 3) for k, value in meanings.tried}
    compared, layout = _comparable(answers)
    left_out = tuple(name for name in sizes if name not in layout.names)
    if len(sizes) > 1 and left_out:
        warnings.append(GapWarning("small_groups", {"groups": left_out, "fewer_than": SMALLEST_COMPARED}))
    if answers.strata is not None and compared.size < n:
        warnings.append(GapWarning("outside_shared_strata_or_small", {"n": n - int(compared.size)}))
    if meanings.k == 1:
        warnings.append(GapWarning("one_meaning"))
    centre: CentreGap | None = None
    spread: SpreadGap | None = None
    needed: int | None = None
    if len(layout.names) >= 2:
        points = answers.vectors[compared]
        own = [answers.groups[i] for i in compared]
        strata = [answers.strata[i] for i in compared] if answers.strata is not None else None
        centre = centre_gap(points, own, strata, seed=seed, permutations=permutations, alpha=alpha)
        spread = spread_gap(points, own, strata, seed=seed, permutations=permutations, alpha=alpha)
        dimensions = effective_dimensions(centre_strata(points[layout.rows], layout), layout.groups)
        needed = needed_per_group(len(layout.names), dimensions)
        method["effective_dimensions"] = round(dimensions, 1)
        method["needed_per_group"] = needed
        if centre.p is None:
            warnings.append(GapWarning("few_permutations", {"attainable": centre.attainable}))
        if strata is not None and centre.strata < FEWEST_CLUSTERS:
            warnings.append(GapWarning("few_strata", {"strata": centre.strata}))
    pairs = _pairs(answers, meanings, tuple(sizes), compared, layout)
    verdict = _verdict(sizes, centre, spread, pairs, needed, answers, alpha)
    if verdict.code is VerdictCode.APART and verdict.more_needed:
        warnings.append(GapWarning("few_voices", {"groups": tuple(name for name, _ in verdict.more_needed)}))
    return GapReport(
        n=n,
        dropped=answers.dropped,
        groups=groups,
        centre=_centre_figures(centre),
        spread=SpreadFigures(
            spread.statistic, spread.p, tuple(SpreadOf(group.name, group.n, group.mean) for group in spread.by_group)
        )
        if spread
        else SpreadFigures(),
        meanings=_meaning_figures(answers, meanings, sizes),
        pairs=pairs,
        verdict=verdict,
        warnings=tuple(warnings),
        method=method,
        labels=tuple(labels),
    )


def _verdict_on_few(sizes: dict[str, int], n: int) -> Verdict:
    """The verdict on fewer than 20 answers: side by side from 3 on."""
    more = tuple((name, FEWEST_PER_GROUP - count) for name, count in sizes.items() if count < FEWEST_PER_GROUP)
    if n >= FEWEST:
        return Verdict(VerdictCode.SIDE_BY_SIDE, more_needed=more)
    return Verdict(VerdictCode.NOT_ENOUGH_VOICES, more_needed=more, reason=Reason.FEW_ANSWERS)


def _verdict(
    sizes: dict[str, int],
    centre: CentreGap | None,
    spread: SpreadGap | None,
    pairs: tuple[PairFigures, ...],
    needed: int | None,
    answers: Answers,
    alpha: float,
) -> Verdict:
    """What may be said. Groups count with the answers that were compared, so that strata with one group do not help."""
    if len(sizes) == 1:
        return Verdict(VerdictCode.ONE_GROUP, enough=tuple(sizes))
    counted = dict.fromkeys(sizes, 0) | (dict(centre.groups) if centre else {})
    if centre is None or spread is None or needed is None:
        overlapping = answers.strata is None or bool(len(lay_out(answers.groups, answers.strata).rows))
        reason = Reason.FEW_ANSWERS if overlapping else Reason.NO_SHARED_STRATUM
        more = tuple((name, FEWEST_PER_GROUP - n) for name, n in sizes.items() if n < FEWEST_PER_GROUP)
        return Verdict(VerdictCode.NOT_ENOUGH_VOICES, more_needed=more, reason=reason)
    have = sizes if answers.strata is None else counted
    lacking = tuple((name, needed - n) for name, n in have.items() if n < needed)
    enough = tuple(name for name, n in counted.items() if n >= needed)
    widest = max(spread.by_group, key=lambda group: group.mean).name
    unsettled = widest if spread.p is not None and spread.p <= alpha else None
    if centre.p is None:
        return Verdict(VerdictCode.NOT_ENOUGH_VOICES, None, unsettled, lacking, enough, Reason.FEW_PERMUTATIONS)
    if centre.p <= alpha:
        return Verdict(VerdictCode.APART, most_apart(pairs, dict(centre.groups)), unsettled, lacking, enough)
    if unsettled is not None:
        return Verdict(VerdictCode.LESS_SETTLED, None, unsettled, lacking, enough)
    if len(enough) < 2:
        return Verdict(VerdictCode.NOT_ENOUGH_VOICES, None, None, lacking, enough, Reason.FEW_ANSWERS)
    interval = centre.share.interval
    ruled_out = interval is not None and interval[1] < power_table().share
    overlaps = [pair.interval for pair in pairs if pair.a in enough and pair.b in enough and pair.overlap is not None]
    shared = all(ends is not None and ends[0] >= ALIKE_OVERLAP for ends in overlaps)
    code = VerdictCode.ALIKE if ruled_out and shared else VerdictCode.NO_GAP_SEEN
    return Verdict(code, None, None, lacking, enough)


def most_apart(pairs: tuple[PairFigures, ...], compared: dict[str, int]) -> tuple[str, str] | None:
    """The compared pair that most surely shares least of its meanings: the one whose interval ends lowest.

    The lowest estimate is often that of two small groups, and says little. With one meaning, the pair whose centres are
    furthest apart.
    """
    able = [pair for pair in pairs if pair.a in compared and pair.b in compared]
    if not able:
        return None
    told = [pair for pair in able if pair.overlap is not None]
    least = min(told or able, key=lambda pair: (_surely(pair), pair.overlap or 0.0, -(pair.distance or 0.0)))
    return least.a, least.b


def _surely(pair: PairFigures) -> float:
    return pair.interval[1] if pair.interval is not None else 1.0 if pair.overlap is not None else 0.0


def _comparable(answers: Answers) -> tuple[Ints, Layout]:
    """Positions of the answers that can be compared, and their layout.

    A group with fewer than five answers is taken out, and then strata left with one group, until nothing changes.
    """
    positions = np.arange(len(answers.texts))
    while True:
        layout = lay_out(
            [answers.groups[i] for i in positions],
            [answers.strata[i] for i in positions] if answers.strata is not None else None,
        )
        large = layout.sizes >= SMALLEST_COMPARED
        kept = np.sort(positions[layout.rows[large[layout.groups]]])
        if len(kept) == len(positions):
            return positions, layout
        positions = kept


def _pairs(
    answers: Answers,
    meanings: Meanings,
    names: tuple[str, ...],
    compared: Ints,
    layout: Layout,
) -> tuple[PairFigures, ...]:
    """Every two groups: overlap of their meanings, and distance of their centres where both were compared."""
    counts = {name: [0] * meanings.k for name in names}
    for name, label in zip(answers.groups, meanings.labels, strict=True):
        counts[name][label - 1] += 1
    points = centre_strata(answers.vectors[compared][layout.rows], layout)
    middle, noise = {}, {}
    for code, name in enumerate(layout.names):
        own = points[layout.groups == code]
        middle[name] = own.mean(axis=0)
        noise[name] = float(((own - middle[name]) ** 2).sum()) / (len(own) - 1) / len(own)
    found = []
    for a, b in combinations(names, 2):
        overlap = morisita_overlap(counts[a], counts[b])
        distance = None
        if a in middle and b in middle:
            squared = float(((middle[a] - middle[b]) ** 2).sum()) - noise[a] - noise[b]
            distance = max(squared, 0.0) ** 0.5
        found.append(PairFigures(a, b, overlap.n_a, overlap.n_b, overlap.value, overlap.interval, distance))
    return tuple(found)


def _centre_figures(centre: CentreGap | None) -> CentreFigures:
    """The figures of the centre test; with too few permutations only what describes."""
    if centre is None:
        return CentreFigures()
    return CentreFigures(
        statistic=centre.statistic,
        p=centre.p,
        share=centre.share.estimate,
        interval=centre.share.interval if centre.p is not None else None,
        interval_by=f"{centre.share.deleted} ({centre.share.units})",
        groups=tuple(GroupSize(name, n) for name, n in centre.groups),
        attainable=centre.attainable,
    )


def _meaning_figures(answers: Answers, meanings: Meanings, sizes: dict[str, int]) -> tuple[MeaningFigures, ...]:
    """Each meaning with its quotes in full and its share of every group."""
    held = Counter(zip(answers.groups, meanings.labels, strict=True))
    return tuple(
        MeaningFigures(
            id=meaning.id,
            words=tuple(word.word for word in meaning.words),
            n=meaning.n,
            share=meaning.n / len(answers.texts),
            quotes=tuple(answers.texts[i] for i in meaning.quotes),
            by_group=tuple(
                MeaningShare(name, held[name, meaning.id], of, held[name, meaning.id] / of) for name, of in sizes.items()
            ),
            quote_rows=tuple(answers.rows[i] for i in meaning.quotes),
        )
        for meaning in meanings.meanings
    )


def _next_to_each_other(answers: Answers) -> tuple[AnswerPair, ...]:
    """A handful of answers, two by two, most alike first."""
    return tuple(
        AnswerPair(
            answers.texts[pair.a],
            answers.texts[pair.b],
            answers.groups[pair.a],
            answers.groups[pair.b],
            pair.similarity,
            (answers.rows[pair.a], answers.rows[pair.b]),
        )
        for pair in side_by_side(answers.vectors).pairs
    )


def _about_the_answers(answers: Answers) -> list[GapWarning]:
    """Warnings about the answers themselves."""
    warnings = [GapWarning("dropped", {"reason": reason, "n": n}) for reason, n in answers.dropped.items()]
    times = Counter(" ".join(text.split()).casefold() for text in answers.texts)
    _, most = times.most_common(1)[0]
    if most > 1 and most >= _MANY_THE_SAME * len(answers.texts):
        warnings.append(GapWarning("many_the_same", {"n": most, "of": len(answers.texts)}))
    return warnings


def _method(seed: int, permutations: int, alpha: float, answers: Answers) -> dict[str, Json]:
    """Names and versions, for the file and for "How we know"."""
    try:
        ours = version("commonwhy")
    except PackageNotFoundError:
        ours = "unknown"
    return {
        "centre": "Welch-type distance test W_d* (Hamidi et al. 2019)"
        + ("; strata centred, permuted within strata" if answers.strata is not None else ""),
        "share": "between-group share of distance variance in the manner of omega-squared, delete-one jackknife",
        "spread": "PERMDISP to the spatial median (Anderson 2006), bias-adjusted, permuted residuals",
        "meanings": "k-means on principal directions, k by clusterwise stability (Hennig 2007) against clouds of one shape",
        "words": "log-odds with an informative Dirichlet prior (Monroe et al. 2008), false discovery rate .05",
        "overlap": "bias-corrected Morisita overlap, delete-one jackknife",
        "power": f"share {power_table().share:g} with power {power_table().power:g} at {power_table().alpha:g}",
        "seed": seed,
        "permutations": permutations,
        "alpha": alpha,
        "versions": {"commonwhy": ours, "numpy": np.__version__, "scipy": scipy.__version__},
    }
