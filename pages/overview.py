"""Tổng quan: where the province stands, who leads, which targets are met, what needs attention."""

import streamlit as st

from assessment.overview import in_step
from language import _
from reports.labels import published_source, trial_label
from reports.overview import (
    other_year_note,
    overview_file_name,
    overview_workbook,
    risk_note,
    targets_note,
)
from reports.period_standing import period_step_text
from ui import gateway, gateway_outlook, gateway_overview
from ui.address import select
from ui.appraisal_direction_view import draw_progress_line
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard, may_open
from ui.overview_view import (
    ATTENTION,
    LEADERS,
    OUTLOOK_SCREENS,
    TARGETS,
    chosen_statuses,
    draw_attention,
    draw_national,
    draw_podiums,
    draw_step,
    draw_target_bars,
    draw_target_counts,
    draw_targets,
    parts,
    state_options,
)
from ui.selection import choose_moment, origin_of, set_status, stop_without_figures
from ui.tables import contents, draw, use_table_style
from ui.waiting import wait_for

identity = guard("overview")

with page_frame(_("Tổng quan")) as page:
    use_table_style()
    published = gateway_overview.published()
    filters = st.container(horizontal=True, vertical_alignment="bottom")
    links = st.container()
    st.header(_("Vị trí của tỉnh trên toàn quốc"), anchor=False)
    st.caption(_("Số liệu đã công bố, không phải số liệu trình diễn."))
    years = gateway_outlook.known_base_years() if all(may_open(identity, own) for own in OUTLOOK_SCREENS) else ()
    outlook = (years[0], gateway_outlook.standing_job(years[0])) if years else None
    draw_national(published.places, published.totals, outlook)
    if outlook is not None and not outlook[1].finished:
        wait_for(outlook[1], "overview")
    stop_without_figures()
    with filters:
        moment = choose_moment(scores=gateway_overview.SCORES)
    shown = gateway_overview.overview_of(moment.period.id, moment.month, moment.then, moment.stage)
    standing = gateway_overview.standing(identity, moment.period)
    shown = in_step(shown, gateway_overview.asked(identity, standing))
    step = "" if standing is None else period_step_text(standing)
    headings = parts(shown)
    with links:
        draw_step(step)
        draw(contents(headings.items()))
    page.about(
        moment.text,
        period_origin=origin_of(moment.period),
        data_version=gateway.data_version(),
        set_status=set_status(shown.province),
        published=published_source(*shown.province.levels.values()),
        trial=trial_label(*shown.province.levels.values()),
    )
    st.header(headings[ATTENTION], anchor=ATTENTION)
    draw_attention(shown, moment)
    draw_progress_line(identity, moment.period)
    st.header(headings[LEADERS], anchor=LEADERS)
    draw_podiums(shown, moment, gateway.parent_names(shown.province.levels["commune"]))
    st.header(headings[TARGETS], anchor=TARGETS)
    st.caption(" ".join(filter(None, (targets_note(), risk_note(shown), other_year_note(shown)))))
    draw_target_counts(shown.statuses)
    draw_target_bars(shown, moment)
    state = select(_("Trạng thái chỉ tiêu"), "trang-thai", state_options(shown.statuses))
    kept = chosen_statuses(shown.statuses, state)
    if kept:
        draw_targets(shown, kept, moment)
    else:
        st.info(_("Không có chỉ tiêu nào ở trạng thái này."))
    download_row(
        "overview",
        (
            _("Tải Excel"),
            lambda: overview_workbook(shown, published.places, published.totals, step),
            overview_file_name(shown),
        ),
    )
