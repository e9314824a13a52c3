"""Appraisal as a task list: what goes into it, who is to rule on what by when, and when units are told."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from assessment.appraisers import Appraiser, Assigning, appraisers, may_appraise
from assessment.audit import account_text, record
from assessment.council import chosen_period, require_running, trial_fault
from assessment.deadlines import days_fault, working_days
from assessment.finishing import ReportProgress, report_progress
from assessment.permissions import STANDING_AGENCY, Action, Identity, permit
from assessment.publication import permit_period, trial_ended
from assessment.refusals import RefusedError
from assessment.roles import Role
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN, ReportPlace, move, require_state, submission, unit_name
from criteria.model import Criterion
from data.audit import Change, Deed
from data.lineage import UnitKey
from data.models import AppraisalTask, AppraisalTier, EarlierExplanation, Explanation, PeriodState, Submission
from data.repositories import PeriodRecord, UnitRecord
from language import _, format_date, format_number, local_day


class AppraisalRefusedError(RefusedError):
    """Why a step of appraisal cannot be taken, every reason a sentence. Nothing has changed."""


@dataclass(frozen=True, slots=True)
class TaskKey:
    """Which task: a criterion of a unit in a tier."""

    unit: UnitKey
    criterion: str
    tier: AppraisalTier

    @property
    def place(self) -> tuple[UnitKey, str]:
        """What is ruled on, in whatever tier."""
        return self.unit, self.criterion


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A criterion of a unit that somebody is to appraise. account_id: whom it is given to, None for the office.

    version: what a writer has seen. ended: whether its period was closed as a trial run, so that nobody waits for it.
    """

    key: TaskKey
    group: str
    account_id: int | None
    due_on: dt.date
    ruled: bool
    version: int
    ended: bool

    @property
    def awaited_by(self) -> dt.date | None:
        """Until when a ruling is awaited; None where none is."""
        return None if self.ruled or self.ended else self.due_on

    def is_late(self, today: dt.date) -> bool:
        """Whether it should have been ruled on before today."""
        return self.awaited_by is not None and self.awaited_by < today


def next_due(tasks: Iterable[TaskRecord]) -> dt.date | None:
    """When the earliest ruling that is awaited is due; None without any."""
    return min((t.awaited_by for t in tasks if t.awaited_by is not None), default=None)


def tier_name(tier: AppraisalTier) -> str:
    """The tier as screens and papers write it."""
    return {
        AppraisalTier.FIRST: _("thẩm định"),
        AppraisalTier.RECHECK: _("phúc tra"),
        AppraisalTier.SECOND: _("thẩm định lại"),
    }[tier]


def task_key(row: AppraisalTask) -> TaskKey:
    """What names the task of a row."""
    return TaskKey(UnitKey(row.unit_code, row.unit_valid_from), row.criterion, AppraisalTier(row.tier))


def _record(row: AppraisalTask, *, ended: bool) -> TaskRecord:
    return TaskRecord(task_key(row), row.group_code, row.account_id, row.due_on, row.ruled, row.version, ended)


def tasks(session: Session, identity: Identity, period_id: int) -> tuple[TaskRecord, ...]:
    """The tasks of a period: an appraiser's own, all for the office and the leaders. The earliest due first.

    Raises PermissionError for everybody else.
    """
    permit(identity, Action.READ_APPRAISED)
    permit_period(session, identity, period_id)
    query = select(AppraisalTask).where(AppraisalTask.period_id == period_id)
    if identity.role == Role.APPRAISER:
        query = query.where(AppraisalTask.account_id == identity.account_id)
    order = (AppraisalTask.due_on, AppraisalTask.unit_code, AppraisalTask.criterion, AppraisalTask.tier)
    ended = trial_ended(session, period_id)
    return tuple(_record(row, ended=ended) for row in session.scalars(query.order_by(*order)))


