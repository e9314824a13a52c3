"""What an amendment changes, in words and on a sheet: what moved stands with an arrow, what stays stands alone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessment.amendments import CriterionMark, LevelAmendment, Place, UnitAmendment, amended_levels
from assessment.publishing import published_results
from data.database import read_session
from reports.amendment import (
    amendment_sheet,
    band_text,
    cause_texts,
    level_texts,
    nothing_moved_text,
    rank_texts,
    total_text,
)
from reports.workbook import workbook
from scoring.engine import CellState
from tests.assessment.appraising import STEP, amended_office, office_period
from tests.data.databases import Databases
from tests.reports.reading import heading_texts, opened, table

LIST = "districts"
SCORED = CriterionMark(CellState.SCORED, 15 * STEP, {"a": 30.0}, "")
WAIVED = CriterionMark(CellState.NOT_APPLICABLE, 0, {}, "Không có nội dung này")


@pytest.fixture(scope="module")
def level(sqlite: Databases) -> Iterator[LevelAmendment]:
    """Bà Rịa overtook Vũng Tàu, which has more points too, and Châu Đức."""
    engine = sqlite.opened(amended_office)
    with read_session(engine) as session:
        period = office_period(session)
        [found] = amended_levels(*(published_results(session, period, number) for number in (1, 2)))
        yield found
    engine.dispose()


@pytest.fixture
def place(level: LevelAmendment) -> Place:
    """Where Vũng Tàu stood, with one criterion."""
    vung_tau = level.units[1].before
    assert vung_tau is not None
    return replace(vung_tau, marks={"CQ.1": SCORED})


def marked(place: Place, mark: CriterionMark | None) -> UnitAmendment:
    """The unit when its criterion becomes this, or leaves the set."""
    return UnitAmendment(place, replace(place, marks={"CQ.1": mark} if mark else {}))


def test_totals_ranks_and_points_before_and_after(level: LevelAmendment) -> None:
    told = [
        (c.unit.name_vi, total_text(level, c), *rank_texts(level, c), band_text(c), *cause_texts(c))
        for c in level.units
    ]
    assert told == [
        ("Thành phố Bà Rịa", "55,56 → 77,78", "Ủy ban nhân dân cấp huyện: 3 → 1", "", "TC.1: 0,00 → 20,00"),
        ("Thành phố Vũng Tàu", "66,00 → 71,00", "Ủy ban nhân dân cấp huyện: 1 → 2", "", "CQ.1: 15,00 → 20,00"),
        (
            "Huyện Châu Đức", "57,00", "Ủy ban nhân dân cấp huyện: 2 → 3", "",
            "điểm không đổi; thứ hạng thay đổi theo đơn vị khác",
        ),
    ]  # fmt: skip


def test_what_two_decimals_would_show_alike_is_shown_with_as_many_as_it_takes(
    level: LevelAmendment, place: Place
) -> None:
    assert place.total == 66 * STEP
    assert total_text(level, UnitAmendment(place, replace(place, total=66 * STEP + 1))) == "66,000000000 → 66,000000001"
    assert total_text(level, UnitAmendment(place, replace(place, total=66 * STEP + 4_000_000))) == "66,000 → 66,004"
    assert cause_texts(marked(place, replace(SCORED, points=15 * STEP - 1))) == ("CQ.1: 15,000000000 → 14,999999999",)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (WAIVED, "CQ.1: 15,00 → không áp dụng"),
        (CriterionMark(CellState.MISSING, 0, {}, ""), "CQ.1: 15,00 → chưa có số liệu"),
        (CriterionMark(CellState.NOT_DUE, 0, {}, ""), "CQ.1: 15,00 → chưa đến kỳ số liệu"),
        (replace(SCORED, given={"a": 31.0}), "CQ.1: số liệu khác, điểm không đổi"),
        (None, "CQ.1: 15,00 → không có trong bộ chỉ số"),
    ],
    ids=["waived", "missing", "not due", "inputs alone", "not in the set"],
)
def test_a_criterion_is_told_by_what_became_of_it(place: Place, mark: CriterionMark | None, said: str) -> None:
    assert cause_texts(marked(place, mark)) == (said,)


def test_another_reason_is_told(place: Place) -> None:
    waived = replace(place, marks={"CQ.1": WAIVED})
    assert cause_texts(marked(waived, replace(WAIVED, reason="Theo quy định mới"))) == (
        "CQ.1: lý do không áp dụng khác, điểm không đổi",
    )


def test_who_enters_and_who_leaves(level: LevelAmendment, place: Place) -> None:
    entered, left = UnitAmendment(None, place), UnitAmendment(place, None)
    assert [total_text(level, change) for change in (entered, left)] == ["không có → 66,00", "66,00 → không có"]
    assert rank_texts(level, entered) == ("Ủy ban nhân dân cấp huyện: không có trong danh sách → 1",)
    assert rank_texts(level, left) == ("Ủy ban nhân dân cấp huyện: 1 → không có trong danh sách",)
    assert [cause_texts(change) for change in (entered, left)] == [
        ("đơn vị không có ở lần trước",), ("đơn vị không còn ở lần sau",),
    ]  # fmt: skip


def test_who_comes_to_have_a_place(level: LevelAmendment, place: Place) -> None:
    unplaced = replace(place, total=None, ranks={LIST: None})
    change = UnitAmendment(unplaced, place)
    assert total_text(level, change) == "không xếp hạng → 66,00"
    assert rank_texts(level, change) == ("Ủy ban nhân dân cấp huyện: không xếp hạng → 1",)


def test_bands_names_and_rules_that_differ(place: Place) -> None:
    assert band_text(UnitAmendment(replace(place, band="Khá"), replace(place, band="Tốt"))) == "Khá → Tốt"
    assert band_text(UnitAmendment(replace(place, band="Khá"), place)) == "Khá → –"
    renamed = replace(place, unit=replace(place.unit, name_vi="Thành phố Vũng Tàu mới"))
    assert cause_texts(UnitAmendment(place, renamed)) == ("tên đơn vị: Thành phố Vũng Tàu → Thành phố Vũng Tàu mới",)
    moved = replace(place, unit=replace(place.unit, attested="khác"))
    assert cause_texts(UnitAmendment(place, moved)) == ("thông tin về đơn vị khác, tên không đổi",)
    # Nothing of the unit but its total or its band: its points count otherwise.
    for other in (replace(place, total=60 * STEP), replace(place, band="Tốt")):
        assert cause_texts(UnitAmendment(place, other)) == ("do bộ chỉ số thay đổi",)
    listed = replace(place, ranks={**place.ranks, "towns": 1})
    assert cause_texts(UnitAmendment(place, listed)) == ("điểm không đổi; danh sách xếp hạng thay đổi",)


def test_another_version_of_the_set_and_another_name_of_a_list_are_told_of_the_level(level: LevelAmendment) -> None:
    own, [whole] = level.criteria_set, level.lists
    changed = replace(
        level,
        sets=(own, own.model_copy(update={"version": "1.1"})),
        renamed=((whole, replace(whole, name_vi="Khối cấp huyện")),),
    )
    assert level_texts(level) == ()
    assert level_texts(changed) == (
        "Cấp huyện: bộ chỉ số khác nhau, trước là Bộ chỉ số (mã rieng-2024, phiên bản 1.0), sau là Bộ chỉ số (mã "
        "rieng-2024, phiên bản 1.1); điểm của hai lần không chấm theo cùng một quy tắc.",
        "Cấp huyện: danh sách «Ủy ban nhân dân cấp huyện» đổi tên thành «Khối cấp huyện».",
    )
    sheet = amendment_sheet([changed], "Lần 2 so với lần 1")
    assert sheet.heading == ("Lần 2 so với lần 1", *level_texts(changed))


def test_the_province_is_told_to_the_decimals_that_decide_and_is_not_the_ministrys(
    level: LevelAmendment, place: Place
) -> None:
    own = level.criteria_set.model_copy(update={"level": "province", "rank_precision": 4})
    province = replace(level, criteria_set=own, lists=())
    change = UnitAmendment(replace(place, total=20_000_000), replace(place, total=23_140_000))
    assert total_text(province, change) == "0,0200 → 0,0231"
    assert level_texts(province) == (
        "Cấp tỉnh: điểm tổng hợp theo Bộ chỉ số (mã rieng-2024, phiên bản 1.0), không phải điểm của Bộ.",
    )
    assert rank_texts(province, change) == ("không xếp hạng",)
    [row] = amendment_sheet([replace(province, units=(change,))], "").rows
    assert row[:4] == ("Cấp tỉnh", None, "747", "Thành phố Vũng Tàu")
    assert row[6:8] == (None, None)


def test_the_sheet_has_a_row_for_every_unit_in_every_list_with_figures_to_reckon_with(level: LevelAmendment) -> None:
    book = opened(workbook([amendment_sheet([level], "Lần 2 so với lần 1")], title="t", label=""))
    rows = table(book["Nội dung sửa đổi"])
    assert [tuple(row.values()) for row in rows] == [
        ("Cấp huyện", "Ủy ban nhân dân cấp huyện", "748", "Thành phố Bà Rịa", 55.555555556, 77.777777778, 3, 1,
         None, None, "TC.1: 0,00 → 20,00"),
        ("Cấp huyện", "Ủy ban nhân dân cấp huyện", "747", "Thành phố Vũng Tàu", 66, 71, 1, 2,
         None, None, "CQ.1: 15,00 → 20,00"),
        ("Cấp huyện", "Ủy ban nhân dân cấp huyện", "750", "Huyện Châu Đức", 57, 57, 2, 3,
         None, None, "điểm không đổi; thứ hạng thay đổi theo đơn vị khác"),
    ]  # fmt: skip


def test_nothing_that_differs_is_said_and_not_left_blank() -> None:
    book = opened(workbook([amendment_sheet([], "Lần 2 so với lần 1")], title="t", label=""))
    texts = [value for row in book["Nội dung sửa đổi"].iter_rows(values_only=True) for value in row]
    assert nothing_moved_text() in texts
    assert "Lần 2 so với lần 1" in heading_texts(book["Nội dung sửa đổi"])


def test_rules_alone_that_differ_are_not_called_nothing(level: LevelAmendment) -> None:
    own = level.criteria_set
    rules = replace(level, units=(), sets=(own, own.model_copy(update={"version": "1.1"})))
    assert amendment_sheet([rules], "").nothing == "Không đơn vị nào khác về điểm, hạng, xếp loại, số liệu."
