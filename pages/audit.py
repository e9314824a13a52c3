"""Nhật ký hệ thống: who did what, when, from what to what and why."""

import streamlit as st

from assessment.permissions import Action, Reach, reach
from language import _
from ui import gateway_audit
from ui.audit_view import PAGE, draw_files, draw_filters, draw_opened, draw_page, number_asked
from ui.frame import page_frame
from ui.guard import guard
from ui.tables import use_table_style

identity = guard("audit")

with page_frame(_("Nhật ký hệ thống")):
    use_table_style()
    if reach(identity, Action.READ_AUDIT) == Reach.OWN:
        st.caption(_("Chỉ gồm những việc liên quan đến {unit}.").format(unit=identity.unit_name or _("đơn vị mình")))
    sought, account, unit_name = draw_filters(identity, gateway_audit.accounts(identity), gateway_audit.units(identity))
    draw_opened(identity)
    shown = gateway_audit.page(identity, sought, number_asked(PAGE) or 1)
    if shown.entries:
        draw_page(shown)
        draw_files(identity, sought, account, unit_name)
    else:
        st.info(_("Không có mục nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
