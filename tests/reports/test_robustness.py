"""How firm a list is, as Excel read back and in sentences; the figures are worked in tests/assessment/test_robustness.py."""

from dataclasses import replace

import pytest

from assessment.robustness import stability
from data.repositories import RankingListRecord
from reports.labels import demonstration_label
from reports.robustness import (
    MOST_NAMED,
    choice_name,
    dependence_sentences,
    factor_name,
    floor_text,
    range_text,
    robustness_file_name,
    robustness_workbook,
    sensitivity_method,
    treatment_text,
    unranked_sentences,
    weights_meaning,
)
from scoring.sensitivity import Factor, Index, Sensitivity
from tests.assessment.test_robustness import REFEREE, TIED
from tests.reports.examples import DECEMBER, NOTHING_APPLIES, snapshot
from tests.reports.reading import cell, heading_texts, opened, print_header, table

STABLE = stability(snapshot(REFEREE), "districts")
FIRM = stability(snapshot(), "districts")
HELD, ABOVE = "Tỷ lệ lần thử giữ đúng hạng", "Tỷ lệ lần thử đứng trên đơn vị liền trên"
FOUND = Sensitivity(
    {f: Index(0.05 * i, 0.05 * i - 0.01, 0.05 * i + 0.01) for i, f in enumerate(Factor)},
    {f: Index(0.1 * i, 0.1 * i - 0.02, 0.1 * i + 0.02) for i, f in enumerate(Factor)},
    64,
    2,
    1152,
    12.5,
    8.0,
)


def test_cells_of_a_firm_list() -> None:
    rows = table(opened(robustness_workbook(FIRM))["Độ ổn định"])
    assert [list(row.values()) for row in rows] == [
        [1, "001", "Huyện Á", 93, 1, 1, 1, 1, 1, 1, None, None, 1, 93, None],
        [2, "002", "Huyện Bờ", 68, 2, 2, 2, 2, 2, 1, "Huyện Á", 0, 2, 66.29, None],
        [3, "003", "=Thị xã Cờ", 48.333333333, 3, 3, 3, 3, 3, 1, "Huyện Bờ", 0, 3, 48.32, None],
    ]


def test_cells_of_a_list_that_depends_on_choices() -> None:
    rows = table(opened(robustness_workbook(STABLE))["Độ ổn định"])
    names = (
        "Mã đơn vị",
        "Hạng theo trung bình nhân",
        "Điểm theo trung bình nhân",
        "Hạng phụ thuộc vào",
    )
    assert [[row[name] for name in names] for row in rows] == [
        ["001", 3, 46.42, "không áp dụng: tính đủ điểm; trung bình nhân"],
        ["002", 1, 66.29, "không áp dụng: tính đủ điểm; không áp dụng: tính 0 điểm; trung bình nhân"],
        ["003", 2, 60, "không áp dụng: tính 0 điểm; trung bình nhân"],
    ]
    treated = table(opened(robustness_workbook(STABLE))["Không áp dụng"])
    assert [[row["Mã đơn vị"], row["Hạng nếu tính đủ điểm"]] for row in treated] == [["001", 2], ["002", 1], ["003", 3]]


def test_shares_are_percents_and_points_have_two_decimals() -> None:
    sheet = opened(robustness_workbook(FIRM))["Độ ổn định"]
    assert cell(sheet, 0, HELD).number_format.endswith("%")
    assert cell(sheet, 1, ABOVE).number_format.endswith("%")
    assert cell(sheet, 0, "Tổng điểm").number_format == "#,##0.00"


def test_the_sheet_says_what_it_shows() -> None:
    assert heading_texts(opened(robustness_workbook(FIRM))["Độ ổn định"]) == [
        "Độ ổn định thứ hạng: Ủy ban nhân dân cấp huyện",
        "SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ",
        "Khối xếp hạng: Ủy ban nhân dân cấp huyện. Kỳ đánh giá: Năm 2024. Số liệu đến hết tháng 12/2024.",
        "Nguồn: số liệu trình diễn do phần mềm sinh ra; chấm theo bộ tham chiếu nho-2024 1.2.",
        "Tình trạng bộ chỉ số: bộ tham chiếu, không phải bộ chính thức.",
    ]


