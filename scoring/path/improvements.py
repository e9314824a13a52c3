"""The open steps: for every improvable criterion of every unit the next band, the plan's target and full marks.

A figure that is missing is to be supplied, not improved: what it brings is not known, so it has no step here. The
same goes for deadlines that have passed and for points given at appraisal.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from criteria.catalogue import PlanTarget, plan_targets
from criteria.model import BandSteps, BestRelative, Choice, Count, MinMax, Ratio, RollUp, YesNo
from scoring.compiled import CompiledSet, Leaf
from scoring.engine import CellState, evaluate, leaf_fractions
from scoring.inputs import Inputs, decode
from scoring.path.base import Base
from scoring.path.values import EffortTable, Step, StepLevel
from scoring.rollup import Scored
from scoring.rules import compares_units
from scoring.steps import Change

TENTHS = 10
"""A rule without bands is cut into tenths of its points; the next one is its next band."""
ROUNDING_ROOM = 1e-9
PERCENT = "%"
FIRST_NAMED = (StepLevel.TARGET, StepLevel.FULL, StepLevel.NEXT)
"""Which level gives its name to a step that two levels would make alike."""


@dataclass(frozen=True)
class _Cell:
    """A leaf of one unit: its inputs, its fraction, and lowest and highest value of the reference list."""

    leaf: Leaf
    a: float
    b: float
    fraction: float
    spread: tuple[float, float]

    @property
    def most(self) -> float:
        """Highest value of input a that the rule takes."""
        rule = self.leaf.rule
        refuses = isinstance(rule, Ratio | BandSteps) and self.leaf.b >= 0 and rule.over == "refuse"
        return self.b if refuses else math.inf


def _up_to(cell: _Cell, goal: float, reached: float, per: float) -> float:
    """The goal, in whole steps from a whole start (dossiers come in ones), such that value / per is at least `reached`
    in floating point as well (0 where a hair less does no harm)."""
    if float(cell.a).is_integer():
        value = cell.a + math.ceil(goal - cell.a - ROUNDING_ROOM)
        return min(cell.most, value if value / per >= reached else value + 1)
    while goal / per < reached:
        goal = math.nextafter(goal, math.inf)
    return min(cell.most, goal)


def _down_to(cell: _Cell, goal: float) -> float:
    start = min(cell.a, cell.b) if isinstance(cell.leaf.rule, Ratio) else cell.a
    return start - math.ceil(start - goal - ROUNDING_ROOM) if float(start).is_integer() else goal


def _raised(cell: _Cell, wanted: float) -> float | None:
    """Value of input a that brings the leaf to the wanted fraction; None where no change of it is known to."""
    match cell.leaf.rule:
        case Ratio(direction="down"):
            return max(0.0, _down_to(cell, (1 - wanted) * cell.b))
        case Ratio(full_at=full_at):
            return _up_to(cell, wanted * full_at * cell.b, full_at if wanted == 1 else 0.0, cell.b)
        case Count(full_at=full_at):
            return _up_to(cell, wanted * full_at, 1.0 if wanted == 1 else 0.0, full_at)
        case BandSteps():
            reached = next((s.reached for s in reversed(cell.leaf.rule.steps) if s.fraction >= wanted), None)
            return None if reached is None else _up_to(cell, reached * cell.b, reached, cell.b)
        case Choice(options=options):
            better = [(fraction, i) for i, fraction in enumerate(options.values()) if fraction >= wanted]
            return float(min(better)[1]) if better else None
        case YesNo():
            return 1.0
        case BestRelative():
            return _up_to(cell, wanted * cell.spread[1], 0.0, 1.0)
        case MinMax(goalposts=goalposts, direction=direction):
            low, high = goalposts or cell.spread
            if direction == "down":
                return _down_to(cell, high - wanted * (high - low))
            return _up_to(cell, low + wanted * (high - low), high if wanted == 1 else low, 1.0)
        case _:
            return None


def _best_fraction(leaf: Leaf) -> float:
    match leaf.rule:
        case BandSteps(steps=steps):
            return steps[0].fraction
        case Choice(options=options):
            return max(options.values())
        case _:
            return 1.0


def _next_fraction(cell: _Cell) -> float:
    """Fraction of the next band or option; the next tenth of rules without bands."""
    match cell.leaf.rule:
        case BandSteps(steps=steps):
            return min((s.fraction for s in steps if s.fraction > cell.fraction), default=1.0)
        case Choice(options=options):
            return min((f for f in options.values() if f > cell.fraction), default=1.0)
        case _:
            return min(1.0, (math.floor(cell.fraction * TENTHS + ROUNDING_ROOM) + 1) / TENTHS)


def _target_value(cell: _Cell, target: PlanTarget | None) -> float | None:
    """Value of input a at which the plan's target is met; None without one, or where it is met already."""
    rule = cell.leaf.rule
    up = isinstance(rule, Count | BandSteps) or (isinstance(rule, Ratio) and rule.direction == "up")
    if target is None or not up or target.comparator not in (">=", ">"):
        return None
    if (target.unit == PERCENT) != (cell.leaf.b >= 0):
        return None
    reached = target.target / 100 if cell.leaf.b >= 0 else target.target
    value = _up_to(cell, reached * cell.b, reached, cell.b)
    if target.comparator == ">" and value / cell.b <= reached:
        value = min(cell.most, value + 1) if value.is_integer() else min(cell.most, math.nextafter(value, math.inf))
    return value if value > cell.a else None


