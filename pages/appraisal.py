"""Thẩm định: whoever appraises works through his queue, by criterion across units or by unit."""

from functools import partial

import streamlit as st

from language import _
from reports.appraisal import queue_file_name, queue_workbook
from ui import gateway, gateway_appraisal
from ui.address import select
from ui.appraisal_view import (
    BY_CRITERION,
    BY_UNIT,
    PLACE,
    choose_case,
    choose_level,
    choose_queue,
    draw_case,
    draw_counts,
    draw_earlier,
    draw_queue,
    draw_ruling,
    filtered,
    state_filter,
    with_named,
)
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_period import choose_period
from ui.selection import origin_of
from ui.tables import use_table_style

identity = guard("appraisal")

with page_frame(_("Thẩm định")) as page:
    use_table_style()
    notice = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = choose_period(gateway_appraisal.usual_period(identity))
        page.about(period.name, period_origin=origin_of(period), data_version=gateway.data_version())
        ended = gateway_appraisal.end_of(period)
        if ended is not None:
            notice.info(ended)
        everything = gateway_appraisal.tasks_of(identity, period)
        units = gateway_appraisal.units(period)
        level = choose_level(everything, units, ended=ended is not None)
        view = select(_("Xem"), "xem", {BY_CRITERION: _("Theo chỉ số"), BY_UNIT: _("Theo đơn vị")}, widget="segmented")
        state = select(_("Trạng thái"), "trang-thai", state_filter())
    own = [task for task in everything if task.key.unit in units and units[task.key.unit].level == level]
    draw_counts(own)
    shown = with_named(filtered(own, state), own)
    snapshot, after = gateway_appraisal.reported(period, level), gateway_appraisal.appraised(period, level)
    if not shown or snapshot is None or after is None:
        draw_outcome(PLACE)
        st.info(_("Không còn chỉ số nào ở trạng thái này. Hãy chọn trạng thái hoặc cấp khác."))
        st.stop()
    queue = gateway_appraisal.cases(identity, snapshot, after, choose_queue(view, shown, snapshot, units))
    draw_queue(view, queue)
    download_row(
        "appraisal_queue",
        (_("Tải Excel"), partial(queue_workbook, period, queue, snapshot), queue_file_name(period)),
    )
    case = choose_case(view, queue)
    draw_case(identity, period, case, snapshot)
    draw_ruling(identity, view, case, queue, snapshot)
    draw_earlier(identity, period, case, snapshot)
