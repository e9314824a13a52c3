"""Thứ hạng toàn quốc: the 63 provinces year by year, what is published and what is only bounded, each with its source."""

import streamlit as st

from assessment.permissions import Action, permitted
from data.reference.national import OUR_PROVINCE
from language import _
from reports.national import national_csv, national_file_name, national_workbook
from ui import gateway, gateway_national
from ui.address import search, select, select_several
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.national_import import draw_import
from ui.national_view import (
    chosen_rows,
    draw_details,
    draw_facts,
    draw_history,
    draw_intervals,
    draw_map,
    draw_superseded,
    draw_table,
    free_places_note,
    map_value_names,
    order_names,
    state_names,
)
from ui.tables import use_table_style

identity = guard("national")

with page_frame(_("Thứ hạng toàn quốc")) as page:
    use_table_style()
    years = {str(year): str(year) for year in gateway_national.years()}
    year = select(_("Năm"), "nam", years, widget="segmented")
    shown = gateway_national.year(int(year))
    page.about(
        _("Chỉ số chuyển đổi số cấp tỉnh (DTI) › Năm {year}").format(year=year),
        period_origin="office",
        data_version=gateway.data_version(),
    )
    draw_facts(shown)
    views = {
        "": _("Bảng"),
        "khoang": _("Biểu đồ"),
        "o": _("Sơ đồ ô"),
        "qua-nam": _("Qua các năm"),
        "chi-so": _("Chỉ số chính"),
    }
    if permitted(identity, Action.STORE_NATIONAL):
        views["nhap"] = _("Nhập bảng đầy đủ hơn")
    view = select(_("Cách xem"), "xem", views, widget="segmented")
    if view in ("", "khoang"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            words = search(_("Tìm tỉnh, thành phố"), "tim-tinh", _("Không cần gõ dấu"))
            state = select(_("Số liệu"), "so-lieu", state_names())
            order = select(_("Sắp xếp theo"), "thu-tu", order_names())
        if note := free_places_note(shown):
            st.caption(note)
        rows = chosen_rows(shown, words, state, order)
        if not rows:
            st.info(_("Không có tỉnh, thành phố nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
        elif view == "":
            draw_table(shown, rows)
        else:
            draw_intervals(shown, rows)
    elif view == "o":
        kind = select(_("Màu của ô"), "mau", map_value_names(), widget="segmented")
        draw_map(shown, kind)
    elif view == "qua-nam":
        others = {row.code: row.name for row in shown.rows if row.code != OUR_PROVINCE}
        chosen = select_several(_("So với tỉnh, thành phố (nhiều nhất 6)"), "tinh-so-sanh", others, default=(), most=6)
        st.caption(
            _(
                "Bộ chỉ số của Bộ thay đổi giữa các năm (năm 2020 có cấu trúc khác, từ năm 2021 có tám chỉ số chính), nên mức "
                "điểm của năm này không so sánh được với năm khác. Vạch đứng là khoảng điểm hoặc các vị trí còn lại khi chưa "
                "công bố; vạch ngang ở biểu đồ thứ hạng là hạng 15."
            )
        )
        draw_history(gateway_national.history(), [OUR_PROVINCE, *chosen])
    elif view == "chi-so":
        draw_details(shown)
    else:
        draw_import(shown)
    if shown.superseded and view in ("", "nhap"):
        draw_superseded(shown)
    download_row(
        "national",
        (_("Tải Excel"), lambda: national_workbook(shown), national_file_name(shown, "xlsx")),
        (_("Tải CSV"), lambda: national_csv(shown), national_file_name(shown, "csv")),
    )
