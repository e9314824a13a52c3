"""The integer programme by itself: rows, projects, lines that begin flat."""

import numpy as np

from scoring.path.components import Line, Staircase
from scoring.path.programme import Programme, Summed, count_row


def programme(gains: list[float], efforts: list[float], shape: Line | Staircase, **more: object) -> Programme:
    """Every step a group of its own, all of them moving one component of at most 10 points."""
    summed = Summed(np.arange(len(gains)), np.array(gains), shape, 0.0, 10.0)
    return Programme(np.array(efforts), np.arange(len(gains)), (summed,), **more)  # type: ignore[arg-type]


def found(steps: np.ndarray | None) -> list[int] | None:
    return None if steps is None else steps.tolist()


def test_least_effort_and_nothing_when_the_points_are_out_of_reach() -> None:
    own = programme([3, 4, 6], [3, 5, 6], Line(0.0, 1.0, 0.0))
    assert found(own.least_effort(7.0)) == [0, 1]
    assert found(own.least_effort(10.0)) in ([0, 1, 2], [1, 2])
    assert own.least_effort(10.1) is None


def test_most_points_stops_at_the_maximum() -> None:
    best = programme([3, 4, 6], [3, 5, 6], Line(0.0, 1.0, 0.0)).most_points()
    assert best is not None
    assert abs(best[1] - 10) < 1e-6


def test_a_line_that_begins_flat_pays_only_beyond_its_start() -> None:
    own = programme([3, 4, 6], [3, 5, 6], Line(5.0, 2.0, 0.0))
    # 3 + 4 gain 7, that is 2 beyond the start: 4 points. 6 alone gains 1 beyond: 2 points.
    assert found(own.least_effort(2.0)) == [2]
    assert found(own.least_effort(4.0)) == [0, 1]


def test_stairs_are_taken_one_by_one() -> None:
    own = programme([3, 4, 6], [3, 5, 6], Staircase(((5.0, 4.0), (9.0, 10.0))))
    assert found(own.least_effort(4.0)) == [2]
    assert found(own.least_effort(4.1)) == [0, 2]


def test_projects_count_once() -> None:
    projects = (np.array([0, 1]), np.array([2]))
    own = programme([3, 4, 6], [3, 5, 6], Line(0.0, 1.0, 0.0), projects=projects, most_projects=1)
    assert found(own.least_effort(7.0)) == [0, 1]
    assert own.least_effort(8.0) is None


def test_further_rows_and_rows_that_nothing_can_meet() -> None:
    own = programme([3, 4, 6], [3, 5, 6], Line(0.0, 1.0, 0.0))
    assert found(own.with_rows([count_row([2], high=0.0)]).least_effort(3.0)) == [0]
    assert found(own.with_rows([count_row([1], low=1.0)]).least_effort(0.0)) == [1]
    assert own.with_rows([count_row([], low=1.0)]).least_effort(0.0) is None
