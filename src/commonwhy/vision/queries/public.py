"""The public page: what anyone may read of an adopted vision, in the reader's language.

The page stays light (under 100 KB with its stylesheets) however many voices a sentence rests on: each sentence shows a
choice of them in which every group keeps its place, and a page of its own shows them all. The same text, read from a draft,
is what the board previews.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from uuid import UUID

from django.db.models import QuerySet

from commonwhy.districts.models import District, Group
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.vision.models import Clause, Endorsement, LaterVoice, LookFor, VisionVersion
from commonwhy.vision.queries.alignment import Leaning, leanings_by_clause
from commonwhy.vision.queries.said import Said as Said
from commonwhy.vision.queries.said import said as said
from commonwhy.vision.queries.sources import CitedStatement, CitedTradeOff, statements_by_clause, trade_offs_by_clause
from commonwhy.vision.queries.vision import voices_by_clause, voices_of
from commonwhy.vision.wording import heard_in_words

PAGE_BYTES = 38_000
"""What words may weigh on the page, the frame and the stylesheets not counted."""
FEWEST_BYTES_A_SENTENCE = 600
MARKUP_BYTES = 260
VOICES_ON_A_PAGE = 40
MOST_STATEMENTS, MOST_TRADE_OFFS = 3, 2
"""Of one sentence beside the others; all of them are on the sentence's own page."""
FIGURES_BYTES = 900
"""What the table of who agreed weighs."""


@dataclass(frozen=True)
class PublicClause:
    """One sentence, why it stands there, and what is behind it: voices, statements, trade-offs; what it leans on."""

    position: int
    text: Said
    note: Said
    voices: tuple[Excerpt, ...]
    """Those on the page."""
    count: int
    """How many there are."""
    groups: tuple[tuple[str, int], ...]
    """Which groups the cited voices come from, and how many of the citations each has: a count of what is printed."""
    look_fors: tuple[Said, ...]
    later: int
    """How many of the voices were linked after the adoption."""
    statements: tuple[CitedStatement, ...] = ()
    trade_offs: tuple[CitedTradeOff, ...] = ()
    leanings: tuple[Leaning, ...] = ()

    @property
    def more(self) -> int:
        return self.count - len(self.voices)

    @property
    def is_traced(self) -> bool:
        """Whether it rests on anything: a voice, a statement or a trade-off."""
        return bool(self.count or self.statements or self.trade_offs)

    @property
    def first_statements(self) -> tuple[CitedStatement, ...]:
        """Those on the page of the whole vision."""
        return self.statements[:MOST_STATEMENTS]

    @property
    def first_trade_offs(self) -> tuple[CitedTradeOff, ...]:
        return self.trade_offs[:MOST_TRADE_OFFS]

    @property
    def has_more(self) -> bool:
        """Whether its own page shows more than this one."""
        return bool(self.more or self.statements[MOST_STATEMENTS:] or self.trade_offs[MOST_TRADE_OFFS:])


@dataclass(frozen=True)
class PublicStand:
    """Where a group stood, and why. Never how many: see `models.Endorsement`."""

    group: str
    school: str
    stand: str
    label: str
    because: Said
    said_on: date


@dataclass(frozen=True)
class PublicVision:
    """A version as the public page shows it."""

    version: VisionVersion
    term: Said
    why: Said
    why_more: Said
    is_lines: tuple[Said, ...]
    is_not_lines: tuple[Said, ...]
    beliefs: tuple[Said, ...]
    glossary: tuple[tuple[Said, Said], ...]
    mission: Said
    minutes: Said
    exception_reason: Said
    note: Said
    heard: str
    clauses: tuple[PublicClause, ...]
    voices: int
    stands: tuple[PublicStand, ...]

    @property
    def dissent(self) -> tuple[PublicStand, ...]:
        """Who cannot, with why: kept beside what was adopted (M36)."""
        return tuple(one for one in self.stands if one.stand == Endorsement.Stand.CANNOT)


