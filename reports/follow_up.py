"""The board of reports on paper: who stands where, and until when."""

from collections.abc import Sequence

from assessment.deadlines import Due
from assessment.follow_up import ReportStanding
from assessment.submissions import report_state_name
from assessment.supplying import SupplyForm
from data.repositories import PeriodRecord
from language import _, format_date, format_moment, format_number, local_day
from reports.labels import level_name, period_file_name, period_label
from reports.workbook import Column, Sheet, workbook


def due_text(due: Due | None) -> str:
    """Until when, and how many working days that is from today."""
    if due is None:
        return _("chưa đặt thời hạn")
    day = format_date(due.day)
    if due.is_over and not due.days_left:
        return _("{day}, đã quá hạn").format(day=day)
    if due.is_over:
        return _("{day}, quá hạn {n} ngày làm việc").format(day=day, n=format_number(-due.days_left))
    if due.days_left == 0:
        return _("{day}, hôm nay là hạn cuối").format(day=day)
    return _("{day}, còn {n} ngày làm việc").format(day=day, n=format_number(due.days_left))


def sending_text(standing: ReportStanding) -> str:
    """Until when a report is to be sent, that it was and how late, or that it was not while it could be."""
    record = standing.record
    if not record.is_with_the_unit:
        if record.sent_at is None:
            return _("đã gửi")
        sent = _("đã gửi ngày {day}").format(day=format_date(local_day(record.sent_at)))
        if record.days_late is None:
            return sent
        late = _("{sent}, muộn {n} ngày làm việc") if record.days_late else _("{sent}, muộn chưa đến một ngày làm việc")
        return late.format(sent=sent, n=format_number(record.days_late))
    return _("không gửi") if standing.closed else due_text(standing.due)


def follow_up_workbook(
    period: PeriodRecord, standings: Sequence[ReportStanding], suppliers: Sequence[SupplyForm]
) -> bytes:
    """The board as .xlsx: a sheet of the units, one of the data suppliers."""
    columns = (
        Column(_("Mã"), 10),
        Column(_("Cơ quan, đơn vị"), 36),
        Column(_("Cấp"), 18),
        Column(_("Trạng thái"), 24),
        Column(_("Số liệu phải báo cáo"), 12, "count"),
        Column(_("Số liệu đã có"), 12, "count"),
        Column(_("Ô đang nhập"), 12, "count"),
        Column(_("Tài liệu cần xem"), 12, "count"),
        Column(_("Số liệu đổi sau khi gửi"), 12, "count"),
        Column(_("Hạn gửi"), 14),
        Column(_("Thời hạn"), 30),
        Column(_("Số báo cáo"), 18),
        Column(_("Ngày báo cáo"), 14),
        Column(_("Thay đổi gần nhất"), 18),
    )
    rows = [
        (
            s.unit.code,
            s.unit.name_vi,
            level_name(s.unit.level),
            report_state_name(s.state, closed=s.closed),
            s.asked,
            s.given,
            s.typed,
            s.flagged,
            s.moved,
            s.due.day if s.due else None,
            sending_text(s),
            s.record.report_number,
            s.record.report_date,
            "" if s.last_change is None else format_moment(s.last_change),
        )
        for s in standings
    ]
    sheet = Sheet(
        _("Tình hình nộp"),
        _("Tình hình nộp báo cáo tự đánh giá"),
        (period.name,),
        columns,
        rows,
        nothing=_("Không có đơn vị nào khớp bộ lọc."),
        repeated=(0, 1),
    )
    return workbook((sheet, _suppliers(period, suppliers)), title=sheet.title, label=period_label(period))


def _suppliers(period: PeriodRecord, forms: Sequence[SupplyForm]) -> Sheet:
    columns = (
        Column(_("Mã"), 10),
        Column(_("Cơ quan"), 36),
        Column(_("Số loại số liệu"), 12, "count"),
        Column(_("Số ô phải cung cấp"), 12, "count"),
        Column(_("Số ô đã cung cấp"), 12, "count"),
        Column(_("Hạn cung cấp"), 14),
        Column(_("Thời hạn"), 30),
        Column(_("Số tài khoản"), 12, "count"),
    )
    rows = [
        (
            f.agency.code,
            str(f.agency.name),
            len(f.figures),
            f.asked,
            f.supplied,
            f.due.day if f.due else None,
            due_text(f.due) if f.lacking else _("đã cung cấp đủ"),
            f.accounts,
        )
        for f in forms
    ]
    return Sheet(
        _("Đơn vị cung cấp số liệu"),
        _("Tình hình cung cấp số liệu"),
        (period.name,),
        columns,
        rows,
        nothing=_("Bộ chỉ số của kỳ này không giao số liệu nào cho đơn vị cung cấp số liệu."),
        repeated=(0, 1),
    )


def follow_up_file_name(period: PeriodRecord) -> str:
    """File name of the board."""
    return period_file_name(period, _("Tình hình nộp báo cáo"), extension="xlsx")
