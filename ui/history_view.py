"""How the years are drawn: lines that break where the rules change, predecessors on lines of their own, re-scored years."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.history import (
    LevelHistory,
    Place,
    Rescored,
    UnitHistory,
    UnitPoint,
    UnitYears,
    Year,
    YearCell,
    month_end,
)
from assessment.set_change import UnitChange
from assessment.snapshots import LevelSnapshot, ScoreStage
from data.internal_totals import TotalRecord
from language import _, format_number
from reports.history import (
    changes_in_words,
    coverage_text,
    history_source,
    lost_texts,
    other_rules_text,
    published_text,
    rescored_text,
    set_short,
    succession_rule,
)
from reports.labels import is_demonstration
from reports.places import unplaced_text
from scoring.grid import in_points
from ui import gateway, gateway_history
from ui.address import select
from ui.charts import ACCENT, CONTRAST, MUTED, show_chart
from ui.ranking_view import bounds_text, total_text, unit_label
from ui.selection import RANKED, choose_stage, level_names, origin_of
from ui.tables import Column, draw, lines_in_cell, table

PREDECESSOR_LOOKS = ((CONTRAST, "square-open"), (MUTED, "circle-open"), ("#784bc3", "triangle-up-open"))
"""Colour and sign of each predecessor in turn: apart from the accent for the colour-blind too."""


@dataclass(frozen=True)
class HistoryChoice:
    """What the reader chose: a list of a period, with the years before it."""

    level_code: str
    history: LevelHistory

    @property
    def now(self) -> LevelSnapshot:
        """The chosen period at its last month."""
        return self.history.chosen.snapshot

    @property
    def published(self) -> bool:
        """Whether the years are those that were published, each at its one month."""
        return self.now.stage is ScoreStage.PUBLISHED

    @property
    def demonstration(self) -> bool:
        """Whether the figures are invented."""
        return is_demonstration(self.now.period)

    @property
    def origin(self) -> Literal["demonstration", "office"]:
        """Origin of the period, as the page frame takes it."""
        return origin_of(self.now.period)

    @property
    def source(self) -> str:
        """The source line of charts."""
        return history_source(self.history.years)

    @property
    def place(self) -> str:
        """Where the reader is."""
        return " › ".join((self.now.period.name, level_names()[self.level_code]))


def choose_history() -> HistoryChoice:
    """Draw the filters of level and period beside each other, and give what they choose."""
    names = level_names()
    periods = {str(p.id): (p, months) for p, months in gateway.calendar() if months}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = select(_("Khối xếp hạng"), "khoi", {c: names[c] for c in RANKED}, widget="segmented")
        chosen = select(_("Kỳ đánh giá"), "ky", {c: p.name for c, (p, _months) in periods.items()})
        period, months = periods[chosen]
        edition = gateway.edition(period.id)
        # Of the appraised score there is one year alone.
        stages = {gateway.usual_stage(), *([] if edition is None else [ScoreStage.PUBLISHED])}
        stage = choose_stage(period, [own for own in ScoreStage if own in stages])
    month = edition.month if edition is not None and stage is ScoreStage.PUBLISHED else months[-1]
    snapshot = gateway.snapshot(period.id, RANKED[code], month, stage)
    return HistoryChoice(code, gateway_history.history(period.id, RANKED[code], snapshot.lists[0].code, stage))


def rescoring_choices() -> Mapping[str, str]:
    """By which rules earlier years are shown, by code."""
    return {"": _("Bộ từng năm"), "ky-nay": _("Thêm chấm lại bộ kỳ này")}


def _day(snapshot: LevelSnapshot) -> dt.date:
    return month_end(snapshot.period, snapshot.month)


def _points(steps: int) -> float:
    return float(in_points(steps))


def _dated(figure: go.Figure, days: Sequence[dt.date]) -> None:
    """A time axis that names months, with room for the names of single points."""
    figure.update_layout(height=470)
    if not days:
        return
    first, last = min(days), max(days)
    room = dt.timedelta(days=max(20, (last - first).days // 14))
    span = max(1, (last.year - first.year) * 12 + last.month - first.month)
    step = next((n for n in (1, 2, 3, 6, 12) if span / n <= 7), 12 * (1 + span // 84))
    figure.update_xaxes(
        type="date", tickformat="%m/%Y", dtick=f"M{step}", tick0=last, range=[first - room, last + room]
    )


def _mark_break(figure: go.Figure, before: dt.date, after: dt.date) -> None:
    """A line between two periods of different rules, with the words that say so."""
    middle = before + (after - before) / 2
    figure.add_shape(
        type="line",
        x0=middle,
        x1=middle,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": MUTED, "dash": "dash", "width": 1},
    )
    figure.add_annotation(
        x=middle,
        # Above the picture the words would stand in its source line on a narrow screen.
        y=0,
        yref="paper",
        yanchor="bottom",
        text=other_rules_text().replace(": ", ":<br>"),
        showarrow=False,
        font={"size": 11},
    )


def _add_published(figure: go.Figure, totals: Sequence[TotalRecord]) -> None:
    """Results without inputs: single signs, never part of a line."""
    for total in totals:
        value = _points(total.total)
        figure.add_trace(
            go.Scatter(
                x=[dt.date(total.year, 12, 31)],
                y=[value],
                mode="markers+text",
                name=_("Công bố năm {year}, không có số liệu đầu vào").format(year=total.year),
                marker={"color": CONTRAST, "symbol": "star-diamond", "size": 13},
                text=[format_number(value, 1)],
                textposition="bottom center",
                hovertemplate=_("công bố năm {year}").format(year=total.year) + ": %{text}<extra></extra>",
            )
        )


def _add_rescored(
    figure: go.Figure, again: Rescored, changes: Sequence[UnitChange], who: str, colour: str, *, named: bool
) -> None:
    """The re-scored mean of these units as one sign with its limits; never joined to anything.

    named: whether it stands in the legend; one of a name is enough.
    """
    if not changes:
        return
    mean = lambda values: sum(values) / len(changes)  # noqa: E731
    limits = [again.limits[c.unit.key] for c in changes]
    value, name = mean([c.new_total for c in changes]), f"{who}, {rescored_text(again.new_set)}"
    figure.add_trace(
        go.Scatter(
            x=[_day(again.snapshot)],
            y=[value],
            mode="markers",
            name=name,
            legendgroup=name,
            showlegend=named,
            marker={"color": colour, "symbol": "diamond-open", "size": 12, "line": {"width": 2}},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [mean([most for _least, most in limits]) - value],
                "arrayminus": [value - mean([least for least, _most in limits])],
                "color": colour,
                "thickness": 1,
            },
            hovertemplate=f"{again.snapshot.name}, {name}: {format_number(value, 2)}<extra></extra>",
        )
    )


def draw_level_chart(choice: HistoryChoice, again: Sequence[Rescored]) -> None:
    """Mean, least and most of the list over all months; without a score of the list no picture, but what was published."""
    figure, history = go.Figure(), choice.history
    if not history.segments:
        _tell_no_score(history)
        return
    shown = (
        (_("Cao nhất"), lambda p: p.most, MUTED, "dot"),
        (_("Bình quân"), lambda p: p.mean, ACCENT, "solid"),
        (_("Thấp nhất"), lambda p: p.least, MUTED, "dot"),
    )
    for name, value, colour, dash in shown:
        for n, segment in enumerate(history.segments):
            figure.add_trace(
                go.Scatter(
                    x=[_day(p.snapshot) for p in segment],
                    y=[value(p) for p in segment],
                    mode="lines+markers",
                    name=name,
                    legendgroup=name,
                    showlegend=not n,
                    line={"color": colour, "dash": dash, "width": 2 if dash == "solid" else 1},
                    marker={"size": 6 if dash == "solid" else 4},
                    customdata=[[p.snapshot.name, format_number(value(p), 2)] for p in segment],
                    hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>" + name + "</extra>",
                )
            )
    for before, after in pairwise(history.segments):
        _mark_break(figure, _day(before[-1].snapshot), _day(after[0].snapshot))
    _add_published(figure, history.published)
    for n, one in enumerate(again):
        _add_rescored(figure, one, list(one.by_key.values()), _("Bình quân"), ACCENT, named=not n)
    days = [_day(p.snapshot) for segment in history.segments for p in segment]
    _dated(figure, [*days, *(dt.date(t.year, 12, 31) for t in history.published)])
    show_chart(
        figure,
        "history_level",
        (
            _("Điểm công bố của khối {list} qua các năm")
            if choice.published
            else _("Điểm của khối {list} qua các năm và các tháng")
        ).format(list=history.chosen.table.list_name),
        choice.source,
        lambda: _level_frame(history),
        unit=_("điểm"),
        demonstration=choice.demonstration,
    )
    _note_published((*history.published, *history.of_all_levels))
    st.caption(
        _("Tính trên các đơn vị được quyết định xếp hạng; mỗi kỳ chỉ có tháng đã công bố.")
        if choice.published
        else _(
            "Tính trên các đơn vị đã có số liệu. Trong năm chỉ tính các chỉ số đã đến kỳ số liệu; số liệu cả năm được tính từ tháng 12 nên điểm có thể đổi nhiều."
        )
    )


def _tell_no_score(history: LevelHistory) -> None:
    """What stands for the picture of a list without a score. Results without inputs stand with their own sources."""
    name, apart = history.chosen.table.list_name, (*history.published, *history.of_all_levels)
    if apart:
        text = _(
            "Không có đơn vị nào của khối {list} có điểm trong các kỳ đang hiển thị nên không vẽ biểu đồ; chỉ có kết quả "
            "công bố dưới đây, theo nguồn riêng."
        )
    else:
        text = _("Không có đơn vị nào của khối {list} có điểm trong các kỳ đang hiển thị nên không vẽ biểu đồ.")
    st.info(text.format(list=name))
    _note_published(apart)


def _note_published(totals: Sequence[TotalRecord]) -> None:
    for total in totals:
        st.caption(published_text(total))


def _level_frame(history: LevelHistory) -> pd.DataFrame:
    rows = [
        [
            p.snapshot.name,
            format_number(p.mean, 2),
            format_number(p.least, 2),
            format_number(p.most, 2),
            set_short(p.snapshot.criteria_set),
        ]
        for segment in history.segments
        for p in segment
    ]
    columns = [_("Kỳ"), _("Bình quân"), _("Thấp nhất"), _("Cao nhất"), _("Bộ chỉ số")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Kỳ"))


# Unit x year


def _unplaced(year: Year) -> Markup:
    return Markup('<span class="dti-none">{}</span>').format(unplaced_text(year.snapshot.stage))


def _rank_text(place: Place) -> str:
    """The rank among how many, with its limits while figures are missing."""
    text = _("hạng {rank}/{n}").format(rank=format_number(place.row.rank, missing="–"), n=place.ranked)
    return text if place.row.settled else _("{rank} (có thể {span})").format(rank=text, span=bounds_text(place.row))


def _movement_text(cell: YearCell, year: Year) -> Markup:
    if year.breaks:
        return Markup(' <span class="dti-same" title="{}">≠</span>').format(other_rules_text())
    if cell.movement is None:
        return Markup("")
    if not cell.movement:
        return Markup(' <span class="dti-same" title="{}">=</span>').format(_("giữ hạng"))
    up = cell.movement > 0
    hint = (_("tăng {n} hạng") if up else _("giảm {n} hạng")).format(n=abs(cell.movement))
    return Markup(' <span class="{}" title="{}">{} {}</span>').format(
        "dti-up" if up else "dti-down", hint, "▲" if up else "▼", abs(cell.movement)
    )


def _cell_text(cell: YearCell, year: Year) -> Markup:
    """A unit's year: points, then rank with movement and band; predecessors below each other under their names."""
    if cell.own is not None and not cell.own.reported:
        return _unplaced(year)
    if cell.own is not None:
        row = cell.own.row
        second = Markup("{}{}").format(_rank_text(cell.own), _movement_text(cell, year))
        band = Markup(" · {}").format(row.band) if row.band else Markup("")
        points = total_text(row, year.snapshot.stage)
        return Markup("<strong>{}</strong><br>{}{}").format(points, second, band)
    if cell.predecessors:
        return Markup("<br>").join(
            Markup("{}: <strong>{}</strong>, {}").format(
                p.row.unit.name_vi, total_text(p.row, year.snapshot.stage), _rank_text(p)
            )
            if p.reported
            else Markup("{}: {}").format(p.row.unit.name_vi, _unplaced(year))
            for p in cell.predecessors
        )
    return Markup('<span class="dti-none">{}</span>').format("–")


