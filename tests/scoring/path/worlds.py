"""A small province with its units, and plans found by trying everything."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from criteria import CriteriaSet
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import score, total_of
from scoring.inputs import Inputs
from scoring.path.base import Base
from scoring.path.improvements import open_steps
from scoring.path.values import Constraints, Effort, EffortRow, EffortTable, Step, StepLevel, Wish
from scoring.rollup import Scored, provincial_cells, roll_up_set
from tests.scoring.builders import build, criterion, group, inputs_of
from tests.scoring.samples import keep_within_b

Given = Mapping[str, Mapping[str, Mapping[str, object]]]


def rolled(code: str, max_points: float, rule: Mapping[str, Any], how: str, **more: Any) -> dict[str, Any]:
    """A provincial component summed up over the units' criterion of the same code."""
    return criterion(code, max_points, rule, rollup={"how": how, "from": [f"test/{code}"], **more})


def base_of(province: CriteriaSet, units: Inputs, typed: Given | None = None) -> Base:
    """The base of these units and of what is typed at provincial level."""
    sources = {"test": Scored(units, score(units))}
    cells = provincial_cells("P", roll_up_set(province, sources))
    given: dict[str, dict[str, object]] = {code: dict(values) for code, values in (typed or {}).get("P", {}).items()}
    for cell in cells:
        given.setdefault(cell.criterion, {})[cell.key] = cell.value
    return Base(inputs_of(compile_set(province), {"P": given}, ["P"]), sources)


def province_of(*components: dict[str, Any], **more: Any) -> CriteriaSet:
    """A provincial set of one group."""
    return build(group("G", *components), id="province", level="province", **more)


def units_of(*criteria: dict[str, Any]) -> CompiledSet:
    """The units' set of one group."""
    return compile_set(build(group("G", *criteria)))


RATIO = {"type": "ratio"}


def simple_base(
    rule: Mapping[str, Any], a: Sequence[float], b: Sequence[float], unit_rule: Mapping[str, Any] | None = None
) -> Base:
    """One component of 10 points, summed over units U0, U1, … that report a and b by a plain ratio."""
    ready = units_of(criterion("C", 10, unit_rule or RATIO))
    given = {f"U{i}": {"C": {"a": x, "b": y}} for i, (x, y) in enumerate(zip(a, b, strict=True))}
    return base_of(province_of(rolled("C", 10, rule, "ratio_of_sums")), inputs_of(ready, given))


def hand_step(
    unit: str,
    gain: float,
    effort: object = 1,
    *,
    code: str = "C",
    level: StepLevel = StepLevel.FULL,
    changes: tuple[Any, ...] = (),
    months: tuple[int, ...] = (1,),
    project: str | None = None,
) -> Step:
    """A step made by hand, with its effort and the gain of the component of the same code."""
    own = Effort(Decimal(str(effort)), unit, months, project or f"test/{unit}/{code}", False)
    return Step("test", unit, code, level, changes, own, ((code, gain),))


# Worlds drawn at random


def _whole_province() -> CriteriaSet:
    bands = [{"from": 0.9, "fraction": 1}, {"from": 0.7, "fraction": 0.6}, {"from": 0.5, "fraction": 0.3}]
    sums = [{"from": 40, "fraction": 1}, {"from": 25, "fraction": 0.4}]
    return province_of(
        rolled("R", 10, {"type": "ratio", "full_at": 0.8}, "ratio_of_sums"),
        rolled("B", 7, {"type": "bands", "of": "ratio", "steps": bands}, "ratio_of_sums"),
        rolled("D", 5, {"type": "ratio", "direction": "down"}, "ratio_of_sums"),
        rolled("S", 6, {"type": "ratio"}, "share_meeting"),
        rolled("T", 4, {"type": "ratio", "full_at": 0.6}, "share_meeting", meets_at=0.5),
        rolled("M", 3, {"type": "count", "full_at": 12}, "mean", weight="units"),
        rolled("Q", 8, {"type": "bands", "of": "value", "steps": sums}, "sum"),
        rolled("X", 3, {"type": "min_max", "goalposts": [20, 70]}, "sum"),
        criterion("E", 6, {"type": "checklist", "items": {"x": 0.5, "y": 0.3, "z": 0.2}}, rollup={"how": "entry"}),
        criterion("N", 4, {"type": "yes_no"}, rollup={"how": "entry"}),
        scale=1,
        rank_precision=4,
    )


def _whole_units() -> CompiledSet:
    bands = [{"from": 20, "fraction": 1}, {"from": 10, "fraction": 0.5}]
    items = {"p": 0.6, "q": 0.4}
    return units_of(
        criterion("R", 10, {"type": "ratio", "full_at": 0.9}, plan_target="T14"),
        criterion("B", 10, {"type": "ratio"}),
        criterion("D", 10, {"type": "ratio", "direction": "down"}),
        criterion("S", 10, {"type": "checklist", "items": items}),
        criterion("T", 10, {"type": "ratio"}),
        criterion("M", 10, {"type": "count", "full_at": 15}),
        criterion("Q", 10, {"type": "bands", "of": "value", "steps": bands}),
        criterion("X", 10, {"type": "best_relative"}),
    )


