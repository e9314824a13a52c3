"""The board on paper: the units with what moved after they sent, and the data suppliers beside them."""

import datetime as dt
from dataclasses import replace

import pytest

from assessment.deadlines import Due, due
from assessment.follow_up import ReportStanding
from assessment.submissions import untouched
from assessment.supplying import SupplyFigure, SupplyForm, SupplyLine
from assessment.working_days import WorkingDays
from criteria.catalogue import agency_named
from data.models import PeriodState
from reports.follow_up import due_text, follow_up_file_name, follow_up_workbook, sending_text
from tests.reports.examples import snapshot
from tests.reports.reading import opened, table

DECEMBER = snapshot()
DUE = Due(dt.date(2024, 12, 17), -1, is_over=True)


def _standing(sent: bool) -> ReportStanding:
    record = replace(untouched(), state=PeriodState.SENT, report_number="12/BC") if sent else untouched()
    return ReportStanding(DECEMBER.units[0], record, 10, 4, 2, DUE, None, 0, 3 if sent else 0)


def _supplier(given: int, of: int) -> SupplyForm:
    agency = agency_named("CAT")
    assert agency is not None
    lines = tuple(SupplyLine(DECEMBER.units[0], "5", n < given) for n in range(of))
    return SupplyForm(agency, (SupplyFigure("district", DECEMBER.entries.entries[0], lines),), DUE, 1)


def test_suppliers_have_a_sheet_of_their_own() -> None:
    book = opened(follow_up_workbook(DECEMBER.period, [_standing(sent=True)], [_supplier(2, 8)]))
    assert book.sheetnames == ["Tình hình nộp", "Đơn vị cung cấp số liệu"]
    (row,) = table(book["Đơn vị cung cấp số liệu"])
    assert (row["Mã"], row["Cơ quan"], row["Số ô phải cung cấp"], row["Số ô đã cung cấp"]) == (
        "CAT", "Công an tỉnh", 8, 2,
    )  # fmt: skip
    assert (row["Thời hạn"], row["Số tài khoản"]) == ("17/12/2024, quá hạn 1 ngày làm việc", 1)
    (row,) = table(opened(follow_up_workbook(DECEMBER.period, [], [_supplier(8, 8)]))["Đơn vị cung cấp số liệu"])
    assert row["Thời hạn"] == "đã cung cấp đủ"


def test_a_unit_shows_how_many_figures_moved_after_it_sent() -> None:
    for sent, moved, until in ((True, 3, "đã gửi"), (False, 0, "17/12/2024, quá hạn 1 ngày làm việc")):
        book = opened(follow_up_workbook(DECEMBER.period, [_standing(sent)], []))
        (row,) = table(book["Tình hình nộp"])
        assert (row["Số liệu đổi sau khi gửi"], row["Thời hạn"]) == (moved, until)


def test_what_was_not_sent_when_the_period_took_no_more_figures_never_is() -> None:
    told = []
    for state in (PeriodState.SELF_ASSESSMENT, PeriodState.AWAITING_HEAD, PeriodState.RETURNED, PeriodState.APPRAISAL):
        standing = replace(_standing(sent=False), record=replace(untouched(), state=state), closed=True)
        (row,) = table(opened(follow_up_workbook(DECEMBER.period, [standing], []))["Tình hình nộp"])
        told.append((row["Trạng thái"], row["Thời hạn"]))
    assert told == [
        ("Không gửi báo cáo", "không gửi"),
        ("Không gửi báo cáo", "không gửi"),
        ("Không gửi lại báo cáo", "không gửi"),
        ("Đang thẩm định", "đã gửi"),
    ]


def test_without_suppliers_the_sheet_says_so() -> None:
    book = opened(follow_up_workbook(DECEMBER.period, [_standing(sent=True)], []))
    texts = [c.value for row in book["Đơn vị cung cấp số liệu"].iter_rows() for c in row if c.value]
    assert "Bộ chỉ số của kỳ này không giao số liệu nào cho đơn vị cung cấp số liệu." in texts


def test_the_file_is_named_after_the_period() -> None:
    assert follow_up_file_name(DECEMBER.period).startswith("TRINH-DIEN_tinh-hinh-nop-bao-cao")


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (12, "13/12/2024, còn 1 ngày làm việc"),
        (13, "13/12/2024, hôm nay là hạn cuối"),
        # A Saturday: the Friday has passed, and no office has worked since.
        (14, "13/12/2024, đã quá hạn"),
        (16, "13/12/2024, quá hạn 1 ngày làm việc"),
    ],
)
def test_a_deadline_is_over_when_its_day_is_at_weekends_too(today: int, told: str) -> None:
    found = due(dt.date(2024, 12, 13), None, WorkingDays(), dt.date(2024, 12, today))
    assert found is not None
    assert (found.is_over, due_text(found)) == (today > 13, told)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, "đã gửi ngày 14/12/2024"),
        (0, "đã gửi ngày 14/12/2024, muộn chưa đến một ngày làm việc"),
        (2, "đã gửi ngày 14/12/2024, muộn 2 ngày làm việc"),
    ],
)
def test_a_report_sent_at_the_weekend_after_its_deadline_was_late(days: int | None, told: str) -> None:
    sent_at = dt.datetime(2024, 12, 14, 3, tzinfo=dt.UTC)
    standing = _standing(sent=True)
    standing = replace(standing, record=replace(standing.record, sent_at=sent_at, days_late=days))
    assert (standing.was_late, sending_text(standing)) == (days is not None, told)
