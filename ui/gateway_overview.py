"""The overview's way to the data: the province, the plan's targets and the national place, cached by the data version."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessment.overview import Asked, NationalPlace, Overview, national_places, overview
from assessment.period_standing import PeriodStanding, asked_in, period_standing
from assessment.permissions import Identity
from assessment.province import UNIT_LEVELS, ProvincialSnapshot, provincial_snapshot
from assessment.snapshots import LevelSnapshot
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


@kept(MOST_MONTHS)
def _province(version: gateway.Version, period_id: int, month: int) -> ProvincialSnapshot:
    if not version.unpublished:
        return gateway.published_province(period_id, month)
    period = gateway.period(period_id)
    levels: dict[Level, LevelSnapshot] = {level: gateway.snapshot(period_id, level, month) for level in UNIT_LEVELS}
    with read_session(gateway.engine()) as session:
        return provincial_snapshot(session, period, month, levels)


def province(period_id: int, month: int) -> ProvincialSnapshot:
    """The province of a period at a month, rolled up from its units and scored."""
    return _province(gateway.version(), period_id, month)


class _Earlier:
    """Provincial snapshots that are made only when they are come to: mostly the first has every figure."""

    def __init__(self, version: gateway.Version, places: Sequence[tuple[PeriodRecord, int]]) -> None:
        self._version, self._places = version, places

    def __iter__(self) -> Iterator[ProvincialSnapshot]:
        return (_province(self._version, period.id, month) for period, month in self._places)


@kept(MOST_MONTHS)
def _statuses(version: gateway.Version, period_id: int, month: int) -> tuple[TargetStatus, ...]:
    now = _province(version, period_id, month)
    last = gateway.year_before(period_id)
    own = [(p, m) for p, m in gateway.timeline(period_id) if p.id == period_id and m < month]
    earlier = _Earlier(version, [*([last] if last else []), *own])
    ranks = {place.year: place.rank for place in _published(version).places}
    return target_statuses(now, earlier, plan_targets(), ranks.get(now.period.year))


@kept(MOST_MONTHS)
def _overview(version: gateway.Version, period_id: int, month: int, then: tuple[int, int] | None) -> Overview:
    now = _province(version, period_id, month)
    tables = []
    for level in UNIT_LEVELS:
        snapshot = now.levels[level]
        compared = None if then is None else gateway.snapshot(then[0], level, then[1])
        tables.append(gateway.ranking_table(snapshot, snapshot.lists[0].code, compared))
    return overview(now, tables, _statuses(version, period_id, month))


def overview_of(period_id: int, month: int, then: tuple[PeriodRecord, int] | None) -> Overview:
    """The overview of a month, with movement since an earlier snapshot."""
    earlier = None if then is None else (then[0].id, then[1])
    return _overview(gateway.version(), period_id, month, earlier)
