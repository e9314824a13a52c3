"""A report goes from the clerk to the head, from the head to the office, and back with a reason."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessment.deadlines import days_fault, deadlines, due, working_days
from assessment.drafts import (
    DraftRecord,
    drafts,
    report_faults,
    send_drafts,
    taken_back_faults,
    with_drafts,
)
from assessment.entries import is_likely, unlikely_date
from assessment.evidence import attach_signed_report
from assessment.evidence_library import attached
from assessment.evidence_needs import evidence_faults, lacking_evidence
from assessment.permissions import Action, Identity, permit
from assessment.reasons import given_reason
from assessment.report_form import stored_text
from assessment.snapshots import LevelSnapshot, level_snapshot
from assessment.submissions import (
    ReportPlace,
    SubmissionRecord,
    SubmissionRefusedError,
    move,
    open_month,
    require_no_end,
    require_open,
    require_state,
    submission,
    submission_record,
)
from criteria.model import Level
from data.audit import Change, Deed
from data.models import PeriodState
from language import _, format_date, local_day

MOST_NUMBER = 100
"""Longest number of a signed report."""


def _reason(text: str) -> str:
    missing = _("Cần lý do từ 1 đến {most} ký tự để đơn vị biết phải bổ sung gì; hãy ghi lý do.")
    return given_reason(text, missing, SubmissionRefusedError)


def _faultless(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    snapshot: LevelSnapshot,
    typed: Mapping[str, DraftRecord],
    now: dt.datetime,
) -> None:
    month = open_month(session, place.period_id)
    if (snapshot.period.id, snapshot.month) != (place.period_id, month):
        raise SubmissionRefusedError(
            [_("Tháng nhận số liệu vừa đổi thành {month}; hãy tải lại trang.").format(month=month)]
        )
    proved = attached(session, identity, place, local_day(now))
    applied = with_drafts(snapshot, place.unit.code, typed)
    faults = (
        *report_faults(snapshot, place.unit.code, typed, applied),
        *taken_back_faults(session, place, snapshot.entries, typed, month),
        *evidence_faults(lacking_evidence(session, place, snapshot, typed, applied, proved)),
    )
    if faults:
        raise SubmissionRefusedError(faults)


def hand_to_head(
    session: Session, identity: Identity, place: ReportPlace, snapshot: LevelSnapshot, seen: int, now: dt.datetime
) -> SubmissionRecord:
    """The clerk lays the report before the head of the unit. To be called in a write session.

    snapshot: the level at the month that takes figures. Raises PermissionError for another unit, SubmissionRefusedError
    with every entry that cannot go on so.
    """
    permit(identity, Action.ENTER_FIGURES, unit=place.unit)
    require_open(session, place)
    _faultless(session, identity, place, snapshot, drafts(session, identity, place), now)
    row = move(session, identity, place, seen, PeriodState.AWAITING_HEAD, now, Deed.HAND_TO_HEAD)
    session.flush()
    return submission_record(row)


def take_back(
    session: Session, identity: Identity, place: ReportPlace, reason: str, seen: int, now: dt.datetime
) -> SubmissionRecord:
    """The unit goes on typing: the clerk takes the report back from the head, or the head gives it back with a reason.

    To be called in a write session. Raises PermissionError, SubmissionRefusedError.
    """
    permit(identity, Action.ENTER_FIGURES, unit=place.unit)
    require_no_end(session, place.period_id)
    require_state(session, place, PeriodState.AWAITING_HEAD)
    told = _reason(reason)
    row = move(session, identity, place, seen, PeriodState.SELF_ASSESSMENT, now, Deed.TAKE_BACK, reason=told)
    row.taken_back_reason = told
    session.flush()
    return submission_record(row)


def _require_seen(session: Session, place: ReportPlace, snapshot: LevelSnapshot) -> None:
    """Raises SubmissionRefusedError when a stored figure of the unit is no longer as the snapshot has it."""
    fresh, unit = level_snapshot(session, snapshot.period, snapshot.level, snapshot.month), place.unit.code
    moved = [
        entry.code
        for entry in snapshot.entries.entries
        if stored_text(snapshot, unit, entry) != stored_text(fresh, unit, entry)
    ]
    if moved:
        raise SubmissionRefusedError(
            [
                _("Số liệu vừa được nạp lại trong lúc bạn xem: {names}. Báo cáo chưa gửi; hãy xem lại rồi gửi.").format(
                    names=", ".join(snapshot.entries.name_of(code) for code in moved)
                )
            ]
        )


@dataclass(frozen=True, slots=True)
class SignedReport:
    """The self-assessment report that the head has signed. evidence: its document in the unit's library."""

    number: str
    date: dt.date
    evidence: int


