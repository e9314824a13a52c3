"""How firm a ranking list is, drawn: rank ranges, who moves under another choice, what our national rank depends on."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.baseline import target_year
from assessment.robustness import Choice, ListStability, UnitStability
from language import _, capitalised, format_number, format_percent, format_signed
from reports.robustness import (
    choice_name,
    dependence_sentences,
    factor_name,
    floor_text,
    range_text,
    rank_name,
    score_text,
    sensitivity_method,
    unranked_sentences,
    weights_meaning,
)
from scoring.robustness import Scope
from scoring.sensitivity import Factor, Sensitivity
from ui import gateway_robustness
from ui.charts import ACCENT, CONTRAST, MUTED, rank_axis, show_chart
from ui.figures import figure, figures
from ui.jobs import Job
from ui.ranking_view import chart_label, rows_height, scorecard_address, unit_label
from ui.selection import Choice as Selection
from ui.tables import Column, draw, link, moved_rank, table
from ui.waiting import draw_progress, wait_for

SCOPES: Mapping[str, Scope] = {"thanh-phan": "criterion", "chinh": "group"}
"""What a drawn weight belongs to, by its code in the address."""
FLOORS = {"1": 0.01, "0,1": 0.001, "5": 0.05, "10": 0.1}
"""Floors of the geometric mean, by their code in the address (percent)."""
FIRM = 0.9
"""A place that holds in so large a share of the draws is called firm."""


def scope_names() -> dict[str, str]:
    """What the weights are changed by, by code."""
    return dict(zip(SCOPES, (_("Từng chỉ số thành phần"), _("Từng chỉ số chính")), strict=True))


def floor_names() -> dict[str, str]:
    """Floors as they are shown, by code."""
    return {code: format_percent(floor) for code, floor in FLOORS.items()}


def draw_score(stable: ListStability) -> None:
    """What the trials rest on, where that is not what units assessed themselves."""
    told = score_text(stable)
    if told:
        (st.warning if stable.unfinished else st.caption)(told)


def draw_summary(stable: ListStability) -> None:
    """How many places are firm, and how many depend on a choice."""
    firm = sum(u.held >= FIRM for u in stable.units)
    widest = max((u.width for u in stable.units), default=0)
    with figures():
        figure(_("Đơn vị được xếp hạng"), format_number(len(stable.units)))
        figure(_("Hạng vững"), format_number(firm))
        figure(_("Hạng tùy cách chọn"), format_number(len(stable.dependent)))
        figure(_("Khoảng rộng nhất"), _("{n} hạng").format(n=format_number(widest)))
    st.caption(
        _(
            "Hạng vững: giữ đúng hạng trong ít nhất {share} số lần thử trọng số. Hạng tùy cách chọn: đổi theo một cách "
            "chọn nêu dưới đây. Khoảng: số hạng đơn vị có thể đứng trong 90 % số lần thử."
        ).format(share=format_percent(FIRM, 0))
    )


def draw_sentences(stable: ListStability) -> None:
    """The units whose place depends on a choice, named."""
    items = Markup("").join(Markup("<li>{}</li>").format(text) for text in dependence_sentences(stable))
    draw(Markup('<ul class="dti-list">{}</ul>').format(items))


def draw_meaning(stable: ListStability) -> None:
    """What changing the weights means and what it does not."""
    for text in weights_meaning(stable):
        st.write(text)


def draw_ranges(choice: Selection, stable: ListStability, parents: Mapping[str, str]) -> None:
    """The 90 % range of every rank as a line, its middle as a dot, the place as it is as a diamond."""
    units = stable.units[::-1]
    names = [f"{u.rank}. {chart_label(u.unit)}" for u in units]
    drawn = go.Figure()
    drawn.add_trace(
        go.Scatter(
            x=[u.middle for u in units],
            y=names,
            mode="markers",
            name=_("Hạng giữa và khoảng 90 % số lần thử"),
            marker={"color": ACCENT, "size": 7},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [u.high - u.middle for u in units],
                "arrayminus": [u.middle - u.low for u in units],
                "color": ACCENT,
                "thickness": 3,
                "width": 0,
            },
            customdata=[[range_text(u), format_percent(u.held, 0)] for u in units],
            hovertemplate="%{y}: %{customdata[0]} (" + _("giữ hạng") + " %{customdata[1]})<extra></extra>",
        )
    )
    drawn.add_trace(
        go.Scatter(
            x=[u.rank for u in units],
            y=names,
            mode="markers",
            name=capitalised(rank_name(stable)),
            marker={"color": CONTRAST, "symbol": "diamond-open", "size": 12, "line": {"width": 2}},
            hovertemplate="%{y}<extra></extra>",
        )
    )
    drawn.update_layout(
        height=max(320, rows_height(names) + 190),
    )
    drawn.update_yaxes(tickfont={"size": 11}, range=[-0.7, len(units) - 0.3])
    drawn.update_xaxes(rank_axis(len(units)), side="bottom")
    show_chart(
        drawn,
        "robustness_ranges",
        _("Hạng của từng đơn vị khi trọng số thay đổi ±{spread}, {list}, kỳ {name}").format(
            spread=format_percent(stable.spread, 0), list=stable.list_name, name=choice.now.name
        ),
        choice.source,
        lambda: _frame(stable, parents),
        unit=_("hạng"),
        demonstration=choice.demonstration,
        summary="; ".join(f"{u.unit.name_vi}: {range_text(u)}" for u in stable.units),
    )


def _frame(stable: ListStability, parents: Mapping[str, str]) -> pd.DataFrame:
    rows = [
        [unit_label(u.unit, parents), u.rank, u.low, u.middle, u.high, format_percent(u.held, 0)] for u in stable.units
    ]
    columns = [_("Cơ quan, đơn vị"), _("Hạng"), _("Mức 5 %"), _("Mức 50 %"), _("Mức 95 %"), _("Giữ đúng hạng")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Cơ quan, đơn vị"))


def draw_table(choice: Selection, stable: ListStability, parents: Mapping[str, str]) -> None:
    """Every unit with its range, how often it keeps its place, and how it stands against the unit just before it."""
    columns = [
        Column(_("Hạng"), "right"),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Điểm"), "right"),
        Column(_("Khoảng hạng 90 %"), "center", _("Hạng ở mức 5 % và 95 % số lần thử")),
        Column(_("Tốt nhất – thấp nhất"), "center", _("Trong mọi lần thử")),
        Column(_("Giữ đúng hạng"), "right", _("Tỷ lệ số lần thử đơn vị có đúng {rank}").format(rank=rank_name(stable))),
        Column(_("Đứng trên đơn vị liền trên"), "right", _("Tỷ lệ số lần thử đơn vị xếp trên đơn vị ngay trước mình")),
        Column(_("Hạng phụ thuộc vào"), "wide"),
    ]
    rows = [
        [
            u.rank,
            link(scorecard_address(choice, u.unit.code), unit_label(u.unit, parents)),
            format_number(u.total, 2),
            range_text(u),
            f"{u.best}–{u.worst}" if u.best != u.worst else str(u.best),
            format_percent(u.held, 0),
            format_percent(u.overtakes, 0, missing="–"),
            "; ".join(map(choice_name, u.choices)) or "–",
        ]
        for u in stable.units
    ]
    caption = _("{list}, kỳ {name}: hạng trong {n} lần thử trọng số").format(
        list=stable.list_name, name=choice.now.name, n=format_number(stable.draws)
    )
    draw(table(columns, rows, caption=caption, stack=True))
    for text in unranked_sentences(stable):
        st.caption(text)


def draw_geometric(choice: Selection, stable: ListStability, parents: Mapping[str, str]) -> None:
    """Who would stand elsewhere under a geometric mean of the main indices."""
    st.write(floor_text(stable))
    moved = stable.moved_by(Choice.GEOMETRIC)
    if not moved:
        st.info(_("Không đơn vị nào đổi hạng khi dùng trung bình nhân."))
        return
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Điểm (trung bình cộng)"), "right"),
        Column(_("Hạng (trung bình cộng)"), "right"),
        Column(_("Điểm (trung bình nhân)"), "right"),
        Column(_("Hạng (trung bình nhân)"), "right"),
    ]
    rows = [
        [
            link(scorecard_address(choice, u.unit.code), unit_label(u.unit, parents)),
            format_number(u.total, 2),
            u.rank,
            format_number(u.geometric_total, 2),
            moved_rank(u.rank, u.geometric_rank),
        ]
        for u in _farthest(moved)
    ]
    caption = _("Đơn vị đổi hạng khi dùng trung bình nhân, đổi nhiều nhất trước")
    draw(table(columns, rows, caption=caption, stack=True))


def _farthest(units: Sequence[UnitStability]) -> list[UnitStability]:
    return sorted(units, key=lambda u: (-abs(u.geometric_rank - u.rank), u.rank))


def draw_sensitivity(base_year: int) -> None:
    """What our national rank depends on: asked for by a button, computed beside the screen, kept for everybody."""
    target = target_year(base_year)
    st.write(
        _(
            "Mô hình dự báo thứ hạng năm {target} tính từ kết quả đã công bố năm {base}. Phép tính này cho biết nếu "
            "biết chắc một yếu tố thì phần không chắc chắn của thứ hạng giảm đi bao nhiêu."
        ).format(target=target, base=base_year)
    )
    job = gateway_robustness.sensitivity_job(base_year)
    if job is not None and not job.finished:
        wait_for(job, "robustness", lambda: _draw_progress(job))
    elif job is not None and job.result is not None and not job.cancelled:
        _draw_indices(job.result, base_year, target)
    else:
        if job is not None and job.failed:
            st.warning(
                _(
                    "Lần tính trước không hoàn thành. Đề nghị thử lại; nếu vẫn vậy, báo cơ quan thường trực chuyển đổi số."
                )
            )
        st.button(
            _("Tính mức ảnh hưởng (vài giây)"),
            key="sensitivity_start",
            on_click=gateway_robustness.ask_sensitivity,
            args=(base_year,),
        )


def _draw_progress(job: Job[Sensitivity]) -> None:
    words = _("Đang tính: {done}").format(done=format_percent(job.done, 0))
    draw_progress(job, words, "sensitivity_cancel", _("Hủy"))


def _draw_indices(found: Sensitivity, base_year: int, target_year: int) -> None:
    order = sorted(Factor, key=lambda f: -found.total[f].value)
    first = order[0]
    st.write(
        _("Nhiều nhất là **{name}**: {share} sự không chắc chắn của thứ hạng (một mình yếu tố này: {alone}).").format(
            name=factor_name(first).lower(),
            share=format_percent(max(found.total[first].value, 0.0), 0),
            alone=format_percent(max(found.first[first].value, 0.0), 0),
        )
    )
    _index_chart(found, order[::-1], base_year, target_year)
    st.caption(
        sensitivity_method(found)
        + " "
        + _(
            "Các yếu tố được rút độc lập trong khoảng đã nêu ở phần giả định của dự báo; kết quả nói về mô hình này, không phải về thực tế ngoài mô hình. Chỉ số âm nhỏ là sai số tính toán của một yếu tố không có ảnh hưởng."
        )
    )


def _index_chart(found: Sensitivity, order: Sequence[Factor], base_year: int, target_year: int) -> None:
    drawn = go.Figure()
    names = ["<br>".join(_wrap(factor_name(f))) for f in order]
    series = (
        (found.total, _("Gồm cả tác động cùng yếu tố khác"), ACCENT),
        (found.first, _("Riêng yếu tố"), MUTED),
    )
    for indices, name, colour in series:
        values = [indices[f] for f in order]
        drawn.add_trace(
            go.Bar(
                x=[v.value * 100 for v in values],
                y=names,
                orientation="h",
                name=name,
                marker_color=colour,
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [(v.high - v.value) * 100 for v in values],
                    "arrayminus": [(v.value - v.low) * 100 for v in values],
                },
                hovertemplate="%{y}: %{x:.1f} %<extra>" + name + "</extra>",
            )
        )
    drawn.update_layout(height=470, barmode="group", legend={"traceorder": "reversed"})
    drawn.update_yaxes(tickfont={"size": 11})
    show_chart(
        drawn,
        "robustness_sensitivity",
        _("Thứ hạng toàn quốc năm {year} phụ thuộc vào yếu tố nào; vạch: khoảng 95 %").format(year=target_year),
        _("kết quả công bố đến năm {year} và các giả định của mô hình dự báo").format(year=base_year),
        lambda: _index_frame(found, order[::-1]),
        unit=_("% phương sai của hạng"),
    )


def _wrap(text: str, letters: int = 24) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _index_frame(found: Sensitivity, order: Sequence[Factor]) -> pd.DataFrame:
    def text(value: float) -> str:
        return format_signed(value * 100, 1).removeprefix("+")

    rows = [
        [factor_name(f)]
        + [
            _("{value} ({low} đến {high})").format(value=text(i.value), low=text(i.low), high=text(i.high))
            for i in (found.first[f], found.total[f])
        ]
        for f in order
    ]
    columns = [_("Yếu tố"), _("Riêng yếu tố (%)"), _("Gồm cả tác động cùng yếu tố khác (%)")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Yếu tố"))
