"""Taking quotes off what a measurement kept, when the words are gone or may no longer be read by others.

Figures stay: they went through the gate and hold nobody's words. A quote goes as a whole.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from commonwhy.listening.models import Survey
from commonwhy.listening.services.names import known_names
from commonwhy.vision.models import GapAnalysis
from commonwhy.vision.services.gap.quoting import without_names


@transaction.atomic
def take_out_quotes(survey: Survey, words: frozenset[str] | None) -> None:
    """Take these answers (None: all of the survey's) off the survey's gap pages; for `core.slots.words_withdrawn`."""
    analyses = GapAnalysis.objects.within(survey.district_id).select_for_update().filter(survey=survey)
    gone = None
    for analysis in analyses:
        if gone is None and words is not None:
            known = known_names(survey.district)
            # As they are quoted today, and word for word in case a name was not known then.
            gone = words | {without_names(each, known) for each in words}
        kept = analysis.released
        before = repr(kept)
        kept["quotes"] = _left(kept.get("quotes", []), gone)
        for meaning in kept.get("meanings", []):
            meaning["quotes"] = _left(meaning.get("quotes", []), gone)
        if repr(kept) != before:
            analysis.save(update_fields=["released"])


def _left(quotes: list[dict[str, Any]], gone: frozenset[str] | None) -> list[dict[str, Any]]:
    return [quote for quote in quotes if gone is not None and quote["words"] not in gone]
