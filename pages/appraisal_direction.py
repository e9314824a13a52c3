"""Tổ chức thẩm định: the office takes reports into appraisal, assigns, re-checks, and tells units; leaders watch."""

import streamlit as st

from language import _, local_day
from reports.appraisal import appraisal_file_name, appraisal_workbook
from ui import gateway, gateway_appraisal
from ui.appraisal_direction_view import (
    PLACE,
    choose_level,
    draw_counts,
    draw_load,
    draw_progress,
    draw_steps,
)
from ui.clock import now
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_period import choose_period
from ui.selection import origin_of
from ui.tables import use_table_style

identity = guard("appraisal_direction")

with page_frame(_("Tổ chức thẩm định")) as page:
    use_table_style()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = choose_period()
        everybody = gateway_appraisal.standings(identity, period)
        level = choose_level(everybody)
    page.about(period.name, period_origin=origin_of(period), data_version=gateway.data_version())
    ended = gateway_appraisal.end_of(period)
    if ended is not None:
        st.info(ended)
    everything = gateway_appraisal.tasks_of(identity, period)
    standings = [s for s in everybody if s.unit.level == level]
    units = gateway_appraisal.units(period)
    tasks = [t for t in everything if t.key.unit in units and units[t.key.unit].level == level]
    loads = gateway_appraisal.load_of(identity, period)
    draw_counts(period, standings, tasks)
    st.header(_("Tiến độ theo đơn vị"), anchor=False)
    draw_progress(period, standings, tasks)
    download_row(
        "appraisal",
        (
            _("Tải Excel"),
            lambda: appraisal_workbook(period, everybody, everything, loads, local_day(now())),
            appraisal_file_name(period),
        ),
    )
    st.header(_("Khối lượng và thời hạn"), anchor=False)
    draw_load(loads)
    snapshot = gateway_appraisal.reported(period, level)
    # Where the steps are: the top of the page is out of sight from here.
    draw_outcome(PLACE)
    if snapshot is not None and ended is None:
        draw_steps(identity, period, standings, tasks, snapshot)
