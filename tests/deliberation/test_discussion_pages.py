"""The pages of those who run a discussion: from a draft to the public page."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.deliberation.services import discussions
from commonwhy.listening.models import (
    Answer,
    Excerpt,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    SafetyFlag,
    Survey,
)
from tests.cast import Cast
from tests.deliberation.made import MONDAY, QUESTION, draft, opened, seed, told

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


def address(name: str, discussion: Discussion | None = None, *more: object) -> str:
    return reverse(f"deliberation:{name}", args=["alder-creek", *([discussion.pk] if discussion else []), *more])


def posted(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "text_en": QUESTION["en"],
        "text_es": QUESTION["es"],
        "groups": [str(cast.group("families").pk)],
        "mode": "anonymous",
        "takes_statements": "on",
    } | more


def asked(cast: Cast, words: str = "Make more things.") -> tuple[Survey, Question, Excerpt]:
    """A closed survey, its question, and a marked voice."""
    questionnaire = Questionnaire.everything.create(district=cast.alder, title="Pulse")
    version = QuestionnaireVersion.everything.create(
        district=cast.alder, questionnaire=questionnaire, languages=["en", "es"], term={"en": "digital learning"}
    )
    question = Question.everything.create(
        district=cast.alder,
        version=version,
        key="meaning",
        position=1,
        kind="long",
        texts={"en": "What does {term} mean?", "es": "¿Qué significa?"},
    )
    now = timezone.now()
    survey = Survey.everything.create(district=cast.alder, version=version, title="Pulse", opened_at=now, closed_at=now)
    response = Response.everything.create(district=cast.alder, survey=survey, key="0" * 64, week=MONDAY, submitted=True)
    answer = Answer.everything.create(district=cast.alder, response=response, question=question, value=words)
    excerpt = Excerpt.everything.create(
        district=cast.alder, answer=answer, start=0, end=4, words=words, language="en", marked_by=cast.coach.pk
    )
    return survey, question, excerpt


def test_an_empty_list_says_what_to_do_first_and_offers_it(cast: Cast) -> None:
    page = cast.client("coach").get(address("discussions")).content.decode()
    assert "Nothing has been discussed yet." in page
    assert address("discussion_new") in page
    assert address("discussion_new") not in cast.client("teacher").get(address("discussions")).content.decode()


def test_from_the_form_to_a_draft(cast: Cast) -> None:
    reply = cast.client("coach").post(address("discussion_new"), posted(cast))
    made = Discussion.everything.get()
    assert reply.url == address("discussion", made)  # type: ignore[attr-defined]
    page = cast.client("coach").get(reply.url).content.decode()  # type: ignore[attr-defined]
    assert "at least 5 statements" in page
    assert QUESTION["es"] in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"text_en": "", "text_es": " "}, "Write the question"),
        ({"groups": []}, "at least one group"),
        ({"mode": "identified", "open_link": "on"}, "nobody’s name".replace("’", "&#x27;")),
        ({"text_en": "x" * 200}, "160"),
    ],
)
def test_a_form_that_could_never_open_keeps_what_was_written(cast: Cast, more: dict[str, Any], said: str) -> None:
    reply = cast.client("coach").post(address("discussion_new"), posted(cast, **more))
    assert reply.status_code == 400
    assert said in reply.content.decode()
    assert not Discussion.everything.exists()


def test_a_question_people_answered_proposes_the_wording_and_its_voices(cast: Cast) -> None:
    survey, question, excerpt = asked(cast)
    other = Excerpt.everything.create(
        district=cast.alder, answer=excerpt.answer, start=5, end=9, words="Other words.", language="en", marked_by=cast.coach.pk
    )
    client = cast.client("coach")
    page = client.get(f"{address('discussion_new')}?question={question.pk}").content.decode()
    assert "What does digital learning mean?" in page
    client.post(address("discussion_new"), posted(cast, question=str(question.pk)))
    made = Discussion.everything.get()
    assert made.opened_from == question
    _another_survey, _another_question, elsewhere = asked(cast, "Said elsewhere.")
    offered = client.get(address("seed_voices", made)).content.decode()
    assert excerpt.words in offered
    assert other.words in offered
    assert elsewhere.words not in offered
    assert elsewhere.words in client.get(f"{address('seed_voices', made)}?of=every").content.decode()
    link = client.get(reverse("listening:survey", args=["alder-creek", survey.pk])).content.decode()
    assert f"{address('discussion_new')}?survey={survey.pk}" in link


def test_a_question_of_another_district_proposes_nothing(cast: Cast) -> None:
    _survey, question, _excerpt = asked(cast)
    Question.everything.filter(pk=question.pk).update(district=cast.birch)
    page = cast.client("coach").get(f"{address('discussion_new')}?question={question.pk}").content.decode()
    assert "What does digital learning mean?" not in page
    assert cast.client("coach").get(f"{address('discussion_new')}?question=nonsense").status_code == 200


def test_a_voice_becomes_a_statement_once(cast: Cast) -> None:
    _survey, _question, excerpt = asked(cast)
    made, client = draft(cast), cast.client("coach")
    page = client.get(address("seed_from_voice", made, excerpt.pk)).content.decode()
    assert page.count(excerpt.words) >= 2
    reply = client.post(address("seed_from_voice", made, excerpt.pk), {"text_en": "Make more.", "text_es": "Hacer más."})
    assert reply.url == address("seed_voices", made)  # type: ignore[attr-defined]
    assert Statement.everything.get().excerpt == excerpt
    assert excerpt.words not in client.get(address("seed_voices", made)).content.decode()
    again = client.post(address("seed_from_voice", made, excerpt.pk), {"text_en": "Other.", "text_es": "Otro."})
    assert again.status_code == 400
    assert Statement.everything.count() == 1


def test_a_voice_in_the_safety_queue_is_not_offered(cast: Cast) -> None:
    _survey, _question, excerpt = asked(cast)
    made = draft(cast)
    SafetyFlag.everything.create(district=cast.alder, answer=excerpt.answer, reason="marked", week=MONDAY)
    assert excerpt.words not in cast.client("coach").get(address("seed_voices", made)).content.decode()
    assert cast.client("coach").get(address("seed_from_voice", made, excerpt.pk)).status_code == 404


def test_statements_are_written_reworded_and_taken_out_while_it_is_a_draft(cast: Cast) -> None:
    made, client = draft(cast), cast.client("coach")
    client.post(address("seeds", made), {"text_en": "Less homework.", "text_es": ""})
    statement = Statement.everything.get()
    assert statement.state == "waiting"
    assert "lacks a language" in client.get(address("seeds", made)).content.decode()
    client.post(address("seed", made, statement.pk), {"text_en": "Less homework.", "text_es": "Menos tarea."})
    statement.refresh_from_db()
    assert statement.state == "shown"
    assert client.post(address("seeds", made), {"text_en": "less homework", "text_es": "x"}).status_code == 400
    assert client.post(address("seeds", made), {"text_en": "", "text_es": ""}).status_code == 400
    client.post(address("seed_take_out", made, statement.pk))
    assert not Statement.everything.exists()


def test_it_opens_closes_and_is_published_by_buttons(cast: Cast) -> None:
    made, client = draft(cast), cast.client("coach")
    client.post(address("discussion_open", made))
    assert Survey.everything.get().is_draft
    for number in range(5):
        seed(cast, made, f"Statement {number}")
    client.post(address("discussion_open", made))
    assert Survey.everything.get().is_open
    page = client.get(address("discussion", made)).content.decode()
    assert reverse("listening:invitations", args=["alder-creek", made.survey_id]) in page
    assert "5 statements to react to" in page
    client.post(address("discussion_takes_statements", made), {"taken": "no"})
    client.post(address("discussion_publish", made), {"published": "yes"})
    made.refresh_from_db()
    assert made.takes_statements is False
    assert made.published_on is None
    client.post(address("discussion_close", made))
    client.post(address("discussion_publish", made), {"published": "yes"})
    made.refresh_from_db()
    assert made.published_on is not None
    client.post(address("discussion_publish", made), {"published": "no"})
    made.refresh_from_db()
    assert made.published_on is None


def test_a_draft_is_changed_and_discarded_by_those_who_run_it_only(cast: Cast) -> None:
    made = draft(cast)
    for name in ("teacher", "principal", "board"):
        assert cast.client(name).get(address("discussion", made)).status_code == 404
        for deed in ("discussion_open", "discussion_discard", "discussion_close", "discussion_publish"):
            assert cast.client(name).post(address(deed, made)).status_code == 403
    assert cast.client("outsider").get(address("discussion", made)).status_code == 404
    client = cast.client("coach")
    client.post(address("discussion_change", made), posted(cast, text_en="Another?"))
    assert Survey.everything.get().title == "Another?"
    client.post(address("discussion_discard", made))
    assert not Discussion.everything.exists()


def test_a_teacher_reads_along_once_it_is_open_without_who_took_part(cast: Cast) -> None:
    made = opened(cast)
    told(made, "Espera.")
    page = cast.client("teacher").get(address("discussion", made)).content.decode()
    assert "5 statements to react to" in page
    assert "Who took part" not in page
    assert address("moderation", made) not in page
    assert "Who took part" in cast.client("coach").get(address("discussion", made)).content.decode()


def test_listening_leads_to_the_discussion_and_its_questionnaire_is_not_asked_again(cast: Cast) -> None:
    made, client = draft(cast), cast.client("coach")
    survey = reverse("listening:survey", args=["alder-creek", made.survey_id])
    for page in (reverse("listening:surveys", args=["alder-creek"]), survey):
        assert address("discussion", made) in client.get(page).content.decode()
    assert reverse("listening:survey_open", args=["alder-creek", made.survey_id]) not in client.get(survey).content.decode()
    changing = client.get(reverse("listening:survey_change", args=["alder-creek", made.survey_id]))
    assert changing.url == address("discussion", made)  # type: ignore[attr-defined]
    assert client.post(reverse("listening:survey_discard", args=["alder-creek", made.survey_id])).status_code == 302
    assert Discussion.everything.exists()
    assert QUESTION["en"] not in client.get(reverse("listening:questionnaires", args=["alder-creek"])).content.decode()
    page = client.get(reverse("listening:survey_new", args=["alder-creek"]), follow=True).content.decode()
    assert str(made.survey.version_id) not in page


def test_the_workshop_leads_to_the_discussions(cast: Cast) -> None:
    page = cast.client("coach").get(reverse("vision:workshop", args=["alder-creek"])).content.decode()
    assert address("discussions") in page


def test_pages_ask_the_database_as_often_however_many_there_are(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        made = opened(cast)
    waiting = draft(cast)
    for number in range(30):
        told(made, f"Palabras {number}")
        seed(cast, waiting, f"Words {number}")
    Landscape.everything.create(district=cast.alder, discussion=made, released={"people": 40})
    discussions.close_discussion(discussion=made, by=cast.coach)
    client = cast.client("coach")
    for name, one, most in (
        ("discussions", None, 25),
        ("discussion_new", None, 20),
        ("discussion", made, 45),
        ("discussion", waiting, 50),
        ("seeds", waiting, 20),
        ("seed_voices", waiting, 20),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address(name, one)).status_code == 200
