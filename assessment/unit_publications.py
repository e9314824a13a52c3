"""What decisions published of one unit, edition by edition, beside what it assessed itself: total, rank, band."""

from dataclasses import dataclass

from assessment.frozen import Results
from assessment.publishing import Edition
from assessment.ranking import ranking
from assessment.snapshots import LevelSnapshot
from criteria.model import Level
from data.lineage import UnitKey


@dataclass(frozen=True, slots=True)
class ScorePlace:
    """A unit in the list of its whole level. total, rank: None for one without a place. ranked: units that have one."""

    list_name: str
    total: float | None
    rank: int | None
    ranked: int
    band: str


@dataclass(frozen=True, slots=True)
class UnitPublication:
    """What an edition published of a unit. place: None where the edition does not hold the unit."""

    edition: Edition
    place: ScorePlace | None


def score_place(snapshot: LevelSnapshot, unit: UnitKey) -> ScorePlace | None:
    """Where a unit stands in the list of its whole level; None when the level does not hold it."""
    table = ranking(snapshot, snapshot.lists[0].code)
    own = next((row for row in table.rows if row.unit.key == unit), None)
    if own is None:
        return None
    return ScorePlace(table.list_name, own.total, own.rank, table.ranked, own.band)


def unit_publication(edition: Edition, results: Results, level: Level, unit: UnitKey) -> UnitPublication:
    """What an edition published of a unit. results: of that edition. What is published anybody may read."""
    return UnitPublication(edition, score_place(results.levels[level], unit))
