"""How a unit's scorecard is drawn: key figures, radar, trend, steps; receipts are in receipt_view."""

import textwrap
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from markupsafe import Markup

from assessment.efforts import measure_name
from assessment.path import PathGround
from assessment.priced_steps import cheapest_steps
from assessment.scorecard import Scorecard
from assessment.snapshots import ScoreStage
from language import _, capitalised, format_number, format_signed
from reports.labels import no_figures_text, place_in, stage_name
from reports.path import default_mark, edition_text
from reports.places import unplaced_text
from reports.ranking import open_place_text
from reports.scorecard import awaiting_text
from reports.wording import (
    change_in_full,
    conversion_text,
    input_name,
    step_in_words,
)
from scoring.grid import in_points
from ui import gateway, gateway_path
from ui.address import select
from ui.charts import ACCENT, CONTRAST, MUTED, show_chart
from ui.figures import arrow_of, figure, figures
from ui.ranking_view import bounds_text, comparison_address, total_text, unit_label
from ui.selection import Choice
from ui.tables import Column, contents, draw, lines, marked, table, way

AXIS_LETTERS = 13
"""Letters of a main index's name on one line round the radar."""
MISSING, STEPS, RECEIPTS = "con-thieu", "viec-tang-diem", "dien-giai"
"""Anchors of the parts of the page."""


def draw_figures(card: Scorecard, parents: Mapping[str, str]) -> None:
    """Score, rank, band, change, what is missing, and why the rank may still change."""
    place, scale = card.place, card.snapshot.criteria_set.top
    change = None if place.total is None or place.previous_total is None else place.total - place.previous_total
    published = card.snapshot.stage is ScoreStage.PUBLISHED
    unplaced = unplaced_text(ScoreStage.PUBLISHED) if published else "–"
    rank = unplaced if place.rank is None else _("{rank} / {n}").format(rank=place.rank, n=card.ranked_in_list)
    moved = None if place.movement is None else _("{n} hạng").format(n=format_signed(place.movement))
    moved = moved if place.movement else None if place.movement is None else _("giữ hạng")
    with figures():
        figure(
            _("Điểm (thang {scale})").format(scale=format_number(scale)),
            format_number(place.total, 2, missing="–" if card.passed_over else _("chưa có")),
            None if change is None else format_signed(change, 2),
            arrow=arrow_of(change),
        )
        unranked = published and place.rank is None
        figure(_("Hạng trong khối"), rank, moved, arrow=arrow_of(place.movement), wide=unranked)
        figure(_("Xếp loại"), place.band or "–")
        lacking = capitalised(no_figures_text(card.snapshot.stage))
        figure(lacking, _("{n} chỉ số").format(n=format_number(place.missing)))
    if card.awaiting_appraisal:
        st.caption(_("Chưa tính trong điểm tự chấm: {what}.").format(what=awaiting_text(card)))
    if card.snapshot.stage is not ScoreStage.SELF:
        _draw_how_open(card, parents)
    elif not place.reported and place.closed:
        st.info(_("Kỳ không còn nhận số liệu; đơn vị không có số liệu nên không có điểm, hạng và xếp loại."))
    elif not place.reported:
        st.info(
            _(
                "Đơn vị chưa có số liệu nên chưa có điểm, hạng và xếp loại. Khi có số liệu, hạng có thể nằm trong khoảng "
                "{bounds}."
            ).format(bounds=bounds_text(place))
        )
    elif card.open_place is not None:
        st.info(
            _(
                "Hạng có thể nằm trong khoảng {bounds} khi các số liệu còn thiếu của khối được bổ sung; "
                "hạng đang hiển thị tính phần thiếu là 0 điểm. Lý do: {reason}."
            ).format(
                bounds=bounds_text(place),
                reason=open_place_text(card.open_place, lambda other: unit_label(other, parents)),
            )
        )


