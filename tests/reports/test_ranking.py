"""The ranking list as Excel and CSV, read back."""

import csv
from dataclasses import replace
from io import StringIO

from assessment.ranking import ranking
from assessment.set_change import rescored
from criteria.crosswalk import crosswalk
from data.repositories import RankingListRecord
from reports.labels import demonstration_label
from reports.ranking import open_place_text, ranking_csv, ranking_file_name, ranking_workbook
from tests.assessment.test_set_change import MOVED
from tests.reports.examples import CRITERIA_SET, DECEMBER, LATE, NOTHING_APPLIES, december_ranking, snapshot
from tests.reports.reading import cell, heading_texts, opened, print_header, table

TOTAL = "Tổng điểm (tối đa 100)"
AWARENESS, GOVERNMENT = "Nhận thức số (tối đa 20)", "Chính quyền số (tối đa 40)"


def _read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_cells_are_those_of_the_engine() -> None:
    rows = table(opened(ranking_workbook(december_ranking()))["Xếp hạng"])
    assert [list(row.values()) for row in rows] == [
        [1, 2, "001", "Huyện Á", 93, "Tốt", 19, 38, -2, 1, 1, 0, None],
        [2, -1, "002", "Huyện Bờ", 68, "Khá", 10, 32, 0, 2, 2, 0, None],
        [3, -2, "003", "=Thị xã Cờ", 48.333333333, None, 10, 19, 0, 3, 3, 1, "NT.2"],
    ]


def test_headings_name_the_maxima() -> None:
    (row, *_rest) = table(opened(ranking_workbook(december_ranking()))["Xếp hạng"])
    assert [name for name in row if "tối đa" in name] == [TOTAL, AWARENESS, GOVERNMENT]


def test_the_sheet_says_what_it_shows() -> None:
    assert heading_texts(opened(ranking_workbook(december_ranking()))["Xếp hạng"]) == [
        "Bảng xếp hạng mức độ chuyển đổi số: Ủy ban nhân dân cấp huyện",
        "SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ",
        "Khối xếp hạng: Ủy ban nhân dân cấp huyện. Kỳ đánh giá: Năm 2024. Số liệu đến hết tháng 12/2024. "
        "So với tháng 11/2024.",
        "Nguồn: số liệu trình diễn do phần mềm sinh ra; chấm theo bộ tham chiếu nho-2024 1.2.",
        "Tình trạng bộ chỉ số: bộ tham chiếu, không phải bộ chính thức.",
    ]


def test_nothing_compared_is_said() -> None:
    sheet = opened(ranking_workbook(ranking(snapshot(), "districts")))["Xếp hạng"]
    assert "Không so sánh với kỳ khác." in heading_texts(sheet)[2]
    assert [row["Tăng, giảm hạng"] for row in table(sheet)] == [None, None, None]


def test_every_sheet_of_invented_figures_carries_the_label_and_no_other_does() -> None:
    for sheet in opened(ranking_workbook(december_ranking())):
        assert demonstration_label() in heading_texts(sheet)
        assert print_header(sheet) == demonstration_label()
    for sheet in opened(ranking_workbook(december_ranking("office"))):
        assert demonstration_label() not in heading_texts(sheet)
        assert not print_header(sheet)


def test_no_formula_anywhere() -> None:
    cells = [c for sheet in opened(ranking_workbook(december_ranking())) for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells} == {"s", "n"}


def test_points_have_two_decimals_and_movement_its_sign() -> None:
    sheet = opened(ranking_workbook(december_ranking()))["Xếp hạng"]
    assert cell(sheet, 0, TOTAL).number_format == "#,##0.00"
    assert cell(sheet, 0, "Tăng, giảm hạng").number_format == "+#,##0;−#,##0;0"


def test_notes_explain_every_column_in_order() -> None:
    book = opened(ranking_workbook(december_ranking()))
    notes = table(book["Ghi chú"])
    assert [n["Cột"] for n in notes] == list(table(book["Xếp hạng"])[0])
    assert "(1, 2, 2, 4)" in str(notes[0]["Ý nghĩa"])
    assert "làm tròn đến 2 chữ số thập phân" in str(notes[0]["Ý nghĩa"])
    assert notes[5]["Ý nghĩa"] == "Tốt: từ 80 điểm; Khá: từ 50 điểm"


