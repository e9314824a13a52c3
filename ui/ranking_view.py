"""How a ranking list is drawn: table, bars with what is still open, heat map of the main indices."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from markupsafe import Markup, escape

from assessment.ranking import RankingRow, RankingTable
from assessment.snapshots import LevelSnapshot, ScoreStage, same_rules
from data.reference.districts import district_tiles
from data.repositories import UnitRecord
from language import _, format_number, format_signed, sort_key
from reports.history import other_rules_text
from reports.labels import no_figures_text
from reports.places import unplaced_text
from reports.ranking import open_place_text
from reports.wording import converted_note
from ui import gateway
from ui.address import select
from ui.charts import ACCENT, MUTED, SEQUENTIAL, colour_scale, show_chart, text_colour
from ui.figures import arrow_of, figure, figures
from ui.selection import Choice
from ui.tables import Column, draw, link, meter, table, way
from ui.tile_map import Scale, Tile, letters_on, tile_map

ROW_HEIGHT, LINE_HEIGHT = 26, 14
"""Height of one unit in a chart, and of each further line of its name, in pixels."""
MOST_COMPARED_FIRST = 3
"""Units that the way to the comparison starts with."""
LABEL_LETTERS = 22
"""Letters of a unit's name on one line of a chart: every commune fits, and on a telephone there is room for the figures."""
TILES_WIDTH = 760
"""Most width of the tile map of the districts, in pixels."""


def scorecard_address(choice: Choice, unit: str) -> str:
    """Address of a unit's scorecard at the same snapshot and score."""
    return "/phieu-diem?" + urlencode({**snapshot_query(choice), **choice.stage_query, "don-vi": unit})


def comparison_address(choice: Choice, units: Sequence[str]) -> str:
    """Address of the comparison of these units at the same snapshot and score."""
    return "/so-sanh?" + urlencode({**snapshot_query(choice), **choice.stage_query, "cac-don-vi": ".".join(units)})


def snapshot_query(choice: Choice) -> dict[str, object]:
    """What names the snapshot and the list in an address; the whole level's list is not named."""
    chosen = {} if choice.whole_list else {"danh-sach": choice.list_code}
    return {"khoi": choice.level_code, "ky": choice.now.period.id, "thang": choice.now.month, **chosen}


def movement_text(row: RankingRow) -> Markup:
    """Places won or lost since the compared snapshot."""
    return movement_mark(row.movement)


def movement_mark(movement: int | None) -> Markup:
    """Places won (+) or lost (-), with a sign that does not rest on colour alone."""
    if movement is None:
        return Markup('<span class="dti-none">–</span>')
    if movement == 0:
        return Markup(f'<span class="dti-same" title="{escape(_("giữ hạng"))}">=</span>')
    up, places = movement > 0, abs(movement)
    hint = (_("tăng {n} hạng") if up else _("giảm {n} hạng")).format(n=places)
    start = f'<span class="{"dti-up" if up else "dti-down"}" title="{escape(hint)}">'
    return Markup(f"{start}{'▲' if up else '▼'} {places}</span>")


def bounds_text(row: RankingRow) -> str:
    """The rank band while cells are missing; the rank alone when it is settled."""
    if row.best_rank is None or row.worst_rank is None:
        return "–"
    return f"{row.best_rank}–{row.worst_rank}" if not row.settled else str(row.best_rank)


def total_text(row: RankingRow, stage: ScoreStage) -> str:
    """The total; words for a unit that has no figure at all (of this score), or to which nothing applies."""
    if row.reported and stage is not ScoreStage.PUBLISHED:
        return format_number(row.total, 2, missing=_("chưa có"))
    return format_number(row.total, 2, missing=unplaced_text(stage, closed=row.closed))


def chart_label(unit: UnitRecord) -> str:
    """Name of a unit for the axis of a chart, on short lines. Names with their type are unique within a level."""
    return "<br>".join(textwrap.wrap(unit.name_vi, LABEL_LETTERS))


