"""A ranking list through the months of a period: who stood where at the end of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessment.ranking import RankingRow, ranking
from assessment.snapshots import LevelSnapshot
from data.repositories import UnitRecord

LEADERS, MOST_HIGHLIGHTED = 5, 8
"""Units that are picked out by themselves: the leaders, and with the largest movers so many altogether."""


@dataclass(frozen=True)
class UnitPath:
    """One unit through the months. places: its row of the ranking at each month, None where it was not in the list."""

    unit: UnitRecord
    places: tuple[RankingRow | None, ...]

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """Its rank at each month, None where it had none."""
        return tuple(None if place is None else place.rank for place in self.places)

    @property
    def moved(self) -> int | None:
        """Places won (+) or lost (-) from the first month to the last; None when it lacks a rank at either."""
        first, last = self.ranks[0], self.ranks[-1]
        return None if first is None or last is None else first - last


@dataclass(frozen=True)
class RankHistory:
    """A list at several months of one period, the earliest first. paths: units by their place at the last month."""

    snapshots: tuple[LevelSnapshot, ...]
    list_code: str
    list_name: str
    paths: tuple[UnitPath, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the months."""
        return tuple(snapshot.name for snapshot in self.snapshots)


def rank_history(snapshots: Sequence[LevelSnapshot], list_code: str) -> RankHistory:
    """The list through snapshots of one period. Raises KeyError when one of them does not have the list.

    Ranks are those of `ranking` at each snapshot.
    """
    tables = [ranking(snapshot, list_code) for snapshot in snapshots]
    by_month = [{row.unit.code: row for row in table.rows} for table in tables]
    # Inside one period a code names one unit.
    units = [row.unit for row in tables[-1].rows]
    paths = tuple(UnitPath(unit, tuple(month.get(unit.code) for month in by_month)) for unit in units)
    return RankHistory(tuple(snapshots), list_code, tables[-1].list_name, paths)


def notable_units(history: RankHistory) -> tuple[str, ...]:
    """Codes of the leaders at the last month and of those that moved most since the first, eight at most."""
    leaders = [path.unit.code for path in history.paths[:LEADERS]]
    movers = sorted((p for p in history.paths if p.moved), key=lambda p: -abs(p.moved or 0))
    others = [path.unit.code for path in movers if path.unit.code not in leaders]
    return tuple((leaders + others)[:MOST_HIGHLIGHTED])
