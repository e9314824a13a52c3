"""One unit's scorecard: score, rank, trend, main indices against its list, every criterion with its receipt."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.ranking import OpenPlace, RankingRow, RankingTable
from assessment.snapshots import LevelSnapshot, ScoreStage, Waiver
from criteria.model import Group
from data.repositories import RankingListRecord, UnitRecord
from scoring.engine import AWAITING, CellState
from scoring.grid import in_points
from scoring.receipts import Receipt, largest_gains, receipts

MOST_STEPS = 10


@dataclass(frozen=True)
class GroupScore:
    """A main index of the unit beside its list. score, median and best are fractions of the index's maximum (0 to 1).

    None where nothing is applicable.
    """

    group: Group
    points: float | None
    maximum: float
    score: float | None
    median: float | None
    best: float | None


@dataclass(frozen=True)
class TrendPoint:
    """The unit at one snapshot of a period."""

    label: str
    total: float | None
    rank: int | None


@dataclass(frozen=True)
class Standing:
    """The unit's rank among the units of one of its lists; units: how many of them have a rank."""

    unit: UnitRecord
    ranking_list: RankingListRecord
    rank: int
    units: int


@dataclass(frozen=True)
class Conversion:
    """How the points of a unit become its total. Points: what does not apply to it, what is not due, what it is
    measured by, and the scale."""

    not_applicable: float
    not_due: float
    applicable: float
    scale: float

    @property
    def changes(self) -> bool:
        """Whether points become others."""
        return self.applicable not in (0.0, self.scale)


@dataclass(frozen=True)
class Scorecard:
    """Everything a unit's page shows. steps: the receipts whose step gains most, largest first.

    units_in_list, ranked_in_list: units of the list, and those of them that have a rank.

    standings: its place in every list that it stands in, the whole level first; empty for a unit without figures or score.
    open_place: why the place may still change; None where it is settled.
    """

    snapshot: LevelSnapshot
    list_name: str
    units_in_list: int
    ranked_in_list: int
    place: RankingRow
    groups: tuple[GroupScore, ...]
    receipts: tuple[Receipt, ...]
    steps: tuple[Receipt, ...]
    trend: tuple[TrendPoint, ...]
    waivers: Mapping[str, Waiver]
    origins: Mapping[tuple[str, str], str]
    standings: tuple[Standing, ...] = ()
    open_place: OpenPlace | None = None

    @property
    def passed_over(self) -> bool:
        """Whether the unit has no score and gets none any more: there is nothing to explain then, and nothing to gain."""
        return self.place.closed and self.place.total is None

    @cached_property
    def conversion(self) -> Conversion:
        """How points become the total."""
        book, row = self.snapshot.book, self.snapshot.row_of[self.place.unit.code]

        def left_out(state: CellState) -> float:
            return math.fsum(
                r.criterion.max_points
                for r in self.receipts
                if r.group.kind == "scored" and r.state is state and r.maximum == 0
            )

        return Conversion(
            left_out(CellState.NOT_APPLICABLE),
            left_out(CellState.NOT_DUE),
            float(in_points(book.total_maxima[row])),
            float(in_points(book.compiled.scale)),
        )

    def brought(self, group: Group) -> float:
        """Points of the total that a group brings; bonus and penalty after cap and clamp. All groups add up to it."""
        return math.fsum(r.contribution for r in self.receipts if r.group.code == group.code)

    @property
    def awaiting_appraisal(self) -> tuple[Receipt, ...]:
        """Receipts of criteria that lack no figures and get points only at appraisal, before it."""
        return tuple(r for r in self.receipts if r.state in AWAITING)

    @property
    def missing(self) -> tuple[Receipt, ...]:
        """Receipts of applicable criteria without figures."""
        return tuple(r for r in self.receipts if r.state is CellState.MISSING)