@dataclass(frozen=True)
class _LeafIndex:
    """Leaves of the criteria that feed a component, with the fractions of all units."""

    leaves: tuple[tuple[int, Leaf], ...]
    value: NDArray[np.float64]
    known: NDArray[np.bool_]


def _spread(inputs: Inputs, row: int, leaf: Leaf, reference: NDArray[np.bool_]) -> tuple[float, float]:
    """Lowest and highest value of the others of the reference list."""
    takes_part = reference & inputs.given[:, leaf.a] & ~inputs.not_applicable[:, leaf.criterion]
    takes_part[row] = False
    values = inputs.values[takes_part, leaf.a]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


def _cells(scored: Scored, row: int, reference: NDArray[np.bool_], index: _LeafIndex) -> Iterator[_Cell]:
    inputs = scored.inputs
    for i, leaf in index.leaves:
        if scored.book.state[row, leaf.criterion] != CellState.SCORED:
            continue
        if not index.known[row, i] and not isinstance(leaf.rule, YesNo):
            continue
        spread = _spread(inputs, row, leaf, reference) if compares_units(leaf) else (0.0, 0.0)
        b = float(inputs.values[row, leaf.b]) if leaf.b >= 0 else 1.0
        yield _Cell(leaf, float(inputs.values[row, leaf.a]), b, float(index.value[row, i]), spread)


def _trials(cells: Sequence[_Cell], target: PlanTarget | None) -> Mapping[StepLevel, Mapping[int, float]]:
    """New values by column for each level of one criterion of one unit; a level that changes nothing is left out.

    Of a list of items or parts the next band is the first open one; full marks need all of them.
    """
    still_open = [cell for cell in cells if cell.fraction < _best_fraction(cell.leaf)]
    full = {cell.leaf.a: _raised(cell, _best_fraction(cell.leaf)) for cell in still_open}
    result: dict[StepLevel, dict[int, float | None]] = {}
    if len(cells) == 1 and target is not None:
        result[StepLevel.TARGET] = {cells[0].leaf.a: _target_value(cells[0], target)}
    result[StepLevel.FULL] = full
    if len(cells) == 1 and still_open:
        result[StepLevel.NEXT] = {cells[0].leaf.a: _raised(cells[0], _next_fraction(cells[0]))}
    else:
        result[StepLevel.NEXT] = dict([(c, new) for c, new in full.items() if new is not None][:1])
    old = {cell.leaf.a: cell.a for cell in cells}
    found: dict[StepLevel, dict[int, float]] = {}
    for level in FIRST_NAMED:
        values = {column: new for column, new in result.get(level, {}).items() if new is not None}
        whole = len(values) == len(result.get(level, {}))
        if values and whole and any(new != old[c] for c, new in values.items()) and values not in found.values():
            found[level] = values
    return found


