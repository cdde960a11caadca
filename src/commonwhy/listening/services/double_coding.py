"""Two people code the same answers without seeing each other's codes; what they agree on, and what they settle (METHODS 4.9).

Until both are done nobody sees or counts any code on these answers but their own (`Coding.visibility`). Then the agreement
is worked out once and kept. What both found becomes a code like any other; where they differ they talk, and whoever
settles it says what holds. `reliability` keeps `{"themes": {theme: {...}}, "settled": {"answer theme": bool}, "before":
{"answer theme": true}}`; the last are codes that were there before and that neither of the two found.
"""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District, Membership
from commonwhy.listening.models import Coding, CodingSample, Question, SampledAnswer, Survey, Theme
from commonwhy.listening.permissions import LISTENERS
from commonwhy.listening.services.themes import Code

USUAL_SIZE = 50
LARGEST_SIZE = 2_000
FEWEST = 2


class DoubleCodingRefused(Exception):
    """Nothing was changed; the message says why."""


def usual_size(answers: int) -> int:
    """Fifty answers, or a tenth where that is more; never more than there are.

    >>> usual_size(12), usual_size(300), usual_size(4_000)
    (12, 50, 400)
    """
    return min(answers, max(USUAL_SIZE, answers // 10), LARGEST_SIZE)


def may_code(district: District) -> Any:
    """The memberships of those who read every answer of the district, of whom any two can code together."""
    rows = Membership.objects.within(district).filter(role__in=LISTENERS, school=None)
    return rows.select_related("account")


@transaction.atomic
def draw_sample(
    *,
    district: District,
    survey: Survey,
    question: Question,
    answers: Iterable[UUID],
    size: int,
    second: UUID,
    by: User,
    seed: int | None = None,
) -> CodingSample:
    """Draw `size` of `answers` (those that may be read by now) for `by` and `second` to code. Repeatable by its seed.

    Raises DoubleCodingRefused for too few answers or themes, the same person twice, or somebody who may not read them.
    """
    if second == by.pk:
        raise DoubleCodingRefused(_("Choose somebody else: two people have to code, each alone."))
    allowed = set(may_code(district).values_list("account_id", flat=True))
    if not {by.pk, second} <= allowed:
        raise DoubleCodingRefused(_("Both have to be people who may read every answer here."))
    if not Theme.objects.within(district).filter(retired=False).exists():
        raise DoubleCodingRefused(_("Make the themes first, so that both look for the same ones."))
    taken = set(
        SampledAnswer.objects.within(district).filter(CodingSample.under_way("sample__")).values_list("answer_id", flat=True)
    )
    # In a fixed order, so that the seed alone decides.
    free = sorted(set(answers) - taken)
    if min(size, len(free)) < FEWEST:
        raise DoubleCodingRefused(_("There are too few answers to this question that nobody is coding already."))
    seed = secrets.randbelow(2**31) if seed is None else seed
    drawn = random.Random(seed).sample(free, min(size, len(free), LARGEST_SIZE))  # noqa: S311  (a sample, not a secret)
    sample = CodingSample.everything.create(
        district=district, survey=survey, question=question, first=by.pk, second=second, seed=seed
    )
    SampledAnswer.everything.bulk_create(
        SampledAnswer(district=district, sample=sample, answer_id=answer, position=position)
        for position, answer in enumerate(drawn, start=1)
    )
    audit.record(actor=by, verb="drew", subject=sample, detail={"answers": len(drawn)})
    return sample


@transaction.atomic
def code_alone(*, sample: CodingSample, add: Collection[Code], remove: Collection[Code], by: User) -> int:
    """Keep what `by` found in the sample's answers. Returns how many codes changed.

    Raises DoubleCodingRefused for whoever does not code it, or has said they are done.
    """
    locked = _locked(sample)
    _refuse_unless_coding(locked, by)
    answers = set(SampledAnswer.objects.within(locked.district_id).filter(sample=locked).values_list("answer_id", flat=True))
    themes = set(Theme.objects.within(locked.district_id).filter(retired=False).values_list("pk", flat=True))
    mine = Coding.objects.within(locked.district_id).filter(sample=locked, coder=by.pk)
    there = {(code.answer_id, code.theme_id): code.pk for code in mine}
    fresh = {(answer, theme) for answer, theme in add if answer in answers and theme in themes} - there.keys()
    gone = [there[code] for code in remove if code in there and code not in set(add)]
    Coding.everything.bulk_create(
        [
            Coding(district_id=locked.district_id, sample=locked, answer_id=answer, theme_id=theme, coder=by.pk)
            for answer, theme in sorted(fresh, key=str)
        ],
        ignore_conflicts=True,
    )
    mine.filter(pk__in=gone).delete()
    return len(fresh) + len(gone)


@transaction.atomic
def finish(*, sample: CodingSample, by: User) -> CodingSample:
    """`by` is done. When both are, the agreement is worked out and what both found becomes final. Raises DoubleCodingRefused."""
    locked = _locked(sample)
    _refuse_unless_coding(locked, by)
    if by.pk == locked.first:
        locked.first_done = True
    else:
        locked.second_done = True
    if locked.compared:
        locked.reliability = {"themes": _agreement(locked), "settled": {}, "before": _only_before(locked)}
    locked.save(update_fields=["first_done", "second_done", "reliability"])
    if locked.compared:
        keep_what_both_found(locked, by)
    audit.record(actor=by, verb="coded", subject=locked)
    return locked


@transaction.atomic
def give_up(*, sample: CodingSample, by: User) -> None:
    """Take a sample back before both are done: the answers and their other codes stay, the codes of the sample go."""
    locked = _locked(sample)
    if locked.compared:
        raise DoubleCodingRefused(_("Both are done, and what was found is kept."))
    audit.record(actor=by, verb="gave up", subject=locked)
    locked.delete()


@transaction.atomic
def settle(*, sample: CodingSample, answer: UUID, theme: UUID, speaks_of_it: bool, by: User) -> None:
    """Say what holds where the two differ. Raises DoubleCodingRefused before both are done, or where they do not differ."""
    locked = _locked(sample)
    if not locked.compared:
        raise DoubleCodingRefused(_("Not both are done yet."))
    if (answer, theme) not in {(each.answer, each.theme) for each in differences(locked)}:
        raise DoubleCodingRefused(_("The two of you do not differ on this."))
    final = Coding.objects.within(locked.district_id).filter(sample=None, answer=answer, theme=theme)
    if not speaks_of_it:
        final.delete()
    elif not final.exists():
        Coding.everything.create(district_id=locked.district_id, theme_id=theme, answer_id=answer, coder=by.pk)
    locked.reliability["settled"][_key(answer, theme)] = speaks_of_it
    locked.save(update_fields=["reliability"])
    audit.record(actor=by, verb="settled", subject=locked)


@dataclass(frozen=True)
class Difference:
    """An answer and a theme that one of the two found and the other did not. `settled`: what holds; None: not settled yet.

    Where both left out what somebody had found there before, `first` and `second` are both False.
    """

    answer: UUID
    theme: UUID
    first: bool
    second: bool
    settled: bool | None


def differences(sample: CodingSample) -> list[Difference]:
    """Where the two differ, in the order of the sample. For a sample that both have finished."""
    found = _found(sample)
    position = dict(SampledAnswer.objects.within(sample.district_id).filter(sample=sample).values_list("answer_id", "position"))
    first, second = found[sample.first], found[sample.second]
    settled, before = sample.reliability.get("settled", {}), sample.reliability.get("before", {})
    codes = (first ^ second) | ({_code_of(key) for key in before} - first - second)
    rows = [Difference(*code, code in first, code in second, settled.get(_key(*code))) for code in codes if code[0] in position]
    return sorted(rows, key=lambda row: (position[row.answer], str(row.theme)))


def _agreement(sample: CodingSample) -> dict[str, dict[str, Any]]:
    """By theme: alpha with its interval, how many answers, and how often each found it."""
    from commonwhy.methods.agreement import nominal_alpha

    answers = list(SampledAnswer.objects.within(sample.district_id).filter(sample=sample).values_list("answer_id", flat=True))
    found = _found(sample)
    used = {theme for codes in found.values() for _answer, theme in codes}
    themes = Theme.objects.within(sample.district_id).filter(retired=False).values_list("pk", flat=True)
    result: dict[str, dict[str, Any]] = {}
    for theme in sorted({*used, *themes}, key=str):
        codes = [[int((answer, theme) in found[coder]) for answer in answers] for coder in (sample.first, sample.second)]
        agreement = nominal_alpha(codes, seed=sample.seed)
        result[str(theme)] = {
            "n": len(answers),
            "found": [sum(row) for row in codes],
            **{name: _rounded(getattr(agreement, name)) for name in ("alpha", "low", "high")},
            "reliable": agreement.reliable,
        }
    return result


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _found(sample: CodingSample) -> dict[UUID, set[Code]]:
    found: dict[UUID, set[Code]] = defaultdict(set)
    rows = Coding.objects.within(sample.district_id).filter(sample=sample, answer__isnull=False)
    for coder, answer, theme in rows.values_list("coder", "answer_id", "theme_id"):
        found[coder].add((answer, theme))
    return found


def keep_what_both_found(sample: CodingSample, by: User) -> None:
    found = _found(sample)
    Coding.everything.bulk_create(
        [
            Coding(district_id=sample.district_id, theme_id=theme, answer_id=answer, coder=by.pk)
            for answer, theme in sorted(found[sample.first] & found[sample.second], key=str)
        ],
        ignore_conflicts=True,
    )


def _only_before(sample: CodingSample) -> dict[str, bool]:
    found = _found(sample)
    answers = SampledAnswer.objects.within(sample.district_id).filter(sample=sample).values("answer")
    codes = Coding.objects.within(sample.district_id).filter(sample=None, answer__in=answers)
    before = set(codes.values_list("answer_id", "theme_id")) - found[sample.first] - found[sample.second]
    return {_key(*code): True for code in sorted(before, key=str)}


def _key(answer: UUID, theme: UUID) -> str:
    return f"{answer} {theme}"


def _code_of(key: str) -> Code:
    answer, theme = key.split()
    return UUID(answer), UUID(theme)


def _locked(sample: CodingSample) -> CodingSample:
    rows = CodingSample.objects.within(sample.district_id).select_for_update().filter(pk=sample.pk)
    locked: CodingSample | None = rows.first()
    if locked is None:
        raise DoubleCodingRefused(_("This was given up meanwhile."))
    return locked


def _refuse_unless_coding(sample: CodingSample, by: User) -> None:
    if by.pk not in (sample.first, sample.second):
        raise DoubleCodingRefused(_("Only the two who were chosen code this."))
    if (by.pk == sample.first and sample.first_done) or (by.pk == sample.second and sample.second_done):
        raise DoubleCodingRefused(_("You have said that you are done, so your codes stay as they are."))
