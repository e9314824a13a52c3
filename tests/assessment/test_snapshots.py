"""A level at a month: what is due, who stands in which row and list."""

import pytest

from assessment.snapshots import not_due
from criteria.loader import read_text
from data.repositories import RankingListRecord
from scoring.compiled import compile_set
from scoring.engine import CellState
from tests.reports.examples import NOVEMBER, SET_TEXT, snapshot


@pytest.mark.parametrize(
    ("frequency", "first_month"), [("monthly", 1), ("quarterly", 3), ("half_yearly", 6), ("yearly", 12)]
)
def test_a_figure_is_not_due_before_its_first_month(frequency: str, first_month: int) -> None:
    reading = read_text(SET_TEXT.replace("frequency: yearly", f"frequency: {frequency}"), "set.yaml")
    assert reading.criteria_set is not None
    compiled = compile_set(reading.criteria_set)
    column = compiled.index_of["CQ.3"]
    due = [month for month in range(1, 13) if not not_due(compiled, month)[column]]
    assert due == list(range(first_month, 13))


def test_a_criterion_without_frequency_is_always_due() -> None:
    compiled = snapshot().book.compiled
    assert not any(not_due(compiled, month)[compiled.index_of["CQ.2"]] for month in range(1, 13))


def test_what_is_not_due_is_neither_missing_nor_in_the_maximum() -> None:
    november = snapshot(NOVEMBER, 11)
    column = november.book.compiled.index_of["CQ.3"]
    assert set(november.book.state[:, column]) == {CellState.NOT_DUE}
    assert list(november.book.maxima[:, column]) == [0, 0, 0]
    assert set(snapshot().book.state[:, column]) == {CellState.SCORED, CellState.NOT_APPLICABLE}


def test_rows_follow_the_members_of_a_list() -> None:
    two = RankingListRecord("two", "district", "Hai đơn vị", None, ("003", "001"))
    chosen = snapshot(lists=[two])
    assert list(chosen.rows(chosen.list_of("two"))) == [2, 0]
    assert chosen.row_of["002"] == 1


def test_a_list_that_the_snapshot_does_not_have_is_named() -> None:
    with pytest.raises(KeyError, match="communes"):
        snapshot().list_of("communes")


def test_name_is_month_and_year() -> None:
    assert snapshot(NOVEMBER, 9).name == "09/2024"
