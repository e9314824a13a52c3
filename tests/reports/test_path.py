"""A plan and the open steps as workbooks, read back against the hand-worked province."""

import csv
from decimal import Decimal
from io import StringIO

import pytest

from assessment.efforts import read_efforts
from data.efforts import EffortContent
from reports.labels import demonstration_label
from reports.path import (
    binding_sentences,
    efforts_file_name,
    efforts_workbook,
    on_default_rule,
    path_file_name,
    path_workbook,
    prices_csv,
    prices_file_name,
    prices_workbook,
    share_text,
    summary,
    wish_text,
)
from tests.reports.path_example import OFFICE_ROWS, SCOPE, answered, ground
from tests.reports.reading import cell, header_row, heading_texts, opened, print_header, table

SHEETS = ["Các bước", "Lịch", "Thành phần", "So sánh", "Nguồn lực và khả năng", "Ghi chú"]
FILES = "Hồ sơ nộp trực tuyến: từ 30 lên 60 hồ sơ"
KHO = "Có kho dữ liệu: từ «không» sang «có»"


def rows(content: bytes, sheet: str) -> list[list[object]]:
    return [list(row.values()) for row in table(opened(content)[sheet])]


def plain(text: str) -> str:
    """The sentence with ordinary spaces."""
    return text.replace("\xa0", " ")


def notes(content: bytes) -> list[str]:
    return [plain(str(row["Nội dung"])) for row in table(opened(content)["Ghi chú"])]


def test_the_answer_in_words() -> None:
    # 0,65 asks for 50 of 1000 points: CQ.1 (40 for 4) and Huyện Bờ (16,67 for 4,5) are the least effort.
    answer = answered("score", "0.65")
    assert wish_text(answer) == "Mong muốn: đạt 0,6500 điểm năm 2024."
    assert plain(summary(answer)) == (
        "Làm 2 bước ở 2 đơn vị, hết 8,5 ngày công (theo mức nguồn lực mặc định, chưa được cơ quan xác nhận, ở 1 trên 2 "
        "bước), thì tổng điểm tăng 0,0567, từ 0,6000 lên 0,6567; khả năng ở trong nhóm 15 năm 2024 khoảng 100 %."
    )


def test_a_chance_says_which_score_it_needs() -> None:
    assert plain(wish_text(answered("chance", "0.5"))) == (
        "Mong muốn: 50 % khả năng ở trong nhóm 15 năm 2024. Vị trí thứ 15 của 62 tỉnh, thành phố khác không quá 0,6300 "
        "điểm trong 50 % số lần mô phỏng; kể cả dao động của tỉnh nhà, tỉnh cần 0,6300 điểm."
    )


def test_a_wish_that_is_met_already() -> None:
    assert plain(summary(answered("score", "0.6"))) == (
        "Không cần thêm bước nào: giữ kết quả hiện nay, tỉnh được 0,6000 điểm, khả năng ở trong nhóm 15 khoảng 0 %."
    )


def test_steps_by_owner_with_effort_months_and_project() -> None:
    own, office = rows(path_workbook(answered("score", "0.65")), "Các bước")
    assert own[:6] == [*["Tỉnh Mẫu"] * 2, "CQ.1", "Nền tảng dùng chung", "Điểm tối đa", KHO]
    assert own[6:] == [4, "1-12", None, "mặc định", 0.04, 1]
    assert office[:6] == ["Đội công nghệ số", "Huyện Bờ", "NT.1", "Hồ sơ trực tuyến", "Điểm tối đa", FILES]
    assert office[6:-1] == [4.5, "3, 5-6", "Dự án 1", "cơ quan ghi", pytest.approx(1 / 60)]


def test_a_step_that_closes_the_last_gap_says_that_its_share_means_little() -> None:
    # By points per effort KT.1 (7,5) comes before Huyện Bờ (3,7): only whole steps make Huyện Bờ the better one.
    answer = answered("score", "0.65")
    content = path_workbook(answer)
    assert [row[-1] for row in rows(content, "Các bước")] == [1, 0]
    (sentence,) = [n for n in notes(content) if n.startswith("Tỷ lệ ở lại của các bước sau")]
    assert sentence.endswith("Huyện Bờ – NT.1 Hồ sơ trực tuyến (điểm tối đa).")
    best = answer.found.best
    assert best is not None
    assert {step.criterion: plain(share_text(answer, step)) for step in best.plan.steps} == {
        "NT.1": "0 % *",
        "CQ.1": "100 %",
    }


