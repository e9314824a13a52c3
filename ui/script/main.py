"""Every run of a session: page settings, navigation, who is signed in, then the page itself."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui.account_box import draw_account_box, draw_session_ended
from ui.identity import SessionEndedError, signed
from ui.navigation import DEFAULT_SCREEN, ICON, SCREENS, is_listed, tab_title
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
    sections: dict[str, list[StreamlitPage]] = {}
    for s in SCREENS:
        # Every screen is registered for everybody, so that an address answers; its own guard refuses.
        shown = found is not None and is_listed(s, found.identity.role)
        page = st.Page(
            s.path,
            title=s.title(),
            icon=s.icon,
            url_path=s.url_path,
            default=s is DEFAULT_SCREEN,
            visibility="visible" if shown else "hidden",
        )
        sections.setdefault(s.section(), []).append(page)
    chosen = st.navigation(sections, expanded=True)
    st.set_page_config(page_title=tab_title(chosen.title))
    if found is None:
        draw_session_ended()
        st.stop()
    begin_with_own_unit(found.identity)
    draw_account_box(found, chosen.url_path)
    draw_unsaved()
    chosen.run()
