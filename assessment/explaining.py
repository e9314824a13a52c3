"""A unit reads its draft results, explains what it does not agree with, or accepts them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.appraisal import AppraisalRefusedError, sent_explanations
from assessment.appraised import RulingRecord
from assessment.audit import record
from assessment.council import trial_fault
from assessment.finishing import report_state
from assessment.permissions import Action, Identity, permit, permitted
from assessment.publication import permit_period
from assessment.reasons import MOST_REASON
from assessment.reopening import ReopeningRecord, reopenings
from assessment.submissions import (
    OPEN,
    ReportPlace,
    ReportState,
    has_agreed,
    move,
    period_of,
    require_state,
    submission_record,
)
from assessment.told_results import told_rulings
from data.audit import Change, Deed
from data.models import EarlierExplanation, Explanation, PeriodState, Ruling, Submission
from language import _, format_date, format_number, local_day


@dataclass(frozen=True, slots=True)
class ExplanationRecord:
    """What a unit says to the draft result of a criterion. version: what a writer has seen."""

    text: str
    account_id: int | None
    changed_at: dt.datetime
    sent_at: dt.datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class EarlierRecord:
    """What a unit said to the draft result of a criterion before others were sent in their place."""

    text: str
    sent_at: dt.datetime


@dataclass(frozen=True)
class DraftResults:
    """What a unit may know of its appraisal. rulings: in force, by criterion, with their history, the oldest first.

    due_on: last day of explaining. accepted_at: when it agreed last; agreed: whether to what it was sent last. may_answer:
    whether it may still explain or accept. reappraising: criteria whose second appraisal is going on: only what was told
    before is told of them. reopenings: when and why the office reopened criteria after the council, by criterion, the
    oldest first. ended: why nothing comes any more, empty while something can. sent_anew_at: when draft results were sent
    in the place of earlier ones; None while they were not. earlier: what it said to those, by criterion. awaited: whether
    an answer to them is, or was until the last day.
    """

    state: ReportState
    due_on: dt.date | None
    accepted_at: dt.datetime | None
    rulings: dict[str, tuple[RulingRecord, ...]]
    explanations: dict[str, ExplanationRecord]
    reappraising: tuple[str, ...]
    reopenings: Mapping[str, tuple[ReopeningRecord, ...]]
    may_answer: bool
    version: int
    agreed: bool
    awaited: bool
    sent_anew_at: dt.datetime | None
    earlier: Mapping[str, tuple[EarlierRecord, ...]]
    ended: str = ""

    @property
    def in_force(self) -> tuple[RulingRecord, ...]:
        """The newest ruling on each criterion."""
        return tuple(own[-1] for own in self.rulings.values())


def explanations(session: Session, identity: Identity, place: ReportPlace) -> dict[str, ExplanationRecord]:
    """What a unit says to its draft results, by criterion; appraisers see what was sent.

    Raises PermissionError for another unit.
    """
    if not permitted(identity, Action.READ_APPRAISED):
        permit(identity, Action.READ_DRAFT_RESULTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    rows = session.scalars(select(Explanation).filter_by(**place.columns).order_by(Explanation.criterion))
    own = permitted(identity, Action.READ_DRAFT_RESULTS, unit=place.unit)
    return {row.criterion: explanation_record(row) for row in rows if own or row.sent_at is not None}


def earlier_explanations(session: Session, place: ReportPlace) -> dict[str, tuple[EarlierRecord, ...]]:
    """What a unit said to draft results in whose place others were sent, by criterion, the oldest first."""
    found: dict[str, tuple[EarlierRecord, ...]] = {}
    query = select(EarlierExplanation).filter_by(**place.columns).order_by(EarlierExplanation.id)
    for row in session.scalars(query):
        found[row.criterion] = (*found.get(row.criterion, ()), EarlierRecord(row.text, row.sent_at))
    return found


def explanation_record(row: Explanation) -> ExplanationRecord:
    """The row as a value."""
    return ExplanationRecord(row.text, row.account_id, row.changed_at, row.sent_at, row.version)


def draft_results(session: Session, identity: Identity, place: ReportPlace, today: dt.date) -> DraftResults | None:
    """What appraisal has found of a unit, as far as it was told; None before it was. Raises PermissionError for another unit."""
    permit(identity, Action.READ_DRAFT_RESULTS, unit=place.unit)
    permit_period(session, identity, place.period_id)
    told = told_rulings(session, place)
    if told is None:
        return None
    row = session.get_one(Submission, (place.period_id, *place.unit))
    found: dict[str, tuple[RulingRecord, ...]] = {}
    for ruling in told.rulings:
        found[ruling.criterion] = (*found.get(ruling.criterion, ()), ruling)
    again = {code: own for (_unit, code), own in reopenings(session, place.period_id, [place.unit]).items()}
    first = min((x.reopened_at for own in again.values() for x in own), default=None)
    anew = row.told_at is not None and first is not None and first < row.told_at
    said, earlier = explanations(session, identity, place), earlier_explanations(session, place)
    return DraftResults(
        report_state(session, place, submission_record(row), today),
        row.due_on,
        row.accepted_at,
        dict(sorted(found.items())),
        said,
        tuple(sorted(told.reappraising)),
        again,
        _answer_fault(session, place, row, today) is None,
        row.version,
        has_agreed(row),
        PeriodState(row.state) == PeriodState.AWAITING_EXPLANATION,
        row.told_at if anew else None,
        earlier,
        trial_fault(session, period_of(session, place)) or "",
    )


def may_answer(session: Session, place: ReportPlace, today: dt.date) -> bool:
    """Whether a unit may still explain or accept its draft results."""
    row = session.get(Submission, (place.period_id, *place.unit))
    return row is not None and _answer_fault(session, place, row, today) is None


def _answer_fault(session: Session, place: ReportPlace, row: Submission, today: dt.date) -> str | None:
    """Why a unit can no longer explain or accept."""
    if PeriodState(row.state) != PeriodState.AWAITING_EXPLANATION:
        return _("Báo cáo không ở bước chờ giải trình; hãy tải lại trang.")
    period = period_of(session, place)
    if PeriodState(period.state) not in OPEN:
        return _("Kỳ «{period}» đã qua hội đồng nên không giải trình được nữa.").format(period=period.name)
    closed = trial_fault(session, period)
    if closed is not None:
        return closed
    if has_agreed(row):
        return _("Đơn vị đã đồng ý với kết quả dự kiến nên không giải trình nữa.")
    if sent_explanations(session, place):
        return _("Giải trình đã gửi nên không sửa hoặc gửi thêm được; hãy chờ thẩm định lại.")
    if row.due_on is not None and row.due_on < today:
        return _("Hạn giải trình đã hết ngày {day}; đề nghị liên hệ cơ quan thường trực.").format(
            day=format_date(row.due_on)
        )
    return None


def _answering(session: Session, place: ReportPlace, now: dt.datetime) -> Submission:
    """The report, held. Raises AppraisalRefusedError, SubmissionRefusedError unless the unit may explain or accept now."""
    require_state(session, place, PeriodState.AWAITING_EXPLANATION)
    row = session.get_one(Submission, (place.period_id, *place.unit))
    fault = _answer_fault(session, place, row, local_day(now))
    if fault:
        raise AppraisalRefusedError([fault])
    return row


def explain(
    session: Session, identity: Identity, place: ReportPlace, criterion: str, text: str, seen: int, now: dt.datetime
) -> ExplanationRecord | None:
    """Keeps what a unit says to the draft result of a criterion, not sent yet; an empty text takes it back.

    To be called in a session that writes drafts. seen: version that was on the screen, 0 for none. Raises PermissionError
    for another unit, AppraisalRefusedError for a criterion without a result, too long a text, or one that somebody else
    has changed meanwhile; SubmissionRefusedError when the report does not wait for explanations.
    """
    permit(identity, Action.EXPLAIN, unit=place.unit)
    _answering(session, place, now)
    said = text.strip()
    if len(said) > MOST_REASON:
        raise AppraisalRefusedError(
            [
                _(
                    "{code}: giải trình dài {n} ký tự, nhiều nhất là {most}; hãy viết gọn, đưa chi tiết vào tài liệu."
                ).format(code=criterion, n=format_number(len(said)), most=format_number(MOST_REASON))
            ]
        )
    ruled = select(Ruling.id).filter_by(**place.columns, criterion=criterion).limit(1)
    if session.scalar(ruled) is None:
        raise AppraisalRefusedError(
            [_("{code} không có kết quả thẩm định để giải trình; hãy tải lại trang.").format(code=criterion)]
        )
    row = session.get(Explanation, (place.period_id, *place.unit, criterion))
    if (row.version if row else 0) != seen:
        raise AppraisalRefusedError(
            [_("{code}: người khác trong đơn vị vừa sửa giải trình; hãy tải lại trang.").format(code=criterion)]
        )
    before = row.text if row else None
    if said == (before or ""):
        return explanation_record(row) if row else None
    if row is None:
        row = Explanation(**place.columns, criterion=criterion, sent_at=None)
        session.add(row)
    if said:
        row.text, row.account_id, row.changed_at = said, identity.account_id, now
    else:
        session.delete(row)
    session.flush()
    line = Change(criterion, before, said or None, place.unit)
    period = period_of(session, place)
    record(session, identity, now, Deed.EXPLAIN, period=period, unit=place.unit, changes=[line])
    return explanation_record(row) if said else None


def send_explanations(
    session: Session,
    identity: Identity,
    place: ReportPlace,
    seen: int,
    now: dt.datetime,
    read: Mapping[str, int] | None = None,
) -> int:
    """The head sends what the unit explains; gives how many criteria. To be called in a write session.

    seen: version of the report. read: version of every explanation that the head has read, by criterion; without it
    whatever is written goes. Raises PermissionError for anybody but the head, AppraisalRefusedError without an
    explanation, after the last day, or when somebody has written something since; SubmissionRefusedError.
    """
    permit(identity, Action.ANSWER_DRAFT_RESULTS, unit=place.unit)
    _answering(session, place, now)
    rows = session.scalars(select(Explanation).filter_by(**place.columns).order_by(Explanation.criterion)).all()
    if not rows:
        raise AppraisalRefusedError(
            [_("Chưa có giải trình nào để gửi; hãy ghi giải trình, hoặc đồng ý với kết quả dự kiến.")]
        )
    written = {row.criterion: row.version for row in rows}
    if read is not None and written != read:
        changed = sorted(code for code in written.keys() | read.keys() if written.get(code) != read.get(code))
        raise AppraisalRefusedError(
            [
                _("Giải trình {codes} vừa được người khác trong đơn vị sửa; hãy đọc lại rồi gửi.").format(
                    codes=", ".join(changed)
                )
            ]
        )
    state = PeriodState.AWAITING_EXPLANATION
    lines = [Change(row.criterion, None, row.text, place.unit) for row in rows]
    for row in rows:
        row.sent_at = now
    move(session, identity, place, seen, state, now, Deed.SEND_EXPLANATIONS, changes=lines)
    session.flush()
    return len(rows)


def accept_results(session: Session, identity: Identity, place: ReportPlace, seen: int, now: dt.datetime) -> None:
    """The head agrees to the draft results; the unit explains nothing. To be called in a write session.

    Raises as `send_explanations`, and AppraisalRefusedError while explanations are being written.
    """
    permit(identity, Action.ANSWER_DRAFT_RESULTS, unit=place.unit)
    _answering(session, place, now)
    written = session.scalars(select(Explanation.criterion).filter_by(**place.columns)).all()
    if written:
        raise AppraisalRefusedError(
            [
                _("Đang có giải trình chưa gửi của {codes}; hãy gửi giải trình, hoặc xóa trước khi đồng ý.").format(
                    codes=", ".join(sorted(written))
                )
            ]
        )
    state = PeriodState.AWAITING_EXPLANATION
    row = move(session, identity, place, seen, state, now, Deed.ACCEPT_DRAFT_RESULTS)
    row.accepted_at = now
    session.flush()
