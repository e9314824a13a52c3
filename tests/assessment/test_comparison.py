"""Units side by side against gaps worked out by hand (the working of the totals stands in tests/reports/examples.py)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.comparison import Comparison, ComparisonRefusedError, absent, comparison, exact_contributions
from data.repositories import RankingListRecord
from scoring.engine import CellState
from scoring.grid import on_grid
from scoring.inputs import NOT_APPLICABLE
from tests.reports.examples import DECEMBER, LATE, NOTHING_APPLIES, NOVEMBER, ON_TIME, snapshot


def december(*units: str) -> Comparison:
    then = snapshot(NOVEMBER, 11)
    now = snapshot()
    return comparison(now, "districts", units or ("001", "002", "003"), then, (then, now))


def test_places_stand_in_the_order_asked_for() -> None:
    compared = december("003", "001")
    assert [p.unit.code for p in compared.places] == ["003", "001"]
    assert [p.rank for p in compared.places] == [3, 1]
    assert compared.best is compared.places[1]


def test_contributions_are_points_of_the_total_and_gaps_lie_below_the_best() -> None:
    rows = {r.criterion.code: r for r in december().rows}
    # NT.1: 9 of 60, 5 of 50 and 10 of 60 points of the total's maximum, times 100.
    assert [c.contribution for c in rows["NT.1"].cells] == pytest.approx([15, 10, 16.666666667], abs=2e-9)
    assert [c.gap for c in rows["NT.1"].cells] == pytest.approx([1.666666667, 6.666666667, 0], abs=2e-9)
    assert rows["NT.1"].largest_gap == pytest.approx(6.666666667, abs=2e-9)
    assert [c.points for c in rows["NT.1"].cells] == [9, 5, 10]


def test_missing_and_not_applicable_are_never_0() -> None:
    rows = {r.criterion.code: r for r in december().rows}
    missing, waived = rows["NT.2"].cells[2], rows["CQ.3"].cells[1]
    assert (missing.state, missing.points) == (CellState.MISSING, None)
    # What is missing costs points of the total; what does not concern a unit costs it nothing.
    assert missing.gap == pytest.approx(16.666666667, abs=2e-9)
    assert (waived.state, waived.points, waived.gap, waived.maximum) == (CellState.NOT_APPLICABLE, None, None, 0)


def test_not_due_is_neither_0_nor_a_gap() -> None:
    rows = {r.criterion.code: r for r in comparison(snapshot(NOVEMBER, 11), "districts", ("001", "002")).rows}
    assert [(c.state, c.points, c.gap) for c in rows["CQ.3"].cells] == [(CellState.NOT_DUE, None, None)] * 2
    assert not rows["CQ.3"].differs


def test_a_gap_is_explained_by_criteria_that_add_up_to_it_with_the_penalty() -> None:
    (one,) = december("001", "002").explanations
    assert one.difference == 25
    gaps = {item.criterion.code: item.gap for item in one.items}
    # 57 of 60 against 34 of 50, and a penalty of 2 for the first: 15 - 10, 16.67 - 10, 33.33 - 28, 16.67 - 20,
    # 13.33 - 0, -2.
    expected = {"NT.1": 5, "NT.2": 20 / 3, "CQ.1": 16 / 3, "CQ.2": -10 / 3, "CQ.3": 40 / 3, "TP.1": -2}
    assert gaps == pytest.approx(expected, abs=3e-9)
    assert sum(int(on_grid(g)) for g in gaps.values()) == int(on_grid(25))
    assert [item.gap for item in one.items] == sorted(gaps.values(), reverse=True)


def test_every_other_unit_is_explained_against_the_best() -> None:
    pairs = [(e.best.unit.code, e.other.unit.code, e.difference) for e in december().explanations]
    assert pairs == [("001", "002", 25), ("001", "003", 44.666666667)]


_ROW = st.tuples(
    st.integers(0, 100),
    st.just(100),
    st.one_of(st.none(), st.integers(0, 7)),
    st.sampled_from([ON_TIME, LATE, None]),
    st.sampled_from(["yes", "no", NOT_APPLICABLE, None]),
    st.integers(0, 30),
    st.just(30),
    st.integers(0, 3),
)


@given(st.lists(_ROW, min_size=2, max_size=3))
def test_contributions_add_up_to_the_totals_and_gaps_to_their_difference(rows: list[tuple[object, ...]]) -> None:
    figures = {f"00{i}": row for i, row in enumerate(rows, 1)}
    now = snapshot(figures)  # type: ignore[arg-type]
    for row in range(len(rows)):
        own = exact_contributions(now, row)
        assert own.tolist() == np.rint(own).tolist()
        assert own.sum() == now.book.total[row]
    for one in comparison(now, "districts", tuple(figures)).explanations:
        best, other = now.row_of[one.best.unit.code], now.row_of[one.other.unit.code]
        steps = sum(int(on_grid(item.gap)) for item in one.items)
        assert steps == int(now.book.total[best] - now.book.total[other]) == int(on_grid(one.difference))


def test_history_marks_where_a_unit_was_not_there() -> None:
    then = snapshot({code: NOVEMBER[code] for code in ("001", "002")}, 11)
    compared = comparison(snapshot(), "districts", ("001", "003"), None, (then, snapshot()))
    first, third = compared.history.units
    assert compared.history.labels == ("11/2024", "12/2024")
    assert [p and (p.total, p.rank) for p in first] == [(22, 2), (93, 1)]
    assert [p and p.rank for p in third] == [None, 3]
    assert third[0] is None
    assert absent(compared) == ("=Thị xã Cờ",)


def test_a_unit_without_a_score_has_no_gap_to_explain() -> None:
    compared = comparison(snapshot({"004": NOTHING_APPLIES, **DECEMBER}), "districts", ("004", "001"))
    assert compared.explanations == ()
    assert compared.best is compared.places[1]
    assert all(row.cells[0].points is None for row in compared.rows if row.group.kind == "scored")


@pytest.mark.parametrize("units", [(), ("001",), ("001", "001"), tuple("abcdefg")])
def test_fewer_than_two_or_more_than_six_are_refused(units: tuple[str, ...]) -> None:
    with pytest.raises(ComparisonRefusedError, match="từ 2 đến 6"):
        comparison(snapshot(), "districts", units)


def test_a_unit_of_another_level_is_refused_with_the_reason() -> None:
    with pytest.raises(ComparisonRefusedError, match=r"STTTT.*mỗi cấp có bộ chỉ số riêng"):
        comparison(snapshot(), "districts", ("001", "STTTT"))


def test_an_unknown_list_is_an_error() -> None:
    with pytest.raises(KeyError):
        comparison(snapshot(), "communes", ("001", "002"))


def test_ranks_are_those_of_the_chosen_list() -> None:
    two = RankingListRecord("two", "district", "Hai đơn vị", None, ("002", "003"))
    compared = comparison(snapshot(lists=[two]), "two", ("003", "002"))
    assert [p.rank for p in compared.places] == [2, 1]
