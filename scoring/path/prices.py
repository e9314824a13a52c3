"""Dư địa tăng điểm: every open step by national points per effort, alone, after not-applicable conversion and clamp."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np

from scoring.engine import total_of
from scoring.path.base import Base
from scoring.path.solver import PathModel
from scoring.path.values import Step


@dataclass(frozen=True)
class Price:
    """What one step brings when it is the only one.

    points: grid steps of the components it moves. gain: grid steps of the provincial total. needs_others: it moves a
    component forward, but alone wins no point of it (the next band is further away).
    """

    step: Step
    points: int
    gain: int

    @property
    def needs_others(self) -> bool:
        """Whether only further steps turn this one into points."""
        return self.points <= 0

    @cached_property
    def per_effort(self) -> Fraction | None:
        """Grid steps of the total per unit of effort; None for a step without effort."""
        amount = Fraction(self.step.effort.amount)
        return Fraction(self.gain) / amount if amount else None


@dataclass(frozen=True)
class ComponentPrice:
    """What all open steps of a provincial component bring together, and the least effort that brings as much.

    gain: grid steps of the total. steps: how many the cheapest way takes.
    """

    code: str
    gain: int
    effort: Decimal
    steps: int


def price_list(base: Base, steps: Sequence[Step]) -> tuple[Price, ...]:
    """Prices of the steps, most gain per effort first, steps without effort before all; the given order among equals.

    For one unit, give the steps of that unit.
    """
    before = base.book.points[0]
    index_of = base.province.compiled.index_of
    after = np.repeat(base.book.points, len(steps), axis=0)
    for code, component in base.components.items():
        rows = [(i, gain) for i, step in enumerate(steps) for own, gain in step.gains if own == code]
        if rows:
            points = component.points(np.array([gain for _row, gain in rows]))
            after[[row for row, _gain in rows], index_of[code]] = points
    totals = total_of(base.province.compiled, after, np.broadcast_to(base.book.maxima, after.shape))
    points = (after - before).sum(axis=1)
    prices = [Price(s, int(p), int(t) - base.total) for s, p, t in zip(steps, points, totals, strict=True)]
    return tuple(sorted(prices, key=lambda p: (p.per_effort is not None, -(p.per_effort or 0))))


def component_prices(model: PathModel) -> tuple[ComponentPrice, ...]:
    """Prices of the components, most gain per effort first. Raises TooManyStates when efforts are too varied."""
    base = model.base
    result: list[ComponentPrice] = []
    for code, front in model.fronts.items():
        chosen = front.steps(len(front.effort) - 1)
        points = base.book.points.copy()
        points[0, base.province.compiled.index_of[code]] = front.points[-1]
        gain = int(total_of(base.province.compiled, points, base.book.maxima)[0]) - base.total
        effort = sum((model.steps[i].effort.amount for i in chosen), Decimal(0))
        if gain > 0:
            result.append(ComponentPrice(code, gain, effort, len(chosen)))
    return tuple(sorted(result, key=lambda p: (p.effort != 0, -Fraction(p.gain) / Fraction(p.effort or 1))))