def _draw_how_open(card: Scorecard, parents: Mapping[str, str]) -> None:
    """Why there is no place, or why it may still change, in points that are appraised or published."""
    place = card.place
    if card.snapshot.stage is ScoreStage.PUBLISHED:
        if not place.reported:
            st.info(
                _(
                    "Kết quả công bố không xếp hạng đơn vị: không có số liệu được thẩm định nên không có điểm và xếp loại."
                )
            )
    elif not place.reported and place.closed:
        st.info(_("Đơn vị không gửi báo cáo nên không được thẩm định, không có điểm, hạng và xếp loại."))
    elif not place.reported:
        st.info(
            _(
                "Chưa có chỉ số nào của đơn vị được thẩm định nên chưa có điểm, hạng và xếp loại. Khi thẩm định xong, hạng có "
                "thể nằm trong khoảng {bounds}."
            ).format(bounds=bounds_text(place))
        )
    elif card.open_place is not None:
        st.info(
            _(
                "Hạng có thể nằm trong khoảng {bounds} khi các chỉ số còn lại của khối được thẩm định; hạng đang hiển thị tính "
                "phần chưa thẩm định là 0 điểm. Lý do: {reason}."
            ).format(
                bounds=bounds_text(place),
                reason=open_place_text(card.open_place, lambda other: unit_label(other, parents)),
            )
        )


def draw_stages(choice: Choice, unit: str) -> None:
    """The unit's scores beside each other, those that whoever is looking may see; nothing where there is only one.

    Once ranks are published appraised points have none: the rank in force is the published one.
    """
    if len(choice.stages) < 2:
        return
    now, rows, own_total = choice.now, [], None
    for stage in choice.stages:
        snapshot = gateway.snapshot(now.period.id, now.level, now.month, stage)
        places = gateway.ranking_table(snapshot, choice.list_code, None).rows
        place = next((row for row in places if row.unit.code == unit), None)
        if place is None:
            continue
        own_total = place.total if stage is ScoreStage.SELF else own_total
        apart = (
            None if stage is ScoreStage.SELF or own_total is None or place.total is None else place.total - own_total
        )
        name = capitalised(stage_name(stage))
        ranked = stage is not ScoreStage.APPRAISED or ScoreStage.PUBLISHED not in choice.stages
        rows.append(
            [
                Markup("<strong>{}</strong>").format(name) if stage is now.stage else name,
                total_text(place, stage),
                "–" if apart is None else format_signed(apart, 2),
                format_number(place.rank if ranked else None, missing="–"),
                bounds_text(place) if ranked else "–",
                place.band if ranked and place.band else "–",
            ]
        )
    columns = [
        Column(_("Điểm")),
        Column(_("Tổng điểm"), "right"),
        Column(_("So với tự đánh giá"), "right"),
        Column(_("Hạng trong khối"), "right"),
        Column(_("Khoảng hạng"), "center"),
        Column(_("Xếp loại"), "nowrap"),
    ]
    draw(
        table(columns, rows, caption=_("Các điểm của đơn vị tháng {name}; điểm đang xem in đậm").format(name=now.name))
    )


def draw_contents(card: Scorecard, *, todo: bool) -> None:
    """Links to the long parts of the page, which is high on a telephone. todo: with what is still to be done."""
    appraised = card.snapshot.stage is ScoreStage.APPRAISED
    parts = [(MISSING, _("Chưa thẩm định") if appraised else _("Còn thiếu"))] if card.missing and todo else []
    parts += [(STEPS, _("Việc làm tăng điểm"))] if todo else []
    draw(contents([*parts, (RECEIPTS, _("Diễn giải"))]))


def draw_standings(choice: Choice, card: Scorecard, parents: Mapping[str, str]) -> None:
    """The unit's place in all its lists, and the way to comparing it with the next above it, the first with the next below."""
    area = parents.get(card.place.unit.parent_code or "", "")
    places = "; ".join(place_in(standing, area) for standing in card.standings)
    words = _("Hạng {places}. ").format(places=places) if len(card.standings) > 1 else ""
    own = card.place.unit.code
    beside = _next_in_rank(choice, own)
    others = comparison_address(choice, [own, beside] if beside else [own])
    draw(way(others, _("So sánh với đơn vị khác"), words))


def _next_in_rank(choice: Choice, unit: str) -> str | None:
    """The unit that stands next above one in its list; next below the first, the leader for one without a rank."""
    rows = gateway.ranking_table(choice.now, choice.list_code, choice.then).rows
    placed = [row.unit.code for row in rows if row.rank is not None]
    if unit not in placed:
        return next(iter(placed), None)
    at = placed.index(unit)
    return placed[at - 1] if at else next(iter(placed[1:2]), None)


