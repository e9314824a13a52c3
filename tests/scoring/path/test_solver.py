"""Plans: worked by hand, and equal to the best that trying everything finds."""

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.path import fronts
from scoring.path.base import Base
from scoring.path.improvements import open_steps
from scoring.path.prices import component_prices
from scoring.path.solver import PathModel, in_points
from scoring.path.values import Ceiling, Constraints, OutOfReach, Plan, Selector, Step, StepLevel, Wish
from scoring.steps import Change
from tests.scoring.builders import criterion, grid, inputs_of
from tests.scoring.path.worlds import (
    Tried,
    allowed,
    base_of,
    best,
    everything,
    hand_step,
    province_of,
    random_base,
    random_efforts,
    random_steps,
    rolled,
    simple_base,
    units_of,
)

bounded = settings(max_examples=150, deadline=None)
seeds = st.integers(0, 10**6)


def dossiers(unit: str, old: float, new: float, effort: object = 1, **more: object) -> Step:
    """A step that takes input a of criterion C from one number to another."""
    return hand_step(unit, new - old, effort, changes=(Change("a", old, new),), **more)  # type: ignore[arg-type]


def effort_of(plan: Plan | OutOfReach | None) -> Fraction:
    assert isinstance(plan, Plan)
    return Fraction(plan.effort)


# By hand


def near_full() -> tuple[Base, list[Step]]:
    # Three units with 100 dossiers each, 79 online: 237 of 300; 80 % (240) gives all 10 points, so 9,875 are there.
    # Each of the three steps adds 100 - 79 = 21 online, far more than the 3 that are missing.
    base = simple_base({"type": "ratio", "full_at": 0.8}, [79, 79, 79], [100, 100, 100])
    return base, [dossiers(f"U{i}", 79, 100) for i in range(3)]


def test_three_steps_near_full_marks_win_no_more_together_than_one_alone() -> None:
    base, steps = near_full()
    alone = [base.rescored([step]).total[0] for step in steps]
    assert alone == [grid(10)] * 3
    assert base.total == grid(9.875)
    assert base.rescored(steps).total[0] == grid(10)
    plan = PathModel(base, steps).plan(Wish(budget=Decimal(100)))
    assert plan is not None
    assert (len(plan.steps), plan.effort, plan.gain) == (1, 1, grid(0.125))


def test_steps_that_would_win_1_point_each_win_a_third_each_together() -> None:
    # 10 points at 90 of 100; 81 gives 9. Each unit may add 9, which alone is the whole point: together 0,33 each.
    base = simple_base({"type": "ratio", "full_at": 0.9}, [27, 27, 27], [36, 32, 32])
    steps = [dossiers(f"U{i}", 27, b, effort=2) for i, b in enumerate([36, 32, 32])]
    assert base.total == grid(9)
    assert [base.rescored([s]).total[0] - base.total for s in steps] == [grid(1), 555_555_556, 555_555_556]
    together = int(base.rescored(steps).total[0] - base.total)
    assert together == grid(1)
    assert round(in_points(together) / 3, 2) == Decimal("0.33")
    plan = PathModel(base, steps).plan(Wish(gain=Decimal(1)))
    assert plan is not None
    assert plan.steps == (steps[0],)


def test_bands_three_steps_of_nothing_become_ten_points() -> None:
    # Bands at 50 %: 40 of 100 now; each step adds 4. One or two bring nothing, three reach 52 and all 10 points.
    bands = {"type": "bands", "of": "ratio", "steps": [{"from": 0.5, "fraction": 1}]}
    base = simple_base(bands, [20, 10, 10], [40, 30, 30])
    steps = [dossiers(f"U{i}", a, a + 4, effort=i + 1) for i, a in enumerate([20, 10, 10])]
    assert [base.rescored([s]).total[0] for s in steps] == [0, 0, 0]
    assert base.rescored(steps[:2]).total[0] == 0
    for constraints in (Constraints(), Constraints(most_projects=3)):
        plan = PathModel(base, steps, constraints).plan(Wish(gain=Decimal("0.5")))
        assert plan is not None
        assert plan.steps == tuple(steps)
        assert (plan.before, plan.after, plan.effort) == (0, grid(10), 6)
    refused = PathModel(base, steps, Constraints(most_projects=2)).answer(Wish(gain=Decimal("0.5")))
    assert isinstance(refused, OutOfReach)
    assert refused.furthest is not None
    assert refused.furthest.steps == ()
    assert [(b.kind, b.reachable, b.enough) for b in refused.binding] == [("most_projects", grid(10), True)]