def test_notes_say_how_it_was_tried_and_who_depends_on_what() -> None:
    notes = table(opened(robustness_workbook(STABLE))["Ghi chú"])
    told = [(n["Nội dung"], n["Giải thích"]) for n in notes]
    assert [text for name, text in told if name == "Trọng số"] == list(weights_meaning(STABLE))
    assert [text for name, text in told if name == "Nhận xét"] == list(dependence_sentences(STABLE))
    assert [text for name, text in told if name == "Nội dung không áp dụng"] == [
        treatment_text(t) for t in ("rescale", "full", "zero")
    ]
    assert ("Cách tính trung bình", floor_text(STABLE)) in told


def test_our_national_rank_has_a_sheet_once_it_was_computed() -> None:
    assert opened(robustness_workbook(FIRM)).sheetnames == ["Độ ổn định", "Không áp dụng", "Ghi chú"]
    sheet = opened(robustness_workbook(FIRM, FOUND, 2023, 2024))["Hạng toàn quốc"]
    values = [list(line) for line in sheet.iter_rows(min_row=1, values_only=True)]
    head = next(i for i, line in enumerate(values) if line[0] == "Yếu tố")
    assert [line[0] for line in values[head + 1 :]] == [factor_name(f) for f in reversed(Factor)]
    assert values[head + 1][1:] == pytest.approx([0.3, 0.29, 0.31, 0.6, 0.58, 0.62])
    assert heading_texts(sheet)[0] == "Thứ hạng toàn quốc năm 2024 phụ thuộc vào đâu, tính từ kết quả năm 2023"
    assert sensitivity_method(FOUND) in heading_texts(sheet)
    assert "2 dãy độc lập, mỗi dãy n = 64 điểm (lũy thừa của 2), 1.152 lần tính" in sensitivity_method(FOUND)


def test_every_sheet_of_invented_figures_carries_the_label_and_no_other_does() -> None:
    for sheet in opened(robustness_workbook(FIRM, FOUND, 2023, 2024)):
        assert demonstration_label() in heading_texts(sheet)
        assert print_header(sheet) == demonstration_label()
    own = stability(snapshot(origin="office"), "districts")
    for sheet in opened(robustness_workbook(own, FOUND, 2023, 2024)):
        assert demonstration_label() not in heading_texts(sheet)
        assert not print_header(sheet)


def test_no_formula_anywhere() -> None:
    book = opened(robustness_workbook(FIRM, FOUND, 2023, 2024))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in cells} == {"s", "n"}


def test_a_list_without_any_score_says_so() -> None:
    empty = stability(snapshot({"004": NOTHING_APPLIES}), "districts")
    sheet = opened(robustness_workbook(empty))["Độ ổn định"]
    texts = [value for row in sheet.iter_rows(values_only=True) for value in row]
    assert "Khối xếp hạng này không có cơ quan, đơn vị nào có điểm." in texts


def test_who_depends_on_which_choice_in_sentences() -> None:
    assert dependence_sentences(STABLE) == (
        "Nội dung không áp dụng: nếu tính đủ điểm thay vì quy đổi theo phần áp dụng, 2 đơn vị đổi hạng: "
        "Huyện Á (1 → 2), Huyện Bờ (2 → 1).",
        "Nội dung không áp dụng: nếu tính 0 điểm thay vì quy đổi theo phần áp dụng, 2 đơn vị đổi hạng: "
        "Huyện Bờ (2 → 3), =Thị xã Cờ (3 → 2).",
        "Cách tính trung bình: nếu dùng trung bình nhân thay cho trung bình cộng, 3 đơn vị đổi hạng: "
        "Huyện Á (1 → 3), Huyện Bờ (2 → 1), =Thị xã Cờ (3 → 2).",
    )


