"""The Method of Equal Shares: elections worked out by hand, the guarantee it exists for, ties, and who gets what."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwhy.methods.equal_shares import Bought, Choice, choose_under_limit, equal_shares


def items(choice: Choice) -> list[int]:
    return [chosen.item for chosen in choice.equal_shares]


def test_an_election_worked_out_by_hand() -> None:
    """10 voters, 3 places, 3/10 each. Item 0 has 6 fans (1/6 each), item 1 the same 6, item 2 four others (1/4 each).

    Bought: 0 at 1/6, leaving its six fans 2/15 each, 4/5 together: not enough for item 1. Then 2 at 1/4. Money for a
    fourth place gives everybody 2/5, so item 1 is bought too, at 1/6.
    """
    ballots = [{0, 1}] * 6 + [{2}] * 4
    first = equal_shares(Counter(map(frozenset, ballots)), 3, 3, 3)
    assert first == [(0, Fraction(1, 6)), (2, Fraction(1, 4))]
    choice = choose_under_limit(ballots, 3, 3)
    assert [(one.item, one.most_paid) for one in choice.equal_shares] == [
        (0, Fraction(1, 6)),
        (1, Fraction(1, 6)),
        (2, Fraction(1, 4)),
    ]
    assert choice.places == 4


def test_who_has_little_left_pays_all_of_it_and_the_others_share_the_rest() -> None:
    """4 voters, 2 places, 1/2 each: item 0 at 1/3 leaves its three fans 1/6; then 1/6 + 1/6 + 1/2 < 1 for item 1.

    5 voters, 3 places, 3/5 each: item 0 at 1/3 leaves its fans 4/15, and 4/15 + 4/15 + 3/5 >= 1 for item 1; two of its
    fans cannot pay a third, so they pay all their 4/15, and the third one the other 7/15.
    """
    ballots = [{0, 1}, {0, 1}, {0}, {1}]
    assert equal_shares(Counter(map(frozenset, ballots)), 2, 2, 2) == [(0, Fraction(1, 3))]
    assert items(choose_under_limit(ballots, 2, 2)) == [0, 1]
    ballots = [{0, 1}, {0, 1}, {0}, {1}, {2}]
    assert equal_shares(Counter(map(frozenset, ballots)), 3, 3, 3) == [(0, Fraction(1, 3)), (1, Fraction(7, 15))]


def test_equal_shares_heed_a_third_of_the_voters_where_plain_counting_gives_them_nothing() -> None:
    choice = choose_under_limit([{0, 1, 2}] * 20 + [{3, 4}] * 10, 5, 3, ["town"] * 20 + ["valley"] * 10)
    assert sorted(items(choice)) == [0, 1, 3]
    assert choice.plain == (0, 1, 2)
    valley, before = choice.by_group["valley"], choice.by_group_plain["valley"]
    assert (valley.n, valley.share, valley.average) == (10, 1, 1)
    assert (before.n, before.share, before.average) == (10, 0, 0)
    assert choice.everybody.share == 1
    assert choice.by_group["town"].average == 2


def justified(ballots: list[frozenset[int]], chosen: set[int], limit: int, n_items: int) -> bool:
    """Extended justified representation by brute force (Aziz et al. 2017): every cohesive group has a satisfied member."""
    voters = [ballot for ballot in ballots if ballot]
    for wanted in range(1, limit + 1):
        for bundle in combinations(range(n_items), wanted):
            # The largest group that all approve of the bundle and whose members all have fewer than `wanted`.
            left_out = [ballot for ballot in voters if ballot.issuperset(bundle) and len(ballot & chosen) < wanted]
            if left_out and len(left_out) * limit >= wanted * len(voters):
                return False
    return True


@settings(max_examples=150, deadline=None)
@given(
    st.integers(2, 6).flatmap(
        lambda m: st.tuples(
            st.just(m), st.integers(1, m), st.lists(st.frozensets(st.integers(0, m - 1), max_size=m), min_size=1, max_size=9)
        )
    )
)
def test_every_group_large_enough_and_of_one_mind_gets_its_due(election: tuple[int, int, list[frozenset[int]]]) -> None:
    n_items, limit, ballots = election
    choice = choose_under_limit(ballots, n_items, limit)
    assert justified(ballots, set(items(choice)), limit, n_items)
    assert len(set(items(choice))) == len(choice.equal_shares) <= limit
    assert len(choice.equal_shares) == min(limit, len(set().union(*ballots)))


def test_the_guarantee_is_not_empty_because_plain_counting_breaks_it() -> None:
    ballots = [frozenset({0, 1, 2})] * 20 + [frozenset({3, 4})] * 10
    assert not justified(ballots, set(choose_under_limit(ballots, 5, 3).plain), 3, 5)


def bought_by_brute_force(ballots: list[frozenset[int]], n_items: int, places: int) -> list[tuple[int, Fraction]]:
    """The rule as it is written down, voter by voter, every price worked out anew from its definition."""
    voters = [ballot for ballot in ballots if ballot]
    money = [Fraction(places, len(voters))] * len(voters) if voters else []
    found: list[tuple[int, Fraction]] = []
    while True:
        offers = []
        for item in set(range(n_items)) - {item for item, _ in found}:
            fans = [i for i, ballot in enumerate(voters) if item in ballot]
            if sum(money[i] for i in fans) < 1:
                continue
            # The price is where the sum of min(money, rho), which is straight between amounts of money, reaches 1.
            for payers in range(1, len(fans) + 1):
                poorer = sorted(fans, key=lambda i: money[i])[: len(fans) - payers]
                rho = (Fraction(1) - sum(money[i] for i in poorer)) / payers
                if rho >= 0 and sum(min(money[i], rho) for i in fans) == 1:
                    offers.append((rho, -len(fans), item))
        if not offers:
            return found
        rho, _, item = min(offers)
        for i, ballot in enumerate(voters):
            if item in ballot:
                money[i] -= min(money[i], rho)
        found.append((item, rho))


def test_compressed_ballots_and_remembered_prices_give_what_the_rule_says() -> None:
    rng = Random(5)
    for _ in range(400):
        n_items, places, liked = rng.randint(1, 10), rng.randint(1, 9), rng.choice([0.2, 0.35, 0.5])
        ballots = [frozenset(i for i in range(n_items) if rng.random() < liked) for _ in range(rng.randint(1, 12))]
        alike = Counter(ballot for ballot in ballots if ballot)
        assert equal_shares(alike, n_items, n_items, places) == bought_by_brute_force(ballots, n_items, places)


def test_ties_go_to_the_earlier_item() -> None:
    choice = choose_under_limit([{2}, {1}, {0}], 3, 1)
    assert items(choice) == [0]
    assert choice.plain == (0,)
    assert items(choose_under_limit([{0}, {0}, {1}, {1}], 2, 1)) == [0]


def test_the_same_ballots_in_another_order_choose_the_same() -> None:
    rng = Random(2)
    ballots = [{i for i in range(9) if rng.random() < 0.3} for _ in range(60)]
    first = choose_under_limit(ballots, 9, 4)
    rng.shuffle(ballots)
    assert choose_under_limit(ballots, 9, 4).equal_shares == first.equal_shares


def test_places_nobody_can_pay_for_go_to_the_most_approved() -> None:
    # Money for three places, 3/8 each, buys item 0 alone; for four, 1/2 each, items 1 and 2 too, which is one too many.
    choice = choose_under_limit([{0}, {0}, {0}, {1}, {1}, {2}, {2}, {3}], 4, 2)
    assert [(one.item, one.how) for one in choice.equal_shares] == [(0, Bought.BY_SHARES), (1, Bought.BY_APPROVALS)]
    assert choice.places == 3
    choice = choose_under_limit([{0}, {1}, {2}, {3}], 4, 2)  # all four at once, or none
    assert [(one.item, one.how, one.most_paid) for one in choice.equal_shares] == [
        (0, Bought.BY_APPROVALS, None),
        (1, Bought.BY_APPROVALS, None),
    ]


def test_empty_ballots_neither_pay_nor_count() -> None:
    choice = choose_under_limit([{0}, {0}, set(), [], {1}], 3, 1, ["a", "a", "a", None, "b"])
    assert (choice.voters, choice.empty) == (3, 2)
    assert choice.by_group["a"].n == 2
    assert items(choice) == [0]
    nothing = choose_under_limit([set(), set()], 3, 2)
    assert nothing.equal_shares == nothing.plain == ()
    assert nothing.everybody.share is None
    assert nothing.everybody.average is None
    assert choose_under_limit([], 0, 0).equal_shares == ()


def test_items_nobody_approves_of_are_never_chosen() -> None:
    choice = choose_under_limit([{1}, {1}], 4, 3)
    assert items(choice) == [1]
    assert choice.approvals == (0, 2, 0, 0)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        choose_under_limit([{2}], 2, 1)
    with pytest.raises(ValueError, match="0 or more"):
        choose_under_limit([{0}], 2, -1)
    with pytest.raises(ValueError, match="2 ballots but 1 groups"):
        choose_under_limit([{0}, {1}], 2, 1, ["a"])
