"""Every published fact holds in every draw; degenerate years are drawn exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outlook.assumptions import STATED, Assumptions
from scoring.outlook.bounds import ROUNDING, published_places
from scoring.outlook.forecast import rank_rows
from scoring.outlook.history import YearResults
from scoring.outlook.published import PlaceDraw, PublishedYearDraw, province_scores
from scoring.outlook.streams import Streams
from tests.scoring.outlook.facts import history, names, published_history, results
from tests.scoring.outlook.test_bounds import hidden_tables

DRAWS = 2_000
few = settings(max_examples=150, deadline=None)


def by_place(year: YearResults, draws: int, seed: int = 1) -> np.ndarray:
    return PublishedYearDraw(published_places(year, names(len(year.ranks)))).scores(Streams(seed), draws)


def hold_facts(year: YearResults, scores: np.ndarray, ranks: np.ndarray) -> None:
    """Asserts every published fact in every draw. scores, ranks: (draws, provinces)."""
    public, ranked = ~np.isnan(year.scores), year.ranks > 0
    assert (scores[:, public] == year.scores[public]).all()
    assert (ranks[:, ranked] == year.ranks[ranked]).all()
    assert (scores >= (year.minimum_at_least or 0.0)).all()
    assert (scores <= 1).all()
    if year.mean is not None:
        assert np.abs(scores.mean(axis=1) - year.mean).max() <= ROUNDING
        if year.units_above_mean is not None:
            unknown_above = ((scores > year.mean) & ~public).sum(axis=1)
            assert (unknown_above + (year.scores[public] > year.mean).sum() == year.units_above_mean).all()


@pytest.mark.parametrize("base_year", [2020, 2021, 2022, 2023])
def test_every_published_fact_holds_in_every_draw(base_year: int) -> None:
    past = published_history()
    placing = PlaceDraw(past, base_year, STATED)
    streams = Streams(3)
    drawn = PublishedYearDraw(placing.base).scores(streams, DRAWS)
    scores = province_scores(drawn, placing.places(streams, DRAWS), placing.fixed)
    ranks = rank_rows(scores)
    hold_facts(past.year(base_year), scores, ranks)
    taken = np.sort(np.where(past.year(base_year).ranks > 0, 0, ranks), axis=1)
    left = placing.base.open_places + 1
    assert (taken[:, len(taken[0]) - len(left) :] == left).all()


def test_the_tie_of_2022_draws_equal_scores_on_one_rank() -> None:
    past = published_history()
    drawn = PublishedYearDraw(published_places(past.year(2022), past.provinces)).scores(Streams(1), DRAWS)
    assert (drawn[:, 14] == drawn[:, 15]).all()
    ranks = rank_rows(drawn)
    assert (ranks[:, 14:17] == [15, 15, 17]).all()
    assert len(np.unique(drawn[:, 14])) == DRAWS


@few
@given(hidden_tables(), st.integers(0, 5))
def test_facts_of_any_table_hold_in_every_draw(table: tuple[YearResults, np.ndarray, np.ndarray], seed: int) -> None:
    year = table[0]
    placing = PlaceDraw(history(year), 2022, STATED)
    streams = Streams(seed)
    drawn = PublishedYearDraw(placing.base).scores(streams, 50)
    scores = province_scores(drawn, placing.places(streams, 50), placing.fixed)
    hold_facts(year, scores, rank_rows(scores))


def test_a_year_that_is_wholly_public_is_drawn_as_it_is() -> None:
    year = results(2022, [2, 1, 3, 3], [0.5, 0.8, 0.1, 0.1])
    assert (by_place(year, 5) == [0.8, 0.5, 0.1, 0.1]).all()


def test_one_unknown_score_follows_from_the_mean() -> None:
    drawn = by_place(results(2022, [1, 2, 3], [0.8, None, 0.1], mean=0.4), 100)
    assert drawn[:, 1] == pytest.approx(0.3)
    low = by_place(results(2022, [1, 2, 3], [0.8, None, 0.1], mean=0.3667), 100)
    assert low[:, 1] == pytest.approx(0.2001)


def test_without_a_mean_unknown_scores_are_sorted_uniforms() -> None:
    drawn = by_place(results(2022, [1, 2, 3, 4, 5], [0.9, None, None, None, 0.1]), 40_000)
    inside = (drawn[:, 1:4] - 0.1) / 0.8
    assert inside.mean(axis=0) == pytest.approx([0.75, 0.5, 0.25], abs=0.005)
    assert inside.var(axis=0) == pytest.approx([3 / 80, 4 / 80, 3 / 80], abs=0.001)


def test_wide_gaps_give_way_before_narrow_ones() -> None:
    year = results(2022, [1, 2, 3, 4], [0.9, None, 0.8, None], mean=0.775)
    drawn = by_place(year, 4_000)
    moved = drawn[:, 1].mean(), drawn[:, 3].mean()
    assert moved[0] == pytest.approx(0.85 + 0.05 * 0.1 * 0.475, abs=0.01)
    assert drawn.mean(axis=1) == pytest.approx(0.775)


def test_a_mean_at_the_end_of_the_room_keeps_the_order() -> None:
    drawn = by_place(results(2022, [1, 2, 3, 4], [0.9, None, None, 0.1], mean=0.695), 500)
    assert drawn.mean(axis=1) == pytest.approx(0.695)
    assert (np.diff(drawn, axis=1) < 0).all()


def test_a_place_of_the_year_before_is_kept_without_noise() -> None:
    before = results(2021, [1, 2, 3, 4, 5], [None] * 5)
    placing = PlaceDraw(history(before, results(2022, [0, 0, 1, 0, 0], [None] * 5)), 2022, Assumptions(place_noise=0))
    assert (placing.places(Streams(1), 20) == [1, 2, 0, 3, 4]).all()
    assert not placing.fixed


def test_noise_moves_neighbours_more_often_than_distant_ones() -> None:
    before = results(2021, list(range(1, 21)), [None] * 20)
    placing = PlaceDraw(history(before, results(2022, [0] * 20, [None] * 20)), 2022, STATED)
    places = placing.places(Streams(1), 4_000)
    near, far = (places[:, 10] < places[:, 9]).mean(), (places[:, 19] < places[:, 0]).mean()
    assert 0.3 < near < 0.5
    assert far < 0.01


def test_nothing_known_gives_every_place_alike() -> None:
    placing = PlaceDraw(history(results(2022, [0, 0, 0], [None] * 3)), 2022, STATED)
    places = placing.places(Streams(1), 30_000)
    assert [(places[:, i] == 0).mean() for i in range(3)] == pytest.approx([1 / 3] * 3, abs=0.01)


def test_a_place_drawn_for_one_year_is_where_the_next_begins() -> None:
    """Two provinces without any rank, no noise: whoever is first in 2021 is first in 2022 as well."""
    years = [results(2021, [1, 0, 0], [None] * 3), results(2022, [3, 0, 0], [None] * 3)]
    quiet = Assumptions(place_noise=0)
    places = PlaceDraw(history(*years), 2022, quiet).places(Streams(5), 200)
    before = PlaceDraw(history(years[0]), 2021, quiet).places(Streams(5), 200)
    assert ((before[:, 1] < before[:, 2]) == (places[:, 1] < places[:, 2])).all()
    assert 0 < (places[:, 1] == 0).mean() < 1