def two_components() -> tuple[Base, list[Step]]:
    # Two components of 10 points over 100: every dossier of either is 0,1 point.
    ready = units_of(
        {"code": "C", "name": "C", "max_points": 10, "rule": {"type": "ratio"}},
        {"code": "K", "name": "K", "max_points": 10, "rule": {"type": "ratio"}},
    )
    province = province_of(
        rolled("C", 10, {"type": "ratio"}, "ratio_of_sums"), rolled("K", 10, {"type": "ratio"}, "ratio_of_sums")
    )
    units = {f"U{i}": {code: {"a": 0, "b": 50} for code in "CK"} for i in range(2)}
    base = base_of(province, inputs_of(ready, units))

    def step(unit: str, code: str, new: float, effort: object, level: StepLevel) -> Step:
        change = (Change("a", 0.0, new),)
        return hand_step(unit, new, effort, code=code, level=level, changes=change, months=(1, 2))

    steps = []
    for unit, dear in (("U0", 0), ("U1", 1)):
        steps.append(step(unit, "C", 20, 2 + dear, StepLevel.NEXT))
        steps.append(step(unit, "C", 50, 6 + dear, StepLevel.FULL))
        steps.append(step(unit, "K", 30, 4 + dear, StepLevel.NEXT))
    return base, steps


def test_a_cheaper_mix_beats_the_best_return() -> None:
    base, steps = two_components()
    # 3 points: K of U0 (4) alone. 5 points: C full of U0 (6); next steps of C and K of U0 also cost 6 and bring 5.
    plan = PathModel(base, steps).plan(Wish(total=Decimal(5)))
    assert plan is not None
    assert (plan.effort, plan.after) == (6, grid(5))
    assert PathModel(base, steps).plan(Wish(total=Decimal(5))) == plan


def test_constraints_by_hand() -> None:
    base, steps = two_components()

    def plan(wish: str, **constraints: object) -> Fraction:
        return effort_of(PathModel(base, steps, Constraints(**constraints)).plan(Wish(total=Decimal(wish))))  # type: ignore[arg-type]

    assert plan("5") == 6
    # Without C: K of both units, 4 + 5.
    assert plan("5", excluded=(Selector(criterion="C"),)) == 9
    # U1 must do something about K (5 for 3 points); the 2 points left cost 2.
    assert plan("5", compulsory=(Selector(unit="U1", criterion="K"),)) == 7
    # U0 may do 2: next of C (2 points, 2); the other 3 come from K of U1 (5).
    assert plan("5", capacity={"U0": Decimal(2)}) == 7
    # 7 points take two steps at least: 5 + 2 from C full of U0 and C next of U1.
    assert plan("7", most_projects=2) == 9
    # Each step is spread over January and February; 3 a month for U0 is 6 in all: C full, no room for K. The other
    # 2 points come from U1 (3).
    assert plan("7", ceilings=(Ceiling(1, Decimal(3), "U0"),)) == 9
    assert plan("7") == 9
    assert plan("8") == 10


def test_joint_projects_count_once() -> None:
    base, steps = near_full()
    bands = {"type": "bands", "of": "ratio", "steps": [{"from": 0.5, "fraction": 1}]}
    base = simple_base(bands, [20, 10, 10], [40, 30, 30])
    steps = [dossiers(f"U{i}", a, a + 4, project="joint") for i, a in enumerate([20, 10, 10])]
    plan = PathModel(base, steps, Constraints(most_projects=1)).plan(Wish(total=Decimal(10)))
    assert effort_of(plan) == 3


