"""Dư địa tăng điểm: worked by hand, after not-applicable conversion and clamp."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path.prices import component_prices, price_list
from scoring.path.solver import PathModel
from scoring.steps import Change
from tests.scoring.builders import criterion, grid, inputs_of
from tests.scoring.path.worlds import (
    base_of,
    everything,
    hand_step,
    province_of,
    random_base,
    random_steps,
    rolled,
    simple_base,
    units_of,
)

RATIO = {"type": "ratio"}


def test_most_points_per_effort_first_and_clamped() -> None:
    # 70 of 100 at full_at 0,8: 8,75 points; 20 more would be 11,25, but 10 is the maximum.
    base = simple_base({**RATIO, "full_at": 0.8}, [70], [100])
    steps = [hand_step("U0", 20, 5), hand_step("U1", 4, 1), hand_step("U2", 8, "0.5"), hand_step("U3", 0, 0)]
    prices = price_list(base, steps)
    assert [(p.step.unit, p.gain) for p in prices] == [
        ("U3", 0),
        ("U2", grid(1)),
        ("U1", grid(0.5)),
        ("U0", grid(1.25)),
    ]
    assert prices[0].per_effort is None
    assert [p.per_effort for p in prices[1:]] == [grid(2), grid(0.5), grid(0.25)]


def test_gains_are_those_of_the_total_after_not_applicable_conversion() -> None:
    # 10 of 40 points are not applicable: a point of the component is 100 / 30 points of the total.
    ready = units_of(criterion("C", 10, RATIO))
    units = inputs_of(ready, {"U0": {"C": {"a": 10, "b": 100}}})
    province = province_of(
        rolled("C", 10, RATIO, "ratio_of_sums"),
        criterion("N", 10, {"type": "yes_no"}),
        criterion("Y", 20, {"type": "yes_no"}),
        scale=100,
    )
    base = base_of(province, units, {"P": {"N": {"value": "n/a"}, "Y": {"value": "no"}}})
    price = price_list(base, [hand_step("U0", 30)])[0]
    assert (price.points, price.gain) == (grid(3), grid(10))


def test_a_step_that_needs_others_is_there_and_says_so() -> None:
    bands = {"type": "bands", "of": "ratio", "steps": [{"from": 0.5, "fraction": 1}]}
    base = simple_base(bands, [40], [100])
    prices = price_list(base, [hand_step("U0", 9), hand_step("U1", 10)])
    assert [(p.step.unit, p.gain, p.needs_others) for p in prices] == [("U1", grid(10), False), ("U0", 0, True)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_every_price_is_what_the_engine_gives_for_the_step_alone(seed: int) -> None:
    base = random_base(seed)
    for price in price_list(base, random_steps(base, seed)):
        assert price.gain == int(base.rescored([price.step]).total[0]) - base.total


def test_a_components_price_is_the_least_effort_for_all_it_can_win() -> None:
    base = simple_base({**RATIO, "full_at": 0.5}, [10, 10], [50, 50])
    steps = [
        hand_step("U0", 30, 4, changes=(Change("a", 10.0, 40.0),)),
        hand_step("U1", 40, 3, changes=(Change("a", 10.0, 50.0),)),
    ]
    # 30 more are enough for full marks; U1 alone gives them for 3.
    assert [(p.code, p.gain, p.effort, p.steps) for p in component_prices(PathModel(base, steps))] == [
        ("C", grid(6), Decimal(3), 1)
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_component_prices_add_up_to_what_can_be_won(seed: int) -> None:
    base = random_base(seed)
    steps = random_steps(base, seed)
    won = sum(p.gain for p in component_prices(PathModel(base, steps)))
    most = max(t.total for t in everything(base, steps)) - base.total
    assert won == pytest.approx(most, abs=10)
