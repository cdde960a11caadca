"""The columns survey makers add themselves: what each is for, and which of them say who answered.

Those that do are locked: no mapping page and no file can have them read in.
"""

from __future__ import annotations

from commonwhy.formats.messages import Message, gettext_noop
from commonwhy.formats.survey_exports.headings import Heading
from commonwhy.formats.survey_exports.layouts import Vendor
from commonwhy.formats.survey_exports.mapping import Check, Column, Use
from commonwhy.formats.survey_exports.vocabulary import (
    GOOGLE_GRADING,
    GOOGLE_IDENTITY,
    GOOGLE_IGNORED,
    GOOGLE_TIMESTAMP,
    MICROSOFT_END,
    MICROSOFT_GRADING,
    MICROSOFT_ID,
    MICROSOFT_IDENTITY,
    MICROSOFT_IGNORED,
    MICROSOFT_START,
    QUALTRICS_IDS,
    SURVEYMONKEY_IDS,
    plain,
)

_MICROSOFT_OWN = 8
_REASONS = {
    "identity": gettext_noop("It says who answered or where from, so it is never read in."),
    "respondent": gettext_noop("It numbers the answers; it is only used to notice one that is there twice."),
    "timestamp": gettext_noop("It says when the answer was sent; only the week is kept."),
    "finished": gettext_noop("It tells unfinished answers, which are left out."),
    "progress": gettext_noop("It tells unfinished answers, which are left out."),
    "status": gettext_noop("It tells tests and previews, which are left out."),
    "channel": gettext_noop("It tells tests and previews, which are left out."),
    "language": gettext_noop("It says which language was used."),
    "ignore": gettext_noop("It is the survey maker's own and not an answer."),
}
_USES = {"identity": Use.IDENTITY, "respondent": Use.IDENTITY, "timestamp": Use.TIMESTAMP, "language": Use.LANGUAGE}
_CHECKS = {
    "respondent": Check.RESPONDENT,
    "finished": Check.FINISHED,
    "progress": Check.PROGRESS,
    "status": Check.STATUS,
    "channel": Check.CHANNEL,
}


def vendor_column(vendor: Vendor, heading: Heading) -> Column | None:
    """The column's use where it is the survey maker's own, or None for a question of the survey."""
    kind = _KINDS[vendor](heading)
    if kind is None:
        return None
    return Column(
        index=heading.index,
        header=heading.code or heading.text,
        question=heading.question,
        kind=_USES.get(kind, Use.IGNORE),
        reason=Message(_REASONS[kind]),
        check=_CHECKS.get(kind, Check.NONE),
        locked=kind in {"identity", "respondent"},
    )


def _google(heading: Heading) -> str | None:
    name = plain(heading.text)
    if heading.index == 0 and name in GOOGLE_TIMESTAMP:
        return "timestamp"
    # Google puts its own address column second, or last when it was switched on late.
    if name in GOOGLE_IDENTITY:
        return "identity"
    if name in GOOGLE_IGNORED or plain(heading.row or _in_brackets(heading.text)) in GOOGLE_GRADING:
        return "ignore"
    return None


def _microsoft(heading: Heading) -> str | None:
    name = plain(heading.text)
    if heading.index == 0 and name in MICROSOFT_ID:
        return "respondent"
    if name in MICROSOFT_START | MICROSOFT_END:
        return "timestamp"
    if name in MICROSOFT_IGNORED or name.startswith(MICROSOFT_GRADING):
        return "ignore"
    return "identity" if heading.index < _MICROSOFT_OWN and name in MICROSOFT_IDENTITY else None


def _qualtrics(heading: Heading) -> str | None:
    code = plain(heading.code)
    kind = QUALTRICS_IDS.get(code)
    if kind is None and code.endswith(" do"):
        return "ignore"  # the order in which options were shown
    return kind


def _surveymonkey(heading: Heading) -> str | None:
    name = plain(heading.text)
    kind = SURVEYMONKEY_IDS.get(name)
    return "identity" if kind is None and name.startswith(("custom data", "datos personalizados")) else kind


def _plain_table(heading: Heading) -> str | None:
    return None


def _in_brackets(text: str) -> str:
    return text[text.rfind("[") + 1 : -1] if text.endswith("]") else ""


_KINDS = {
    Vendor.GOOGLE_FORMS: _google,
    Vendor.MICROSOFT_FORMS: _microsoft,
    Vendor.QUALTRICS: _qualtrics,
    Vendor.SURVEYMONKEY: _surveymonkey,
    Vendor.PLAIN: _plain_table,
}