def test_what_is_wished_for_is_there_already() -> None:
    base, steps = near_full()
    plan = PathModel(base, steps).answer(Wish(total=Decimal("9.8")))
    assert isinstance(plan, Plan)
    assert (plan.steps, plan.gain) == ((), 0)
    assert list(PathModel(base, steps).alternatives(Wish(total=Decimal("9.8")))) == [plan]


def test_out_of_reach_without_constraints_says_how_far() -> None:
    base, steps = two_components()
    answer = PathModel(base, steps).answer(Wish(gain=Decimal(17)))
    assert isinstance(answer, OutOfReach)
    assert answer.needed == grid(17)
    assert answer.furthest is not None
    # C is full with both units (10); K reaches 60 of 100.
    assert answer.furthest.after == grid(16)
    assert answer.binding == ()


def test_out_of_reach_names_the_constraint_that_binds_first() -> None:
    base, steps = two_components()
    constraints = Constraints(capacity={"U0": Decimal(0), "U1": Decimal(100)}, excluded=(Selector(criterion="K"),))
    answer = PathModel(base, steps, constraints).answer(Wish(total=Decimal(9)))
    assert isinstance(answer, OutOfReach)
    assert answer.furthest is not None
    # C of U1 alone brings 5. With U0 as well 10, which is enough; with K of U1 as well 8, which is not.
    assert answer.furthest.after == grid(5)
    assert [(b.kind, b.reachable, b.enough) for b in answer.binding] == [
        ("capacity", grid(10), True),
        ("excluded", grid(8), False),
    ]
    assert answer.binding[0].subjects == ("U0",)


def test_compulsory_steps_that_are_excluded_allow_no_plan() -> None:
    base, steps = two_components()
    constraints = Constraints(excluded=(Selector(criterion="K"),), compulsory=(Selector(criterion="K"),))
    answer = PathModel(base, steps, constraints).answer(Wish(total=Decimal(1)))
    assert isinstance(answer, OutOfReach)
    assert answer.furthest is None
    assert {b.kind for b in answer.binding} == {"excluded", "compulsory"}


def test_a_budget_below_the_compulsory_steps() -> None:
    base, steps = two_components()
    answer = PathModel(base, steps, Constraints(compulsory=(Selector(criterion="K"),))).answer(Wish(budget=Decimal(8)))
    assert isinstance(answer, OutOfReach)
    assert answer.needed is None
    assert {b.kind for b in answer.binding} == {"budget", "compulsory"}


def test_the_base_is_never_changed() -> None:
    base = random_base(5)
    before = [base.province.values.tobytes(), *(s.inputs.values.tobytes() for s in base.sources.values())]
    model = PathModel(base, random_steps(base, 5), Constraints(most_projects=9))
    assert model.furthest() is not None
    assert before == [base.province.values.tobytes(), *(s.inputs.values.tobytes() for s in base.sources.values())]


def test_months_and_owners_add_up() -> None:
    base, steps = two_components()
    plan = PathModel(base, steps).furthest()
    assert plan is not None
    assert sum(plan.by_owner.values()) == plan.effort
    assert sum(plan.by_month.values()) == Fraction(plan.effort)
    assert sum(plan.by_owner_and_month.values()) == Fraction(plan.effort)
    assert list(plan.by_month) == [1, 2]


def nearly_half() -> tuple[Base, list[Step]]:
    """10 points from half of a billion on: one step falls short by a single case, less than the solver can see."""
    bands = {"type": "bands", "of": "ratio", "steps": [{"from": 0.5, "fraction": 1}]}
    base = simple_base(bands, [0, 0, 0], [10**9 - 2, 1, 1])
    steps = [dossiers("U0", 0, 499_999_999, 1), dossiers("U1", 0, 1, 1), dossiers("U0", 0, 500_000_000, 3)]
    return base, [steps[0], steps[1], replace(steps[2], level=StepLevel.TARGET)]