def random_base(seed: int, units: int = 4) -> Base:
    """A base in which every way of rolling up and every rule that a sum can move occurs; some cells missing or not
    applicable."""
    chance, ready = random.Random(seed), _whole_units()
    values = np.zeros((units, len(ready.columns)))
    for i, column in enumerate(ready.columns):
        for u in range(units):
            values[u, i] = chance.randrange(2) if column.kind.value == "yes_no" else chance.randrange(1, 25)
    keep_within_b(ready, values)
    missing = np.array([[chance.random() < 0.1 for _ in ready.codes] for _ in range(units)])
    na = np.array([[chance.random() < 0.1 for _ in ready.codes] for _ in range(units)])
    own = [column.criterion for column in ready.columns]
    given = ~missing[:, own] & ~na[:, own]
    inputs = Inputs.from_arrays(ready, [f"U{u}" for u in range(units)], values, given, na)
    typed = {"E": {k: chance.choice(["yes", "no"]) for k in "xyz"}, "N": {"value": chance.choice(["yes", "no", "n/a"])}}
    return base_of(_whole_province(), inputs, {"P": typed})


def random_efforts(base: Base, seed: int) -> EffortTable:
    """Efforts in tenths for every step, rising with the level; some steps belong to one project."""
    chance = random.Random(seed)
    rows = []
    for step in open_steps(base, EffortTable()):
        size = {StepLevel.NEXT: 10, StepLevel.TARGET: 25, StepLevel.FULL: 40}[step.level]
        amount = Decimal(chance.randrange(1, size)) / 10
        months = tuple(sorted(chance.sample(range(1, 4), chance.randrange(1, 3))))
        project = "joint" if chance.random() < 0.2 else ""
        owner = chance.choice(["A", "B"])
        rows.append(EffortRow(step.set_id, step.criterion, step.level, amount, step.unit, owner, months, project))
    return EffortTable(tuple(rows))


def random_steps(base: Base, seed: int, groups: int = 5) -> tuple[Step, ...]:
    """The open steps of at most so many units' criteria."""
    steps = open_steps(base, random_efforts(base, seed))
    keys = sorted({step.group for step in steps})
    chosen = set(random.Random(seed).sample(keys, min(groups, len(keys))))
    return tuple(step for step in steps if step.group in chosen)


# Trying everything


@dataclass(frozen=True)
class Tried:
    """One set of steps: its effort, and the total that it reaches, in grid steps."""

    steps: tuple[Step, ...]
    effort: Fraction
    total: int


def _sets(steps: Sequence[Step]) -> Iterator[tuple[Step, ...]]:
    groups: dict[tuple[str, str, str], list[Step | None]] = {}
    for step in steps:
        groups.setdefault(step.group, [None]).append(step)
    for chosen in itertools.product(*groups.values()):
        yield tuple(step for step in chosen if step is not None)


def everything(base: Base, steps: Sequence[Step]) -> list[Tried]:
    """Every set of at most one step per group. Points come from the engine's rule for each component, the total from
    the engine; that both agree with a full score is a test of its own."""
    sets = list(_sets(steps))
    points = np.repeat(base.book.points, len(sets), axis=0)
    for code, component in base.components.items():
        gains = np.array([sum(gain for s in own for c, gain in s.gains if c == code) for own in sets], float)
        points[:, base.province.compiled.index_of[code]] = component.points(gains)
    totals = total_of(base.province.compiled, points, np.broadcast_to(base.book.maxima, points.shape))
    efforts = [sum((Fraction(s.effort.amount) for s in own), Fraction(0)) for own in sets]
    return [Tried(own, effort, int(total)) for own, effort, total in zip(sets, efforts, totals, strict=True)]


def allowed(tried: Tried, steps: Sequence[Step], constraints: Constraints) -> bool:
    """Whether a set of steps keeps to the constraints, by their wording alone."""
    own = tried.steps
    if any(x.fits(s) for s in own for x in constraints.excluded):
        return False
    for selector in constraints.compulsory:
        for key in {s.group for s in steps if selector.fits(s)}:
            if not any(s.group == key and selector.fits(s) for s in own):
                return False
    for unit, most in constraints.capacity.items():
        if sum(Fraction(s.effort.amount) for s in own if s.unit == unit) > most:
            return False
    for ceiling in constraints.ceilings:
        load = [
            Fraction(s.effort.amount) / len(s.effort.months)
            for s in own
            if ceiling.month in s.effort.months and ceiling.owner in (None, s.effort.owner)
        ]
        if sum(load) > ceiling.amount:
            return False
    projects = {s.effort.project for s in own}
    return constraints.most_projects is None or len(projects) <= constraints.most_projects


def best(tried: Sequence[Tried], wish: Wish, before: int) -> Tried | None:
    """The best of the sets for a wish; None when none meets it."""
    if wish.budget is not None:
        fitting = [t for t in tried if t.effort <= wish.budget]
        return min(fitting, key=lambda t: (-t.total, t.effort), default=None)
    wanted = Fraction(wish.total) if wish.total is not None else Fraction(wish.gain or 0) + Fraction(before, 10**9)
    fitting = [t for t in tried if Fraction(t.total, 10**9) >= wanted]
    return min(fitting, key=lambda t: t.effort, default=None)
