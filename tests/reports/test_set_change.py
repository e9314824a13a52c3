"""What a new version changes, on paper: topics, causes in words, the workbook and its label."""

from io import BytesIO

from openpyxl import load_workbook

from assessment.set_change import Cause, rank_changes
from criteria.crosswalk import crosswalk
from criteria.diff import differences
from reports.labels import demonstration_label
from reports.set_change import cause_name, causes_text, input_place, set_change_file_name, set_change_workbook, topics
from tests.assessment.test_set_change import MOVED, changed
from tests.reports.examples import CRITERIA_SET, snapshot

FOUND = differences(CRITERIA_SET, MOVED)
TABLE = crosswalk(CRITERIA_SET, MOVED)


def book(origin: str = "demonstration", *, ranked: bool = True) -> dict[str, list[list[object]]]:
    """Sheets of the workbook as lines of values."""
    result = rank_changes(snapshot(origin=origin), MOVED, TABLE, "districts") if ranked else None
    content = set_change_workbook(CRITERIA_SET, MOVED, FOUND, TABLE, result)
    sheets = load_workbook(BytesIO(content)).worksheets
    return {s.title: [list(row) for row in s.iter_rows(values_only=True)] for s in sheets}


def test_topics_stand_by_set_and_group_with_what_is_gone() -> None:
    assert [(t.code, t.lines) for t in topics(CRITERIA_SET, MOVED, FOUND)] == [
        ("", (("", "", ("Phiên bản đổi từ «1.2» thành «2.0».",)),)),
        (
            "NT",
            (
                ("NT.1", "Hồ sơ trực tuyến", ("Điểm tối đa đổi từ 10 thành 100.",)),
                ("NT.2", "Số cuộc họp", ("Bỏ chỉ số «Số cuộc họp».",)),
            ),
        ),
    ]


def test_every_difference_stands_in_one_topic() -> None:
    told = topics(CRITERIA_SET, MOVED, FOUND)
    assert sum(len(line[2]) for topic in told for line in topic.lines) == len(FOUND)
    assert topics(CRITERIA_SET, CRITERIA_SET, ()) == ()


def test_a_cause_is_named_by_its_codes() -> None:
    def name(old: str | None, new: str | None) -> str:
        return cause_name(Cause(old, new, 0, 1), CRITERIA_SET, MOVED)

    assert name("NT.1", "NT.1") == "NT.1 Hồ sơ trực tuyến"
    assert name("NT.2", "NT.1") == "NT.2 → NT.1 Hồ sơ trực tuyến"
    assert name("NT.2", None) == "NT.2 của bản cũ: Số cuộc họp"
    assert name(None, "NT.1") == "NT.1 của bản mới: Hồ sơ trực tuyến"
    assert name(None, None) == "Điểm thưởng, điểm trừ"


def test_the_main_causes_of_a_unit_stand_on_one_line() -> None:
    third = next(c for c in changed(MOVED).changes if c.unit.code == "003")
    assert causes_text(third) == "NT.1 +54,76; CQ.1 −13,33; CQ.3 −4,76"


def test_a_place_is_named_by_criterion_and_input() -> None:
    assert input_place(CRITERIA_SET, ("NT.1", "a")) == "NT.1: Hồ sơ nộp trực tuyến (a)"
    assert input_place(CRITERIA_SET, ("NT.2", "value")) == "NT.2: Số cuộc họp"


def test_the_workbook_holds_ranks_causes_effects_differences_and_figures() -> None:
    sheets = book()
    assert list(sheets) == ["Thứ hạng", "Nguyên nhân", "Tác động", "Khác nhau", "Số liệu chuyển sang"]
    ranks = {row[0]: row for row in sheets["Thứ hạng"]}
    assert ranks["003"][2:9] == [3, 2, 1, 2, 2, 48.333333333, 85]
    assert any(row[:3] == ["NT Nhận thức số", "NT.2", "Số cuộc họp"] for row in sheets["Khác nhau"])
    assert any(row[1:] == ["NT.2: Số cuộc họp", "không dùng cho bản mới"] for row in sheets["Số liệu chuyển sang"])


def test_invented_figures_carry_the_label_and_own_ones_do_not() -> None:
    for origin, labelled in (("demonstration", True), ("office", False)):
        text = str(book(origin))
        assert (demonstration_label() in text) == labelled
        result = rank_changes(snapshot(origin=origin), MOVED, TABLE, "districts")
        name = set_change_file_name(CRITERIA_SET, MOVED, result)
        assert name == ("TRINH-DIEN_" if labelled else "") + "thay-doi-bo-chi-so_cap-huyen_2-0_2024-12.xlsx"


def test_without_ranks_the_workbook_holds_no_figures_of_units() -> None:
    sheets = book(ranked=False)
    assert list(sheets) == ["Khác nhau", "Số liệu chuyển sang"]
    assert demonstration_label() not in str(sheets)
    assert set_change_file_name(CRITERIA_SET, MOVED, None) == "thay-doi-bo-chi-so_nho-2024_1-2_2-0.xlsx"
