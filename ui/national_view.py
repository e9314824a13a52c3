"""How the national results are drawn: table with sources, points against intervals, tile map, years, main indices."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.national import CountryFacts, NationalValues, NationalYear, ProvinceRow, place_ranges
from data.models import INDEX_CODES, PILLAR_CODES
from data.reference.national import OUR_PROVINCE, index_names, sea_tiles
from language import _, fold, format_date, format_number, local_day, sort_key
from reports.national import basis_text, origin_text, pillar_names, score_text
from scoring.national import INDEX_WEIGHTS, TOP
from ui.charts import ACCENT, MUTED, show_chart, text_colour
from ui.figures import figure, figures
from ui.sources import source_hosts, source_links
from ui.tables import Column, definition, draw, lines_in_cell, table
from ui.tile_map import Scale, Tile, tile_map

ROW_HEIGHT = 21
"""Height of a province in the chart of points and intervals, in pixels."""
MAP_WIDTH = 760
"""Most width of the tile map in pixels: wider cells would tear the country apart."""
_SHORT_NAMES = {OUR_PROVINCE: "BR-VT", "hcm": "TP.<br>HCM", "hue": "Huế"}
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon")
_COLOURS = (ACCENT, "#c2600a", "#2d6fd1", "#8a5a3c", "#784bc3", "#5f8a00", "#b0479b")


def not_public() -> str:
    """What stands where nothing is public."""
    return _("chưa công bố")


def span_text(low: float, high: float) -> str:
    """Two scores as an interval, one when they are the same."""
    return score_text(low) if low == high else f"{score_text(low)} – {score_text(high)}"


def places_text(places: Sequence[int]) -> str:
    """Places in words: 11; 13–14."""
    return "; ".join(str(a) if a == b else f"{a}–{b}" for a, b in place_ranges(places))


def rank_text(row: ProvinceRow) -> str:
    """The published rank, or between which places the province stands."""
    return str(row.rank) if row.rank is not None else f"{row.best_rank}–{row.worst_rank}"


def _sources_cell(source: str) -> Markup:
    return lines_in_cell(source_links(source))


def draw_facts(shown: NationalYear) -> None:
    """Our place, the line of the first fifteen, and what is public of all provinces together."""
    ours, facts = shown.of(OUR_PROVINCE), shown.facts
    with figures():
        figure(_("Hạng của tỉnh"), f"{ours.rank} / {facts.units}" if ours.rank else not_public())
        figure(_("Điểm của tỉnh"), score_text(ours.low) if ours.published else not_public())
        figure(_("Trung bình cả nước"), _known(facts.mean))
        above = facts.units_above_mean
        figure(_("Tỉnh trên trung bình"), not_public() if above is None else f"{above} / {facts.units}")
        figure(_("Mức thấp nhất"), _least(facts))
    draw(definition([(_("Điểm hạng {top}").format(top=TOP), _line_text(shown)), *_facts_source(facts)]))


def _known(score: float | None) -> str:
    return not_public() if score is None else score_text(score)


def _least(facts: CountryFacts) -> str:
    if facts.minimum_at_least is None:
        return not_public()
    return _("từ {score}").format(score=score_text(facts.minimum_at_least))


def _facts_source(facts: CountryFacts) -> list[tuple[str, object]]:
    return [(_("Nguồn số liệu chung"), _sources_cell(facts.source))] if facts.source else []


def _line_text(shown: NationalYear) -> str:
    low, high = shown.line
    line = (
        _("{score}, theo điểm công bố.").format(score=score_text(low))
        if low == high
        else _("chưa công bố; suy từ thứ hạng và điểm công bố của các tỉnh khác, nằm trong khoảng {span}.").format(
            span=span_text(low, high)
        )
    )
    return f"{line} {_distance_text(shown)}"


def _distance_text(shown: NationalYear) -> str:
    low, high = shown.distance
    if high <= 0:
        return _("Tỉnh không thấp hơn mức này; cao hơn nhiều nhất {score} điểm.").format(score=score_text(-low))
    if low >= 0:
        return _("Tỉnh còn thiếu {span} điểm.").format(span=span_text(low, high))
    return _("Thứ hạng và điểm của tỉnh năm này chưa đủ để biết tỉnh ở trên hay dưới mức này.")


def free_places_note(shown: NationalYear) -> str:
    """Which places are left to the provinces without a published rank; empty when every rank is public."""
    unranked = sum(row.rank is None for row in shown.rows)
    if not unranked:
        return ""
    return _(
        "{n} tỉnh chưa được công bố thứ hạng năm {year}; các tỉnh này giữ các vị trí còn lại: {places}. Khoảng điểm của "
        "mỗi tỉnh được suy từ điểm công bố của các tỉnh xếp trên và xếp dưới."
    ).format(n=unranked, year=shown.year, places=places_text(shown.free))


def state_names() -> Mapping[str, str]:
    """What of a province is public, by code in the address."""
    return {
        "": _("Tất cả"),
        "cong-bo": _("Có điểm công bố"),
        "khoang": _("Chỉ có khoảng điểm"),
        "hang-trong": _("Chưa công bố thứ hạng"),
        "nhap": _("Số liệu cơ quan nhập"),
    }


def order_names() -> Mapping[str, str]:
    """Orders of the table, by code in the address."""
    return {
        "": _("Hạng"),
        "ten": _("Tên tỉnh"),
        "cao": _("Điểm cao nhất có thể"),
        "thap": _("Điểm thấp nhất có thể"),
        "rong": _("Khoảng điểm rộng nhất"),
    }


def chosen_rows(shown: NationalYear, words: str, state: str, order: str) -> tuple[ProvinceRow, ...]:
    """The rows that the reader asked for, in the order asked for."""
    wanted = fold(words)
    tests = {
        "cong-bo": lambda r: r.published,
        "khoang": lambda r: not r.published,
        "hang-trong": lambda r: r.rank is None,
        "nhap": lambda r: r.office,
    }
    holds = tests.get(state, lambda _row: True)
    rows = [row for row in shown.rows if wanted in fold(row.name) and holds(row)]
    keys = {
        "ten": lambda r: sort_key(r.name),
        "cao": lambda r: (-r.high, -r.low),
        "thap": lambda r: (-r.low, -r.high),
        "rong": lambda r: r.low - r.high,
    }
    return tuple(sorted(rows, key=keys[order]) if order in keys else rows)


def _strip(row: ProvinceRow) -> Markup:
    """The score on a line from 0 to 1: a dot for a published one, a bar for an interval."""
    left, width = row.low * 100, (row.high - row.low) * 100
    kind = "dot" if row.published else "span"
    return Markup('<span class="dti-strip" aria-hidden="true"><span class="{}" style="left:{:.1f}%;width:{:.1f}%"></span></span>').format(
        kind, left, width
    )  # fmt: skip


def _strong(row: ProvinceRow, value: object) -> object:
    return Markup("<strong>{}</strong>").format(value) if row.ours else value


def draw_table(shown: NationalYear, rows: Sequence[ProvinceRow]) -> None:
    """The provinces with rank, score or bounds, origin and source."""
    columns = [
        Column(_("Hạng"), "right", _("Hạng đã công bố; hai số cách nhau bằng gạch là vị trí đầu và cuối còn lại")),
        Column(_("Tỉnh, thành phố")),
        Column(_("Điểm công bố"), "right", _("Tổng điểm, thang 0 đến 1")),
        Column(_("Khoảng điểm"), "nowrap", _("Khi điểm chưa công bố: thấp nhất và cao nhất có thể")),
        Column(_("Từ 0 đến 1"), "nowrap", _("Chấm: điểm công bố. Thanh: khoảng điểm")),
        Column(_("Nguồn gốc")),
        Column(_("Nguồn")),
    ]
    body = [
        [
            _strong(row, str(row.rank)) if row.rank else _("trong {places}").format(places=rank_text(row)),
            _strong(row, row.name),
            _strong(row, score_text(row.low)) if row.published else Markup('<span class="dti-none">{}</span>').format(not_public()),
            "" if row.published else span_text(row.low, row.high),
            _strip(row),
            lines_in_cell((*([origin_text(row)] if row.office else []), basis_text(row.basis))),
            _sources_cell(row.source) if row.source else Markup("–"),
        ]
        for row in rows
    ]  # fmt: skip
    caption = _("Thứ hạng toàn quốc năm {year}: {n} tỉnh, thành phố").format(year=shown.year, n=len(rows))
    draw(table(columns, body, caption=caption, stack=True))


def values_text(values: NationalValues) -> str:
    """Everything public of a result in one line."""
    scores = zip(INDEX_CODES + PILLAR_CODES, (*values.indices, *values.pillars), strict=True)
    parts = [
        *([_("hạng {rank}").format(rank=values.rank)] if values.rank is not None else []),
        *([_("điểm {score}").format(score=score_text(values.total))] if values.total is not None else []),
        *(f"{code} {score_text(value)}" for code, value in scores if value is not None),
    ]
    return "; ".join(parts) or not_public()


def draw_superseded(shown: NationalYear) -> None:
    """Editions that the office's figures replaced."""
    columns = [
        Column(_("Tỉnh, thành phố")),
        Column(_("Bản"), "right"),
        Column(_("Giá trị")),
        Column(_("Nguồn gốc")),
        Column(_("Nguồn")),
        Column(_("Được thay ngày"), "nowrap"),
    ]
    body = [
        [
            old.name,
            old.edition,
            values_text(old.values),
            _("số liệu cơ quan nhập") if old.office else _("đã công bố"),
            _sources_cell(old.source),
            format_date(local_day(old.until)),
        ]
        for old in shown.superseded
    ]
    caption = _("Các bản trước của năm {year}, giữ lại sau khi cơ quan nhập số liệu").format(year=shown.year)
    draw(table(columns, body, caption=caption, stack=True))


