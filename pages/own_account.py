"""Tài khoản của tôi: who I am here, my password, my second factor, where I am signed in."""

import streamlit as st

from language import _
from ui import gateway_accounts
from ui.frame import page_frame
from ui.guard import guard
from ui.identity import signed
from ui.own_account_view import draw_facts, draw_security, draw_sessions
from ui.tables import use_table_style

identity = guard("own_account")

with page_frame(_("Tài khoản của tôi")):
    use_table_style()
    draw_facts(identity)
    st.header(_("Bảo mật"), anchor=False)
    draw_security(second_factor=signed().second_factor)
    st.header(_("Phiên đăng nhập"), anchor=False)
    draw_sessions(gateway_accounts.sessions(identity), signed().session_id)
