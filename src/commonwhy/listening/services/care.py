"""What a survey owes to law and care: its terms, which protected areas its questions ask about, its hold (FIELD 2, 4, 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from commonwhy.accounts.models import User
from commonwhy.core import audit
from commonwhy.districts.models import RetentionClass
from commonwhy.listening.models import Question, QuestionnaireVersion, Survey, SurveyCare
from commonwhy.listening.queries.lawful import asks_young_children, terms_of


class CareRefused(Exception):
    """Nothing was changed; the message says why and what to do."""


@transaction.atomic
def save_terms(
    *,
    survey: Survey,
    by: User,
    required: bool,
    federally_funded: bool,
    notice_on: date | None,
    notice: Mapping[str, str],
    opt_out_until: date | None,
    preview_from: date | None,
    asks_under_13: bool,
    delete_on: date | None,
    retention: RetentionClass | None,
) -> SurveyCare:
    """Say a survey's terms. Once it has opened only what protects people more may change.

    Raises `CareRefused` where children under 13 are asked without a day of deletion, or an open survey would promise less.
    """
    if retention is not None and retention.district_id != survey.district_id:
        raise CareRefused(_("Something of another district was chosen. Nothing was changed."))
    terms = _locked(survey)
    if terms.deleted_on is not None:
        raise CareRefused(_("Its answers were deleted. Its terms stay as they were."))
    if asks_young_children(survey):
        asks_under_13 = True
    if asks_under_13 and delete_on is None:
        raise CareRefused(_("Children under 13 are asked: say on which day their answers are deleted."))
    if not survey.is_draft:
        _refuse_less(terms, required, federally_funded, asks_under_13, delete_on)
        # What families were told, and when, is a fact once children have been asked.
        notice_on, notice = terms.notice_on, terms.notice
        opt_out_until, preview_from = terms.opt_out_until, terms.preview_from
    terms.required, terms.federally_funded = required, federally_funded
    terms.notice_on, terms.opt_out_until, terms.preview_from = notice_on, opt_out_until, preview_from
    terms.notice = {code: text.strip() for code, text in notice.items() if text.strip()}
    terms.asks_under_13, terms.delete_on, terms.retention = asks_under_13, delete_on, retention
    terms.save()
    audit.record(
        actor=by,
        verb="said the terms of",
        subject=survey,
        detail={"delete_on": str(delete_on or ""), "required": required, "federally_funded": federally_funded},
    )
    return terms


def _refuse_less(terms: SurveyCare, required: bool, funded: bool, under_13: bool, delete_on: date | None) -> None:
    if (required, funded) != (terms.required, terms.federally_funded):
        raise CareRefused(
            _("People were asked under these terms already: whether students must answer and who pays for it stay as they are.")
        )
    promised = terms.delete_on
    if promised is not None and (delete_on is None or delete_on > promised):
        raise CareRefused(_("People were promised that their answers are deleted on that day. It can be earlier, never later."))
    if terms.asks_under_13 and not under_13:
        raise CareRefused(_("Children under 13 were asked, so this stays as it is."))


@transaction.atomic
def hold(*, survey: Survey, reason: str, by: User) -> SurveyCare:
    """Keep everything of a survey for a legal matter, or (with no reason) let it go again. Nothing is deleted while it holds."""
    terms = _locked(survey)
    terms.hold_reason = reason.strip()
    terms.save()
    audit.record(actor=by, verb="held" if terms.hold_reason else "let go", subject=survey, detail={"reason": terms.hold_reason})
    return terms


def _locked(survey: Survey) -> SurveyCare:
    """The terms, locked; made where there are none yet."""
    Survey.objects.within(survey.district_id).select_for_update().get(pk=survey.pk)
    return terms_of(survey)


@transaction.atomic
def tag_questions(*, version: QuestionnaireVersion, areas: Mapping[UUID, Sequence[str]], by: User) -> int:
    """Say which protected areas each question asks a student about. Returns how many questions changed.

    The wording of a version that was used never changes, but what it asks about may be seen later; then a tag can be
    added and none taken away. Raises `CareRefused` for that, and for an area the law does not name.
    """
    QuestionnaireVersion.objects.within(version.district_id).select_for_update().get(pk=version.pk)
    changed = 0
    for question in Question.objects.within(version.district_id).filter(version=version):
        wanted = [area for area in Question.ProtectedArea.values if area in areas.get(question.pk, question.protected_areas)]
        if set(areas.get(question.pk, ())) - set(Question.ProtectedArea.values):
            raise CareRefused(_("This is none of the protected areas. Nothing was changed."))
        if version.frozen and set(question.protected_areas) - set(wanted):
            raise CareRefused(_("People have been asked with it, so an area can be added and none taken away."))
        if wanted != question.protected_areas:
            question.protected_areas = wanted
            question.save(update_fields=["protected_areas"])
            changed += 1
    if changed:
        audit.record(actor=by, verb="said what it asks students about", subject=version, detail={"questions": changed})
    return changed
