"""Dates as dd/mm/yyyy, months as mm/yyyy, and the day of a moment in Viet Nam."""

import datetime as dt
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(moment: dt.datetime) -> dt.date:
    """The day of a moment in Viet Nam; moments are stored in UTC, which is seven hours behind."""
    return moment.astimezone(VIET_NAM).date()


def format_date(day: dt.date) -> str:
    """05/03/2024."""
    return f"{day:%d/%m/%Y}"


def format_moment(moment: dt.datetime) -> str:
    """05/03/2024 14:30, in Viet Nam."""
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y %H:%M}"


def format_month(year: int, month: int) -> str:
    """03/2024."""
    return f"{month:02d}/{year}"
