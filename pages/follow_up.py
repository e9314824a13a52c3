"""Theo dõi báo cáo: the office sees who stands where, sets deadlines, and opens any unit's form."""

import streamlit as st

from data.models import PeriodState
from language import _
from reports.follow_up import follow_up_file_name, follow_up_workbook
from reports.labels import level_name
from ui import gateway, gateway_reports, gateway_supply
from ui.address import search, select
from ui.dispute_view import draw_disputes
from ui.downloads import download_row
from ui.follow_up_view import (
    chosen_standings,
    draw_board,
    draw_counts,
    draw_deadlines,
    draw_suppliers,
    state_filter,
    workbooks_of,
)
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_period import choose_among, draw_closed
from ui.report_view import PLACE
from ui.selection import origin_of
from ui.system_figures_view import draw_system_figures
from ui.tables import use_table_style

identity = guard("follow_up")

with page_frame(_("Theo dõi báo cáo")) as page:
    use_table_style()
    draw_outcome(PLACE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = choose_among(gateway_reports.report_periods(identity))
        closing = gateway_reports.closing(period)
        closed, published = bool(closing), period.state == PeriodState.PUBLISHED
        levels = {"": _("Tất cả"), **{level: level_name(level) for level in gateway_reports.REPORTING}}
        level = select(_("Cấp"), "cap", levels)
        state = select(_("Trạng thái"), "trang-thai", state_filter(closed=closed, published=published))
        words = search(_("Tìm đơn vị"), "tim", _("Tên hoặc mã; không cần gõ dấu"))
    page.about(period.name, period_origin=origin_of(period), data_version=gateway.data_version())
    draw_closed(closing)
    standings = gateway_reports.period_standings(identity, period)
    draw_counts(standings, closed=closed, published=published)
    st.header(_("Thời hạn"), anchor=False)
    draw_deadlines(identity, period, gateway_reports.deadlines_of(period.id), closed=closed)
    st.header(_("Báo cáo của từng đơn vị"), anchor=False)
    suppliers = gateway_supply.board(identity, period)
    shown = chosen_standings(standings, level, state, words)
    if shown:
        draw_board(identity, period, shown)
        download_row(
            "follow_up",
            (_("Tải Excel"), lambda: follow_up_workbook(period, shown, suppliers), follow_up_file_name(period)),
            *(() if closed else workbooks_of(identity, period, shown)),
        )
    else:
        st.info(_("Không có báo cáo nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
    st.header(_("Đơn vị cung cấp số liệu"), anchor=False)
    draw_suppliers(identity, period, suppliers, closed=closed)
    draw_disputes(identity, period, standings, closed=closed)
    if not closed:
        draw_system_figures(identity, period)
