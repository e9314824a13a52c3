"""The scorecard as Excel, read back."""

import datetime as dt

import pytest

from assessment.ranking import ranking
from assessment.scorecard import scorecard
from reports.labels import demonstration_label
from reports.scorecard import scorecard_file_name, scorecard_workbook
from tests.reports.examples import DECEMBER, NOTHING_APPLIES, WHY_NOT, december_card, snapshot
from tests.reports.reading import cell, header_row, heading_texts, opened, print_header, table

RECEIPTS = "Diễn giải cách tính điểm"


def _facts(code: str) -> dict[object, object]:
    sheet = opened(scorecard_workbook(december_card(code)))["Tổng hợp"]
    rows = sheet.iter_rows(max_row=header_row(sheet) - 1, max_col=2, values_only=True)
    return {name: value for name, value in rows if name is not None}


def _receipts(code: str) -> dict[object, dict[str, object]]:
    return {row["Mã"]: row for row in table(opened(scorecard_workbook(december_card(code)))[RECEIPTS])}


def test_sheets_and_their_label() -> None:
    book = opened(scorecard_workbook(december_card("001")))
    assert book.sheetnames == ["Tổng hợp", RECEIPTS, "Còn thiếu", "Mười bước", "Diễn biến"]
    for sheet in book:
        assert heading_texts(sheet)[1] == demonstration_label()
        assert print_header(sheet) == demonstration_label()
        assert "Tình trạng bộ chỉ số: bộ tham chiếu, không phải bộ chính thức." in heading_texts(sheet)


def test_an_office_period_carries_no_label() -> None:
    book = opened(scorecard_workbook(december_card("001", "office")))
    assert not [s.title for s in book if demonstration_label() in heading_texts(s) or print_header(s)]


def test_summary_figures() -> None:
    facts = _facts("001")
    assert {name: facts[name] for name in list(facts)[-10:]} == {
        "Tổng điểm": 93,
        "Trong đó điểm thưởng, điểm trừ": -2,
        "Tổng điểm tối đa": 100,
        "Xếp loại": "Tốt",
        "Hạng trong khối": 1,
        "Số đơn vị được xếp hạng": 3,
        "Tăng, giảm hạng so với kỳ so sánh": 2,
        "Hạng cao nhất có thể": 1,
        "Hạng thấp nhất có thể": 1,
        "Số chỉ số thành phần chưa có số liệu": 0,
    }


def test_main_indices() -> None:
    rows = table(opened(scorecard_workbook(december_card("002")))["Tổng hợp"])
    assert [list(row.values()) for row in rows] == [
        ["NT Nhận thức số", 10, 20, 0.5, 0.5, 0.95],
        ["CQ Chính quyền số", 32, 40, 0.8, 0.8, 0.95],
    ]


def test_a_ratio_with_its_inputs_rule_formula_and_points() -> None:
    row = _receipts("001")["NT.1"]
    assert row == {
        "Chỉ số chính": "NT Nhận thức số",
        "Mã": "NT.1",
        "Chỉ số thành phần": "Hồ sơ trực tuyến",
        "Số liệu đầu vào": "Hồ sơ nộp trực tuyến (a): 54 hồ sơ\nHồ sơ đã tiếp nhận (b): 100 hồ sơ",
        "a": 54,
        "b": 100,
        "Giá trị": None,
        "Quy tắc": "Tính theo tỷ lệ a/b; đạt từ 60\xa0% trở lên thì được điểm tối đa.",
        "Cách tính": "54 ÷ 100 = 54\xa0%; 54\xa0% ÷ 60\xa0% = 90\xa0%\n90\xa0% × 10 điểm = 9,00 điểm",
        "Điểm": 9,
        "Điểm tối đa": 10,
        "Điểm tối đa áp dụng": 10,
        "Đóng góp vào tổng điểm": 15,
        "Trạng thái": "đã chấm",
        "Lý do không áp dụng": None,
        "Căn cứ": "Kế hoạch số 1, mục II.11",
        "Tài liệu kiểm chứng": "bắt buộc",
        "Tài liệu cần có": "Báo cáo trích từ hệ thống",
        "Cơ quan xác minh": "Sở Thông tin và Truyền thông",
        "Nguồn số liệu": "số liệu trình diễn",
        "Bước tiếp theo": "+1 hồ sơ = +0,28 điểm",
        "Lưu ý": "=Ghi chú bắt đầu bằng dấu bằng",
    }


