"""Numbers as they are written in Vietnamese papers (1.234,5) or in English (1,234.5)."""

import decimal
from functools import lru_cache

from babel.numbers import format_decimal

from language.texts import language

MINUS = "\N{MINUS SIGN}"


def format_number(value: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A number with grouping and decimal signs of the current language.

    decimals: exact number of decimals, rounded half up; without it as many as the number needs, at most six. None
    gives `missing`.
    """
    return missing if value is None else _formatted(value, decimals, language())


# Screens write the same figures again and again. Apart by type: what equals another number may be written otherwise.
@lru_cache(maxsize=65_536, typed=True)
def _formatted(value: float, decimals: int | None, locale: str) -> str:
    pattern = "#,##0.######" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    # Half up, as readers and spreadsheets round; more digits than any figure needs, so that none is too large to show.
    with decimal.localcontext(prec=400, rounding=decimal.ROUND_HALF_UP):
        text = format_decimal(value, format=pattern, locale=locale)
    if text.startswith("-"):
        digits = text[1:]
        return digits if not any(c in "123456789" for c in digits) else MINUS + digits
    return text


def format_signed(value: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A change: always with its sign, except a zero."""
    text = format_number(value, decimals, missing=missing)
    if value is None or text.startswith(MINUS) or not any(c in "123456789" for c in text):
        return text
    return "+" + text


def format_percent(fraction: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A fraction as a percentage: 0.785 gives 78,5 %. Raises nothing; None gives `missing`."""
    return missing if fraction is None else format_number(round(fraction * 100, 10), decimals) + "\N{NO-BREAK SPACE}%"
