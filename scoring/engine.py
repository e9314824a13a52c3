"""The engine: criteria set + inputs -> ScoreBook. Everything else reads what it made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from criteria.model import CriteriaSet
from scoring.compiled import CompiledSet, LeafTable
from scoring.grid import Points, converted, on_grid, rounded
from scoring.inputs import Inputs
from scoring.ranking import Ranks, band_index, competition_rank, rank_bounds
from scoring.rules import RELATIVE, RULES, compares_units

BLOCK_CELLS = 131_072
"""Cells that are worked on at once: they fit the processor's cache, and memory at any number of units."""


class CellState(IntEnum):
    """State of one criterion of one unit."""

    SCORED = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    NOT_DUE = 3
    UNJUDGED = 4
    """A judged criterion before appraisal: it has no points yet, and nobody lacks a figure of it."""
    REQUESTED = 5
    """A criterion without figures that its unit asks to be not applicable: appraisal answers, nobody lacks a figure."""


AWAITING = (CellState.UNJUDGED, CellState.REQUESTED)
"""What gets points only at appraisal, before it: nobody lacks a figure of it."""


@dataclass(frozen=True)
class Fractions:
    """What the rules gave: (units, criteria) fraction of the maximum, and whether it is known."""

    value: NDArray[np.float64]
    known: NDArray[np.bool_]


