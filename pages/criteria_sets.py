"""Bộ chỉ số: what is scored, by which rule, from which figures, on what ground."""

import streamlit as st

from language import _
from reports.criteria_set import criteria_set_file_name, criteria_set_workbook
from ui import gateway
from ui.address import search, select
from ui.criteria_set_view import draw_criteria, draw_groups, draw_head, group_names
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.selection import LEVELS, level_names, origin_of, set_status, stop_without_periods
from ui.tables import use_table_style

guard("criteria_sets")

with page_frame(_("Bộ chỉ số")) as page:
    use_table_style()
    stop_without_periods()
    names = level_names()
    level = select(_("Cấp"), "cap", {code: names[code] for code in LEVELS}, widget="segmented")
    periods = {str(p.id): p for p, _months in gateway.calendar()}
    period = select(_("Kỳ đánh giá"), "ky", {code: p.name for code, p in periods.items()})
    criteria_set = gateway.criteria_set(periods[period].id, LEVELS[level])
    page.about(
        " › ".join((periods[period].name, names[level])),
        period_origin=origin_of(periods[period]),
        data_version=gateway.data_version(),
        set_status=set_status(criteria_set),
    )
    st.header(str(criteria_set.title or criteria_set.id), anchor=False)
    draw_head(criteria_set)
    draw_groups(criteria_set)
    search_column, group_column = st.columns(2)
    with search_column:
        words = search(_("Tìm chỉ số"), "tim-chi-so", _("Tên, mã, số liệu, điều khoản; gõ không dấu cũng được"))
    with group_column:
        group = select(_("Chỉ số chính"), "nhom", {"": _("Tất cả"), **dict(group_names(criteria_set))})
    if not draw_criteria(criteria_set, words, group, gateway.agency_names(), gateway.targets()):
        st.info(_("Không có chỉ số thành phần nào khớp. Hãy bớt từ tìm kiếm hoặc chọn «Tất cả»."))
    download_row(
        "criteria_set",
        (_("Tải Excel"), lambda: criteria_set_workbook(criteria_set), criteria_set_file_name(criteria_set)),
    )
