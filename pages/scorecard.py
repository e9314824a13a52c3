"""Phiếu điểm: one unit, its score, rank, trend, and the receipt of every point."""

import streamlit as st

from assessment.roles import Role
from language import _
from reports.labels import published_source, trial_label
from reports.scorecard import scorecard_file_name, scorecard_workbook
from ui import gateway, gateway_robustness
from ui.address import select
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard, may_open
from ui.rank_change_view import draw_rank_change
from ui.ranking_view import draw_other_rules, unit_label
from ui.receipt_view import chosen_receipts, draw_receipts, draw_small_denominators, filter_names
from ui.scorecard_view import (
    RECEIPTS,
    draw_contents,
    draw_contributions,
    draw_figures,
    draw_radar,
    draw_stages,
    draw_standings,
    draw_todo,
    draw_trend,
)
from ui.selection import as_of, choose_snapshot, listed_units, set_status
from ui.tables import use_table_style

identity = guard("scorecard")

with page_frame(_("Phiếu điểm")) as page:
    use_table_style()
    choice = choose_snapshot(scores=True)
    parents = gateway.parent_names(choice.now)
    members = listed_units(choice)
    unit = select(_("Cơ quan, đơn vị"), "don-vi", {u.code: unit_label(u, parents) for u in members})
    card = gateway.unit_scorecard(choice.now, choice.list_code, unit, choice.then)
    name = unit_label(card.place.unit, parents)
    page.about(
        f"{as_of(choice)} › {name}",
        period_origin=choice.origin,
        data_version=gateway.data_version(),
        set_status=set_status(choice.now),
        published=published_source(choice.now),
        trial=trial_label(choice.now),
    )
    st.header(name, anchor=False)
    draw_figures(card, parents)
    draw_stages(choice, unit)
    draw_other_rules(choice.now, choice.then)
    # What is still to be done is for those who can do it: whoever is not signed in reads what came out.
    todo = identity.role != Role.PUBLIC and not card.passed_over
    draw_contents(card, todo=todo)
    draw_standings(choice, card, parents)
    radar_column, trend_column = st.columns(2)
    with radar_column:
        draw_radar(choice, card)
    with trend_column:
        draw_trend(choice, card)
    if not card.passed_over:
        st.header(_("Vì sao hạng thay đổi"), anchor=False)
        draw_rank_change(choice, gateway_robustness.unit_rank_change(choice.now, choice.list_code, unit, choice.then))
    if todo:
        draw_todo(choice, card, plans=may_open(identity, "price_list"))
    st.header(_("Diễn giải cách tính điểm"), anchor=RECEIPTS)
    draw_contributions(card)
    draw_small_denominators(card)
    kept = select(_("Hiển thị"), "loc", filter_names(), widget="segmented")
    receipts = chosen_receipts(card.receipts, kept)
    if receipts:
        draw_receipts(card, receipts)
    else:
        st.info(_("Không có chỉ số thành phần nào thuộc nhóm này."))
    download_row("scorecard", (_("Tải Excel"), lambda: scorecard_workbook(card), scorecard_file_name(card)))