def test_who_moves_farthest_is_named_first_and_the_rest_is_counted() -> None:
    first, second, third = STABLE.units
    far = replace(STABLE, units=(first, second, replace(third, geometric_rank=9)))
    assert dependence_sentences(far)[-1].endswith(
        "3 đơn vị đổi hạng: =Thị xã Cờ (3 → 9), Huyện Á (1 → 3), Huyện Bờ (2 → 1)."
    )
    many = tuple(replace(first, unit=replace(first.unit, name_vi=f"Đơn vị {i}")) for i in range(MOST_NAMED + 2))
    assert dependence_sentences(replace(STABLE, units=many))[-1].endswith("Đơn vị 5 (1 → 3) và 2 đơn vị khác.")


def test_a_place_that_seldom_holds_is_named_first_with_its_range() -> None:
    tied = stability(snapshot(TIED), "districts", "group")
    assert dependence_sentences(tied)[0].split(": ")[0] == "Trọng số"
    assert "ít nhất là Huyện Bờ (hạng 1, khoảng 2)" in dependence_sentences(tied)[0]


def test_where_nobody_depends_on_a_choice_that_is_said() -> None:
    (only,) = dependence_sentences(FIRM)
    assert only.startswith("Không có đơn vị nào đổi hạng")


def test_what_the_trial_means_follows_what_was_drawn() -> None:
    single, grouped = weights_meaning(FIRM)[0], weights_meaning(stability(snapshot(), "districts", "group"))[0]
    assert "1.000 lần, mỗi lần điểm tối đa của mỗi chỉ số thành phần" in single
    assert "±25\xa0% (10 điểm có thể thành từ 7,5 đến 12,5 điểm)" in single
    assert "mỗi chỉ số chính (cùng mọi chỉ số bên trong)" in grouped


def test_the_floor_is_stated() -> None:
    assert "tỷ lệ dưới 1\xa0% được tính bằng 1\xa0%" in floor_text(FIRM)
    assert "tỷ lệ dưới 0,1\xa0% được tính bằng 0,1\xa0%" in floor_text(stability(snapshot(), "districts", floor=0.001))


def test_a_range_of_one_place_is_one_number() -> None:
    assert [range_text(u) for u in FIRM.units] == ["1", "2", "3"]
    assert [range_text(u) for u in stability(snapshot(REFEREE), "districts", "group").units] == ["1–2", "1–2", "3"]


def test_every_choice_and_every_factor_has_its_own_words() -> None:
    names = [factor_name(f) for f in Factor]
    assert len(set(names)) == len(names)
    choices = {
        choice_name(c) for u in (*STABLE.units, *stability(snapshot(TIED), "districts").units) for c in u.choices
    }
    assert choices == {
        "trọng số",
        "trung bình nhân",
        "không áp dụng: tính đủ điểm",
        "không áp dụng: tính 0 điểm",
    }


def test_file_names() -> None:
    assert robustness_file_name(FIRM) == "TRINH-DIEN_do-on-dinh-thu-hang_cap-huyen_2024-12.xlsx"
    own = stability(snapshot(origin="office"), "districts")
    assert robustness_file_name(own) == "do-on-dinh-thu-hang_cap-huyen_2024-12.xlsx"
    lists = [
        RankingListRecord("a", "district", "Tất cả", None, tuple(DECEMBER)),
        RankingListRecord("b", "district", "Đô thị", None, ("003",)),
    ]
    urban = stability(snapshot(lists=lists), "b")
    assert robustness_file_name(urban) == "TRINH-DIEN_do-on-dinh-thu-hang_cap-huyen_do-thi_2024-12.xlsx"


def test_who_has_no_figure_is_named_and_a_list_of_such_units_is_not_called_firm() -> None:
    nothing = (None,) * 8
    nobody = stability(snapshot({"001": nothing, "004": NOTHING_APPLIES}), "districts")
    assert unranked_sentences(nobody) == (
        "Chưa có số liệu nên chưa xếp hạng: Huyện Á.",
        "Không xếp hạng vì không có nội dung nào áp dụng hoặc đã đến kỳ số liệu: Thành phố Đê.",
    )
    assert dependence_sentences(nobody) == (
        "Chưa có đơn vị nào được xếp hạng nên chưa thử được độ ổn định của thứ hạng.",
    )
