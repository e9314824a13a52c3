"""Bounds of unpublished national scores: the facts of the four years, contradictions, and every table that fits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.grid import STEPS_PER_POINT, on_grid
from scoring.national import (
    BoundOrigin,
    ContradictionError,
    YearFacts,
    contradictions,
    contradicts_total,
    distance_to_rank,
    place_bounds,
    rank_bounds,
    score_bounds,
)
from scoring.ranking import competition_rank

UNITS = 63
DECIMAL = STEPS_PER_POINT // 10_000


def _steps(value: float | None) -> float | None:
    return None if value is None else float(on_grid(value))


def _facts(
    units: int = UNITS, mean: float | None = None, least: float | None = None, above: int | None = None
) -> YearFacts:
    return YearFacts(units, _steps(mean), _steps(least), above)


def _table(published: dict[int, float | None], units: int = UNITS) -> tuple[np.ndarray, np.ndarray]:
    """Ranks and scores of a year whose published rows are rank -> score; the other provinces have neither."""
    ranks, scores = np.zeros(units, np.int64), np.full(units, np.nan)
    for row, (rank, score) in enumerate(published.items()):
        ranks[row], scores[row] = rank, np.nan if score is None else on_grid(score)
    return ranks, scores


# The published scores around rank 15, the mean, the number above it and the minimum of each year.
YEARS = {
    2020: ({1: 0.4874, 3: 0.4096, 10: 0.3615, 14: 0.3504, 15: None, 16: None}, _facts(mean=0.3026, above=33)),
    2021: ({1: 0.6419, 2: 0.5872, 6: 0.5064, 12: 0.4880, 20: 0.4626, 53: 0.3048}, _facts(mean=0.4014)),
    2022: ({1: 0.8002, 13: 0.6383, 14: None, 15: None, 17: None, 25: 0.6077, 28: 0.5878}, _facts(mean=0.5791)),
    2023: ({1: 0.8340, 7: 0.7411, 10: 0.7353, 38: 0.6735}, _facts(mean=0.6783, least=0.5, above=34)),
}


def test_a_province_without_a_rank_takes_one_of_the_places_that_are_left() -> None:
    # Of seven places 1, 2 and 3 (two share 2), 5 and 7 are taken: the two others stand at 4 or 6.
    best, worst = rank_bounds(np.array([1, 2, 2, 5, 7, 0, 0]))
    assert best.tolist() == [1, 2, 2, 5, 7, 4, 4]
    assert worst.tolist() == [1, 2, 2, 5, 7, 6, 6]
    assert [x.tolist() for x in rank_bounds(np.array([2, 1]))] == [[2, 1], [2, 1]]


@pytest.mark.parametrize(
    ("year", "low", "high"),
    [(2020, 0.3026, 0.3504), (2021, 0.4626, 0.4880), (2022, 0.6077, 0.6383), (2023, 0.6783, 0.7353)],
)
def test_the_line_of_the_first_fifteen(year: int, low: float, high: float) -> None:
    published, facts = YEARS[year]
    assert place_bounds(*_table(published), facts) == (on_grid(low), on_grid(high))


def test_a_published_score_is_exact_and_the_others_are_bounded() -> None:
    published, facts = YEARS[2023]
    bounds = score_bounds(*_table(published), facts)
    assert (
        bounds.low[:4].tolist()
        == bounds.high[:4].tolist()
        == on_grid(np.array([0.8340, 0.7411, 0.7353, 0.6735])).tolist()
    )
    assert bounds.origin[:4].tolist() == [BoundOrigin.PUBLISHED] * 4
    # Provinces without a rank may hold any place that is left: from 2 down to 63.
    assert set(bounds.low[4:]) == {on_grid(0.5)}
    assert set(bounds.high[4:]) == {on_grid(0.8340)}
    assert set(bounds.origin[4:]) == {BoundOrigin.UNRANKED}


def test_ranks_on_both_sides_of_the_mean() -> None:
    bounds = score_bounds(*_table({34: None, 35: None}), _facts(mean=0.6783, least=0.5, above=34))
    assert bounds.low[:2].tolist() == [on_grid(0.6783), on_grid(0.5)]
    assert bounds.high[:2].tolist() == [on_grid(1.0), on_grid(0.6783)]
    assert bounds.origin[:2].tolist() == [BoundOrigin.RANKED] * 2


def test_without_any_fact_everything_is_possible() -> None:
    bounds = score_bounds(*_table({15: None}), _facts())
    assert (set(bounds.low), set(bounds.high)) == ({0.0}, {float(STEPS_PER_POINT)})


def test_equal_ranks_are_equal_scores() -> None:
    ranks = np.array([1, 2, 2, 4])
    known = score_bounds(ranks, np.array([np.nan, on_grid(0.6), np.nan, np.nan]), _facts(4))
    assert (known.low[2], known.high[2]) == (on_grid(0.6), on_grid(0.6))
    assert known.origin.tolist() == [BoundOrigin.RANKED, BoundOrigin.PUBLISHED, BoundOrigin.RANKED, BoundOrigin.RANKED]
    hidden = score_bounds(ranks, np.full(4, np.nan), _facts(4, mean=0.5, above=3))
    assert hidden.low[1:3].tolist() == [on_grid(0.5)] * 2


def test_a_province_without_a_rank_takes_what_is_left() -> None:
    ranks, scores = np.array([1, 2, 4, 0]), on_grid(np.array([0.9, 0.7, 0.3, np.nan]))
    bounds = score_bounds(ranks, scores, _facts(4))
    assert (bounds.low[3], bounds.high[3], bounds.origin[3]) == (on_grid(0.3), on_grid(0.7), BoundOrigin.UNRANKED)


def test_a_score_without_a_rank_is_exact() -> None:
    bounds = score_bounds(np.array([1, 0, 0]), on_grid(np.array([0.9, np.nan, 0.4])), _facts(3))
    assert (bounds.low[2], bounds.high[2], bounds.origin[2]) == (on_grid(0.4), on_grid(0.4), BoundOrigin.PUBLISHED)


NAMES = ("An Giang", "Bến Tre", "Cà Mau", "Đà Nẵng")


@pytest.mark.parametrize(
    ("ranks", "scores", "facts", "words"),
    [
        (
            [1, 2, 0, 0],
            [0.5, 0.6, None, None],
            _facts(4),
            "An Giang xếp hạng 1, trên Bến Tre.*0,5 không cao hơn điểm 0,6",
        ),
        ([1, 2, 0, 0], [0.6, 0.6, None, None], _facts(4), "An Giang xếp hạng 1, trên Bến Tre"),
        ([4, 2, 1, 3], [0.5, None, 0.4, None], _facts(4), "Cà Mau xếp hạng 1, trên An Giang"),
        ([2, 2, 0, 0], [0.5, 0.6, None, None], _facts(4), "An Giang và Bến Tre cùng hạng 2 nhưng điểm khác"),
        ([2, 2, 3, 0], [None] * 4, _facts(4), "An Giang, Bến Tre cùng hạng 2.*từ 4 trở đi, nhưng Cà Mau xếp hạng 3"),
        ([4, 4, 0, 0], [None] * 4, _facts(4), "An Giang, Bến Tre cùng hạng 4, vượt quá 4"),
        ([5, 0, 0, 0], [None] * 4, _facts(4), "An Giang có thứ hạng 5"),
        ([-1, 0, 0, 0], [None] * 4, _facts(4), "An Giang có thứ hạng"),
        ([1, 0, 0, 0], [1.1, None, None, None], _facts(4), "An Giang có điểm 1,1"),
        ([0, 0, 0, 0], [0.4, None, None, None], _facts(4, least=0.5), "An Giang có điểm 0,4, thấp hơn"),
        (
            [2, 0, 0, 0],
            [0.4, None, None, None],
            _facts(4, mean=0.5, above=2),
            "An Giang xếp hạng 2, có điểm 0,4.*2 tỉnh trên trung bình 0,5.*phải có điểm từ 0,5 trở lên",
        ),
        (
            [3, 0, 0, 0],
            [0.6, None, None, None],
            _facts(4, mean=0.5, above=2),
            "An Giang xếp hạng 3, có điểm 0,6.*2 tỉnh trên trung bình 0,5.*phải có điểm không quá 0,5",
        ),
        (
            [2, 2, 0, 0],
            [None] * 4,
            _facts(4, mean=0.5, above=2),
            "An Giang và Bến Tre cùng hạng 2.*vị trí 2 phải trên trung bình còn tỉnh ở vị trí 3 thì không",
        ),
        # The mean of the four is 0,25, and 0,75.
        ([1, 2, 3, 4], [0.4, 0.3, 0.2, 0.1], _facts(4, mean=0.5), "của 4 tỉnh là 0,5.*khoảng 0,25 đến 0,25.*quá thấp"),
        ([1, 2, 3, 4], [0.9, 0.8, 0.7, 0.6], _facts(4, mean=0.5), "của 4 tỉnh là 0,5.*khoảng 0,75 đến 0,75.*quá cao"),
    ],
)
def test_contradictions_name_the_provinces(
    ranks: list[int], scores: list[float | None], facts: YearFacts, words: str
) -> None:
    steps = on_grid(np.array([np.nan if score is None else score for score in scores]))
    with pytest.raises(ContradictionError, match=words) as refusal:
        score_bounds(np.array(ranks), steps, facts, NAMES)
    assert len(refusal.value.contradictions) == 1
    with pytest.raises(ContradictionError):
        place_bounds(np.array(ranks), steps, facts, NAMES, 1)


def test_all_contradictions_are_told_at_once_and_without_names_by_row() -> None:
    found = contradictions(np.array([1, 2, 3, 4]), on_grid(np.array([0.1, 0.2, 0.8, 0.9])), _facts(4))
    assert [entry.rows for entry in found] == [(0, 1), (1, 2), (2, 3)]
    assert "dòng 1" in found[0].message


def test_a_score_beside_the_rounded_mean_is_no_contradiction() -> None:
    ranks, scores = np.array([1, 2, 3, 4]), on_grid(np.array([0.9, 0.67826, np.nan, np.nan]))
    facts = _facts(4, mean=0.6783, above=2)
    bounds = score_bounds(ranks, scores, facts)
    assert bounds.low[1] == bounds.high[1] == on_grid(0.67826)
    assert np.all(bounds.low <= bounds.high)


@pytest.mark.parametrize("size", [3, 5])
def test_every_province_has_its_cell(size: int) -> None:
    with pytest.raises(ValueError, match="Cần đúng 4 thứ hạng"):
        score_bounds(np.zeros(size, np.int64), np.full(size, np.nan), _facts(4))


@pytest.mark.parametrize("place", [0, 5])
def test_a_place_must_exist(place: int) -> None:
    with pytest.raises(IndexError, match=f"vị trí {place}"):
        place_bounds(np.zeros(4, np.int64), np.full(4, np.nan), _facts(4), place=place)


def test_distance_of_rank_28_in_2022_and_rank_10_in_2023() -> None:
    published, facts = YEARS[2022]
    low, high = distance_to_rank(*_table(published), facts)
    ours = list(published).index(28)
    assert (low[ours], high[ours]) == (on_grid(0.6077) - on_grid(0.5878), on_grid(0.6383) - on_grid(0.5878))
    holder = list(published).index(15)
    assert (low[holder], high[holder]) == (0, 0)
    published, facts = YEARS[2023]
    low, high = distance_to_rank(*_table(published), facts)
    ours = list(published).index(10)
    # At rank 10 there is a lead, or none: never anything missing.
    assert (low[ours], high[ours]) == (on_grid(0.6783) - on_grid(0.7353), 0)


def test_whoever_ties_with_the_place_is_at_it() -> None:
    ranks, scores = np.array([1, 2, 2, 4]), on_grid(np.array([0.9, np.nan, np.nan, 0.2]))
    low, high = distance_to_rank(ranks, scores, _facts(4), place=3)
    assert (low[1:3].tolist(), high[1:3].tolist()) == ([0, 0], [0, 0])
    assert low[3] >= 0 >= high[0]


def test_totals_follow_from_the_eight_indices() -> None:
    # Five provinces of 2022 whose eight main indices and total are public.
    indices = on_grid(
        np.array(
            [
                [1.0000, 0.9000, 0.8253, 0.8487, 0.7578, 0.8575, 0.7836, 0.5197],
                [0.8917, 0.9000, 0.8258, 0.6267, 0.5580, 0.8406, 0.7611, 0.3590],
                [0.9581, 0.9000, 0.7648, 0.6250, 0.5382, 0.8385, 0.5904, 0.4505],
                [0.9500, 0.9000, 0.6823, 0.6794, 0.6423, 0.8262, 0.6787, 0.3001],
                [0.9000, 0.8000, 0.7233, 0.7376, 0.7226, 0.7325, 0.7556, 0.2947],
            ]
        )
    )
    totals = on_grid(np.array([0.8002, 0.7163, 0.7024, 0.6975, 0.6924]))
    assert not contradicts_total(indices, totals).any()
    assert contradicts_total(indices, totals + 2 * DECIMAL).all()
    exact = on_grid(np.full((3, 8), 0.5))
    differences = np.array([DECIMAL, DECIMAL + 1, -DECIMAL])
    assert contradicts_total(exact, on_grid(0.5) + differences).tolist() == [False, True, False]
    hidden = indices.copy()
    hidden[0, 3] = np.nan
    assert not contradicts_total(hidden, totals + 2 * DECIMAL)[0]


@st.composite
def _years(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, YearFacts]:
    """A full table on four decimals, ranked as the ministry does, with the facts that follow from it."""
    units = draw(st.integers(2, 20))
    decimals = draw(st.lists(st.integers(0, draw(st.sampled_from([8, 10_000]))), min_size=units, max_size=units))
    scores = np.array(decimals, float) * DECIMAL
    mean = float(np.rint(scores.mean() / DECIMAL) * DECIMAL)
    line = draw(st.sampled_from([None, int((scores > mean).sum()), int((scores >= mean).sum())]))
    least = draw(st.none() | st.integers(0, int(scores.min())).map(float))
    return competition_rank(scores), scores, YearFacts(units, draw(st.sampled_from([None, mean])), least, line)


@given(_years(), st.data())
def test_every_table_that_fits_the_published_facts_lies_within(
    year: tuple[np.ndarray, np.ndarray, YearFacts], data: st.DataObject
) -> None:
    ranks, scores, facts = year
    hide = st.lists(st.booleans(), min_size=facts.units, max_size=facts.units).map(np.array)
    no_rank, no_score = data.draw(hide), data.draw(hide)
    shown_ranks, shown_scores = np.where(no_rank, 0, ranks), np.where(no_score, np.nan, scores)
    low, high, origin = score_bounds(shown_ranks, shown_scores, facts)
    assert np.all(low <= scores)
    assert np.all(scores <= high)
    assert np.array_equal(origin == BoundOrigin.PUBLISHED, ~no_score)
    place = data.draw(st.integers(1, facts.units))
    held = np.sort(scores)[::-1][place - 1]
    least, most = place_bounds(shown_ranks, shown_scores, facts, place=place)
    assert least <= held <= most
    missing_low, missing_high = distance_to_rank(shown_ranks, shown_scores, facts, place=place)
    assert np.all(missing_low <= held - scores)
    assert np.all(held - scores <= missing_high)


@given(_years(), st.data())
def test_what_is_published_later_only_narrows_the_bounds(
    year: tuple[np.ndarray, np.ndarray, YearFacts], data: st.DataObject
) -> None:
    ranks, scores, facts = year
    hide = st.lists(st.booleans(), min_size=facts.units, max_size=facts.units).map(np.array)
    hidden = data.draw(hide)
    known = score_bounds(ranks, np.where(hidden, np.nan, scores), facts)
    more = score_bounds(ranks, np.where(hidden & data.draw(hide), np.nan, scores), facts)
    vaguer = score_bounds(ranks, np.where(hidden, np.nan, scores), replace(facts, mean=None, minimum_at_least=None))
    assert np.all(known.low <= more.low)
    assert np.all(more.high <= known.high)
    assert np.all(vaguer.low <= known.low)
    assert np.all(known.high <= vaguer.high)