def _frame(rows: Sequence[ProvinceRow]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            [
                rank_text(r),
                r.name,
                score_text(r.low) if r.published else not_public(),
                span_text(r.low, r.high),
                basis_text(r.basis),
                origin_text(r),
            ]
            for r in rows
        ],
        columns=[_("Hạng"), _("Tỉnh, thành phố"), _("Điểm công bố"), _("Khoảng điểm"), _("Căn cứ"), _("Nguồn gốc")],
    )
    return frame.set_index(_("Hạng"))


def _sources(shown: NationalYear, rows: Sequence[ProvinceRow]) -> str:
    return source_hosts([row.source for row in rows if row.source] or [shown.facts.source])


def _label(row: ProvinceRow) -> str:
    text = f"{rank_text(row)}. {row.name}"
    return f"<b>{text}</b>" if row.ours else text


def draw_intervals(shown: NationalYear, rows: Sequence[ProvinceRow]) -> None:
    """Every province on a line from 0 to 1: a point for a published score, a bar for an interval; the line of 15."""
    below = list(rows)[::-1]
    place = {row.code: i for i, row in enumerate(below)}
    bounded, known = [r for r in below if not r.published], [r for r in below if r.published]
    chart = go.Figure()
    chart.add_vrect(
        x0=shown.line[0],
        x1=max(shown.line[1], shown.line[0] + 0.001),
        fillcolor=MUTED,
        opacity=0.22,
        line_width=0,
        layer="below",
    )
    chart.add_trace(
        go.Bar(
            name=_("khoảng điểm (chưa công bố)"),
            orientation="h",
            base=[r.low for r in bounded],
            x=[max(r.high - r.low, 0.002) for r in bounded],
            y=[place[r.code] for r in bounded],
            width=0.42,
            marker={
                "color": "rgba(0,0,0,0)",
                "line": {"color": [ACCENT if r.ours else MUTED for r in bounded], "width": 1.3},
            },
            customdata=[[r.name, span_text(r.low, r.high), basis_text(r.basis)] for r in bounded],
            hovertemplate="%{customdata[0]}: %{customdata[1]} (%{customdata[2]})<extra></extra>",
        )
    )
    chart.add_trace(
        go.Scatter(
            name=_("điểm công bố"),
            mode="markers",
            x=[r.low for r in known],
            y=[place[r.code] for r in known],
            marker={
                "color": [ACCENT if r.ours else text_colour() for r in known],
                "size": [13 if r.ours else 8 for r in known],
                "symbol": ["diamond" if r.ours else "circle" for r in known],
            },
            customdata=[[r.name, score_text(r.low)] for r in known],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        )
    )
    chart.update_layout(height=ROW_HEIGHT * len(below) + 190, bargap=0.3)
    chart.update_yaxes(
        tickvals=list(range(len(below))),
        ticktext=[_label(r) for r in below],
        tickfont={"size": 11},
        range=[-0.7, len(below) - 0.3],
        fixedrange=True,
    )
    chart.update_xaxes(range=[0, 1.02], fixedrange=True)
    show_chart(
        chart,
        "national_intervals",
        _("Điểm các tỉnh, thành phố năm {year}; dải xám: điểm hạng 15").format(
            year=shown.year
        ),
        _sources(shown, rows),
        lambda: _frame(rows),
        unit=_("thang 0 đến 1"),
    )  # fmt: skip


