"""Numbers, dates and texts as Vietnamese papers write them."""

import decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from language import format_number, format_percent, format_signed, use_language
from language.texts import Language


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1234.5, None, "1.234,5"), (1234.5, 2, "1.234,50"), (1234567, None, "1.234.567"), (0, None, "0"), (0.0, 2, "0,00"),
        (-7.25, None, "−7,25"), (-1234.5, 1, "−1.234,5"), (-0.001, 2, "0,00"), (-0.0, None, "0"), (7.04, None, "7,04"),
        (1 / 3, None, "0,333333"), (2 / 3, 2, "0,67"), (99.995, 0, "100"), (5, 3, "5,000"),
    ],
)  # fmt: skip
def test_number(value: float, decimals: int | None, text: str) -> None:
    assert format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.5, 2, "+0,50"), (-0.5, 2, "−0,50"), (0.0, 2, "0,00"), (0.001, 2, "0,00"), (-0.001, 2, "0,00"), (3, None, "+3")],
)
def test_change_carries_its_sign(value: float, decimals: int, text: str) -> None:
    assert format_signed(value, decimals) == text


@pytest.mark.parametrize(
    ("fraction", "decimals", "text"),
    [(0.785, None, "78,5\u00a0%"), (0.785, 2, "78,50\u00a0%"), (1, 0, "100\u00a0%"), (0.07, None, "7\u00a0%"), (-0.1, 1, "−10,0\u00a0%")],
)  # fmt: skip
def test_percentage(fraction: float, decimals: int | None, text: str) -> None:
    assert format_percent(fraction, decimals) == text


def test_numbers_of_any_size_are_written() -> None:
    assert format_number(1e23) == "100.000.000.000.000.000.000.000"
    assert format_number(-1e30, 2).startswith("−1.000.")
    assert format_number(1e308).replace(".", "") == "1" + "0" * 308


def test_nothing_is_shown_as_asked() -> None:
    assert format_number(None) == ""
    assert format_number(None, 2, missing="chưa có số liệu") == "chưa có số liệu"
    assert format_signed(None, missing="–") == "–"
    assert format_percent(None, missing="–") == "–"


def test_english() -> None:
    with use_language("en"):
        assert format_number(1234.5, 2) == "1,234.50"
        assert format_signed(0.5, 2) == "+0.50"
    assert format_number(1234.5, 2) == "1.234,50"


@settings(max_examples=200, deadline=None)
@given(
    st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15, allow_nan=False),
    st.none() | st.integers(0, 6),
    st.sampled_from(["vi", "en"]),
)
def test_numbers_are_written_as_the_common_locale_data_say(value: float, decimals: int | None, code: Language) -> None:
    pattern = "#,##0.######" if decimals is None else "#,##0." + "0" * decimals
    with decimal.localcontext(prec=400, rounding=decimal.ROUND_HALF_UP):
        written = format_decimal(value, format=pattern, locale=code)
    if not any(digit in "123456789" for digit in written):
        written = written.removeprefix("-")
    with use_language(code):
        assert format_number(value, decimals) == written.replace("-", "\N{MINUS SIGN}")
