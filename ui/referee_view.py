"""The referee of what is not applicable, drawn: who would move, by how much, and why."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.referee import RefereeRow, RefereeTable
from language import _, format_number, format_signed
from reports.referee import referee_headline, treatment_name, treatment_text
from scoring.referee import TREATMENTS
from ui.charts import ACCENT, CONTRAST, MUTED, rank_axis, show_chart
from ui.ranking_view import chart_label, rows_height, scorecard_address, unit_label
from ui.selection import Choice
from ui.tables import Column, draw, link, moved_rank, table

_COLOURS, _MARKERS = (CONTRAST, ACCENT), ("triangle-up", "square")
"""Of the two treatments that the set does not use; the set's own is a grey ring."""


def draw_referee(choice: Choice, found: RefereeTable, parents: Mapping[str, str]) -> None:
    """Who would stand elsewhere if what is not applicable were treated in another way."""
    if not found.waived:
        st.info(referee_headline(found))
        return
    st.write(f"**{referee_headline(found)}**")
    order = (found.treatment, *found.others)
    items = Markup("").join(Markup("<li>{}</li>").format(treatment_text(t)) for t in order)
    draw(Markup('<ul class="dti-list">{}</ul>').format(items))
    moved = [row for row in found.rows if any(map(row.places, found.others))]
    if moved:
        _draw_chart(choice, found, moved, parents)
    _draw_table(choice, found, parents)


def _draw_chart(choice: Choice, found: RefereeTable, moved: Sequence[RefereeRow], parents: Mapping[str, str]) -> None:
    """The ranks of the units that move, one line a unit, one mark a treatment."""
    rows = moved[::-1]
    names = [f"{r.rank}. {chart_label(r.unit)}" for r in rows]
    ends = [(min(r.ranks.values()), max(r.ranks.values())) for r in rows]
    drawn = go.Figure()
    # One trace for all lines, cut by empty points.
    drawn.add_trace(
        go.Scatter(
            x=[x for low, high in ends for x in (low, high, None)],
            y=[name for name in names for _x in range(3)],
            mode="lines",
            line={"color": MUTED, "width": 2},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    ring = {"color": MUTED, "symbol": "circle-open", "size": 13, "line": {"width": 2}}
    marks = [{"color": c, "symbol": m, "size": 9} for c, m in zip(_COLOURS, _MARKERS, strict=True)]
    for treatment, marker in zip((found.treatment, *found.others), (ring, *marks), strict=True):
        own = treatment == found.treatment
        drawn.add_trace(
            go.Scatter(
                x=[r.ranks[treatment] for r in rows],
                y=names,
                mode="markers",
                name=(_("Đang dùng: {treatment}") if own else _("Nếu {treatment}")).format(
                    treatment=treatment_name(treatment)
                ),
                marker=marker,
                customdata=[format_number(r.totals[treatment], 2) for r in rows],
                hovertemplate=_("%{y}: hạng %{x}, %{customdata} điểm") + "<extra>%{fullData.name}</extra>",
            )
        )
    drawn.update_layout(
        height=max(320, rows_height(names) + 210),
    )
    drawn.update_yaxes(tickfont={"size": 11}, range=[-0.7, len(rows) - 0.3])
    drawn.update_xaxes(rank_axis(len(found.rows)), side="bottom")
    show_chart(
        drawn,
        "robustness_referee",
        _("Hạng của đơn vị đổi hạng theo cách xử lý nội dung không áp dụng, {list}, kỳ {name}").format(
            list=found.list_name, name=choice.now.name
        ),
        choice.source,
        lambda: _frame(moved, parents),
        unit=_("hạng; 1 là cao nhất"),
        demonstration=choice.demonstration,
        summary=referee_headline(found),
    )


def _frame(rows: Sequence[RefereeRow], parents: Mapping[str, str]) -> pd.DataFrame:
    lines = [[unit_label(r.unit, parents), *(r.ranks[t] for t in TREATMENTS)] for r in rows]
    columns = [
        _("Cơ quan, đơn vị"),
        *(_("Hạng nếu {treatment}").format(treatment=treatment_name(t)) for t in TREATMENTS),
    ]
    return pd.DataFrame(lines, columns=columns).set_index(_("Cơ quan, đơn vị"))


def _draw_table(choice: Choice, found: RefereeTable, parents: Mapping[str, str]) -> None:
    own = treatment_name(found.treatment)
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Không áp dụng"), "left", _("Các chỉ số thành phần không áp dụng cho đơn vị")),
        Column(_("Điểm đang dùng"), "right", own),
        Column(_("Hạng đang dùng ({treatment})").format(treatment=own), "right"),
    ]
    for treatment in map(treatment_name, found.others):
        columns += [
            Column(_("Điểm nếu {treatment}").format(treatment=treatment), "right"),
            Column(_("Nếu {treatment}").format(treatment=treatment), "right", _("Hạng, và số hạng tăng hoặc giảm")),
        ]
    rows: list[list[object]] = []
    for row in found.touched:
        line: list[object] = [
            link(scorecard_address(choice, row.unit.code), unit_label(row.unit, parents)),
            ", ".join(row.codes),
            format_number(row.total, 2),
            row.rank,
        ]
        for treatment in found.others:
            gained = row.gained(treatment)
            points = format_number(row.totals[treatment], 2)
            line += [
                f"{points} ({format_signed(gained, 2)})" if gained else points,
                moved_rank(row.rank, row.ranks[treatment]),
            ]
        rows.append(line)
    caption = _("Đơn vị có nội dung không áp dụng hoặc đổi hạng theo cách xử lý")
    draw(table(columns, rows, caption=caption, stack=True))
