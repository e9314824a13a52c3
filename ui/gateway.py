"""The way from screens to the data: one engine per process, bounded caches keyed by the data version."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, event

from assessment.appraised import appraised_month
from assessment.frozen import Results
from assessment.permissions import Action, permit, permitted
from assessment.province import ProvincialSnapshot
from assessment.publication import Sight, readable_periods, sight
from assessment.publishing import Edition, last_ruling, latest_editions, published_results
from assessment.ranking import RankingTable, ranking
from assessment.scorecard import Scorecard, scorecard
from assessment.snapshots import LevelSnapshot, ScoreStage, level_snapshot, stored_criteria_set
from assessment.told_results import appraised_for, told_unit
from criteria.catalogue import PlanTarget, agencies, plan_targets
from criteria.model import CriteriaSet, Level
from data.database import read_session
from data.lineage import UnitKey
from data.repositories import PeriodRecord, units_of
from data.repositories import data_version as stored_data_version
from data.repositories import snapshots as stored_snapshots
from data.secret_box import SecretBox, secret_box
from data.settings import Settings
from data.setup import prepare_database
from language import _
from ui.identity import identity_of_run
from ui.kept import kept
from ui.run import DATA_VERSION, forget, once

MOST_SNAPSHOTS = 120
"""Snapshots kept ready: three levels at thirteen months, for a few data versions."""


@kept(1)
def engine() -> Engine:
    """The prepared database: migrated and seeded on the first call in this process."""
    prepared = prepare_database(Settings())
    event.listen(prepared, "commit", lambda _connection: forget(DATA_VERSION))
    return prepared


def secrets() -> SecretBox:
    """What seals the secrets of second factors."""
    return secret_box(Settings())


class Version(NamedTuple):
    """What every cache of figures is keyed by: the data version, and which periods are in sight."""

    data: int
    sight: Sight

    @property
    def unpublished(self) -> bool:
        """Whether unpublished figures are in sight."""
        return self.sight is not Sight.PUBLISHED


def version() -> Version:
    """What whoever is looking may read now. Raises SessionEndedError."""
    return Version(data_version(), sight(identity_of_run()))


def data_version() -> int:
    """The number that every write raises; part of `version`, the key of every cache.

    A run of a page reads it once, and again after a write of its own: what it shows is of one state of the figures.
    """
    return once(DATA_VERSION, _data_version_now)


def _data_version_now() -> int:
    with read_session(engine()) as session:
        return stored_data_version(session)


class Place(NamedTuple):
    """What names a snapshot. mark: the last ruling that appraised points rest on, 0 for the other scores. told: the unit
    of whoever looks, of whose rulings appraised points hold what it was told.
    """

    period_id: int
    level: Level
    month: int
    stage: ScoreStage
    mark: int = 0
    told: UnitKey | None = None


@kept(4)
def _editions(version: Version) -> dict[int, Edition]:
    with read_session(engine()) as session:
        return latest_editions(session)


@kept(4)
def _calendar(version: Version) -> tuple[tuple[PeriodRecord, tuple[int, ...]], ...]:
    published = _editions(version)
    with read_session(engine()) as session:
        found = readable_periods(session, version.sight)
        if not version.unpublished:
            return tuple((period, (published[period.id].month,)) for period in found if period.id in published)
        return tuple((period, tuple(s.month for s in stored_snapshots(session, period.id))) for period in found)


def calendar() -> tuple[tuple[PeriodRecord, tuple[int, ...]], ...]:
    """Every period that may be seen, with the months of its snapshots: the office's own before those of the
    demonstration, each the newest first, so that a screen that chooses by itself opens on the office's newest.

    Whoever sees published figures only sees the month that was published.
    """
    return _calendar(version())


def published_periods() -> tuple[PeriodRecord, ...]:
    """The periods that everybody may see, whoever is looking, the newest first."""
    return tuple(period for period, _months in _calendar(Version(data_version(), Sight.PUBLISHED)))


def _period(version: Version, period_id: int) -> PeriodRecord:
    """Raises LookupError for a period that is not there or may not be seen."""
    found = next((p for p, _months in _calendar(version) if p.id == period_id), None)
    if found is None:
        raise LookupError(_("Không có kỳ đánh giá số {id}, hoặc kỳ chưa được công bố.").format(id=period_id))
    return found


def period(period_id: int) -> PeriodRecord:
    """A period. Raises LookupError when it is not there or may not be seen."""
    return _period(version(), period_id)


@kept(8)
def _published(version: Version, period_id: int) -> Results:
    period = _period(version, period_id)
    with read_session(engine()) as session:
        return published_results(session, period)


def _published_at(version: Version, period_id: int, month: int) -> Results:
    """Raises LookupError for a month that was not published."""
    edition = _editions(version).get(period_id)
    if edition is None or edition.month != month:
        raise LookupError(
            _("Kết quả tháng {month} của kỳ đánh giá số {id} chưa được công bố.").format(month=month, id=period_id)
        )
    return _published(version, period_id)


@kept(MOST_SNAPSHOTS)
def _snapshot(version: Version, place: Place) -> LevelSnapshot:
    period = _period(version, place.period_id)
    if place.stage is ScoreStage.PUBLISHED:
        return _published_at(version, place.period_id, place.month).levels[place.level]
    if not version.unpublished:
        raise LookupError(_("Kỳ đánh giá số {id}: chỉ điểm công bố xem được.").format(id=place.period_id))
    with read_session(engine()) as session:
        own = level_snapshot(session, period, place.level, place.month)
        if place.stage is ScoreStage.SELF:
            return own
        return appraised_for(session, own, place.told)


def _usual_stage(version: Version) -> ScoreStage:
    return ScoreStage.SELF if version.unpublished else ScoreStage.PUBLISHED


def usual_stage() -> ScoreStage:
    """The score that screens show to whoever is looking where they leave no choice."""
    return _usual_stage(version())


def earlier_stage(stage: ScoreStage) -> ScoreStage:
    """The score that movement of a score is measured from: what was published, but for the one seen everywhere."""
    usual = usual_stage()
    return usual if stage is usual else ScoreStage.PUBLISHED


def _place(version: Version, period_id: int, level: Level, month: int, stage: ScoreStage | None = None) -> Place:
    """What names a snapshot; without a stage the one that whoever is looking sees on every screen."""
    chosen = _usual_stage(version) if stage is None else stage
    if chosen is not ScoreStage.APPRAISED:
        return Place(period_id, level, month, chosen)
    return Place(period_id, level, month, chosen, last_ruling_of(period_id), told_unit(identity_of_run()))


def place_of(now: LevelSnapshot) -> Place:
    """What names a snapshot in the keys of caches."""
    return _place(version(), now.period.id, now.level, now.month, now.stage)


def last_ruling_of(period_id: int) -> int:
    """Number of the newest ruling of a period, 0 without one. Read anew: rulings need not raise the data version."""
    with read_session(engine()) as session:
        return last_ruling(session, period_id)


def stages(period_id: int, month: int) -> tuple[ScoreStage, ...]:
    """Which scores a period has at a month, of those that whoever is looking may read, in the order in which they come."""
    now = version()
    edition = _editions(now).get(period_id)
    found = [ScoreStage.SELF] if now.unpublished else []
    if permitted(identity_of_run(), Action.READ_APPRAISED) and last_ruling_of(period_id):
        period = _period(now, period_id)
        with read_session(engine()) as session:
            appraised = edition.month if edition else appraised_month(session, period)
        found += [ScoreStage.APPRAISED] if month == appraised else []
    if edition is not None and edition.month == month:
        found.append(ScoreStage.PUBLISHED)
    return tuple(found)


def snapshot(period_id: int, level: Level, month: int, stage: ScoreStage | None = None) -> LevelSnapshot:
    """One level of a period at a month, scored.

    stage: which of the three scores; without one that of the units' own figures, or the published one for those who see
    nothing else. Raises LookupError for what is not there or may not be seen, PermissionError for appraised points.
    Of the unit of whoever looks appraised points hold what it was told.
    """
    if stage is ScoreStage.APPRAISED:
        permit(identity_of_run(), Action.READ_APPRAISED)
    now = version()
    return _snapshot(now, _place(now, period_id, level, month, stage))


def unpublished_snapshot(period_id: int, level: Level, month: int) -> LevelSnapshot:
    """The same, whoever is looking: for use cases that ask themselves who may see what of it."""
    everything = Version(data_version(), Sight.EVERYTHING)
    return _snapshot(everything, _place(everything, period_id, level, month))


def edition(period_id: int) -> Edition | None:
    """The edition in force of a period; None for one that was not published."""
    return _editions(version()).get(period_id)


def published_province(period_id: int, month: int) -> ProvincialSnapshot:
    """The province as it was published. Raises LookupError for a month that was not."""
    return _published_at(version(), period_id, month).province


def _line(version: Version, period_id: int, stage: ScoreStage | None = None) -> tuple[tuple[PeriodRecord, int], ...]:
    """Snapshots of all periods of the same origin, the oldest first: own figures are never compared with invented ones.

    stage: of the published score there is the month that was published.
    """
    found, published = _calendar(version), _editions(version)
    origin = _period(version, period_id).origin
    line = ((period, month) for period, months in reversed(found) if period.origin == origin for month in months)
    if stage is not ScoreStage.PUBLISHED:
        return tuple(line)
    return tuple(
        (period, month) for period, month in line if period.id in published and month == published[period.id].month
    )


def timeline(period_id: int, stage: ScoreStage | None = None) -> tuple[tuple[PeriodRecord, int], ...]:
    """Every snapshot of the periods that this one may be compared with, the oldest first; of a score those that have it.

    stage: without one the score that whoever is looking sees on every screen.
    """
    return _line(version(), period_id, stage)


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


def compared_with(
    chosen: tuple[PeriodRecord, int] | None, level: Level, stage: ScoreStage | None = None
) -> LevelSnapshot | None:
    """The snapshot that movement is measured from, None when there is none. stage: as of `snapshot`."""
    return None if chosen is None else snapshot(chosen[0].id, level, chosen[1], stage)


def _published_line(version: Version, period_id: int) -> tuple[tuple[PeriodRecord, int], ...]:
    """What was published of the periods before this one, the oldest first."""
    year = _period(version, period_id).year
    return tuple(
        (period, month) for period, month in _line(version, period_id, ScoreStage.PUBLISHED) if period.year < year
    )


def published_before(period_id: int) -> tuple[PeriodRecord, int] | None:
    """What was published last before a period; None without anything."""
    line = _published_line(version(), period_id)
    return line[-1] if line else None


@kept(MOST_SNAPSHOTS)
def _ranking(version: Version, now: Place, list_code: str, then: Place | None) -> RankingTable:
    compared = None if then is None else _snapshot(version, then)
    return ranking(_snapshot(version, now), list_code, compared)


def ranking_table(now: LevelSnapshot, list_code: str, then: LevelSnapshot | None) -> RankingTable:
    """A ranking list with the movement since an earlier snapshot."""
    return _ranking(version(), place_of(now), list_code, None if then is None else place_of(then))


def _history(version: Version, now: Place) -> Sequence[LevelSnapshot]:
    """The snapshots up to one: the same score of every month, or what was published before what is not self-assessed."""
    if now.stage is _usual_stage(version):
        line = _line(version, now.period_id)
        upto = next(i for i, (p, m) in enumerate(line) if p.id == now.period_id and m == now.month)
        return [_snapshot(version, _place(version, p.id, now.level, m)) for p, m in line[: upto + 1]]
    earlier = [Place(p.id, now.level, m, ScoreStage.PUBLISHED) for p, m in _published_line(version, now.period_id)]
    return [_snapshot(version, place) for place in (*earlier, now)]


def history_of(now: LevelSnapshot) -> Sequence[LevelSnapshot]:
    """The snapshots up to one: the same score of every month, or what was published before what is not self-assessed."""
    return _history(version(), place_of(now))


@kept(256)
def _scorecard(version: Version, now: Place, list_code: str, unit: str, then: Place | None) -> Scorecard:
    return scorecard(_ranking(version, now, list_code, then), unit, _history(version, now))


def unit_scorecard(now: LevelSnapshot, list_code: str, unit: str, then: LevelSnapshot | None) -> Scorecard:
    """A unit's scorecard with its trend up to the snapshot."""
    return _scorecard(version(), place_of(now), list_code, unit, None if then is None else place_of(then))


@kept(16)
def _criteria_set(version: Version, period_id: int, level: Level) -> CriteriaSet:
    period = _period(version, period_id)
    if not version.unpublished:
        found = _published(version, period.id)
        return found.province.criteria_set if level == "province" else found.levels[level].criteria_set
    with read_session(engine()) as session:
        return stored_criteria_set(session, period_id, level)


def criteria_set(period_id: int, level: Level) -> CriteriaSet:
    """The criteria set that a period uses at a level; the one that was published for those who see nothing else."""
    return _criteria_set(version(), period_id, level)


@kept(16)
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
