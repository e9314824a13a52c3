"""The workbook on paper: only values can be typed, drop-downs offer what the form offers, nothing becomes a formula."""

import datetime as dt
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest

from assessment.unit_workbooks import BookKey, BookRow, BookSheet, UnitBook
from data.models import PeriodOrigin
from data.repositories import PeriodRecord
from reports.labels import demonstration_label
from reports.unit_workbook import unit_workbook, unit_workbook_name, unit_workbooks, unit_workbooks_name

OFFICE = PeriodRecord(1, 2024, "Năm 2024", "self_assessment", PeriodOrigin.OFFICE, dt.date(2024, 12, 31))
DEMONSTRATION = replace(OFFICE, origin=PeriodOrigin.DEMONSTRATION)
KEY = BookKey(1, "Năm 2024", 2024, 12, "747", "2020-01-01", "Thành phố Vũng Tàu", "rieng-2024", "1.0", "0" * 64)
LONG = ("Người đứng đầu, trực tiếp chỉ đạo " * 9, "Cấp phó")
ROWS = (
    BookRow("input/CQ.1/a", "CQ.1", "Hồ sơ", "hồ sơ", "Theo Cổng", (), '=HYPERLINK("http://x")', "", locked=False),
    BookRow("input/CQ.2/value", "CQ.2", "Kế hoạch", "", "", ("có", "không"), "có", "", locked=False),
    BookRow("input/CQ.3/value", "CQ.3", "Trưởng ban", "", "", LONG, "", "", locked=False),
    BookRow("input/CQ.4/value", "CQ.4", "Dân số", "người", "", (), "1200", "Số liệu hệ thống", locked=True),
)
BOOK = UnitBook(KEY, (BookSheet("CQ", "CQ. Chính quyền số", ROWS),))


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(unit_workbook(BOOK, DEMONSTRATION)))


def test_a_sheet_for_each_main_index_between_the_guide_and_the_hidden_check(book: openpyxl.Workbook) -> None:
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("Hướng dẫn", "visible"), ("CQ", "visible"), ("kiem_tra", "veryHidden"),
    ]  # fmt: skip
    texts = [[cell.value for cell in row] for row in book["CQ"].iter_rows()]
    assert texts[4] == ["Mã", "Số liệu", "Đơn vị tính", "Giải thích", "Lựa chọn", "Giá trị", "Ghi chú"]
    assert texts[6] == ["CQ.2", "Kế hoạch", None, None, "có; không", "có", None]


def test_only_values_of_the_unit_can_be_typed(book: openpyxl.Workbook) -> None:
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert book.security.lockStructure
    opened = [c.coordinate for row in book["CQ"].iter_rows() for c in row if not c.protection.locked]
    assert opened == ["F6", "F7", "F8"]
    assert {book["CQ"][place].number_format for place in opened} == {"@"}


def test_drop_downs_offer_whole_options_however_long(book: openpyxl.Workbook) -> None:
    """A list inside the cell would be cut at 255 characters and at every comma."""
    found = {str(v.sqref): v.formula1 for v in book["CQ"].data_validations.dataValidation}
    assert found == {"F7": "kiem_tra!$C$1:$C$2", "F8": "kiem_tra!$D$1:$D$2"}
    assert [book["kiem_tra"][place].value for place in ("C1", "C2", "D1", "D2")] == ["có", "không", *LONG]


def test_what_looks_like_a_formula_is_text() -> None:
    with zipfile.ZipFile(io.BytesIO(unit_workbook(BOOK, OFFICE))) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 3
        assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
        assert b"=HYPERLINK(" in package.read("xl/sharedStrings.xml")


def test_the_demonstration_is_labelled_in_the_file_and_in_its_name(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[:2]:
        assert sheet["A2"].value == demonstration_label()
        assert sheet.oddHeader is not None
        assert demonstration_label() in str(sheet.oddHeader.center.text)
    assert unit_workbook_name(BOOK, DEMONSTRATION) == (
        "TRINH-DIEN_bieu-so-lieu_747_thanh-pho-vung-tau_thang-12_2024.xlsx"
    )
    assert unit_workbook_name(BOOK, OFFICE) == "bieu-so-lieu_747_thanh-pho-vung-tau_thang-12_2024.xlsx"
    own = openpyxl.load_workbook(io.BytesIO(unit_workbook(BOOK, OFFICE)))["CQ"]
    assert own["A2"].value == "Thành phố Vũng Tàu (mã 747) · Năm 2024 · tháng 12/2024"


def test_many_units_make_one_zip() -> None:
    other = UnitBook(replace(KEY, unit_code="748", unit="Thành phố Bà Rịa"), BOOK.sheets)
    with zipfile.ZipFile(io.BytesIO(unit_workbooks([BOOK, other], OFFICE))) as package:
        assert package.namelist() == [unit_workbook_name(BOOK, OFFICE), unit_workbook_name(other, OFFICE)]
        inside = openpyxl.load_workbook(io.BytesIO(package.read(unit_workbook_name(other, OFFICE))))
    assert inside["CQ"]["A2"].value == "Thành phố Bà Rịa (mã 748) · Năm 2024 · tháng 12/2024"
    assert unit_workbooks_name(DEMONSTRATION) == "TRINH-DIEN_bieu-so-lieu-cac-don-vi_2024.zip"
