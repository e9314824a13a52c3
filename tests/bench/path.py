"""The cheapest path at the size of the demonstration data and at that of the ministry's indicators, beside its bound.

The bound is the linear relaxation of the same problem by scipy's HiGHS, rows ready made: whoever proves a plan to be the
best has to know at least that much.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from criteria.model import CriteriaSet, Criterion, Group, Ratio, RollUp, Text
from language import _, format_number
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.inputs import Inputs
from scoring.path.base import Base
from scoring.path.improvements import open_steps
from scoring.path.solver import PathModel
from scoring.path.stability import plan_stability
from scoring.path.step_files import ListedStep, cheapest_listed
from scoring.path.values import Constraints, EffortTable, Plan, Step, Wish
from scoring.rollup import Scored
from tests.bench.timing import Row, alternate

UNITS, CRITERIA = 85, 37
"""3.145 criteria of units, three steps each."""
GROUPS, STEPS = 98, 10
REPETITIONS = 5
TARGET = "T14"
"""The plan's 60 %: no unit is drawn that far, so every criterion has its three steps."""
SHARE_OF_GAIN = Decimal("0.5")


def _set(level: str, rollup: bool) -> CriteriaSet:
    criteria = tuple(
        Criterion(
            code=f"T.{i + 1}",
            name=Text(vi=f"Tỷ lệ {i + 1}"),
            max_points=10 + i,
            rule=Ratio(type="ratio", full_at=1 if not rollup else (70 + i % 5 * 7) / 100),
            plan_target=TARGET,
            rollup=RollUp.model_validate({"how": "ratio_of_sums", "from": (f"units/T.{i + 1}",)}) if rollup else None,
        )
        for i in range(CRITERIA)
    )
    group = Group(code="T", name=Text(vi="Tỷ lệ"), criteria=criteria)
    return CriteriaSet.model_validate({"id": level, "level": "province", "year": 2024, "groups": (group,)})


def example_base() -> Base:
    """A province of ratio components over units with random figures, all between 10 % and 45 %."""
    generator = np.random.default_rng(2024)
    b = generator.integers(40, 4000, (UNITS, CRITERIA)).astype(float)
    a = np.floor(b * generator.uniform(0.1, 0.45, b.shape))
    units = Inputs.from_arrays(compile_set(_set("units", False)), [f"U{u}" for u in range(UNITS)], _pairs(a, b))
    sums = _pairs(a.sum(axis=0)[None], b.sum(axis=0)[None])
    province = Inputs.from_arrays(compile_set(_set("province", True)), ["P"], sums)
    return Base(province, {"units": Scored(units, score(units))})


