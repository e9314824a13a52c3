"""Capacities and ceilings: exact sums over the steps that they concern."""

from decimal import Decimal
from fractions import Fraction

from scoring.path.limits import limits_of
from scoring.path.values import Ceiling, Constraints
from tests.scoring.path.worlds import hand_step

STEPS = (
    hand_step("U0", 1, "1.5", months=(1, 2, 3)),
    hand_step("U0", 1, 4, code="K", months=(3, 4)),
    hand_step("U1", 1, "0.1", months=(3,)),
)


def test_a_capacity_counts_every_step_of_the_unit() -> None:
    (limit,) = limits_of(STEPS, Constraints(capacity={"U0": Decimal("5.4"), "U9": Decimal(1)}))
    assert (limit.kind, limit.subject, limit.steps) == ("capacity", "U0", (0, 1))
    assert limit.spent([0, 1, 2]) == Fraction(11, 2)
    assert limit.whole == ([3, 8], 10)


def test_a_ceiling_counts_the_months_part_of_everybody_or_of_one_owner() -> None:
    constraints = Constraints(ceilings=(Ceiling(3, Decimal(2)), Ceiling(3, Decimal(1), "U0"), Ceiling(9, Decimal(1))))
    everybody, own = limits_of(STEPS, constraints)
    assert (everybody.subject, own.subject) == ("3", "U0/3")
    assert everybody.spent([0, 1, 2]) == Fraction(1, 2) + 2 + Fraction(1, 10)
    assert own.spent([0, 1, 2]) == Fraction(5, 2)
    assert own.spent([2]) == 0