def map_value_names() -> Mapping[str, str]:
    """What the tile map may show, by code in the address."""
    return {
        "hang": _("Thứ hạng"),
        "diem": _("Điểm công bố"),
        "thap": _("Cận dưới của điểm"),
        "cao": _("Cận trên của điểm"),
    }


def _map_value(row: ProvinceRow, kind: str) -> tuple[float | None, str, bool]:
    """What a cell shows: its value, the value in words, whether it is only a limit."""
    if kind == "hang":
        return (None, "–", False) if row.rank is None else (row.rank, str(row.rank), False)
    if kind == "diem":
        return (row.low, score_text(row.low), False) if row.published else (None, "–", False)
    value = row.low if kind == "thap" else row.high
    sign = "≥ " if kind == "thap" else "≤ "
    return value, score_text(value) if row.published else sign + format_number(value, 3), not row.published


def _short(row: ProvinceRow) -> str:
    words = row.name.split()
    return _SHORT_NAMES.get(row.code, "<br>".join((words[0], " ".join(words[1:]))) if len(words) > 1 else row.name)


def national_tiles(shown: NationalYear, kind: str) -> tuple[Tile, ...]:
    """A cell for every province, and those of Hoàng Sa and Trường Sa, which show the value of their province."""
    tiles = []
    for row in shown.rows:
        value, words, bounded = _map_value(row, kind)
        own = row.province
        tiles.append(Tile(own.name_vi, _short(row), own.tile_row, own.tile_column, value, words, 1, bounded, row.ours))
    for sea in sea_tiles():
        row = shown.of(sea.province)
        value, words, bounded = _map_value(row, kind)
        label = sea.name_vi.replace("Quần đảo ", "") + f"<br>({row.name})"
        name = f"{sea.name_vi} ({row.name})"
        # The sea beside it is free, so that the cell may be wide enough for its name.
        tiles.append(Tile(name, label, sea.tile_row, sea.tile_column - 1, value, words, 2, bounded))
    return tuple(tiles)


