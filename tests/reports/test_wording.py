"""Sentences an officer reads, written out by hand: one per rule, state and step."""

import datetime as dt

import numpy as np
import pytest

from assessment.scorecard import Conversion
from criteria.loader import read_text
from criteria.model import Criterion
from language import use_language
from reports.wording import (
    change_in_full,
    contribution_text,
    conversion_text,
    evidence_text,
    formula,
    frequency_text,
    input_label,
    measure_text,
    rule_in_words,
    source_text,
    state_text,
    step_in_words,
    value_text,
)
from scoring.compiled import compile_set
from scoring.engine import CellState, score
from scoring.inputs import NOT_APPLICABLE, Cell, read_cells
from scoring.receipts import Receipt, receipts
from scoring.steps import Change, NextStep
from tests.reports.examples import december_card

RATIO = "{type: ratio}"
RATIO_60 = "{type: ratio, full_at: 0.6}"
RATIO_OVER = "{type: ratio, over: allow}"
LATE = "{type: ratio, direction: down}"
BANDS = "{type: bands, of: value, steps: [{from: 4, fraction: 1}, {from: 2, fraction: 0.5}]}"
BANDS_FROM_0 = "{type: bands, of: value, steps: [{from: 4, fraction: 1}, {from: 0, fraction: 0.5}]}"
BANDS_RATIO = "{type: bands, of: ratio, steps: [{from: 0.8, fraction: 1}, {from: 0.5, fraction: 0.5}]}"
BANDS_TO_THE_WHOLE = "{type: bands, of: ratio, steps: [{from: 1, fraction: 1}, {from: 0.5, fraction: 0.5}]}"
CHOICE = "{type: choice, options: {Chủ tịch: 1, Phó Chủ tịch: 0.5, Chưa phân công: 0}}"
CHECKLIST = "{type: checklist, items: {press: 0.5, web: 0.25, video: 0.25}}"
COUNT = "{type: count, full_at: 24}"
BEST = "{type: best_relative}"
MIN_MAX = "{type: min_max}"
MIN_MAX_POSTS = "{type: min_max, direction: down, goalposts: [3, 20]}"
DEADLINE = "{type: deadline, due: 2024-12-15, lose_per_day: 0.1}"
YES_NO = "{type: yes_no}"
JUDGED = "{type: judged}"
PARTS = (
    "{type: parts, parts: [{key: online, fraction: 0.7, rule: {type: ratio}}, "
    "{key: forms, fraction: 0.3, rule: {type: checklist, items: {press: 0.5, web: 0.5}}}]}"
)
NOTES = """
          a: {name: Hồ sơ trực tuyến, unit: hồ sơ}
          b: {name: Hồ sơ tiếp nhận, unit: hồ sơ}
          online.a: {name: Hồ sơ trực tuyến, unit: hồ sơ}
          online.b: {name: Hồ sơ tiếp nhận, unit: hồ sơ}
          value: {name: Người đứng đầu, unit: cuộc họp}
          press: {name: Có trên báo chí}
          web: {name: Có trên trang thông tin}
          video: {name: Có video}
          forms.press: {name: Có trên báo chí}
          forms.web: {name: Có trên trang thông tin}
"""

Value = float | str | dt.date


def _criterion_text(rule: str, maximum: float) -> str:
    """A set of one criterion beside another with a fixed figure; the notes are those that the rule reads."""
    keys = [line.split(":")[0].strip() for line in NOTES.strip().splitlines()]
    text = f"""
id: mot-2024
level: district
year: 2024
scale: 10
rank_precision: 2
groups:
  - code: A
    name: Nhóm A
    kind: {"scored" if maximum >= 0 else "adjustment"}
    criteria:
      - code: A.1
        name: Chỉ số A
        max_points: {maximum}
        rule: {rule}
"""
    wanted = [line for key, line in zip(keys, NOTES.strip("\n").splitlines(), strict=True) if _reads(rule, key)]
    if wanted:
        text += "        inputs:\n" + "\n".join(wanted) + "\n"
    if maximum < 0:
        text += """
  - code: B
    name: Nhóm B
    criteria:
      - {code: B.1, name: Chỉ số B, max_points: 10, rule: {type: yes_no}}
"""
    return text


def _reads(rule: str, key: str) -> bool:
    if "parts" in rule:
        return "." in key
    if "checklist" in rule:
        return key in ("press", "web", "video")
    if "type: ratio" in rule or "of: ratio" in rule:
        return key in ("a", "b")
    return key == "value" and "yes_no" not in rule and "deadline" not in rule


