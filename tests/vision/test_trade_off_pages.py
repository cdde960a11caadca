"""The pages of the trade-off board: what each role reads and writes, and that nothing typed is lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from commonwhy.vision.models import OptionEffect, TradeOff, TradeOffConcern, TradeOffOption, TradeOffStand
from commonwhy.vision.queries.trade_offs import link_from_discussion
from commonwhy.vision.services import trade_offs
from commonwhy.vision.views.trade_offs import board
from tests.cast import Cast
from tests.vision.drafts import begin
from tests.vision.negotiating import (
    AGREED,
    BECAUSE,
    FIRST,
    SECOND,
    TITLE,
    adopted_with,
    discuss,
    in_full,
    negotiate,
    settle,
    yesterday,
)
from tests.vision.test_workshop_pages import text_of

pytestmark = pytest.mark.any_database

NAMES = {"title_en": "Time", "first_en": "Long blocks", "second_en": "Every class keeps its hours"}


def at(name: str, *arguments: Any) -> str:
    return reverse(f"vision:{name}", args=["alder-creek", *arguments])


def of(made: TradeOff, name: str = "trade_off", *arguments: Any) -> str:
    return at(name, made.number, *arguments)


# Reading


def test_an_empty_board_offers_what_to_do_first(cast: Cast) -> None:
    assert "Open the first trade-off" in text_of(cast.client("coach").get(at("trade_offs")))
    assert "Open the first trade-off" not in text_of(cast.client("board").get(at("trade_offs")))


def test_the_board_shows_open_ones_first_with_both_priorities_and_counts(cast: Cast) -> None:
    settle(cast, in_full(cast, title={"en": "Older"}))
    negotiate(cast, title={"en": "Newer"})
    left = negotiate(cast, title={"en": "Left"})
    trade_offs.set_aside(trade_off=left, reason={"en": "The state decided."}, by=cast.coach)
    page = text_of(cast.client("board").get(at("trade_offs")))
    assert "3 trade-offs" in page
    assert page.index("1 being negotiated") < page.index("Newer") < page.index("1 settled") < page.index("Older")
    assert page.index("1 set aside") < page.index("The state decided.")
    for words in (FIRST["en"], SECOND["en"], AGREED["en"], "Can live with it: Families", "Dissent: Teachers"):
        assert words in page


def test_one_on_the_wall_shows_every_part(cast: Cast) -> None:
    discussion, (one, other) = discuss(cast, "Projects need long mornings.", "No class may lose an hour.")
    made = in_full(cast, discussion=discussion, statements=[(one, "first"), (other, "second")])
    for who in ("coach", "board", "principal", "superintendent"):
        page = text_of(cast.client(who).get(of(made)))
        for words in (
            *(TITLE["en"], FIRST["en"], SECOND["en"], AGREED["en"], BECAUSE["en"]),
            *("Projects need long mornings.", "Gain of the first with 1", "Loss of the second with 2", "See the work on Fridays"),
            *("Who plans the Fridays?", "Two hours a month", "2 groups have said where they stand"),
        ):
            assert words in page, (who, words)
    assert "Record the settlement" not in page.replace("Record the settlement", "", 1), "offered once"
    for who in ("board", "principal"):
        assert "Record the settlement" not in text_of(cast.client(who).get(of(made)))


@pytest.mark.parametrize("who", ["teacher", "family"])
def test_whoever_has_no_more_than_a_seat_reads_the_public_record_only(cast: Cast, who: str) -> None:
    made = in_full(cast)
    assert cast.client(who).get(at("trade_offs")).status_code == 403
    assert cast.client(who).get(of(made)).status_code == 403
    assert "Trade-offs" not in text_of(cast.client(who).get(at("workshop")))


def test_there_is_no_other_and_none_of_another_district(cast: Cast) -> None:
    made = in_full(cast)
    assert cast.client("coach").get(at("trade_off", made.number + 1)).status_code == 404
    assert cast.client("outsider").get(of(made)).status_code == 404
    assert cast.client("outsider").get(reverse("vision:trade_off", args=["birch-valley", made.number])).status_code == 404


def test_it_is_reached_from_where_people_look(cast: Cast) -> None:
    begin(cast)
    coach = cast.client("coach")
    assert "waits for a settlement" not in text_of(coach.get(reverse("site:district", args=["alder-creek"])))
    negotiate(cast)
    for address in (at("workshop"), at("stages"), reverse("site:district", args=["alder-creek"])):
        assert at("trade_offs") in coach.get(address).content.decode(), address
    assert "1 trade-off waits for a settlement" in text_of(coach.get(reverse("site:district", args=["alder-creek"])))
    assert "waits for a settlement" not in text_of(cast.client("family").get(reverse("site:district", args=["alder-creek"])))


# Writing


def test_a_coach_opens_one_from_statements_that_divide(cast: Cast) -> None:
    discussion, (one, other) = discuss(cast, "Projects need long mornings.", "No class may lose an hour.")
    coach, chosen = cast.client("coach"), {"first_statement": str(one.pk), "second_statement": str(other.pk)}
    page = coach.get(at("trade_off_new"), chosen)
    assert "From what divides people" in text_of(page)
    assert page.context["form"]["first_en"].value() == "Projects need long mornings."
    answer = coach.post(at("trade_off_new"), {**NAMES, **chosen})
    made = TradeOff.everything.get()
    assert (answer["Location"], made.discussion) == (of(made), discussion)
    assert dict(made.statements.values_list("statement__number", "side")) == {1: "first", 2: "second"}


def test_forged_statements_open_nothing_more(cast: Cast) -> None:
    coach = cast.client("coach")
    for forged in ("x", "00000000-0000-0000-0000-000000000000"):
        assert coach.post(at("trade_off_new"), {**NAMES, "first_statement": forged}).status_code == 302
    assert not TradeOff.everything.get().statements.exists()


def test_a_name_is_needed_and_what_was_typed_stays(cast: Cast) -> None:
    answer = cast.client("coach").post(at("trade_off_new"), {**NAMES, "title_en": ""})
    assert answer.status_code == 400
    assert "Long blocks" in answer.content.decode()
    assert not TradeOff.everything.exists()


def test_statements_change_sides_and_only_what_was_set_otherwise(cast: Cast) -> None:
    discussion, (one, other, third) = discuss(cast, "A.", "B.", "C.")
    made = negotiate(cast, discussion=discussion, statements=[(one, "first"), (other, "first")])
    coach = cast.client("coach")
    assert "3 statements" in text_of(coach.get(of(made, "trade_off_statements")))
    trade_offs.remove_statement(trade_off=made, statement=other, by=cast.principal)
    posted = {f"side-{one.pk}": "second", f"was-{one.pk}": "first", f"side-{other.pk}": "first", f"was-{other.pk}": "first"}
    coach.post(of(made, "trade_off_statements"), {**posted, f"side-{third.pk}": "sideways", f"was-{third.pk}": ""})
    assert list(made.statements.values_list("statement__number", "side")) == [(1, "second")]
    coach.post(of(made, "trade_off_statements"), {f"side-{one.pk}": "", f"was-{one.pk}": "second"})
    assert not made.statements.exists()


def test_an_option_is_added_changed_and_taken_out(cast: Cast) -> None:
    made, coach = negotiate(cast), cast.client("coach")
    answer = coach.post(of(made, "trade_off_option_new"), {"text_en": "One block", "first_gains_en": "Time"})
    assert answer["Location"] == f"{of(made)}#options"
    option = TradeOffOption.everything.get()
    assert OptionEffect.everything.get().gains == {"en": "Time"}
    page = coach.get(of(made, "trade_off_option", option.pk))
    seen = page.context["seen"]
    coach.post(of(made, "trade_off_option", option.pk), {"text_en": "Two blocks", "second_gives_up_es": "Horas", "seen": seen})
    option.refresh_from_db()
    assert option.texts == {"en": "Two blocks"}
    assert [(one.side, one.gives_up) for one in OptionEffect.everything.all()] == [("second", {"es": "Horas"})]
    families = cast.group("families").pk
    coach.post(of(made, "trade_off_effect", option.pk, families), {"gains_en": "Work to see", "seen": ""})
    assert not OptionEffect.everything.filter(group=families).exists(), "it does not know what it started from"
    seen = coach.get(of(made, "trade_off_effect", option.pk, families)).context["seen"]
    coach.post(of(made, "trade_off_effect", option.pk, families), {"gains_en": "Work to see", "seen": seen})
    assert OptionEffect.everything.get(group=families).gains == {"en": "Work to see"}
    coach.post(of(made, "trade_off_option", option.pk), {"remove": "1"})
    assert not TradeOffOption.everything.exists()


def test_a_concern_is_raised_and_answered(cast: Cast) -> None:
    made, coach, teachers = negotiate(cast), cast.client("coach"), cast.group("teachers")
    coach.post(of(made, "trade_off_concern_new"), {"kind": "workload", "group": str(teachers.pk), "text_en": "Who plans it?"})
    concern = TradeOffConcern.everything.get()
    assert "not answered yet" in text_of(coach.get(of(made)))
    seen = coach.get(of(made, "trade_off_concern", concern.pk)).context["seen"]
    posted = {"kind": "workload", "group": str(teachers.pk), "text_en": "Who plans it?", "answer_en": "We do.", "seen": seen}
    coach.post(of(made, "trade_off_concern", concern.pk), posted)
    concern.refresh_from_db()
    assert (concern.answer, concern.group) == ({"en": "We do."}, teachers)
    assert coach.post(of(made, "trade_off_concern", concern.pk), {**posted, "kind": "rumor"}).status_code == 400
    coach.post(of(made, "trade_off_concern", concern.pk), {"remove": "1"})
    assert not TradeOffConcern.everything.exists()


def posted_stand(cast: Cast, **given: str) -> dict[str, str]:
    return {"stand": "live_with", "heard_on": yesterday(cast).isoformat(), "heard_how": "meeting", **given}


def test_names_are_looked_for_before_anything_is_kept(cast: Cast) -> None:
    made, coach = negotiate(cast), cast.client("coach")
    address = of(made, "trade_off_stand", cast.group("teachers").pk)
    seen = coach.get(address).context["seen"]
    told = posted_stand(cast, stand="dissents", because_en="Ask Mrs. Oyelaran why the lab is closed.", seen=seen)
    looked = coach.post(address, told)
    assert looked.status_code == 200
    assert not TradeOffStand.everything.exists()
    assert 'value="Oyelaran"' in looked.content.decode()
    coach.post(address, {**told, "looked": looked.context["look"], "name": ["Oyelaran"]})
    assert TradeOffStand.everything.get().because == {"en": "Ask Mrs. [name] why the lab is closed."}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("trade_off_names", "title_en"),
        ("trade_off_option_new", "text_en"),
        ("trade_off_concern_new", "text_en"),
        ("trade_off_settle", "settlement_en"),
        ("trade_off_set_aside", "reason_en"),
    ],
)
def test_whatever_becomes_public_has_names_looked_for(cast: Cast, name: str, field: str) -> None:
    made, coach = negotiate(cast), cast.client("coach")
    told = {**NAMES, "kind": "workload", "on": yesterday(cast).isoformat(), field: "Mr. Oyelaran decides."}
    page = coach.get(of(made, name))
    answer = coach.post(of(made, name), {**told, "seen": page.context["seen"]})
    assert answer.status_code == 200
    assert 'value="Oyelaran"' in answer.content.decode()
    made.refresh_from_db()
    assert made.revision == 0


def test_a_stand_without_a_reason_or_on_a_wrong_day_is_said(cast: Cast) -> None:
    made, coach = negotiate(cast), cast.client("coach")
    address = of(made, "trade_off_stand", cast.group("teachers").pk)
    for wrong in (
        {"stand": "dissents"},
        {"stand": "love"},
        {"heard_on": "2999-01-01"},
        {"heard_on": "x"},
        {"heard_how": "rumor"},
    ):
        assert coach.post(address, posted_stand(cast, **wrong)).status_code == 400, wrong
    assert coach.get(of(made, "trade_off_stand", cast.group("board").pk)).status_code == 404
    assert not TradeOffStand.everything.exists()


def test_a_page_that_comes_second_keeps_what_was_written_and_shows_theirs(cast: Cast) -> None:
    made, coach = in_full(cast), cast.client("coach")
    concern = made.concerns.get()
    address = of(made, "trade_off_concern", concern.pk)
    seen = coach.get(address).context["seen"]
    trade_offs.answer_concern(concern=concern, answer={"en": "Theirs came first."}, by=cast.principal)
    posted = {"kind": "workload", "group": "", "text_en": "Who plans them?", "answer_en": "Mine.", "seen": seen}
    answer = coach.post(address, posted)
    assert answer.status_code == 409
    assert "Theirs came first." in text_of(answer)
    assert "Mine." in answer.content.decode()
    assert TradeOffConcern.everything.get().answer == {"en": "Theirs came first."}
    assert coach.post(address, {**posted, "seen": answer.context["seen"]}).status_code == 302
    assert TradeOffConcern.everything.get().answer == {"en": "Mine."}


def test_what_comes_after_the_settlement_stays_to_be_copied(cast: Cast) -> None:
    made, coach = in_full(cast), cast.client("coach")
    option = made.options.first()
    settle(cast, made)
    answer = coach.post(of(made, "trade_off_option", option.pk), {"text_en": "Too late?", "seen": ""})
    assert answer.status_code == 409
    assert "Too late?" in answer.content.decode()
    assert coach.get(of(made, "trade_off_option", option.pk))["Location"] == of(made)
    assert coach.post(of(made, "trade_off_option", option.pk), {"remove": "1"})["Location"] == f"{of(made)}#options"
    assert TradeOffOption.everything.filter(pk=option.pk).exists()


# Settling


def test_a_leader_settles_and_says_what_was_missing(cast: Cast) -> None:
    made, leader = in_full(cast), cast.client("superintendent")
    page = leader.get(of(made, "trade_off_settle"))
    assert BECAUSE["en"] in text_of(page)
    assert "Not recorded yet where they stand" in text_of(page)
    option = made.options.first()
    posted = {"settlement_en": "A long block each week.", "on": yesterday(cast).isoformat(), "option": str(option.pk)}
    assert leader.post(of(made, "trade_off_settle"), {**posted, "seen": "0"}).status_code == 409
    assert leader.post(of(made, "trade_off_settle"), {**posted, "seen": "x"}).status_code == 409
    answer = leader.post(of(made, "trade_off_settle"), {**posted, "seen": page.context["seen"]})
    assert answer["Location"] == f"{of(made)}#settlement"
    made.refresh_from_db()
    assert (made.state, made.settlement) == ("settled", {"en": "A long block each week."})
    assert TradeOffOption.everything.get(chosen=True) == option


def test_a_settlement_without_words_is_not_kept(cast: Cast) -> None:
    made, coach = in_full(cast), cast.client("coach")
    seen = coach.get(of(made, "trade_off_settle")).context["seen"]
    answer = coach.post(of(made, "trade_off_settle"), {"on": yesterday(cast).isoformat(), "seen": seen})
    assert answer.status_code == 400
    assert "Write in English what was agreed" in text_of(answer)
    made.refresh_from_db()
    assert made.state == "open"


def test_it_is_set_aside_and_taken_up_again_on_its_pages(cast: Cast) -> None:
    made, coach = in_full(cast), cast.client("coach")
    assert coach.get(of(made, "trade_off_take_up"))["Location"] == of(made)
    coach.post(of(made, "trade_off_set_aside"), {"reason_en": "The state decided."})
    assert "The state decided." in text_of(coach.get(of(made)))
    coach.post(of(made, "trade_off_take_up"), {"reason_en": "It decided anew."})
    page = text_of(coach.get(of(made)))
    assert "It decided anew." in page
    assert page.count("said before it was taken up again") == 2


def test_what_an_adopted_vision_carries_out_is_not_taken_up(cast: Cast) -> None:
    made = settle(cast, in_full(cast))
    adopted_with(cast, made)
    answer = cast.client("coach").post(of(made, "trade_off_take_up"), {"reason_en": "Much has changed since."})
    assert answer.status_code == 400
    assert "Open a new trade-off instead" in text_of(answer)
    assert "Much has changed since." in answer.content.decode()


# Bounds


def test_the_pages_ask_a_bounded_number_of_times(cast: Cast, django_assert_max_num_queries: Any) -> None:
    discussion, said = discuss(cast, *"ABCDEFGH")
    made = in_full(cast, discussion=discussion, statements=[(one, "first") for one in said])
    for number in range(4):
        other = in_full(cast, title={"en": f"Another {number}"})
        for kind in ("students", "union", "business"):
            trade_offs.record_stand(
                trade_off=other,
                group=cast.group(kind),
                stand="live_with",
                heard_on=yesterday(cast),
                heard_how="survey",
                by=cast.coach,
            )
        settle(cast, other)
    client = cast.client("coach")
    for address, most in (
        (at("trade_offs"), 14),
        (of(made), 28),
        (of(made, "trade_off_statements"), 24),
        (of(made, "trade_off_option", made.options.first().pk), 20),
        (of(made, "trade_off_settle"), 28),
        (of(made, "confidential_notes"), 14),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


# From where we agree


def test_where_we_agree_leads_to_negotiating_what_divides(cast: Cast) -> None:
    discussion, _said = discuss(cast, "Projects need long mornings.")
    asked = {"discussion": str(discussion.pk)}
    page = text_of(cast.client("coach").get(at("trade_off_new"), asked))
    assert "Nothing divides people there for sure" in page
    for wrong in ({"discussion": "x"}, {"discussion": "00000000-0000-0000-0000-000000000000"}, {}):
        assert "Start from what divides people in a discussion" in text_of(cast.client("coach").get(at("trade_off_new"), wrong))
    assert link_from_discussion(cast.viewer("board"), discussion) is None
    assert link_from_discussion(cast.viewer("coach"), discussion) == (
        "Negotiate it",
        f"{at('trade_off_new')}?discussion={discussion.pk}",
    )


def test_what_divides_is_offered_with_whom_it_divides(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    discussion, (one,) = discuss(cast, "Projects need long mornings.")
    told = SimpleNamespace(key=str(one.pk), number=1, words=str(one), language="", whom_it_divides="Teachers lean to it.")
    monkeypatch.setattr(board, "divided", lambda _viewer, asked: [told] if asked == discussion else [])
    coach = cast.client("coach")
    page = coach.get(at("trade_off_new"), {"discussion": str(discussion.pk)})
    assert "Teachers lean to it." in text_of(page)
    assert f'name="first_statement" value="{one.pk}"' in page.content.decode()
