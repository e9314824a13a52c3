"""Roll-up: what units report becomes the inputs of the province, by hand."""

from typing import Any

import pytest

from criteria.model import Criterion
from scoring.engine import score
from scoring.grid import in_points
from scoring.inputs import read_cells
from scoring.rollup import Coverage, Scored, provincial_cells, roll_up, roll_up_set
from tests.scoring.builders import build, compiled, criterion, group, inputs_of

RATIO = {"type": "ratio"}
COUNT = {"type": "count", "full_at": 10}


def units(rule: dict[str, Any], cells: dict[str, dict[str, object]], **more: Any) -> Scored:
    """Units scored on one criterion C."""
    ready = compiled(group("G", criterion("C", 10, rule)), **more)
    inputs = inputs_of(ready, {unit: {"C": given} for unit, given in cells.items()})
    return Scored(inputs, score(inputs))


def component(rule: dict[str, Any], **rollup: Any) -> Criterion:
    """One provincial component."""
    province = build(group("T", criterion("T.1", 10, rule, rollup=rollup)), level="province")
    return province.criteria[0]


def test_ratio_of_sums() -> None:
    # (10 + 30 + 5) / (20 + 100 + 5): sums, not the mean of the shares.
    sources = {
        "huyen": units(RATIO, {"H1": {"a": 10, "b": 20}, "H2": {"a": 30, "b": 100}}),
        "xa": units(RATIO, {"X1": {"a": 5, "b": 5}}),
    }
    result = roll_up(component(RATIO, how="ratio_of_sums", **{"from": ["huyen/C", "xa/C"]}), sources)
    assert dict(result.values) == {"a": 45, "b": 125}
    assert result.coverage == (Coverage("huyen/C", 2, 2, 0, ()), Coverage("xa/C", 1, 1, 0, ()))
    assert result.weights is None


def test_units_that_miss_are_reported_and_left_out() -> None:
    cells: dict[str, dict[str, object]] = {
        "H1": {"a": 10, "b": 20},
        "H2": {"a": 3},
        "H3": {"a": "n/a"},
        "H4": {"a": 0, "b": 0},
    }
    result = roll_up(component(RATIO, how="ratio_of_sums", **{"from": ["huyen/C"]}), {"huyen": units(RATIO, cells)})
    assert dict(result.values) == {"a": 10, "b": 20}
    (coverage,) = result.coverage
    assert coverage == Coverage("huyen/C", 4, 1, 1, ("H2", "H4"))
    assert not coverage.complete


def test_sum() -> None:
    sources = {"huyen": units(COUNT, {"H1": {"value": 4}, "H2": {"value": 2.5}, "H3": {"value": ""}})}
    result = roll_up(component(COUNT, how="sum", **{"from": ["huyen/C"]}), sources)
    assert dict(result.values) == {"value": 6.5}
    assert result.coverage[0].missing == ("H3",)


def test_mean_of_units() -> None:
    # (4 + 1 + 7) / 3; the unit that misses does not pull the mean down.
    cells: dict[str, dict[str, object]] = {
        "H1": {"value": 4},
        "H2": {"value": 1},
        "H3": {"value": 7},
        "H4": {"value": ""},
    }
    result = roll_up(
        component(COUNT, how="mean", weight="units", **{"from": ["huyen/C"]}), {"huyen": units(COUNT, cells)}
    )
    assert dict(result.values) == {"value": 4}
    assert result.weights == "units"


def test_mean_weighted_by_an_input() -> None:
    # Weighted by the value itself: (4 x 4 + 1 x 1) / (4 + 1) = 3,4.
    sources = {"huyen": units(COUNT, {"H1": {"value": 4}, "H2": {"value": 1}})}
    result = roll_up(component(COUNT, how="mean", weight="value", **{"from": ["huyen/C"]}), sources)
    assert dict(result.values) == {"value": pytest.approx(3.4)}
    assert result.weights == "value"


def test_mean_whose_weights_are_all_zero_has_no_value() -> None:
    sources = {"huyen": units(COUNT, {"H1": {"value": 0}})}
    result = roll_up(component(COUNT, how="mean", weight="value", **{"from": ["huyen/C"]}), sources)
    assert dict(result.values) == {}