def rows_height(labels: Sequence[str]) -> int:
    """Height of the rows of a chart, in pixels: each has room for the longest label, so that no two touch."""
    lines = max((label.count("<br>") for label in labels), default=0)
    return (ROW_HEIGHT + LINE_HEIGHT * lines) * len(labels)


def unit_label(unit: UnitRecord, parents: Mapping[str, str]) -> str:
    """Name of a unit, with its district where it has one."""
    parent = parents.get(unit.parent_code or "")
    return f"{unit.name_vi} ({parent})" if parent else unit.name_vi


def sorted_rows(rows: Sequence[RankingRow], order: str) -> tuple[RankingRow, ...]:
    """Rows by rank, by name, by movement, or by a main index (its position as text)."""
    if order == "ten":
        return tuple(sorted(rows, key=lambda r: sort_key(r.unit.name_vi)))
    if order == "tang":
        return tuple(sorted(rows, key=lambda r: (r.movement is None, -(r.movement or 0))))
    if order.isdigit():
        place = int(order)
        return tuple(sorted(rows, key=lambda r: (r.groups[place] is None, -(r.groups[place] or 0.0))))
    return tuple(rows)


def draw_table(choice: Choice, ranked: RankingTable, rows: Sequence[RankingRow], parents: Mapping[str, str]) -> None:
    """The list as a table; every unit links to its scorecard."""
    stage, settled = choice.now.stage, ranked.settled
    appraised = stage is ScoreStage.APPRAISED
    groups = [
        Column(g.code, "right", f"{g.name}, {_('tối đa')} {format_number(m)}")
        for g, m in zip(ranked.groups, ranked.maxima, strict=True)
    ]
    columns = [
        Column(_("Hạng"), "right"),
        Column(_("Tăng, giảm"), "center", _("Số hạng tăng hoặc giảm so với kỳ so sánh")),
        Column(_("Cơ quan, đơn vị")),
        *([Column(_("Địa bàn"))] if parents else []),
        Column(
            _("Điểm"),
            "right",
            _("Tổng điểm quy đổi, thang {scale}").format(scale=format_number(choice.now.criteria_set.top)),
        ),
        Column(_("Xếp loại"), "nowrap"),
        *groups,
        *([Column(_("Thưởng, trừ"), "right", _("Điểm thưởng, điểm trừ sau mức trần"))] if ranked.adjusted else []),
        *(() if settled else (_bounds_column(appraised=appraised),)),
        Column(
            _("Chưa thẩm định") if appraised else _("Thiếu"),
            "right",
            _("Số chỉ số thành phần {open}").format(open=no_figures_text(stage)),
        ),
    ]
    body = [
        [
            format_number(row.rank, missing="–"),
            movement_text(row),
            link(scorecard_address(choice, row.unit.code), row.unit.name_vi),
            *([parents.get(row.unit.parent_code or "", "")] if parents else []),
            meter(_fraction(choice, row), total_text(row, stage)),
            row.band or "–",
            *(format_number(value, 2, missing="–") for value in row.groups),
            *([_adjustment_text(row)] if ranked.adjusted else []),
            *(() if settled else (bounds_text(row),)),
            format_number(row.missing) if row.missing else "",
        ]
        for row in rows
    ]
    caption = _("{list}, kỳ {name}: {n} cơ quan, đơn vị").format(
        list=ranked.list_name, name=choice.now.name, n=len(rows)
    )
    draw(table(columns, body, caption=caption), group_key(ranked))
    if any(row.converted and row.total is not None for row in rows):
        st.caption(converted_note())
    _draw_open_places(ranked, rows, parents)


def _bounds_column(*, appraised: bool) -> Column:
    return Column(
        _("Khoảng hạng"),
        "center",
        _("Hạng tốt nhất và thấp nhất có thể có khi các chỉ số còn lại được thẩm định; lý do ở dưới bảng")
        if appraised
        else _("Hạng tốt nhất và thấp nhất có thể có khi các số liệu còn thiếu được bổ sung; lý do ở dưới bảng"),
    )


