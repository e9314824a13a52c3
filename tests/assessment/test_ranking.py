"""A ranking list against places worked out by hand (the working stands in tests/reports/examples.py)."""

import pytest

from assessment.ranking import ranking
from assessment.set_change import rescored
from criteria.crosswalk import crosswalk
from data.repositories import RankingListRecord
from tests.assessment.test_set_change import MOVED
from tests.reports.examples import (
    CRITERIA_SET,
    DECEMBER,
    LATE,
    NOTHING_APPLIES,
    NOVEMBER,
    december_ranking,
    snapshot,
)


def test_totals_ranks_and_bands() -> None:
    rows = december_ranking().rows
    assert [(r.unit.code, r.rank, r.band, r.missing, r.complete) for r in rows] == [
        ("001", 1, "Tốt", 0, True),
        ("002", 2, "Khá", 0, True),
        ("003", 3, "", 1, False),
    ]
    assert [r.total for r in rows] == [93, 68, 48.333333333]


def test_groups_are_converted_and_adjustments_are_not_among_them() -> None:
    table = december_ranking()
    assert [g.code for g in table.groups] == ["NT", "CQ"]
    assert table.maxima == (20, 40)
    # 24 of the 30 points that concern the second unit are 32 of 40.
    assert [r.groups for r in table.rows] == [(19, 38), (10, 32), (10, 19)]


def test_movement_is_places_won_since_the_compared_month() -> None:
    rows = december_ranking().rows
    # In November the second and third shared place 1 and the first stood at 3.
    assert [r.previous_rank for r in rows] == [3, 1, 1]
    assert [r.movement for r in rows] == [2, -1, -2]
    assert [r.previous_total for r in rows] == [22, 40, 40]


def test_without_a_compared_month_nobody_moves() -> None:
    assert [r.movement for r in ranking(snapshot(), "districts").rows] == [None, None, None]


def test_a_unit_that_is_new_has_no_movement() -> None:
    before = snapshot({code: NOVEMBER[code] for code in ("001", "002")}, 11)
    rows = ranking(snapshot(), "districts", before).rows
    assert [(r.unit.code, r.movement) for r in rows] == [("001", 1), ("002", -1), ("003", None)]


def test_a_compared_month_without_the_list_gives_no_movement() -> None:
    other = RankingListRecord("others", "district", "Khối khác", None, ("001",))
    assert [r.movement for r in ranking(snapshot(), "districts", snapshot(lists=[other])).rows] == [None, None, None]


def test_tied_units_share_the_place_in_the_order_of_the_list() -> None:
    rows = ranking(snapshot(NOVEMBER, 11), "districts").rows
    assert [(r.unit.code, r.rank) for r in rows] == [("002", 1), ("003", 1), ("001", 3)]


def test_possible_places_while_figures_are_missing() -> None:
    # The missing report may bring 20 of 50: totals may lie in 22..62, 40..80, 40..80.
    rows = {r.unit.code: r for r in ranking(snapshot(NOVEMBER, 11), "districts").rows}
    assert {code: (r.best_rank, r.worst_rank) for code, r in rows.items()} == {
        "001": (1, 3),
        "002": (1, 3),
        "003": (1, 3),
    }
    assert not any(r.settled for r in rows.values())


def test_a_missing_figure_that_cannot_change_the_place_leaves_it_settled() -> None:
    # The third unit may reach 39 of 60 = 65, still below 68.
    rows = december_ranking().rows
    assert [(r.best_rank, r.worst_rank) for r in rows] == [(1, 1), (2, 2), (3, 3)]
    assert all(r.settled for r in rows)


def test_an_open_place_names_what_the_unit_misses_and_who_may_change_places_with_it() -> None:
    # Without meetings and portal the third unit may reach 49 of 60 = 81.67: above 68, below 93.
    table = ranking(snapshot({**DECEMBER, "003": (60, 100, None, LATE, None, 10, 20, 0)}), "districts")
    found = [(p.row.unit.code, p.row.missing_codes, [r.unit.code for r in p.rivals]) for p in table.open_places]
    assert found == [("002", (), ["003"]), ("003", ("NT.2", "CQ.2"), [])]
    assert [(p.row.best_rank, p.row.worst_rank) for p in table.open_places] == [(2, 3), (2, 3)]


