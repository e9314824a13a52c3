"""The council and the submission for approval: what stands in their way, the minutes, who stays without a rank."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.deadlines import deadlines
from assessment.entries import is_likely, unlikely_date
from assessment.finishing import ReportProgress, report_progress
from assessment.permissions import Action, Identity, permit
from assessment.province import UNIT_LEVELS
from assessment.publication import permit_period, publication_faults, trial_ended
from assessment.reasons import MOST_REASON, one_line
from assessment.refusals import MovedOnError, RefusedError
from assessment.submissions import (
    OPEN,
    SENT,
    ReportState,
    SubmissionRecord,
    ToldState,
    appraised_state,
    state_name,
    submissions,
    takes_figures,
    untouched,
)
from criteria.levels import level_names
from criteria.model import Level
from data.audit import Change, Deed
from data.models import Period, PeriodState, PeriodStep, Ruling, StepKind
from data.repositories import PeriodRecord, UnitRecord, periods, units_of
from language import _, format_date, format_number, local_day

MOST_NUMBER = 100
"""Letters that the database keeps of the number of minutes, a submission or a decision."""
_APPRAISED: frozenset[ReportState] = (SENT - {PeriodState.SENT}) | set(ToldState)


class CouncilRefusedError(RefusedError):
    """Why a step of a whole period cannot be taken, every reason a sentence. Nothing has changed."""


class PeriodMovedOnError(CouncilRefusedError, MovedOnError):
    """A period stands elsewhere than the step that was asked for begins."""


class PreviewChangedError(CouncilRefusedError):
    """What was looked at before a publication is no longer what would be published: it has to be confirmed anew."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of a period: number and day of its paper, what was noted, when it was entered."""

    kind: StepKind
    number: str
    date: dt.date
    note: str
    done_at: dt.datetime


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """How far appraisal of a unit is. obstacles: what is left to do before the council, none for a finished one.

    state: of its report, as it is told. closed: whether the period takes no more figures, so that what was not sent never
    will be. sent: whether its report has been sent; one that never was stays without a rank. explained: whether it has
    sent an explanation of its draft results. how: how it was finished, empty for one that is not. untold: whether it was
    reopened and ruled on since it was sent draft results, so that they can be sent anew.
    """

    unit: UnitRecord
    state: ReportState
    sent: bool
    obstacles: tuple[str, ...]
    explained: bool
    closed: bool = False
    how: str = ""
    untold: bool = False


def steps_of(session: Session, period_id: int) -> dict[StepKind, StepRecord]:
    """The steps that have been taken of a period and hold: a submission does while the period waits for its approval, and
    ever after."""
    found = _papers(session, period_id)
    if session.get_one(Period, period_id).state not in (PeriodState.AWAITING_APPROVAL, PeriodState.PUBLISHED):
        found.pop(StepKind.APPROVAL, None)
    return found


def _papers(session: Session, period_id: int) -> dict[StepKind, StepRecord]:
    rows = session.scalars(select(PeriodStep).where(PeriodStep.period_id == period_id))
    return {
        StepKind(row.kind): StepRecord(StepKind(row.kind), row.number, row.date, row.note, row.done_at) for row in rows
    }


def lapsed_submission(session: Session, period_id: int, minutes: StepRecord) -> StepRecord | None:
    """The submission that rested on minutes and no longer holds; None where nothing was submitted since them."""
    found = _papers(session, period_id).get(StepKind.APPROVAL)
    if found is None or StepKind.APPROVAL in steps_of(session, period_id) or found.done_at < minutes.done_at:
        return None
    return found


def period_state_name(
    period: PeriodRecord, steps: Mapping[StepKind, StepRecord], standings: Iterable["UnitStanding"] = ()
) -> str:
    """Where a period stands, as screens write it. standings: of its units, of which the first in appraisal begins it."""
    if StepKind.TRIAL_CLOSED in steps:
        return _("Đã kết thúc chạy thử nội bộ")
    if PeriodState(period.state) in OPEN and any(s.state in _APPRAISED for s in standings):
        return state_name(PeriodState.APPRAISAL)
    return state_name(PeriodState(period.state))


