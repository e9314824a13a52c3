"""The forecast against what was published later, in the open: intervals, Brier scores, the plain alternatives."""

import streamlit as st

from language import _, format_number, format_signed
from scoring.outlook.backtest import HALF, METHODS, MOST, BackTest, Comparison, Hits, Method, Range, YearTest
from ui.tables import Column, draw, lines, table


def _range(value: Range | None, *, signed: bool = False) -> str:
    if value is None:
        return "–"
    shown = [(format_signed if signed else format_number)(x, 3) for x in (value.low, value.high)]
    return shown[0] if shown[0] == shown[1] else _("{low} đến {high}").format(low=shown[0], high=shown[1])


def _hits(hits: Hits | None) -> str:
    return "–" if hits is None else _("{inside} trên {of}").format(inside=hits.inside, of=hits.of)


def method_name(method: Method) -> str:
    """What a way of forecasting is called."""
    return {
        "model": _("Mô hình"),
        "frozen": _("Điểm giữ nguyên như năm trước"),
        "same_rank": _("Thứ hạng giữ nguyên như năm trước"),
    }[method]


def verdict(test: YearTest, method: Method) -> str:
    """Whether the model forecast the top better than a plain way, over every way the unknown outcomes may have fallen."""
    advantage = test.comparisons[method].advantage
    assert advantage is not None
    name = method_name(method)
    if advantage.low > 0:
        text = _("Năm {year}: mô hình dự báo nhóm 15 tốt hơn cách «{name}».")
    elif advantage.high < 0:
        text = _("Năm {year}: mô hình dự báo nhóm 15 KÉM hơn cách «{name}».")
    else:
        text = _("Năm {year}: chưa rõ mô hình hay cách «{name}» tốt hơn.")
    return text.format(year=test.target, name=name)


def _row(method: Method, found: Comparison) -> list[object]:
    score, rank = found.score_hits or {}, found.rank_hits or {}
    return [
        method_name(method),
        _range(found.brier),
        _range(found.brier_seats),
        _range(found.advantage, signed=True),
        _hits(score.get(HALF)),
        _hits(score.get(MOST)),
        _hits(rank.get(HALF)),
        _hits(rank.get(MOST)),
    ]


def draw_back_test(found: BackTest) -> None:
    """Year by year: what was forecast, what came, and the verdict even where it is bad."""
    st.write(
        _(
            "Dự báo được đối chiếu với các năm đã có kết quả: dùng kết quả đến năm trước để dự báo năm sau. Điểm Brier "
            "càng nhỏ càng tốt; kết quả chưa công bố được tính cả hai cách nên là một khoảng. Hai năm là quá ít để nói "
            "mô hình tốt hay để chỉnh giả định theo đó."
        )
    )
    for test in found.tests:
        st.subheader(
            _("Năm {target}, dự báo từ kết quả đến năm {fitted}").format(target=test.target, fitted=test.fitted_to),
            anchor=False,
        )
        _draw_test(test)
    st.caption(
        _(
            "{draws} lần mô phỏng, mầm ngẫu nhiên {seed}. Giả định được đặt trước khi chạy kiểm định. Kết quả đã biết của "
            "năm 2023 là kết quả được chọn lọc: tỉnh xếp cao hay lên hạng nhiều thì báo chí mới đưa."
        ).format(draws=format_number(found.draws), seed=found.seed)
    )


def _draw_test(test: YearTest) -> None:
    st.caption(
        _(
            "Đã công bố: {totals} tổng điểm, {ranks} thứ hạng. Biết chắc {known_in} tỉnh trong nhóm 15, {known_out} "
            "tỉnh ngoài nhóm, còn {unknown} tỉnh không rõ."
        ).format(
            totals=test.totals,
            ranks=test.ranks,
            known_in=test.known_in,
            known_out=test.known_out,
            unknown=test.unknown,
        )
    )
    draw(lines([verdict(test, method) for method in METHODS if method != "model"]))
    columns = [
        Column(_("Cách dự báo")),
        Column(_("Brier, 63 tỉnh"), "right"),
        Column(_("Brier, đúng số chỗ còn lại"), "right"),
        Column(_("Kém mô hình"), "right"),
        Column(_("Tổng điểm trong khoảng 50 %"), "right"),
        Column(_("Tổng điểm trong khoảng 90 %"), "right"),
        Column(_("Thứ hạng trong khoảng 50 %"), "right"),
        Column(_("Thứ hạng trong khoảng 90 %"), "right"),
    ]
    body = [_row(method, test.comparisons[method]) for method in METHODS]
    draw(table(columns, body, caption=_("Các cách dự báo năm {year}").format(year=test.target), stack=True))
    provinces = [
        Column(_("Tỉnh có tổng điểm công bố")),
        Column("5 %", "right"),
        Column("50 %", "right"),
        Column("95 %", "right"),
        Column(_("Công bố"), "right"),
        Column(_("Trong khoảng 90 %")),
    ]
    checks = [
        [
            c.province,
            *(format_number(x, 4) for x in (c.low, c.middle, c.high, c.published)),
            _("có") if c.low <= c.published <= c.high else _("không"),
        ]
        for c in test.checks
    ]
    draw(table(provinces, checks, caption=_("Tổng điểm năm {year}").format(year=test.target), stack=True))
