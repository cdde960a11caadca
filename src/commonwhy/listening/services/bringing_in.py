"""Writing a file's answers: read and staged before anything is locked, then written in one short transaction.

Each response is named by a keyed digest of what it says. One that an earlier file brought in is passed over, so the same
file adds nothing, and a later export of the same form only what is new. The responses are written in the order of those
digests, which is no order of the file's. A run that was cut off has written nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, uploads
from commonwhy.districts.models import District, Group
from commonwhy.districts.services import add_school
from commonwhy.formats.survey_exports import Mapping as ColumnMapping
from commonwhy.listening.models import (
    Answer,
    AnswerFile,
    Question,
    Questionnaire,
    QuestionnaireVersion,
    Response,
    Survey,
    SurveyCell,
)
from commonwhy.listening.services.imported_places import Labels
from commonwhy.listening.services.imported_questions import Plan, Value, models_of
from commonwhy.listening.services.imports import ImportRefused, locked_file, look_of, mapping_of, plan_of
from commonwhy.listening.services.looking_through import NEW_SCHOOL, Look, Stage
from commonwhy.listening.services.writing_rows import ReadyRows, rising_keys

TRIES = 3


def bring_in(*, file: AnswerFile, by: User | str, report: Callable[[int], None] | None = None) -> AnswerFile:
    """Write the file's answers. Done already, it is returned as it is; repeated after a stop, nothing was half done.

    Raises `ImportRefused` with nothing written.
    """
    for _try in range(TRIES):
        current: AnswerFile | None = (
            AnswerFile.objects.within(file.district_id).select_related("district").filter(pk=file.pk).first()
        )
        if current is None:
            raise ImportRefused(_("This file was discarded meanwhile. Send it again."))
        if not current.upload:
            return current
        mapping = mapping_of(current)
        here = _count_here(current.district)
        with Stage() as stage:
            look = look_of(current, mapping, stage=stage, report=report)
            if not look.responses:
                raise ImportRefused(_("No row of this file holds an answer to one of its questions. Nothing was added."))
            writing = _Writing(current, mapping, look, stage, by)
            done = writing.apply(here)
        if done is not None:
            return done
    raise ImportRefused(_("Other answers are coming in at this moment. Nothing was added; try again in a minute."))


def _count_here(district: District) -> int:
    return Response.objects.within(district).filter(source=Response.Source.FILE).count()


RESPONSE_FIELDS = (
    "id",
    "district_id",
    "survey_id",
    "key",
    "group_id",
    "school_id",
    "language",
    "week",
    "submitted",
    "saves",
    "source",
)
ANSWER_FIELDS = ("id", "district_id", "response_id", "question_id", "value")


@dataclass
class _Fresh:
    """A survey that is not written yet."""

    questionnaire: Questionnaire
    version: QuestionnaireVersion
    questions: list[Question]
    survey: Survey
    groups: set[Group]
    cells: list[SurveyCell]

    def write(self) -> None:
        for each in (self.questionnaire, self.version):
            each.save(force_insert=True)
        Question.everything.bulk_create(self.questions)
        self.survey.save(force_insert=True)
        self.survey.groups.set(self.groups)
        SurveyCell.everything.bulk_create(self.cells)


@dataclass
class _Ready:
    """Rows made ready. `places` are the schools of the responses, in their order, by keys of the file's."""

    responses: ReadyRows
    answers: ReadyRows
    places: list[str | None] = field(default_factory=list)
    said: list[tuple[UUID, UUID, Value]] = field(default_factory=list)
    misfits: int = 0


