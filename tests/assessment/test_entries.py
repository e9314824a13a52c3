"""What is typed for an input is read as what it says, or refused with a sentence; never as another figure."""

import datetime as dt

import pytest

from assessment.entries import read_value, written
from criteria import CriteriaSet, read_text
from scoring.compiled import Column, compile_set
from scoring.inputs import ValueFault

SET = """
id: dem-2024
level: district
year: 2024
groups:
  - code: CQ
    name: Chính quyền số
    criteria:
      - {code: CQ.1, name: Hồ sơ, max_points: 5, rule: {type: count, full_at: 100}, inputs: {value: {name: Hồ sơ, unit: hồ sơ, number: whole}}}
      - {code: CQ.2, name: Kinh phí, max_points: 5, rule: {type: count, full_at: 100}, inputs: {value: {name: Kinh phí, unit: triệu đồng}}}
      - {code: CQ.3, name: Ngày, max_points: 5, rule: {type: deadline, due: 2024-06-15, lose_per_day: 0.1}}
"""


def _set(text: str = SET) -> CriteriaSet:
    found = read_text(text, "dem.yaml").criteria_set
    assert found is not None
    return found


DOSSIERS, MONEY, DAY = compile_set(_set()).columns


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (DOSSIERS, "12", 12), (DOSSIERS, " 1.234.567 ", 1_234_567), (DOSSIERS, "12,0", 12), (DOSSIERS, "0", 0),
        (MONEY, "12,5", 12.5), (MONEY, "1.234,5", 1234.5), (MONEY, "7.04", 7.04),
        (DAY, "15/12/2024", dt.date(2024, 12, 15)),
    ],
)  # fmt: skip
def test_figures_are_read_as_they_are_written(column: Column, text: str, value: object) -> None:
    assert read_value(column, text) == value


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (DOSSIERS, "12,5", "12,5 có phần lẻ, nhưng đây là số đếm; hãy ghi số nguyên."),
        (DOSSIERS, "12.5", "12,5 có phần lẻ"),
        (DOSSIERS, "1,234", "1,234 có phần lẻ"),
        (DOSSIERS, "10%", "«10%» ghi theo phần trăm; hãy ghi số theo đơn vị tính của ô này, không ghi dấu %."),
        (MONEY, "10 %", "ghi theo phần trăm"),
        (MONEY, "1e3", "«1e3» viết kiểu lũy thừa; hãy viết đủ các chữ số, ví dụ 1.234,5."),
        (DOSSIERS, "1E+3", "viết kiểu lũy thừa"),
        (MONEY, "2,5e2", "viết kiểu lũy thừa"),
        (DOSSIERS, "9" * 400, "lớn hơn mọi số liệu có thể có"),
        (MONEY, "\u202emười", "«mười» không phải là số; hãy viết số, ví dụ 7,04 hoặc 1.234,5."),
        (MONEY, "mười", "«mười» không phải là số; hãy viết số, ví dụ 7,04 hoặc 1.234,5."),
        (MONEY, "1.234", "có thể hiểu là 1234 hoặc 1,234"),
        (DAY, "15/12/2204", "năm 2204 của ngày 15/12/2204 ngoài khoảng 1945 đến 2100"),
    ],
)
def test_what_would_be_another_figure_is_refused(column: Column, text: str, sentence: str) -> None:
    with pytest.raises(ValueFault) as refused:
        read_value(column, text)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("value", [12.5, 0.00001, 123_456_789_012.25, 40.0, -3.0])
def test_a_stored_figure_is_written_so_that_it_can_be_typed_again(value: float) -> None:
    text = written(MONEY, value)
    assert "e" not in text
    assert float(text.replace(",", ".")) == value


def test_a_set_that_says_nothing_of_whole_numbers_takes_decimals_as_before() -> None:
    (column, *_others) = compile_set(_set(SET.replace(", number: whole", ""))).columns
    assert read_value(column, "12,5") == 12.5
