"""FIELD rule 12, open meetings: members of the board preview, ask and approve.

They do not co-edit, comment or vote as a majority outside a meeting. What they ask reaches the other members only as
the authors' answer, without who asked.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern, reverse

from commonwhy.accounts.models import User
from commonwhy.districts.models import Role
from commonwhy.districts.permissions import may
from commonwhy.districts.services import give_role
from commonwhy.vision.models import BoardQuestion, Clause, CoAuthor, Comment, Endorsement, VisionVersion
from commonwhy.vision.services import together
from commonwhy.vision.urls import urlpatterns
from tests.cast import Cast

pytestmark = pytest.mark.any_database

ASKS = {"board_ask"}
"""The one thing a member of the board sends."""
WRITTEN = (VisionVersion, Clause, Comment, CoAuthor, Endorsement)


@pytest.fixture
def draft(cast: Cast) -> VisionVersion:
    version: VisionVersion = VisionVersion.everything.create(district=cast.alder, number=1, why={"en": "Because of them."})
    Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": "Every child makes things."})
    return version


def everything_written() -> list[Any]:
    """Every row of what people write and where they stand."""
    with connection.cursor() as cursor:
        rows = []
        for model in WRITTEN:
            cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")  # noqa: S608
            rows.append([tuple(map(str, row)) for row in cursor.fetchall()])
    return rows


def address_of(pattern: URLPattern, cast: Cast, clause: Clause) -> str | None:
    """An address of the vision room with something in every place of it."""
    given = {
        "district": cast.alder.slug,
        "clause": clause.pk,
        "group": cast.group("board").pk,
        "school": cast.creekside.pk,
        "number": 1,
        "position": 1,
    }
    wanted = {name: given.get(name, clause.pk) for name in pattern.pattern.converters}
    wanted |= {name: "group" for name in ("by", "chart") if name in pattern.pattern.converters}
    return reverse(f"vision:{pattern.name}", kwargs=wanted)


def test_nothing_that_a_member_of_the_board_sends_changes_the_vision(cast: Cast, draft: VisionVersion) -> None:
    """Every address of the room, new ones too: sent to, it refuses, and not a row differs."""
    clause = Clause.everything.get()
    board, before, tried = cast.client("board"), everything_written(), 0
    sent = {
        "texts_en": "The board's own words.",
        "text_en": "The board's own words.",
        "words": "The board's own words.",
        "why_en": "The board's own why.",
        "email": "board@example.org",
        "stand": "support",
        "seen": "",
    }
    for pattern in urlpatterns:
        if not isinstance(pattern, URLPattern) or pattern.name in ASKS:
            continue
        address = address_of(pattern, cast, clause)
        answer = board.post(address, sent)
        assert answer.status_code in (403, 404, 405), f"{pattern.name} answered {answer.status_code}"
        assert everything_written() == before, pattern.name
        tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    "capability", ["vision.write", "vision.adopt", "vision.endorse", "vision.answer", "vision.lead_the_way", "vision.reaffirm"]
)
def test_a_seat_on_the_board_holds_no_capability_that_writes_or_votes(cast: Cast, capability: str) -> None:
    assert not may(cast.viewer("board"), capability, cast.alder)


def test_the_board_previews_the_draft_and_asks(cast: Cast, draft: VisionVersion) -> None:
    board = cast.client("board")
    page = board.get(reverse("vision:board", args=[cast.alder.slug]))
    assert page.status_code == 200
    assert "Every child makes things." in page.content.decode()
    board.post(reverse("vision:board_ask", args=[cast.alder.slug]), {"words": "What does it cost?"})
    question = BoardQuestion.everything.get()
    assert (question.words, question.asked_by) == ("What does it cost?", cast.board)
    authors = cast.client("superintendent").get(reverse("vision:board", args=[cast.alder.slug])).content.decode()
    assert "What does it cost?" in authors


def test_members_of_the_board_read_of_one_another_only_what_the_authors_answered(cast: Cast, draft: VisionVersion) -> None:
    second = User.objects.create_user("second.member@example.org", name="Second Member")
    give_role(district=cast.alder, account=second, role=Role.BOARD_MEMBER)
    cast.people["second"] = second
    cast.client("board").post(reverse("vision:board_ask", args=[cast.alder.slug]), {"words": "What does it cost?"})
    address = reverse("vision:board", args=[cast.alder.slug])
    assert "What does it cost?" not in cast.client("second").get(address).content.decode()
    question = BoardQuestion.everything.get()
    reply = reverse("vision:board_answer", args=[cast.alder.slug, question.pk])
    assert cast.client("second").post(reply, {"answer": "I think so too."}).status_code == 403
    cast.client("superintendent").post(reply, {"answer": "Nothing new.", "before": ""})
    shown = cast.client("second").get(address).content.decode()
    assert "Nothing new." in shown
    assert str(cast.board) not in shown.split("<main", 1)[1].split("</main>", 1)[0].replace("board/", "")


@pytest.mark.parametrize("name", ["board", "second"])
def test_no_member_of_the_board_is_made_a_co_author(cast: Cast, draft: VisionVersion, name: str) -> None:
    if name == "second":
        # Also one who is a member besides.
        cast.people["second"] = User.objects.create_user("second.member@example.org", name="Second Member")
        give_role(district=cast.alder, account=cast.people["second"], role=Role.MEMBER)
        give_role(district=cast.alder, account=cast.people["second"], role=Role.BOARD_MEMBER)
    with pytest.raises(together.CoAuthorRefused, match="board"):
        together.invite(version=draft, email=cast.people[name].email, by=cast.superintendent)
    assert not CoAuthor.everything.exists()
    comments = reverse("vision:comments", args=[cast.alder.slug])
    assert cast.client(name).post(comments, {"words": "I would write it so."}).status_code in (403, 404)
    assert not Comment.everything.exists()


def test_approval_is_the_boards_and_is_recorded_from_its_minutes(cast: Cast, draft: VisionVersion) -> None:
    """No member approves by pressing a button: a leader writes down day and minutes of the meeting."""
    address = reverse("vision:adopt", args=[cast.alder.slug])
    assert cast.client("board").get(address).status_code == 403
    assert cast.client("board").post(address, {"on": "2026-03-02", "minutes": "Carried."}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == VisionVersion.State.DRAFT
    page = cast.client("superintendent").get(address).content.decode()
    assert 'name="on"' in page
    assert "minutes" in page
