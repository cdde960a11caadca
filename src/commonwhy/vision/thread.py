"""The vision's part of the thread: a sentence came from voices and from its earlier wording; a voice became sentences. A
sentence leads to what one would see, to the replies that name it, and to its version with the stages it went through.

Every step starts from `visible_to`: what a viewer may not see is not on their thread.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.thread import ThreadStep, register_outcomes, register_sources, register_step
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt, ReplyPoint
from commonwhy.listening.models.question import in_language
from commonwhy.listening.thread_onward import point_step
from commonwhy.vision.models import Clause, LookFor, Stage, VisionVersion
from commonwhy.vision.queries.linking import linked_to
from commonwhy.vision.queries.vision import voices_of
from commonwhy.vision.wording import speaker

CLAUSE = "vision.Clause"
EXCERPT = "listening.Excerpt"
LOOK_FOR, VERSION, POINT = "vision.LookFor", "vision.VisionVersion", "listening.ReplyPoint"


def as_step(clause: Clause, viewer: Viewer) -> ThreadStep:
    """A sentence, with the page it can be read on: the workshop while it is a draft, then the public page."""
    version, district, language = clause.version, clause.district, get_language() or "en"
    if not version.is_draft:
        kind = _("Sentence %(position)s of version %(number)s, adopted")
        url = f"{reverse('vision:public_version', args=[district.slug, version.number])}#s{clause.position}"
    else:
        kind = _("Sentence %(position)s of draft %(number)s")
        if may(viewer, "vision.write", district):
            url = reverse("vision:clause", args=[district.slug, clause.pk])
        else:
            url = reverse("vision:workshop", args=[district.slug])
    return ThreadStep(
        kind % {"position": clause.position, "number": version.number},
        in_language(clause.texts, language),
        url=url,
        model=CLAUSE,
        pk=str(clause.pk),
        language="" if clause.texts.get(language) else next(iter(clause.texts), ""),
    )


def voices_behind(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The voices a sentence rests on, said by whom as far as it may be said."""
    for voice in voices_of(viewer, clause):
        yield ThreadStep(speaker(voice), voice.words, model=EXCERPT, pk=str(voice.pk), language=voice.language)


