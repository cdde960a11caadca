"""What Alder Creek negotiated after its discussion: one trade-off that was settled with dissent on record, and one still open.

Also what the sentences of the adopted vision rest on beside voices, and which published standards they lean on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from commonwhy.accounts.models import User
from commonwhy.districts.models import Group
from commonwhy.site.demo.discussion import Held
from commonwhy.site.demo.way import texts
from commonwhy.site.demo.words_of import on_a_weekday, told
from commonwhy.vision.models import Clause, ConfidentialNote, Side, TradeOff
from commonwhy.vision.services import aligning, citing, trade_offs
from commonwhy.vision.services.confidential_notes import write_note


def negotiate(held: Held, accounts: Mapping[str, User], today: date) -> dict[str, TradeOff]:
    """The trade-offs as they were opened from what divides, weighed, and settled or not; by their key."""
    by = accounts["montoya"]
    negotiated = {one["key"]: _weigh(held, one, by, today) for one in told("trade_offs")["trade_offs"]}
    for one in told("trade_offs")["notes"]:
        note = write_note(
            trade_off=negotiated[one["trade_off"]], words=one["words"], shared=one["shared"], by=accounts[one["written_by"]]
        )
        written_on = on_a_weekday(today, one["days_before_today"])
        ConfidentialNote.everything.filter(pk=note.pk).update(written_on=written_on)
    return negotiated


def rest_on_them(clauses: Mapping[str, Clause], held: Held, negotiated: Mapping[str, TradeOff], by: User) -> None:
    """Have the sentences of the draft cite statements and settled trade-offs, and say which standards they lean on."""
    for one in told("trade_offs")["citations"]:
        for key in one["statements"]:
            citing.cite_statement(clause=clauses[one["clause"]], statement=held.statements[key], by=by)
        for key in one.get("trade_offs", ()):
            citing.cite_trade_off(clause=clauses[one["clause"]], trade_off=negotiated[key], by=by)
    for one in told("trade_offs")["alignments"]:
        aligning.align(
            clause=clauses[one["clause"]], framework=one["framework"], code=one["code"], note=texts(one, "note_"), by=by
        )


def _weigh(held: Held, one: Mapping[str, Any], by: User, today: date) -> TradeOff:
    groups = {group.kind: group for group in Group.objects.within(held.discussion.district_id)}
    trade_off = trade_offs.open_trade_off(
        district=held.discussion.district,
        title=dict(one["title"]),
        first=dict(one["first"]),
        second=dict(one["second"]),
        discussion=held.discussion,
        statements=[(held.statements[spoken["statement"]], spoken["side"]) for spoken in one["statements"]],
        by=by,
    )
    chosen = None
    for option in one["options"]:
        sides = {side: (texts(option[side], "gains_"), texts(option[side], "gives_up_")) for side in Side.values}
        added = trade_offs.add_option(trade_off=trade_off, texts=texts(option), sides=sides, by=by)
        chosen = added if option.get("chosen") else chosen
    for concern in one["concerns"]:
        trade_offs.raise_concern(
            trade_off=trade_off,
            kind=concern["kind"],
            texts=texts(concern),
            group=groups[concern["group"]],
            answer=texts(concern, "answer_"),
            by=by,
        )
    for stand in one["stands"]:
        trade_offs.record_stand(
            trade_off=trade_off,
            group=groups[stand["group"]],
            stand=stand["stand"],
            because=texts(stand, "because_"),
            heard_on=on_a_weekday(today, stand["days_before_today"]),
            heard_how=stand["how"],
            by=by,
        )
    if chosen is None:
        return trade_off
    for effect in one["for_groups"]:
        trade_offs.set_effect(
            option=chosen,
            group=groups[effect["group"]],
            gains=texts(effect, "gains_"),
            gives_up=texts(effect, "gives_up_"),
            by=by,
        )
    settled_on = on_a_weekday(today, one["settled_days_before_today"])
    return trade_offs.settle(trade_off=trade_off, settlement=dict(one["settlement"]), option=chosen, on=settled_on, by=by)
