"""The next step: the smallest change of an input that gains points, and the change that gains them all.

A gain counts when it moves the published total, that is by at least one unit of the set's rank precision (two
decimals without one). Every step is worked out from the rule and then scored again by the rule itself, so that what
is promised is what the engine gives.
"""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from criteria.model import BandSteps, BestRelative, Choice, Count, Deadline, Judged, MinMax, Ratio, YesNo
from scoring.compiled import InputKind, Leaf
from scoring.engine import CellState, Leaves, ScoreBook, evaluate, leaf_fractions, total_of
from scoring.inputs import Inputs, decode
from scoring.rules import compares_units

DEFAULT_DECIMALS = 2

FRACTION_TOLERANCE = 1e-12
"""A fraction written in decimals may miss a sum of others by this much in binary; far less than a grid step."""


@dataclass(frozen=True)
class Change:
    """One input taken from one value to another (a number, an option, yes / no)."""

    key: str
    old: float | str | None
    new: float | str

    @property
    def amount(self) -> float | None:
        """How much is added (negative: taken away); None for options and yes / no."""
        return self.new - self.old if isinstance(self.new, int | float) and isinstance(self.old, int | float) else None


@dataclass(frozen=True)
class NextStep:
    """Changes of inputs of one criterion and what they gain, in grid steps.

    kind: `change` when inputs are there, `supply` when the figure is missing and the gain is the most it may bring.
    gain: points of the criterion. total_gain: points of the unit's TOTAL after conversion, caps and clamp.
    """

    kind: Literal["change", "supply"]
    changes: tuple[Change, ...]
    gain: float
    total_gain: float
    reaches_full: bool


def _whole_step(start: float, goal: float, *, up: bool) -> float:
    """The goal itself, or start plus the whole steps that reach it (dossiers come in ones) when start is whole."""
    if not float(start).is_integer():
        return goal
    count = math.ceil(goal - start - 1e-9) if up else math.ceil(start - goal - 1e-9)
    return start + count if up else start - count


def _targets(leaf: Leaf, a: float, b: float, wanted: float, spread: tuple[float, float]) -> Iterator[float]:
    """Values of input a that bring the leaf to at least the wanted fraction, nearest first.

    spread: lowest and highest value of the other units of the reference list, for relative rules.
    """
    most = b if isinstance(leaf.rule, Ratio | BandSteps) and leaf.b >= 0 and leaf.rule.over == "refuse" else math.inf
    match leaf.rule:
        case Ratio(direction="down"):
            goal = _whole_step(min(a, b), (1 - wanted) * b, up=False)
            yield from (max(0.0, goal), max(0.0, goal - 1))
        case Ratio(full_at=full_at):
            goal = _whole_step(a, min(most, wanted * full_at * b), up=True)
            yield from (min(most, goal), min(most, goal + 1))
        case BandSteps():
            higher = [s for s in reversed(leaf.rule.steps) if s.fraction >= wanted - FRACTION_TOLERANCE]
            for step in higher:
                if step.reached * b <= most:
                    yield min(most, _whole_step(a, step.reached * b, up=True))
        case Count(full_at=full_at):
            yield _whole_step(a, wanted * full_at, up=True)
            yield _whole_step(a, wanted * full_at, up=True) + 1
        case Choice(options=options):
            better = sorted((f, i) for i, f in enumerate(options.values()) if f >= wanted - FRACTION_TOLERANCE)
            yield from (float(i) for _f, i in better)
        case YesNo():
            yield 1.0
        case BestRelative():
            yield _whole_step(a, wanted * spread[1], up=True)
        case MinMax():
            lo, hi = leaf.rule.goalposts or spread
            goal = hi - wanted * (hi - lo) if leaf.rule.direction == "down" else lo + wanted * (hi - lo)
            yield _whole_step(a, goal, up=leaf.rule.direction == "up")
        case Deadline() | Judged():
            return


@dataclass(frozen=True)
class _Trial:
    """Columns of one criterion set to other values."""

    criterion: int
    values: tuple[tuple[int, float], ...]