def _criterion(rule: str, maximum: float = 10) -> Criterion:
    reading = read_text(_criterion_text(rule, maximum), "set.yaml")
    assert reading.criteria_set is not None, reading.faults
    return reading.criteria_set.by_code["A.1"]


def _receipt(
    rule: str,
    values: dict[str, Value],
    *,
    maximum: float = 10,
    others: tuple[Value, ...] = (),
    not_due: bool = False,
) -> Receipt:
    """The receipt of unit u; others: the figures of further units, for relative rules."""
    reading = read_text(_criterion_text(rule, maximum), "set.yaml")
    assert reading.criteria_set is not None, reading.faults
    compiled = compile_set(reading.criteria_set)
    units = ["u", *(f"v{i}" for i in range(len(others)))]
    cells = [Cell("u", "A.1", key, value) for key, value in values.items()]
    cells += [Cell(f"v{i}", "A.1", "value", value) for i, value in enumerate(others)]
    inputs, rejections = read_cells(compiled, units, cells, not_due=np.full(len(compiled.codes), not_due))
    assert inputs is not None, rejections
    return receipts(score(inputs), inputs, "u")[0]


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (RATIO, "Tính theo tỷ lệ a/b; đạt 100 % thì được điểm tối đa."),
        (RATIO_60, "Tính theo tỷ lệ a/b; đạt từ 60 % trở lên thì được điểm tối đa."),
        (LATE, "Tính theo tỷ lệ a/b, tỷ lệ càng thấp điểm càng cao; a = 0 thì được điểm tối đa."),
        (
            BANDS,
            "Tính theo bậc: từ 4 cuộc họp trở lên: 100 % điểm tối đa; từ 2 cuộc họp trở lên: 50 % điểm tối đa; "
            "thấp hơn: 0 điểm.",
        ),
        (
            BANDS_FROM_0,
            "Tính theo bậc: từ 4 cuộc họp trở lên: 100 % điểm tối đa; từ 0 cuộc họp trở lên: 50 % điểm tối đa.",
        ),
        (
            BANDS_RATIO,
            "Tính theo bậc của tỷ lệ a/b: từ 80 % trở lên: 100 % điểm tối đa; từ 50 % trở lên: 50 % điểm tối đa; "
            "thấp hơn: 0 điểm.",
        ),
        (
            BANDS_TO_THE_WHOLE,
            "Tính theo bậc của tỷ lệ a/b: đạt 100 %: 100 % điểm tối đa; từ 50 % trở lên: 50 % điểm tối đa; thấp hơn: 0 điểm.",
        ),
        (
            CHOICE,
            "Chọn một mức, tính tỷ lệ tương ứng của điểm tối đa: Chủ tịch: 100 %; Phó Chủ tịch: 50 %; "
            "Chưa phân công: 0 %.",
        ),
        (
            CHECKLIST,
            "Cộng các mục đã có, mỗi mục tính tỷ lệ tương ứng của điểm tối đa: Có trên báo chí: 50 %; "
            "Có trên trang thông tin: 25 %; Có video: 25 %.",
        ),
        (COUNT, "Tính theo số lượng; từ 24 cuộc họp trở lên thì được điểm tối đa."),
        (BEST, "Tính theo tỷ lệ so với đơn vị cao nhất trong khối so sánh; đơn vị cao nhất được điểm tối đa."),
        (
            MIN_MAX,
            "Tính theo vị trí giữa đơn vị thấp nhất và đơn vị cao nhất trong khối so sánh; "
            "đơn vị cao nhất được điểm tối đa.",
        ),
        (
            MIN_MAX_POSTS,
            "Tính theo vị trí giữa hai mốc 3 cuộc họp và 20 cuộc họp; đạt mốc 3 cuộc họp thì được điểm tối đa.",
        ),
        (DEADLINE, "Đúng hạn 15/12/2024 thì được điểm tối đa; mỗi ngày trễ giảm 10 % điểm tối đa."),
        (YES_NO, "Có thì được điểm tối đa, không có thì 0 điểm."),
        (JUDGED, "Hội đồng cho điểm từ 0 đến điểm tối đa khi thẩm định."),
        (
            PARTS,
            "Cộng điểm các phần: (1) Hồ sơ trực tuyến, chiếm 70 % điểm tối đa: tính theo tỷ lệ a/b; đạt 100 % thì được "
            "trọn điểm của phần này. (2) Danh mục, chiếm 30 % điểm tối đa: cộng các mục đã có, mỗi mục tính tỷ lệ "
            "tương ứng của điểm của phần này: Có trên báo chí: 50 %; Có trên trang thông tin: 50 %.",
        ),
    ],
)
def test_rule_in_words(rule: str, sentence: str) -> None:
    assert _plain(rule_in_words(_criterion(rule))) == sentence


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (COUNT, "Tính theo số lượng; từ 24 cuộc họp trở lên thì bị trừ mức tối đa."),
        (YES_NO, "Có thì bị trừ mức tối đa, không có thì không bị trừ."),
        (
            CHOICE,
            "Chọn một mức, tính tỷ lệ tương ứng của mức trừ tối đa: Chủ tịch: 100 %; Phó Chủ tịch: 50 %; "
            "Chưa phân công: 0 %.",
        ),
    ],
)
def test_a_penalty_takes_points_away(rule: str, sentence: str) -> None:
    assert _plain(rule_in_words(_criterion(rule, -2))) == sentence