def approve_and_send(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    snapshot: LevelSnapshot,
    report: SignedReport,
    seen: int,
    now: dt.datetime,
) -> SubmissionRecord:
    """The head approves: drafts become the unit's self-assessed figures of the open month, and the report is sent.

    To be called in a write session. snapshot: as the head has it on the screen. Requests for not applicable stay
    requests: they count only once approved. Raises PermissionError for anybody but the unit's head,
    SubmissionRefusedError with every reason, or when others moved a figure since, EvidenceRefusedError when the library
    does not hold the signed report.
    Source: product.md, pitfall of a unit granting itself not applicable; issue of the process, approval by the head.
    """
    permit(identity, Action.APPROVE_REPORT, unit=place.unit)
    require_no_end(session, place.period_id)
    require_state(session, place, PeriodState.AWAITING_HEAD)
    number = " ".join(report.number.split())
    if not number:
        raise SubmissionRefusedError([_("Chưa có số của báo cáo tự đánh giá đã ký; hãy ghi, ví dụ 123/BC-STTTT.")])
    if len(number) > MOST_NUMBER:
        raise SubmissionRefusedError([_("Số báo cáo dài hơn {most} ký tự; hãy ghi đúng số.").format(most=MOST_NUMBER)])
    if report.date > local_day(now):
        raise SubmissionRefusedError([_("Ngày ký báo cáo ở tương lai; hãy ghi ngày đã ký.")])
    if not is_likely(report.date):
        raise SubmissionRefusedError([_("Ngày ký báo cáo: {fault}").format(fault=unlikely_date(report.date))])
    typed = drafts(session, identity, place)
    _faultless(session, identity, place, snapshot, typed, now)
    _require_seen(session, place, snapshot)
    attach_signed_report(session, identity, place, report.evidence, now)
    late = _days_late(session, place, snapshot.level, local_day(now))
    send_drafts(session, place, snapshot, typed)
    row = move(session, identity, place, seen, PeriodState.SENT, now, Deed.SEND_REPORT, subject=number)
    row.report_number, row.report_date = number, report.date
    row.return_reason = row.taken_back_reason = None
    row.sent_at, row.days_late = now, late
    session.flush()
    return submission_record(row)


def _days_late(session: Session, place: ReportPlace, level: Level, today: dt.date) -> int | None:
    of_level = deadlines(session, place.period_id).get(level)
    found = due(submission(session, place).send_by, of_level, working_days(session), today)
    return -found.days_left if found is not None and found.is_over else None


def return_report(
    session: Session, identity: Identity, place: ReportPlace, reason: str, days: int, seen: int, now: dt.datetime
) -> SubmissionRecord:
    """The office gives a sent report back to be completed, within so many working days from today.

    To be called in a write session. Raises PermissionError, SubmissionRefusedError without a reason.
    """
    permit(identity, Action.RETURN_REPORT, unit=place.unit)
    require_no_end(session, place.period_id)
    require_state(session, place, PeriodState.SENT)
    fault = days_fault(days)
    if fault:
        raise SubmissionRefusedError([fault])
    told, until = _reason(reason), working_days(session).add(local_day(now), days)
    line = Change(_("hạn gửi lại"), None, format_date(until), place.unit)
    deed = Deed.RETURN_REPORT
    row = move(session, identity, place, seen, PeriodState.RETURNED, now, deed, reason=told, changes=[line])
    row.return_reason, row.due_on = told, until
    session.flush()
    return submission_record(row)
