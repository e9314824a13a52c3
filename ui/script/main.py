"""Every run of a session: page settings, navigation, who is signed in, then the page itself."""

import streamlit as st

from ui.account_box import draw_account_box, draw_session_ended
from ui.identity import SessionEndedError, signed
from ui.menu import menu
from ui.navigation import ICON, tab_title
from ui.outage import waited_out
from ui.run import turn
from ui.selection import begin_with_own_unit
from ui.unsaved import draw_unsaved

# An explicit icon: without one the navigation icon becomes it, fetched from another host.
st.set_page_config(page_icon=str(ICON), layout="wide")
with waited_out(), turn():
    try:
        found = signed()
    except SessionEndedError:
        found = None
    chosen = st.navigation(menu(None if found is None else found.identity.role), expanded=True)
    st.set_page_config(page_title=tab_title(chosen.title))
    if found is None:
        draw_session_ended()
        st.stop()
    begin_with_own_unit(found.identity)
    draw_account_box(found, chosen.url_path)
    draw_unsaved()
    chosen.run()
