"""How units side by side are drawn: places, main indices, criteria with their gaps, what explains them, history."""

import textwrap
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.comparison import ComparedCell, Comparison, CriterionRow, Explanation, GapItem, absent
from assessment.ranking import RankingRow
from assessment.snapshots import ScoreStage
from language import _, capitalised, format_number, format_signed
from reports.comparison import history_note
from reports.labels import level_name, no_figures_text
from reports.wording import formula, points_text, rule_in_words, state_text
from ui import gateway, gateway_comparison
from ui.address import select
from ui.charts import SERIES_COLOURS, SERIES_MARKERS, rank_axis, show_chart
from ui.ranking_view import bounds_text, scorecard_address, total_text, unit_label
from ui.receipt_view import inputs_lines, is_counted
from ui.selection import Choice
from ui.tables import Column, definition, details, draw, lines, link, table

USUAL = 3
"""Units that are compared before the reader chooses: the leaders of the list."""
MOST_ITEMS = 12
"""Criteria that are named in the explanation of one gap; the rest is summed up."""
INDEX_HEIGHT = 44
"""Height of one main index in the dot plot, in pixels."""
LABEL_LETTERS = 24


def usual_units(choice: Choice) -> tuple[str, ...]:
    """Codes of the units that are compared before the reader chooses."""
    table = gateway.ranking_table(choice.now, choice.list_code, choice.then)
    return tuple(row.unit.code for row in table.rows[:USUAL])


def of_another_level(choice: Choice, code: str) -> str:
    """Why a unit of another level, or of another list, is left out; empty for a code that names no unit."""
    found = gateway_comparison.unit_anywhere(choice.now.period.id, code)
    if found is None:
        return ""
    level, unit = found
    if level == choice.now.level:
        chosen = choice.now.list_of(choice.list_code).name_vi
        return _(
            "{name} không thuộc danh sách «{list}» nên không so sánh ở đây; hãy chọn danh sách của cả cấp."
        ).format(name=unit.name_vi, list=chosen)
    return _(
        "{name} thuộc khối «{level}», không so sánh được với khối «{chosen}»: mỗi cấp được chấm theo bộ chỉ số riêng nên "
        "điểm không cùng thước đo. Hãy chọn các đơn vị cùng một cấp."
    ).format(name=unit.name_vi, level=level_name(level), chosen=level_name(choice.now.level))


def _name(place: RankingRow, parents: Mapping[str, str]) -> str:
    return unit_label(place.unit, parents)


def _points(value: float) -> str:
    """A gap with its sign; a third decimal never: what is less than half a hundredth is said to be that little."""
    text = format_signed(value, 2)
    return _("dưới 0,01") if value and not any(c in "123456789" for c in text) else text


def draw_places(choice: Choice, compared: Comparison, parents: Mapping[str, str]) -> None:
    """Totals, ranks and bands, with the distance from the best of the compared units."""
    stage = choice.now.stage
    settled, open_text = compared.table.settled, no_figures_text(stage)
    bounds = Column(
        _("Khoảng hạng"),
        "right",
        _("Hạng tốt nhất và thấp nhất có thể có khi các chỉ số còn lại được thẩm định")
        if stage is ScoreStage.APPRAISED
        else _("Hạng tốt nhất và thấp nhất có thể có khi số liệu còn thiếu được bổ sung"),
    )
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Hạng"), "right", _("Hạng trong «{list}»").format(list=compared.table.list_name)),
        Column(_("Tổng điểm"), "right"),
        Column(
            _("So với cao nhất"), "right", _("Chênh lệch tổng điểm so với đơn vị cao nhất trong các đơn vị so sánh")
        ),
        Column(_("Xếp loại")),
        *([] if settled else [bounds]),
        Column(capitalised(open_text), "right", _("Số chỉ số thành phần {open}").format(open=open_text)),
    ]
    best = compared.best
    ranked = compared.table.ranked
    rows = [
        [
            link(scorecard_address(choice, place.unit.code), _name(place, parents)),
            _("{rank}/{n}").format(rank=place.rank, n=ranked) if place.rank else "–",
            total_text(place, stage),
            _behind(place, best),
            place.band or "–",
            *([] if settled else [bounds_text(place)]),
            format_number(place.missing),
        ]
        for place in compared.places
    ]
    caption = _("{n} đơn vị trong «{list}», số liệu đến hết tháng {month}").format(
        n=len(rows), list=compared.table.list_name, month=choice.now.name
    )
    draw(table(columns, rows, caption=caption, stack=True))


