"""Statements that people write themselves: kept once, limited, told about, and gone where a family takes its word back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import (
    Discussion,
    PriorityOption,
    PriorityRound,
    Statement,
    StatementContact,
    Vote,
)
from commonwhy.deliberation.queries.taking_part import enter
from commonwhy.deliberation.services import moderation, statements
from commonwhy.deliberation.services.contacts import unseal_address
from commonwhy.deliberation.services.voting import NotOpen
from commonwhy.districts.models import Person
from commonwhy.listening import tokens
from commonwhy.listening.models import IssuedKey, Response, Survey, SurveyCell
from commonwhy.listening.queries.lawful import terms_of
from commonwhy.listening.services.choices import record_choice
from commonwhy.listening.services.disposal import delete_due
from commonwhy.listening.services.responses import Withdrawn
from tests.cast import Cast
from tests.deliberation.made import opened
from tests.deliberation.test_voting import link, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def discussion(cast: Cast) -> Discussion:
    return opened(cast)


@pytest.fixture
def token(discussion: Discussion) -> str:
    return link(discussion)


def add(text: str, words: str = "Let us read more.", **more: Any) -> Statement:
    entry = enter(text)
    return statements.add_statement(
        discussion=entry.discussion, token=entry.token, words=words, language=more.pop("language", "en"), **more
    )


def test_it_waits_and_carries_a_mark_that_is_not_the_key(discussion: Discussion, token: str) -> None:
    kept = add(token, "  Let us\r\nread   more. ", language="es")
    read = tokens.read(discussion.survey, token)
    assert (kept.state, kept.texts, kept.language) == ("waiting", {"es": "Let us read more."}, "es")
    assert kept.number is None
    assert kept.author == read.author != read.key
    assert not Response.everything.exists(), "writing a statement is not voting"


def test_the_group_is_kept_by_the_rule_of_answers(cast: Cast, discussion: Discussion, token: str) -> None:
    assert add(token).group is None, "nobody has said how many were asked"
    SurveyCell.everything.filter(survey=discussion.survey).update(asked=300)
    assert add(link(discussion), "Another one.").group == cast.group("families")


def test_the_same_words_sent_twice_are_one(discussion: Discussion, token: str) -> None:
    assert add(token) == add(token, "Let us  read more.")
    assert add(link(discussion)) != add(token), "somebody else may say the same"
    assert Statement.everything.filter(origin="participant").count() == 2


def test_one_token_writes_so_many_and_no_more(discussion: Discussion, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_STATEMENTS", 3)
    for number in range(3):
        add(token, f"Statement number {number}.")
    with pytest.raises(statements.StatementRefused, match="as many as one person can"):
        add(token, "One more.")
    add(token, "Statement number 2.")
    add(link(discussion), "Somebody else.")
    assert Statement.everything.filter(origin="participant").count() == 4


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Look at https://example.org/ now.", "link"),
        ("Write to me at me@example.org.", "email"),
        ("Call me on 555 123 4567 please.", "number"),
        ("You are all idiots here.", "abuse"),
        ("Less homework.", "same"),
    ],
)
def test_what_a_moderator_should_look_at_is_held_and_named(token: str, words: str, found: str) -> None:
    kept = add(token, words)
    assert kept.state == "waiting"
    assert found in kept.held_for


@pytest.mark.parametrize("words", ["", " \n ", "12345", "?!", "x" * 401])
def test_what_is_no_sentence_is_refused(token: str, words: str) -> None:
    with pytest.raises(statements.StatementRefused):
        add(token, words)
    assert not Statement.everything.filter(origin="participant").exists()


def test_closed_or_not_taking_any_nothing_is_kept(discussion: Discussion, token: str) -> None:
    Discussion.everything.update(takes_statements=False)
    with pytest.raises(statements.StatementRefused, match="takes no statements"):
        add(token)
    Discussion.everything.update(takes_statements=True)
    Survey.everything.filter(pk=discussion.survey_id).update(closed_at=timezone.now())
    with pytest.raises(NotOpen):
        add(token)
    assert not Statement.everything.filter(origin="participant").exists()


def test_nobody_is_written_down_for_writing_one(token: str) -> None:
    before = AuditEntry.objects.count()
    add(token)
    assert AuditEntry.objects.count() == before
    assert not mail.outbox


class TestAnAddressToBeTold:
    """It joins the words to the address, and nothing else."""

    def test_it_is_sealed_and_hangs_on_the_statement(self, token: str) -> None:
        kept = add(token, contact=" me@example.org ", language="es")
        contact = StatementContact.everything.get()
        assert contact.statement == kept
        assert contact.language == "es"
        assert b"example" not in bytes(contact.sealed)
        assert unseal_address(contact.sealed) == "me@example.org"

    @pytest.mark.parametrize("address", ["me", "me@", "me@example", "a b@example.org", "x" * 300 + "@example.org"])
    def test_what_is_none_is_refused_and_nothing_kept(self, token: str, address: str) -> None:
        with pytest.raises(statements.BadAddress):
            add(token, contact=address)
        assert not Statement.everything.filter(origin="participant").exists()
        assert not StatementContact.everything.exists()


class TestAskingToLookAgain:
    """Whoever wrote it, once, while it is hidden."""

    def test_only_its_author_once_and_only_a_hidden_one(self, cast: Cast, discussion: Discussion, token: str) -> None:
        mine, entry, other = add(token), enter(token), enter(link(discussion))
        ask = {"discussion": discussion, "statement": mine}
        with pytest.raises(statements.StatementRefused):
            statements.appeal(**ask, token=entry.token, words="Why not?")
        moderation.hide(statement=mine, reason="abuse", more="", by=cast.coach)
        for token_read, words in ((other.token, "Mine."), (entry.token, " "), (entry.token, "x" * 1_001)):
            with pytest.raises(statements.StatementRefused):
                statements.appeal(**ask, token=token_read, words=words)
        statements.appeal(**ask, token=entry.token, words="It is true.")
        statements.appeal(**ask, token=entry.token, words="It is true.")
        with pytest.raises(statements.StatementRefused, match="asked for this before"):
            statements.appeal(**ask, token=entry.token, words="Again.")
        mine.refresh_from_db()
        assert mine.appeal == "It is true."


class TestForgetting:
    """A family's no, and the promised day of deletion."""

    @pytest.fixture
    def students(self, cast: Cast) -> Discussion:
        return opened(cast, groups=[cast.group("students")], mode="identified")

    @pytest.fixture
    def child(self, cast: Cast) -> Person:
        return Person.everything.create(district=cast.alder, name="A child", group=cast.group("students"), school=cast.creekside)

    def with_key(self, discussion: Discussion, child: Person) -> str:
        """A link as it is issued in a discussion with names."""
        text = link(discussion)
        key = tokens.read(discussion.survey, text).key
        IssuedKey.everything.create(
            district=discussion.district, survey=discussion.survey, mode="identified", key=key, person=child
        )
        return text

    def test_what_a_child_said_and_wrote_goes_with_a_no(self, cast: Cast, students: Discussion, child: Person) -> None:
        text = self.with_key(students, child)
        other = Person.everything.create(district=cast.alder, name="Another", group=cast.group("students"), school=cast.creekside)
        theirs = self.with_key(students, other)
        vote(text, 1)
        vote(theirs, 1)
        cited, gone, kept = add(text, "Cited."), add(text, "Gone.", contact="me@example.org"), add(theirs, "Kept.")
        round_made = PriorityRound.everything.create(
            district=cast.alder, discussion=students, texts={"en": "What first?"}, limit=1
        )
        PriorityOption.everything.create(district=cast.alder, round=round_made, number=1, texts={"en": "Cited."}, statement=cited)
        record_choice(survey=students.survey, person=child, kind="opt_out", by=cast.coach)
        assert Vote.everything.get().response.key == tokens.read(students.survey, theirs).key
        left = {str(each): each.author for each in Statement.everything.filter(origin="participant")}
        assert left == {"Cited.": "", "Kept.": kept.author}
        assert not StatementContact.everything.exists()
        assert not Statement.everything.filter(pk=gone.pk).exists()
        with pytest.raises(Withdrawn):
            enter(text)

    def test_a_child_that_wrote_and_never_voted_is_found_too(self, cast: Cast, students: Discussion, child: Person) -> None:
        add(self.with_key(students, child), "Only words.")
        record_choice(survey=students.survey, person=child, kind="opt_out", by=cast.coach)
        assert not Statement.everything.filter(origin="participant").exists()

    def test_on_the_promised_day_votes_and_addresses_go_and_what_everybody_read_stays(
        self, cast: Cast, discussion: Discussion, token: str
    ) -> None:
        vote(token, 1)
        read, _waiting = add(token, "Read by all.", contact="me@example.org"), add(token, "Still waiting.")
        moderation.show(statement=read, texts=read.texts | {"es": "Leído."}, by=cast.coach)
        terms = terms_of(discussion.survey)
        terms.delete_on = discussion.district.today()
        terms.save()
        assert delete_due() == 1
        assert not Vote.everything.exists()
        assert not Response.everything.exists()
        assert not StatementContact.everything.exists()
        assert list(Statement.everything.filter(origin="participant").values_list("texts__en", "author")) == [
            ("Read by all.", "")
        ]
        assert Statement.everything.filter(origin="seed").count() == 5
