"""What anyone may read of a trade-off, what the thread and the search lead to, and what is kept in confidence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from commonwhy.districts.models import Role
from commonwhy.districts.services import give_role
from commonwhy.vision.models import ConfidentialNote
from commonwhy.vision.services import confidential_notes, trade_offs
from tests.cast import Cast
from tests.vision.drafts import adopt, write_draft
from tests.vision.negotiating import AGREED, BECAUSE, FIRST, SECOND, TITLE, adopted_with, discuss, in_full, negotiate, settle
from tests.vision.test_trade_off_pages import at, of
from tests.vision.test_workshop_pages import text_of

pytestmark = pytest.mark.any_database

# In confidence


def test_a_note_in_confidence_is_kept_by_a_coach_and_nobody_above(cast: Cast) -> None:
    made, coach = in_full(cast), cast.client("coach")
    give_role(district=cast.alder, account=cast.family, role=Role.FACILITATOR)
    words = "The union fears for the evenings."
    coach.post(of(made, "confidential_notes"), {"words": words})
    note = ConfidentialNote.everything.get()
    assert words in text_of(coach.get(of(made, "confidential_notes")))
    assert words not in text_of(coach.get(of(made))), "the trade-off's page is shown on a wall"
    assert words not in text_of(cast.client("family").get(of(made, "confidential_notes")))
    assert cast.client("family").get(of(made, "confidential_note", note.pk)).status_code == 404
    for who in ("superintendent", "principal", "board", "outsider"):
        client = cast.client(who)
        assert client.get(of(made, "confidential_notes")).status_code == 404, who
        assert client.get(of(made, "confidential_note", note.pk)).status_code == 404, who
        assert client.post(of(made, "confidential_note", note.pk), {"remove": "1"}).status_code == 404, who
        assert client.post(of(made, "confidential_notes"), {"words": "Mine."}).status_code == 404, who
        thread = reverse("site:thread", args=["alder-creek", "vision.ConfidentialNote", note.pk])
        assert client.get(thread).status_code == 404, who
    assert "Only facilitators" not in text_of(cast.client("superintendent").get(of(made)))
    for who in ("superintendent", "coach"):
        found = cast.client(who).get(reverse("site:search", args=["alder-creek"]), {"q": "evenings"})
        assert words not in text_of(found), who
    coach.post(of(made, "confidential_note", note.pk), {"words": words, "was": words, "shared": "on"})
    assert words in text_of(cast.client("family").get(of(made, "confidential_notes")))
    assert "Change" not in text_of(cast.client("family").get(of(made, "confidential_notes")))
    late = coach.post(of(made, "confidential_note", note.pk), {"words": "Other.", "was": "What stood there before."})
    assert late.status_code == 409
    assert "Other." in late.content.decode()
    coach.post(of(made, "confidential_note", note.pk), {"remove": "1"})
    assert not ConfidentialNote.everything.exists()


def test_an_empty_note_is_not_kept(cast: Cast) -> None:
    assert cast.client("coach").post(of(negotiate(cast), "confidential_notes"), {"words": " "}).status_code == 400
    assert not ConfidentialNote.everything.exists()


# The thread and the search


def test_the_thread_leads_from_statements_to_sentences(cast: Cast) -> None:
    discussion, (one,) = discuss(cast, "Projects need long mornings.")
    made = settle(cast, in_full(cast, discussion=discussion, statements=[(one, "first")]))
    version = adopted_with(cast, made)
    address = reverse("site:thread", args=["alder-creek", "vision.TradeOff", made.pk])
    for who in ("coach", "family"):
        page = text_of(cast.client(who).get(address))
        assert AGREED["en"] in page
        assert "Projects need long mornings." in page
        assert version.clauses.first().texts["en"] in page


def test_an_open_one_is_on_the_thread_of_those_who_may_see_the_board(cast: Cast) -> None:
    made = in_full(cast)
    address = reverse("site:thread", args=["alder-creek", "vision.TradeOff", made.pk])
    assert cast.client("board").get(address).status_code == 200
    for who in ("family", "teacher", "outsider"):
        assert cast.client(who).get(address).status_code == 404, who


def test_the_search_finds_settlements_and_nothing_that_is_open(cast: Cast) -> None:
    search = reverse("site:search", args=["alder-creek"])
    made = in_full(cast)
    assert "Settlements" not in text_of(cast.client("coach").get(search, {"q": "Friday"})) or AGREED["en"] not in text_of(
        cast.client("coach").get(search, {"q": "Friday"})
    )
    settle(cast, made)
    for who in ("coach", "family"):
        assert AGREED["en"] in text_of(cast.client(who).get(search, {"q": "Friday"})), who


# What anyone may read


def test_anyone_reads_what_was_agreed_and_who_dissents(cast: Cast) -> None:
    discussion, (one,) = discuss(cast, "Projects need long mornings.", published=True)
    made = settle(cast, in_full(cast, discussion=discussion, statements=[(one, "first")]))
    version = adopted_with(cast, made)
    nobody = cast.client(None)
    listed = text_of(nobody.get(at("public_trade_offs")))
    page = text_of(nobody.get(of(made, "public_trade_off")))
    for words in (TITLE["en"], FIRST["en"], SECOND["en"], AGREED["en"]):
        assert words in listed
        assert words in page
    for words in (BECAUSE["en"], "dissents", "can live with it", "Two hours a month", "Gain of the first with 1"):
        assert words in page
    assert "Projects need long mornings." in page
    assert version.clauses.first().texts["en"] in page
    spanish = text_of(nobody.get(of(made, "public_trade_off") + "?lang=es"))
    for texts in (TITLE, FIRST, SECOND, AGREED, BECAUSE):
        assert texts["es"] in spanish


def test_statements_of_a_discussion_that_is_not_published_stay_inside(cast: Cast) -> None:
    discussion, (one,) = discuss(cast, "Projects need long mornings.")
    made = settle(cast, in_full(cast, discussion=discussion, statements=[(one, "first")]))
    assert "Projects need long mornings." not in text_of(cast.client(None).get(of(made, "public_trade_off")))


def test_nothing_of_an_open_one_or_of_who_worked_on_it_is_public(cast: Cast) -> None:
    made = in_full(cast)
    nobody = cast.client(None)
    for who in (None, "superintendent", "coach", "family"):
        assert cast.client(who).get(of(made, "public_trade_off")).status_code == 404
        assert "Nothing has been settled yet." in text_of(cast.client(who).get(at("public_trade_offs")))
    settle(cast, made)
    confidential_notes.write_note(trade_off=made, words="Whispered.", shared=True, by=cast.coach)
    trade_offs.take_up_again(trade_off=made, reason={"en": "Once more."}, by=cast.coach)
    assert nobody.get(of(made, "public_trade_off")).status_code == 404
    settle(cast, made, settlement={"en": "Settled anew."})
    page = nobody.get(of(made, "public_trade_off")).content.decode()
    assert "Settled anew." in page
    assert "Once more." in page
    assert "Whispered." not in page
    for account in (cast.coach, cast.superintendent):
        assert str(account.pk) not in page
        assert not re.search(rf"\b{account.name}\b", page)
        assert account.email not in page


def test_what_was_set_aside_is_public_with_its_reason_and_nothing_more(cast: Cast) -> None:
    made = in_full(cast)
    trade_offs.set_aside(trade_off=made, reason={"en": "The state decided."}, by=cast.coach)
    page = text_of(cast.client(None).get(of(made, "public_trade_off")))
    assert "The state decided." in page
    assert FIRST["en"] in page
    for words in (AGREED["en"], BECAUSE["en"], "Who plans the Fridays?"):
        assert words not in page


@pytest.mark.parametrize("address", ["/v/alder-creek/trade-offs/", "/v/alder-creek/trade-offs/1/"])
def test_the_public_pages_ask_a_bounded_number_of_times(cast: Cast, address: str, django_assert_max_num_queries: Any) -> None:
    adopted_with(cast, settle(cast, in_full(cast)))
    with django_assert_max_num_queries(11):
        assert cast.client(None).get(address).status_code == 200


def test_the_vision_leads_to_what_was_negotiated_once_something_was(cast: Cast) -> None:
    adopt(cast, write_draft(cast))
    assert at("public_trade_offs") not in cast.client(None).get("/v/alder-creek/").content.decode()
    settle(cast, in_full(cast))
    assert f"{at('public_trade_offs')}?lang=es" in cast.client(None).get("/v/alder-creek/?lang=es").content.decode()
