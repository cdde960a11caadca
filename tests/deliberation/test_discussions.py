"""A discussion as those who run it prepare, open, close and publish it."""

from __future__ import annotations

import pytest

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Discussion, Landscape, Statement
from commonwhy.deliberation.services import discussions, seeding
from commonwhy.deliberation.services.discussions import DiscussionRefused
from commonwhy.listening.models import Answer, Conversation, Excerpt, Note, Question, Questionnaire, Response, SafetyFlag, Survey
from commonwhy.listening.services.surveys import SurveyRefused, open_survey
from tests.cast import Cast
from tests.deliberation.made import MONDAY, draft, opened, seed

pytestmark = pytest.mark.django_db


def test_a_discussion_is_a_survey_with_one_question_that_nobody_has_to_answer(cast: Cast) -> None:
    discussion = draft(cast)
    survey = discussion.survey
    question = Question.everything.get(version=survey.version)
    assert (question.key, question.kind, question.required) == ("statement", "long", False)
    assert question.texts == {"en": "What should learning look like?", "es": "¿Cómo debería ser el aprendizaje?"}
    assert survey.version.questionnaire.shipped == "discussion"
    assert survey.title == "What should learning look like?"
    assert survey.is_draft
    assert survey.mode == "anonymous"
    assert [str(group.kind) for group in survey.groups.all()] == ["families"]
    assert AuditEntry.objects.filter(verb="prepared", object_type="deliberation.Discussion").count() == 1


def test_each_discussion_of_a_district_has_a_number_of_its_own(cast: Cast) -> None:
    assert [draft(cast).number, draft(cast).number] == [1, 2]


@pytest.mark.parametrize("question", [{}, {"en": "   "}, {"en": "x" * 161}, {"xx": "Hm?"}])
def test_a_question_that_nobody_could_read_is_refused(cast: Cast, question: dict[str, str]) -> None:
    with pytest.raises(DiscussionRefused):
        draft(cast, question=question)
    assert not Discussion.everything.exists()
    assert not Questionnaire.everything.exists()
    assert not Survey.everything.exists()


def test_something_of_another_district_is_refused(cast: Cast) -> None:
    asked = Question.everything.get(version=draft(cast).survey.version)
    with pytest.raises(SurveyRefused):
        discussions.create_discussion(
            district=cast.birch, question={"en": "Why?"}, groups=[], mode="anonymous", by=cast.outsider, opened_from=asked
        )
    assert Discussion.everything.filter(district=cast.birch).count() == 0


def test_an_open_link_knows_nobodys_name(cast: Cast) -> None:
    with pytest.raises(SurveyRefused, match="open link"):
        draft(cast, mode="identified", open_link=True)


def test_it_does_not_open_with_fewer_than_five_statements_whichever_button_is_pressed(cast: Cast) -> None:
    discussion = draft(cast)
    for number in range(4):
        seed(cast, discussion, f"Statement {number} about {number}")
    discussions.add_seed(discussion=discussion, texts={"en": "Only in English."}, by=cast.coach)
    with pytest.raises(SurveyRefused, match="at least 5 statements"):
        discussions.open_discussion(discussion=discussion, by=cast.coach)
    with pytest.raises(SurveyRefused, match="at least 5 statements"):
        open_survey(survey=discussion.survey, by=cast.coach)
    assert Survey.everything.get().is_draft


def test_it_opens_and_closes_with_its_survey(cast: Cast) -> None:
    discussion = opened(cast)
    assert discussion.survey.is_open
    assert discussion.survey.version.frozen
    assert discussions.close_discussion(discussion=discussion, by=cast.coach).survey.is_closed


def test_what_was_opened_stays_as_it_is(cast: Cast) -> None:
    discussion = opened(cast)
    statement = Statement.everything.first()
    assert statement is not None
    with pytest.raises(SurveyRefused):
        discussions.change_discussion(
            discussion=discussion,
            question={"en": "Another?"},
            groups=[cast.group("students")],
            mode="identified",
            by=cast.coach,
            takes_statements=False,
            closes_at=None,
            open_link=False,
        )
    with pytest.raises(DiscussionRefused):
        seeding.reword(statement=statement, texts={"en": "Other", "es": "Otra"}, by=cast.coach)
    with pytest.raises(DiscussionRefused):
        seeding.take_out(statement=statement, by=cast.coach)
    with pytest.raises(SurveyRefused):
        discussions.discard_discussion(discussion=discussion, by=cast.coach)
    assert Question.everything.get().texts["en"] == "What should learning look like?"
    assert Statement.everything.filter(pk=statement.pk, texts=statement.texts).exists()


def test_a_draft_is_changed_and_thrown_away_whole(cast: Cast) -> None:
    discussion = draft(cast)
    seed(cast, discussion, "One thing")
    discussions.change_discussion(
        discussion=discussion,
        question={"en": "Another?"},
        groups=[cast.group("students"), cast.group("teachers")],
        mode="confidential",
        by=cast.coach,
        takes_statements=False,
        closes_at=None,
        open_link=False,
    )
    discussion.refresh_from_db()
    assert Question.everything.get().texts == {"en": "Another?"}
    assert (discussion.takes_statements, discussion.survey.mode, discussion.survey.title) == (False, "confidential", "Another?")
    discussions.discard_discussion(discussion=discussion, by=cast.coach)
    assert not Discussion.everything.exists()
    assert not Survey.everything.exists()
    assert not Questionnaire.everything.exists()
    assert not Statement.everything.exists()


