"""How a ranking list is drawn through the months: lines of ranks with some units picked out, and a player."""

import textwrap
from collections.abc import Collection, Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from assessment.rank_history import MOST_HIGHLIGHTED, RankHistory, UnitPath, notable_units
from language import _, format_number, format_signed
from ui import gateway_comparison
from ui.address import select_several
from ui.charts import ACCENT, MUTED, SERIES_COLOURS, SERIES_MARKERS, show_chart
from ui.guard import guard
from ui.ranking_view import unit_label
from ui.selection import Choice

LINES_HEIGHT, PLAYER_ROW = 560, 22
"""Height of the chart of lines, and of a unit in the player, in pixels."""
LABEL_LETTERS = 22
LABEL_ROOM = 0.085
"""Least distance of two names at the right edge, as a share of the chart's height."""
STEP_SECONDS = 1.5
"""How long a month stays while the player runs."""
_QUIET = "#66727a"
"""Bars of units that are not picked out: white figures on them can be read."""


def draw_rank_history(choice: Choice, kept: Collection[str], parents: Mapping[str, str]) -> None:
    """Ranks by month as lines, and the player; the whole table stands behind them. kept: codes of the units that the filters keep."""
    history = gateway_comparison.ranks_by_month(choice.now, choice.list_code)
    if len(history.snapshots) < 2:
        st.info(_("Diễn biến cần số liệu của ít nhất hai tháng trong kỳ; hãy chọn tháng sau hoặc kỳ đánh giá khác."))
        return
    paths = [path for path in history.paths if path.unit.code in kept]
    names = {path.unit.code: unit_label(path.unit, parents) for path in paths}
    chosen = select_several(
        _("Đơn vị làm nổi bật (nhiều nhất {most})").format(most=MOST_HIGHLIGHTED),
        "noi-bat",
        names,
        default=[code for code in notable_units(history) if code in names],
        most=MOST_HIGHLIGHTED,
        help=_("Khi chưa chọn: năm đơn vị dẫn đầu và các đơn vị đổi hạng nhiều nhất từ đầu kỳ"),
    )
    draw_lines(choice, history, paths, chosen, names)
    draw_player(choice, history, paths, chosen, names)


