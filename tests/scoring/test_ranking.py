"""Ranks and bands, by hand and against brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ranking import band_index, competition_rank, rank_bounds

bounded = settings(max_examples=150, deadline=None)


def brute(points: list[float | None]) -> list[int]:
    """1 + number of scores above; 0 without a score."""
    return [0 if p is None else 1 + sum(q is not None and q > p for q in points) for p in points]


def array(points: list[float | None]) -> np.ndarray:
    return np.array([np.nan if p is None else p for p in points], float)


@pytest.mark.parametrize(
    ("points", "ranks"),
    [
        ([40, 30, 30, 20], [1, 2, 2, 4]), ([10, 20, 30], [3, 2, 1]), ([5, 5, 5], [1, 1, 1]), ([7], [1]), ([], []),
        ([None, 3, None, 8], [0, 2, 0, 1]), ([None], [0]), ([0, 0, 1], [2, 2, 1]), ([15, 15, 16, 14], [2, 2, 1, 4]),
    ],
)  # fmt: skip
def test_highest_first_ties_share_the_lowest_rank(points: list[float | None], ranks: list[int]) -> None:
    assert competition_rank(array(points)).tolist() == ranks


def test_groups_are_ranked_each_by_itself() -> None:
    points = np.array([9.0, 8.0, 8.0, 7.0, np.nan, 3.0, 3.0])
    group = np.array([1, 0, 1, 0, 0, 1, 0])
    assert competition_rank(points, group).tolist() == [1, 1, 2, 2, 0, 3, 3]


scores = st.one_of(st.none(), st.integers(0, 5), st.integers(0, 2**53)).map(lambda x: None if x is None else float(x))


@bounded
@given(st.lists(st.tuples(scores, st.integers(0, 2)), max_size=25))
def test_ranks_are_one_more_than_those_above_in_the_group(rows: list[tuple[float | None, int]]) -> None:
    points, groups = [p for p, _g in rows], [g for _p, g in rows]
    assert competition_rank(array(points)).tolist() == brute(points)
    expected = [0] * len(rows)
    for g in set(groups):
        members = [i for i, own in enumerate(groups) if own == g]
        for i, rank in zip(members, brute([points[i] for i in members]), strict=True):
            expected[i] = rank
    assert competition_rank(array(points), np.array(groups, np.intp)).tolist() == expected


@pytest.mark.parametrize(
    ("points", "place"), [([1.0, 2.5, 3.5], 1), ([np.nan, 2.0, 0.5], 2), ([0.25], 0), ([np.nan, np.nan, 7.5, 0.5], 2)]
)
def test_points_off_the_grid_are_refused_by_position(points: list[float], place: int) -> None:
    with pytest.raises(ValueError, match=rf"points\[{place}\]"):
        competition_rank(np.array(points))


intervals = st.one_of(st.none(), st.tuples(st.integers(0, 4), st.integers(0, 4)))


@bounded
@given(st.lists(intervals, min_size=1, max_size=6))
def test_rank_bounds_are_those_of_all_extreme_cases(drawn: list[tuple[int, int] | None]) -> None:
    ranges = [None if r is None else (float(min(r)), float(max(r))) for r in drawn]
    low, high = (array([None if r is None else r[i] for r in ranges]) for i in (0, 1))
    best, worst = rank_bounds(low, high)
    cases = [brute(list(case)) for case in product(*[(None,) if r is None else r for r in ranges])]
    assert best.tolist() == [min(case[i] for case in cases) for i in range(len(ranges))]
    assert worst.tolist() == [max(case[i] for case in cases) for i in range(len(ranges))]


def test_rank_bounds_by_hand() -> None:
    # B is certain at 5; A may be anywhere from 0 to 10; C has 3 for sure.
    best, worst = rank_bounds(np.array([0.0, 5.0, 3.0]), np.array([10.0, 5.0, 3.0]))
    assert best.tolist() == [1, 1, 2]
    assert worst.tolist() == [3, 2, 3]


def test_bands_take_the_first_that_is_reached() -> None:
    points = np.array([95.0, 90.0, 89.0, 50.0, 10.0, np.nan])
    assert band_index(points, [90.0, 80.0, 50.0]).tolist() == [0, 0, 1, 2, -1, -1]
    assert band_index(points, []).tolist() == [-1] * 6