def _scale(shown: NationalYear, kind: str) -> Scale:
    title = map_value_names()[kind]
    if kind == "hang":
        ticks = tuple((float(rank), str(rank)) for rank in (1, TOP, 30, 45, 63))
        return Scale(title, 1, shown.facts.units, ticks, reversed=True)
    values = [value for row in shown.rows if (value := _map_value(row, kind)[0]) is not None]
    least, most = (min(values), max(values)) if values else (0.0, 1.0)
    ticks = tuple((v, format_number(v, 2)) for v in (least, (least + most) / 2, most))
    return Scale(title, least, most, ticks)


def draw_map(shown: NationalYear, kind: str) -> None:
    """The tile map of the 63 provinces with Hoàng Sa and Trường Sa."""
    unknown = _("ô gạch chéo: chưa công bố")
    with st.container(width=MAP_WIDTH):
        show_chart(
            tile_map(national_tiles(shown, kind), _scale(shown, kind), unknown),
            "national_map",
            _("{what} năm {year}, sơ đồ ô, không theo tỷ lệ; ô viền đậm là Bà Rịa - Vũng Tàu").format(
                what=map_value_names()[kind], year=shown.year
            ),
            _sources(shown, shown.rows),
            lambda: _frame(shown.rows),
        )


def _history_traces(chart: go.Figure, name: str, x: list[float], points: list[float | None],
                    spans: list[tuple[float, float] | None], words: list[str], style: int) -> None:  # fmt: skip
    colour = _COLOURS[style % len(_COLOURS)]
    chart.add_trace(
        go.Scatter(
            name=name,
            mode="lines+markers",
            x=x,
            y=points,
            connectgaps=False,
            line={"color": colour, "width": 1.2, "dash": "dot"},
            marker={"color": colour, "size": 11, "symbol": _SYMBOLS[style % len(_SYMBOLS)]},
            customdata=words,
            hovertemplate=name + ", %{customdata}<extra></extra>",
        )
    )
    bounded = [(at, span, text) for at, span, text in zip(x, spans, words, strict=True) if span is not None]
    # One trace for all years: a gap after each interval keeps the years apart.
    chart.add_trace(
        go.Scatter(
            mode="lines+markers",
            x=[place for at, _span, _text in bounded for place in (at, at, None)],
            y=[end for _at, span, _text in bounded for end in (*span, None)],
            line={"color": colour, "width": 1.6},
            marker={"symbol": "line-ew", "size": 9, "line": {"color": colour, "width": 1.6}},
            customdata=[text for _at, _span, text in bounded for _end in range(3)],
            hovertemplate=name + ", %{customdata}<extra></extra>",
            showlegend=False,
        )
    )


