"""Reading voices: who may, what is named, what is found; and marking words in them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.districts.models import Membership, Person, Role, School
from commonwhy.listening.models import Answer, Conversation, Excerpt, Note, Question, Response, Survey
from commonwhy.listening.queries.voices import MARKED, NOT_MARKED, OTHERS, Filters, Voices
from commonwhy.vision.models import Clause, ClauseVoice, VisionVersion
from tests.cast import Cast
from tests.listening.opened import open_survey, questions_of

MONDAY = date(2025, 3, 3)
MAY_READ = ("superintendent", "coach")
MAY_NOT = ("principal", "teacher", "board", "family")


def say(survey: Survey, words: str, kind: str | None = "teachers", school: School | None = None, **more: Any) -> Answer:
    """One handed-in answer to the question what it means."""
    question = questions_of(survey)[more.pop("question", "meaning")]
    more = {"submitted": True, "language": "en"} | more
    groups = {group.kind: group for group in survey.groups.all()}
    response = Response.everything.create(
        district=survey.district,
        survey=survey,
        key=uuid.uuid4().hex,
        week=MONDAY,
        group=groups[kind] if kind else None,
        school=school,
        **more,
    )
    return Answer.everything.create(district=survey.district, response=response, question=question, value=words)


def many(survey: Survey, count: int, kind: str | None = "teachers", school: School | None = None) -> list[Answer]:
    return [say(survey, f"{kind or 'somebody'} at {school or 'large'} thought number {n}.", kind, school) for n in range(count)]


@pytest.fixture
def survey(cast: Cast) -> Survey:
    """Closed: while it runs, what was said waits (tests/security/test_watching_answers_come_in.py)."""
    return open_survey(cast, closed_at=timezone.now())


def page_of(cast: Cast, who: str | None, name: str = "voices", *args: object, **query: str) -> Any:
    return cast.client(who).get(reverse(f"listening:{name}", args=[cast.alder.slug, *args]), query)


def press(cast: Cast, page: str, *args: object, who: str | None = "coach", **data: Any) -> Any:
    return cast.client(who).post(reverse(f"listening:{page}", args=[cast.alder.slug, *args]), data)


def mark(cast: Cast, answer: Answer, **data: Any) -> Any:
    """The page that shows what others will see, and then the press on it."""
    seen = press(cast, "mark_answer", answer.pk, **data, look="1").context["seen"]
    return press(cast, "mark_answer", answer.pk, **data, seen=seen, mark="1")


@pytest.mark.parametrize("who", MAY_READ)
def test_listeners_read_what_was_handed_in(cast: Cast, survey: Survey, who: str) -> None:
    say(survey, "Making things that could not be made on paper.")
    say(survey, "Still being typed", submitted=False)
    page = page_of(cast, who).content.decode()
    assert "could not be made on paper" in page
    assert "Still being typed" not in page
    assert "1 voice" in page


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_of_the_district_does(cast: Cast, survey: Survey, who: str) -> None:
    answer = say(survey, "Only for those who listen.")
    for name, args in (("voices", ()), ("mark_answer", (answer.pk,)), ("mark_many", ()), ("marked", ())):
        assert page_of(cast, who, name, *args).status_code == 403
    assert press(cast, "mark_whole", answer.pk, who=who).status_code == 403
    assert not Excerpt.everything.exists()


def test_an_outsider_finds_no_such_page_and_no_such_answer(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "Only for Alder Creek.")
    assert page_of(cast, "outsider").status_code == 404
    elsewhere = reverse("listening:mark_whole", args=[cast.birch.slug, answer.pk])
    assert cast.client("outsider").post(elsewhere).status_code == 404
    assert cast.client("outsider").get(reverse("listening:mark_answer", args=[cast.birch.slug, answer.pk])).status_code == 404
    assert (
        "Only for Alder Creek"
        not in cast.client("outsider")
        .get(reverse("listening:voices", args=[cast.birch.slug]), {"survey": str(survey.pk)})
        .content.decode()
    )
    assert not Excerpt.everything.exists()


def test_nobody_signed_in_is_asked_to(cast: Cast, survey: Survey) -> None:
    assert page_of(cast, None).status_code == 302


def test_markup_in_an_answer_is_words(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "<script>alert(1)</script> =1+1 & “so on”")
    for page in (page_of(cast, "coach"), page_of(cast, "coach", "mark_answer", answer.pk)):
        text = page.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1 &amp;" in text
        assert "<script>alert" not in text


def test_an_empty_page_says_what_to_do_first(cast: Cast) -> None:
    page = page_of(cast, "coach").content.decode()
    assert reverse("listening:import", args=[cast.alder.slug]) in page
    assert reverse("listening:surveys", args=[cast.alder.slug]) in page


def test_every_label_and_its_absence_stand_for_a_crowd(cast: Cast, survey: Survey) -> None:
    many(survey, 12, "teachers", cast.creekside)
    many(survey, 4, "teachers", cast.maple)
    many(survey, 11, "students", cast.creekside)
    many(survey, 3, "families")
    room = Voices(cast.viewer("coach"), cast.alder)
    labels = [str(room.speaker(answer)) for answer in room.answers()]
    counted = {label: labels.count(label) for label in set(labels)}
    # Three families alone would be known by having no name, so the next smallest group hides with them.
    assert counted == {"": 14, "Teachers": 16}
    many(survey, 8, "families")
    room = Voices(cast.viewer("coach"), cast.alder)
    labels = [str(room.speaker(answer)) for answer in room.answers()]
    assert {label: labels.count(label) for label in set(labels)} == {
        "Teachers": 16,
        "Students, Creekside Middle School": 11,
        "Families": 11,
    }
    many(survey, 12, "teachers", cast.maple)
    many(survey, 1, None)
    room = Voices(cast.viewer("coach"), cast.alder)
    labels = [str(room.speaker(answer)) for answer in room.answers()]
    assert all(labels.count(label) >= 10 for label in set(labels)), labels


def test_filters_find_what_is_named_and_never_what_is_not(cast: Cast, survey: Survey) -> None:
    many(survey, 12, "teachers", cast.creekside)
    many(survey, 14, "teachers", cast.maple)
    many(survey, 10, None)
    many(survey, 4, "families")
    room = Voices(cast.viewer("coach"), cast.alder)

    def found(**wanted: str) -> int:
        return room.answers(Filters(**wanted)).count()

    teachers, families = str(cast.group("teachers").pk), str(cast.group("families").pk)
    assert found() == 40
    assert found(group=teachers) == 26
    assert found(group=families) == 0
    assert found(group=OTHERS) == 14
    assert found(school=str(cast.creekside.pk)) == 12
    assert found(group=teachers, school=str(cast.maple.pk)) == 14
    assert found(school=OTHERS) == 14
    assert found(survey=str(survey.pk)) == 40
    assert found(survey=str(uuid.uuid4())) == 0
    offered = room.choices(Filters())
    assert [value for value, _label in offered.groups] == [teachers]
    assert {value for value, _label in offered.schools} == {str(cast.creekside.pk), str(cast.maple.pk)}
    assert f'value="{families}"' not in page_of(cast, "coach").content.decode()


def test_words_are_found_with_their_accents_whatever_their_case(cast: Cast, survey: Survey) -> None:
    say(survey, "Que mi hija haga PREGUNTAS, ¡Ánimo!", language="es")
    say(survey, "Something else entirely.")
    room = Voices(cast.viewer("coach"), cast.alder)
    for words in ("preguntas", "Ánimo", "ánimo", "hija preguntas"):
        assert room.answers(Filters(words=words)).count() == 1, words
    assert room.answers(Filters(words="100% _")).count() == 0
    assert room.answers(Filters(language="es")).count() == 1
    assert room.answers(Filters(question="meaning")).count() == 2
    assert room.answers(Filters(question="word")).count() == 0


def test_somebody_of_one_school_reads_what_carries_its_name(cast: Cast, survey: Survey) -> None:
    many(survey, 12, "teachers", cast.creekside)
    many(survey, 12, "teachers", cast.maple)
    Membership.everything.filter(account=cast.coach).update(school=cast.maple)
    room = Voices(cast.viewer("coach"), cast.alder)
    answers = list(room.answers())
    assert len(answers) == 12
    assert {answer.response.school_id for answer in answers} == {cast.maple.pk}


def test_an_unknown_filter_says_so_and_is_left_aside(cast: Cast, survey: Survey) -> None:
    say(survey, "Here all the same.")
    page = page_of(cast, "coach", survey="not-a-survey", page="99999").content.decode()
    assert "Here all the same." in page
    assert "not-a-survey" in page


def test_the_page_asks_the_database_a_bounded_number_of_questions(
    cast: Cast, survey: Survey, django_assert_max_num_queries: Any
) -> None:
    groups = {group.kind: group for group in survey.groups.all()}
    question = questions_of(survey)["meaning"]
    responses = [
        Response(
            district=cast.alder,
            survey=survey,
            key=uuid.uuid4().hex,
            week=MONDAY,
            submitted=True,
            language="en",
            group=groups[("teachers", "students", "families")[n % 3]],
            school=(cast.creekside, cast.maple)[n % 2],
        )
        for n in range(5_000)
    ]
    Response.everything.bulk_create(responses)
    Answer.everything.bulk_create(
        Answer(district=cast.alder, response=response, question=question, value=f"Thought number {n} of many.")
        for n, response in enumerate(responses)
    )
    client = cast.client("coach")
    address = reverse("listening:voices", args=[cast.alder.slug])
    with django_assert_max_num_queries(26):
        page = client.get(address, {"words": "thought", "marked": "no", "page": "9", "group": str(groups["teachers"].pk)})
    assert "1667 voices" in page.content.decode()
    with django_assert_max_num_queries(26):
        assert client.get(reverse("listening:mark_many", args=[cast.alder.slug])).status_code == 200


def test_one_press_marks_an_answer_without_names(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "  Not more screens. Better questions. ")
    for _again in range(2):
        assert press(cast, "mark_whole", answer.pk, back="question=meaning&page=2&evil=1").url.endswith(
            f"?question=meaning&page=2#a-{answer.pk}"
        )
    excerpt = Excerpt.everything.get()
    assert excerpt.words == "Not more screens. Better questions."
    assert (excerpt.start, excerpt.end) == (2, 37)
    room = Voices(cast.viewer("coach"), cast.alder)
    assert room.answers(Filters(marked=MARKED)).count() == 1
    assert room.answers(Filters(marked=NOT_MARKED)).count() == 0


def test_one_press_asks_first_where_there_may_be_a_name(cast: Cast, survey: Survey) -> None:
    Person.everything.create(district=cast.alder, name="Ana Torres", group=cast.group("teachers"))
    answer = say(survey, "Ana's class is where I learned it.")
    response = press(cast, "mark_whole", answer.pk)
    assert response.url.startswith(reverse("listening:mark_answer", args=[cast.alder.slug, answer.pk]))
    assert not Excerpt.everything.exists()
    page = cast.client("coach").get(response.url)
    assert page.context["shown"] == "[name]'s class is where I learned it."
    assert not Excerpt.everything.exists()
    mark(cast, answer, sentence=["0"], name=["Ana"])
    assert Excerpt.everything.get().words == "[name]'s class is where I learned it."


def test_nothing_is_marked_that_was_not_shown(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "Jaylen showed me. I showed Kim.")
    seen = press(cast, "mark_answer", answer.pk, sentence=["0", "1"], others="Jaylen", look="1")
    assert seen.context["shown"] == "[name] showed me. I showed Kim."
    changed = press(
        cast, "mark_answer", answer.pk, sentence=["0", "1"], others="Jaylen, Kim", seen=seen.context["seen"], mark="1"
    )
    assert changed.context["changed"]
    assert changed.context["shown"] == "[name] showed me. I showed [name]."
    assert not Excerpt.everything.exists()
    press(cast, "mark_answer", answer.pk, sentence=["0", "1"], others="Jaylen, Kim", seen=changed.context["seen"], mark="1")
    assert Excerpt.everything.get().words == "[name] showed me. I showed [name]."


def test_sentences_or_single_words(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "First of all. Then this 🎉 happened. And last.")
    mark(cast, answer, sentence=["1", "2"])
    assert Excerpt.everything.get().words == "Then this 🎉 happened. And last."
    start = answer.value.index("this")
    mark(cast, answer, sentence=["0"], start=start, end=start + len("this 🎉"))
    assert set(Excerpt.everything.values_list("words", flat=True)) == {"Then this 🎉 happened. And last.", "this 🎉"}


@pytest.mark.parametrize(
    "data", [{}, {"start": "3", "end": "3"}, {"start": "0", "end": "9999"}, {"sentence": ["77"]}, {"start": "x"}]
)
def test_no_words_no_mark(cast: Cast, survey: Survey, data: dict[str, Any]) -> None:
    answer = say(survey, "Some words.")
    response = press(cast, "mark_answer", answer.pk, **data, mark="1", others="Kim")
    assert response.status_code == 400
    assert "Kim" in response.content.decode()
    assert not Excerpt.everything.exists()


def test_several_are_marked_at_once_but_for_those_with_names(cast: Cast, survey: Survey) -> None:
    Person.everything.create(district=cast.alder, name="Ana Torres", group=cast.group("teachers"))
    plain = [say(survey, f"Thought number {n} is plain.") for n in range(3)]
    named = say(survey, "I asked ana about it.")
    page = page_of(cast, "coach", "mark_many")
    shown = {voice.answer.pk for voice in page.context["voices"]}
    assert shown == {answer.pk for answer in plain}
    chosen = [str(plain[0].pk), str(plain[1].pk), str(named.pk), "nonsense", str(uuid.uuid4())]
    press(cast, "mark_many", answer=chosen)
    press(cast, "mark_many", answer=chosen)
    assert set(Excerpt.everything.values_list("answer", flat=True)) == {plain[0].pk, plain[1].pk}


def test_the_speaker_of_an_excerpt_is_named_as_on_the_page(cast: Cast, survey: Survey) -> None:
    answer = many(survey, 12, "teachers", cast.creekside)[0]
    press(cast, "mark_whole", answer.pk)
    excerpt = Excerpt.everything.get()
    assert (excerpt.group, excerpt.school) == (cast.group("teachers"), cast.creekside)
    few = say(survey, "We are few.", "families")
    press(cast, "mark_whole", few.pk)
    assert Excerpt.everything.get(answer=few).group is None


def test_a_mark_is_taken_back_unless_a_sentence_cites_it(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "Not more screens.")
    press(cast, "mark_whole", answer.pk)
    excerpt = Excerpt.everything.get()
    assert press(cast, "take_back_mark", excerpt.pk, who="teacher").status_code == 403
    assert press(cast, "take_back_mark", excerpt.pk, who="outsider").status_code == 404
    elsewhere = reverse("listening:take_back_mark", args=[cast.birch.slug, excerpt.pk])
    assert cast.client("outsider").post(elsewhere).status_code == 404
    version = VisionVersion.everything.create(district=cast.alder, number=1)
    clause = Clause.everything.create(district=cast.alder, version=version, position=1, texts={"en": "We ask."})
    cited = ClauseVoice.everything.create(district=cast.alder, clause=clause, excerpt=excerpt)
    client = cast.client("coach")
    address = reverse("listening:take_back_mark", args=[cast.alder.slug, excerpt.pk])
    assert "rests on these words, so they stay" in client.post(address, follow=True).content.decode()
    assert Excerpt.everything.exists()
    cited.delete()
    client.post(address)
    assert not Excerpt.everything.exists()
    assert Answer.everything.filter(pk=answer.pk).exists()


@pytest.fixture
def notes(cast: Cast) -> list[Note]:
    conversation = Conversation.everything.create(
        district=cast.alder, title="Ask three teachers", term="digital learning", held_on=MONDAY
    )
    conversation.facilitators.add(cast.coach)
    return [
        Note.everything.create(
            district=cast.alder,
            conversation=conversation,
            position=n,
            group=cast.group("teachers"),
            words="Mrs. Brill asks us why.",
            may_quote=leave,
        )
        for n, leave in enumerate((True, False), start=1)
    ]


def test_words_noted_in_person_are_marked_with_leave_by_who_noted_them(cast: Cast, notes: list[Note]) -> None:
    quotable, private = notes
    conversation = page_of(cast, "coach", "conversation", quotable.conversation_id).content.decode()
    assert reverse("listening:mark_note", args=[cast.alder.slug, quotable.pk]) in conversation
    assert reverse("listening:mark_note", args=[cast.alder.slug, private.pk]) not in conversation
    assert page_of(cast, "superintendent", "mark_note", quotable.pk).status_code == 404
    assert press(cast, "mark_note", private.pk, sentence=["0"], mark="1").status_code == 302
    page = page_of(cast, "coach", "mark_note", quotable.pk)
    assert page.context["shown"] == "Mrs. [name] asks us why."
    press(cast, "mark_note", quotable.pk, sentence=["0"], name=["Brill"], seen=page.context["seen"], mark="1")
    assert Excerpt.everything.get().words == "Mrs. [name] asks us why."
    assert "Brill" not in page_of(cast, "superintendent", "marked").content.decode()


def test_choices_are_not_voices(cast: Cast, survey: Survey) -> None:
    answer = say(survey, "words", question="meaning")
    often = Answer.everything.create(
        district=cast.alder, response=answer.response, question=questions_of(survey)["often"], value=["never"]
    )
    assert Question.everything.filter(pk=often.question_id).exists()
    assert press(cast, "mark_whole", often.pk).status_code == 404
    assert Role.COACH in cast.viewer("coach").roles_in(cast.alder.pk)