@pytest.mark.parametrize("code", ["001", "002", "003"])
def test_points_and_contributions_equal_the_receipts(code: str) -> None:
    card, rows = december_card(code), _receipts(code)
    counted = [r for r in card.receipts if r.state == 0]
    assert counted
    assert [rows[r.criterion.code]["Điểm"] for r in counted] == pytest.approx([r.points for r in counted], abs=1e-12)
    contributions = [row["Đóng góp vào tổng điểm"] for row in rows.values()]
    assert sum(float(str(c)) for c in contributions if c is not None) == pytest.approx(card.place.total, abs=1e-8)


def test_dates_are_dates_and_small_denominators_are_flagged() -> None:
    sheet = opened(scorecard_workbook(december_card("003")))[RECEIPTS]
    assert cell(sheet, 2, "Giá trị").value == dt.datetime(2024, 12, 18)  # noqa: DTZ001
    assert cell(sheet, 2, "Giá trị").number_format == "dd/mm/yyyy"
    assert str(_receipts("003")["CQ.3"]["Lưu ý"]).startswith("Mẫu số dưới 30")


def test_what_is_missing_or_not_applicable_has_no_points_rather_than_zero() -> None:
    missing, waived = _receipts("003")["NT.2"], _receipts("002")["CQ.3"]
    for row in (missing, waived):
        assert row["Điểm"] is None
        assert row["Đóng góp vào tổng điểm"] is None
    assert (missing["Trạng thái"], missing["Điểm tối đa áp dụng"]) == ("chưa có số liệu", 10)
    assert (waived["Trạng thái"], waived["Điểm tối đa áp dụng"]) == ("không áp dụng", 0)
    assert waived["Lý do không áp dụng"] == WHY_NOT


def test_missing_sheet() -> None:
    (row,) = table(opened(scorecard_workbook(december_card("003")))["Còn thiếu"])
    assert (row["Mã"], row["Số liệu còn thiếu"], row["Điểm tối đa"]) == ("NT.2", "Số cuộc họp", 10)
    assert row["Tổng điểm tăng nhiều nhất"] == pytest.approx(100 / 6, abs=1e-8)
    sheet = opened(scorecard_workbook(december_card("001")))["Còn thiếu"]
    assert sheet.cell(header_row(sheet) + 1, 1).value == "Không còn chỉ số thành phần nào thiếu số liệu."


def test_steps_sheet() -> None:
    rows = table(opened(scorecard_workbook(december_card("003")))["Mười bước"])
    assert [(row["STT"], row["Mã"], row["Việc cần làm để đạt điểm tối đa"]) for row in rows] == [
        (1, "NT.2", "Bổ sung số liệu còn thiếu"),
        (2, "CQ.2", "Có cổng dữ liệu: từ «không» sang «có»"),
        (3, "CQ.3", "Dịch vụ toàn trình: từ 10 lên 20 dịch vụ"),
    ]
    assert [row["Tổng điểm tăng (nhiều nhất)"] for row in rows] == pytest.approx([100 / 6, 100 / 6, 25 / 3], abs=1e-8)
    assert rows[2]["Bước nhỏ nhất có lợi"] == "+1 dịch vụ = +0,83 điểm"


def test_trend_sheet() -> None:
    rows = table(opened(scorecard_workbook(december_card("001")))["Diễn biến"])
    assert [list(row.values()) for row in rows] == [["11/2024", 22, 3], ["12/2024", 93, 1]]


def test_a_unit_without_a_score_is_written_without_zeros() -> None:
    card = scorecard(ranking(snapshot({**DECEMBER, "004": NOTHING_APPLIES}), "districts"), "004")
    book = opened(scorecard_workbook(card))
    assert [(row["Điểm (đã quy đổi)"], row["Tỷ lệ đạt"]) for row in table(book["Tổng hợp"])] == [(None, None)] * 2
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells} == {"s", "n"}


def test_file_name() -> None:
    assert scorecard_file_name(december_card("001")) == "TRINH-DIEN_phieu-diem_huyen-a-001_2024-12.xlsx"
    assert scorecard_file_name(december_card("003", "office")) == "phieu-diem_thi-xa-co-003_2024-12.xlsx"
