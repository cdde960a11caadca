"""Every address × everybody. A new address fails here until somebody has said who may open it.

The table is written by hand and does not look at what a view says of itself. A leak is the worst bug this project can
ship, so the question "who may?" is answered twice, in two places, by two ways of asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.cast import Cast
from tests.permissions.world import World, make_world

EVERYBODY = ("superintendent", "coach", "principal", "teacher", "board", "family", "outsider", None)
INSIDE = {"superintendent", "coach", "principal", "teacher", "board", "family"}
LISTENERS = {"superintendent", "coach"}
STAFF = {"superintendent", "coach", "principal", "board"}
AUTHORS = {"superintendent", "coach", "principal"}
LEADS = {"superintendent"}


pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


@dataclass(frozen=True)
class Rule:
    """Who may open an address, and how it is asked. `own` are those to whom the thing itself belongs: others get 404."""

    who: frozenset[str]
    method: str = "get"
    own: frozenset[str] | None = None
    nothing_there: bool = False


def only(*who: str, method: str = "get", own: set[str] | None = None, nothing_there: bool = False) -> Rule:
    return Rule(frozenset(who), method, None if own is None else frozenset(own), nothing_there)


ANYONE = "anyone"
"""Anybody, signed in or not, reads it alike."""
SIGNED_IN = "signed in"
"""Anybody with an account, about themselves."""
OWN_JOB = "own job"
"""The account that started the job."""

MATRIX: dict[str, Rule | str] = {
    "site:home": ANYONE,
    "site:start": ANYONE,
    "site:district": only(*INSIDE),
    "site:thread": only(*INSIDE),
    "site:search": only(*INSIDE),
    "core:job": OWN_JOB,
    "core:job_again": OWN_JOB,
    "core:styleguide": ANYONE,
    "accounts:signin": ANYONE,
    "accounts:account": SIGNED_IN,
    "districts:style": ANYONE,
    "districts:invitation": ANYONE,
    "districts:manage": only(*LEADS),
    "districts:schools": only(*LEADS),
    "districts:groups": only(*LEADS),
    "districts:group": only(*LEADS),
    "districts:people": only(*LEADS),
    "districts:members": only(*LEADS),
    "districts:end_membership": only(*LEADS, method="post"),
    "districts:withdraw_invitation": only(*LEADS, method="post"),
    "districts:roster": only(*LEADS),
    "districts:roster_template": only(*LEADS),
    "districts:roster_result": only(*LEADS),
    "districts:roster_bring_in": only(*LEADS, method="post"),
    "districts:team": only(*INSIDE),
    "districts:appoint": only(*LEADS, method="post"),
    "listening:respond_code": ANYONE,
    "listening:respond": ANYONE,
    "listening:respond_question": ANYONE,
    "listening:respond_done": ANYONE,
    "listening:respond_open": ANYONE,
    "listening:kiosk": ANYONE,
    "listening:kiosk_addresses": only(*LISTENERS),
    "listening:paper": only(*LISTENERS),
    "listening:paper_type_in": only(*LISTENERS),
    "listening:three_teachers": ANYONE,
    "listening:side_by_side": ANYONE,
    "listening:strike": ANYONE,
    "listening:conversations": only(*LISTENERS),
    "listening:keep_notebook": only(*LISTENERS, method="post"),
    "listening:conversation": only(*LISTENERS, own={"coach"}),
    "listening:conversation_new": only(*LISTENERS),
    "listening:conversation_change": only(*LISTENERS, own={"coach"}),
    "listening:conversation_people": only(*LISTENERS, own={"coach"}),
    "listening:conversation_close": only(*LISTENERS, own={"coach"}),
    "listening:conversation_call_off": only(*LISTENERS, own={"coach"}),
    "listening:conversation_notes": only(*LISTENERS, own={"coach"}, method="post"),
    "listening:conversation_event": only(*LISTENERS, own={"coach"}),
    "listening:note": only(*LISTENERS, own={"coach"}),
    "listening:note_leave": only(*LISTENERS, own={"coach"}, method="post"),
    "listening:note_remove": only(*LISTENERS, own={"coach"}, method="post"),
    "listening:all_series": only(*LISTENERS),
    "listening:series": only(*LISTENERS),
    "listening:series_next": only(*LISTENERS, method="post"),
    "listening:series_end": only(*LISTENERS, method="post"),
    "listening:calendar": only(*LISTENERS),
    "listening:calendar_address": only(*LISTENERS, method="post"),
    "listening:calendar_feed": ANYONE,
    "listening:consulting": only(*STAFF),
    "listening:consult_group": only(*LISTENERS),
    "listening:stance": only(*LISTENERS, method="post"),
    "listening:stance_remove": only(*LISTENERS, method="post"),
    "listening:translations": only(*LISTENERS),
    "listening:translations_out": only(*LISTENERS, method="post"),
    # No file was sent in this world; its address is signed for whoever sends one.
    "listening:translations_file": only(*LISTENERS, nothing_there=True),
    "listening:surveys": only(*STAFF),
    "listening:survey_new": only(*LISTENERS),
    "listening:survey_pulse": only(*LISTENERS, method="post"),
    "listening:survey": only(*STAFF),
    "listening:survey_change": only(*LISTENERS),
    "listening:survey_asked": only(*LISTENERS),
    "listening:survey_open": only(*LISTENERS, method="post"),
    "listening:survey_close": only(*LISTENERS, method="post"),
    "listening:survey_extend": only(*LISTENERS, method="post"),
    "listening:survey_discard": only(*LISTENERS, method="post"),
    "listening:invitations": only(*LISTENERS),
    "listening:invite_by_mail": only(*LISTENERS, method="post"),
    "listening:invite_by_cards": only(*LISTENERS, method="post"),
    "listening:invite_by_links": only(*LISTENERS, method="post"),
    "listening:offer_open_link": only(*LISTENERS, method="post"),
    "listening:open_link_poster": only(*LISTENERS),
    "listening:guides": only(*STAFF),
    "listening:guide": only(*STAFF),
    "listening:questionnaires": only(*STAFF),
    "listening:questionnaire_new": only(*LISTENERS),
    "listening:questionnaire": only(*STAFF),
    "listening:questionnaire_change": only(*LISTENERS),
    "listening:questionnaire_preview": only(*STAFF),
    "listening:questionnaire_copy": only(*LISTENERS),
    "listening:review_add": only(*LISTENERS),
    "listening:review_remove": only(*LISTENERS, method="post"),
    "listening:questionnaire_next": only(*LISTENERS, method="post"),
    "listening:questionnaire_discard": only(*LISTENERS, method="post"),
    "listening:question_add": only(*LISTENERS),
    "listening:question": only(*LISTENERS),
    "listening:question_move": only(*LISTENERS, method="post"),
    "listening:question_remove": only(*LISTENERS, method="post"),
    # Nothing was counted in this world, so those who may look find nothing; the others do not get that far.
    "listening:results": only(*STAFF),
    "listening:results_count": only(*LISTENERS, method="post"),
    "listening:results_table": only(*STAFF, nothing_there=True),
    "listening:results_chart": only(*STAFF, nothing_there=True),
    "listening:coverage": only(*STAFF),
    "listening:import": only(*LISTENERS),
    "listening:import_file": only(*LISTENERS),
    "listening:import_discard": only(*LISTENERS, method="post"),
    "listening:import_take_back": only(*LISTENERS, method="post"),
    "listening:families_page": ANYONE,
    "listening:survey_care": only(*LISTENERS),
    "listening:survey_hold": only(*LEADS, method="post"),
    "listening:questionnaire_areas": only(*LISTENERS),
    "listening:survey_families": only(*LEADS),
    "listening:families_record": only(*LEADS, method="post"),
    "listening:families_match": only(*LEADS, method="post"),
    "listening:families_nobody": only(*LEADS, method="post"),
    "listening:families_take_back": only(*LEADS, method="post"),
    "listening:records": only(*LEADS),
    "listening:records_class": only(*LEADS, method="post"),
    "listening:records_propose": only(*LEADS, method="post"),
    "listening:records_dispose": only(*LEADS, method="post"),
    "listening:records_take_back": only(*LEADS, method="post"),
    # Named positions read the queue, whatever their role: in this world the principal fills one.
    "listening:safety": only("principal"),
    "listening:safety_set_up": only("superintendent", "principal"),
    "listening:safety_name": only(*LEADS, method="post"),
    "listening:safety_fill": only(*LEADS, method="post"),
    "listening:safety_unname": only(*LEADS, method="post"),
    "listening:safety_words": only("superintendent", "principal", method="post"),
    "listening:safety_word_remove": only("superintendent", "principal", method="post"),
    "listening:safety_mark_answer": only(*LISTENERS, method="post"),
    "listening:safety_mark_note": only(*LISTENERS, method="post", own={"coach"}),
    "listening:safety_flag": only("principal"),
    "listening:safety_settle": only("principal", method="post"),
    "listening:voices": only(*LISTENERS),
    "listening:marked": only(*LISTENERS),
    "listening:take_back_mark": only(*LISTENERS, method="post"),
    "listening:mark_many": only(*LISTENERS),
    "listening:mark_note": only(*LISTENERS, own={"coach"}),
    "listening:mark_answer": only(*LISTENERS),
    "listening:mark_whole": only(*LISTENERS, method="post"),
    "listening:themes": only(*STAFF),
    "listening:theme_new": only(*LISTENERS),
    "listening:concerns": only(*STAFF),
    "listening:code": only(*LISTENERS),
    "listening:code_next": only(*LISTENERS),
    "listening:code_notes": only(*LISTENERS),
    "listening:code_answer": only(*LISTENERS),
    "listening:theme_figures": only(*STAFF),
    "listening:theme_count": only(*LISTENERS, method="post"),
    # Nothing was counted in this world.
    "listening:theme_table": only(*STAFF, nothing_there=True),
    "listening:theme_chart": only(*STAFF, nothing_there=True),
    "listening:double_codings": only(*LISTENERS),
    "listening:double_coding_new": only(*LISTENERS),
    "listening:double_coding": only(*LISTENERS),
    "listening:double_code": only(*LISTENERS),
    "listening:double_coding_done": only(*LISTENERS, method="post"),
    "listening:double_coding_give_up": only(*LISTENERS, method="post"),
    "listening:settle": only(*LISTENERS, method="post", nothing_there=True),
    "listening:theme": only(*LISTENERS),
    "listening:theme_merge": only(*LISTENERS, method="post"),
    "listening:theme_aside": only(*LISTENERS, method="post"),
    "listening:public_replies": ANYONE,
    "listening:public_reply": ANYONE,
    "listening:replies": only(*STAFF),
    "listening:reply_new": only(*LISTENERS),
    "listening:reply": only(*STAFF),
    "listening:reply_words": only(*LISTENERS),
    "listening:reply_add_point": only(*LISTENERS, method="post", nothing_there=True),
    "listening:reply_point": only(*LISTENERS),
    "listening:reply_point_arrange": only(*LISTENERS, method="post"),
    "listening:reply_publish": only(*LISTENERS),
    "listening:reply_send": only(*LISTENERS),
    "listening:reply_discard": only(*LISTENERS, method="post"),
    "deliberation:priorities": only(*INSIDE),
    # One in preparation is there for those who run it.
    "deliberation:priority_round": only(*INSIDE),
    "deliberation:priority_option": only(*LISTENERS, method="post"),
    "deliberation:priority_state": only(*LISTENERS, method="post"),
    "deliberation:public_priorities": ANYONE,
    "vision:public": ANYONE,
    "vision:public_version": ANYONE,
    "vision:public_sentence": ANYONE,
    "vision:gaps": only(*STAFF),
    "vision:gap": only(*STAFF),
    "vision:gap_measure": only(*LISTENERS, method="post"),
    "vision:gap_untranslated": only(*LISTENERS, method="post"),
    # Nothing was measured in this world, so those who may look find nothing; the others do not get that far.
    "vision:gap_table": only(*STAFF, nothing_there=True),
    "vision:gap_chart": only(*STAFF, nothing_there=True),
    "vision:versions": only(*INSIDE),
    "vision:workshop": only(*INSIDE),
    "vision:begin": only(*AUTHORS, method="post"),
    "vision:statement": only(*AUTHORS),
    "vision:beliefs": only(*AUTHORS),
    "vision:glossary": only(*AUTHORS),
    "vision:reading": only(*AUTHORS),
    "vision:checklist": only(*AUTHORS),
    "vision:bring_in": only(*LEADS),
    "vision:bring_in_keep": only(*LEADS, method="post"),
    "vision:trace": only(*INSIDE),
    "vision:co_authors": only(*AUTHORS),
    "vision:end_co_author": only(*AUTHORS, method="post"),
    # Fay was invited to comment in this world.
    "vision:comments": only(*AUTHORS, "family"),
    "vision:answer_comment": only(*AUTHORS, method="post"),
    "vision:ambassadors": only(*STAFF),
    "vision:ambassador": only(*AUTHORS),
    "vision:link_back": only(*AUTHORS),
    "vision:link_voice": only(*AUTHORS, method="post"),
    "vision:new_clause": only(*AUTHORS),
    "vision:clause": only(*AUTHORS),
    "vision:arrange": only(*AUTHORS, method="post"),
    "vision:cite": only(*AUTHORS, method="post"),
    "vision:cite_statement": only(*AUTHORS, method="post"),
    "vision:cite_trade_off": only(*AUTHORS, method="post"),
    "vision:alignment": only(*INSIDE),
    "vision:look_for_rounds": only(*AUTHORS),
    "vision:ask_teachers": only(*LISTENERS, method="post"),
    "vision:take_look_for": only(*AUTHORS, method="post"),
    "vision:align": only(*AUTHORS),
    "vision:adopt": only(*LEADS),
    "vision:public_line": ANYONE,
    "vision:public_versions": ANYONE,
    "vision:public_pdf": ANYONE,
    "vision:public_card": ANYONE,
    "vision:stands": only(*INSIDE),
    # Who leads one school records where that school's groups stand, and no whole group.
    "vision:stand": only(*AUTHORS, own=LISTENERS),
    "vision:stand_in_school": only(*AUTHORS),
    "vision:stages": only(*INSIDE),
    "vision:stage_plan": only(*LISTENERS),
    "vision:stage": only(*LISTENERS, method="post"),
    "vision:board": only(*STAFF),
    "vision:board_ask": only("board", method="post"),
    "vision:board_answer": only(*AUTHORS),
    "vision:reaffirming": only(*STAFF),
    "vision:reaffirm": only(*LISTENERS, method="post"),
    "vision:trade_offs": only(*STAFF),
    "vision:trade_off": only(*STAFF),
    "vision:trade_off_new": only(*AUTHORS),
    "vision:trade_off_names": only(*AUTHORS),
    "vision:trade_off_statements": only(*AUTHORS),
    "vision:trade_off_option_new": only(*AUTHORS),
    "vision:trade_off_option": only(*AUTHORS),
    "vision:trade_off_effect": only(*AUTHORS),
    "vision:trade_off_concern_new": only(*AUTHORS),
    "vision:trade_off_concern": only(*AUTHORS),
    "vision:trade_off_stand": only(*LISTENERS),
    "vision:trade_off_settle": only(*LISTENERS),
    "vision:trade_off_set_aside": only(*LISTENERS),
    "vision:trade_off_take_up": only(*LISTENERS),
    # For whoever does not mediate there is no such page, leaders included.
    "vision:confidential_notes": only(*STAFF, own={"coach"}),
    "vision:confidential_note": only(*STAFF, own={"coach"}),
    "vision:public_trade_offs": ANYONE,
    "vision:public_trade_off": ANYONE,
    "vision:reaffirming_table": only(*STAFF, nothing_there=True),
    "vision:reaffirming_chart": only(*STAFF, nothing_there=True),
    "deliberation:landscape": only(*INSIDE),
    "deliberation:landscape_work_out": only(*LISTENERS, method="post"),
    "deliberation:landscape_table": only(*INSIDE),
    "deliberation:landscape_chart": only(*INSIDE),
    "deliberation:public_agrees": ANYONE,
    "deliberation:public_agree": ANYONE,
    "deliberation:public_agree_table": ANYONE,
    "deliberation:public_agree_chart": ANYONE,
    "deliberation:discussions": only(*INSIDE),
    "deliberation:discussion": only(*INSIDE),
    "deliberation:discussion_new": only(*LISTENERS),
    "deliberation:discussion_change": only(*LISTENERS),
    "deliberation:seeds": only(*LISTENERS),
    "deliberation:seed": only(*LISTENERS),
    "deliberation:seed_voices": only(*LISTENERS),
    "deliberation:seed_from_voice": only(*LISTENERS),
    "deliberation:moderation": only(*LISTENERS),
    "deliberation:moderate": only(*LISTENERS),
    "deliberation:duplicates": only(*LISTENERS),
    "deliberation:discussion_open": only(*LISTENERS, method="post"),
    "deliberation:discussion_close": only(*LISTENERS, method="post"),
    "deliberation:discussion_discard": only(*LISTENERS, method="post"),
    "deliberation:discussion_publish": only(*LISTENERS, method="post"),
    "deliberation:discussion_takes_statements": only(*LISTENERS, method="post"),
    "deliberation:seed_take_out": only(*LISTENERS, method="post"),
    "deliberation:link_statement": only(*LISTENERS, method="post"),
    "deliberation:unlink_statement": only(*LISTENERS, method="post"),
    "deliberation:take_part": ANYONE,
    "deliberation:take_part_next": ANYONE,
    "deliberation:take_part_votes": ANYONE,
    "deliberation:take_part_add": ANYONE,
    "deliberation:take_part_mine": ANYONE,
    "deliberation:take_part_choose": ANYONE,
    "deliberation:take_part_thanks": ANYONE,
    "deliberation:paper": only(*LISTENERS),
    "deliberation:paper_ballot": only(*LISTENERS),
    "deliberation:paper_type_in": only(*LISTENERS),
}
# The library's own pages: signing in, and one's own second factor. They know no district.
NOT_OURS = ("account_", "mfa_")
ANSWERED = {200, 302, 400, 405, 409, 410}
"""Whatever a page says to somebody who may be there: shown, done, wrong input, in the wrong state."""


def _names(resolver: URLResolver, spaces: tuple[str, ...] = ()) -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            found.append((":".join((*spaces, one.name or "")), one))
        else:
            found += _names(one, (*spaces, one.namespace) if one.namespace else spaces)
    return found


PATTERNS = {name: pattern for name, pattern in _names(get_resolver()) if not name.startswith(NOT_OURS)}


@pytest.fixture(scope="module")
def world(shared_cast: Cast) -> World:
    return make_world(shared_cast)


def test_every_address_has_its_line_and_every_line_its_address() -> None:
    assert set(PATTERNS) == set(MATRIX)


def _ask(world: World, name: str, who: str | None, method: str) -> Any:
    wanted = PATTERNS[name].pattern.converters
    arguments = {argument: world.arguments[argument] for argument in wanted}
    arguments |= {argument: value for argument, value in world.instead.get(name, {}).items() if argument in wanted}
    client = world.cast.client(who)
    client.raise_request_exception = True
    return getattr(client, method)(reverse(name, kwargs=arguments))


def _outcome(world: World, name: str, who: str | None, method: str) -> Any:
    """What `who` is answered, with whatever it changed undone again."""
    with transaction.atomic():
        response = _ask(world, name, who, method)
        transaction.set_rollback(True)
    return response


def _expected(rule: Rule, who: str | None) -> set[int]:
    if who is None:
        return {302}
    if who == "outsider":
        return {404}
    if who not in rule.who:
        return {403}
    if rule.own is not None and who not in rule.own:
        return {404}
    return {404} if rule.nothing_there else ANSWERED


@pytest.mark.parametrize("name", [name for name, rule in MATRIX.items() if isinstance(rule, Rule)])
def test_who_may_open_it(world: World, name: str) -> None:
    rule = MATRIX[name]
    assert isinstance(rule, Rule)
    for who in EVERYBODY:
        response = _outcome(world, name, who, rule.method)
        assert response.status_code in _expected(rule, who), f"{who} got {response.status_code}"
        if who is None:
            assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", [name for name, rule in MATRIX.items() if rule == ANYONE])
def test_what_anyone_may_open(world: World, name: str) -> None:
    for who in EVERYBODY:
        assert _outcome(world, name, who, "get").status_code in ANSWERED, who


@pytest.mark.parametrize("name", [name for name, rule in MATRIX.items() if rule == SIGNED_IN])
def test_what_needs_an_account(world: World, name: str) -> None:
    assert _ask(world, name, None, "get").status_code == 302
    assert _ask(world, name, "outsider", "get").status_code == 200


@pytest.mark.parametrize("name", [name for name, rule in MATRIX.items() if rule == OWN_JOB])
def test_a_job_belongs_to_who_started_it(world: World, name: str) -> None:
    method = "post" if name.endswith("again") else "get"
    assert _ask(world, name, "superintendent", method).status_code in ANSWERED
    for who in ("coach", "outsider"):
        assert _ask(world, name, who, method).status_code == 404
    assert _ask(world, name, None, method).status_code == 302


def test_another_districts_things_are_not_found_under_ones_own_address(world: World) -> None:
    """Olga asks for Alder Creek's things under Birch Valley, which she administers."""
    arguments = {**world.arguments, "district": world.cast.birch.slug}
    client = world.cast.client("outsider")
    asked = 0
    for name, rule in MATRIX.items():
        wanted = set(PATTERNS[name].pattern.converters)
        if not isinstance(rule, Rule) or not wanted - {"district", "kind", "number", "page", "model"}:
            continue
        address = reverse(name, kwargs={argument: arguments[argument] for argument in wanted})
        assert getattr(client, rule.method)(address).status_code == 404, name
        asked += 1
    assert asked > 20
