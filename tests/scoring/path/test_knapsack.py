"""The exact programme against trying everything, on whole numbers of any size."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path import knapsack
from scoring.path.knapsack import Group, TooManyStates, cheapest, lower_hull, most, pareto, whole

Options = list[tuple[int, int]]

options = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4)
problems = st.lists(options, min_size=1, max_size=5)
scales = st.sampled_from([1, 10**9, 10**25])


def groups_of(problem: Sequence[Options], scale: int) -> list[Group]:
    return [Group(whole([c * scale for c, _ in own]), whole([v * scale for _, v in own])) for own in problem]


def sums(problem: Sequence[Options]) -> Iterator[tuple[int, int]]:
    for chosen in itertools.product(*problem):
        yield sum(c for c, _ in chosen), sum(v for _, v in chosen)


def taken(problem: Sequence[Options], chosen: tuple[int, ...] | None) -> tuple[int, int] | None:
    if chosen is None:
        return None
    picked = [own[o] for own, o in zip(problem, chosen, strict=True)]
    return sum(c for c, _ in picked), sum(v for _, v in picked)


@settings(max_examples=400, deadline=None)
@given(problems, st.integers(-5, 160), scales)
def test_cheapest_is_the_least_cost_and_then_the_most_value(problem: list[Options], target: int, scale: int) -> None:
    expected = min(((c, -v) for c, v in sums(problem) if v >= target), default=None)
    found = taken(problem, cheapest(groups_of(problem, scale), target * scale))
    assert found == (None if expected is None else (expected[0], -expected[1]))


@settings(max_examples=400, deadline=None)
@given(problems, st.integers(-5, 160), scales)
def test_most_is_the_highest_value_and_then_the_least_cost(problem: list[Options], budget: int, scale: int) -> None:
    expected = min(((-v, c) for c, v in sums(problem) if c <= budget), default=None)
    found = taken(problem, most(groups_of(problem, scale), budget * scale))
    assert found == (None if expected is None else (expected[1], -expected[0]))


def test_the_last_digit_decides() -> None:
    # In floats 0,1 + 0,2 is more than 0,3; in whole thousandths of 10**-17 it is not.
    groups = [Group(whole([0, 1]), whole([0, 10**17])), Group(whole([0, 2]), whole([0, 2 * 10**17]))]
    assert cheapest(groups, 3 * 10**17) == (1, 1)
    assert cheapest(groups, 3 * 10**17 + 1) is None
    nearly = [Group(whole([0, 7, 8]), whole([0, 10**17 - 1, 10**17]))]
    assert cheapest(nearly, 10**17) == (2,)


def test_the_same_answer_every_time() -> None:
    twins = [Group(whole([0, 3]), whole([0, 5])) for _ in range(6)]
    assert len({cheapest(twins, 14) for _ in range(5)}) == 1


def test_no_groups() -> None:
    assert cheapest([], 0) == ()
    assert cheapest([], 1) is None


def subset_sum(digits: int) -> list[Group]:
    """Cost equals value in every option: the relaxation prunes nothing."""
    chance = np.random.default_rng(3)
    rows = [sorted(chance.integers(1, 10**digits, 4).tolist()) for _ in range(30)]
    return [Group(whole([0, *row]), whole([0, *row])) for row in rows]


def test_without_room_for_states_the_bound_proves_or_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = subset_sum(3)
    target = sum(int(g.value[-1]) for g in groups) // 2
    complete = cheapest(groups, target)
    monkeypatch.setattr(knapsack, "STATE_LIMIT", 3000)
    few = cheapest(groups, target)
    for chosen in (complete, few):
        assert chosen is not None
        assert sum(int(g.cost[o]) for g, o in zip(groups, chosen, strict=True)) == target
    monkeypatch.setattr(knapsack, "STATE_LIMIT", 2)
    with pytest.raises(TooManyStates, match="more than 2 states"):
        cheapest(groups, target)


@given(options)
def test_pareto_keeps_what_nothing_beats(own: Options) -> None:
    cost, value = (np.array(x) for x in zip(*own, strict=True))
    kept = {(int(cost[i]), int(value[i])) for i in pareto(cost, value)}
    beaten = {(c, v) for c, v in own if any(d <= c and w >= v and (d, w) != (c, v) for d, w in own)}
    assert kept == set(own) - beaten


def test_the_lower_hull_leaves_out_what_lies_above_a_line() -> None:
    cost, value = np.array([0, 2, 3, 9]), np.array([0, 1, 4, 6])
    assert lower_hull(cost, value) == [0, 2, 3]