@dataclass(frozen=True)
class ClausePage:
    """One sentence with all it rests on, its voices page by page."""

    version: VisionVersion
    why: Said
    position: int
    text: Said
    note: Said
    voices: tuple[Excerpt, ...]
    count: int
    page: int
    pages: int
    statements: tuple[CitedStatement, ...] = ()
    trade_offs: tuple[CitedTradeOff, ...] = ()

    @property
    def is_traced(self) -> bool:
        return bool(self.count or self.statements or self.trade_offs)

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def version_to_read(viewer: Viewer, district: District, number: int | None = None) -> VisionVersion | None:
    """The version in force, or an earlier one by its number, as `viewer` may read it."""
    rows = published(viewer, district)
    wanted = rows.filter(state=VisionVersion.State.ADOPTED) if number is None else rows.filter(number=number)
    return wanted.select_related("district").first()


def published(viewer: Viewer, district: District) -> QuerySet[VisionVersion]:
    """Every version that was adopted, the latest first: by its date, since an older one may be brought in later."""
    rows = VisionVersion.objects.visible_to(viewer).filter(district=district)
    return rows.exclude(state=VisionVersion.State.DRAFT).order_by("-adopted_on", "-number")


def number_before(versions: Iterable[VisionVersion], version: VisionVersion) -> int | None:
    """The number of the version that was adopted before one of them, if there is any."""
    when = (version.adopted_on, version.number)
    earlier = [one for one in versions if (one.adopted_on, one.number) < when]
    return max(earlier, key=lambda one: (one.adopted_on, one.number)).number if earlier else None


def public_vision(viewer: Viewer, district: District, language: str, number: int | None = None) -> PublicVision | None:
    """The adopted version, or an earlier one by its number, as `viewer` may read it; None when there is none."""
    version = version_to_read(viewer, district, number)
    return as_read(viewer, version, language) if version is not None else None


def as_read(viewer: Viewer, version: VisionVersion, language: str) -> PublicVision:
    """A version in one language. Eight queries, and three more where it rests on statements and trade-offs."""
    district = version.district
    voices, later = voices_by_clause(viewer, version), _later_voices(viewer, version)
    statements = statements_by_clause(viewer, version, language)
    trade_offs = trade_offs_by_clause(viewer, version, language)
    leanings = leanings_by_clause(viewer, version, language)
    clauses = list(Clause.objects.visible_to(viewer).filter(version=version).order_by("position"))
    seen: dict[UUID, list[Said]] = {}
    for look_for in LookFor.objects.visible_to(viewer).filter(clause__version=version).order_by("position"):
        seen.setdefault(look_for.clause_id, []).append(said(look_for.texts, language))
    names = ("why", "why_more", "mission", "minutes", "exception_reason", "note")
    texts = {name: said(getattr(version, name), language) for name in names}
    lines = {
        name: tuple(said(line, language) for line in getattr(version, name)) for name in ("is_lines", "is_not_lines", "beliefs")
    }
    glossary = tuple((said(entry["term"], language), said(entry["means"], language)) for entry in version.glossary)
    sentences = [(said(clause.texts, language), said(clause.note, language)) for clause in clauses]
    stands = _stands(viewer, version, language)
    fixed = [
        *texts.values(),
        *(line for each in lines.values() for line in each),
        *(part for entry in glossary for part in entry),
        *(one for pair in sentences for one in pair),
        *(one for each in seen.values() for one in each),
        *(stand.because for stand in stands),
    ]
    beside = sum(_weight(one.words.words) + FIGURES_BYTES for each in statements.values() for one in each[:MOST_STATEMENTS])
    beside += sum(_weight_of_trade_off(one) for each in trade_offs.values() for one in each[:MOST_TRADE_OFFS])
    room = (PAGE_BYTES - beside - sum(_weight(each.words) for each in fixed)) // max(1, len(clauses))
    return PublicVision(
        version=version,
        term=said(version.term, language) or Said(district.term, "" if language == district.language else district.language),
        why=texts["why"],
        why_more=texts["why_more"],
        mission=texts["mission"],
        minutes=texts["minutes"],
        exception_reason=texts["exception_reason"],
        note=texts["note"],
        is_lines=lines["is_lines"],
        is_not_lines=lines["is_not_lines"],
        beliefs=lines["beliefs"],
        glossary=glossary,
        heard=heard_in_words(version.heard),
        clauses=tuple(
            replace(
                _clause(
                    clause,
                    *pair,
                    voices.get(clause.pk, []),
                    later.get(clause.pk, []),
                    tuple(seen.get(clause.pk, ())),
                    max(FEWEST_BYTES_A_SENTENCE, room),
                ),
                statements=tuple(statements.get(clause.pk, ())),
                trade_offs=tuple(trade_offs.get(clause.pk, ())),
                leanings=tuple(leanings.get(clause.pk, ())),
            )
            for clause, pair in zip(clauses, sentences, strict=True)
        ),
        voices=len({voice.pk for each in (voices, later) for cited in each.values() for voice in cited}),
        stands=stands,
    )


