"""Why a unit's place moved, drawn: waterfall, table, sentences."""

import pandas as pd
import streamlit as st
from markupsafe import Markup

from assessment.rank_change import RankChange
from language import _, format_number, format_signed
from reports.rank_change import cause_name, cause_text, change_sentences
from ui.charts import ACCENT, CONTRAST, show_chart, waterfall
from ui.selection import Choice
from ui.tables import Column, draw, table


def draw_rank_change(choice: Choice, change: RankChange | None) -> None:
    """The section of the scorecard; says so where there is nothing to compare with."""
    if change is None:
        st.info(
            _(
                "Không có hai kỳ mà đơn vị đều có số liệu, có điểm và có tên trong cùng khối xếp hạng, nên không so sánh được."
            )
        )
        return
    items = Markup("").join(Markup("<li>{}</li>").format(text) for text in change_sentences(change))
    draw(Markup('<ul class="dti-list">{}</ul>').format(items))
    _draw_chart(choice, change)
    _draw_table(change)


def _draw_chart(choice: Choice, change: RankChange) -> None:
    names = [_("{name}, hạng {rank}").format(name=change.before, rank=change.start_rank)]
    names += [cause_name(step.cause) for step in change.steps]
    names += [_("{name}, hạng {rank}").format(name=change.after, rank=change.end_rank)]
    points = [step.points for step in change.steps]
    texts = [
        format_number(change.start_total, 2),
        *(
            _("{points} · {places} hạng").format(points=format_signed(s.points, 2), places=format_signed(s.places))
            for s in change.steps
        ),
        format_number(change.end_total, 2),
    ]
    totals = [change.start_total, *(s.total for s in change.steps)]
    room = max(1.0, max(totals) - min(totals))
    layout = {
        "height": 400,
        "showlegend": False,
        "xaxis": {"range": [max(0.0, min(totals) - 0.3 * room), max(totals) + 0.9 * room]},
        "yaxis": {"autorange": "reversed", "tickfont": {"size": 11}},
    }
    show_chart(
        {"data": [waterfall(names, change.start_total, points, texts, ACCENT, CONTRAST)], "layout": layout},
        "scorecard_rank_change",
        _("Điểm và hạng thay đổi từ {before} đến {after} do đâu; trục không bắt đầu từ 0").format(
            before=change.before, after=change.after
        ),
        choice.source,
        lambda: _frame(change),
        unit=_("điểm"),
        demonstration=choice.demonstration,
        summary=" ".join(change_sentences(change)),
    )


def _frame(change: RankChange) -> pd.DataFrame:
    rows = [[cause_name(s.cause), format_signed(s.points, 2), format_signed(s.places)] for s in change.steps]
    columns = [_("Nguyên nhân"), _("Điểm"), _("Hạng")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Nguyên nhân"))


def _draw_table(change: RankChange) -> None:
    columns = [
        Column(_("Nguyên nhân, theo thứ tự")),
        Column(_("Điểm"), "right", _("Điểm tăng hoặc giảm do riêng nguyên nhân này, sau các nguyên nhân trước")),
        Column(_("Số hạng"), "right", _("Số hạng tăng (+) hoặc giảm (−)")),
        Column(_("Điểm sau bước"), "right"),
        Column(_("Hạng sau bước"), "right"),
        Column(_("Cách tính")),
    ]
    rows: list[list[object]] = [
        [
            cause_name(step.cause),
            format_signed(step.points, 2),
            format_signed(step.places),
            format_number(step.total, 2),
            step.rank,
            cause_text(step, change),
        ]
        for step in change.steps
    ]
    rows.append(
        [
            Markup("<strong>{}</strong>").format(_("Cộng")),
            format_signed(change.end_total - change.start_total, 2),
            format_signed(change.start_rank - change.end_rank),
            format_number(change.end_total, 2),
            change.end_rank,
            _("Trước khi làm tròn, các bước cộng lại bằng đúng thay đổi của điểm và của hạng."),
        ]
    )
    caption = _("Mỗi bước thay đổi một thứ rồi chấm lại; thứ tự các bước cố định")
    draw(table(columns, rows, caption=caption, stack=True))
