"""Themes: making and describing them, laying one aside, and saying which answers and notes speak of them.

A code belongs to the text, not to whoever gave it: several people code together, and each save says only what it adds and
what it takes away, so two at once lose nothing. Nothing is ever coded by itself. Answers that two people are coding
without seeing each other (`services/double_coding.py`) are left alone here until both are done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import District
from commonwhy.listening.models import Answer, Coding, CodingSample, Note, SampledAnswer, Theme

MOST_THEMES = 60
"""More than that nobody keeps in mind while coding, and the list below an answer would never end."""

Code = tuple[UUID, UUID]
"""A text and a theme that was found in it."""


class ThemeRefused(Exception):
    """Nothing was changed; the message says why."""


@transaction.atomic
def make_theme(*, district: District, name: str, means: str, concern: str, by: User) -> Theme:
    """A new theme. Raises ThemeRefused where there is one of that name, or there are too many to keep in mind."""
    if Theme.objects.within(district).filter(retired=False).count() >= MOST_THEMES:
        raise ThemeRefused(
            _("There are %(most)s themes, and nobody keeps more in mind while reading. Put two together, or lay one aside first.")
            % {"most": MOST_THEMES}
        )
    theme = Theme(district=district, name=" ".join(name.split()), means=means.strip(), concern=concern)
    _save(theme)
    audit.record(actor=by, verb="made", subject=theme)
    return theme


@transaction.atomic
def describe_theme(*, theme: Theme, name: str, means: str, concern: str, by: User) -> Theme:
    """Change what a theme is called and what belongs to it; the codes stay. Raises ThemeRefused for a name in use."""
    wanted: dict[str, Any] = {"name": " ".join(name.split()), "means": means.strip(), "concern": concern}
    changed = sorted(field for field, value in wanted.items() if getattr(theme, field) != value)
    if changed:
        for field, value in wanted.items():
            setattr(theme, field, value)
        _save(theme)
        audit.record(actor=by, verb="described", subject=theme, detail={"fields": changed})
    return theme


def _save(theme: Theme) -> None:
    same = Theme.objects.within(theme.district_id).filter(name__iexact=theme.name).exclude(pk=theme.pk).first()
    if same is not None:
        aside = _("It was laid aside; you can take it up again.") if same.retired else _("Describe that one more closely.")
        raise ThemeRefused(_("There is a theme “%(name)s” already.") % {"name": same.name} + " " + aside)
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError:
        raise ThemeRefused(_("Somebody has just made a theme of this name. Use that one.")) from None


@transaction.atomic
def lay_aside(*, theme: Theme, aside: bool, by: User) -> Theme:
    """Offer a theme no longer, or again. Its codes stay where they are."""
    if theme.retired != aside:
        theme.retired = aside
        theme.save(update_fields=["retired"])
        audit.record(actor=by, verb="laid aside" if aside else "took up again", subject=theme)
    return theme


@dataclass(frozen=True)
class Coded:
    """What a save did. `left_alone`: answers that two people are coding without seeing each other just now."""

    added: int
    removed: int
    left_alone: int


@transaction.atomic
def code_answers(
    *, district: District, answers: Iterable[Answer], add: Collection[Code], remove: Collection[Code], by: User
) -> Coded:
    """Say of some answers which themes they speak of. `answers` are those that `by` may read; codes of others are passed over."""
    allowed = {answer.pk for answer in answers}
    compared = set(
        SampledAnswer.objects.within(district)
        .filter(CodingSample.under_way("sample__"), answer__in=allowed)
        .values_list("answer_id", flat=True)
    )
    return _code(district, "answer", allowed - compared, add, remove, by, left_alone=len(compared))


@transaction.atomic
def code_notes(*, district: District, notes: Iterable[Note], add: Collection[Code], remove: Collection[Code], by: User) -> Coded:
    """The same for notes of conversations that `by` holds."""
    return _code(district, "note", {note.pk for note in notes}, add, remove, by)


def _code(
    district: District,
    text: str,
    allowed: set[UUID],
    add: Collection[Code],
    remove: Collection[Code],
    by: User,
    left_alone: int = 0,
) -> Coded:
    themes = set(Theme.objects.within(district).filter(retired=False).values_list("pk", flat=True))
    codes = Coding.objects.within(district).filter(sample=None, **{f"{text}__in": allowed})
    there = {(getattr(code, f"{text}_id"), code.theme_id): code.pk for code in codes}
    fresh = {(pk, theme) for pk, theme in add if pk in allowed and theme in themes} - there.keys()
    gone = {code for code in remove if code in there and code not in set(add)}
    Coding.everything.bulk_create(
        [Coding(district=district, theme_id=theme, coder=by.pk, **{f"{text}_id": pk}) for pk, theme in sorted(fresh, key=str)],
        ignore_conflicts=True,
    )
    Coding.objects.within(district).filter(pk__in=[there[code] for code in gone]).delete()
    if fresh or gone:
        detail = {"added": len(fresh), "removed": len(gone)}
        audit.record(actor=by, verb="coded", subject=district, district_id=district.pk, detail=detail)
    return Coded(len(fresh), len(gone), left_alone)
