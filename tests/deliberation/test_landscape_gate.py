"""What the figures give away: nothing of a few, not by subtracting, not by trying out, not by waiting for the next reading."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from commonwhy.core.models import AuditEntry, Release
from commonwhy.deliberation.models import Discussion, Landscape
from commonwhy.deliberation.services import landscape
from commonwhy.methods.opinion import report
from tests.cast import Cast
from tests.deliberation.landscapes import held, hold, planted, statements_of, vote, worked_out

Kept = dict[str, Any]
NOT_TOLD = {"agree": None, "pass": None, "disagree": None, "n": None, "exact": False}


def released(discussion: Discussion) -> Kept:
    kept: Kept = Landscape.everything.get(discussion=discussion).released
    return kept


def split(kind: str, person: int, place: int, dice: random.Random) -> int:
    """Half of everybody agree with everything: nothing near an end, so every figure is told exactly."""
    return 1 if (person + place) % 2 else -1


def test_a_small_role_stands_there_like_any_other_that_is_not_shown(cast: Cast) -> None:
    """Three who agreed, three who disagreed and nine who agreed look the same."""
    seen = []
    for board, opinion in ((3, 1), (3, -1), (9, 1)):

        def says(kind: str, person: int, place: int, dice: random.Random, opinion: int = opinion) -> int:
            return opinion if kind == "board" else dice.choice([1, -1])

        discussion = hold(cast, {"families": 80, "teachers": 60, "board": 12}, statements=8)
        for kind, count in {"families": 60, "teachers": 40, "board": board}.items():
            vote(discussion, cast.group(kind), count, says)
        landscape.work_out(discussion)
        kept = released(discussion)
        for each in kept["statements"]:
            (column,) = (column for column in each["by_role"] if column["members"] == [{"kind": "board", "name": ""}])
            assert {key: column[key] for key in NOT_TOLD} == NOT_TOLD
        seen.append([{**each, "statement": "", "since": ""} for each in kept["statements"]])
    for first, *others in zip(*seen, strict=True):
        for other in others:
            assert {key for key in first if first[key] != other[key]} == set(), "no figure may depend on the few not shown"


def test_no_column_of_any_statement_has_fewer_than_k_people(cast: Cast) -> None:
    discussion = worked_out(cast, {"families": 60, "teachers": 45, "students": 40, "board": 4, "alumni": 7})
    kept = released(discussion)
    for each in kept["statements"]:
        for column in (*each["by_role"], *each["by_group"]):
            assert column["n"] is None or column["n"] >= kept["k"]
    assert all(group["n"] >= kept["k"] for group in kept["groups"])


def fits(column: Mapping[str, Any], agree: int, passed: int, disagree: int) -> bool:
    """Whether these true counts would be released as this column shows them."""
    from commonwhy.core.disclosure import share

    n = agree + passed + disagree
    told = (share(agree, n, 10), share(passed, n, 10), share(disagree, n, 10))
    shown = (column["agree"], column["pass"], column["disagree"])
    return all(a and b and (a.percent, a.bound) == (b["percent"], b["bound"]) for a, b in zip(told, shown, strict=True))


def possible(column: Mapping[str, Any]) -> Iterator[tuple[int, int, int]]:
    n = column["n"]
    for agree, passed in product(range(n + 1), repeat=2):
        if agree + passed <= n and fits(column, agree, passed, n - agree - passed):
            yield agree, passed, n - agree - passed


def test_two_small_roles_put_together_cannot_be_told_apart(cast: Cast) -> None:
    """Every way in which the nine and the seven may have split between them fits what is shown."""

    def says(kind: str, person: int, place: int, dice: random.Random) -> int:
        return {"board": 1, "alumni": -1}.get(kind, split(kind, person, place, dice))

    discussion = worked_out(cast, {"families": 60, "board": 9, "alumni": 7}, says, statements=8)
    for each in released(discussion)["statements"]:
        together = next(column for column in each["by_role"] if column["group"] == "together")
        assert not together["exact"]
        assert together["n"] <= 16
        assert sorted(member["kind"] for member in together["members"]) == ["alumni", "board"]
        assert each["agree"] is None, "everyone's share less the families' would tell of them"
        assert "board" not in json.dumps([column for column in each["by_role"] if column is not together])


def test_everyones_share_stays_away_where_it_would_tell_what_a_coded_end_leaves_open(cast: Cast) -> None:
    """Of twelve leaders nobody, one or two disagree: three truths that look alike in every figure of the statement."""
    looks = []
    for few in (0, 1, 2):

        def says(kind: str, person: int, place: int, dice: random.Random, few: int = few) -> int:
            if kind == "building_leaders" and place == 0:
                return -1 if person < few else 1
            return dice.choice([1, -1])

        discussion = worked_out(cast, {"families": 60, "building_leaders": 12}, says, statements=8)
        first = released(discussion)["statements"][0]
        assert not first["by_group"], "nobody votes alike here"
        looks.append({**first, "statement": ""})
    assert looks[0] == looks[1] == looks[2]
    assert looks[0]["agree"] is None


def reach(column: Mapping[str, Any], reaction: str) -> range:
    """Every number of people that can have given a reaction, by what is shown of a column."""
    n, cell = range(column["n"], column["n"] + (1 if column["exact"] else 20)), column[reaction]
    found = {
        count
        for size in n
        for count in range(size + 1)
        if (cell["bound"] == "at_most" and 100 * count <= cell["percent"] * size)
        or (cell["bound"] == "at_least" and 100 * count >= cell["percent"] * size)
        or (cell["bound"] == "exact" and abs(100 * count - cell["percent"] * size) <= size / 2)
        or (cell["bound"] == "about" and abs(100 * count - cell["percent"] * size) <= 5 * size)
    }  # fmt: skip
    return range(min(found), max(found) + 1)


def test_opinion_groups_beside_roles_leave_a_coded_share_as_open_as_it_was(cast: Cast) -> None:
    """From the opinion groups comes how many agree in all; tried out, every number a coded share allows still fits."""

    def says(kind: str, person: int, place: int, dice: random.Random) -> int:
        if kind == "building_leaders":
            return -1 if person == place else 1
        return planted(kind, person, place, dice)

    kept = released(worked_out(cast, {"families": 60, "teachers": 45, "building_leaders": 14}, says))
    assert kept["camps"] == 2
    tried = {"exact": 0, "about": 0}
    for each in kept["statements"]:
        if not each["by_group"] or sum(column["n"] for column in each["by_group"]) < 100:
            continue
        for reaction, role in product(("agree", "disagree"), each["by_role"]):
            alone = reach(role, reaction)
            if len(alone) == 1 or role[reaction]["bound"] == "exact":
                continue
            others = [reach(column, reaction) for column in each["by_role"] if column is not role]
            groups = [reach(column, reaction) for column in each["by_group"]]
            assert sum(one[0] for one in groups) - sum(one[-1] for one in others) <= alone[0]
            assert sum(one[-1] for one in groups) - sum(one[0] for one in others) >= alone[-1]
            tried["about" if not each["by_group"][0]["exact"] else "exact"] += 1
    assert tried["about"], "beside a coded share the groups are told in tens"


def test_what_is_said_beside_the_cells_is_worked_out_from_the_cells(cast: Cast) -> None:
    from commonwhy.deliberation.services.landscape_release import add_bounds

    kept = released(worked_out(cast))
    again = [{**each, "low": None, "high": None, "shared_ground": None, "lowest": None} for each in kept["statements"]]
    add_bounds(again)
    for was, now in zip(kept["statements"], again, strict=True):
        assert was["lowest"] == now["lowest"]
        assert was["low"] <= now["low"], "weighing for what was shown to whom may lower the bound only"
        columns = [column for column in (*was["by_role"], *was["by_group"]) if column["agree"]]
        if any(column["agree"]["bound"] != "exact" for column in columns):
            assert was["low"] == now["low"], "where an end is coded, the true counts play no part"


def test_nothing_before_the_gate_is_kept(cast: Cast) -> None:
    discussion = worked_out(cast, {"families": 61, "teachers": 43, "board": 7})
    kept = Landscape.everything.get(discussion=discussion)
    text = json.dumps([kept.released, kept.charts]) + str(list(AuditEntry.objects.values()))
    assert "response" not in text
    assert {column["n"] for each in kept.released["statements"] for column in each["by_role"]} == {61, 40, None}, "at least 40"
    assert all("board" not in str(row.population) for row in Release.objects.all())


def weeks_ago(cast: Cast, count: int) -> date:
    today = cast.alder.today()
    return today - timedelta(days=today.weekday(), weeks=count)


def test_a_late_single_vote_never_changes_a_figure_while_it_runs(cast: Cast) -> None:
    discussion = hold(cast, {"families": 90, "teachers": 60}, statements=8, closed=False)
    vote(discussion, cast.group("families"), 40, split, week=weeks_ago(cast, 3))
    vote(discussion, cast.group("teachers"), 30, split, week=weeks_ago(cast, 3))
    landscape.work_out(discussion)
    before = Landscape.everything.get(discussion=discussion)
    for week in (weeks_ago(cast, 0), weeks_ago(cast, 1), weeks_ago(cast, 3)):
        vote(discussion, cast.group("families"), 1, lambda *_: -1, week=week)
        assert not landscape.has_new(discussion)
        landscape.work_out(discussion)
        now = Landscape.everything.get(discussion=discussion)
        assert (now.released, now.made_at) == (before.released, before.made_at)


def test_somebody_who_votes_again_does_not_take_their_old_votes_out_of_what_was_shown(cast: Cast) -> None:
    discussion = hold(cast, {"families": 90}, statements=8, closed=False)
    voters = vote(discussion, cast.group("families"), 40, split, week=weeks_ago(cast, 3))
    landscape.work_out(discussion)
    before = released(discussion)
    voters[0].week = weeks_ago(cast, 0)
    voters[0].save()
    landscape.work_out(discussion)
    assert released(discussion) == before


def test_another_crowd_of_which_a_role_is_a_single_person_changes_nothing_of_a_statement(cast: Cast) -> None:
    """Twenty teachers and one parent come: teachers and the parent together would single the parent out, so all wait."""
    discussion = hold(cast, {"families": 90, "teachers": 90}, statements=8, closed=False)
    for kind in ("families", "teachers"):
        vote(discussion, cast.group(kind), 40, split, week=weeks_ago(cast, 5))
    landscape.work_out(discussion)
    before = {each["number"]: each["by_role"] for each in released(discussion)["statements"]}
    vote(discussion, cast.group("teachers"), 20, lambda *_: 1, week=weeks_ago(cast, 3))
    vote(discussion, cast.group("families"), 1, lambda *_: -1, week=weeks_ago(cast, 3))
    landscape.work_out(discussion)
    after = released(discussion)
    assert {each["number"]: each["by_role"] for each in after["statements"]} == before
    assert after["weeks"] == weeks_ago(cast, 3).isoformat()
    assert all(each["since"] == weeks_ago(cast, 5).isoformat() and not each["by_group"] for each in after["statements"])


def test_a_crowd_large_enough_in_each_role_is_counted(cast: Cast) -> None:
    discussion = hold(cast, {"families": 90, "teachers": 90}, statements=8, closed=False)
    for kind in ("families", "teachers"):
        vote(discussion, cast.group(kind), 40, split, week=weeks_ago(cast, 5))
    landscape.work_out(discussion)
    for kind in ("families", "teachers"):
        vote(discussion, cast.group(kind), 20, lambda *_: 1, week=weeks_ago(cast, 3))
    assert landscape.has_new(discussion)
    landscape.work_out(discussion)
    assert {column["n"] for each in released(discussion)["statements"] for column in each["by_role"]} == {60}


def test_closed_it_counts_everybody_once_and_stays(cast: Cast) -> None:
    discussion = held(cast, {"families": 60, "teachers": 45})
    first = landscape.work_out(discussion)
    assert first.final
    assert first.weeks is None
    vote(discussion, cast.group("families"), 20, split)
    assert landscape.work_out(discussion).released == first.released
    assert landscape.start_where_new() == 0


def test_the_same_votes_give_the_same_landscape(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # Looked for anew each time here, not remembered.
    monkeypatch.setattr(report, "find_groups", report.find_groups.__wrapped__)  # type: ignore[attr-defined]
    discussion = held(cast)
    first = landscape.work_out(discussion).released
    Landscape.everything.all().delete()
    assert landscape.work_out(discussion).released == first
    assert len({statement.pk for statement in statements_of(discussion)}) == len(first["statements"])


@pytest.mark.parametrize("few", [1, 9])
def test_always_the_same_answer_is_counted_only_where_k_people_gave_it(cast: Cast, few: int) -> None:
    discussion = hold(cast, {"families": 90}, statements=12)
    families = cast.group("families")
    vote(discussion, families, 50, lambda kind, person, place, dice: 1 if (person + place) % 3 else -1)
    vote(discussion, families, few, lambda *_: -1, seed=2)
    landscape.work_out(discussion)
    assert "straight liner" not in [flag["kind"] for flag in released(discussion)["flags"]]
