"""Forecast of the appraisal cut, by hand. Pairs are written (period, criterion, unit, self, appraised, maximum) in points."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.cut_forecast import (
    LEAST_DOSSIERS,
    BackTest,
    Basis,
    CutForecast,
    CutHistory,
    PeriodTest,
    SelfScores,
    back_test,
    forecast_cuts,
)
from scoring.grid import in_points, on_grid
from tests.scoring.builders import grid

Pair = tuple[int, int, int, float, float, float]
GROUP = np.array([0, 0, 1])
"""Criteria 0 and 1 stand in main index 0, criterion 2 in main index 1."""
THREE: tuple[Pair, ...] = ((2023, 0, 0, 10, 5, 10), (2023, 0, 1, 10, 7, 10), (2023, 2, 2, 10, 9, 10))


def history(*pairs: Pair) -> CutHistory:
    columns = np.array(pairs, float).reshape(-1, 6).T
    period, criterion, unit = (c.astype(np.intp) for c in columns[:3])
    return CutHistory(period, criterion, unit, *(on_grid(c) for c in columns[3:]))


def now(
    claimed: list[list[float]],
    maxima: list[list[float]],
    unit: tuple[int, ...] = (5,),
    absent: tuple[tuple[int, int], ...] = (),
    added: tuple[float, ...] = (0,),
) -> SelfScores:
    without = np.zeros(np.shape(claimed), bool)
    for cell in absent:
        without[cell] = True
    return SelfScores(
        np.array(unit), on_grid(np.array(claimed)), on_grid(np.array(maxima)), without, on_grid(np.array(added))
    )


ONE = now([[8, 10, 9]], [[10, 20, 10]])


def points(steps: np.ndarray) -> list[float]:
    return [round(float(p), 9) for p in in_points(steps).ravel()]


def three(**more: object) -> CutForecast:
    return forecast_cuts(history(*THREE), now([[8, 10, 9]], [[10, 20, 10]], **more), GROUP, grid(100), 2)  # type: ignore[arg-type]


def test_each_level_is_drawn_towards_the_one_above() -> None:
    # Prior of 2 pairs. All: (0.5 + 0.7 + 0.9) / 3 = 0.7. Main index 0: (1.2 + 2 x 0.7) / (2 + 2) = 0.65; criterion 0:
    # (1.2 + 2 x 0.65) / 4 = 0.625; criterion 1 has no pair: 0.65. Main index 1: (0.9 + 1.4) / 3; criterion 2:
    # (0.9 + 2 x 2.3 / 3) / 3 = 7.3 / 9.
    found = three()
    assert found.share[0].tolist() == pytest.approx([0.625, 0.65, 7.3 / 9])
    assert points(found.points) == [5, 6.5, 7.3]


def test_an_earlier_gap_of_the_unit_itself_counts_beside_that_of_the_criterion() -> None:
    # Unit 0: (0.5 + 2 x 0.625) / 3; unit 1: (0.7 + 2 x 0.625) / 3; in the other criteria as everybody.
    assert three(unit=(0,)).share[0].tolist() == pytest.approx([1.75 / 3, 0.65, 7.3 / 9])
    assert three(unit=(1,)).share[0].tolist() == pytest.approx([1.95 / 3, 0.65, 7.3 / 9])


def test_totals_are_converted_as_the_engine_does() -> None:
    # 27 of 40 claimed; 5 + 6.5 + 7.3 = 18.8 of 40 forecast.
    found = three()
    assert (points(found.self_total), points(found.total)) == ([67.5], [47])
    # A maximum that does not count leaves: 17 of 20 claimed, 12.3 of 20 forecast.
    without = forecast_cuts(history(*THREE), now([[8, 0, 9]], [[10, 0, 10]]), GROUP, grid(100), 2)
    assert (points(without.self_total), points(without.total)) == ([85], [61.5])


def test_bonus_and_penalty_are_taken_as_they_are_within_the_scale() -> None:
    assert points(three(added=(-2,)).total) == [45]
    assert points(three(added=(60,)).total) == [100]


def test_required_evidence_that_is_absent_makes_a_lower_case_of_zero_points() -> None:
    # Criterion 1 without its document: 12.3 of 40 in the lower case, 18.8 of 40 if the document comes.
    found = three(absent=((0, 1),))
    assert (points(found.total), points(found.total_without)) == ([47], [30.75])
    assert points(found.points) == [5, 6.5, 7.3]
    assert points(found.low)[1] == 0
    assert points(three().total_without) == points(three().total)


def test_half_a_claim_weighs_half() -> None:
    # (0.5 + 0.4) / (0.5 + 1), not the mean of 1 and 0.4.
    found = forecast_cuts(history((2023, 2, 0, 5, 5, 10), (2023, 2, 1, 10, 4, 10)), ONE, GROUP, None)
    assert found.share[0].tolist() == pytest.approx([0.6, 0.6, 0.6])


def test_a_stronger_prior_stays_nearer_to_the_level_above() -> None:
    # Prior of 8 pairs. Main index 0: (1.2 + 5.6) / 10 = 0.68, criterion 0: (1.2 + 5.44) / 10 = 0.664.
    found = forecast_cuts(history(*THREE), ONE, GROUP, None, 8)
    assert found.share[0, :2].tolist() == pytest.approx([0.664, 0.68])


def test_every_cell_says_how_many_earlier_gaps_it_rests_on() -> None:
    found = forecast_cuts(
        history(*THREE, (2022, 0, 0, 10, 6, 10)),
        now([[8, 10, 9]] * 2, [[10, 20, 10]] * 2, (0, 5), added=(0, 0)),
        GROUP,
        None,
    )
    assert found.basis.tolist() == [
        [Basis.OWN, Basis.GROUP, Basis.CRITERION],
        [Basis.CRITERION, Basis.GROUP, Basis.CRITERION],
    ]
    # NONE, ALL, GROUP, CRITERION, OWN of unit 0 in criterion 0, then in criterion 1.
    assert found.pairs[0, 0].tolist() == [0, 4, 3, 3, 2]
    assert found.pairs[0, 1].tolist() == [0, 4, 3, 0, 0]
    far = forecast_cuts(history((2023, 2, 0, 10, 5, 10)), ONE, GROUP, None)
    assert far.basis[0].tolist() == [Basis.ALL, Basis.ALL, Basis.CRITERION]


def test_without_any_earlier_pair_there_are_only_bounds() -> None:
    found = forecast_cuts(history(), now([[8, 10, 9]], [[10, 20, 10]], absent=((0, 0),)), GROUP, grid(100))
    assert not found.has_basis
    assert found.basis.tolist() == [[Basis.NONE] * 3]
    for forecast in (found.share, found.points, found.total, found.total_without):
        assert np.isnan(forecast).all()
    assert (points(found.low), points(found.high)) == ([0, 0, 0], [8, 10, 9])
    assert (points(found.total_low), points(found.total_high), found.bounds_only) == ([0], [67.5], True)


def test_a_claim_of_nothing_teaches_nothing() -> None:
    found = forecast_cuts(history((2023, 0, 0, 0, 0, 10)), ONE, GROUP, None)
    assert not found.has_basis


def test_what_was_not_claimed_is_forecast_with_nothing() -> None:
    found = forecast_cuts(history(*THREE), now([[0, 10, 9]], [[10, 20, 10]]), GROUP, None)
    assert points(found.points)[0] == points(found.low)[0] == points(found.high)[0] == 0


def test_appraisal_that_raised_claims_is_forecast_up_to_the_maximum() -> None:
    # 8 of 5 retained everywhere: 9 claimed become 10 of 10, 2 become 3.2.
    found = forecast_cuts(history((2023, 0, 0, 5, 8, 10)), now([[9, 2, 0]], [[10, 20, 10]]), GROUP, None)
    assert points(found.points) == [10, 3.2, 0]
    assert points(found.high) == [10, 3.2, 0]


def spread(dossiers: int, criteria: tuple[int, ...] = (0,)) -> CutHistory:
    """Dossiers of other units that kept 1, 2, 3 … of 10 in each of the criteria."""
    return history(*((2023, c, 10 + i, 10, i + 1, 10) for i in range(dossiers) for c in criteria))


def test_the_interval_is_what_earlier_dossiers_missed_when_forecast_without_themselves() -> None:
    # A dossier with share r is forecast from the other eight with (4.5 - r) / 8, so it missed 9 / 8 x (r - 0.5), from
    # -0.45 to 0.45. The forecast share is 0.5: 10 points claimed, 5 forecast, 0.5 to 9.5.
    found = forecast_cuts(spread(9), now([[10, 0, 0]], [[10, 0, 0]]), GROUP, None)
    assert points(found.points)[0] == 5
    assert (points(found.low)[0], points(found.high)[0]) == (0.5, 9.5)
    assert (points(found.total_low), points(found.total_high)) == ([0.5], [9.5])
    assert not found.bounds_only


def test_fewer_than_nine_dossiers_give_no_interval_but_bounds() -> None:
    assert LEAST_DOSSIERS == 9
    found = forecast_cuts(spread(8), now([[10, 0, 0]], [[10, 0, 0]]), GROUP, None)
    assert points(found.points)[0] == 4.5
    assert (points(found.low)[0], points(found.high)[0], found.bounds_only) == (0, 10, True)


def test_criteria_of_one_dossier_miss_together() -> None:
    # Each dossier missed alike in both criteria, so the ends of the sum are the sums of the ends.
    found = forecast_cuts(spread(9, (0, 1)), now([[10, 10, 0]], [[10, 10, 0]]), GROUP, None)
    assert (points(found.low)[:2], points(found.high)[:2]) == ([0.5, 0.5], [9.5, 9.5])
    assert (points(found.total_low), points(found.total_high)) == ([1], [19])


def test_the_interval_of_a_total_reaches_from_the_lower_case_to_the_upper() -> None:
    asked = now([[10, 10, 0]], [[10, 10, 0]], absent=((0, 1),))
    found = forecast_cuts(spread(9, (0, 1)), asked, GROUP, None)
    assert (points(found.total_low), points(found.total_high)) == ([0.5], [19])
    assert (points(found.low)[1], points(found.high)[1]) == (0, 9.5)


def test_a_criterion_without_misses_of_its_own_takes_those_of_its_main_index() -> None:
    found = forecast_cuts(spread(9), now([[0, 10, 0]], [[0, 10, 0]]), GROUP, None)
    assert 0 < points(found.low)[1] < points(found.points)[1] == 5 < points(found.high)[1] < 10
    assert set(points(found.low)[1:2] + points(found.high)[1:2]) <= {5 + 1.125 * k for k in range(-4, 5)}


def test_the_same_question_has_the_same_answer_and_another_seed_another_one() -> None:
    # Main index 0 has two criteria with one pair each per dossier at most, so what a dossier lacks is drawn.
    pairs = [(2023, i % 2, 10 + i, 10, (7 * i) % 11, 10) for i in range(16)]
    asked = now([[7, 9, 0]], [[10, 10, 0]])
    sums = [points(forecast_cuts(history(*pairs), asked, GROUP, None, seed=s).total_high) for s in (1, 1, 2, 3, 4)]
    assert sums[0] == sums[1]
    assert len(set(map(tuple, sums))) > 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 40))
def test_order_changes_nothing_and_every_forecast_lies_in_its_interval(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    keys = generator.permutation(4 * 3 * 5)[:count]
    claimed = generator.integers(0, 11, count)
    pairs = [
        (2020 + int(k) // 15, int(k) % 3, int(k) // 3 % 5, float(s), float(generator.integers(0, s + 1)), 10.0)
        for k, s in zip(keys, claimed, strict=True)
    ]
    claims = generator.integers(0, 11, (4, 3)).astype(float).tolist()
    asked = now(claims, [[10, 10, 10]] * 4, (0, 1, 2, 9), ((1, 1),), (0, 0, 0, 0))
    turned = now(claims[::-1], [[10, 10, 10]] * 4, (9, 2, 1, 0), ((2, 1),), (0, 0, 0, 0))
    first = forecast_cuts(history(*pairs), asked, GROUP, grid(100))
    again = forecast_cuts(history(*pairs[::-1]), turned, GROUP, grid(100))
    for name in ("share", "points", "low", "high", "total", "total_low", "total_high"):
        assert np.array_equal(getattr(first, name), getattr(again, name)[::-1], equal_nan=True), name
    known = ~np.isnan(first.points)
    assert (first.low <= first.points)[known & ~asked.evidence_absent].all()
    assert (first.points <= first.high)[known].all()
    total = ~np.isnan(first.total)
    assert (first.total_low <= first.total_without)[total].all()
    assert (first.total <= first.total_high)[total].all()
    assert (first.total <= first.self_total)[total].all()


def test_the_back_test_holds_one_period_out_and_the_naive_forecast_beside_it() -> None:
    # 2022 from 2023: 6 forecast, 5 given, 10 claimed. 2023 from 2022: 5 forecast, 6 given, 10 claimed.
    tested = back_test(history((2022, 0, 0, 10, 5, 10), (2023, 0, 0, 10, 6, 10)), GROUP)
    assert tested.periods == (
        PeriodTest(2022, 1, 1, 5, 1, 1, 5, None),
        PeriodTest(2023, 1, 1, 4, 1, 1, 4, None),
    )
    assert (tested.error, tested.naive_error, tested.total_error, tested.naive_total_error) == (1, 4.5, 1, 4.5)


def test_errors_of_cells_and_of_sums_are_told_apart() -> None:
    # Share of 2022: 0.5. 2023: 5 and 5 forecast, 4 and 6 given: off by 1 in each cell, by nothing in the sum.
    pairs = ((2022, 0, 1, 10, 5, 10), (2023, 0, 0, 10, 4, 10), (2023, 2, 0, 10, 6, 10))
    held = back_test(history(*pairs), GROUP).periods[1]
    assert (held.pairs, held.error, held.naive_error) == (2, 1, 5)
    assert (held.dossiers, held.total_error, held.naive_total_error) == (1, 0, 10)


def test_where_nothing_is_cut_the_naive_forecast_is_as_good() -> None:
    tested = back_test(history((2022, 0, 0, 8, 8, 10), (2023, 0, 0, 7, 7, 10)), GROUP)
    assert (tested.error, tested.naive_error) == (0, 0)


def test_the_back_test_counts_the_sums_inside_their_interval() -> None:
    # 2022 kept 1 … 9 of 10, so 2023 is forecast with 0.5 to 9.5: 5 lies in it, 10 does not.
    pairs = [(2022, 0, 10 + i, 10, i + 1, 10) for i in range(9)]
    held = back_test(history(*pairs, (2023, 0, 1, 10, 5, 10), (2023, 0, 2, 10, 10, 10)), GROUP).periods
    assert [(p.period, p.dossiers, p.covered) for p in held] == [(2022, 9, None), (2023, 2, 1)]


@pytest.mark.parametrize("pairs", [(), ((2023, 0, 0, 10, 5, 10),), ((2022, 0, 0, 0, 0, 10), (2023, 0, 0, 10, 5, 10))])
def test_without_two_periods_there_is_no_back_test(pairs: tuple[Pair, ...]) -> None:
    assert back_test(history(*pairs), GROUP) == BackTest(())
    assert BackTest(()).error is BackTest(()).naive_error is BackTest(()).total_error is None


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (((2023, 0, 0, 11, 5, 10),), r"self_points\[0\]"),
        (((2023, 0, 0, 5, 5, 10), (2023, 0, 1, 5, -1, 10)), r"appraised_points\[1\]"),
        (((2023, 0, 0, 5, math.nan, 10),), r"appraised_points\[0\]"),
        (((2023, 0, 0, 0, 0, 0),), r"maximum\[0\]"),
        (((2023, 0, 0, 5, 5, 10), (2023, 0, 0, 6, 5, 10)), "pair 1 repeats"),
    ],
)
def test_pairs_that_cannot_be_are_refused(pairs: tuple[Pair, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        history(*pairs)


def test_points_off_the_grid_and_shapes_that_do_not_fit_are_refused() -> None:
    one, half = np.zeros(1, np.intp), np.array([0.5])
    with pytest.raises(ValueError, match="whole number of grid steps"):
        CutHistory(one, one, one, half, half, np.array([1.0]))
    with pytest.raises(ValueError, match="one value per pair"):
        CutHistory(one, one, np.zeros(2, np.intp), one.astype(float), one.astype(float), np.array([1.0]))
    with pytest.raises(ValueError, match=r"self_points\[0, 1\]"):
        now([[1, 11]], [[10, 10]])
    with pytest.raises(ValueError, match="unit and added"):
        now([[1, 1]], [[10, 10]], (0, 1))
    with pytest.raises(ValueError, match="prior"):
        forecast_cuts(history(*THREE), ONE, GROUP, None, 0)
    with pytest.raises(ValueError, match="one main index per criterion"):
        forecast_cuts(history(*THREE), ONE, GROUP[:2], None)
    with pytest.raises(ValueError, match="not among 3 criteria"):
        forecast_cuts(history((2023, 3, 0, 10, 5, 10)), ONE, GROUP, None)


def test_what_was_given_and_found_cannot_be_changed() -> None:
    found, given_pairs = three(), history(*THREE)
    for array in (found.points, found.total, given_pairs.self_points, ONE.self_points):
        with pytest.raises(ValueError, match="read-only"):
            array[:] = 0
