"""Moderation: shown or not, with reasons, names taken out, appeals, and a public count."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement
from commonwhy.deliberation.queries import moderation as queries
from commonwhy.deliberation.services import discussions, moderation
from commonwhy.deliberation.services.moderation import ModerationRefused, only_names_taken_out
from commonwhy.districts.models import Role
from commonwhy.districts.services import give_role
from commonwhy.districts.viewers import PUBLIC
from commonwhy.listening.models import Conversation, Excerpt, Note, SafetyWord
from commonwhy.listening.services.notes import NoteRefused, give_leave
from tests.cast import Cast
from tests.deliberation.made import MONDAY, opened, told

pytestmark = pytest.mark.django_db
ES = "Queremos más tiempo con la señora Alvarado."
OUT = "Queremos más tiempo con la señora [name]."
EN = "We want more time with Mrs. [name]."


def deeds(statement: Statement) -> list[str]:
    return sorted(ModerationDeed.everything.filter(statement=statement).values_list("deed", flat=True))


def test_it_is_shown_in_every_language_with_the_names_out_and_gets_its_number(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    shown = moderation.show(statement=statement, texts={"es": OUT, "en": EN}, by=cast.coach)
    assert (shown.state, shown.number, shown.texts) == ("shown", 6, {"es": OUT, "en": EN})
    assert deeds(statement) == ["redacted", "shown", "translated"]
    audited = AuditEntry.objects.filter(object_id=str(statement.pk))
    assert audited.count() == 3
    assert not any("Alvarado" in f"{each.object_label}{each.detail}" for each in audited)


def test_nothing_is_shown_before_it_stands_in_every_language(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    with pytest.raises(ModerationRefused, match="every language"):
        moderation.show(statement=statement, texts={"es": OUT}, by=cast.coach)
    statement.refresh_from_db()
    assert (statement.state, statement.texts) == ("waiting", {"es": ES})
    assert deeds(statement) == []


def test_the_authors_words_are_not_rewritten(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    with pytest.raises(ModerationRefused, match="change nothing else"):
        moderation.show(statement=statement, texts={"es": "Queremos menos tiempo.", "en": "Less."}, by=cast.coach)
    statement.refresh_from_db()
    assert statement.texts == {"es": ES}


def test_a_translation_is_kept_while_it_waits_for_somebody_else(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    kept = moderation.keep_texts(statement=statement, texts={"es": OUT}, by=cast.coach)
    assert (kept.state, kept.texts, kept.number) == ("waiting", {"es": OUT}, None)
    assert deeds(statement) == ["redacted"]


def test_a_translation_of_what_is_shown_can_be_mended_but_not_taken_away(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    moderation.show(statement=statement, texts={"es": OUT, "en": "Mor time."}, by=cast.coach)
    assert moderation.keep_texts(statement=statement, texts={"es": OUT, "en": EN}, by=cast.coach).texts["en"] == EN
    with pytest.raises(ModerationRefused):
        moderation.keep_texts(statement=statement, texts={"es": OUT}, by=cast.coach)


def test_what_is_hidden_has_a_reason_and_stays_countable(cast: Cast) -> None:
    discussion = opened(cast)
    statement, other = told(discussion, ES), told(discussion, "Compre aquí.", author="b" * 64)
    for reason in ("", "because", "shown"):
        with pytest.raises(ModerationRefused):
            moderation.hide(statement=statement, reason=reason, more="", by=cast.coach)
    moderation.hide(statement=statement, reason="names", more=" Escríbalo sin el nombre. ", by=cast.coach)
    moderation.hide(statement=other, reason="advertising", more="", by=cast.coach)
    statement.refresh_from_db()
    assert (statement.state, statement.reason, statement.reason_more) == ("hidden", "names", "Escríbalo sin el nombre.")
    counted = {"names": 1, "advertising": 1}
    assert queries.hidden_counts(cast.viewer("teacher"), discussion) == counted
    assert queries.hidden_counts(PUBLIC, discussion) == {}
    assert queries.hidden_counts(cast.viewer("outsider"), discussion) == {}
    discussions.close_discussion(discussion=discussion, by=cast.coach)
    discussions.publish(discussion=discussion, by=cast.coach)
    assert queries.hidden_counts(PUBLIC, discussion) == counted


def test_what_went_with_a_deleted_response_still_counts_unless_it_was_shown_after_all(cast: Cast) -> None:
    discussion = opened(cast)
    one, two = told(discussion, ES), told(discussion, "Otra cosa.", author="b" * 64)
    moderation.hide(statement=one, reason="names", more="", by=cast.coach)
    moderation.hide(statement=two, reason="names", more="", by=cast.coach)
    moderation.show(statement=two, texts={"es": "Otra cosa.", "en": "Something else."}, by=cast.coach)
    Statement.everything.filter(pk__in=[one.pk, two.pk]).delete()
    assert queries.hidden_counts(cast.viewer("coach"), discussion) == {"names": 1}


def test_an_appeal_is_answered_once_and_either_way(cast: Cast) -> None:
    discussion = opened(cast)
    statement = told(discussion, "Más recreo.")
    moderation.hide(statement=statement, reason="off_topic", more="", by=cast.coach)
    with pytest.raises(ModerationRefused, match="Nobody has asked"):
        moderation.answer_appeal(statement=statement, shown=True, answer="Yes.", by=cast.coach)
    Statement.everything.filter(pk=statement.pk).update(appeal="Recess is learning too.")
    for act in (
        lambda: moderation.hide(statement=statement, reason="names", more="", by=cast.coach),
        lambda: moderation.show(statement=statement, texts={"es": "Más recreo.", "en": "More recess."}, by=cast.coach),
    ):
        with pytest.raises(ModerationRefused, match="look at it again"):
            act()
    with pytest.raises(ModerationRefused, match="Write a word"):
        moderation.answer_appeal(statement=statement, shown=False, answer="  ", by=cast.coach)
    with pytest.raises(ModerationRefused, match="every language"):
        moderation.answer_appeal(statement=statement, shown=True, answer="You are right.", by=cast.coach)
    shown = moderation.answer_appeal(
        statement=statement,
        shown=True,
        answer="You are right.",
        by=cast.superintendent,
        texts={"es": "Más recreo.", "en": "More recess."},
    )
    assert (shown.state, shown.number, shown.appeal_answer) == ("shown", 6, "You are right.")
    assert "given_way" in deeds(statement)
    assert queries.hidden_counts(cast.viewer("coach"), discussion) == {}


def test_an_appeal_can_be_upheld(cast: Cast) -> None:
    statement = told(opened(cast), "Más recreo.", state="hidden", reason="off_topic", appeal="Please.")
    kept = moderation.answer_appeal(statement=statement, shown=False, answer="It is about another question.", by=cast.coach)
    assert (kept.state, kept.appeal_answer) == ("hidden", "It is about another question.")
    assert deeds(statement) == ["upheld"]
    with pytest.raises(ModerationRefused, match="answered this already"):
        moderation.answer_appeal(statement=statement, shown=False, answer="Again.", by=cast.coach)


def test_one_that_is_gone_is_said_to_be_gone(cast: Cast) -> None:
    statement = told(opened(cast), ES)
    Statement.everything.filter(pk=statement.pk).delete()
    with pytest.raises(ModerationRefused, match="not there any more"):
        moderation.hide(statement=statement, reason="names", more="", by=cast.coach)


def test_leave_to_quote_can_be_taken_back_once_the_statement_is_hidden(cast: Cast) -> None:
    discussion = opened(cast)
    talk = Conversation.everything.create(district=cast.alder, title="Hall", held_on=MONDAY)
    note = Note.everything.create(
        district=cast.alder,
        conversation=talk,
        position=1,
        words="Ask us before you buy.",
        group=cast.group("families"),
        may_quote=True,
    )
    excerpt = Excerpt.everything.create(
        district=cast.alder, note=note, start=0, end=6, words="Ask us before you buy.", marked_by=cast.coach.pk
    )
    texts = {"en": "Ask us before you buy.", "es": "Pregunten antes de comprar."}
    statement = discussions.add_from_excerpt(discussion=discussion, excerpt=excerpt, texts=texts, by=cast.coach)
    with pytest.raises(NoteRefused, match="discussion"):
        give_leave(note=note, may_quote=False, by=cast.coach)
    with pytest.raises(ModerationRefused, match="Hide it first"):
        moderation.let_go_of_voice(statement=statement, by=cast.coach)
    moderation.hide(statement=statement, reason="names", more="", by=cast.coach)
    here = address("moderate", discussion, statement.pk)
    assert "Let go of the voice" in cast.client("coach").get(here).content.decode()
    cast.client("coach").post(here, {"do": "let_go"})
    give_leave(note=note, may_quote=False, by=cast.coach)
    statement.refresh_from_db()
    assert (statement.state, statement.excerpt) == ("hidden", None)
    assert not Excerpt.everything.exists()


@pytest.mark.parametrize(
    ("before", "after", "fine"),
    [
        ("Ask Ana.", "Ask [name].", True),
        ("Ask Ana.", "Ask Ana.", True),
        ("Ana and Luis know, Ana more.", "[name] and [name] know, [name] more.", True),
        ("Ask Ana.", "Ask [name]. Or not.", False),
        ("Ask Ana.", "Ask [name] Ana.", False),
        ("Ask Ana.", "", False),
        ("Ask  Ana.", "Ask Ana.", True),
        ("We need more time.", "We need [name].", True),
        ("more", "[name]more", False),
    ],
)
def test_only_names_go(before: str, after: str, fine: bool) -> None:
    assert only_names_taken_out(before, after) is fine


@given(st.text("ab ", max_size=12), st.text("ab [name]", max_size=24))
def test_what_was_not_there_never_comes_in(before: str, after: str) -> None:
    if only_names_taken_out(before, after):
        kept = "".join("".join(after.split("[name]")).split())
        assert len(kept) <= len("".join(before.split()))


# The pages


def address(name: str, discussion: Discussion, *more: object) -> str:
    return reverse(f"deliberation:{name}", args=["alder-creek", discussion.pk, *more])


def test_what_somebody_may_need_help_for_stands_first_and_says_whom_to_tell(cast: Cast) -> None:
    SafetyWord.everything.create(district=cast.alder, words="hacerme daño")
    discussion = opened(cast)
    plain = told(discussion, "Más tiempo.")
    link = told(discussion, "www.x.com", author="b" * 64, held_for=["link"])
    urgent = told(discussion, "Quiero hacerme daño.", author="c" * 64, held_for=["safety"])
    page = cast.client("coach").get(address("moderation", discussion)).content.decode()
    places = [page.index(str(each.pk)) for each in (urgent, link, plain)]
    assert places == sorted(places)
    one = cast.client("coach").get(address("moderate", discussion, urgent.pk)).content.decode()
    assert "Somebody may need help" in one
    assert "do not try to find out who" in one


def test_from_waiting_to_shown_by_the_form_names_out_first(cast: Cast) -> None:
    discussion = opened(cast)
    statement, following = told(discussion, ES), told(discussion, "Otra.", author="b" * 64)
    client = cast.client("coach")
    here = address("moderate", discussion, statement.pk)
    assert "Alvarado" in client.get(here).content.decode()
    named = {"text_es": ES, "text_en": "We want more time with Mrs. Alvarado.", "name": ["Alvarado"]}
    looked = client.post(here, named | {"do": "redact"})
    assert looked.status_code == 200
    assert EN.replace("'", "&#x27;") in looked.content.decode()
    statement.refresh_from_db()
    assert statement.texts == {"es": ES}
    reply = client.post(here, {"text_es": OUT, "text_en": EN, "do": "show"})
    assert reply.url == address("moderate", discussion, following.pk)  # type: ignore[attr-defined]
    statement.refresh_from_db()
    assert statement.state == "shown"
    assert ES not in client.get(f"{address('moderation', discussion)}?show=shown").content.decode()


def test_a_refusal_keeps_what_was_typed(cast: Cast) -> None:
    discussion = opened(cast)
    statement = told(discussion, ES)
    reply = cast.client("coach").post(address("moderate", discussion, statement.pk), {"text_es": ES, "text_en": "", "do": "show"})
    assert reply.status_code == 400
    assert "every language" in reply.content.decode()
    reply = cast.client("coach").post(address("moderate", discussion, statement.pk), {"do": "hide", "more": "Hm."})
    assert reply.status_code == 400
    assert "Choose a reason" in reply.content.decode()
    assert cast.client("coach").post(address("moderate", discussion, statement.pk), {"do": "eat"}).status_code == 400
    statement.refresh_from_db()
    assert statement.state == "waiting"


def test_hiding_and_answering_an_appeal_by_the_forms(cast: Cast) -> None:
    discussion = opened(cast)
    statement = told(discussion, "Más recreo.")
    client = cast.client("coach")
    here = address("moderate", discussion, statement.pk)
    reply = client.post(here, {"do": "hide", "reason": "off_topic", "more": "It is about recess."})
    assert reply.url == address("moderation", discussion)  # type: ignore[attr-defined]
    Statement.everything.filter(pk=statement.pk).update(appeal="Recess is learning too.")
    appeals = client.get(f"{address('moderation', discussion)}?show=appeals").content.decode()
    assert "Recess is learning too." in appeals
    texts = {"text_es": "Más recreo.", "text_en": "More recess."}
    assert client.post(here, texts | {"do": "give_way", "answer": ""}).status_code == 400
    client.post(here, texts | {"do": "give_way", "answer": "You are right."})
    statement.refresh_from_db()
    assert (statement.state, statement.appeal_answer) == ("shown", "You are right.")


def test_who_does_not_moderate_sees_nothing_of_what_waits(cast: Cast) -> None:
    discussion = opened(cast)
    statement = told(discussion, ES)
    for name in ("teacher", "principal", "board", "family"):
        client = cast.client(name)
        assert client.get(address("moderation", discussion)).status_code == 403
        assert client.get(address("moderate", discussion, statement.pk)).status_code == 403
        assert not Statement.objects.visible_to(cast.viewer(name)).filter(pk=statement.pk).exists()
    outsider = cast.client("outsider")
    assert outsider.post(address("moderate", discussion, statement.pk), {"do": "show"}).status_code == 404
    statement.refresh_from_db()
    assert statement.state == "waiting"


def test_a_facilitator_of_one_school_moderates_but_does_not_run_it(cast: Cast) -> None:
    discussion = opened(cast)
    statement = told(discussion, "Más recreo.")
    give_role(district=cast.alder, account=cast.teacher, role=Role.FACILITATOR, school=cast.creekside)
    client = cast.client("teacher")
    here = address("moderate", discussion, statement.pk)
    client.post(here, {"text_es": "Más recreo.", "text_en": "More recess.", "do": "show"})
    statement.refresh_from_db()
    assert statement.state == "shown"
    assert client.post(address("discussion_close", discussion)).status_code == 403


def test_ten_thousand_statements_are_paged_and_searched_in_a_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    discussion = opened(cast)
    Statement.everything.bulk_create(
        Statement(
            district=cast.alder,
            discussion=discussion,
            texts={"es": f"Palabras número {number} sobre otra cosa {number * 7}"},
            language="es",
            origin="participant",
            author=f"{number:064d}",
        )
        for number in range(10_000)
    )
    wanted = told(discussion, "Un huerto en cada escuela.", author="z" * 64)
    client = cast.client("coach")
    with django_assert_max_num_queries(20):
        page = client.get(address("moderation", discussion)).content.decode()
    assert "10,001 statements wait" in page or "10001 statements wait" in page
    assert page.count("Read it") == 20
    with django_assert_max_num_queries(20):
        found = client.get(f"{address('moderation', discussion)}?q=huerto").content.decode()
    assert str(wanted.pk) in found
    assert found.count("Read it") == 1
    with django_assert_max_num_queries(30):
        assert client.get(address("moderate", discussion, wanted.pk)).status_code == 200
    assert client.get(f"{address('moderation', discussion)}?page=99999&show=nonsense").status_code == 200
