"""One of everything in Alder Creek, for addresses that need something to point at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from tests.cast import Cast

from commonwhy.core.models import Job
from commonwhy.deliberation.models import Discussion, Landscape, PriorityRound, Statement
from commonwhy.districts import services as districts
from commonwhy.districts.models import Membership, Role
from commonwhy.listening import kiosks, tokens
from commonwhy.listening.models import (
    Answer,
    AnswerFile,
    CodingSample,
    Conversation,
    Disposal,
    Excerpt,
    ExpertReview,
    MeetingSeries,
    Note,
    ParentChoice,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Reply,
    ReplyPoint,
    Response,
    SafetyFlag,
    SafetyWord,
    SampledAnswer,
    Stance,
    Survey,
    SurveyCare,
    SurveyCell,
    Theme,
)
from commonwhy.listening.services.calendar import make_address, secret_of
from commonwhy.listening.services.safety import name_position
from commonwhy.vision.models import Ambassador, BoardQuestion, Clause, CoAuthor, Comment, TradeOff, VisionVersion
from commonwhy.vision.models import trade_off as negotiating

MONDAY = date(2026, 3, 2)


@dataclass
class World:
    """What the addresses of the matrix point at. `arguments` gives each name of a path its value."""

    cast: Cast
    arguments: dict[str, Any]
    instead: dict[str, dict[str, Any]]
    """Values that an address wants other than the rest: by its name."""


def make_world(cast: Cast) -> World:
    cast.stay_signed_in()
    alder = cast.alder
    questionnaire = Questionnaire.everything.create(district=alder, title="Pulse")
    version = QuestionnaireVersion.everything.create(district=alder, questionnaire=questionnaire, languages=["en"], frozen=True)
    question = Question.everything.create(
        district=alder, version=version, key="meaning", position=1, kind="long", texts={"en": "What does it mean?"}
    )
    survey = Survey.everything.create(district=alder, version=version, title="Open", opened_at=timezone.now(), open_link=True)
    group = cast.group("teachers")
    survey.groups.add(group)
    SurveyCell.everything.create(district=alder, survey=survey, number=1, group=group, asked=30)
    closed = Survey.everything.create(
        district=alder, version=version, title="Closed", opened_at=timezone.now(), closed_at=timezone.now()
    )
    response = Response.everything.create(
        district=alder, survey=closed, key="0" * 64, group=group, week=MONDAY, submitted=True, language="en"
    )
    answer = Answer.everything.create(district=alder, response=response, question=question, value="Making things.")
    conversation = Conversation.everything.create(district=alder, title="Hall", term="it", held_on=MONDAY)
    conversation.facilitators.add(cast.coach)
    focus_group = Conversation.everything.create(
        district=alder, kind="focus_group", title="Families", held_on=MONDAY, starts_at=timezone.now()
    )
    focus_group.facilitators.add(cast.coach)
    series = MeetingSeries.everything.create(district=alder, title="Building Capacity", cadence="monthly")
    stance = Stance.everything.create(district=alder, group=group, noted_on=MONDAY, level=3, noted_by=cast.coach.pk)
    feed = make_address(district=alder, by=cast.coach)
    note = Note.everything.create(
        district=alder, conversation=conversation, position=1, group=group, words="A note.", may_quote=True
    )
    excerpt = Excerpt.everything.create(
        district=alder, answer=answer, start=0, end=6, words="Making", group=group, marked_by=cast.coach.pk
    )
    theme = Theme.everything.create(district=alder, name="Making")
    sample = CodingSample.everything.create(
        district=alder, survey=closed, question=question, first=cast.coach.pk, second=cast.superintendent.pk, seed=1
    )
    SampledAnswer.everything.create(district=alder, sample=sample, answer=answer, position=1)
    reply = Reply.everything.create(district=alder, number=1, title={"en": "What we heard"}, published_at=timezone.now())
    point = ReplyPoint.everything.create(
        district=alder, reply=reply, kind="heard", position=1, texts={"en": "That you make things."}
    )
    adopted = VisionVersion.everything.create(district=alder, number=1, why={"en": "Because."})
    sentence = Clause.everything.create(district=alder, version=adopted, position=1, texts={"en": "A sentence."})
    VisionVersion.everything.filter(pk=adopted.pk).update(state="adopted", adopted_on=MONDAY, minutes={"en": "Carried."})
    draft = VisionVersion.everything.create(district=alder, number=2, why={"en": "Because."})
    clause = Clause.everything.create(district=alder, version=draft, position=1, texts={"en": "A sentence."})
    co_author = CoAuthor.everything.create(district=alder, version=draft, account=cast.family, invited_by=cast.coach.pk)
    comment = Comment.everything.create(district=alder, version=draft, clause=clause, author=cast.family, words="Good.")
    ambassador = Ambassador.everything.create(district=alder, name="Ana", group=group, since=MONDAY)
    asked = BoardQuestion.everything.create(district=alder, version=draft, asked_by=cast.board, words="Why?")
    tension = negotiating.TradeOff.everything.create(
        district=alder, number=2, title={"en": "Time"}, first={"en": "A"}, second={"en": "B"}
    )
    negotiating.TradeOff.everything.create(
        district=alder, number=3, title={"en": "T"}, state="settled", settlement={"en": "Both."}, settled_on=MONDAY
    )
    option = negotiating.TradeOffOption.everything.create(district=alder, trade_off=tension, position=1, texts={"en": "Both."})
    concern = negotiating.TradeOffConcern.everything.create(
        district=alder, trade_off=tension, kind="workload", texts={"en": "Who?"}
    )
    confided = negotiating.ConfidentialNote.everything.create(
        district=alder, trade_off=tension, written_by=cast.coach, words="Said in confidence.", written_on=MONDAY
    )
    position = districts.add_position(district=alder, title="Chief", by=cast.superintendent, on_leadership_team=True)
    membership = Membership.everything.get(account=cast.family, role=Role.MEMBER)
    invitation, secret = districts.invite(district=alder, email="new@example.org", role=Role.MEMBER, by=cast.superintendent)
    job = Job.objects.create(
        kind="roster check",
        title="Looking through",
        district_id=alder.pk,
        started_by=cast.superintendent.pk,
        state=Job.State.DONE,
        result={"counts": {}, "findings": [], "findings_in_all": 0, "upload": "", "file_name": "x"},
    )
    imported = Survey.everything.create(
        district=alder,
        version=version,
        title="From a file",
        opened_at=timezone.now(),
        closed_at=timezone.now(),
        imported_from="google-forms",
    )
    brought_in = AnswerFile.everything.create(
        district=alder, name="old.csv", digest="1", fingerprint="1", survey=imported, result={"survey": str(imported.pk)}
    )
    named = name_position(district=alder, by=cast.superintendent, account=cast.principal, title="School counselor")
    name_position(district=cast.birch, by=cast.outsider, account=cast.outsider, title="School counselor")
    SurveyCare.everything.create(district=alder, survey=survey, preview_from=MONDAY)
    choice = ParentChoice.everything.create(district=alder, survey=survey, kind="opt_out", child="Ana", given_on=MONDAY)
    disposal = Disposal.everything.create(
        district=alder, survey=closed, what="Closed", reason="Old.", proposed_by=cast.coach.pk, proposed_on=MONDAY
    )
    word = SafetyWord.everything.create(district=alder, words="hurt me")
    disclosed = Answer.everything.create(
        district=alder,
        response=Response.everything.create(
            district=alder, survey=closed, key="1" * 64, group=group, week=MONDAY, submitted=True, language="en"
        ),
        question=question,
        value="They hurt me.",
    )
    flag = SafetyFlag.everything.create(district=alder, answer=disclosed, reason="words", matched="hurt me", week=MONDAY)
    file = AnswerFile.everything.create(district=alder, name="answers.csv", upload="f" * 32, digest="0", fingerprint="0")
    review = ExpertReview.everything.create(
        district=alder, version=version, reviewer="Dr. Reyes", knows="surveys", reviewed_on=MONDAY, said="Clear."
    )
    token = tokens.mint(survey, 1)
    talk = Survey.everything.create(district=alder, version=version, title="What first?", opened_at=timezone.now())
    discussion = Discussion.everything.create(district=alder, survey=talk, number=1, published_on=MONDAY)
    SurveyCell.everything.create(district=alder, survey=talk, number=1, group=group)
    priority_round = PriorityRound.everything.create(
        district=alder, discussion=discussion, texts={"en": "First?"}, limit=1, opened_at=timezone.now()
    )
    statement = Statement.everything.create(
        district=alder, discussion=discussion, number=1, texts={"en": "Make."}, language="en", origin="seed", state="shown"
    )
    nothing_shown: dict[str, Any] = {key: [] for key in ("groups", "roles", "flags", "statements")}
    nothing_shown |= dict.fromkeys(("people", "votes", "camps"), 0) | {key: {} for key in ("sure", "map", "hidden")}
    nothing_shown |= {"version": 1, "k": 10, "weeks": "", "people_exact": False, "seed": 1}
    Landscape.everything.create(
        district=alder, discussion=discussion, released=nothing_shown, charts={"map": {"en": {"wide": "<svg/>"}}}
    )
    trade_off = TradeOff.everything.create(
        district=alder, number=1, title={"en": "Time"}, state="settled", settled_on=MONDAY, settlement={"en": "One hour."}
    )
    arguments = {
        "district": alder.slug,
        "survey": survey.pk,
        "version": version.pk,
        "question": question.pk,
        "answer": answer.pk,
        "note": note.pk,
        "excerpt": excerpt.pk,
        "conversation": conversation.pk,
        "series": series.pk,
        "stance": stance.pk,
        "feed": secret_of(feed),
        "upload": "forged",
        "clause": clause.pk,
        "discussion": discussion.pk,
        "round": priority_round.pk,
        "statement": statement.pk,
        "trade_off": trade_off.pk,
        "co_author": co_author.pk,
        "comment": comment.pk,
        "ambassador": ambassador.pk,
        "option": option.pk,
        "concern": concern.pk,
        "theme": theme.pk,
        "sample": sample.pk,
        "reply": reply.pk,
        "point": point.pk,
        "group": group.pk,
        "position": position.pk,
        "school": cast.creekside.pk,
        "membership": membership.pk,
        "invitation": invitation.pk,
        "secret": secret,
        "job": job.pk,
        "token": token,
        "seal": kiosks.seal(survey, 1),
        "review": review.pk,
        "code": survey.code,
        "number": 1,
        "page": 1,
        "kind": "long",
        "link": "forged",
        "file": brought_in.pk,
        "named": named.pk,
        "choice": choice.pk,
        "disposal": disposal.pk,
        "word": word.pk,
        "flag": flag.pk,
        "label": "vision.Clause",
        "by": "group",
        "key": "meaning",
        "chart": "words-en",
        "pk": clause.pk,
    }
    parts = ("", "_names", "_statements", "_option_new", "_option", "_effect", "_concern_new", "_concern", "_stand", "_settle")
    visited = ("", "_next", "_votes", "_add", "_mine", "_choose", "_thanks")
    instead: dict[str, dict[str, Any]] = {
        **{f"vision:trade_off{part}": {"number": tension.number} for part in (*parts, "_set_aside", "_take_up")},
        "vision:public_trade_off": {"number": 3},
        "vision:confidential_notes": {"number": tension.number},
        "vision:confidential_note": {"number": tension.number, "note": confided.pk},
        "listening:guide": {"kind": "focus_group"},
        "listening:strike": {"position": 0},
        "listening:conversation_change": {"conversation": focus_group.pk},
        "listening:conversation_event": {"conversation": focus_group.pk},
        "listening:import_discard": {"file": file.pk},
        "listening:import_take_back": {"survey": imported.pk},
        "vision:public_sentence": {"position": 1},
        **{f"deliberation:take_part{page}": {"token": tokens.mint(talk, 1)} for page in visited},
        "deliberation:landscape_chart": {"chart": "map"},
        "deliberation:public_agree_chart": {"chart": "map"},
        "vision:board_answer": {"question": asked.pk},
        "vision:link_back": {"clause": sentence.pk},
        "vision:link_voice": {"clause": sentence.pk},
    }
    return World(cast, arguments, instead)
