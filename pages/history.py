"""Lịch sử: years beside each other, one unit over all months, an earlier year by this year's rules."""

import streamlit as st

from language import _, fold, sort_key
from reports.history import comparable_years, history_workbook, unit_file_name
from reports.labels import published_source, trial_label
from ui import gateway, gateway_history
from ui.address import search, select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.history_view import (
    choose_history,
    draw_level_chart,
    draw_lost,
    draw_rescored,
    draw_successions,
    draw_unit_chart,
    draw_unit_groups,
    draw_unit_years,
    draw_years,
    rescoring_choices,
)
from ui.ranking_view import unit_label
from ui.selection import set_status, stop_without_figures
from ui.tables import use_table_style

guard("history")

with page_frame(_("Lịch sử")) as page:
    use_table_style()
    stop_without_figures()
    choice = choose_history()
    history, parents = choice.history, gateway.parent_names(choice.history.chosen.snapshot)
    page.about(
        choice.place,
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(history.chosen.snapshot),
        published=published_source(*(year.snapshot for year in reversed(history.years))),
        trial=trial_label(history.chosen.snapshot),
    )
    views = {"khoi": _("Cả khối"), "don-vi": _("Một đơn vị")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = select(_("Phạm vi"), "pham-vi", views, widget="segmented")
        rules = select(_("Chấm theo"), "bo", rescoring_choices(), widget="segmented")
    again = gateway_history.scored_again(history) if rules else ()
    st.markdown(comparable_years(history))
    if rules and not again:
        st.info(_("Không có năm nào cần chấm lại: các năm đang hiển thị dùng cùng một bộ chỉ số."))

    unit = None
    if view == "khoi":
        draw_level_chart(choice, again)
        words = search(_("Tìm đơn vị"), "tim", _("Không cần gõ dấu"))
        wanted = fold(words)
        rows = [row for row in history.rows if wanted in fold(unit_label(row.unit, parents))]
        if rows:
            draw_years(choice, rows, parents, again)
        else:
            st.info(_("Không có cơ quan, đơn vị nào khớp từ tìm kiếm. Hãy xóa bớt từ tìm kiếm."))
    else:
        names = {row.unit.code: unit_label(row.unit, parents) for row in history.rows}
        code = select(_("Cơ quan, đơn vị"), "don-vi", dict(sorted(names.items(), key=lambda item: sort_key(item[1]))))
        unit = gateway_history.one_unit(history, code)
        st.header(names[code], anchor=False)
        draw_unit_chart(choice, unit, again)
        draw_unit_years(choice, code, again)
        draw_unit_groups(choice, code)
    for one in again:
        draw_rescored(one)
        draw_lost(one)
    draw_successions(choice, unit)
    units = gateway_history.units_in_time()
    download_row(
        "history",
        (
            _("Tải Excel"),
            lambda: history_workbook(history, units, again, unit),
            unit_file_name(history, unit),
        ),
    )
