"""The referee of what is not applicable in sentences and as a sheet; the figures are worked in tests/assessment/test_referee.py."""

from assessment.referee import referee_table
from reports.labels import demonstration_label
from reports.referee import (
    MOST_NAMED,
    moves_text,
    referee_headline,
    referee_sheet,
    treatment_name,
    treatment_sentence,
)
from reports.workbook import workbook
from scoring.referee import TREATMENTS
from tests.assessment.test_robustness import REFEREE
from tests.reports.examples import NOTHING_APPLIES, snapshot
from tests.reports.reading import cell, heading_texts, opened, table

FOUND = referee_table(snapshot(REFEREE), "districts")
AGREED = referee_table(snapshot({code: REFEREE[code] for code in ("001", "003")}), "districts")
NAME = "Không áp dụng"


def sheet_of(found=FOUND):  # type: ignore[no-untyped-def]
    return opened(workbook([referee_sheet(found, ("Kỳ đánh giá: Năm 2024.",))], title="t", label=""))[NAME]


def test_the_headline_counts_who_would_move() -> None:
    assert referee_headline(FOUND) == (
        "2 đơn vị đổi hạng nếu tính đủ điểm; 2 đơn vị đổi hạng nếu tính 0 điểm "
        "(cách đang dùng: quy đổi theo phần áp dụng)."
    )


def test_the_headline_says_where_nobody_would_move() -> None:
    alone = referee_table(snapshot({"002": REFEREE["002"]}), "districts")
    assert referee_headline(alone) == (
        "Không đơn vị nào đổi hạng dù tính đủ điểm hay tính 0 điểm (cách đang dùng: quy đổi theo phần áp dụng)."
    )
    # 70 against 68 in full 73.33, with 0 56.67: only full changes their order.
    pair = referee_table(snapshot({code: REFEREE[code] for code in ("001", "002")}), "districts")
    assert referee_headline(pair).startswith(
        "2 đơn vị đổi hạng nếu tính đủ điểm; không đơn vị nào đổi hạng nếu tính 0 điểm ("
    )


def test_the_headline_says_where_everything_applies() -> None:
    assert referee_headline(AGREED) == (
        "Khối này không có nội dung nào không áp dụng trong kỳ này, nên ba cách xử lý cho cùng một thứ hạng."
    )


def test_who_moves_is_named_with_both_ranks() -> None:
    assert treatment_sentence(FOUND, "full") == (
        "Nội dung không áp dụng: nếu tính đủ điểm thay vì quy đổi theo phần áp dụng, 2 đơn vị đổi hạng: "
        "Huyện Á (1 → 2), Huyện Bờ (2 → 1)."
    )
    assert treatment_sentence(AGREED, "full") == ""


def test_who_moves_farthest_is_named_first_and_the_rest_is_counted() -> None:
    many = [(f"Đơn vị {i}", i, i + 1) for i in range(1, MOST_NAMED + 2)]
    assert moves_text([*many, ("Xa", 9, 1)]) == (
        "Xa (9 → 1), Đơn vị 1 (1 → 2), Đơn vị 2 (2 → 3), Đơn vị 3 (3 → 4), Đơn vị 4 (4 → 5), Đơn vị 5 (5 → 6) "
        "và 2 đơn vị khác"
    )


def test_every_treatment_has_its_own_words() -> None:
    assert len({treatment_name(t) for t in TREATMENTS}) == 3


def test_cells_of_the_sheet() -> None:
    assert [list(row.values()) for row in table(sheet_of())] == [
        ["001", "Huyện Á", 0, None, 70, 1, 70, 2, -1, 70, 1, 0],
        ["002", "Huyện Bờ", 1, "CQ.3", 68, 2, 73.333333333, 1, 1, 56.666666667, 3, -1],
        ["003", "=Thị xã Cờ", 0, None, 60, 3, 60, 3, 0, 60, 2, 1],
    ]
    assert list(table(sheet_of())[0])[4:9] == [
        "Điểm đang dùng (quy đổi theo phần áp dụng)",
        "Hạng đang dùng (quy đổi theo phần áp dụng)",
        "Điểm nếu tính đủ điểm",
        "Hạng nếu tính đủ điểm",
        "Số hạng tăng, giảm nếu tính đủ điểm",
    ]
    assert cell(sheet_of(), 0, "Điểm nếu tính đủ điểm").number_format == "#,##0.00"


def test_the_sheet_says_what_it_shows() -> None:
    assert heading_texts(sheet_of()) == [
        "So sánh cách xử lý nội dung không áp dụng: Ủy ban nhân dân cấp huyện",
        "Kỳ đánh giá: Năm 2024.",
        referee_headline(FOUND),
    ]
    labelled = workbook([referee_sheet(FOUND, ())], title="t", label=demonstration_label())
    assert demonstration_label() in heading_texts(opened(labelled)[NAME])


def test_a_list_without_any_score_says_so() -> None:
    empty = sheet_of(referee_table(snapshot({"004": NOTHING_APPLIES}), "districts"))
    texts = [value for row in empty.iter_rows(values_only=True) for value in row]
    assert "Khối xếp hạng này không có cơ quan, đơn vị nào có điểm." in texts
