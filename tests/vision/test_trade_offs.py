"""Negotiating through the services: it works, what is refused changes nothing, and two people lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from commonwhy.core.models import AuditEntry
from commonwhy.deliberation.models import Statement
from commonwhy.districts.models import Group
from commonwhy.districts.services import mark_group
from commonwhy.vision.models import (
    ClauseTradeOff,
    OptionEffect,
    TradeOff,
    TradeOffConcern,
    TradeOffOption,
    TradeOffStand,
    TradeOffStatement,
)
from commonwhy.vision.services import trade_offs
from tests.cast import Cast
from tests.vision.drafts import clauses_of, write_draft
from tests.vision.negotiating import (
    AGREED,
    BECAUSE,
    FIRST,
    SECOND,
    TITLE,
    adopted_with,
    carry_out,
    discuss,
    in_full,
    negotiate,
    say_where,
    settle,
    yesterday,
)


def revision_of(trade_off: TradeOff) -> int:
    return TradeOff.everything.get(pk=trade_off.pk).revision


# Opening, and naming it


def test_each_district_counts_its_own_from_one(cast: Cast) -> None:
    assert negotiate(cast).number == 1
    assert negotiate(cast, title={"en": "Another"}).number == 2
    assert negotiate(cast, district=cast.birch, by=cast.outsider).number == 1


def test_the_same_pressed_in_twice_is_one(cast: Cast) -> None:
    assert negotiate(cast) == negotiate(cast)
    assert TradeOff.everything.count() == 1


def test_it_starts_from_statements_that_divide(cast: Cast) -> None:
    discussion, (one, other) = discuss(cast, "Projects need long mornings.", "No class may lose an hour.")
    made = negotiate(cast, discussion=discussion, statements=[(one, "first"), (other, "second")])
    assert made.discussion == discussion
    assert dict(made.statements.values_list("statement__number", "side")) == {1: "first", 2: "second"}


@pytest.mark.parametrize("name", ["title", "first", "second"])
@pytest.mark.parametrize("texts", [{}, {"en": " "}])
def test_each_of_its_names_is_needed(cast: Cast, name: str, texts: dict[str, str]) -> None:
    with pytest.raises(trade_offs.TradeOffRefused, match="in one language at least"):
        negotiate(cast, **{name: texts})
    made = negotiate(cast)
    with pytest.raises(trade_offs.TradeOffRefused):
        trade_offs.change_trade_off(
            trade_off=made, by=cast.coach, **{"title": TITLE, "first": FIRST, "second": SECOND, name: texts}
        )
    assert TradeOff.everything.get().title == TITLE


def test_a_language_that_is_not_spoken_here_is_a_mistake(cast: Cast) -> None:
    with pytest.raises(ValueError, match="not a language"):
        negotiate(cast, title={"tlh": "nuqneH"})


def test_nothing_of_another_district_comes_in(cast: Cast) -> None:
    discussion, (one,) = discuss(cast, "A.")
    with pytest.raises(ValueError, match="another district"):
        negotiate(cast, district=cast.birch, discussion=discussion)
    elsewhere = negotiate(cast, district=cast.birch, by=cast.outsider)
    with pytest.raises(ValueError, match="another district"):
        trade_offs.add_statement(trade_off=elsewhere, statement=one, side="first", by=cast.outsider)
    theirs = Group.everything.get(district=cast.birch, kind="teachers")
    with pytest.raises(ValueError, match="another district"):
        say_where(cast, negotiate(cast), group=theirs)
    assert not TradeOffStatement.everything.exists()


def test_a_statement_speaks_for_one_side_and_may_change_over(cast: Cast) -> None:
    _discussion, (one,) = discuss(cast, "A.")
    made = negotiate(cast)
    for _twice in range(2):
        trade_offs.add_statement(trade_off=made, statement=one, side="first", by=cast.coach)
    assert revision_of(made) == 1
    trade_offs.add_statement(trade_off=made, statement=one, side="second", by=cast.coach)
    assert TradeOffStatement.everything.get().side == "second"
    for _twice in range(2):
        trade_offs.remove_statement(trade_off=made, statement=one, by=cast.coach)
    assert not TradeOffStatement.everything.exists()
    with pytest.raises(ValueError, match="third"):
        trade_offs.add_statement(trade_off=made, statement=one, side="third", by=cast.coach)


def test_what_is_not_shown_in_its_discussion_speaks_for_nobody(cast: Cast) -> None:
    _discussion, (one,) = discuss(cast, "A.")
    Statement.everything.update(state="hidden", reason="abuse")
    with pytest.raises(trade_offs.TradeOffRefused, match="not shown"):
        trade_offs.add_statement(trade_off=negotiate(cast), statement=one, side="first", by=cast.coach)
    assert not TradeOffStatement.everything.exists()


# Options, effects, concerns


def test_options_are_few_and_said_once(cast: Cast) -> None:
    made = negotiate(cast)
    for _twice in range(2):
        trade_offs.add_option(trade_off=made, texts=AGREED, by=cast.coach)
    assert made.options.count() == 1
    for number in range(2, 7):
        trade_offs.add_option(trade_off=made, texts={"en": str(number)}, by=cast.coach)
    with pytest.raises(trade_offs.TradeOffRefused, match="At most 6"):
        trade_offs.add_option(trade_off=made, texts={"en": "7"}, by=cast.coach)
    trade_offs.remove_option(option=made.options.get(position=2), by=cast.coach)
    assert trade_offs.add_option(trade_off=made, texts={"en": "7"}, by=cast.coach).position == 7


def test_an_effect_is_written_changed_and_cleared(cast: Cast) -> None:
    option = trade_offs.add_option(trade_off=negotiate(cast), texts=AGREED, by=cast.coach)
    for gains in ({"en": "Time"}, {"en": "More time"}):
        trade_offs.set_effect(option=option, side="first", gains=gains, by=cast.coach)
    assert OptionEffect.everything.get().gains == {"en": "More time"}
    trade_offs.set_effect(option=option, group=cast.group("families"), gives_up={"en": "A free evening"}, by=cast.coach)
    assert OptionEffect.everything.count() == 2
    assert trade_offs.set_effect(option=option, side="first", by=cast.coach) is None
    assert OptionEffect.everything.get().group == cast.group("families")


def test_an_effect_is_on_a_side_or_a_group(cast: Cast) -> None:
    option = trade_offs.add_option(trade_off=negotiate(cast), texts=AGREED, by=cast.coach)
    for given in ({}, {"side": "first", "group": cast.group("families")}):
        with pytest.raises(ValueError, match="a side or on a group"):
            trade_offs.set_effect(option=option, gains={"en": "Time"}, by=cast.coach, **given)


def test_a_concern_is_raised_answered_and_taken_out(cast: Cast) -> None:
    made = negotiate(cast)
    given: Any = {"kind": "workload", "texts": {"en": "Who plans it?"}, "group": cast.group("teachers"), "by": cast.coach}
    concern = trade_offs.raise_concern(trade_off=made, **given)
    assert trade_offs.raise_concern(trade_off=made, **given) == concern
    trade_offs.answer_concern(concern=concern, answer={"en": "Two hours are set free."}, by=cast.coach)
    trade_offs.change_concern(concern=concern, **(given | {"kind": "barrier", "group": None}))
    kept = TradeOffConcern.everything.get()
    assert (kept.kind, kept.group, kept.answer) == ("barrier", None, {"en": "Two hours are set free."})
    with pytest.raises(ValueError, match="rumor"):
        trade_offs.raise_concern(trade_off=made, **(given | {"kind": "rumor"}))
    with pytest.raises(trade_offs.TradeOffRefused, match="Write the concern"):
        trade_offs.raise_concern(trade_off=made, **(given | {"texts": {}}))
    trade_offs.remove_concern(concern=concern, by=cast.coach)
    trade_offs.remove_concern(concern=concern, by=cast.coach)
    with pytest.raises(trade_offs.TradeOffGoneError):
        trade_offs.answer_concern(concern=concern, answer={"en": "Late."}, by=cast.coach)


# Stands


def test_who_dissents_says_why_and_is_kept_by_group(cast: Cast) -> None:
    made = negotiate(cast)
    for because in (None, {}, {"en": " "}):
        with pytest.raises(trade_offs.TradeOffRefused, match="why they dissent"):
            say_where(cast, made, stand="dissents", because=because)
    say_where(cast, made, stand="dissents", because=BECAUSE)
    say_where(cast, made, stand="dissents", because=BECAUSE)
    kept = TradeOffStand.everything.get()
    assert (kept.group.kind, kept.because, revision_of(made)) == ("teachers", BECAUSE, 1)
    trade_offs.take_back_stand(trade_off=made, group=cast.group("teachers"), by=cast.coach)
    assert not TradeOffStand.everything.exists()


def test_the_board_the_absent_and_the_future_are_not_recorded(cast: Cast) -> None:
    made = negotiate(cast)
    with pytest.raises(trade_offs.TradeOffRefused, match="The board"):
        say_where(cast, made, "board")
    with pytest.raises(trade_offs.TradeOffRefused, match="lies ahead"):
        say_where(cast, made, heard_on=cast.alder.today() + timedelta(days=1))
    mark_group(group=cast.group("union"), not_here="No union.", by=cast.superintendent)
    with pytest.raises(trade_offs.TradeOffRefused, match="not here"):
        say_where(cast, made, "union")
    for wrong in ({"stand": "love"}, {"heard_how": "rumor"}):
        with pytest.raises(ValueError, match="is not a valid"):
            say_where(cast, made, **wrong)
    assert not TradeOffStand.everything.exists()


@pytest.mark.any_database
def test_the_database_wants_a_reason_for_dissent_too(cast: Cast) -> None:
    stand = say_where(cast, negotiate(cast), because=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        TradeOffStand.everything.filter(pk=stand.pk).update(stand="dissents")


# Two people at once


def test_two_at_one_text_lose_nothing(cast: Cast) -> None:
    made = in_full(cast)
    option, concern = made.options.first(), made.concerns.get()
    stand = made.stands.get(group__kind="families")
    effect = option.effects.get(side="first")
    late: list[tuple[Callable[..., Any], dict[str, Any], Any]] = [
        (trade_offs.change_trade_off, {"trade_off": made, "title": {"en": "T"}, "first": FIRST, "second": SECOND}, made),
        (trade_offs.change_option, {"option": option, "texts": {"en": "O"}}, option),
        (trade_offs.set_effect, {"option": option, "side": "first", "gains": {"en": "G"}}, effect),
        (trade_offs.change_concern, {"concern": concern, "kind": "barrier", "texts": {"en": "C"}}, concern),
        (trade_offs.answer_concern, {"concern": concern, "answer": {"en": "A"}}, concern),
        (
            trade_offs.record_stand,
            {
                "trade_off": made,
                "group": stand.group,
                "stand": "dissents",
                "because": {"en": "B"},
                "heard_on": stand.heard_on,
                "heard_how": "survey",
            },
            stand,
        ),
        (trade_offs.take_back_stand, {"trade_off": made, "group": stand.group}, stand),
    ]
    before = revision_of(made)
    for change, arguments, current in late:
        with pytest.raises(trade_offs.TradeOffConflictError) as conflict:
            change(**arguments, by=cast.principal, seen="what stood there before")
        assert conflict.value.current == current, change
    assert revision_of(made) == before


def test_two_at_different_parts_do_not_stand_in_each_others_way(cast: Cast) -> None:
    made = in_full(cast)
    seen = trade_offs.names_digest(made)
    trade_offs.add_option(trade_off=made, texts={"en": "A third way"}, by=cast.principal)
    changed = trade_offs.change_trade_off(
        trade_off=made, title={"en": "Time"}, first=FIRST, second=SECOND, by=cast.coach, seen=seen
    )
    assert changed.title == {"en": "Time"}


def test_nobody_settles_what_they_did_not_read(cast: Cast) -> None:
    made = in_full(cast)
    say_where(cast, made, "students", "dissents", because=BECAUSE)
    with pytest.raises(trade_offs.TradeOffConflictError):
        settle(cast, made, revision=made.revision)
    assert settle(cast, made, revision=revision_of(made)).state == "settled"


# Settling


def test_a_group_that_dissents_does_not_block_and_what_is_missing_is_said(cast: Cast) -> None:
    made = in_full(cast)
    found = {check.key: check for check in trade_offs.checks(made)}
    assert [found[key].holds for key in ("options", "effects", "concerns", "stands")] == [True, True, True, False]
    assert "Students" in found["stands"].words
    assert "Families" not in found["stands"].words
    settled = settle(cast, made)
    assert (settled.state, settled.settlement, settled.settled_on) == ("settled", AGREED, yesterday(cast))
    assert TradeOffStand.everything.get(group__kind="teachers").because == BECAUSE


def test_an_empty_one_says_everything_that_is_missing(cast: Cast) -> None:
    made = negotiate(cast)
    trade_offs.raise_concern(trade_off=made, kind="growth", texts={"en": "And us?"}, by=cast.coach)
    assert [check.holds for check in trade_offs.checks(made)] == [False, False, False, False]


def test_a_settlement_is_in_the_districts_language(cast: Cast) -> None:
    made = in_full(cast)
    for settlement in ({}, {"es": "Un bloque."}):
        with pytest.raises(trade_offs.TradeOffRefused, match="Write in English"):
            settle(cast, made, settlement=settlement)
    with pytest.raises(trade_offs.TradeOffRefused, match="lies ahead"):
        settle(cast, made, on=cast.alder.today() + timedelta(days=1))
    assert TradeOff.everything.get().state == "open"


def test_an_option_may_speak_for_itself(cast: Cast) -> None:
    made = in_full(cast)
    option = made.options.get(position=1)
    assert settle(cast, made, settlement={}, option=option).settlement == option.texts
    assert TradeOffOption.everything.get(chosen=True) == option
    assert settle(cast, made, settlement={}, option=option).state == "settled", "pressed twice is once"


def test_an_option_of_another_trade_off_is_not_chosen(cast: Cast) -> None:
    made, other = in_full(cast), negotiate(cast, title={"en": "Another"})
    elsewhere = trade_offs.add_option(trade_off=other, texts=AGREED, by=cast.coach)
    with pytest.raises(trade_offs.TradeOffGoneError):
        settle(cast, made, option=elsewhere)
    assert revision_of(made) == made.revision


def test_what_is_settled_or_set_aside_changes_no_more(cast: Cast) -> None:
    _discussion, (one,) = discuss(cast, "A.")
    made = in_full(cast)
    option, concern = made.options.first(), made.concerns.get()
    changes: list[Callable[[], Any]] = [
        lambda: trade_offs.change_trade_off(trade_off=made, title={"en": "T"}, first=FIRST, second=SECOND, by=cast.coach),
        lambda: trade_offs.add_statement(trade_off=made, statement=one, side="first", by=cast.coach),
        lambda: trade_offs.remove_statement(trade_off=made, statement=one, by=cast.coach),
        lambda: trade_offs.add_option(trade_off=made, texts={"en": "O"}, by=cast.coach),
        lambda: trade_offs.change_option(option=option, texts={"en": "O"}, by=cast.coach),
        lambda: trade_offs.remove_option(option=option, by=cast.coach),
        lambda: trade_offs.set_effect(option=option, side="first", by=cast.coach),
        lambda: trade_offs.raise_concern(trade_off=made, kind="growth", texts={"en": "C"}, by=cast.coach),
        lambda: trade_offs.change_concern(concern=concern, kind="growth", texts={"en": "C"}, by=cast.coach),
        lambda: trade_offs.answer_concern(concern=concern, answer={}, by=cast.coach),
        lambda: trade_offs.remove_concern(concern=concern, by=cast.coach),
        lambda: say_where(cast, made, "students"),
        lambda: trade_offs.take_back_stand(trade_off=made, group=cast.group("teachers"), by=cast.coach),
        lambda: trade_offs.set_aside(trade_off=made, reason={"en": "R"}, by=cast.coach),
        lambda: settle(cast, made, settlement={"en": "Otherwise."}),
    ]
    settle(cast, made)
    before = revision_of(made)
    for change in changes:
        with pytest.raises(trade_offs.NotOpenError):
            change()
    assert revision_of(made) == before
    trade_offs.take_up_again(trade_off=made, reason={"en": "It rained."}, by=cast.coach)
    trade_offs.set_aside(trade_off=made, reason={"en": "Nobody asks any more."}, by=cast.coach)
    for change in changes[:-2]:
        with pytest.raises(trade_offs.NotOpenError):
            change()


def test_it_is_set_aside_and_taken_up_again_with_reasons(cast: Cast) -> None:
    made = in_full(cast)
    with pytest.raises(trade_offs.TradeOffRefused, match="why it is set aside"):
        trade_offs.set_aside(trade_off=made, reason={}, by=cast.coach)
    for _twice in range(2):
        trade_offs.set_aside(trade_off=made, reason={"en": "The state decided."}, by=cast.coach)
    with pytest.raises(trade_offs.TradeOffRefused, match="why it is taken up"):
        trade_offs.take_up_again(trade_off=made, reason={}, by=cast.coach)
    for _twice in range(2):
        again = trade_offs.take_up_again(trade_off=made, reason={"en": "It decided anew."}, by=cast.coach)
    assert (again.state, again.reason) == ("open", {"en": "It decided anew."})
    assert made.stands.count() == 2
    verbs = AuditEntry.objects.filter(object_type="vision.TradeOff").order_by("at").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["set aside", "took up again"]


def test_no_words_of_anybody_go_into_the_audit(cast: Cast) -> None:
    settle(cast, in_full(cast))
    kept = " ".join(map(str, AuditEntry.objects.values_list("object_label", "detail")))
    for words in ("Friday", "block", "Who plans", "shortest", "project"):
        assert words not in kept


# What an adopted vision carries out


@pytest.mark.any_database
def test_what_an_adopted_vision_carries_out_stays_as_it_was_settled(cast: Cast) -> None:
    made = settle(cast, in_full(cast))
    adopted_with(cast, made)
    with pytest.raises(trade_offs.TradeOffRefused, match="Open a new trade-off instead"):
        trade_offs.take_up_again(trade_off=made, reason={"en": "A new principal."}, by=cast.coach)
    rows = TradeOff.everything.filter(pk=made.pk)
    for change in (
        lambda: rows.update(settlement={"en": "Otherwise."}),
        lambda: rows.update(state="open"),
        lambda: rows.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert rows.get().settlement == AGREED


@pytest.mark.any_database
def test_nothing_of_it_is_changed_taken_out_or_added_either(cast: Cast) -> None:
    """A dissent that could be deleted would not be kept (M36)."""
    _discussion, (one, other) = discuss(cast, "A.", "B.")
    made = settle(cast, in_full(cast, statements=[(one, "first")]))
    adopted_with(cast, made)
    option = made.options.get(position=1)
    same: dict[str, Any] = {"district": cast.alder, "trade_off": made}
    for change in (
        lambda: made.stands.filter(group__kind="teachers").delete(),
        lambda: made.stands.update(because={"en": "We like it."}),
        lambda: made.concerns.all().delete(),
        lambda: made.concerns.update(answer={}),
        lambda: OptionEffect.everything.filter(option=option).delete(),
        lambda: OptionEffect.everything.filter(option=option).update(gains={}),
        lambda: made.options.update(texts={"en": "Nothing."}),
        lambda: made.statements.all().delete(),
        lambda: TradeOffStatement.everything.create(**same, statement=other, side="first"),
        lambda: TradeOffOption.everything.create(**same, position=9, texts={"en": "Late."}),
        lambda: TradeOffConcern.everything.create(**same, kind="growth", texts={"en": "Late."}),
        lambda: OptionEffect.everything.create(district=cast.alder, option=option, group=cast.group("union")),
    ):
        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
            change()
    assert (made.stands.count(), made.concerns.count(), made.options.count(), made.statements.count()) == (2, 1, 2, 1)


@pytest.mark.any_database
def test_whoever_disposes_of_a_district_can_dispose_of_its_settlements(cast: Cast) -> None:
    """The district's row goes first, the rest after it; foreign keys are checked at the end of the transaction."""
    adopted_with(cast, settle(cast, in_full(cast)))
    tables = (TradeOffStand, TradeOffConcern, OptionEffect, TradeOffOption, ClauseTradeOff, TradeOff)
    with transaction.atomic(), connection.cursor() as cursor:
        key = cast.alder.pk if connection.vendor == "postgresql" else cast.alder.pk.hex
        cursor.execute("DELETE FROM districts_district WHERE id = %s", [key])
        for model in tables:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE district_id = %s", [key])  # noqa: S608
            assert not model._base_manager.filter(district_id=cast.alder.pk).exists()
        # The other rooms' rows would follow here; without them the end of the transaction would refuse it.
        transaction.set_rollback(True)


@pytest.mark.any_database
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows without deleting them")
def test_no_stand_can_be_put_in_the_place_of_another(cast: Cast) -> None:
    made, other = settle(cast, in_full(cast)), in_full(cast, title={"en": "Another"})
    adopted_with(cast, made)
    kept, free = made.stands.get(group__kind="teachers"), other.stands.get(group__kind="teachers")
    names = ", ".join(field.column for field in TradeOffStand._meta.concrete_fields if field.column != "id")
    table = "vision_tradeoffstand"
    copy = f"INSERT OR REPLACE INTO {table} (id, {names}) SELECT %s, {names} FROM {table} WHERE id = %s"  # noqa: S608
    for command in (copy, "UPDATE OR REPLACE vision_tradeoffstand SET id = %s WHERE id = %s"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(command, [kept.pk.hex, free.pk.hex])
    assert made.stands.get(group__kind="teachers").because == BECAUSE


def test_what_only_a_draft_carries_out_is_taken_up_again_and_the_draft_waits(cast: Cast) -> None:
    made = settle(cast, in_full(cast))
    carry_out(clauses_of(write_draft(cast))[1], made)
    assert trade_offs.take_up_again(trade_off=made, reason={"en": "It rained."}, by=cast.coach).state == "open"
