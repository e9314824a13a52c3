"""The overview in words and in Excel, against sentences written by hand."""

import datetime as dt
from dataclasses import replace

import pytest

from assessment.overview import Asked, AttentionKind, NationalPlace, Overview, in_step, overview
from assessment.set_change import rescored
from assessment.snapshots import ScoreStage
from assessment.targets import TargetState, TargetStatus, target_statuses
from criteria.catalogue import plan_targets
from criteria.crosswalk import crosswalk
from data.internal_totals import TotalRecord
from reports.labels import demonstration_label
from reports.overview import (
    at_risk_text,
    attention_text,
    distance_text,
    goal_line_text,
    goal_stage_text,
    goal_text,
    internal_text,
    kind_name,
    no_attention_text,
    overview_file_name,
    overview_workbook,
    rank_sentence,
    risk_note,
    targets_note,
    with_unit,
)
from scoring.grid import on_grid
from tests.assessment.test_set_change import MOVED
from tests.assessment.test_targets import snapshot as province_at
from tests.reports.examples import CRITERIA_SET, NOVEMBER, december_ranking, snapshot
from tests.reports.reading import heading_texts, opened, print_header, table

Y2023 = NationalPlace(
    2023, 63, 10, 10, 10, 0.7353, 0.7353, 0.7353, 0.6783, 0.7353, -0.057, 0.0, "báo", dt.date(2025, 2, 9)
)
Y2022 = replace(
    Y2023,
    year=2022,
    rank=28,
    best_rank=28,
    worst_rank=28,
    total=0.5878,
    goal_low=0.6077,
    goal_high=0.6383,
    missing_low=0.0199,
    missing_high=0.0505,
    published_on=None,
)
Y2021 = replace(Y2022, year=2021, rank=None, best_rank=13, worst_rank=63, total=None, missing_low=-0.0254, source="")
MEAN = TotalRecord(
    2023, None, None, int(on_grid(80.1)), int(on_grid(18.6)), None, "baobariavungtau.com.vn", "published"
)


def example(origin: str = "demonstration", statuses: tuple[TargetStatus, ...] = (), *, month: int = 12) -> Overview:
    """December's ranking of the small set beside a province with one component at a month."""
    ranked = december_ranking(origin)
    province = province_at(2024, month, 60)
    period = replace(province.period, origin=origin)
    province = replace(province, period=period, levels={"district": ranked.snapshot})
    return overview(province, [ranked], statuses)


def test_where_no_figures_are_taken_any_more_nothing_is_called_done_that_is_not_known() -> None:
    shown = in_step(replace(example("office"), podiums=()), Asked(frozenset(), frozenset()))
    assert shown.attention == ()
    assert no_attention_text(shown) == "Kỳ không nhận số liệu nữa nên không còn gì để đôn đốc đơn vị."
    assert no_attention_text(replace(shown, closed=False)) == "Không có việc nào cần quan tâm ở tháng này."


def test_who_has_sent_his_report_gets_it_back_before_he_adds_anything() -> None:
    shown = example("office", month=11)
    missing = [item for item in shown.attention if item.kind is AttentionKind.MISSING]
    assert missing
    keys = frozenset(unit.key for unit in shown.podiums[0].table.snapshot.units)
    for asked, todo in (
        (Asked(keys, frozenset()), "Đôn đốc đơn vị bổ sung số liệu."),
        (Asked(frozenset(), keys), "Trả lại báo cáo để đơn vị bổ sung số liệu."),
    ):
        found = [item for item in in_step(shown, asked).attention if item.kind is AttentionKind.MISSING]
        assert {attention_text(item, shown)[1] for item in found} == {todo}
    data = overview_workbook(in_step(shown, None), [Y2022, Y2023], step="Đang nhận số liệu.")
    assert "Đang nhận số liệu." in heading_texts(opened(data)["Việc cần quan tâm"])


def test_a_distance_is_words_for_somebody_who_asks_what_it_means() -> None:
    assert distance_text(Y2023) == "điểm của tỉnh cao hơn điểm hạng 15 từ 0 đến 0,0570"
    assert distance_text(Y2022) == "điểm của tỉnh thấp hơn điểm hạng 15 từ 0,0199 đến 0,0505"
    assert distance_text(Y2021) == "số liệu đã công bố chưa đủ để biết tỉnh ở trên hay ở dưới hạng 15"
    exact = replace(Y2022, missing_low=0.02, missing_high=0.02)
    assert distance_text(exact) == "điểm của tỉnh thấp hơn điểm hạng 15 là 0,0200"
    assert distance_text(replace(Y2023, missing_low=0.0)) == "điểm của tỉnh bằng điểm hạng 15"


def test_the_goal_is_to_enter_the_group_or_to_stay_in_it() -> None:
    assert goal_stage_text(Y2023).endswith("việc đặt ra là giữ vị trí.")
    assert goal_stage_text(Y2022) == "Theo kết quả năm 2022, tỉnh chưa ở trong nhóm này."
    assert goal_stage_text(Y2021) == ""


