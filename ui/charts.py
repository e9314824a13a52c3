"""Charts in one manner: the same colour for the same main index, Vietnamese numbers, a source, and the table."""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from language import _
from reports.labels import demonstration_label

# Chosen by search so that the eight scored main indices stay apart for normal sight and for the three kinds of
# colour blindness (Machado, Oliveira, Fernandes 2009), and stand out 3:1 from the page in both themes.
MAIN_INDEX_COLOURS: Mapping[str, str] = {
    "NT": "#2d96ff",
    "TC": "#875a3c",
    "HT": "#784bc3",
    "NL": "#5aa500",
    "AT": "#c35ac3",
    "CQ": "#0f7878",
    "KT": "#b48796",
    "XH": "#78875a",
    "DT": "#7d8790",
}
SERIES_COLOURS = tuple(MAIN_INDEX_COLOURS[code] for code in ("CQ", "NT", "AT", "TC", "NL", "HT", "KT", "XH"))
"""Colours of up to eight units in one chart, in the order in which they are taken."""
SERIES_MARKERS = ("circle", "diamond", "square", "triangle-up", "x", "triangle-down", "star", "cross")
"""Shapes beside the colours: a unit is known by both."""
ACCENT = "#0f7878"
MUTED = "#7d8790"
CONTRAST = "#b35f00"
"""What stands against the accent (a loss, a published level, the best of the list): apart from it for the
colour-blind too."""
SEQUENTIAL = (
    "#e3f1f2", "#c5e2e4", "#a5d1d5", "#83bfc5", "#60abb3", "#41969f", "#28808a", "#156a74", "#0a545d", "#053f46",
)  # fmt: skip
DIVERGING = (
    "#7f3b08", "#a85a17", "#cb8440", "#e4b27e", "#f2dcc0", "#cde6e8", "#93c8cd", "#57a5ad", "#247f89", "#0a545d",
)  # fmt: skip

TEXT_COLOURS = {"light": "#0f191d", "dark": "#e6edef"}
DARK_LETTERS, LIGHT_LETTERS = "#10191c", "#ffffff"
"""On a coloured mark; not the colour of the page's letters, which follows the theme while the mark does not."""
PAGE_COLOURS = {"light": "#ffffff", "dark": "#10181c"}
_GRID_COLOURS = {"light": "#d5dee1", "dark": "#33444b"}
TITLE_LETTERS, NOTE_LETTERS = 44, 60
"""Letters of a line of a chart's title and of the notes below it: they fit a screen 390 pixels wide."""
PLOT_HEIGHT, LEAST_PLOT = 450, 60
"""Height of a chart that names none, and the least that is left to what is drawn in it, in pixels."""
AXIS_ROOM, LEGEND_ROW = 34, 20
"""Heights of the marks of an axis and of a row of the legend below them, in pixels."""
MOST_RANKS = 10
"""Ranks that are written along an axis; of more every fifth, tenth and so on."""
_STRAIGHT = frozenset({"bar", "heatmap", "scatter", "waterfall"})
"""Kinds of traces that are drawn on straight axes."""
_FONT = '"Source Sans", sans-serif'


def _theme() -> str:
    return "dark" if st.context.theme.type == "dark" else "light"


def text_colour() -> str:
    """The colour of letters and of edges that must stand out, in the reader's theme.

    The style sheet knows both colours and has whatever is drawn in them follow a theme that changes after the run.
    """
    return TEXT_COLOURS[_theme()]


def main_index_colour(code: str) -> str:
    """The colour of a main index by its code (NT … XH, DT); the muted grey for any other code."""
    return MAIN_INDEX_COLOURS.get(code, MUTED)


def colour_scale(colours: tuple[str, ...]) -> list[tuple[float, str]]:
    """The colours as a plotly colour scale from 0 to 1."""
    last = len(colours) - 1
    return [(i / last, colour) for i, colour in enumerate(colours)]


def rank_axis(last: int) -> dict[str, Any]:
    """An axis of ranks from the first to the last of a list: whole ranks alone are written, with room at both ends."""
    step = next((n for n in (1, 5, 10, 20, 50) if last <= n * MOST_RANKS), 100)
    return {"range": [0.3, last + 0.7], "tickvals": sorted({1, *range(step, last + 1, step)})}


Drawing = Mapping[str, Any]
"""A chart as plotly describes it: its traces under `data`, and its `layout`."""


class _Laid(go.Figure):
    """A chart that is drawn as it is described. Plotly builds a model of every part of a figure, checks it and copies it
    when it is sent, which takes a third of a page's time; the tests check what every screen draws."""

    def __init__(self, drawing: dict[str, Any]) -> None:
        self._drawing = drawing

    def to_dict(self) -> dict[str, Any]:
        return self._drawing


