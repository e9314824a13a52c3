"""What the last press of a button did: kept until the page is drawn again, and said once."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

Kind = Literal["success", "warning", "error"]


def tell(place: str, kind: Kind, sentence: str) -> None:
    """Keeps what to say. place: what the page calls the part that says it."""
    st.session_state[f"outcome_{place}"] = (kind, sentence)


def attempt(place: str, action: Callable[[], str], *refusals: type[Exception], refused: Kind = "error") -> None:
    """Does something and keeps what to say about it: the sentence that the action gives, or why it was refused.

    refusals: what it may be refused with, beside PermissionError. refused: how a refusal is drawn.
    """
    try:
        tell(place, "success", action())
    except (PermissionError, *refusals) as refusal:
        tell(place, refused, str(refusal))


def draw_outcome(place: str) -> None:
    """Says what was kept."""
    kind, sentence = st.session_state.pop(f"outcome_{place}", ("", ""))
    draw = {"success": st.success, "warning": st.warning, "error": st.error}.get(kind)
    if draw is not None:
        draw(sentence)