def _span(low: float, high: float, decimals: int) -> str:
    texts = [format_number(value, decimals) for value in (low, high)]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} – {texts[1]}"


def _again_text(cell: YearCell, year: Year, again: Rescored) -> Markup:
    """Both results of a year: by its own rules, and re-scored with its limits."""
    places = [cell.own] if cell.own is not None else list(cell.predecessors)
    parts = []
    for place in places:
        change = again.by_key.get(place.row.unit.key)
        if change is None:
            refused = Markup('<span class="dti-none">{}</span>').format(_("không chấm lại được"))
            parts.append(refused if place.reported else _unplaced(year))
            continue
        name = Markup("{}: ").format(place.row.unit.name_vi) if cell.own is None else Markup("")
        parts.append(
            Markup("{}<strong>{}</strong><br>{}").format(
                name,
                _span(*again.limits[change.unit.key], 2),
                _("hạng {span}").format(span=_span(change.best_rank, change.worst_rank, 0)),
            )
        )
    return Markup("<br>").join(parts) or Markup('<span class="dti-none">{}</span>').format("–")


def _year_columns(history: LevelHistory, again: Sequence[Rescored]) -> Iterator[tuple[Column, Year, Rescored | None]]:
    """A column for each year, and beside it the re-scored one."""
    of_period = {one.snapshot.period.id: one for one in again}
    for year in history.years:
        used = year.snapshot.criteria_set
        title = year.snapshot.name if not year.breaks else f"{year.snapshot.name} (≠)"
        yield Column(title, "left", _("Chấm theo bộ {set}").format(set=set_short(used))), year, None
        one = of_period.get(year.snapshot.period.id)
        if one is not None:
            yield Column(f"{year.snapshot.name}, {rescored_text(one.new_set)}"), year, one