def _behind(place: RankingRow, best: RankingRow | None) -> str:
    if best is None or place.total is None or best.total is None:
        return "–"
    return _("cao nhất") if place is best else format_signed(place.total - best.total, 2)


def draw_groups(choice: Choice, compared: Comparison, parents: Mapping[str, str]) -> None:
    """The main indices as a dot plot in % of their maxima, the figures in points in the table behind."""
    groups, maxima = compared.table.groups, compared.table.maxima
    names = ["<br>".join(textwrap.wrap(f"{g.code} {g.name}", LABEL_LETTERS)) for g in groups][::-1]
    figure = go.Figure()
    for i, place in enumerate(compared.places):
        share = [None if v is None or not m else v / m * 100 for v, m in zip(place.groups, maxima, strict=True)]
        texts = [
            _("{points} / {maximum} điểm").format(points=format_number(v, 2, missing="–"), maximum=format_number(m))
            for v, m in zip(place.groups, maxima, strict=True)
        ]
        figure.add_trace(
            go.Scatter(
                x=share[::-1],
                y=names,
                mode="markers",
                name=_name(place, parents),
                marker={"size": 11, "color": SERIES_COLOURS[i], "symbol": SERIES_MARKERS[i]},
                customdata=texts[::-1],
                hovertemplate="%{y}: %{customdata}<extra>" + place.unit.name_vi + "</extra>",
            )
        )
    figure.update_layout(height=INDEX_HEIGHT * len(names) + 200 + 20 * len(compared.places))
    figure.update_xaxes(range=[-3, 103], dtick=20, title=None)
    figure.update_yaxes(tickfont={"size": 11})
    show_chart(
        figure,
        "comparison_groups",
        _("Mức đạt theo chỉ số chính của các đơn vị so sánh, {month}").format(month=choice.now.name),
        choice.source,
        lambda: _group_frame(compared, parents),
        unit=_("% điểm tối đa"),
        demonstration=choice.demonstration,
    )


def _group_frame(compared: Comparison, parents: Mapping[str, str]) -> pd.DataFrame:
    rows = [
        [
            f"{group.code} {group.name}",
            format_number(maximum),
            *(format_number(place.groups[g], 2, missing=_("không áp dụng")) for place in compared.places),
        ]
        for g, (group, maximum) in enumerate(zip(compared.table.groups, compared.table.maxima, strict=True))
    ]
    columns = [_("Chỉ số chính"), _("Tối đa"), *(_name(p, parents) for p in compared.places)]
    return pd.DataFrame(rows, columns=columns).set_index(_("Chỉ số chính"))


def draw_explanations(compared: Comparison, parents: Mapping[str, str]) -> None:
    """For every unit behind the best one, the criteria that make the distance; they add up to it."""
    if not compared.explanations:
        st.info(_("Chưa có tổng điểm của ít nhất hai đơn vị nên chưa giải thích được chênh lệch."))
        return
    stage = compared.snapshot.stage
    draw(*(_explanation(one, stage, parents, opened=i == 0) for i, one in enumerate(compared.explanations)))


def _explanation(one: Explanation, stage: ScoreStage, parents: Mapping[str, str], *, opened: bool) -> Markup:
    best, other = _name(one.best, parents), _name(one.other, parents)
    title = (
        _("{other} kém {best} {points} điểm").format(other=other, best=best, points=format_number(one.difference, 2))
        if one.difference
        else _("{other} bằng điểm {best}").format(other=other, best=best)
    )
    summary = Markup('<span class="name">{}</span>').format(title)
    columns = [
        Column(_("Chỉ số thành phần")),
        Column(best, "right"),
        Column(other, "right"),
        Column(_("Góp vào chênh lệch"), "right", _("Điểm của tổng điểm; số âm: đơn vị sau có lợi thế")),
    ]
    shown = sorted(one.items, key=lambda item: -abs(item.gap))[:MOST_ITEMS]
    shown.sort(key=lambda item: -item.gap)
    rows: list[list[object]] = [_item_cells(item, stage) for item in shown]
    rest = [item.gap for item in one.items if item not in shown]
    if rest:
        rows.append([_("Các chỉ số khác ({n})").format(n=len(rest)), "", "", _points(sum(rest))])
    rows.append([Markup("<strong>{}</strong>").format(_("Cộng")), "", "", format_signed(one.difference, 2)])
    caption = _("Chênh lệch tổng điểm theo chỉ số thành phần, gồm cả điểm thưởng, điểm trừ (điểm của tổng điểm)")
    return details(summary, table(columns, rows, caption=caption), kind="dti-plain", opened=opened)


