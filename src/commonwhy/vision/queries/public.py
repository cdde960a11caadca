"""The public page: what anyone may read of an adopted vision, in the reader's language.

The page stays light (under 100 KB with its stylesheets) however many voices a sentence rests on: each sentence shows a
choice of them in which every group keeps its place, and a page of its own shows them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, VisionVersion
from commonwhy.vision.queries.vision import voices_by_clause, voices_of
from commonwhy.vision.wording import heard_in_words

PAGE_BYTES = 45_000
"""What words may weigh on the page, the frame and the stylesheets not counted."""
FEWEST_BYTES_A_SENTENCE = 600
MARKUP_BYTES = 260
VOICES_ON_A_PAGE = 40


@dataclass(frozen=True)
class Said:
    """Words, and their language where it is not the page's."""

    words: str = ""
    lang: str = ""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class PublicClause:
    """One sentence, why it stands there, and the voices behind it."""

    position: int
    text: Said
    note: Said
    voices: tuple[Excerpt, ...]
    """Those on the page."""
    count: int
    """How many there are."""
    groups: tuple[tuple[str, int], ...]
    """Which groups the cited voices come from, and how many of the citations each has: a count of what is printed."""

    @property
    def more(self) -> int:
        return self.count - len(self.voices)


@dataclass(frozen=True)
class PublicVision:
    """A version as the public page shows it."""

    version: VisionVersion
    term: Said
    why: Said
    why_more: Said
    is_lines: tuple[Said, ...]
    is_not_lines: tuple[Said, ...]
    minutes: Said
    exception_reason: Said
    note: Said
    heard: str
    clauses: tuple[PublicClause, ...]
    voices: int
    before: int | None
    """The number of the version it followed, if there is one to read."""
    in_force: int | None
    """The number of the version in force."""


@dataclass(frozen=True)
class ClausePage:
    """One sentence with a page of its voices."""

    version: VisionVersion
    why: Said
    position: int
    text: Said
    note: Said
    voices: tuple[Excerpt, ...]
    count: int
    page: int
    pages: int

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def said(texts: dict[str, str], language: str) -> Said:
    """A text in `language`, else as it was first written, with its language."""
    if texts.get(language):
        return Said(texts[language])
    code = next((code for code, text in texts.items() if text), "")
    return Said(texts.get(code, ""), code)


def public_vision(viewer: Viewer, district: District, language: str, number: int | None = None) -> PublicVision | None:
    """The adopted version, or an earlier one by its number, as `viewer` may read it; None when there is none."""
    published = {one.number: one for one in _published(viewer, district)}
    in_force = next((one.number for one in published.values() if one.state == VisionVersion.State.ADOPTED), None)
    wanted = in_force if number is None else number
    version = published.get(wanted) if wanted is not None else None
    if version is None:
        return None
    voices = voices_by_clause(viewer, version)
    clauses = list(Clause.objects.visible_to(viewer).filter(version=version).order_by("position"))
    texts = {name: said(getattr(version, name), language) for name in ("why", "why_more", "minutes", "exception_reason", "note")}
    lines = {name: tuple(said(line, language) for line in getattr(version, name)) for name in ("is_lines", "is_not_lines")}
    sentences = [(said(clause.texts, language), said(clause.note, language)) for clause in clauses]
    fixed = [*texts.values(), *lines["is_lines"], *lines["is_not_lines"], *(one for pair in sentences for one in pair)]
    room = (PAGE_BYTES - sum(map(_weight, (each.words for each in fixed)))) // max(1, len(clauses))
    return PublicVision(
        version=version,
        term=said(version.term, language) or Said(district.term, "" if language == district.language else district.language),
        why=texts["why"],
        why_more=texts["why_more"],
        is_lines=lines["is_lines"],
        is_not_lines=lines["is_not_lines"],
        minutes=texts["minutes"],
        exception_reason=texts["exception_reason"],
        note=texts["note"],
        heard=heard_in_words(version.heard),
        clauses=tuple(
            _clause(clause, text, note, voices.get(clause.pk, []), max(FEWEST_BYTES_A_SENTENCE, room))
            for clause, (text, note) in zip(clauses, sentences, strict=True)
        ),
        voices=len({voice.pk for cited in voices.values() for voice in cited}),
        before=max((one for one in published if one < version.number), default=None),
        in_force=in_force,
    )


def public_clause(
    viewer: Viewer, district: District, language: str, number: int, position: int, page: int = 1
) -> ClausePage | None:
    """One sentence of a version that anyone may read, with all its voices, some on each page."""
    rows = Clause.objects.visible_to(viewer).filter(district=district, version__number=number, position=position)
    published = rows.exclude(version__state=VisionVersion.State.DRAFT)
    clause = published.select_related("version").first()
    if clause is None:
        return None
    voices = voices_of(viewer, clause)
    pages = max(1, -(-len(voices) // VOICES_ON_A_PAGE))
    here = min(max(1, page), pages)
    return ClausePage(
        version=clause.version,
        why=said(clause.version.why, language),
        position=position,
        text=said(clause.texts, language),
        note=said(clause.note, language),
        voices=tuple(voices[(here - 1) * VOICES_ON_A_PAGE : here * VOICES_ON_A_PAGE]),
        count=len(voices),
        page=here,
        pages=pages,
    )


def _published(viewer: Viewer, district: District) -> Iterable[VisionVersion]:
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district)
    return rows.exclude(state=VisionVersion.State.DRAFT).order_by("number")


def _clause(clause: Clause, text: Said, note: Said, voices: Sequence[Excerpt], room: int) -> PublicClause:
    shown = _within(voices, room)
    return PublicClause(clause.position, text, note, shown, len(voices), _groups(voices))


def _within(voices: Sequence[Excerpt], room: int) -> tuple[Excerpt, ...]:
    """As many voices as `room` bytes hold, taken from each group in turn; the first is always there."""
    by_group: dict[object, list[Excerpt]] = {}
    for voice in voices:
        by_group.setdefault(voice.group_id, []).append(voice)
    in_turn = [voice for turn in zip_longest(*by_group.values()) for voice in turn if voice is not None]
    chosen: set[object] = set()
    for voice in in_turn:
        room -= _weight(voice.words)
        if room < 0 and chosen:
            break
        chosen.add(voice.pk)
    return tuple(voice for voice in voices if voice.pk in chosen)


def _weight(words: str) -> int:
    return len(words.encode()) + MARKUP_BYTES if words else 0


def _groups(voices: Iterable[Excerpt]) -> tuple[tuple[str, int], ...]:
    groups: dict[object, Group] = {voice.group.pk: voice.group for voice in voices if voice.group}
    counts = Counter(voice.group_id for voice in voices if voice.group_id)
    return tuple((str(groups[pk]), count) for pk, count in counts.most_common())
