"""A tile map (sơ đồ ô, không theo tỷ lệ): one cell a unit, laid out by place; unknown cells are hatched."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from language import _
from ui.charts import DARK_LETTERS, LIGHT_LETTERS, MUTED, SEQUENTIAL, text_colour

CELL_HEIGHT = 42
"""Height of a cell in pixels: a name on two lines and its value."""
LINE_LETTERS = 13
"""Letters of a value on one line of a cell."""
_GAP = 0.06


@dataclass(frozen=True, slots=True)
class Tile:
    """A cell. row 1 is on top, column 1 on the left; it covers `span` columns. label: name on short lines.

    value: what its colour shows, None when it is not known. shown: the value in words, on the cell and when pointed at.
    bounded: the value is a limit, not a published figure.
    """

    name: str
    label: str
    row: int
    column: int
    value: float | None
    shown: str
    span: int = 1
    bounded: bool = False
    highlighted: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """How values become colours: from least to most, the darkest for the most, or for the least when reversed."""

    title: str
    least: float
    most: float
    ticks: tuple[tuple[float, str], ...]
    reversed: bool = False

    @property
    def colours(self) -> tuple[str, ...]:
        """Colours from least to most; lightness alone tells them apart, whatever colours the reader sees."""
        return SEQUENTIAL[::-1] if self.reversed else SEQUENTIAL

    def colour(self, value: float) -> str:
        """The colour of a value; values beyond the ends have the colour of the end."""
        span = self.most - self.least
        share = 0.0 if span <= 0 else min(1.0, max(0.0, (value - self.least) / span))
        return self.colours[round(share * (len(self.colours) - 1))]


def _brightness(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.1, definition of relative luminance."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def letters_on(colour: str) -> str:
    """The letter colour that stands out more from a colour: dark or light."""
    bright, dark = _brightness(colour), _brightness(DARK_LETTERS)
    return LIGHT_LETTERS if 1.05 / (bright + 0.05) > (bright + 0.05) / (dark + 0.05) else DARK_LETTERS


def _letters(tile: Tile) -> str:
    """What stands on a cell: its name, and the value on lines that fit on a telephone."""
    name = f"<b>{tile.label}</b>" if tile.highlighted else tile.label
    return "<br>".join([name, *textwrap.wrap(tile.shown, LINE_LETTERS)])


def _cells(tiles: Sequence[Tile], name: str, letters: Sequence[str], marker: dict[str, object]) -> go.Bar:
    own = text_colour()
    edge = {
        "color": [own if t.highlighted else MUTED for t in tiles],
        "width": [3.5 if t.highlighted else 0.7 for t in tiles],
    }
    return go.Bar(
        name=name,
        x=[t.column + (t.span - 1) / 2 for t in tiles],
        y=[1 - _GAP] * len(tiles),
        base=[t.row - 0.5 + _GAP / 2 for t in tiles],
        width=[t.span - _GAP for t in tiles],
        text=[_letters(t) for t in tiles],
        customdata=[[t.name, t.shown] for t in tiles],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        constraintext="none",
        cliponaxis=False,
        textfont={"size": 10, "color": list(letters)},
        marker={**marker, "line": edge},
        showlegend=False,
    )


def _hatched(shape: str) -> dict[str, object]:
    return {
        "color": "rgba(0,0,0,0)",
        "pattern": {"shape": shape, "fgcolor": MUTED, "fgopacity": 0.55, "size": 7, "solidity": 0.12},
    }


def _coloured(tiles: Sequence[Tile], scale: Scale) -> go.Bar:
    colours = [scale.colour(t.value) for t in tiles if t.value is not None]
    letters = [letters_on(colour) for colour in colours]
    pattern = {
        "shape": ["." if t.bounded else "" for t in tiles],
        "fillmode": "overlay",
        "fgcolor": letters,
        "fgopacity": 0.22,
        "size": 7,
        "solidity": 0.12,
    }
    return _cells(tiles, scale.title, letters, {"color": colours, "pattern": pattern})


def _key(scale: Scale) -> go.Scatter:
    """The colour scale below the map; it stands on a trace without points, because cells have plain colours."""
    bar = {
        "title": {"text": scale.title, "side": "top", "font": {"size": 11}},
        "orientation": "h",
        "x": 0.5,
        "y": -0.01,
        "yanchor": "top",
        "thickness": 10,
        "len": 0.8,
        "outlinewidth": 0,
        "tickvals": [value for value, _words in scale.ticks],
        "ticktext": [words for _value, words in scale.ticks],
    }
    marker = {
        "color": [scale.least],
        "colorscale": _steps(scale),
        "cmin": scale.least,
        "cmax": scale.most,
        "showscale": True,
        "colorbar": bar,
    }
    return go.Scatter(x=[None], y=[None], mode="markers", marker=marker, showlegend=False, hoverinfo="skip")


def _steps(scale: Scale) -> list[tuple[float, str]]:
    """The scale in steps, as cells are coloured, so that the letters on a cell are those of its colour."""
    count = len(scale.colours)
    # Plotly blends between neighbours: two entries a step, at its ends, keep it one colour.
    edges = [0.0, *((i + 0.5) / (count - 1) for i in range(count - 1)), 1.0]
    return [(edge, colour) for i, colour in enumerate(scale.colours) for edge in (edges[i], edges[i + 1])]


def tile_map(tiles: Sequence[Tile], scale: Scale, unknown: str, cell_height: int = CELL_HEIGHT) -> go.Figure:
    """The tile map as a figure to be shown by `ui.charts.show_chart`, which adds title, source and table.

    unknown: what is said of hatched cells, the ones whose value is not known. cell_height: in pixels.
    """
    known = [t for t in tiles if t.value is not None]
    others = [t for t in tiles if t.value is None]
    figure = go.Figure()
    if known:
        figure.add_trace(_coloured(known, scale))
        figure.add_trace(_key(scale))
    if others:
        figure.add_trace(_cells(others, unknown, [text_colour()] * len(others), _hatched("/")))
    legend = [
        (others, unknown, "/"),
        ([t for t in known if t.bounded], _("ô chấm: giới hạn, không phải số công bố"), "."),
    ]
    for shown, words, shape in legend:
        if shown:
            figure.add_trace(
                go.Bar(x=[None], y=[None], name=words, marker={**_hatched(shape), "line": {"color": MUTED, "width": 1}})
            )
    rows, columns = max(t.row for t in tiles), max(t.column + t.span - 1 for t in tiles)
    figure.update_layout(
        barmode="overlay",
        height=cell_height * rows + 190,
        showlegend=bool(others) or any(t.bounded for t in known),
        # Below the colour scale, which takes its room from the bottom of the map.
        legend={"yref": "container", "y": 0.01, "yanchor": "bottom"},
    )
    figure.update_xaxes(visible=False, range=[0.45, columns + 0.55], fixedrange=True)
    figure.update_yaxes(visible=False, range=[rows + 0.55, 0.45], fixedrange=True)
    return figure
