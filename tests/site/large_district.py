"""Alder Creek grown to any size: everybody asked, everything said, many versions of the vision, a season of conversations.

`grow(cast, size)` puts it into the current database, with rows in bulk, and returns what every part of an address means.
`FULL` is the district of the performance figures; `tests/site/test_every_page_is_bounded.py` grows two small ones, and
`benchmarks/full_district.py` the full one. Nothing here is drawn by chance, so a page asks as often in every run.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone
from tests.cast import Cast
from tests.site.large_agreement import Agreed, discuss

from commonwhy.accounts import signin_links
from commonwhy.accounts.models import User
from commonwhy.core.models import AuditEntry, Job
from commonwhy.districts import services as districts
from commonwhy.districts.models import Appointment, Membership, Person, Position, Role, School
from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import (
    Answer,
    AnswerFile,
    AnswerTranslation,
    Attendance,
    Coding,
    CodingSample,
    Conversation,
    Excerpt,
    MeetingSeries,
    Note,
    Question,
    Reply,
    ReplyPoint,
    Response,
    SafetyFlag,
    SafetyLook,
    SafetyPosition,
    SafetyWord,
    SampledAnswer,
    Stance,
    Survey,
    SurveyCare,
    SurveyCell,
    Theme,
)
from commonwhy.listening.models.care import Disposal, ParentChoice
from commonwhy.listening.models.consulting import CoverageTarget
from commonwhy.listening.models.question import ExpertReview
from commonwhy.vision.models import (
    Ambassador,
    BoardQuestion,
    ChecklistNote,
    Clause,
    ClauseVoice,
    CoAuthor,
    Comment,
    Endorsement,
    LookFor,
    Reaffirmation,
    Stage,
    VisionVersion,
)

MONDAY = date(2026, 3, 2)
AGREEMENT = ("strongly_disagree", "disagree", "neutral", "agree", "strongly_agree", "dont_know")
TALK = (
    "digital learning means making something that could not be made on paper and showing it to others who care "
    "my daughter reads more since the tablets came but nobody told us why we have them at home every week "
    "queremos que los maestros tengan tiempo para preparar clases donde los niños crean y no solo miran pantallas "
    "I would like feedback the same day a choice of how to show what I know and fewer passwords to remember "
    "students choose present and question together the bus the bridge the garden the water project and the band"
)


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    people: int
    schools: int
    surveys: int
    responses: int
    """In each survey; each says something in words twice."""
    conversations: int
    notes: int
    """In each conversation."""
    versions: int
    clauses: int
    """In each version."""
    excerpts: int
    others: int
    """Of what a district has some dozens of: themes, seats, comments, questions, stances."""


FULL = Size(
    people=4_900,
    schools=14,
    surveys=5,
    responses=2_000,
    conversations=300,
    notes=12,
    versions=12,
    clauses=9,
    excerpts=900,
    others=40,
)


@dataclass
class Grown:
    """The district, and what each name of an address means; `instead` holds what single addresses want."""

    cast: Cast
    arguments: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, dict[str, Any]] = field(default_factory=dict)


def grow(cast: Cast, size: Size) -> Grown:
    """Fill Alder Creek. Coach Carla holds every conversation, which is the most a page may have to show her."""
    chance = random.Random(11)
    grown = Grown(cast)
    schools = _people(cast, size, chance)
    surveys = _surveys(cast, size, chance, schools, grown)
    excerpts = _listened(cast, size, chance, schools, surveys, grown)
    _conversations(cast, size, chance, schools, grown)
    agreed = discuss(
        cast,
        others=size.others,
        responses=size.responses,
        excerpts=excerpts,
        chance=chance,
        arguments=grown.arguments,
        instead=grown.instead,
    )
    _versions(cast, size, excerpts, surveys, agreed, grown)
    _around(cast, size, grown)
    return grown


def said(chance: random.Random) -> str:
    """Eight to fifty words of somebody."""
    return " ".join(chance.choices(TALK.split(), k=chance.randint(8, 50))).capitalize() + "."


def _people(cast: Cast, size: Size, chance: random.Random) -> list[School]:
    more = [School(district=cast.alder, name=f"School number {number}") for number in range(size.schools - 2)]
    schools: list[School] = [cast.creekside, cast.maple, *School.everything.bulk_create(more)]
    groups = [cast.group(kind) for kind in ("students", "families", "teachers", "support_staff")]
    people = [
        Person(
            district=cast.alder,
            name=f"Person {number}",
            email=f"person.{number}@example.org",
            group=groups[number % 20 // 6],
            school=schools[number % len(schools)],
            grade_band="6-8" if number % 20 < 6 else "",
            language="es" if number % 7 == 0 else "en",
            roster_key=str(number),
        )
        for number in range(size.people)
    ]
    Person.everything.bulk_create(people, batch_size=500)
    accounts = User.objects.bulk_create([User(email=f"seat.{n}@example.org", name=f"Seat {n}") for n in range(size.others)])
    Membership.everything.bulk_create(
        Membership(district=cast.alder, account=each, role=Role.MEMBER, school=schools[n % len(schools)])
        for n, each in enumerate(accounts)
    )
    seats = Position.everything.bulk_create(
        Position(district=cast.alder, title=f"Position {n}", on_leadership_team=True) for n in range(size.others // 3)
    )
    Appointment.everything.bulk_create(
        Appointment(district=cast.alder, position=seat, name=f"Holder {n}", begins=MONDAY) for n, seat in enumerate(seats)
    )
    for n in range(size.others // 4):
        districts.invite(district=cast.alder, email=f"new.{n}@example.org", role=Role.MEMBER, by=cast.superintendent)
    return schools


def _surveys(cast: Cast, size: Size, chance: random.Random, schools: list[School], grown: Grown) -> list[Survey]:
    """All but the last are closed; the last runs, and can be answered by a link for all."""
    from commonwhy.listening.models import Questionnaire, QuestionnaireVersion

    groups = [cast.group(kind) for kind in ("students", "families", "teachers", "support_staff")]
    made = []
    for number in range(size.surveys):
        questionnaire = Questionnaire.everything.create(district=cast.alder, title=f"Pulse {number}")
        version = QuestionnaireVersion.everything.create(
            district=cast.alder, questionnaire=questionnaire, languages=["en", "es"], frozen=True
        )
        questions = _questions(cast, version)
        running = number == size.surveys - 1
        survey = Survey.everything.create(
            district=cast.alder,
            version=version,
            title=f"What we think, {number}",
            opened_at=timezone.now() - timedelta(days=40 - number),
            closed_at=None if running else timezone.now() - timedelta(days=20 - number),
            open_link=running,
        )
        survey.groups.add(*groups)
        numbers = count(1)
        SurveyCell.everything.bulk_create(
            SurveyCell(district=cast.alder, survey=survey, number=next(numbers), group=group, school=school, asked=90)
            for group in groups
            for school in schools
        )
        _answers(cast, survey, questions, size.responses, chance, schools, groups)
        made.append(survey)
    grown.arguments |= {
        "survey": made[0].pk,
        "code": made[-1].code,
        "token": tokens.mint(made[-1], 1),
        "group": groups[2].pk,
    }
    grown.arguments["seal"] = kiosks.seal(made[-1], 1)
    answered = tokens.mint(made[-1], 1)
    grown.instead["listening:respond_done"] = {"token": answered}
    grown.instead["listening:guide"] = {"kind": "focus_group"}
    for name in ("invitations", "open_link_poster", "survey_asked"):
        grown.instead[f"listening:{name}"] = {"survey": made[-1].pk}
    return made


def _questions(cast: Cast, version: Any) -> list[Question]:
    agreement = [{"key": key, "texts": {"en": key.replace("_", " ")}} for key in AGREEMENT]
    rows = [{"key": f"row-{number}", "texts": {"en": f"Statement {number}"}} for number in range(3)]
    asked: list[dict[str, Any]] = [
        {"key": "meaning", "kind": "long"},
        {"key": "works", "kind": "long"},
        {"key": "often", "kind": "single", "options": agreement},
        {"key": "agreement", "kind": "matrix", "options": agreement, "rows": rows},
    ]
    return Question.everything.bulk_create(
        Question(district=cast.alder, version=version, position=number, texts={"en": f"Question {number}?"}, **each)
        for number, each in enumerate(asked, start=1)
    )


def _answers(
    cast: Cast,
    survey: Survey,
    questions: list[Question],
    how_many: int,
    chance: random.Random,
    schools: list[School],
    groups: Any,
) -> None:
    responses = [
        Response(
            district=cast.alder,
            survey=survey,
            key=secrets.token_hex(32),
            group=groups[number % len(groups)],
            school=schools[number % len(schools)],
            week=MONDAY + timedelta(weeks=number % 3),
            submitted=True,
            language="es" if number % 9 == 0 else "en",
        )
        for number in range(how_many)
    ]
    Response.everything.bulk_create(responses, batch_size=500)
    meaning, works, often, agreement = questions
    answers = []
    for response in responses:
        told: dict[Any, Any] = {
            meaning: said(chance),
            works: said(chance),
            often: [chance.choice(AGREEMENT)],
            agreement: {row["key"]: chance.choice(AGREEMENT) for row in agreement.rows},
        }
        answers += [Answer(district=cast.alder, response=response, question=q, value=value) for q, value in told.items()]
    Answer.everything.bulk_create(answers, batch_size=500)


def _listened(
    cast: Cast, size: Size, chance: random.Random, schools: list[School], surveys: list[Survey], grown: Grown
) -> list[Excerpt]:
    """What staff made of the answers: excerpts, translations, codes, a blind sample, the safety queue, replies."""
    answers = list(Answer.everything.filter(response__survey=surveys[0], question__key="meaning").order_by("pk"))
    answers += list(Answer.everything.filter(response__survey__in=surveys[1:-1], question__key="meaning").order_by("pk"))
    teachers = cast.group("teachers")
    excerpts = Excerpt.everything.bulk_create(
        Excerpt(
            district=cast.alder,
            answer=answer,
            start=0,
            end=20,
            words=answer.value[:200],
            group=teachers,
            school=schools[n % len(schools)],
            language="en",
            marked_by=cast.coach.pk,
        )
        for n, answer in enumerate(answers[: size.excerpts])
    )
    AnswerTranslation.everything.bulk_create(
        AnswerTranslation(district=cast.alder, answer=each, language="es", words="Palabras.", checked_by=cast.coach.pk)
        for each in answers[:: max(1, len(answers) // (size.others * 10))]
    )
    themes = Theme.everything.bulk_create(
        Theme(district=cast.alder, name=f"Theme {n}", means="What it means.") for n in range(size.others // 2)
    )
    Coding.everything.bulk_create(
        [
            Coding(district=cast.alder, theme=themes[n % len(themes)], answer=answer, coder=cast.coach.pk)
            for n, answer in enumerate(answers)
        ],
        batch_size=500,
    )
    meaning = Question.everything.get(version=surveys[0].version_id, key="meaning")
    sample = CodingSample.everything.create(
        district=cast.alder,
        survey=surveys[0],
        question=meaning,
        first=cast.coach.pk,
        second=cast.superintendent.pk,
        seed=1,
    )
    SampledAnswer.everything.bulk_create(
        SampledAnswer(district=cast.alder, sample=sample, answer=answer, position=n)
        for n, answer in enumerate(answers[: size.others], start=1)
    )
    _queue(cast, size, answers)
    for number in range(1, size.others // 4 + 1):
        reply = Reply.everything.create(
            district=cast.alder,
            number=number,
            title={"en": f"Reply {number}"},
            published_at=timezone.now() if number > 1 else None,
        )
        reply.surveys.add(surveys[number % len(surveys)])
        points = ReplyPoint.everything.bulk_create(
            ReplyPoint(
                district=cast.alder,
                reply=reply,
                kind=kind,
                position=n,
                texts={"en": f"Point {n}"},
                why={"en": "Because."},
                theme=themes[n % len(themes)],
            )
            for kind in ("heard", "changed", "not_changed")
            for n in range(1, 4)
        )
        points[0].excerpts.add(*excerpts[:2])
    for survey in surveys:
        SurveyCare.everything.create(district=cast.alder, survey=survey)
    ParentChoice.everything.bulk_create(
        ParentChoice(
            district=cast.alder,
            survey=surveys[-1],
            kind=ParentChoice.Kind.OPT_OUT,
            child=f"Child {n}",
            given_on=MONDAY,
            recorded_by=cast.coach.pk,
        )
        for n in range(size.others)
    )
    Disposal.everything.bulk_create(
        Disposal(
            district=cast.alder, survey=surveys[0], what="answers", reason="time", proposed_by=cast.coach.pk, proposed_on=MONDAY
        )
        for _n in range(size.others // 4)
    )
    ExpertReview.everything.bulk_create(
        ExpertReview(
            district=cast.alder,
            version=surveys[0].version,
            reviewer=f"Reviewer {n}",
            knows="schools",
            reviewed_on=MONDAY,
            said="Clear.",
        )
        for n in range(size.others // 4)
    )
    CoverageTarget.everything.bulk_create(
        CoverageTarget(district=cast.alder, group=teachers, school=school, people=20) for school in schools
    )
    AnswerFile.everything.bulk_create(
        AnswerFile(
            district=cast.alder, name=f"file {n}.csv", digest=str(n), fingerprint="x", sent_by=cast.coach.pk, upload="f" * 32
        )
        for n in range(size.others)
    )
    grown.arguments |= {
        "version": surveys[0].version_id,
        "question": meaning.pk,
        "answer": answers[0].pk,
        "excerpt": excerpts[0].pk,
        "theme": themes[0].pk,
        "sample": sample.pk,
        "reply": reply.pk,
        "point": points[0].pk,
        "file": AnswerFile.everything.create(
            district=cast.alder,
            name="old.csv",
            digest="old",
            fingerprint="x",
            survey=surveys[0],
            result={"survey": str(surveys[0].pk)},
        ).pk,
        "flag": SafetyFlag.everything.filter(district=cast.alder)[0].pk,
        "choice": ParentChoice.everything.filter(district=cast.alder)[0].pk,
    }
    return excerpts


def _queue(cast: Cast, size: Size, answers: list[Answer]) -> None:
    seat = Position.everything.create(district=cast.alder, title="Counselor")
    Appointment.everything.create(district=cast.alder, position=seat, name="Sofia", account=cast.superintendent, begins=MONDAY)
    SafetyPosition.everything.create(district=cast.alder, position=seat)
    SafetyWord.everything.bulk_create(SafetyWord(district=cast.alder, words=f"word {n}") for n in range(size.others))
    flags = SafetyFlag.everything.bulk_create(
        SafetyFlag(
            district=cast.alder,
            answer=answer,
            reason="words",
            matched="word",
            week=MONDAY,
            state="waiting" if n % 2 else "no_concern",
        )
        for n, answer in enumerate(answers[-size.others :])
    )
    SafetyLook.everything.bulk_create(
        SafetyLook(district=cast.alder, flag=flag, deed="saw", account=cast.coach.pk, who="Sofia, Counselor")
        for flag in flags
        for _n in range(2)
    )


def _conversations(cast: Cast, size: Size, chance: random.Random, schools: list[School], grown: Grown) -> None:
    groups = [cast.group(kind) for kind in ("students", "families", "teachers")]
    series = MeetingSeries.everything.bulk_create(
        MeetingSeries(district=cast.alder, title=f"Series {n}", cadence="monthly") for n in range(size.others // 4)
    )
    kinds = ("three_teachers", "interview", "focus_group", "site_visit", "open_meeting", "meeting")
    held = Conversation.everything.bulk_create(
        Conversation(
            district=cast.alder,
            kind=kinds[n % 6],
            title=f"Conversation {n}",
            term="it",
            held_on=MONDAY - timedelta(days=n),
            state="planned" if n % 10 == 1 else "held",
            school=schools[n % len(schools)],
            series=series[n % len(series)] if kinds[n % 6] == "meeting" else None,
            minutes=45,
        )
        for n in range(size.conversations)
    )
    through: Any = Conversation.facilitators.through
    through.objects.bulk_create(through(conversation=each, user=cast.coach) for each in held)
    Attendance.everything.bulk_create(
        Attendance(district=cast.alder, conversation=each, group=group, people=8) for each in held for group in groups
    )
    notes = Note.everything.bulk_create(
        [
            Note(
                district=cast.alder,
                conversation=each,
                position=n,
                group=groups[n % 3],
                school=schools[n % len(schools)],
                words=said(chance),
                may_quote=True,
            )
            for each in held
            for n in range(1, size.notes + 1)
        ],
        batch_size=500,
    )
    Stance.everything.bulk_create(
        Stance(
            district=cast.alder,
            group=groups[n % 3],
            noted_on=MONDAY + timedelta(days=n),
            level=1 + n % 5,
            because="They said so.",
            noted_by=cast.coach.pk,
        )
        for n in range(size.others)
    )
    grown.arguments |= {"conversation": held[0].pk, "note": notes[0].pk, "series": series[0].pk}


def _versions(cast: Cast, size: Size, excerpts: list[Excerpt], surveys: list[Survey], agreed: Agreed, grown: Grown) -> None:
    groups = [cast.group(kind) for kind in ("students", "families", "teachers")]
    lineages = [secrets.token_hex(16) for _n in range(size.clauses)]
    cited = iter(excerpts * 9)
    clause = None
    for number in range(1, size.versions + 1):
        version = VisionVersion.everything.create(
            district=cast.alder,
            number=number,
            term={"en": "digital learning"},
            why={"en": f"Because {number}."},
            is_lines=[{"en": "Making."}],
            is_not_lines=[{"en": "Watching."}],
            beliefs=[{"en": "Everyone learns."}],
            glossary=[{"term": {"en": "term"}, "means": {"en": "meaning"}}],
        )
        clauses = Clause.everything.bulk_create(
            Clause(
                district=cast.alder,
                version=version,
                position=n,
                texts={"en": f"Sentence {n} of {number}."},
                lineage=lineages[n - 1],
            )
            for n in range(1, size.clauses + 1)
        )
        voices = [ClauseVoice(district=cast.alder, clause=each, excerpt=next(cited)) for each in clauses for _n in range(7)]
        ClauseVoice.everything.bulk_create(voices, ignore_conflicts=True)
        LookFor.everything.bulk_create(
            LookFor(district=cast.alder, clause=each, position=n, texts={"en": "One sees it."})
            for each in clauses
            for n in (1, 2)
        )
        for each in clauses:
            agreed.rest_on(each)
        accounts = list(User.objects.filter(email__startswith="seat.")[: size.others // 4])
        CoAuthor.everything.bulk_create(
            CoAuthor(district=cast.alder, version=version, account=each, invited_by=cast.coach.pk) for each in accounts
        )
        Comment.everything.bulk_create(
            Comment(
                district=cast.alder,
                version=version,
                clause=clauses[n % len(clauses)],
                author=accounts[n % len(accounts)],
                words="Yes.",
            )
            for n in range(size.others)
        )
        ChecklistNote.everything.bulk_create(
            ChecklistNote(district=cast.alder, version=version, key=f"key-{n}", words="Noted.") for n in range(5)
        )
        Stage.everything.bulk_create(
            Stage(district=cast.alder, version=version, name=name, began_on=MONDAY) for name in Stage.Name.values
        )
        Endorsement.everything.bulk_create(
            Endorsement(
                district=cast.alder,
                version=version,
                group=each,
                stand="support",
                heard_on=MONDAY,
                heard_how="meeting",
                recorded_by=cast.coach.pk,
            )
            for each in groups
        )
        BoardQuestion.everything.bulk_create(
            BoardQuestion(district=cast.alder, version=version, asked_by=cast.board, words=f"Question {n}?")
            for n in range(size.others // 4)
        )
        if number < size.versions:
            state = "adopted" if number == size.versions - 1 else "superseded"
            VisionVersion.everything.filter(pk=version.pk).update(
                state=state, adopted_on=MONDAY + timedelta(days=number), minutes={"en": "Carried."}
            )
        else:
            clause = clauses[0]
    assert clause is not None
    adopted = VisionVersion.everything.get(district=cast.alder, state="adopted")
    sentence = Clause.everything.filter(version=adopted)[0]
    grown.instead["vision:link_back"] = {"clause": sentence.pk}
    for number, survey in enumerate(surveys[:3]):
        Reaffirmation.everything.create(district=cast.alder, version=adopted, survey=survey, year=2023 + number, released={})
    ambassadors = Ambassador.everything.bulk_create(
        Ambassador(district=cast.alder, name=f"Ambassador {n}", group=groups[n % 3], since=MONDAY) for n in range(size.others)
    )
    grown.arguments |= {
        "clause": clause.pk,
        "number": adopted.number,
        "position": 1,
        "page": 1,
        "label": "vision.Clause",
        "pk": clause.pk,
        "ambassador": ambassadors[0].pk,
        "comment": Comment.everything.filter(version=clause.version)[0].pk,
    }


def _around(cast: Cast, size: Size, grown: Grown) -> None:
    """Jobs, the audit, and the links that lead somewhere."""
    job = Job.objects.create(
        kind="roster check",
        title="Looking through",
        district_id=cast.alder.pk,
        started_by=cast.superintendent.pk,
        state=Job.State.DONE,
        result={"counts": {}, "findings": [], "findings_in_all": 0, "upload": "", "file_name": "x"},
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(district_id=cast.alder.pk, actor_id=cast.coach.pk, actor="Carla", verb="looked", object_type="survey")
        for _n in range(size.others * 50)
    )
    _invitation, secret = districts.invite(district=cast.alder, email="last@example.org", role=Role.COACH, by=cast.superintendent)
    grown.arguments |= {
        "district": cast.alder.slug,
        "secret": secret,
        "job": job.pk,
        "kind": "long",
        "key": "often",
        "by": "group",
        "chart": "meanings-en",
        "upload": "forged",
        "school": cast.creekside.pk,
        "feed": "forged",
        "link": signin_links.make(cast.principal).rstrip("/").rsplit("/", 1)[1],
    }
