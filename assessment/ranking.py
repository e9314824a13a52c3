"""A ranking list at a month: who stands where, who moved, how sure the place is."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assessment.snapshots import LevelSnapshot, ScoreStage, same_rules
from criteria.model import Group
from data.lineage import UnitKey
from data.repositories import UnitRecord
from scoring.engine import CellState
from scoring.grid import in_points, rounded


@dataclass(frozen=True)
class RankingRow:
    """One unit's place. Points, not grid steps. movement: places won (+) or lost (-) since the compared snapshot.

    groups: converted score of each scored group, None where nothing is applicable. best_rank and worst_rank differ
    from rank while cells are missing, of this unit or of its rivals. reported: see LevelSnapshot; without figures a
    unit has no rank, total, band and group scores here, whatever the engine counts with 0, but its best and worst rank;
    neither once it is closed: nothing more will come of it. missing_codes: the scored criteria without figures.
    adjustment: bonus and penalty after cap and clamp, None where the set has none. converted: whether something does
    not count for the unit, so that its groups, each converted to its own maximum, do not add up to its total.
    """

    unit: UnitRecord
    rank: int | None
    total: float | None
    band: str
    previous_rank: int | None
    previous_total: float | None
    best_rank: int | None
    worst_rank: int | None
    missing_codes: tuple[str, ...]
    complete: bool
    reported: bool
    closed: bool
    groups: tuple[float | None, ...]
    adjustment: float | None
    converted: bool

    @property
    def missing(self) -> int:
        """How many scored criteria have no figures."""
        return len(self.missing_codes)

    @property
    def movement(self) -> int | None:
        """Places won since the compared snapshot; None when there is nothing to compare."""
        return None if self.rank is None or self.previous_rank is None else self.previous_rank - self.rank

    @property
    def settled(self) -> bool:
        """Whether the place can no longer change through what is missing."""
        return self.best_rank == self.worst_rank


@dataclass(frozen=True)
class RankingTable:
    """A ranking list at a month, best first. groups: the scored groups, with their maxima in points."""

    snapshot: LevelSnapshot
    list_code: str
    list_name: str
    compared: LevelSnapshot | None
    groups: tuple[Group, ...]
    maxima: tuple[float, ...]
    rows: tuple[RankingRow, ...]

    @property
    def other_rules(self) -> bool:
        """Whether the compared snapshot was scored by another criteria set: then nothing is compared directly."""
        return self.compared is not None and not same_rules(self.compared.criteria_set, self.snapshot.criteria_set)

    @property
    def comparable(self) -> bool:
        """Whether there is an earlier snapshot of the same rules to measure movement from."""
        return self.compared is not None and not self.other_rules

    @property
    def adjusted(self) -> bool:
        """Whether the set has bonus or penalty points."""
        return any(g.kind == "adjustment" for g in self.snapshot.criteria_set.groups)

    @property
    def scores(self) -> tuple[float, ...]:
        """Totals of the units that have one."""
        return tuple(r.total for r in self.rows if r.total is not None)

    @property
    def mean(self) -> float | None:
        """Mean of the totals; None without any."""
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def ranked(self) -> int:
        """How many units have a rank."""
        return sum(row.rank is not None for row in self.rows)

    @property
    def settled(self) -> bool:
        """Whether no place can change any more through what is missing."""
        return all(row.settled for row in self.rows)

    @cached_property
    def open_places(self) -> tuple["OpenPlace", ...]:
        """The rows whose place may still change through what is missing, each with the reason."""
        return _open_places(self)


@dataclass(frozen=True)
class OpenPlace:
    """Why a place is not settled: what the unit misses (in its row), and what others miss.

    rivals: units that miss figures and may stand above the unit or below it, in the order of the list. compared: codes
    of criteria that are scored against other units, with those whose missing figures may still move the points there.
    stage: which score it is, and so what a missing figure waits for.
    """

    row: RankingRow
    rivals: tuple[RankingRow, ...]
    compared: tuple[str, ...]
    lacking: tuple[UnitRecord, ...]
    stage: ScoreStage = ScoreStage.SELF


def _open_places(table: RankingTable) -> tuple[OpenPlace, ...]:
    snapshot, book = table.snapshot, table.snapshot.book
    rows = np.array([snapshot.row_of[row.unit.code] for row in table.rows], np.intp)
    low, high = (rounded(bound[rows], snapshot.criteria_set.rank_precision) for bound in book.total_bounds)
    missing = book.state == CellState.MISSING
    moved = (book.low < book.high) & ~missing
    found: list[OpenPlace] = []
    for i, row in enumerate(table.rows):
        if row.settled:
            continue
        either = (low <= high[i]) & (high > low[i])
        either[i] = False
        others = missing & (np.arange(len(missing)) != rows[i])[:, None]
        compared = moved[np.append(rows[either], rows[i])].any(axis=0) & others.any(axis=0)
        lacking = np.flatnonzero(others[:, compared].any(axis=1))
        found.append(
            OpenPlace(
                row,
                tuple(table.rows[j] for j in np.flatnonzero(either) if table.rows[j].missing),
                tuple(code for code, is_compared in zip(book.compiled.codes, compared, strict=True) if is_compared),
                tuple(snapshot.units[j] for j in lacking),
                snapshot.stage,
            )
        )
    return tuple(found)


def _number(value: float | NDArray[np.float64]) -> float | None:
    number = float(value)
    return None if math.isnan(number) else number


def ranking(snapshot: LevelSnapshot, list_code: str, compared: LevelSnapshot | None = None) -> RankingTable:
    """The list as a table, units without figures or score last. Raises KeyError for a list that the snapshot does not have.

    compared: an earlier snapshot of the same level; units that it does not hold, or without figures, have no movement;
    neither has any unit where it was scored by another criteria set.
    """
    chosen = snapshot.list_of(list_code)
    rows, book = snapshot.rows(chosen), snapshot.book
    ranks, (best, worst) = book.ranks(rows), book.rank_bounds(rows)
    scored = [i for i, g in enumerate(book.criteria_set.groups) if g.kind == "scored"]
    totals, groups = in_points(book.total), in_points(book.group_converted)
    missing = (book.state == CellState.MISSING) & book.compiled.of_kind("scored")
    comparable = compared is not None and same_rules(compared.criteria_set, snapshot.criteria_set)
    earlier = _places(compared if comparable else None, list_code)
    bands = book.criteria_set.bands
    told, adjusted = snapshot.reported, "adjustment" in book.compiled.kinds
    open_to = told | ~snapshot.closed
    table = [
        RankingRow(
            snapshot.units[row],
            int(ranks[k]) or None if told[row] else None,
            _number(totals[row]) if told[row] else None,
            str(bands[book.band[row]].name) if told[row] and book.band[row] >= 0 else "",
            *earlier.get(snapshot.units[row].key, (None, None)),
            int(best[k]) or None if open_to[row] else None,
            int(worst[k]) or None if open_to[row] else None,
            tuple(code for code, lacks in zip(book.compiled.codes, missing[row], strict=True) if lacks),
            bool(book.complete[row]),
            bool(told[row]),
            bool(snapshot.closed[row]),
            tuple(_number(groups[row, g]) if told[row] else None for g in scored),
            _number(in_points(book.total[row] - book.base[row])) if adjusted and told[row] else None,
            bool(book.total_maxima[row] != book.compiled.scale),
        )
        for k, row in enumerate(rows)
    ]
    # Members come in Vietnamese order, and sorting keeps it among equals.
    table.sort(key=lambda r: (r.rank is None, r.rank))
    return RankingTable(
        snapshot,
        chosen.code,
        chosen.name_vi,
        compared,
        tuple(book.criteria_set.groups[g] for g in scored),
        tuple(float(in_points(book.group_full[g])) for g in scored),
        tuple(table),
    )


def _places(snapshot: LevelSnapshot | None, list_code: str) -> dict[UnitKey, tuple[int | None, float | None]]:
    if snapshot is None or all(x.code != list_code for x in snapshot.lists):
        return {}
    rows = snapshot.rows(snapshot.list_of(list_code))
    ranks, totals = snapshot.book.ranks(rows), in_points(snapshot.book.total)
    return {
        snapshot.units[row].key: (int(rank) or None, _number(totals[row]))
        for row, rank in zip(rows, ranks, strict=True)
        if snapshot.reported[row]
    }