def _needed(book: ScoreBook, unit: int) -> NDArray[np.float64]:
    """(criteria,) fraction of each criterion that moves the TOTAL by one unit of its precision."""
    decimals = book.criteria_set.rank_precision
    precision = 10.0 ** -(DEFAULT_DECIMALS if decimals is None else decimals)
    conversion = np.where(book.compiled.of_kind("scored"), book.total_maxima[unit] / book.compiled.scale, 1.0)
    full = np.abs(book.compiled.max_points)
    return np.divide(precision * conversion, full, out=np.ones_like(full), where=full > 0)


def _spread(inputs: Inputs, unit: int, leaf: Leaf, reference: NDArray[np.bool_]) -> tuple[float, float]:
    """Lowest and highest value of the others: where the unit itself is the lowest, the lowest moves with it."""
    takes_part = reference & inputs.given[:, leaf.a] & ~inputs.not_applicable[:, leaf.criterion]
    takes_part[unit] = False
    values = inputs.values[takes_part, leaf.a]
    return (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)


def _trial_points(
    inputs: Inputs, unit: int, trials: Sequence[_Trial], reference: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(trials,) points of each trial's criterion, scored by the engine.

    Trials on rules that stand alone are scored together, as further rows; a relative rule is scored with the unit put
    back among the others, because its own value may be the best or the lowest.
    """
    compiled = inputs.compiled
    relative = {leaf.criterion for leaf in compiled.leaves if compares_units(leaf)}
    result = np.zeros(len(trials))
    alone = [i for i, trial in enumerate(trials) if trial.criterion not in relative]
    values, given = (
        np.repeat(inputs.values[[unit]], len(alone), axis=0),
        np.repeat(inputs.given[[unit]], len(alone), axis=0),
    )
    for row, i in enumerate(alone):
        for column, value in trials[i].values:
            values[row, column], given[row, column] = value, True
    na = np.zeros((len(alone), len(compiled.codes)), bool)
    rows = Inputs(compiled, ("",) * len(alone), values, given, na, inputs.not_due)
    fractions = evaluate(rows)
    chosen = [trials[i].criterion for i in alone]
    result[alone] = np.rint(fractions.value[np.arange(len(alone)), chosen] * compiled.max_steps[chosen])
    for i in set(range(len(trials))) - set(alone):
        values, given = inputs.values.copy(), inputs.given.copy()
        for column, value in trials[i].values:
            values[unit, column], given[unit, column] = value, True
        among = Inputs(compiled, inputs.units, values, given, inputs.not_applicable, inputs.not_due)
        c = trials[i].criterion
        result[i] = np.rint(evaluate(among, reference).value[unit, c] * compiled.max_steps[c])
    return result


def _total_gains(
    book: ScoreBook, unit: int, criteria: Sequence[int], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(trials,) what the TOTAL gains when one criterion has so many points instead of its own, in grid steps."""
    rows = np.repeat(book.points[[unit]], len(criteria), axis=0)
    rows[np.arange(len(criteria)), list(criteria)] = points
    return total_of(book.compiled, rows, np.broadcast_to(book.maxima[unit], rows.shape)) - book.total[unit]


def _open_leaves(
    book: ScoreBook, inputs: Inputs, unit: int, criteria: Iterable[int], leaves: Leaves
) -> Iterator[tuple[Leaf, float, float]]:
    """Leaves of scored criteria that may still gain, with their fraction and the lowest value of input b."""
    value, known = leaves
    for i in (i for c in criteria for i in book.compiled.leaves_of[c]):
        leaf = book.compiled.leaves[i]
        scored = book.state[unit, leaf.criterion] == CellState.SCORED
        counts = (
            book.compiled.max_points[leaf.criterion] > 0
            and book.compiled.kinds[book.compiled.group[leaf.criterion]] != "unscored"
        )
        readable = known[unit, i] or isinstance(leaf.rule, YesNo)
        if scored and counts and readable and value[unit, i] < 1:
            yield leaf, float(value[unit, i]), float(inputs.values[unit, leaf.b]) if leaf.b >= 0 else 1.0


def _change(inputs: Inputs, unit: int, column: int, value: float) -> Change:
    place = inputs.compiled.columns[column]
    old, new = inputs.value(unit, column), decode(place, value)
    return Change(
        place.key,
        old.isoformat() if isinstance(old, dt.date) else old,
        new.isoformat() if isinstance(new, dt.date) else new,
    )


@dataclass(frozen=True)
class CriterionSteps:
    """What may be done on one criterion: the smallest step that gains, and the step to full marks; None where none is known."""

    smallest: NextStep | None
    full: NextStep | None


def next_steps(
    book: ScoreBook,
    inputs: Inputs,
    unit: int,
    reference: NDArray[np.bool_] | None = None,
    criteria: Sequence[int] | None = None,
    leaves: Leaves | None = None,
) -> tuple[CriterionSteps, ...]:
    """Steps of one unit, one entry per criterion in set order.

    unit: row of the unit. reference: (units,) as given to the engine. criteria: numbers of those wanted, in their order;
    all of them without it. leaves: as the engine gives them for these inputs, where they are at hand. Penalties,
    deadlines that have passed and judged criteria have no step; what is not applicable or not yet due neither.
    """
    reference = np.ones(len(inputs.units), bool) if reference is None else reference
    known = leaf_fractions(inputs, slice(None), reference) if leaves is None else leaves
    needed = _needed(book, unit)
    chosen = range(len(book.compiled.codes)) if criteria is None else criteria
    small: dict[int, list[_Trial]] = {}
    full: dict[int, dict[int, float]] = {}
    closed: set[int] = set()
    for leaf, fraction, b in _open_leaves(book, inputs, unit, chosen, known):
        c, a = leaf.criterion, float(inputs.values[unit, leaf.a])
        spread = _spread(inputs, unit, leaf, reference) if compares_units(leaf) else (0.0, 0.0)
        wanted = min(1.0, fraction + needed[c] / leaf.share) if leaf.share else 1.0
        for target in _targets(leaf, a, b, wanted, spread):
            small.setdefault(c, []).append(_Trial(c, ((leaf.a, target),)))
        last = next(iter(_targets(leaf, a, b, 1.0, spread)), None)
        if last is None:
            closed.add(c)
        else:
            full.setdefault(c, {})[leaf.a] = last
    trials = [t for c in small for t in small[c]]
    trials += [_Trial(c, tuple(values.items())) for c, values in full.items()]
    steps: dict[int, CriterionSteps] = {}
    if trials:
        points = _trial_points(inputs, unit, trials, reference)
        gains = _total_gains(book, unit, [t.criterion for t in trials], points)
        found: dict[int, list[tuple[_Trial, float, float]]] = {}
        for trial, after, gain in zip(trials, points, gains, strict=True):
            found.setdefault(trial.criterion, []).append(
                (trial, float(after - book.points[unit, trial.criterion]), float(gain))
            )
        for c, options in found.items():
            steps[c] = _best(book, inputs, unit, c, options, needed[c], complete=c not in closed)
    return tuple(steps.get(c) or _supply(book, unit, c) for c in chosen)


def _best(
    book: ScoreBook,
    inputs: Inputs,
    unit: int,
    criterion: int,
    options: list[tuple[_Trial, float, float]],
    needed: float,
    *,
    complete: bool,
) -> CriterionSteps:
    """The smallest trial that gains enough (the last one goes to full), and the last one."""
    top = float(book.compiled.maxima[criterion])

    def step(option: tuple[_Trial, float, float]) -> NextStep:
        trial, gain, total = option
        changes = tuple(_change(inputs, unit, column, value) for column, value in trial.values)
        return NextStep("change", changes, gain, total, bool(book.points[unit, criterion] + gain >= top))

    last = options[-1]
    enough = [o for o in options if o[1] >= needed * top * (1 - 1e-9)] or [o for o in options if o[1] > 0]
    smallest = min(enough, key=lambda o: (len(o[0].values), _size(inputs, unit, o[0]))) if enough else None
    return CriterionSteps(step(smallest) if smallest else None, step(last) if complete and last[1] > 0 else None)


def _size(inputs: Inputs, unit: int, trial: _Trial) -> float:
    """How far the inputs move; another option is one move, wherever it stands in its list."""
    return sum(
        1.0 if inputs.compiled.columns[column].kind is InputKind.OPTION else abs(value - inputs.values[unit, column])
        for column, value in trial.values
    )


def _supply(book: ScoreBook, unit: int, criterion: int) -> CriterionSteps:
    top = float(book.compiled.maxima[criterion])
    if book.state[unit, criterion] != CellState.MISSING or top <= 0:
        return CriterionSteps(None, None)
    gain = float(_total_gains(book, unit, [criterion], np.array([top]))[0])
    step = NextStep("supply", (), top, gain, True)
    return CriterionSteps(step, step)
