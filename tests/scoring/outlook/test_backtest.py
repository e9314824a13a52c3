"""The back-test: Brier bounds against enumeration, hand-made years, and what the published years allow to say."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outlook.assumptions import STATED
from scoring.outlook.backtest import BackTest, Range, _advantage, back_test, brier_ranges, same_rank_chance, year_test
from scoring.outlook.history import History
from tests.scoring.outlook.facts import history, published_history, results

UNKNOWN = float("nan")
chances = st.floats(0, 1)
cases = st.lists(st.tuples(chances, chances, st.sampled_from([0.0, 1.0, UNKNOWN])), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def tested() -> BackTest:
    return back_test(published_history(), 4_000, 1)


def completions(outcome: np.ndarray, seats: int | None) -> list[np.ndarray]:
    unknown = np.flatnonzero(np.isnan(outcome))
    found = []
    for fill in product((0.0, 1.0), repeat=len(unknown)):
        if seats is None or sum(fill) == seats:
            full = outcome.copy()
            full[unknown] = fill
            found.append(full)
    return found


@settings(max_examples=150, deadline=None)
@given(cases, st.integers(0, 7))
def test_ranges_are_those_of_every_way_the_unknown_may_have_fallen(
    case: list[tuple[float, float, float]], wanted: int
) -> None:
    model, other, outcome = (np.array(column) for column in zip(*case, strict=True))
    seats = min(wanted, int(np.isnan(outcome).sum()))
    both, seated = brier_ranges(model, outcome, seats)
    scores = [float(((model - full) ** 2).mean()) for full in completions(outcome, None)]
    assert (both.low, both.high) == pytest.approx((min(scores), max(scores)))
    scores = [float(((model - full) ** 2).mean()) for full in completions(outcome, seats)]
    assert (seated.low, seated.high) == pytest.approx((min(scores), max(scores)))
    gaps = [float(((other - full) ** 2 - (model - full) ** 2).mean()) for full in completions(outcome, seats)]
    advantage = _advantage(other, model, outcome, seats)
    assert (advantage.low, advantage.high) == pytest.approx((min(gaps), max(gaps)), abs=1e-12)


def test_same_rank_gives_one_zero_and_an_even_share() -> None:
    chance = same_rank_chance(published_history().up_to(2021), 2021, STATED)
    ranks = published_history().year(2021).ranks
    assert (chance[(ranks > 0) & (ranks <= 12)] == 1).all()
    assert (chance[ranks > 15] == 0).all()
    assert chance[ranks == 0] == pytest.approx(3 / 38)
    assert chance.sum() == pytest.approx(15)


def test_the_published_years_are_what_is_known_of_them(tested: BackTest) -> None:
    first, second = tested.tests
    assert (first.fitted_to, first.target, second.fitted_to, second.target) == (2021, 2022, 2022, 2023)
    assert (first.totals, first.ranks, first.known_in, first.known_out, first.unknown) == (11, 63, 16, 47, 0)
    assert (second.totals, second.ranks, second.known_in, second.known_out, second.unknown) == (4, 15, 12, 3, 48)
    for test in tested.tests:
        for found in test.comparisons.values():
            assert found.brier.low <= found.brier_seats.low <= found.brier_seats.high <= found.brier.high
        hits = test.comparisons["model"].score_hits
        assert hits is not None
        assert hits[0.9].inside == sum(c.low <= c.published <= c.high for c in test.checks)
        assert hits[0.5].of == test.totals == len(test.checks)
    exact = first.comparisons["same_rank"].brier
    assert exact.low == exact.high


def test_frozen_scores_of_a_public_year_are_the_same_ranks(tested: BackTest) -> None:
    """All ranks of 2022 are public, so frozen scores and kept ranks say the same of 2023."""
    frozen, same = (tested.tests[1].comparisons[method] for method in ("frozen", "same_rank"))
    assert (frozen.brier, frozen.brier_seats) == (same.brier, same.brier_seats)


def test_results_of_the_target_year_do_not_reach_the_forecast() -> None:
    past = published_history()
    reversed_ranks = results(2023, list(range(63, 0, -1)), [None] * 63, mean=0.9)
    changed = History(past.provinces, (*past.up_to(2022).years, reversed_ranks))
    kept, other = (year_test(h, 2023, 800, 1) for h in (past, changed))
    assert kept.level is not None
    assert other.level is not None
    assert (kept.level.low, kept.level.high) == (other.level.low, other.level.high)


def test_a_year_that_repeats_the_last_is_best_met_by_keeping_ranks() -> None:
    count = 20
    scores = [0.9 - 0.02 * i for i in range(count)]
    years = [
        results(year, list(range(1, count + 1)), scores, mean=float(np.mean(scores))) for year in (2020, 2021, 2022)
    ]
    (test,) = back_test(history(*years), 500, 1).tests
    assert test.comparisons["same_rank"].brier == Range(0.0, 0.0)
    advantage = test.comparisons["same_rank"].advantage
    assert advantage is not None
    assert advantage.high < 0


def test_fewer_than_three_years_test_nothing() -> None:
    assert back_test(published_history().up_to(2021), 10, 1).tests == ()
