"""The board before its meeting (FIELD rule 12): members read, ask and read answers; they do not edit, endorse or vote here,
and nothing passes from one member to another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from commonwhy.accounts.models import User
from commonwhy.districts.models import Role
from commonwhy.districts.services import give_role
from commonwhy.vision.models import BoardQuestion, Endorsement, VisionVersion
from commonwhy.vision.services import board, endorsement
from tests.cast import Cast
from tests.permissions.test_matrix import PATTERNS
from tests.vision.drafts import adopt, adopted_vision, begin, clauses_of, say, sentences_of, write_draft
from tests.vision.test_workshop_pages import text_of


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


@pytest.fixture
def bram(cast: Cast) -> User:
    """A second member of the board."""
    account = User.objects.create_user("bram@example.org", name="Bram")
    give_role(district=cast.alder, account=account, role=Role.BOARD_MEMBER)
    cast.people["bram"] = account
    return account


def test_a_member_reads_the_draft_as_it_would_be_adopted_and_what_it_changes(cast: Cast) -> None:
    adopted_vision(cast, "The old sentence.")
    draft = write_draft(cast, "The new sentence.")
    member = cast.client("board")
    page = member.get(at("board"))
    assert "The new sentence." in text_of(page)
    assert "Voice 0 behind The new sentence." in text_of(page)
    assert at("versions") in page.content.decode()
    assert sentences_of(draft)[-1] == "The new sentence."


@pytest.mark.parametrize("who", ["family", "teacher"])
def test_other_members_of_the_district_do_not_come_in(cast: Cast, who: str) -> None:
    begin(cast)
    assert cast.client(who).get(at("board")).status_code == 403
    assert cast.client(who).post(at("board_ask"), {"words": "?"}).status_code == 403


def test_a_member_asks_an_author_answers(cast: Cast) -> None:
    write_draft(cast)
    member, coach = cast.client("board"), cast.client("coach")
    assert member.post(at("board_ask"), {"words": "What does it cost?"})["Location"] == at("board")
    asked = BoardQuestion.everything.get()
    assert "Board asked" in text_of(coach.get(at("board")))
    assert coach.post(at("board_answer", asked.pk), {"answer": "Nothing yet.", "before": ""})["Location"] == at("board")
    assert "Nothing yet." in text_of(member.get(at("board")))


def test_a_question_is_not_a_letter_to_the_other_members(cast: Cast, bram: User) -> None:
    """Members who read each other's questions would deliberate outside a meeting."""
    draft = write_draft(cast)
    question = board.ask(version=draft, words="I would vote no. Would you?", by=cast.board)
    other = cast.client("bram")
    assert "I would vote no" not in other.get(at("board")).content.decode()
    assert "You asked" in text_of(cast.client("board").get(at("board")))
    assert not BoardQuestion.objects.visible_to(cast.viewer("bram")).exists()
    board.answer(question=question, words="That is for the meeting.", before="", by=cast.superintendent)
    page = text_of(other.get(at("board")))
    assert "That is for the meeting." in page
    assert "A question of the board" in page
    assert "Board asked" not in page
    assert cast.board.email not in other.get(at("board")).content.decode()


def test_questions_are_nobodys_who_only_has_a_seat(cast: Cast) -> None:
    question = board.ask(version=begin(cast), words="What does it cost?", by=cast.board)
    board.answer(question=question, words="Nothing.", before="", by=cast.coach)
    for who in ("family", "teacher", "outsider"):
        assert not BoardQuestion.objects.visible_to(cast.viewer(who)).exists()


def test_a_member_changes_nothing(cast: Cast) -> None:
    """No editing, no citing, no endorsing, no answering, no adopting."""
    draft = write_draft(cast)
    clause, voice = clauses_of(draft)[0], say(cast, "More.")
    question = board.ask(version=draft, words="Why?", by=cast.board)
    member = cast.client("board")
    before = Endorsement.everything.count()
    for address in (
        at("statement"),
        at("new_clause"),
        at("clause", clause.pk),
        at("arrange", clause.pk),
        at("cite", clause.pk, voice.pk),
        at("stand", cast.group("teachers").pk),
        at("stand_in_school", cast.group("teachers").pk, cast.maple.pk),
        at("stage"),
        at("stage_plan"),
        at("board_answer", question.pk),
        at("adopt"),
        at("reaffirm"),
    ):
        assert member.post(address, {"stand": "support", "answer": "x", "remove": "1"}).status_code == 403, address
    assert (VisionVersion.everything.get().state, Endorsement.everything.count()) == ("draft", before)
    assert BoardQuestion.everything.get().answer == ""


