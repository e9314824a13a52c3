"""Dates and months."""

import datetime as dt

from language import format_date, format_moment, format_month, local_day


def test_day_month_year_with_leading_zeros() -> None:
    assert format_date(dt.date(2024, 3, 5)) == "05/03/2024"
    assert format_date(dt.date(2024, 12, 15)) == "15/12/2024"


def test_month() -> None:
    assert format_month(2024, 3) == "03/2024"
    assert format_month(2024, 12) == "12/2024"


def test_a_moment_after_five_in_the_afternoon_utc_is_the_next_day_in_viet_nam() -> None:
    assert local_day(dt.datetime(2024, 3, 5, 16, 59, tzinfo=dt.UTC)) == dt.date(2024, 3, 5)
    assert local_day(dt.datetime(2024, 3, 5, 17, 0, tzinfo=dt.UTC)) == dt.date(2024, 3, 6)


def test_a_moment_has_day_and_time_of_viet_nam() -> None:
    assert format_moment(dt.datetime(2024, 3, 5, 17, 4, tzinfo=dt.UTC)) == "06/03/2024 00:04"
