"""The two jobs of a roster: a dry run that says what would happen, and the import itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import jobs, uploads
from commonwhy.core.jobs import JobRefused, Progress
from commonwhy.districts import roster
from commonwhy.districts.models import District
from commonwhy.formats.messages import UnreadableFile

CHECK, IMPORT = "roster check", "roster import"
MOST_FINDINGS_KEPT = 2_000


def start_check(*, district: District, upload: str, file_name: str, by: User) -> Any:
    """Enqueue the dry run of an upload."""
    return jobs.start(
        kind=CHECK,
        title=_("Looking through %(file)s") % {"file": file_name},
        started_by=by.pk,
        district_id=district.pk,
        arguments={"district": str(district.pk), "upload": upload, "file_name": file_name},
    )


def start_import(*, district: District, upload: str, file_name: str, all_or_nothing: bool, by: User) -> Any:
    """Enqueue the import of an upload that was looked through."""
    return jobs.start(
        kind=IMPORT,
        title=_("Bringing in %(file)s") % {"file": file_name},
        started_by=by.pk,
        district_id=district.pk,
        arguments={
            "district": str(district.pk),
            "upload": upload,
            "file_name": file_name,
            "all_or_nothing": all_or_nothing,
            "by": str(by.pk),
        },
    )


def _stage(progress: Progress, district: District, upload: str, file_name: str) -> roster.StagedRoster:
    progress.link(reverse("districts:roster", args=[district.slug]))  # the way out, until there is a result
    path = uploads.path_of(upload)
    if path is None:
        raise JobRefused(_("The file is no longer here; it is kept for a day. Send it again. Nothing was changed."))
    progress.step(0, _("Reading and comparing"))
    try:
        return roster.stage(district, path, name=file_name, report=lambda number, note: progress.step(number, note))
    except UnreadableFile as problem:
        uploads.forget(upload)
        raise JobRefused(_("%(problem)s Nothing was changed.") % {"problem": problem.text(_)}) from problem


def _result(staged: roster.StagedRoster, upload: str, file_name: str) -> dict[str, Any]:
    findings = list(staged.findings)
    return {
        "counts": staged.counts,
        "findings": [finding.as_dict() | {"reason": finding.message.text(_)} for finding in findings[:MOST_FINDINGS_KEPT]],
        "findings_in_all": len(findings),
        "version": staged.roster.version,
        "modes": {name: mode.value for name, mode in staged.roster.modes.items()},
        "upload": upload,
        "file_name": file_name,
    }


def check(progress: Progress, *, district: str, upload: str, file_name: str) -> dict[str, Any]:
    """The dry run: findings and counts, nothing written."""
    owner = District.objects.within(UUID(district)).get()
    with _stage(progress, owner, upload, file_name) as staged:
        progress.link(reverse("districts:roster_result", args=[owner.slug, progress.job.pk]))
        return _result(staged, upload, file_name)


def bring_in(progress: Progress, *, district: str, upload: str, file_name: str, all_or_nothing: bool, by: str) -> dict[str, Any]:
    """The import; repeated, it finds nothing left to do."""
    owner = District.objects.within(UUID(district)).get()
    account = User.objects.get(pk=by)
    with _stage(progress, owner, upload, file_name) as staged:
        result = _result(staged, "", file_name)
        try:
            progress.step(0, _("Writing"))
            roster.apply(staged, by=account, all_or_nothing=all_or_nothing)
        except roster.RosterOvertaken as overtaken:
            message = _("Another roster was brought in meanwhile, so nothing was changed. Run it again to compare with that one.")
            raise JobRefused(message) from overtaken
        except roster.RosterRefused as refusal:
            message = _("Some rows could not be read and you asked for all or nothing, so nothing was changed.")
            raise JobRefused(message) from refusal
    uploads.forget(upload)
    progress.link(reverse("districts:roster_result", args=[owner.slug, progress.job.pk]))
    return result


jobs.register(CHECK, check, needs="roster.import")
jobs.register(IMPORT, bring_in, needs="roster.import")
