"""Measuring a file's votes, and the result for machines.

Statements that moderators took out keep their votes and their counts, but nobody is grouped by them and nothing is concluded
from them: they are always "open" and stand in no list.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from commonwhy.formats.opinion import VoteFile
from commonwhy.methods.opinion.polis import group_informed_consensus, polis_landscape
from commonwhy.methods.opinion.polis_statements import AGREES, DISAGREES, PASSES, count_by
from commonwhy.methods.opinion.result import (
    Counts,
    Landscape,
    Mode,
    Outcome,
    Representative,
    StatementFigures,
)
from commonwhy.methods.opinion.votes import Votes

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

SMALL = 10
"""Fewer votes than this tell nothing of a statement, of a role, or (in the default mode) of a group."""

_GROUPING = {
    Mode.COMMONWHY: "masked low-rank model of agree, disagree and pass; groups by held-out likelihood and bootstrap stability",
    Mode.POLIS: "two principal components of votes, missing ones at their statement's mean; k-means by mean silhouette",
}
_SHARED = {
    Mode.COMMONWHY: "lower credible bound of the smallest agreement over opinion groups and declared roles with enough votes",
    Mode.POLIS: "group-informed consensus: product over groups of (agrees + 1) / (votes + 2)",
}


@dataclass(frozen=True)
class Measured:
    """A file's votes and what was found in them; every index is one of the file's."""

    file: VoteFile
    landscape: Landscape

    def text(self, statement: int) -> str:
        """A statement's words, or its number where no file tells them."""
        words = " ".join(self.file.words[statement].split())
        name = self.file.statements[statement]
        return words or (f"Statement {name}" if name.isdecimal() else name)

    @cached_property
    def told(self) -> tuple[StatementFigures, ...]:
        """The statements that were not moderated out."""
        return tuple(each for each in self.landscape.statements if not self.file.left_out[each.statement])

    @cached_property
    def published_difference(self) -> float | None:
        """The largest difference to the group-informed consensus Polis published, recomputed for its own groups."""
        published = self.file.published
        if published is None:
            return None
        again = group_informed_consensus(self.file.votes, published.group)
        known = np.isfinite(published.consensus)
        return float(np.abs(again - published.consensus)[known].max(initial=0.0))

    def as_json(self) -> dict[str, Json]:
        """The report for machines. Groups are numbered from 1, as on the page; figures that are not told are null."""
        found, file = self.landscape, self.file
        people = found.people
        return {
            "n_people": found.n_people,
            "n_grouped": found.n_grouped,
            "n_statements": found.n_statements,
            "n_votes": found.n_votes,
            "k": found.k,
            "k_candidates": [
                {"k": each.k, "score": _number(each.score), "stability": _number(each.stability)} for each in found.candidates
            ],
            "groups": [
                {
                    "id": group.number + 1,
                    "n": group.n,
                    "representative": [self._representative(each) for each in group.representative],
                }
                for group in found.groups
            ],
            "people": [
                {
                    "voter": voter,
                    "x": _number(people.x[place]),
                    "y": _number(people.y[place]),
                    "group": int(people.group[place]) + 1 if people.group[place] >= 0 else None,
                    "confidence": _number(people.confidence[place]),
                }
                for place, voter in enumerate(file.voters)
            ],
            "statements": [self._statement(each) for each in found.statements],
            "prediction": self._prediction(),
            "flags": self._flags(),
            "method": self._method(),
        }

    def _representative(self, one: Representative) -> Json:
        return {
            "statement": self.file.statements[one.statement],
            "reaction": "agree" if one.agrees else "disagree",
            "share": _number(one.share),
            "n": one.n,
            "rest": _number(one.rest),
            "score": _number(one.score),
        }

    def _statement(self, one: StatementFigures) -> Json:
        return {
            "id": self.file.statements[one.statement],
            **_counts(one.counts),
            "by_group": [{"group": number + 1, **_counts(each)} for number, each in enumerate(one.by_group)],
            "by_role": [{"role": name, **_counts(each)} for name, each in zip(self.landscape.roles, one.by_role, strict=False)],
            "shared_ground": _number(one.shared_ground),
            "interval": None if one.interval is None else [_number(bound) for bound in one.interval],
            "outcome": one.outcome.value,
        }

    def _prediction(self) -> Json:
        found = self.landscape.prediction
        if found is None:
            return None
        return {
            "n": found.n,
            "brier": _number(found.brier),
            "brier_of_means": _number(found.brier_of_means),
            "accuracy": _number(found.accuracy),
            "accuracy_of_means": _number(found.accuracy_of_means),
        }

    def _flags(self) -> list[Json]:
        file = self.file
        flags: list[Json] = [
            {"kind": each.kind.value, "people": [file.voters[person] for person in each.people]} for each in self.landscape.flags
        ]
        if out := [file.statements[place] for place in np.flatnonzero(file.left_out)]:
            flags.append({"kind": "moderated out", "statements": out})
        if file.findings.total:
            flags.append({"kind": "rows not counted", "n": file.findings.total})
        return flags

    def _method(self) -> dict[str, Json]:
        found = self.landscape
        method: dict[str, Json] = {
            "mode": found.mode.value,
            "groups": _GROUPING[found.mode],
            "shared_ground": _SHARED[found.mode],
            "stability": _number(found.stability),
            "small": found.small,
            "seed": found.seed,
            "changed_votes": self.file.changed,
            "versions": {name: version(name) for name in ("commonwhy", "numpy", "scipy")},
        }
        if self.published_difference is not None:
            method["published_consensus_largest_difference"] = self.published_difference
        return method


