"""Working days counted by hand on the calendar."""

import datetime as dt

import pytest

from assessment.working_days import DayOff, WorkingDays

CALENDAR = WorkingDays()


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # Thursday 12/12/2024: Friday, Monday, Tuesday.
        (dt.date(2024, 12, 12), 3, dt.date(2024, 12, 17)),
        # Tuesday 31/12/2024: Wednesday is New Year; Thursday, Friday, Monday.
        (dt.date(2024, 12, 31), 3, dt.date(2025, 1, 6)),
        # Tết 2025, off from 27/01 to 31/01 (announcement 6150/TB-BLĐTBXH): the next working day is Monday 03/02.
        (dt.date(2025, 1, 24), 1, dt.date(2025, 2, 3)),
        # Friday 02/05/2025 was exchanged for Saturday 26/04/2025 (the same announcement).
        (dt.date(2025, 4, 25), 1, dt.date(2025, 4, 26)),
        (dt.date(2025, 4, 29), 1, dt.date(2025, 5, 5)),
    ],
)
def test_the_day_after_so_many_working_days(start: dt.date, count: int, due: dt.date) -> None:
    assert CALENDAR.add(start, count) == due
    assert CALENDAR.between(start, due) == count
    assert CALENDAR.between(due, start) == -count


def test_a_deadline_today_leaves_no_day() -> None:
    assert CALENDAR.between(dt.date(2024, 12, 12), dt.date(2024, 12, 12)) == 0


def test_days_of_the_office_go_before_the_calendar() -> None:
    storm = DayOff(dt.date(2024, 12, 13), working=False, name="Nghỉ tránh bão", source="Công điện")
    saturday = DayOff(dt.date(2024, 12, 14), working=True, name="Làm bù", source="Thông báo")
    assert WorkingDays([storm, saturday]).add(dt.date(2024, 12, 12), 1) == dt.date(2024, 12, 14)


def test_no_working_days_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        CALENDAR.add(dt.date(2024, 12, 12), 0)
