"""Reasons that are typed at Thẩm định and not written yet: they wait in the session, and the reader is told so.

Nobody but the appraiser may read them before he rules, so that they are stored nowhere; the browser asks before it
throws them away with the page (assets/leaving.js).
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from language import _, format_number

_WAITING = "unsaved_waiting"


def waiting() -> Mapping[str, str]:
    """The reasons that wait, by the key of their form."""
    return st.session_state.setdefault(_WAITING, {})


def keep(key: str, text: str) -> None:
    """A reason waits, as it was typed; an empty one no longer does."""
    if text.strip():
        st.session_state[_WAITING] = {**waiting(), key: text}
    else:
        drop(key)


def drop(key: str) -> None:
    """A reason no longer waits."""
    st.session_state[_WAITING] = {k: text for k, text in waiting().items() if k != key}


def unsaved_field(key: str) -> DeltaGenerator:
    """Room for the field of a reason, which the browser looks into before it leaves the page."""
    return st.container(key=f"unsaved_field_{key}")


def draw_unsaved() -> None:
    """In the sidebar of every screen: how many reasons wait, and what would become of them."""
    if not waiting():
        return
    with st.sidebar.container(key="unsaved_reasons"):
        st.caption(
            _(
                "**Chưa ghi**: lý do đã gõ cho {n} chỉ số ở màn hình Thẩm định. Tải lại trang hoặc rời phần mềm thì các lý do này "
                "mất."
            ).format(n=format_number(len(waiting())))
        )
