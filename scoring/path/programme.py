"""The integer programme: what the dynamic programme cannot say (capacities, ceilings, projects, plans to leave out).

Variables: one binary per step, the points of each component, one binary per stair of a staircase and per line that
begins flat, one binary per project that spans several unit-criteria. The wish and the stairs are relaxed by far less than a
published digit, so that no plan that holds exactly is lost; the caller checks every answer exactly and cuts off what fails.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from scoring.path.components import Line, Shape

ROOM = 1e-5
"""Points by which a wish is relaxed, and share by which a stair is: more than the solver's own tolerance of 1e-6 (it
drops what is smaller, and a plan that holds to the last case would be lost), far less than a published digit."""
HALF = 0.5
INFEASIBLE = 2


@dataclass(frozen=True)
class Row:
    """low <= sum of coefficient x variable <= high."""

    variables: NDArray[np.intp]
    coefficients: NDArray[np.float64]
    low: float = -np.inf
    high: float = np.inf


@dataclass(frozen=True)
class Summed:
    """A component: the steps that move it and how far, its shape, its points now and at most. In points, not grid steps."""

    steps: NDArray[np.intp]
    gains: NDArray[np.float64]
    shape: Shape
    start: float
    maximum: float


def count_row(steps: Iterable[int], low: float = -np.inf, high: float = np.inf) -> Row:
    """A row on how many of these steps are taken."""
    variables = np.array(sorted(steps), np.intp)
    return Row(variables, np.ones(len(variables)), low, high)


@dataclass(frozen=True)
class Programme:
    """Steps with their efforts (whole numbers), at most one per group, the components they move, further rows.

    groups: (steps,) number of the group. projects: steps of each project; at most `most_projects` of them are touched.
    rows: capacities, ceilings, cuts.
    """

    efforts: NDArray[np.float64]
    groups: NDArray[np.intp]
    components: tuple[Summed, ...]
    projects: tuple[NDArray[np.intp], ...] = ()
    most_projects: int | None = None
    rows: tuple[Row, ...] = field(default=())

    def with_rows(self, rows: Sequence[Row]) -> "Programme":
        """The same programme with further rows."""
        return replace(self, rows=(*self.rows, *rows))

    def least_effort(self, points: float) -> NDArray[np.intp] | None:
        """Steps of the plan with the least effort whose components add up to at least so many points; None when there
        is none."""
        model = _Model(self)
        model.add(Row(model.points, np.ones(len(model.points)), low=points - ROOM))
        costs = np.zeros(model.count)
        costs[: len(self.efforts)] = self.efforts
        found = model.solve(costs)
        return None if found is None else found.steps

    def most_points(self) -> tuple[NDArray[np.intp], float] | None:
        """Steps of the plan with the most points and those points as the solver sees them, of all components together;
        None when the rows allow none."""
        model = _Model(self)
        costs = np.zeros(model.count)
        # The solver stops at an absolute gap of 1e-6; a thousandfold objective makes that less than a grid step.
        costs[model.points] = -1000.0
        found = model.solve(costs)
        return None if found is None else (found.steps, found.points)


@dataclass(frozen=True)
class _Found:
    """Steps that are taken, and the points of all components as the solver sees them."""

    steps: NDArray[np.intp]
    points: float


class _Model:
    """Rows and variables as the solver wants them."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.steps = len(programme.efforts)
        self.upper: list[float] = [1.0] * self.steps
        self.binary: list[int] = [1] * self.steps
        self._rows: list[Row] = list(programme.rows)
        self._at_most_one_step_per_group()
        self.points = np.array([self._component(c) for c in programme.components], np.intp)
        if programme.most_projects is not None:
            self._projects(programme.most_projects)

    @property
    def count(self) -> int:
        """Variables so far."""
        return len(self.upper)

    def add(self, row: Row) -> None:
        """One more row."""
        self._rows.append(row)

    def _variable(self, upper: float, *, binary: bool) -> int:
        self.upper.append(upper)
        self.binary.append(int(binary))
        return self.count - 1

    def _at_most_one_step_per_group(self) -> None:
        order = np.argsort(self.programme.groups, kind="stable")
        starts = np.flatnonzero(np.diff(self.programme.groups[order])) + 1
        self._rows.extend(Row(own, np.ones(len(own)), high=1.0) for own in np.split(order, starts) if len(own) > 1)

    def _component(self, component: Summed) -> int:
        """Adds a component; returns the variable that holds its points."""
        y = self._variable(component.maximum, binary=False)
        if isinstance(component.shape, Line):
            self._line(y, component, component.shape)
        else:
            self._staircase(y, component, component.shape.stairs)
        return y

    def _line(self, y: int, component: Summed, line: Line) -> None:
        variables, coefficients = [y, *component.steps], [1.0, *(-line.slope * component.gains)]
        if line.flat_until > 0:
            z = self._variable(1.0, binary=True)
            rise = component.maximum - component.start
            self.add(Row(np.array([y, z]), np.array([1.0, -rise]), high=component.start))
            variables, coefficients = [*variables, z], [*coefficients, line.slope * line.flat_until]
        self.add(Row(np.array(variables), np.array(coefficients), high=line.start))

    def _staircase(self, y: int, component: Summed, stairs: Sequence[tuple[float, float]]) -> None:
        variables, coefficients, below = [y], [1.0], component.start
        for needed, points in stairs:
            z = self._variable(1.0, binary=True)
            reach = np.array([1.0, *(-component.gains / needed)])
            self.add(Row(np.array([z, *component.steps]), reach, high=ROOM))
            variables.append(z)
            coefficients.append(below - points)
            below = points
        self.add(Row(np.array(variables), np.array(coefficients), high=component.start))

    def _projects(self, most: int) -> None:
        """Steps of one group exclude each other, so a project inside one group needs no variable of its own."""
        touched: list[int] = []
        for own in self.programme.projects:
            if len(set(self.programme.groups[own].tolist())) == 1:
                touched.extend(own.tolist())
                continue
            w = self._variable(1.0, binary=True)
            touched.append(w)
            for step in own:
                self.add(Row(np.array([step, w]), np.array([1.0, -1.0]), high=0.0))
        self.add(Row(np.array(touched, np.intp), np.ones(len(touched)), high=most + HALF))

    def solve(self, costs: NDArray[np.float64]) -> _Found | None:
        """Steps that are taken at the least cost; None when the rows allow none. Raises RuntimeError when the solver
        gives up."""
        rows = [row for row in self._rows if len(row.variables)]
        # A row without variables says 0; the solver would not look at it.
        if any(not row.low <= 0 <= row.high for row in self._rows if not len(row.variables)):
            return None
        # scipy declares arrays of bounds as single floats.
        upper: Any = np.array(self.upper)
        found = milp(
            costs,
            integrality=np.array(self.binary),
            bounds=Bounds(0.0, upper),
            constraints=_constraints(rows, self.count) if rows else (),
            options={"mip_rel_gap": 0.0},
        )
        if found.status == INFEASIBLE:
            return None
        if found.status != 0:
            raise RuntimeError(f"the integer programme was given up by the solver: {found.message}")
        return _Found(np.flatnonzero(found.x[: self.steps] > HALF), float(found.x[self.points].sum()))


def _constraints(rows: Sequence[Row], variables: int) -> LinearConstraint:
    coefficients = np.concatenate([row.coefficients for row in rows])
    row_of = np.repeat(np.arange(len(rows)), [len(row.variables) for row in rows])
    column_of = np.concatenate([row.variables for row in rows])
    matrix = coo_array((coefficients, (row_of, column_of)), shape=(len(rows), variables))
    low: Any = np.array([row.low for row in rows])
    high: Any = np.array([row.high for row in rows])
    return LinearConstraint(matrix.tocsr(), low, high)
