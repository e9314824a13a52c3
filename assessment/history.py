"""Years beside each other: a level, one unit, and an earlier year scored by the rules of a later one.

Figures of two periods are on one line only when both were scored by the same criteria set: same id, same version, same
content. How units are followed through merges and renames: assessment/units_in_time.py.
"""

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from assessment.ranking import RankingRow, RankingTable, ranking
from assessment.set_change import RankChanges, UnitChange, rank_changes
from assessment.snapshots import LevelSnapshot, same_rules
from assessment.units_in_time import Change, Stage, Strand, UnitsInTime
from criteria.crosswalk import Lost, Rename, crosswalk
from criteria.model import CriteriaSet, Criterion, input_keys
from data.internal_totals import TotalRecord
from data.lineage import UnitKey
from data.repositories import PeriodRecord, UnitRecord
from scoring.grid import in_points


def month_end(period: PeriodRecord, month: int) -> dt.date:
    """The last day of a month of a period."""
    return dt.date(period.year, month, calendar.monthrange(period.year, month)[1])


@dataclass(frozen=True)
class Place:
    """A unit at the end of a year: its row of the ranking list of that year, among so many units that have a rank."""

    row: RankingRow
    ranked: int

    @property
    def reported(self) -> bool:
        """Whether it has any figure; without one its 0 points say nothing about it."""
        return self.row.reported


@dataclass(frozen=True)
class YearCell:
    """A unit in one year: its own place, or the places of the units that went into it later.

    movement: places won (+) or lost (-) since the year before; None where the rules changed or it was another unit.
    """

    own: Place | None = None
    predecessors: tuple[Place, ...] = ()
    movement: int | None = None


@dataclass(frozen=True)
class UnitYears:
    """One unit of the chosen year through the years. cells: one for each year, the oldest first."""

    unit: UnitRecord
    cells: tuple[YearCell, ...]


@dataclass(frozen=True)
class Year:
    """A period at its last month. breaks: whether it was scored by other rules than the year before it."""

    table: RankingTable
    breaks: bool

    @property
    def snapshot(self) -> LevelSnapshot:
        """The scored level."""
        return self.table.snapshot

    @cached_property
    def by_key(self) -> Mapping[UnitKey, Place]:
        """The place of every unit of the list."""
        ranked = self.table.ranked
        return {r.unit.key: Place(r, ranked) for r in self.table.rows}


@dataclass(frozen=True)
class ListPoint:
    """A ranking list at a month: mean, least and most of the totals of units that have figures."""

    snapshot: LevelSnapshot
    mean: float
    least: float
    most: float


@dataclass(frozen=True)
class LevelHistory:
    """A ranking list through the years, seen from a chosen one. Years and segments: the oldest first; the last year is
    the chosen one.

    segments: the months in runs of the same rules. published: means of the level without inputs. of_all_levels: means of
    several levels, which stand in no line of one. changes: what happened to units of the level between the unit dates of
    the first and the last year.
    """

    list_code: str
    years: tuple[Year, ...]
    rows: tuple[UnitYears, ...]
    segments: tuple[tuple[ListPoint, ...], ...]
    published: tuple[TotalRecord, ...]
    of_all_levels: tuple[TotalRecord, ...]
    changes: tuple[Change, ...]

    @property
    def chosen(self) -> Year:
        """The year from which the others are seen."""
        return self.years[-1]

    @property
    def other_rules(self) -> tuple[Year, ...]:
        """Years that were scored by other rules than the chosen one."""
        now = self.chosen.snapshot.criteria_set
        return tuple(year for year in self.years if not same_rules(year.snapshot.criteria_set, now))


def level_history(
    chosen: PeriodRecord,
    list_code: str,
    snapshots: Sequence[LevelSnapshot],
    units: UnitsInTime,
    totals: Iterable[TotalRecord] = (),
) -> LevelHistory:
    """The list through the years up to the chosen period.

    snapshots: all of one level and of periods that may be compared, the oldest first. Raises KeyError for a list that
    the chosen period does not have, ValueError when it has no snapshot.
    """
    line = [s for s in snapshots if (s.period.year, s.period.id) <= (chosen.year, chosen.id)]
    last = {s.period.id: s for s in line}
    if chosen.id not in last:
        raise ValueError(f"period {chosen.id} has no snapshot among those given")
    last[chosen.id].list_of(list_code)
    years = _years(list(last.values()), list_code)
    level = years[-1].snapshot.level
    means = tuple(t for t in totals if t.unit is None)
    first, until = years[0].snapshot.period.unit_date, chosen.unit_date
    return LevelHistory(
        list_code,
        years,
        tuple(_unit_years(row.unit, years, units) for row in years[-1].table.rows),
        _runs(tuple(p for s in line if (p := _list_point(s, list_code)) is not None)),
        tuple(t for t in means if t.level == level),
        tuple(t for t in means if t.level is None),
        tuple(c for c in units.changes if first < c.date <= until and units.units[c.after.key].level == level),
    )


