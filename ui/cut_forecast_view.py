"""What appraisal will probably leave, drawn: every unit with its interval, one unit's losses, the back-test beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.cut_forecasts import CriterionForecast, LevelForecast, UnitForecast
from language import _, format_number, format_signed
from reports.cut_forecast import (
    back_test_sentence,
    basis_text,
    covered_text,
    criterion_basis_text,
    lacking_text,
    left_out_sentences,
    method_sentences,
    note_text,
    period_name,
    source_sentences,
    standing_sentence,
    unit_sentence,
)
from reports.labels import list_name
from ui.address import select
from ui.charts import ACCENT, CONTRAST, MUTED, show_chart, text_colour
from ui.figures import figure, figures
from ui.ranking_view import chart_label, rows_height, scorecard_address, unit_label
from ui.selection import Choice
from ui.tables import Column, draw, link, table

MOST_CRITERIA = 15
"""Criteria of a unit that the page lists; the file has all of them."""


def draw_summary(found: LevelForecast) -> None:
    """On how much the forecast rests and how well it would have done; said plainly where it is little."""
    error = found.test.total_error
    with figures():
        figure(_("Hồ sơ đã thẩm định"), format_number(found.dossiers))
        figure(_("Số cặp"), format_number(sum(s.pairs for s in found.sources)))
        figure(_("Đơn vị được dự báo"), format_number(len(found.units)))
        figure(
            _("Lệch khi kiểm định"),
            _("chưa có") if error is None else _("{n} điểm").format(n=format_number(error, 1)),
        )
    standing = standing_sentence(found)
    if standing:
        st.info(standing)
    for text in method_sentences():
        st.caption(text)


def draw_forecast(choice: Choice, found: LevelForecast, parents: Mapping[str, str]) -> None:
    """The chart and the table of the units that wait for appraisal."""
    if found.units:
        _draw_chart(choice, found, parents)
        _draw_table(choice, found, parents)
    elif not found.over:
        st.info(_("Khối này không có cơ quan, đơn vị nào chờ thẩm định."))
    for text in left_out_sentences(found):
        st.caption(text)


def _range_name(found: LevelForecast) -> str:
    return _("hai chặn") if found.bounds_only else _("khoảng 80 %")


def _range_text(low: float, high: float, decimals: int = 1) -> str:
    return _("{low} đến {high}").format(low=format_number(low, decimals), high=format_number(high, decimals))


def _draw_chart(choice: Choice, found: LevelForecast, parents: Mapping[str, str]) -> None:
    """A line from end to end of the interval, a dot for the forecast, a diamond for the self score."""
    units = found.units[::-1]
    names = [f"{u.rank}. {chart_label(u.unit)}" for u in units]
    drawn = go.Figure()
    # One trace for all lines, cut by empty points.
    drawn.add_trace(
        go.Scatter(
            x=[x for u in units for x in (u.low, u.high, None)],
            y=[name for name in names for _x in range(3)],
            mode="lines",
            name=_("Dự kiến: {range}").format(range=_range_name(found)),
            line={"color": MUTED if found.bounds_only else ACCENT, "width": 3},
            hoverinfo="skip",
        )
    )
    for name, values, shape in _marks(found):
        drawn.add_trace(
            go.Scatter(
                x=values,
                y=names,
                mode="markers",
                name=name,
                marker=shape,
                customdata=[format_number(value, 1) for value in values],
                hovertemplate="%{y}: %{customdata}<extra>" + name + "</extra>",
            )
        )
    drawn.update_layout(
        height=max(320, rows_height(names) + 210),
    )
    drawn.update_yaxes(tickfont={"size": 11}, range=[-0.7, len(units) - 0.3])
    drawn.update_xaxes(rangemode="tozero", side="bottom")
    title = (
        _("Điểm tự chấm và điểm dự kiến sau thẩm định, {list}, kỳ {name}")
        if found.used
        else _("Điểm tự chấm và khoảng có thể còn lại sau thẩm định, {list}, kỳ {name}")
    )
    show_chart(
        drawn,
        "cut_forecast",
        title.format(list=list_name(found.ranking_list), name=choice.now.name),
        _("{source}; dự báo từ {n} hồ sơ đã thẩm định").format(source=choice.source, n=format_number(found.dossiers)),
        lambda: _frame(found, parents),
        unit=_("điểm"),
        demonstration=choice.demonstration,
        summary="; ".join(f"{u.unit.name_vi}: {unit_sentence(found, u)}" for u in found.units),
    )


def _marks(found: LevelForecast) -> Iterator[tuple[str, list[float | None], dict[str, Any]]]:
    """Name, points from the lowest unit up, and look of what the chart shows beside the intervals."""
    units = found.units[::-1]
    ring = {"symbol": "diamond-open", "color": CONTRAST, "size": 11, "line": {"width": 2}}
    yield _("Điểm tự chấm"), [u.self_total for u in units], ring
    if not found.used:
        return
    if any(u.unproved for u in units):
        lower = [u.without_evidence if u.unproved else None for u in units]
        shape = {"symbol": "triangle-left", "color": text_colour(), "size": 9}
        yield _("Không bổ sung tài liệu còn thiếu"), lower, shape
    yield _("Điểm dự kiến"), [u.total for u in units], {"symbol": "circle", "color": ACCENT, "size": 9}


def _frame(found: LevelForecast, parents: Mapping[str, str]) -> pd.DataFrame:
    rows = [
        [
            unit_label(u.unit, parents),
            format_number(u.self_total, 2),
            format_number(u.total, 2, missing="–"),
            format_number(u.without_evidence, 2, missing="–"),
            format_number(u.low, 2),
            format_number(u.high, 2),
        ]
        for u in found.units
    ]
    columns = [
        _("Cơ quan, đơn vị"),
        _("Điểm tự chấm"),
        _("Điểm dự kiến"),
        _("Không bổ sung tài liệu"),
        _("Đầu dưới"),
        _("Đầu trên"),
    ]
    return pd.DataFrame(rows, columns=columns).set_index(_("Cơ quan, đơn vị"))


def _draw_table(choice: Choice, found: LevelForecast, parents: Mapping[str, str]) -> None:
    hint = _("Hai chặn: từ 0 đến điểm tự chấm") if found.bounds_only else _("Phân vị 10 % và 90 %")
    columns = [
        Column(_("Hạng tự chấm"), "right"),
        Column(_("Cơ quan, đơn vị")),
        Column(_("Điểm tự chấm"), "right"),
        Column(_("Điểm dự kiến"), "right"),
        Column(_("Hai chặn") if found.bounds_only else _("Khoảng 80 %"), "center", hint),
        Column(_("Không bổ sung tài liệu"), "right", _("Các chỉ số thiếu tài liệu bắt buộc được 0 điểm")),
        Column(_("Hồ sơ trước của đơn vị"), "right", _("Số kỳ đơn vị đã được thẩm định và dùng được")),
        Column(_("Căn cứ gần nhất"), "wide", _("Số chỉ số đơn vị tự chấm, theo chênh lệch gần nhất đã có")),
    ]
    rows = [
        [
            u.rank,
            link(scorecard_address(choice, u.unit.code), unit_label(u.unit, parents)),
            format_number(u.self_total, 2),
            format_number(u.total, 2, missing="–"),
            _range_text(u.low, u.high),
            format_number(u.without_evidence, 2, missing="–") if u.unproved else "–",
            format_number(u.dossiers),
            basis_text(u),
        ]
        for u in found.units
    ]
    caption = _("{list}, kỳ {name}: dự kiến sau thẩm định, dựa trên {n} hồ sơ trước").format(
        list=list_name(found.ranking_list), name=choice.now.name, n=format_number(found.dossiers)
    )
    draw(table(columns, rows, caption=caption))


def draw_back_test(found: LevelForecast) -> None:
    """How earlier forecasts would have done, also where that is bad, and what the forecast rests on."""
    st.write(f"**{back_test_sentence(found)}**")
    if found.test.periods:
        columns = [
            Column(_("Kỳ bỏ ra để dự báo lại")),
            Column(_("Số cặp"), "right"),
            Column(_("Lệch một chỉ số"), "right", _("Sai lệch tuyệt đối bình quân của dự báo, điểm")),
            Column(_("Nếu giữ nguyên"), "right", _("Sai lệch nếu coi như điểm tự chấm được giữ nguyên")),
            Column(_("Số hồ sơ"), "right"),
            Column(_("Lệch tổng hồ sơ"), "right", _("Sai lệch tuyệt đối bình quân của dự báo, điểm")),
            Column(_("Tổng nếu giữ nguyên"), "right", _("Sai lệch nếu coi như điểm tự chấm được giữ nguyên")),
            Column(_("Trong khoảng 80 %"), "right"),
        ]
        rows = [
            [
                period_name(found, t),
                format_number(t.pairs),
                format_number(t.error, 2),
                format_number(t.naive_error, 2),
                format_number(t.dossiers),
                format_number(t.total_error, 2),
                format_number(t.naive_total_error, 2),
                covered_text(t),
            ]
            for t in found.test.periods
        ]
        caption = _("Bỏ lần lượt từng kỳ rồi dự báo từ các kỳ còn lại; lệch tính bằng điểm")
        draw(table(columns, rows, caption=caption, stack=True))
    sources = source_sentences(found)
    if sources:
        items = Markup("").join(Markup("<li>{}</li>").format(text) for text in sources)
        draw(Markup('<ul class="dti-list">{}</ul>').format(items))


def draw_unit(choice: Choice, found: LevelForecast, parents: Mapping[str, str]) -> None:
    """One unit that the reader chooses: what it would lose most, and the evidence that it lacks."""
    options = {u.unit.code: unit_label(u.unit, parents) for u in found.units}
    code = select(_("Cơ quan, đơn vị"), "don-vi", options)
    unit = next(u for u in found.units if u.unit.code == code)
    st.write(f"**{options[code]}.** {unit_sentence(found, unit)}")
    if not unit.criteria:
        st.info(_("Đơn vị chưa tự chấm điểm ở chỉ số nào."))
        return
    if unit.unproved:
        st.write(_("Tài liệu kiểm chứng bắt buộc còn thiếu:"))
        items = Markup("").join(
            Markup("<li>{}</li>").format(f"{c.criterion.code} {c.criterion.name}: {lacking_text(c)}")
            for c in unit.unproved
        )
        draw(Markup('<ul class="dti-list">{}</ul>').format(items))
    _draw_criteria(found, unit, options[code])


def _draw_criteria(found: LevelForecast, unit: UnitForecast, name: str) -> None:
    columns = [
        Column(_("Chỉ số thành phần"), "wide"),
        Column(_("Tự chấm"), "right", _("Điểm tự chấm trên điểm tối đa")),
        Column(_("Dự kiến"), "right"),
        Column(_("Hai chặn") if found.bounds_only else _("Khoảng 80 %"), "center"),
        Column(_("Mất của tổng điểm"), "right", _("Phần tổng điểm dự kiến không được giữ lại")),
        Column(_("Căn cứ gần nhất"), "wide"),
        Column(_("Tài liệu"), "left"),
    ]
    shown = unit.criteria[:MOST_CRITERIA]
    caption = (
        _("{unit}: {n} trên {of} chỉ số đã tự chấm, dự kiến mất nhiều nhất xếp trước")
        if found.used
        else _("{unit}: {n} trên {of} chỉ số đã tự chấm, nhiều điểm nhất xếp trước")
    ).format(unit=name, n=format_number(len(shown)), of=format_number(len(unit.criteria)))
    draw(table(columns, [_criterion_row(c) for c in shown], caption=caption, stack=True))


def _criterion_row(c: CriterionForecast) -> list[object]:
    return [
        f"{c.criterion.code} {c.criterion.name}",
        _("{points} / {maximum}").format(points=format_number(c.claimed, 2), maximum=format_number(c.maximum, 2)),
        format_number(c.forecast, 2, missing="–"),
        _range_text(c.low, c.high, 2),
        "–" if c.loss is None else format_number(c.loss, 2),
        criterion_basis_text(c),
        _("thiếu") if c.evidence_absent else "–",
    ]


def draw_appraised(choice: Choice, found: LevelForecast, parents: Mapping[str, str]) -> None:
    """The units that know their results already."""
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Điểm tự chấm"), "right"),
        Column(_("Điểm thẩm định"), "right"),
        Column(_("Chênh lệch"), "right"),
        Column(_("Ghi chú"), "wide"),
    ]
    rows = [
        [
            link(scorecard_address(choice, a.unit.code), unit_label(a.unit, parents)),
            format_number(a.self_total, 2),
            format_number(a.appraised_total, 2),
            format_signed(a.appraised_total - a.self_total, 2),
            note_text(a) or "–",
        ]
        for a in found.appraised
    ]
    caption = _("{list}: đơn vị đã được gửi kết quả thẩm định").format(list=list_name(found.ranking_list))
    draw(table(columns, rows, caption=caption))
