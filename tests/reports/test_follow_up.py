"""The board on paper: the units with what moved after they sent, and the data suppliers beside them."""

import datetime as dt
from dataclasses import replace

from assessment.deadlines import Due
from assessment.follow_up import ReportStanding
from assessment.submissions import untouched
from assessment.supplying import SupplyFigure, SupplyForm, SupplyLine
from criteria.catalogue import agency_named
from data.models import PeriodState
from reports.follow_up import follow_up_file_name, follow_up_workbook
from tests.reports.examples import snapshot
from tests.reports.reading import opened, table

DECEMBER = snapshot()
DUE = Due(dt.date(2024, 12, 17), -1)


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