def _years(snapshots: Sequence[LevelSnapshot], list_code: str) -> tuple[Year, ...]:
    years: list[Year] = []
    for snapshot in snapshots:
        if all(x.code != list_code for x in snapshot.lists):
            continue
        breaks = bool(years) and not same_rules(years[-1].snapshot.criteria_set, snapshot.criteria_set)
        years.append(Year(ranking(snapshot, list_code), breaks))
    return tuple(years)


def _unit_years(unit: UnitRecord, years: Sequence[Year], units: UnitsInTime) -> UnitYears:
    stage = units.stage(unit.key, years[-1].snapshot.period.unit_date)
    strands = units.strands(stage)
    cells: list[YearCell] = []
    for year in years:
        own, *others = (_place(strand, year, units) for strand in strands)
        cell = YearCell(own, tuple(p for p in others if p is not None) if own is None else ())
        cells.append(replace(cell, movement=_movement(cells[-1], cell, year) if cells else None))
    return UnitYears(unit, tuple(cells))


def _place(strand: Strand, year: Year, units: UnitsInTime) -> Place | None:
    """Where the unit of a strand stood in a year; None when the strand has no unit there."""
    day = year.snapshot.period.unit_date
    for stage in strand.stages:
        place = year.by_key.get(stage.key)
        if place is not None and units.stage(stage.key, day) == stage:
            return place
    return None


def _movement(before: YearCell, now: YearCell, year: Year) -> int | None:
    if year.breaks or before.own is None or now.own is None:
        return None
    then, today = before.own.row.rank, now.own.row.rank
    return None if then is None or today is None else then - today


def _list_point(snapshot: LevelSnapshot, list_code: str) -> ListPoint | None:
    chosen = next((x for x in snapshot.lists if x.code == list_code), None)
    if chosen is None:
        return None
    rows = snapshot.rows(chosen)
    totals = in_points(snapshot.book.total[rows])
    known = totals[~np.isnan(totals) & snapshot.reported[rows]]
    if not len(known):
        return None
    return ListPoint(snapshot, math.fsum(known) / len(known), float(known.min()), float(known.max()))


def _runs(points: Sequence[ListPoint]) -> tuple[tuple[ListPoint, ...], ...]:
    runs: list[list[ListPoint]] = []
    for point in points:
        if runs and same_rules(runs[-1][-1].snapshot.criteria_set, point.snapshot.criteria_set):
            runs[-1].append(point)
        else:
            runs.append([point])
    return tuple(map(tuple, runs))


@dataclass(frozen=True)
class UnitPoint:
    """A unit at a month: its total and its rank in the list, None where it has none or no figure at all."""

    snapshot: LevelSnapshot
    unit: UnitRecord
    total: float | None
    rank: int | None
    ranked: int


@dataclass(frozen=True)
class UnitLine:
    """One line of the picture: the unit itself, or a unit that went into it.

    into: the change by which it did, None for the unit itself. segments: its months in runs of the same rules.
    """

    name: str
    into: Change | None
    segments: tuple[tuple[UnitPoint, ...], ...]


@dataclass(frozen=True)
class UnitHistory:
    """One unit over all years and months. lines: the unit itself first, then its predecessors.

    changes: everything that happened to it, by date. published: totals of it, or of its predecessors, without inputs.
    """

    unit: UnitRecord
    lines: tuple[UnitLine, ...]
    changes: tuple[Change, ...]
    published: tuple[TotalRecord, ...]


def unit_history(
    unit: UnitRecord,
    day: dt.date,
    list_code: str,
    snapshots: Sequence[LevelSnapshot],
    units: UnitsInTime,
    totals: Iterable[TotalRecord] = (),
) -> UnitHistory:
    """The unit as it was on a day, over all snapshots of its level, the oldest first.

    After a merge or a split the line ends: what it became is told among the changes.
    """
    strands = units.strands(units.stage(unit.key, day))
    stages = {stage for strand in strands for stage in strand.stages}
    changes = tuple(c for c in units.changes if c.after in stages or c.before in stages)
    keys = {stage.key for stage in stages}
    return UnitHistory(
        unit,
        tuple(_unit_line(strand, unit, list_code, snapshots, units) for strand in strands),
        changes,
        tuple(t for t in totals if t.unit in keys),
    )


def _unit_line(
    strand: Strand, unit: UnitRecord, list_code: str, snapshots: Sequence[LevelSnapshot], units: UnitsInTime
) -> UnitLine:
    points = [p for s in snapshots if (p := _unit_point(strand.stages, s, list_code, units)) is not None]
    runs: list[list[UnitPoint]] = []
    for point in points:
        if runs and same_rules(runs[-1][-1].snapshot.criteria_set, point.snapshot.criteria_set):
            runs[-1].append(point)
        else:
            runs.append([point])
    name = unit.name_vi if strand.into is None else units.name(strand.stages[-1])
    return UnitLine(name, strand.into, tuple(map(tuple, runs)))