def _group_scores(snapshot: LevelSnapshot, rows: np.ndarray, row: int) -> tuple[GroupScore, ...]:
    book = snapshot.book
    scores: list[GroupScore] = []
    for g, group in enumerate(book.criteria_set.groups):
        if group.kind != "scored":
            continue
        full = float(in_points(book.group_full[g]))
        own = float(in_points(book.group_converted[row, g])) if snapshot.reported[row] else np.nan
        peers = in_points(book.group_converted[rows[snapshot.reported[rows]], g])
        known = peers[~np.isnan(peers)]
        scores.append(
            GroupScore(
                group,
                None if np.isnan(own) else own,
                full,
                None if np.isnan(own) or not full else own / full,
                float(np.median(known)) / full if len(known) and full else None,
                float(known.max()) / full if len(known) and full else None,
            )
        )
    return tuple(scores)


def standings(snapshot: LevelSnapshot, unit: str) -> tuple[Standing, ...]:
    """The unit's place in every list that it stands in, in the order of the lists; none without figures or score."""
    row, found = snapshot.row_of[unit], []
    if not snapshot.reported[row]:
        return ()
    for ranking_list in snapshot.lists:
        rows = snapshot.rows(ranking_list)
        ranks = snapshot.book.ranks(rows)
        own = ranks[rows == row]
        if own.any():
            found.append(
                Standing(
                    snapshot.units[row], ranking_list, int(own[0]), int(((ranks > 0) & snapshot.reported[rows]).sum())
                )
            )
    return tuple(found)


def trend_of(unit: UnitRecord, list_code: str, snapshots: Sequence[LevelSnapshot]) -> tuple[TrendPoint, ...]:
    """The unit's total and rank at each snapshot that holds it, in the given order.

    No rank where it stood in no such list; neither where it had no figures.
    """
    points: list[TrendPoint] = []
    for snapshot in snapshots:
        row = snapshot.row_of.get(unit.code)
        if row is None or snapshot.units[row].key != unit.key:
            continue
        chosen = next((x for x in snapshot.lists if x.code == list_code), None)
        rows = snapshot.rows(chosen) if chosen else np.zeros(0, np.intp)
        place = np.flatnonzero(rows == row)
        told = bool(snapshot.reported[row])
        rank = int(snapshot.book.ranks(rows)[place[0]]) if len(place) and told else 0
        total = float(in_points(snapshot.book.total[row])) if told else np.nan
        points.append(TrendPoint(snapshot.name, None if np.isnan(total) else total, rank or None))
    return tuple(points)


def scorecard(table: RankingTable, unit: str, history: Sequence[LevelSnapshot] = ()) -> Scorecard:
    """The scorecard of a unit within a ranking list. Raises KeyError for a unit that does not stand in it.

    history: snapshots of the trend, oldest first.
    """
    snapshot, list_code = table.snapshot, table.list_code
    place = next((r for r in table.rows if r.unit.code == unit), None)
    if place is None:
        raise KeyError(unit)
    items = receipts(snapshot.book, snapshot.inputs, unit, snapshot.reference)
    # What an appraiser has not ruled on yet, and a figure that nobody takes any more, is nothing that the unit could do;
    # where he rejected the evidence it is not the figures that have to change.
    waits = snapshot.stage is ScoreStage.APPRAISED or place.closed
    doable = tuple(r for r in items if not r.nothing_counted and not (waits and r.state is CellState.MISSING))
    return Scorecard(
        snapshot,
        table.list_name,
        len(table.rows),
        table.ranked,
        place,
        _group_scores(snapshot, snapshot.rows(snapshot.list_of(list_code)), snapshot.row_of[unit]),
        items,
        largest_gains(doable, MOST_STEPS),
        trend_of(place.unit, list_code, history),
        snapshot.waivers_of(unit),
        snapshot.origins_of(unit),
        standings(snapshot, unit),
        next((found for found in table.open_places if found.row.unit.code == unit), None),
    )
