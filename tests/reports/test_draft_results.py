"""The workbook of draft results: every criterion before and after, every ruling that was told, and the label it carries."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from assessment.publishing import editions, published_results
from assessment.rulings import Verdict
from assessment.unit_publications import unit_publication
from assessment.unit_results import UnitResults, unit_results
from data.database import read_session
from data.models import AppraisalTier, RulingKind
from reports.draft_results import results_file_name, results_label, results_workbook, standing_text
from tests.assessment.appraisal_office import (
    CUT,
    VUNG_TAU,
    decide,
    districts,
    look_again,
    office_place,
    say,
    send,
    told_office,
)
from tests.assessment.appraising import LATER, NOON, OFFICE, amended_office, office_period, published_office
from tests.assessment.reporting import clerk
from tests.assessment.test_reopening import WHY as REASON
from tests.assessment.test_reopening import reopened
from tests.data.databases import Databases
from tests.reports.reading import heading_texts, opened, print_header, table


@pytest.fixture(scope="module")
def results(sqlite: Databases) -> Iterator[UnitResults]:
    """Vũng Tàu after a second look at CQ.1, which it had explained."""
    engine = sqlite.opened(told_office)
    say(engine, "CQ.1", "=30 hồ sơ, xem báo cáo số 5/BC")
    send(engine)
    look_again(engine)
    second = Verdict(RulingKind.CORRECT, "Báo cáo số 5/BC đủ căn cứ", {"a": "25", "b": "100"})
    decide(engine, OFFICE, [(VUNG_TAU, "CQ.1")], second, AppraisalTier.SECOND)
    place = office_place(engine)
    with read_session(engine) as session:
        found = unit_results(session, clerk(place), place, districts(session), NOON.date())
    assert found is not None
    yield found
    engine.dispose()


def test_every_criterion_stands_with_its_points_before_and_after_and_why(results: UnitResults) -> None:
    """CQ.1: 25 of 100 at 80 % for 40 points are 12,5. TC.3 is waived: no points, and none that could be had."""
    book = opened(results_workbook(results))
    assert book.sheetnames == ["Kết quả", "Diễn biến"]
    rows = {row["Mã"]: row for row in table(book["Kết quả"])}
    assert list(rows) == ["CQ.1", "CQ.2", "TC.1", "TC.2", "TC.3"]
    cut = rows["CQ.1"]
    assert (cut["Điểm tự đánh giá"], cut["Điểm thẩm định"], cut["Chênh lệch"]) == (15, 12.5, -2.5)
    assert (cut["Kết luận"], cut["Lý do"]) == ("Điều chỉnh số liệu", "Báo cáo số 5/BC đủ căn cứ")
    assert cut["Số liệu báo cáo → thẩm định"] == "Hồ sơ trực tuyến: 30 → 25 hồ sơ\nHồ sơ: 100 hồ sơ"
    # Text, though it begins as a formula does.
    assert cut["Giải trình của đơn vị"] == "=30 hồ sơ, xem báo cáo số 5/BC"
    waived = rows["TC.3"]
    assert (waived["Điểm tự đánh giá"], waived["Điểm thẩm định"]) == ("chưa có số liệu", "không áp dụng")
    facts = {row[0]: row[1] for row in book["Kết quả"].iter_rows(values_only=True) if row[0]}
    # (12,5 + 20) / 90 x 100
    assert (facts["Điểm tự đánh giá"], facts["Điểm thẩm định dự kiến"]) == (15, 36.111111111)
    assert facts["Chênh lệch"] == pytest.approx(21.111111111)


def test_every_ruling_that_was_told_has_a_line(results: UnitResults) -> None:
    rows = [r for r in table(opened(results_workbook(results))["Diễn biến"]) if r["Mã"] == "CQ.1"]
    assert [(r["Lần"], r["Lý do"]) for r in rows] == [
        ("Thẩm định", CUT), ("Thẩm định lại", "Báo cáo số 5/BC đủ căn cứ"),
    ]  # fmt: skip


def test_a_reopening_stands_in_the_file_with_its_day_and_reason(sqlite: Databases) -> None:
    engine = sqlite.opened(published_office)
    reopened(engine, now=LATER)
    place = office_place(engine)
    with read_session(engine) as session:
        found = unit_results(session, clerk(place), place, districts(session), LATER.date())
    engine.dispose()
    assert found is not None
    book = opened(results_workbook(found))
    rows = {row["Mã"]: row["Mở lại thẩm định"] for row in table(book["Kết quả"])}
    assert rows["CQ.1"] == f"Cơ quan thường trực mở lại ngày 30/12/2024: {REASON}"
    assert not rows["CQ.2"]
    last = [r for r in table(book["Diễn biến"]) if r["Mã"] == "CQ.1"][-1]
    assert (last["Lần"], str(last["Ngày"])[:10], last["Lý do"]) == ("Cơ quan thường trực mở lại", "2024-12-30", REASON)
    assert "Đang thẩm định lại 1 chỉ số mà cơ quan thường trực mở lại: CQ.1." in " ".join(
        heading_texts(book["Diễn biến"])
    )


def test_the_three_scores_stand_in_the_file_once_they_are_published(sqlite: Databases) -> None:
    engine = sqlite.opened(amended_office)
    place = office_place(engine)
    with read_session(engine) as session:
        period = office_period(session)
        found = unit_results(session, clerk(place), place, districts(session), LATER.date())
        published = [
            unit_publication(e, published_results(session, period, e.number), "district", place.unit)
            for e in editions(session, period.id)
        ]
    engine.dispose()
    assert found is not None
    book = opened(results_workbook(found, published))
    assert book.sheetnames == ["Kết quả", "Ba loại điểm", "Diễn biến"]
    rows = [list(row.values()) for row in table(book["Ba loại điểm"])]
    assert [row[1:3] for row in rows] == [[15, "1 / 2"], [71, "–"], [71, "2 / 3"], [66, "1 / 3"]]
    assert rows[2][0] == "Điểm công bố, lần 2 (sửa đổi)"
    assert rows[2][4] == "Quyết định số 12/QĐ-UBND ngày 30/12/2024, đang có hiệu lực"
    assert "sửa đổi theo Quyết định số 12/QĐ-UBND ngày 30/12/2024." in " ".join(heading_texts(book["Kết quả"]))


def test_a_reference_set_makes_a_trial_run_and_the_file_says_so(results: UnitResults) -> None:
    label = "CHẠY THỬ NỘI BỘ - KẾT QUẢ KHÔNG CÓ GIÁ TRỊ, KHÔNG CÔNG BỐ"
    assert results_label(results.snapshot) == label
    sheet = opened(results_workbook(results))["Kết quả"]
    assert label in heading_texts(sheet)
    assert print_header(sheet) == label
    assert "bộ tham chiếu, không phải bộ chính thức." in " ".join(heading_texts(sheet))
    assert results_file_name(results) == "ket-qua-tham-dinh_747_2024-12.xlsx"


def test_invented_figures_carry_the_label_of_the_demonstration(results: UnitResults) -> None:
    period = replace(results.snapshot.period, origin="demonstration")
    invented = replace(results, snapshot=replace(results.snapshot, period=period))
    assert results_label(invented.snapshot) == "SỐ LIỆU TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ"
    assert results_file_name(invented).startswith("TRINH-DIEN_ket-qua-tham-dinh_747")


def test_an_official_set_that_is_released_carries_no_label(results: UnitResults) -> None:
    book = results.snapshot.book
    chosen = book.criteria_set.model_copy(update={"status": "official"})
    compiled = replace(book.compiled, criteria_set=chosen)
    official = replace(results.snapshot, book=replace(book, compiled=compiled), trial=False)
    assert results_label(official) == "CHẠY THỬ NỘI BỘ - BỘ CHỈ SỐ CHƯA BAN HÀNH, KHÔNG CÓ GIÁ TRỊ"
    assert results_label(replace(official, released=True)) == ""


def test_the_standing_is_told_in_words(results: UnitResults) -> None:
    assert standing_text(results).startswith("Đã thẩm định lại xong 1 chỉ số mà đơn vị giải trình")