@pytest.mark.parametrize(
    ("rule", "values", "lines"),
    [
        (RATIO, {"a": 54, "b": 100}, ["54 ÷ 100 = 54 %", "54 % × 10 điểm = 5,40 điểm"]),
        (RATIO, {"a": 1, "b": 3}, ["1 ÷ 3 = 33,33 %", "33,33 % × 10 điểm = 3,333 điểm"]),
        (RATIO_OVER, {"a": 6, "b": 5}, ["6 ÷ 5 = 120 %, tính tối đa 100 %", "100 % × 10 điểm = 10,00 điểm"]),
        (
            RATIO_60,
            {"a": 1234.5, "b": 4115},
            ["1.234,5 ÷ 4.115 = 30 %; 30 % ÷ 60 % = 50 %", "50 % × 10 điểm = 5,00 điểm"],
        ),
        (RATIO_60, {"a": 7, "b": 10}, ["7 ÷ 10 = 70 %, đạt mức từ 60 % trở lên", "100 % × 10 điểm = 10,00 điểm"]),
        # Half a hundredth is shown, so that nobody wonders which way it was rounded.
        (RATIO, {"a": 9, "b": 80}, ["9 ÷ 80 = 11,25 %", "11,25 % × 10 điểm = 1,125 điểm"]),
        (LATE, {"a": 5, "b": 100}, ["5 ÷ 100 = 5 %; 100 % − 5 % = 95 %", "95 % × 10 điểm = 9,50 điểm"]),
        (BANDS, {"value": 3}, ["3 cuộc họp, thuộc bậc được 50 %", "50 % × 10 điểm = 5,00 điểm"]),
        (BANDS_RATIO, {"a": 6, "b": 10}, ["6 ÷ 10 = 60 %, thuộc bậc được 50 %", "50 % × 10 điểm = 5,00 điểm"]),
        (CHOICE, {"value": "Phó Chủ tịch"}, ["Phó Chủ tịch, được 50 %", "50 % × 10 điểm = 5,00 điểm"]),
        (
            CHECKLIST,
            {"press": "yes", "web": "no"},
            [
                "Có trên báo chí (chiếm 50 %): có, được 100 %",
                "Có trên trang thông tin (chiếm 25 %): không, được 0 %",
                "Có video (chiếm 25 %): chưa có số liệu, tính 0 điểm",
                "Cộng: 50 % × 10 điểm = 5,00 điểm",
            ],
        ),
        (COUNT, {"value": 18}, ["18 ÷ 24 = 75 %", "75 % × 10 điểm = 7,50 điểm"]),
        (COUNT, {"value": 30}, ["30 cuộc họp, đạt mức từ 24 trở lên", "100 % × 10 điểm = 10,00 điểm"]),
        (
            MIN_MAX_POSTS,
            {"value": 11.5},
            ["11,5, tính trong khoảng từ 3 đến 20, được 50 %", "50 % × 10 điểm = 5,00 điểm"],
        ),
        (
            DEADLINE,
            {"value": "2024-12-10"},
            ["10/12/2024, đúng hạn 15/12/2024, được 100 %", "100 % × 10 điểm = 10,00 điểm"],
        ),
        (
            DEADLINE,
            {"value": "2024-12-18"},
            ["18/12/2024, trễ 3 ngày so với hạn 15/12/2024, được 70 %", "70 % × 10 điểm = 7,00 điểm"],
        ),
        (YES_NO, {"value": "yes"}, ["có, được 100 %", "100 % × 10 điểm = 10,00 điểm"]),
        (JUDGED, {"value": 7.5}, ["Hội đồng cho 7,5 điểm, tối đa 10 điểm"]),
        (
            PARTS,
            {"online.a": 50, "online.b": 100, "forms.press": "yes"},
            [
                "Hồ sơ trực tuyến (chiếm 70 %): 50 ÷ 100 = 50 %",
                "Có trên báo chí (chiếm 15 %): có, được 100 %",
                "Có trên trang thông tin (chiếm 15 %): chưa có số liệu, tính 0 điểm",
                "Cộng: 50 % × 10 điểm = 5,00 điểm",
            ],
        ),
    ],
)
def test_formula(rule: str, values: dict[str, Value], lines: list[str]) -> None:
    assert [_plain(line) for line in formula(_receipt(rule, values))] == lines


