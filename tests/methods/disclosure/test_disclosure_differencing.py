"""Set differencing across releases, against brute force over the sums a reader could form."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.disclosure import Allowed, Reason, Refused, Release, check_release, would_difference

ATOMS = {"t|oak": 4, "t|elm": 30, "s|oak": 90, "s|elm": 110, "f|oak": 12, "f|elm": 3}


def check(new, earlier, atoms=ATOMS, k=10, **options):
    return check_release(Release.of(new, atoms), [Release.of(e, atoms) for e in earlier], atoms, k, **options)


def code(verdict):
    return verdict.code if isinstance(verdict, Refused) else None


def test_a_first_release_of_many_is_allowed_and_of_few_refused():
    assert check([["t|elm"]], []) == Allowed()
    assert code(check([["t|oak"]], [])) is Reason.TOO_FEW


@pytest.mark.parametrize("strict", [True, False])
def test_a_difference_either_way_is_refused(strict):
    both, one = [["t|oak", "t|elm"]], [["t|elm"]]
    assert code(check(one, [both], strict=strict)) is Reason.DIFFERENCE
    assert code(check(both, [one], strict=strict)) is Reason.DIFFERENCE


def test_what_was_shown_may_be_shown_again():
    assert check([["t|elm"], ["s|oak"]], [[["s|oak"]], [["t|elm"]]]) == Allowed()


@pytest.mark.parametrize("strict", [True, False])
def test_a_difference_with_the_union_of_several_is_refused(strict):
    whole = [["s|oak", "s|elm", "f|elm"]]
    assert code(check(whole, [[["s|oak"]], [["s|elm"]]], strict=strict)) is Reason.COMBINATION


def test_a_nested_chain_is_followed():
    # a ⊂ b ⊂ c differ by enough each time; the new set fills b less a, all but three people.
    a, b, c = ["s|oak"], ["s|oak", "t|elm", "f|elm"], ["s|oak", "t|elm", "f|elm", "s|elm"]
    assert check([c], [[a], [b]]) == Allowed()
    assert code(check([["t|elm"]], [[a], [b], [c]], strict=False)) is Reason.COMBINATION
    assert code(check([["t|elm", "s|elm"]], [[a], [b], [c]], strict=False)) is Reason.COMBINATION


def test_overlapping_filters_are_refused_unless_they_were_planned():
    oak, families_and_students = [["s|oak", "t|oak"]], [["s|oak", "s|elm", "f|oak"]]
    assert code(check(oak, [families_and_students])) is Reason.DIFFERENCE
    assert check(oak, [families_and_students], strict=False) == Allowed()


def test_a_swap_of_a_few_is_refused_even_when_planned():
    atoms = {"many": 500, "a": 3, "b": 4}
    first, second = [["many", "a"]], [["many", "b"]]
    assert code(check(second, [first], atoms, strict=False)) is Reason.COMBINATION


def test_late_answers_are_a_difference_in_time():
    then = Release.of([["t|elm"]], ATOMS)
    few, many = ATOMS | {"t|elm": 33}, ATOMS | {"t|elm": 45}
    verdict = check_release(Release.of([["t|elm"]], few), [then], few, 10)
    assert code(verdict) is Reason.TOO_SOON
    assert "Come back when more have answered" in verdict.reason
    assert check_release(Release.of([["t|elm"]], many), [then], many, 10) == Allowed()


def test_late_answers_count_across_different_sets():
    then = Release.of([["s|oak"], ["s|elm"]], ATOMS)
    now = ATOMS | {"s|oak": 92}
    verdict = check_release(Release.of([["s|oak", "s|elm"]], now), [then], now, 10, strict=False)
    assert code(verdict) is Reason.COMBINATION


def test_empty_atoms_make_no_difference():
    atoms = {"a": 40, "nobody": 0}
    assert check([["a", "nobody"]], [[["a"]]], atoms) == Allowed()


def test_a_release_survives_storage_as_json_and_holds_no_person():
    release = Release.of([["t|elm", "t|oak"], ["s|elm"]], ATOMS)
    stored = json.loads(json.dumps(release.to_json()))
    assert stored == {
        "populations": [["s|elm"], ["t|elm", "t|oak"]],
        "heard": {"s|elm": 110, "t|elm": 30, "t|oak": 4},
    }
    again = Release.from_json(stored)
    assert set(again.populations) == set(release.populations)
    assert again.heard == release.heard
    for broken in ({}, {"populations": 3, "heard": {}}, {"populations": [["x"]], "heard": {}}, []):
        with pytest.raises(ValueError, match=r"stored release|cross-classification"):
            Release.from_json(broken)


def test_reasons_say_what_to_do_and_not_how_many():
    for reason in Reason:
        text = Refused(reason, 10).reason
        assert "{" not in text
        assert "Choose" in text or "Come back" in text


def singled_out(sets, atoms, k):
    """Whether some combination of the sets involves fewer than k people, by trying every small set of atoms."""
    live = [a for a in atoms if atoms[a]]
    rows = [[Fraction(a in s) for a in live] for s in sets]
    whole = rank(rows)
    for size in range(1, len(live) + 1):
        for chosen in combinations(range(len(live)), size):
            if sum(atoms[live[c]] for c in chosen) < k:
                outside = [[row[c] for c in range(len(live)) if c not in chosen] for row in rows]
                if rank(outside) < whole:  # something in the span touches only the chosen atoms
                    return True
    return False


def rank(rows):
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][column] / rows[found][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_check_agrees_with_brute_force(data):
    atoms = {f"a{i}": data.draw(st.sampled_from([0, 1, 2, 3, 5, 8, 12])) for i in range(7)}
    subset = st.sets(st.sampled_from(sorted(atoms)), min_size=1)
    earlier: list[frozenset[str]] = []
    for new in data.draw(st.lists(subset, min_size=1, max_size=6)):
        before, after = singled_out(earlier, atoms, 10), singled_out([*earlier, new], atoms, 10)
        assert not before
        verdict = check([new], [[e] for e in earlier], atoms, strict=False)
        assert isinstance(verdict, Refused) == after, (earlier, new, atoms)
        strict = check([new], [[e] for e in earlier], atoms)
        assert isinstance(strict, Refused) or not after, "the strict mode refuses at least as much"
        if not after:
            earlier.append(frozenset(new))


def test_sets_of_members_are_checked_the_same_way():
    assert would_difference(range(100), [], 10) is None
    assert would_difference(range(5), [], 10).code is Reason.TOO_FEW
    assert would_difference(range(100), [range(97)], 10).code is Reason.DIFFERENCE
    assert would_difference(range(97), [range(100)], 10).code is Reason.DIFFERENCE
    assert would_difference(range(100), [range(50), range(50, 97)], 10).code is Reason.COMBINATION
    assert would_difference(range(100), [range(90)], 10) is None
    assert would_difference(range(100), [range(100)], 10) is None
    assert would_difference(range(100), [range(4, 200)], 10).code is Reason.DIFFERENCE
    assert would_difference(range(100), [range(4, 200)], 10, strict=False) is None


def test_hundreds_of_releases_over_a_district_are_checked():
    atoms = {f"g{g}|s{s}": (g * 7 + s * 5) % 23 for g in range(10) for s in range(30)}
    by_group = [[f"g{g}|s{s}" for s in range(30)] for g in range(10)]
    by_school = [[f"g{g}|s{s}" for g in range(10)] for s in range(30)]
    planned = [[population] for population in [list(atoms), *by_group, *by_school]]
    pairs = [[by_school[s] + by_school[t]] for s in range(30) for t in range(s)]
    verdict = check([by_school[3] + by_school[4] + by_group[2]], planned + pairs[:160], atoms, strict=False)
    assert isinstance(verdict, Allowed | Refused)
    assert check([by_group[0]], planned + pairs[:160], atoms) == Allowed()
