"""Why a place moved, in words; the figures are worked in tests/assessment/test_rank_change.py."""

from dataclasses import replace

import pytest

from assessment.rank_change import CauseStep, RankChange, list_change, rank_change
from assessment.set_change import rescored
from assessment.snapshots import LevelSnapshot
from criteria.crosswalk import crosswalk
from reports.rank_change import MOST_NAMED, cause_name, cause_text, change_sentences, places_text
from scoring.waterfall import Cause
from tests.assessment.test_rank_change import AFTER, BEFORE
from tests.assessment.test_set_change import MOVED
from tests.reports.examples import CRITERIA_SET, NOVEMBER, snapshot


def changed(then: LevelSnapshot, now: LevelSnapshot, unit: str) -> RankChange:
    found = rank_change(list_change(then, now, "districts"), unit)
    assert found is not None
    return found


WAIVED = changed(snapshot(BEFORE), snapshot(AFTER), "002")


def test_the_change_its_criteria_and_who_passed() -> None:
    assert change_sentences(WAIVED) == (
        "Từ 12/2024 đến 12/2024: tăng 1 hạng (hạng 3 → 2), điểm +21,33 (56,67 → 78,00).",
        "Chỉ số thành phần làm tổng điểm của đơn vị đổi nhiều nhất: NT.1 Hồ sơ trực tuyến (+10,00).",
        "Nếu các đơn vị khác đứng yên thì đơn vị lên hạng 1.",
        "Trước đứng trên, nay đứng dưới đơn vị: =Thị xã Cờ.",
    )


def test_who_fell_behind() -> None:
    assert change_sentences(changed(snapshot(AFTER), snapshot(BEFORE), "003")) == (
        "Từ 12/2024 đến 12/2024: tăng 1 hạng (hạng 3 → 2), điểm 0,00 (60,00 → 60,00).",
        "Nếu các đơn vị khác đứng yên thì đơn vị giữ hạng 3.",
        "Trước đứng trên, nay đứng dưới đơn vị: Huyện Bờ.",
    )


def test_what_is_newly_due_is_said() -> None:
    told = change_sentences(changed(snapshot(NOVEMBER, 11), snapshot(), "003"))
    assert told == (
        "Từ 11/2024 đến 12/2024: giảm 2 hạng (hạng 1 → 3), điểm +8,33 (40,00 → 48,33).",
        "Chỉ số thành phần làm tổng điểm của đơn vị đổi nhiều nhất: CQ.1 Báo cáo đúng hạn (+23,33); "
        "NT.2 Số cuộc họp (−20,00); CQ.3 Dịch vụ công toàn trình (+8,33, vừa đến kỳ số liệu); "
        "NT.1 Hồ sơ trực tuyến (−3,33).",
        "1 chỉ số thành phần vừa đến kỳ số liệu, nên mỗi chỉ số khác chiếm phần nhỏ hơn trong tổng điểm.",
        "Nếu các đơn vị khác đứng yên thì đơn vị giữ hạng 1.",
        "Trước đứng dưới, nay đứng trên đơn vị: Huyện Á.",
    )


def test_many_units_are_counted_not_listed() -> None:
    (first,) = WAIVED.overtook
    many = tuple(replace(first, name_vi=f"Đơn vị {i}") for i in range(MOST_NAMED + 2))
    assert change_sentences(replace(WAIVED, overtook=many))[-1] == (
        "Trước đứng trên, nay đứng dưới đơn vị: Đơn vị 0, Đơn vị 1, Đơn vị 2, Đơn vị 3, Đơn vị 4 và 2 đơn vị khác."
    )


@pytest.mark.parametrize(("places", "words"), [(0, "giữ hạng"), (3, "tăng 3 hạng"), (-12, "giảm 12 hạng")])
def test_places_in_words(places: int, words: str) -> None:
    assert places_text(places) == words


def test_each_cause_says_what_it_changes() -> None:
    assert [cause_name(step.cause) for step in WAIVED.steps] == [
        "Bộ chỉ số",
        "Nội dung không áp dụng",
        "Kết quả của đơn vị",
        "Các đơn vị khác",
    ]
    assert cause_text(WAIVED.steps[0], WAIVED) == "Hai kỳ dùng cùng bộ chỉ số nên bước này bằng 0."
    other = changed(snapshot(NOVEMBER, 11), rescored(snapshot(), MOVED, crosswalk(CRITERIA_SET, MOVED)), "001")
    assert cause_text(other.steps[0], other) == "Số liệu cũ của cả khối chấm lại theo bộ chỉ số mới."
    assert "không thay đổi" in cause_text(CauseStep(Cause.NOT_APPLICABLE, 0, 0, 50, 1), WAIVED)
    assert "đơn vị thay đổi" in cause_text(WAIVED.steps[1], WAIVED)
    texts = {cause_text(CauseStep(cause, 0, 0, 50, 1), WAIVED) for cause in Cause}
    assert len(texts) == len(Cause)


def test_others_that_move_a_relative_criterion_change_the_own_score_and_that_is_said() -> None:
    still, moved = (cause_text(CauseStep(Cause.RIVALS, points, 0, 50, 1), WAIVED) for points in (0, -0.09))
    assert "điểm của đơn vị không đổi" in still
    assert "điểm của đơn vị đổi theo" in moved
