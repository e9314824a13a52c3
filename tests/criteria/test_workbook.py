"""A set in Excel: round trips, workbooks typed by people, and one bad workbook per refusal."""

import re
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from criteria import CriteriaSet, load, read_text
from criteria.catalogue import reference_sets
from criteria.loader import Reading
from criteria.workbook import SheetFault, read_workbook, to_workbook
from criteria.workbook_cells import CellError, parse_number
from criteria.workbook_form import CRITERIA, FORMS, GUIDE, plain
from criteria.yaml_text import to_yaml
from tests.criteria.drawn_sets import sets

TESTS = Path(__file__).parent.parent
CASES: list[dict[str, Any]] = yaml.safe_load((TESTS / "bad_workbooks" / "cells.yaml").read_text(encoding="utf-8"))
YAML_WORDS = re.compile(
    r"\b(max_points|full_at|goalposts|rollup|meets_at|weight|fraction|kind|how|cap|direction|type|criteria|khóa bắt buộc)\b"
)
HEADER = 3
Change = Callable[[Workbook], object]


def _set(name: str) -> CriteriaSet:
    return load(TESTS / "rulebook" / f"{name}.yaml")


KNOWN = {**reference_sets(), **{name: _set(name) for name in ("every_rule", "every_rollup")}}


@cache
def _written(name: str) -> bytes:
    return to_workbook(KNOWN[name])


@cache
def _shared(name: str) -> Workbook:
    """A good workbook that is opened once: who changes a cell puts it back."""
    return openpyxl.load_workbook(BytesIO(_written(name)))


def _saved(book: Workbook) -> Reading:
    content = BytesIO()
    book.save(content)
    return read_workbook(content.getvalue(), "tệp.xlsx")


def _changed(change: Change, name: str = "every_rule") -> Reading:
    """What is read of a good workbook after a change."""
    book = openpyxl.load_workbook(BytesIO(_written(name)))
    change(book)
    return _saved(book)


def _column(sheet: Worksheet, title: str) -> int:
    return next(c.column for c in sheet[HEADER] if c.value == title)


def _row(sheet: Worksheet, row: int | str) -> int:
    if isinstance(row, int):
        return row
    return next(cells[0].row for cells in sheet.iter_rows(min_row=HEADER + 1) if row in [c.value for c in cells])


def _cell(book: Workbook, sheet: str, row: int | str, column: str) -> Any:
    place = book[sheet]
    return place.cell(_row(place, row), _column(place, column))


def _put(book: Workbook, sheet: str, row: int | str, column: str, value: object) -> None:
    _cell(book, sheet, row, column).value = value


def _says(reading: Reading, sheet: str, row: int, column: str, words: str) -> None:
    """The only fault stands there and says these words."""
    assert reading.criteria_set is None
    (fault,) = reading.faults
    start = f"tệp.xlsx, trang «{sheet}», dòng {row}, cột «{column}»: "
    assert str(fault).startswith(start)
    assert words in fault.message


@pytest.mark.parametrize("name", list(KNOWN))
def test_a_set_comes_back_to_the_byte(name: str) -> None:
    reading = read_workbook(to_workbook(KNOWN[name]), "tệp.xlsx")
    assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
    assert reading.criteria_set.model_dump_json() == KNOWN[name].model_dump_json()


@settings(max_examples=60, deadline=None)
@given(sets())
def test_any_set_comes_back_to_the_byte_from_excel_and_from_yaml(drawn: CriteriaSet) -> None:
    for reading in (read_workbook(to_workbook(drawn), "tệp.xlsx"), read_text(to_yaml(drawn), "tệp.yaml")):
        assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
        assert reading.criteria_set.model_dump_json() == drawn.model_dump_json()


