"""What every workbook of ours keeps: text stays text, numbers stay numbers, sheets are ready to filter and to print."""

import datetime as dt
import math

import pytest

from reports.workbook import Choices, Column, Sheet, workbook
from tests.reports.reading import cell, header_row, heading_texts, opened, print_header, table

COLUMNS = (Column("Tên", 20), Column("Điểm", 10, "points"), Column("Ngày", 12))
LABEL = "NHÃN & NHÃN"


def _sheet(*rows: tuple[str | int | float | dt.date | None, ...], **more: object) -> Sheet:
    return Sheet("Bảng", "Tên bảng", ("Dòng thứ nhất", "Nguồn: thử"), COLUMNS, rows, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\x01=1", "http://example.org", "123", '=HYPERLINK("a")']
)
def test_text_is_never_a_formula_a_link_or_a_number(text: str) -> None:
    found = cell(opened(workbook([_sheet((text, 1.5, None))], title="t"))["Bảng"], 0, "Tên")
    assert found.data_type == "s"
    assert found.hyperlink is None
    if text.isprintable():
        assert found.value == text


def test_title_and_heading_cannot_become_formulas_either() -> None:
    sheet = Sheet("Bảng", "=1+1", ("@a", "=2"), COLUMNS, [("a", 1.0, None)], facts=[("=3", "=4", "text")])
    written = opened(workbook([sheet], title="t", label="=5"))["Bảng"]
    kinds = {c.data_type for row in written.iter_rows() for c in row if c.value is not None}
    assert kinds == {"s", "n"}


def test_numbers_and_dates_keep_their_kind_and_format() -> None:
    sheet = opened(workbook([_sheet(("a", 1234.5, dt.date(2024, 12, 18)))], title="t"))["Bảng"]
    points, day = cell(sheet, 0, "Điểm"), cell(sheet, 0, "Ngày")
    assert (points.value, points.number_format) == (1234.5, "#,##0.00")
    assert (day.value, day.number_format) == (dt.datetime(2024, 12, 18), "dd/mm/yyyy")  # noqa: DTZ001


def test_nothing_is_an_empty_cell() -> None:
    sheet = opened(workbook([_sheet(("a", None, None))], title="t"))["Bảng"]
    assert table(sheet) == [{"Tên": "a", "Điểm": None, "Ngày": None}]


def test_a_negative_zero_is_zero() -> None:
    value = cell(opened(workbook([_sheet(("a", -0.0, None))], title="t"))["Bảng"], 0, "Điểm").value
    assert math.copysign(1, float(str(value))) == 1


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(TypeError):
        workbook([_sheet(("a", value, None))], title="t")


def test_label_stands_under_the_title_and_in_the_print_header_of_every_sheet() -> None:
    two = [_sheet(("a", 1.0, None)), Sheet("Hai", "Tên hai", (), COLUMNS, [])]
    for sheet in opened(workbook(two, title="t", label=LABEL)):
        assert heading_texts(sheet)[1] == LABEL
        assert print_header(sheet) == LABEL


def test_without_a_label_none_is_written() -> None:
    sheet = opened(workbook([_sheet(("a", 1.0, None))], title="t"))["Bảng"]
    assert heading_texts(sheet) == ["Tên bảng", "Dòng thứ nhất", "Nguồn: thử"]
    assert not print_header(sheet)


def test_sheet_is_ready_to_filter_and_to_print() -> None:
    sheet = opened(workbook([_sheet(("a", 1.0, None), ("b", 2.0, None))], title="t"))["Bảng"]
    header = header_row(sheet)
    assert sheet.auto_filter.ref == f"A{header}:C{header + 2}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    # One page wide (the form's default), as many pages high as it takes.
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.column_dimensions["A"].width == pytest.approx(20, abs=1)


def test_a_table_wider_than_a_page_takes_several_and_repeats_its_names() -> None:
    columns = [Column(f"Cột {i}", 50) for i in range(6)]
    sheet = opened(workbook([Sheet("Bảng", "Tên", (), columns, [tuple("abcdef")], repeated=(1, 2))], title="t"))["Bảng"]
    assert sheet.page_setup.fitToWidth == 2
    assert sheet.print_title_cols == "$B:$C"
    # The title keeps to the columns of the first page.
    assert [str(r) for r in sheet.merged_cells.ranges] == ["A1:D1"]


def test_an_empty_table_says_so() -> None:
    sheet = opened(workbook([_sheet(nothing="Không có dòng nào.")], title="t"))["Bảng"]
    assert sheet.cell(header_row(sheet) + 1, 1).value == "Không có dòng nào."


def test_rows_are_high_enough_for_wrapped_text() -> None:
    sheet = opened(workbook([_sheet(("từ " * 60, 1.0, None), ("a\nb\nc", 1.0, None), ("a", 1.0, None))], title="t"))[
        "Bảng"
    ]
    long, three, one = (sheet.row_dimensions[header_row(sheet) + i].height or 0 for i in (1, 2, 3))
    assert long >= 9 * 15
    assert 3 * 15 <= three < 4 * 15
    assert one < 2 * 15


def test_no_person_is_named_in_the_properties() -> None:
    properties = opened(workbook([_sheet(("a", 1.0, None))], title="Tên", label=LABEL)).properties
    assert (properties.title, properties.subject) == ("Tên", LABEL)
    assert not properties.lastModifiedBy
    assert properties.creator in (None, "", "openpyxl")


def test_a_drop_down_lists_what_another_sheet_holds_down_to_its_last_filled_cell() -> None:
    directory = Sheet(
        "Danh mục", "Mã", (), (Column("Mã", 9), Column("Bước", 9)), [("a", "x"), ("b", None), ("c", None)]
    )
    columns = (
        Column("Mã", 9, "entry", Choices("Danh mục", 0)),
        Column("Bước", 9, choices=Choices("Danh mục", 1, False)),
    )
    sheet = Sheet("Bảng", "Tên bảng", (), columns, [("a", "x")])
    for label, first in (("", 4), (LABEL, 5)):
        rules = opened(workbook([sheet, directory], title="t", label=label))["Bảng"].data_validations.dataValidation
        assert [(str(r.formula1), r.showErrorMessage) for r in rules] == [
            (f"'Danh mục'!$A${first}:$A${first + 2}", True),
            (f"'Danh mục'!$B${first}:$B${first}", False),
        ]
        # The row of the table and 500 empty ones.
        assert str(rules[0].sqref) == f"A{first}:A{first + 500}"
