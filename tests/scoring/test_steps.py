"""Next steps: worked by hand, and true when they are taken."""

import datetime as dt
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scoring.compiled import CompiledSet
from scoring.engine import score
from scoring.grid import in_points
from scoring.inputs import Inputs, encode
from scoring.steps import CriterionSteps, NextStep, next_steps
from tests.scoring.builders import compiled, criterion, grid, group, inputs_of, simple
from tests.scoring.samples import every_rule, random_inputs

bounded = settings(max_examples=60, deadline=None)


def steps_of(ready: CompiledSet, units: dict[str, dict[str, dict[str, object]]], code: str = "C") -> CriterionSteps:
    """Steps of the first unit on one criterion."""
    inputs = inputs_of(ready, units)
    return next_steps(score(inputs), inputs, 0)[ready.index_of[code]]


def changes(step: NextStep | None) -> dict[str, tuple[object, object]]:
    assert step is not None
    return {change.key: (change.old, change.new) for change in step.changes}


def gains(step: NextStep | None) -> tuple[float, float]:
    assert step is not None
    return float(in_points(step.gain)), float(in_points(step.total_gain))


def taken(inputs: Inputs, unit: int, code: str, step: NextStep) -> Inputs:
    """The inputs after the changes of a step, read as strictly as any others."""
    ready = inputs.compiled
    values, given = inputs.values.copy(), inputs.given.copy()
    for change in step.changes:
        column = ready.column_of[code, change.key]
        place = ready.columns[column]
        assert change.old == (old.isoformat() if isinstance(old := inputs.value(unit, column), dt.date) else old)
        values[unit, column], given[unit, column] = encode(place, change.new), True
    return Inputs.from_arrays(ready, inputs.units, values, given, inputs.not_applicable, inputs.not_due)


# By hand


def test_ratio_three_more_dossiers() -> None:
    # 20 points, 60 % gives full marks, 800 dossiers: one dossier = 20 / 480 = 0,041667 points of the total 20.
    # Precision one decimal: 0,1 needs 0,1 / 0,041667 = 2,4, so 3 dossiers, which bring 0,125.
    ready = simple({"type": "ratio", "full_at": 0.6}, 20, rank_precision=1)
    steps = steps_of(ready, {"U": {"C": {"a": 240, "b": 800}}})
    assert changes(steps.smallest) == {"a": (240, 243)}
    assert steps.smallest is not None
    assert [change.amount for change in steps.smallest.changes] == [3]
    assert gains(steps.smallest) == (0.125, 0.125)
    assert not steps.smallest.reaches_full
    # Full marks: 0,6 x 800 = 480.
    assert changes(steps.full) == {"a": (240, 480)}
    assert gains(steps.full) == (10, 10)
    assert steps.full is not None
    assert steps.full.reaches_full


def test_gain_of_the_total_follows_the_conversion() -> None:
    # 10 points of 50 applicable, scale 100: one point of the criterion is two of the TOTAL.
    ready = compiled(
        group("G", criterion("C", 10, {"type": "count", "full_at": 10}), criterion("D", 40, {"type": "judged"}), criterion("E", 50, {"type": "yes_no"})),
        scale=100,
        rank_precision=2,
    )  # fmt: skip
    steps = steps_of(ready, {"U": {"C": {"value": 4}, "D": {"value": 20}, "E": {"value": "n/a"}}})
    assert changes(steps.smallest) == {"value": (4, 5)}
    assert gains(steps.smallest) == (1, 2)
    assert gains(steps.full) == (6, 12)


def test_precision_of_two_decimals_without_one_in_the_set() -> None:
    # One of 10.000 cases = 0,001 points; 0,01 needs 10 of them.
    steps = steps_of(simple({"type": "ratio"}, 10), {"U": {"C": {"a": 500, "b": 10_000}}})
    assert changes(steps.smallest) == {"a": (500, 510)}
    assert gains(steps.smallest) == (0.01, 0.01)


