"""The way of the history screen to the data: bounded caches keyed by the data version."""

from assessment.history import LevelHistory, Rescored, UnitHistory, level_history, rescored, unit_history
from assessment.snapshots import LevelSnapshot, ScoreStage
from assessment.units_in_time import UnitsInTime
from criteria.model import Level
from data.database import read_session
from data.internal_totals import TotalRecord, internal_totals
from data.lineage import successions, unit_spans
from ui import gateway
from ui.kept import kept


@kept(2)
def _units(version: gateway.Version) -> UnitsInTime:
    with read_session(gateway.engine()) as session:
        return UnitsInTime(unit_spans(session), successions(session))


def units_in_time() -> UnitsInTime:
    """All units that are known, and which became which."""
    return _units(gateway.version())


@kept(2)
def _totals(version: gateway.Version) -> tuple[TotalRecord, ...]:
    with read_session(gateway.engine()) as session:
        return internal_totals(session)


def _snapshots(now: gateway.Place) -> tuple[LevelSnapshot, ...]:
    line = gateway.timeline(now.period_id, now.stage)
    return tuple(gateway.snapshot(period.id, now.level, month, now.stage) for period, month in line)


@kept(24)
def _history(version: gateway.Version, now: gateway.Place, list_code: str) -> LevelHistory:
    period = gateway.period(now.period_id)
    return level_history(period, list_code, _snapshots(now), _units(version), _totals(version))


def history(period_id: int, level: Level, list_code: str, stage: ScoreStage | None = None) -> LevelHistory:
    """A ranking list through the years up to the period, over all periods of the same origin.

    stage: of the published score the years are those that were published, each at its month; without one the score that
    whoever is looking sees on every screen. Raises ValueError for a period that has no such score.
    """
    chosen = gateway.usual_stage() if stage is None else stage
    line = gateway.timeline(period_id, chosen)
    month = next((month for period, month in reversed(line) if period.id == period_id), 0)
    return _history(gateway.version(), gateway.Place(period_id, level, month, chosen), list_code)


@kept(256)
def _unit_history(version: gateway.Version, now: gateway.Place, list_code: str, code: str) -> UnitHistory:
    chosen = _history(version, now, list_code).chosen.snapshot
    unit = chosen.units[chosen.row_of[code]]
    return unit_history(unit, chosen.period.unit_date, list_code, _snapshots(now), _units(version), _totals(version))


def one_unit(found: LevelHistory, code: str) -> UnitHistory:
    """One unit of the chosen year over all months. Raises KeyError for a code that the year does not have."""
    return _unit_history(gateway.version(), gateway.place_of(found.chosen.snapshot), found.list_code, code)


@kept(24)
def _again(version: gateway.Version, now: gateway.Place, list_code: str) -> tuple[Rescored, ...]:
    found = _history(version, now, list_code)
    rules = found.chosen.snapshot.criteria_set
    return tuple(rescored(year.snapshot, rules, list_code) for year in found.other_rules)


def scored_again(found: LevelHistory) -> tuple[Rescored, ...]:
    """Years of other rules scored by those of the chosen year; none where all years have the same rules."""
    return _again(gateway.version(), gateway.place_of(found.chosen.snapshot), found.list_code)