def test_the_calendar_spreads_each_step_over_its_months_and_adds_up() -> None:
    found = table(opened(path_workbook(answered("score", "0.65")))["Lịch"])
    of = {str(row["Đơn vị chủ trì"]): row for row in found}
    assert list(of) == ["Đội công nghệ số", "Tỉnh Mẫu", "Cộng"]
    assert [of["Đội công nghệ số"][f"Tháng {m}"] for m in (2, 3, 4, 5, 6)] == [None, 1.5, None, 1.5, 1.5]
    assert [of["Tỉnh Mẫu"][f"Tháng {m}"] for m in (1, 12)] == [pytest.approx(1 / 3)] * 2
    assert of["Cộng"]["Tháng 3"] == pytest.approx(1.5 + 1 / 3)
    assert [row["Cộng"] for row in found] == [4.5, 4, 8.5]


def test_an_effort_that_the_office_wrote_carries_no_caveat() -> None:
    # Only Huyện Bờ may do something, and its one step is a row of the office: 16,67 of the 16 points that are wished for.
    answer = answered("score", "0.616", excluded_criteria=("province/CQ.1", "province/KT.1"), excluded_units=("001",))
    best = answer.found.best
    assert best is not None
    assert on_default_rule(best.plan) == 0
    assert plain(summary(answer)).startswith("Làm 1 bước ở 1 đơn vị, hết 4,5 ngày công, thì tổng điểm tăng 0,0167")


def test_the_calendar_says_of_which_year_it_is() -> None:
    said = heading_texts(opened(path_workbook(answered("score", "0.65")))["Lịch"])
    assert (
        "Số liệu đã đến hết năm 2024: lịch là của một năm thực hiện, tính từ tháng 1, không phải các tháng đã qua của năm "
        "2024."
    ) in said


def test_components_before_and_after() -> None:
    # Scale 1: NT.1 from 80 to 96,67 of 100 thousandths.
    assert rows(path_workbook(answered("score", "0.65")), "Thành phần") == [
        ["NT.1", "Hồ sơ trực tuyến", 80, pytest.approx(96.666666667), pytest.approx(16.666666667), 100, 1],
        ["CQ.1", "Nền tảng dùng chung", 160, 200, 40, 200, 1],
    ]


def test_second_and_third_plan_say_what_they_do_instead() -> None:
    found = table(opened(path_workbook(answered("score", "0.65")))["So sánh"])
    assert [(row["Phương án"], row["Nguồn lực"], row["Số bước"]) for row in found] == [
        (1, 8.5, 2),
        (2, 10, 2),
        (3, 10, 3),
    ]
    assert (found[0]["Chỉ có ở phương án này"], found[0]["Chỉ có ở phương án thứ nhất"]) == (None, None)
    second = found[1]
    assert second["Chỉ có ở phương án này"] == "Tỉnh Mẫu – KT.1 Kinh tế số (điểm tối đa)"
    assert second["Chỉ có ở phương án thứ nhất"] == "Huyện Bờ – NT.1 Hồ sơ trực tuyến (điểm tối đa)"
    assert second["Điểm toàn quốc"] == pytest.approx(0.685)


def test_the_frontier_starts_at_doing_nothing_and_never_repeats_a_plan() -> None:
    found = rows(path_workbook(answered("score", "0.65")), "Nguồn lực và khả năng")
    assert found[0] == [0, 0, 0.6, 0, None, None]
    assert found[1] == [4, 1, 0.64, 1, None, None]
    # Everything: 2 + 4,5 + 4 + 6 for 20 + 40 + 45 points.
    assert found[-1] == [16.5, 4, pytest.approx(0.705), 1, None, None]
    assert len({row[0] for row in found}) == len(found)


def test_notes_say_what_the_plan_rests_on() -> None:
    found = " ".join(notes(path_workbook(answered("score", "0.65", most_projects=2))))
    for words in (
        "chưa ở trong nhóm 15",
        "GIẢ ĐỊNH",
        "không phải điểm của Bộ",
        "dựa trên 5 trên 63 tổng điểm năm 2022",
        "Chưa trừ phần có thể bị giảm khi thẩm định.",
        "quy hoạch nguyên, tối ưu chính xác",
        "Bảng nguồn lực phiên bản 3, 1 dòng.",
        "20 ngày công cho toàn bộ điểm",
        "Rút lại điểm tối đa của các thành phần trong từng chỉ số chính 1.000 lần",
        "Không quá 2 dự án",
        "Giữ mức trần theo tháng của bảng nguồn lực",
        "Điều kiện «số dự án tối đa» không làm phương án này tốn thêm.",
    ):
        assert words in found


def test_a_constraint_that_costs_says_how_much() -> None:
    # Without Huyện Bờ CQ.1 and KT.1 have to do it, for 10.
    sentences = notes(path_workbook(answered("score", "0.65", excluded_units=("002",))))
    assert (
        "Điều kiện «các đơn vị, chỉ số được loại ra» làm phương án tốn thêm 1,5 ngày công: bỏ đi thì chỉ cần 8,5 ngày công."
        in sentences
    )


