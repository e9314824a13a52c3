"""Nhập số liệu: where the report stands, and the ways on."""

import datetime as dt
from collections.abc import Callable, Mapping

import streamlit as st
from markupsafe import Markup

from assessment.deadlines import LONGEST, Due
from assessment.drafts import confirm_copied, copy_figures
from assessment.evidence import NewEvidence, add_signed_report, received
from assessment.evidence_content import ENDINGS
from assessment.permissions import Action, Identity, permitted
from assessment.reasons import MOST_REASON
from assessment.report_form import ReportForm
from assessment.sending import SignedReport, approve_and_send, hand_to_head, return_report, take_back
from assessment.submissions import report_state_name
from data.database import draft_session, write_session
from data.models import PeriodState
from language import _, format_date, format_moment, format_number, local_day
from reports.follow_up import due_text
from reports.wording import entry_text
from ui import gateway, outcome
from ui.clock import now
from ui.evidence_parts import document_list, draw_notice, sent_file
from ui.figures import figure, figures
from ui.gateway_evidence import store
from ui.gateway_reports import earlier_figures
from ui.plain import plain
from ui.results_way import draw_way_to_results
from ui.tables import Column, details, draw, table
from ui.texts import text_box, text_line

PLACE = "report"


def attempt(action: Callable[[Identity], str], place: str = PLACE) -> None:
    """Does something as whoever is signed in just now, and keeps what to say about it where the page says it."""
    outcome.attempt(place, action)


def remind(due: Due | None) -> None:
    """Says that a deadline has passed or is near, to whoever still has something to send."""
    if due is not None and due.is_over:
        st.warning(_("Đã quá hạn gửi: {due}. Đề nghị hoàn thành và gửi sớm.").format(due=due_text(due)))
    elif due is not None and due.days_left <= 3:
        st.info(_("Sắp đến hạn gửi: {due}.").format(due=due_text(due)))


def draw_standing(form: ReportForm) -> None:
    """State, deadline, how much is there, and the score as if it were sent now."""
    record, asked, missing = form.record, len(form.asked), len(form.missing)
    long = record.state == PeriodState.AWAITING_HEAD and not form.closed
    with figures():
        figure(_("Trạng thái"), report_state_name(form.state, closed=bool(form.closed)), wide=True, long=long)
        figure(
            _("Số liệu đã có"),
            f"{format_number(asked - missing)} / {format_number(asked)}",
            _("còn thiếu {n}").format(n=format_number(missing)) if missing else None,
        )
        figure(
            _("Điểm tự đánh giá tạm tính"),
            format_number(form.total, 2, missing="–"),
            _("tính cả số liệu chưa gửi") if record.is_with_the_unit else None,
            wide=True,
        )
        if form.due is not None:
            name = _("Hạn giải trình") if record.is_told else _("Hạn gửi")
            figure(name, format_date(form.due.day), due_text(form.due).partition(", ")[2])
    if record.is_with_the_unit:
        remind(form.due)
    if record.return_reason and record.is_with_the_unit:
        st.warning(_("Cơ quan thường trực trả lại để bổ sung: {reason}").format(reason=plain(record.return_reason)))
    if record.taken_back_reason and form.is_open:
        st.warning(_("Trả lại người nhập: {reason}").format(reason=plain(record.taken_back_reason)))
    if record.state == PeriodState.SENT:
        st.success(
            _("Đã gửi lúc {time} theo báo cáo số {number} ngày {date}.").format(
                time=format_moment(record.changed_at or now()),
                number=plain(record.report_number or ""),
                date=format_date(record.report_date or local_day(now())),
            )
        )
        if form.signed_report is not None:
            draw(document_list((form.signed_report,), _("Báo cáo đã ký")))


