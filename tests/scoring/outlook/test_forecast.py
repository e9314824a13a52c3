"""Draws of all provinces: exact where nothing is uncertain, reproducible, and using nothing later than the base year."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outlook.assumptions import FROZEN, Assumptions
from scoring.outlook.forecast import Forecast, Question, forecast, quantiles, rank_rows
from scoring.outlook.history import History, YearResults
from scoring.ranking import competition_rank
from tests.scoring.outlook.facts import history, published_history, results

CERTAIN = results(2022, [1, 2, 2, 4], [0.8, 0.6, 0.6, 0.1])


def same(a: Forecast, b: Forecast) -> bool:
    return np.array_equal(a.scores, b.scores) and np.array_equal(a.ranks, b.ranks)


def test_frozen_known_scores_give_certainty() -> None:
    drawn = forecast(Question(history(CERTAIN), 2022, 2024, pace=FROZEN), 50, 1)
    assert (drawn.scores == [0.8, 0.6, 0.6, 0.1]).all()
    assert (drawn.ranks == [1, 2, 2, 4]).all()
    assert drawn.chance(2).tolist() == [1, 1, 1, 0]
    assert drawn.line_quantiles([0.05, 0.95]).tolist() == [[0.8, 0.6, 0.6, 0.1]] * 2


def test_without_spread_the_growth_is_exact() -> None:
    years = [replace(CERTAIN, year=2021, mean=0.4), results(2022, [1, 2, 2, 4], [0.9, 0.7, 0.7, 0.3], mean=0.65)]
    quiet = Assumptions(prior_pairs=0, least_common_spread=0, own_noise=0, catching_up=0)
    question = Question(history(*years), 2022, 2023, quiet)
    movement = question.movement()
    assert movement.growth == pytest.approx(0.25)
    assert (movement.year_spread, movement.growth_spread) == (0, 0)
    share = 0.25 / 0.35
    expected = [s + share * (1 - s) for s in (0.9, 0.7, 0.7, 0.3)]
    assert forecast(question, 3, 1).scores == pytest.approx(np.array([expected] * 3))


def test_a_seed_gives_the_same_draws_for_every_size_of_blocks() -> None:
    for base_year in (2021, 2022, 2023):
        question = Question(published_history(), base_year, 2024)
        whole = forecast(question, 700, 5)
        assert same(whole, forecast(question, 700, 5, block=1_000))
        assert same(whole, forecast(question, 700, 5, block=33))
        assert not same(whole, forecast(question, 700, 6))
        assert np.array_equal(whole.scores[:200], forecast(question, 200, 5, block=90).scores)


@pytest.mark.parametrize("base_year", [2021, 2022])
def test_nothing_later_than_the_base_year_is_used(base_year: int) -> None:
    past = published_history()
    later = results(2023, list(range(63, 0, -1)), [None] * 62 + [0.99], mean=0.9)
    changed = History(past.provinces, (*past.up_to(base_year).years, later))
    drawn = forecast(Question(past, base_year, 2024), 300, 1)
    assert same(drawn, forecast(Question(changed, base_year, 2024), 300, 1))
    assert same(drawn, forecast(Question(past.up_to(base_year), base_year, 2024), 300, 1))


@pytest.mark.parametrize(("base_year", "target_year"), [(2021, 2022), (2022, 2024), (2023, 2024)])
def test_the_chances_of_the_top_add_up_to_its_places(base_year: int, target_year: int) -> None:
    drawn = forecast(Question(published_history(), base_year, target_year), 4_000, 1)
    assert drawn.chance(15).sum() == pytest.approx(15, abs=0.05)
    assert drawn.scores.min() >= 0
    assert drawn.scores.max() <= 1
    np.testing.assert_array_equal(np.sort(drawn.ranks, axis=1), np.tile(np.arange(1, 64), (4_000, 1)))


def test_whoever_stood_higher_has_the_better_chance() -> None:
    past = published_history()
    drawn = forecast(Question(past, 2022, 2023), 20_000, 1)
    order = np.argsort(past.year(2022).ranks)[[0, 9, 19, 29, 49]]
    assert (np.diff(drawn.chance(15)[order]) < 0).all()


def test_what_cannot_be_asked_is_refused() -> None:
    past = published_history()
    with pytest.raises(KeyError):
        Question(past, 2019, 2024)
    with pytest.raises(ValueError, match="later than base year"):
        Question(past, 2023, 2023)
    with pytest.raises(ValueError, match="draws = 0"):
        forecast(Question(past, 2023, 2024), 0, 1)
    assert Question(past, 2023, 2024).base_totals == 4


score_lists = st.lists(st.integers(0, 6), min_size=1, max_size=9)


@settings(max_examples=100, deadline=None)
@given(score_lists)
def test_row_ranks_are_the_ranks_of_one_list(scores: list[int]) -> None:
    row = np.array(scores, float)
    assert rank_rows(np.array([row, row[::-1]]))[0].tolist() == competition_rank(row).tolist()


def test_quantiles_are_those_of_numpy() -> None:
    values = np.random.default_rng(1).random((37, 5))
    at = (0.0, 0.05, 0.5, 0.95, 1.0)
    np.testing.assert_allclose(quantiles(values, at), np.quantile(values, at, axis=0))


def test_rank_quantiles_are_the_smallest_ranks_that_so_many_draws_do_not_exceed() -> None:
    ranks = np.repeat(np.array([[1], [2], [3], [7]], np.int16), 1, axis=1)
    drawn = Forecast(Question(published_history(), 2022, 2023), np.zeros((4, 1)), ranks)
    assert drawn.rank_quantiles([0.05, 0.25, 0.5, 0.75, 0.76, 1.0])[:, 0].tolist() == [1, 1, 2, 3, 7, 7]


def test_a_year_without_any_rank_can_be_a_base() -> None:
    year = YearResults(2023, np.zeros(3, np.int64), np.full(3, np.nan), 0.5)
    drawn = forecast(Question(history(year), 2023, 2024), 6_000, 1)
    assert drawn.chance(1) == pytest.approx([1 / 3] * 3, abs=0.03)