def test_units_that_miss_figures_alike_stand_in_each_others_way() -> None:
    # 22..62, 40..80, 40..80: everybody misses the report alone.
    found = ranking(snapshot(NOVEMBER, 11), "districts").open_places
    assert [(p.row.unit.code, p.row.missing_codes, [r.unit.code for r in p.rivals]) for p in found] == [
        ("002", ("CQ.1",), ["003", "001"]),
        ("003", ("CQ.1",), ["002", "001"]),
        ("001", ("CQ.1",), ["002", "003"]),
    ]


def test_settled_places_have_no_reason() -> None:
    assert december_ranking().open_places == ()


def test_a_unit_to_which_nothing_applies_stands_last_without_a_place() -> None:
    # It comes first in the list, so that only the missing score can put it last.
    rows = ranking(snapshot({"004": NOTHING_APPLIES, **DECEMBER}), "districts").rows
    last = rows[-1]
    assert [r.unit.code for r in rows] == ["001", "002", "003", "004"]
    assert (last.rank, last.total, last.band, last.best_rank, last.worst_rank) == (None, None, "", None, None)
    assert last.groups == (None, None)
    assert not last.complete


def test_scores_are_the_totals_of_the_units_that_have_one() -> None:
    table = ranking(snapshot({"004": NOTHING_APPLIES, **DECEMBER}), "districts")
    assert table.scores == (93, 68, 48.333333333)


def test_only_the_members_of_the_list_are_ranked() -> None:
    two = RankingListRecord("two", "district", "Hai đơn vị", None, ("002", "003"))
    table = ranking(snapshot(lists=[two]), "two")
    assert [(r.unit.code, r.rank) for r in table.rows] == [("002", 1), ("003", 2)]
    assert table.list_name == "Hai đơn vị"


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(KeyError, match="communes"):
        ranking(snapshot(), "communes")


NOTHING = (None,) * 8


def test_a_unit_without_any_figure_has_no_place_and_stands_after_those_that_have() -> None:
    # It comes first in the list; the engine counts 0 points for it and rank 3, and its figures may bring it anywhere.
    now = snapshot({"004": NOTHING, "001": DECEMBER["001"], "002": DECEMBER["002"]})
    assert list(now.book.ranks(range(3))) == [3, 1, 2]
    *others, last = ranking(now, "districts").rows
    assert [(r.unit.code, r.rank, r.reported) for r in others] == [("001", 1, True), ("002", 2, True)]
    assert (last.unit.code, last.reported) == ("004", False)
    assert (last.rank, last.total, last.band, last.groups) == (None, None, "", (None, None))
    assert (last.best_rank, last.worst_rank, last.missing) == (1, 3, 5)


def test_a_unit_that_had_no_figure_before_has_not_moved() -> None:
    rows = ranking(snapshot(), "districts", snapshot({**NOVEMBER, "001": NOTHING}, 11)).rows
    assert [(r.unit.code, r.previous_rank, r.movement) for r in rows] == [
        ("001", None, None),
        ("002", 1, -1),
        ("003", 1, -2),
    ]


def test_one_figure_is_enough_for_a_place() -> None:
    one = (None, None, 0, *[None] * 5)
    (row,) = ranking(snapshot({"001": one}), "districts").rows
    assert (row.reported, row.rank, row.total, row.missing) == (True, 1, 0, 4)


def test_a_month_that_was_scored_by_another_set_is_not_compared() -> None:
    then = rescored(snapshot(NOVEMBER, 11), MOVED, crosswalk(CRITERIA_SET, MOVED))
    table = ranking(snapshot(), "districts", then)
    assert table.other_rules
    assert [(r.movement, r.previous_total) for r in table.rows] == [(None, None)] * 3
    assert not december_ranking().other_rules
