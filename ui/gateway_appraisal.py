"""The way from the screens of appraisal to the data: tasks and rulings are read anew at every run."""

from collections.abc import Mapping, Sequence

from assessment.appraisal import Load, Progress, TaskRecord, loads, progress, tasks, waiting_periods
from assessment.appraisal_cases import AppraisalCase, appraisal_cases
from assessment.appraised import RulingRecord, appraised_month
from assessment.appraisers import Appraiser, appraisers
from assessment.council import UnitStanding, council_standing, trial_fault
from assessment.permissions import Identity
from assessment.publication import own_first
from assessment.ranking import RankingTable
from assessment.rulings import earlier_rulings, rulings_on
from assessment.snapshots import LevelSnapshot, ScoreStage
from assessment.submissions import ReportPlace
from criteria.model import Level
from data.database import read_session
from data.lineage import UnitKey
from data.repositories import PeriodRecord, UnitRecord, units_of
from language import local_day
from ui import gateway
from ui.clock import now
from ui.gateway_reports import REPORTING
from ui.kept import kept


@kept(8)
def _units(version: gateway.Version, period_id: int) -> Mapping[UnitKey, UnitRecord]:
    with read_session(gateway.engine()) as session:
        found = [unit for level in REPORTING for unit in units_of(session, period_id, level)]
    return {unit.key: unit for unit in found}


def units(period: PeriodRecord) -> Mapping[UnitKey, UnitRecord]:
    """The units of a period that report, level by level in Vietnamese order."""
    return _units(gateway.version(), period.id)


def tasks_of(identity: Identity, period: PeriodRecord) -> tuple[TaskRecord, ...]:
    """The tasks of a period that whoever looks may see. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return tasks(session, identity, period.id)


def usual_period(identity: Identity) -> PeriodRecord | None:
    """The newest period in which something waits for a ruling of whoever looks, of the office's own where it has any."""
    with read_session(gateway.engine()) as session:
        waiting = waiting_periods(session, identity)
    return next((p for p in own_first(p for p, _months in gateway.calendar()) if p.id in waiting), None)


def _month(period: PeriodRecord) -> int | None:
    with read_session(gateway.engine()) as session:
        return appraised_month(session, period)


def reported(period: PeriodRecord, level: Level) -> LevelSnapshot | None:
    """A level as it was reported, at the month that is appraised; None while the period has no month."""
    month = _month(period)
    return None if month is None else gateway.snapshot(period.id, level, month, ScoreStage.SELF)


def appraised(period: PeriodRecord, level: Level) -> LevelSnapshot | None:
    """The same level after its rulings."""
    month = _month(period)
    return None if month is None else gateway.snapshot(period.id, level, month, ScoreStage.APPRAISED)


def bands(period: PeriodRecord, level: Level) -> RankingTable | None:
    """The first ranking list of a level after its rulings: ranks are bands while tasks are open."""
    snapshot = appraised(period, level)
    return None if snapshot is None else gateway.ranking_table(snapshot, snapshot.lists[0].code, None)


def cases(
    identity: Identity, snapshot: LevelSnapshot, after: LevelSnapshot, chosen: Sequence[TaskRecord]
) -> tuple[AppraisalCase, ...]:
    """Tasks of a level with everything that is at hand for them."""
    with read_session(gateway.engine()) as session:
        return appraisal_cases(session, identity, snapshot, after, chosen, local_day(now()))


def history(identity: Identity, case: AppraisalCase, period: PeriodRecord) -> tuple[RulingRecord, ...]:
    """Every ruling on the criterion of the unit, the oldest first."""
    with read_session(gateway.engine()) as session:
        return rulings_on(session, identity, ReportPlace(period.id, case.task.key.unit), case.criterion.code)


def earlier(identity: Identity, case: AppraisalCase, period: PeriodRecord) -> tuple[RulingRecord, ...]:
    """What was decided on the same criterion elsewhere and before, the newest first."""
    with read_session(gateway.engine()) as session:
        return earlier_rulings(session, identity, ReportPlace(period.id, case.task.key.unit), case.criterion.code)


def standings(identity: Identity, period: PeriodRecord) -> tuple[UnitStanding, ...]:
    """How far appraisal of every unit is. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return council_standing(session, identity, period.id, local_day(now()))


def end_of(period: PeriodRecord) -> str | None:
    """Why nothing more is appraised in a period that was closed as a trial run; None for any other."""
    with read_session(gateway.engine()) as session:
        return trial_fault(session, period)


def progress_of(identity: Identity, period: PeriodRecord) -> Progress:
    """How far appraisal of a period is. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return progress(session, identity, period.id, local_day(now()))


def load_of(identity: Identity, period: PeriodRecord) -> tuple[Load, ...]:
    """Load and deadline of everybody who appraises. Raises PermissionError."""
    with read_session(gateway.engine()) as session:
        return loads(session, identity, period.id, local_day(now()))


def everybody(identity: Identity, period: PeriodRecord) -> tuple[Appraiser, ...]:
    """Who can appraise a period now, of those whom whoever looks may know of."""
    with read_session(gateway.engine()) as session:
        return appraisers(session, identity, period)
