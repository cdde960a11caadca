"""Looking for voices to cite: by words, and by who said them.

Words are read as everywhere (`core.wanted`). A district has some thousands of excerpts at most, and one that was marked a
moment ago has to be found, so they are looked through.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commonwhy.core.languages import language_name
from commonwhy.core.wanted import wanted
from commonwhy.districts.models import District, Group, School
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt
from commonwhy.listening.queries.search import keys_holding
from commonwhy.vision.models import Clause, ClauseVoice, LaterVoice

PAGE = 20


@dataclass(frozen=True)
class FoundVoices:
    """One page of what was found, and how many there are in all."""

    voices: list[Excerpt]
    count: int
    page: int
    pages: int

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def voices_to_cite(
    viewer: Viewer,
    clause: Clause,
    *,
    q: str = "",
    group: str = "",
    school: str = "",
    language: str = "",
    uncited: bool = False,
    page: int = 1,
) -> FoundVoices:
    """Voices that `clause` does not rest on yet and that hold what `q` looks for; `uncited`: that no sentence rests on."""
    found = Excerpt.objects.visible_to(viewer).filter(district=clause.district_id)
    for rows in (ClauseVoice.objects.visible_to(viewer), LaterVoice.objects.visible_to(viewer)):
        cited = rows.filter(clause__version=clause.version_id) if uncited else rows.filter(clause=clause)
        found = found.exclude(pk__in=cited.values("excerpt_id"))
    for name, value in (("group", group), ("school", school), ("language", language)):
        if value:
            found = found.filter(**{name: value})
    keys = keys_holding(found.order_by("pk").values_list("pk", "words"), wanted(q)) if q.strip() else None
    count = len(keys) if keys is not None else found.count()
    pages = max(1, -(-count // PAGE))
    here = min(max(1, page), pages)
    place = slice((here - 1) * PAGE, here * PAGE)
    shown = found if keys is None else Excerpt.objects.visible_to(viewer).filter(pk__in=keys[place])
    voices = list(shown.select_related("group", "school").order_by("pk")[place if keys is None else slice(None)])
    return FoundVoices(voices, count, here, pages)


def choices(viewer: Viewer, district: District) -> dict[str, list[tuple[str, str]]]:
    """Groups, schools and languages that voices of this district come from, for the search form."""
    said = list(
        Excerpt.objects.visible_to(viewer)
        .filter(district=district)
        .values_list("group_id", "school_id", "language")
        .distinct()
        .order_by()
    )
    groups, schools, languages = ({row[column] for row in said if row[column]} for column in range(3))
    order = {kind: place for place, kind in enumerate(Group.Kind.values)}
    named = sorted(Group.objects.visible_to(viewer).filter(pk__in=groups), key=lambda group: (order[group.kind], group.name))
    return {
        "group": [(str(group.pk), str(group)) for group in named],
        "school": [(str(school.pk), school.name) for school in School.objects.visible_to(viewer).filter(pk__in=schools)],
        "language": sorted((code, language_name(code)) for code in languages),
    }


def voice_to_cite(viewer: Viewer, district: District, excerpt: UUID) -> Excerpt | None:
    """One voice of the district."""
    found: Excerpt | None = Excerpt.objects.visible_to(viewer).filter(district=district, pk=excerpt).first()
    return found