def test_bounds_are_never_written_as_a_figure() -> None:
    assert goal_line_text(Y2023).endswith(
        "chưa công bố; theo thứ hạng và điểm đã công bố thì nằm trong khoảng từ 0,6783 đến 0,7353."
    )
    assert goal_line_text(replace(Y2023, goal_low=0.7, goal_high=0.7)) == "Điểm hạng 15 năm 2023 là 0,7000."
    assert rank_sentence(Y2023) == "Năm 2023: hạng 10 trong 63 tỉnh, thành phố"
    assert rank_sentence(Y2021).endswith("theo hạng đã công bố của các tỉnh khác thì từ 13 đến 63")


def test_the_internal_index_of_an_earlier_year() -> None:
    text = "Chỉ số nội bộ năm 2023, bình quân ba cấp: 80,1 trên 100 điểm (+18,6 so với năm 2022)"
    assert internal_text(MEAN) == text
    assert internal_text(replace(MEAN, change=None)) == text.partition(" (")[0]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("T01", "100 %"),
        ("T09", "từ 60 % trở lên"),
        ("T20", "trên 51 %"),
        ("T38", "từ 40 Mbps trở lên"),
        ("T39", "từ hạng 15 trở lên"),
    ],
)
def test_what_the_plan_asks_for(code: str, words: str) -> None:
    assert goal_text(next(t for t in plan_targets() if t.code == code)) == words


def test_a_figure_that_is_missing_is_no_number() -> None:
    targets = {t.code: t for t in plan_targets()}
    assert with_unit(None, targets["T01"]) == "–"
    assert with_unit(93.684, targets["T01"]) == "93,68 %"
    assert with_unit(10.0, targets["T39"]) == "hạng 10"


def test_attention_is_said_in_words_with_what_to_do() -> None:
    risk = next(t for t in plan_targets() if t.code == "T28")
    status = TargetStatus(risk, TargetState.AT_RISK, 5.0, None, 12.5, None, complete=True)
    found = example(statuses=(status,), month=7)
    said = [attention_text(item, found) for item in found.attention]
    # The third unit misses 10 of 60 points and may stand at most at 48.33 + 16.67 = 65, below the second's 68.
    assert said[0] == (
        "=Thị xã Cờ còn 1 chỉ số thành phần chưa có số liệu; bổ sung thì được thêm nhiều nhất 16,67 điểm.",
        "Đôn đốc đơn vị bổ sung số liệu.",
    )
    assert said[1][0].startswith("T28 «")
    assert said[1][0].endswith("mới đạt 5,00 %; kế hoạch: từ 20 % trở lên, đến tháng này cần 12,50 %.")
    assert said[2][0] == "=Thị xã Cờ giảm 2 hạng so với tháng 11/2024: từ hạng 1 xuống hạng 3 trong 3."
    assert all(todo.endswith(".") for _what, todo in said)


NOT_AT_RISK = "không chỉ tiêu nào trong số đó có nguy cơ không đạt."
NO_TARGET = "Chưa chỉ tiêu nào trong 3 chỉ tiêu của kế hoạch có số liệu để đánh giá."
NOT_COMPARED = "Không so sánh được thứ hạng với kỳ trước ở: Ủy ban nhân dân cấp huyện."
NO_FALL = "Không có cơ quan, đơn vị nào giảm hạng."
NOTHING_BEFORE = "Không có kết quả công bố của kỳ trước để so sánh thứ hạng."


@pytest.mark.parametrize(
    ("known", "compared", "words"),
    [
        (
            3,
            "same",
            "Kết quả công bố không có chỉ tiêu nào có nguy cơ không đạt và không có cơ quan, đơn vị nào giảm hạng.",
        ),
        (
            3,
            "none",
            f"Cả 3 chỉ tiêu của kế hoạch có số liệu, không chỉ tiêu nào có nguy cơ không đạt. {NOTHING_BEFORE}",
        ),
        (2, "same", f"Mới có 2 trong 3 chỉ tiêu của kế hoạch có số liệu để đánh giá, {NOT_AT_RISK} {NO_FALL}"),
        (0, "none", f"{NO_TARGET} {NOTHING_BEFORE}"),
        (0, "other", f"{NO_TARGET} {NOT_COMPARED}"),
        (
            0,
            "same other",
            f"{NO_TARGET} Ở các khối so sánh được, không có cơ quan, đơn vị nào giảm hạng. {NOT_COMPARED}",
        ),
    ],
)
def test_of_what_was_published_no_more_is_said_than_is_known(known: int, compared: str, words: str) -> None:
    three = target_statuses(province_at(2024, 12, 60), (), plan_targets(), None)[:3]
    states = [TargetState.MET] * known + [TargetState.MISSING] * (3 - known)
    found = example("office", tuple(replace(s, state=state) for s, state in zip(three, states, strict=True)))
    (own,) = found.podiums
    thens = {
        "same": own.table.compared,
        "other": rescored(snapshot(NOVEMBER, 11), MOVED, crosswalk(CRITERIA_SET, MOVED)),
        "none": None,
    }
    podiums = tuple(replace(own, table=replace(own.table, compared=thens[name])) for name in compared.split())
    levels = {level: replace(s, stage=ScoreStage.PUBLISHED) for level, s in found.province.levels.items()}
    published = replace(found, province=replace(found.province, levels=levels), podiums=podiums)
    assert no_attention_text(published) == words
    assert published.all_known == (known == 3 and compared == "same")


