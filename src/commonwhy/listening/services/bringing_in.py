"""Writing a file's answers: read and staged before anything is locked, then written in one short transaction.

Each response is named by a keyed digest of what it says. One that an earlier file brought in is passed over, so the same
file adds nothing, and a later export of the same form only what is new. The responses are written in the order of those
digests, which is no order of the file's. A run that was cut off has written nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, uploads
from commonwhy.districts.models import District
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

MOST_RESPONSES = 200_000
AT_ONCE = 1_000
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
            if look.responses > MOST_RESPONSES:
                raise ImportRefused(
                    _("This file has more than %(most)s answers. Split it into smaller files. Nothing was added.")
                    % {"most": f"{MOST_RESPONSES:,}"}
                )
            if not look.responses:
                raise ImportRefused(_("No row of this file holds an answer to one of its questions. Nothing was added."))
            writing = _Writing(current, mapping, look, stage, by)
            done = writing.apply(here)
        if done is not None:
            return done
    raise ImportRefused(_("Other answers are coming in at this moment. Nothing was added; try again in a minute."))


def _count_here(district: District) -> int:
    return Response.objects.within(district).filter(source=Response.Source.FILE).count()


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
        ready = [(*row[:4], *plan.answers(row[4])) for row in self.stage]
        with transaction.atomic():
            # Files of one district wait for each other. Answers from the web do not wait: they only need the row to stay.
            District.objects.within(self.file.district_id).select_for_update(no_key=True).get()
            locked = locked_file(self.file)
            if not locked.upload:
                return locked
            if _count_here(self.file.district) != here:
                return None
            survey = self._survey(plan, labels, target) if ready else None
            misfits = sum(row[5] for row in ready)
            if survey is not None:
                self._write(survey, labels, ready)
                audit.record(
                    actor=self.by, verb="brought in", subject=survey, detail={"answers": len(ready), "kind": survey.imported_from}
                )
            upload = locked.upload
            locked.result = self._result(labels, len(ready), misfits, target or (survey.pk if survey else None))
            locked.upload, locked.preview, locked.survey = "", {}, survey
            locked.mapping = _without_glimpses(self.mapping)
            locked.save(update_fields=["result", "upload", "preview", "survey", "mapping"])
            transaction.on_commit(lambda: uploads.forget(upload))
        return locked

    def _survey(self, plan: Plan, labels: Labels, target: UUID | None) -> Survey:
        """The survey to write to: that of an earlier export, or a fresh one."""
        district, choices = self.file.district, self.file.choices
        if target is not None:
            return Survey.objects.within(district).get(pk=target)  # type: ignore[no-any-return]
        questionnaire = Questionnaire.everything.create(district=district, title=choices["title"])
        version = QuestionnaireVersion.everything.create(
            district=district, questionnaire=questionnaire, languages=[choices["language"]], frozen=True
        )
        Question.everything.bulk_create(models_of(plan, choices["language"], district=district, version=version))
        opened, closed = self._times()
        survey = Survey.everything.create(
            district=district,
            version=version,
            title=choices["title"],
            mode=Survey.Mode.ANONYMOUS,
            opened_at=opened,
            closed_at=closed,
            imported_from=self.file.layout.get("vendor", "plain"),
        )
        survey.groups.set({labels.groups[group] for group, _school in self.look.cells if group in labels.groups})
        SurveyCell.everything.bulk_create(
            SurveyCell(district=district, survey=survey, number=number, group=labels.groups[group], asked=asked)
            for number, (group, asked) in enumerate(sorted(labels.asked.items()), start=1)
        )
        return survey

    def _times(self) -> tuple[datetime, datetime]:
        """When it began and ended, by the weeks of its answers; now, where the file does not say."""
        now = timezone.now()
        weeks = sorted(self.look.weeks)
        if not weeks:
            return now, now
        zone = ZoneInfo(self.file.district.time_zone)
        opened = datetime.combine(weeks[0], time.min, zone)
        return min(opened, now), min(datetime.combine(weeks[-1] + timedelta(days=7), time.min, zone), now)

    def _write(self, survey: Survey, labels: Labels, ready: list[tuple[Any, ...]]) -> None:
        """The responses in the order of their keys, which is no order of the file's."""
        district = self.file.district
        schools = {None: None} | {
            key: add_school(district=district, name=school.name, by=self.by) if key.startswith(NEW_SCHOOL) else school  # type: ignore[arg-type]
            for key, school in labels.schools.items()
        }
        today = timezone.localdate()
        this_week = today - timedelta(days=today.weekday())
        questions = dict(Question.objects.within(district).filter(version=survey.version_id).values_list("key", "pk"))
        for start in range(0, len(ready), AT_ONCE):
            responses, answers = [], []
            for key, place, language, week, said_here, _misfits in ready[start : start + AT_ONCE]:
                label = labels.of(place)
                response = Response(
                    district=district,
                    survey=survey,
                    key=key,
                    group=label.group,
                    school=schools[place[1]] if label.school else None,
                    language=language,
                    week=week or this_week,
                    submitted=True,
                    source=Response.Source.FILE,
                )
                responses.append(response)
                answers.extend(_answers(response, said_here, questions))
            Response.everything.bulk_create(responses)
            Answer.everything.bulk_create(answers)

    def _result(self, labels: Labels, added: int, misfits: int, survey: UUID | None) -> dict[str, Any]:
        return {
            "rows": self.look.rows,
            "added": added,
            "already": sum(self.look.already.values()),
            "survey": str(survey) if survey else "",
            "skipped": dict(self.look.skipped.most_common()),
            "misfits": misfits,
            "without_group": labels.without_group,
            "without_school": labels.without_school,
            "findings": len(self.look.findings) + self.look.findings_left_out,
            "dropped": list(self.mapping.dropped),
        }


def _answers(response: Response, said_here: Mapping[str, Value], questions: Mapping[str, UUID]) -> list[Answer]:
    return [
        Answer(district_id=response.district_id, response=response, question_id=questions[key], value=value)
        for key, value in said_here.items()
        if key in questions
    ]


def _without_glimpses(mapping: ColumnMapping) -> dict[str, Any]:
    """What stays of a mapping: how its columns were used, without anything that anybody answered."""
    kept = mapping.as_dict()
    for column in kept["columns"]:
        column["samples"], column["options"] = [], []
    return {**kept, "group_values": {}, "school_values": {}}
