"""Dư địa tăng điểm: every open step by national points per effort, for the province and for one unit."""

import streamlit as st

from assessment.efforts import level_names
from language import _, fold
from reports.base_line import reference_points_sentence
from reports.path import edition_text, prices_csv, prices_file_name, prices_workbook
from ui import gateway, gateway_path
from ui.address import search, select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.path_form import SHORT_LEVELS, unit_options
from ui.price_view import ROWS, draw_components, draw_steps, price_rows
from ui.selection import choose_month, origin_of, set_status, stop_without_figures
from ui.tables import use_table_style

guard("price_list")

with page_frame(_("Dư địa tăng điểm")) as page:
    use_table_style()
    stop_without_figures()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period, month = choose_month()
        views = {"buoc": _("Từng bước"), "thanh-phan": _("Gộp theo thành phần cấp tỉnh")}
        view = select(_("Cách xem"), "xem-du-dia", views, widget="segmented")
    ground = gateway_path.ground(period.id, month)
    page.about(
        f"{period.name} › {ground.snapshot.name}",
        period_origin=origin_of(period),
        data_version=gateway.data_version(),
        set_status=set_status(ground.snapshot),
    )
    st.caption(f"{reference_points_sentence()} {edition_text(ground)}")
    rows = price_rows(period.id, month)
    if view == "buoc":
        levels = {SHORT_LEVELS[code]: name for code, name in level_names().items()}
        codes = {short: code for code, short in SHORT_LEVELS.items()}
        indices = {g.code: f"{g.code} {g.name}" for g in ground.snapshot.criteria_set.groups if g.kind == "scored"}
        owners = {row.price.step.effort.owner: ground.scope.owner_name(row.price.step.effort.owner) for row in rows}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            level = select(_("Cấp"), "cap-du-dia", {"": _("Tất cả"), **levels})
            unit = select(_("Cơ quan, đơn vị"), "don-vi", {"": _("Toàn tỉnh"), **unit_options(ground)})
            index = select(_("Chỉ số chính"), "nhom", {"": _("Tất cả"), **indices})
            owner = select(_("Đơn vị chủ trì"), "chu-tri", {"": _("Tất cả"), **owners})
            words = fold(search(_("Tìm"), "tim-du-dia", _("Không cần gõ dấu")))
            most = ROWS[select(_("Số dòng"), "so-dong", {code: code for code in ROWS})]
        rows = tuple(
            row
            for row in rows
            if (not level or row.level == codes[level])
            and (not unit or row.price.step.unit == unit)
            and (not index or index in row.main_indices)
            and (not owner or row.price.step.effort.owner == owner)
            and words in row.searched
        )
        if rows:
            draw_steps(ground, rows, most)
        else:
            st.info(_("Không có bước nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
    else:
        draw_components(ground)
    prices = [row.price for row in rows]
    download_row(
        "prices",
        (_("Tải Excel"), lambda: prices_workbook(ground, prices), prices_file_name(ground, "xlsx")),
        (_("Tải CSV"), lambda: prices_csv(ground, prices), prices_file_name(ground, "csv")),
    )
