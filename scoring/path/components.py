"""Provincial components as functions of one figure: how many points the sum of all gains brings.

Points come from the engine's own rule. Beside it stands the shape of that rule, from which the integer programme
draws its rows: a line up to a maximum, or a staircase.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from criteria.model import BandSteps, Count, CriteriaSet, Criterion, Group, MinMax, Ratio, Text
from scoring.compiled import CompiledSet, compile_set
from scoring.engine import evaluate
from scoring.grid import STEPS_PER_POINT
from scoring.inputs import Inputs
from scoring.rollup import RolledUp


@dataclass(frozen=True)
class Line:
    """Points stay at the start until `flat_until` is gained, then rise by `slope` per unit gained, up to the maximum."""

    flat_until: float
    slope: float
    start: float


@dataclass(frozen=True)
class Staircase:
    """Points of each step above the start, with the gain that reaches it; both rising. In grid steps."""

    stairs: tuple[tuple[float, float], ...]


Shape = Line | Staircase


@dataclass(frozen=True)
class Component:
    """One provincial component that steps can move.

    rule: the criterion alone, ready for scoring; None where gains are points already. figure: the summed figure (a,
    or value) as it stands, and base: b. down: whether less is better, so that a gain lowers the figure.
    start_points, maximum: in grid steps.
    """

    code: str
    rule: CompiledSet | None
    figure: float
    base: float
    down: bool
    start_points: int
    maximum: int

    def points(self, gains: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n,) points in grid steps when so much is gained in all, by the engine's rule."""
        if self.rule is None:
            return np.minimum(self.start_points + np.rint(gains).astype(np.int64), self.maximum)
        figures = self.figure - gains if self.down else self.figure + gains
        columns = [figures] if len(self.rule.columns) == 1 else [figures, np.full(len(gains), self.base)]
        values = np.stack(columns, axis=1)
        shape = values.shape
        inputs = Inputs(
            self.rule,
            ("",) * len(gains),
            values,
            np.ones(shape, bool),
            np.zeros((len(gains), 1), bool),
            np.zeros(1, bool),
        )
        return np.rint(evaluate(inputs).value[:, 0] * self.rule.max_steps[0]).astype(np.int64)

    @cached_property
    def shape(self) -> Shape:
        """The rule as a line or a staircase over gains."""
        if self.rule is None:
            return Line(0.0, 1.0, float(self.start_points))
        top = float(self.rule.max_steps[0])
        rule = self.rule.leaves[0].rule
        assert isinstance(rule, Ratio | Count | MinMax | BandSteps)
        if isinstance(rule, BandSteps):
            base = self.base if rule.of == "ratio" else 1.0
            stairs = [(s.reached * base - self.figure, s.fraction * top) for s in reversed(rule.steps)]
            return Staircase(tuple(s for s in stairs if s[1] > self.start_points))
        low, high = _ends(rule, self.base)
        slope = top / abs(high - low)
        gained = low - self.figure if self.down else self.figure - low
        return Line(max(0.0, -gained), slope, max(0.0, gained) * slope)

    @property
    def shape_in_points(self) -> Shape:
        """The shape with points instead of grid steps."""
        match self.shape:
            case Line(flat_until=flat, slope=slope, start=start):
                return Line(flat, slope / STEPS_PER_POINT, start / STEPS_PER_POINT)
            case Staircase(stairs=stairs):
                return Staircase(tuple((gain, points / STEPS_PER_POINT) for gain, points in stairs))

    @cached_property
    def enough(self) -> float:
        """Gain from which more brings nothing."""
        match self.shape:
            case Staircase(stairs=stairs):
                return stairs[-1][0] if stairs else 0.0
            case Line(flat_until=flat, slope=slope, start=start):
                return flat + max(0.0, self.maximum - start) / slope


def _ends(rule: Ratio | Count | MinMax, base: float) -> tuple[float, float]:
    """The figures at which the rule gives nothing and everything."""
    match rule:
        case Ratio(direction="down"):
            return base, 0.0
        case Ratio(full_at=full_at):
            return 0.0, full_at * base
        case Count(full_at=full_at):
            return 0.0, float(full_at)
        case MinMax(goalposts=goalposts, direction=direction):
            assert goalposts is not None
            low, high = goalposts
            return (float(high), float(low)) if direction == "down" else (float(low), float(high))


def rolled_component(rolled: RolledUp, points: int) -> Component | None:
    """The component as a function of its summed figure; None when its rule is none that a sum can move.

    points: what it has now, in grid steps.
    """
    rule = rolled.criterion.rule
    if not isinstance(rule, Ratio | Count | BandSteps | MinMax) or (isinstance(rule, MinMax) and not rule.goalposts):
        return None
    down = isinstance(rule, Ratio | MinMax) and rule.direction == "down"
    figure = rolled.values["a" if "a" in rolled.values else "value"]
    alone = _alone(rolled.criterion)
    maximum = int(alone.maxima[0])
    return Component(rolled.criterion.code, alone, figure, rolled.values.get("b", 1.0), down, points, maximum)


def direct_component(criterion: Criterion, points: int) -> Component:
    """A component typed at provincial level: a step's gain is its points."""
    maximum = round(float(criterion.max_points) * STEPS_PER_POINT)
    return Component(criterion.code, None, 0.0, 1.0, False, points, maximum)


def _alone(criterion: Criterion) -> CompiledSet:
    group = Group(code="G", name=Text(vi="G"), criteria=(criterion,))
    return compile_set(CriteriaSet(id="alone", level="province", year=2024, groups=(group,)))
