"""Where targets stand, against lines worked out by hand."""

import datetime as dt

import numpy as np
import pytest

from assessment.province import PROVINCE, ProvincialSnapshot
from assessment.targets import TargetState, TargetStatus, counts, measured, meets, target_statuses
from criteria import read_text
from criteria.catalogue import PlanTarget, plan_targets
from criteria.model import Text
from data.repositories import PeriodRecord, UnitRecord
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.inputs import Cell, read_cells

SET = """
id: tinh-thu
level: province
year: 2024
groups:
  - code: CQ
    name: Hoạt động chính quyền số
    criteria:
      - code: CQ.1
        name: Hồ sơ trực tuyến
        max_points: 10
        rule: {type: ratio, full_at: 0.6}
        plan_target: T09
      - code: CQ.2
        name: Tốc độ mạng
        max_points: 5
        rule: {type: count, full_at: 40}
        plan_target: T38
        frequency: yearly
"""
READING = read_text(SET, "tinh-thu")
assert READING.criteria_set is not None
COMPILED = compile_set(READING.criteria_set)


def target(code: str, goal: float, comparator: str = ">=") -> PlanTarget:
    return PlanTarget(code, "mục thử", "CQ", Text(vi="Chỉ tiêu thử"), comparator, goal, "%", "flow", "", "thử")


ONLINE = target("T09", 60)


def snapshot(year: int, month: int, a: float | None, speed: float | None = None) -> ProvincialSnapshot:
    """The province with `a` of 100 dossiers online."""
    cells = [] if a is None else [Cell(PROVINCE, "CQ.1", "a", a), Cell(PROVINCE, "CQ.1", "b", 100)]
    if speed is not None:
        cells.append(Cell(PROVINCE, "CQ.2", "value", speed))
    inputs, rejections = read_cells(COMPILED, (PROVINCE,), cells, not_due=np.array([False, month < 12]))
    assert inputs is not None, rejections
    period = PeriodRecord(year, year, f"Năm {year}", "self_assessment", "office", dt.date(year, 12, 31))
    unit = UnitRecord(
        PROVINCE, dt.date(2020, 1, 1), None, "province", "Tỉnh", "Tỉnh thử", None, None, "tinh thu", "attested"
    )
    return ProvincialSnapshot(period, month, unit, {}, (), (), {}, {}, inputs, score(inputs))


def one(status: tuple[TargetStatus, ...]) -> TargetStatus:
    assert len(status) == 1
    return status[0]


def test_met_when_the_figure_reaches_the_target() -> None:
    assert one(target_statuses(snapshot(2024, 6, 60), (), (ONLINE,))).state is TargetState.MET


def test_more_than_is_not_met_by_the_target_itself() -> None:
    more = target("T09", 60, ">")
    assert not meets(more, 60)
    assert meets(more, 60.01)
    assert meets(target("T39", 15, "<="), 15)


def test_on_track_from_the_line_on_and_at_risk_below_it() -> None:
    # From 40 % at the end of 2023 to 60 % at the end of 2024; after six of twelve months the line stands at 50 %.
    december = (snapshot(2023, 12, 40),)
    on_line = one(target_statuses(snapshot(2024, 6, 50), december, (ONLINE,)))
    assert (on_line.state, on_line.start, on_line.expected) == (TargetState.ON_TRACK, 40, 50)
    assert one(target_statuses(snapshot(2024, 6, 49), december, (ONLINE,))).state is TargetState.AT_RISK


def test_the_line_starts_at_the_first_figure_of_the_year_where_last_year_has_none() -> None:
    # From 36 % at the end of March, nine months to go: after three of them 36 + 24 x 3 / 9 = 44 %.
    earlier = (snapshot(2023, 12, None), snapshot(2024, 3, 36))
    assert one(target_statuses(snapshot(2024, 6, 44), earlier, (ONLINE,))).expected == pytest.approx(44)


def test_without_an_earlier_figure_nothing_is_said_to_be_on_track() -> None:
    status = one(target_statuses(snapshot(2024, 6, 59), (), (ONLINE,)))
    assert (status.state, status.expected) == (TargetState.AT_RISK, None)


def test_at_the_end_of_the_year_a_target_is_met_or_at_risk() -> None:
    december = (snapshot(2023, 12, 40),)
    assert one(target_statuses(snapshot(2024, 12, 59.9), december, (ONLINE,))).state is TargetState.AT_RISK


def test_missing_and_not_yet_due_are_told_apart() -> None:
    speed = target("T38", 40)
    assert one(target_statuses(snapshot(2024, 6, None), (), (ONLINE,))).state is TargetState.MISSING
    assert one(target_statuses(snapshot(2024, 6, 50), (), (speed,))).state is TargetState.NOT_DUE
    assert one(target_statuses(snapshot(2024, 12, 50, 45), (), (speed,))).value == 45


def test_a_target_that_no_component_measures_is_missing() -> None:
    assert one(target_statuses(snapshot(2024, 6, 50), (), (target("T01", 100),))).state is TargetState.MISSING


@pytest.mark.parametrize(("rank", "state"), [(None, "not_due"), (10, "met"), (15, "met"), (16, "at_risk")])
def test_the_rank_counts_only_once_it_is_published(rank: int | None, state: str) -> None:
    goal = next(t for t in plan_targets() if t.code == "T39")
    assert one(target_statuses(snapshot(2024, 12, 50), (), (goal,), rank)).state == TargetState(state)


def test_counts_name_every_state() -> None:
    found = counts(target_statuses(snapshot(2024, 6, 60), (), plan_targets()))
    assert sum(found.values()) == 39
    assert found[TargetState.MET] == 1
    assert set(found) == set(TargetState)


def test_measured_is_a_percentage_for_a_ratio_and_the_figure_itself_for_a_count() -> None:
    december = snapshot(2024, 12, 25, 37.5)
    assert measured(december, COMPILED.criteria_set.by_code["CQ.1"]) == 25
    assert measured(december, COMPILED.criteria_set.by_code["CQ.2"]) == 37.5
