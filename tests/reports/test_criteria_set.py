"""The criteria set as Excel, read back."""

import pytest

from criteria.catalogue import reference_sets
from criteria.model import input_keys
from reports.criteria_set import criteria_set_file_name, criteria_set_workbook, rule_name
from tests.reports.examples import CRITERIA_SET
from tests.reports.reading import heading_texts, opened, table

BOOK = opened(criteria_set_workbook(CRITERIA_SET, released=False))


def test_one_row_per_criterion_in_order() -> None:
    rows = table(BOOK["Bộ chỉ số"])
    assert [(r["Mã"], r["Điểm tối đa"]) for r in rows] == [
        ("NT.1", 10),
        ("NT.2", 10),
        ("CQ.1", 20),
        ("CQ.2", 10),
        ("CQ.3", 10),
        ("TP.1", -4),
    ]
    assert rows[-1]["Chỉ số chính"] == "TP Điểm trừ (điểm thưởng, điểm trừ, cộng sau khi quy đổi; trừ tối đa 5 điểm)"


def test_fields_are_readable() -> None:
    row = table(BOOK["Bộ chỉ số"])[0]
    chosen = ("Loại quy tắc", "Tài liệu kiểm chứng", "Cơ quan xác minh", "Cách tính số liệu", "Kỳ số liệu", "Căn cứ")
    assert [row[name] for name in chosen] == [
        "Tỷ lệ",
        "bắt buộc",
        "Sở Thông tin và Truyền thông",
        "lũy kế từ đầu năm đến ngày chốt",
        "hằng tháng",
        "Kế hoạch số 1, mục II.11",
    ]


def test_inputs_and_rules() -> None:
    inputs = table(BOOK["Số liệu đầu vào"])
    assert [(r["Mã"], r["Ký hiệu"], r["Số liệu đầu vào"], r["Đơn vị tính"]) for r in inputs][:3] == [
        ("NT.1", "a", "Hồ sơ nộp trực tuyến (a)", "hồ sơ"),
        ("NT.1", "b", "Hồ sơ đã tiếp nhận (b)", "hồ sơ"),
        ("NT.2", "value", "Số cuộc họp", "cuộc họp"),
    ]
    rules = {r["Mã"]: r["Cách chấm điểm"] for r in table(BOOK["Cách chấm điểm"])}
    assert rules["CQ.1"] == "Đúng hạn 15/12/2024 thì được điểm tối đa; mỗi ngày trễ giảm 10\xa0% điểm tối đa."


def test_overview_says_what_the_set_is() -> None:
    facts = {r["Nội dung"]: r["Giá trị"] for r in table(BOOK["Thông tin chung"])}
    assert facts["Tình trạng"] == "bộ tham chiếu, không phải bộ chính thức"
    assert facts["Xếp loại"] == "Tốt: từ 80 điểm\nKhá: từ 50 điểm"
    assert (facts["Cộng điểm tối đa"], facts["Thang điểm quy đổi"], facts["Năm"]) == (60, 100, "2024")
    assert facts["Nội dung không áp dụng"] == "đưa ra khỏi điểm tối đa rồi quy đổi về thang điểm"


def test_status_stands_on_every_sheet() -> None:
    status = "Tình trạng bộ chỉ số: bộ tham chiếu, không phải bộ chính thức."
    assert [sheet.title for sheet in BOOK if status not in heading_texts(sheet)] == []


@pytest.mark.parametrize(("released", "status"), [(True, "bộ chính thức"), (False, "bộ chính thức, chưa ban hành")])
def test_an_official_set_says_whether_it_is_released(released: bool, status: str) -> None:
    official = CRITERIA_SET.model_copy(update={"status": "official", "legal_basis": ()})
    book = opened(criteria_set_workbook(official, released=released))
    assert [s.title for s in book if f"Tình trạng bộ chỉ số: {status}." not in heading_texts(s)] == []
    assert {r["Nội dung"]: r["Giá trị"] for r in table(book["Thông tin chung"])}["Tình trạng"] == status


def test_the_sets_of_the_product_are_written_whole() -> None:
    for criteria_set in reference_sets().values():
        book = opened(criteria_set_workbook(criteria_set, released=False))
        inputs = [key for c in criteria_set.criteria for key in input_keys(c.rule)]
        assert [r["Mã"] for r in table(book["Bộ chỉ số"])] == [c.code for c in criteria_set.criteria]
        assert [r["Ký hiệu"] for r in table(book["Số liệu đầu vào"])] == inputs
        assert {r["Loại quy tắc"] for r in table(book["Cách chấm điểm"])} == {
            rule_name(c.rule) for c in criteria_set.criteria
        }
        assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} == {"s", "n"}


def test_file_name() -> None:
    assert criteria_set_file_name(CRITERIA_SET) == "bo-chi-so_nho-2024_1-2.xlsx"
