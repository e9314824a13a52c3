"""Theo dõi báo cáo: who stands where, and the deadlines that the office sets."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from assessment.deadlines import LONGEST, DeadlineRecord, Reporting, reporting_names, set_day_off, set_deadline
from assessment.follow_up import ReportStanding
from assessment.permissions import Action, Identity, permitted
from assessment.submissions import ReportState, ToldState, report_state_name, told_state
from assessment.supplying import SupplyForm
from assessment.working_days import DayOff
from data.database import write_session
from data.models import SUBMISSION_STATES, SUPPLIERS, PeriodState
from data.repositories import PeriodRecord
from language import _, fold, format_date, format_moment, format_number, local_day
from reports.follow_up import due_text, sending_text
from reports.unit_workbook import unit_workbooks, unit_workbooks_name
from ui import gateway
from ui.clock import now
from ui.evidence_view import FLAGGED
from ui.figures import figure, figures
from ui.gateway_reports import REPORTING, books, shared_fault
from ui.report_view import attempt
from ui.tables import Column, draw, link, table
from ui.texts import text_line

LATE, SENT_LATE = "qua-han", "gui-muon"
_WITH_DEADLINE: tuple[Reporting, ...] = (*REPORTING, SUPPLIERS)


def _states(*, closed: bool, published: bool) -> dict[ReportState, str]:
    """Where reports can stand, with the names of that.

    closed: in a period that takes no more figures. published: in one whose results are.
    """
    told: list[ReportState] = list(dict.fromkeys(told_state(s, closed=closed) for s in SUBMISSION_STATES))
    at = told.index(PeriodState.AWAITING_EXPLANATION)
    # The council has passed no report whose unit could still explain.
    told[at : at + 1] = [] if published else [PeriodState.AWAITING_EXPLANATION, ToldState.EXPLAINED]
    told.append(PeriodState.PUBLISHED if published else ToldState.APPRAISED)
    return {state: report_state_name(state, closed=closed) for state in told}


def state_filter(*, closed: bool, published: bool) -> dict[str, str]:
    """States to filter by, by their code in the address. closed, published: as for the counts."""
    named = {state.value: name for state, name in _states(closed=closed, published=published).items()}
    return {"": _("Tất cả"), LATE: _("Quá hạn"), SENT_LATE: _("Gửi muộn"), **named}


def chosen_standings(
    standings: Sequence[ReportStanding], level: str, state: str, words: str
) -> tuple[ReportStanding, ...]:
    """The reports that fit the filters."""
    wanted = fold(words)
    return tuple(
        s
        for s in standings
        if (not level or s.unit.level == level)
        and wanted in fold(f"{s.unit.name_vi} {s.unit.code}")
        and (not state or {LATE: s.is_late, SENT_LATE: s.was_late}.get(state, s.state == state))
    )


def draw_counts(standings: Sequence[ReportStanding], *, closed: bool, published: bool) -> None:
    """How many reports stand where. closed: whether the period takes no more figures. published: its results are."""
    with figures():
        for state, name in _states(closed=closed, published=published).items():
            figure(name, format_number(sum(s.state == state for s in standings)), wide=True)
        figure(_("Quá hạn"), format_number(sum(s.is_late for s in standings)))
        figure(_("Gửi muộn"), format_number(sum(s.was_late for s in standings)))


def draw_board(identity: Identity, period: PeriodRecord, standings: Sequence[ReportStanding]) -> None:
    """The reports as a table; every unit leads to its form."""
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Trạng thái")),
        Column(_("Số liệu đã có"), "right", _("Số liệu đã có trên số liệu phải báo cáo")),
        Column(_("Đang nhập"), "right", _("Số ô đã nhập, chưa gửi")),
        Column(_("Tài liệu cần xem"), "right", _("Tài liệu hết hiệu lực hoặc trùng tệp với đơn vị khác")),
        Column(
            _("Đổi sau khi gửi"),
            "right",
            _("Số liệu bị số liệu hệ thống, tệp nhập làm thay đổi từ khi đơn vị trình, gửi"),
        ),
        Column(_("Hạn gửi")),
        Column(_("Thay đổi gần nhất"), "nowrap"),
    ]
    rows = [
        [
            link(f"/nhap-so-lieu?{urlencode({'ky': period.id, 'don-vi': s.unit.code})}", s.unit.name_vi),
            report_state_name(s.state, closed=s.closed),
            f"{format_number(s.given)} / {format_number(s.asked)}",
            format_number(s.typed) if s.typed else "",
            _flagged(identity, s),
            format_number(s.moved) if s.moved else "",
            sending_text(s),
            "–" if s.last_change is None else format_moment(s.last_change),
        ]
        for s in standings
    ]
    draw(table(columns, rows, caption=_("{n} đơn vị").format(n=format_number(len(rows))), stack=True))


def _flagged(identity: Identity, standing: ReportStanding) -> Markup | str:
    if not standing.flagged:
        return ""
    count = format_number(standing.flagged)
    if not permitted(identity, Action.READ_EVIDENCE):
        return count
    chosen = {"trang-thai-tai-lieu": FLAGGED, "don-vi-tai-lieu": standing.unit.code}
    return link(f"/tai-lieu-kiem-chung?{urlencode(chosen)}", count)


def draw_suppliers(identity: Identity, period: PeriodRecord, forms: Sequence[SupplyForm], *, closed: bool) -> None:
    """How far the data suppliers have come; whoever may give their figures is led to them while they are taken."""
    if not forms:
        st.caption(_("Bộ chỉ số của kỳ này không giao số liệu nào cho đơn vị cung cấp số liệu."))
        return
    columns = [
        Column(_("Cơ quan")),
        Column(_("Số liệu"), "right", _("Số loại số liệu do cơ quan xác minh")),
        Column(
            _("Đã cung cấp"), "right", _("Số ô (mỗi đơn vị một ô cho mỗi số liệu) đã cung cấp trên số ô phải cung cấp")
        ),
        Column(_("Hạn cung cấp")),
        Column(_("Tài khoản"), "right"),
    ]
    linked = not closed and permitted(identity, Action.SUPPLY_FIGURES)
    rows = [
        [
            link(f"/cung-cap-so-lieu?{urlencode({'ky': period.id, 'co-quan': f.agency.code})}", str(f.agency.name))
            if linked
            else str(f.agency.name),
            format_number(len(f.figures)),
            f"{format_number(f.supplied)} / {format_number(f.asked)}",
            _("đã cung cấp đủ") if not f.lacking else _("chưa cung cấp đủ") if closed else due_text(f.due),
            format_number(f.accounts) if f.accounts else _("chưa có"),
        ]
        for f in forms
    ]
    draw(table(columns, rows, caption=_("{n} đơn vị cung cấp số liệu").format(n=format_number(len(rows))), stack=True))


def workbooks_of(
    identity: Identity, period: PeriodRecord, standings: Sequence[ReportStanding]
) -> tuple[tuple[str, Callable[[], bytes], str], ...]:
    """The download of the workbooks of the units that are shown, for whoever may see what all of them type."""
    if not permitted(identity, Action.READ_DRAFTS):
        return ()
    chosen = [s.unit for s in standings]
    return (
        (
            _("Tải mẫu cho các đơn vị đang lọc"),
            lambda: unit_workbooks(books(identity, period, chosen), period),
            unit_workbooks_name(period),
        ),
    )


def draw_deadlines(identity: Identity, period: PeriodRecord, found: dict[str, DeadlineRecord], *, closed: bool) -> None:
    """The deadline of each level and of the suppliers, and the forms with which the office sets them.

    closed: whether the period takes no more figures, and nothing is set.
    """
    columns = [Column(_("Cấp")), Column(_("Hạn gửi")), Column(_("Cách tính"))]
    names = reporting_names()
    rows = [
        [
            names[level],
            format_date(found[level].due_on) if level in found else _("chưa đặt"),
            _("{n} ngày làm việc kể từ {day}").format(
                n=format_number(found[level].working_days), day=format_date(found[level].counted_from)
            )
            if level in found
            else "",
        ]
        for level in _WITH_DEADLINE
    ]
    draw(table(columns, rows, caption=_("Thời hạn gửi báo cáo, cung cấp số liệu"), stack=True))
    if closed or not permitted(identity, Action.SET_DEADLINES):
        return
    with st.form("deadline", border=True):
        st.markdown(_("**Đặt thời hạn** — ngày bắt đầu không tính; trừ thứ bảy, chủ nhật và ngày nghỉ lễ"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(_("Cấp"), _WITH_DEADLINE, format_func=names.__getitem__, key="deadline_level")
            st.date_input(_("Tính từ ngày"), value=local_day(now()), format="DD/MM/YYYY", key="deadline_from")
            st.number_input(_("Số ngày làm việc"), 1, LONGEST, 10, key="deadline_days")
            st.form_submit_button(_("Đặt thời hạn"), on_click=lambda: _set_deadline(period, found))
    with st.expander(_("Ngày nghỉ, ngày làm bù riêng")):
        fault = shared_fault(identity)
        if fault:
            st.caption(_("Ngày nghỉ, ngày làm bù dùng chung cho mọi kỳ đánh giá. {fault}").format(fault=fault))
            return
        _draw_day_off()


def _draw_day_off() -> None:
    with st.form("day_off", border=False):
        st.caption(_("Chỉ cần ghi ngày khác với lịch nghỉ lễ chung; thời hạn đã đặt không tự đổi."))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.date_input(_("Ngày"), value=local_day(now()), format="DD/MM/YYYY", key="day_off_day")
            st.selectbox(_("Loại"), (False, True), format_func=_day_kind, key="day_off_working")
            text_line(_("Tên"), 200, key="day_off_name")
            text_line(_("Văn bản quy định"), 300, key="day_off_source")
            st.form_submit_button(_("Ghi"), on_click=_note_day_off)


def _day_kind(working: bool) -> str:
    return _("làm bù") if working else _("nghỉ")


def _set_deadline(period: PeriodRecord, found: dict[str, DeadlineRecord]) -> None:
    level: Reporting = st.session_state["deadline_level"]
    days, start = int(st.session_state["deadline_days"]), st.session_state["deadline_from"] or local_day(now())

    def act(identity: Identity) -> str:
        seen = found[level].version if level in found else 0
        with write_session(gateway.engine()) as session:
            record = set_deadline(session, identity, period, level, start, days, seen, now())
        name = reporting_names()[level]
        return _("Đã đặt hạn gửi của {level}: {day}.").format(level=name, day=format_date(record.due_on))

    attempt(act)


def _note_day_off() -> None:
    day = st.session_state["day_off_day"] or local_day(now())
    own = DayOff(
        day,
        bool(st.session_state["day_off_working"]),
        str(st.session_state["day_off_name"]),
        str(st.session_state["day_off_source"]),
    )

    def act(identity: Identity) -> str:
        with write_session(gateway.engine()) as session:
            set_day_off(session, identity, own, now())
        return _("Đã ghi ngày {day} là ngày {kind}.").format(day=format_date(day), kind=_day_kind(own.working))

    attempt(act)