@dataclass(frozen=True)
class _Feed:
    """A component that a criterion of a set feeds, and how."""

    component: str
    rollup: RollUp | None


def _feeds(base: Base, set_id: str, compiled: CompiledSet) -> Mapping[int, tuple[_Feed, ...]]:
    """Components by the number of the criterion that feeds them."""
    if set_id == base.province_id:
        own = {c: base.components[c] for c in base.components if base.components[c].rule is None}
        return {compiled.index_of[code]: (_Feed(code, None),) for code in own}
    result: dict[int, tuple[_Feed, ...]] = {}
    for code, component in base.components.items():
        rollup = base.province.compiled.criteria_set.by_code[code].rollup
        if component.rule is None or rollup is None:
            continue
        for source in rollup.sources:
            source_set, criterion = source.split("/")
            if source_set == set_id:
                index = compiled.index_of[criterion]
                result[index] = (*result.get(index, ()), _Feed(code, rollup))
    return result


def _met(rollup: RollUp, inputs: Inputs, fraction: NDArray[np.float64], criterion: int) -> NDArray[np.float64]:
    """(units,) 1 where the unit counts as meeting, by the roll-up's own rule."""
    if rollup.meets_at is None:
        return (fraction[:, criterion] >= 1).astype(float)
    code = inputs.compiled.codes[criterion]
    columns = inputs.compiled.column_of
    if (code, "b") in columns:
        a, b = (inputs.values[:, columns[code, key]] for key in ("a", "b"))
        figure = np.divide(a, b, out=np.zeros_like(a), where=b > 0)
    else:
        figure = inputs.values[:, columns[code, "value"]]
    return (figure >= rollup.meets_at).astype(float)


def _figures(
    feed: _Feed, base: Base, inputs: Inputs, fraction: NDArray[np.float64], criterion: int
) -> NDArray[np.float64]:
    """(units,) what each unit adds to the component's summed figure."""
    code, columns = inputs.compiled.codes[criterion], inputs.compiled.column_of
    if feed.rollup is None:
        return np.rint(fraction[:, criterion] * inputs.compiled.max_steps[criterion])
    match feed.rollup.how:
        case "share_meeting":
            return _met(feed.rollup, inputs, fraction, criterion)
        case "mean":
            weights = _weights(feed.rollup, inputs, code)
            return inputs.values[:, columns[code, "value"]] * weights / _weight_sum(feed.rollup, base)
        case "ratio_of_sums":
            return inputs.values[:, columns[code, "a"]]
        case _:
            return inputs.values[:, columns[code, "value"]]


def _weights(rollup: RollUp, inputs: Inputs, code: str) -> NDArray[np.float64]:
    if rollup.weight == "units":
        return np.ones(len(inputs.units))
    return inputs.values[:, inputs.compiled.column_of[code, rollup.weight or ""]]


def _weight_sum(rollup: RollUp, base: Base) -> float:
    total = 0.0
    for source in rollup.sources:
        set_id, code = source.split("/")
        scored = base.sources[set_id]
        reported = scored.book.state[:, scored.inputs.compiled.index_of[code]] == CellState.SCORED
        total += float(_weights(rollup, scored.inputs, code)[reported].sum())
    return total


@dataclass(frozen=True)
class _Level:
    """All units of a set with every open criterion taken to one level at once: criteria do not touch each other."""

    inputs: Inputs
    fraction: NDArray[np.float64]


def _level(
    scored: Scored, trials: Mapping[tuple[int, int], Mapping[StepLevel, Mapping[int, float]]], level: StepLevel
) -> _Level:
    inputs = scored.inputs
    values, given = inputs.values.copy(), inputs.given.copy()
    for (row, _criterion), by_level in trials.items():
        for column, new in by_level.get(level, {}).items():
            values[row, column], given[row, column] = new, True
    changed = Inputs.from_arrays(inputs.compiled, inputs.units, values, given, inputs.not_applicable, inputs.not_due)
    return _Level(changed, evaluate(changed).value)


