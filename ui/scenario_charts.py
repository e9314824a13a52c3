"""The charts of a scenario: ranks, main indices, rivals, why the rank moved, scenarios side by side."""

from collections.abc import Sequence
from itertools import accumulate

import pandas as pd
import plotly.graph_objects as go

from assessment.scenarios import ScenarioResult
from language import _, format_number, format_percent, format_signed
from reports import labels
from reports.base_line import origin_name
from reports.scenario_causes import mean_rank, national_cause_name, places_won, waterfall_rows
from reports.scenarios import chance_text, index_names, ranks_text
from scoring.national import TOP
from scoring.waterfall import NationalWaterfall
from ui.charts import ACCENT, CONTRAST, MUTED, SERIES_COLOURS, show_chart, waterfall
from ui.gateway_outlook import DRAWS
from ui.tables import Column, draw, table


def demonstration(result: ScenarioResult) -> bool:
    """Whether the figures under the scenario are invented."""
    return labels.is_demonstration(result.snapshot.period)


def source(result: ScenarioResult) -> str:
    """The source line of the charts."""
    return _(
        "kết quả toàn quốc đã công bố đến năm {year}, {draws} lần mô phỏng; theo bộ tham chiếu, không phải điểm của Bộ"
    ).format(year=result.base.base_year, draws=format_number(DRAWS))


def _line(axis: str, at: float, colour: str, width: float = 1.0) -> dict:
    other = "y" if axis == "x" else "x"
    line = {"color": colour, "width": width, "dash": "dash"}
    return {
        "type": "line",
        f"{axis}0": at,
        f"{axis}1": at,
        f"{other}0": 0,
        f"{other}1": 1,
        f"{other}ref": "paper",
        "line": line,
    }


def draw_rank_chart(result: ScenarioResult) -> None:
    """How often every rank comes, with the scenario and doing nothing."""
    now, still = result.outlook.rank_share, result.base_outlook.rank_share
    ranks = list(range(1, len(now) + 1))
    chart = go.Figure(
        [
            go.Bar(
                x=ranks,
                y=[100 * share for share in now],
                name=_("Kịch bản"),
                marker_color=[ACCENT if rank <= TOP else MUTED for rank in ranks],
                hovertemplate=_("Hạng %{x}: %{y:.1f} % số lần mô phỏng") + "<extra></extra>",
            ),
            go.Scatter(
                x=ranks,
                y=[100 * share for share in still],
                name=_("Không làm gì"),
                mode="lines",
                line={"color": CONTRAST, "width": 2, "dash": "dot"},
                hovertemplate=_("Không làm gì, hạng %{x}: %{y:.1f} %") + "<extra></extra>",
            ),
        ],
        layout={
            "bargap": 0.15,
            "height": 380,
            "xaxis": {"range": [0, len(now) + 1]},
            "shapes": [_line("x", TOP + 0.5, MUTED)],
        },
    )
    show_chart(
        chart,
        "mp_hang",
        _("Hạng có thể đạt năm {year}; bên trái vạch đứt là nhóm {top}").format(year=result.base.target_year, top=TOP),
        source(result),
        lambda: pd.DataFrame(
            {
                _("Hạng"): ranks,
                _("Kịch bản"): [format_percent(x, 1) for x in now],
                _("Không làm gì"): [format_percent(x, 1) for x in still],
            }
        ).set_index(_("Hạng")),
        unit=_("% số lần mô phỏng"),
        demonstration=demonstration(result),
        summary=_("Hạng trung vị {middle}, khoảng 90 %: {range}; khả năng trong nhóm {top} khoảng {chance}.").format(
            middle=result.outlook.rank_quantile(0.5),
            range=ranks_text(result.outlook),
            top=TOP,
            chance=chance_text(result.outlook.chance),
        ),
    )


