"""Steps of one unit by points per effort, worked out by hand (figures in tests/reports/examples.py and path_example.py)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from assessment.priced_steps import PricedStep, cheapest_steps
from data.efforts import EffortContent
from scoring.grid import in_points
from scoring.path.values import Effort, StepLevel
from tests.reports.examples import december_card
from tests.reports.path_example import ground


def told(found: tuple[PricedStep, ...]) -> list[tuple[str, float, Decimal, bool]]:
    """Criterion, points of the total, effort, and whether nobody has confirmed the effort."""
    gains = [round(float(in_points(own.step.total_gain)), 2) for own in found]
    return [
        (own.receipt.criterion.code, gain, own.effort.amount, own.effort.is_default)
        for own, gain in zip(found, gains, strict=True)
    ]


def test_most_points_for_the_effort_come_first() -> None:
    # Half of NT.1 and half of NT.2 are 5 of 50 points each, 10 of the total. The office says 4.5 days for the dossiers;
    # for the meetings the default rule says half of 20.
    found = cheapest_steps(december_card("002"), ground())
    assert told(found) == [("NT.1", 10.0, Decimal("4.5"), False), ("NT.2", 10.0, Decimal(10), True)]
    assert [round(float(in_points(float(own.per_effort or 0))), 3) for own in found] == [2.222, 1.0]


def test_without_a_table_of_the_office_every_effort_is_the_default() -> None:
    found = cheapest_steps(december_card("002"), ground(EffortContent()))
    assert told(found) == [("NT.1", 10.0, Decimal(10), True), ("NT.2", 10.0, Decimal(10), True)]


def test_what_is_missing_is_supplied_and_has_no_effort() -> None:
    card = december_card("003")
    assert [r.criterion.code for r in card.steps] == ["NT.2", "CQ.2", "CQ.3"]
    assert {own.receipt.criterion.code for own in cheapest_steps(card, ground())} == {"CQ.2", "CQ.3"}


def test_a_step_without_effort_comes_before_all() -> None:
    free = EffortContent(for_all_points=0, least=0)
    found = cheapest_steps(december_card("002"), ground(free))
    assert [own.per_effort for own in found] == [None, None]


def test_the_same_change_takes_what_the_path_takes_for_it() -> None:
    # Where target of the plan and full marks are one, the office writes the target's row and the path knows that step.
    own = ground()
    named = tuple(
        replace(step, level=StepLevel.TARGET, effort=Effort(Decimal(7), "002", (1,), "", False))
        if (step.unit, step.level) == ("002", StepLevel.FULL)
        else step
        for step in own.steps
    )
    found = cheapest_steps(december_card("002"), replace(own, steps=named))
    assert told(found)[0] == ("NT.1", 10.0, Decimal(7), False)


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_steps_than_are_asked_for(most: int) -> None:
    assert len(cheapest_steps(december_card("002"), ground(), most)) == most