def test_a_good_workbook_is_read_before_its_cells_are_spoilt() -> None:
    for name in ("every_rule", "every_rollup"):
        assert _saved(_shared(name)).criteria_set == KNOWN[name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_bad_cell_is_refused_by_sheet_row_column_and_words(case: dict[str, Any]) -> None:
    book = _shared(case.get("set", "every_rule"))
    at = case.get("at", case)
    row, faulty_row = _row(book[case["sheet"]], case["row"]), _row(book[at["sheet"]], at["row"])
    edits = [case["before"]] if "before" in case else []
    cells = [(_cell(book, case["sheet"], row, edit["column"]), edit["value"]) for edit in (*edits, case)]
    good = [(cell, cell.value, cell.number_format) for cell, _value in cells]
    try:
        for cell, value in cells:
            cell.value = value
        reading = _saved(book)
    finally:
        for cell, value, shown in reversed(good):
            cell.value, cell.number_format = value, shown
    assert reading.criteria_set is None
    start = f"tệp.xlsx, trang «{at['sheet']}», dòng {faulty_row}, cột «{at['column']}»: "
    told = [str(fault) for fault in reading.faults]
    assert [text for text in told if text.startswith(start) and case["words"] in text], told
    assert case.get("more") or len(told) == 1, told
    assert [text for text in told if YAML_WORDS.search(text)] == []
    assert all(text.endswith(".") for text in told)


def test_faults_stand_in_the_order_of_sheets_rows_and_columns() -> None:
    def change(book: Workbook) -> None:
        _put(book, "Chỉ số", "B.1", "Điểm tối đa", "x")
        _put(book, "Chỉ số", "A.3", "Mức đạt điểm tối đa", "x")
        _put(book, "Chỉ số", "A.3", "Điểm tối đa", "x")
        _put(book, "Xếp loại", 4, "Từ điểm", "x")

    faults = _changed(change).faults
    assert [(f.sheet, f.line, f.column) for f in faults if isinstance(f, SheetFault)] == [
        ("Xếp loại", 4, "Từ điểm"),
        ("Chỉ số", 6, "Điểm tối đa"),
        ("Chỉ số", 6, "Mức đạt điểm tối đa"),
        ("Chỉ số", 9, "Điểm tối đa"),
    ]


def test_criterion_without_a_source_is_remarked_by_row() -> None:
    (remark,) = _changed(lambda book: _put(book, "Chỉ số", "A.4", "Văn bản", None)).remarks
    assert str(remark) == (
        "tệp.xlsx, trang «Chỉ số», dòng 7: chỉ số chưa ghi nguồn; "
        "hãy ghi văn bản và điều khoản để giải trình được điểm."
    )


# A workbook typed by a person


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0,6", 0.6), ("60 %", 0.6), ("60%", 0.6), ("62,5 %", 0.625), ("0.6", 0.6), ("7,04", 7.04), ("7.04", 7.04),
        ("1.234,5", 1234.5), ("1.234.567", 1234567), (" 12 ", 12), ("100 %", 1), ("29 %", 0.29), ("0,125", 0.125),
        ("0.125", 0.125), ("\N{MINUS SIGN}2", -2), ("1e-3", 0.001), ("60\N{NO-BREAK SPACE}%", 0.6),
    ],
)  # fmt: skip
def test_vietnamese_and_english_numbers_are_read(typed: str, number: float) -> None:
    assert parse_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["1.234", "12.345", "1,234.5", "1,2,3", "mười", "", "%", "1.23.4", "12 345", "0x10", "nan", "1e9999"]
)
def test_what_is_no_number_or_two_numbers_is_refused(typed: str) -> None:
    with pytest.raises(CellError):
        parse_number(typed)


def test_what_a_person_types_is_understood() -> None:
    def change(book: Workbook) -> None:
        _put(book, "Chỉ số", "B.1", "Mức đạt điểm tối đa", " 60 % ")
        _put(book, "Chỉ số", "A.4", "Hạn", "15/12/2024")
        _put(book, "Chỉ số", "A.4", "Giảm mỗi ngày trễ", "0,1")
        _put(book, "Chỉ số", "A.5", "Tên chỉ số", "  Có cán bộ  ")
        _put(book, "Chỉ số", "A.5", "Cách chấm", " CÓ HOẶC  KHÔNG ")
        _put(book, "Chỉ số", "A.5", "Nhiệm vụ kế hoạch", " II.1/1;II.1/2 ; ")
        _put(book, "Chỉ số", "A.5", "Mã chỉ số", "4.10")
        _put(book, "Chỉ số", "A.3", "Ghi chú", "   ")

    chosen = _changed(change).criteria_set
    assert chosen is not None
    rules = {code: c.rule.model_dump() for code, c in chosen.by_code.items()}
    assert rules["B.1"]["full_at"] == 0.6
    assert (rules["A.4"]["due"].isoformat(), rules["A.4"]["lose_per_day"]) == ("2024-12-15", 0.1)
    own = chosen.by_code["4.10"]
    assert (str(own.name), own.rule.type, own.covers) == ("Có cán bộ", "yes_no", ("II.1/1", "II.1/2"))
    assert chosen.by_code["A.3"].note is None


