"""Growth, spread and steps against numbers worked by hand."""

import numpy as np
import pytest

from scoring.outlook.assumptions import STATED, Assumptions, Pace
from scoring.outlook.movement import MOST_OF_THE_ROOM, Movement, Steps, fit, year_changes
from tests.scoring.outlook.facts import history, published_history, results

STILL = Movement((), 0.0, 0.0, 0.0)


def test_changes_are_those_of_the_published_means_up_to_the_base_year() -> None:
    changes = year_changes(published_history(), 2022)
    assert [(c.from_year, c.to_year, c.provinces) for c in changes] == [(2020, 2021, 63), (2021, 2022, 63)]
    assert [c.change for c in changes] == pytest.approx([0.0988, 0.1777])


def test_without_means_the_provinces_that_are_public_in_both_years_stand_in() -> None:
    past = history(
        results(2020, [1, 2, 3], [0.5, 0.4, None]),
        results(2021, [1, 2, 3], [0.6, 0.3, 0.2]),
        results(2023, [1, 2, 3], [0.9, 0.8, 0.7]),
    )
    (change,) = year_changes(past, 2023)
    assert (change.to_year, change.provinces) == (2021, 2)
    assert change.change == pytest.approx(0.0)


def test_growth_is_shrunk_toward_zero_by_the_prior() -> None:
    one, two = (fit(published_history(), year, STATED) for year in (2021, 2022))
    assert one.growth == pytest.approx(0.0988 / 3)
    assert one.year_spread == pytest.approx(np.sqrt(2 / 3) * 0.0988)
    assert one.growth_spread == pytest.approx(one.year_spread / np.sqrt(3))
    mean = (0.0988 + 0.1777) / 2
    assert two.growth == pytest.approx(mean / 2)
    squares = (0.0988 - mean) ** 2 + (0.1777 - mean) ** 2 + mean**2
    assert two.year_spread == pytest.approx(np.sqrt(squares / 2))


@pytest.mark.parametrize("base_year", [2021, 2022, 2023])
def test_the_common_spread_is_at_least_that_of_the_published_changes(base_year: int) -> None:
    found = fit(published_history(), base_year, Assumptions(prior_pairs=0))
    changes = [c.change for c in found.changes]
    assert found.year_spread >= (np.std(changes, ddof=1) if len(changes) > 1 else STATED.least_common_spread)


def test_no_change_at_all_gives_no_growth_and_the_floor() -> None:
    found = fit(history(results(2021, [1, 2], [0.5, None])), 2021, STATED)
    assert (found.growth, found.year_spread) == (0.0, STATED.least_common_spread)


def test_a_step_without_anything_changes_nothing_exactly() -> None:
    scores = np.array([[0.8002, 0.54146, 0.1]])
    steps = Steps.over(2, STILL, Assumptions(own_noise=0, catching_up=0), Pace())
    np.testing.assert_array_equal(steps.move(scores, np.array([1.7]), np.ones((1, 3))), scores)


def test_catching_up_halves_distances_and_keeps_the_mean() -> None:
    steps = Steps.over(1, STILL, Assumptions(own_noise=0, catching_up=0.5), Pace())
    moved = steps.move(np.array([[0.9, 0.5, 0.1]]), np.zeros(1), np.zeros((1, 3)))
    assert moved == pytest.approx(np.array([[0.7, 0.5, 0.3]]))


def test_two_years_are_two_steps() -> None:
    movement = Movement((), 0.05, 0.02, 0.03)
    steps = Steps.over(2, movement, Assumptions(own_noise=0.04, catching_up=0.1), Pace(growth=2))
    assert steps.keep == pytest.approx(0.81)
    assert steps.common == pytest.approx(2 * 0.05 * 2)
    assert steps.common_spread == pytest.approx(np.sqrt(4 * 0.02**2 + 2 * 0.03**2))
    assert steps.own_spread == pytest.approx(0.04 * np.sqrt(1 + 0.81))


@pytest.mark.parametrize("change", [0.1, -0.1, 0.0])
def test_the_mean_changes_by_the_common_change_and_the_order_stays(change: float) -> None:
    scores = np.array([[0.9, 0.6, 0.3]])
    moved = Steps(1.0, change, 0.0, 0.0).move(scores, np.zeros(1), np.zeros((1, 3)))
    assert moved.mean() == pytest.approx(0.6 + change)
    expected = scores + (1 - scores) * change / 0.4 if change > 0 else scores * (1 + change / 0.6)
    assert moved == pytest.approx(expected)


@pytest.mark.parametrize("change", [5.0, -5.0])
def test_however_large_the_common_change_scores_stay_apart_and_within_the_scale(change: float) -> None:
    moved = Steps(1.0, change, 0.0, 0.0).move(np.array([[0.9, 0.6, 0.3]]), np.zeros(1), np.zeros((1, 3)))
    assert (np.diff(moved) < 0).all()
    assert moved.min() > 0
    assert moved.max() < 1
    edge = 0.9 + 0.1 * MOST_OF_THE_ROOM if change > 0 else 0.9 * (1 - MOST_OF_THE_ROOM)
    assert moved[0, 0] == pytest.approx(edge)


def test_a_target_that_is_not_later_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Steps.over(0, STILL, STATED, Pace())
