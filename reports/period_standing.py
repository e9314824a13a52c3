"""In which step a period stands, in a sentence or two."""

from assessment.period_standing import PeriodStanding
from assessment.submissions import state_name
from data.models import PeriodState, StepKind
from language import _, format_date, format_number
from reports.publication import published_by_text, step_text


def period_step_text(standing: PeriodStanding) -> str:
    """In which step a period stands: what can be read of it, and how far it is for those who follow reports."""
    steps, state = standing.steps, PeriodState(standing.period.state)
    if standing.editions:
        return " ".join(filter(None, (_published(standing), _reopened(standing))))
    if StepKind.TRIAL_CLOSED in steps:
        return _("Đã kết thúc chạy thử nội bộ ngày {day}; kỳ không nhận số liệu, không công bố kết quả.").format(
            day=format_date(steps[StepKind.TRIAL_CLOSED].date)
        )
    if state == PeriodState.AWAITING_APPROVAL and StepKind.APPROVAL in steps:
        return _("Đã trình phê duyệt (tờ trình {paper}); chờ quyết định công bố.").format(
            paper=step_text(steps[StepKind.APPROVAL])
        )
    if state == PeriodState.COUNCIL_PASSED and StepKind.COUNCIL in steps:
        return _("Hội đồng đã thông qua (biên bản {paper}); chờ trình phê duyệt.").format(
            paper=step_text(steps[StepKind.COUNCIL])
        )
    again = _("Có chỉ số mở lại thẩm định sau hội đồng nên hội đồng phải họp lại.") if StepKind.COUNCIL in steps else ""
    return " ".join(filter(None, (_appraised(standing) if standing.begun else "", again, _taking(standing))))


def _published(standing: PeriodStanding) -> str:
    return _("Kết quả đã công bố theo {decisions}.").format(decisions=published_by_text(standing.editions))


def _reopened(standing: PeriodStanding) -> str:
    again = sum(s.state == PeriodState.REAPPRAISAL for s in standing.units)
    if not again:
        return ""
    return _("Đang thẩm định lại {n} đơn vị; điểm công bố không đổi cho đến khi có quyết định sửa đổi.").format(
        n=format_number(again)
    )


def _appraised(standing: PeriodStanding) -> str:
    if not standing.units:
        return _("Đang thẩm định các báo cáo đã gửi.")
    sent = [s for s in standing.units if s.sent]
    return _("Đang thẩm định: xong {done} / {sent} đơn vị đã gửi báo cáo.").format(
        done=format_number(sum(not s.obstacles for s in sent)), sent=format_number(len(sent))
    )


def _taking(standing: PeriodStanding) -> str:
    """Until when figures are taken, and how many have sent; for who does not follow reports the first alone."""
    if not standing.takes_figures:
        closed = _("Bước «{state}»; không còn tháng nào nhận số liệu.")
        return "" if standing.begun else closed.format(state=state_name(PeriodState(standing.period.state)))
    days = standing.deadlines
    if not days:
        until = _("Đang nhận số liệu, chưa đặt thời hạn gửi")
    elif days[0] == days[-1]:
        until = _("Đang nhận số liệu, hạn gửi đến hết ngày {day}").format(day=format_date(days[0]))
    else:
        until = _("Đang nhận số liệu, hạn gửi theo cấp từ ngày {first} đến ngày {last}").format(
            first=format_date(days[0]), last=format_date(days[-1])
        )
    return f"{until}{_sent_text(standing)}."


def _sent_text(standing: PeriodStanding) -> str:
    units = standing.units
    if not units:
        return ""
    sent = _("; đã gửi {sent} / {n} đơn vị").format(
        sent=format_number(sum(s.sent for s in units)), n=format_number(len(units))
    )
    return sent + (_(", {n} đơn vị quá hạn").format(n=format_number(standing.late)) if standing.late else "")
