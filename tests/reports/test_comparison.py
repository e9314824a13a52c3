"""The comparison as a workbook, against the hand-worked example."""

from openpyxl.worksheet.worksheet import Worksheet

from assessment.comparison import Comparison, comparison
from reports.comparison import comparison_file_name, comparison_workbook
from reports.labels import demonstration_label
from tests.reports.examples import NOVEMBER, snapshot
from tests.reports.reading import opened


def compared(origin: str = "demonstration") -> Comparison:
    now, then = snapshot(origin=origin), snapshot(NOVEMBER, 11, origin=origin)
    return comparison(now, "districts", ("001", "002", "003"), then, (then, now))


def lines(sheet: Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def table(sheet: Worksheet, first: str) -> list[list[object]]:
    """The rows below the header that starts with this heading."""
    rows = lines(sheet)
    start = next(i for i, row in enumerate(rows) if row[0] == first)
    return rows[start + 1 :]


def test_sheets_and_label() -> None:
    book = opened(comparison_workbook(compared()))
    assert book.sheetnames == ["Tổng hợp", "Chỉ số thành phần", "Vì sao chênh lệch", "Diễn biến"]
    for sheet in book.worksheets:
        assert demonstration_label() in {cell for row in lines(sheet) for cell in row}


def test_places() -> None:
    rows = table(opened(comparison_workbook(compared()))["Tổng hợp"], "Cơ quan, đơn vị")
    assert [row[1:4] for row in rows] == [[1, 93, "Tốt"], [2, 68, "Khá"], [3, 48.333333333, None]]


def test_states_stand_in_words_and_never_as_0() -> None:
    sheet = opened(comparison_workbook(compared()))["Chỉ số thành phần"]
    rows = {row[1]: row for row in table(sheet, "Chỉ số chính")}
    assert rows["NT.2"][4:7] == [10, 5, "chưa có số liệu"]
    assert rows["CQ.3"][4:7] == [8, "không áp dụng", 5]
    # What does not apply has no gap.
    assert rows["CQ.3"][8] is None


def test_gaps_add_up_to_the_difference() -> None:
    rows = table(opened(comparison_workbook(compared()))["Vì sao chênh lệch"], "Đơn vị cao nhất")
    pair = [row for row in rows if row[1] == "Huyện Bờ"]
    assert pair[-1][4:] == [93, 68, 25]
    assert round(sum(float(str(row[-1])) for row in pair[:-1]), 9) == 25


def test_history() -> None:
    rows = table(opened(comparison_workbook(compared()))["Diễn biến"], "Tháng")
    assert [row[:4] for row in rows] == [["11/2024", "nho-2024 1.2", 22, 3], ["12/2024", "nho-2024 1.2", 93, 1]]


def test_file_names() -> None:
    assert comparison_file_name(compared()) == "TRINH-DIEN_so-sanh_cap-huyen_001-002-003_2024-12.xlsx"
    assert comparison_file_name(compared("office")) == "so-sanh_cap-huyen_001-002-003_2024-12.xlsx"
