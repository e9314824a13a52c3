"""Working days: Monday to Friday except public holidays, with the days that the office knows otherwise."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from holidays import HolidayBase, country_holidays

_YEARS = range(2020, 2041)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is not as the calendar of public holidays has it. working: offices are open on it nevertheless."""

    day: dt.date
    working: bool
    name: str
    source: str


@cache
def _public_holidays() -> HolidayBase:
    return country_holidays("VN", years=_YEARS, language="vi")


class WorkingDays:
    """Which days offices work on.

    Source: Labour Code 2019, article 112, and the yearly announcements of exchanged days as the calendar of the
    `holidays` package keeps them; days of the office's own go before it.
    """

    def __init__(self, own: Iterable[DayOff] = ()) -> None:
        self._public = _public_holidays()
        self._own = {day.day: day.working for day in own}

    def is_working(self, day: dt.date) -> bool:
        """Whether offices work on the day."""
        return self._own.get(day, self._public.is_working_day(day))

    def add(self, day: dt.date, count: int) -> dt.date:
        """The working day that is `count` working days after the day, which itself is not counted.

        Raises ValueError for a count below 1. Source: Civil Code 2015, article 147 (the first day is not counted).
        """
        if count < 1:
            raise ValueError(f"{count} working days; at least 1 is needed")
        while count:
            day += dt.timedelta(days=1)
            count -= self.is_working(day)
        return day

    def between(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and including `end`; negative, counted likewise, when `end` lies before."""
        if end < start:
            return -self.between(end, start)
        days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))
