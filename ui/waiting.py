"""Waiting for long work on a page: a part of it refreshes itself, and its end draws the whole page again."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.guard import guard
from ui.jobs import Job
from ui.lasting import go_on

REFRESH_SECONDS = 1.0


def wait_for(job: Job[Any], page_id: str, draw: Callable[[], None] | None = None) -> None:
    """Draws the page again when the job ends; to be called while it is not finished. draw: what is shown meanwhile."""

    @st.fragment(run_every=REFRESH_SECONDS)
    def waiting() -> None:
        guard(page_id)
        if job.finished:
            go_on()
        if draw is not None:
            draw()

    waiting()


def draw_progress(job: Job[Any], words: str, key: str, stop: str) -> None:
    """How far the job is, and a button that stops it. key, stop: of the button, and what stands on it."""
    st.progress(job.done, text=words)
    if st.button(stop, key=key):
        job.cancel()
