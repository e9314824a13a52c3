"""Dự báo thẩm định: what appraisal will probably leave of the self scores, and on how much that rests."""

import streamlit as st

from language import _
from reports.cut_forecast import cut_forecast_file_name, cut_forecast_workbook
from ui import gateway, gateway_forecast
from ui.cut_forecast_view import draw_appraised, draw_back_test, draw_forecast, draw_summary, draw_unit
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.selection import as_of, choose_snapshot, set_status
from ui.tables import use_table_style

guard("cut_forecast")

with page_frame(_("Dự báo thẩm định")) as page:
    use_table_style()
    choice = choose_snapshot(comparison=False)
    page.about(
        as_of(choice),
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(choice.now),
    )
    found = gateway_forecast.level_forecast(choice.now).listed(choice.list_code)
    parents = gateway.parent_names(choice.now)
    draw_summary(found)
    st.header(_("Dự báo này đúng đến đâu"), anchor=False)
    draw_back_test(found)
    if not found.over:
        st.header(_("Từng cơ quan, đơn vị"), anchor=False)
        draw_forecast(choice, found, parents)
    if found.units:
        st.header(_("Mất điểm ở đâu"), anchor=False)
        draw_unit(choice, found, parents)
    if found.appraised:
        st.header(_("Đã có kết quả thẩm định"), anchor=False)
        draw_appraised(choice, found, parents)
    download_row("cut_forecast", (_("Tải Excel"), lambda: cut_forecast_workbook(found), cut_forecast_file_name(found)))
