"""Sentences that are said once and yet stay while a page only goes on by itself, as at the end of long work."""

from typing import NoReturn

import streamlit as st

_ASKED, _GOES_ON = "goes_on_next", "goes_on"


def go_on() -> NoReturn:
    """Draw the page again without the reader having done anything."""
    st.session_state[_ASKED] = True
    st.rerun()


def begin_run() -> None:
    """Notes whether this run of a page is one that it asked for itself; once at its start."""
    st.session_state[_GOES_ON] = bool(st.session_state.pop(_ASKED, False))


def lasting(name: str, sentence: str | None) -> str | None:
    """What to say in this run: the sentence, or, where there is none and the page only goes on, the one before."""
    key = f"said_{name}"
    if sentence is None and st.session_state.get(_GOES_ON):
        return st.session_state.get(key)
    st.session_state[key] = sentence
    return sentence
