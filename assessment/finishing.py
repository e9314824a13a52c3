"""What is left to do about a report before the council; a report of which nothing is left is finished."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.submissions import (
    ReportPlace,
    ReportState,
    SubmissionRecord,
    appraised_state,
    has_agreed,
    period_of,
)
from data.lineage import UnitKey
from data.models import AppraisalTask, AppraisalTier, Explanation, Period, PeriodState, Reopening, Submission
from language import _, format_date, format_number
from language.sorting import natural_key

MOST_CODES = 5
"""Criteria written out in a reason; the others are counted."""


@dataclass(frozen=True, slots=True)
class ReportProgress:
    """How far appraisal of a report is. obstacles: what is left to do, none for a finished one.

    explained: whether its unit has sent an explanation of its draft results. how: how it was finished, empty while it
    is not, and for one that was never appraised. untold: whether it was reopened and ruled on since its unit was sent
    draft results, so that they can be sent anew; nothing is once the results are published.
    """

    obstacles: tuple[str, ...]
    explained: bool
    how: str
    untold: bool = False

    @property
    def finished(self) -> bool:
        """Whether it was appraised and nothing is left to do."""
        return bool(self.how)


def report_progress(
    session: Session, period_id: int, today: dt.date, place: ReportPlace | None = None
) -> Mapping[UnitKey, ReportProgress]:
    """How far the reports of a period are, by unit; untouched ones are not among them. place: of one unit alone."""
    where = {"period_id": period_id} if place is None else place.columns
    tasks: dict[UnitKey, list[AppraisalTask]] = defaultdict(list)
    left = select(AppraisalTask).filter_by(**where, ruled=False).order_by(AppraisalTask.criterion)
    for task in session.scalars(left):
        tasks[UnitKey(task.unit_code, task.unit_valid_from)].append(task)
    sent = select(Explanation.unit_code, Explanation.unit_valid_from).filter_by(**where)
    explained = {UnitKey(*row) for row in session.execute(sent.where(Explanation.sent_at.is_not(None)))}
    again = session.scalars(select(Reopening).filter_by(**where).order_by(Reopening.id))
    reopened = {UnitKey(row.unit_code, row.unit_valid_from): row.reopened_at for row in again}
    published = session.get_one(Period, period_id).state == PeriodState.PUBLISHED
    found: dict[UnitKey, ReportProgress] = {}
    for report in session.scalars(select(Submission).filter_by(**where)):
        key = UnitKey(report.unit_code, report.unit_valid_from)
        answered = key in explained
        obstacles = (*_open_tasks(tasks[key]), *_open_report(report, answered, today))
        since = key in reopened and (report.told_at is None or reopened[key] > report.told_at)
        untold = since and not obstacles and report.state == PeriodState.REAPPRAISAL and not published
        found[key] = ReportProgress(obstacles, answered, "" if obstacles else _how(report, untold=untold), untold)
    return found


def report_state(session: Session, place: ReportPlace, record: SubmissionRecord, today: dt.date) -> ReportState:
    """Where the report of one unit stands, as it is told. record: where it is stored to stand."""
    if not record.is_told:
        return record.state
    own = report_progress(session, place.period_id, today, place)[place.unit]
    published = period_of(session, place).state == PeriodState.PUBLISHED
    return appraised_state(record.state, explained=own.explained, finished=own.finished, published=published)


def _open_tasks(tasks: Iterable[AppraisalTask]) -> Iterator[str]:
    by_tier: dict[AppraisalTier, list[str]] = defaultdict(list)
    for task in tasks:
        by_tier[AppraisalTier(task.tier)].append(task.criterion)
    sentences = {
        AppraisalTier.FIRST: _("còn {n} chỉ số chưa thẩm định: {codes}"),
        AppraisalTier.RECHECK: _("còn {n} chỉ số chưa phúc tra: {codes}"),
        AppraisalTier.SECOND: _("còn {n} chỉ số chưa thẩm định lại: {codes}"),
    }
    for tier, codes in by_tier.items():
        shown = ", ".join(sorted(codes, key=natural_key)[:MOST_CODES]) + ("…" if len(codes) > MOST_CODES else "")
        yield sentences[tier].format(n=format_number(len(codes)), codes=shown)


def _open_report(report: Submission, explained: bool, today: dt.date) -> Iterator[str]:
    match PeriodState(report.state):
        case PeriodState.SENT:
            yield _("báo cáo đã gửi nhưng chưa đưa vào thẩm định")
        case PeriodState.RETURNED if report.due_on is None or report.due_on >= today:
            yield _("đang bổ sung báo cáo theo yêu cầu trả lại, {due}").format(due=_due(report))
        case PeriodState.APPRAISAL:
            yield _("đang thẩm định, chưa gửi kết quả dự kiến cho đơn vị")
        case PeriodState.AWAITING_EXPLANATION if not has_agreed(report):
            if explained:
                yield _("giải trình đã gửi, chưa đưa vào thẩm định lại")
            elif report.due_on is None or report.due_on >= today:
                yield _("chờ đơn vị đồng ý hoặc giải trình, {due}").format(due=_due(report))
        case _:
            pass


def _due(report: Submission) -> str:
    if report.due_on is None:
        return _("chưa có hạn")
    return _("hạn đến hết ngày {day}").format(day=format_date(report.due_on))


def _how(report: Submission, *, untold: bool) -> str:
    match PeriodState(report.state):
        case PeriodState.AWAITING_EXPLANATION if has_agreed(report):
            return _("đơn vị đã đồng ý với kết quả dự kiến")
        case PeriodState.AWAITING_EXPLANATION:
            return _("hết hạn giải trình, đơn vị không có ý kiến")
        case PeriodState.REAPPRAISAL if untold:
            return _("đã thẩm định lại, chưa gửi lại kết quả dự kiến cho đơn vị")
        case PeriodState.REAPPRAISAL:
            return _("đã thẩm định lại")
        case _:
            return ""
