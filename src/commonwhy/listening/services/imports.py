"""Files of answers: taking one in, what its columns are for, what bringing it in would do, and taking it back.

An imported survey is anonymous by definition and closed; its questionnaire is made of the file's columns. Writing it is
`bringing_in`; with which group and school its answers are kept, `imported_places`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path, PurePath
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit, uploads
from commonwhy.districts.models import District
from commonwhy.formats.messages import UnreadableFile
from commonwhy.formats.survey_exports import Layout, MappingProblem, Use, guess_mapping, recognise
from commonwhy.formats.survey_exports import Mapping as ColumnMapping
from commonwhy.listening.models import (
    AnswerFile,
    Question,
    Survey,
)
from commonwhy.listening.services.imported_places import Labels
from commonwhy.listening.services.imported_questions import (
    Plan,
    plan_known,
    plan_new,
    pulse_question,
)
from commonwhy.listening.services.looking_through import (
    MOST_RESPONSES,
    Look,
    Stage,
    TooManyResponses,
    known_groups,
    known_schools,
    look_through,
    said,
    salt_of,
)

MOST_COLUMNS = 400
SHOWN_FINDINGS = 100
# What form makers add to a file's name: "Digital learning (Responses) - Form Responses 1.csv".
_FILE_NAME_ADDITIONS = re.compile(
    r"\s*(\((responses|respuestas)( \d+)?\)|[-–]\s*(form responses|respuestas de formulario)( \d+)?|\(\d+\))\s*", re.IGNORECASE
)


class ImportRefused(Exception):
    """Nothing was written; the message says why, what was kept and the way out."""


class AlreadyHere(ImportRefused):
    """This very file was brought in before, into `survey`."""

    def __init__(self, message: str, survey: Survey) -> None:
        super().__init__(message)
        self.survey = survey


def take_in(*, district: District, path: Path, upload: str, name: str, by: User | None) -> AnswerFile:
    """Recognise a file and guess what its columns are for. Raises `ImportRefused` for one that cannot be used."""
    digest = digest_of(path, district)
    before = AnswerFile.objects.within(district).filter(digest=digest, survey__isnull=False).select_related("survey").first()
    if before is not None:
        message = _("This very file was brought in before, as “%(title)s”. Nothing was added.") % {"title": before.survey.title}
        raise AlreadyHere(message, before.survey)
    try:
        layout = recognise(path, name=name)
    except UnreadableFile as problem:
        raise ImportRefused(problem.text(_)) from problem
    if len(layout.headings) > MOST_COLUMNS:
        raise ImportRefused(
            _(
                "“%(file)s” has %(count)s columns, more than the %(most)s that fit on a page. "
                "Leave out those that are not needed and send it again. Nothing was kept."
            )
            % {"file": name, "count": len(layout.headings), "most": MOST_COLUMNS}
        )
    mapping, choices = _guesses(layout, district, name)
    return AnswerFile.everything.create(
        district=district,
        name=name[:160],
        upload=upload,
        digest=digest,
        fingerprint=layout.fingerprint,
        layout={**layout.as_dict(_), "notes": [note.message.text(_) for note in layout.notes[:5]]},
        mapping=mapping.as_dict(),
        choices=choices,
        sent_by=by.pk if by else None,
    )


def digest_of(path: Path, district: District) -> str:
    """A keyed digest of the file's bytes."""
    digest = hmac.new(salt_of(district), digestmod=hashlib.sha256)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _guesses(layout: Layout, district: District, name: str) -> tuple[ColumnMapping, dict[str, Any]]:
    """What the columns are likely for; where a file with the same headings came before, as somebody decided then."""
    mapping = guess_mapping(layout, groups=known_groups(district), schools=known_schools(district, {}))
    is_spanish = any("¿" in heading.text for heading in layout.headings)
    choices: dict[str, Any] = {"title": _title(name), "language": "es" if is_spanish else "en", "asked": {}}
    asks: dict[str, str] = {}
    for column in mapping.columns:
        key = pulse_question(column.question) if column.kind is Use.TEXT else ""
        if key and key not in asks.values():
            asks[column.key] = key
    files = AnswerFile.objects.within(district).filter(fingerprint=layout.fingerprint, survey__isnull=False)
    before = files.order_by("-sent_at").first()
    if before is not None:
        try:
            decided = ColumnMapping.from_dict(before.mapping)
            mapping = mapping.changed(
                {column.index: column.kind for column in decided.columns},
                day_first=decided.day_first,
                keep_unfinished=decided.keep_unfinished,
                group=decided.group,
                school=decided.school,
            )
        except MappingProblem:
            before = None
    if before is not None:
        asks = before.choices.get("asks", asks)
        choices["language"] = before.choices.get("language", choices["language"])
    return mapping, {**choices, "asks": asks}


def _title(name: str) -> str:
    stem = _FILE_NAME_ADDITIONS.sub(" ", PurePath(name).stem.replace("_", " "))
    return " ".join(stem.split())[:160] or _("Answers from a file")


@transaction.atomic
def choose(*, file: AnswerFile, mapping: ColumnMapping, choices: Mapping[str, Any]) -> AnswerFile:
    """Keep what somebody chose for the columns. What was worked out by other choices is forgotten."""
    locked = locked_file(file)
    if locked.upload:
        locked.mapping, locked.choices, locked.preview = mapping.as_dict(), dict(choices), {}
        locked.save(update_fields=["mapping", "choices", "preview"])
    return locked


