"""The ASGI object that `streamlit run app.py` serves; everything else lies in the packages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from anyio import to_thread

from ui.cores import keep_to_one
from ui.errors import show_failure
from ui.middleware import MIDDLEWARE
from ui.routes import ROUTES
from ui.startup import announce, port, prepare, send_at_once
from ui.unchanging import work_out_once


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """The database is ready before the first request; the address is on the console."""
    send_at_once()
    work_out_once()
    await to_thread.run_sync(prepare)
    keep_to_one(port())
    announce()
    yield


app = st.App(
    "ui/script/main.py",
    routes=ROUTES,
    middleware=MIDDLEWARE,
    lifespan=lifespan,
    on_script_error=show_failure,
)
