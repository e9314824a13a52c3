"""Nhập số liệu: a unit types its year, sees every point as it types, and sends it through its head."""

import streamlit as st

from assessment.permissions import Action, permitted
from assessment.submissions import ReportPlace
from language import _
from ui import gateway, gateway_reports
from ui.address import select
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_file_view import draw_file
from ui.report_form_view import chosen_criteria, draw_group, draw_put_off, draw_table
from ui.report_period import choose_among, draw_closed
from ui.report_view import PLACE, draw_moved, draw_standing, draw_steps
from ui.selection import month_name, origin_of, set_status
from ui.tables import use_table_style

identity = guard("report")

with page_frame(_("Nhập số liệu")) as page:
    use_table_style()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period = choose_among(gateway_reports.report_periods(identity))
        units = {u.code: u for u in gateway_reports.units(period, identity)}
        if not units:
            st.info(_("Kỳ đánh giá này không có đơn vị nào thuộc phạm vi của bạn."))
            st.stop()
        unit = units[select(_("Cơ quan, đơn vị"), "don-vi", {code: u.name_vi for code, u in units.items()})]
    place = ReportPlace(period.id, unit.key)
    snapshot = gateway_reports.shown_snapshot(period, unit.level)
    form = gateway_reports.form(identity, place, snapshot)
    page.about(
        f"{period.name} › {month_name(snapshot.month)} › {unit.name_vi}",
        period_origin=origin_of(period),
        data_version=gateway.data_version(),
        set_status=set_status(snapshot),
    )
    draw_closed(form.closed)
    draw_put_off(form)
    others = gateway_reports.others_present(identity, place)
    if others:
        st.info(_("Đang cùng mở biểu này: {names}.").format(names=", ".join(others)))
    draw_standing(form)
    draw_moved(form)
    draw_outcome(PLACE)
    draw_steps(identity, form)
    groups = {g.code: g for g in snapshot.criteria_set.groups if form.criteria_of(g)}
    left = {code: sum(form.open_in(c) for c in form.criteria_of(g)) for code, g in groups.items()}
    first = next((code for code, n in left.items() if n), next(iter(groups)))
    names = {code: f"{g.name} ({left[code]})" if left[code] else str(g.name) for code, g in groups.items()}
    group = groups[select(_("Chỉ số chính (số chỉ số còn thiếu)"), "chi-so", names, default=first)]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        usual = "thieu" if left[group.code] and not form.closed else "tat-ca"
        wanted = {"thieu": _("Còn thiếu"), "tat-ca": _("Tất cả")}
        shown = select(_("Hiển thị"), "loc-so-lieu", wanted, default=usual, widget="segmented")
        views = {"bieu": _("Biểu mẫu"), "bang": _("Bảng, dán từ Excel"), "tep": _("Tệp Excel")}
        if form.closed:
            # There is nothing to paste, to fill in or to bring back.
            views = {"bieu": _("Biểu mẫu"), "bang": _("Bảng")}
        view = select(_("Cách xem") if form.closed else _("Cách nhập"), "cach-nhap", views, widget="segmented")
    criteria = chosen_criteria(form, group, everything=shown == "tat-ca")
    if view == "tep":
        draw_file(identity, form)
    elif not criteria:
        st.success(_("Chỉ số chính này đã đủ số liệu."))
    elif view == "bang":
        writable = form.is_open and permitted(identity, Action.ENTER_FIGURES, unit=place.unit)
        draw_table(form, criteria, writable=writable)
    else:
        draw_group(identity, form, criteria)
