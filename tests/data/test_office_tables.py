"""Tables that an office sends: CSV and Excel give the same rows, and what is no table is refused by its place."""

import io
from collections.abc import Callable

import openpyxl
import pytest

from criteria.workbook_cells import MAX_BYTES
from data.office_tables import below_headings, cell_text, is_blank, read_tables
from scoring.csv_files import FileFault, FileFaults

HEADINGS = {"unit": "Mã đơn vị", "name": "Tên"}


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(file)
    return file.getvalue()


def refused(data: bytes, name: str = "bang.csv", most_rows: int = 10) -> FileFault:
    with pytest.raises(FileFaults) as raised:
        read_tables(data, name, most_rows)
    (fault,) = raised.value.faults
    return fault


@pytest.mark.parametrize(
    "text", ["Mã,Điểm\n\n747,\n", "\ufeffMã;Điểm\r\n\r\n747;;\r\n"], ids=["comma", "semicolon and byte order mark"]
)
def test_filled_rows_of_a_csv_with_their_lines(text: str) -> None:
    assert read_tables(text.encode(), "bang.csv", 10) == {"": [(1, ["Mã", "Điểm"]), (3, ["747"])]}


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b";;\n;;\n", workbook(lambda _book: None)])
def test_an_empty_file_is_called_so(data: bytes) -> None:
    name = "bang.xlsx" if data.startswith(b"PK") else "bang.csv"
    assert (
        str(refused(data, name)) == f"{name}:1: -: tệp rỗng, không có ô nào được điền; hãy kiểm tra rồi chọn lại tệp."
    )


def test_filled_rows_of_every_sheet_that_can_be_seen() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        first = book.worksheets[0]
        first.title = "Một"
        first.append(["Mã", "Điểm"])
        first.append([None, 7.5])
        book.create_sheet("Hai")
        book.create_sheet("Ẩn").append(["x"])
        book["Ẩn"].sheet_state = "hidden"

    assert read_tables(workbook(fill), "bang", 10) == {"Một": [(1, ["Mã", "Điểm"]), (2, [None, 7.5])], "Hai": []}


def test_a_formula_without_a_result_is_no_blank_cell() -> None:
    cells = read_tables(workbook(lambda book: book.worksheets[0].append(["747", "=1+1"])), "b.xlsx", 10)["Sheet"][0][1]
    assert [is_blank(cell) for cell in cells] == [False, False]
    assert cell_text(cells[0]) == "747"
    with pytest.raises(ValueError, match="công thức chưa có kết quả"):
        cell_text(cells[1])


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), (float("nan"), ""), (26.0, "26"), (0.5, "0.5"), ("  a \n b ", "a b"), (0, "0")]
)
def test_cells_as_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text
    assert is_blank(cell) == (text == "")


def test_what_is_no_table_is_refused_by_its_place() -> None:
    assert "không phải là tệp Excel" in refused(b"PK\x03\x04").message
    assert "không phải là tệp Excel" in refused(b"a,b\n", "bang.xlsx").message
    assert "macro" in refused(b"PK\x03\x04", "bang.xlsm").message
    assert "lớn hơn 5 MB" in refused(b"x" * (MAX_BYTES + 1)).message
    fault = refused("Mã,Tên\n747,Vũng Tàu\n".encode("cp1258", "replace"))
    assert (fault.row, fault.column) == (1, "-")
    assert "UTF-8" in fault.message
    fault = refused(b'a,b\n1,"2"x\n')
    assert fault.row == 2
    assert "ngoặc kép" in fault.message


def test_a_table_that_is_too_long_is_refused_at_the_first_row_too_many() -> None:
    assert len(read_tables(b"a\n" * 3, "b.csv", 3)[""]) == 3
    fault = refused(b"a\n\na\na\na\n", most_rows=3)
    assert (fault.row, fault.message.partition(";")[0]) == (5, "bảng có hơn 3 dòng")


def test_rows_below_headings_that_stand_below_other_lines() -> None:
    rows = [(1, ["Danh sách"]), (3, ["ten", "", "MÃ ĐƠN VỊ"]), (4, ["Vũng Tàu", "", 747]), (5, ["", "ghi chú"])]
    assert below_headings(rows, HEADINGS, "Tờ 1") == [(4, {"name": "Vũng Tàu", "unit": 747})]
    with pytest.raises(FileFaults, match="Tờ 1:1: -: không tìm thấy dòng tiêu đề; cần đủ các cột: Mã đơn vị, Tên"):
        below_headings(rows[:1], HEADINGS, "Tờ 1")
