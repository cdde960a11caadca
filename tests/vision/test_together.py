"""Writing together: who is invited, who may say what, what is kept with it, and that no board meets in writing."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from commonwhy.accounts.models import User
from commonwhy.core.models import AuditEntry
from commonwhy.districts import services as districts
from commonwhy.districts.models import Invitation, Role
from commonwhy.vision.models import Ambassador, CoAuthor, Comment, Contribution
from commonwhy.vision.services import ambassadors, drafting, together
from tests.cast import Cast
from tests.vision.drafts import adopt, begin, clauses_of, sentences_of, write_draft
from tests.vision.test_workshop_pages import at, text_of

PAGES = at("comments")


def invite(cast: Cast, email: str) -> Any:
    return cast.client("coach").post(at("co_authors"), {"email": email})


def sealed(page: Any, number: int) -> str:
    """The sealed sentence of a comment box: of a sentence by its number, 0 for the whole."""
    found = re.findall(r'name="about" value="([^"]+)".*?id="w-(\d+)"', page.content.decode(), re.S)
    return next(html.unescape(about) for about, box in found if box == str(number))


def say(cast: Cast, who: str, words: str, number: int = 1) -> Any:
    client = cast.client(who)
    return client.post(PAGES, {"about": sealed(client.get(PAGES), number), "words": words})


@pytest.fixture
def read_along(cast: Cast) -> Any:
    """A draft of two sentences with Fay, of a family, as its co-author."""
    draft = write_draft(cast, "Students make maps.", "Adults learn.")
    invite(cast, "family@example.org")
    return draft


# Inviting


def test_somebody_with_a_seat_is_a_co_author_at_once_and_hears_of_it(cast: Cast) -> None:
    draft = begin(cast)
    assert invite(cast, "FAMILY@example.org").status_code == 302
    assert CoAuthor.everything.get(version=draft).account == cast.family
    [letter] = mail.outbox
    assert letter.to == ["FAMILY@example.org"]
    assert reverse("vision:comments", args=["alder-creek"]) in letter.body
    invite(cast, "family@example.org")
    assert CoAuthor.everything.count() == 1


def test_somebody_new_joins_first_and_is_a_co_author_from_then_on(cast: Cast) -> None:
    draft = begin(cast)
    invite(cast, "neighbor@example.org")
    assert not CoAuthor.everything.exists()
    assert "neighbor@example.org" in text_of(cast.client("coach").get(at("co_authors")))
    [link] = re.findall(r"http\S+", mail.outbox[0].body)
    joined = cast.client(None).post("/" + link.split("/", 3)[3])
    assert joined.status_code == 302
    account = User.objects.get(email="neighbor@example.org")
    assert CoAuthor.everything.get(version=draft).account == account
    client = cast.client(None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(PAGES).status_code == 200
    assert client.get(at("statement")).status_code == 403
    assert PAGES in client.get("/d/alder-creek/").content.decode()


def test_who_accepts_after_the_adoption_is_a_member_and_no_co_author(cast: Cast) -> None:
    draft = write_draft(cast)
    together.invite(version=draft, email="late@example.org", by=cast.coach)
    adopt(cast, draft)
    invitation = Invitation.everything.get(email="late@example.org")
    account = districts.accept_invitation(invitation=invitation, account=None)
    assert account.memberships.get().role == Role.MEMBER
    assert not CoAuthor.everything.exists()


def test_an_ordinary_invitation_makes_nobody_a_co_author(cast: Cast) -> None:
    begin(cast)
    invitation, _secret = districts.invite(district=cast.alder, email="x@example.org", role=Role.MEMBER, by=cast.superintendent)
    districts.accept_invitation(invitation=invitation, account=None)
    assert not CoAuthor.everything.exists()


def test_a_member_of_the_board_is_not_invited_and_told_why(cast: Cast) -> None:
    """FIELD 12: a board previews, asks and approves; it does not comment one by one."""
    begin(cast)
    answer = invite(cast, "board@example.org")
    assert answer.status_code == 400
    assert "a meeting held in writing" in text_of(answer)
    districts.invite(district=cast.alder, email="elect@example.org", role=Role.BOARD_MEMBER, by=cast.superintendent)
    assert "a meeting held in writing" in text_of(invite(cast, "elect@example.org"))
    assert not CoAuthor.everything.exists()
    assert not mail.outbox


def test_whoever_joins_the_board_meanwhile_comments_no_more(cast: Cast, read_along: Any) -> None:
    say(cast, "family", "Before the election.")
    about = sealed(cast.client("family").get(PAGES), 1)
    districts.give_role(district=cast.alder, account=cast.family, role=Role.BOARD_MEMBER)
    assert cast.client("family").get(PAGES).status_code == 403
    assert cast.client("family").post(PAGES, {"about": about, "words": "After it."}).status_code == 403
    assert [one.words for one in Comment.everything.all()] == ["Before the election."]
    assert not Comment.objects.visible_to(cast.viewer("board")).exists()
    assert not Comment.objects.visible_to(cast.viewer("family")).exists()


def test_whoever_became_a_board_member_before_accepting_is_no_co_author(cast: Cast) -> None:
    draft = begin(cast)
    account = User.objects.create_user("later@example.org")
    together.invite(version=draft, email="later@example.org", by=cast.coach)
    districts.give_role(district=cast.alder, account=account, role=Role.BOARD_MEMBER)
    districts.accept_invitation(invitation=Invitation.everything.get(email="later@example.org"), account=account)
    assert not CoAuthor.everything.exists()


def test_who_writes_needs_no_invitation(cast: Cast) -> None:
    begin(cast)
    assert "can write on the draft already" in text_of(invite(cast, "principal@example.org"))


def test_a_mail_server_that_says_no_leaves_nobody_half_invited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(cast)

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError("mail server is away")

    monkeypatch.setattr("commonwhy.vision.views.together.send_mail", refuse)
    for email in ("family@example.org", "new@example.org"):
        answer = invite(cast, email)
        assert answer.status_code == 400
        assert "nobody was invited" in text_of(answer)
    assert not CoAuthor.everything.exists()
    assert not Invitation.everything.filter(accepted_at=None).exists()


def test_an_ended_co_author_comments_no_more_and_what_they_said_stays(cast: Cast, read_along: Any) -> None:
    say(cast, "family", "Keep this.")
    co_author = CoAuthor.everything.get()
    cast.client("coach").post(at("end_co_author", co_author.pk))
    assert cast.client("family").get(PAGES).status_code == 403
    assert "Keep this." in text_of(cast.client("coach").get(PAGES))


# Commenting


def test_a_comment_carries_the_sentence_as_it_read(cast: Cast, read_along: Any) -> None:
    clause = clauses_of(read_along)[0]
    client = cast.client("family")
    about = sealed(client.get(PAGES), 1)
    drafting.change_clause(clause=clause, revision=0, texts={"en": "Students make everything."}, by=cast.coach)
    client.post(PAGES, {"about": about, "words": "Why only maps?"})
    made = Comment.everything.get()
    assert (made.about, made.clause_id, made.author) == ("Students make maps.", clause.pk, cast.family)
    page = text_of(cast.client("coach").get(PAGES))
    assert "It read then: Students make maps." in page
    assert "1 comment, 1 without an answer." in page


def test_a_comment_on_a_sentence_taken_out_meanwhile_is_kept_with_its_words(cast: Cast, read_along: Any) -> None:
    client = cast.client("family")
    about = sealed(client.get(PAGES), 1)
    drafting.remove_clause(clause=clauses_of(read_along)[0], by=cast.coach)
    assert client.post(PAGES, {"about": about, "words": "I liked it."}).status_code == 302
    made = Comment.everything.get()
    assert (made.clause, made.about) == (None, "Students make maps.")
    assert "I liked it." in text_of(cast.client("coach").get(PAGES))


def test_what_was_not_sealed_here_is_about_the_whole(cast: Cast, read_along: Any) -> None:
    cast.client("family").post(PAGES, {"about": "forged", "words": "Something."})
    made = Comment.everything.get()
    assert (made.clause, made.about) == (None, "")


def test_pressed_twice_it_is_one(cast: Cast, read_along: Any) -> None:
    for _ in range(2):
        say(cast, "family", "Once.", number=0)
    assert Comment.everything.count() == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_mistake_keeps_the_words_in_their_box(cast: Cast, read_along: Any, words: str) -> None:
    answer = say(cast, "family", words, number=2)
    assert answer.status_code == 400
    assert not Comment.everything.exists()
    box = answer.content.decode().split('id="w-2"')[1].split("</textarea>")[0]
    assert words.strip() in box


def test_words_for_a_draft_adopted_meanwhile_are_handed_back(cast: Cast, read_along: Any) -> None:
    client = cast.client("family")
    about = sealed(client.get(PAGES), 1)
    adopt(cast, read_along)
    answer = client.post(PAGES, {"about": about, "words": "Kept words."})
    assert answer.status_code == 409
    assert "Kept words." in text_of(answer)
    assert "no draft" in text_of(client.get(PAGES))


def test_a_co_author_reads_and_cannot_edit(cast: Cast, read_along: Any) -> None:
    client = cast.client("family")
    assert "Students make maps." in text_of(client.get(PAGES))
    clause = clauses_of(read_along)[0]
    for address in (at("statement"), at("beliefs"), at("clause", clause.pk), at("co_authors"), at("checklist")):
        assert client.post(address, {"text_en": "Mine.", "revision": "0"}).status_code == 403
    assert sentences_of(read_along) == ["Students make maps.", "Adults learn."]
    say(cast, "family", "A comment is no line of the text.")
    assert not Contribution.everything.filter(account=cast.family).exists()


def test_others_are_not_asked_and_authors_answer_instead(cast: Cast, read_along: Any) -> None:
    for who in ("teacher", "board"):
        assert cast.client(who).get(PAGES).status_code == 403
        assert cast.client(who).post(PAGES, {"words": "x"}).status_code == 403
    assert cast.client("coach").post(PAGES, {"words": "x"}).status_code == 403
    assert cast.client("outsider").get(PAGES).status_code == 404
    assert not Comment.everything.exists()


def test_the_audit_keeps_that_somebody_commented_and_no_words(cast: Cast, read_along: Any) -> None:
    say(cast, "family", "A secret thought.")
    entry = AuditEntry.objects.get(verb="commented")
    assert "secret" not in f"{entry.object_label}{entry.detail}"


# Answering


def test_authors_answer_and_co_authors_read_it(cast: Cast, read_along: Any) -> None:
    say(cast, "family", "Why maps?")
    comment = Comment.everything.get()
    answer = {"words": "Because we walk.", "seen": together.digest_of("")}
    assert cast.client("principal").post(at("answer_comment", comment.pk), answer).status_code == 302
    page = text_of(cast.client("family").get(PAGES))
    assert "Because we walk." in page
    assert "without an answer" not in page
    assert cast.client("family").post(at("answer_comment", comment.pk), answer).status_code == 403


def test_two_who_answer_at_once_lose_nothing(cast: Cast, read_along: Any) -> None:
    say(cast, "family", "Why maps?")
    comment = Comment.everything.get()
    seen = together.digest_of("")
    cast.client("principal").post(at("answer_comment", comment.pk), {"words": "Theirs.", "seen": seen})
    answer = cast.client("coach").post(at("answer_comment", comment.pk), {"words": "Mine.", "seen": seen})
    assert answer.status_code == 409
    assert "Theirs." in text_of(answer)
    assert "Mine." in text_of(answer)
    comment.refresh_from_db()
    assert comment.answer == "Theirs."
    again = re.findall(r'name="seen" value="(\w+)"', answer.content.decode())[0]
    cast.client("coach").post(at("answer_comment", comment.pk), {"words": "Mine.", "seen": again})
    comment.refresh_from_db()
    assert comment.answer == "Mine."


def test_a_comment_of_another_district_is_not_found(cast: Cast, read_along: Any) -> None:
    theirs = drafting.open_draft(district=cast.birch, by=cast.outsider)
    comment = Comment.everything.create(district=cast.birch, version=theirs, author=cast.outsider, words="x")
    assert cast.client("coach").post(at("answer_comment", comment.pk), {"words": "y"}).status_code == 404


def test_markup_in_comments_stays_words(cast: Cast, read_along: Any) -> None:
    hostile = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    say(cast, "family", hostile)
    comment = Comment.everything.get()
    cast.client("coach").post(at("answer_comment", comment.pk), {"words": hostile, "seen": together.digest_of("")})
    page = cast.client("coach").get(PAGES).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


# Ambassadors


def named(cast: Cast, **changes: str) -> dict[str, str]:
    group = str(cast.group("teachers").pk)
    return {"name": "Ana Ruiz", "group": group, "since": "2026-01-05", "carries": "Opens meetings.", **changes}


def test_an_ambassador_is_named_changed_and_taken_off(cast: Cast) -> None:
    coach = cast.client("coach")
    assert "Nobody is named yet" in text_of(coach.get(at("ambassadors")))
    coach.post(at("ambassadors"), named(cast, school=str(cast.creekside.pk)))
    ambassador = Ambassador.everything.get()
    assert "Ana Ruiz" in text_of(cast.client("board").get(at("ambassadors")))
    seen = ambassadors.digest_of(ambassador)
    coach.post(at("ambassador", ambassador.pk), {**named(cast), "until": "2026-06-30", "seen": seen})
    ambassador.refresh_from_db()
    assert (ambassador.until, ambassador.school) == (date(2026, 6, 30), None)
    coach.post(at("ambassador", ambassador.pk), {"take_off": ""})
    assert not Ambassador.everything.exists()
    assert not AuditEntry.objects.filter(object_label__contains="Ana").exists()


def test_two_who_change_one_ambassador_lose_nothing(cast: Cast) -> None:
    cast.client("coach").post(at("ambassadors"), named(cast))
    ambassador = Ambassador.everything.get()
    seen = ambassadors.digest_of(ambassador)
    cast.client("principal").post(at("ambassador", ambassador.pk), {**named(cast, carries="Theirs."), "seen": seen})
    answer = cast.client("coach").post(at("ambassador", ambassador.pk), {**named(cast, carries="Mine."), "seen": seen})
    assert answer.status_code == 409
    assert "Theirs." in text_of(answer)
    assert "Mine." in text_of(answer)
    again = {**named(cast, carries="Mine."), "seen": answer.context["seen"]}
    assert cast.client("coach").post(at("ambassador", ambassador.pk), again).status_code == 302


@pytest.mark.parametrize("change", [{"until": "2020-01-01"}, {"name": ""}, {"group": "x"}, {"since": "soon"}])
def test_a_mistake_names_nobody(cast: Cast, change: dict[str, str]) -> None:
    answer = cast.client("coach").post(at("ambassadors"), named(cast, **change))
    assert answer.status_code == 400
    assert "Opens meetings." in text_of(answer)
    assert not Ambassador.everything.exists()


def test_groups_and_schools_are_the_districts_own(cast: Cast) -> None:
    school = districts.add_school(district=cast.birch, name="Birch School", by=cast.outsider)
    assert cast.client("coach").post(at("ambassadors"), named(cast, school=str(school.pk))).status_code == 400


def test_who_sees_and_who_names_ambassadors(cast: Cast) -> None:
    for who in ("teacher", "family"):
        assert cast.client(who).get(at("ambassadors")).status_code == 403
    assert cast.client("board").get(at("ambassadors")).status_code == 200
    assert cast.client("board").post(at("ambassadors"), named(cast)).status_code == 403
    assert not Ambassador.everything.exists()


def test_pages_ask_the_database_a_bounded_number_of_times(
    cast: Cast, read_along: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        together.comment(
            version=read_along, by=cast.family, words=f"Comment {number}", clause=clauses_of(read_along)[number % 2].pk, about="A"
        )
        cast.client("coach").post(at("ambassadors"), named(cast, name=f"Name {number}"))
    client = cast.client("coach")
    for page in ("co_authors", "comments", "ambassadors"):
        with django_assert_max_num_queries(16):
            assert client.get(at(page)).status_code == 200
