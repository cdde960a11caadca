"""The whole landscape: what it says of a discussion, of one with nothing in it, and of one that somebody tried to stuff."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from tests.methods.opinion.planted import planted

from commonwhy.methods.opinion import FlagKind, Landscape, Mode, Outcome, Votes, gather, measure_landscape
from commonwhy.methods.opinion.flags import straight_liners
from commonwhy.methods.opinion.prediction import brier, foretelling
from commonwhy.methods.opinion.reactions import lay_out
from commonwhy.methods.opinion.representative import representative_statements
from commonwhy.methods.opinion.shared_ground import count_cells


def kinds(found: Landscape) -> set[FlagKind]:
    return {flag.kind for flag in found.flags}


def same(first: object, second: object) -> bool:
    """Are two results the same to the last digit, NaN being NaN?"""
    if isinstance(first, np.ndarray):
        return bool(np.array_equal(first, second, equal_nan=first.dtype.kind == "f"))
    if is_dataclass(first):
        return all(same(getattr(first, f.name), getattr(second, f.name)) for f in fields(first))
    if isinstance(first, tuple):
        return len(first) == len(second) and all(same(a, b) for a, b in zip(first, second, strict=True))
    return first == second or (first != first and second != second)


@pytest.fixture(scope="module")
def camps() -> tuple[Votes, np.ndarray]:
    """Two camps of 90 and 60 on 24 statements, three votes in four seen; 0 to 2 are agreed by all, 3 is wanted by one.

    Twelve more people saw five statements only.
    """
    rng = np.random.default_rng(5)
    camp = np.repeat([0, 1, 0], [90, 60, 12])
    leaning = np.where(np.arange(24) % 2 == 0, 1, -1) * np.where(camp == 0, 1, -1)[:, None]
    leaning[:, :3] = 1
    said = np.where(rng.random((162, 24)) < 0.12, -leaning, leaning)
    said = np.where(rng.random((162, 24)) < 0.1, 0, said)
    seen = rng.random((162, 24)) < 0.75
    seen[150:] = np.arange(24) < 5
    person, statement = np.nonzero(seen)
    return gather(162, 24, person, statement, said[person, statement]), camp


@pytest.fixture(scope="module")
def found(camps: tuple[Votes, np.ndarray]) -> Landscape:
    votes, _ = camps
    roles = np.where(np.arange(162) < 100, 0, np.where(np.arange(162) < 155, 1, -1))
    return measure_landscape(votes, roles=roles, role_names=("staff", "families"))


def test_who_stands_where(found: Landscape, camps: tuple[Votes, np.ndarray]) -> None:
    assert (found.mode, found.k, found.n_people, found.n_grouped, found.n_statements) == (Mode.COMMONWHY, 2, 162, 150, 24)
    assert found.n_votes == camps[0].count
    assert [(group.number, group.n) for group in found.groups] == [(0, 90), (1, 60)]
    people = found.people
    assert (people.group[:150] == camps[1][:150]).all()
    assert (people.group[150:] == -1).all()
    for values in (people.x, people.y, people.confidence):
        assert np.isnan(values[150:]).all()
        assert np.isfinite(values[:150]).all()
    assert people.confidence[:150].min() > 0.5
    assert people.confidence[:150].mean() > 0.98
    assert abs(people.x[:90].mean() - people.x[90:150].mean()) > 2 * people.x[:90].std()
    assert people.x[:150].mean() == pytest.approx(0.0, abs=1e-9)
    assert found.prediction is not None
    assert found.prediction.brier < found.prediction.brier_of_means - 0.1
    assert found.prediction.accuracy > found.prediction.accuracy_of_means + 0.1
    assert found.stability is not None
    assert found.stability > 0.9
    assert [candidate.k for candidate in found.candidates][:2] == [1, 2]
    assert found.flags == ()


def test_what_is_shared_and_what_divides(found: Landscape, camps: tuple[Votes, np.ndarray]) -> None:
    votes, _ = camps
    outcomes = [statement.outcome for statement in found.statements]
    assert outcomes[:3] == [Outcome.SHARED] * 3
    assert outcomes[3:] == [Outcome.DIVIDED] * 21
    one = found.statements[1]
    said = votes.value[votes.statement == 1]
    assert (one.counts.agree, one.counts.disagree, one.counts.passed) == tuple((said == v).sum() for v in (1, -1, 0))
    assert sum(cell.n for cell in one.by_group) == (votes.person[votes.statement == 1] < 150).sum()
    assert sum(cell.n for cell in one.by_role) == (votes.person[votes.statement == 1] < 155).sum()
    assert found.roles == ("staff", "families")
    assert found.statements[10].shared_ground is not None
    assert found.statements[10].shared_ground < 0.3
    assert all(statement.not_heard == () for statement in found.statements)


def test_what_tells_the_groups_apart(found: Landscape) -> None:
    for group in found.groups:
        assert len(group.representative) == 5
        assert [one.score for one in group.representative] == sorted((one.score for one in group.representative), reverse=True)
        for one in group.representative:
            assert one.statement >= 3
            assert one.agrees == ((one.statement % 2 == 0) == (group.number == 0))
            assert one.share > 0.6
            assert one.rest < 0.3
            assert 0 < one.score < one.share - one.rest
            assert one.n >= 30


def test_the_same_from_shuffled_rows_and_the_same_seed(found: Landscape, camps: tuple[Votes, np.ndarray]) -> None:
    votes, _ = camps
    order = np.random.default_rng(1).permutation(votes.count)
    again = gather(162, 24, votes.person[order], votes.statement[order], votes.value[order])
    roles = np.where(np.arange(162) < 100, 0, np.where(np.arange(162) < 155, 1, -1))
    assert same(measure_landscape(again, roles=roles, role_names=("staff", "families")), found)


def test_more_groups_than_hold_are_given_when_asked_for_and_flagged(camps: tuple[Votes, np.ndarray]) -> None:
    found = measure_landscape(camps[0], groups=4)
    assert FlagKind.UNSTABLE_GROUPS in kinds(found)
    assert min(group.n for group in found.groups) >= 10
    one = measure_landscape(camps[0], groups=1)
    assert one.k == 1
    assert one.groups[0].representative == ()
    assert one.stability is None


def test_differences_are_only_listed_when_they_are_sure() -> None:
    """Two groups drawn by lot: over 40 runs hardly any statement tells them apart."""
    listed = 0
    for seed in range(40):
        votes = planted(120, 30, 0.6, strength=0, seed=seed).votes
        lots = np.random.default_rng(seed).integers(0, 2, 120)
        listed += sum(map(len, representative_statements(count_cells(votes, lots, 2), small=10)))
    assert listed <= 6
    assert representative_statements(count_cells(votes, lots * 0, 1), small=10) == ((),)


def test_how_foretelling_is_judged() -> None:
    given = np.array([[0.7, 0.2, 0.1], [0.2, 0.5, 0.3]])
    came = np.array([0, 2], dtype=np.int8)
    expected = ((0.3**2 + 0.2**2 + 0.1**2) + (0.2**2 + 0.5**2 + 0.7**2)) / 2
    assert brier(given, came) == pytest.approx(expected)
    assert foretelling(given, np.full((2, 3), 1 / 3), came).accuracy == 0.5
    with pytest.raises(ValueError, match="no held-out vote"):
        foretelling(given[:0], given[:0], came[:0])


def test_groups_by_lot_foretell_no_better_than_means() -> None:
    found = measure_landscape(planted(300, 40, 0.5, strength=0, seed=4).votes, groups=2)
    if found.k > 1:
        assert found.prediction is not None
        assert found.prediction.brier > found.prediction.brier_of_means - 0.005
    worse = [measure_landscape(planted(100, 30, 0.5, strength=0, seed=seed).votes, groups=2, small=5) for seed in range(6)]
    assert any(FlagKind.NO_BETTER_THAN_MEANS in kinds(each) for each in worse)
    assert all(FlagKind.UNSTABLE_GROUPS in kinds(each) for each in worse)


def test_straight_liners_are_flagged_and_kept() -> None:
    made = planted(200, 40, 0.6, strength=0, popular=0.5, seed=6).votes
    said = np.where(made.person == 17, 1, made.value)
    said = np.where(made.person == 23, 0, said)
    votes = gather(200, 40, made.person, made.statement, said)
    found = measure_landscape(votes)
    (flag,) = [flag for flag in found.flags if flag.kind is FlagKind.STRAIGHT_LINER]
    assert flag.people == (17, 23)
    assert found.n_votes == votes.count
    assert sum(statement.counts.n for statement in found.statements) == votes.count
    assert found.people.group[17] >= 0


def test_honest_people_are_hardly_ever_taken_for_straight_liners() -> None:
    flagged = 0
    for seed in range(20):
        votes = planted(150, 20, 0.4, strength=0, popular=0.5, passing=0.1, seed=seed).votes
        reactions = lay_out(votes, np.arange(150))
        flagged += len(straight_liners(reactions, np.zeros(150, dtype=np.int64), 1))
    assert flagged <= 4
    # To agree with what everybody, or everybody of one's group, agrees with is no straight line.
    camp = np.repeat([1, -1], [50, 50])
    votes = gather(100, 30, np.repeat(np.arange(100), 30), np.tile(np.arange(30), 100), np.repeat(camp, 30))
    reactions = lay_out(votes, np.arange(100))
    assert len(straight_liners(reactions, (camp < 0).astype(np.int64), 2)) == 0
    assert len(straight_liners(reactions, np.full(100, -1), 0)) == 100


def everyone(people: int, statements: int, value: int) -> Votes:
    person, statement = np.repeat(np.arange(people), statements), np.tile(np.arange(statements), people)
    return gather(people, statements, person, statement, np.full(people * statements, value))


def test_everybody_agreeing() -> None:
    found = measure_landscape(everyone(60, 15, 1))
    assert found.k == 1
    assert kinds(found) == {FlagKind.EVERYBODY_AGREES}
    assert {statement.outcome for statement in found.statements} == {Outcome.SHARED}
    assert found.people.confidence.tolist() == [1.0] * 60


def test_everybody_passing() -> None:
    found = measure_landscape(everyone(60, 15, 0))
    assert found.k == 1
    assert kinds(found) == {FlagKind.EVERYBODY_PASSES}
    assert {statement.outcome for statement in found.statements} == {Outcome.OPEN}


def test_one_person() -> None:
    found = measure_landscape(everyone(1, 20, 1))
    assert (found.k, found.n_grouped) == (1, 1)
    assert FlagKind.FEW_PEOPLE in kinds(found)
    assert {statement.outcome for statement in found.statements} == {Outcome.NOT_ENOUGH_VOTES}
    assert all(statement.agreement is None for statement in found.statements)


@pytest.mark.parametrize(("people", "statements"), [(0, 0), (5, 0), (0, 5), (5, 5)])
def test_no_votes_at_all(people: int, statements: int) -> None:
    found = measure_landscape(gather(people, statements, [], [], []), role_names=("staff",))
    assert (found.k, found.groups, found.prediction, found.n_grouped) == (0, (), None, 0)
    assert len(found.statements) == statements
    assert {FlagKind.FEW_PEOPLE, FlagKind.FEW_VOTES} == kinds(found)
    assert all(statement.not_heard == ("staff",) for statement in found.statements)


def test_people_who_voted_too_little_are_not_placed_but_heard() -> None:
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(100), 3)
    statement = np.concatenate([rng.choice(12, 3, replace=False) for _ in range(100)])
    found = measure_landscape(gather(100, 12, person, statement, np.ones(300, dtype=int)))
    assert (found.k, found.n_grouped) == (0, 0)
    assert FlagKind.FEW_VOTES in kinds(found)
    assert {statement.outcome for statement in found.statements} == {Outcome.SHARED}
    # Where there are only three statements, three votes are all anybody can give.
    assert measure_landscape(everyone(30, 3, 1)).n_grouped == 30


def test_ten_thousand_statements_few_people_have_seen() -> None:
    rng = np.random.default_rng(2)
    person = np.repeat(np.arange(80), 50)
    votes = gather(80, 10_000, person, rng.integers(0, 10_000, 4000), rng.integers(-1, 2, 4000))
    found = measure_landscape(votes)
    assert found.k == 1
    assert {statement.outcome for statement in found.statements} == {Outcome.NOT_ENOUGH_VOTES}


def test_what_cannot_be_measured_is_refused() -> None:
    votes = everyone(5, 5, 1)
    with pytest.raises(ValueError, match="seed"):
        measure_landscape(votes, seed=-1)
    with pytest.raises(ValueError, match="smallest group"):
        measure_landscape(votes, small=0)
    with pytest.raises(ValueError, match="0 groups"):
        measure_landscape(votes, groups=0)
    with pytest.raises(ValueError, match="5 people"):
        measure_landscape(votes, roles=np.zeros(4, dtype=np.int64), role_names=("staff",))
    with pytest.raises(ValueError, match="role"):
        measure_landscape(votes, roles=np.ones(5, dtype=np.int64), role_names=("staff",))


def test_polis_mode_is_handed_on() -> None:
    found = measure_landscape(planted(60, 20, 0.6, sizes=(0.5, 0.5), seed=1).votes, mode=Mode.POLIS)
    assert found.mode is Mode.POLIS


def test_a_statement_is_drawn_without_loading_numpy() -> None:
    asked = "import sys; from commonwhy.methods.opinion.routing_draw import draw; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
