"""Fronts: for each effort the most points, and the steps behind them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path import fronts
from scoring.path.components import Component
from scoring.path.fronts import Option, front
from scoring.path.knapsack import TooManyStates
from tests.scoring.builders import grid
from tests.scoring.path.worlds import simple_base

CURVE = simple_base({"type": "ratio", "full_at": 0.5}, [20], [100]).components["C"]
BANDS = [{"from": 0.6, "fraction": 1}, {"from": 0.4, "fraction": 0.5}]
STAIRS = simple_base({"type": "bands", "of": "ratio", "steps": BANDS}, [20], [100]).components["C"]

options = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 25)), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(st.lists(options, min_size=1, max_size=4), st.sampled_from([CURVE, STAIRS]))
def test_a_front_is_what_trying_everything_finds(groups: list[list[tuple[int, int]]], component: Component) -> None:
    numbers = itertools.count()
    listed = [[Option(-1, 0, 0.0), *(Option(next(numbers), e, g) for e, g in own)] for own in groups]
    found = front(component, listed)
    tried = list(itertools.product(*listed))
    for effort, points in zip(found.effort.tolist(), found.points.tolist(), strict=True):
        gains = [sum(o.gain for o in own) for own in tried if sum(o.effort for o in own) <= effort]
        assert points == max(int(component.points(np.array([g]))[0]) for g in gains)
    assert found.points[-1] == component.points(np.array([sum(max(o.gain for o in own) for own in listed)]))[0]
    by_number = {o.step: o for own in listed for o in own}
    for place, effort in enumerate(found.effort.tolist()):
        taken = [by_number[step] for step in found.steps(place)]
        assert sum(o.effort for o in taken) == effort
        assert component.points(np.array([sum(o.gain for o in taken)]))[0] == found.points[place]


def test_more_than_enough_is_not_paid_for() -> None:
    # 30 more give full marks: of 20 + 20 + 20 two are enough.
    groups = [[Option(-1, 0, 0.0), Option(i, 5, 20.0)] for i in range(3)]
    found = front(CURVE, groups)
    assert (found.effort.tolist(), found.points.tolist()) == ([0, 5, 10], [grid(4), grid(8), grid(10)])


def test_too_many_efforts_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fronts, "FRONT_LIMIT", 3)
    groups = [[Option(-1, 0, 0.0), Option(i, 2**i, 0.5 * 2**i)] for i in range(4)]
    with pytest.raises(TooManyStates, match="more than 3 efforts"):
        front(CURVE, groups)
