"""So sánh: two to six units of one level side by side, and what makes the difference."""

import streamlit as st

from assessment.comparison import FEWEST, MOST, ComparisonRefusedError
from language import _
from reports.comparison import comparison_file_name, comparison_workbook
from reports.labels import published_source, trial_label
from ui import gateway, gateway_comparison
from ui.address import select, select_several
from ui.comparison_view import (
    draw_criteria,
    draw_explanations,
    draw_groups,
    draw_history,
    draw_one_criterion,
    draw_places,
    group_options,
    kept_rows,
    of_another_level,
    usual_units,
)
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.ranking_view import unit_label
from ui.selection import as_of, choose_snapshot, listed_units, set_status
from ui.tables import use_table_style

guard("comparison")

with page_frame(_("So sánh")) as page:
    use_table_style()
    choice = choose_snapshot(scores=True)
    parents = gateway.parent_names(choice.now)
    page.about(
        as_of(choice),
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(choice.now),
        published=published_source(choice.now),
        trial=trial_label(choice.now),
    )
    units = select_several(
        _("Cơ quan, đơn vị so sánh (từ {fewest} đến {most})").format(fewest=FEWEST, most=MOST),
        "cac-don-vi",
        {u.code: unit_label(u, parents) for u in listed_units(choice)},
        default=usual_units(choice),
        most=MOST,
        unknown=lambda code: of_another_level(choice, code),
    )
    try:
        compared = gateway_comparison.compared_units(choice.now, choice.list_code, units, choice.then)
    except ComparisonRefusedError as refusal:
        st.info(str(refusal))
        st.stop()
    draw_places(choice, compared, parents)
    st.header(_("Chỉ số chính"), anchor=False)
    draw_groups(choice, compared, parents)
    st.header(_("Vì sao chênh lệch"), anchor=False)
    draw_explanations(compared, parents)
    st.header(_("Chỉ số thành phần"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        group = select(_("Chỉ số chính"), "nhom", group_options(compared))
        order = select(_("Sắp xếp theo"), "thu-tu", {"": _("Chênh lệch lớn nhất"), "bo": _("Thứ tự của bộ chỉ số")})
        kept = select(_("Hiển thị"), "hien", {"": _("Chỉ phần khác nhau"), "het": _("Tất cả")}, widget="segmented")
    rows = kept_rows(compared, group, order, only_differing=kept == "")
    draw_criteria(compared, rows, parents)
    st.header(_("Số liệu và cách tính của một chỉ số thành phần"), anchor=False)
    draw_one_criterion(choice, compared, parents)
    st.header(_("Diễn biến"), anchor=False)
    draw_history(choice, compared, parents)
    download_row(
        "comparison",
        (_("Tải Excel"), lambda: comparison_workbook(compared), comparison_file_name(compared)),
    )
