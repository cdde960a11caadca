"""The discussion that Alder Creek held on its first draft: what was asked, what people added, how they reacted, what came out.

Words come from `words/discussion.toml`, reactions from `reacting`. Everything is kept as it would have come by the web:
statements know no author's votes, and whoever took part is a response that knows nobody.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from commonwhy.accounts.models import User
from commonwhy.deliberation.models import Discussion, ModerationDeed, Statement, StatementLink, Vote
from commonwhy.deliberation.services import discussions, duplicates, moderation
from commonwhy.districts.models import District, Group
from commonwhy.listening.models import Excerpt, Question, Response, Survey, SurveyCell
from commonwhy.listening.services.coarsening import NOWHERE, Cell, kept_as
from commonwhy.listening.services.surveys import close_survey, count_asked
from commonwhy.site.demo import priorities
from commonwhy.site.demo.reacting import Participant, take_part
from commonwhy.site.demo.roster import SEED
from commonwhy.site.demo.way import texts
from commonwhy.site.demo.words_of import on_a_weekday, told


@dataclass
class Held:
    """A discussion while it is told: its statements by their key, and everybody who took part with their response."""

    discussion: Discussion
    statements: dict[str, Statement] = field(default_factory=dict)
    people: list[tuple[Participant, Response]] = field(default_factory=list)


def hold_discussion(
    district: District, listened: Survey, voices: Mapping[str, Excerpt], accounts: Mapping[str, User], today: date
) -> Held:
    """The discussion as it was held: prepared from what people had said, opened, taken part in, closed, worked out, published."""
    from commonwhy.deliberation.services.landscape import work_out  # the mathematics loads here and not at start
    from commonwhy.deliberation.services.priorities_counting import count

    story = told("discussion")
    chance = random.Random(SEED + 211)  # noqa: S311  (a story, not a secret)
    coach, facilitator = accounts["haddad"], accounts["montoya"]
    discussion = discussions.create_discussion(
        district=district,
        question=dict(story["question"]),
        groups=list(Group.objects.within(district).filter(not_here="").exclude(kind=Group.Kind.ALUMNI)),
        mode=Survey.Mode.ANONYMOUS,
        by=coach,
        opened_from=Question.everything.get(version_id=listened.version_id, key="meaning"),
        open_link=True,
    )
    held = Held(discussion)
    _bring_in(held, voices, coach)
    choice = priorities.prepare(discussion, held.statements, coach)
    survey = _open(discussion, today)
    kept = kept_as(survey)
    _add_what_people_wrote(held, kept, facilitator, chance)
    _take_part(held, kept, chance)
    priorities.choose(choice, survey, held.people, today, chance)
    discussion.survey = close_survey(survey=survey, by=coach, follow=False)
    _date_what_was_done(held)
    work_out(discussion)
    count(choice)
    discussions.publish(discussion=discussion, by=coach)
    discussion.published_on = on_a_weekday(today, story["published_days_before_today"])
    discussion.save(update_fields=["published_on"])
    return held


def _bring_in(held: Held, voices: Mapping[str, Excerpt], by: User) -> None:
    """What the facilitators brought in before it opened: statements of their own, and what people had told them."""
    for one in told("discussion")["statements"]:
        if one["from"] == "seed":
            added = discussions.add_seed(discussion=held.discussion, texts=texts(one), language=one["language"], by=by)
        elif one["from"] == "excerpt":
            voice = voices[one["source"]]
            added = discussions.add_from_excerpt(discussion=held.discussion, excerpt=voice, texts=texts(one), by=by)
        else:
            continue
        held.statements[one["key"]] = added


def _open(discussion: Discussion, today: date) -> Survey:
    """Open it on its day in the past; whoever is on the roster was asked."""
    story, survey = told("discussion"), discussion.survey
    count_asked(survey)
    survey.version.frozen = True
    survey.version.save(update_fields=["frozen"])
    zone = ZoneInfo(discussion.district.time_zone)
    survey.opened_at = datetime.combine(on_a_weekday(today, story["opened_days_before_today"]), time(8), zone)
    survey.closes_at = datetime.combine(on_a_weekday(today, story["closed_days_before_today"]), time(17), zone)
    survey.save(update_fields=["opened_at", "closes_at"])
    return survey


def _add_what_people_wrote(held: Held, kept: Mapping[int, Cell], by: User, chance: random.Random) -> None:
    """What people added, read week by week and in no order within one: shown, hidden, shown after all, linked."""
    groups = {cell.group.kind: cell.group for cell in kept.values() if cell.group}
    story = told("discussion")["statements"]
    written = [one for one in story if one["from"] == "participant"]
    for one in sorted(chance.sample(written, len(written)), key=lambda one: one["week"]):
        statement = Statement.everything.create(
            district_id=held.discussion.district_id,
            discussion=held.discussion,
            texts={one["language"]: one[one["language"]]},
            language=one["language"],
            origin=Statement.Origin.PARTICIPANT,
            author=hashlib.sha256(chance.randbytes(16)).hexdigest(),
            group=groups.get(one["group"]),
        )
        held.statements[one["key"]] = _read(statement, one, by)
    for one in story:
        if "same_as" in one:
            duplicates.link(statement=held.statements[one["key"]], same_as=held.statements[one["same_as"]], by=by)


def _read(statement: Statement, one: Mapping[str, Any], by: User) -> Statement:
    """What the moderators made of a statement."""
    if "hidden" not in one:
        return moderation.show(statement=statement, texts=texts(dict(one)), by=by)
    hidden = moderation.hide(statement=statement, reason=one["hidden"], more=one["more"], by=by)
    if "appeal" not in one:
        return hidden
    hidden.appeal = one["appeal"]
    hidden.save(update_fields=["appeal"])
    return moderation.answer_appeal(statement=hidden, shown=True, answer=one["appeal_answer"], texts=texts(dict(one)), by=by)


def _take_part(held: Held, kept: Mapping[int, Cell], chance: random.Random) -> None:
    """A response for everybody, kept as anonymously as if they had come by the web, and their votes."""
    survey, district = held.discussion.survey, held.discussion.district_id
    cells: dict[str, list[SurveyCell]] = defaultdict(list)
    for cell in SurveyCell.objects.within(district).filter(survey=survey).select_related("group").order_by("number"):
        cells[cell.group.kind].append(cell)
    monday = _monday_of(survey)
    votes = []
    for person in take_part(told("discussion"), chance):
        own = cells[person.role]
        label = kept.get(chance.choices(own, [cell.asked or 1 for cell in own])[0].number, NOWHERE)
        response = Response(
            district_id=district,
            id=UUID(int=chance.getrandbits(128), version=4),
            survey=survey,
            key=hashlib.sha256(chance.randbytes(16)).hexdigest(),
            group=label.group,
            school=label.school,
            week=monday + timedelta(weeks=person.week),
            submitted=True,
        )
        held.people.append((person, response))
        votes += [
            Vote(
                district_id=district,
                id=UUID(int=chance.getrandbits(128), version=4),
                response=response,
                statement=held.statements[one.statement],
                choice=one.choice,
                important=one.important,
                exposure=one.exposure,
            )
            for one in person.reactions
        ]
    Response.everything.bulk_create([response for _person, response in held.people], batch_size=500)
    Vote.everything.bulk_create(votes, batch_size=2_000)


def _monday_of(survey: Survey) -> date:
    opened = timezone.localdate(survey.opened_at, ZoneInfo(survey.district.time_zone))
    return opened - timedelta(days=opened.weekday())


def _date_what_was_done(held: Held) -> None:
    """Put what the moderators did on days of the story; it was done just now."""
    monday = _monday_of(held.discussion.survey)
    of_week: dict[int, list[Statement]] = defaultdict(list)
    for one in told("discussion")["statements"]:
        of_week[one.get("week", 0)].append(held.statements[one["key"]])
    for week, statements in of_week.items():
        read_on = monday + timedelta(weeks=week, days=3)
        ModerationDeed.everything.filter(statement__in=statements).update(done_on=read_on)
        StatementLink.everything.filter(statement__in=statements).update(linked_on=read_on)
