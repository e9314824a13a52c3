"""The way from screens to comparisons and to rankings through the months, with bounded caches like the gateway's."""

from collections.abc import Sequence

from assessment.comparison import Comparison, comparison
from assessment.rank_history import RankHistory, rank_history
from assessment.snapshots import LevelSnapshot
from criteria.model import Level
from data.database import read_session
from data.models import LEVELS
from data.repositories import UnitRecord, units_of
from ui import gateway
from ui.kept import kept


@kept(128)
def _comparison(
    version: gateway.Version,
    now: gateway.Place,
    list_code: str,
    units: tuple[str, ...],
    then: gateway.Place | None,
    _now: LevelSnapshot,
    _then: LevelSnapshot | None,
) -> Comparison:
    return comparison(_now, list_code, units, _then, gateway.history_of(_now))


def compared_units(now: LevelSnapshot, list_code: str, units: Sequence[str], then: LevelSnapshot | None) -> Comparison:
    """Units of a list side by side, with their history up to the snapshot. Raises ComparisonRefusedError."""
    earlier = None if then is None else gateway.place_of(then)
    return _comparison(gateway.version(), gateway.place_of(now), list_code, tuple(units), earlier, now, then)


@kept(64)
def _rank_history(version: gateway.Version, now: tuple[int, Level, int], list_code: str) -> RankHistory:
    period, level, month = now
    months = next(months for p, months in gateway.calendar() if p.id == period)
    return rank_history([gateway.snapshot(period, level, m) for m in months if m <= month], list_code)


def ranks_by_month(now: LevelSnapshot, list_code: str) -> RankHistory:
    """The list at every month of the period up to the snapshot."""
    return _rank_history(gateway.version(), (now.period.id, now.level, now.month), list_code)


@kept(16)
def _units_of_all_levels(version: gateway.Version, period_id: int) -> dict[str, tuple[Level, UnitRecord]]:
    with read_session(gateway.engine()) as session:
        return {unit.code: (level, unit) for level in LEVELS for unit in units_of(session, period_id, level)}


def unit_anywhere(period_id: int, code: str) -> tuple[Level, UnitRecord] | None:
    """The unit of a period with this code, whatever its level, with that level; None when there is none."""
    return _units_of_all_levels(gateway.version(), period_id).get(code)
