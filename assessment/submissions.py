"""Where each unit's report stands: handed to the head, sent, and given back."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.permissions import Identity
from assessment.publication import trial_ended
from assessment.refusals import MovedOnError, RefusedError
from data.audit import Change, Deed
from data.database import hold_drafts
from data.lineage import UnitKey
from data.models import Period, PeriodState, Snapshot, Submission, Unit
from data.repositories import PeriodRecord, periods
from language import _

OPEN = frozenset({PeriodState.SELF_ASSESSMENT, PeriodState.RETURNED})
"""States in which a unit may type."""
SENT = frozenset({PeriodState.SENT, PeriodState.APPRAISAL, PeriodState.AWAITING_EXPLANATION, PeriodState.REAPPRAISAL})
"""Where a report stands once its unit has sent it."""
TOLD = (PeriodState.AWAITING_EXPLANATION, PeriodState.REAPPRAISAL)
"""States of a report whose unit was told what appraisal has found."""


class ToldState(StrEnum):
    """Where a report is told to stand beyond the states in which it is stored.

    EXPLAINED: its unit has sent what it explains, and the office has yet to take it into the second appraisal. APPRAISED:
    told, and nothing of it is left to do before the council: its unit has agreed, has let the time of explaining
    pass, or was appraised again.
    """

    EXPLAINED = "explained"
    APPRAISED = "appraised"


ReportState = PeriodState | ToldState
"""Where a report stands, as screens and papers tell it."""


class SubmissionRefusedError(RefusedError):
    """Why a report cannot be typed, handed over or sent, every reason a sentence. Nothing has changed."""


class ReportMovedOnError(SubmissionRefusedError, MovedOnError):
    """A report stands elsewhere than the step that was asked for begins."""


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """Which report: of which unit in which period."""

    period_id: int
    unit: UnitKey

    @property
    def columns(self) -> dict[str, Any]:
        """The columns by which tables name it."""
        return {"period_id": self.period_id, "unit_code": self.unit.code, "unit_valid_from": self.unit.valid_from}


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """Where a unit's report stands. version: what a writer has seen, 0 while nobody has touched it.

    return_reason: why the office returned it, until it is sent again. taken_back_reason: why its own unit took it back.
    sent_at: when it was sent last. days_late: how many working days after its deadline that was, None for in time.
    """

    state: PeriodState
    due_on: dt.date | None = None
    return_reason: str | None = None
    taken_back_reason: str | None = None
    sent_at: dt.datetime | None = None
    days_late: int | None = None
    report_number: str | None = None
    report_date: dt.date | None = None
    changed_at: dt.datetime | None = None
    account_id: int | None = None
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether the unit may type."""
        return self.state in OPEN

    @property
    def is_with_the_unit(self) -> bool:
        """Whether the unit has not sent it, or has been asked again."""
        return self.is_open or self.state == PeriodState.AWAITING_HEAD

    @property
    def is_told(self) -> bool:
        """Whether the unit was told what appraisal has found; due_on is then the last day of explaining."""
        return self.state in TOLD

    @property
    def is_appraised(self) -> bool:
        """Whether appraisal of it has begun."""
        return self.is_told or self.state == PeriodState.APPRAISAL

    @property
    def send_by(self) -> dt.date | None:
        """The unit's own last day of sending, None where that of its level counts."""
        return None if self.is_told else self.due_on


def untouched() -> SubmissionRecord:
    """The report of a unit that nobody has touched."""
    return SubmissionRecord(PeriodState.SELF_ASSESSMENT)


def has_agreed(row: Submission) -> bool:
    """Whether a unit has agreed to the draft results that it was sent last."""
    return row.accepted_at is not None and (row.told_at is None or row.accepted_at >= row.told_at)


def submission_record(row: Submission | None) -> SubmissionRecord:
    if row is None:
        return untouched()
    return SubmissionRecord(
        PeriodState(row.state),
        row.due_on,
        row.return_reason,
        row.taken_back_reason,
        row.sent_at,
        row.days_late,
        row.report_number,
        row.report_date,
        row.changed_at,
        row.account_id,
        row.version,
    )


def submission(session: Session, place: ReportPlace) -> SubmissionRecord:
    """Where the report stands."""
    return submission_record(session.get(Submission, (place.period_id, *place.unit)))


