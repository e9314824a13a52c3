"""Bounds that follow from published facts, by hand, on the published years, and against full tables with hidden cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.outlook.bounds import OPEN, published_places
from scoring.outlook.history import Contradiction, YearResults
from tests.scoring.outlook.facts import names, published_history, results

few = settings(max_examples=200, deadline=None)


def test_bounds_by_hand() -> None:
    year = results(2022, [1, 2, 0, 4, 4, 0], [0.9, None, None, 0.5, None, None], minimum=0.2)
    places = published_places(year, names(6))
    assert places.holder.tolist() == [0, 1, OPEN, 3, 4, OPEN]
    assert places.low.tolist() == [0.9, 0.5, 0.5, 0.5, 0.5, 0.2]
    assert places.high.tolist() == [0.9, 0.9, 0.9, 0.5, 0.5, 0.5]
    assert places.level.tolist() == [0, 1, 2, 3, 3, 4]
    assert places.place_of.tolist() == [0, 1, OPEN, 3, 4, OPEN]
    assert places.unplaced.tolist() == [2, 5]
    assert places.open_places.tolist() == [2, 5]


def test_the_number_above_the_mean_parts_the_places() -> None:
    places = published_places(results(2023, [0, 0, 0, 0], [None] * 4, mean=0.5, above=1), names(4))
    assert places.low.tolist() == [0.5, 0, 0, 0]
    assert places.high.tolist() == [1, 0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("year", "low", "high"),
    [(2020, 0.3026, 0.3504), (2021, 0.4626, 0.4880), (2022, 0.6077, 0.6383), (2023, 0.6783, 0.7353)],
)
def test_bounds_of_rank_15_in_the_published_years(year: int, low: float, high: float) -> None:
    history = published_history()
    places = published_places(history.year(year), history.provinces)
    assert (places.low[14], places.high[14]) == (low, high)


def test_a_score_without_a_rank_gets_the_place_its_score_has_between_its_neighbours() -> None:
    scores = [0.9, 0.1, 0.6, None, None, None, None, None, None]
    places = published_places(results(2022, [1, 9, 0, 0, 0, 0, 0, 0, 0], scores), names(9))
    assert places.place_of.tolist()[:3] == [0, 8, 3]
    tied = published_places(results(2022, [1, 2, 0, 4], [0.9, 0.5, 0.5, 0.3]), names(4))
    assert tied.place_of.tolist() == [0, 1, 2, 3]
    assert tied.level.tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (results(2022, [1, 2, 3], [0.5, 0.6, None]), ["Tỉnh 001", "Tỉnh 002", "0,5", "0,6", "xếp trên"]),
        (results(2022, [1, 2, 3], [0.5, 0.5, None]), ["Tỉnh 001", "Tỉnh 002", "không cao hơn"]),
        (results(2022, [1, 3, 0], [0.5, 0.5, None]), ["Tỉnh 001", "Tỉnh 002", "không cao hơn"]),
        (results(2022, [1, 1, 3], [0.5, 0.6, None]), ["Tỉnh 001", "Tỉnh 002", "cùng hạng"]),
        (results(2022, [1, 1, 2], [None] * 3), ["Tỉnh 003", "hạng 2", "Tỉnh 002"]),
        (results(2022, [1, 3, 3], [None] * 3), ["Tỉnh 002", "hạng 3", "vượt quá 3"]),
        (results(2022, [1, 2, 0], [0.9, 0.4, 0.5]), ["Tỉnh 003", "không còn vị trí"]),
        (results(2022, [1, 2, 3], [0.9, 0.4, 0.3], 0.5, None, 2), ["Tỉnh 002", "trung bình 0,5"]),
        (results(2022, [1, 2, 2], [0.9, None, None], 0.5, None, 2), ["vị trí 2 và 3 cùng hạng"]),
        (results(2022, [1, 2, 3], [0.9, None, 0.3], None, 0.4), ["Tỉnh 003", "0,4"]),
        (results(2022, [1, 2, 3], [None, None, 0.9], 0.5), ["trung bình 0,5", "0,9"]),
        (results(2022, [1, 2, 3], [0.6, None, None], None, 0.6), ["vị trí 2", "0,6"]),
    ],
)
def test_facts_that_cannot_both_hold_are_named(year: YearResults, words: list[str]) -> None:
    with pytest.raises(Contradiction) as found:
        published_places(year, names(len(year.ranks)))
    message = str(found.value)
    assert "2022" in message
    assert [word for word in words if word not in message] == []


@st.composite
def hidden_tables(draw: st.DrawFn) -> tuple[YearResults, np.ndarray, np.ndarray]:
    """A full table on four decimals, ranked, with cells hidden and facts of the year kept or hidden."""
    count = draw(st.integers(2, 12))
    scores = np.array(draw(st.lists(st.integers(1, 9999), min_size=count, max_size=count))) / 10_000
    ranks = 1 + (scores[None, :] > scores[:, None]).sum(axis=1)
    shown_rank = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    shown_score = np.array(draw(st.lists(st.booleans(), min_size=count, max_size=count))) & shown_rank
    # A tie is only known where every rank of it is.
    for rank in np.unique(ranks):
        same = ranks == rank
        shown_rank[same] = shown_rank[same].all()
    shown_score &= shown_rank
    mean = float(scores.mean())
    year = YearResults(
        2022,
        np.where(shown_rank, ranks, 0),
        np.where(shown_score, scores, np.nan),
        mean if draw(st.booleans()) else None,
        float(scores.min()) - 0.0001 if draw(st.booleans()) else None,
        int((scores > mean).sum()) if draw(st.booleans()) and not (scores == mean).any() else None,
    )
    return year, scores, ranks


@few
@given(hidden_tables())
def test_every_table_lies_within_the_bounds_of_what_is_shown_of_it(
    table: tuple[YearResults, np.ndarray, np.ndarray],
) -> None:
    year, scores, _ranks = table
    places = published_places(year, names(len(scores)))
    by_place = -np.sort(-scores)
    assert (places.low <= by_place).all()
    assert (by_place <= places.high).all()
    held = places.holder != OPEN
    np.testing.assert_array_equal(scores[places.holder[held]], by_place[held])