def test_out_of_reach_gives_the_furthest_plan_and_says_why() -> None:
    answer = answered("score", "0.7", most_projects=2)
    content = path_workbook(answer)
    # Two projects: CQ.1 and KT.1, 85 points.
    assert [row[2] for row in rows(content, "Các bước")] == ["CQ.1", "KT.1"]
    assert plain(summary(answer)) == (
        "Không đạt được mong muốn. Xa nhất có thể đến 0,6850 điểm, với 10 ngày công (theo mức nguồn lực mặc định, chưa được "
        "cơ quan xác nhận, ở 2 trên 2 bước); khả năng ở trong nhóm 15 khoảng 100 %."
    )
    assert "Vướng số dự án tối đa: bỏ điều kiện này thì đạt được mong muốn (đến 0,7050 điểm)." in notes(content)
    assert opened(content).sheetnames == [name for name in SHEETS if name != "So sánh"]


def test_out_of_reach_of_everything_names_no_constraint() -> None:
    answer = answered("score", "0.8")
    assert answer.found.out is not None
    (sentence,) = binding_sentences(answer, answer.found.out)
    assert sentence.startswith("Không có điều kiện nào cản trở: làm hết các bước còn mở")


def test_units_without_room_are_named() -> None:
    answer = answered("score", "0.7", capacity=Decimal(6), capacity_units=("77",))
    assert answer.found.out is not None
    assert list(binding_sentences(answer, answer.found.out)) == [
        "Vướng nguồn lực tối đa của từng đơn vị: bỏ điều kiện này thì đạt được mong muốn (đến 0,7050 điểm).",
        "Những nơi hết chỗ cho một bước nữa: Tỉnh Mẫu.",
    ]


def test_a_plan_without_steps_says_so() -> None:
    content = path_workbook(answered("score", "0.6"))
    assert "Phương án này không có bước nào." in [
        c.value for row in opened(content)["Các bước"].iter_rows() for c in row
    ]


def test_every_sheet_of_invented_figures_carries_the_label_and_no_other_does() -> None:
    book = opened(path_workbook(answered("score", "0.65")))
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert demonstration_label() in heading_texts(sheet)
        assert print_header(sheet) == demonstration_label()
    for sheet in opened(path_workbook(answered("score", "0.65", own=ground(origin="office")))):
        assert demonstration_label() not in heading_texts(sheet)
        assert not print_header(sheet)


def test_no_formula_anywhere_and_shares_are_percentages() -> None:
    book = opened(path_workbook(answered("score", "0.65")))
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} == {"s", "n"}
    assert cell(book["So sánh"], 0, "Khả năng (làm tròn 5 %)").number_format.endswith("%")


def test_file_names() -> None:
    answer = answered("score", "0.65")
    assert path_file_name(answer) == "TRINH-DIEN_phuong-an-vao-nhom-15_2024-12.xlsx"
    office = ground(origin="office")
    assert path_file_name(answered("score", "0.65", own=office)) == "phuong-an-vao-nhom-15_2024-12.xlsx"
    assert prices_file_name(ground(), "csv") == "TRINH-DIEN_du-dia-tang-diem_2024-12.csv"
    assert efforts_file_name(ground()) == "bang-nguon-luc_2024.xlsx"


def test_open_steps_by_points_per_effort() -> None:
    own = ground()
    found = rows(prices_workbook(own, own.prices), "Dư địa tăng điểm")
    # 40 / 4, 45 / 6, 16,67 / 4,5 and twice 3,33 / 2 points of 1000 a day.
    assert [(row[0], row[2], row[4], row[8], row[9]) for row in found] == [
        ("Tỉnh Mẫu", "CQ.1", "Điểm tối đa", 4, "mặc định"),
        ("Tỉnh Mẫu", "KT.1", "Điểm tối đa", 6, "mặc định"),
        ("Huyện Bờ", "NT.1", "Điểm tối đa", 4.5, "cơ quan ghi"),
        ("Huyện Á", "NT.1", "Điểm tối đa", 2, "mặc định"),
        ("Huyện Bờ", "NT.1", "Mức kế tiếp", 2, "mặc định"),
    ]
    assert [row[10] for row in found] == [10, 7.5, *(pytest.approx(x, rel=1e-6) for x in (3.7037037, 5 / 3, 5 / 3))]
    assert [row[7] for row in found] == [
        0.04,
        0.045,
        *(pytest.approx(x / 1000, rel=1e-6) for x in (50 / 3, 10 / 3, 10 / 3)),
    ]
    assert found[2][11] == "Đội công nghệ số"


