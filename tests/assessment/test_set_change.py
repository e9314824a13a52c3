"""Whose rank a new version would change; totals and causes worked by hand from tests/reports/examples.py."""

import math

import numpy as np
import pytest

from assessment.set_change import Cause, RankChanges, rank_changes, rescored
from criteria import CriteriaSet, read_text
from criteria.crosswalk import Rename, crosswalk
from tests.reports.examples import (
    CRITERIA_SET,
    DECEMBER,
    NOTHING_APPLIES,
    NOVEMBER,
    SET_TEXT,
    snapshot,
)

NT_2 = SET_TEXT[SET_TEXT.index("      - code: NT.2") : SET_TEXT.index("  - code: CQ\n")]


def edited(*edits: tuple[str, str]) -> CriteriaSet:
    """The example set as version 2.0, after these replacements."""
    text = SET_TEXT.replace('version: "1.2"', 'version: "2.0"')
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    reading = read_text(text, "new.yaml")
    assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
    return reading.criteria_set


NT_1_COUNTS_100 = ("max_points: 10\n        rule: {type: ratio, full_at: 0.6}", "max_points: 100\n        rule: {type: ratio, full_at: 0.6}")  # fmt: skip
MOVED = edited((NT_2, ""), NT_1_COUNTS_100)
"""NT.1 counts 100 instead of 10, NT.2 is gone.

001: 90 + 20 + 10 + 8 = 128 of 140 = 91,428571429, less 2. 002: 50 + 14 + 10 = 74 of 130 = 56,923076923.
003: 100 + 14 + 0 + 5 = 119 of 140 = 85.
"""


def changed(new: CriteriaSet, *renames: Rename, **of: object) -> RankChanges:
    """What the new set does to the list of the example."""
    now = snapshot(**of)  # pyright: ignore[reportArgumentType]
    return rank_changes(now, new, crosswalk(CRITERIA_SET, new, renames), "districts")


def test_who_moves_where() -> None:
    result = changed(MOVED)
    assert [(c.unit.code, c.old_rank, c.new_rank, c.movement) for c in result.changes] == [
        ("001", 1, 1, 0),
        ("003", 3, 2, 1),
        ("002", 2, 3, -1),
    ]
    assert [(c.old_total, c.new_total) for c in result.changes] == [
        (93, 89.428571429),
        (48.333333333, 85),
        (68, 56.923076923),
    ]
    assert [c.unit.code for c in result.movers] == ["003", "002"]
    assert result.not_compared == ()


def test_causes_of_one_unit_by_hand() -> None:
    # Contributions of 003 before: 10, 0, 14, 0, 5 of 60; after: 100, 14, 0, 5 of 140, all on the scale of 100.
    third = changed(MOVED).changes[1]
    told = [(c.old_code, c.new_code, round(c.before, 6), round(c.after, 6), round(c.gain, 6)) for c in third.causes]
    assert told == [
        ("NT.1", "NT.1", 16.666667, 71.428571, 54.761905),
        ("CQ.1", "CQ.1", 23.333333, 10, -13.333333),
        ("CQ.3", "CQ.3", 8.333333, 3.571429, -4.761905),
    ]


def test_a_criterion_that_is_gone_takes_its_points_with_it() -> None:
    second = next(c for c in changed(MOVED).changes if c.unit.code == "002")
    assert Cause("NT.2", None, 10, 0) in second.causes


def test_effects_say_which_criterion_sets_units_apart() -> None:
    effects = {(e.old_code, e.new_code): e for e in changed(MOVED).effects}
    # NT.1: 15 -> 64,285714 (001), 10 -> 38,461538 (002), 16,666667 -> 71,428571 (003).
    nt_1 = effects["NT.1", "NT.1"]
    assert [round(x, 6) for x in (nt_1.total, nt_1.least, nt_1.most, nt_1.spread)] == [
        132.509158,
        28.461538,
        54.761905,
        26.300366,
    ]
    # NT.2 is gone: -16,666667 for 001, -10 for 002, nothing for 003, who had no figure.
    gone = effects["NT.2", None]
    assert [round(x, 6) for x in (gone.total, gone.least, gone.most)] == [-26.666667, -16.666667, 0]
    assert next(iter(effects)) == ("NT.1", "NT.1")


@pytest.mark.parametrize(
    "edits",
    [
        [(NT_2, ""), NT_1_COUNTS_100],
        [("scale: 100", "scale: 50")],
        [("cap: {penalty: 5}", "cap: {penalty: 1}"), ("full_at: 0.6", "full_at: 0.9")],
        [("not_applicable: rescale", "not_applicable: zero")],
        [("code: NT.2", "code: NT.5")],
    ],
)
def test_causes_add_up_to_the_change_of_the_total(edits: list[tuple[str, str]]) -> None:
    new = edited(*edits)
    for change in changed(new).changes:
        factor = new.top / CRITERIA_SET.top
        gained = math.fsum(cause.gain for cause in change.causes)
        assert gained == pytest.approx(change.new_total - change.old_total * factor, abs=1e-6)