def test_a_unit_without_a_score_has_empty_cells_not_zeros() -> None:
    ranked = ranking(snapshot({**DECEMBER, "004": NOTHING_APPLIES}), "districts")
    row = next(r for r in table(opened(ranking_workbook(ranked))["Xếp hạng"]) if r["Mã đơn vị"] == "004")
    empty = ("Hạng", TOTAL, AWARENESS, GOVERNMENT, "Hạng cao nhất có thể", "Hạng thấp nhất có thể")
    assert [row[name] for name in empty] == [None] * 6
    line = next(r for r in _read_csv(ranking_csv(ranked)) if r["Mã đơn vị"] == "004")
    assert [line[name] for name in empty] == [""] * 6


def test_csv_opens_in_a_vietnamese_excel() -> None:
    content = ranking_csv(december_ranking())
    assert content.startswith(b"\xef\xbb\xbf")
    rows = _read_csv(content)
    assert [list(row.values()) for row in rows] == [
        ["1", "2", "001", "Huyện Á", "93", "Tốt", "19", "38", "-2", "1", "1", "0", "", demonstration_label()],
        ["2", "-1", "002", "Huyện Bờ", "68", "Khá", "10", "32", "0", "2", "2", "0", "", demonstration_label()],
        [
            "3",
            "-2",
            "003",
            "'=Thị xã Cờ",
            "48,333333333",
            "",
            "10",
            "19",
            "0",
            "3",
            "3",
            "1",
            "NT.2",
            demonstration_label(),
        ],
    ]
    assert list(rows[0])[-1] == "Ghi chú"


def test_csv_of_an_office_period_has_no_label() -> None:
    assert {row["Ghi chú"] for row in _read_csv(ranking_csv(december_ranking("office")))} == {""}


def test_file_names() -> None:
    assert ranking_file_name(december_ranking()) == "TRINH-DIEN_xep-hang_cap-huyen_2024-12.xlsx"
    assert ranking_file_name(december_ranking("office"), "csv") == "xep-hang_cap-huyen_2024-12.csv"


def test_file_name_tells_several_lists_of_a_level_apart() -> None:
    lists = [
        RankingListRecord("a", "district", "Tất cả", None, tuple(DECEMBER)),
        RankingListRecord("b", "district", "Đô thị", None, ("003",)),
    ]
    name = ranking_file_name(ranking(snapshot(lists=lists), "b"))
    assert name == "TRINH-DIEN_xep-hang_cap-huyen_do-thi_2024-12.xlsx"


def test_a_unit_without_any_figure_is_written_in_words() -> None:
    ranked = ranking(snapshot({**DECEMBER, "004": (None,) * 8}), "districts")
    row = table(opened(ranking_workbook(ranked))["Xếp hạng"])[-1]
    assert (row["Mã đơn vị"], row["Hạng"], row[TOTAL], row["Xếp loại"]) == ("004", None, "chưa có số liệu", None)
    assert (row["Hạng cao nhất có thể"], row["Hạng thấp nhất có thể"]) == (1, 4)


def test_another_criteria_set_of_the_compared_month_is_said() -> None:
    then = rescored(snapshot(), MOVED, crosswalk(CRITERIA_SET, MOVED))
    sheet = opened(ranking_workbook(ranking(snapshot(), "districts", then)))["Xếp hạng"]
    assert "So với tháng 12/2024: khác bộ chỉ số, không so sánh trực tiếp." in heading_texts(sheet)[2]


def test_the_reason_of_an_open_place_in_words() -> None:
    ranked = ranking(snapshot({**DECEMBER, "003": (60, 100, None, LATE, None, 10, 20, 0)}), "districts")
    second, third = ranked.open_places
    name = lambda unit: unit.name_vi  # noqa: E731
    assert open_place_text(second, name) == "đổi thứ tự được với =Thị xã Cờ, còn thiếu số liệu"
    assert open_place_text(third, name) == "đơn vị chưa có số liệu của NT.2, CQ.2"
    units = (third.row.unit, *(row.unit for row in ranked.rows))
    compared = replace(third, compared=("NT.1",), lacking=units)
    assert open_place_text(compared, name) == (
        "đơn vị chưa có số liệu của NT.2, CQ.2; NT.1 chấm so với các đơn vị khác, mà =Thị xã Cờ, Huyện Á, Huyện Bờ và 1 "
        "đơn vị khác chưa có số liệu"
    )
