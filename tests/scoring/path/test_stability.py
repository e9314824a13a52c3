"""How far a plan depends on maxima: certain where there is no choice, the same for the same seed."""

from decimal import Decimal

import numpy as np
import pytest

from scoring.path.solver import PathModel, in_points
from scoring.path.stability import plan_stability, redrawn_maxima
from scoring.path.values import Ceiling, Constraints, Plan, Step, Wish
from scoring.steps import Change
from tests.scoring.builders import build, criterion, group, inputs_of
from tests.scoring.path.worlds import base_of, hand_step, random_base, random_steps, rolled, simple_base, units_of

RATIO = {"type": "ratio"}


def two_ways() -> PathModel:
    """Two components of one main index, one step each: A wins 5 points for 10, B 5 points for 11."""
    ready = units_of(criterion("A", 10, RATIO), criterion("B", 10, RATIO))
    units = inputs_of(ready, {"U0": {"A": {"a": 0, "b": 100}, "B": {"a": 0, "b": 100}}})
    components = [rolled("A", 10, RATIO, "ratio_of_sums"), rolled("B", 10, RATIO, "ratio_of_sums")]
    other = group("H", criterion("Y", 30, {"type": "yes_no"}))
    province = build(group("G", *components), other, id="province", level="province")
    base = base_of(province, units, {"P": {"Y": {"value": "yes"}}})
    change = (Change("a", 0.0, 50.0),)
    steps = [hand_step("U0", 50, 10, code="A", changes=change), hand_step("U0", 50, 11, code="B", changes=change)]
    return PathModel(base, steps)


def planned(model: PathModel, wish: Wish) -> Plan:
    plan = model.plan(wish)
    assert plan is not None
    return plan


def shares(model: PathModel, wish: Wish, **more: float) -> dict[Step, float | None]:
    result = plan_stability(model, planned(model, wish), wish, **more)  # type: ignore[arg-type]
    return {s.step: s.share for s in result.steps}


def test_redrawn_maxima_keep_every_main_index_and_stay_around_the_stated_ones() -> None:
    base = two_ways().base
    factors = redrawn_maxima(base, 4000, 50, seed=7)
    maxima = base.book.maxima[0]
    assert factors.shape == (4000, 3)
    assert (factors[:, :2] @ maxima[:2]) == pytest.approx(np.full(4000, maxima[:2].sum()))
    assert (factors[:, 2] == 1).all()
    # A share p of a Dirichlet with parameters that add up to c: mean p, variance p (1 - p) / (c + 1).
    assert factors[:, 0].mean() == pytest.approx(1, abs=0.01)
    assert factors[:, 0].std() == pytest.approx((0.25 / 51) ** 0.5 / 0.5, rel=0.05)


def test_the_nearer_the_race_the_less_certain_the_step() -> None:
    model, wish = two_ways(), Wish(gain=Decimal(3))
    # A is a tenth cheaper; it loses where its maximum is drawn more than about 5 % below.
    share = next(iter(shares(model, wish).values()))
    assert share is not None
    assert 0.55 < share < 0.8
    near = next(iter(shares(model, wish, concentration=1e7).values()))
    assert near == 1.0
    assert shares(model, wish) == shares(model, wish)
    assert shares(model, wish, seed=2) != shares(model, wish)


def test_draws_in_which_the_wish_cannot_be_met_are_counted_apart() -> None:
    model = two_ways()
    wish = Wish(gain=Decimal(10))
    result = plan_stability(model, planned(model, wish), wish, draws=200)
    # Both steps win half of each maximum, together half of 20 points, however these are spread.
    assert result.reached == 200
    assert [s.share for s in result.steps] == [1.0, 1.0]
    alone = PathModel(model.base, model.steps[:1])
    result = plan_stability(alone, planned(alone, Wish(gain=Decimal(5))), Wish(gain=Decimal(5)), draws=200)
    assert 60 < result.reached < 140
    assert [s.share for s in result.steps] == [1.0]


def test_equal_steps_are_not_played_against_those_of_the_plan() -> None:
    base = simple_base(RATIO, [0, 0, 0], [10, 10, 10])
    steps = [hand_step(f"U{i}", 10, 3, changes=(Change("a", 0.0, 10.0),)) for i in range(3)]
    model, wish = PathModel(base, steps), Wish(gain=Decimal(3))
    for step in steps:
        only = PathModel(base, [step]).plan(wish)
        assert only is not None
        assert [s.share for s in plan_stability(model, only, wish, draws=20).steps] == [1.0]


def test_a_budget_is_spent_on_the_best_returns() -> None:
    model = two_ways()
    both, one = Wish(budget=Decimal(21)), Wish(budget=Decimal(10))
    assert list(shares(model, both).values()) == [1.0, 1.0]
    # B does not fit; where its maximum is drawn higher, the relaxation spends the budget on a part of it.
    share = next(iter(shares(model, one).values()))
    assert share is not None
    assert 0.55 < share < 0.8


def test_constraints_that_the_draws_do_not_keep_are_named() -> None:
    base = random_base(4)
    steps = random_steps(base, 4)
    constraints = Constraints(most_projects=4, ceilings=(Ceiling(1, Decimal(99)),))
    model = PathModel(base, steps, constraints)
    furthest = model.furthest()
    assert furthest is not None
    wish = Wish(total=in_points((base.total + furthest.after) // 2))
    result = plan_stability(model, planned(model, wish), wish, draws=10)
    assert result.ignored == ("ceilings", "most_projects")
