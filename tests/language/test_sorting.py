"""Vietnamese order, search without diacritics, natural order of codes."""

import random
import unicodedata

import pytest

from language import fold, natural_key, sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Phường 2", "Phường 10", "Phường Thắng Nhất"],
        ["Dinh", "Đất Đỏ", "Em"],
        ["Bà Rịa", "Châu Đức", "Côn Đảo", "Đất Đỏ", "Long Điền", "Phú Mỹ", "Vũng Tàu", "Xuyên Mộc"],
        ["Long Hải", "Long Hương", "Long Phước", "Long Sơn", "Long Toàn"],
        ["an", "ăn", "ân"],
        ["ma", "mạ", "man"],
    ],
)
def test_order(ordered: list[str]) -> None:
    shuffled = ordered.copy()
    random.Random(7).shuffle(shuffled)
    assert sorted(shuffled, key=sort_key) == ordered


def test_order_ignores_case_and_the_form_of_the_accents() -> None:
    assert sort_key("ĐẤT ĐỎ") == sort_key("Đất Đỏ")
    assert sort_key(unicodedata.normalize("NFD", "Đất Đỏ")) == sort_key("Đất Đỏ")


@pytest.mark.parametrize("text", ["Đất Đỏ", "đất đỏ", "  ĐẤT   ĐỎ ", unicodedata.normalize("NFD", "Đất Đỏ")])
def test_fold(text: str) -> None:
    assert fold(text) == "dat do"


def test_fold_keeps_digits_and_signs() -> None:
    assert fold("Bà Rịa - Vũng Tàu 2024") == "ba ria - vung tau 2024"


def test_natural_order_of_codes() -> None:
    codes = ["4.10", "CQ.2", "4.2", "CQ.10", "4.2.1", "10", "4"]
    assert sorted(codes, key=natural_key) == ["4", "4.2", "4.2.1", "4.10", "10", "CQ.2", "CQ.10"]
    assert natural_key("4.2") < natural_key("4.10")


@pytest.mark.parametrize("text", ["10²", "Diện tích 5 km²", "1²", ""])
def test_digits_that_are_no_numbers_do_not_break_the_order(text: str) -> None:
    assert sorted([text, "a"], key=sort_key)
    assert sorted([text, "a"], key=natural_key)