def draw_years(
    choice: HistoryChoice, rows: Sequence[UnitYears], parents: Mapping[str, str], again: Sequence[Rescored]
) -> None:
    """Unit x year: total, rank, movement, band."""
    history = choice.history
    columns = list(_year_columns(history, again))
    index = {year.snapshot.period.id: i for i, year in enumerate(history.years)}
    body = []
    for row in rows:
        cells: list[object] = [unit_label(row.unit, parents)]
        for _column, year, one in columns:
            cell = row.cells[index[year.snapshot.period.id]]
            text = _cell_text(cell, year) if one is None else _again_text(cell, year, one)
            # One element: on a narrow screen the parts of a cell would be laid out apart.
            cells.append(Markup("<span>{}</span>").format(text))
        body.append(cells)
    caption = _("{list}: điểm, hạng và xếp loại cuối mỗi năm").format(list=history.chosen.table.list_name)
    if len(rows) > 1:
        caption += _("; xếp theo hạng kỳ {name}").format(name=choice.now.name)
    draw(table([Column(_("Cơ quan, đơn vị")), *(c for c, _y, _o in columns)], body, caption=caption, stack=True))
    _explain_signs(history)


def _explain_signs(history: LevelHistory) -> None:
    text = _("▲ ▼ số hạng tăng, giảm so với năm trước; = giữ hạng.")
    if any(year.breaks for year in history.years):
        text += " " + _("≠ {text}.").format(text=other_rules_text())
    st.caption(text)