def draw_index_chart(result: ScenarioResult) -> None:
    """Main indices of the base and of the scenario."""
    names = index_names(result.snapshot)
    bars = [
        (_("Gốc"), MUTED, [row.base for row in result.indices]),
        (_("Kịch bản"), ACCENT, [row.after for row in result.indices]),
    ]
    show_chart(
        _index_bars([f"{r.code} {names[r.code]}" for r in result.indices], bars, 460),
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


def _index_bars(names: Sequence[str], bars: Sequence[tuple[str, str, Sequence[float]]], height: int) -> go.Figure:
    """Horizontal bars by main index: name, colour and values of each series, the first on top."""
    return go.Figure(
        [
            go.Bar(y=names, x=values, name=name, orientation="h", marker_color=colour, hovertemplate="%{y}: %{x:.4f}")
            for name, colour, values in bars
        ],
        layout={
            "barmode": "group",
            "height": height,
            "xaxis": {"range": [0, 1]},
            "yaxis": {"autorange": "reversed"},
        },
    )


def draw_rival_chart(result: ScenarioResult) -> None:
    """The rivals nearest to the line, with our own score among them."""
    outlook = result.outlook
    ours = (_("Bà Rịa - Vũng Tàu"), *outlook.score)
    lines = [(r.province, r.score_p05, r.score_p50, r.score_p95) for r in result.rivals]
    ordered = sorted((*lines, ours), key=lambda row: row[2])
    colours = [ACCENT if row[0] == ours[0] else MUTED for row in ordered]
    chart = go.Figure(
        go.Scatter(
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
        ),
        layout={"height": 460, "shapes": [_line("x", outlook.needed[0.5], CONTRAST, 1.5)]},
    )
    show_chart(
        chart,
        "mp_tinh",
        _(
            "Các tỉnh quanh vạch nhóm {top} năm {year}: điểm giữa và khoảng 90 %; vạch đứt: điểm cần để có khả năng 50 %"
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


def draw_causes(
    result: ScenarioResult, causes: NationalWaterfall, before: str, after: str, *, between: bool = False
) -> None:
    """Why the mean rank is another one: a step a cause, and the table of the steps.

    before, after: what the two ends are called. between: whether it leads from one scenario to another.
    """
    names = [before, *(national_cause_name(s.cause) for s in causes.steps), after]
    totals = list(accumulate((-causes.places(s) for s in causes.steps), initial=causes.start / causes.draws))
    texts = [
        mean_rank(causes, causes.start),
        *(places_won(causes, s.places_in_draws) for s in causes.steps),
        mean_rank(causes, causes.end),
    ]
    room = max(3.0, max(totals) - min(totals))
    chart = go.Figure(
        waterfall(names, totals[0], [-causes.places(s) for s in causes.steps], texts, CONTRAST, ACCENT),
        layout={
            "height": 380,
            "showlegend": False,
            "xaxis": {"range": [0, max(totals) + 0.25 * room]},
            "yaxis": {"autorange": "reversed"},
        },
    )
    rows = waterfall_rows(causes, between)
    columns = [_("Nguyên nhân, theo thứ tự"), _("Số bậc"), _("Hạng bình quân sau bước"), _("Cách tính")]
    show_chart(
        chart,
        "mp_vi_sao",
        _("Vì sao hạng bình quân đổi từ «{before}» sang «{after}»; dấu + là lên hạng").format(
            before=before, after=after
        ),
        source(result),
        lambda: pd.DataFrame(rows, columns=columns).set_index(columns[0]),
        unit=_("hạng bình quân của các lần mô phỏng"),
        demonstration=demonstration(result),
    )
    shown = [Column(columns[0]), Column(columns[1], "right"), Column(columns[2], "right"), Column(columns[3])]
    caption = _("Mỗi bước thay đổi một thứ rồi xếp hạng lại trong cùng các lần mô phỏng; thứ tự các bước cố định")
    draw(table(shown, rows, caption=caption, stack=True))


def draw_compared_indices(named: Sequence[tuple[str, ScenarioResult]]) -> None:
    """Main indices of scenarios beside each other."""
    first = named[0][1]
    names = index_names(first.snapshot)
    rows = [f"{r.code} {names[r.code]}" for r in first.indices]
    bars = [
        (name, colour, [r.after for r in result.indices])
        for (name, result), colour in zip(named, SERIES_COLOURS, strict=False)
    ]
    show_chart(
        _index_bars(rows, bars, 200 + 60 * len(named) + 160),
        "mp_so_sanh_chi_so",
        _("Điểm tám chỉ số chính của các kịch bản"),
        source(first),
        lambda: pd.DataFrame(
            {_("Chỉ số chính"): rows} | {name: [format_number(v, 4) for v in values] for name, _c, values in bars}
        ).set_index(_("Chỉ số chính")),
        unit=_("từ 0 đến 1"),
        demonstration=any(demonstration(result) for _name, result in named),
    )