def _wide(name: str) -> Markup:
    """A name that keeps room for its words where the table is wider than the screen."""
    return Markup('<span class="dti-name">{}</span>').format(name)


def _item_cells(item: GapItem, stage: ScoreStage) -> list[object]:
    name = f"{item.criterion.code} {item.criterion.name}"
    return [_wide(name), _brief(item.best, stage), _brief(item.other, stage), _points(item.gap)]


def _brief(cell: ComparedCell, stage: ScoreStage) -> str:
    """Points of the applicable maximum, or the state in words."""
    if cell.points is None:
        return state_text(cell.state, stage)
    return _("{points}/{maximum}").format(points=points_text(cell.points), maximum=format_number(cell.maximum))


def group_options(compared: Comparison) -> dict[str, str]:
    """Main indices to filter by, by code; everything first."""
    groups = compared.snapshot.criteria_set.groups
    return {"": _("Tất cả"), **{g.code: f"{g.code} {g.name}" for g in groups}}


def kept_rows(compared: Comparison, group: str, order: str, *, only_differing: bool) -> list[CriterionRow]:
    """The criteria of a main index (all without one) that differ, or all; by their largest gap, or in set order."""
    rows = [r for r in compared.rows if (not group or r.group.code == group) and (r.differs or not only_differing)]
    return rows if order == "bo" else sorted(rows, key=lambda r: -r.largest_gap)


def draw_criteria(compared: Comparison, rows: Sequence[CriterionRow], parents: Mapping[str, str]) -> None:
    """Criteria against units: points, or the state in words, and how far below the best of the compared units."""
    if not rows:
        st.info(_("Không có chỉ số thành phần nào khác nhau giữa các đơn vị so sánh. Chọn «Tất cả» để xem hết."))
        return
    columns = [
        Column(_("Mã"), "nowrap"),
        Column(_("Chỉ số thành phần")),
        Column(_("Tối đa"), "right"),
        *(Column(_name(place, parents), "right") for place in compared.places),
        Column(_("Chênh lệch lớn nhất"), "right", _("Điểm của tổng điểm, so với đơn vị cao nhất ở chỉ số này")),
    ]
    body = [
        [
            row.criterion.code,
            _wide(str(row.criterion.name)),
            format_number(row.criterion.max_points),
            *(_cell(cell, compared.snapshot.stage) for cell in row.cells),
            format_number(row.largest_gap, 2),
        ]
        for row in rows
    ]
    caption = _(
        "{n} chỉ số thành phần; dưới mỗi điểm: phần kém đơn vị cao nhất ở chỉ số đó, tính vào tổng điểm sau quy đổi"
    ).format(n=len(rows))
    draw(table(columns, body, caption=caption))


def _cell(cell: ComparedCell, stage: ScoreStage) -> Markup:
    points = (
        Markup('<span class="dti-none">{}</span>').format(state_text(cell.state, stage))
        if cell.points is None
        else Markup("{}").format(points_text(cell.points))
    )
    behind = "" if not cell.gap else format_signed(-cell.gap, 2)
    if not any(c in "123456789" for c in behind):
        return points
    return Markup('{}<br><small class="dti-gap">{}</small>').format(points, behind)