# One unit


def _series(points: Sequence[UnitPoint]) -> dict[str, Any]:
    known = [p for p in points if p.total is not None]
    return {
        "x": [_day(p.snapshot) for p in known],
        "y": [p.total for p in known],
        "text": [format_number(p.rank, missing="") for p in known],
        "customdata": [[p.snapshot.name, format_number(p.total, 2), p.unit.name_vi] for p in known],
    }


def _look(n: int) -> tuple[str, str]:
    """Colour and sign of a line by its place: the unit itself first."""
    return PREDECESSOR_LOOKS[(n - 1) % len(PREDECESSOR_LOOKS)] if n else (ACCENT, "circle")


def _colour_of(unit: UnitHistory, change: UnitChange) -> str:
    """The colour of the line that a re-scored result belongs to."""
    keys = [{p.unit.key for segment in line.segments for p in segment} for line in unit.lines]
    return next((_look(n)[0] for n, own in enumerate(keys) if change.unit.key in own), ACCENT)


def draw_unit_chart(choice: HistoryChoice, unit: UnitHistory, again: Sequence[Rescored]) -> None:
    """The unit over all months; units that went into it stand beside it, each on its dotted line."""
    figure = go.Figure()
    for n, line in enumerate(unit.lines):
        own, (colour, symbol) = line.into is None, _look(n)
        name = line.name if own else _("{unit} (trước sắp xếp)").format(unit=line.name)
        for k, segment in enumerate(line.segments):
            figure.add_trace(
                go.Scatter(
                    **_series(segment),
                    mode="lines+markers+text",
                    textposition="top center",
                    textfont={"size": 11},
                    name=name,
                    legendgroup=f"line{n}",
                    showlegend=not k,
                    line={"color": colour, "dash": "solid" if own else "dot", "width": 2},
                    marker={"symbol": symbol, "size": 8},
                    hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>%{customdata[2]}</extra>",
                )
            )
    for before, after in _breaks(unit):
        _mark_break(figure, before, after)
    _add_published(figure, unit.published)
    named: set[str] = set()
    for one in again:
        for change in _own_changes(choice, unit, one):
            name = change.unit.name_vi
            _add_rescored(figure, one, [change], name, _colour_of(unit, change), named=name not in named)
            named.add(name)
    _dated(figure, [_day(p.snapshot) for line in unit.lines for segment in line.segments for p in segment])
    figure.update_layout(showlegend=True)
    show_chart(
        figure,
        "history_unit",
        (
            _("Điểm công bố của {unit} qua các năm; số trên điểm: hạng trong khối")
            if choice.published
            else _("Điểm của {unit} qua các năm và các tháng; số trên điểm: hạng trong khối")
        ).format(unit=unit.unit.name_vi),
        choice.source,
        lambda: _unit_frame(unit),
        unit=_("điểm"),
        demonstration=choice.demonstration,
    )
    _note_published(unit.published)


