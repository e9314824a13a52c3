"""The steps of one unit by what they take: points of its own total for the effort of the table that the path uses."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from assessment.path import PathGround
from assessment.scorecard import MOST_STEPS, Scorecard
from scoring.grid import on_grid
from scoring.path.values import Effort, StepLevel
from scoring.receipts import Receipt
from scoring.steps import NextStep


@dataclass(frozen=True)
class PricedStep:
    """What takes a criterion of the unit to full marks, and the effort that it takes."""

    receipt: Receipt
    step: NextStep
    effort: Effort

    @cached_property
    def per_effort(self) -> Fraction | None:
        """Grid steps of the unit's total per unit of effort; None for a step without effort."""
        amount = Fraction(self.effort.amount)
        return Fraction(self.step.total_gain) / amount if amount else None


def cheapest_steps(card: Scorecard, ground: PathGround, most: int = MOST_STEPS) -> tuple[PricedStep, ...]:
    """The steps to full marks that gain most for their effort, steps without effort before all; set order among equals.

    Efforts are those of the ground: where the path knows the same change by another name (the plan's target), the
    effort that it takes there. What is missing has no step: it is to be supplied, and what it brings is not known.
    """
    set_id, unit = card.snapshot.criteria_set.id, card.place.unit.code
    known = {(s.criterion, s.changes): s.effort for s in ground.steps if (s.set_id, s.unit) == (set_id, unit)}
    found: list[PricedStep] = []
    for receipt in card.receipts:
        step, code = receipt.steps.full, receipt.criterion.code
        if step is None or step.kind != "change" or step.total_gain <= 0:
            continue
        gained = step.gain / float(on_grid(receipt.criterion.max_points))
        effort = known.get((code, step.changes))
        effort = effort or ground.efforts.table.effort_of(set_id, unit, code, StepLevel.FULL, gained)
        found.append(PricedStep(receipt, step, effort))
    return tuple(sorted(found, key=lambda p: (p.per_effort is not None, -(p.per_effort or 0))))[:most]
