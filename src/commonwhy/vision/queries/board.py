"""What a board member, or an author, reads before the meeting: the questions this viewer may see, and who asked where that
may be known (FIELD rule 12)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commonwhy.districts.models import District
from commonwhy.districts.permissions import may
from commonwhy.districts.viewers import AccountViewer, Viewer
from commonwhy.vision.models import BoardQuestion, VisionVersion


@dataclass(frozen=True)
class Asked:
    """A question as this viewer may read it. `asker` is empty for other members."""

    question: BoardQuestion
    mine: bool
    asker: str


def questions(viewer: Viewer, version: VisionVersion) -> list[Asked]:
    """The questions about a version, unanswered ones first for those who answer. One query."""
    found = BoardQuestion.objects.visible_to(viewer).filter(version=version).select_related("asked_by")
    answers = may(viewer, "vision.answer", version.district)
    own = viewer.account_id if isinstance(viewer, AccountViewer) else None
    listed = [Asked(one, one.asked_by_id == own, str(one.asked_by) if answers else "") for one in found]
    return sorted(listed, key=lambda each: bool(each.question.answer))


def question_or_none(viewer: Viewer, district: District, question: UUID) -> BoardQuestion | None:
    rows = BoardQuestion.objects.visible_to(viewer).filter(district=district, pk=question)
    return rows.select_related("version", "district", "asked_by").first()
