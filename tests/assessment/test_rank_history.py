"""A list through the months: the figures are those of the ranking at each month."""

import pytest

from assessment.rank_history import notable_units, rank_history
from assessment.ranking import ranking
from assessment.scorecard import standings
from data.repositories import RankingListRecord
from tests.reports.examples import DECEMBER, NOTHING_APPLIES, NOVEMBER, snapshot


def test_ranks_by_month_and_places_won() -> None:
    history = rank_history((snapshot(NOVEMBER, 11), snapshot()), "districts")
    assert history.labels == ("11/2024", "12/2024")
    # November: 22, 40, 40 points; December: 93, 68, 48.3.
    assert [(p.unit.code, p.ranks, p.moved) for p in history.paths] == [
        ("001", (3, 1), 2),
        ("002", (1, 2), -1),
        ("003", (1, 3), -2),
    ]


def test_every_month_is_the_ranking_of_its_snapshot() -> None:
    months = (snapshot(NOVEMBER, 11), snapshot())
    for i, month in enumerate(months):
        rows = {row.unit.code: row for row in ranking(month, "districts").rows}
        for path in rank_history(months, "districts").paths:
            assert path.places[i] == rows[path.unit.code]


def test_a_unit_that_was_not_there_has_no_rank_and_did_not_move() -> None:
    before = snapshot({code: NOVEMBER[code] for code in ("001", "002")}, 11)
    path = next(p for p in rank_history((before, snapshot()), "districts").paths if p.unit.code == "003")
    assert (path.ranks, path.moved) == ((None, 3), None)


def test_leaders_and_largest_movers_are_picked_out_once() -> None:
    history = rank_history((snapshot(NOVEMBER, 11), snapshot()), "districts")
    assert notable_units(history) == ("001", "002", "003")


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(KeyError):
        rank_history((snapshot(),), "communes")


def test_a_unit_has_a_place_in_every_list_that_holds_it() -> None:
    whole = RankingListRecord("districts", "district", "Cả cấp", None, tuple(DECEMBER))
    two = RankingListRecord("two", "district", "Hai đơn vị", None, ("002", "003"))
    now = snapshot(lists=[whole, two])
    assert [(s.ranking_list.code, s.rank, s.units) for s in standings(now, "003")] == [
        ("districts", 3, 3),
        ("two", 2, 2),
    ]
    assert [s.ranking_list.code for s in standings(now, "001")] == ["districts"]


def test_a_unit_without_a_score_has_no_place() -> None:
    assert standings(snapshot({"004": NOTHING_APPLIES, **DECEMBER}), "004") == ()
