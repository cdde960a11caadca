"""The whole Polis-compatible analysis: planted camps, roles, statements moderated out, and discussions with nothing in them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from commonwhy.methods.opinion.polis import group_informed_consensus, polis_landscape, polis_priorities
from commonwhy.methods.opinion.result import FlagKind, Landscape, Mode, Outcome
from commonwhy.methods.opinion.votes import Votes, gather


def camps(people: int = 120, statements: int = 24, seed: int = 1) -> tuple[Votes, NDArray[np.int64]]:
    """Two camps that disagree on every statement from 6 on, and agree on the first six."""
    chance = np.random.default_rng(seed)
    camp = np.arange(people) % 2
    person, statement = np.nonzero(chance.random((people, statements)) < 0.6)
    side = np.where((statement % 2) == camp[person], 1, -1)
    value = np.where(statement < 6, 1, side) * np.where(chance.random(len(person)) < 0.08, -1, 1)
    value[chance.random(len(person)) < 0.08] = 0
    return gather(people, statements, person, statement, value), camp


def of(landscape: Landscape, outcome: Outcome) -> set[int]:
    return {each.statement for each in landscape.statements if each.outcome is outcome}


def test_planted_camps_and_what_they_share() -> None:
    votes, camp = camps()
    found = polis_landscape(votes)
    assert (found.mode, found.k, found.n_people, found.n_grouped) == (Mode.POLIS, 2, 120, 120)
    assert adjusted_rand_score(camp, found.people.group) >= 0.9
    assert of(found, Outcome.SHARED) == set(range(6))
    assert of(found, Outcome.DIVIDED) == set(range(6, 24))
    assert all(found.groups[group].representative for group in (0, 1))


def test_shared_ground_is_group_informed_consensus_of_its_own_groups() -> None:
    votes, _ = camps()
    found = polis_landscape(votes)
    told = [each.shared_ground for each in found.statements]
    assert told == pytest.approx(group_informed_consensus(votes, found.people.group).tolist())
    by_hand = np.prod([(each.agree + 1) / (each.n + 2) for each in found.statements[7].by_group])
    assert told[7] == pytest.approx(by_hand)


def test_counts_add_up() -> None:
    votes, _ = camps()
    found = polis_landscape(votes)
    assert sum(each.counts.n for each in found.statements) == found.n_votes == votes.count
    assert all(each.counts.agree == sum(part.agree for part in each.by_group) for each in found.statements)
    assert sum(group.n for group in found.groups) == found.n_grouped


def test_people_in_any_order_give_the_same() -> None:
    votes, _ = camps(people=300)
    order = np.random.default_rng(3).permutation(300)
    rows = np.random.default_rng(4).permutation(votes.count)
    first = polis_landscape(votes, seed=5)
    moved = polis_landscape(gather(300, 24, order[votes.person[rows]], votes.statement[rows], votes.value[rows]), seed=5)
    assert (moved.people.group[order] == first.people.group).all()
    assert moved.people.x[order] == pytest.approx(first.people.x, abs=1e-6, nan_ok=True)
    assert moved.statements == first.statements
    same = polis_landscape(gather(300, 24, votes.person[rows], votes.statement[rows], votes.value[rows]), seed=5)
    assert same.people.x.tobytes() == first.people.x.tobytes()
    assert same.groups == first.groups


def test_people_who_voted_too_little_are_not_placed() -> None:
    votes, _ = camps()
    few = Votes(121, 24, np.append(votes.person, 120), np.append(votes.statement, 0), np.append(votes.value, np.int8(1)))
    found = polis_landscape(few)
    assert found.people.group[120] == -1
    assert np.isnan([found.people.x[120], found.people.y[120], found.people.confidence[120]]).all()
    assert (found.n_people, found.n_grouped) == (121, 120)


def test_a_statement_moderated_out_has_counts_and_no_say() -> None:
    votes, _ = camps()
    out = np.arange(24) == 2
    found = polis_landscape(votes, left_out=out)
    without = np.flatnonzero(votes.statement != 2)
    place = np.where(np.arange(24) > 2, np.arange(24) - 1, np.arange(24))
    alone = polis_landscape(gather(120, 23, votes.person[without], place[votes.statement[without]], votes.value[without]))
    assert (found.people.group == alone.people.group).all()
    assert found.people.x == pytest.approx(alone.people.x)
    assert found.statements[2].outcome is Outcome.OPEN
    assert found.statements[2].counts.n == int((votes.statement == 2).sum())
    assert found.statements[2].shared_ground == pytest.approx(group_informed_consensus(votes, found.people.group)[2])
    assert 2 not in {each.statement for group in found.groups for each in group.representative}
    assert polis_priorities(votes, out)[2] == 0
    assert polis_priorities(votes)[2] > 0


def test_roles_are_counted_and_the_unheard_named() -> None:
    votes, _ = camps()
    roles = np.full(120, -1)
    roles[:60], roles[60:63] = 0, 1
    found = polis_landscape(votes, roles=roles, role_names=["family", "student"])
    first = found.statements[0]
    mine = (votes.statement == 0) & (votes.person < 60)
    assert (first.by_role[0].n, first.by_role[0].agree) == (int(mine.sum()), int((votes.value[mine] == 1).sum()))
    assert first.not_heard == ("student",)
    assert found.roles == ("family", "student")


def test_too_few_votes_are_no_low_score() -> None:
    votes, _ = camps()
    kept = (votes.statement != 3) | (votes.person < 8)
    few = gather(120, 24, votes.person[kept], votes.statement[kept], votes.value[kept])
    assert polis_landscape(few).statements[3].outcome is Outcome.NOT_ENOUGH_VOTES


def test_no_group_is_tiny_on_many_small_discussions() -> None:
    for seed in range(25):
        chance = np.random.default_rng(seed)
        people, statements = int(chance.integers(5, 90)), int(chance.integers(3, 25))
        person, statement = np.nonzero(chance.random((people, statements)) < chance.uniform(0.2, 1))
        found = polis_landscape(gather(people, statements, person, statement, chance.integers(-1, 2, len(person))))
        assert all(group.n >= 2 for group in found.groups), seed
        assert found.k <= 1 or min(group.n for group in found.groups) >= 0.02 * found.n_grouped


@pytest.mark.parametrize(
    ("value", "flag", "outcome"),
    [(1, FlagKind.EVERYBODY_AGREES, Outcome.SHARED), (0, FlagKind.EVERYBODY_PASSES, Outcome.OPEN), (-1, None, Outcome.OPEN)],
)
def test_everybody_does_the_same(value: int, flag: FlagKind | None, outcome: Outcome) -> None:
    votes = gather(40, 8, np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40), np.full(320, value))
    found = polis_landscape(votes)
    assert found.k == 1
    assert {each.outcome for each in found.statements} == {outcome}
    assert (flag is None) or flag in {each.kind for each in found.flags}
    assert np.isfinite(found.people.x).all()


@pytest.mark.parametrize(("people", "statements"), [(1, 1), (1, 20), (20, 1)], ids=["one vote", "one person", "one statement"])
def test_one_of_something(people: int, statements: int) -> None:
    person, statement = np.divmod(np.arange(people * statements), statements)
    found = polis_landscape(gather(people, statements, person, statement, np.where(person % 2, -1, 1)))
    assert all(group.n >= 2 for group in found.groups) or found.k == 1
    assert found.n_grouped == people
    assert len(found.statements) == statements


def test_nobody_voted() -> None:
    found = polis_landscape(gather(0, 0, [], [], []))
    assert (found.k, found.groups, found.statements) == (0, (), ())
    waiting = polis_landscape(gather(3, 2, [], [], []))
    assert (waiting.k, waiting.n_grouped, waiting.statements[0].shared_ground) == (0, 0, None)
    assert {each.outcome for each in waiting.statements} == {Outcome.NOT_ENOUGH_VOTES}


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": np.zeros(3, dtype=np.int64), "role_names": ["a"]},
        {"roles": np.full(120, 1), "role_names": ["a"]},
        {"left_out": np.zeros(3, dtype=bool)},
        {"groups": 0},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"entry|name|least"):
        polis_landscape(camps()[0], **wrong)  # type: ignore[arg-type]