def _held(session: Session, place: ReportPlace) -> SubmissionRecord:
    """Where the report stands, read anew when nobody writes drafts; nobody does before the transaction ends.

    Who takes the report a step further then knows what it holds, and who types in it knows where it stands.
    """
    hold_drafts(session)
    return submission_record(session.get(Submission, (place.period_id, *place.unit), populate_existing=True))


def submissions(session: Session, period_id: int) -> dict[UnitKey, SubmissionRecord]:
    """Where the reports of a period stand, by unit; untouched ones are not among them."""
    rows = session.scalars(select(Submission).where(Submission.period_id == period_id))
    return {UnitKey(row.unit_code, row.unit_valid_from): submission_record(row) for row in rows}


# Asked at every figure that is typed, so made ready once.
_OPEN_MONTHS = (
    select(Snapshot.month)
    .where(Snapshot.period_id == bindparam("period_id"), Snapshot.closed.is_(False))
    .order_by(Snapshot.month.desc())
)


def open_month(session: Session, period_id: int) -> int:
    """The month that takes figures: the last open one. Raises SubmissionRefusedError when all are closed."""
    month = session.scalar(_OPEN_MONTHS, {"period_id": period_id})
    if month is None:
        require_no_end(session, period_id)
        raise SubmissionRefusedError(
            [_("Kỳ đánh giá không có tháng nào đang mở để nhận số liệu; đề nghị liên hệ cơ quan thường trực.")]
        )
    return month


def require_no_end(session: Session, period_id: int) -> None:
    """Raises SubmissionRefusedError for a period whose council has passed, or that was closed as a trial run."""
    if trial_ended(session, period_id):
        raise SubmissionRefusedError(
            [_("Kỳ đánh giá đã kết thúc chạy thử nội bộ nên không nhận số liệu nữa; hãy chọn kỳ khác.")]
        )
    period = session.get(Period, period_id)
    if period is None or period.state in OPEN:
        return
    if period.state == PeriodState.PUBLISHED:
        raise SubmissionRefusedError([_("Kết quả của kỳ đánh giá đã công bố nên kỳ không nhận số liệu nữa.")])
    state = state_name(PeriodState(period.state))
    raise SubmissionRefusedError(
        [_("Kỳ đánh giá đang ở bước «{state}» nên không nhận số liệu nữa.").format(state=state)]
    )


def takes_figures(session: Session, period_id: int) -> bool:
    """Whether units may still report in a period: it has not ended, and a month of it is open."""
    try:
        require_no_end(session, period_id)
        open_month(session, period_id)
    except SubmissionRefusedError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class ReportMonth:
    """The month whose figures the reports of a period show. closed: why it takes none, empty while it does."""

    month: int
    closed: str = ""


def report_month(session: Session, period_id: int) -> ReportMonth:
    """The month that takes figures; the last one, to be read, where all are closed or the period has ended.

    Raises SubmissionRefusedError for a period without any month.
    """
    try:
        require_no_end(session, period_id)
        return ReportMonth(open_month(session, period_id))
    except SubmissionRefusedError as refused:
        last = session.scalar(select(func.max(Snapshot.month)).where(Snapshot.period_id == period_id))
        if last is None:
            raise
        return ReportMonth(last, str(refused))


def period_of(session: Session, place: ReportPlace) -> PeriodRecord:
    """The period of a report. Raises SubmissionRefusedError when it is gone."""
    found = next((p for p in periods(session) if p.id == place.period_id), None)
    if found is None:
        raise SubmissionRefusedError([_("Không có kỳ đánh giá này; hãy chọn kỳ khác.")])
    return found


def unit_name(session: Session, unit: UnitKey) -> str:
    """What the unit is called."""
    return session.get_one(Unit, tuple(unit)).name_vi


def require_open(session: Session, place: ReportPlace) -> None:
    """Raises SubmissionRefusedError unless the unit may still change its figures."""
    period = period_of(session, place)
    found = _held(session, place)
    if PeriodState(period.state) not in OPEN or not found.is_open:
        state = found.state if PeriodState(period.state) in OPEN else PeriodState(period.state)
        raise SubmissionRefusedError(
            [
                _("Báo cáo đang ở bước «{state}» nên không sửa được số liệu; hãy chờ trả lại để bổ sung.").format(
                    state=state_name(state)
                )
            ]
        )
    open_month(session, place.period_id)