def _stands(viewer: Viewer, version: VisionVersion, language: str) -> tuple[PublicStand, ...]:
    rows = Endorsement.objects.visible_to(viewer).filter(version=version).select_related("group", "school")
    order = {kind: place for place, kind in enumerate(Group.Kind.values)}
    rows_in_order = sorted(rows, key=lambda one: (order[one.group.kind], one.group.name, str(one.school or "")))
    return tuple(
        PublicStand(
            group=str(one.group),
            school=one.school.name if one.school else "",
            stand=one.stand,
            label=str(one.get_stand_display()),
            because=said(one.because, language),
            said_on=one.heard_on,
        )
        for one in rows_in_order
    )


def _later_voices(viewer: Viewer, version: VisionVersion) -> dict[UUID, list[Excerpt]]:
    """Voices linked to a sentence after its adoption, by the sentence's id."""
    rows = LaterVoice.objects.visible_to(viewer).filter(clause__version=version)
    found: dict[UUID, list[Excerpt]] = {}
    for row in rows.select_related("excerpt__group", "excerpt__school").order_by("excerpt__group__kind", "excerpt_id"):
        voice = row.excerpt
        voice.linked_on = row.linked_on  # shown by vision/voice.html
        found.setdefault(row.clause_id, []).append(voice)
    return found


def public_clause(
    viewer: Viewer, district: District, language: str, number: int, position: int, page: int = 1
) -> ClausePage | None:
    """One sentence of a version that anyone may read, with all its voices, some on each page."""
    rows = Clause.objects.visible_to(viewer).filter(district=district, version__number=number, position=position)
    published = rows.exclude(version__state=VisionVersion.State.DRAFT)
    clause = published.select_related("version").first()
    if clause is None:
        return None
    voices = [*voices_of(viewer, clause), *_later_voices(viewer, clause.version).get(clause.pk, [])]
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
        statements=tuple(statements_by_clause(viewer, clause.version, language, clause=clause).get(clause.pk, ())),
        trade_offs=tuple(trade_offs_by_clause(viewer, clause.version, language, clause=clause).get(clause.pk, ())),
    )


def _clause(
    clause: Clause,
    text: Said,
    note: Said,
    voices: Sequence[Excerpt],
    later: Sequence[Excerpt],
    look_fors: tuple[Said, ...],
    room: int,
) -> PublicClause:
    both = [*voices, *later]
    return PublicClause(clause.position, text, note, _within(both, room), len(both), _groups(both), look_fors, len(later))


def _within(voices: Sequence[Excerpt], room: int) -> tuple[Excerpt, ...]:
    """As many voices as `room` bytes hold, taken from each group in turn; the first is always there."""
    chosen: set[object] = set()
    for voice in in_turn(voices):
        room -= _weight(voice.words)
        if room < 0 and chosen:
            break
        chosen.add(voice.pk)
    return tuple(voice for voice in voices if voice.pk in chosen)


def in_turn(voices: Sequence[Excerpt]) -> list[Excerpt]:
    """The voices with one of each group first, then the second of each, and so on."""
    by_group: dict[object, list[Excerpt]] = {}
    for voice in voices:
        by_group.setdefault(voice.group_id, []).append(voice)
    return [voice for turn in zip_longest(*by_group.values()) for voice in turn if voice is not None]


def _weight(words: str) -> int:
    return len(words.encode()) + MARKUP_BYTES if words else 0


def _weight_of_trade_off(one: CitedTradeOff) -> int:
    said_of_it = (one.title, one.settlement, *(because for _group, because in one.dissent))
    return sum(_weight(each.words) for each in said_of_it)


def _groups(voices: Iterable[Excerpt]) -> tuple[tuple[str, int], ...]:
    groups: dict[object, Group] = {voice.group.pk: voice.group for voice in voices if voice.group}
    counts = Counter(voice.group_id for voice in voices if voice.group_id)
    return tuple((str(groups[pk]), count) for pk, count in counts.most_common())