def voices_linked_later(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The voices that were linked to an adopted sentence afterwards, and when."""
    for one in linked_to(viewer, clause):
        words = {"who": speaker(one.voice), "day": date_format(one.on, "DATE_FORMAT")}
        kind = _("%(who)s, linked later, on %(day)s") % words
        yield ThreadStep(kind, one.voice.words, model=EXCERPT, pk=str(one.voice.pk), language=one.voice.language)


def wording_before(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The same sentence in the version before."""
    earlier = _other_wordings(clause, viewer).filter(version__number__lt=clause.version.number)
    yield from _sentences(earlier.order_by("-version__number")[:1], viewer)


def wordings_after(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The same sentence in later versions."""
    later = _other_wordings(clause, viewer).filter(version__number__gt=clause.version.number)
    yield from _sentences(later.order_by("version__number"), viewer)


def sentences_from(voice: Excerpt, viewer: Viewer) -> Iterator[ThreadStep]:
    """The sentences that rest on a voice, in every version the viewer may see, the latest first."""
    rests_on = Q(voices__excerpt=voice) | Q(later_voices__excerpt=voice)
    citing = Clause.objects.visible_to(viewer).filter(rests_on, district=voice.district_id).distinct()
    yield from _sentences(citing.order_by("-version__number", "position"), viewer)


def look_for_step(look_for: LookFor, viewer: Viewer) -> ThreadStep:
    """What one would see if a sentence were true, on the page of the sentence."""
    language = get_language() or "en"
    return ThreadStep(
        _("What one would see"),
        in_language(look_for.texts, language),
        url=as_step(look_for.clause, viewer).url,
        model=LOOK_FOR,
        pk=str(look_for.pk),
        language="" if look_for.texts.get(language) else next(iter(look_for.texts), ""),
    )


def version_step(version: VisionVersion, viewer: Viewer) -> ThreadStep:
    """A version, told by its why."""
    language, district = get_language() or "en", version.district
    if version.is_draft:
        kind, url = _("Draft %(number)s") % {"number": version.number}, reverse("vision:workshop", args=[district.slug])
    else:
        day = date_format(version.adopted_on, "DATE_FORMAT") if version.adopted_on else ""
        kind = _("Version %(number)s, adopted %(day)s") % {"number": version.number, "day": day}
        url = reverse("vision:public_version", args=[district.slug, version.number])
    written_in = "" if version.why.get(language) else next(iter(version.why), "")
    return ThreadStep(kind, in_language(version.why, language), url, VERSION, str(version.pk), written_in)


def seen_as(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """What one would see if the sentence were true."""
    for look_for in LookFor.objects.visible_to(viewer).filter(clause=clause).order_by("position"):
        look_for.clause = clause
        yield look_for_step(look_for, viewer)


def told_back(record: Clause | LookFor | VisionVersion, viewer: Viewer) -> Iterator[ThreadStep]:
    """The points of published replies that name this as what came of what was heard."""
    points = ReplyPoint.objects.visible_to(viewer).filter(
        district=record.district_id, target_label=record._meta.label, target_id=record.pk, reply__published_at__isnull=False
    )
    for point in points.select_related("reply", "district"):
        yield point_step(point, viewer)


def version_of(clause: Clause, viewer: Viewer) -> Iterator[ThreadStep]:
    """The version it was adopted with."""
    if not clause.version.is_draft:
        version = clause.version
        version.district = clause.district
        yield version_step(version, viewer)


def clause_of(look_for: LookFor, viewer: Viewer) -> Iterator[ThreadStep]:
    """The sentence it makes visible."""
    yield as_step(look_for.clause, viewer)


def sentences_in(version: VisionVersion, viewer: Viewer) -> Iterator[ThreadStep]:
    """The sentences of a version."""
    yield from _sentences(Clause.objects.visible_to(viewer).filter(version=version).order_by("position"), viewer)


def stages_of(version: VisionVersion, viewer: Viewer) -> Iterator[ThreadStep]:
    """The stages it went through, in the order in which they began."""
    url = reverse("vision:stages", args=[version.district.slug])
    stages = Stage.objects.visible_to(viewer).filter(version=version).exclude(began_on=None).order_by("began_on")
    for stage in stages:
        days = [date_format(day, "DATE_FORMAT") for day in (stage.began_on, stage.ended_on) if day]
        if len(days) == 2 and days[0] != days[1]:
            words = _("%(stage)s: %(first)s to %(last)s") % {"stage": stage, "first": days[0], "last": days[1]}
        else:
            words = _("%(stage)s: %(day)s") % {"stage": stage, "day": days[0]}
        yield ThreadStep(_("Stage"), words, url)


def target_of(point: ReplyPoint, viewer: Viewer) -> Iterator[ThreadStep]:
    """What a point of a reply says came of it, where that stands in the vision."""
    if point.target_id is None:
        return
    if point.target_label == CLAUSE:
        yield from _sentences(Clause.objects.visible_to(viewer).filter(district=point.district_id, pk=point.target_id), viewer)
    elif point.target_label == LOOK_FOR:
        rows = LookFor.objects.visible_to(viewer).filter(district=point.district_id, pk=point.target_id)
        for look_for in rows.select_related("clause__version", "clause__district"):
            yield look_for_step(look_for, viewer)
    elif point.target_label == VERSION:
        rows = VisionVersion.objects.visible_to(viewer).filter(district=point.district_id, pk=point.target_id)
        for version in rows.select_related("district"):
            yield version_step(version, viewer)


def _other_wordings(clause: Clause, viewer: Viewer) -> QuerySet[Clause]:
    return Clause.objects.visible_to(viewer).filter(district=clause.district_id, lineage=clause.lineage)


def _sentences(clauses: QuerySet[Clause], viewer: Viewer) -> Iterator[ThreadStep]:
    for clause in clauses.select_related("version", "district"):
        yield as_step(clause, viewer)


def register() -> None:
    """Called once, when the room is ready."""
    register_step(CLAUSE, as_step)
    register_sources(CLAUSE, voices_behind)
    register_sources(CLAUSE, voices_linked_later)
    register_sources(CLAUSE, wording_before)
    register_outcomes(CLAUSE, wordings_after)
    register_outcomes(CLAUSE, seen_as)
    register_outcomes(CLAUSE, told_back)
    register_outcomes(CLAUSE, version_of)
    register_outcomes(EXCERPT, sentences_from)
    register_step(LOOK_FOR, look_for_step)
    register_sources(LOOK_FOR, clause_of)
    register_outcomes(LOOK_FOR, told_back)
    register_step(VERSION, version_step)
    register_sources(VERSION, sentences_in)
    register_outcomes(VERSION, stages_of)
    register_outcomes(VERSION, told_back)
    register_outcomes(POINT, target_of)