def look_at(*, file: AnswerFile, report: Callable[[int], None] | None = None) -> AnswerFile:
    """Read the file through and keep what bringing it in would do. Raises `ImportRefused`; the choices are kept."""
    mapping = mapping_of(file)
    look = look_of(file, mapping, report=report)
    labels = Labels(file, look)
    plan = plan_of(file, mapping, look)
    titles = {survey.pk: survey.title for survey in Survey.objects.within(file.district_id).filter(pk__in=look.already)}
    weeks = sorted(look.weeks)
    preview = {
        "rows": look.rows,
        "responses": look.responses,
        "added": look.added,
        "already": [{"survey": str(pk), "title": titles[pk], "rows": rows} for pk, rows in look.already.most_common()],
        "roles": [vars(seen) for seen in look.roles],
        "places": [vars(seen) for seen in look.places],
        "groups": labels.by_group(),
        "without_group": labels.without_group,
        "without_school": labels.without_school,
        "weeks": [weeks[0].isoformat(), weeks[-1].isoformat()] if weeks else [],
        "answers": dict(look.answers),
        "questions": [
            {"text": each.text, "kind": str(each.kind), "answers": max((look.answers[key] for key in each.columns), default=0)}
            for each in plan.questions
            if each.columns
        ],
        "skipped": dict(look.skipped.most_common()),
        "findings": said(look.findings, SHOWN_FINDINGS),
        "findings_left_out": look.findings_left_out + max(0, len(look.findings) - SHOWN_FINDINGS),
    }
    files = AnswerFile.objects.within(file.district_id).filter(pk=file.pk, mapping=file.mapping, choices=file.choices)
    if not files.exclude(upload="").update(preview=preview):
        raise ImportRefused(_("Somebody changed the choices for this file meanwhile. Look again."))
    file.preview = preview
    return file


@transaction.atomic
def discard(*, file: AnswerFile) -> None:
    """Throw away a file whose answers were not brought in."""
    locked = locked_file(file)
    if locked.survey_id is None:
        transaction.on_commit(lambda upload=locked.upload: uploads.forget(upload))  # type: ignore[misc]
        locked.delete()


@transaction.atomic
def take_back(*, survey: Survey, by: User) -> None:
    """Remove an imported survey with its answers, as if it had never come. Refused once something rests on it."""
    if not survey.imported_from:
        raise ImportRefused(_("Only answers that came from a file can be taken back."))
    questionnaire = survey.version.questionnaire
    audit.record(actor=by, verb="took back", subject=survey)
    try:
        survey.delete()
        if not Survey.objects.within(survey.district_id).filter(version__questionnaire=questionnaire).exists():
            questionnaire.delete()
    except ProtectedError as error:
        raise ImportRefused(
            _("Some of these answers were marked or are cited, so they stay. Take those marks back first.")
        ) from error


def forget_file(upload: str) -> None:
    """Forget the row of a file whose bytes are gone without having been brought in."""
    if upload and uploads.path_of(upload) is None:
        AnswerFile.everything.filter(upload=upload).delete()


def forget_undecided() -> int:
    """Forget files that nobody brought in within a day; the files themselves are gone by then. For the daily chores."""
    limit = timezone.now() - timedelta(seconds=uploads.KEPT_SECONDS)
    count, _by_model = AnswerFile.everything.filter(survey=None, sent_at__lt=limit).delete()
    return count


def locked_file(file: AnswerFile) -> AnswerFile:
    """The row, locked until the transaction ends. Raises `ImportRefused` where somebody has discarded it."""
    found = AnswerFile.objects.within(file.district_id).select_for_update().filter(pk=file.pk).first()
    if found is None:
        raise ImportRefused(_("This file was discarded meanwhile. Send it again."))
    return found  # type: ignore[no-any-return]


def mapping_of(file: AnswerFile) -> ColumnMapping:
    """What was chosen for the columns. Raises `ImportRefused`."""
    try:
        return ColumnMapping.from_dict(file.mapping)
    except MappingProblem as problem:
        raise ImportRefused(problem.message.text(_)) from problem


def look_of(
    file: AnswerFile, mapping: ColumnMapping, stage: Stage | None = None, report: Callable[[int], None] | None = None
) -> Look:
    """Read the file by these choices. Raises `ImportRefused`."""
    path = uploads.path_of(file.upload)
    if path is None:
        raise ImportRefused(_("The file is no longer here; it is kept for a day. Send it again. Nothing was added."))
    try:
        return look_through(path, file.name, mapping, file.district, stage=stage, report=report)
    except UnreadableFile as problem:
        raise ImportRefused(_("%(problem)s Nothing was added.") % {"problem": problem.text(_)}) from problem
    except MappingProblem as problem:
        raise ImportRefused(problem.message.text(_)) from problem
    except TooManyResponses as problem:
        raise ImportRefused(
            _("This file has more than %(most)s answers. Split it into smaller files. Nothing was added.")
            % {"most": f"{MOST_RESPONSES:,}"}
        ) from problem


def plan_of(file: AnswerFile, mapping: ColumnMapping, look: Look) -> Plan:
    """New questions, or those of the survey that an earlier export of this form has made."""
    survey = next((pk for pk, _rows in look.already.most_common(1)), None)
    if survey is None:
        return plan_new(mapping, look.values, file.choices.get("asks", {}))
    questions = list(Question.objects.within(file.district_id).filter(version__surveys=survey))
    return plan_known(mapping, questions, file.choices["language"])