@pytest.mark.parametrize(("month", "words"), [(11, "có nguy cơ không đạt"), (12, "chưa đạt")])
def test_what_is_not_listed_is_counted(month: int, words: str) -> None:
    risk = next(t for t in plan_targets() if t.code == "T28")
    status = TargetStatus(risk, TargetState.AT_RISK, 5.0, None, None, None, complete=True)
    found = example(statuses=(status,) * 20, month=month)
    said = " ".join(attention_text(item, found)[0] for item in found.attention)
    listed = sum("T28" in attention_text(item, found)[0] for item in found.attention)
    assert f"Còn {20 - listed} chỉ tiêu khác {words}." in said


def test_at_the_end_of_the_year_a_target_is_not_at_risk_but_not_met() -> None:
    risk = next(t for t in plan_targets() if t.code == "T28")
    status = TargetStatus(risk, TargetState.AT_RISK, 5.0, None, 20.0, None, complete=True)
    for month, kind, together in (
        (11, "Chỉ tiêu có nguy cơ", "Các chỉ tiêu có nguy cơ không đạt"),
        (12, "Chỉ tiêu chưa đạt", "Các chỉ tiêu chưa đạt"),
    ):
        found = example(statuses=(status,), month=month)
        assert (kind_name(AttentionKind.AT_RISK, found), at_risk_text(found)) == (kind, together)
    december = example(statuses=(status,))
    said = next(attention_text(i, december)[0] for i in december.attention if i.kind is AttentionKind.AT_RISK)
    assert said.endswith("» hết năm đạt 5,00 %, chưa đạt kế hoạch: từ 20 % trở lên.")
    assert "ở đây là hết năm chưa đạt" in risk_note(december)
    assert risk_note(example(month=11)) == ""


def test_figures_that_fall_due_are_counted_by_level() -> None:
    november = replace(province_at(2024, 11, 60), levels={"district": snapshot(NOVEMBER, 11)})
    found = overview(november, [], ())
    what, _todo = attention_text(found.attention[0], found)
    assert what == "Hết tháng 12/2024 có thêm số liệu đến kỳ. Cấp huyện: 1 chỉ số."


def test_the_workbook_says_what_the_screen_says() -> None:
    found = example(statuses=target_statuses(province_at(2024, 12, 60), (), plan_targets(), 10))
    book = opened(overview_workbook(found, (Y2021, Y2022, Y2023), (MEAN,)))
    assert book.sheetnames == ["Thứ hạng toàn quốc", "Việc cần quan tâm", "Dẫn đầu, tăng hạng", "Chỉ tiêu"]
    national = table(book["Thứ hạng toàn quốc"])
    assert [(row["Năm"], row["Hạng"], row["Điểm công bố"]) for row in national] == [
        (2021, None, None),
        (2022, 28, 0.5878),
        (2023, 10, 0.7353),
    ]
    assert national[2]["So với điểm hạng 15"] == distance_text(Y2023)
    assert any("80,1 trên 100 điểm" in text for text in heading_texts(book["Thứ hạng toàn quốc"]))
    attention = table(book["Việc cần quan tâm"])
    assert [(row["Vấn đề"], row["Việc cần làm"]) for row in attention] == [
        attention_text(item, found) for item in found.attention
    ]
    leaders = table(book["Dẫn đầu, tăng hạng"])
    assert [(row["Nội dung"], row["Hạng"], row["Mã đơn vị"]) for row in leaders] == [
        ("Dẫn đầu", 1, "001"),
        ("Dẫn đầu", 2, "002"),
        ("Dẫn đầu", 3, "003"),
        ("Tăng hạng nhiều nhất", 1, "001"),
    ]
    targets = table(book["Chỉ tiêu"])
    assert len(targets) == 39
    by_code = {row["Mã"]: row for row in targets}
    assert (by_code["T09"]["Đạt được"], by_code["T09"]["Trạng thái"]) == (60, "Đã đạt")
    assert (by_code["T01"]["Đạt được"], by_code["T01"]["Trạng thái"]) == (None, "Chưa có số liệu")
    assert (by_code["T39"]["Đạt được"], by_code["T39"]["Thành phần cấp tỉnh"]) == (10, "thứ hạng công bố")
    assert targets_note() in heading_texts(book["Chỉ tiêu"])


@pytest.mark.parametrize(("origin", "marked"), [("demonstration", True), ("office", False)])
def test_demonstration_figures_are_marked_on_every_sheet_and_in_the_name(origin: str, marked: bool) -> None:
    found = example(origin)
    book = opened(overview_workbook(found, (Y2023,)))
    for sheet in book.worksheets:
        assert (demonstration_label() in heading_texts(sheet)) is marked
        assert (demonstration_label() in print_header(sheet)) is marked
    assert overview_file_name(found) == ("TRINH-DIEN_" if marked else "") + "tong-quan_2024-12.xlsx"
