"""Until when units report: the office gives working days, the calendar says which day that is."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessment.audit import record
from assessment.permissions import Action, Identity, permit
from assessment.refusals import RefusedError
from assessment.working_days import DayOff, WorkingDays
from criteria.levels import level_names
from criteria.model import Level
from data.audit import Change, Deed
from data.models import SUPPLIERS, Deadline, Holiday
from data.repositories import PeriodRecord
from language import _, format_date

LONGEST = 250
"""Most working days that a deadline may leave."""
MOST_NAME, MOST_SOURCE = 200, 300
"""Longest name of a day off, and longest source of it."""
Reporting = Level | Literal["supplier"]
"""Whom a deadline is for: the units of a level, or the data suppliers."""


def reporting_names() -> dict[Reporting, str]:
    """What those with a deadline are called."""
    return {**level_names(), SUPPLIERS: _("Đơn vị cung cấp số liệu")}


@dataclass(frozen=True, slots=True)
class DeadlineRecord:
    """Until when a level or the suppliers report. version: what a writer has seen."""

    counted_from: dt.date
    working_days: int
    due_on: dt.date
    version: int


@dataclass(frozen=True)
class Due:
    """Until when a report is due. days_left: working days after today; negative once offices have worked since.

    is_over: whether the day has passed, which it has on a Saturday after a Friday too, when no working day has.
    """

    day: dt.date
    days_left: int
    is_over: bool


class DeadlineRefusedError(RefusedError):
    """A deadline that cannot be set; the message says why. Nothing has changed."""


def days_fault(days: int) -> str | None:
    """Why a deadline cannot leave so many working days; None when it can."""
    if 1 <= days <= LONGEST:
        return None
    return _("{days} ngày làm việc không hợp lệ; hãy ghi từ 1 đến {most}.").format(days=days, most=LONGEST)


def due(own: dt.date | None, of_level: DeadlineRecord | None, calendar: WorkingDays, today: dt.date) -> Due | None:
    """Until when a report is due: by the unit's own deadline, else by that of its level; None without any."""
    day = own or (of_level.due_on if of_level else None)
    return None if day is None else Due(day, calendar.between(today, day), today > day)


def days_off(session: Session) -> tuple[DayOff, ...]:
    """The office's own changes to the calendar of public holidays, by day."""
    rows = session.scalars(select(Holiday).order_by(Holiday.day))
    return tuple(DayOff(row.day, row.working, row.name_vi, row.source) for row in rows)


def working_days(session: Session) -> WorkingDays:
    """The calendar with the office's own changes."""
    return WorkingDays(days_off(session))


def set_day_off(session: Session, identity: Identity, day: DayOff, now: dt.datetime) -> None:
    """Notes a day that is not as the calendar has it. To be called in a write session.

    Deadlines that are set already stay: they were announced as days. Raises PermissionError, DeadlineRefusedError
    without a name or a source.
    """
    permit(identity, Action.SET_DEADLINES)
    if not day.name.strip() or not day.source.strip():
        raise DeadlineRefusedError(
            [
                _("Ngày {day} chưa có tên hoặc căn cứ; hãy ghi tên ngày nghỉ (làm bù) và văn bản quy định.").format(
                    day=format_date(day.day)
                )
            ]
        )
    if len(day.name.strip()) > MOST_NAME or len(day.source.strip()) > MOST_SOURCE:
        raise DeadlineRefusedError(
            [
                _("Tên ngày dài nhất {name} ký tự, văn bản quy định dài nhất {source} ký tự; hãy viết gọn.").format(
                    name=MOST_NAME, source=MOST_SOURCE
                )
            ]
        )
    row = session.get(Holiday, day.day) or Holiday(day=day.day)
    row.working, row.name_vi, row.source = day.working, day.name.strip(), day.source.strip()
    session.add(row)
    session.flush()
    line = Change(format_date(day.day), None, _("làm bù") if day.working else _("nghỉ"))
    record(session, identity, now, Deed.SET_DAY_OFF, subject=row.name_vi, reason=row.source, changes=[line])


def deadlines(session: Session, period_id: int) -> dict[str, DeadlineRecord]:
    """The deadlines of a period by level, that of the suppliers among them; what is not there has none."""
    rows = session.scalars(select(Deadline).where(Deadline.period_id == period_id))
    return {r.level: DeadlineRecord(r.counted_from, r.working_days, r.due_on, r.version) for r in rows}


def _told(counted_from: dt.date, days: int, due: dt.date) -> str:
    return _("{due} ({days} ngày làm việc kể từ {start})").format(
        due=format_date(due), days=days, start=format_date(counted_from)
    )


def set_deadline(
    session: Session,
    identity: Identity,
    period: PeriodRecord,
    level: Reporting,
    counted_from: dt.date,
    days: int,
    version: int,
    now: dt.datetime,
) -> DeadlineRecord:
    """Gives a level, or the suppliers, so many working days from a day, which is not counted.

    To be called in a write session. version: of the deadline that the office has seen, 0 for none. Raises PermissionError, DeadlineRefusedError when
    days are not 1 to 250 or somebody else has set it meanwhile.
    """
    permit(identity, Action.SET_DEADLINES)
    fault = days_fault(days)
    if fault:
        raise DeadlineRefusedError([fault])
    row = session.get(Deadline, (period.id, level))
    if (row.version if row else 0) != version:
        raise DeadlineRefusedError([_("Thời hạn vừa được người khác đặt lại; hãy xem thời hạn mới rồi đặt tiếp.")])
    due = working_days(session).add(counted_from, days)
    before = _told(row.counted_from, row.working_days, row.due_on) if row else None
    if row is None:
        row = Deadline(period_id=period.id, level=level)
        session.add(row)
    row.counted_from, row.working_days, row.due_on = counted_from, days, due
    session.flush()
    line = Change(reporting_names()[level], before, _told(counted_from, days, due))
    record(session, identity, now, Deed.SET_DEADLINE, period=period, changes=[line])
    return DeadlineRecord(counted_from, days, due, row.version)
