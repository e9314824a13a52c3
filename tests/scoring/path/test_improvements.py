"""Open steps: worked by hand, and true when they are taken."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path.base import Base
from scoring.path.improvements import open_steps
from scoring.path.values import EffortTable, Step, StepLevel
from tests.scoring.builders import criterion, grid, inputs_of
from tests.scoring.path.worlds import base_of, province_of, random_base, rolled, units_of

RATIO = {"type": "ratio"}
SHARE = {"how": "share_meeting"}


def base_with(
    rule: dict[str, Any], how: str, given: dict[str, object], provincial: dict[str, Any], **more: Any
) -> Base:
    """Unit U0 has these inputs; U1 has none, so that only U0 has steps."""
    rollup = more.pop("rollup", {})
    ready = units_of(criterion("C", 10, rule, **more))
    province = province_of(rolled("C", 10, provincial, how, **rollup))
    return base_of(province, inputs_of(ready, {"U0": {"C": given}, "U1": {}}, ["U0", "U1"]))


def steps_of(base: Base) -> dict[str, tuple[dict[str, tuple[object, object]], float]]:
    return {
        s.level: ({c.key: (c.old, c.new) for c in s.changes}, s.gains[0][1]) for s in open_steps(base, EffortTable())
    }


def test_ratio_next_tenth_plan_target_and_full_marks() -> None:
    # 240 of 800 at full_at 0,9 is a third of the points; four tenths need 0,36 x 800 = 288. T14 of the plan: 60 %.
    base = base_with({**RATIO, "full_at": 0.9}, "ratio_of_sums", {"a": 240, "b": 800}, RATIO, plan_target="T14")
    assert steps_of(base) == {
        "next": ({"a": (240, 288)}, 48),
        "target": ({"a": (240, 480)}, 240),
        "full": ({"a": (240, 720)}, 480),
    }


def test_a_target_that_gives_full_marks_is_one_step_and_named_by_the_plan() -> None:
    base = base_with({**RATIO, "full_at": 0.6}, "ratio_of_sums", {"a": 430, "b": 800}, RATIO, plan_target="T14")
    # 430 of 480 is 8,96 tenths; the ninth needs 432.
    assert steps_of(base) == {"next": ({"a": (430, 432)}, 2), "target": ({"a": (430, 480)}, 50)}


def test_a_target_that_must_be_exceeded() -> None:
    # T20: more than 51 %.
    base = base_with(RATIO, "ratio_of_sums", {"a": 40, "b": 100}, RATIO, plan_target="T20")
    assert steps_of(base)["target"] == ({"a": (40, 52)}, 12)


def test_less_is_better() -> None:
    down = {**RATIO, "direction": "down"}
    base = base_with(down, "ratio_of_sums", {"a": 25, "b": 100}, down)
    assert steps_of(base) == {"next": ({"a": (25, 20)}, 5), "full": ({"a": (25, 0)}, 25)}


def test_figures_that_are_not_whole_are_taken_to_the_goal_itself() -> None:
    base = base_with(RATIO, "ratio_of_sums", {"a": 2.5, "b": 8}, RATIO)
    assert steps_of(base) == {"next": ({"a": (2.5, 3.2)}, pytest.approx(0.7)), "full": ({"a": (2.5, 8)}, 5.5)}


def test_bands_next_band_and_highest_band() -> None:
    steps = [{"from": 0.9, "fraction": 1}, {"from": 0.7, "fraction": 0.6}, {"from": 0.5, "fraction": 0.3}]
    base = base_with({"type": "bands", "of": "ratio", "steps": steps}, "ratio_of_sums", {"a": 55, "b": 100}, RATIO)
    assert steps_of(base) == {"next": ({"a": (55, 70)}, 15), "full": ({"a": (55, 90)}, 35)}


def test_lists_next_item_and_all_items_and_only_the_last_one_meets() -> None:
    items = {"type": "checklist", "items": {"p": 0.5, "q": 0.25, "r": 0.25}}
    base = base_with(items, "share_meeting", {"p": "yes", "q": "no", "r": "no"}, RATIO)
    # One more item leaves the unit below full marks, so it moves nothing and is no step.
    assert steps_of(base) == {"full": ({"q": ("no", "yes"), "r": ("no", "yes")}, 1)}


def test_choice_next_and_best_option() -> None:
    choice = {"type": "choice", "options": {"Đã ban hành": 1, "Đã trình": 0.5, "Chưa trình": 0}}
    base = base_with(choice, "share_meeting", {"value": "Chưa trình"}, RATIO)
    assert steps_of(base) == {"full": ({"value": ("Chưa trình", "Đã ban hành")}, 1)}


def test_meets_at_counts_a_unit_below_full_marks() -> None:
    base = base_with(RATIO, "share_meeting", {"a": 41, "b": 100}, RATIO, rollup={"meets_at": 0.5})
    assert steps_of(base) == {"next": ({"a": (41, 50)}, 1), "full": ({"a": (41, 100)}, 1)}


def test_the_best_of_the_list_is_the_goal_of_a_relative_rule() -> None:
    ready = units_of(criterion("C", 10, {"type": "best_relative"}))
    province = province_of(rolled("C", 10, {"type": "count", "full_at": 100}, "sum"))
    base = base_of(province, inputs_of(ready, {"U0": {"C": {"value": 10}}, "U1": {"C": {"value": 40}}}))
    steps = open_steps(base, EffortTable())
    # 10 of 40 is a quarter; three tenths are 12.
    assert [(s.unit, s.level, s.changes[0].new) for s in steps] == [
        ("U0", StepLevel.NEXT, 12),
        ("U0", StepLevel.FULL, 40),
    ]


def test_between_goalposts_a_share_follows_the_unit_alone_and_has_its_steps() -> None:
    given = {"U0": {"C": {"value": 50}}, "U1": {"C": {"value": 0}}, "U2": {"C": {"value": 200}}}

    def full_steps(**posts: object) -> list[tuple[str, object]]:
        ready = units_of(criterion("C", 10, {"type": "min_max", **posts}))
        base = base_of(province_of(rolled("C", 10, RATIO, "share_meeting")), inputs_of(ready, given))
        return [(s.unit, s.changes[0].new) for s in open_steps(base, EffortTable()) if s.level is StepLevel.FULL]

    assert full_steps(goalposts=[0, 200]) == [("U0", 200), ("U1", 200)]
    # Compared with each other, what one unit does moves the shares of all: no step of its own says by how much.
    assert full_steps() == []


def test_deadlines_that_have_passed_missing_and_not_applicable_figures_have_no_step() -> None:
    late = {"type": "deadline", "due": "2024-03-31", "lose_per_day": 0.01}
    assert not open_steps(base_with(late, "share_meeting", {"value": "2024-04-10"}, RATIO), EffortTable())
    ready = units_of(criterion("C", 10, RATIO))
    units = inputs_of(ready, {"U0": {"C": {"a": 1, "b": 2}}, "U1": {"C": {"a": ""}}, "U2": {"C": {"a": "n/a"}}})
    base = base_of(province_of(rolled("C", 10, RATIO, "ratio_of_sums")), units)
    assert {s.unit for s in open_steps(base, EffortTable())} == {"U0"}


def test_the_province_itself_has_steps_on_what_it_types() -> None:
    checklist = criterion("E", 6, {"type": "checklist", "items": {"x": 0.5, "y": 0.5}}, rollup={"how": "entry"})
    units = inputs_of(units_of(criterion("C", 10, RATIO)), {"U0": {"C": {"a": 1, "b": 2}}})
    base = base_of(province_of(checklist), units, {"P": {"E": {"x": "no", "y": "no"}}})
    steps = open_steps(base, EffortTable())
    assert [(s.set_id, s.unit, s.level, s.gains) for s in steps] == [
        ("province", "P", StepLevel.NEXT, (("E", grid(3)),)),
        ("province", "P", StepLevel.FULL, (("E", grid(6)),)),
    ]


def test_the_default_effort_follows_the_share_of_the_units_own_points() -> None:
    base = base_with(RATIO, "ratio_of_sums", {"a": 25, "b": 100}, RATIO)
    # 20 for all points: 5 % of them are 1, 75 % are 15.
    assert [(s.level, s.effort.amount, s.effort.is_default) for s in open_steps(base, EffortTable())] == [
        (StepLevel.NEXT, 1, True),
        (StepLevel.FULL, 15, True),
    ]


def whole_gain(base: Base, step: Step) -> dict[str, int]:
    """Points of each component after the step, by a full score."""
    book = base.rescored([step])
    return {code: int(book.points[0, base.province.compiled.index_of[code]]) for code, _gain in step.gains}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_what_a_step_promises_is_what_the_engine_gives(seed: int) -> None:
    base = random_base(seed)
    steps = open_steps(base, EffortTable())
    assert len({(s.group, s.level) for s in steps}) == len(steps)
    for step in steps:
        promised = {c: int(base.components[c].points(np.array([g]))[0]) for c, g in step.gains}
        assert whole_gain(base, step) == promised
        assert any(gain > 0 for _code, gain in step.gains)
