"""What the council has passed is looked at again where it was found wrong."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessment.appraisal import AppraisalRefusedError, deadline_of, load_now, put_second, unit_of
from assessment.appraisers import appraisers
from assessment.council import (
    StepRecord,
    chosen_period,
    lapsed_submission,
    require_period_state,
    require_running,
    steps_of,
    voided_submission,
)
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.reasons import given_reason
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN, TOLD, ReportPlace, move, require_state, state_name, submission
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import AppraisalTask, AppraisalTier, Period, PeriodState, Reopening, StepKind, Unit
from data.repositories import PeriodRecord
from language import _, format_date

PASSED = (PeriodState.COUNCIL_PASSED, PeriodState.AWAITING_APPROVAL, PeriodState.PUBLISHED)
"""Where a period stands whose results the council has passed."""


@dataclass(frozen=True, slots=True)
class ReopeningRecord:
    """When and why the office had a criterion of a unit appraised again after the council."""

    reason: str
    reopened_at: dt.datetime


def reopenings(
    session: Session, period_id: int, units: Collection[UnitKey]
) -> Mapping[tuple[UnitKey, str], tuple[ReopeningRecord, ...]]:
    """What was reopened of units in a period, by unit and criterion, the oldest first."""
    codes = {unit.code for unit in units}
    query = select(Reopening).where(Reopening.period_id == period_id, Reopening.unit_code.in_(codes))
    found: dict[tuple[UnitKey, str], tuple[ReopeningRecord, ...]] = {}
    for row in session.scalars(query.order_by(Reopening.id)):
        key = UnitKey(row.unit_code, row.unit_valid_from), row.criterion
        found[key] = (*found.get(key, ()), ReopeningRecord(row.reason, row.reopened_at))
    return found


@dataclass(frozen=True, slots=True)
class ReopenedUnit:
    """What the office had appraised again of a unit at one time, and why."""

    unit: str
    criteria: tuple[str, ...]
    told: ReopeningRecord


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Minutes that no longer hold, since something was reopened after them. submission: what rested on them, if anything."""

    minutes: StepRecord
    submission: StepRecord | None
    reopened: tuple[ReopenedUnit, ...]


def overtaken_minutes(session: Session, identity: Identity, period_id: int) -> Overtaken | None:
    """The council's minutes of a period that is appraised again before its publication; None for any other.

    Raises PermissionError, CouncilRefusedError.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    period, minutes = chosen_period(session, period_id), steps_of(session, period_id).get(StepKind.COUNCIL)
    if minutes is None or PeriodState(period.state) not in OPEN:
        return None
    query = (
        select(Reopening, Unit.name_vi)
        .join(Unit, and_(Unit.code == Reopening.unit_code, Unit.valid_from == Reopening.unit_valid_from))
        .where(Reopening.period_id == period_id, Reopening.reopened_at >= minutes.done_at)
    )
    found: dict[tuple[str, ReopeningRecord], tuple[str, ...]] = {}
    for row, unit in session.execute(query.order_by(Reopening.id)):
        key = unit, ReopeningRecord(row.reason, row.reopened_at)
        found[key] = (*found.get(key, ()), row.criterion)
    reopened = tuple(ReopenedUnit(unit, codes, told) for (unit, told), codes in found.items())
    return Overtaken(minutes, lapsed_submission(session, period_id, minutes), reopened)


def reopen(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    unit: UnitKey,
    criteria: Sequence[str],
    reason: str,
    days: int,
    now: dt.datetime,
) -> dt.date:
    """Has criteria of a unit appraised a second time after the council; gives the last day for it.

    To be called in a write session. snapshot: the level at the month that is appraised. days: working days from today.
    Before the publication the period goes back into appraisal: the council meets again, and a submission for approval is
    void. What is published stays as it is until an amending decision. Raises PermissionError, AppraisalRefusedError
    without a criterion or a reason, CouncilRefusedError before the council and after a trial run,
    SubmissionRefusedError for a unit that was not appraised.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period = chosen_period(session, snapshot.period.id)
    require_running(session, period)
    require_period_state(period, *PASSED)
    told = given_reason(
        reason, _("Cần lý do mở lại thẩm định từ 1 đến {most} ký tự; hãy ghi lý do."), AppraisalRefusedError
    )
    place, own = ReportPlace(period.id, unit), unit_of(snapshot, unit)
    require_state(session, place, *TOLD)
    found = submission(session, place)
    if not criteria:
        raise AppraisalRefusedError([_("Chưa chọn chỉ số nào; hãy chọn ít nhất một.")])
    due, known, load = (
        deadline_of(session, days, now),
        appraisers(session, identity, period),
        load_now(session, period.id),
    )
    rows = session.scalars(select(AppraisalTask).filter_by(**place.columns, tier=AppraisalTier.FIRST.value))
    done = {row.criterion: row for row in rows}
    for code in criteria:
        first = done.get(code)
        if first is None:
            raise AppraisalRefusedError(
                [_("{unit}, {code}: chưa được thẩm định nên không mở lại được.").format(unit=own.name_vi, code=code)]
            )
        put_second(session, snapshot, own, first, known, load, due)
        session.add(
            Reopening(**place.columns, criterion=code, reason=told, account_id=identity.account_id, reopened_at=now)
        )
    changes = [
        Change(_("chỉ số được mở lại"), None, ", ".join(criteria), unit),
        Change(_("hạn thẩm định lại"), None, format_date(due), unit),
        *_back_into_appraisal(session, period),
    ]
    deed = Deed.REOPEN_APPRAISAL
    move(session, identity, place, found.version, PeriodState.REAPPRAISAL, now, deed, reason=told, changes=changes)
    session.flush()
    return due


def _back_into_appraisal(session: Session, period: PeriodRecord) -> tuple[Change, ...]:
    """What a reopened criterion changes of a period that is not published yet."""
    if period.state == PeriodState.PUBLISHED:
        return ()
    void = voided_submission(session, period.id)
    session.get_one(Period, period.id).state = PeriodState.SELF_ASSESSMENT.value
    moved = Change(
        _("trạng thái kỳ đánh giá"), state_name(PeriodState(period.state)), state_name(PeriodState.APPRAISAL)
    )
    return moved, *void
