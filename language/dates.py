"""Dates as dd/mm/yyyy, months as mm/yyyy."""

import datetime as dt


def format_date(day: dt.date) -> str:
    """05/03/2024."""
    return f"{day:%d/%m/%Y}"


def format_month(year: int, month: int) -> str:
    """03/2024."""
    return f"{month:02d}/{year}"