def _draw_open_places(ranked: RankingTable, rows: Sequence[RankingRow], parents: Mapping[str, str]) -> None:
    """Why places are bands: what is missing of whom; filled only when opened."""
    shown = {row.unit.code for row in rows}
    if all(row.settled for row in rows):
        return
    expander = st.expander(_("Vì sao có khoảng hạng"), key="ranking_open_places", on_change="rerun")
    if not expander.open:
        return
    label = lambda unit: unit_label(unit, parents)  # noqa: E731
    body = [
        [label(place.row.unit), bounds_text(place.row), open_place_text(place, label)]
        for place in ranked.open_places
        if place.row.unit.code in shown
    ]
    columns = [Column(_("Cơ quan, đơn vị")), Column(_("Khoảng hạng"), "center"), Column(_("Lý do"))]
    with expander:
        draw(table(columns, body, caption=_open_caption(ranked), stack=True))


def _open_caption(ranked: RankingTable) -> str:
    if ranked.snapshot.stage is ScoreStage.APPRAISED:
        return _("Chỉ số chưa thẩm định làm hạng có thể thay đổi")
    return _("Số liệu còn thiếu làm hạng có thể thay đổi")


def _adjustment_text(row: RankingRow) -> str:
    return "–" if row.adjustment is None else format_signed(row.adjustment, 2)


def group_key(ranked: RankingTable) -> Markup:
    """What the codes of the main indices mean."""
    names = " · ".join(f"{g.code} {g.name}" for g in ranked.groups)
    return Markup('<p style="font-size:0.85rem;margin:0.5rem 0 0">{}</p>').format(names)


def _fraction(choice: Choice, row: RankingRow) -> float | None:
    scale = choice.now.criteria_set.top
    return None if row.total is None or not scale else row.total / scale


def draw_bars(choice: Choice, ranked: RankingTable, rows: Sequence[RankingRow], parents: Mapping[str, str]) -> None:
    """Totals as bars, best on top; a line shows how far a total may still rise while cells are missing."""
    known = [r for r in rows if r.total is not None][::-1]
    if not known:
        st.info(_("Chưa có đơn vị nào có điểm nên chưa vẽ được biểu đồ."))
        return
    low, high = choice.now.book.total_bounds
    row_of = choice.now.row_of
    rise = [float(high[row_of[r.unit.code]] - low[row_of[r.unit.code]]) / 1e9 for r in known]
    labels = [f"{r.rank}. {chart_label(r.unit)}" for r in known]
    bars = {
        "type": "bar",
        "x": [r.total for r in known],
        "y": labels,
        "orientation": "h",
        "marker": {"color": ACCENT},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": rise,
            "arrayminus": [0.0] * len(known),
            "color": MUTED,
        },
        "text": [format_number(r.total, 2) for r in known],
        "textposition": "inside",
        "insidetextanchor": "start",
        "insidetextfont": {"color": "#ffffff", "size": 11},
        "constraintext": "none",
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    layout = {
        "height": max(320, rows_height(labels) + 170),
        "bargap": 0.25,
        "xaxis": {"range": [0, choice.now.criteria_set.top]},
        "yaxis": {"tickfont": {"size": 11}},
    }
    show_chart(
        {"data": [bars], "layout": layout},
        "ranking_bars",
        _bars_title(choice.now.stage).format(list=ranked.list_name, name=choice.now.name),
        choice.source,
        lambda: _frame(rows, parents, ranked),
        unit=_("điểm"),
        demonstration=choice.demonstration,
    )


def _bars_title(stage: ScoreStage) -> str:
    return {
        ScoreStage.SELF: _("Tổng điểm {list}, kỳ {name}; vạch xám: phần còn có thể tăng khi bổ sung số liệu"),
        ScoreStage.APPRAISED: _("Tổng điểm {list}, kỳ {name}; vạch xám: phần còn có thể tăng khi thẩm định xong"),
        ScoreStage.PUBLISHED: _("Tổng điểm {list}, kỳ {name}"),
    }[stage]