def test_late_dossiers_have_to_fall() -> None:
    # 5 points, 40 dossiers, 6 late: one less is 5 / 40 = 0,125.
    steps = steps_of(simple({"type": "ratio", "direction": "down"}, 5), {"U": {"C": {"a": 6, "b": 40}}})
    assert changes(steps.smallest) == {"a": (6, 5)}
    assert gains(steps.smallest) == (0.125, 0.125)
    assert changes(steps.full) == {"a": (6, 0)}
    assert gains(steps.full) == (0.75, 0.75)


def test_bands_of_ratio_go_to_the_next_step() -> None:
    # 37 of 75 is below 50 %; 37,5 is the edge, so 38. Full marks from 80 %: 60.
    rule = {"type": "bands", "of": "ratio", "steps": [{"from": 0.8, "fraction": 1}, {"from": 0.5, "fraction": 0.5}]}
    steps = steps_of(simple(rule, 5), {"U": {"C": {"a": 30, "b": 75}}})
    assert changes(steps.smallest) == {"a": (30, 38)}
    assert gains(steps.smallest) == (2.5, 2.5)
    assert changes(steps.full) == {"a": (30, 60)}
    assert gains(steps.full) == (5, 5)


def test_bands_of_value() -> None:
    rule = {"type": "bands", "of": "value", "steps": [{"from": 4, "fraction": 1}, {"from": 2, "fraction": 0.5}]}
    steps = steps_of(simple(rule, 8), {"U": {"C": {"value": 2}}})
    assert changes(steps.smallest) == changes(steps.full) == {"value": (2, 4)}
    assert gains(steps.smallest) == (4, 4)


def test_bands_whose_top_gives_less_than_everything_have_no_step_to_full_marks() -> None:
    rule = {"type": "bands", "of": "value", "steps": [{"from": 4, "fraction": 0.8}]}
    steps = steps_of(simple(rule, 10), {"U": {"C": {"value": 1}}})
    assert changes(steps.smallest) == {"value": (1, 4)}
    assert steps.full is None


def test_count() -> None:
    # 3 of 7: one more is 5 / 7 = 0,714285714; all of them 4 / 7 x 5 = 2,857142857.
    steps = steps_of(simple({"type": "count", "full_at": 7}, 5), {"U": {"C": {"value": 3}}})
    assert changes(steps.smallest) == {"value": (3, 4)}
    assert gains(steps.smallest) == (0.714285714, 0.714285714)
    assert changes(steps.full) == {"value": (3, 7)}
    assert gains(steps.full) == (2.857142857, 2.857142857)


def test_checklist_one_item_then_all() -> None:
    rule = {"type": "checklist", "items": {"x": 0.5, "y": 0.3, "z": 0.2}}
    steps = steps_of(simple(rule, 10), {"U": {"C": {"x": "yes", "y": "no"}}})
    assert changes(steps.smallest) == {"y": ("no", "yes")}
    assert gains(steps.smallest) == (3, 3)
    # z was never given and counts as no.
    assert changes(steps.full) == {"y": ("no", "yes"), "z": (None, "yes")}
    assert gains(steps.full) == (5, 5)


def test_yes_no() -> None:
    steps = steps_of(simple({"type": "yes_no"}, 4), {"U": {"C": {"value": "no"}}})
    assert changes(steps.smallest) == changes(steps.full) == {"value": ("no", "yes")}
    assert gains(steps.full) == (4, 4)


@pytest.mark.parametrize(
    "options", [{"head": 1, "deputy": 0.5, "none": 0}, {"none": 0, "head": 1, "deputy": 0.5}, {"deputy": 0.5, "none": 0, "head": 1}]
)  # fmt: skip
def test_choice_goes_to_the_next_better_option_in_whatever_order_they_stand(options: dict[str, float]) -> None:
    steps = steps_of(simple({"type": "choice", "options": options}, 6), {"U": {"C": {"value": "none"}}})
    assert changes(steps.smallest) == {"value": ("none", "deputy")}
    assert gains(steps.smallest) == (3, 3)
    assert changes(steps.full) == {"value": ("none", "head")}
    assert gains(steps.full) == (6, 6)


