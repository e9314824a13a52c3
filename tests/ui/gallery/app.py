"""An application that shows one of every widget we use, behind the product's own middleware."""

import streamlit as st

from ui.errors import show_failure
from ui.middleware import MIDDLEWARE

app = st.App("script/main.py", middleware=MIDDLEWARE, on_script_error=show_failure)
