"""Cung cấp số liệu: an agency gives the figures that it owns, one figure at a time for all units of a level."""

import streamlit as st

from assessment.submissions import SubmissionRefusedError
from language import _
from ui import gateway, gateway_supply
from ui.address import select
from ui.dispute_view import draw_agency_disputes
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_period import choose_among
from ui.selection import month_name, origin_of
from ui.supply_view import PLACE, choose_agency, choose_figure, draw_figure, draw_file, draw_standing, draw_table
from ui.tables import use_table_style

identity = guard("supply")

with page_frame(_("Cung cấp số liệu")) as page:
    use_table_style()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        agency = choose_agency(identity)
        period = choose_among(gateway_supply.periods(identity))
    try:
        levels = {snapshot.level: snapshot for snapshot in gateway_supply.levels(period)}
    except SubmissionRefusedError as refused:
        st.info(str(refused))
        st.stop()
    form = gateway_supply.form(identity, agency, tuple(levels.values()))
    month = next(iter(levels.values())).month
    page.about(
        f"{period.name} › {month_name(month)} › {agency.name}",
        period_origin=origin_of(period),
        data_version=gateway.data_version(),
    )
    draw_standing(form)
    figure = choose_figure(form, levels)
    snapshot = levels[figure.level]
    draw_figure(figure)
    views = {"bang": _("Bảng, dán từ Excel"), "tep": _("Tệp Excel, CSV")}
    if select(_("Cách nhập"), "cach-cung-cap", views, widget="segmented") == "tep":
        draw_file(identity, figure, snapshot)
    else:
        draw_table(identity, figure, snapshot)
    draw_outcome(PLACE)
    draw_agency_disputes(identity, agency, tuple(levels.values()))
