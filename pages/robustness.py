"""Độ ổn định thứ hạng: how firm each place is, and whose place depends on a choice."""

import streamlit as st

from assessment.baseline import target_year
from language import _
from reports.labels import published_source, trial_label
from reports.robustness import robustness_file_name, robustness_workbook
from ui import gateway, gateway_outlook, gateway_robustness
from ui.address import select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.referee_view import draw_referee
from ui.robustness_view import (
    FLOORS,
    SCOPES,
    draw_geometric,
    draw_meaning,
    draw_ranges,
    draw_score,
    draw_sensitivity,
    draw_sentences,
    draw_summary,
    draw_table,
    floor_names,
    scope_names,
)
from ui.selection import as_of, choose_snapshot, set_status
from ui.tables import use_table_style

guard("robustness")

with page_frame(_("Độ ổn định thứ hạng")) as page:
    use_table_style()
    choice = choose_snapshot(comparison=False, scores=True)
    page.about(
        as_of(choice),
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(choice.now),
        published=published_source(choice.now),
        trial=trial_label(choice.now),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scope = SCOPES[select(_("Thay đổi trọng số theo"), "trong-so", scope_names(), widget="segmented")]
        floor = FLOORS[select(_("Mức sàn của trung bình nhân"), "san", floor_names())]
    stable = gateway_robustness.list_stability(choice.now, choice.list_code, scope, floor)
    parents = gateway.parent_names(choice.now)
    draw_score(stable)
    draw_summary(stable)
    st.header(_("Hạng của ai phụ thuộc vào cách chọn"), anchor=False)
    draw_sentences(stable)
    st.header(_("Nếu trọng số khác đi"), anchor=False)
    draw_meaning(stable)
    if stable.units:
        draw_ranges(choice, stable, parents)
    draw_table(choice, stable, parents)
    st.header(_("So sánh cách xử lý nội dung không áp dụng"), anchor=False)
    draw_referee(choice, stable.referee, parents)
    st.header(_("Trung bình cộng và trung bình nhân"), anchor=False)
    draw_geometric(choice, stable, parents)
    st.header(_("Hạng toàn quốc của tỉnh phụ thuộc vào đâu"), anchor=False)
    base_year = int(
        select(_("Tính từ kết quả năm"), "nam-goc", {str(y): str(y) for y in gateway_outlook.known_base_years()})
    )
    draw_sensitivity(base_year)
    job = gateway_robustness.sensitivity_job(base_year)
    found = None if job is None else job.result
    download_row(
        "robustness",
        (
            _("Tải Excel"),
            lambda: robustness_workbook(stable, found, base_year, target_year(base_year)),
            robustness_file_name(stable),
        ),
    )
