"""The way from screens to the data: one engine per process, bounded caches keyed by the data version."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from sqlalchemy import Engine

from assessment.publication import may_read_unpublished, readable_periods
from assessment.ranking import RankingTable, ranking
from assessment.scorecard import Scorecard, scorecard
from assessment.snapshots import LevelSnapshot, level_snapshot, stored_criteria_set
from criteria.catalogue import PlanTarget, agencies, plan_targets
from criteria.model import CriteriaSet, Level
from data.database import read_session
from data.repositories import PeriodRecord, units_of
from data.repositories import data_version as stored_data_version
from data.repositories import snapshots as stored_snapshots
from data.secret_box import SecretBox, secret_box
from data.settings import Settings
from data.setup import prepare_database
from language import _
from ui.identity import identity_of_run

MOST_SNAPSHOTS = 120
"""Snapshots kept ready: three levels at thirteen months, for a few data versions."""


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The prepared database: migrated and seeded on the first call in this process."""
    return prepare_database(Settings())


def secrets() -> SecretBox:
    """What seals the secrets of second factors."""
    return secret_box(Settings())


class Version(NamedTuple):
    """What every cache of figures is keyed by: the data version, and whether unpublished figures are among them."""

    data: int
    unpublished: bool


def version() -> Version:
    """What whoever is looking may read now. Raises SessionEndedError."""
    return Version(data_version(), may_read_unpublished(identity_of_run()))


def data_version() -> int:
    """The number that every write raises; part of `version`, the key of every cache."""
    with read_session(engine()) as session:
        return stored_data_version(session)


@st.cache_resource(show_spinner=False, max_entries=4)
def _calendar(version: Version) -> tuple[tuple[PeriodRecord, tuple[int, ...]], ...]:
    with read_session(engine()) as session:
        found = readable_periods(session, unpublished=version.unpublished)
        return tuple((period, tuple(s.month for s in stored_snapshots(session, period.id))) for period in found)


def calendar() -> tuple[tuple[PeriodRecord, tuple[int, ...]], ...]:
    """Every period that may be seen, with the months of its snapshots, the newest period first."""
    return _calendar(version())


def _period(version: Version, period_id: int) -> PeriodRecord:
    """Raises LookupError for a period that is not there or may not be seen."""
    found = next((p for p, _months in _calendar(version) if p.id == period_id), None)
    if found is None:
        raise LookupError(_("Không có kỳ đánh giá số {id}, hoặc kỳ chưa được công bố.").format(id=period_id))
    return found


def period(period_id: int) -> PeriodRecord:
    """A period. Raises LookupError when it is not there or may not be seen."""
    return _period(version(), period_id)


@st.cache_resource(show_spinner=False, max_entries=MOST_SNAPSHOTS)
def _snapshot(version: Version, period_id: int, level: Level, month: int) -> LevelSnapshot:
    period = _period(version, period_id)
    with read_session(engine()) as session:
        return level_snapshot(session, period, level, month)


def snapshot(period_id: int, level: Level, month: int) -> LevelSnapshot:
    """One level of a period at a month, scored."""
    return _snapshot(version(), period_id, level, month)


def unpublished_snapshot(period_id: int, level: Level, month: int) -> LevelSnapshot:
    """The same, whoever is looking: for use cases that ask themselves who may see what of it."""
    return _snapshot(Version(data_version(), unpublished=True), period_id, level, month)


def _line(version: Version, period_id: int) -> tuple[tuple[PeriodRecord, int], ...]:
    """Snapshots of all periods of the same origin, the oldest first: own figures are never compared with invented ones."""
    found = _calendar(version)
    origin = _period(version, period_id).origin
    return tuple((period, month) for period, months in reversed(found) if period.origin == origin for month in months)


def timeline(period_id: int) -> tuple[tuple[PeriodRecord, int], ...]:
    """Every snapshot of the periods that this one may be compared with, the oldest first."""
    return _line(version(), period_id)


def before(period_id: int, month: int) -> tuple[PeriodRecord, int] | None:
    """The snapshot just before this one: last month's, or the last one of the year before."""
    line = timeline(period_id)
    place = next(i for i, (period, own) in enumerate(line) if period.id == period_id and own == month)
    return line[place - 1] if place else None


def year_before(period_id: int) -> tuple[PeriodRecord, int] | None:
    """The last snapshot of the year before the period."""
    year = period(period_id).year
    earlier = [(period, month) for period, month in timeline(period_id) if period.year == year - 1]
    return earlier[-1] if earlier else None


def compared_with(chosen: tuple[PeriodRecord, int] | None, level: Level) -> LevelSnapshot | None:
    """The snapshot that movement is measured from, None when there is none."""
    return None if chosen is None else snapshot(chosen[0].id, level, chosen[1])


@st.cache_resource(show_spinner=False, max_entries=MOST_SNAPSHOTS)
def _ranking(
    version: Version, now: tuple[int, Level, int], list_code: str, then: tuple[int, int] | None
) -> RankingTable:
    compared = None if then is None else _snapshot(version, then[0], now[1], then[1])
    return ranking(_snapshot(version, *now), list_code, compared)


def ranking_table(now: LevelSnapshot, list_code: str, then: LevelSnapshot | None) -> RankingTable:
    """A ranking list with the movement since an earlier snapshot."""
    earlier = None if then is None else (then.period.id, then.month)
    return _ranking(version(), (now.period.id, now.level, now.month), list_code, earlier)


@st.cache_resource(show_spinner=False, max_entries=256)
def _scorecard(
    version: Version, now: tuple[int, Level, int], list_code: str, unit: str, then: tuple[int, int] | None
) -> Scorecard:
    level = now[1]
    compared = None if then is None else _snapshot(version, then[0], level, then[1])
    line = _line(version, now[0])
    upto = next(i for i, (p, m) in enumerate(line) if p.id == now[0] and m == now[2])
    history: Sequence[LevelSnapshot] = [_snapshot(version, p.id, level, m) for p, m in line[: upto + 1]]
    return scorecard(_snapshot(version, *now), list_code, unit, compared, history)


def unit_scorecard(now: LevelSnapshot, list_code: str, unit: str, then: LevelSnapshot | None) -> Scorecard:
    """A unit's scorecard with its trend up to the snapshot."""
    earlier = None if then is None else (then.period.id, then.month)
    return _scorecard(version(), (now.period.id, now.level, now.month), list_code, unit, earlier)


@st.cache_resource(show_spinner=False, max_entries=16)
def _criteria_set(version: Version, period_id: int, level: Level) -> CriteriaSet:
    with read_session(engine()) as session:
        return stored_criteria_set(session, period_id, level)


def criteria_set(period_id: int, level: Level) -> CriteriaSet:
    """The criteria set that a period uses at a level."""
    return _criteria_set(version(), period_id, level)


@st.cache_resource(show_spinner=False, max_entries=16)
def _parents(version: Version, period_id: int) -> dict[str, str]:
    with read_session(engine()) as session:
        return {unit.code: unit.name_vi for unit in units_of(session, period_id, "district")}


def parent_names(now: LevelSnapshot) -> dict[str, str]:
    """Names of the districts by code, for communes; empty for other levels."""
    return _parents(version(), now.period.id) if now.level == "commune" else {}


def agency_names() -> dict[str, str]:
    """Names of the verifying agencies by code."""
    return {agency.code: str(agency.name) for agency in agencies()}


def targets() -> dict[str, PlanTarget]:
    """The plan's targets by code."""
    return {target.code: target for target in plan_targets()}