@pytest.mark.parametrize(
    ("rule", "others", "line"),
    [
        (BEST, (50.0, 20.0), "40 ÷ 50 (đơn vị cao nhất) = 80 %"),
        (MIN_MAX, (50.0, 20.0), "40, tính trong khoảng từ 20 đến 50, được 66,67 %"),
        (MIN_MAX, (40.0, 40.0), "40, mọi đơn vị trong khối so sánh bằng nhau, được 100 %"),
    ],
)
def test_formula_of_a_relative_rule(rule: str, others: tuple[float, ...], line: str) -> None:
    assert _plain(formula(_receipt(rule, {"value": 40}, others=others))[0]) == line


def test_formula_when_the_best_is_zero() -> None:
    assert _plain(formula(_receipt(BEST, {"value": 0}, others=(0.0,)))[0]) == (
        "đơn vị cao nhất trong khối so sánh bằng 0 nên được 0 %"
    )


def test_formula_of_a_penalty_has_its_sign() -> None:
    lines = formula(_receipt(COUNT, {"value": 12}, maximum=-2))
    assert [_plain(line) for line in lines] == ["12 ÷ 24 = 50 %", "50 % × −2 điểm = −1,00 điểm"]


def test_a_ratio_just_below_a_threshold_is_not_rounded_onto_it() -> None:
    line = formula(_receipt(BANDS_RATIO, {"a": 79_999, "b": 100_000}))[0]
    assert _plain(line) == "79.999 ÷ 100.000 = 79,999 %, thuộc bậc được 50 %"


@pytest.mark.parametrize(
    ("values", "not_due", "line"),
    [
        ({}, False, "Chưa có số liệu"),
        ({"a": NOT_APPLICABLE}, False, "Không áp dụng"),
        ({"a": NOT_APPLICABLE, "b": 0}, False, "Không áp dụng"),
        ({}, True, "Chưa đến kỳ số liệu"),
        ({"a": 0, "b": 0}, True, "Chưa đến kỳ số liệu"),
        (
            {"a": 0, "b": 0},
            False,
            "b = 0 nên chưa tính được tỷ lệ; nếu nội dung này không phát sinh, đề nghị xác nhận không áp dụng",
        ),
    ],
)
def test_formula_without_a_score_is_the_state(values: dict[str, Value], not_due: bool, line: str) -> None:
    assert formula(_receipt(RATIO, values, not_due=not_due)) == (line,)


def test_states() -> None:
    assert [state_text(state) for state in CellState] == [
        "đã chấm",
        "chưa có số liệu",
        "không áp dụng",
        "chưa đến kỳ số liệu",
        "hội đồng chấm khi thẩm định",
        "đề nghị không áp dụng, chờ thẩm định",
    ]


@pytest.mark.parametrize(
    ("rule", "values", "smallest", "full"),
    [
        (RATIO, {"a": 10, "b": 60}, "+1 hồ sơ = +0,17 điểm", "+50 hồ sơ = +8,33 điểm"),
        (RATIO, {"a": 54, "b": 60}, "+1 hồ sơ = +0,17 điểm", "+6 hồ sơ = +1,00 điểm"),
        (LATE, {"a": 3, "b": 30}, "−1 hồ sơ = +0,33 điểm", "−3 hồ sơ = +1,00 điểm"),
        (BANDS, {"value": 1}, "+1 cuộc họp = +5,00 điểm", "+3 cuộc họp = +10,00 điểm"),
        (CHOICE, {"value": "Chưa phân công"}, "Người đứng đầu: «Phó Chủ tịch» = +5,00 điểm", None),
        (YES_NO, {"value": "no"}, "Số liệu: «có» = +10,00 điểm", None),
        (COUNT, {}, "Bổ sung số liệu: nhiều nhất +10,00 điểm", "Bổ sung số liệu: nhiều nhất +10,00 điểm"),
        (COUNT, {"value": 24}, "", ""),
        (DEADLINE, {"value": "2024-12-18"}, "", ""),
    ],
)
def test_step_in_words(rule: str, values: dict[str, Value], smallest: str, full: str | None) -> None:
    receipt = _receipt(rule, values)
    assert step_in_words(receipt.criterion, receipt.steps.smallest) == smallest
    if full is not None:
        assert step_in_words(receipt.criterion, receipt.steps.full) == full