def draw_heat_map(choice: Choice, ranked: RankingTable, rows: Sequence[RankingRow], parents: Mapping[str, str]) -> None:
    """Share of each main index's maximum, unit by unit."""
    shown = list(rows)[::-1]
    share = [
        [None if value is None or not m else value / m * 100 for value, m in zip(r.groups, ranked.maxima, strict=True)]
        for r in shown
    ]
    texts = [[format_number(value, 0, missing="–") for value in row] for row in share]
    labels = [chart_label(r.unit) for r in shown]
    scale = Scale(_("Mức đạt"), 0, 100, ())
    letters = [[text_colour() if v is None else letters_on(scale.colour(v)) for v in row] for row in share]

    def cells(colour: str) -> dict[str, Any]:
        kept = [[c == colour for c in row] for row in letters]
        return {
            "type": "heatmap",
            "z": [[v if k else None for v, k in zip(*row, strict=True)] for row in zip(share, kept, strict=True)],
            "x": [g.code for g in ranked.groups],
            "y": labels,
            "text": [[t if k else "" for t, k in zip(*row, strict=True)] for row in zip(texts, kept, strict=True)],
            "texttemplate": "%{text}",
            "textfont": {"size": 11, "color": colour},
            "colorscale": colour_scale(SEQUENTIAL),
            "zmin": 0,
            "zmax": 100,
            "xgap": 1,
            "ygap": 1,
            "hoverongaps": False,
            "hovertemplate": "%{y}, %{x}: %{text} %<extra></extra>",
            # Every cell carries its figure; a bar of colours would only take their width.
            "showscale": False,
        }

    layout = {
        "height": max(320, rows_height(labels) + 170),
        "xaxis": {"side": "bottom"},
        "yaxis": {"tickfont": {"size": 11}},
    }
    show_chart(
        # The letters of a trace have one colour, and no colour can be read on every cell.
        {"data": [cells(colour) for colour in sorted({c for row in letters for c in row})], "layout": layout},
        "ranking_heat",
        _("Mức đạt theo chỉ số chính, {list}, kỳ {name}").format(list=ranked.list_name, name=choice.now.name),
        choice.source,
        lambda: _frame(rows, parents, ranked),
        unit=_("% điểm tối đa"),
        demonstration=choice.demonstration,
    )
    draw(group_key(ranked))


def choose_area(parents: Mapping[str, str]) -> str:
    """Draw the choice of a district where the units lie in districts; its code, empty for all of them."""
    if not parents:
        # The district of another level would stand in the address for nothing.
        if "dia-ban" in st.query_params:
            del st.query_params["dia-ban"]
        return ""
    return select(_("Địa bàn"), "dia-ban", {"": _("Tất cả"), **parents})


def district_tiles_of(choice: Choice, rows: Sequence[RankingRow]) -> tuple[Tile, ...]:
    """A cell for every district of the list that has one, in the colour of its total."""
    places = district_tiles()
    cells = [(row, places.get((row.unit.code, row.unit.valid_from))) for row in rows]
    return tuple(
        Tile(
            row.unit.name_vi,
            f"{row.unit.type_vi}<br>{row.unit.name_vi.removeprefix(row.unit.type_vi).strip()}",
            cell.row,
            cell.column,
            row.total,
            _tile_text(row, choice.now.stage),
            cell.span,
        )
        for row, cell in cells
        if cell is not None
    )


def _tile_text(row: RankingRow, stage: ScoreStage) -> str:
    total = total_text(row, stage)
    return total if row.rank is None else _("hạng {rank}: {total}").format(rank=format_number(row.rank), total=total)


