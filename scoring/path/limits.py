"""Capacities and monthly ceilings as exact sums over steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, lcm
from typing import Literal

from scoring.path.values import Constraints, Step


@dataclass(frozen=True)
class Limit:
    """Steps that together may take at most so much: of a unit, or of an owner (or everybody) in a month.

    subject: the unit, the month, or `owner/month`. steps: their numbers, with the amount that each takes.
    """

    kind: Literal["capacity", "ceilings"]
    subject: str
    steps: tuple[int, ...]
    amounts: tuple[Fraction, ...]
    most: Fraction

    @cached_property
    def amount_of(self) -> dict[int, Fraction]:
        """Amount by number of the step."""
        return dict(zip(self.steps, self.amounts, strict=True))

    def spent(self, chosen: Sequence[int]) -> Fraction:
        """What the chosen steps take of it."""
        return sum((self.amount_of[i] for i in chosen if i in self.amount_of), Fraction(0))

    @cached_property
    def whole(self) -> tuple[list[int], int]:
        """The amounts and the limit in whole numbers of a unit that divides every amount."""
        unit = lcm(*(a.denominator for a in self.amounts))
        return [int(a * unit) for a in self.amounts], floor(self.most * unit)


def limits_of(steps: Sequence[Step], constraints: Constraints) -> tuple[Limit, ...]:
    """The limits that concern at least one step."""
    return tuple(limit for limit in _limits(steps, constraints) if limit.steps)


def _limits(steps: Sequence[Step], constraints: Constraints) -> Iterator[Limit]:
    for unit, most in constraints.capacity.items():
        own = tuple(i for i, step in enumerate(steps) if step.unit == unit)
        yield Limit("capacity", unit, own, tuple(Fraction(steps[i].effort.amount) for i in own), Fraction(most))
    for ceiling in constraints.ceilings:
        own = tuple(
            i
            for i, step in enumerate(steps)
            if ceiling.month in step.effort.months and ceiling.owner in (None, step.effort.owner)
        )
        subject = str(ceiling.month) if ceiling.owner is None else f"{ceiling.owner}/{ceiling.month}"
        yield Limit("ceilings", subject, own, tuple(steps[i].effort.monthly for i in own), Fraction(ceiling.amount))