def test_three_dossiers_are_half_a_point() -> None:
    step = NextStep("change", (Change("a", 480.0, 483.0),), 500_000_000, 500_000_000, False)
    assert step_in_words(_criterion(RATIO), step) == "+3 hồ sơ = +0,50 điểm"


def test_a_step_too_small_to_show_is_not_shown_as_zero() -> None:
    step = NextStep("change", (Change("a", 480.0, 481.0),), 4_000_000, 4_000_000, False)
    assert step_in_words(_criterion(RATIO), step) == "+1 hồ sơ: tổng điểm tăng chưa đến 0,01 điểm"


@pytest.mark.parametrize(
    ("rule", "change", "sentence"),
    [
        (RATIO, Change("a", 480.0, 600.0), "Hồ sơ trực tuyến: từ 480 lên 600 hồ sơ"),
        (LATE, Change("a", 5.0, 2.0), "Hồ sơ trực tuyến: từ 5 xuống 2 hồ sơ"),
        (CHOICE, Change("value", "Phó Chủ tịch", "Chủ tịch"), "Người đứng đầu: từ «Phó Chủ tịch» sang «Chủ tịch»"),
        (CHECKLIST, Change("press", "no", "yes"), "Có trên báo chí: từ «không» sang «có»"),
        (CHECKLIST, Change("press", None, "yes"), "Có trên báo chí: có"),
    ],
)
def test_change_in_full(rule: str, change: Change, sentence: str) -> None:
    assert change_in_full(_criterion(rule), change) == sentence


def test_values() -> None:
    ratio, choice = _criterion(RATIO), _criterion(CHOICE)
    assert value_text(ratio, "a", None) == "chưa có số liệu"
    assert value_text(ratio, "a", 1234.5, unit=True) == "1.234,5 hồ sơ"
    assert value_text(choice, "value", "Chủ tịch") == "Chủ tịch"
    assert value_text(_criterion(DEADLINE), "value", dt.date(2024, 3, 5)) == "05/03/2024"
    assert value_text(_criterion(YES_NO), "value", "no") == "không"


def test_labels_of_inputs_and_of_what_is_asked() -> None:
    assert input_label(_criterion(RATIO), "a") == "Hồ sơ trực tuyến (a)"
    assert input_label(_criterion(YES_NO), "value") == "Số liệu"
    assert source_text(_criterion(RATIO)) == ""
    assert (evidence_text("required"), evidence_text("optional"), evidence_text("none")) == (
        "bắt buộc",
        "nếu có",
        "không cần",
    )
    assert [frequency_text(f) for f in ("monthly", "quarterly", "half_yearly", "yearly", None)] == [
        "hằng tháng",
        "hằng quý",
        "6 tháng một lần",
        "hằng năm",
        "",
    ]
    assert (measure_text("flow"), measure_text("stock"), measure_text(None)) == (
        "lũy kế từ đầu năm đến ngày chốt",
        "tại ngày chốt",
        "",
    )


def test_numbers_follow_the_language() -> None:
    with use_language("en"):
        assert "1.5" in step_in_words(
            _criterion(RATIO), NextStep("change", (Change("a", 1.0, 2.5),), 1_000_000_000, 1_000_000_000, False)
        )


def test_how_points_become_the_total_is_one_sentence_and_a_step_in_every_receipt() -> None:
    # 10 of 60 do not apply: 5 points are 5 / 50 of 100.
    card = december_card("002")
    assert conversion_text(card.conversion) == (
        "10,00 điểm không áp dụng với đơn vị; điểm đạt được quy đổi theo 100 ÷ 50,00."
    )
    assert contribution_text(card.receipts[0], card.conversion) == "5,00 × 100 ÷ 50,00 = 10,00 điểm"
    penalty = december_card("001")
    assert contribution_text(penalty.receipts[-1], penalty.conversion) == "−2,00 điểm"
    assert conversion_text(penalty.conversion) == "Điểm đạt được quy đổi theo 100 ÷ 60,00."
    assert conversion_text(Conversion(0, 0, 100, 100)) == ""
    assert conversion_text(Conversion(16.5, 4, 79.5, 100)) == (
        "16,50 điểm không áp dụng với đơn vị, 4,00 điểm chưa đến kỳ số liệu; điểm đạt được quy đổi theo 100 ÷ 79,50."
    )