def draw_tiles(choice: Choice, ranked: RankingTable, rows: Sequence[RankingRow], parents: Mapping[str, str]) -> None:
    """The tile map of the districts; units of other levels have no cell of their own, and the page says so."""
    tiles = district_tiles_of(choice, rows)
    if not tiles:
        st.info(_("Sơ đồ ô chỉ có cho cấp huyện. Hãy chọn «Cấp huyện», hoặc cách xem khác cho khối này."))
        return
    top = choice.now.criteria_set.top
    ticks = tuple((top * share / 4, format_number(top * share / 4)) for share in range(5))
    with st.container(width=TILES_WIDTH):
        show_chart(
            tile_map(
                tiles,
                Scale(_("Điểm"), 0, top, ticks),
                _("ô gạch chéo: {open}").format(open=unplaced_text(choice.now.stage)),
                cell_height=84,
            ),
            "ranking_tiles",
            _("Tổng điểm {list}, kỳ {name}: sơ đồ ô, không theo tỷ lệ").format(
                list=ranked.list_name, name=choice.now.name
            ),
            choice.source,
            lambda: _frame(rows, parents, ranked),
            unit=_("điểm"),
            demonstration=choice.demonstration,
        )


def _frame(rows: Sequence[RankingRow], parents: Mapping[str, str], ranked: RankingTable) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            [
                format_number(r.rank, missing="–"),
                unit_label(r.unit, parents),
                total_text(r, ranked.snapshot.stage),
                r.band,
            ]
            + [format_number(value, 2, missing="–") for value in r.groups]
            for r in rows
        ],
        columns=[_("Hạng"), _("Cơ quan, đơn vị"), _("Điểm"), _("Xếp loại"), *(g.code for g in ranked.groups)],
    )
    return frame.set_index(_("Hạng"))


def earlier_mean(ranked: RankingTable) -> float | None:
    """The mean of the list in the snapshot that it is compared with, as that is shown itself; None without any."""
    then = ranked.compared
    if then is None or not ranked.comparable or ranked.list_code not in {x.code for x in then.lists}:
        return None
    return gateway.ranking_table(then, ranked.list_code, None).mean


def draw_summary(ranked: RankingTable) -> None:
    """How many units, the mean and how it differs from the earlier one, the span, and how many still miss figures."""
    scores, mean, before = ranked.scores, ranked.mean, earlier_mean(ranked)
    earlier = None if mean is None or before is None else mean - before
    span = f"{format_number(min(scores), 1)} – {format_number(max(scores), 1)}" if scores else "–"
    change = None if earlier is None else format_signed(earlier, 2)
    with figures():
        figure(_("Cơ quan, đơn vị"), format_number(len(ranked.rows)))
        figure(_("Điểm trung bình"), format_number(mean, 2, missing="–"), change, arrow=arrow_of(earlier))
        figure(_("Thấp nhất – cao nhất"), span)
        figure(*_lacking(ranked), wide=True)
    draw_other_rules(ranked.snapshot, ranked.compared)


def _lacking(ranked: RankingTable) -> tuple[str, str]:
    """How many units miss something, and what; of what a decision fixed, how many it ranked not."""
    stage, rows = ranked.snapshot.stage, ranked.rows
    if stage is ScoreStage.PUBLISHED:
        return _("Đơn vị không xếp hạng"), format_number(sum(r.rank is None for r in rows))
    if stage is ScoreStage.APPRAISED and all(r.complete or r.closed for r in rows):
        return _("Đơn vị không gửi báo cáo"), format_number(sum(not r.complete for r in rows))
    name = _("Đơn vị chưa thẩm định xong") if stage is ScoreStage.APPRAISED else _("Đơn vị còn thiếu số liệu")
    return name, format_number(sum(not r.complete for r in rows))


def draw_other_rules(now: LevelSnapshot, then: LevelSnapshot | None) -> None:
    """Says so where the compared snapshot was scored by another criteria set."""
    if then is not None and not same_rules(then.criteria_set, now.criteria_set):
        st.info(_("So với {name}: {text}.").format(name=then.name, text=other_rules_text().replace(":", ",")))


def draw_way_to_comparison(choice: Choice, rows: Sequence[RankingRow]) -> None:
    """The way to comparing the first units of the table; others are chosen there."""
    first = [row.unit.code for row in rows[:MOST_COMPARED_FIRST]]
    if len(first) > 1:
        words = _("So sánh {n} đơn vị đầu bảng, hoặc đơn vị khác").format(n=len(first))
        draw(way(comparison_address(choice, first), words))