def test_where_we_agree_is_published_once_there_is_something_to_read(cast: Cast) -> None:
    discussion = draft(cast)
    with pytest.raises(DiscussionRefused):
        discussions.publish(discussion=discussion, by=cast.coach)
    discussion = opened(cast)
    with pytest.raises(DiscussionRefused):
        discussions.publish(discussion=discussion, by=cast.coach)
    assert Discussion.everything.filter(published_on=None).count() == 2
    Landscape.everything.create(district=cast.alder, discussion=discussion, released={"people": 40})
    assert discussions.publish(discussion=discussion, by=cast.coach).published_on == cast.alder.today()
    assert discussions.unpublish(discussion=discussion, by=cast.coach).published_on is None
    discussions.close_discussion(discussion=discussion, by=cast.coach)
    Landscape.everything.all().delete()
    assert discussions.publish(discussion=discussion, by=cast.coach).published_on is not None
    verbs = set(AuditEntry.objects.filter(object_type="deliberation.Discussion").values_list("verb", flat=True))
    assert {"published", "took back the publication of"} <= verbs


def test_statements_of_people_can_be_stopped_while_it_is_open(cast: Cast) -> None:
    discussion = opened(cast)
    assert discussions.take_statements(discussion=discussion, taken=False, by=cast.coach).takes_statements is False
    discussions.close_discussion(discussion=discussion, by=cast.coach)
    with pytest.raises(DiscussionRefused):
        discussions.take_statements(discussion=discussion, taken=True, by=cast.coach)


# Statements of the facilitators


def test_a_statement_is_shown_once_it_stands_in_every_language(cast: Cast) -> None:
    discussion = draft(cast)
    half = discussions.add_seed(discussion=discussion, texts={"es": "Más tiempo para proyectos."}, by=cast.coach)
    assert (half.state, half.number, half.language) == ("waiting", None, "es")
    whole = seeding.reword(
        statement=half, texts={"en": "More time for projects.", "es": "Más tiempo para proyectos."}, by=cast.coach
    )
    assert (whole.state, whole.number, whole.language) == ("shown", 1, "es")
    assert seeding.reword(statement=whole, texts={"en": "More time."}, by=cast.coach).state == "waiting"


def test_the_same_words_twice_would_split_the_votes(cast: Cast) -> None:
    discussion = draft(cast)
    seed(cast, discussion, "More time for projects.")
    with pytest.raises(DiscussionRefused, match="same words"):
        seed(cast, discussion, "more TIME for projects")
    assert Statement.everything.count() == 1


def test_a_number_is_given_once_and_never_again(cast: Cast) -> None:
    discussion = opened(cast)
    numbers = set(Statement.everything.values_list("number", flat=True))
    assert numbers == {1, 2, 3, 4, 5}
    assert seed(cast, discussion, "A late one.").number == 6
    assert sorted(seeding.fresh_numbers(discussion, 3)) == [7, 8, 9]


def _excerpt(cast: Cast, **options: object) -> Excerpt:
    survey = opened(cast).survey
    question = Question.everything.get(version=survey.version)
    response = Response.everything.create(district=cast.alder, survey=survey, key="0" * 64, week=MONDAY, submitted=True)
    answer = Answer.everything.create(district=cast.alder, response=response, question=question, value="Make more things.")
    return Excerpt.everything.create(
        district=cast.alder,
        start=0,
        end=4,
        words="Make more things.",
        language="en",
        group=cast.group("students"),
        marked_by=cast.coach.pk,
        **{"answer": answer, **options},
    )


TEXTS = {"en": "Students should make more things.", "es": "Los estudiantes deberían crear más."}


def test_a_statement_from_a_voice_stays_traced_to_it_and_is_there_once(cast: Cast) -> None:
    excerpt, discussion = _excerpt(cast), draft(cast)
    statement = discussions.add_from_excerpt(discussion=discussion, excerpt=excerpt, texts=TEXTS, by=cast.coach)
    assert (statement.origin, statement.excerpt, statement.group, statement.state) == (
        "excerpt",
        excerpt,
        cast.group("students"),
        "shown",
    )
    with pytest.raises(DiscussionRefused):
        discussions.add_from_excerpt(discussion=discussion, excerpt=excerpt, texts={"en": "Another wording."}, by=cast.coach)


def test_words_without_leave_to_quote_or_in_the_safety_queue_are_not_used(cast: Cast) -> None:
    excerpt, discussion = _excerpt(cast), draft(cast)
    SafetyFlag.everything.create(district=cast.alder, answer=excerpt.answer, reason="marked", week=MONDAY)
    with pytest.raises(DiscussionRefused, match="safety queue"):
        discussions.add_from_excerpt(discussion=discussion, excerpt=excerpt, texts=TEXTS, by=cast.coach)
    held = Conversation.everything.create(district=cast.alder, title="Hall", held_on=MONDAY)
    note = Note.everything.create(
        district=cast.alder, conversation=held, position=1, words="More.", group=cast.group("students"), may_quote=False
    )
    excerpt = Excerpt.everything.create(district=cast.alder, note=note, start=0, end=4, words="More.", marked_by=cast.coach.pk)
    with pytest.raises(DiscussionRefused, match="quote"):
        discussions.add_from_excerpt(discussion=discussion, excerpt=excerpt, texts=TEXTS, by=cast.coach)
    assert not Statement.everything.filter(discussion=discussion).exists()


def test_a_voice_of_another_district_is_refused(cast: Cast) -> None:
    excerpt = _excerpt(cast)
    excerpt.district = cast.birch
    with pytest.raises(DiscussionRefused):
        discussions.add_from_excerpt(discussion=draft(cast), excerpt=excerpt, texts=TEXTS, by=cast.coach)


def test_a_closed_discussion_takes_no_more(cast: Cast) -> None:
    discussion = opened(cast)
    discussions.close_discussion(discussion=discussion, by=cast.coach)
    with pytest.raises(DiscussionRefused):
        seed(cast, discussion, "Too late.")
