"""A first guess at what every column is for, with the reason in a sentence.

The survey maker's own columns are known by name. The rest is read from headings (role, school, language, in English
and Spanish) and from the first few hundred answers: sentences, choices, ratings, addresses. When in doubt a column is
an answer in words, which loses nothing; when it could say who someone is, it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace

from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.survey_exports.answers import Answers, SpreadQuestion, guess_question
from commonwhy.formats.survey_exports.dates import is_day_first, monday_of
from commonwhy.formats.survey_exports.headings import Heading
from commonwhy.formats.survey_exports.layouts import Layout, Vendor
from commonwhy.formats.survey_exports.mapping import Check, Column, Mapping, Use, new_key
from commonwhy.formats.survey_exports.matching import Known, Matcher
from commonwhy.formats.survey_exports.redaction import is_contact, sample
from commonwhy.formats.survey_exports.vendor_columns import vendor_column
from commonwhy.formats.survey_exports.vocabulary import (
    END_TIMES,
    GRADE_HEADER,
    GROUP_HEADER,
    IDENTITY_ASKED,
    IDENTITY_HEADER,
    LANGUAGE_HEADER,
    LANGUAGES,
    NOT_IDENTITY,
    PLAIN_RESPONDENT,
    PLAIN_TIMESTAMP,
    ROLE_WORDS,
    SCHOOL_HEADER,
    plain,
    words,
)

_SAMPLES = 3
# A moment to the second can say who was at the computer; a page does not need it.
_WITHOUT_SAMPLES = frozenset({Use.IGNORE, Use.TIMESTAMP, Use.IDENTITY})
_ROLE_CHARS = 120
# A heading longer than this asks for an opinion, even where it mentions a school or an e-mail.
_LABEL_WORDS = 9


def guess_mapping(layout: Layout, *, groups: Known | None = None, schools: Known | None = None) -> Mapping:
    """The likeliest mapping of a file. ``groups`` and ``schools`` (key to names) make the guess better."""
    judge = _Judge(layout, groups or {}, schools or {})
    columns = [judge.column(heading) for heading in layout.headings]
    columns = _only_best(columns, judge.scores)
    columns = _with_shared_keys(columns, layout.headings)
    times = next((judge.answers(column.index).filled for column in columns if column.kind is Use.TIMESTAMP), ())
    return Mapping(
        fingerprint=layout.fingerprint,
        columns=tuple(columns),
        day_first=is_day_first(times, otherwise=_speaks_spanish(layout)),
    )


def safety_locks(layout: Layout) -> frozenset[int]:
    """The columns of a file that say who answered, whatever a mapping claims: checked again when rows are read."""
    judge = _Judge(layout, {}, {})
    return frozenset(heading.index for heading in layout.headings if judge.column(heading).locked)


@dataclass
class _Judge:
    """Looks at one column at a time; ``scores`` remembers how well each fits a use that is there once."""

    layout: Layout
    groups: Known
    schools: Known

    def __post_init__(self) -> None:
        self.scores: dict[int, float] = {}
        self._groups = Matcher(self.groups, {}, roles=True)
        self._schools = Matcher(self.schools, {}, roles=False)
        self._answers = [Answers.of(self.layout.head, heading.index) for heading in self.layout.headings]
        members: dict[str, list[Heading]] = {}
        for heading in self.layout.headings:
            if heading.row:
                members.setdefault(heading.shared, []).append(heading)
        self._spread = {
            shared: SpreadQuestion([(heading, self.answers(heading.index)) for heading in found])
            for shared, found in members.items()
        }

    def answers(self, index: int) -> Answers:
        """What the first rows hold in a column; nothing beside the table."""
        return self._answers[index] if 0 <= index < len(self._answers) else Answers(())

    def column(self, heading: Heading) -> Column:
        """The guess for one column."""
        answers = self.answers(heading.index)
        made = vendor_column(self.layout.vendor, heading)
        column = made or self._by_heading(heading, answers) or self._by_answers(heading, answers)
        if column.kind is Use.TIMESTAMP and column.index not in self.scores:
            name = plain(heading.code or heading.text)
            self.scores[column.index] = 2.0 if any(word in name for word in END_TIMES) else 1.0
        if column.kind is Use.IDENTITY or column.locked or column.check is not Check.NONE:
            return replace(column, key=new_key(heading.index))
        shown = () if column.kind in _WITHOUT_SAMPLES else answers.distinct[:_SAMPLES]
        return replace(column, samples=tuple(map(sample, shown)), key=new_key(heading.index))

    def _by_heading(self, heading: Heading, answers: Answers) -> Column | None:
        text = plain(heading.text)
        if answers.filled and sum(map(is_contact, answers.filled)) * 2 >= len(answers.filled):
            reason = gettext_noop("Most cells are e-mail addresses, telephone numbers or internet addresses.")
            return _column(heading, Use.IDENTITY, reason, locked=True)
        if heading.row:
            reason = gettext_noop("The heading asks who the person is.")
            return _column(heading, Use.IDENTITY, reason) if self._spread[heading.shared].asks_who(heading) else None
        if not text:
            return _column(heading, Use.IGNORE, gettext_noop("It has no heading."))
        if PLAIN_RESPONDENT.match(text):
            reason = gettext_noop("It numbers the answers; it is only used to notice one that is there twice.")
            return _column(heading, Use.IDENTITY, reason, check=Check.RESPONDENT, locked=True)
        if PLAIN_TIMESTAMP.match(text) and _share(answers, lambda cell: monday_of(cell) is not None) >= 0.5:
            return _column(heading, Use.TIMESTAMP, gettext_noop("The heading and the dates say when it was sent."))
        is_label = len(text.split()) <= _LABEL_WORDS
        is_short = answers.mean_words <= 6
        if is_label and is_short and SCHOOL_HEADER.search(text) and self._fits_schools(heading, answers):
            return _column(heading, Use.SCHOOL, gettext_noop("The heading names a school and the answers are short."))
        asks_who = IDENTITY_ASKED.search(text) or (is_label and IDENTITY_HEADER.search(text))
        if asks_who and not NOT_IDENTITY.search(text):
            return _column(heading, Use.IDENTITY, gettext_noop("The heading asks who the person is."))
        if is_label and LANGUAGE_HEADER.search(text) and _share(answers, _is_language) >= 0.5:
            return _column(heading, Use.LANGUAGE, gettext_noop("The heading and the answers name a language."))
        if self._fits_groups(heading, answers, text):
            return _column(heading, Use.GROUP, gettext_noop("The heading or the answers name roles."))
        if self._fits_schools(heading, answers, by_values=True):
            return _column(heading, Use.SCHOOL, gettext_noop("Most answers are names of your schools."))
        if is_label and GRADE_HEADER.search(text) and answers.mean_words <= 3 and answers.is_choice_like:
            return _column(heading, Use.GRADE, gettext_noop("The heading asks for a grade and the answers are short."))
        return None

    def _fits_groups(self, heading: Heading, answers: Answers, text: str) -> bool:
        asked = bool(GROUP_HEADER.search(text))
        roles = _share(answers, lambda cell: self._groups.match(cell).key is not None or _is_role(cell))
        is_named = asked and len(text.split()) <= 3 and answers.is_choice_like
        is_role_like = answers.mean_words <= 6 and answers.longest <= _ROLE_CHARS
        if not is_role_like or (roles < (0.3 if asked else 0.6) and not is_named):
            return False
        self.scores[heading.index] = roles + (1.0 if asked else 0.0)
        return True

    def _fits_schools(self, heading: Heading, answers: Answers, *, by_values: bool = False) -> bool:
        known = _share(answers, lambda cell: self._schools.match(cell).key is not None)
        near = _share(answers, lambda cell: bool(self._schools.match(cell).guess))
        if by_values and known + near < 0.6:
            return False
        if not by_values and not (known + near >= 0.2 or answers.is_choice_like or not answers.filled):
            return False
        self.scores[heading.index] = known + near + (0.0 if by_values else 1.0)
        return True

    def _by_answers(self, heading: Heading, answers: Answers) -> Column:
        if heading.row:
            guess = self._spread[heading.shared].guess(heading, answers)
        else:
            beside = [self.answers(heading.index - 1), self.answers(heading.index + 1)]
            guess = guess_question(heading, answers, neighbours=beside, vendor=self.layout.vendor)
        return Column(
            index=heading.index,
            header=heading.text,
            question=f"{heading.question} [{heading.row}]" if guess.alone else heading.question,
            kind=guess.kind,
            reason=guess.reason,
            row_of_grid="" if guess.alone else heading.row,
            separator=guess.separator,
            options=guess.options,
        )


def _column(heading: Heading, kind: Use, reason: str, *, check: Check = Check.NONE, locked: bool = False) -> Column:
    return Column(
        index=heading.index,
        header=heading.text,
        question=heading.question,
        kind=kind,
        reason=Message(reason),
        row_of_grid=heading.row,
        check=check,
        locked=locked,
    )


def _only_best(columns: Sequence[Column], scores: MappingOf[int, float]) -> list[Column]:
    """Of several columns for what is there once, the one that fits best; the others are choices, or left out."""
    chosen = list(columns)
    for kind in (Use.TIMESTAMP, Use.GROUP, Use.SCHOOL, Use.LANGUAGE, Use.GRADE):
        found = [column for column in chosen if column.kind is kind]
        best = max(found, key=lambda column: scores.get(column.index, 0.0), default=None)
        for column in found:
            if column is best:
                continue
            if kind is Use.TIMESTAMP:
                reason = gettext_noop("Another column already says when it was sent.")
                chosen[column.index] = replace(column, kind=Use.IGNORE, reason=Message(reason))
            else:
                reason = gettext_noop("Another column fits “%(use)s” better, so this is read as a choice.")
                chosen[column.index] = replace(column, kind=Use.SINGLE, reason=Message(reason, {"use": str(kind)}))
    return chosen


def _with_shared_keys(columns: Sequence[Column], headings: Sequence[Heading]) -> list[Column]:
    """Options spread over columns are one answer: they take the key of the first."""
    first: dict[str, str] = {}
    shared = []
    for column, heading in zip(columns, headings, strict=True):
        if column.kind is Use.MULTIPLE and heading.shared and column.row_of_grid:
            key = first.setdefault(heading.shared, column.key)
            shared.append(replace(column, key=key))
        else:
            shared.append(column)
    return shared


def _share(answers: Answers, fits: Callable[[str], bool]) -> float:
    """The share of answered cells that fit, each distinct text looked at once."""
    if not answers.filled:
        return 0.0
    total = sum(count for text, count in answers.counts.items() if fits(text))
    return total / len(answers.filled)


def _is_role(cell: str) -> bool:
    said = words(cell[:200])
    return 0 < len(said) <= 6 and any(word in ROLE_WORDS for word in said)


def _is_language(cell: str) -> bool:
    return " ".join(words(cell[:60])) in LANGUAGES


def _speaks_spanish(layout: Layout) -> bool:
    """Whether the maker's own first columns are in Spanish, which is where the day comes first."""
    if layout.vendor is Vendor.PLAIN:
        return any(word in plain(heading.text).split() for heading in layout.headings[:3] for word in ("fecha", "marca"))
    return bool({"marca", "hora", "encuestado", "fecha"} & set(" ".join(plain(h.text) for h in layout.headings[:4]).split()))
