"""Components: shape and engine agree on what a gain is worth."""

from typing import Any

import numpy as np
import pytest

from scoring.grid import STEPS_PER_POINT
from scoring.path.base import Base
from scoring.path.components import Component, Line, Staircase
from tests.scoring.builders import criterion, grid, inputs_of
from tests.scoring.path.worlds import base_of, province_of, rolled, simple_base, units_of

STEPS = [{"from": 0.9, "fraction": 1}, {"from": 0.6, "fraction": 0.5}, {"from": 0.2, "fraction": 0.1}]


def of_values(rule: dict[str, Any], value: float, how: str = "sum", **more: Any) -> Base:
    ready = units_of(criterion("C", 10, {"type": "count", "full_at": 1000}))
    province = province_of(rolled("C", 10, rule, how, **more))
    return base_of(province, inputs_of(ready, {"U0": {"C": {"value": value}}}))


def component(base: Base) -> Component:
    return base.components["C"]


def by_shape(own: Component, gain: float) -> float:
    match own.shape:
        case Line(flat_until=flat, slope=slope, start=start):
            return min(own.maximum, start + slope * max(0.0, gain - flat))
        case Staircase(stairs=stairs):
            return max([own.start_points, *(points for needed, points in stairs if gain >= needed)])


CASES = {
    "ratio": simple_base({"type": "ratio", "full_at": 0.8}, [30], [100]),
    "down": simple_base({"type": "ratio", "direction": "down"}, [70], [100]),
    "down, more than all": simple_base(
        {"type": "ratio", "direction": "down", "over": "allow"}, [130], [100], {"type": "ratio", "over": "allow"}
    ),
    "bands": simple_base({"type": "bands", "of": "ratio", "steps": STEPS}, [30], [100]),
    "count": of_values({"type": "count", "full_at": 60}, 12),
    "bands of a value": of_values({"type": "bands", "of": "value", "steps": [{"from": 50, "fraction": 1}]}, 12),
    "mean": of_values({"type": "count", "full_at": 60}, 12, "mean", weight="units"),
    "min_max": of_values({"type": "min_max", "goalposts": [10, 90]}, 12),
    "min_max below": of_values({"type": "min_max", "goalposts": [40, 90]}, 12),
    "min_max down": of_values({"type": "min_max", "goalposts": [10, 90], "direction": "down"}, 120),
}


@pytest.mark.parametrize("name", CASES)
def test_shape_and_engine_agree(name: str) -> None:
    own = component(CASES[name])
    gains = np.arange(0.0, 131.0)
    gains = gains[gains <= (own.figure if own.down else 130)]
    engine = own.points(gains)
    assert [by_shape(own, g) for g in gains] == pytest.approx(engine.tolist(), abs=2)
    assert engine[0] == own.start_points
    assert own.points(np.array([own.enough]))[0] == engine.max()
    assert engine[gains < own.enough * (1 - 1e-9)].max() < engine.max()


def test_a_line_in_points() -> None:
    shape = component(CASES["ratio"]).shape_in_points
    assert isinstance(shape, Line)
    assert (shape.flat_until, shape.start) == (0, pytest.approx(3.75))
    assert shape.slope == pytest.approx(10 / 80)


def test_stairs_that_are_taken_already_are_left_out() -> None:
    own = component(CASES["bands"])
    assert own.start_points == grid(1)
    assert own.shape == Staircase(((pytest.approx(30), grid(5)), (pytest.approx(60), grid(10))))  # type: ignore[arg-type]
    assert own.shape_in_points == Staircase(((pytest.approx(30), 5.0), (pytest.approx(60), 10.0)))  # type: ignore[arg-type]


def test_full_and_missing_components_cannot_be_moved() -> None:
    assert not simple_base({"type": "ratio", "full_at": 0.5}, [60], [100]).components
    ready = units_of(criterion("C", 10, {"type": "ratio"}))
    nobody = inputs_of(ready, {"U0": {"C": {"a": "", "b": ""}}})
    assert not base_of(province_of(rolled("C", 10, {"type": "ratio"}, "ratio_of_sums")), nobody).components


def test_typed_components_count_in_points() -> None:
    province = province_of(criterion("E", 6, {"type": "checklist", "items": {"x": 0.5, "y": 0.5}}))
    ready = units_of(criterion("C", 10, {"type": "ratio"}))
    units = inputs_of(ready, {"U0": {"C": {"a": 1, "b": 2}}})
    own = base_of(province, units, {"P": {"E": {"x": "yes", "y": "no"}}}).components["E"]
    assert own.points(np.array([0.0, 1.0 * STEPS_PER_POINT, 9.0 * STEPS_PER_POINT])).tolist() == [
        grid(3),
        grid(4),
        grid(6),
    ]
