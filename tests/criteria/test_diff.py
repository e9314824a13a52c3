"""Differences of two versions in words: every kind once by hand, and nothing that is equal or different is missed."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria import CriteriaSet, read_text
from criteria.diff import differences
from tests.criteria.drawn_sets import sets
from tests.criteria.test_loader import ODD_VALUES, _places

RULEBOOK = Path(__file__).parent.parent / "rulebook"
RULES = (RULEBOOK / "every_rule.yaml").read_text(encoding="utf-8")
ROLLUPS = (RULEBOOK / "every_rollup.yaml").read_text(encoding="utf-8")


def _read(text: str) -> CriteriaSet:
    reading = read_text(text, "set.yaml")
    assert reading.criteria_set is not None, "\n".join(map(str, reading.faults))
    return reading.criteria_set


def _said(old: str, new: str) -> list[str]:
    return [str(difference) for difference in differences(_read(old), _read(new))]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("year: 2024", "year: 2025", "Bộ chỉ số: năm đổi từ 2024 thành 2025."),
        ('version: "0.1"', 'version: "0.2"', "Bộ chỉ số: phiên bản đổi từ «0.1» thành «0.2»."),
        ("status: reference", "status: official", "Bộ chỉ số: tình trạng đổi từ «Tham chiếu» thành «Chính thức»."),
        ("level: district", "level: commune", "Bộ chỉ số: cấp đổi từ «Cấp huyện» thành «Cấp xã»."),
        ("scale: 200", "scale: 100.5", "Bộ chỉ số: thang điểm đổi từ 200 thành 100,5."),
        ("scale: 200\n", "", "Bộ chỉ số: bỏ thang điểm: 200."),
        ("rank_precision: 3\n", "", "Bộ chỉ số: bỏ số chữ số thập phân khi xếp hạng: 3."),
        (
            "clause: toàn văn",
            "clause: mục I",
            "Bộ chỉ số: căn cứ đổi từ «Bộ dữ liệu thử của phần mềm, toàn văn» thành «Bộ dữ liệu thử của phần mềm, mục I».",
        ),
        (
            "not_applicable: rescale",
            "not_applicable: zero",
            "Bộ chỉ số: cách tính nội dung không áp dụng đổi từ «Quy đổi điểm» thành «Tính 0 điểm».",
        ),
        ("en: Test set with every rule", "en: Another", "Bộ chỉ số: tên bộ chỉ số đổi từ «Bộ chỉ số thử đủ loại quy tắc» («Test set with every rule») thành «Bộ chỉ số thử đủ loại quy tắc» («Another»)."),
        ("from: 160", "from: 150", "Bộ chỉ số: điểm bắt đầu của xếp loại «Loại A» đổi từ 160 thành 150."),
        (
            "- {name: Loại A, from: 160}",
            "- {name: {vi: Loại A, en: A}, from: 160}",
            "Bộ chỉ số: thêm tên tiếng Anh của xếp loại «Loại A»: «A».",
        ),
        ("  - {name: Loại C, from: 0}\n", "", "Bộ chỉ số: bỏ điểm bắt đầu của xếp loại «Loại C»: 0."),
        ("name: Dịch vụ\n", "name: Dịch vụ số\n", "B: tên đổi từ «Dịch vụ» thành «Dịch vụ số»."),
        ("bonus: 4", "bonus: 5", "C: mức thưởng nhiều nhất đổi từ 4 thành 5."),
        ("    cap: {bonus: 4, penalty: 6}\n", "    cap: {bonus: 4}\n", "C: bỏ mức trừ nhiều nhất: 6."),
        ("max_points: 9\n", "max_points: 9.5\n", "A.3: điểm tối đa đổi từ 9 thành 9,5."),
        ("name: Lớp tập huấn\n", "name: Lớp bồi dưỡng\n", "A.3: tên đổi từ «Lớp tập huấn» thành «Lớp bồi dưỡng»."),
        ("khác: 0.2", "khác: 0.1", "A.1: tỷ lệ điểm của lựa chọn «khác» đổi từ 20\N{NO-BREAK SPACE}% thành 10\N{NO-BREAK SPACE}%."),
        (", khác: 0.2", "", "A.1: bỏ tỷ lệ điểm của lựa chọn «khác»: 20\N{NO-BREAK SPACE}%."),
        (
            "{chủ tịch: 1, phó chủ tịch: 0.6,",
            "{phó chủ tịch: 0.6, chủ tịch: 1,",
            "A.1: các lựa chọn đổi thứ tự thành «phó chủ tịch»; «chủ tịch»; «khác».",
        ),
        ("báo-cáo: 0.5", "báo-cáo: 0.4", "A.2: tỷ lệ điểm của mục «báo-cáo» đổi từ 50\N{NO-BREAK SPACE}% thành 40\N{NO-BREAK SPACE}%."),
        ("full_at: 12", "full_at: 10", "A.3: mức đạt điểm tối đa đổi từ 12 thành 10."),
        ("full_at: 0.8", "full_at: 0.75", "B.1: mức đạt điểm tối đa đổi từ 80\N{NO-BREAK SPACE}% thành 75\N{NO-BREAK SPACE}%."),
        ("due: 2024-11-30", "due: 2024-12-05", "A.4: hạn đổi từ 30/11/2024 thành 05/12/2024."),
        ("lose_per_day: 0.2", "lose_per_day: 0.1", "A.4: mức giảm mỗi ngày trễ đổi từ 20\N{NO-BREAK SPACE}% thành 10\N{NO-BREAK SPACE}%."),
        ("{from: 0.9, fraction: 0.7}", "{from: 0.85, fraction: 0.7}", "B.3: mức đạt 70\N{NO-BREAK SPACE}% điểm tối đa đổi từ 90\N{NO-BREAK SPACE}% thành 85\N{NO-BREAK SPACE}%."),
        ("{from: 3, fraction: 1}", "{from: 4, fraction: 1}", "B.4: mức đạt điểm tối đa đổi từ 3 thành 4."),
        ("goalposts: [1, 15]", "goalposts: [1, 12]", "B.7: mốc cao đổi từ 15 thành 12."),
        (
            "direction: down, goalposts",
            "direction: up, goalposts",
            "B.7: chiều chấm đổi từ «Càng thấp càng tốt» thành «Càng cao càng tốt».",
        ),
        ("sign, fraction: 0.4", "sign, fraction: 0.3", "B.8: tỷ lệ điểm của phần «sign» đổi từ 40\N{NO-BREAK SPACE}% thành 30\N{NO-BREAK SPACE}%."),
        ("{type: count, full_at: 4}", "{type: count, full_at: 5}", "B.8: mức đạt điểm tối đa của phần «sign» đổi từ 4 thành 5."),
        (
            "{type: count, full_at: 4}",
            "{type: yes_no}",
            "B.8: cách chấm của phần «sign» đổi từ «Số lượng» thành «Có hoặc không».",
        ),
        (
            "{type: count, full_at: 12}",
            "{type: min_max, goalposts: [0, 12]}",
            "A.3: cách chấm đổi từ «Số lượng» thành «Vị trí giữa hai mốc».",
        ),
        ("name: Tổng hồ sơ, unit: hồ sơ", "name: Tổng hồ sơ, unit: bộ", "B.1: đơn vị tính của số liệu «b» đổi từ «hồ sơ» thành «bộ»."),
        (
            "name: Tổng hồ sơ, unit: hồ sơ",
            "name: Tổng hồ sơ, unit: hồ sơ, number: whole",
            "B.1: thêm loại số của số liệu «b»: «Số nguyên».",
        ),
        ("          b: {name: Tổng hồ sơ, unit: hồ sơ}\n", "", None),
        (
            "full_at: 12}\n",
            "full_at: 12}\n        inputs: {value: {name: Số lớp}}\n",
            "A.3: thêm tên số liệu: «Số lớp».",
        ),
        ("full_at: 12}\n", "full_at: 12}\n        evidence: required\n", "A.3: yêu cầu tài liệu kiểm chứng đổi từ «Nếu có» thành «Bắt buộc»."),
        ("full_at: 12}\n", "full_at: 12}\n        frequency: yearly\n", "A.3: thêm kỳ số liệu: «Hằng năm»."),
        ("full_at: 12}\n", "full_at: 12}\n        covers: [II.1/2, II.1/3]\n", "A.3: thêm nhiệm vụ kế hoạch: «II.1/2»; «II.1/3»."),
        ("full_at: 12}\n", f"full_at: 12}}\n        note: {'dài ' * 40}\n", "A.3: thêm ghi chú: «" + ("dài " * 40).strip() + "»."),
    ],
)  # fmt: skip
def test_one_change_is_one_sentence(old: str, new: str, sentence: str | None) -> None:
    assert RULES.count(old) == 1
    said = _said(RULES, RULES.replace(old, new))
    if sentence is None:
        # A note that goes takes its name and its unit with it.
        assert said == ["B.1: bỏ tên số liệu «b»: «Tổng hồ sơ».", "B.1: bỏ đơn vị tính của số liệu «b»: «hồ sơ»."]
    else:
        assert said == [sentence]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "how: sum, from: [huyen/A.3]",
            "how: sum, from: [xa/A.3]",
            "T.2: nguồn tổng hợp đổi từ «huyen/A.3» thành «xa/A.3».",
        ),
        (
            "weight: units",
            "weight: dan-so",
            "T.3: trọng số tổng hợp đổi từ «mỗi đơn vị tính một lần» thành «dan-so».",
        ),
        (
            "meets_at: 0.5",
            "meets_at: 0.6",
            "T.4: mức đạt của đơn vị đổi từ 50\N{NO-BREAK SPACE}% thành 60\N{NO-BREAK SPACE}%.",
        ),
        (", rollup: {how: entry}", "", "T.5: bỏ cách tổng hợp: «Nhập ở cấp tỉnh»."),
    ],
)
def test_roll_up_in_words(old: str, new: str, sentence: str) -> None:
    assert _said(ROLLUPS, ROLLUPS.replace(old, new)) == [sentence]


def test_a_rewritten_long_text_is_not_quoted() -> None:
    long, other = ("Đếm số lớp đã mở, " * 10).strip(), ("Chỉ đếm lớp có chứng nhận, " * 10).strip()
    old, new = (RULES.replace("full_at: 12}\n", f'full_at: 12}}\n        note: "{text}"\n') for text in (long, other))
    assert _said(old, new) == ["A.3: ghi chú được viết lại."]


A5 = RULES[RULES.index("      - code: A.5") : RULES.index("  - code: B\n")]


def test_a_criterion_added_and_removed() -> None:
    without = RULES.replace(A5, "")
    assert _said(without, RULES) == ["A.5: thêm chỉ số «Có cán bộ chuyên trách»."]
    assert _said(RULES, without) == ["A.5: bỏ chỉ số «Có cán bộ chuyên trách»."]


def test_a_criterion_that_moves_is_one_difference() -> None:
    first = RULES.index("      - code: A.1")
    moved = RULES.replace(A5, "")[:first] + A5 + RULES.replace(A5, "")[first:]
    assert _said(RULES, moved) == ["A.5: chuyển từ vị trí 5 sang vị trí 1 trong A."]
    elsewhere = RULES.replace(A5, "").replace("      - code: B.1", A5 + "      - code: B.1")
    assert _said(RULES, elsewhere) == ["A.5: chuyển từ A sang B, vị trí 1."]


def test_a_group_added_removed_and_moved() -> None:
    start = RULES.index("  - code: D\n")
    d = RULES[start:]
    without = RULES[:start]
    assert _said(without, RULES) == ["D: thêm chỉ số chính «Theo dõi thêm».", "D.1: thêm chỉ số «Camera giao thông»."]
    assert _said(RULES, without) == ["D: bỏ chỉ số chính «Theo dõi thêm».", "D.1: bỏ chỉ số «Camera giao thông»."]
    first = RULES.index("  - code: A\n")
    assert _said(RULES, without[:first] + d + without[first:]) == [
        "D: chuyển từ vị trí 4 sang vị trí 1 trong các chỉ số chính."
    ]


def test_differences_stand_in_the_order_of_set_groups_criteria_and_removed_last() -> None:
    new = RULES.replace(A5, "").replace("year: 2024", "year: 2025").replace("name: Dịch vụ\n", "name: DV\n")
    new = new.replace("max_points: 25", "max_points: 20")
    found = differences(_read(RULES), _read(new))
    assert [(d.subject, d.code, d.kind) for d in found] == [
        ("set", "", "changed"),
        ("group", "B", "changed"),
        ("criterion", "B.1", "changed"),
        ("criterion", "A.5", "removed"),
    ]


def test_words_are_the_sentence_without_the_code() -> None:
    (found,) = differences(_read(RULES), _read(RULES.replace("max_points: 25", "max_points: 20")))
    assert (found.code, found.words) == ("B.1", "điểm tối đa đổi từ 25 thành 20.")
    assert (found.field, found.old, found.new) == (("max_points",), 25, 20)


@settings(max_examples=40, deadline=None)
@given(sets())
def test_a_set_does_not_differ_from_itself(drawn: CriteriaSet) -> None:
    assert differences(drawn, drawn) == ()


@settings(max_examples=40, deadline=None)
@given(sets(), sets())
def test_any_two_sets_are_told_apart_in_sentences(old: CriteriaSet, new: CriteriaSet) -> None:
    found = differences(old, new)
    assert bool(found) == (old != new)
    assert all(str(difference).endswith((".", ".»")) for difference in found)


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([RULES, ROLLUPS]), st.sampled_from([*ODD_VALUES, 2, 0.25, "Khác", 2025]))
def test_one_value_changed_anywhere_differs_exactly_when_the_sets_do(
    draws: st.DataObject, text: str, value: object
) -> None:
    data = yaml.safe_load(text)
    path = draws.draw(st.sampled_from(list(_places(data))))
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    changed = read_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "set.yaml").criteria_set
    if changed is not None:
        before = _read(text)
        assert bool(differences(before, changed)) == (before != changed)
