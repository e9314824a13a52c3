"""Numbers as they are written in Vietnamese papers (1.234,5) or in English (1,234.5)."""

import decimal
from functools import cache, lru_cache

from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from language.texts import language

MINUS = "\N{MINUS SIGN}"
_MOST_DECIMALS = 6


def format_number(value: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A number with grouping and decimal signs of the current language.

    decimals: exact number of decimals, rounded half up; without it as many as the number needs, at most six. None
    gives `missing`.
    """
    return missing if value is None else _formatted(value, decimals, language())


# Screens write the same figures again and again. Apart by type: what equals another number may be written otherwise.
@lru_cache(maxsize=65_536, typed=True)
def _formatted(value: float, decimals: int | None, locale: str) -> str:
    # Half up, as readers and spreadsheets round; more digits than any figure needs, so that none is too large to show.
    with decimal.localcontext(prec=400, rounding=decimal.ROUND_HALF_UP):
        number = decimal.Decimal(str(value))
        if not number.is_finite():
            return format_decimal(value, locale=locale)
        text = f"{round(abs(number), _MOST_DECIMALS if decimals is None else decimals):,f}"
    if decimals is None:
        text = text.rstrip("0").rstrip(".")
    sign = MINUS if number < 0 and any(c in "123456789" for c in text) else ""
    return sign + text.translate(_signs(locale))


@cache
def _signs(locale: str) -> dict[int, str]:
    """What stands in a language for the point and the comma of an English number."""
    return str.maketrans({".": get_decimal_symbol(locale), ",": get_group_symbol(locale)})


def format_signed(value: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A change: always with its sign, except a zero."""
    text = format_number(value, decimals, missing=missing)
    if value is None or text.startswith(MINUS) or not any(c in "123456789" for c in text):
        return text
    return "+" + text


def format_percent(fraction: float | None, decimals: int | None = None, *, missing: str = "") -> str:
    """A fraction as a percentage: 0.785 gives 78,5 %. Raises nothing; None gives `missing`."""
    return missing if fraction is None else format_number(round(fraction * 100, 10), decimals) + "\N{NO-BREAK SPACE}%"
