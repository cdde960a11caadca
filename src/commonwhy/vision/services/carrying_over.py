"""What the next draft takes over from the adopted version: its sentences, with everything they rest on and lean on."""

from __future__ import annotations

from commonwhy.vision.models import (
    Clause,
    ClauseAlignment,
    ClauseStatement,
    ClauseTradeOff,
    ClauseVoice,
    LookForSource,
    VisionVersion,
)
from commonwhy.vision.services.look_for_lines import write_look_fors


def copy_clauses(adopted: VisionVersion, draft: VisionVersion) -> None:
    """Each sentence with its look-fors, voices, statements, trade-offs and standards.

    A voice linked only after the adoption is one of its voices from now. The figures beside a statement stay with the
    version they were frozen for; the draft shows today's.
    """
    parts = ("voices", "later_voices", "look_fors__source", "statements", "trade_offs", "alignments")
    for clause in adopted.clauses.prefetch_related(*parts):
        copy = Clause.everything.create(
            district_id=draft.district_id,
            version=draft,
            position=clause.position,
            texts=clause.texts,
            note=clause.note,
            lineage=clause.lineage,
        )
        _copy_what_it_rests_on(clause, copy)
        ClauseAlignment.everything.bulk_create(
            ClauseAlignment(district_id=draft.district_id, clause=copy, framework=one.framework, code=one.code, note=one.note)
            for one in clause.alignments.all()
        )
        _copy_look_fors(clause, copy)


def _copy_what_it_rests_on(clause: Clause, copy: Clause) -> None:
    district = copy.district_id
    cited = {voice.excerpt_id for voice in clause.voices.all()} | {voice.excerpt_id for voice in clause.later_voices.all()}
    ClauseVoice.everything.bulk_create(
        ClauseVoice(district_id=district, clause=copy, excerpt_id=excerpt) for excerpt in sorted(cited)
    )
    ClauseStatement.everything.bulk_create(
        ClauseStatement(district_id=district, clause=copy, statement_id=one.statement_id) for one in clause.statements.all()
    )
    ClauseTradeOff.everything.bulk_create(
        ClauseTradeOff(district_id=district, clause=copy, trade_off_id=one.trade_off_id) for one in clause.trade_offs.all()
    )


def _copy_look_fors(clause: Clause, copy: Clause) -> None:
    lines = sorted(clause.look_fors.all(), key=lambda one: one.position)
    write_look_fors(copy, [one.texts for one in lines])
    copies = {one.position: one for one in copy.look_fors.all()}
    LookForSource.everything.bulk_create(
        LookForSource(district_id=copy.district_id, look_for=copies[place], statement_id=one.source.statement_id)
        for place, one in enumerate(lines, start=1)
        if hasattr(one, "source")
    )
