"""Whether Alder Creek's vision still holds: two pulses, in the weeks after it was adopted and about a year on."""

from __future__ import annotations

import csv
import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group, School
from commonwhy.listening.models import Answer, Question, Response, Survey, SurveyCell
from commonwhy.listening.services.coarsening import NOWHERE, kept_as
from commonwhy.listening.services.questionnaires import copy_shipped
from commonwhy.listening.services.surveys import close_survey, count_asked, create_survey
from commonwhy.listening.shipped import REAFFIRMATION
from commonwhy.site.demo.roster import SEED
from commonwhy.site.demo.words_of import WORDS, on_a_weekday, told, voices
from commonwhy.vision.models import VisionVersion
from commonwhy.vision.services import reaffirming

KNOWN = {"own_words", "could_find", "heard_of"}


def ask_whether_it_holds(
    district: District, version: VisionVersion, schools: dict[str, School], by: User, today: date
) -> list[Survey]:
    """Both pulses as they were held, the earlier first, closed, and what may be shown of them."""
    from commonwhy.vision.services.pulse import measure  # the mathematics loads here and not at start

    questions = copy_shipped(district=district, key=REAFFIRMATION, by=by)
    questions.frozen = True
    questions.save(update_fields=["frozen"])
    pulses = told("pulses")["pulses"]
    groups = [group for group in Group.objects.within(district).filter(not_here="") if group.kind not in ("board", "alumni")]
    zone = ZoneInfo(district.time_zone)
    asked_so_far = []
    for back, pulse in reversed(list(enumerate(reversed(pulses)))):
        survey = create_survey(
            district=district,
            version=questions,
            title="Can you say what our shared vision is, or point to it?",
            mode=Survey.Mode.ANONYMOUS,
            groups=groups,
            by=by,
        )
        count_asked(survey)
        opened = on_a_weekday(today, pulse["opened_days_before_today"])
        closed = on_a_weekday(today, pulse["closed_days_before_today"])
        survey.opened_at = datetime.combine(opened, time(8), zone)
        survey.closes_at = datetime.combine(closed, time(17), zone)
        survey.save(update_fields=["opened_at", "closes_at"])
        _answer(survey, pulse, schools, opened, random.Random(SEED + 101 + back))  # noqa: S311  (a story, not a secret)
        closed_survey = close_survey(survey=survey, by=by, follow=False)
        asked = reaffirming.follow(version=version, survey=closed_survey, year=today.year - back, by=by)
        measure(pulse=asked)
        asked_so_far.append(closed_survey)
    return asked_so_far


def _answer(survey: Survey, pulse: Mapping[str, Any], schools: dict[str, School], opened: date, chance: random.Random) -> None:
    questions = {question.key: question for question in Question.everything.filter(version_id=survey.version_id)}
    cells = list(SurveyCell.objects.within(survey.district_id).filter(survey=survey).select_related("group", "school"))
    kept = kept_as(survey, cells)
    number = {(cell.group.kind, cell.school_id): cell.number for cell in cells}
    said = _words() if pulse.get("words") else {}
    monday = opened - timedelta(days=opened.weekday())
    responses, answers = [], []
    people = [voice for voice in voices() if voice.group not in ("board", "alumni")]
    for voice in chance.sample(people, min(pulse["answering"], len(people))):
        school = schools.get(voice.school)
        cell = kept.get(number.get((voice.group, school.pk if school else None), -1), NOWHERE)
        values = _values(pulse, voice.group, voice.school, chance)
        key = (voice.group, voice.school, voice.language)
        if said.get(key) and values["can_say"] != ["no"]:
            values["changed"] = said[key].pop()
        responses.append(
            Response(
                district_id=survey.district_id,
                id=UUID(int=chance.getrandbits(128), version=4),
                survey=survey,
                key=hashlib.sha256(chance.randbytes(16)).hexdigest(),
                group=cell.group,
                school=cell.school,
                # Ticked boxes show no language (FIELD rule 1); words do.
                language=voice.language if "changed" in values else "",
                week=monday + timedelta(weeks=chance.choice((0, 0, 1))),
                submitted=True,
            )
        )
        answers += [
            Answer(
                district_id=survey.district_id,
                id=UUID(int=chance.getrandbits(128), version=4),
                response=responses[-1],
                question=questions[name],
                value=value,
            )
            for name, value in values.items()
        ]
    Response.everything.bulk_create(responses, batch_size=500)
    Answer.everything.bulk_create(answers, batch_size=500)


def _values(pulse: Mapping[str, Any], group: str, school: str, chance: random.Random) -> dict[str, Any]:
    can_say = chance.choices(
        ("own_words", "could_find", "heard_of", "no"), pulse["can_say"].get(group, pulse["can_say"]["elsewhere"])
    )
    if can_say[0] not in KNOWN:
        return {"can_say": can_say}
    here = {**pulse["still_true"], **pulse.get("still_true_at", {}).get(school, {})}
    true = ("fully", "mostly", "half", "hardly", "not_at_all", "dont_know")
    return {
        "can_say": can_say,
        "still_true": chance.choices(true, here.get(group, here["elsewhere"])),
        "still_wanted": chance.choices(("as_it_is", "with_changes", "new_one", "dont_know"), (55, 25, 4, 16)),
    }


def _words() -> dict[tuple[str, str, str], list[str]]:
    """What people wrote had changed, by group, school and language."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    with (WORDS / "pulse.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            found[row["group"], row["school"], row["language"]].append(row["words"])
    return found
