"""Bộ chỉ số: what is scored, how two versions differ, how a version is brought from Excel and released."""

import streamlit as st

from assessment.permissions import Action, permitted
from assessment.publication import may_read_unpublished
from language import _
from reports.labels import set_name, set_status
from ui import gateway, gateway_sets
from ui.account_box import draw_sign_in_link
from ui.address import select
from ui.criteria_set_view import draw_browsing, without_period, without_publication
from ui.frame import page_frame
from ui.guard import guard
from ui.selection import LEVELS, level_names, origin_of
from ui.set_compare_view import draw_comparison
from ui.set_import_view import draw_import
from ui.set_release_view import draw_release
from ui.tables import use_table_style

identity = guard("criteria_sets")

with page_frame(_("Bộ chỉ số")) as page:
    use_table_style()
    periods = {str(p.id): p for p, _months in gateway.calendar()}
    views = {"tra-cuu": _("Tra cứu"), **({"so-sanh": _("So sánh phiên bản")} if periods else {})}
    if permitted(identity, Action.STORE_SET):
        views["nhap"] = _("Nhập từ Excel")
    if permitted(identity, Action.RELEASE_SET) and not identity.demonstration:
        views["ban-hanh"] = _("Ban hành")
    if not periods:
        inside = may_read_unpublished(identity)
        st.info(without_period(may_import="nhap" in views) if inside else without_publication())
        if not inside:
            draw_sign_in_link()
    view = select(_("Nội dung"), "xem", views, widget="segmented")
    names = level_names()
    level = select(_("Cấp"), "cap", {code: names[code] for code in LEVELS}, widget="segmented")
    period = periods[select(_("Kỳ đánh giá"), "ky", {code: p.name for code, p in periods.items()})] if periods else None
    criteria_set = gateway_sets.set_in_use(period, LEVELS[level])
    released = gateway_sets.is_released(criteria_set)
    page.about(
        " › ".join((period.name if period else _("Bộ tham chiếu đi kèm phần mềm"), names[level])),
        period_origin=origin_of(period) if period else "office",
        data_version=gateway.data_version(),
        set_status=f"{set_name(criteria_set)}, {set_status(criteria_set, released=released)}",
    )
    if view == "so-sanh" and period is not None:
        draw_comparison(LEVELS[level], period, may_import="nhap" in views)
    elif view == "nhap":
        draw_import(LEVELS[level], period)
    elif view == "ban-hanh":
        draw_release(LEVELS[level])
    else:
        st.header(str(criteria_set.title or criteria_set.id), anchor=False)
        draw_browsing(criteria_set, released=released)
