"""Quản lý tài khoản: who may sign in, as the office and the administrator keep it."""

import streamlit as st

from language import _
from ui import gateway_accounts
from ui.account_view import (
    PLACE,
    chosen_accounts,
    draw_actions,
    draw_issued,
    draw_list,
    draw_new,
    role_filter,
    state_filter,
)
from ui.address import search, select
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.tables import use_table_style

identity = guard("accounts")

with page_frame(_("Quản lý tài khoản")):
    use_table_style()
    draw_outcome(PLACE)
    draw_issued()
    draw_new(identity, gateway_accounts.units())
    accounts = gateway_accounts.accounts(identity)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = search(_("Tìm tài khoản"), "tim-tai-khoan", _("Tên, đơn vị; không cần gõ dấu"))
        state = select(_("Trạng thái"), "trang-thai-tai-khoan", state_filter())
        role = select(_("Vai trò"), "vai-tro", role_filter())
    shown = chosen_accounts(accounts, words, state, role)
    if shown:
        draw_list(shown)
        st.header(_("Thao tác với một tài khoản"), anchor=False)
        names = {a.user_name: f"{a.user_name} – {a.full_name}" if a.full_name else a.user_name for a in shown}
        code = select(_("Chọn tài khoản"), "tai-khoan", names)
        draw_actions(identity, next(a for a in shown if a.user_name == code))
    elif accounts:
        st.info(_("Không có tài khoản nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
    else:
        st.info(_("Chưa có tài khoản nào. Hãy tạo tài khoản ở trên."))
