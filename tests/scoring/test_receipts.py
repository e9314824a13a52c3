"""Receipts: the numbers that were put in, and contributions that add up to the TOTAL."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine import CellState, score
from scoring.grid import in_points
from scoring.receipts import InputValue, largest_gains, receipts
from tests.scoring.builders import compiled, criterion, group, inputs_of, simple
from tests.scoring.samples import every_rule, random_inputs

bounded = settings(max_examples=50, deadline=None)


def test_receipt_of_a_ratio() -> None:
    ready = compiled(
        group("G", criterion("C", 20, {"type": "ratio", "full_at": 0.6}), criterion("D", 30, {"type": "yes_no"})),
        scale=100,
    )
    inputs = inputs_of(ready, {"U": {"C": {"a": 9, "b": 20}, "D": {"value": "n/a"}}})
    first, second = receipts(score(inputs), inputs, "U")
    assert (first.unit, first.group.code, first.criterion.code, first.state) == ("U", "G", "C", CellState.SCORED)
    assert first.inputs == (InputValue("a", 9.0), InputValue("b", 20.0))
    (term,) = first.terms
    # 9 / 20 = 0,45; / 0,6 = 0,75; x 20 = 15; 15 of 20 applicable x 100 = 75.
    assert (term.a, term.b, term.ratio, term.fraction) == (9.0, 20.0, 0.45, pytest.approx(0.75))
    assert (first.points, first.maximum, first.contribution) == (15, 20, 75)
    assert first.fraction == pytest.approx(0.75)
    assert first.small_denominators == ("b",)
    assert first.steps.full is not None
    assert first.steps.full.changes[0].new == 12
    assert (second.state, second.points, second.maximum, second.contribution) == (CellState.NOT_APPLICABLE, 0, 0, 0)
    assert second.inputs == (InputValue("value", None),)


@given(st.data())
@bounded
def test_receipts_of_some_criteria_are_those_among_all(data: st.DataObject) -> None:
    ready = every_rule()
    inputs = random_inputs(ready, 4, data.draw(st.integers(0, 2**32 - 1)))
    book = score(inputs)
    codes = data.draw(st.sets(st.sampled_from(ready.codes)))
    everything = receipts(book, inputs, inputs.units[1])
    chosen = receipts(book, inputs, inputs.units[1], codes=codes)
    assert chosen == tuple(r for r in everything if r.criterion.code in codes)


@pytest.mark.parametrize(("cases", "small"), [(1, ("b",)), (29, ("b",)), (30, ()), (0, ())])
def test_few_cases_below_the_line_are_pointed_out(cases: int, small: tuple[str, ...]) -> None:
    inputs = inputs_of(simple({"type": "ratio"}), {"U": {"C": {"a": 0, "b": cases}}})
    (receipt,) = receipts(score(inputs), inputs, "U")
    assert receipt.small_denominators == small


def test_denominator_of_zero_is_shown_and_missing() -> None:
    inputs = inputs_of(simple({"type": "ratio"}), {"U": {"C": {"a": 0, "b": 0}}})
    (receipt,) = receipts(score(inputs), inputs, "U")
    assert receipt.state == CellState.MISSING
    assert receipt.inputs == (InputValue("a", 0.0), InputValue("b", 0.0))
    assert (receipt.terms[0].b, receipt.terms[0].ratio, receipt.terms[0].fraction) == (0.0, None, None)
    assert receipt.maximum == 10


def test_relative_rule_shows_what_it_compared_with() -> None:
    ready = simple({"type": "min_max"})
    cells = {u: {"C": {"value": v}} for u, v in (("U", 20), ("T", 10), ("S", 60), ("R", 99), ("Q", ""), ("P", "n/a"))}
    inputs = inputs_of(ready, cells)
    reference = np.array([True, True, True, False, True, True])
    (receipt,) = receipts(score(inputs, reference), inputs, "U", reference)
    assert (receipt.terms[0].lowest, receipt.terms[0].highest) == (10, 60)
    assert receipt.points == 2


def test_between_goalposts_nothing_is_compared() -> None:
    inputs = inputs_of(
        simple({"type": "min_max", "goalposts": [0, 200]}), {"U": {"C": {"value": 50}}, "T": {"C": {"value": 9}}}
    )
    (receipt,) = receipts(score(inputs), inputs, "U")
    assert (receipt.terms[0].fraction, receipt.terms[0].lowest, receipt.terms[0].highest) == (0.25, None, None)


def test_parts_and_checklists_have_a_term_each() -> None:
    rule = {
        "type": "parts",
        "parts": [
            {
                "key": "p",
                "fraction": 0.5,
                "rule": {"type": "deadline", "due": dt.date(2024, 12, 15), "lose_per_day": 0.1},
            },
            {"key": "q", "fraction": 0.5, "rule": {"type": "checklist", "items": {"x": 0.6, "y": 0.4}}},
        ],
    }
    inputs = inputs_of(simple(rule), {"U": {"C": {"p.value": "2024-12-17", "q.x": "yes"}}})
    (receipt,) = receipts(score(inputs), inputs, "U")
    assert [(t.leaf.key, t.a) for t in receipt.terms] == [("p", dt.date(2024, 12, 17)), ("q.x", "yes"), ("q.y", None)]
    assert [t.fraction for t in receipt.terms] == [pytest.approx(0.8), 1, None]
    assert [t.leaf.share for t in receipt.terms] == [0.5, 0.3, 0.2]
    # 0,5 x 0,8 + 0,5 x 0,6 = 0,7
    assert receipt.points == 7


def test_adjustments_share_the_cut_at_the_cap() -> None:
    ready = compiled(
        group("G", criterion("G.1", 100, {"type": "judged"})),
        group(
            "P",
            criterion("P.1", 3, {"type": "judged"}),
            criterion("P.2", 3, {"type": "judged"}),
            criterion("P.3", -5, {"type": "judged"}),
            kind="adjustment",
            cap={"bonus": 2, "penalty": 5},
        ),
    )
    inputs = inputs_of(
        ready, {"U": {"G.1": {"value": 50}, "P.1": {"value": 3}, "P.2": {"value": 1}, "P.3": {"value": -1}}}
    )
    found = receipts(score(inputs), inputs, "U")
    # Bonuses 3 + 1 cut at 2: halves, 1,5 and 0,5; the penalty stays -1.
    assert [r.points for r in found] == [50, 3, 1, -1]
    assert [r.contribution for r in found] == [50, 1.5, 0.5, -1]


def test_unit_that_was_not_scored_is_named() -> None:
    inputs = inputs_of(simple({"type": "yes_no"}), {"U": {"C": {"value": "yes"}}})
    with pytest.raises(KeyError, match="Z"):
        receipts(score(inputs), inputs, "Z")


@bounded
@given(st.integers(0, 10**9), st.sampled_from(["rescale", "full", "zero"]))
def test_contributions_of_all_receipts_add_up_to_the_total(seed: int, treatment: str) -> None:
    inputs = random_inputs(every_rule(not_applicable=treatment), 3, seed)
    book = score(inputs)
    for u, unit in enumerate(inputs.units):
        if np.isnan(book.total[u]):
            continue
        found = receipts(book, inputs, unit)
        assert sum(r.contribution for r in found) == pytest.approx(float(in_points(book.total[u])), abs=1e-8)
        assert [r.points for r in found] == in_points(book.points[u]).tolist()
        assert [r.maximum for r in found] == in_points(book.maxima[u]).tolist()


@bounded
@given(st.integers(0, 10**9))
def test_terms_of_a_receipt_give_its_fraction(seed: int) -> None:
    inputs = random_inputs(every_rule(), 3, seed)
    for receipt in receipts(score(inputs), inputs, "U1"):
        if receipt.state == CellState.SCORED:
            total = sum((t.fraction or 0) * t.leaf.share for t in receipt.terms)
            assert receipt.fraction == pytest.approx(min(total, 1), abs=1e-12)


def test_largest_gains_come_first() -> None:
    criteria = [criterion(f"C.{i}", top, {"type": "count", "full_at": 10}) for i, top in enumerate((5, 20, 5, 10))]
    inputs = inputs_of(
        compiled(group("G", *criteria)), {"U": {f"C.{i}": {"value": v} for i, v in enumerate((0, 9, 0, 10))}}
    )
    found = receipts(score(inputs), inputs, "U")
    # Open: 5, 2, 5 and nothing.
    assert [r.criterion.code for r in largest_gains(found)] == ["C.0", "C.2", "C.1"]
    assert [r.criterion.code for r in largest_gains(found, 1)] == ["C.0"]