def spread(places: Sequence[float], least: float) -> list[float]:
    """The places, given in rising order, moved as little as needed so that neighbours are at least so far apart."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    # Names that were pushed beyond the end come back together.
    for i in range(len(moved) - 1, -1, -1):
        limit = max(places[-1], places[0] + least * (len(places) - 1)) if i == len(moved) - 1 else moved[i + 1] - least
        moved[i] = min(moved[i], limit)
    return moved


def draw_lines(
    choice: Choice,
    history: RankHistory,
    paths: Sequence[UnitPath],
    chosen: Sequence[str],
    names: Mapping[str, str],
) -> None:
    """Ranks by month: the chosen units in colour with their names at the right edge, the rest as grey lines."""
    labels, figure = list(history.labels), go.Figure()
    # One trace for all of them, cut by empty points: eighty traces would take most of the page's time.
    rest = [path for path in paths if path.unit.code not in chosen]
    figure.add_trace(
        go.Scatter(
            x=[x for _path in rest for x in (*labels, labels[-1])],
            y=[y for path in rest for y in (*path.ranks, None)],
            text=[names[path.unit.code] for path in rest for _x in range(len(labels) + 1)],
            mode="lines",
            line={"color": MUTED, "width": 1},
            opacity=0.35,
            hovertemplate="%{x}: %{y}<extra>%{text}</extra>",
            showlegend=False,
        )
    )
    picked = [path for path in paths if path.unit.code in chosen]
    for i, path in enumerate(picked):
        figure.add_trace(
            go.Scatter(
                x=labels,
                y=path.ranks,
                mode="lines+markers",
                line={"color": SERIES_COLOURS[i], "width": 2.5},
                marker={"size": 8, "symbol": SERIES_MARKERS[i]},
                name=names[path.unit.code],
                hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
                showlegend=False,
            )
        )
    _name_at_the_edge(figure, picked, names, max((r for p in paths for r in p.ranks if r), default=1))
    figure.update_layout(height=LINES_HEIGHT)
    figure.update_xaxes(type="category", tickangle=-45, showgrid=False)
    show_chart(
        figure,
        "ranking_lines",
        _("Thứ hạng theo tháng, {list}").format(list=history.list_name),
        choice.source,
        lambda: _frame(history, paths, names),
        unit=_("hạng; 1 là cao nhất"),
        demonstration=choice.demonstration,
    )


def _name_at_the_edge(figure: go.Figure, picked: Sequence[UnitPath], names: Mapping[str, str], worst: int) -> None:
    """Scale the ranks downwards and write the picked units at the right edge, beside their last rank."""
    room = max(0.6, worst * 0.03)
    extent = [worst + room, 1 - room]
    ended = sorted(((path, rank) for path in picked if (rank := path.ranks[-1])), key=lambda pair: pair[1])
    ticks = spread([rank for _path, rank in ended], (extent[0] - extent[1]) * LABEL_ROOM) if ended else []
    numbers = {path.unit.code: i for i, path in enumerate(picked)}
    texts = [
        f'<span style="color:{SERIES_COLOURS[numbers[path.unit.code]]}">■</span> '
        + "<br>".join(textwrap.wrap(f"{rank}. {names[path.unit.code]}", LABEL_LETTERS))
        for path, rank in ended
    ]
    figure.add_trace(go.Scatter(x=[None], y=[None], yaxis="y2", showlegend=False, hoverinfo="skip"))
    # The scale may hold a name that was pushed below the last rank.
    extent[0] = max([extent[0], *(tick + room for tick in ticks)])
    figure.update_layout(
        yaxis={"range": extent, "tickvals": _ticks(worst), "zeroline": False},
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": extent,
            "tickvals": ticks,
            "ticktext": texts,
            "tickfont": {"size": 11},
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
        },
    )


def _ticks(worst: int) -> list[int]:
    """Ranks that are written beside the lines: each of a short list, every tenth of a long one."""
    return list(range(1, worst + 1)) if worst <= 25 else [1, *range(10, worst + 1, 10)]


def draw_player(
    choice: Choice,
    history: RankHistory,
    paths: Sequence[UnitPath],
    chosen: Sequence[str],
    names: Mapping[str, str],
) -> None:
    """Totals month by month, the best on top: a button that plays the months, and a slider that chooses one.

    Both are Streamlit's own, so that they work by keyboard; months change at once, without movement in between, and
    nothing plays before the button is pressed.
    """
    labels = history.labels
    if st.session_state.get(_MONTH) not in labels:
        st.session_state[_MONTH], st.session_state[_PLAYING] = labels[-1], False
    playing = bool(st.session_state.get(_PLAYING))
    st.button(
        _("Dừng") if playing else _("Phát từng tháng"),
        key="player_button",
        icon=":material/pause:" if playing else ":material/play_arrow:",
        on_click=_press,
        args=(labels,),
    )
    st.session_state[_FRESH] = True
    every = STEP_SECONDS if playing else None
    st.fragment(_draw_month, run_every=every)(choice, history, paths, chosen, names)


_MONTH, _PLAYING, _FRESH = "player_month", "player_playing", "player_fresh"


def _press(labels: Sequence[str]) -> None:
    """Start, from the first month when the last one is shown, or stop."""
    playing = not st.session_state.get(_PLAYING, False)
    st.session_state[_PLAYING] = playing
    if playing and st.session_state.get(_MONTH) == labels[-1]:
        st.session_state[_MONTH] = labels[0]


def _stop() -> None:
    st.session_state[_PLAYING] = False


def _draw_month(
    choice: Choice,
    history: RankHistory,
    paths: Sequence[UnitPath],
    chosen: Sequence[str],
    names: Mapping[str, str],
) -> None:
    """The slider and the bars of its month; a run that the clock started goes one month on."""
    guard("ranking")
    labels = history.labels
    # The run of the whole page shows the month as it stands; only the clock's runs, which draw this part alone, go on.
    if not st.session_state.pop(_FRESH, False) and st.session_state.get(_PLAYING):
        st.session_state[_MONTH] = labels[min(labels.index(st.session_state[_MONTH]) + 1, len(labels) - 1)]
    if st.session_state.get(_PLAYING) and st.session_state[_MONTH] == labels[-1]:
        st.session_state[_PLAYING] = False
        st.rerun()
    label = st.select_slider(_("Số liệu đến hết tháng"), labels, key=_MONTH, on_change=_stop)
    show_chart(
        _bars(paths, labels.index(label), chosen, names, history.snapshots[-1].criteria_set.top),
        "ranking_player",
        _("Tổng điểm và thứ hạng, {list}, tháng {month}").format(list=history.list_name, month=label),
        choice.source,
        lambda: _frame(history, paths, names, totals=True),
        unit=_("điểm"),
        demonstration=choice.demonstration,
    )


def _bars(
    paths: Sequence[UnitPath], month: int, chosen: Collection[str], names: Mapping[str, str], top: float
) -> go.Figure:
    """Bars of one month, the best on top; units without a total are left out. Equal ranks stand in the list's order."""
    ranked = [(path, row) for path in paths if (row := path.places[month]) is not None and row.rank is not None]
    ranked.sort(key=lambda pair: pair[1].rank or 0)
    bars = go.Bar(
        x=[row.total for _path, row in ranked],
        y=list(range(1, len(ranked) + 1)),
        orientation="h",
        marker={"color": [ACCENT if path.unit.code in chosen else _QUIET for path, _row in ranked]},
        text=[format_number(row.total, 2) for _path, row in ranked],
        textposition="inside",
        insidetextanchor="start",
        insidetextfont={"color": "#ffffff", "size": 11},
        constraintext="none",
        customdata=[[row.rank, names[path.unit.code]] for path, row in ranked],
        hovertemplate="%{customdata[0]}. %{customdata[1]}: %{text}<extra></extra>",
    )
    axis = {
        "range": [len(ranked) + 0.6, 0.4],
        "tickvals": list(range(1, len(ranked) + 1)),
        "ticktext": [f"{row.rank}. {_short(names[path.unit.code])}" for path, row in ranked],
        "tickfont": {"size": 11},
    }
    height = PLAYER_ROW * len(paths) + 170
    return go.Figure(bars, {"height": height, "bargap": 0.25, "xaxis": {"range": [0, top]}, "yaxis": axis})


def _short(name: str) -> str:
    return textwrap.shorten(name, LABEL_LETTERS + 6, placeholder="…")


def _frame(
    history: RankHistory, paths: Sequence[UnitPath], names: Mapping[str, str], *, totals: bool = False
) -> pd.DataFrame:
    body = {
        _("Cơ quan, đơn vị"): [names[path.unit.code] for path in paths],
        **{
            label: [
                "–"
                if (row := path.places[i]) is None
                else format_number(row.total, 2, missing="–")
                if totals
                else format_number(row.rank, missing="–")
                for path in paths
            ]
            for i, label in enumerate(history.labels)
        },
    }
    if not totals:
        body[_("Cả kỳ")] = [format_signed(path.moved, missing="–") if path.moved != 0 else "=" for path in paths]
    return pd.DataFrame(body).set_index(_("Cơ quan, đơn vị"))
