"""Figures of one version under another, worked by hand: renamed, changed options, a > b, not applicable, not due."""

from typing import Any

import numpy as np
import pytest

from criteria.crosswalk import Rename, crosswalk
from scoring.compiled import CompiledSet
from scoring.crosswalk import carry_over
from scoring.inputs import Inputs
from tests.scoring.builders import compiled, criterion, group, inputs_of

COUNT = {"type": "count", "full_at": 10}
RATIO = {"type": "ratio"}
Figures = dict[str, dict[str, dict[str, object]]]


def one(code: str, rule: dict[str, Any], *more: dict[str, Any], version: str = "1.0", name: str = "Tên") -> CompiledSet:
    """A set with this criterion and maybe others; all are called the same, so that only codes tell them apart."""
    return compiled(group("G", {**criterion(code, 10, rule), "name": name}, *more), version=version)


def named(code: str, rule: dict[str, Any]) -> dict[str, Any]:
    """Another criterion of the same name."""
    return {**criterion(code, 10, rule), "name": "Tên"}


def carried(old: CompiledSet, new: CompiledSet, figures: Figures, *renames: Rename) -> Inputs:
    """The figures under the new set."""
    return carry_over(inputs_of(old, figures), new, crosswalk(old.criteria_set, new.criteria_set, renames))


def cell(inputs: Inputs, unit: str, code: str, key: str = "value") -> object:
    """One value as it was given, None when it is missing."""
    return inputs.value(inputs.units.index(unit), inputs.compiled.column_of[code, key])


def test_a_renamed_criterion_keeps_its_figures() -> None:
    old, new = one("C.1", RATIO), one("D.5", RATIO, version="2.0")
    result = carried(old, new, {"U": {"C.1": {"a": 30, "b": 50}}, "V": {"C.1": {"a": 4}}}, Rename("C.1", "D.5"))
    assert (cell(result, "U", "D.5", "a"), cell(result, "U", "D.5", "b")) == (30, 50)
    assert (cell(result, "V", "D.5", "a"), cell(result, "V", "D.5", "b")) == (4, None)
    assert result.units == ("U", "V")
    assert cell(carried(old, new, {"U": {"C.1": {"a": 30, "b": 50}}}), "U", "D.5", "a") is None


def test_options_are_found_by_name_and_one_that_is_gone_is_missing() -> None:
    # In the new set "có" stands second, and "một phần" is gone.
    old = one("C.1", {"type": "choice", "options": {"có": 1, "một phần": 0.5, "không": 0}})
    new = one("C.1", {"type": "choice", "options": {"không": 0, "có": 0.8}}, version="2.0")
    figures: Figures = {
        unit: {"C.1": {"value": value}} for unit, value in {"U": "có", "V": "một phần", "X": "không"}.items()
    }
    result = carried(old, new, figures)
    assert [cell(result, unit, "C.1") for unit in "UVX"] == ["có", None, "không"]


def test_a_above_b_is_missing_whole_where_the_new_rule_refuses_it() -> None:
    old, refused = one("C.1", {"type": "ratio", "over": "allow"}), one("C.1", RATIO, version="2.0")
    allowed = one("C.1", {"type": "ratio", "over": "allow", "full_at": 0.5}, version="3.0")
    figures: Figures = {"U": {"C.1": {"a": 7, "b": 5}}, "V": {"C.1": {"a": 5, "b": 7}}}
    result = carried(old, refused, figures)
    assert [cell(result, "U", "C.1", key) for key in "ab"] == [None, None]
    assert [cell(result, "V", "C.1", key) for key in "ab"] == [5, 7]
    assert [cell(carried(old, allowed, figures), "U", "C.1", key) for key in "ab"] == [7, 5]


def test_a_negative_number_is_missing_where_the_new_rule_takes_none() -> None:
    old = one("C.1", {"type": "min_max", "goalposts": [-10, 10]})
    new = one("C.1", COUNT, version="2.0")
    figures: Figures = {"U": {"C.1": {"value": -3}}, "V": {"C.1": {"value": 3}}}
    result = carried(old, new, figures)
    assert [cell(result, unit, "C.1") for unit in "UV"] == [None, 3]


def test_not_applicable_goes_over_and_a_new_criterion_is_not() -> None:
    old, new = one("C.1", COUNT), one("D.5", COUNT, named("D.6", COUNT), version="2.0")
    result = carried(old, new, {"U": {"C.1": {"value": "n/a"}}, "V": {"C.1": {"value": 3}}}, Rename("C.1", "D.5"))
    assert result.not_applicable.tolist() == [[True, False], [False, False]]
    assert not result.given[0].any()


def test_fed_by_two_is_not_applicable_only_when_both_were() -> None:
    old, new = one("C.1", COUNT, named("C.2", COUNT)), one("D.1", RATIO, version="2.0")
    lines = (Rename("C.1", "D.1", "value", "a"), Rename("C.2", "D.1", "value", "b"))
    figures: Figures = {
        "U": {"C.1": {"value": "n/a"}, "C.2": {"value": "n/a"}},
        "V": {"C.1": {"value": "n/a"}, "C.2": {"value": 8}},
    }
    result = carried(old, new, figures, *lines)
    assert result.not_applicable.tolist() == [[True], [False]]
    assert [cell(result, "V", "D.1", key) for key in "ab"] == [None, 8]


def test_not_due_goes_over_and_a_new_criterion_is_due() -> None:
    old, new = one("C.1", COUNT), one("D.5", COUNT, named("D.6", COUNT), version="2.0")
    inputs = inputs_of(old, {"U": {"C.1": {"value": 3}}}).without_due(np.array([True]))
    result = carry_over(inputs, new, crosswalk(old.criteria_set, new.criteria_set, [Rename("C.1", "D.5")]))
    assert result.not_due.tolist() == [True, False]


def test_dates_and_yes_no_keep_their_values() -> None:
    more = named("C.2", {"type": "yes_no"})
    old = one("C.1", {"type": "deadline", "due": "2024-12-15", "lose_per_day": 0.1}, more)
    new = one("C.1", {"type": "deadline", "due": "2024-11-30", "lose_per_day": 0.2}, more, version="2.0")
    figures: Figures = {"U": {"C.1": {"value": "2024-12-10"}, "C.2": {"value": "yes"}}}
    before, after = inputs_of(old, figures), carried(old, new, figures)
    assert cell(after, "U", "C.1") == cell(before, "U", "C.1")
    assert cell(after, "U", "C.2") == cell(before, "U", "C.2") == "yes"


def test_the_base_stays_as_it_is() -> None:
    old, new = one("C.1", {"type": "ratio", "over": "allow"}), one("C.1", RATIO, version="2.0")
    inputs = inputs_of(old, {"U": {"C.1": {"a": 7, "b": 5}}})
    before = inputs.values.tobytes(), inputs.given.tobytes()
    carry_over(inputs, new, crosswalk(old.criteria_set, new.criteria_set))
    assert (inputs.values.tobytes(), inputs.given.tobytes()) == before


def test_a_crosswalk_between_other_sets_is_refused() -> None:
    old, new, other = one("C.1", COUNT), one("C.1", COUNT, version="2.0"), one("C.1", COUNT, version="3.0")
    inputs = inputs_of(old, {"U": {"C.1": {"value": 3}}})
    with pytest.raises(ValueError, match=r"expected from .*1\.0.* to .*3\.0"):
        carry_over(inputs, other, crosswalk(old.criteria_set, new.criteria_set))