def test_title_rows_may_be_merged_and_columns_and_rows_may_be_moved_apart() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Chỉ số"]
        sheet.insert_rows(1, 3)
        sheet["A1"].value = "PHỤ LỤC"
        sheet.merge_cells("A1:H2")
        sheet.insert_rows(10)

    assert _changed(change).criteria_set == KNOWN["every_rule"]


def test_columns_are_found_by_title_in_any_order() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Xếp loại"]
        for row in sheet.iter_rows(min_row=HEADER, max_row=6):
            row[0].value, row[2].value = row[2].value, row[0].value

    assert _changed(change).criteria_set == KNOWN["every_rule"]


def test_hidden_sheets_are_ignored() -> None:
    def change(book: Workbook) -> None:
        sheet = book.create_sheet("Nháp")
        sheet["A1"].value = "ghi chép riêng"
        sheet.sheet_state = "hidden"

    assert _changed(change).criteria_set == KNOWN["every_rule"]


def test_the_value_of_a_formula_is_read() -> None:
    content = to_workbook(KNOWN["every_rule"])
    book = openpyxl.load_workbook(BytesIO(content))
    place = book["Chỉ số"].cell(_row(book["Chỉ số"], "A.3"), _column(book["Chỉ số"], "Điểm tối đa")).coordinate
    read = read_workbook(_with_formula(content, place, "<v>9.5</v>"), "tệp.xlsx").criteria_set
    assert read is not None
    assert read.by_code["A.3"].max_points == 9.5


def test_a_formula_without_a_result_and_an_error_are_refused() -> None:
    content = to_workbook(KNOWN["every_rule"])
    book = openpyxl.load_workbook(BytesIO(content))
    place = book["Chỉ số"].cell(6, _column(book["Chỉ số"], "Điểm tối đa")).coordinate
    empty = read_workbook(_with_formula(content, place, ""), "tệp.xlsx")
    _says(empty, "Chỉ số", 6, "Điểm tối đa", "công thức chưa có kết quả")
    broken = read_workbook(_with_formula(content, place, "<v>#REF!</v>", ' t="e"'), "tệp.xlsx")
    _says(broken, "Chỉ số", 6, "Điểm tối đa", "ô báo lỗi #REF!")


def _with_formula(content: bytes, place: str, result: str, kind: str = "") -> bytes:
    """The workbook with a formula in a number cell of the sheet of criteria, and its stored result."""
    part = f"xl/worksheets/sheet{FORMS.index(CRITERIA) + 1}.xml"
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(target, "w") as changed:
        for name in package.namelist():
            text = package.read(name)
            if name == part:
                cell = rf'<c r="{place}"( s="\d+")?><v>9</v></c>'
                found, count = re.subn(cell, rf'<c r="{place}"\1{kind}><f>5+4</f>{result}</c>', text.decode())
                assert count == 1
                text = found.encode()
            changed.writestr(name, text)
    return target.getvalue()


# Sheets and columns


def test_a_column_that_is_not_of_the_form_is_refused_by_name() -> None:
    def change(book: Workbook) -> None:
        book["Xếp loại"].cell(HEADER, 4).value = "Màu"

    _says(_changed(change), "Xếp loại", HEADER, "Màu", "không có trong mẫu")


def test_a_missing_column_is_refused_by_name() -> None:
    _says(_changed(lambda book: book["Xếp loại"].delete_cols(3)), "Xếp loại", HEADER, "Từ điểm", "thiếu cột này")


def test_a_workbook_from_before_the_column_of_whole_numbers_is_read_as_before() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Số liệu đầu vào"]
        sheet.delete_cols(_column(sheet, "Loại số"))

    assert _changed(change).criteria_set == KNOWN["every_rule"]


def test_a_column_that_comes_twice_is_refused() -> None:
    def change(book: Workbook) -> None:
        book["Xếp loại"].cell(HEADER, 4).value = "Từ điểm"

    _says(_changed(change), "Xếp loại", HEADER, "Từ điểm", "có hai lần")


def test_content_beside_the_table_is_refused() -> None:
    reading = _changed(lambda book: book["Xếp loại"].cell(5, 6, "ghi thêm"))
    (fault,) = reading.faults
    assert (fault.line, "ngoài các cột của mẫu" in fault.message) == (5, True)


