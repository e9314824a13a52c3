"""Every run of a session: page settings, navigation, then the page itself."""

import streamlit as st

from language import _
from ui.navigation import DEFAULT_SCREEN, ICON, SCREENS

# An explicit icon: without one the navigation icon becomes it, fetched from another host.
st.set_page_config(page_title=_("DTI Bà Rịa - Vũng Tàu"), page_icon=str(ICON), layout="wide")
pages = [
    st.Page(s.path, title=s.title(), icon=s.icon, url_path=s.url_path, default=s is DEFAULT_SCREEN) for s in SCREENS
]
# One list without headings: Streamlit puts headings between the items of its list, which screen readers cannot count.
st.navigation(pages, expanded=True).run()