def history_rows(years: Sequence[NationalYear], codes: Sequence[str]) -> dict[str, tuple[ProvinceRow, ...]]:
    """The rows of each province over the years."""
    return {code: tuple(year.of(code) for year in years) for code in codes}


def _history_frame(years: Sequence[NationalYear], codes: Sequence[str]) -> pd.DataFrame:
    body = [
        [rows[0].name, str(year.year), str(row.rank or not_public()), score_text(row.low) if row.published else not_public(),
         span_text(row.low, row.high), basis_text(row.basis)]
        for rows in history_rows(years, codes).values()
        for year, row in zip(years, rows, strict=True)
    ]  # fmt: skip
    heads = [_("Tỉnh, thành phố"), _("Năm"), _("Hạng"), _("Điểm công bố"), _("Khoảng điểm"), _("Căn cứ")]
    return pd.DataFrame(body, columns=heads).set_index(heads[0])


def draw_history(years: Sequence[NationalYear], codes: Sequence[str]) -> None:
    """Ranks and scores of provinces over the years; dotted, because each year was scored by other rules."""
    ranks, scores = go.Figure(), go.Figure()
    for style, rows in enumerate(history_rows(years, codes).values()):
        x = [year.year + (style - (len(codes) - 1) / 2) * 0.09 for year in years]
        said = [f"{year.year}: {_('hạng')} {rank_text(r)}" for year, r in zip(years, rows, strict=True)]
        free = [None if r.rank is not None else (float(r.best_rank), float(r.worst_rank)) for r in rows]
        _history_traces(ranks, rows[0].name, x, [r.rank for r in rows], free, said, style)
        said = [f"{year.year}: {span_text(r.low, r.high)}" for year, r in zip(years, rows, strict=True)]
        spans = [None if r.published else (r.low, r.high) for r in rows]
        _history_traces(scores, rows[0].name, x, [r.low if r.published else None for r in rows], spans, said, style)
    for chart in (ranks, scores):
        chart.update_layout(height=470)
        chart.update_xaxes(tickvals=[y.year for y in years], ticktext=[str(y.year) for y in years], fixedrange=True)
        chart.update_yaxes(fixedrange=True)
    ranks.update_yaxes(range=[65, -1], tickvals=[1, TOP, 30, 45, 63])
    ranks.add_hline(y=TOP, line={"color": MUTED, "width": 1, "dash": "dash"})
    scores.update_yaxes(range=[0, 1.02])
    source = source_hosts([r.source for rows in history_rows(years, codes).values() for r in rows if r.source])
    frame = lambda: _history_frame(years, codes)  # noqa: E731
    title = _("Thứ hạng qua các năm (đường chấm: bộ chỉ số thay đổi giữa các năm)")
    show_chart(ranks, "national_ranks", title, source, frame)
    title = _("Điểm qua các năm (đường chấm: bộ chỉ số thay đổi giữa các năm)")
    show_chart(scores, "national_scores", title, source, frame)


