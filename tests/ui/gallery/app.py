"""An application that shows one of every widget we use, behind the product's own middleware."""

import streamlit as st

from ui.errors import show_failure
from ui.middleware import FRAME

app = st.App("script/main.py", middleware=FRAME, on_script_error=show_failure)