def _leaf_values(
    inputs: Inputs, table: LeafTable, rows: slice, reference: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values, given = inputs.values[rows], inputs.given[rows]
    a, known = values[:, table.of_a], given[:, table.of_a]
    b = a
    if table.type in ("ratio", "band_ratio"):
        b = values[:, table.of_b]
        known = b > 0 if given.all() else known & given[:, table.of_b] & (b > 0)
    takes_part = known
    if table.type in RELATIVE:
        criterion = [leaf.criterion for leaf in table.leaves]
        takes_part = known & reference[rows, None] & ~inputs.not_applicable[rows][:, criterion]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = RULES[table.type](a, b, table, takes_part)
    return value if known.all() else np.where(known, value, 0.0), known


Leaves = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""(units, leaves) fractions of the indivisible rules, 0 where not known, and whether they are known."""


def leaf_fractions(inputs: Inputs, rows: slice, reference: NDArray[np.bool_]) -> Leaves:
    """Fractions (units in rows, leaves) of the indivisible rules, 0 where not known, and whether they are known."""
    tables = inputs.compiled.tables
    if len(tables) == 1:
        return _leaf_values(inputs, tables[0], rows, reference)
    value = np.empty((len(inputs.values[rows]), len(inputs.compiled.leaves)))
    known = np.empty(value.shape, bool)
    for table in tables:
        value[:, table.own], known[:, table.own] = _leaf_values(inputs, table, rows, reference)
    return value, known


def combine_leaves(compiled: CompiledSet, value: NDArray[np.float64], known: NDArray[np.bool_]) -> Fractions:
    """Criteria from their leaves: (units, leaves) -> (units, criteria).

    Once any item or part of a criterion is known the others count as none; none known is missing.
    The leaves of a criterion are added in their order, so that the sum does not depend on anything else.
    """
    if len(compiled.leaves) == len(compiled.codes) and (compiled.leaf_share == 1.0).all():
        total = value + 0.0  # as adding to 0 does: no negative zero
        return Fractions(np.minimum(total, 1.0, out=total), known)
    total = np.zeros((len(value), len(compiled.codes)))
    any_known = np.zeros(total.shape, bool)
    for chosen, own in compiled.leaf_rounds:
        total[:, own] += value[:, chosen] * compiled.leaf_share[chosen]
        any_known[:, own] |= known[:, chosen]
    return Fractions(np.minimum(total, 1.0, out=total), any_known)


def evaluate(inputs: Inputs, reference: NDArray[np.bool_] | None = None) -> Fractions:
    """Fractions of all criteria for all units.

    reference: (units,) who stands in the set's reference list, for relative rules; all units without it.
    """
    compiled, units = inputs.compiled, len(inputs.units)
    reference = np.ones(units, bool) if reference is None else reference
    relative = any(table.type in RELATIVE for table in compiled.tables)
    block = units if relative else max(1, BLOCK_CELLS // max(1, len(compiled.columns)))
    value = np.empty((units, len(compiled.codes)))
    known = np.empty(value.shape, bool)
    for start in range(0, units, max(block, 1)):
        rows = slice(start, start + block)
        part = combine_leaves(compiled, *leaf_fractions(inputs, rows, reference))
        value[rows], known[rows] = part.value, part.known
    return Fractions(value, known)


@dataclass(frozen=True)
class _Marks:
    """(units, criteria) points on the grid and the maxima that count; one row of maxima if all have the same."""

    points: Points
    maxima: Points
    missing: NDArray[np.bool_]

    def all_maxima(self) -> Points:
        """(units, criteria) the maxima that count, one row per unit."""
        return np.array(np.broadcast_to(self.maxima, self.points.shape))


def _marks(
    compiled: CompiledSet, fractions: Fractions, not_applicable: NDArray[np.bool_], not_due: NDArray[np.bool_]
) -> _Marks:
    points = np.rint(fractions.value * compiled.max_steps)
    if fractions.known.all() and not not_applicable.any() and not not_due.any():
        return _Marks(points, compiled.maxima[None], ~fractions.known)
    counted = ~not_due & ~not_applicable
    points = np.where(fractions.known & counted, points, 0.0)
    missing = ~fractions.known & counted
    treatment = compiled.criteria_set.not_applicable
    if treatment != "rescale":
        scored = compiled.of_kind("scored") & ~not_due
        if treatment == "full":
            points = np.where(not_applicable & scored, compiled.maxima, points)
        counted = counted | (not_applicable & scored)
    return _Marks(points, np.where(counted, compiled.maxima, 0.0), missing)


def adjustment_totals(compiled: CompiledSet, points: Points) -> Points:
    """(units, groups) points of the adjustment groups, bonus and penalty each cut at its cap; 0 for other groups."""
    result = np.zeros((len(points), len(compiled.kinds)))
    for g, group in enumerate(compiled.criteria_set.groups):
        if group.kind != "adjustment":
            continue
        own = points[:, compiled.group == g]
        bonus, penalty = np.maximum(own, 0).sum(axis=1), np.minimum(own, 0).sum(axis=1)
        if group.cap is not None and group.cap.bonus is not None:
            bonus = np.minimum(bonus, on_grid(group.cap.bonus))
        if group.cap is not None and group.cap.penalty is not None:
            penalty = np.maximum(penalty, -on_grid(group.cap.penalty))
        result[:, g] = bonus + penalty
    return result


def total_of(compiled: CompiledSet, points: Points, maxima: Points) -> Points:
    """(units,) converted totals with adjustments, within [0, scale]; NaN where nothing is applicable.

    points, maxima: (units, criteria) on the grid; one row of maxima may stand for all units.
    Source: scoring contract, Arithmetic.
    """
    scored = compiled.of_kind("scored").astype(float)
    total = converted(points @ scored, maxima @ scored, compiled.scale)
    if "adjustment" in compiled.kinds:
        total = np.clip(total + adjustment_totals(compiled, points).sum(axis=1), 0.0, compiled.scale)
    return total


def totals_of_fractions(compiled: CompiledSet, fractions: NDArray[np.float64]) -> Points:
    """(units,) totals when every criterion is applicable and its fraction is given; works in blocks of units.

    fractions: (units, criteria) in [0, 1].
    """
    units, criteria = fractions.shape
    block = max(1, BLOCK_CELLS // max(1, criteria))
    steps = compiled.max_steps
    scored = compiled.of_kind("scored").astype(float)
    top = float(compiled.maxima @ scored)
    adjusted = "adjustment" in compiled.kinds
    buffer = np.empty((min(block, units), criteria))
    result = np.empty(units)
    for start in range(0, units, block):
        rows = fractions[start : start + block]
        points = buffer[: len(rows)]
        np.rint(np.multiply(rows, steps, out=points), out=points)
        if adjusted:
            result[start : start + block] = total_of(compiled, points, compiled.maxima[None])
        else:
            np.matmul(points, scored, out=result[start : start + block])
    return result if adjusted or top == compiled.scale else converted(result, np.full(units, top), compiled.scale)


def totals(inputs: Inputs, reference: NDArray[np.bool_] | None = None) -> Points:
    """(units,) totals alone, without keeping cells; for many units."""
    compiled, units = inputs.compiled, len(inputs.units)
    if any(table.type in RELATIVE for table in compiled.tables):
        return score(inputs, reference).total
    everyone = np.ones(units, bool)
    block = max(1, BLOCK_CELLS // max(1, len(compiled.columns)))
    result = np.empty(units)
    for start in range(0, units, block):
        rows = slice(start, start + block)
        fractions = combine_leaves(compiled, *leaf_fractions(inputs, rows, everyone))
        marks = _marks(compiled, fractions, inputs.not_applicable[rows], inputs.not_due)
        result[rows] = total_of(compiled, marks.points, marks.maxima)
    return result


@dataclass(frozen=True)
class ScoreBook:
    """Scores of units on one criteria set, made by the engine only. Immutable. All points are on the grid.

    fraction: (units, criteria) of the maximum. state: (units, criteria) CellState. points: (units, criteria).
    maxima: (units, criteria) maxima that count. low, high: (units, criteria) least and most points that each cell may
    still get; equal to points where nothing is open.
    """

    compiled: CompiledSet
    units: tuple[str, ...]
    fraction: NDArray[np.float64]
    state: NDArray[np.uint8]
    points: Points
    maxima: Points
    low: Points
    high: Points

    def __post_init__(self) -> None:
        for array in (self.fraction, self.state, self.points, self.maxima, self.low, self.high):
            array.flags.writeable = False

    @property
    def criteria_set(self) -> CriteriaSet:
        """The set that was applied."""
        return self.compiled.criteria_set

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of each unit."""
        return {unit: i for i, unit in enumerate(self.units)}

    @cached_property
    def group_points(self) -> Points:
        """(units, groups) sums of points; adjustment groups cut at their caps."""
        sums = self.points @ self.compiled.members
        adjustment = np.array([k == "adjustment" for k in self.compiled.kinds])
        return np.where(adjustment, adjustment_totals(self.compiled, self.points), sums)

    @cached_property
    def group_maxima(self) -> Points:
        """(units, groups) applicable maxima."""
        return self.maxima @ self.compiled.members

    @cached_property
    def group_full(self) -> Points:
        """(groups,) maxima of the groups with everything applicable."""
        return self.compiled.maxima @ self.compiled.members

    @cached_property
    def group_converted(self) -> Points:
        """(units, groups) points / applicable maximum x maximum of the group; NaN where nothing is applicable or the
        group is not scored."""
        values = converted(self.group_points, np.maximum(self.group_maxima, 0), np.maximum(self.group_full, 0))
        return np.where([k == "scored" for k in self.compiled.kinds], values, np.nan)

    @cached_property
    def group_complete(self) -> NDArray[np.bool_]:
        """(units, groups) whether nothing applicable is missing and something is applicable."""
        missing = (self.state == CellState.MISSING) @ self.compiled.members
        counted = np.isin(self.state, (CellState.SCORED, CellState.MISSING)) @ self.compiled.members
        return (missing == 0) & ((counted > 0) | (self.group_maxima > 0))

    @cached_property
    def total_points(self) -> Points:
        """(units,) sum of points of the scored groups."""
        return self.points @ self.compiled.of_kind("scored").astype(float)

    @cached_property
    def total_maxima(self) -> Points:
        """(units,) applicable maximum of the scored groups."""
        return self.maxima @ self.compiled.of_kind("scored").astype(float)

    @cached_property
    def base(self) -> Points:
        """(units,) converted total before adjustments; NaN where nothing is applicable."""
        return converted(self.total_points, self.total_maxima, self.compiled.scale)

    @cached_property
    def total(self) -> Points:
        """(units,) converted total with adjustments, within [0, scale]; NaN where nothing is applicable."""
        return total_of(self.compiled, self.points, self.maxima)

    @cached_property
    def deciding_total(self) -> Points:
        """(units,) the total on which ranks and bands are decided: rounded to the set's rank precision."""
        return rounded(self.total, self.criteria_set.rank_precision)

    @cached_property
    def complete(self) -> NDArray[np.bool_]:
        """(units,) whether no applicable scored criterion is missing (and some criterion is applicable)."""
        scored = self.compiled.of_kind("scored")
        return ~(self.state[:, scored] == CellState.MISSING).any(axis=1) & ~np.isnan(self.total)

    @cached_property
    def contribution(self) -> NDArray[np.float64]:
        """(units, criteria) points of the TOTAL that each scored criterion brings, in grid steps not rounded; they add
        up to the total before adjustments. 0 for criteria that are not scored."""
        share = np.divide(
            self.points,
            self.total_maxima[:, None],
            out=np.zeros_like(self.points),
            where=self.total_maxima[:, None] > 0,
        )
        return share * self.compiled.of_kind("scored") * self.compiled.scale

    @cached_property
    def band(self) -> NDArray[np.int64]:
        """(units,) index of each unit's band in the set, -1 for none."""
        return band_index(self.deciding_total, [float(on_grid(b.reached)) for b in self.criteria_set.bands])

    def ranks(self, rows: NDArray[np.intp] | Sequence[int]) -> Ranks:
        """Ranks by total of the units in these rows among each other; 0 for a unit without a score."""
        return competition_rank(self.deciding_total[np.asarray(rows, np.intp)])

    def group_ranks(self, rows: NDArray[np.intp] | Sequence[int]) -> Ranks:
        """(units in rows, groups) ranks by converted group score among each other; 0 where there is none."""
        values = rounded(self.group_converted[np.asarray(rows, np.intp)], self.criteria_set.rank_precision)
        return np.stack([competition_rank(values[:, g]) for g in range(values.shape[1])], axis=1)

    @cached_property
    def total_bounds(self) -> tuple[Points, Points]:
        """(units,) lowest and highest total that each unit may still reach while cells are missing."""
        return total_of(self.compiled, self.low, self.maxima), total_of(self.compiled, self.high, self.maxima)

    def rank_bounds(self, rows: NDArray[np.intp] | Sequence[int]) -> tuple[Ranks, Ranks]:
        """Best and worst possible ranks of the units in these rows among each other while cells are missing."""
        index = np.asarray(rows, np.intp)
        low, high = (rounded(bound[index], self.criteria_set.rank_precision) for bound in self.total_bounds)
        return rank_bounds(low, high)


def _open_cells(
    inputs: Inputs, fractions: Fractions, marks: _Marks, reference: NDArray[np.bool_], open_cell: NDArray[np.bool_]
) -> tuple[Points, Points]:
    """Least and most points each cell may get once what is missing is known.

    open_cell: (units, criteria) what is missing and may still come. Such a cell may get anything up to its maximum. A relative rule whose reference list still misses values may
    move too: the best value can only rise, and the range of a min_max can move at both ends.
    A missing adjustment counts as nothing, as the contract says.
    """
    compiled = inputs.compiled
    unsettled: NDArray[np.bool_] = np.any(open_cell & reference[:, None], axis=0)
    open_cell = open_cell & compiled.of_kind("scored")
    low, high = np.where(open_cell, 0.0, marks.points), np.where(open_cell, compiled.maxima, marks.points)
    for table in compiled.tables:
        if table.type not in RELATIVE:
            continue
        value, known = _leaf_values(inputs, table, slice(None), reference)
        for j, leaf in enumerate(table.leaves):
            c = leaf.criterion
            moving = known[:, j] & ~open_cell[:, c] & (marks.maxima[:, c] != 0) & fractions.known[:, c]
            if not unsettled[c] or not compares_units(leaf) or not moving.any():
                continue
            share = leaf.share * compiled.maxima[c]
            low[:, c] = np.where(moving, np.rint(marks.points[:, c] - share * value[:, j]), low[:, c])
            if table.type == "min_max":
                high[:, c] = np.where(moving, np.rint(marks.points[:, c] + share * (1 - value[:, j])), high[:, c])
    return low, high


def score_fractions(
    compiled: CompiledSet,
    units: Sequence[str],
    fractions: Fractions,
    not_applicable: NDArray[np.bool_] | None = None,
    not_due: NDArray[np.bool_] | None = None,
) -> ScoreBook:
    """The ScoreBook of fractions that are already there (redrawn, imported), by the same arithmetic as score."""
    shape = fractions.value.shape
    na = np.zeros(shape, bool) if not_applicable is None else not_applicable
    due = np.zeros(shape[1], bool) if not_due is None else not_due
    marks = _marks(compiled, fractions, na, due)
    scored = compiled.of_kind("scored")
    open_cell = marks.missing & scored
    return ScoreBook(
        compiled,
        tuple(units),
        np.array(fractions.value),
        _states(fractions, na, due),
        marks.points,
        marks.all_maxima(),
        np.where(open_cell, 0.0, marks.points),
        np.where(open_cell, compiled.maxima, marks.points),
    )


def _states(fractions: Fractions, not_applicable: NDArray[np.bool_], not_due: NDArray[np.bool_]) -> NDArray[np.uint8]:
    state = np.where(fractions.known, CellState.SCORED, CellState.MISSING)
    state = np.where(not_due, CellState.NOT_DUE, state)
    return np.where(not_applicable, CellState.NOT_APPLICABLE, state).astype(np.uint8)


def score(
    inputs: Inputs,
    reference: NDArray[np.bool_] | None = None,
    decided: NDArray[np.bool_] | None = None,
    *,
    closed: NDArray[np.bool_] | None = None,
    before_appraisal: bool = False,
    requested: NDArray[np.bool_] | None = None,
) -> ScoreBook:
    """Scores of all units in the inputs.

    reference: (units,) who stands in the set's reference list, for relative rules; all units without it. decided:
    (units, criteria) cells that an appraiser has ruled on: without figures they are not missing, they earned nothing.
    closed: (units,) of whom nothing more will come, so that what they miss moves no rank. before_appraisal: whether the
    inputs are what units report: a judged criterion, which only appraisal can give points, is then UNJUDGED, not missing.
    requested: (units, criteria) what units ask to be not applicable and nobody has decided on: without figures it is
    REQUESTED, not missing, and keeps its maximum.
    The result does not depend on the order of units or on how many are scored together, relative rules aside.
    Source: scoring contract, Arithmetic.
    """
    everyone = np.ones(len(inputs.units), bool) if reference is None else reference
    fractions = evaluate(inputs, everyone)
    if decided is not None:
        fractions = Fractions(fractions.value, fractions.known | decided)
    compiled = inputs.compiled
    marks = _marks(compiled, fractions, inputs.not_applicable, inputs.not_due)
    states = _states(fractions, inputs.not_applicable, inputs.not_due)
    if before_appraisal:
        states[(states == CellState.MISSING) & compiled.judged] = CellState.UNJUDGED
    if requested is not None:
        states[(states == CellState.MISSING) & requested] = CellState.REQUESTED
    open_cell = states == CellState.MISSING
    if closed is not None:
        open_cell &= ~closed[:, None]
    low, high = _open_cells(inputs, fractions, marks, everyone, open_cell)
    return ScoreBook(
        compiled,
        inputs.units,
        fractions.value,
        states,
        marks.points,
        marks.all_maxima(),
        low,
        high,
    )
