"""How ranks depend on choices: by hand, and as properties on random sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import ScoreBook, score
from scoring.robustness import (
    geometric_ranks,
    geometric_totals,
    weight_draws,
    weight_factors,
    weighted_totals,
)
from tests.scoring.builders import book_of, compiled, criterion, grid, group
from tests.scoring.samples import every_rule, random_inputs, rows_of

RATIO = {"type": "ratio"}
TWO = compiled(
    group("A", criterion("A.1", 60, RATIO)),
    group("B", criterion("B.1", 40, RATIO)),
    scale=100,
    rank_precision=2,
)


def two(**units: tuple[object, object]) -> ScoreBook:
    """Units with so many of 100 in A.1 and B.1; n/a where not applicable."""

    def cell(value: object) -> dict[str, object]:
        return {"a": value, "b": 100 if value != "n/a" else "n/a"}

    return book_of(TWO, {u: {"A.1": cell(a), "B.1": cell(b)} for u, (a, b) in units.items()})


def test_a_drawn_total_by_hand() -> None:
    # x: 60 of 60 and 0 of 40; y: 30 of 60 and 30 of 40. As it is 60 against 60.
    book = two(x=(100, 0), y=(50, 75))
    factors = np.array([[1.0, 1.25, 0.75], [1.0, 0.75, 1.25]])
    totals = weighted_totals(book, np.arange(2), factors)
    # 75 / 105 and (37.5 + 22.5) / 105; then 45 / 95 and (22.5 + 37.5) / 95.
    assert totals.tolist() == [
        [grid(60), grid(60)],
        [grid(71.43), grid(57.14)],
        [grid(47.37), grid(63.16)],
    ]


def test_what_is_not_applicable_stays_out_of_the_drawn_maximum() -> None:
    book = two(x=(50, "n/a"), y=(50, 50))
    factors = np.array([[1.25], [0.75]])
    # 37.5 of 75, and 37.5 + 15 of 105: both are half of what applies.
    assert weighted_totals(book, np.arange(2), factors).tolist() == [[grid(50), grid(50)]]


def test_a_unit_that_leads_everywhere_keeps_its_place_in_every_draw() -> None:
    draws = weight_draws(two(top=(90, 90), low=(10, 10), x=(60, 30), y=(30, 70)), range(4), 500)
    assert draws.published.tolist() == [1, 4, 2, 3]
    low, middle, high = draws.quantiles((0.05, 0.5, 0.95)).tolist()
    assert (low[0], middle[0], high[0]) == (1, 1, 1)
    assert (low[1], middle[1], high[1]) == (4, 4, 4)
    assert (low[2], high[2]) == (2, 3)
    assert draws.held[:2].tolist() == [1, 1]
    # Both stand at 2 where the two decimals tie; else x holds its place where it stands before y.
    before = draws.stands_before(np.array([2, 3]), np.array([3, 2]))
    assert 0.5 < before[0] < 1
    assert before[0] + (1 - before.sum()) == pytest.approx(draws.held[2])


def test_the_chance_of_a_place_is_the_area_where_the_weights_give_it() -> None:
    # x leads y by 30 points of A, y leads x by 37.5 of B: x stands before y where 0.5 x 60 f > 0.9375 x 40 g,
    # f > 1.25 g; in the square from 0.75 to 1.25 that is a triangle of 0.3125 x 0.25 / 2 out of 0.25.
    draws = weight_draws(two(x=(75, 0), y=(25, 93.75)), range(2), 40_000)
    assert draws.held[1] == pytest.approx(1 - 0.15625, abs=0.01)


def test_quantiles_count_draws() -> None:
    draws = weight_draws(two(x=(100, 0), y=(50, 70)), range(2), 200)
    first = np.sort(draws.ranks[:, 0])
    assert draws.quantiles((0.05, 0.95))[:, 0].tolist() == [first[9], first[189]]


def test_main_indices_draw_one_weight_for_all_their_criteria() -> None:
    ready = every_rule()
    by_group = weight_factors(ready, 50, 3, "group")
    by_criterion = weight_factors(ready, 50, 3)
    scored = ready.of_kind("scored")
    for g in range(2):
        own = by_group[ready.group == g]
        assert (own == own[0]).all()
    assert len(np.unique(by_criterion[scored])) == scored.sum() * 50
    for factors in (by_group, by_criterion):
        assert (factors[~scored] == 1).all()
        assert factors[scored].min() >= 0.75
        assert factors[scored].max() <= 1.25


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    book = two(x=(60, 30), y=(30, 72), z=(40, 60))
    same = [weight_draws(book, range(3), 300, seed).ranks for seed in (1, 1, 2)]
    assert (same[0] == same[1]).all()
    assert (same[0] != same[2]).any()


@pytest.mark.parametrize(("draws", "spread"), [(0, 0.25), (10, 1.0), (10, -0.1)])
def test_nothing_to_draw_is_refused(draws: int, spread: float) -> None:
    with pytest.raises(ValueError, match="spread"):
        weight_factors(TWO, draws, 1, spread=spread)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(1, 9),
    st.sampled_from([None, 0, 2, 4]),
    st.sampled_from(["rescale", "full", "zero"]),
)
def test_weights_as_they_are_give_the_engines_ranks(seed: int, units: int, precision: int | None, na: str) -> None:
    more: dict[str, object] = {"not_applicable": na}
    ready = every_rule(**{**more, **({} if precision is None else {"rank_precision": precision})})
    book = score(random_inputs(ready, units, seed))
    rows = np.arange(units)
    totals = weighted_totals(book, rows, np.ones((len(ready.codes), 3)))
    assert np.array_equal(totals, np.tile(book.deciding_total, (3, 1)), equal_nan=True)
    still = weight_draws(book, rows, 4, spread=0.0)
    assert (still.ranks == book.ranks(rows)).all()
    assert (still.held == 1).all()
    # Almost as they are: the arithmetic of the draws gives the engine's total to its last digits.
    nearly = np.ones((len(ready.codes), 1))
    nearly[np.flatnonzero(ready.of_kind("scored"))[0]] = 1 + 1e-12
    assert weighted_totals(book, rows, nearly)[0] == pytest.approx(
        book.deciding_total, abs=10.0 ** (9 - (2 if precision is None else precision)), nan_ok=True
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(6)))
def test_the_order_of_units_changes_nothing(seed: int, order: list[int]) -> None:
    inputs = random_inputs(every_rule(), 6, seed)
    straight = weight_draws(score(inputs), range(6), 50)
    turned = weight_draws(score(rows_of(inputs, order)), range(6), 50)
    assert (turned.ranks == straight.ranks[:, order]).all()
    assert geometric_ranks(score(rows_of(inputs, order)), range(6)).tolist() == [
        geometric_ranks(score(inputs), range(6))[i] for i in order
    ]


def test_a_unit_without_a_score_has_no_place_and_hinders_nobody() -> None:
    draws = weight_draws(two(x=("n/a", "n/a"), y=(10, 10), z=(50, 50)), range(3), 20)
    assert draws.published.tolist() == [0, 2, 1]
    assert (draws.ranks == [0, 2, 1]).all()


def test_only_the_rows_asked_for_are_ranked() -> None:
    draws = weight_draws(two(x=(100, 100), y=(10, 10), z=(50, 50)), [1, 2], 20)
    assert (draws.ranks == [2, 1]).all()


def test_geometric_totals_by_hand() -> None:
    # 0.81^0.6 x 0.16^0.4 x 100; a main index at 0 counts as the floor: 0.01^0.4; not applicable takes no part.
    book = two(x=(81, 16), y=(100, 0), z=(50, "n/a"))
    assert (geometric_totals(book) / 1e9).tolist() == pytest.approx(
        [round(81**0.6 * 16**0.4, 2), round(100 * 0.01**0.4, 2), 50]
    )
    assert geometric_ranks(book, range(3)).tolist() == [2, 3, 1]
    # A higher floor lets the unit with a main index at 0 rise: 100 x 0.5^0.4 = 75.79.
    assert geometric_ranks(book, range(3), 0.5).tolist() == [2, 1, 3]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_geometric_mean_is_never_above_the_arithmetic_one(seed: int) -> None:
    book = score(random_inputs(every_rule(adjustments=False, rank_precision=9), 5, seed))
    fraction = np.divide(book.group_points, book.group_maxima, where=book.group_maxima > 0, out=np.ones((5, 2)))
    above_floor = (fraction >= 1e-6).all(axis=1) & ~np.isnan(book.total)
    assert (geometric_totals(book, 1e-6)[above_floor] <= book.total[above_floor] + 1).all()


@pytest.mark.parametrize("floor", [0.0, -0.1, 1.5])
def test_a_floor_that_is_none_is_refused(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        geometric_totals(two(x=(1, 1)), floor)
