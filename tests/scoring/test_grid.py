"""The grid against exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.grid import converted, in_points, on_grid, rounded

EXACT = 2**53
bounded = settings(max_examples=200, deadline=None)
steps = st.one_of(st.integers(0, 100), st.integers(0, 10**12), st.integers(0, EXACT))
positive = st.one_of(st.integers(1, 100), st.integers(1, 10**12), st.integers(1, EXACT))


def half_even(value: Fraction) -> int:
    """Python's round of a Fraction: exact, half to even."""
    return round(value)


@bounded
@given(st.lists(st.tuples(steps, positive), min_size=1, max_size=8), st.integers(1, 10**15))
def test_converted_is_exact(pairs: list[tuple[int, int]], scale: int) -> None:
    pairs = [(min(p, m), m) for p, m in pairs]
    result = converted(np.array([p for p, _m in pairs], float), np.array([m for _p, m in pairs], float), float(scale))
    assert result.tolist() == [float(half_even(Fraction(p * scale, m))) for p, m in pairs]


@bounded
@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_halves_go_to_even(odd: int, maximum: int, factor: int) -> None:
    # points / (2 x maximum) x maximum leaves exactly a half for every odd number of points.
    points, maxima, scale = (2 * odd + 1) * factor, 2 * maximum * factor, maximum
    (result,) = converted(np.array([float(points)]), np.array([float(maxima)]), float(scale))
    assert result == half_even(Fraction(points * scale, maxima))
    assert result % 2 == 0


@bounded
@given(st.lists(steps, min_size=1, max_size=20), positive, positive)
def test_converted_does_not_depend_on_the_batch(points: list[int], maximum: int, scale: int) -> None:
    values = np.array(points, float)
    together = converted(values, np.full(len(values), float(maximum)), float(scale))
    alone = [converted(values[i : i + 1], np.array([float(maximum)]), float(scale))[0] for i in range(len(values))]
    assert together.tolist() == alone


def test_equal_fractions_of_different_maxima_are_equal() -> None:
    # 7 of 9 and 14 of 18, of 100: 77,777777778 both.
    result = converted(on_grid(np.array([7.0, 14.0])), on_grid(np.array([9.0, 18.0])), float(on_grid(100.0)))
    assert result.tolist() == [77_777_777_778.0, 77_777_777_778.0]


def test_nothing_applicable_is_no_score_and_shapes_broadcast() -> None:
    result = converted(np.array([[5.0, 0.0], [3.0, 4.0]]), np.array([[10.0, 0.0], [10.0, 8.0]]), np.array([20.0, 6.0]))
    assert result[0].tolist()[0] == 10
    assert np.isnan(result[0, 1])
    assert result[1].tolist() == [6, 3]
    assert np.isnan(converted(np.array([0.0]), np.array([0.0]), 0.0))[0]


@bounded
@given(st.lists(st.integers(-EXACT, EXACT), min_size=1, max_size=10), st.integers(0, 9))
def test_rounded_is_half_even_in_integers(points: list[int], decimals: int) -> None:
    unit = 10 ** (9 - decimals)
    expected = [float(half_even(Fraction(p, unit)) * unit) for p in points]
    assert rounded(np.array(points, float), decimals).tolist() == expected


def test_rounded_by_hand() -> None:
    points = on_grid(np.array([62.505, 62.515, 62.5050000001, 0.125, 99.995]))
    assert in_points(rounded(points, 2)).tolist() == [62.5, 62.52, 62.5, 0.12, 100.0]
    # One grid step above the half goes up; the tenth decimal is below the grid.
    assert in_points(rounded(on_grid(np.array([62.505000001])), 2)).tolist() == [62.51]


def test_rounded_keeps_what_is_unknown_and_what_need_not_be_rounded() -> None:
    points = np.array([np.nan, 1_500_000_000.0])
    assert np.isnan(rounded(points, 0)[0])
    assert rounded(points, 0)[1] == 2_000_000_000
    assert rounded(points, None) is points
    assert rounded(np.array([5.0]), 9).tolist() == [5.0]


@pytest.mark.parametrize(
    ("points", "expected"), [(0.1, 100_000_000), (1 / 3, 333_333_333), (2 / 3, 666_666_667), (-0.1, -100_000_000)]
)
def test_on_grid(points: float, expected: int) -> None:
    assert on_grid(points) == expected
    assert in_points(on_grid(points)) == pytest.approx(points, abs=5e-10)
