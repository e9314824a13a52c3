"""Xếp hạng: who stands where, who moved, how sure the place is."""

import streamlit as st

from assessment.snapshots import ScoreStage
from language import _, fold
from reports.labels import published_source, trial_label
from reports.ranking import ranking_csv, ranking_file_name, ranking_workbook
from ui import gateway
from ui.address import search, select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.rank_history_view import draw_rank_history
from ui.ranking_view import (
    choose_area,
    draw_bars,
    draw_heat_map,
    draw_summary,
    draw_table,
    draw_tiles,
    draw_way_to_comparison,
    sorted_rows,
    unit_label,
)
from ui.selection import as_of, choose_snapshot, set_status
from ui.tables import use_table_style

guard("ranking")

with page_frame(_("Xếp hạng")) as page:
    use_table_style()
    choice = choose_snapshot(scores=True)
    page.about(
        as_of(choice),
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(choice.now),
        published=published_source(choice.now),
        trial=trial_label(choice.now),
    )
    ranked = gateway.ranking_table(choice.now, choice.list_code, choice.then)
    parents = gateway.parent_names(choice.now)
    draw_summary(ranked)

    views = {"bang": _("Bảng"), "cot": _("Biểu đồ cột"), "nhiet": _("Biểu đồ nhiệt")}
    views |= {"o": _("Sơ đồ ô")}
    if choice.now.stage is ScoreStage.SELF:
        # Of the other scores there is one month.
        views |= {"dien-bien": _("Diễn biến")}
    view = select(_("Cách xem"), "xem", views, widget="segmented")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = search(_("Tìm đơn vị"), "tim", _("Không cần gõ dấu"))
        bands = {"": _("Tất cả"), **{str(i): str(b.name) for i, b in enumerate(choice.now.criteria_set.bands)}}
        band = select(_("Xếp loại"), "loai", bands)
        area = choose_area(parents)
        orders = {"": _("Hạng"), "ten": _("Tên đơn vị"), "tang": _("Tăng hạng nhiều nhất")}
        orders |= {str(i): f"{g.code} {g.name}" for i, g in enumerate(ranked.groups)}
        order = select(_("Sắp xếp theo"), "sap-xep", orders)

    wanted = fold(words)
    rows = [
        row
        for row in ranked.rows
        if wanted in fold(unit_label(row.unit, parents))
        and (not band or row.band == bands[band])
        and (not area or row.unit.parent_code == area)
    ]
    rows = sorted_rows(rows, order)
    if not rows:
        st.info(_("Không có cơ quan, đơn vị nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
    elif view == "bang":
        draw_table(choice, ranked, rows, parents)
    elif view == "cot":
        draw_bars(choice, ranked, rows, parents)
    elif view == "dien-bien":
        draw_rank_history(choice, [row.unit.code for row in rows], parents)
    elif view == "o":
        draw_tiles(choice, ranked, rows, parents)
    else:
        draw_heat_map(choice, ranked, rows, parents)
    draw_way_to_comparison(choice, rows)
    download_row(
        "ranking",
        (_("Tải Excel"), lambda: ranking_workbook(ranked), ranking_file_name(ranked, "xlsx")),
        (_("Tải CSV"), lambda: ranking_csv(ranked), ranking_file_name(ranked, "csv")),
    )