def waiting_periods(session: Session, identity: Identity) -> frozenset[int]:
    """The periods in which something waits for a ruling: an appraiser's own, all for the office and the leaders.

    Raises PermissionError for everybody else.
    """
    permit(identity, Action.READ_APPRAISED)
    query = select(AppraisalTask.period_id).where(AppraisalTask.ruled.is_(False)).distinct()
    if identity.role == Role.APPRAISER:
        query = query.where(AppraisalTask.account_id == identity.account_id)
    return frozenset(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Load:
    """What an appraiser has to do; appraiser None: the office, or an account that can no longer appraise.

    given, ruled, late: tasks, so that a criterion that he looks at again is work again.
    next_due: when the earliest ruling that is awaited is due.
    """

    account_id: int | None
    appraiser: Appraiser | None
    given: int
    ruled: int
    late: int
    next_due: dt.date | None

    @property
    def open(self) -> int:
        """What is still to be ruled on."""
        return self.given - self.ruled


def loads(session: Session, identity: Identity, period_id: int, today: dt.date) -> tuple[Load, ...]:
    """Load and deadline of everybody who appraises a period, most to do first. Raises PermissionError.

    Appraisers without a task are among them: they could be given some.
    """
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    known = {a.account_id: a for a in appraisers(session, identity, chosen_period(session, period_id))}
    query = select(AppraisalTask).where(AppraisalTask.period_id == period_id)
    ended = trial_ended(session, period_id)
    given: dict[int | None, list[TaskRecord]] = {account: [] for account in known}
    for row in session.scalars(query):
        given.setdefault(row.account_id, []).append(_record(row, ended=ended))
    found = [
        Load(
            account,
            known.get(account) if account is not None else None,
            len(own),
            sum(t.ruled for t in own),
            sum(t.is_late(today) for t in own),
            next_due(own),
        )
        for account, own in given.items()
    ]
    return tuple(sorted(found, key=lambda load: (-load.open, load.account_id or 0)))


@dataclass(frozen=True, slots=True)
class Progress:
    """How many criteria of how many units are to be appraised: each criterion of a unit once, in however many tiers it is.

    ruled: those that no tier has to rule on any more. again: those that are in more than the first tier, re-checked or
    appraised a second time. late: those that should have been ruled on before today.
    """

    units: int
    given: int
    ruled: int
    again: int
    late: int

    @property
    def open(self) -> int:
        """What is still to be ruled on."""
        return self.given - self.ruled


def progress_of(tasks: Iterable[TaskRecord], today: dt.date) -> Progress:
    """How far tasks are."""
    held = tuple(tasks)
    given = {t.key.place for t in held}
    left = {t.key.place for t in held if not t.ruled}
    again = {t.key.place for t in held if t.key.tier != AppraisalTier.FIRST}
    late = {t.key.place for t in held if t.is_late(today)}
    return Progress(len({unit for unit, _code in given}), len(given), len(given - left), len(again), len(late))


def progress(session: Session, identity: Identity, period_id: int, today: dt.date) -> Progress:
    """How far appraisal of a period is, as `progress_of` has it of all its tasks. Raises PermissionError."""
    permit(identity, Action.FOLLOW_REPORTS)
    permit_period(session, identity, period_id)
    is_open, is_again = AppraisalTask.ruled.is_(False), AppraisalTask.tier != AppraisalTier.FIRST.value
    places = (
        select(
            AppraisalTask.unit_code,
            func.count(case((is_open, 1))).label("open"),
            func.count(case((is_again, 1))).label("again"),
            func.count(case((is_open & (AppraisalTask.due_on < today), 1))).label("late"),
        )
        .where(AppraisalTask.period_id == period_id)
        .group_by(AppraisalTask.unit_code, AppraisalTask.unit_valid_from, AppraisalTask.criterion)
        .subquery()
    )
    query = select(
        func.count(places.c.unit_code.distinct()),
        func.count(),
        func.count(case((places.c.open == 0, 1))),
        func.count(case((places.c.again > 0, 1))),
        func.count(case((places.c.late > 0, 1))),
    ).select_from(places)
    found = Progress(*session.execute(query).one())
    return replace(found, late=0) if trial_ended(session, period_id) else found


def load_now(session: Session, period_id: int) -> Counter[int]:
    """How many tasks everybody has left, by account."""
    query = (
        select(AppraisalTask.account_id, func.count())
        .where(AppraisalTask.period_id == period_id, AppraisalTask.ruled.is_(False))
        .group_by(AppraisalTask.account_id)
    )
    return Counter({account: count for account, count in session.execute(query) if account is not None})


def deadline_of(session: Session, days: int, now: dt.datetime) -> dt.date:
    """The last of so many working days from today. Raises AppraisalRefusedError for no number of days."""
    fault = days_fault(days)
    if fault:
        raise AppraisalRefusedError([fault])
    return working_days(session).add(local_day(now), days)


def appraisable(session: Session, period_id: int, *, reopened: bool = False) -> PeriodRecord:
    """The period. Raises AppraisalRefusedError once the council has passed the results, CouncilRefusedError after a trial run.

    reopened: whether what is reopened after the publication is appraised too.
    """
    period = chosen_period(session, period_id)
    require_running(session, period)
    if PeriodState(period.state) not in OPEN and not (reopened and period.state == PeriodState.PUBLISHED):
        raise AppraisalRefusedError(
            [_("Kỳ «{period}» đã qua hội đồng nên không còn thẩm định nữa.").format(period=period.name)]
        )
    return period


def is_appraised_now(session: Session, period: PeriodRecord) -> bool:
    """Whether anything of a period can be ruled on: as `appraisable` has it, what is reopened included."""
    going = PeriodState(period.state) in OPEN or period.state == PeriodState.PUBLISHED
    return going and trial_fault(session, period) is None


def is_settled(period: PeriodRecord, *, ruled: bool) -> bool:
    """Whether a task can no longer be ruled on: after the publication only what is reopened can, and once."""
    return ruled and period.state == PeriodState.PUBLISHED


def _chosen(units: Sequence[UnitKey]) -> None:
    if not units:
        raise AppraisalRefusedError([_("Chưa chọn cơ quan, đơn vị nào; hãy chọn ít nhất một.")])


def _put(
    session: Session, period_id: int, key: TaskKey, group: str, account_id: int | None, due_on: dt.date
) -> AppraisalTask:
    row = AppraisalTask(
        period_id=period_id,
        unit_code=key.unit.code,
        unit_valid_from=key.unit.valid_from,
        criterion=key.criterion,
        tier=key.tier.value,
        group_code=group,
        account_id=account_id,
        due_on=due_on,
        ruled=False,
    )
    session.add(row)
    return row


def appraised_criteria(snapshot: LevelSnapshot, unit: str) -> Iterator[tuple[str, Criterion]]:
    """Main index and criterion of everything that is to be ruled on for a unit.

    That is what has points, is due at the snapshot's month and was not waived before.
    """
    inputs, compiled = snapshot.inputs, snapshot.book.compiled
    row = snapshot.row_of[unit]
    for group in snapshot.criteria_set.groups:
        for criterion in group.criteria if group.kind != "unscored" else ():
            at = compiled.index_of[criterion.code]
            if not inputs.not_due[at] and not inputs.not_applicable[row, at]:
                yield group.code, criterion


def begin_appraisal(
    session: Session, identity: Identity, snapshot: LevelSnapshot, units: Sequence[UnitKey], days: int, now: dt.datetime
) -> int:
    """Takes reports that were sent into appraisal and gives every criterion to somebody; gives the number of tasks.

    To be called in a write session. snapshot: the level at the month that is appraised. days: working days from today.
    Raises PermissionError, AppraisalRefusedError, SubmissionRefusedError for a report that was not sent.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period = appraisable(session, snapshot.period.id)
    _chosen(units)
    due, count = deadline_of(session, days, now), 0
    assigning = Assigning(appraisers(session, identity, period), load_now(session, period.id))
    for key in units:
        place, unit = ReportPlace(period.id, key), unit_of(snapshot, key)
        require_state(session, place, PeriodState.SENT)
        for group, criterion in appraised_criteria(snapshot, key.code):
            account = assigning.account_for(unit, group, criterion.verifier)
            _put(session, period.id, TaskKey(key, criterion.code, AppraisalTier.FIRST), group, account, due)
            count += 1
        line = Change(_("hạn thẩm định"), None, format_date(due), key)
        seen = submission(session, place).version
        move(session, identity, place, seen, PeriodState.APPRAISAL, now, Deed.BEGIN_APPRAISAL, changes=[line])
    session.flush()
    return count


def unit_of(snapshot: LevelSnapshot, key: UnitKey) -> UnitRecord:
    """A unit of a level. Raises AppraisalRefusedError when the level has none of this key."""
    row = snapshot.row_of.get(key.code)
    if row is None or snapshot.units[row].valid_from != key.valid_from:
        raise AppraisalRefusedError(
            [_("Cấp này không có đơn vị mang mã {code}; hãy tải lại trang.").format(code=key.code)]
        )
    return snapshot.units[row]


def draw_recheck(
    session: Session, identity: Identity, snapshot: LevelSnapshot, percent: int, days: int, seed: int, now: dt.datetime
) -> tuple[TaskKey, ...]:
    """The office draws what it checks again of what districts have ruled on, the same share of every district.

    To be called in a write session. percent: of each district's rulings on its communes, at least one. The same seed
    draws the same from the same rulings; it stands in the log. What was drawn before, or is with the units already, is
    not drawn. Raises PermissionError, AppraisalRefusedError when there is nothing to draw from.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period = appraisable(session, snapshot.period.id)
    if not 1 <= percent <= 100:
        raise AppraisalRefusedError(
            [_("Tỷ lệ phúc tra {percent} không hợp lệ; hãy ghi từ 1 đến 100 (%).").format(percent=percent)]
        )
    due, drawn = deadline_of(session, days, now), []
    chance = random.Random(seed)
    for _district, ruled in sorted(_ruled_by_district(session, snapshot, period.id).items()):
        count = max(1, len(ruled) * percent // 100)
        drawn += chance.sample(ruled, count)
    if not drawn:
        raise AppraisalRefusedError(
            [
                _(
                    "Chưa có gì để rút mẫu: chỉ rút chỉ số của cấp xã đã được cấp huyện thẩm định, chưa phúc tra và chưa gửi kết "
                    "quả cho đơn vị."
                )
            ]
        )
    for row in drawn:
        key = task_key(row)
        _put(session, period.id, TaskKey(key.unit, key.criterion, AppraisalTier.RECHECK), row.group_code, None, due)
    session.flush()
    told = _("{n} chỉ số, {percent} % của mỗi huyện, số hạt giống {seed}").format(
        n=format_number(len(drawn)), percent=percent, seed=seed
    )
    lines = [Change(row.criterion, None, _("phúc tra"), task_key(row).unit) for row in drawn]
    record(session, identity, now, Deed.DRAW_RECHECK, subject=told, period=period, changes=lines)
    return tuple(TaskKey(k.unit, k.criterion, AppraisalTier.RECHECK) for k in map(task_key, drawn))


def _ruled_by_district(session: Session, snapshot: LevelSnapshot, period_id: int) -> dict[str, list[AppraisalTask]]:
    """What districts have ruled on in communes that are still in appraisal and was not drawn before, by district."""
    states = {
        UnitKey(row.unit_code, row.unit_valid_from)
        for row in session.scalars(
            select(Submission).where(Submission.period_id == period_id, Submission.state == PeriodState.APPRAISAL.value)
        )
    }
    query = select(AppraisalTask).where(AppraisalTask.period_id == period_id)
    order = (AppraisalTask.unit_code, AppraisalTask.criterion)
    rows = session.scalars(query.order_by(*order)).all()
    drawn = {(r.unit_code, r.criterion) for r in rows if r.tier == AppraisalTier.RECHECK}
    found: dict[str, list[AppraisalTask]] = {}
    for row in rows:
        at = snapshot.row_of.get(row.unit_code)
        if at is None or snapshot.units[at].level != "commune" or row.account_id is None:
            continue
        if row.tier != AppraisalTier.FIRST or not row.ruled or (row.unit_code, row.criterion) in drawn:
            continue
        if UnitKey(row.unit_code, row.unit_valid_from) in states:
            found.setdefault(snapshot.units[at].parent_code or "", []).append(row)
    return found


def assign(
    session: Session,
    identity: Identity,
    snapshot: LevelSnapshot,
    chosen: Sequence[TaskRecord],
    account_id: int | None,
    due_on: dt.date,
    now: dt.datetime,
) -> None:
    """Gives tasks that are not ruled on to somebody else, or to the office, and sets until when.

    To be called in a write session. snapshot: the level of the units. Raises PermissionError, AppraisalRefusedError with
    every task that he may not appraise, or when somebody else was quicker.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period = appraisable(session, snapshot.period.id, reopened=True)
    if not chosen:
        raise AppraisalRefusedError([_("Chưa chọn chỉ số nào để phân công; hãy chọn ít nhất một.")])
    if due_on < local_day(now):
        raise AppraisalRefusedError([_("Hạn {day} đã qua; hãy chọn ngày từ hôm nay.").format(day=format_date(due_on))])
    known = {a.account_id: a for a in appraisers(session, identity, period)}
    if account_id is not None and account_id not in known:
        raise AppraisalRefusedError([_("Tài khoản này không còn thẩm định được; hãy chọn người khác.")])
    faults, lines = [], []
    for task in chosen:
        row, unit = seen_task(session, period.id, task), unit_of(snapshot, task.key.unit)
        if account_id is not None and not may_appraise(known[account_id], unit, row.group_code):
            faults.append(
                _("{unit}, {code}: {user} không được thẩm định chỉ số này của đơn vị này.").format(
                    unit=unit.name_vi, code=row.criterion, user=known[account_id].user_name
                )
            )
            continue
        if account_id is None and unit.code == STANDING_AGENCY:
            faults.append(
                _(
                    "{unit}, {code}: cơ quan thường trực không thẩm định đơn vị của mình; hãy giao cho người khác."
                ).format(unit=unit.name_vi, code=row.criterion)
            )
            continue
        if row.ruled:
            faults.append(
                _("{unit}, {code}: đã thẩm định nên không phân công lại được.").format(
                    unit=unit.name_vi, code=row.criterion
                )
            )
            continue
        before, after = (_given_to(a, d) for a, d in ((row.account_id, row.due_on), (account_id, due_on)))
        lines.append(Change(f"{row.criterion} ({tier_name(task.key.tier)})", before, after, task.key.unit))
        row.account_id, row.due_on = account_id, due_on
    if faults:
        raise AppraisalRefusedError(faults)
    session.flush()
    record(session, identity, now, Deed.ASSIGN_APPRAISAL, period=period, changes=lines)


def _given_to(account_id: int | None, due_on: dt.date) -> str:
    told = _("cơ quan thường trực") if account_id is None else account_text(account_id)
    return _("{who}, hạn {day}").format(who=told, day=format_date(due_on))


def seen_task(session: Session, period_id: int, task: TaskRecord) -> AppraisalTask:
    """The row of a task as somebody has seen it. Raises AppraisalRefusedError when it has changed since or is gone."""
    key = task.key
    row = session.get(AppraisalTask, (period_id, *key.unit, key.criterion, key.tier.value))
    if row is None or row.version != task.version:
        raise AppraisalRefusedError(
            [
                _("{unit}, {code}: vừa được người khác thẩm định hoặc phân công; hãy tải lại trang.").format(
                    unit=unit_name(session, key.unit), code=key.criterion
                )
            ]
        )
    return row


def open_tasks(session: Session, place: ReportPlace, tier: AppraisalTier | None = None) -> tuple[str, ...]:
    """Criteria of a unit that are still to be ruled on, of all tiers or of one."""
    query = select(AppraisalTask.criterion).filter_by(**place.columns, ruled=False).order_by(AppraisalTask.criterion)
    if tier is not None:
        query = query.filter_by(tier=tier.value)
    return tuple(session.scalars(query))


def send_draft_results(
    session: Session, identity: Identity, period_id: int, units: Iterable[UnitRecord], days: int, now: dt.datetime
) -> dt.date:
    """Tells units what appraisal has found, and gives them so many working days to explain; gives the last of them.

    To be called in a write session. A unit that was reopened and ruled on since is sent its draft results anew: it
    explains or agrees again, and what it said to those before stays. Raises PermissionError, AppraisalRefusedError with
    every unit that has criteria without a ruling or was appraised again without having been reopened,
    SubmissionRefusedError for a report that is not in appraisal.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period, chosen = appraisable(session, period_id), tuple(units)
    _chosen([unit.key for unit in chosen])
    due = deadline_of(session, days, now)
    progress = report_progress(session, period.id, local_day(now))
    faults = [fault for unit in chosen if (fault := _telling_fault(session, period, unit, progress.get(unit.key)))]
    if faults:
        raise AppraisalRefusedError(faults)
    for unit in chosen:
        place = ReportPlace(period.id, unit.key)
        require_state(session, place, PeriodState.APPRAISAL, PeriodState.REAPPRAISAL)
        line = Change(_("hạn giải trình"), None, format_date(due), unit.key)
        seen, deed = submission(session, place).version, Deed.SEND_DRAFT_RESULTS
        row = move(session, identity, place, seen, PeriodState.AWAITING_EXPLANATION, now, deed, changes=[line])
        row.due_on, row.told_at = due, now
        _put_away_explanations(session, place)
    session.flush()
    return due


def _telling_fault(
    session: Session, period: PeriodRecord, unit: UnitRecord, progress: ReportProgress | None
) -> str | None:
    """Why a unit cannot be sent draft results."""
    place = ReportPlace(period.id, unit.key)
    left = open_tasks(session, place)
    if left:
        return _("{unit}: còn {n} chỉ số chưa thẩm định xong.").format(unit=unit.name_vi, n=format_number(len(left)))
    again = submission(session, place).state == PeriodState.REAPPRAISAL
    if again and (progress is None or not progress.untold):
        return _(
            "{unit}: đã thẩm định lại theo giải trình, không có chỉ số mở lại nên không gửi lại kết quả dự kiến."
        ).format(unit=unit.name_vi)
    return None


def _put_away_explanations(session: Session, place: ReportPlace) -> None:
    """What a unit has sent stays as said to the draft results before; what it has not sent it may still send."""
    for row in session.scalars(select(Explanation).filter_by(**place.columns).where(Explanation.sent_at.is_not(None))):
        session.add(
            EarlierExplanation(
                **place.columns,
                criterion=row.criterion,
                text=row.text,
                account_id=row.account_id,
                changed_at=row.changed_at,
                sent_at=row.sent_at,
            )
        )
        session.delete(row)


def begin_reappraisal(
    session: Session, identity: Identity, snapshot: LevelSnapshot, units: Sequence[UnitKey], days: int, now: dt.datetime
) -> tuple[int, int]:
    """Takes what units have explained into the second appraisal; gives the number of tasks, and of those that nobody but
    who was given the first could be given.

    To be called in a write session. Only the criteria that a unit explained are looked at again, by somebody other than
    before where there is one. Raises PermissionError, AppraisalRefusedError without a sent explanation,
    SubmissionRefusedError for a report that does not wait for one.
    """
    permit(identity, Action.DIRECT_APPRAISAL)
    period = appraisable(session, snapshot.period.id)
    _chosen(units)
    due, same, load = deadline_of(session, days, now), list[bool](), load_now(session, period.id)
    known = appraisers(session, identity, period)
    for key in units:
        place, unit = ReportPlace(period.id, key), unit_of(snapshot, key)
        require_state(session, place, PeriodState.AWAITING_EXPLANATION)
        explained = sent_explanations(session, place)
        if not explained:
            raise AppraisalRefusedError(
                [_("{unit} chưa gửi giải trình nào nên chưa thẩm định lại được.").format(unit=unit.name_vi)]
            )
        before = {
            row.criterion: row
            for row in session.scalars(select(AppraisalTask).filter_by(**place.columns, tier=AppraisalTier.FIRST.value))
        }
        for code in explained:
            same.append(put_second(session, snapshot, unit, before[code], known, load, due))
        line = Change(_("hạn thẩm định lại"), None, format_date(due), key)
        seen, deed = submission(session, place).version, Deed.BEGIN_REAPPRAISAL
        move(session, identity, place, seen, PeriodState.REAPPRAISAL, now, deed, changes=[line])
    session.flush()
    return len(same), sum(same)


def put_second(
    session: Session,
    snapshot: LevelSnapshot,
    unit: UnitRecord,
    first: AppraisalTask,
    known: Sequence[Appraiser],
    load: Counter[int],
    due_on: dt.date,
) -> bool:
    """Stores the task of a second appraisal, for somebody other than who was given the first where there is one; gives
    whether there is none.

    One that was ruled on before is to be ruled on again by whom it was given to.
    """
    place = ReportPlace(snapshot.period.id, unit.key)
    key = (place.period_id, *place.unit, first.criterion, AppraisalTier.SECOND.value)
    earlier = session.get(AppraisalTask, key)
    if earlier is not None:
        earlier.ruled, earlier.due_on, earlier.version = False, due_on, earlier.version + 1
        return earlier.account_id == first.account_id
    fresh = Assigning([a for a in known if a.account_id != first.account_id], load)
    account = fresh.account_for(unit, first.group_code, snapshot.criteria_set.by_code[first.criterion].verifier)
    given = first.account_id if account is None else account
    task = TaskKey(unit.key, first.criterion, AppraisalTier.SECOND)
    _put(session, snapshot.period.id, task, first.group_code, given, due_on)
    return given == first.account_id


def sent_explanations(session: Session, place: ReportPlace) -> tuple[str, ...]:
    """Criteria to whose draft result a unit has sent an explanation."""
    query = select(Explanation.criterion).filter_by(**place.columns).where(Explanation.sent_at.is_not(None))
    return tuple(session.scalars(query.order_by(Explanation.criterion)))
