"""Why a place moved, step by step; all figures worked by hand on the small set of tests/reports/examples.py."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from assessment.rank_change import RankChange, list_change, rank_change
from assessment.set_change import rescored
from assessment.snapshots import LevelSnapshot
from criteria.crosswalk import crosswalk
from data.repositories import RankingListRecord
from scoring.inputs import NOT_APPLICABLE
from scoring.waterfall import Cause
from tests.assessment.test_set_change import MOVED
from tests.reports.examples import CRITERIA_SET, DECEMBER, LATE, NOTHING_APPLIES, NOVEMBER, ON_TIME, Row, snapshot

BEFORE: Mapping[str, Row] = {
    # 42 of 60 = 70.
    "001": (12, 100, 0, ON_TIME, "yes", 10, 10, 0),
    # 5 + 5 + 14 + 10 + 0 = 34 of 60 = 56.666666667.
    "002": (30, 100, 2, LATE, "yes", 0, 10, 0),
    # 36 of 60 = 60.
    "003": (42, 100, 2, ON_TIME, "no", 4, 10, 0),
}
AFTER: Mapping[str, Row] = {
    # Four meetings: 52 of 60 = 86.666666667.
    "001": (12, 100, 4, ON_TIME, "yes", 10, 10, 0),
    # CQ.3 does not apply: 34 of 50 = 68; then NT.1 in full: 39 of 50 = 78.
    "002": (60, 100, 2, LATE, "yes", NOT_APPLICABLE, None, 0),
    "003": (42, 100, 2, ON_TIME, "no", 4, 10, 0),
}
FIXED_ORDER = [Cause.RULES, Cause.NOT_APPLICABLE, Cause.OWN, Cause.RIVALS]


def changed(then: LevelSnapshot, now: LevelSnapshot, unit: str) -> RankChange:
    """The change of a unit that has one; its steps add up to it and follow each other."""
    found = rank_change(list_change(then, now, "districts"), unit)
    assert found is not None
    assert [s.cause for s in found.steps] == FIXED_ORDER
    assert round(sum(s.points for s in found.steps), 9) == round(found.end_total - found.start_total, 9)
    assert sum(s.places for s in found.steps) == found.start_rank - found.end_rank
    total, rank = found.start_total, found.start_rank
    for step in found.steps:
        total, rank = round(total + step.points, 9), rank - step.places
        assert (step.total, step.rank) == (total, rank)
    return found


def steps(change: RankChange) -> list[tuple[float, int]]:
    return [(s.points, s.places) for s in change.steps]


def test_every_step_by_hand() -> None:
    # 56.67 behind 70 and 60; 68 between them; 78 before both; then 86.67 of the first.
    change = changed(snapshot(BEFORE), snapshot(AFTER), "002")
    assert (change.start_total, change.start_rank) == (56.666666667, 3)
    assert steps(change) == [(0, 0), (11.333333333, 1), (10, 1), (0, -1)]
    assert [(s.total, s.rank) for s in change.steps] == [(56.666666667, 3), (68, 2), (78, 1), (78, 2)]
    assert (change.end_total, change.end_rank) == (78, 2)
    # The first stood before it from the start; the third stood before it and stands behind it.
    assert change.overtaken_by == ()
    assert [u.code for u in change.overtook] == ["003"]
    assert change.alone_rank == 1
    assert change.same_set


def test_the_way_back_takes_what_the_way_there_gave() -> None:
    # Without the waiver CQ.3 has no figure yet: 39 of 60 = 65, still before 60; then 34 of 60.
    change = changed(snapshot(AFTER), snapshot(BEFORE), "002")
    assert steps(change) == [(0, 0), (-13, 0), (-8.333333333, -1), (0, 0)]
    assert (change.start_rank, change.end_rank) == (2, 3)


def test_a_unit_whose_figures_stay_is_moved_by_others_alone() -> None:
    change = changed(snapshot(BEFORE), snapshot(AFTER), "003")
    assert steps(change) == [(0, 0), (0, 0), (0, 0), (0, -1)]
    assert [u.code for u in change.overtaken_by] == ["002"]
    assert (change.moved, change.newly_due) == ((), 0)
    back = changed(snapshot(AFTER), snapshot(BEFORE), "003")
    assert steps(back) == [(0, 0), (0, 0), (0, 0), (0, 1)]
    assert [u.code for u in back.overtook] == ["002"]


def test_between_two_months_what_is_newly_due_belongs_to_the_unit() -> None:
    # November: 22, 40, 40; December: 93, 68, 48.333333333. On its own figures the third still leads 22 and 40.
    change = changed(snapshot(NOVEMBER, 11), snapshot(), "003")
    assert (change.before, change.after) == ("11/2024", "12/2024")
    assert steps(change) == [(0, 0), (0, 0), (8.333333333, 0), (0, -2)]
    # The second stood beside it, not behind it.
    assert [u.code for u in change.overtaken_by] == ["001"]
    # Of 50: NT.1 10, NT.2 10. Of 60: NT.1 10, NT.2 missing, CQ.1 14, CQ.3 5.
    assert [(m.criterion.code, round(m.gain, 6), m.newly_due) for m in change.moved] == [
        ("CQ.1", 23.333333, False),
        ("NT.2", -20, False),
        ("CQ.3", 8.333333, True),
        ("NT.1", -3.333333, False),
    ]
    assert change.newly_due == 1


def test_what_does_not_apply_never_becomes_due() -> None:
    assert changed(snapshot(NOVEMBER, 11), snapshot(), "002").newly_due == 0


def test_a_penalty_is_named_as_every_other_criterion() -> None:
    incident = {**DECEMBER, "001": (54, 100, 4, ON_TIME, "yes", 8, 10, 2)}
    change = changed(snapshot(), snapshot(incident), "001")
    assert steps(change) == [(0, 0), (0, 0), (-2, 0), (0, 0)]
    assert [(m.criterion.code, round(m.gain, 6)) for m in change.moved] == [("TP.1", -2)]


def test_new_rules_are_the_first_step_for_the_whole_list() -> None:
    # NT.1 counts 100, NT.2 is gone, CQ.3 is not due in November: 60, 60 and 100 of 130. In December 128 of 140 less 2,
    # 74 of 130 and 119 of 140.
    then, table = snapshot(NOVEMBER, 11), crosswalk(CRITERIA_SET, MOVED)
    now = rescored(snapshot(), MOVED, table)
    first = changed(then, now, "001")
    assert not first.same_set
    assert [(s.total, s.rank) for s in first.steps] == [
        (46.153846154, 2),
        (46.153846154, 2),
        (89.428571429, 1),
        (89.428571429, 1),
    ]
    second = changed(then, now, "002")
    assert [(s.total, s.rank) for s in second.steps] == [
        (46.153846154, 2),
        (46.153846154, 2),
        (56.923076923, 2),
        (56.923076923, 3),
    ]
    assert [u.code for u in second.overtaken_by] == ["001"]
    assert rank_change(list_change(then, now, "districts", table), "001") == first


def test_units_that_join_or_leave_belong_to_the_others_and_are_not_said_to_have_overtaken() -> None:
    joined = changed(snapshot({code: BEFORE[code] for code in ("002", "003")}), snapshot(BEFORE), "003")
    assert steps(joined)[-1] == (0, -1)
    assert joined.overtaken_by == ()
    left = changed(snapshot(BEFORE), snapshot({code: BEFORE[code] for code in ("002", "003")}), "003")
    assert steps(left)[-1] == (0, 1)
    assert left.overtook == ()


def test_only_the_list_that_is_asked_for_counts() -> None:
    pair = [RankingListRecord("districts", "district", "Hai đơn vị", None, ("002", "003"))]
    change = changed(snapshot(BEFORE, lists=pair), snapshot(AFTER, lists=pair), "002")
    assert (change.start_rank, change.end_rank) == (2, 1)
    assert change.overtaken_by == ()


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    now = snapshot()
    newcomer = snapshot({code: NOVEMBER[code] for code in ("001", "002")}, 11)
    assert rank_change(list_change(newcomer, now, "districts"), "003") is None
    other_list = snapshot(lists=[RankingListRecord("others", "district", "Khối khác", None, ("001",))])
    assert rank_change(list_change(other_list, now, "districts"), "001") is None
    without_score = snapshot({**DECEMBER, "001": NOTHING_APPLIES})
    assert rank_change(list_change(without_score, now, "districts"), "001") is None
    assert rank_change(list_change(now, without_score, "districts"), "001") is None
    without_figures = snapshot({**DECEMBER, "001": (None,) * 8})
    assert rank_change(list_change(without_figures, now, "districts"), "001") is None
    assert rank_change(list_change(now, without_figures, "districts"), "001") is None


def test_a_code_that_was_another_units_is_not_compared() -> None:
    then = snapshot(NOVEMBER, 11)
    reused = replace(then.units[0], valid_from=dt.date(2010, 1, 1), name_vi="Huyện cũ")
    then = replace(then, units=(reused, *then.units[1:]))
    assert rank_change(list_change(then, snapshot(), "districts"), "001") is None
    assert rank_change(list_change(then, snapshot(), "districts"), "002") is not None


def test_an_unknown_list_and_a_unit_outside_it_are_refused() -> None:
    with pytest.raises(KeyError, match="communes"):
        rank_change(list_change(snapshot(), snapshot(), "communes"), "001")
    with pytest.raises(KeyError, match="999"):
        rank_change(list_change(snapshot(), snapshot(), "districts"), "999")
