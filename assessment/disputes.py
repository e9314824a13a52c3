"""A unit says what is wrong with a figure of a source system; the office or its agency answers, and that closes it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.drafts import source_system_places
from assessment.entries import EntryList
from assessment.permissions import Action, Identity, permit
from assessment.publication import permit_period
from assessment.reasons import given_reason
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN, ReportPlace, SubmissionRefusedError, period_of, require_no_end
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import Dispute, Unit
from language import _


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """What a unit says against a figure, and the answer; accepted: whether the unit is found right."""

    id: int
    unit: UnitKey
    entry: str
    figure: str
    reason: str
    account_id: int | None
    raised_at: dt.datetime
    accepted: bool | None
    answer: str | None
    closed_at: dt.datetime | None
    version: int

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.closed_at is None


def _record(row: Dispute) -> DisputeRecord:
    return DisputeRecord(
        row.id,
        UnitKey(row.unit_code, row.unit_valid_from),
        row.entry,
        row.figure,
        row.reason,
        row.account_id,
        row.raised_at,
        row.accepted,
        row.answer,
        row.closed_at,
        row.version,
    )


def disputes_of(session: Session, identity: Identity, place: ReportPlace) -> dict[str, DisputeRecord]:
    """The newest dispute of each entry of a unit.

    Raises PermissionError for a unit that is not the identity's to see.
    """
    permit(identity, Action.READ_DRAFTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    query = select(Dispute).filter_by(**place.columns)
    return {row.entry: _record(row) for row in session.scalars(query.order_by(Dispute.id))}


def disputes(session: Session, identity: Identity, period_id: int) -> tuple[DisputeRecord, ...]:
    """All disputes of a period: those that wait for an answer first, the oldest of them first, then the newest answers.

    Raises PermissionError unless the identity follows reports.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    return _of_period(session, period_id)


def _of_period(session: Session, period_id: int) -> tuple[DisputeRecord, ...]:
    found = [_record(row) for row in session.scalars(select(Dispute).where(Dispute.period_id == period_id))]
    waiting = sorted((d for d in found if d.is_open), key=lambda d: d.id)
    closed = sorted((d for d in found if d.closed_at), key=lambda d: (d.closed_at, d.id), reverse=True)
    return (*waiting, *closed)


def agency_disputes(
    session: Session, identity: Identity, agency: str, levels: Sequence[LevelSnapshot]
) -> tuple[DisputeRecord, ...]:
    """The disputes of the figures that an agency verifies, in the order of `disputes`. levels: of one period.

    Raises PermissionError for everybody but the office and suppliers of this agency.
    """
    permit(identity, Action.ANSWER_DISPUTES, agencies=frozenset({agency}))
    permit_period(session, identity, levels[0].period.id)
    lists = {u.key: snapshot.entries for snapshot in levels for u in snapshot.units}
    found = _of_period(session, levels[0].period.id)
    return tuple(d for d in found if d.unit in lists and agency in lists[d.unit].verifiers_of(d.entry))


def raise_dispute(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    entries: EntryList,
    code: str,
    figure: str,
    reason: str,
    now: dt.datetime,
) -> DisputeRecord:
    """The unit disputes a figure of a source system. figure: the value that it sees there.

    To be called in a session that writes drafts: no figure changes. Raises PermissionError for another unit,
    SubmissionRefusedError without a reason, for a figure of its own, while another dispute of it waits, and for a
    period that no longer takes figures.
    """
    permit(identity, Action.DISPUTE_FIGURES, unit=place.unit)
    told = given_reason(
        reason, _("Cần lý do từ 1 đến {most} ký tự; hãy ghi số đúng và căn cứ."), SubmissionRefusedError
    )
    entry, period = entries.by_code.get(code), period_of(session, place)
    if entry is None or not set(entry.places) & source_system_places(session, place):
        raise SubmissionRefusedError([_("Đây không phải số liệu hệ thống; hãy sửa thẳng trong biểu mẫu.")])
    if period.state not in OPEN:
        raise SubmissionRefusedError([_("Kỳ đánh giá không còn nhận số liệu nên không gửi ý kiến được.")])
    require_no_end(session, place.period_id)
    named = entries.name_of(code)
    before = disputes_of(session, identity, place).get(code)
    if before is not None and before.is_open:
        raise SubmissionRefusedError(
            [_("{name} đang có ý kiến chờ trả lời; hãy chờ trả lời rồi gửi tiếp.").format(name=named)]
        )
    row = Dispute(
        **place.columns,
        entry=code,
        figure=figure,
        reason=told,
        account_id=identity.account_id,
        raised_at=now,
    )
    session.add(row)
    session.flush()
    deed = Deed.RAISE_DISPUTE
    record(session, identity, now, deed, subject=named, reason=told, period=period, unit=place.unit)
    return _record(row)


def answer_dispute(
    session: Session,
    identity: Identity,
    entries: EntryList,
    dispute_id: int,
    *,
    accepted: bool,
    answer: str,
    now: dt.datetime,
) -> DisputeRecord:
    """The office, or the agency that verifies the figure, answers a dispute with a reason, which closes it.

    A figure that is wrong it brings in anew by itself. To be called in a session that writes drafts. entries: of the
    unit's level. Raises PermissionError for others, SubmissionRefusedError without a reason, for a dispute that is not
    there or answered already, and once the period takes no more figures.
    """
    row = session.get(Dispute, dispute_id)
    verifiers = frozenset[str]() if row is None else _verifiers(session, entries, row)
    permit(identity, Action.ANSWER_DISPUTES, agencies=verifiers)
    told = given_reason(answer, _("Cần nội dung trả lời từ 1 đến {most} ký tự; hãy ghi lý do."), SubmissionRefusedError)
    if row is None or row.closed_at is not None:
        raise SubmissionRefusedError([_("Ý kiến này đã được trả lời; hãy tải lại trang.")])
    require_no_end(session, row.period_id)
    row.accepted, row.answer, row.answered_by, row.closed_at = accepted, told, identity.account_id, now
    session.flush()
    unit = UnitKey(row.unit_code, row.unit_valid_from)
    period = period_of(session, ReportPlace(row.period_id, unit))
    about = _("ý kiến về {entry}").format(entry=entries.name_of(row.entry))
    line = Change(about, _("chờ trả lời"), verdict_name(accepted=accepted), unit)
    record(session, identity, now, Deed.ANSWER_DISPUTE, reason=told, period=period, unit=unit, changes=[line])
    return _record(row)


def _verifiers(session: Session, entries: EntryList, row: Dispute) -> frozenset[str]:
    """Agencies that verify the disputed figure; none when the entries are of another level than the unit."""
    unit = session.get_one(Unit, (row.unit_code, row.unit_valid_from))
    if unit.level != entries.compiled.criteria_set.level:
        return frozenset()
    return entries.verifiers_of(row.entry)


def verdict_name(*, accepted: bool) -> str:
    """What is found, as screens and the log write it."""
    return _("tiếp nhận, sẽ nạp lại số đúng") if accepted else _("giữ nguyên số liệu hệ thống")
