"""What Alder Creek said: the three-teachers test, the survey and its 516 answers, excerpts and checked translations."""

from __future__ import annotations

import hashlib
import random
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group, School
from commonwhy.listening.models import (
    Answer,
    AnswerTranslation,
    Conversation,
    Excerpt,
    Note,
    Question,
    Response,
    Survey,
    SurveyCell,
)
from commonwhy.listening.services import excerpts
from commonwhy.listening.services.coarsening import NOWHERE, kept_as
from commonwhy.listening.services.questionnaires import copy_shipped
from commonwhy.listening.services.surveys import close_survey, count_asked, create_survey
from commonwhy.listening.shipped import DEFINITION_PULSE
from commonwhy.site.demo.roster import SEED
from commonwhy.site.demo.words_of import Voice, on_a_weekday, told, translations, voices

# How often they see it, by group: families see the least of it. Drawn by these weights where somebody said.
OFTEN = ("never", "few_times_a_year", "monthly", "weekly", "daily", "dont_know")
WEIGHTS = {
    "families": (4, 9, 8, 5, 2, 6),
    "students": (2, 5, 7, 8, 5, 3),
    "teachers": (1, 4, 8, 9, 5, 1),
}


def day_of(today: date, event: str) -> date:
    """The weekday of an event of the timeline."""
    days = next(one["days_before_today"] for one in told("timeline")["events"] if one["key"] == event)
    return on_a_weekday(today, days)


def note_three_teachers(district: District, schools: dict[str, School], coach: User, today: date) -> Conversation:
    """What the coach noted in the hall at Creekside before anything else began."""
    test = told("three_teachers")
    conversation = Conversation.everything.create(
        district=district,
        title="Ask three teachers",
        term=test["term"]["en"],
        held_on=on_a_weekday(today, test["days_before_today"]),
    )
    conversation.facilitators.add(coach)
    groups = {group.kind: group for group in Group.everything.filter(district=district)}
    for position, answer in enumerate(test["answers"], start=1):
        Note.everything.create(
            district=district,
            conversation=conversation,
            position=position,
            group=groups[answer["group"]],
            school=schools[answer["school"]],
            words=answer["meaning"],
            language=answer["language"],
            may_quote=True,
        )
    return conversation


def hold_survey(district: District, schools: dict[str, School], by: User, today: date) -> Survey:
    """The survey as it was held: opened, answered in two languages, closed."""
    version = copy_shipped(district=district, key=DEFINITION_PULSE, by=by)
    groups = list(Group.objects.within(district).filter(not_here=""))
    survey = create_survey(
        district=district,
        version=version,
        title="What does digital learning mean to you?",
        mode=Survey.Mode.ANONYMOUS,
        groups=[group for group in groups if group.kind not in ("alumni",)],
        by=by,
        open_link=True,
    )
    count_asked(survey)
    version.frozen = True
    version.save(update_fields=["frozen"])
    zone = ZoneInfo(district.time_zone)
    opened = datetime.combine(day_of(today, "listening_opened"), time(8), zone)
    survey.opened_at = opened
    survey.closes_at = datetime.combine(day_of(today, "listening_closed"), time(17), zone)
    survey.save(update_fields=["opened_at", "closes_at"])
    _answer(survey, schools, opened.date())
    return close_survey(survey=survey, by=by, follow=False)


def _answer(survey: Survey, schools: dict[str, School], opened: date) -> None:
    """Everybody's answers, in random order, kept as anonymously as if they had come by the web."""
    chance = random.Random(SEED)  # noqa: S311  (a story, not a secret)
    questions = {
        question.key: question for question in Question.objects.within(survey.district_id).filter(version_id=survey.version_id)
    }
    cells = list(SurveyCell.objects.within(survey.district_id).filter(survey=survey).select_related("group", "school"))
    kept = kept_as(survey, cells)
    number = {(cell.group.kind, cell.school_id): cell.number for cell in cells}
    monday = opened - timedelta(days=opened.weekday())
    responses: list[Response] = []
    answers: list[Answer] = []
    for voice in chance.sample(voices(), len(voices())):
        school = schools.get(voice.school)
        cell = kept.get(number.get((voice.group, school.pk if school else None), -1), NOWHERE)
        response = Response(
            district_id=survey.district_id,
            id=UUID(int=chance.getrandbits(128), version=4),
            survey=survey,
            key=hashlib.sha256(chance.randbytes(16)).hexdigest(),
            group=cell.group,
            school=cell.school,
            language=voice.language,
            week=monday + timedelta(weeks=chance.choice((0, 0, 1, 2, 3))),
            submitted=True,
        )
        responses.append(response)
        for key, value in _values(voice, chance).items():
            answers.append(
                Answer(
                    district_id=survey.district_id,
                    id=UUID(int=chance.getrandbits(128), version=4),
                    response=response,
                    question=questions[key],
                    value=value,
                )
            )
    Response.everything.bulk_create(responses, batch_size=500)
    Answer.everything.bulk_create(answers, batch_size=500)


def _values(voice: Voice, chance: random.Random) -> dict[str, object]:
    values: dict[str, object] = {"meaning": voice.meaning}
    if voice.works:
        values["works"] = voice.works
    if voice.frustrates:
        values["frustrates"] = voice.frustrates
    if chance.random() < 0.9:
        weights = WEIGHTS.get(voice.group, WEIGHTS["students"])
        values["how_often"] = chance.choices(OFTEN, weights)
    if chance.random() < 0.85:
        scale = ("strongly_disagree", "disagree", "neutral", "agree", "strongly_agree", "dont_know")
        values["agreement"] = {
            row: chance.choices(scale, weights)[0]
            for row, weights in (
                ("others_mean_the_same", (5, 9, 6, 4, 1, 3)),
                ("know_why", (3, 7, 6, 7, 2, 2)),
                ("had_a_say", (7, 9, 6, 3, 1, 2)),
            )
        }
    return values


def check_translations(survey: Survey, by: User) -> int:
    """Keep the checked translations beside the answers. Returns how many."""
    meanings = Answer.everything.filter(response__survey=survey, question__key="meaning")
    rows = [
        AnswerTranslation(
            district_id=survey.district_id,
            answer=answer,
            language=into,
            words=translations()[answer.value, into],
            checked_by=by.pk,
        )
        for answer in meanings
        for into in ("en", "es")
        if (answer.value, into) in translations()
    ]
    AnswerTranslation.everything.bulk_create(rows, batch_size=500)
    return len(rows)


def mark_voices(survey: Survey, by: User) -> dict[str, Excerpt]:
    """Mark every voice that a sentence rests on, by its meaning, with the names in it taken out."""
    cited = {
        one["meaning"] for version in told("vision")["versions"] for clause in version["clauses"] for one in clause["voices"]
    }
    names = {voice.meaning: voice.names for voice in voices()}
    answers = Answer.everything.filter(response__survey=survey, question__key="meaning").select_related(
        "response__survey__district", "response__group", "response__school"
    )
    return {
        answer.value: excerpts.mark_answer(answer=answer, start=0, end=len(answer.value), names=names[answer.value], by=by)
        for answer in answers
        if answer.value in cited
    }
