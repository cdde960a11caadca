"""Who comments on a draft, what they said sentence by sentence, and who carries the why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet

from commonwhy.core.models import AuditEntry
from commonwhy.districts.models import District, Invitation
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models import Ambassador, Clause, CoAuthor, Comment, VisionVersion
from commonwhy.vision.services.together import ASKED


def co_authors(viewer: Viewer, version: VisionVersion) -> list[CoAuthor]:
    """Who comments on a version, by name."""
    rows = CoAuthor.objects.visible_to(viewer).filter(version=version).select_related("account")
    return list(rows.order_by("account__name", "account__email"))


def waiting(viewer: Viewer, version: VisionVersion) -> list[Invitation]:
    """Who was invited to a version and has not accepted yet."""
    asked = AuditEntry.objects.filter(
        district_id=version.district_id, object_type=VisionVersion._meta.label, object_id=str(version.pk), verb=ASKED
    )
    keys = [detail["invitation"] for detail in asked.values_list("detail", flat=True)]
    return list(Invitation.objects.visible_to(viewer).filter(pk__in=keys, accepted_at=None).order_by("email"))


def is_co_author(viewer: Viewer, version: VisionVersion, account: UUID) -> bool:
    """Whether an account was invited to comment on a version."""
    return bool(CoAuthor.objects.visible_to(viewer).filter(version=version, account=account).exists())


def is_invited(viewer: AccountViewer, district: District) -> bool:
    """Whether an account is a co-author of the draft of a district."""
    rows = CoAuthor.objects.visible_to(viewer).filter(district=district, account=viewer.account_id)
    return bool(rows.filter(version__state=VisionVersion.State.DRAFT).exists())


@dataclass(frozen=True)
class Said:
    """A sentence of a draft (None: the whole of it) with what was said of it."""

    clause: Clause | None
    comments: tuple[Comment, ...]

    @property
    def unanswered(self) -> int:
        return sum(not one.answer for one in self.comments)


def comments_by_sentence(viewer: Viewer, version: VisionVersion) -> tuple[list[Said], Said]:
    """For each sentence of a version that came with its clauses what was said of it, and what was said of the whole.

    What was said of a sentence that is gone stands with the whole; it carries the words it was about.
    """
    found: dict[UUID | None, list[Comment]] = defaultdict(list)
    for one in Comment.objects.visible_to(viewer).filter(version=version).select_related("author").order_by("said_at"):
        found[one.clause_id].append(one)
    sentences = [Said(clause, tuple(found.get(clause.pk, ()))) for clause in version.clauses.all()]
    return sentences, Said(None, tuple(found.get(None, ())))


def comment_to_answer(viewer: Viewer, district: District, comment: UUID) -> Comment | None:
    """One comment on a version of the district."""
    rows = Comment.objects.visible_to(viewer).filter(district=district, pk=comment)
    return rows.select_related("version").first()


def ambassadors(viewer: Viewer, district: District) -> QuerySet[Ambassador]:
    """Everybody who carries the why, or did: those who do first, by name."""
    rows = Ambassador.objects.visible_to(viewer).filter(district=district).select_related("group", "school")
    return rows.order_by(F("until").desc(nulls_first=True), "name")