def draw_radar(choice: Choice, card: Scorecard) -> None:
    """The unit's main indices against the median and the best of its list, in % of each maximum."""
    known = [g for g in card.groups if g.score is not None]
    if not known:
        st.info(_("Đơn vị không có điểm chỉ số chính nào để so với khối."))
        return
    names = ["<br>".join(textwrap.wrap(f"{g.group.code} {g.group.name}", AXIS_LETTERS)) for g in known]
    series = (
        (_("Cao nhất khối"), [g.best for g in known], CONTRAST, "dot"),
        (_("Trung vị khối"), [g.median for g in known], MUTED, "dash"),
        (card.place.unit.name_vi, [g.score for g in known], ACCENT, "solid"),
    )
    traces: list[Mapping[str, Any]] = []
    for name, values, colour, dash in series:
        percents = [None if v is None else v * 100 for v in values]
        traces.append(
            {
                "type": "scatterpolar",
                "r": [*percents, *percents[:1]],
                "theta": [*names, *names[:1]],
                "name": name,
                "line": {"color": colour, "dash": dash, "width": 2},
                "fill": "toself" if dash == "solid" else "none",
                "fillcolor": "rgba(15,120,120,0.15)",
                "hovertemplate": "%{theta}: %{r:.1f} %<extra>" + name + "</extra>",
            }
        )
    polar = {
        "bgcolor": "rgba(0,0,0,0)",
        "domain": {"x": [0.22, 0.78], "y": [0.16, 0.95]},
        "radialaxis": {"range": [0, 100], "dtick": 25, "showline": False, "gridcolor": "rgba(128,140,146,0.35)"},
        "angularaxis": {
            "tickfont": {"size": 11},
            "gridcolor": "rgba(128,140,146,0.35)",
            "rotation": 90,
            "direction": "clockwise",
        },
    }
    show_chart(
        {"data": traces, "layout": {"height": 470, "polar": polar}},
        "scorecard_radar",
        _("Mức đạt theo chỉ số chính so với khối {list}").format(list=card.list_name),
        choice.source,
        lambda: _group_frame(card),
        unit=_("% điểm tối đa"),
        demonstration=choice.demonstration,
    )