def _unit_point(
    stages: Sequence[Stage], snapshot: LevelSnapshot, list_code: str, units: UnitsInTime
) -> UnitPoint | None:
    day = snapshot.period.unit_date
    for stage in stages:
        row = snapshot.row_of.get(stage.key.code)
        if row is None or snapshot.units[row].key != stage.key or units.stage(stage.key, day) != stage:
            continue
        if not snapshot.reported[row]:
            return UnitPoint(snapshot, snapshot.units[row], None, None, 0)
        total = float(in_points(snapshot.book.total[row]))
        chosen = next((x for x in snapshot.lists if x.code == list_code), None)
        rank, ranked = _rank(snapshot, snapshot.rows(chosen), row) if chosen else (None, 0)
        return UnitPoint(snapshot, snapshot.units[row], None if math.isnan(total) else total, rank, ranked)
    return None


def _rank(snapshot: LevelSnapshot, rows: np.ndarray, row: int) -> tuple[int | None, int]:
    ranks = snapshot.book.ranks(rows)
    place = np.flatnonzero(rows == row)
    return (int(ranks[place[0]]) or None if len(place) else None), int(((ranks > 0) & snapshot.reported[rows]).sum())


@dataclass(frozen=True)
class Coverage:
    """How many of the maximum points of the new set's scored criteria old figures feed: wholly, in part, not at all."""

    whole: float
    part: float
    none: float

    @property
    def share(self) -> float:
        """Fraction of the maximum points whose figures all go over; 0 for a set without points."""
        points = self.whole + self.part + self.none
        return self.whole / points if points else 0.0


@dataclass(frozen=True)
class LostPoints:
    """A scored criterion of the new set of which some figures have no counterpart, and why."""

    criterion: Criterion
    inputs: tuple[Lost, ...]
    wholly: bool


@dataclass(frozen=True)
class Rescored:
    """An earlier year scored by the rules of a later one; never to be mixed with what it was scored at the time.

    carried: criteria of the new set whose figures all go over. lost: those of which some do not. dropped: criteria of the
    old set that feed nothing. limits: least and most total, under the new rules while what is lost is unknown, of every
    unit that has figures.
    """

    changes: RankChanges
    new_set: CriteriaSet
    coverage: Coverage
    carried: tuple[Criterion, ...]
    lost: tuple[LostPoints, ...]
    dropped: tuple[Criterion, ...]
    limits: Mapping[UnitKey, tuple[float, float]]

    @property
    def snapshot(self) -> LevelSnapshot:
        """The earlier year as it was scored at the time."""
        return self.changes.snapshot

    @cached_property
    def by_key(self) -> Mapping[UnitKey, UnitChange]:
        """Both totals and ranks of every unit that has figures and can be compared."""
        return {key: c for c in self.changes.changes if (key := c.unit.key) in self.limits}


def rescored(snapshot: LevelSnapshot, new_set: CriteriaSet, list_code: str, renames: Iterable[Rename] = ()) -> Rescored:
    """The snapshot's figures under the new rules, through the crosswalk between both sets.

    Raises KeyError for a list that the snapshot does not have, ValueError for a set of another level, CrosswalkError
    for an explicit table that does not fit.
    """
    walk = crosswalk(snapshot.criteria_set, new_set, renames)
    changes = rank_changes(snapshot, new_set, walk, list_code)
    scored = [c for g in new_set.groups if g.kind == "scored" for c in g.criteria]
    of_criterion: dict[str, list[Lost]] = {}
    for lost in walk.lost:
        of_criterion.setdefault(lost.place[0], []).append(lost)
    least, most = (in_points(x) for x in changes.new_book.total_bounds)
    told = snapshot.reported
    return Rescored(
        changes,
        new_set,
        _coverage(scored, of_criterion),
        tuple(c for c in scored if c.code not in of_criterion),
        tuple(
            LostPoints(c, tuple(of_criterion[c.code]), _wholly(c, of_criterion))
            for c in scored
            if c.code in of_criterion
        ),
        tuple(snapshot.criteria_set.by_code[code] for code in walk.dropped_criteria),
        {
            u.key: (float(least[i]), float(most[i]))
            for i, u in enumerate(snapshot.units)
            if told[i] and not math.isnan(least[i])
        },
    )


def _wholly(criterion: Criterion, lost: Mapping[str, Sequence[Lost]]) -> bool:
    return len(lost.get(criterion.code, ())) == len(tuple(input_keys(criterion.rule)))


def _coverage(scored: Sequence[Criterion], lost: Mapping[str, Sequence[Lost]]) -> Coverage:
    whole = math.fsum(c.max_points for c in scored if c.code not in lost)
    none = math.fsum(c.max_points for c in scored if _wholly(c, lost))
    part = math.fsum(c.max_points for c in scored if c.code in lost and not _wholly(c, lost))
    return Coverage(whole, part, none)