@pytest.mark.parametrize("old", ["deputy", "none"])
def test_choice_that_gains_exactly_the_precision_is_a_step(old: str) -> None:
    # 0,1 points at most: options 0,1 apart bring exactly 0,01, whatever 0,2 + 0,1 is in binary.
    options = {"none": 0.1, "deputy": 0.2, "acting": 0.3, "head": 1}
    steps = steps_of(simple({"type": "choice", "options": options}, 0.1), {"U": {"C": {"value": old}}})
    assert changes(steps.smallest) == {"value": (old, {"deputy": "acting", "none": "deputy"}[old])}
    assert gains(steps.smallest) == (0.01, 0.01)


def test_band_that_gains_exactly_the_precision_is_a_step() -> None:
    rule = {
        "type": "bands",
        "of": "value",
        "steps": [{"from": v, "fraction": f} for v, f in ((9, 1), (3, 0.3), (2, 0.2))],
    }
    steps = steps_of(simple(rule, 0.1), {"U": {"C": {"value": 2}}})
    assert changes(steps.smallest) == {"value": (2, 3)}


def test_best_relative() -> None:
    # 5 points, the best has 50: one more is 0,1; full marks at 50.
    units: dict[str, dict[str, dict[str, object]]] = {u: {"C": {"value": v}} for u, v in (("U", 30), ("T", 50))}
    steps = steps_of(simple({"type": "best_relative"}, 5), units)
    assert changes(steps.smallest) == {"value": (30, 31)}
    assert gains(steps.smallest) == (0.1, 0.1)
    assert changes(steps.full) == {"value": (30, 50)}
    assert gains(steps.full) == (2, 2)


def test_the_best_unit_has_nothing_to_gain() -> None:
    units: dict[str, dict[str, dict[str, object]]] = {u: {"C": {"value": v}} for u, v in (("U", 50), ("T", 30))}
    assert steps_of(simple({"type": "best_relative"}, 5), units) == CriterionSteps(None, None)


def test_min_max_in_the_middle() -> None:
    # From 10 to 60, 5 points: one more is 0,1.
    units: dict[str, dict[str, dict[str, object]]] = {
        u: {"C": {"value": v}} for u, v in (("U", 20), ("T", 10), ("S", 60))
    }
    steps = steps_of(simple({"type": "min_max"}, 5), units)
    assert changes(steps.smallest) == {"value": (20, 21)}
    assert gains(steps.smallest) == (0.1, 0.1)
    assert changes(steps.full) == {"value": (20, 60)}
    assert gains(steps.full) == (4, 4)


def test_min_max_of_the_lowest_unit_counts_from_the_next_lowest() -> None:
    # U alone sets the bottom: up to 10 it stays at 0 points. From 10 to 60 one more is 5 / 50 = 0,1, so 11.
    units: dict[str, dict[str, dict[str, object]]] = {
        u: {"C": {"value": v}} for u, v in (("U", 0), ("T", 10), ("S", 60))
    }
    steps = steps_of(simple({"type": "min_max"}, 5), units)
    assert changes(steps.smallest) == {"value": (0, 11)}
    assert gains(steps.smallest) == (0.1, 0.1)
    assert gains(steps.full) == (5, 5)


def test_min_max_down_of_the_highest_unit() -> None:
    units: dict[str, dict[str, dict[str, object]]] = {
        u: {"C": {"value": v}} for u, v in (("U", 60), ("T", 50), ("S", 0))
    }
    steps = steps_of(simple({"type": "min_max", "direction": "down"}, 5), units)
    assert changes(steps.smallest) == {"value": (60, 49)}
    assert gains(steps.smallest) == (0.1, 0.1)
    assert changes(steps.full) == {"value": (60, 0)}


def test_min_max_with_goalposts() -> None:
    steps = steps_of(simple({"type": "min_max", "goalposts": [0, 200]}, 8), {"U": {"C": {"value": 50}}})
    # One is 8 / 200 = 0,04.
    assert changes(steps.smallest) == {"value": (50, 51)}
    assert gains(steps.smallest) == (0.04, 0.04)
    assert changes(steps.full) == {"value": (50, 200)}


