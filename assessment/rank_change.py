"""Why a unit's total and rank moved between two snapshots."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assessment.snapshots import LevelSnapshot
from criteria.crosswalk import Crosswalk, crosswalk
from criteria.model import CriteriaSet, Criterion
from data.repositories import UnitRecord
from scoring.crosswalk import carry_over
from scoring.engine import CellState
from scoring.grid import in_points
from scoring.waterfall import Cause, Standing, Waterfall, explain

MOST_MOVED = 5
"""Criteria that are named for a cause."""
LEAST_GAIN = 0.005
"""Points below which a criterion is not named: it would be shown as 0,00."""


@dataclass(frozen=True)
class CauseStep:
    """What one cause adds: points of the total and places won (+) or lost (-); total and rank once it has acted."""

    cause: Cause
    points: float
    places: int
    total: float
    rank: int


@dataclass(frozen=True)
class MovedCriterion:
    """What a criterion adds to the total through the unit's own figures. newly_due: it did not count before."""

    criterion: Criterion
    gain: float
    newly_due: bool


@dataclass(frozen=True)
class RankChange:
    """Why a unit's place moved between two snapshots. Points, not grid steps.

    steps: in their fixed order; they add up to the change. moved: the criteria that the unit's own figures moved
    most. newly_due: how many scored criteria did not count before because they were not due; the share of the others
    in the total shrinks by them. overtook, overtaken_by: units with figures then and now that stood on the other
    side of the unit then. alone_rank: its rank if the others had stood still.
    """

    unit: UnitRecord
    before: str
    after: str
    same_set: bool
    start_total: float
    start_rank: int
    steps: tuple[CauseStep, ...]
    moved: tuple[MovedCriterion, ...]
    newly_due: int
    overtook: tuple[UnitRecord, ...]
    overtaken_by: tuple[UnitRecord, ...]
    alone_rank: int

    @property
    def end_total(self) -> float:
        """The total as it is now."""
        return self.steps[-1].total

    @property
    def end_rank(self) -> int:
        """The rank as it is now."""
        return self.steps[-1].rank


def _reference(units: tuple[UnitRecord, ...], snapshot: LevelSnapshot, criteria_set: CriteriaSet) -> NDArray[np.bool_]:
    """(units,) who stands in a set's reference list as the snapshot has it; everybody without such a list."""
    members = next((set(x.members) for x in snapshot.lists if x.code == criteria_set.reference_list), None)
    return np.array([members is None or u.code in members for u in units], bool)


def _carried(then: LevelSnapshot, now: LevelSnapshot, rows: NDArray[np.intp], table: Crosswalk | None) -> Standing:
    """The old figures under the new set; the same figures where the set is the same."""
    new = now.book.compiled
    if table is None and then.criteria_set == now.criteria_set:
        inputs = replace(then.inputs, compiled=new)
    else:
        inputs = carry_over(then.inputs, new, table or crosswalk(then.criteria_set, now.criteria_set))
    return Standing(inputs, _reference(then.units, then, now.criteria_set), rows)


@dataclass(frozen=True, eq=False)
class ListChange:
    """A ranking list between two snapshots: what the places of all its units are explained from.

    standings: as it was, the same under the new set, as it is; None where there was no such list before.
    """

    then: LevelSnapshot
    now: LevelSnapshot
    members: frozenset[str]
    earlier: frozenset[str]
    standings: tuple[Standing, Standing, Standing] | None


def list_change(then: LevelSnapshot, now: LevelSnapshot, list_code: str, table: Crosswalk | None = None) -> ListChange:
    """A list between two snapshots.

    table: how old figures go into the new set; without it by equal codes and meanings. Raises KeyError for a list that
    the later snapshot does not have.
    """
    chosen = now.list_of(list_code)
    before = next((x for x in then.lists if x.code == list_code), None)
    if before is None:
        return ListChange(then, now, frozenset(chosen.members), frozenset(), None)
    rows = then.rows(before)
    standings = (
        Standing(then.inputs, then.reference, rows),
        _carried(then, now, rows, table),
        Standing(now.inputs, now.reference, now.rows(chosen)),
    )
    return ListChange(then, now, frozenset(chosen.members), frozenset(before.members), standings)


def rank_change(change: ListChange, unit: str) -> RankChange | None:
    """Why the unit's place in the list moved; None where it cannot be said.

    That is where the unit stood in no such list before, had no figures then or now, had no score in between, or its
    code was another unit's. Raises KeyError for a unit that does not stand in the list.
    """
    then, now = change.then, change.now
    if unit not in change.members:
        raise KeyError(unit)
    record = now.units[now.row_of[unit]]
    if change.standings is None or unit not in change.earlier or then.units[then.row_of[unit]].key != record.key:
        return None
    if not (then.reported[then.row_of[unit]] and now.reported[now.row_of[unit]]):
        return None
    waterfall = explain(*change.standings, unit)
    return None if waterfall is None else _told(waterfall, then, now, record)


def _told(waterfall: Waterfall, then: LevelSnapshot, now: LevelSnapshot, record: UnitRecord) -> RankChange:
    states = waterfall.states[1:]
    steps = tuple(
        CauseStep(step.cause, float(in_points(step.points)), step.places, float(in_points(state.total)), state.rank)
        for step, state in zip(waterfall.steps, states, strict=True)
    )
    start, end = waterfall.start, waterfall.end
    alone, _end = waterfall.moved(Cause.RIVALS)
    due = _newly_due(waterfall)
    known = {u.code: u for snapshot in (then, now) for u in snapshot.units}
    both = frozenset.intersection(*map(_reporting, (then, now)))
    return RankChange(
        record,
        then.name,
        now.name,
        then.criteria_set == now.criteria_set,
        float(in_points(waterfall.start.total)),
        waterfall.start.rank,
        steps,
        _moved(waterfall, due),
        int((due & waterfall.end.book.compiled.of_kind("scored")).sum()),
        tuple(known[code] for code in sorted(start.ahead & end.behind & both)),
        tuple(known[code] for code in sorted(start.behind & end.ahead & both)),
        alone.rank,
    )


def _reporting(snapshot: LevelSnapshot) -> frozenset[str]:
    return frozenset(u.code for u, told in zip(snapshot.units, snapshot.reported, strict=True) if told)


def _newly_due(waterfall: Waterfall) -> NDArray[np.bool_]:
    """(criteria,) whether a criterion counts for the unit only since its own new figures."""
    before, after = waterfall.moved(Cause.OWN)
    return (before.book.state[before.row] == CellState.NOT_DUE) & (after.book.state[after.row] != CellState.NOT_DUE)


def _moved(waterfall: Waterfall, due: NDArray[np.bool_]) -> tuple[MovedCriterion, ...]:
    before, after = waterfall.moved(Cause.OWN)
    gains = in_points(after.contribution - before.contribution)
    criteria = after.book.criteria_set.criteria
    order = sorted(range(len(criteria)), key=lambda c: (-abs(gains[c]), c))
    return tuple(
        MovedCriterion(criteria[c], float(gains[c]), bool(due[c]))
        for c in order[:MOST_MOVED]
        if abs(gains[c]) >= LEAST_GAIN
    )