def draw_moved(form: ReportForm) -> None:
    """Which figures others moved since the unit let the report go: from what to what, and when."""
    if not form.moved:
        return
    waiting = form.record.state == PeriodState.AWAITING_HEAD
    since = _("từ khi trình lãnh đạo đơn vị") if waiting else _("sau khi gửi")
    names = len({figure.name for figure in form.moved})
    st.warning(
        _(
            "{n} số liệu của báo cáo này đã thay đổi {since} do số liệu hệ thống, đơn vị cung cấp số liệu hoặc tệp nhập."
        ).format(n=format_number(names), since=since)
    )
    columns = [
        Column(_("Số liệu")),
        Column(_("Trước"), "right"),
        Column(_("Nay"), "right"),
        Column(_("Lúc"), "nowrap"),
    ]
    rows = [[f.name, f.before or "–", f.after or "–", format_moment(f.moment)] for f in form.moved]
    caption = _("Số liệu thay đổi {since}").format(since=since)
    draw(table(columns, rows, caption=caption, stack=True))


def draw_steps(identity: Identity, form: ReportForm) -> None:
    """The ways on from where the report stands, for whoever may take them."""
    own, seen = form.place.unit, form.record.version
    if form.record.is_told:
        draw_way_to_results(identity, own, form.place.period_id)
    if form.closed:
        return
    if form.is_open and permitted(identity, Action.ENTER_FIGURES, unit=own):
        with st.container(horizontal=True):
            st.button(
                _("Trình lãnh đạo đơn vị duyệt"),
                key="report_hand_over",
                on_click=attempt,
                args=(lambda who: _hand_over(who, form, seen),),
            )
            earlier = earlier_figures(form)
            if earlier is not None and form.missing:
                name, texts = earlier
                st.button(
                    _("Chép số liệu kỳ {name} vào ô còn thiếu").format(name=name),
                    key="report_copy",
                    on_click=attempt,
                    args=(lambda who: _copy(who, form, texts),),
                )
            copied = [code for code, line in form.lines.items() if line.copied]
            if copied:
                st.button(
                    _("Xác nhận {n} số liệu đã chép").format(n=format_number(len(copied))),
                    key="report_confirm",
                    on_click=attempt,
                    args=(lambda who: _confirm(who, form, copied),),
                )
    if form.record.state == PeriodState.AWAITING_HEAD:
        if permitted(identity, Action.APPROVE_REPORT, unit=own):
            _draw_changes(form)
            _draw_approval(form, seen)
        if permitted(identity, Action.ENTER_FIGURES, unit=own):
            _draw_reason(
                "report_take_back", _("Trả lại để nhập tiếp"), lambda who, why: _take_back(who, form, why, seen)
            )
    if form.record.state == PeriodState.SENT and permitted(identity, Action.RETURN_REPORT, unit=own):
        _draw_return(form, seen)


def _hand_over(identity: Identity, form: ReportForm, seen: int) -> str:
    with write_session(gateway.engine()) as session:
        hand_to_head(session, identity, form.place, form.snapshot, seen, now())
    return _("Đã trình lãnh đạo đơn vị duyệt.")


def _copy(identity: Identity, form: ReportForm, texts: Mapping[str, str]) -> str:
    empty = {line.entry.code for line in form.missing}
    with draft_session(gateway.engine()) as session:
        kept = {code: text for code, text in texts.items() if code in empty}
        count = copy_figures(session, identity, form.place, form.entries, kept, now())
    return _("Đã chép {n} số liệu; hãy kiểm tra từng số rồi xác nhận.").format(n=format_number(count))


def _confirm(identity: Identity, form: ReportForm, codes: list[str]) -> str:
    with draft_session(gateway.engine()) as session:
        count = confirm_copied(session, identity, form.place, form.entries, codes, now())
    return _("Đã xác nhận {n} số liệu.").format(n=format_number(count))


def _take_back(identity: Identity, form: ReportForm, reason: str, seen: int) -> str:
    with write_session(gateway.engine()) as session:
        take_back(session, identity, form.place, reason, seen, now())
    return _("Đã trả lại để nhập tiếp.")


def _draw_reason(key: str, title: str, act: Callable[[Identity, str], str]) -> None:
    with st.form(key, border=True):
        text_box(_("Lý do"), MOST_REASON, key=f"{key}_reason", height=80)
        st.form_submit_button(
            title,
            on_click=lambda: attempt(lambda who: act(who, str(st.session_state[f"{key}_reason"]))),
        )