def test_a_table_without_header_is_refused() -> None:
    reading = _changed(lambda book: book["Xếp loại"].delete_rows(HEADER))
    assert ["không tìm thấy dòng tiêu đề" in fault.message for fault in reading.faults] == [True]


def test_two_sheets_whose_names_differ_in_diacritics_only_are_refused() -> None:
    texts = [str(fault) for fault in _changed(lambda book: book.create_sheet("Xep loai")).faults]
    assert texts == ["tệp.xlsx: trang «Xếp loại» trùng tên với một trang khác (không kể dấu); hãy giữ một trang."]


def test_a_missing_sheet_and_a_foreign_sheet_are_refused_by_name() -> None:
    def change(book: Workbook) -> None:
        del book["Xếp loại"]
        book.create_sheet("Nháp")

    texts = [str(fault) for fault in _changed(change).faults]
    assert texts == [
        "tệp.xlsx: thiếu trang «Xếp loại»; hãy lấy lại mẫu và giữ đủ các trang.",
        "tệp.xlsx: trang «Nháp» không có trong mẫu; hãy xóa hoặc ẩn trang này.",
    ]


def test_a_group_without_criteria_is_refused() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Chỉ số chính"]
        for i, value in enumerate(("Z", "Nhóm trống"), 1):
            sheet.cell(8, i).value = value

    _says(_changed(change), "Chỉ số chính", 8, "Mã chỉ số chính", "chưa có chỉ số nào")


# Files


def _message(content: bytes, name: str = "tệp.xlsx") -> str:
    (fault,) = read_workbook(content, name).faults
    return str(fault)


@pytest.mark.parametrize("suffix", [".xlsm", ".xls", ".xlsb", ".XLSM"])
def test_a_file_that_may_hold_macros_is_refused(suffix: str) -> None:
    assert "macro" in _message(to_workbook(KNOWN["every_rule"]), "tệp" + suffix)


def test_a_file_that_holds_macros_under_another_name_is_refused() -> None:
    content = BytesIO(to_workbook(KNOWN["every_rule"]))
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert "macro" in _message(content.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for i in range(6):
            package.writestr(f"xl/{i}.xml", bytes(10_000_000))
    assert len(content.getvalue()) < 100_000
    assert "lớn hơn 50 MB" in _message(content.getvalue())


def test_too_many_parts_and_too_many_bytes_are_refused() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for i in range(501):
            package.writestr(str(i), b"")
    assert "giải nén" in _message(content.getvalue())
    assert "lớn hơn 5 MB" in _message(bytes(5_000_001))


@pytest.mark.parametrize("content", [b"", b"id: x", b"PK\x03\x04 not a zip", bytes(100)])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert "không phải là tệp Excel" in _message(content)


def test_a_damaged_workbook_is_refused() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr("[Content_Types].xml", "<a>")
    assert "không đọc được" in _message(content.getvalue())


def test_content_far_below_the_table_is_refused() -> None:
    assert "quá dòng 20.000" in str(_changed(lambda book: book["Xếp loại"].cell(20_001, 1, "x")).faults[0])


@pytest.mark.parametrize("text", ["a\x01b", "_x0041_", "dài" * 12_000])
def test_a_text_that_excel_cannot_hold_is_not_written(text: str) -> None:
    criteria_set = KNOWN["every_rule"]
    with pytest.raises(ValueError, match="Excel"):
        to_workbook(criteria_set.model_copy(update={"version": text}))


# Form


def test_titles_and_words_can_be_told_apart_and_explained() -> None:
    for form in FORMS:
        assert len(form.by_title) == len(form.columns), form.name
        for column in form.columns.values():
            assert len(column.codes) == len(column.words), column.title
            assert len(column.explain) <= 255
            assert len(",".join(column.words.values())) <= 255
            assert not any("," in word for word in column.words.values())
    assert plain(GUIDE) not in {plain(form.name) for form in FORMS}


def test_tables_have_drop_downs_and_a_header_that_stays() -> None:
    sheet = openpyxl.load_workbook(BytesIO(to_workbook(KNOWN["every_rule"])))["Chỉ số"]
    assert sheet.freeze_panes == "D4"
    column = sheet.cell(4, _column(sheet, "Cách chấm")).coordinate
    (rule,) = [v for v in sheet.data_validations.dataValidation if column in v.sqref and v.type == "list"]
    assert "Theo bậc" in rule.formula1
    assert sheet.cell(4, _column(sheet, "Mã chỉ số")).number_format == "@"