def _detail(row: ProvinceRow, code: str, value: float | None) -> object:
    """Score and rank in a main index or pillar."""
    ranked = row.index_ranks.get(code)
    parts = [
        *([score_text(value)] if value is not None else []),
        *([_("hạng {rank}").format(rank=ranked.rank)] if ranked is not None else []),
    ]
    if not parts:
        return Markup('<span class="dti-none">{}</span>').format(not_public())
    return Markup("<strong>{}</strong>").format(", ".join(parts))


def draw_details(shown: NationalYear) -> None:
    """Main indices and pillars of the provinces of which anything is public, and of ours."""
    rows = [row for row in shown.rows if row.detailed or row.ours]
    head = [Column(_("Hạng"), "right"), Column(_("Tỉnh, thành phố"))]
    sections = (
        (INDEX_CODES, index_names(), lambda r: r.values.indices, _("Chỉ số chính năm {year}: điểm và thứ hạng đã công bố")),
        (PILLAR_CODES, pillar_names(), lambda r: r.values.pillars, _("Ba trụ cột năm {year}: điểm và thứ hạng đã công bố")),
    )  # fmt: skip
    for codes, names, values, caption in sections:
        columns = [*head, *(Column(code, "left", names[code]) for code in codes), Column(_("Nguồn"))]
        body = [
            [
                _strong(row, rank_text(row)),
                _strong(row, row.name),
                *(_detail(row, code, value) for code, value in zip(codes, values(row), strict=True)),
                _sources_cell("; ".join(_detail_sources(row, codes, values(row)))),
            ]
            for row in rows
        ]
        draw(table(columns, body, caption=caption.format(year=shown.year), stack=True), _key(names))
    others = len(shown.rows) - len(rows)
    draw(Markup("<p>{}</p>").format(_("{n} tỉnh còn lại: chưa công bố chỉ số chính và trụ cột nào.").format(n=others)))
    draw(definition(formula_lines(shown.year)))


def _detail_sources(row: ProvinceRow, codes: Sequence[str], values: Sequence[float | None]) -> list[str]:
    """Sources of what a line shows, each once."""
    own = [row.source] if any(value is not None for value in values) else []
    ranked = [row.index_ranks[code].source for code in codes if code in row.index_ranks]
    parts = [part for source in (*own, *ranked) for part in source.split("; ")]
    return list(dict.fromkeys(parts))


def _key(names: Mapping[str, str]) -> Markup:
    text = " · ".join(f"{code} {name}" for code, name in names.items())
    return Markup('<p style="font-size:0.85rem;margin:0.5rem 0 1.2rem">{}</p>').format(text)


def formula_lines(year: int) -> list[tuple[str, str]]:
    """How total and pillars follow from the main indices, in words. Source: Quyết định số 922/QĐ-BTTTT."""
    foundation = [code for code in INDEX_CODES if code not in ("CQ", "KT", "XH")]
    weights = ", ".join(f"{code} {format_number(INDEX_WEIGHTS[code])}" for code in INDEX_CODES)
    base = sum(INDEX_WEIGHTS[code] for code in foundation)
    pillars = {"CQS": "CQ", "KTS": "KT", "XHS": "XH"}
    lines_ = [
        (
            _("Tổng điểm"),
            _(
                "Mỗi chỉ số chính từ 0 đến 1 nhân với trọng số của mình ({weights}), cộng lại rồi chia cho {whole}."
            ).format(weights=weights, whole=format_number(sum(INDEX_WEIGHTS.values()))),
        ),
        *(
            (
                pillar_names()[pillar],
                _(
                    "Năm chỉ số nền tảng ({foundation}) mỗi chỉ số nhân 100, cộng {own} nhân {weight}, chia cho {whole}."
                ).format(
                    foundation=", ".join(foundation),
                    own=own,
                    weight=format_number(INDEX_WEIGHTS[own]),
                    whole=format_number(base + INDEX_WEIGHTS[own]),
                ),
            )
            for pillar, own in pillars.items()
        ),
        (_("Căn cứ"), _("Quyết định số 922/QĐ-BTTTT ngày 20/5/2022, phụ lục 1.")),
    ]
    if year < 2021:
        lines_.append(
            (
                _("Lưu ý"),
                _("Năm 2020 tính theo bộ chỉ số có cấu trúc khác: công thức trên không áp dụng, điểm trụ cột không so sánh được với các năm sau."),
            )
        )  # fmt: skip
    return lines_