def test_an_answer_that_the_engine_does_not_confirm_is_cut_off() -> None:
    base, steps = nearly_half()
    assert base.rescored(steps[:1]).total[0] == 0
    model = PathModel(base, steps, Constraints(most_projects=9))
    plan = model.plan(Wish(total=Decimal(10)))
    assert plan is not None
    assert (plan.steps, plan.after, plan.method) == (tuple(steps[:2]), grid(10), "integer programme")
    within = model.plan(Wish(budget=Decimal(2)))
    assert within is not None
    assert (within.steps, within.after) == (tuple(steps[:2]), grid(10))
    below = model.plan(Wish(budget=Decimal(1)))
    assert below is not None
    assert (below.steps, below.after) == ((), 0)


def test_one_figure_that_feeds_two_components() -> None:
    ready = units_of(criterion("C", 10, {"type": "ratio"}), criterion("K", 10, {"type": "ratio"}))
    again = criterion("C2", 5, {"type": "ratio"}, rollup={"how": "ratio_of_sums", "from": ["test/C"]})
    components = [rolled(code, 10, {"type": "ratio"}, "ratio_of_sums") for code in "CK"]
    units = {f"U{i}": {code: {"a": 10 * i, "b": 50} for code in "CK"} for i in range(2)}
    base = base_of(province_of(*components, again), inputs_of(ready, units))
    steps = open_steps(base, random_efforts(base, 1))
    assert {code for s in steps if s.criterion == "C" for code, _gain in s.gains} == {"C", "C2"}
    model, tried = PathModel(base, steps), everything(base, steps)
    for tenths in range(30, 250, 20):
        wish = Wish(total=Decimal(tenths) / 10)
        plan = model.plan(wish)
        hold_equal(plan, best(tried, wish, base.total), wish, base)
        assert plan is None or plan.method == "integer programme"
    with pytest.raises(ValueError, match="several components"):
        component_prices(model)


# Against trying everything


