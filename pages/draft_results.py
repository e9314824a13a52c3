"""Kết quả thẩm định: a unit reads what appraisal has found of it, explains or agrees, and supplies what is missing."""

from functools import partial

import streamlit as st

from assessment.frozen import FrozenMismatchError
from language import _
from reports.draft_results import results_file_name, results_workbook
from ui import gateway, gateway_explaining
from ui.address import only, select
from ui.downloads import download_row
from ui.draft_results_view import (
    PLACE,
    chosen_lines,
    draw_answers,
    draw_criteria,
    draw_figures,
    draw_lines,
    draw_waiting,
    extra_criterion,
)
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.selection import month_name, origin_of, set_status
from ui.tables import use_table_style

identity = guard("draft_results")

with page_frame(_("Kết quả thẩm định")) as page:
    use_table_style()
    found = gateway_explaining.periods(identity)
    if not found:
        st.info(_("Đơn vị chưa có kỳ đánh giá nào nên chưa có kết quả thẩm định."))
        st.stop()
    names = {number: period.name for number, (period, _unit) in found.items()}
    number = select(_("Kỳ đánh giá"), "ky", names, default=gateway_explaining.usual(found))
    period, unit = found[number]
    only(_("Cơ quan, đơn vị"), "don-vi", unit.code, unit.name_vi)
    results = gateway_explaining.results(identity, period, unit)
    try:
        published = gateway_explaining.publications(period, unit)
    except FrozenMismatchError as mismatch:
        st.error(str(mismatch))
        published = ()
    if results is None:
        draw_outcome(PLACE)
        page.about(f"{period.name} › {unit.name_vi}", period_origin=origin_of(period))
        draw_waiting(period, gateway_explaining.standing(gateway_explaining.place_in(period, unit)), published)
        st.stop()
    page.about(
        f"{period.name} › {month_name(results.snapshot.month)} › {unit.name_vi}",
        period_origin=origin_of(period),
        data_version=gateway.data_version(),
        set_status=set_status(results.snapshot),
    )
    draw_figures(results, published)
    lines = chosen_lines(results)
    draw_lines(results, lines)
    draw_criteria(identity, results, extra_criterion(results))
    draw_answers(identity, results)
    # Where it was pressed: the top of the page is out of sight from here.
    draw_outcome(PLACE)
    download_row(
        "draft_results", (_("Tải Excel"), partial(results_workbook, results, published), results_file_name(results))
    )
