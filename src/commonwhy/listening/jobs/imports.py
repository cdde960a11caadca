"""Looking through a large file of answers, and bringing answers in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import housekeeping, jobs
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.listening.models import AnswerFile
from commonwhy.listening.services import bringing_in, imports

LOOK, BRING_IN = "look through answers", "bring in answers"


def start(kind: str, *, file: AnswerFile, by: User) -> Any:
    """Enqueue one of the two jobs for a file."""
    title = _("Bringing in %(file)s") if kind == BRING_IN else _("Looking through %(file)s")
    return jobs.start(
        kind=kind,
        title=title % {"file": file.name},
        started_by=by.pk,
        district_id=file.district_id,
        arguments={"district": str(file.district_id), "file": str(file.pk), "by": str(by.pk)},
    )


def _begun(progress: Progress, district: str, file: str) -> AnswerFile:
    """The file, with the job's link leading to its page whatever comes of it."""
    found: AnswerFile | None = AnswerFile.objects.within(UUID(district)).select_related("district").filter(pk=UUID(file)).first()
    if found is None:
        raise JobRefused(_("This file was discarded meanwhile. Send it again."))
    progress.link(reverse("listening:import_file", args=[found.district.slug, found.pk]))
    return found


def look(progress: Progress, *, district: str, file: str, by: str) -> dict[str, Any]:
    """Work out what bringing the file in would do."""
    found = _begun(progress, district, file)
    try:
        imports.look_at(file=found, report=lambda rows: progress.step(rows, _("Reading")))
    except imports.ImportRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    return {}


def bring_in(progress: Progress, *, district: str, file: str, by: str) -> dict[str, Any]:
    """The import; repeated, it finds nothing left to do."""
    found = _begun(progress, district, file)
    account = User.objects.get(pk=by)
    try:
        done = bringing_in.bring_in(file=found, by=account, report=lambda rows: progress.step(rows, _("Reading")))
    except imports.ImportRefused as refusal:
        raise JobRefused(str(refusal)) from refusal
    return dict(done.result)


jobs.register(LOOK, look, needs="answers.import")
jobs.register(BRING_IN, bring_in, needs="answers.import")
housekeeping.register("forget files never brought in", imports.forget_undecided)
