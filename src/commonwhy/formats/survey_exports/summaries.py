"""What an import would do, before it does it: counts by role, school, week and kind, and what is left out.

The file is read from end to end once and nothing is kept of it but counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from commonwhy.formats.encoded_text import Limits
from commonwhy.formats.findings import Finding
from commonwhy.formats.messages import gettext_noop
from commonwhy.formats.survey_exports.mapping import Mapping, Use
from commonwhy.formats.survey_exports.matching import Known
from commonwhy.formats.survey_exports.responses import read_responses
from commonwhy.formats.survey_exports.row_checks import SKIP_REASONS
from commonwhy.formats.survey_exports.tables import SURVEY_LIMITS


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A role or school as written, how many rows say it, and the name it may mean."""

    value: str
    rows: int
    guess: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What would happen. ``responses`` = ``added`` + ``already`` (those whose key the caller knows already).

    ``by_group`` and ``by_school`` have the key "" for responses without one. ``answers`` counts by question key.
    """

    rows: int
    responses: int
    added: int
    already: int
    by_kind: dict[str, int]
    by_group: dict[str, int]
    by_school: dict[str, int]
    by_language: dict[str, int]
    by_week: dict[str, int]
    answers: dict[str, int]
    skipped: dict[str, int]
    dropped: tuple[str, ...]
    unmatched_groups: tuple[Unmatched, ...]
    unmatched_schools: tuple[Unmatched, ...]
    findings: tuple[Finding, ...]
    findings_left_out: int = 0
    questions: dict[str, str] = field(default_factory=dict)

    def as_dict(self, translate: Callable[[str], str] = gettext_noop) -> dict[str, Any]:
        """Plain JSON; the sentences in it translated."""
        return {
            "rows": self.rows,
            "responses": self.responses,
            "added": self.added,
            "already": self.already,
            "by_kind": self.by_kind,
            "by_group": self.by_group,
            "by_school": self.by_school,
            "by_language": self.by_language,
            "by_week": self.by_week,
            "answers": self.answers,
            "questions": self.questions,
            "skipped": [
                {"reason": reason, "text": translate(SKIP_REASONS[reason]), "rows": rows} for reason, rows in self.skipped.items()
            ],
            "dropped": list(self.dropped),
            "unmatched_groups": [_as_dict(item) for item in self.unmatched_groups],
            "unmatched_schools": [_as_dict(item) for item in self.unmatched_schools],
            "findings": [finding.as_dict(translate) for finding in self.findings],
            "findings_left_out": self.findings_left_out,
        }


def summary(
    source: Path | BinaryIO,
    mapping: Mapping,
    *,
    groups: Known | None = None,
    schools: Known | None = None,
    salt: bytes | None = None,
    known_keys: Collection[str] = frozenset(),
    key_source: str = "",
    name: str | None = None,
    limits: Limits = SURVEY_LIMITS,
) -> Summary:
    """A dry run of ``read_responses`` with the same arguments. Raises what it raises.

    ``known_keys`` are the keys of responses the survey already has (needs ``salt``).
    """
    reading = read_responses(
        source,
        mapping,
        groups=groups,
        schools=schools,
        salt=salt,
        key_source=key_source,
        name=name,
        limits=limits,
    )
    counts: dict[str, Counter[str]] = {part: Counter() for part in ("group", "school", "language", "week", "answers")}
    responses = already = 0
    for response in reading:
        responses += 1
        already += bool(response.key) and response.key in known_keys
        counts["group"][response.group or ""] += 1
        counts["school"][response.school or ""] += 1
        counts["language"][response.language or ""] += 1
        counts["week"][response.submitted_week.isoformat() if response.submitted_week else ""] += 1
        counts["answers"].update(response.answers.keys())
    return Summary(
        rows=reading.rows,
        responses=responses,
        added=responses - already,
        already=already,
        by_kind=dict(Counter(str(column.kind) for column in mapping.columns)),
        by_group=dict(counts["group"].most_common()),
        by_school=dict(counts["school"].most_common()),
        by_language=dict(counts["language"].most_common()),
        by_week=dict(sorted(counts["week"].items())),
        answers={key: counts["answers"][key] for key in mapping.questions},
        skipped=dict(reading.skipped.most_common()),
        dropped=mapping.dropped,
        unmatched_groups=_unmatched(reading.unmatched[Use.GROUP], reading.guesses, Use.GROUP),
        unmatched_schools=_unmatched(reading.unmatched[Use.SCHOOL], reading.guesses, Use.SCHOOL),
        findings=tuple(reading.findings),
        findings_left_out=reading.findings_left_out,
        questions=mapping.questions,
    )


def _unmatched(values: Counter[str], guesses: dict[tuple[Use, str], str], kind: Use) -> tuple[Unmatched, ...]:
    return tuple(Unmatched(value, rows, guesses.get((kind, value), "")) for value, rows in values.most_common())


def _as_dict(item: Unmatched) -> dict[str, Any]:
    return {"value": item.value, "rows": item.rows, "guess": item.guess}
