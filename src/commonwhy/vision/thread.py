"""The vision's part of the thread: a sentence came from voices and from its earlier wording; a voice became sentences.

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
from commonwhy.listening.models import Excerpt
from commonwhy.listening.models.question import in_language
from commonwhy.vision.models import Clause
from commonwhy.vision.queries.linking import linked_to
from commonwhy.vision.queries.vision import voices_of
from commonwhy.vision.wording import speaker

CLAUSE = "vision.Clause"
EXCERPT = "listening.Excerpt"


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
    register_outcomes(EXCERPT, sentences_from)
