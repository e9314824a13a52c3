"""How a scenario is shown: the answer at the top, charts, what changed, where every number comes from."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from assessment.scenarios import ScenarioResult
from language import _, format_number, format_percent, format_signed
from reports import labels
from reports.base_line import goal_name, origin_name, question_in_words, reference_points_sentence
from reports.scenarios import (
    basis_text,
    chance_text,
    comparison_rows,
    index_names,
    interval_text,
    override_in_words,
    ranks_text,
    where_from,
)
from scoring.national import TOP
from scoring.outlook import shown
from scoring.scenarios import ScenarioRefusedError, place_of
from ui.charts import ACCENT, MUTED, show_chart
from ui.figures import arrow_of, figure, figures
from ui.gateway_outlook import DRAWS
from ui.scenario_state import drop_row, rows
from ui.tables import Column, definition, draw, table


def demonstration(result: ScenarioResult) -> bool:
    """Whether the figures under the scenario are invented."""
    return labels.is_demonstration(result.snapshot.period)


def source(result: ScenarioResult) -> str:
    """The source line of the charts."""
    return _(
        "kết quả toàn quốc đã công bố đến năm {year}, {draws} lần rút; theo bộ tham chiếu, không phải điểm của Bộ"
    ).format(year=result.base.base_year, draws=format_number(DRAWS))


def draw_refusal(refusal: ScenarioRefusedError) -> None:
    """Every row that cannot be, and what is shown instead."""
    st.error(
        _("Kịch bản có nội dung không thực hiện được nên đang hiển thị khi không làm gì. Hãy sửa hoặc bỏ các dòng này:")
        + "\n\n"
        + "\n".join(f"- {fault}" for fault in refusal.faults)
    )


def draw_question(result: ScenarioResult) -> None:
    """What is asked, in words."""
    st.markdown(f"**{question_in_words(result.base)}** {reference_points_sentence()}")


def draw_answer(result: ScenarioResult) -> None:
    """The live answer beside doing nothing: rank, chance, total, needed score."""
    now, still = result.outlook, result.base_outlook
    won = still.rank_quantile(0.5) - now.rank_quantile(0.5)
    gained = shown(now.chance) - shown(still.chance)
    with figures():
        figure(
            _("Hạng ở giữa"),
            str(now.rank_quantile(0.5)),
            _("{places} bậc so với gốc").format(places=format_signed(won)),
            arrow=arrow_of(won),
        )
        figure(_("Khoảng 90 % của hạng"), ranks_text(now))
        figure(
            _("Khả năng {goal}").format(goal=goal_name(result.base)),
            chance_text(now.chance),
            _("{change} điểm %").format(change=format_signed(round(gained * 100), 0)),
            arrow=arrow_of(round(gained, 4)),
        )
        figure(_("Khoảng của khả năng"), interval_text(now))
        figure(
            _("Tổng điểm"),
            format_number(result.total, 4),
            format_signed(result.change, 4),
            arrow=arrow_of(round(result.change, 6)),
        )
        figure(_("Điểm cần để chắc 50 %"), format_number(now.needed[0.5], 4))
        figure(_("Điểm cần để chắc 80 %"), format_number(now.needed[0.8], 4))
        figure(_("Điểm cần để chắc 95 %"), format_number(now.needed[0.95], 4))
    st.caption(
        basis_text(now, result.base.base_year)
        + " "
        + _("Khoảng của khả năng: thấp nhất và cao nhất khi các giả định quan trọng ở hai đầu phạm vi của chúng.")
    )


def draw_where_from(result: ScenarioResult) -> None:
    """Where every number comes from; filled when it is opened."""
    expander = st.expander(_("Số này từ đâu"), key="mp_where", on_change="rerun")
    if expander.open:
        with expander:
            draw(definition(where_from(result)))


def _percent_of_draws(share: float) -> str:
    return format_percent(share, 1)


def draw_rank_chart(result: ScenarioResult) -> None:
    """How often every rank comes, with the scenario and doing nothing."""
    now, still = result.outlook.rank_share, result.base_outlook.rank_share
    ranks = list(range(1, len(now) + 1))
    chart = go.Figure()
    chart.add_bar(
        x=ranks,
        y=[100 * share for share in now],
        name=_("Kịch bản"),
        marker_color=[ACCENT if rank <= TOP else MUTED for rank in ranks],
        hovertemplate=_("Hạng %{x}: %{y:.1f} % số lần rút") + "<extra></extra>",
    )
    chart.add_scatter(
        x=ranks,
        y=[100 * share for share in still],
        name=_("Không làm gì"),
        mode="lines",
        line={"color": "#b45f06", "width": 2, "dash": "dot"},
        hovertemplate=_("Không làm gì, hạng %{x}: %{y:.1f} %") + "<extra></extra>",
    )
    chart.add_vline(x=TOP + 0.5, line={"color": MUTED, "width": 1, "dash": "dash"})
    chart.update_xaxes(range=[0, len(now) + 1])
    chart.update_layout(bargap=0.15, height=380)
    show_chart(
        chart,
        "mp_hang",
        _("Hạng có thể đạt năm {year}; bên trái vạch đứt là nhóm {top}").format(year=result.base.target_year, top=TOP),
        source(result),
        lambda: pd.DataFrame(
            {
                _("Hạng"): ranks,
                _("Kịch bản"): [_percent_of_draws(x) for x in now],
                _("Không làm gì"): [_percent_of_draws(x) for x in still],
            }
        ).set_index(_("Hạng")),
        unit=_("% số lần rút"),
        demonstration=demonstration(result),
        summary=_("Hạng ở giữa {middle}, khoảng 90 %: {range}; khả năng trong nhóm {top} khoảng {chance}.").format(
            middle=result.outlook.rank_quantile(0.5),
            range=ranks_text(result.outlook),
            top=TOP,
            chance=chance_text(result.outlook.chance),
        ),
    )


def draw_index_chart(result: ScenarioResult) -> None:
    """Main indices of the base and of the scenario."""
    names = index_names(result.snapshot)
    shown_rows = list(reversed(result.indices))
    codes = [f"{row.code} {names[row.code]}" for row in shown_rows]
    chart = go.Figure()
    for name, colour, values in (
        (_("Gốc"), MUTED, [row.base for row in shown_rows]),
        (_("Kịch bản"), ACCENT, [row.after for row in shown_rows]),
    ):
        chart.add_bar(
            y=codes, x=values, name=name, orientation="h", marker_color=colour, hovertemplate="%{y}: %{x:.4f}"
        )
    chart.update_xaxes(range=[0, 1])
    chart.update_layout(barmode="group", height=460, legend={"traceorder": "reversed"})
    show_chart(
        chart,
        "mp_chi_so",
        _("Điểm tám chỉ số chính; điểm gốc năm {year} {origin}").format(
            year=result.base.base_year, origin=origin_name(result.base)
        ),
        source(result),
        lambda: pd.DataFrame(
            {
                _("Chỉ số chính"): [f"{r.code} {names[r.code]}" for r in result.indices],
                _("Gốc"): [format_number(r.base, 4) for r in result.indices],
                _("Thay đổi"): [format_signed(r.change, 4) for r in result.indices],
                _("Kịch bản"): [format_number(r.after, 4) for r in result.indices],
            }
        ).set_index(_("Chỉ số chính")),
        unit=_("từ 0 đến 1"),
        demonstration=demonstration(result),
    )


def draw_rival_chart(result: ScenarioResult) -> None:
    """The rivals nearest to the line, with our own score among them."""
    outlook = result.outlook
    ours = (_("Bà Rịa - Vũng Tàu"), *outlook.score)
    lines = [(r.province, r.score_p05, r.score_p50, r.score_p95) for r in result.rivals]
    ordered = sorted((*lines, ours), key=lambda row: row[2])
    colours = [ACCENT if row[0] == ours[0] else MUTED for row in ordered]
    chart = go.Figure()
    chart.add_scatter(
        x=[row[2] for row in ordered],
        y=[row[0] for row in ordered],
        mode="markers",
        marker={"color": colours, "size": 10, "symbol": ["diamond" if c == ACCENT else "circle" for c in colours]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row[3] - row[2] for row in ordered],
            "arrayminus": [row[2] - row[1] for row in ordered],
            "color": MUTED,
            "thickness": 1.5,
        },
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
        showlegend=False,
    )
    needed = outlook.needed[0.5]
    chart.add_vline(x=needed, line={"color": "#b45f06", "width": 1.5, "dash": "dash"})
    chart.update_layout(height=440)
    show_chart(
        chart,
        "mp_tinh",
        _(
            "Các tỉnh quanh vạch nhóm {top} năm {year}: điểm giữa và khoảng 90 %; vạch đứt: điểm cần để chắc 50 %"
        ).format(top=TOP, year=result.base.target_year),
        source(result),
        lambda: pd.DataFrame(
            [
                (
                    r.province,
                    format_number(r.score_p50, 4),
                    _("{low} đến {high}").format(low=format_number(r.score_p05, 4), high=format_number(r.score_p95, 4)),
                    chance_text(r.top_chance),
                    chance_text(r.above_us),
                )
                for r in result.rivals
            ],
            columns=[
                _("Tỉnh, thành phố"),
                _("Điểm giữa"),
                _("Khoảng 90 %"),
                _("Khả năng trong nhóm 15"),
                _("Khả năng đứng trên tỉnh ta"),
            ],
        ).set_index(_("Tỉnh, thành phố")),
        demonstration=demonstration(result),
    )


def draw_rows(result: ScenarioResult) -> None:
    """What the scenario holds beside the sliders, each row with a button that takes it out."""
    held = rows()
    if not held:
        st.info(_("Chưa có thay đổi nào ngoài các thanh trượt. Hãy thêm ở mục Chỉ số thành phần hoặc Đơn vị."))
        return
    idle = {place_of(result.scenario.overrides[row - 1]) for row in result.applied.without_effect}
    for number, override in enumerate(held, 1):
        place = place_of(override)
        with st.container(horizontal=True, vertical_alignment="center"):
            note = _(" (không làm thay đổi gì: các đơn vị đã đạt)") if place in idle else ""
            words = f"{number}. {override_in_words(result.snapshot, override)}{note}"
            st.text(words)
            label = _("Bỏ dòng {number}").format(number=number)
            st.button(label, key=f"mp_drop_{number}", on_click=drop_row, args=(place,), type="tertiary")


def draw_units(result: ScenarioResult) -> None:
    """Units whose total or rank the scenario changes."""
    if not result.units:
        st.info(_("Kịch bản này không làm đơn vị nào thay đổi điểm hoặc hạng."))
        return
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Khối xếp hạng")),
        Column(_("Điểm trước"), "right"),
        Column(_("Điểm sau"), "right"),
        Column(_("Thay đổi"), "right"),
        Column(_("Hạng"), "nowrap"),
    ]
    body = [
        (
            row.unit.name_vi,
            row.list_name,
            format_number(row.total_before, 2, missing="–"),
            format_number(row.total_after, 2, missing="–"),
            "–"
            if row.total_before is None or row.total_after is None
            else format_signed(row.total_after - row.total_before, 2),
            _("{before} → {after}").format(
                before=format_number(row.rank_before, missing="–"), after=format_number(row.rank_after, missing="–")
            ),
        )
        for row in result.units
    ]
    draw(table(columns, body, caption=_("Đơn vị thay đổi điểm hoặc hạng"), stack=True))


def draw_comparison(named: Sequence[tuple[str, ScenarioResult]]) -> None:
    """Scenarios side by side."""
    columns = [Column(_("Nội dung")), *(Column(name, "right") for name, _result in named)]
    body = [(title, *values) for title, values in comparison_rows([result for _name, result in named])]
    draw(table(columns, body, caption=_("So sánh các kịch bản")))