def _pairs(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([a, b], axis=2).reshape(len(a), -1)


def listed_steps() -> tuple[ListedStep, ...]:
    """98 groups of ten steps with random points and efforts of two decimals, rising inside a group."""
    generator = np.random.default_rng(2024)
    result = []
    for group in range(GROUPS):
        points, effort = (np.sort(generator.integers(1, 3000, STEPS)).tolist() for _ in range(2))
        for step, (p, e) in enumerate(zip(points, effort, strict=True)):
            texts = (f"N.{group}", str(step), str(p / 100), str(e / 100))
            result.append(ListedStep(texts, Fraction(p, 100), Fraction(e, 100)))
    return tuple(result)


class Relaxation:
    """The linear relaxation of a whole base, rows ready made."""

    def __init__(self, base: Base, steps: Sequence[Step], needed: float) -> None:
        codes = {code: j for j, code in enumerate(base.components)}
        groups = {key: g for g, key in enumerate(dict.fromkeys(s.group for s in steps))}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []

        def put(row: int, column: int, value: float) -> None:
            rows.append(row)
            columns.append(column)
            values.append(value)

        right = np.ones(len(groups) + len(codes) + 1)
        shapes: dict[str, Any] = {code: base.components[code].shape_in_points for code in codes}
        for i, step in enumerate(steps):
            put(groups[step.group], i, 1.0)
            code, gain = step.gains[0]
            put(len(groups) + codes[code], i, -shapes[code].slope * gain)
        for code, j in codes.items():
            put(len(groups) + j, len(steps) + j, 1.0)
            put(len(right) - 1, len(steps) + j, -1.0)
            right[len(groups) + j] = shapes[code].start
        start = sum(base.components[code].start_points for code in codes) / 1e9
        right[-1] = -(start + needed)
        self.matrix = csr_array((values, (rows, columns)), shape=(len(right), len(steps) + len(codes)))
        self.right = right
        self.costs = np.array([*(float(s.effort.amount) for s in steps), *([0.0] * len(codes))])
        self.bounds = [(0.0, 1.0)] * len(steps) + [(0.0, base.components[c].maximum / 1e9) for c in codes]

    def lowest(self) -> float:
        """The least effort of the relaxation; no plan takes less."""
        return float(linprog(self.costs, A_ub=self.matrix, b_ub=self.right, bounds=self.bounds).fun)


class ListedRelaxation:
    """The linear relaxation of a list of steps, rows ready made."""

    def __init__(self, listed: Sequence[ListedStep], points: Fraction) -> None:
        groups = {name: g for g, name in enumerate(dict.fromkeys(s.group for s in listed))}
        rows = [groups[s.group] for s in listed] + [len(groups)] * len(listed)
        values = [1.0] * len(listed) + [-float(s.points) for s in listed]
        columns = [*range(len(listed))] * 2
        self.matrix = csr_array((values, (rows, columns)), shape=(len(groups) + 1, len(listed)))
        self.right = np.array([1.0] * len(groups) + [-float(points)])
        self.costs = np.array([float(s.effort) for s in listed])

    def lowest(self) -> float:
        """The least effort of the relaxation; no plan takes less."""
        return float(linprog(self.costs, A_ub=self.matrix, b_ub=self.right, bounds=(0.0, 1.0)).fun)


def _planned(plan: object) -> Plan:
    assert isinstance(plan, Plan)
    return plan


def _whole_base(base: Base, repetitions: int) -> Iterator[Row]:
    steps = open_steps(base, EffortTable())
    furthest = _planned(PathModel(base, steps).furthest())
    wish = Wish(gain=Decimal(furthest.gain) / 10**9 * SHARE_OF_GAIN)
    bound = Relaxation(base, steps, float(wish.gain or 0))
    coupled = Constraints(capacity={f"U{u}": Decimal(150) for u in range(UNITS)}, most_projects=1500)
    quick, slow = PathModel(base, steps).plan(wish), PathModel(base, steps, coupled).plan(wish)
    assert bound.lowest() <= _planned(quick).effort <= _planned(slow).effort
    size = _("{criteria} chỉ số của đơn vị x {steps} bước").format(
        criteria=format_number(len({s.group for s in steps})), steps=format_number(len(steps) / (UNITS * CRITERIA))
    )
    relaxed = _("giới hạn: nới lỏng tuyến tính")
    ours = _("phần mềm này")
    task = _("{size}: phương án ít nguồn lực nhất (mục tiêu 3 giây)").format(size=size)
    yield alternate(task, {ours: lambda: PathModel(base, steps).plan(wish), relaxed: bound.lowest}, repetitions)
    task = _("{size}: có trần từng đơn vị và số dự án (mục tiêu 3 giây)").format(size=size)
    sides = {ours: lambda: PathModel(base, steps, coupled).plan(wish), relaxed: bound.lowest}
    yield alternate(task, sides, repetitions)
    model = PathModel(base, steps)
    best = _planned(model.plan(wish))
    yield alternate(
        _("{size}: lập các bước").format(size=size), {ours: lambda: open_steps(base, EffortTable())}, repetitions
    )
    task = _("{size}: đổi mong muốn trên mô hình đã lập").format(size=size)
    yield alternate(task, {ours: lambda: model.plan(wish)}, repetitions)
    task = _("{size}: phương án thứ hai và thứ ba").format(size=size)
    yield alternate(task, {ours: lambda: list(model.alternatives(wish, 3))}, repetitions)
    task = _("{size}: độ ổn định qua 1.000 lần mô phỏng").format(size=size)
    yield alternate(task, {ours: lambda: plan_stability(model, best, wish)}, repetitions)


def path_rows(repetitions: int = REPETITIONS) -> list[Row]:
    """Rows for a base of 3,145 unit-criteria with three steps each, and for a list of 98 groups of ten steps."""
    listed = listed_steps()
    points = sum((max(s.points for s in listed if s.group == f"N.{g}") for g in range(GROUPS)), Fraction(0)) / 2
    task = _("{groups} nhóm x {steps} bước, số thập phân chính xác (mục tiêu 0,3 giây)").format(
        groups=GROUPS, steps=STEPS
    )
    bound = ListedRelaxation(listed, points)
    assert bound.lowest() <= cheapest_listed(listed, points).effort
    sides = {
        _("phần mềm này"): lambda: cheapest_listed(listed, points),
        _("giới hạn: nới lỏng tuyến tính"): bound.lowest,
    }
    return [*_whole_base(example_base(), repetitions), alternate(task, sides, repetitions)]