def test_parts_one_part_then_all() -> None:
    rule = {
        "type": "parts",
        "parts": [
            {"key": "p", "fraction": 0.7, "rule": {"type": "ratio"}},
            {"key": "q", "fraction": 0.3, "rule": {"type": "count", "full_at": 3}},
        ],
    }
    steps = steps_of(simple(rule, 10), {"U": {"C": {"p.a": 50, "p.b": 100, "q.value": 1}}})
    # One dossier brings 0,07 points, one of q 1 point; both are steps of one.
    assert changes(steps.smallest) == {"p.a": (50, 51)}
    assert gains(steps.smallest) == (0.07, 0.07)
    assert changes(steps.full) == {"p.a": (50, 100), "q.value": (1, 3)}
    assert gains(steps.full) == (5.5, 5.5)


def test_part_of_a_case_is_no_step_above_the_whole() -> None:
    # b = 3,5: full marks at a = 3,5; a = 4 could not be entered.
    steps = steps_of(simple({"type": "ratio"}, 10), {"U": {"C": {"a": 3, "b": 3.5}}})
    assert changes(steps.full) == {"a": (3, 3.5)}
    rule = {"type": "bands", "of": "ratio", "steps": [{"from": 1, "fraction": 1}]}
    assert changes(steps_of(simple(rule, 10), {"U": {"C": {"a": 3, "b": 3.5}}}).smallest) == {"a": (3, 3.5)}


def test_step_that_no_share_can_reach_is_not_promised() -> None:
    rule = {"type": "bands", "of": "ratio", "steps": [{"from": 1.2, "fraction": 1}, {"from": 0.5, "fraction": 0.5}]}
    steps = steps_of(simple(rule, 10), {"U": {"C": {"a": 1, "b": 10}}})
    assert changes(steps.smallest) == {"a": (1, 5)}
    assert steps.full is None


def test_missing_figure_is_to_be_supplied() -> None:
    ready = compiled(group("G", criterion("C", 4, {"type": "ratio"}), criterion("D", 6, {"type": "yes_no"})), scale=100)
    steps = steps_of(ready, {"U": {"D": {"value": "yes"}}})
    assert steps.smallest is not None
    assert (steps.smallest.kind, steps.smallest.changes) == ("supply", ())
    assert gains(steps.smallest) == gains(steps.full) == (4, 40)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ({"type": "deadline", "due": dt.date(2024, 12, 15), "lose_per_day": 0.1}, "2024-12-18"),
        ({"type": "judged"}, "3"),
    ],
)
def test_deadlines_and_judgements_have_no_step(rule: dict[str, Any], value: str) -> None:
    assert steps_of(simple(rule, 5), {"U": {"C": {"value": value}}}) == CriterionSteps(None, None)


def test_full_marks_and_not_applicable_have_no_step() -> None:
    ready = simple({"type": "count", "full_at": 5}, 5)
    for value in ("5", "9", "n/a"):
        assert steps_of(ready, {"U": {"C": {"value": value}}}) == CriterionSteps(None, None)


def test_not_due_unscored_and_penalties_have_no_step() -> None:
    rule = {"type": "count", "full_at": 5}
    ready = compiled(
        group("G", criterion("C", 5, rule), criterion("C.2", 5, rule)),
        group("P", criterion("P.1", -5, rule), kind="adjustment"),
        group("D", criterion("D.1", 5, rule), kind="unscored"),
    )
    inputs = inputs_of(ready, {"U": {code: {"value": 1} for code in ready.codes}})
    inputs = inputs.without_due(np.array([True, False, False, False]))
    found = next_steps(score(inputs), inputs, 0)
    assert [steps == CriterionSteps(None, None) for steps in found] == [True, False, True, True]


def test_bonus_beyond_its_cap_gains_nothing_for_the_total() -> None:
    ready = compiled(
        group("G", criterion("G.1", 100, {"type": "judged"})),
        group("P", criterion("C", 4, {"type": "count", "full_at": 4}), kind="adjustment", cap={"bonus": 2}),
    )
    steps = steps_of(ready, {"U": {"G.1": {"value": 50}, "C": {"value": 1}}})
    assert gains(steps.smallest) == (1, 1)
    assert gains(steps.full) == (3, 1)


# Properties


