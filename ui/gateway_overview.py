"""The overview's way to the data: the province, the plan's targets and the national place, cached by the data version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessment.overview import Asked, NationalPlace, Overview, national_places, overview
from assessment.period_standing import PeriodStanding, asked_in, period_standing
from assessment.permissions import Identity
from assessment.province import UNIT_LEVELS, ProvincialSnapshot, provincial_snapshot
from assessment.snapshots import LevelSnapshot, ScoreStage
from assessment.targets import TargetStatus, target_statuses
from criteria.catalogue import plan_targets
from criteria.model import Level
from data.database import read_session
from data.internal_totals import TotalRecord, internal_totals
from data.repositories import PeriodRecord
from language import local_day
from ui import gateway
from ui.clock import now
from ui.kept import kept

MOST_MONTHS = 32
"""Months kept ready: two years, and a few of the data version before."""


def standing(identity: Identity, period: PeriodRecord) -> PeriodStanding | None:
    """In which step a period stands, as far as the identity may know; None where it may know nothing."""
    with read_session(gateway.engine()) as session:
        return period_standing(session, identity, period.id, local_day(now()))


def asked(identity: Identity, found: PeriodStanding | None) -> Asked | None:
    """Which units of a period can still be asked for figures; None for all."""
    with read_session(gateway.engine()) as session:
        return asked_in(session, identity, found)


@dataclass(frozen=True)
class Published:
    """What is published of the province: its national place year by year, and its internal index of earlier years."""

    places: tuple[NationalPlace, ...]
    totals: tuple[TotalRecord, ...]


@kept(4)
def _published(version: gateway.Version) -> Published:
    with read_session(gateway.engine()) as session:
        return Published(national_places(session), internal_totals(session))


def published() -> Published:
    """What is published of the province, the earliest year first."""
    return _published(gateway.version())


SCORES = (ScoreStage.SELF, ScoreStage.PUBLISHED)
"""The scores that the province is shown by: before all is appraised there is no appraised province."""


def _place(period_id: int, month: int, stage: ScoreStage | None) -> gateway.Place:
    return gateway.Place(period_id, "province", month, gateway.usual_stage() if stage is None else stage)


@kept(MOST_MONTHS)
def _province(version: gateway.Version, now: gateway.Place) -> ProvincialSnapshot:
    if now.stage is ScoreStage.PUBLISHED:
        return gateway.published_province(now.period_id, now.month)
    period = gateway.period(now.period_id)
    levels: dict[Level, LevelSnapshot] = {
        level: gateway.snapshot(period.id, level, now.month, now.stage) for level in UNIT_LEVELS
    }
    with read_session(gateway.engine()) as session:
        return provincial_snapshot(session, period, now.month, levels)


def province(period_id: int, month: int, stage: ScoreStage | None = None) -> ProvincialSnapshot:
    """The province of a period at a month, rolled up from its units and scored. stage: one of SCORES, as of a level."""
    return _province(gateway.version(), _place(period_id, month, stage))


class _Earlier:
    """Provincial snapshots that are made only when they are come to: mostly the first has every figure."""

    def __init__(self, version: gateway.Version, places: Sequence[gateway.Place]) -> None:
        self._version, self._places = version, places

    def __iter__(self) -> Iterator[ProvincialSnapshot]:
        return (_province(self._version, place) for place in self._places)


@kept(MOST_MONTHS)
def _statuses(version: gateway.Version, now: gateway.Place) -> tuple[TargetStatus, ...]:
    found, line = _province(version, now), gateway.timeline(now.period_id, now.stage)
    last = [(p, m) for p, m in line if p.year == found.period.year - 1][-1:]
    own = [(p, m) for p, m in line if p.id == now.period_id and m < now.month]
    earlier = _Earlier(version, [_place(p.id, m, now.stage) for p, m in (*last, *own)])
    ranks = {place.year: place.rank for place in _published(version).places}
    return target_statuses(found, earlier, plan_targets(), ranks.get(found.period.year))


@kept(MOST_MONTHS)
def _overview(version: gateway.Version, now: gateway.Place, then: tuple[PeriodRecord, int] | None) -> Overview:
    found, tables = _province(version, now), []
    for level in UNIT_LEVELS:
        snapshot = found.levels[level]
        compared = gateway.compared_with(then, level, gateway.earlier_stage(now.stage))
        tables.append(gateway.ranking_table(snapshot, snapshot.lists[0].code, compared))
    return overview(found, tables, _statuses(version, now))


def overview_of(
    period_id: int, month: int, then: tuple[PeriodRecord, int] | None, stage: ScoreStage | None = None
) -> Overview:
    """The overview of a month, with movement since an earlier snapshot. stage: as of `province`."""
    return _overview(gateway.version(), _place(period_id, month, stage), then)
