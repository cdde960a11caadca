"""Themes as a viewer may read them, and the answers and notes in which they are looked for.

Whoever reads the voices may count what they read. Everybody else sees themes with their names, and figures by group only
as they came back from the disclosure gate (`queries/theme_figures.py`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from commonwhy.districts.models import District
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.listening.models import Answer, Coding, CodingSample, Note, SampledAnswer, Theme
from commonwhy.listening.queries.voices import Filters, Voices

NOT_CODED, CODED = "no", "yes"
SHORTEST_WORD = 4
STEM = 6
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class ThemeLine:
    """A theme in the list. Counts are of what the viewer reads, and None for whoever reads no voices."""

    theme: Theme
    answers: int | None
    notes: int | None


def themes(viewer: Viewer, district: District, *, retired: bool = False) -> QuerySet[Theme]:
    """The themes of a district that are in use (or were laid aside), by name."""
    found: QuerySet[Theme] = Theme.objects.visible_to(viewer).filter(district=district, retired=retired)
    return found.select_related("district").order_by("name")


def theme_lines(viewer: Viewer, district: District, voices: Voices | None) -> list[ThemeLine]:
    """Every theme in use with how often it was found in what the viewer reads."""
    every = list(themes(viewer, district))
    if voices is None:
        return [ThemeLine(theme, None, None) for theme in every]
    codes = _final(viewer, district)
    answers = _by_theme(_of_answers(codes, voices))
    notes = _by_theme(codes.filter(note__isnull=False))
    return [ThemeLine(theme, answers[theme.pk], notes[theme.pk]) for theme in every]


def _final(viewer: Viewer, district: District) -> QuerySet[Coding]:
    found: QuerySet[Coding] = Coding.objects.visible_to(viewer).filter(district=district, sample=None)
    return found


def _of_answers(codes: QuerySet[Coding], voices: Voices) -> QuerySet[Coding]:
    """The codes of answers that may be read. Where nothing waits and no school is a limit, that is each of them."""
    of_answers = codes.filter(answer__isnull=False)
    limited = isinstance(voices.viewer, AccountViewer) and voices.viewer.school_ids_in(voices.district.pk)
    if not limited and not voices.readable.until:
        return of_answers
    # Only the answers with a code are looked at, whoever may read how many others.
    coded = voices.answers().order_by().filter(pk__in=of_answers.values("answer"))
    return of_answers.filter(answer__in=coded.values("pk"))


def _by_theme(codes: QuerySet[Coding]) -> Counter[UUID]:
    return Counter(dict(codes.values_list("theme_id").annotate(found=Count("pk")).order_by()))


@dataclass(frozen=True)
class Progress:
    """How many answers one may read, and in how many of them nobody has looked for themes yet (or found any)."""

    answers: int
    coded: int

    @property
    def left(self) -> int:
        return self.answers - self.coded


def progress(viewer: Viewer, district: District, voices: Voices) -> Progress:
    """How far the coding has come, for whoever reads the voices."""
    coded = _of_answers(_final(viewer, district), voices).values("answer").distinct().count()
    return Progress(voices.answers().order_by().count(), coded)


def to_code(voices: Voices, filters: Filters, coded: str = "") -> QuerySet[Answer]:
    """The answers that fit, in random order. `coded`: `no`, `yes`, the key of a theme, or nothing for all of them.

    Answers that two people are coding just now without seeing each other are not among them.
    """
    viewer, district = voices.viewer, voices.district
    under_way = SampledAnswer.objects.visible_to(viewer).filter(CodingSample.under_way("sample__"), district=district)
    found = voices.answers(filters).exclude(pk__in=under_way.values("answer"))
    if not coded:
        return found
    # As a list and not answer by answer: SQLite would look through all codes of the district for each.
    codes = _final(viewer, district).filter(answer__isnull=False)
    if coded == NOT_CODED:
        return found.exclude(pk__in=codes.values("answer"))
    return found.filter(pk__in=(codes if coded == CODED else codes.filter(theme=UUID(coded))).values("answer"))


def codes_of(viewer: Viewer, answers: Sequence[Answer]) -> dict[UUID, set[UUID]]:
    """The themes found in each answer: one query."""
    if not answers:
        return {}
    return _codes(_final(viewer, answers[0].district).filter(answer__in=[each.pk for each in answers]), "answer_id")


def codes_of_notes(viewer: Viewer, notes: Sequence[Note]) -> dict[UUID, set[UUID]]:
    """The themes found in each note: one query."""
    if not notes:
        return {}
    return _codes(_final(viewer, notes[0].district).filter(note__in=[each.pk for each in notes]), "note_id")


def own_codes(viewer: Viewer, sample: CodingSample, coder: UUID) -> dict[UUID, set[UUID]]:
    """What one of the two found in a sample, as far as the viewer may see it."""
    return _codes(Coding.objects.visible_to(viewer).filter(sample=sample, coder=coder), "answer_id")


def _codes(codes: Any, text: str) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for pk, theme in codes.values_list(text, "theme_id"):
        found[pk].add(theme)
    return found


def notes_to_code(viewer: Viewer, district: District) -> QuerySet[Note]:
    """What was noted in conversations that the viewer holds."""
    found: QuerySet[Note] = Note.objects.visible_to(viewer).filter(district=district)
    return found.select_related("conversation", "group", "district").order_by(
        "-conversation__held_on", "conversation", "position"
    )


class Words:
    """Which themes an answer's words point to: those whose name, or first line of what belongs to them, shares a word.

    Only pointed out to whoever codes; nothing is coded by it.
    """

    def __init__(self, every: Iterable[Theme]) -> None:
        stems = {theme.pk: _stems(f"{theme.name} {theme.means.partition(chr(10))[0]}") for theme in every}
        shared = Counter(stem for own in stems.values() for stem in own)
        # What several themes say of themselves tells none of them apart.
        self._stems = {pk: {stem for stem in own if shared[stem] == 1} for pk, own in stems.items()}

    def pointing_to(self, words: str) -> set[UUID]:
        spoken = _stems(words)
        return {pk for pk, own in self._stems.items() if own & spoken}


def _stems(text: str) -> set[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
    return {word[:STEM] for word in _WORD.findall(plain) if len(word) >= SHORTEST_WORD}
