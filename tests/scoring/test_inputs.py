"""Inputs: three states, and refusals that name unit, criterion and input."""

import datetime as dt

import numpy as np
import pytest

from scoring.compiled import CompiledSet
from scoring.inputs import Cell, Inputs, ValueFault, decode, encode, read_cells
from tests.scoring.builders import compiled, criterion, group, simple

RULES = {
    "R": {"type": "ratio"},
    "V": {"type": "count", "full_at": 5},
    "M": {"type": "min_max"},
    "W": {"type": "choice", "options": {"head": 1, "none": 0}},
    "Y": {"type": "yes_no"},
    "D": {"type": "deadline", "due": dt.date(2024, 12, 15), "lose_per_day": 0.1},
    "J": {"type": "judged"},
}


@pytest.fixture
def ready() -> CompiledSet:
    return compiled(group("G", *(criterion(code, 10, rule) for code, rule in RULES.items())))


def good(ready: CompiledSet, units: int = 2) -> np.ndarray:
    """Values that every input can hold."""
    values = np.ones((units, len(ready.columns)))
    values[:, ready.column_of["D", "value"]] = dt.date(2024, 12, 1).toordinal()
    return values


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("code", "key"), [("R", "a"), ("R", "b"), ("V", "value"), ("M", "value"), ("J", "value")])
def test_nan_and_infinity_are_refused_by_name(ready: CompiledSet, bad: float, code: str, key: str) -> None:
    values = good(ready)
    values[1, ready.column_of[code, key]] = bad
    with pytest.raises(ValueError, match=rf"^U2, {code}, {key}: .*hữu hạn"):
        Inputs.from_arrays(ready, ("U1", "U2"), values)


@pytest.mark.parametrize(
    ("code", "key", "value"),
    [("V", "value", -1), ("R", "b", -1), ("W", "value", 2), ("W", "value", -1), ("Y", "value", 2), ("J", "value", 10.5), ("J", "value", -1)],
)  # fmt: skip
def test_values_out_of_range_are_refused_by_name(ready: CompiledSet, code: str, key: str, value: float) -> None:
    values = good(ready)
    values[0, ready.column_of[code, key]] = value
    with pytest.raises(ValueError, match=rf"^U1, {code}, {key}: "):
        Inputs.from_arrays(ready, ("U1", "U2"), values)


def test_a_above_b_is_refused_by_name(ready: CompiledSet) -> None:
    values = good(ready)
    values[1, ready.column_of["R", "a"]] = 2
    with pytest.raises(ValueError, match=r"^U2, R, a: a = 2 lớn hơn b = 1"):
        Inputs.from_arrays(ready, ("U1", "U2"), values)


def test_nan_where_nothing_is_given_is_simply_missing(ready: CompiledSet) -> None:
    values = good(ready)
    values[0, 0] = np.nan
    given = np.ones(values.shape, bool)
    given[0, 0] = False
    inputs = Inputs.from_arrays(ready, ("U1", "U2"), values, given)
    assert inputs.value(0, 0) is None
    assert inputs.value(1, 0) == 1.0


def test_min_max_takes_negative_values(ready: CompiledSet) -> None:
    values = good(ready)
    values[0, ready.column_of["M", "value"]] = -1e6
    assert Inputs.from_arrays(ready, ("U1", "U2"), values).value(0, ready.column_of["M", "value"]) == -1e6


def test_wrong_shape_is_refused(ready: CompiledSet) -> None:
    with pytest.raises(ValueError, match="one row per unit, one column per input"):
        Inputs.from_arrays(ready, ("U1",), good(ready))


def test_inputs_cannot_be_changed(ready: CompiledSet) -> None:
    inputs = Inputs.from_arrays(ready, ("U1", "U2"), good(ready))
    with pytest.raises(ValueError, match="read-only"):
        inputs.values[0, 0] = 5


def test_arrays_of_the_caller_stay_his(ready: CompiledSet) -> None:
    values = good(ready)
    inputs = Inputs.from_arrays(ready, ("U1", "U2"), values)
    values[0, 0] = 0
    assert inputs.value(0, 0) == 1.0


@pytest.mark.parametrize(
    ("code", "key", "value"),
    [("R", "a", 3.5), ("M", "value", -2.0), ("W", "value", "none"), ("Y", "value", "yes"), ("D", "value", dt.date(2024, 2, 29)), ("J", "value", 7.25)],
)  # fmt: skip
def test_decode_is_the_opposite_of_encode(
    ready: CompiledSet, code: str, key: str, value: float | str | dt.date
) -> None:
    column = ready.columns[ready.column_of[code, key]]
    assert decode(column, encode(column, value)) == value


def test_date_for_a_number_is_refused(ready: CompiledSet) -> None:
    column = ready.columns[ready.column_of["V", "value"]]
    with pytest.raises(ValueFault, match="2024-12-15 là ngày"):
        encode(column, dt.date(2024, 12, 15))


def test_cells_give_missing_not_applicable_and_values() -> None:
    ready = compiled(
        group("G", criterion("A", 5, RULES["R"]), criterion("B", 5, RULES["V"]), criterion("C", 5, RULES["Y"]))
    )
    cells = [
        Cell("U", "A", "a", "N/A"),
        Cell("U", "A", "b", 4),
        Cell("U", "B", "value", " "),
        Cell("U", "C", "value", "yes"),
    ]
    inputs, rejections = read_cells(ready, ("U", "T"), cells)
    assert rejections == ()
    assert inputs is not None
    assert inputs.not_applicable.tolist() == [[True, False, False], [False, False, False]]
    assert [inputs.value(0, c) for c in range(4)] == [None, 4.0, None, "yes"]
    assert not inputs.given[1].any()


def test_one_bad_cell_and_nothing_is_read() -> None:
    inputs, rejections = read_cells(
        simple(RULES["V"]), ("U",), [Cell("U", "C", "value", "x"), Cell("T", "C", "value", 1)]
    )
    assert inputs is None
    assert [(r.position, r.part) for r in rejections] == [(0, "value"), (1, "unit")]


def test_snapshot_knows_what_is_not_due() -> None:
    ready = simple(RULES["V"])
    inputs, _rejections = read_cells(ready, ("U",), [Cell("U", "C", "value", 5)])
    assert inputs is not None
    later = inputs.without_due(np.array([True]))
    assert later.not_due.tolist() == [True]
    assert inputs.not_due.tolist() == [False]