def test_bonus_and_penalty_are_one_cause() -> None:
    # One incident takes 2 off; with a cap of 1 only 1.
    first = next(c for c in changed(edited(("penalty: 5", "penalty: 1"))).changes if c.unit.code == "001")
    assert first.causes == (Cause(None, None, -2, -1),)


def test_the_same_set_moves_nobody() -> None:
    result = changed(CRITERIA_SET)
    assert (result.movers, result.effects) == ((), ())
    assert [c.causes for c in result.changes] == [(), (), ()]


def test_a_renamed_criterion_is_lost_without_the_table_and_carried_with_it() -> None:
    new = edited(("code: NT.2", "code: NT.5"))
    lost = {c.unit.code: c for c in changed(new).changes}
    # 10 of 60 points are missing now: 47 of 60 = 78,333333333, less 2; they may come back.
    assert (lost["001"].new_total, lost["001"].missing) == (76.333333333, 1)
    carried = {c.unit.code: c for c in changed(new, Rename("NT.2", "NT.5")).changes}
    assert {code: c.new_total for code, c in carried.items()} == {"001": 93, "002": 68, "003": 48.333333333}
    assert not any(c.causes for c in carried.values())


def test_missing_figures_leave_a_rank_band() -> None:
    # Without NT.2 the totals may reach 93, 78 (39 of 50) and 65 (39 of 60); least 76,33, 58 (29 of 50) and 48,33.
    bands = {c.unit.code: (c.best_rank, c.worst_rank) for c in changed(edited(("code: NT.2", "code: NT.5"))).changes}
    assert bands == {"001": (1, 2), "002": (1, 3), "003": (2, 3)}


def test_the_new_set_says_what_is_due() -> None:
    # In November CQ.3 is yearly and not due; monthly it is due, and nobody has reported it.
    monthly = edited(("frequency: yearly", "frequency: monthly"))
    result = changed(monthly, figures=NOVEMBER, month=11)
    assert {c.unit.code: c.missing for c in result.changes} == {"001": 2, "002": 2, "003": 2}
    same = changed(edited(), figures=NOVEMBER, month=11)
    assert {c.unit.code: c.missing for c in same.changes} == {"001": 1, "002": 1, "003": 1}


def test_units_that_cannot_be_compared_are_named_with_the_reason() -> None:
    result = changed(MOVED, figures={**DECEMBER, "004": NOTHING_APPLIES})
    assert [(n.unit.code, n.why) for n in result.not_compared] == [("004", "no_old_score")]
    assert str(result.not_compared[0]) == "Thành phố Đê: không có điểm theo bản cũ của bộ chỉ số."
    assert [c.new_rank for c in result.changes] == [1, 2, 3]


def test_a_unit_to_which_nothing_of_the_new_set_applies_is_not_compared() -> None:
    head, tail = SET_TEXT.index("groups:"), SET_TEXT.index("      - code: CQ.3")
    group = "groups:\n  - code: CQ\n    name: Chính quyền số\n    criteria:\n"
    text = SET_TEXT[:head].replace('"1.2"', '"3.0"') + group + SET_TEXT[tail:]
    new = read_text(text, "new.yaml").criteria_set
    assert new is not None
    result = changed(new)
    assert [(n.unit.code, n.why) for n in result.not_compared] == [("002", "no_new_score")]
    # 8 of 10, less 2; 5 of 10: places are counted among those that can be compared.
    assert [(c.unit.code, c.new_total, c.old_rank, c.new_rank) for c in result.changes] == [
        ("001", 78, 1, 1),
        ("003", 50, 2, 2),
    ]


def test_a_unit_whose_figures_all_stay_behind_is_not_compared() -> None:
    codes = [(f"code: {code}\n", f"code: X{code}\n") for code in ("NT.1", "NT.2", "CQ.1", "CQ.2", "CQ.3", "TP.1")]
    result = changed(edited(*codes))
    # CQ.3 was not applicable to 002, and nothing of that goes over either.
    assert {n.why for n in result.not_compared} == {"nothing_carried"}
    assert result.changes == ()
    assert result.effects == ()


def test_rescored_twice_is_rescored_once_when_nothing_is_lost() -> None:
    now, new = snapshot(), edited(("full_at: 0.6", "full_at: 0.9"))
    once = rescored(now, new, crosswalk(CRITERIA_SET, new))
    again = rescored(once, MOVED, crosswalk(new, MOVED))
    direct = rescored(now, MOVED, crosswalk(CRITERIA_SET, MOVED))
    assert np.array_equal(again.book.total, direct.book.total)
    assert once.criteria_set == new
    assert now.criteria_set == CRITERIA_SET


def test_a_set_of_another_level_and_an_unknown_list_are_refused() -> None:
    other = edited(("level: district", "level: commune"))
    with pytest.raises(ValueError, match="level commune, expected district"):
        rank_changes(snapshot(), other, crosswalk(CRITERIA_SET, other), "districts")
    with pytest.raises(KeyError, match="communes"):
        rank_changes(snapshot(), MOVED, crosswalk(CRITERIA_SET, MOVED), "communes")
