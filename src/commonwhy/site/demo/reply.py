"""What Alder Creek made of what got in people's way: themes, and the reply to everyone who was asked."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.deliberation.models import Statement
from commonwhy.listening.models import Answer, Coding, Conversation, Question, Reply, Survey, Theme
from commonwhy.listening.services import replies
from commonwhy.site.demo.discussion import Held
from commonwhy.site.demo.way import texts
from commonwhy.site.demo.words_of import WORDS, on_a_weekday, told
from commonwhy.vision.models import Clause, VisionVersion


def find_themes(survey: Survey, by: User) -> dict[str, Theme]:
    """The themes people found in what gets in the way, and in which answers."""
    from commonwhy.listening.services.theme_figures import count_themes  # the mathematics loads here and not at start

    themes = {
        one["key"]: Theme.everything.create(
            district_id=survey.district_id, name=one["name"], means=one["means"], concern=one["concern"]
        )
        for one in told("reply")["themes"]
    }
    question = Question.everything.get(version_id=survey.version_id, key="frustrates")
    answers: dict[str, list[Answer]] = defaultdict(list)
    for answer in Answer.everything.filter(response__survey=survey, question=question):
        answers[answer.value].append(answer)
    with (WORDS / "codings.csv").open(newline="") as file:
        codings = [
            Coding(district_id=survey.district_id, theme=themes[row["theme"]], answer=answer, coder=by.pk)
            for row in csv.DictReader(file)
            for answer in answers[row["frustrates"]]
        ]
    Coding.everything.bulk_create(codings)
    count_themes(survey=survey, question=question)
    return themes


def reply_to_everyone(
    survey: Survey, held: Held, version: VisionVersion, themes: Mapping[str, Theme], by: User, today: date
) -> Reply:
    """What was heard, what changed and what did not, published some weeks after the vision was adopted."""
    story, district = told("reply"), survey.district
    clauses = {clause.position: clause for clause in Clause.everything.filter(version=version)}
    # Those who sat in the conversations between the two drafts are answered as well.
    talked = Conversation.everything.filter(district=district, state=Conversation.State.HELD)
    conversations = list(talked.exclude(kind__in=[Conversation.Kind.THREE_TEACHERS, Conversation.Kind.MEETING]))
    asked = [survey, held.discussion.survey]
    reply = replies.begin(district=district, surveys=asked, conversations=conversations, by=by)
    replies.change_words(
        reply=reply, seen=replies.digest_of(reply), title=texts(story["title"]), intro=texts(story["intro"]), by=by
    )
    for one in story["points"]:
        clause = clauses.get(one.get("clause", 0))
        statement = held.statements.get(one.get("statement", ""))
        theme = themes.get(one.get("theme", ""))
        replies.add_point(
            reply=reply,
            kind=one["kind"],
            texts=texts(one),
            why=texts(one, "why_"),
            theme=theme.pk if theme else None,
            excerpts=[voice.excerpt_id for voice in clause.voices.all()[:2]] if clause else (),
            target=_target(clause, statement),
            by=by,
        )
    return _publish(reply, story["published_days_before_today"], by, today)


def reply_to_the_first_pulse(pulse: Survey, by: User, today: date) -> Reply:
    """What was answered to those who were asked whether the vision is alive, a few weeks into it."""
    story = told("reply")["pulse"]
    reply = replies.begin(district=pulse.district, surveys=[pulse], conversations=[], by=by)
    replies.change_words(
        reply=reply, seen=replies.digest_of(reply), title=texts(story["title"]), intro=texts(story["intro"]), by=by
    )
    for one in story["points"]:
        replies.add_point(reply=reply, kind=one["kind"], texts=texts(one), why=texts(one, "why_"), by=by)
    return _publish(reply, story["published_days_before_today"], by, today)


def _target(clause: Clause | None, statement: Statement | None) -> tuple[str, UUID] | None:
    """What a point points to: the sentence it became, or the statement it speaks of."""
    pointed = clause or statement
    return (pointed._meta.label, pointed.pk) if pointed else None


def _publish(reply: Reply, days_before: int, by: User, today: date) -> Reply:
    reply = replies.publish(reply=reply, by=by)
    reply.published_at = datetime.combine(on_a_weekday(today, days_before), time(9), ZoneInfo(reply.district.time_zone))
    reply.save(update_fields=["published_at"])
    return reply