def chosen_period(session: Session, period_id: int) -> PeriodRecord:
    """The period. Raises CouncilRefusedError when it is gone."""
    found = next((p for p in periods(session) if p.id == period_id), None)
    if found is None:
        raise CouncilRefusedError([_("Không có kỳ đánh giá này; hãy tải lại trang rồi chọn kỳ khác.")])
    return found


def trial_fault(session: Session, period: PeriodRecord) -> str | None:
    """Why nothing more can be done in a period that was closed as a trial run; None for any other."""
    if not trial_ended(session, period.id):
        return None
    return _("Kỳ «{period}» đã kết thúc chạy thử nội bộ nên không còn bước nào nữa.").format(period=period.name)


def require_running(session: Session, period: PeriodRecord) -> None:
    """Raises CouncilRefusedError when the period was closed as a trial run."""
    fault = trial_fault(session, period)
    if fault is not None:
        raise CouncilRefusedError([fault])


def require_period_state(period: PeriodRecord, *wanted: PeriodState) -> None:
    """Raises CouncilRefusedError unless the period stands in one of the states."""
    if period.state not in wanted:
        raise PeriodMovedOnError(
            [
                _("Kỳ «{period}» đang ở bước «{state}», không phải «{wanted}»; hãy tải lại trang.").format(
                    period=period.name,
                    state=state_name(PeriodState(period.state)),
                    wanted=_("» hoặc «").join(state_name(s) for s in wanted),
                )
            ]
        )


def paper_number(text: str, missing: str) -> str:
    """The number of a paper in one line.

    Raises CouncilRefusedError with the sentence `missing` without one, and with its length where it is too long.
    """
    number = one_line(text, _("Số văn bản"), MOST_NUMBER, CouncilRefusedError)
    if not number:
        raise CouncilRefusedError([missing])
    return number


def require_paper_day(day: dt.date, now: dt.datetime, what: str, rests_on: tuple[str, dt.date] | None = None) -> None:
    """Raises CouncilRefusedError for a day that a paper cannot have. what: what the day is called.

    rests_on: what the paper is called that it rests on, and its day: it cannot be earlier.
    """
    if not is_likely(day):
        raise CouncilRefusedError([f"{what}: {unlikely_date(day)}"])
    if day > local_day(now):
        raise CouncilRefusedError([_("{what} {day} ở tương lai; hãy ghi ngày đã ký.").format(**_told(what, day))])
    if rests_on is not None and day < rests_on[1]:
        raise CouncilRefusedError(
            [
                _("{what} {day} trước ngày {first} của {paper}; hãy kiểm tra lại ngày.").format(
                    paper=rests_on[0], first=format_date(rests_on[1]), **_told(what, day)
                )
            ]
        )


def _told(what: str, day: dt.date) -> dict[str, str]:
    return {"what": what, "day": format_date(day)}


def noted(text: str) -> str:
    """A note in one line, perhaps empty. Raises CouncilRefusedError for an endless one."""
    return one_line(text, _("Ghi chú"), MOST_REASON, CouncilRefusedError)


def council_standing(session: Session, identity: Identity, period_id: int, today: dt.date) -> tuple[UnitStanding, ...]:
    """How far appraisal of every unit of a period is, level by level. Raises PermissionError, CouncilRefusedError."""
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    return _standings(session, chosen_period(session, period_id), today)


def _standings(session: Session, period: PeriodRecord, today: dt.date) -> tuple[UnitStanding, ...]:
    reports, progress = submissions(session, period.id), report_progress(session, period.id, today)
    levels: tuple[Level, ...] = UNIT_LEVELS
    closed, published = not takes_figures(session, period.id), period.state == PeriodState.PUBLISHED
    return tuple(
        _standing(unit, reports.get(unit.key, untouched()), progress.get(unit.key), closed=closed, published=published)
        for level in levels
        for unit in units_of(session, period.id, level)
    )


def _standing(
    unit: UnitRecord, report: SubmissionRecord, progress: ReportProgress | None, *, closed: bool, published: bool
) -> UnitStanding:
    found = progress or ReportProgress((), explained=False, how="")
    state = appraised_state(report.state, explained=found.explained, finished=found.finished, published=published)
    return UnitStanding(
        unit, state, report.state in SENT, found.obstacles, found.explained, closed, found.how, found.untold
    )