def _breaks(unit: UnitHistory) -> list[tuple[dt.date, dt.date]]:
    """Days between which the rules changed, from the months of the unit and of its predecessors together."""
    points = sorted(
        (p for line in unit.lines for segment in line.segments for p in segment), key=lambda p: _day(p.snapshot)
    )
    return [
        (_day(one.snapshot), _day(other.snapshot))
        for one, other in pairwise(points)
        if set_short(one.snapshot.criteria_set) != set_short(other.snapshot.criteria_set)
    ]


def _own_changes(choice: HistoryChoice, unit: UnitHistory, again: Rescored) -> list[UnitChange]:
    """The re-scored results of the unit, or of its predecessors, in a year."""
    row = next(r for r in choice.history.rows if r.unit == unit.unit)
    found = []
    for year, cell in zip(choice.history.years, row.cells, strict=True):
        if year.snapshot.period == again.snapshot.period:
            places = [cell.own] if cell.own is not None else list(cell.predecessors)
            found += [again.by_key[k] for p in places if (k := p.row.unit.key) in again.by_key]
    return found


def _unit_frame(unit: UnitHistory) -> pd.DataFrame:
    rows = [
        [
            p.unit.name_vi,
            p.snapshot.name,
            format_number(p.total, 2, missing="–"),
            format_number(p.rank, missing="–"),
            set_short(p.snapshot.criteria_set),
        ]
        for line in unit.lines
        for segment in line.segments
        for p in segment
    ]
    columns = [_("Đơn vị"), _("Kỳ"), _("Điểm"), _("Hạng"), _("Bộ chỉ số")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Đơn vị"))


def draw_unit_years(choice: HistoryChoice, code: str, again: Sequence[Rescored]) -> None:
    """The unit's totals, ranks and bands year by year."""
    rows = [row for row in choice.history.rows if row.unit.code == code]
    draw_years(choice, rows, {}, again)


def draw_unit_groups(choice: HistoryChoice, code: str) -> None:
    """Main indices per year, each with its maximum of that year."""
    row = next(r for r in choice.history.rows if r.unit.code == code)
    columns, values = [Column(_("Chỉ số chính"))], {}
    names: dict[str, str] = {}
    for year, cell in zip(choice.history.years, row.cells, strict=True):
        places = [cell.own] if cell.own is not None else list(cell.predecessors)
        for place in places:
            title = year.snapshot.name if cell.own is not None else f"{year.snapshot.name}, {place.row.unit.name_vi}"
            title = f"{title} (≠)" if year.breaks else title
            at = len(columns)
            columns.append(
                Column(title, "right", _("Chấm theo bộ {set}").format(set=set_short(year.snapshot.criteria_set)))
            )
            for group, points, full in zip(year.table.groups, place.row.groups, year.table.maxima, strict=True):
                names.setdefault(group.code, f"{group.code} {group.name}")
                values[group.code, at] = f"{format_number(points, 2, missing='–')} / {format_number(full)}"
    body = [[name, *(values.get((g, i), "–") for i in range(1, len(columns)))] for g, name in names.items()]
    draw(
        table(columns, body, caption=_("Chỉ số chính theo năm: điểm sau quy đổi / điểm tối đa của năm đó"), stack=True)
    )


# Re-scored years


def draw_rescored(again: Rescored) -> None:
    """What was carried over in one sentence, and both results of every unit side by side."""
    mark = rescored_text(again.new_set)
    st.header(_("Năm {year} {mark}").format(year=again.snapshot.period.year, mark=mark), anchor=False)
    st.markdown(coverage_text(again))
    old = set_short(again.snapshot.criteria_set)
    columns = [
        Column(_("Đơn vị")),
        Column(_("Điểm (bộ {set})").format(set=old), "right"),
        Column(_("Hạng (bộ {set})").format(set=old), "right"),
        Column(
            _("Điểm, {mark}").format(mark=mark), "right", _("Từ thấp nhất đến cao nhất khi có phần không chuyển được")
        ),
        Column(_("Hạng, {mark}").format(mark=mark), "right", _("Hạng tốt nhất và thấp nhất có thể có")),
    ]
    body = [
        [
            c.unit.name_vi,
            format_number(c.old_total, 2),
            format_number(c.old_rank),
            _span(*again.limits[c.unit.key], 2),
            _span(c.best_rank, c.worst_rank, 0),
        ]
        for c in again.by_key.values()
    ]
    caption = _("Kết quả {month} theo bộ của năm đó và {mark}").format(month=again.snapshot.name, mark=mark)
    inner = table(columns, body, caption=caption, stack=True)
    with st.expander(_("Kết quả từng đơn vị, hai cách chấm"), key=f"history_again_{again.snapshot.period.id}"):
        draw(inner)
    for refused in again.changes.not_compared:
        st.caption(str(refused))


def draw_lost(again: Rescored) -> None:
    """Criteria whose figures do not go over, and why."""
    if not again.lost:
        return
    columns = [
        Column(_("Chỉ số thành phần")),
        Column(_("Điểm tối đa"), "right"),
        Column(_("Chuyển số liệu")),
        Column(_("Lý do")),
    ]
    body = [
        [
            f"{one.criterion.code} {one.criterion.name}",
            format_number(one.criterion.max_points),
            _("không chuyển được") if one.wholly else _("một phần"),
            lines_in_cell(lost_texts(one)),
        ]
        for one in again.lost
    ]
    caption = _("{n} chỉ số thành phần không chuyển đủ số liệu").format(n=len(again.lost))
    draw(table(columns, body, caption=caption, stack=True))


def draw_successions(choice: HistoryChoice, unit: UnitHistory | None) -> None:
    """The declared rule, and what happened to the units shown."""
    st.header(_("Đơn vị qua thời gian"), anchor=False)
    st.markdown(succession_rule())
    changes = choice.history.changes if unit is None else unit.changes
    texts = changes_in_words(changes, gateway_history.units_in_time())
    if texts:
        st.markdown("\n".join(f"- {text}" for text in texts))
    else:
        st.caption(_("Không có thay đổi đơn vị trong các năm đang hiển thị."))