def test_the_board_says_nowhere_beforehand_how_it_will_decide(cast: Cast) -> None:
    """Not even somebody else records it: a stand of the board before its meeting would be a decision outside it."""
    draft = write_draft(cast)
    with pytest.raises(endorsement.StandRefused, match="decides in its meeting"):
        endorsement.record(
            version=draft,
            group=cast.group("board"),
            stand="support",
            heard_on=draft.created_at.date() - timedelta(days=1),
            heard_how="meeting",
            by=cast.coach,
        )
    coach = cast.client("coach")
    assert coach.get(at("stand", cast.group("board").pk)).status_code == 404
    assert str(cast.group("board").pk) not in coach.get(at("stands")).content.decode()


def test_a_members_page_has_one_form_and_it_asks(cast: Cast) -> None:
    write_draft(cast)
    inside = cast.client("board").get(at("board")).content.decode().split("<main", 1)[1].split("</main>")[0]
    assert inside.count("<form") == 1
    assert f'action="{at("board_ask")}"' in inside


def test_there_is_no_address_to_vote_at() -> None:
    """On a vision: what people react to in a discussion is no vision, and no board decides there (FIELD rule 12)."""
    assert not [name for name in PATTERNS if name.startswith("vision:") and ("vote" in name or "ballot" in name)]


def test_nobody_but_a_member_asks(cast: Cast) -> None:
    begin(cast)
    for who in ("coach", "superintendent"):
        assert cast.client(who).post(at("board_ask"), {"words": "?"}).status_code == 403
    assert not BoardQuestion.everything.exists()


def test_two_answers_at_once_lose_nothing(cast: Cast) -> None:
    question = board.ask(version=begin(cast), words="Why?", by=cast.board)
    board.answer(question=question, words="Theirs.", before="", by=cast.superintendent)
    answer = cast.client("coach").post(at("board_answer", question.pk), {"answer": "Mine.", "before": ""})
    assert answer.status_code == 409
    assert {"Theirs.", "Mine."} <= set(text_of(answer).split())
    again = cast.client("coach").post(at("board_answer", question.pk), {"answer": "Mine.", "before": answer.context["before"]})
    assert again.status_code == 302
    assert BoardQuestion.everything.get().answer == "Mine."


def test_a_question_after_the_adoption_belongs_into_the_meeting(cast: Cast) -> None:
    draft = write_draft(cast)
    adopt(cast, draft)
    with pytest.raises(board.BoardRefused, match="ask it in the meeting"):
        board.ask(version=draft, words="Why?", by=cast.board)
    assert "ask it in the meeting" in text_of(cast.client("board").post(at("board_ask"), {"words": "Why?"}, follow=True))
    assert not BoardQuestion.everything.exists()


def test_pressed_twice_it_is_asked_once_and_nothing_is_no_question(cast: Cast) -> None:
    begin(cast)
    member = cast.client("board")
    for _ in range(2):
        member.post(at("board_ask"), {"words": "Why?"})
    assert member.post(at("board_ask"), {"words": "  "}).status_code == 400
    assert BoardQuestion.everything.count() == 1


def test_a_question_of_another_district_is_not_found(cast: Cast) -> None:
    question = board.ask(version=begin(cast), words="Why?", by=cast.board)
    address = reverse("vision:board_answer", args=["birch-valley", question.pk])
    assert cast.client("outsider").get(address).status_code == 404


def test_the_page_asks_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    draft = write_draft(cast)
    for number in range(12):
        board.ask(version=draft, words=f"Why {number}?", by=cast.board)
    for who in ("board", "coach"):
        client = cast.client(who)
        with django_assert_max_num_queries(20):
            assert client.get(at("board")).status_code == 200