def random_wish(chance: random.Random, tried: list[Tried], before: int) -> Wish:
    most = max(t.total for t in tried)
    match chance.randrange(4):
        case 0:
            return Wish(total=in_points(chance.randint(before, most)))
        case 1:
            return Wish(gain=in_points(chance.choice([t.total for t in tried]) - before))
        case 2:
            return Wish(budget=Decimal(chance.randrange(0, 120)) / 10)
        case _:
            return Wish(total=in_points(chance.randint(most, most + (most - before) // 5 + 1)))


def random_constraints(chance: random.Random, steps: tuple[Step, ...]) -> Constraints:
    def picked(kind: int) -> Selector:
        step = chance.choice(steps)
        level = step.level if chance.random() < 0.3 else None
        return Selector(unit=step.unit, criterion=step.criterion if kind else None, level=level)

    return Constraints(
        capacity={s.unit: Decimal(chance.randrange(0, 60)) / 10 for s in chance.sample(steps, 1)}
        if chance.random() < 0.4
        else {},
        excluded=(picked(1),) if chance.random() < 0.3 else (),
        compulsory=(picked(chance.randrange(2)),) if chance.random() < 0.3 else (),
        most_projects=chance.randrange(0, 4) if chance.random() < 0.3 else None,
        ceilings=(Ceiling(chance.randrange(1, 4), Decimal(chance.randrange(0, 30)) / 10, chance.choice(["A", None])),)
        if chance.random() < 0.3
        else (),
    )


def hold_equal(plan: Plan | None, expected: Tried | None, wish: Wish, base: Base) -> None:
    assert (plan is None) == (expected is None)
    if plan is None or expected is None:
        return
    assert Fraction(plan.effort) == expected.effort
    if wish.budget is not None:
        assert plan.after == expected.total
    assert plan.after == int(base.rescored(plan.steps).total[0])


@bounded
@given(seeds)
def test_the_dynamic_programme_finds_the_best_plan(seed: int) -> None:
    chance, base = random.Random(seed), random_base(seed)
    steps = random_steps(base, seed)
    tried = everything(base, steps)
    model, wish = PathModel(base, steps), random_wish(chance, tried, base.total)
    plan = model.plan(wish)
    hold_equal(plan, best(tried, wish, base.total), wish, base)
    assert plan is None or plan.method == "dynamic programme"


@bounded
@given(seeds)
def test_the_integer_programme_finds_the_best_plan(seed: int) -> None:
    chance, base = random.Random(seed), random_base(seed)
    steps = random_steps(base, seed, 4)
    if not steps:
        return
    constraints = random_constraints(chance, steps)
    tried = [t for t in everything(base, steps) if allowed(t, steps, constraints)]
    wish = random_wish(chance, tried or everything(base, steps), base.total)
    hold_equal(PathModel(base, steps, constraints).plan(wish), best(tried, wish, base.total), wish, base)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_second_and_third_best_leave_out_a_step_of_every_better_plan(seed: int) -> None:
    chance, base = random.Random(seed), random_base(seed)
    steps = random_steps(base, seed, 4)
    tried = everything(base, steps)
    wish = Wish(total=in_points(chance.randint(base.total, max(t.total for t in tried))))
    plans = list(PathModel(base, steps).alternatives(wish))
    left = [t for t in tried if Fraction(t.total, 10**9) >= Fraction(wish.total or 0)]
    for plan in plans:
        assert Fraction(plan.effort) == min(t.effort for t in left)
        left = [t for t in left if not set(plan.steps) <= set(t.steps)]
    assert len(plans) == 3 or not left


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_out_of_reach_goes_as_far_as_one_can_get(seed: int) -> None:
    chance, base = random.Random(seed), random_base(seed)
    steps = random_steps(base, seed, 4)
    if not steps:
        return
    constraints = random_constraints(chance, steps)
    tried = [t for t in everything(base, steps) if allowed(t, steps, constraints)]
    most = max((t.total for t in tried), default=None)
    answer = PathModel(base, steps, constraints).answer(Wish(total=in_points((most or base.total) + 1)))
    assert isinstance(answer, OutOfReach)
    assert (answer.furthest.after if answer.furthest else None) == most
    free = max(t.total for t in everything(base, steps))
    assert all(b.reachable is not None and (most or 0) < b.reachable <= free for b in answer.binding)


def test_plans_far_apart_differ_in_as_many_steps_as_asked() -> None:
    base = random_base(11)
    model = PathModel(base, random_steps(base, 11, 9))
    furthest = model.furthest()
    assert furthest is not None
    wish = Wish(total=in_points((base.total + furthest.after) // 2))
    plans = list(model.alternatives(wish, 3, differ=2))
    assert len(plans) > 1
    for i, plan in enumerate(plans):
        for better in plans[:i]:
            assert len(set(better.steps) - set(plan.steps)) >= min(2, len(better.steps))


def test_efforts_too_varied_for_fronts_go_to_the_integer_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    base = random_base(3)
    steps = random_steps(base, 3)
    wish = Wish(total=in_points((base.total + max(t.total for t in everything(base, steps))) // 2))
    quick = PathModel(base, steps).plan(wish)
    monkeypatch.setattr(fronts, "FRONT_LIMIT", 1)
    slow = PathModel(base, steps).plan(wish)
    assert quick is not None
    assert slow is not None
    assert (quick.method, slow.method) == ("dynamic programme", "integer programme")
    assert quick.effort == slow.effort


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_frontier_rises_from_today_to_the_furthest(seed: int) -> None:
    base = random_base(seed)
    model = PathModel(base, random_steps(base, seed, 6))
    furthest = model.furthest()
    assert furthest is not None
    points = list(model.frontier(5, chance=float))
    assert [p.plan.effort for p in points] == sorted(p.plan.effort for p in points)
    assert points[-1].plan.after == furthest.after
    assert all(p.chance == pytest.approx(p.plan.after / 1e9) for p in points)


def test_ties_are_broken_the_same_way_whatever_runs_before() -> None:
    base = simple_base({"type": "ratio"}, [0, 0, 0, 0], [10, 10, 10, 10])
    steps = [dossiers(f"U{i}", 0, 10, effort=3) for i in range(4)]
    for constraints in (Constraints(), Constraints(most_projects=4)):
        chosen = {PathModel(base, steps, constraints).plan(Wish(total=Decimal(5))) for _ in range(3)}
        assert len(chosen) == 1