def _group_frame(card: Scorecard) -> pd.DataFrame:
    percent = lambda v: format_number(None if v is None else v * 100, 1, missing="–")  # noqa: E731
    rows = [
        [
            str(g.group.name),
            format_number(g.points, 2, missing="–"),
            format_number(g.maximum),
            percent(g.score),
            percent(g.median),
            percent(g.best),
        ]
        for g in card.groups
    ]
    columns = [_("Chỉ số chính"), _("Điểm"), _("Tối đa"), _("Đạt (%)"), _("Trung vị khối (%)"), _("Cao nhất khối (%)")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Chỉ số chính"))


def draw_trend(choice: Choice, card: Scorecard) -> None:
    """The unit's total over the snapshots, with its rank at each."""
    known = [p for p in card.trend if p.total is not None]
    if not known:
        st.info(_("Đơn vị không có tổng điểm ở kỳ nào nên chưa có diễn biến."))
        return
    trace = {
        "type": "scatter",
        "x": [p.label for p in known],
        "y": [p.total for p in known],
        "mode": "lines+markers+text",
        "line": {"color": ACCENT, "width": 2},
        "text": ["" if p.rank is None else str(p.rank) for p in known],
        "textposition": "top center",
        "customdata": [[format_number(p.total, 2), p.rank] for p in known],
        "hovertemplate": "%{x}: %{customdata[0]}<extra></extra>",
    }
    layout = {"height": 430, "showlegend": False, "xaxis": {"type": "category"}}
    totals = [p.total for p in known if p.total is not None]
    if totals:
        room = max(1.0, 0.12 * (max(totals) - min(totals)))
        layout |= {"yaxis": {"range": [min(totals) - room, max(totals) + 2 * room]}}
    show_chart(
        {"data": [trace], "layout": layout},
        "scorecard_trend",
        _("Diễn biến tổng điểm; số trên điểm: hạng trong khối"),
        choice.source,
        lambda: pd.DataFrame(
            [[p.label, format_number(p.total, 2, missing="–"), format_number(p.rank, missing="–")] for p in card.trend],
            columns=[_("Kỳ"), _("Điểm"), _("Hạng")],
        ).set_index(_("Kỳ")),
        unit=_("điểm"),
        demonstration=choice.demonstration,
    )
    # Published points of other years stand at the month that was published: nothing was not due yet there.
    if choice.now.stage is ScoreStage.SELF:
        st.caption(
            _(
                "Trong năm chỉ tính các chỉ số đã đến kỳ số liệu; số liệu cả năm được tính từ tháng 12 nên điểm có thể đổi "
                "nhiều."
            )
        )
    elif choice.now.stage is ScoreStage.PUBLISHED:
        st.caption(_("Mỗi kỳ chỉ có tháng đã công bố."))
    else:
        st.caption(_("Các kỳ trước chỉ có tháng đã công bố; điểm cuối là điểm thẩm định của kỳ này."))


def draw_todo(choice: Choice, card: Scorecard, *, plans: bool) -> None:
    """What is still to be done: the steps that gain points, and the figures that are missing. plans: with what they cost."""
    st.header(_("Việc làm tăng điểm"), anchor=STEPS)
    period, month = choice.now.period.id, choice.now.month
    order = select(_("Xếp theo"), "xep-viec", _step_orders(), widget="segmented") if plans else ""
    if order:
        _draw_cheapest_steps(card, gateway_path.ground(period, month))
    else:
        _draw_steps(card)
    if plans:
        asked = {"don-vi": card.place.unit.code, "ky": period, "thang": month}
        draw(way(f"/du-dia?{urlencode(asked)}", _("Dư địa tăng điểm toàn quốc của đơn vị này")))
    if card.missing:
        st.header(_missing_heading(card), anchor=MISSING)
        _draw_missing(card)


def _draw_steps(card: Scorecard) -> None:
    """The ten criteria whose step to full marks gains most, and the smallest step of each."""
    columns = [
        Column(_("Chỉ số thành phần")),
        Column(_("Để đạt điểm tối đa")),
        Column(_("Tăng"), "right", _("Điểm tăng thêm của tổng điểm sau quy đổi")),
        Column(_("Bước nhỏ nhất có lợi")),
    ]
    rows = []
    for receipt in card.steps:
        full = receipt.steps.full
        if full is None:
            continue
        todo = lines(change_in_full(receipt.criterion, c) for c in full.changes) or _("Bổ sung số liệu (nhiều nhất)")
        name = Markup("{} {}").format(receipt.criterion.code, receipt.criterion.name)
        gain = format_signed(float(in_points(full.total_gain)), 2)
        rows.append([name, todo, gain, step_in_words(receipt.criterion, receipt.steps.smallest)])
    if rows:
        draw(table(columns, rows, caption=_("Sắp theo số điểm tăng thêm của tổng điểm, nhiều nhất trước"), stack=True))
    else:
        st.info(_("Không còn bước nào làm tăng điểm trong kỳ này."))


STEP_ORDERS = ("", "nguon-luc")


def _step_orders() -> dict[str, str]:
    """How the steps may be ordered, by code in the address."""
    return dict(zip(STEP_ORDERS, (_("Tăng nhiều điểm nhất"), _("Ít nguồn lực nhất")), strict=True))


def _draw_cheapest_steps(card: Scorecard, ground: PathGround) -> None:
    """The ten steps to full marks that gain most for their effort, by the effort table of the cheapest path."""
    st.caption(edition_text(ground))
    if card.missing:
        st.caption(
            _(
                "{n} chỉ số chưa có số liệu không xếp được theo nguồn lực nên không có trong bảng này: xem «Số liệu còn thiếu»."
            ).format(n=format_number(len(card.missing)))
        )
    found = cheapest_steps(card, ground)
    if not found:
        st.info(_("Không còn bước nào làm tăng điểm trong kỳ này."))
        return
    measure = measure_name(ground.edition.content.measure)
    columns = [
        Column(_("Chỉ số thành phần")),
        Column(_("Để đạt điểm tối đa")),
        Column(_("Tăng"), "right", _("Điểm tăng thêm của tổng điểm sau quy đổi")),
        Column(_("Nguồn lực ({measure})").format(measure=measure), "right"),
        Column(_("Điểm trên một {measure}").format(measure=measure), "right"),
    ]
    rows = [
        [
            Markup("{} {}").format(own.receipt.criterion.code, own.receipt.criterion.name),
            lines(change_in_full(own.receipt.criterion, c) for c in own.step.changes),
            format_signed(float(in_points(own.step.total_gain)), 2),
            marked(format_number(float(own.effort.amount)), default_mark(own.effort)),
            _("không tốn nguồn lực")
            if own.per_effort is None
            else format_number(float(in_points(float(own.per_effort))), 3),
        ]
        for own in found
    ]
    caption = _("Sắp theo số điểm tăng thêm của tổng điểm trên một {measure}, nhiều nhất trước").format(measure=measure)
    draw(table(columns, rows, caption=caption, stack=True))


def _missing_heading(card: Scorecard) -> str:
    """What the part of what is not there yet is called."""
    if card.snapshot.stage is ScoreStage.APPRAISED:
        return _("Chỉ số chưa thẩm định")
    return _("Số liệu còn thiếu")


def _draw_unruled(card: Scorecard) -> None:
    """What nobody has ruled on yet, and what it may bring at most."""
    columns = [Column(_("Chỉ số thành phần")), Column(_("Điểm tối đa"), "right")]
    rows = [
        [Markup("{} {}").format(r.criterion.code, r.criterion.name), format_number(r.criterion.max_points, 2)]
        for r in card.missing
    ]
    caption = _("{n} chỉ số thành phần chưa thẩm định, đang tính 0 điểm").format(n=len(rows))
    draw(table(columns, rows, caption=caption, stack=True))


def _draw_missing(card: Scorecard) -> None:
    """What is missing, where the figure is found, and what it may bring at most."""
    if card.snapshot.stage is ScoreStage.APPRAISED:
        _draw_unruled(card)
        return
    columns = [
        Column(_("Chỉ số thành phần")),
        Column(_("Số liệu còn thiếu")),
        Column(_("Nơi lấy số liệu")),
        Column(_("Nhiều nhất"), "right"),
    ]
    rows = []
    for receipt in card.missing:
        absent = [input_name(receipt.criterion, i.key) for i in receipt.inputs if i.value is None]
        full = receipt.steps.full
        rows.append(
            [
                Markup("{} {}").format(receipt.criterion.code, receipt.criterion.name),
                lines(absent) if absent else _("b = 0: đề nghị xác nhận không áp dụng"),
                receipt.criterion.found_in or "",
                "" if full is None else format_signed(float(in_points(full.total_gain)), 2),
            ]
        )
    draw(
        table(
            columns,
            rows,
            caption=_("{n} chỉ số thành phần chưa có số liệu, đang tính 0 điểm").format(n=len(rows)),
            stack=True,
        )
    )


def draw_contributions(card: Scorecard) -> None:
    """From the points of every main index to the total; the last column adds up to it."""
    if card.place.total is None:
        return
    text = conversion_text(card.conversion)
    if text:
        st.write(text)
    snapshot = card.snapshot
    row = snapshot.row_of[card.place.unit.code]
    columns = [
        Column(_("Chỉ số chính")),
        Column(_("Điểm đạt được"), "right"),
        Column(_("Điểm tối đa áp dụng"), "right"),
        Column(_("Đóng góp vào tổng điểm"), "right", _("Sau quy đổi; thưởng, trừ sau mức trần")),
    ]
    rows: list[list[object]] = [
        [
            f"{group.code} {group.name}",
            format_number(float(in_points(snapshot.book.group_points[row, g])), 2),
            format_number(float(in_points(snapshot.book.group_maxima[row, g])), 2) if group.kind == "scored" else "–",
            format_number(card.brought(group), 2),
        ]
        for g, group in enumerate(snapshot.criteria_set.groups)
        if group.kind != "unscored"
    ]
    together = Markup("<strong>{}</strong>")
    rows.append(
        [
            together.format(_("Tổng điểm")),
            format_number(float(in_points(snapshot.book.total_points[row])), 2),
            format_number(card.conversion.applicable, 2),
            together.format(format_number(card.place.total, 2)),
        ]
    )
    draw(table(columns, rows, caption=_("Từ điểm đạt được đến tổng điểm; cộng trước khi làm tròn"), stack=True))