def _set_steps(
    base: Base, set_id: str, scored: Scored, reference: NDArray[np.bool_], efforts: EffortTable
) -> Iterator[Step]:
    compiled = scored.inputs.compiled
    feeds = _feeds(base, set_id, compiled)
    relative = {leaf.criterion for leaf in compiled.leaves if compares_units(leaf)}
    wanted = {c for c, own in feeds.items() if c not in relative or not _by_fraction(own)}
    targets = {target.code: target for target in plan_targets()}
    leaves = tuple((i, leaf) for i, leaf in enumerate(compiled.leaves) if leaf.criterion in wanted)
    index = _LeafIndex(leaves, *leaf_fractions(scored.inputs, slice(None), reference))
    trials: dict[tuple[int, int], Mapping[StepLevel, Mapping[int, float]]] = {}
    for row in range(len(scored.inputs.units)):
        own: dict[int, list[_Cell]] = {}
        for cell in _cells(scored, row, reference, index):
            own.setdefault(cell.leaf.criterion, []).append(cell)
        for c, cells in sorted(own.items()):
            trials[row, c] = _trials(cells, targets.get(compiled.criteria_set.criteria[c].plan_target or ""))
    today = _Level(scored.inputs, evaluate(scored.inputs, reference).value)
    levels = {level: _level(scored, trials, level) for level in StepLevel}
    gains = {
        (level, c, feed.component): (-1 if base.components[feed.component].down else 1)
        * (
            _figures(feed, base, after.inputs, after.fraction, c)
            - _figures(feed, base, today.inputs, today.fraction, c)
        )
        for level, after in levels.items()
        for c in wanted
        for feed in feeds[c]
    }
    for (row, c), by_level in trials.items():
        for level in StepLevel:
            if level not in by_level:
                continue
            moved = tuple((f.component, float(gains[level, c, f.component][row])) for f in feeds[c])
            if any(gain > 0 for _component, gain in moved):
                gained = float(levels[level].fraction[row, c] - today.fraction[row, c])
                yield _step(set_id, scored, row, c, level, by_level[level], moved, gained, efforts)


def _by_fraction(feeds: Sequence[_Feed]) -> bool:
    """Whether a component reads the unit's fraction, which for a relative rule depends on the other units."""
    return any(f.rollup is None or (f.rollup.how == "share_meeting" and f.rollup.meets_at is None) for f in feeds)


def _step(
    set_id: str,
    scored: Scored,
    row: int,
    criterion: int,
    level: StepLevel,
    values: Mapping[int, float],
    gains: tuple[tuple[str, float], ...],
    gained: float,
    efforts: EffortTable,
) -> Step:
    inputs = scored.inputs
    unit, code = inputs.units[row], inputs.compiled.codes[criterion]
    changes = tuple(_change(inputs, row, column, new) for column, new in values.items())
    effort = efforts.effort_of(set_id, unit, code, level, max(0.0, gained))
    return Step(set_id, unit, code, level, changes, effort, gains)


def _change(inputs: Inputs, row: int, column: int, new: float) -> Change:
    place = inputs.compiled.columns[column]
    old, later = inputs.value(row, column), decode(place, new)
    return Change(
        place.key,
        old.isoformat() if isinstance(old, dt.date) else old,
        later.isoformat() if isinstance(later, dt.date) else later,
    )


def open_steps(base: Base, efforts: EffortTable) -> tuple[Step, ...]:
    """Every open step with its effort and what it moves, in the order of sets, units, criteria and levels.

    The province's own typed figures come last. A step that moves no component forward is left out, also where the
    component is full already.
    """
    result: list[Step] = []
    sets = {**base.sources, base.province_id: Scored(base.province, base.book)}
    for set_id, scored in sets.items():
        everyone = np.ones(len(scored.inputs.units), bool)
        reference = base.references.get(set_id, everyone)
        result.extend(_set_steps(base, set_id, scored, reference, efforts))
    return tuple(result)