def unit_faults(standings: Iterable[UnitStanding]) -> tuple[str, ...]:
    """What stands in the council's way, a sentence for each unit that is not finished."""
    return tuple(
        _("{unit}: {reasons}.").format(unit=s.unit.name_vi, reasons="; ".join(s.obstacles))
        for s in standings
        if s.obstacles
    )


def council_cautions(
    session: Session, identity: Identity, period_id: int, standings: Sequence[UnitStanding], today: dt.date
) -> tuple[str, ...]:
    """What the council has to know before it passes the results of a period, a sentence each: nothing of it can be made good.

    Units that may still send in time, and units whose new results they were not sent; nothing once it has passed them.
    Raises PermissionError.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    return tuple(_cautions(session, chosen_period(session, period_id), standings, today))


def _cautions(
    session: Session, period: PeriodRecord, standings: Sequence[UnitStanding], today: dt.date
) -> Iterator[str]:
    if period.state not in OPEN:
        return
    found = deadlines(session, period.id)
    for level, name in level_names().items():
        deadline = found.get(level)
        waiting = sum(s.unit.level == level and not s.sent and not s.closed for s in standings)
        if deadline is not None and deadline.due_on >= today and waiting:
            yield _(
                "{level}: hạn gửi báo cáo đến hết ngày {day} và còn {n} đơn vị chưa gửi; hội đồng thông qua rồi thì các đơn "
                "vị này không gửi được nữa."
            ).format(level=name, day=format_date(deadline.due_on), n=format_number(waiting))
    untold = [s.unit.name_vi for s in standings if s.untold]
    if untold:
        yield _(
            "Đã thẩm định lại nhưng chưa gửi lại kết quả dự kiến để đơn vị giải trình: {names}; hội đồng thông qua rồi thì "
            "không gửi lại được nữa."
        ).format(names=", ".join(untold))


def appraisal_faults(session: Session, period: PeriodRecord, today: dt.date) -> tuple[str, ...]:
    """What is left to appraise in a period, a sentence for each unit that is not finished."""
    return unit_faults(_standings(session, period, today))


def move_period(session: Session, period: PeriodRecord, state: PeriodState) -> Change:
    """Puts a period into a state; gives what that changes, for the log."""
    session.get_one(Period, period.id).state = state.value
    return Change(_("trạng thái kỳ đánh giá"), state_name(PeriodState(period.state)), state_name(state))


def put_step(session: Session, identity: Identity, period_id: int, step: StepRecord) -> StepRecord | None:
    """Stores a step in the place of an earlier one of its kind, and gives that."""
    before = steps_of(session, period_id).get(step.kind)
    row = session.get(PeriodStep, (period_id, step.kind.value)) or PeriodStep(period_id=period_id, kind=step.kind.value)
    row.number, row.date, row.note = step.number, step.date, step.note
    row.account_id, row.done_at = identity.account_id, step.done_at
    session.add(row)
    session.flush()
    return before


def voided_submission(session: Session, period_id: int) -> tuple[Change, ...]:
    """What it changes that a submission no longer holds, for the log. To be asked before the period changes its state."""
    submitted = steps_of(session, period_id).get(StepKind.APPROVAL)
    return () if submitted is None else (Change(_("tờ trình"), submitted.number, None),)


def _require_voiding(session: Session, period_id: int, *, voiding: bool) -> None:
    submitted = steps_of(session, period_id).get(StepKind.APPROVAL)
    if submitted is not None and not voiding:
        raise CouncilRefusedError(
            [
                _(
                    "Tờ trình số {number} ngày {day} đã ghi sẽ hết hiệu lực nếu ghi biên bản mới; nếu đúng là hội đồng họp "
                    "lại, hãy đánh dấu ô xác nhận rồi ghi lần nữa."
                ).format(number=submitted.number, day=format_date(submitted.date))
            ]
        )


def day_change(before: StepRecord | None, step: StepRecord) -> Change:
    """The day of the paper, for the log; with the number of the paper whose place it takes."""
    earlier = None
    if before is not None:
        earlier = _("{day}, văn bản số {number}").format(day=format_date(before.date), number=before.number)
    return Change(_("ngày của văn bản"), earlier, format_date(step.date))


def record_council(
    session: Session,
    identity: Identity,
    period_id: int,
    number: str,
    date: dt.date,
    note: str,
    now: dt.datetime,
    *,
    voiding: bool = False,
    warned: bool = False,
) -> tuple[UnitRecord, ...]:
    """Enters the council's minutes; gives the units that never sent a report, which stay without a rank.

    To be called in a write session. The council may meet again until the results are published: then its new minutes
    take the place of the old, and a submission for approval is void. voiding: whether that is wanted. warned: whether
    the council passes the results in spite of its cautions. Raises PermissionError, CouncilRefusedError with every unit
    whose report was sent and whose appraisal is not finished, for a submission that would be void though nobody said so,
    and with the cautions when nobody has read them.
    """
    permit(identity, Action.RECORD_COUNCIL)
    period = chosen_period(session, period_id)
    require_running(session, period)
    require_period_state(period, *(state for state in PeriodState if state != PeriodState.PUBLISHED))
    told = paper_number(number, _("Chưa có số của biên bản hội đồng; hãy ghi, ví dụ 12/BB-HĐTĐ."))
    step = StepRecord(StepKind.COUNCIL, told, date, noted(note), now)
    standings = _standings(session, period, local_day(now))
    faults = unit_faults(standings)
    if not any(s.sent for s in standings):
        faults = (_("Chưa có cơ quan, đơn vị nào gửi báo cáo nên hội đồng chưa có gì để thông qua."), *faults)
    if faults:
        raise CouncilRefusedError(faults)
    ruled_at = session.scalar(select(func.max(Ruling.ruled_at)).filter_by(period_id=period.id))
    last = None if ruled_at is None else (_("kết luận thẩm định gần nhất"), local_day(ruled_at))
    require_paper_day(date, now, _("Ngày của biên bản hội đồng"), last)
    _require_voiding(session, period.id, voiding=voiding)
    cautions = tuple(_cautions(session, period, standings, local_day(now)))
    if cautions and not warned:
        raise CouncilRefusedError(
            [*cautions, _("Nếu hội đồng vẫn thông qua, hãy đánh dấu ô đã đọc các lưu ý rồi ghi lần nữa.")]
        )
    void = voided_submission(session, period.id)
    day = day_change(put_step(session, identity, period.id, step), step)
    moved = move_period(session, period, PeriodState.COUNCIL_PASSED)
    changes = [moved, day, *void]
    session.flush()
    record(session, identity, now, Deed.RECORD_COUNCIL, subject=told, reason=step.note, period=period, changes=changes)
    return tuple(s.unit for s in standings if not s.sent)


def submit_for_approval(
    session: Session, identity: Identity, period_id: int, number: str, date: dt.date, note: str, now: dt.datetime
) -> None:
    """Enters that the results which the council passed were submitted for approval.

    To be called in a write session. Raises PermissionError, CouncilRefusedError before the council and for a period that
    can never be published.
    """
    permit(identity, Action.RECORD_COUNCIL)
    period = chosen_period(session, period_id)
    require_running(session, period)
    require_period_state(period, PeriodState.COUNCIL_PASSED)
    faults = publication_faults(session, period)
    if faults:
        raise CouncilRefusedError(faults)
    told = paper_number(number, _("Chưa có số của tờ trình; hãy ghi, ví dụ 45/TTr-STTTT."))
    minutes = steps_of(session, period.id)[StepKind.COUNCIL]
    require_paper_day(date, now, _("Ngày của tờ trình"), (_("biên bản hội đồng"), minutes.date))
    step = StepRecord(StepKind.APPROVAL, told, date, noted(note), now)
    day = day_change(put_step(session, identity, period.id, step), step)
    changes = [move_period(session, period, PeriodState.AWAITING_APPROVAL), day]
    session.flush()
    record(
        session, identity, now, Deed.SUBMIT_FOR_APPROVAL, subject=told, reason=step.note, period=period, changes=changes
    )