def state_name(state: ReportState) -> str:
    """The state as screens and papers write it. Source: glossary, process states."""
    return {
        PeriodState.SELF_ASSESSMENT: _("Đang tự đánh giá"),
        PeriodState.AWAITING_HEAD: _("Chờ lãnh đạo đơn vị duyệt"),
        PeriodState.SENT: _("Đã gửi"),
        PeriodState.RETURNED: _("Trả lại để bổ sung"),
        PeriodState.APPRAISAL: _("Đang thẩm định"),
        PeriodState.AWAITING_EXPLANATION: _("Chờ giải trình"),
        PeriodState.REAPPRAISAL: _("Thẩm định lại"),
        ToldState.EXPLAINED: _("Đã gửi giải trình"),
        ToldState.APPRAISED: _("Đã thẩm định xong"),
        PeriodState.COUNCIL_PASSED: _("Hội đồng thông qua"),
        PeriodState.AWAITING_APPROVAL: _("Trình phê duyệt"),
        PeriodState.PUBLISHED: _("Đã công bố"),
    }[state]


def appraised_state(state: PeriodState, *, explained: bool, finished: bool, published: bool) -> ReportState:
    """Where a report stands: nothing is waited for of a finished one, and no explanation once it was sent.

    published: whether the results of its period are.
    """
    if finished and state in TOLD:
        return PeriodState.PUBLISHED if published else ToldState.APPRAISED
    return ToldState.EXPLAINED if explained and state == PeriodState.AWAITING_EXPLANATION else state


def told_state(state: ReportState, *, closed: bool) -> ReportState:
    """The same, once its period takes no more figures: then no head can approve it any more."""
    return PeriodState.SELF_ASSESSMENT if closed and state == PeriodState.AWAITING_HEAD else state


def report_state_name(state: ReportState, *, closed: bool) -> str:
    """Where a report stands, as screens and papers write it; what is with its unit once `closed` was not sent."""
    missed: dict[ReportState, str] = {
        PeriodState.SELF_ASSESSMENT: _("Không gửi báo cáo"),
        PeriodState.RETURNED: _("Không gửi lại báo cáo"),
    }
    told = told_state(state, closed=closed)
    return missed.get(told, state_name(told)) if closed else state_name(told)


def move(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    seen: int,
    state: PeriodState,
    now: dt.datetime,
    deed: Deed,
    *,
    subject: str = "",
    reason: str = "",
    changes: Sequence[Change] = (),
) -> Submission:
    """Puts a report into a state, and notes it; the caller flushes. seen: the version that the writer has seen.

    changes: what else changes with it, for the log.

    Raises SubmissionRefusedError when somebody else has moved the report since.
    """
    row = session.get(Submission, (place.period_id, *place.unit))
    before = submission_record(row).state
    if (row.version if row else 0) != seen:
        raise ReportMovedOnError(
            [
                _("Báo cáo của {unit} vừa được người khác chuyển bước, hiện là «{state}»; hãy tải lại trang.").format(
                    unit=unit_name(session, place.unit), state=state_name(before)
                )
            ]
        )
    line = Change(_("trạng thái báo cáo"), state_name(before), state_name(state), place.unit)
    period = period_of(session, place)
    record(
        session,
        identity,
        now,
        deed,
        subject=subject,
        reason=reason,
        period=period,
        unit=place.unit,
        changes=[line, *changes],
    )
    if row is None:
        row = Submission(**place.columns)
        session.add(row)
    row.state, row.changed_at, row.account_id = state.value, now, identity.account_id
    return row


def require_state(session: Session, place: ReportPlace, *wanted: PeriodState) -> None:
    """Raises SubmissionRefusedError unless the report stands in one of the states."""
    found = _held(session, place)
    if found.state not in wanted:
        raise ReportMovedOnError(
            [
                _("Báo cáo của {unit} đang ở bước «{state}», không phải «{wanted}»; hãy tải lại trang.").format(
                    unit=unit_name(session, place.unit),
                    state=state_name(found.state),
                    wanted=_("» hoặc «").join(state_name(s) for s in wanted),
                )
            ]
        )