@dataclass
class _Writing:
    """One file's answers on their way into the database."""

    file: AnswerFile
    mapping: ColumnMapping
    look: Look
    stage: Stage
    by: User | str

    def apply(self, here: int) -> AnswerFile | None:
        """Write everything in one transaction; None where other files' answers came in since `here` were counted."""
        labels = Labels(self.file, self.look)
        plan = plan_of(self.file, self.mapping, self.look)
        target = next((pk for pk, _rows in self.look.already.most_common(1)), None)
        fresh = None if target is not None else self._fresh_survey(plan, labels)
        survey = fresh.survey if fresh else Survey.objects.within(self.file.district_id).get(pk=target)
        known = fresh.questions if fresh else Question.objects.within(self.file.district_id).filter(version=survey.version_id)
        ready = self._ready(survey, plan, labels, {question.key: question.pk for question in known})
        with transaction.atomic():
            # Files of one district wait for each other. Answers from the web do not wait: they only need the row to stay.
            District.objects.within(self.file.district_id).select_for_update(no_key=True).get()
            locked = locked_file(self.file)
            if not locked.upload:
                return locked
            if _count_here(self.file.district) != here:
                return None
            if ready.responses:
                self._write(fresh, labels, ready)
                detail = {"answers": len(ready.responses), "kind": survey.imported_from}
                audit.record(actor=self.by, verb="brought in", subject=survey, detail=detail)
            upload = locked.upload
            locked.result = self._result(labels, ready, survey)
            locked.upload, locked.preview, locked.survey = "", {}, survey if ready.responses else None
            locked.mapping = _without_glimpses(self.mapping)
            locked.save(update_fields=["result", "upload", "preview", "survey", "mapping"])
            transaction.on_commit(lambda: uploads.forget(upload))
        return locked

    def _fresh_survey(self, plan: Plan, labels: Labels) -> _Fresh:
        """A survey and its questions, not written yet."""
        district, choices = self.file.district, self.file.choices
        questionnaire = Questionnaire(district=district, title=choices["title"])
        version = QuestionnaireVersion(
            district=district, questionnaire=questionnaire, languages=[choices["language"]], frozen=True
        )
        opened, closed = self._times()
        survey = Survey(
            district=district,
            version=version,
            title=choices["title"],
            mode=Survey.Mode.ANONYMOUS,
            opened_at=opened,
            closed_at=closed,
            imported_from=self.file.layout.get("vendor", "plain"),
        )
        cells = [
            SurveyCell(district=district, survey=survey, number=number, group=labels.groups[group], asked=asked)
            for number, (group, asked) in enumerate(sorted(labels.asked.items()), start=1)
        ]
        groups = {labels.groups[group] for group, _school in self.look.cells if group in labels.groups}
        questions = models_of(plan, choices["language"], district=district, version=version)
        return _Fresh(questionnaire, version, questions, survey, groups, cells)

    def _ready(self, survey: Survey, plan: Plan, labels: Labels, questions: Mapping[str, UUID]) -> _Ready:
        """Every row as the database takes it; the school of a response is still a key of the file's."""
        district = self.file.district_id
        today = self.file.district.today()
        this_week = today - timedelta(days=today.weekday())
        ready = _Ready(ReadyRows(Response, RESPONSE_FIELDS), ReadyRows(Answer, ANSWER_FIELDS))
        response_keys = iter(rising_keys(self.look.added))
        for key, place, language, week, said_here in self.stage:
            label = labels.of(place)
            pk = next(response_keys)
            group = label.group.pk if label.group else None
            week = week or this_week
            ready.responses.add(pk, district, survey.pk, key, group, None, language, week, True, 0, Response.Source.FILE)
            ready.places.append(place[1] if label.school else None)
            found, misfits = plan.answers(said_here)
            ready.misfits += misfits
            ready.said.extend((pk, questions[name], value) for name, value in found.items())
        for pk, (response, question, value) in zip(rising_keys(len(ready.said)), ready.said, strict=True):
            ready.answers.add(pk, district, response, question, value)
        ready.said.clear()
        return ready

    def _times(self) -> tuple[datetime, datetime]:
        """When it began and ended, by the weeks of its answers; now, where the file does not say."""
        now = timezone.now()
        weeks = sorted(self.look.weeks)
        if not weeks:
            return now, now
        zone = ZoneInfo(self.file.district.time_zone)
        opened = datetime.combine(weeks[0], time.min, zone)
        return min(opened, now), min(datetime.combine(weeks[-1] + timedelta(days=7), time.min, zone), now)

    def _write(self, fresh: _Fresh | None, labels: Labels, ready: _Ready) -> None:
        """The responses in the order of their keys, which is no order of the file's."""
        if fresh is not None:
            fresh.write()
        district = self.file.district
        schools: dict[str | None, Any] = {None: None}
        for key, school in labels.schools.items():
            is_new = key.startswith(NEW_SCHOOL)
            found = add_school(district=district, name=school.name, by=self.by) if is_new else school  # type: ignore[arg-type]
            schools[key] = ready.responses.prepared("school_id", found.pk)
        at = RESPONSE_FIELDS.index("school_id")
        rows = zip(ready.responses, ready.places, strict=True)
        ready.responses.write((*row[:at], schools[place], *row[at + 1 :]) for row, place in rows)
        ready.answers.write()

    def _result(self, labels: Labels, ready: _Ready, survey: Survey) -> dict[str, Any]:
        return {
            "rows": self.look.rows,
            "added": len(ready.responses),
            "already": sum(self.look.already.values()),
            "survey": str(survey.pk),
            "skipped": dict(self.look.skipped.most_common()),
            "misfits": ready.misfits,
            "without_group": labels.without_group,
            "without_school": labels.without_school,
            "findings": len(self.look.findings) + self.look.findings_left_out,
            "dropped": list(self.mapping.dropped),
        }


def _without_glimpses(mapping: ColumnMapping) -> dict[str, Any]:
    """What stays of a mapping: how its columns were used, without anything that anybody answered."""
    kept = mapping.as_dict()
    for column in kept["columns"]:
        column["samples"], column["options"] = [], []
    return {**kept, "group_values": {}, "school_values": {}}