@pytest.mark.parametrize(
    ("meets_at", "met"),
    [
        (None, 1),  # by its own rule: full marks from 60 %
        (0.5, 2),
        (0.25, 3),
        (0.9, 0),
    ],
)
def test_share_of_units_that_meet_a_ratio(meets_at: float | None, met: int) -> None:
    rule = {"type": "ratio", "full_at": 0.6}
    cells: dict[str, dict[str, object]] = {
        "H1": {"a": 60, "b": 100},
        "H2": {"a": 1, "b": 2},
        "H3": {"a": 1, "b": 4},
        "H4": {"a": 0, "b": 0},
        "H5": {"a": "n/a"},
    }
    more = {} if meets_at is None else {"meets_at": meets_at}
    result = roll_up(
        component(RATIO, how="share_meeting", **{"from": ["huyen/C"]}, **more), {"huyen": units(rule, cells)}
    )
    assert dict(result.values) == {"a": met, "b": 3}
    assert result.coverage == (Coverage("huyen/C", 5, 3, 1, ("H4",)),)


def test_share_of_units_that_meet_a_value_over_two_sources() -> None:
    sources = {
        "huyen": units(COUNT, {"H1": {"value": 3}, "H2": {"value": 2}}),
        "xa": units(COUNT, {"X1": {"value": 5}, "X2": {"value": ""}}),
    }
    result = roll_up(component(RATIO, how="share_meeting", meets_at=3, **{"from": ["huyen/C", "xa/C"]}), sources)
    assert dict(result.values) == {"a": 2, "b": 3}


def test_share_meeting_by_full_marks_of_a_choice() -> None:
    rule = {"type": "choice", "options": {"head": 1, "deputy": 0.5}}
    sources = {"huyen": units(rule, {"H1": {"value": "head"}, "H2": {"value": "deputy"}})}
    result = roll_up(component(RATIO, how="share_meeting", **{"from": ["huyen/C"]}), sources)
    assert dict(result.values) == {"a": 1, "b": 2}


@pytest.mark.parametrize("how", ["ratio_of_sums", "share_meeting"])
def test_nobody_reported(how: str) -> None:
    sources = {"huyen": units(RATIO, {"H1": {"a": 1}, "H2": {"a": "n/a"}})}
    result = roll_up(component(RATIO, how=how, **{"from": ["huyen/C"]}), sources)
    assert dict(result.values) == {}
    assert result.coverage == (Coverage("huyen/C", 2, 0, 1, ("H1",)),)


def test_component_typed_at_provincial_level_has_no_roll_up() -> None:
    with pytest.raises(ValueError, match=r"T\.1 has no roll-up"):
        roll_up(component(COUNT, how="entry"), {})
    plain = build(group("T", criterion("T.2", 10, COUNT)), level="province").criteria[0]
    with pytest.raises(ValueError, match=r"T\.2 has no roll-up"):
        roll_up(plain, {})


def test_source_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="huyen"):
        roll_up(component(COUNT, how="sum", **{"from": ["huyen/C"]}), {})


def test_from_units_to_the_provincial_score() -> None:
    province = compiled(
        group(
            "T",
            criterion("T.1", 10, RATIO, rollup={"how": "ratio_of_sums", "from": ["huyen/C"]}),
            criterion("T.2", 20, {"type": "count", "full_at": 2}, rollup={"how": "entry"}),
            criterion("T.3", 10, RATIO, rollup={"how": "share_meeting", "from": ["huyen/C"], "meets_at": 0.5}),
            criterion("T.4", 10, RATIO, rollup={"how": "ratio_of_sums", "from": ["xa/C"]}),
        ),
        level="province",
    )
    sources = {
        "huyen": units(RATIO, {"H1": {"a": 30, "b": 40}, "H2": {"a": 0, "b": 10}}),
        "xa": units(RATIO, {"X1": {"a": 3}}),
    }
    components = roll_up_set(province.criteria_set, sources)
    assert [c.criterion.code for c in components] == ["T.1", "T.3", "T.4"]
    inputs, rejections = read_cells(province, ("BRVT",), provincial_cells("BRVT", components))
    assert rejections == ()
    assert inputs is not None
    book = score(inputs)
    # T.1: 30 / 50 x 10 = 6; T.2 not typed; T.3: 1 of 2 x 10 = 5; T.4: nobody reported.
    assert in_points(book.points[0]).tolist() == [6, 0, 5, 0]
    assert book.state[0].tolist() == [0, 1, 0, 1]
