"""A unit's scorecard against figures worked out by hand (the working stands in tests/reports/examples.py)."""

import datetime as dt
from dataclasses import replace

import pytest

from assessment.ranking import ranking
from assessment.scorecard import Conversion, scorecard, trend_of
from data.models import InputOrigin
from scoring.engine import CellState
from scoring.grid import in_points
from tests.reports.examples import DECEMBER, NOTHING_APPLIES, NOVEMBER, WHY_NOT, december_card, snapshot


def test_main_indices_stand_beside_median_and_best_of_the_list() -> None:
    groups = december_card("002").groups
    # NT: 19, 10, 10 of 20; CQ: 38, 32, 19 of 40.
    assert [(g.group.code, g.points, g.maximum) for g in groups] == [("NT", 10, 20), ("CQ", 32, 40)]
    assert [(g.score, g.median, g.best) for g in groups] == [(0.5, 0.5, 0.95), (0.8, 0.8, 0.95)]


def test_contributions_add_up_to_the_total() -> None:
    for code, total in (("001", 93), ("002", 68), ("003", 48.333333333)):
        card = december_card(code)
        assert sum(r.contribution for r in card.receipts) == pytest.approx(total, abs=1e-8)
        assert card.place.total == total


def test_trend_runs_over_the_given_months() -> None:
    points = december_card("001").trend
    assert [(p.label, p.total, p.rank) for p in points] == [("11/2024", 22, 3), ("12/2024", 93, 1)]


def test_trend_leaves_out_months_that_do_not_hold_the_unit() -> None:
    before = snapshot({code: NOVEMBER[code] for code in ("001", "002")}, 11)
    unit = december_card("003").place.unit
    assert [p.label for p in trend_of(unit, "districts", (before, snapshot()))] == ["12/2024"]


def test_trend_does_not_follow_a_code_that_was_given_to_another_unit() -> None:
    unit = replace(december_card("003").place.unit, valid_from=dt.date(2025, 1, 1))
    assert trend_of(unit, "districts", (snapshot(),)) == ()


def test_missing_are_the_applicable_criteria_without_figures() -> None:
    assert [r.criterion.code for r in december_card("003").missing] == ["NT.2"]
    assert december_card("002").missing == ()


def test_a_waiver_belongs_to_its_unit_and_criterion() -> None:
    card = december_card("002")
    assert {code: waiver.reason for code, waiver in card.waivers.items()} == {"CQ.3": WHY_NOT}
    states = {r.criterion.code: r.state for r in card.receipts}
    assert states["CQ.3"] is CellState.NOT_APPLICABLE
    assert december_card("001").waivers == {}


def test_origins_are_those_of_the_unit() -> None:
    origins = december_card("002").origins
    assert set(origins) == {
        ("NT.1", "a"),
        ("NT.1", "b"),
        ("NT.2", "value"),
        ("CQ.1", "value"),
        ("CQ.2", "value"),
        ("TP.1", "value"),
    }
    assert set(origins.values()) == {InputOrigin.DEMONSTRATION}


def test_steps_come_largest_gain_first() -> None:
    # Of 60 points, 10 missing and 10 for the portal are 16.67 each; 5 open points of services are 8.33.
    steps = december_card("003").steps
    gains = [round(float(in_points(r.steps.full.total_gain)), 2) for r in steps if r.steps.full]
    assert [r.criterion.code for r in steps] == ["NT.2", "CQ.2", "CQ.3"]
    assert gains == [16.67, 16.67, 8.33]


def test_a_unit_to_which_nothing_applies_has_a_card_without_a_score() -> None:
    card = scorecard(ranking(snapshot({**DECEMBER, "004": NOTHING_APPLIES}), "districts"), "004")
    assert (card.place.rank, card.place.total) == (None, None)
    # Four in the list, of whom three have a rank: who is third is the last of three.
    assert (card.units_in_list, card.ranked_in_list) == (4, 3)
    assert [(g.points, g.score) for g in card.groups] == [(None, None), (None, None)]
    assert [g.best for g in card.groups] == [0.95, 0.95]


@pytest.mark.parametrize(("list_code", "unit"), [("districts", "999"), ("communes", "001")])
def test_an_unknown_unit_or_list_is_refused(list_code: str, unit: str) -> None:
    with pytest.raises(KeyError):
        scorecard(ranking(snapshot(), list_code), unit)


def test_a_unit_without_figures_has_no_place_anywhere_and_does_not_lower_the_median() -> None:
    now = snapshot({**DECEMBER, "004": (None,) * 8})
    empty = scorecard(ranking(now, "districts"), "004", (now,))
    assert (empty.place.rank, empty.place.total, empty.standings) == (None, None, ())
    assert [(p.total, p.rank) for p in empty.trend] == [(None, None)]
    assert [g.score for g in empty.groups] == [None, None]
    first = scorecard(ranking(now, "districts"), "001")
    assert [g.median for g in first.groups] == [
        g.median for g in scorecard(ranking(snapshot(), "districts"), "001").groups
    ]
    assert [s.units for s in first.standings] == [3]


def test_contributions_of_all_groups_add_up_to_the_total_with_the_conversion() -> None:
    # CQ.3 does not apply: 10 + 24 of 50 are 20 + 48 of 100.
    card = december_card("002")
    assert card.conversion == Conversion(10, 0, 50, 100)
    assert [round(card.brought(g), 9) for g in card.snapshot.criteria_set.groups] == [20, 48, 0]
    # 19 + 38 of 60 are 31.666666667 + 63.333333333 of 100; less 2.
    first = december_card("001")
    assert first.conversion == Conversion(0, 0, 60, 100)
    assert [round(first.brought(g), 9) for g in first.snapshot.criteria_set.groups] == [31.666666667, 63.333333333, -2]
    assert scorecard(ranking(snapshot(NOVEMBER, 11), "districts"), "001").conversion == Conversion(0, 10, 50, 100)
