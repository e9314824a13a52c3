"""Key figures: cards beside each other that wrap on a narrow screen."""

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

FIGURE_WIDTH = 168
"""Width of a card in pixels: two stand beside each other on a screen 390 pixels wide."""


WIDE_FIGURE = 240
"""Width of a card with a long label, which a narrow one would cut off."""
LONG_FIGURE = 340
"""Width of a card whose value is a long word, which else would be cut off; one stands alone on a narrow screen."""


def figures() -> DeltaGenerator:
    """The row that key figures stand in; used as a block."""
    return st.container(horizontal=True, gap="small")


def figure(
    label: str,
    value: str,
    change: str | None = None,
    *,
    arrow: Literal["up", "down", "off"] = "off",
    wide: bool = False,
    long: bool = False,
) -> None:
    """One key figure with its change since the compared snapshot."""
    st.metric(
        label,
        value,
        delta=change,
        delta_color="off",
        delta_arrow=arrow,
        border=True,
        width=LONG_FIGURE if long else WIDE_FIGURE if wide else FIGURE_WIDTH,
        height="stretch",
    )


def arrow_of(change: float | None) -> Literal["up", "down", "off"]:
    """The arrow of a change; none for a change of nothing."""
    if not change:
        return "off"
    return "up" if change > 0 else "down"
