"""What this room brings to the search page: voices, marked excerpts, one's own notes, themes and replies.

Each looks among what its viewer may read on the page it leads to, and nowhere else.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commonwhy.core.slots import SearchFound, SearchHit, address_of, search_sources
from commonwhy.core.wanted import Wanted
from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import Viewer
from commonwhy.listening.models import Excerpt, Note, Reply, ReplyPoint, Theme
from commonwhy.listening.models.question import in_language
from commonwhy.listening.queries.search import keys_holding
from commonwhy.listening.queries.voices import Filters, Voices

MOST = 5


def voices(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Answers, as on the page of voices."""
    if not may(viewer, "voices.read", district):
        return None
    room = Voices(viewer, district)
    found = room.found(Filters(words=wanted.typed))
    first = list(found[:MOST])
    nameless = _("not shown, small numbers")
    hits = [
        SearchHit(
            text=str(answer.value),
            url=reverse("listening:mark_answer", args=[district.slug, answer.pk]),
            about=str(room.speaker(answer)) or nameless,
            language=answer.response.language,
        )
        for answer in first
    ]
    more = f"{reverse('listening:voices', args=[district.slug])}?{urlencode({'words': wanted.typed})}"
    return SearchFound(_("Voices"), len(found), hits, more, at_least=found.more)


def excerpts(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound:
    """What was marked for others to read; each leads to its thread."""
    marked = Excerpt.objects.visible_to(viewer).filter(district=district)
    keys = keys_holding(marked.order_by("pk").values_list("pk", "words"), wanted)
    first = marked.filter(pk__in=keys[:MOST]).select_related("district", "group", "school").order_by("pk")
    hits = [
        SearchHit(
            text=each.words,
            url=address_of("thread", each),
            about=", ".join(str(part) for part in (each.group, each.school) if part) or _("Somebody in the district"),
            language=each.language,
        )
        for each in first
    ]
    more = ""
    if may(viewer, "voices.mark", district):
        more = f"{reverse('listening:marked', args=[district.slug])}?{urlencode({'q': wanted.typed})}"
    return SearchFound(_("Marked words"), len(keys), hits, more)


def notes(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Notes of one's own conversations; nobody else's are even looked at."""
    if not may(viewer, "conversations.hold", district):
        return None
    own = Note.objects.visible_to(viewer).filter(district=district)
    keys = keys_holding(own.order_by("pk").values_list("pk", "words"), wanted)
    hits = [
        SearchHit(
            text=each.words,
            url=reverse("listening:conversation", args=[district.slug, each.conversation_id]),
            about=each.conversation.title,
            language=each.language,
        )
        for each in own.filter(pk__in=keys[:MOST]).select_related("conversation").order_by("pk")
    ]
    return SearchFound(_("Your notes"), len(keys), hits)


def themes(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    if not may(viewer, "themes.see", district):
        return None
    every = Theme.objects.visible_to(viewer).filter(district=district, retired=False)
    found = [each for each in every if wanted.found_in(f"{each.name}\n{each.means}")]
    hits = [
        SearchHit(each.name, reverse("listening:theme", args=[district.slug, each.pk]), about=each.means) for each in found[:MOST]
    ]
    return SearchFound(_("Themes"), len(found), hits, reverse("listening:themes", args=[district.slug]))


def replies(viewer: Viewer, district: District, wanted: Wanted) -> SearchFound | None:
    """Replies by their title and their points."""
    if not may(viewer, "replies.see", district):
        return None
    language = get_language() or "en"
    texts = {
        reply.pk: (reply, [*reply.title.values(), *reply.intro.values()])
        for reply in Reply.objects.visible_to(viewer).filter(district=district)
    }
    points = ReplyPoint.objects.visible_to(viewer).filter(reply__in=texts).order_by("kind", "position")
    for reply, said, why in points.values_list("reply_id", "texts", "why"):
        texts[reply][1].extend([*said.values(), *why.values()])
    found = []
    for reply, said in texts.values():
        line = next((text for text in said if wanted.found_in(text)), None)
        if line is not None or wanted.found_in("\n".join(said)):
            found.append((reply, line or in_language(reply.title, language)))
    hits = [
        SearchHit(line, _address("reply", district.slug, reply.pk), about=in_language(reply.title, language))
        for reply, line in found[:MOST]
    ]
    return SearchFound(_("Replies"), len(found), hits, _address("replies", district.slug))


def _address(name: str, *args: object) -> str:
    """An address of this room, empty where it has no such page."""
    try:
        return reverse(f"listening:{name}", args=args)
    except NoReverseMatch:
        return ""


def register() -> None:
    """Called once, when the room is ready."""
    search_sources.register("voices", voices, order=10)
    search_sources.register("excerpts", excerpts, order=20)
    search_sources.register("notes", notes, order=30)
    search_sources.register("themes", themes, order=40)
    search_sources.register("replies", replies, order=50)
