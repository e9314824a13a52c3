"""The ground floor: texts, numbers, dates, sorting and search in Vietnamese and English."""

from language.dates import VIET_NAM, format_date, format_moment, format_month, local_day
from language.numbers import format_number, format_percent, format_signed
from language.sorting import fold, natural_key, sort_key
from language.texts import _, capitalised, cited, language, on_one_line, use_language

__all__ = [
    "VIET_NAM",
    "_",
    "capitalised",
    "cited",
    "fold",
    "format_date",
    "format_moment",
    "format_month",
    "format_number",
    "format_percent",
    "format_signed",
    "language",
    "local_day",
    "natural_key",
    "on_one_line",
    "sort_key",
    "use_language",
]