def measure(file: VoteFile, *, mode: Mode, groups: int | None, seed: int) -> Measured:
    """Measure a file's votes in one mode. Raises ValueError for what the mathematics refuses."""
    if mode is Mode.POLIS:
        landscape = polis_landscape(
            file.votes,
            roles=file.roles,
            role_names=file.role_names,
            small=SMALL,
            groups=groups,
            seed=seed,
            left_out=file.left_out,
        )
        return Measured(file, landscape)
    from commonwhy.methods.opinion.report import measure_landscape

    kept = np.flatnonzero(~file.left_out)
    landscape = measure_landscape(
        _only(file.votes, kept), roles=file.roles, role_names=file.role_names, small=SMALL, groups=groups, seed=seed, mode=mode
    )
    return Measured(file, landscape if len(kept) == file.votes.statements else _with_the_rest(file, landscape, kept))


def _only(votes: Votes, kept: NDArray[np.int64]) -> Votes:
    """The votes on some statements, numbered anew."""
    if len(kept) == votes.statements:
        return votes
    place = np.full(votes.statements, -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    use = place[votes.statement] >= 0
    exposure = None if votes.exposure is None else votes.exposure[use]
    return Votes(votes.people, len(kept), votes.person[use], place[votes.statement[use]], votes.value[use], exposure)


def _with_the_rest(file: VoteFile, landscape: Landscape, kept: NDArray[np.int64]) -> Landscape:
    """The landscape of all statements, from that of those which were kept: the others with their counts alone."""
    votes = file.votes
    by_group = count_by(votes, landscape.people.group, landscape.k)
    roles = file.roles if file.roles is not None else np.full(votes.people, -1, dtype=np.int64)
    by_role = count_by(votes, roles, len(landscape.roles))
    overall = count_by(votes, np.zeros(votes.people, dtype=np.int64), 1)[0]
    of = {int(place): replace(each, statement=int(place)) for place, each in zip(kept, landscape.statements, strict=True)}
    statements = [
        of[place]
        if place in of
        else StatementFigures(
            statement=place,
            counts=_row(overall[place]),
            agreement=None,
            by_group=tuple(_row(each) for each in by_group[:, place]),
            by_role=tuple(_row(each) for each in by_role[:, place]),
            shared_ground=None,
            interval=None,
            lowest="",
            outcome=Outcome.OPEN,
            not_heard=(),
        )
        for place in range(votes.statements)
    ]
    groups = tuple(
        replace(
            group,
            representative=tuple(replace(each, statement=int(kept[each.statement])) for each in group.representative),
        )
        for group in landscape.groups
    )
    return replace(landscape, n_statements=votes.statements, n_votes=votes.count, groups=groups, statements=tuple(statements))


def _row(row: NDArray[np.int64]) -> Counts:
    return Counts(int(row[AGREES]), int(row[DISAGREES]), int(row[PASSES]))


def _counts(counts: Counts) -> dict[str, Json]:
    return {"agree": counts.agree, "disagree": counts.disagree, "pass": counts.passed}


def _number(value: float | None) -> float | None:
    """A figure for JSON, which knows no NaN and no infinity."""
    return None if value is None or not math.isfinite(value) else float(value)
