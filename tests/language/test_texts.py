"""The current language."""

import pytest

from language import _, capitalised, cited, language, use_language


def test_vietnamese_by_default_and_again_after_a_block() -> None:
    assert language() == "vi"
    with use_language("en"):
        assert language() == "en"
    assert language() == "vi"


def test_language_comes_back_after_an_error() -> None:
    def fail_in_english() -> None:
        with use_language("en"):
            raise RuntimeError(language())

    with pytest.raises(RuntimeError, match="en"):
        fail_in_english()
    assert language() == "vi"


def test_text_without_translation_is_shown_in_vietnamese() -> None:
    text = "một câu không có trong danh mục dịch"
    with use_language("en"):
        assert _(text) == text
    assert _(text) == text


@pytest.mark.parametrize(("text", "capital"), [("điểm DTI", "Điểm DTI"), ("", ""), ("1 điểm", "1 điểm")])
def test_a_capital_letter_at_the_beginning_alone(text: str, capital: str) -> None:
    assert capitalised(text) == capital


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("mười hai", "«mười hai»"),
        ("l'été", "«l'été»"),
        ("\u202e12\u202c \u2066a\u2069\u200e\u200f", "«12 a»"),
        ("hai\ndòng\t\x00", "«hai dòng»"),
        ("5" * 61, f"«{'5' * 60}»"),
    ],
)
def test_what_somebody_typed_is_cited_on_one_line_without_what_nobody_sees(typed: str, shown: str) -> None:
    assert cited(typed) == shown