def draw_one_criterion(choice: Choice, compared: Comparison, parents: Mapping[str, str]) -> None:
    """The rule of a criterion, and for every unit its inputs, how they were counted, and what they bring."""
    largest = max(compared.rows, key=lambda r: r.largest_gap)
    options = {r.criterion.code: f"{r.criterion.code} {r.criterion.name}" for r in compared.rows}
    code = select(_("Chỉ số thành phần"), "chi-so", options, default=largest.criterion.code)
    row = next(r for r in compared.rows if r.criterion.code == code)
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Số liệu")),
        Column(_("Cách tính")),
        Column(_("Điểm"), "right"),
        Column(_("Vào tổng điểm"), "right", _("Điểm đóng góp vào tổng điểm sau quy đổi")),
    ]
    body = []
    for place, cell in zip(compared.places, row.cells, strict=True):
        card = gateway.unit_scorecard(choice.now, choice.list_code, place.unit.code, choice.then)
        receipt = next(r for r in card.receipts if r.criterion.code == code)
        counts = is_counted(receipt) and row.group.kind != "unscored"
        body.append(
            [
                _name(place, parents),
                inputs_lines(receipt) or "–",
                lines(formula(receipt, choice.now.stage)),
                _brief(cell, choice.now.stage),
                format_number(cell.contribution, 2) if counts else "–",
            ]
        )
    draw(
        definition([(_("Quy tắc"), rule_in_words(row.criterion))]),
        table(columns, body, caption=options[code], stack=True),
    )


def draw_history(choice: Choice, compared: Comparison, parents: Mapping[str, str]) -> None:
    """Totals and ranks over the months and years; a line breaks where the rules change."""
    totals, ranks = st.columns(2)
    with totals:
        _draw_line(choice, compared, parents, "total")
    with ranks:
        _draw_line(choice, compared, parents, "rank")
    history = compared.history
    notes = [history_note(compared)]
    if len(set(history.sets)) > 1:
        notes.append(_("Đường bị ngắt ở nơi bộ chỉ số thay đổi: điểm chấm theo các bộ khác nhau không nối với nhau."))
    lacking = absent(compared)
    if lacking:
        notes.append(
            _("Không có mặt ở mọi kỳ (đơn vị mới hoặc đã sắp xếp lại): {names}.").format(names=", ".join(lacking))
        )
    st.caption(" ".join(notes))


def _draw_line(choice: Choice, compared: Comparison, parents: Mapping[str, str], what: str) -> None:
    history, rank = compared.history, what == "rank"
    figure = go.Figure()
    for i, (place, points) in enumerate(zip(compared.places, history.units, strict=True)):
        values = [None if p is None else p.rank if rank else p.total for p in points]
        # Points of different sets are separate lines of one unit: one legend entry for all of them.
        for n, name in enumerate(dict.fromkeys(history.sets)):
            figure.add_trace(
                go.Scatter(
                    x=list(history.labels),
                    y=[v if own == name else None for v, own in zip(values, history.sets, strict=True)],
                    mode="lines+markers",
                    name=_name(place, parents),
                    legendgroup=place.unit.code,
                    showlegend=n == 0,
                    line={"color": SERIES_COLOURS[i], "width": 2},
                    marker={"size": 8, "symbol": SERIES_MARKERS[i]},
                    customdata=[format_number(v, 0 if rank else 2) for v in values],
                    hovertemplate="%{x}: %{customdata}<extra>" + place.unit.name_vi + "</extra>",
                )
            )
    # The legend stands below the slanted months.
    figure.update_layout(height=440 + 20 * len(compared.places), legend={"y": -0.25})
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=list(history.labels), tickangle=-45)
    if rank:
        worst = max((p.rank for points in history.units for p in points if p and p.rank), default=1)
        room = {"range": [worst + max(1, worst * 0.05), 1 - max(0.5, worst * 0.05)]}
        figure.update_yaxes(rank_axis(worst) | room)
    show_chart(
        figure,
        f"comparison_{what}",
        _("Thứ hạng theo kỳ số liệu") if rank else _("Tổng điểm theo kỳ số liệu"),
        choice.source,
        lambda: _history_frame(compared, parents, rank=rank),
        unit=_("hạng trong «{list}»").format(list=compared.table.list_name) if rank else _("điểm"),
        demonstration=choice.demonstration,
    )


def _history_frame(compared: Comparison, parents: Mapping[str, str], *, rank: bool) -> pd.DataFrame:
    history = compared.history
    frame: dict[str, list[str]] = {_("Kỳ"): list(history.labels)}
    for place, points in zip(compared.places, history.units, strict=True):
        frame[_name(place, parents)] = [
            _("không có mặt")
            if p is None
            else format_number(p.rank if rank else p.total, 0 if rank else 2, missing="–")
            for p in points
        ]
    return pd.DataFrame(frame).set_index(_("Kỳ"))
