"""Samples that two people code without seeing each other, as each of them and everyone else may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from commonwhy.accounts.models import User
from commonwhy.districts.models import District
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Answer, CodingSample, Theme
from commonwhy.listening.queries.voices import Filters, Voices
from commonwhy.listening.services.double_coding import Difference, differences


def samples(viewer: Viewer, district: District) -> QuerySet[CodingSample]:
    """Every sample of the district with how many answers it holds (`size`)."""
    found: QuerySet[CodingSample] = CodingSample.objects.visible_to(viewer).filter(district=district)
    return (
        found.select_related("survey", "question__version", "district")
        .annotate(size=Count("answers"))
        .order_by("survey__title", "pk")
    )


def names_of(accounts: Iterable[UUID]) -> dict[UUID, str]:
    """How the people who code are called."""
    return {account.pk: str(account) for account in User.objects.filter(pk__in=set(accounts))}


def answers_of(voices: Voices, sample: CodingSample) -> QuerySet[Answer]:
    """The sample's answers in random order, as far as the viewer may read them."""
    return voices.answers(Filters()).filter(pk__in=sample.answers.values("answer")).order_by("pk")


@dataclass(frozen=True)
class ThemeAgreement:
    """How far two people agreed on a theme. `alpha` is None where neither varied, so nothing can be told."""

    theme: Theme
    n: int
    found: tuple[int, int]
    alpha: float | None
    low: float | None
    high: float | None
    reliable: bool


@dataclass(frozen=True)
class Differing:
    """One difference with the answer and the theme it is about."""

    answer: Answer
    theme: Theme
    difference: Difference


def agreement(viewer: Viewer, sample: CodingSample) -> list[ThemeAgreement]:
    """By theme, the least sure first; themes that nobody found last. For a sample both have finished."""
    kept: dict[str, Any] = sample.reliability.get("themes", {})
    every = Theme.objects.visible_to(viewer).filter(district=sample.district_id, pk__in=list(kept))
    rows = [
        ThemeAgreement(
            theme=theme,
            n=told["n"],
            found=tuple(told["found"]),
            alpha=told["alpha"],
            low=told["low"],
            high=told["high"],
            reliable=told["reliable"],
        )
        for theme in every
        if (told := kept[str(theme.pk)])
    ]
    return sorted(rows, key=lambda row: (row.alpha is None, row.alpha or 0.0, row.theme.name))


def differing(voices: Voices, sample: CodingSample) -> list[Differing]:
    """Where the two differ, with the words it is about; answers that may not be read are left out."""
    rows = differences(sample)
    answers = {answer.pk: answer for answer in voices.answers(Filters()).filter(pk__in={row.answer for row in rows})}
    every = {theme.pk: theme for theme in Theme.objects.visible_to(voices.viewer).filter(pk__in={row.theme for row in rows})}
    return [Differing(answers[row.answer], every[row.theme], row) for row in rows if row.answer in answers and row.theme in every]