@bounded
@given(st.integers(0, 10**9), st.sampled_from([0, 2, 4]), st.integers(1, 5))
def test_step_taken_gives_exactly_what_was_promised(seed: int, precision: int, units: int) -> None:
    ready = every_rule(rank_precision=precision)
    inputs = random_inputs(ready, units, seed)
    book = score(inputs)
    assume(not np.isnan(book.total[0]))
    for c, steps in enumerate(next_steps(book, inputs, 0)):
        for step in (steps.smallest, steps.full):
            if step is None or step.kind == "supply":
                continue
            after = score(taken(inputs, 0, ready.codes[c], step))
            assert after.points[0, c] - book.points[0, c] == step.gain > 0
            assert after.total[0] - book.total[0] == step.total_gain
            assert step.reaches_full == (after.points[0, c] >= ready.maxima[c])


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 3000), st.data(), st.sampled_from([0.3, 0.5, 0.6, 0.75, 0.9, 1]), st.booleans(),
    st.sampled_from([0.5, 3, 7.5, 20]), st.sampled_from([1, 2, 3]),
)  # fmt: skip
def test_smallest_step_of_a_ratio_is_the_smallest(
    b: int, data: st.DataObject, full_at: float, down: bool, top: float, precision: int
) -> None:
    a = data.draw(st.integers(0, b))
    rule = {"type": "ratio", "direction": "down"} if down else {"type": "ratio", "full_at": full_at}
    ready = compiled(
        group("G", criterion("C", top, rule), criterion("D", 80, {"type": "judged"})),
        scale=100,
        rank_precision=precision,
    )
    inputs = inputs_of(ready, {"U": {"C": {"a": a, "b": b}, "D": {"value": 40}}})
    steps = next_steps(score(inputs), inputs, 0)[0]
    sign = -1 if down else 1

    def gain(count: int) -> Fraction:
        """Points of the TOTAL that so many cases bring, exactly."""

        def fraction(cases: int) -> Fraction:
            share = Fraction(cases, b)
            return 1 - share if down else min(Fraction(1), share / Fraction(str(full_at)))

        points = (fraction(a + sign * count) - fraction(a)) * Fraction(str(top))
        return points * 100 / (80 + Fraction(str(top)))

    needed = Fraction(1, 10**precision)
    room = a if down else b - a
    enough = [n for n in range(1, room + 1) if gain(n) >= needed]
    if not enough:
        assert steps.smallest is None or in_points(steps.smallest.total_gain) < float(needed)
        return
    assert steps.smallest is not None
    # A gain that equals the precision up to the grid may go either way.
    close = {n for n in (enough[0] - 1, enough[0]) if n and abs(gain(n) - needed) < Fraction(1, 10**8)}
    assert steps.smallest.changes[0].amount in {sign * n for n in close | {enough[0]}}
    assert steps.smallest.total_gain == pytest.approx(
        float(gain(abs(int(steps.smallest.changes[0].amount or 0)))) * 1e9, abs=2
    )


@bounded
@given(st.integers(1, 500), st.integers(1, 40), st.sampled_from([1, 5, 12.5]))
def test_smallest_step_of_a_count_is_the_smallest(full_at: int, start: int, top: float) -> None:
    assume(start < full_at)
    steps = steps_of(simple({"type": "count", "full_at": full_at}, top), {"U": {"C": {"value": start}}})
    assert steps.smallest is not None
    expected = min(math.ceil(Fraction(1, 100) * full_at / Fraction(str(top))), full_at - start)
    assert steps.smallest.changes[0].amount == expected
    assert gains(steps.smallest)[0] == pytest.approx(expected / full_at * top, abs=2e-9)
    assert steps.full is not None
    assert steps.full.reaches_full
    assert changes(steps.full) == {"value": (start, full_at)}


def test_steps_leave_book_and_inputs_as_they_were() -> None:
    inputs = random_inputs(every_rule(), 3, 11)
    book = score(inputs)
    before = [x.tobytes() for x in (inputs.values, inputs.given, book.points, book.maxima)]
    next_steps(book, inputs, 1)
    assert [x.tobytes() for x in (inputs.values, inputs.given, book.points, book.maxima)] == before


def test_promised_gain_is_a_number_of_grid_steps() -> None:
    steps = steps_of(simple({"type": "count", "full_at": 3}, 1), {"U": {"C": {"value": 0}}})
    assert steps.smallest is not None
    assert steps.smallest.gain == grid(1 / 3)
