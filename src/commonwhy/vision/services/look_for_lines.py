"""The look-fors of a sentence as lines that are saved together, each keeping the statement it was taken from.

A line has no name that a form could send back, so a line that was reworded is recognised by its words, as on the page of
versions (`differences.pairs_of_lines`); one that was written anew came from nobody's statement.
"""

from __future__ import annotations

from collections.abc import Sequence

from commonwhy.vision.differences import pairs_of_lines
from commonwhy.vision.models import Clause, LookFor, LookForSource

Texts = dict[str, str]


def write_look_fors(clause: Clause, lines: Sequence[Texts]) -> None:
    """Give a clause these look-fors and no others; callers hold the version's row."""
    rows = LookFor.objects.within(clause.district_id).filter(clause=clause)
    stood = list(rows.order_by("position"))
    sources = LookForSource.objects.within(clause.district_id).filter(look_for__clause=clause)
    taken_from = dict(sources.values_list("look_for_id", "statement_id"))
    rows.delete()
    written = [
        LookFor(district_id=clause.district_id, clause=clause, position=place, texts=texts)
        for place, texts in enumerate(lines, start=1)
    ]
    LookFor.everything.bulk_create(written)
    pairs = pairs_of_lines([one.texts for one in stood], lines)
    LookForSource.everything.bulk_create(
        LookForSource(district_id=clause.district_id, look_for=written[here], statement_id=taken_from[stood[there].pk])
        for here, there in sorted(pairs.items())
        if stood[there].pk in taken_from
    )


def look_for_texts(clause: Clause) -> list[Texts]:
    """What one would see if a clause were true, line by line."""
    rows = LookFor.objects.within(clause.district_id).filter(clause=clause)
    return list(rows.order_by("position").values_list("texts", flat=True))