def _draw_changes(form: ReportForm) -> None:
    """What the head lets go: every figure that sending changes, with who typed it."""
    columns = [
        Column(_("Số liệu")),
        Column(_("Đang lưu"), "right"),
        Column(_("Sẽ gửi"), "right"),
        Column(_("Người nhập")),
        Column(_("Lúc"), "nowrap"),
    ]
    criteria = form.snapshot.criteria_set.by_code
    rows = [
        [
            form.entries.name_of(line.entry.code),
            entry_text(line.entry, criteria, line.stored) if line.stored else "–",
            entry_text(line.entry, criteria, line.text),
            form.people.get(line.draft.account_id or 0, "–"),
            format_moment(line.draft.changed_at),
        ]
        for line in form.changed
        if line.draft is not None
    ]
    if not rows:
        st.info(_("Không có số liệu nào thay đổi so với số liệu đang lưu."))
        return
    caption = _("Số liệu thay đổi khi gửi")
    summary = _("{n} số liệu thay đổi khi gửi").format(n=format_number(len(rows)))
    body = table(columns, rows, caption=caption, stack=True)
    draw(details(Markup("{}").format(summary), body, kind="dti-plain"))


def _draw_approval(form: ReportForm, seen: int) -> None:
    with st.form("report_send", border=True):
        st.markdown(_("**Duyệt và gửi** — theo báo cáo tự đánh giá đã ký"))
        number, day = st.columns(2)
        with number:
            text_line(_("Số, ký hiệu báo cáo"), 100, key="report_number", placeholder=_("ví dụ 123/BC-STTTT"))
        day.date_input(_("Ngày ký"), key="report_date", format="DD/MM/YYYY", value=local_day(now()))
        st.file_uploader(_("Báo cáo đã ký (PDF, ảnh, Office)"), ENDINGS, key="report_file")
        text_line(_("Hoặc đường dẫn của báo cáo đã ký"), 2000, key="report_link", placeholder="https://")
        draw_notice("report")
        if form.missing:
            st.caption(
                _("Còn {n} số liệu chưa có; các chỉ số thiếu số liệu không được tính điểm.").format(
                    n=format_number(len(form.missing))
                )
            )
        st.form_submit_button(_("Duyệt và gửi"), on_click=lambda: attempt(lambda who: _send(who, form, seen)))


def _send(identity: Identity, form: ReportForm, seen: int) -> str:
    day: dt.date | None = st.session_state["report_date"]
    number, signed_on = str(st.session_state["report_number"]), day or local_day(now())
    document = NewEvidence(
        number,
        signed_on,
        form.unit.name_vi,
        _("Báo cáo tự đánh giá của {unit}, {period}").format(unit=form.unit.name_vi, period=form.snapshot.period.name),
        link=str(st.session_state["report_link"] or ""),
        notice_read=bool(st.session_state["report_notice"]),
    )
    files = store()
    with received(files, sent_file("report_file")) as file, write_session(gateway.engine()) as session:
        evidence = add_signed_report(session, files, identity, form.place.unit, document, file, now())
        report = SignedReport(number, signed_on, evidence)
        approve_and_send(session, identity, form.place, form.snapshot, report, seen, now())
    return _("Đã duyệt và gửi báo cáo đến cơ quan thường trực.")


def _draw_return(form: ReportForm, seen: int) -> None:
    with st.form("report_return", border=True):
        st.markdown(_("**Trả lại để bổ sung**"))
        text_box(_("Lý do, nội dung cần bổ sung"), MOST_REASON, key="report_return_reason", height=80)
        st.number_input(_("Số ngày làm việc để bổ sung"), 1, LONGEST, 5, key="report_return_days")
        st.form_submit_button(_("Trả lại"), on_click=lambda: attempt(lambda who: _return(who, form, seen)))


def _return(identity: Identity, form: ReportForm, seen: int) -> str:
    reason, days = str(st.session_state["report_return_reason"]), int(st.session_state["report_return_days"])
    with write_session(gateway.engine()) as session:
        record = return_report(session, identity, form.place, reason, days, seen, now())
    return _("Đã trả lại; đơn vị bổ sung trước hết ngày {day}.").format(
        day=format_date(record.due_on or local_day(now()))
    )