def vietnamese_layout(
    figure: go.Figure | Drawing,
    *,
    title: str,
    unit: str | None = None,
    source: str | None = None,
    demonstration: bool = False,
) -> dict[str, Any]:
    """The figure laid out: comma as decimal sign, theme colours, title with unit, source.

    The background is that of the page, so that the letters of a saved picture stand out wherever it is put. source and
    the demonstration label are drawn inside the picture, so that they stay on it when it is saved; lines are short
    enough for a telephone, because a picture does not know how wide it will be.
    """
    colour = TEXT_COLOURS[_theme()]
    heading = _wrapped(title if unit is None else f"{title} ({unit})", TITLE_LETTERS)
    notes = [demonstration_label()] if demonstration else []
    if source:
        notes += _wrapped(_("Nguồn: {source}").format(source=source), NOTE_LETTERS)
    layout = {
        "separators": ",.",
        "paper_bgcolor": PAGE_COLOURS[_theme()],
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 13, "color": colour},
        "title": {
            "text": "<br>".join(heading),
            "subtitle": {"text": "<br>".join(notes), "font": {"size": 11, "color": colour}},
            "x": 0,
            "xanchor": "left",
            "xref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 10 + 9 * (len(heading) - 1), "l": 2},
            "font": {"size": 15},
        },
        "margin": {"l": 8, "r": 8, "t": 30 + 19 * len(heading) + 15 * len(notes), "b": 40},
        "hoverlabel": {"font": {"family": _FONT}},
        "uirevision": "keep",
    }
    drawn = figure.to_plotly_json() if isinstance(figure, go.Figure) else figure
    own = drawn["layout"]
    below = _below_the_axis(drawn, layout["margin"]["t"])
    layout["legend"] = {"orientation": "h", "y": below, "yanchor": "top", **own.get("legend", {})}
    axes = {axis: _axis() for axis in _axes(drawn["data"], own)}
    return {"data": drawn["data"], "layout": {**_merged(own, layout | axes), "template": {}}}


def _below_the_axis(drawn: Drawing, top: int) -> float:
    """Where a legend begins below the marks of the axis, as plotly counts: in heights of what is drawn.

    On a telephone every name of the legend has a row of its own, and least height is left. top: of the margin.
    """
    names = {trace["name"] for trace in drawn["data"] if trace.get("name") and trace.get("showlegend") is not False}
    height = drawn["layout"].get("height", PLOT_HEIGHT)
    return -AXIS_ROOM / max(LEAST_PLOT, height - top - AXIS_ROOM - LEGEND_ROW * len(names))


def _axis() -> dict[str, Any]:
    grid = _GRID_COLOURS[_theme()]
    colours = {"gridcolor": grid, "zerolinecolor": grid, "linecolor": grid}
    return {"automargin": True, "separatethousands": True} | colours


def _axes(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> set[str]:
    """Names of the straight axes of a figure: those that its layout names, and the first two where a trace uses them."""
    named = {name for name in layout if re.fullmatch(r"[xy]axis\d*", name)}
    return named | {"xaxis", "yaxis"} if any(trace["type"] in _STRAIGHT for trace in traces) else named


def _merged(own: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Both together, to the innermost dictionary; what is added wins."""
    both = {
        name: _merged(own[name], value)
        for name, value in added.items()
        if isinstance(value, Mapping) and isinstance(own.get(name), Mapping)
    }
    return {**own, **added, **both}


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters)


def chart_config(file_name: str, *, demonstration: bool = False) -> dict[str, Any]:
    """Plotly's settings: no logo, only the picture button, Vietnamese words.

    file_name: name of a saved picture without extension; a demonstration picture gets the prefix TRINH-DIEN_.
    """
    return {
        "displaylogo": False,
        "responsive": True,
        "locale": "vi",
        "locales": {"vi": _plotly_words()},
        "modeBarButtons": [["toImage"]],
        "showTips": False,
        "toImageButtonOptions": {"filename": ("TRINH-DIEN_" if demonstration else "") + file_name, "scale": 2},
    }


def _plotly_words() -> dict[str, Any]:
    return {
        "dictionary": {
            "Download plot as a PNG": _("Tải về ảnh PNG"),
            "Download plot": _("Tải về ảnh"),
            "Taking snapshot - this may take a few seconds": _("Đang tạo ảnh, đề nghị chờ vài giây"),
            "Snapshot succeeded": _("Đã tạo ảnh"),
            "Sorry, there was a problem downloading your snapshot!": _("Không tạo được ảnh"),
            "Double-click to zoom back out": _("Bấm đúp để trở lại"),
        },
        "format": {
            "days": ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
            "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
            "months": [f"Tháng {m}" for m in range(1, 13)],
            "shortMonths": [f"Th{m}" for m in range(1, 13)],
            "date": "%d/%m/%Y",
            "decimal": ",",
            "thousands": ".",
        },
    }


def waterfall(
    names: Sequence[str], start: float, steps: Sequence[float], texts: Sequence[str], rising: str, falling: str
) -> Mapping[str, Any]:
    """The trace of steps between two totals, from top to bottom. rising, falling: colours of steps that add and that
    take away."""
    return {
        "type": "waterfall",
        "orientation": "h",
        "y": names,
        "x": [start, *steps, 0],
        "measure": ["absolute", *["relative"] * len(steps), "total"],
        "text": texts,
        "textposition": "outside",
        "cliponaxis": False,
        "increasing": {"marker": {"color": rising}},
        "decreasing": {"marker": {"color": falling}},
        "totals": {"marker": {"color": MUTED}},
        "connector": {"line": {"color": MUTED, "width": 1}},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def show_chart(
    figure: go.Figure | Drawing,
    key: str,
    title: str,
    source: str,
    table: Callable[[], pd.DataFrame] | pd.DataFrame,
    *,
    unit: str | None = None,
    demonstration: bool = False,
    summary: str | None = None,
) -> None:
    """Draw the chart, its source, and the table behind it in an expander that is filled only when opened.

    key: unique on the page; also names a saved picture. table: the figures drawn, or a function that makes them
    when asked. summary: what the chart shows, for those who cannot see it; without it the title.
    """
    st.plotly_chart(
        _Laid(vietnamese_layout(figure, title=title, unit=unit, source=source, demonstration=demonstration)),
        key=key,
        theme=None,
        width="stretch",
        config=chart_config(key, demonstration=demonstration),
        alt=summary or title,
    )
    expander = st.expander(_("Bảng số liệu của biểu đồ"), key=f"{key}_table", on_change="rerun")
    if expander.open:
        with expander:
            st.table(table() if callable(table) else table)
