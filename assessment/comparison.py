"""Units of one level side by side: totals, main indices, criteria, what explains the gaps, and how they came here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assessment.ranking import RankingRow, RankingTable, ranking
from assessment.scorecard import TrendPoint, trend_of
from assessment.snapshots import LevelSnapshot
from criteria.model import Criterion, Group
from language import _
from scoring.engine import AWAITING, CellState
from scoring.grid import Points, in_points
from scoring.receipts import total_contributions

FEWEST, MOST = 2, 6
"""How many units are compared."""
_WITHOUT_POINTS = (CellState.MISSING, *AWAITING)


class ComparisonRefusedError(ValueError):
    """Why units cannot be compared, as a sentence."""


@dataclass(frozen=True)
class ComparedCell:
    """One criterion of one unit. points: None where nothing is counted: what is missing or does not count is never 0.

    contribution: points of the TOTAL that it brings, on the grid. gap: how far that lies below the best of the
    compared units; None where the criterion does not concern the unit, for then it loses nothing by it.
    """

    state: CellState
    points: float | None
    maximum: float
    contribution: float
    gap: float | None


@dataclass(frozen=True)
class CriterionRow:
    """One criterion across the compared units, in their order."""

    group: Group
    criterion: Criterion
    cells: tuple[ComparedCell, ...]

    @property
    def largest_gap(self) -> float:
        """The largest distance of a unit from the best one, in points of the TOTAL."""
        return max((c.gap for c in self.cells if c.gap is not None), default=0.0)

    @property
    def differs(self) -> bool:
        """Whether the units stand differently: in points, in their applicable maximum, or in their state."""
        return len({(c.state, c.points, c.maximum) for c in self.cells}) > 1


@dataclass(frozen=True)
class GapItem:
    """What one criterion adds to the distance between the best unit and another, in points of the TOTAL.

    Negative where the other unit is ahead. best, other: the cells of the two.
    """

    group: Group
    criterion: Criterion
    best: ComparedCell
    other: ComparedCell
    gap: float


@dataclass(frozen=True)
class Explanation:
    """Why a unit stands behind the best one. difference: of the totals; the gaps of the items add up to it exactly.

    Exactly in grid steps (1e-9 point); items: criteria that differ, the largest gap first.
    """

    best: RankingRow
    other: RankingRow
    difference: float
    items: tuple[GapItem, ...]


@dataclass(frozen=True)
class History:
    """The compared units at earlier snapshots. units: for every unit its point at every label, None where it was not there.

    sets: which criteria set scored each label; totals of different sets are not one line.
    """

    labels: tuple[str, ...]
    sets: tuple[str, ...]
    units: tuple[tuple[TrendPoint | None, ...], ...]


@dataclass(frozen=True)
class Comparison:
    """Two to six units of one level at a month, in the order asked for. table: the whole list that they are ranked in."""

    snapshot: LevelSnapshot
    table: RankingTable
    places: tuple[RankingRow, ...]
    rows: tuple[CriterionRow, ...]
    explanations: tuple[Explanation, ...]
    history: History

    @property
    def best(self) -> RankingRow | None:
        """The unit with the highest total, the first of them; None when no unit has one."""
        return _best(self.places)


def _best(places: Sequence[RankingRow]) -> RankingRow | None:
    return max((p for p in places if p.total is not None), key=lambda p: p.total or 0.0, default=None)


def exact_contributions(snapshot: LevelSnapshot, row: int) -> Points:
    """(criteria,) what each criterion brings to the TOTAL of a unit, in whole grid steps that add up to the total.

    Rounded to the nearest step; the few steps that are left over go to the criteria that were rounded most, so that no
    figure is further than one step from the true one. All 0 for a unit without a total.
    """
    book = snapshot.book
    exact = total_contributions(book, row)
    total = float(book.total[row])
    if np.isnan(total):
        return np.zeros(len(exact))
    result = np.rint(exact)
    left = round(total - float(result.sum()))
    if left:
        # Only what brings points can have been rounded.
        order = np.argsort((result - exact) * np.sign(left) + np.where(exact == 0, 2.0, 0.0), kind="stable")
        result[order[: abs(left)]] += np.sign(left)
    return result


def _cells(
    snapshot: LevelSnapshot, rows: Sequence[int], contributions: NDArray[np.float64], c: int
) -> tuple[ComparedCell, ...]:
    book = snapshot.book
    states = [CellState(int(book.state[row, c])) for row in rows]
    maxima = [float(in_points(book.maxima[row, c])) for row in rows]
    concerned = [
        state in (CellState.SCORED, *_WITHOUT_POINTS) or (state is CellState.NOT_APPLICABLE and maximum != 0)
        for state, maximum in zip(states, maxima, strict=True)
    ]
    best = max((contributions[u, c] for u in range(len(rows)) if concerned[u]), default=0.0)
    return tuple(
        ComparedCell(
            states[u],
            float(in_points(book.points[row, c])) if concerned[u] and states[u] not in _WITHOUT_POINTS else None,
            maxima[u],
            float(in_points(contributions[u, c])),
            float(in_points(best - contributions[u, c])) if concerned[u] else None,
        )
        for u, row in enumerate(rows)
    )


def _explanation(
    best: int, other: int, places: Sequence[RankingRow], rows: Sequence[CriterionRow], contributions: Points
) -> Explanation:
    # Differences are taken in whole grid steps, where they are exact.
    gaps = contributions[best] - contributions[other]
    items = [
        GapItem(row.group, row.criterion, row.cells[best], row.cells[other], float(in_points(gap)))
        for row, gap in zip(rows, gaps, strict=True)
        if gap
    ]
    items.sort(key=lambda item: -item.gap)
    return Explanation(places[best], places[other], float(in_points(gaps.sum())), tuple(items))


def _history(places: Sequence[RankingRow], list_code: str, snapshots: Sequence[LevelSnapshot]) -> History:
    def point(place: RankingRow, snapshot: LevelSnapshot) -> TrendPoint | None:
        return next(iter(trend_of(place.unit, list_code, (snapshot,))), None)

    return History(
        tuple(s.name for s in snapshots),
        tuple(f"{s.criteria_set.id} {s.criteria_set.version}" for s in snapshots),
        tuple(tuple(point(place, s) for s in snapshots) for place in places),
    )


def comparison(
    snapshot: LevelSnapshot,
    list_code: str,
    units: Sequence[str],
    compared: LevelSnapshot | None = None,
    history: Sequence[LevelSnapshot] = (),
) -> Comparison:
    """Units of a list side by side, in the given order. history: earlier snapshots, oldest first.

    Raises ComparisonRefusedError when they are fewer than two or more than six, named twice, or not in the list: units of
    different levels are scored by different sets, and their points do not compare. Raises KeyError for an unknown list.
    """
    if not FEWEST <= len(set(units)) <= MOST or len(set(units)) != len(units):
        raise ComparisonRefusedError(
            _(
                "So sánh cần từ {fewest} đến {most} cơ quan, đơn vị khác nhau, hiện chọn {n}; hãy chọn thêm hoặc bớt."
            ).format(fewest=FEWEST, most=MOST, n=len(set(units)))
        )
    table = ranking(snapshot, list_code, compared)
    by_code = {row.unit.code: row for row in table.rows}
    strange = [code for code in units if code not in by_code]
    if strange:
        raise ComparisonRefusedError(
            _(
                "Đơn vị có mã {code} không thuộc danh sách «{list}». Chỉ so sánh các đơn vị cùng một cấp: mỗi cấp có bộ "
                "chỉ số riêng nên điểm không so sánh được với nhau. Hãy chọn lại."
            ).format(code=strange[0], list=table.list_name)
        )
    places = [by_code[code] for code in units]
    own = [snapshot.row_of[code] for code in units]
    contributions = np.array([exact_contributions(snapshot, row) for row in own])
    compiled = snapshot.book.compiled
    rows = tuple(
        CriterionRow(
            snapshot.criteria_set.groups[compiled.group[c]], criterion, _cells(snapshot, own, contributions, c)
        )
        for c, criterion in enumerate(snapshot.criteria_set.criteria)
    )
    best = _best(places)
    first = places.index(best) if best is not None else -1
    explanations = tuple(
        _explanation(first, i, places, rows, contributions)
        for i, place in enumerate(places)
        if best is not None and i != first and place.total is not None
    )
    return Comparison(snapshot, table, tuple(places), rows, explanations, _history(places, list_code, history))


def absent(comparison: Comparison) -> tuple[str, ...]:
    """Names of the compared units that some snapshot of the history does not hold."""
    return tuple(
        place.unit.name_vi
        for place, points in zip(comparison.places, comparison.history.units, strict=True)
        if any(point is None for point in points)
    )