def test_open_steps_as_csv_carry_the_label_in_every_row() -> None:
    own = ground()
    lines = list(csv.DictReader(StringIO(prices_csv(own, own.prices).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [line["Mã chỉ số"] for line in lines] == ["CQ.1", "KT.1", "NT.1", "NT.1", "NT.1"]
    assert lines[2]["Nguồn lực (ngày công)"] == "4,5"
    assert {line["Nhãn"] for line in lines} == {demonstration_label()}


def test_no_open_step_is_said() -> None:
    content = prices_workbook(ground(), [])
    (sheet,) = opened(content)
    assert "Không có bước nào khớp bộ lọc." in [c.value for row in sheet.iter_rows() for c in row]


def test_the_effort_table_comes_back_as_it_was_and_shows_its_default_rule() -> None:
    content = efforts_workbook(OFFICE_ROWS, SCOPE)
    assert read_efforts(content, "bang.xlsx", SCOPE) == OFFICE_ROWS
    assert rows(content, "Nguồn lực") == [
        ["Cấp huyện", "002", "NT.1", "Điểm tối đa", 4.5, "3, 5-6", "Đội công nghệ số", "Dự án 1"]
    ]
    assert rows(content, "Mức trần") == [[None, "1-2", 2.5], ["Nơi không có việc", "12", 1]]
    assert rows(content, "Mức mặc định") == [["ngày công", 20, 1, "1-12"]]
    assert "chưa được cơ quan xác nhận" in " ".join(heading_texts(opened(content)["Mức mặc định"]))


def test_the_effort_table_lists_codes_with_names_and_offers_them_in_drop_downs() -> None:
    book = opened(efforts_workbook(OFFICE_ROWS, SCOPE))
    listed = table(book["Danh mục"])
    # The province and three districts; eight criteria of the province, of which the districts have NT.1 and TC.1.
    units = [(row["Mã đơn vị"], row["Tên đơn vị"], row["Cấp của đơn vị"]) for row in listed if row["Mã đơn vị"]]
    assert units[0] == ("77", "Tỉnh Mẫu", "Cấp tỉnh")
    assert ("002", "Huyện Bờ", "Cấp huyện") in units
    named = {row["Mã chỉ số"]: (row["Chỉ số ở cấp tỉnh"], row["Chỉ số ở cấp huyện"]) for row in listed}
    assert named["NT.1"] == ("Hồ sơ trực tuyến", SCOPE.sets["district"].by_code["NT.1"].name.vi)
    assert [row["Bước"] for row in listed if row["Bước"]] == ["Mức kế tiếp", "Chỉ tiêu kế hoạch", "Điểm tối đa"]

    def offered(sheet: str) -> dict[str, tuple[list[object], bool]]:
        """What the drop-down of each column lists, and whether nothing else may be typed."""
        found = {}
        header = [c.value for c in book[sheet][header_row(book[sheet])]]
        for rule in book[sheet].data_validations.dataValidation:
            area = next(iter(rule.sqref.ranges))
            source = str(rule.formula1).removeprefix("'Danh mục'!").replace("$", "")
            values = [c.value for (c,) in book["Danh mục"][source]]
            found[str(header[area.min_col - 1])] = (values, bool(rule.showErrorMessage))
        return found

    of_lines = offered("Nguồn lực")
    assert set(of_lines) == {"Cấp", "Mã đơn vị", "Mã chỉ số", "Bước", "Tháng thực hiện", "Đơn vị chủ trì"}
    assert of_lines["Cấp"] == (["Cấp tỉnh", "Sở, ban, ngành", "Cấp huyện", "Cấp xã"], True)
    assert of_lines["Mã đơn vị"] == ([code for code, _name, _level in units], True)
    assert of_lines["Mã chỉ số"] == ([code for code in named if code], True)
    # Other months and owners may be typed.
    assert of_lines["Đơn vị chủ trì"] == ([name for _code, name, _level in units], False)
    assert ("3" in of_lines["Tháng thực hiện"][0], of_lines["Tháng thực hiện"][1]) == (True, False)
    assert set(offered("Mức trần")) == {"Đơn vị chủ trì", "Tháng"}
    assert offered("Mức mặc định")["Đơn vị tính"] == (["ngày công", "triệu đồng"], True)


def test_codes_and_months_of_the_effort_table_are_text_for_excel() -> None:
    sheet = opened(efforts_workbook(OFFICE_ROWS, SCOPE))["Nguồn lực"]
    for heading in ("Mã đơn vị", "Mã chỉ số", "Tháng thực hiện"):
        # The row that is there, and the empty ones below it.
        column = cell(sheet, 0, heading).column_letter
        assert cell(sheet, 0, heading).number_format == "@"
        assert sheet.column_dimensions[column].number_format == "@"


def test_without_rows_the_default_rule_stands_alone() -> None:
    found = " ".join(notes(path_workbook(answered("score", "0.65", own=ground(EffortContent())))))
    assert "Cơ quan chưa lưu bảng nguồn lực nào." in found
