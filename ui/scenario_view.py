"""How a scenario is shown: the answer at the top, what changed, where every number comes from, side by side."""

from collections.abc import Sequence

import streamlit as st

from assessment.scenario_causes import comparable
from assessment.scenarios import ScenarioResult
from language import _, format_number, format_signed
from reports.base_line import goal_name, question_in_words, reference_points_sentence
from reports.scenario_causes import ends_in_words
from reports.scenarios import (
    Alike,
    alike_text,
    basis_text,
    chance_text,
    comparison_rows,
    interval_text,
    mover_rows,
    override_in_words,
    ranks_text,
    spread_text,
    where_from,
)
from scoring.outlook import shown
from scoring.scenarios import ScenarioRefusedError, place_of
from scoring.waterfall import NationalWaterfall
from ui import gateway_scenarios as scenarios
from ui.figures import arrow_of, figure, figures
from ui.scenario_charts import draw_causes, draw_compared_indices, draw_index_chart, draw_rank_chart, draw_rival_chart
from ui.scenario_state import drop_row, rows
from ui.tables import Column, definition, draw, table

MOST_MOVERS = 30


def draw_refusal(refusal: ScenarioRefusedError) -> None:
    """Every row that cannot be, and what is shown instead."""
    st.error(
        _("Kịch bản có nội dung không thực hiện được nên đang hiển thị khi không làm gì. Hãy sửa hoặc bỏ các dòng này:")
        + "\n\n"
        + "\n".join(f"- {fault}" for fault in refusal.faults)
    )


def draw_answer(result: ScenarioResult, alike: Alike | None) -> None:
    """What is asked; the live answer beside doing nothing: rank, chance, total, needed score; what it rests on."""
    st.markdown(f"**{question_in_words(result.base)}** {reference_points_sentence()}")
    now, still = result.outlook, result.base_outlook
    won = still.rank_quantile(0.5) - now.rank_quantile(0.5)
    gained = shown(now.chance) - shown(still.chance)
    with figures():
        figure(
            _("Hạng trung vị"),
            str(now.rank_quantile(0.5)),
            _("{places} bậc so với gốc").format(places=format_signed(won)),
            arrow=arrow_of(won),
        )
        figure(_("Khoảng 90 % của hạng"), ranks_text(now))
        figure(
            _("Khả năng {goal}").format(goal=goal_name(result.base)),
            chance_text(now.chance),
            _("{change} điểm phần trăm").format(change=format_signed(round(gained * 100), 0)),
            arrow=arrow_of(round(gained, 4)),
            wide=True,
        )
        figure(_("Khoảng của khả năng"), interval_text(now))
        figure(
            _("Tổng điểm"),
            format_number(result.total, 4),
            format_signed(result.change, 4),
            arrow=arrow_of(round(result.change, 6)),
        )
        figure(_("Điểm cần để có khả năng 50 %"), format_number(now.needed[0.5], 4), wide=True)
        figure(_("Điểm cần để có khả năng 80 %"), format_number(now.needed[0.8], 4), wide=True)
        figure(_("Điểm cần để có khả năng 95 %"), format_number(now.needed[0.95], 4), wide=True)
    st.caption(
        spread_text(result)
        + " "
        + basis_text(now, result.base.base_year)
        + " "
        + _("Khoảng của khả năng: thấp nhất và cao nhất khi các giả định quan trọng ở hai đầu phạm vi của chúng.")
    )

    if alike is not None:
        st.markdown(alike_text(alike))
    # Filled when it is opened.
    expander = st.expander(_("Số này từ đâu"), key="mp_where", on_change="rerun")
    if expander.open:
        with expander:
            draw(definition(where_from(result, alike)))


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


def draw_contents(result: ScenarioResult) -> None:
    """What the scenario holds and which units it moves."""
    st.header(_("Nội dung kịch bản"), anchor=False)
    draw_rows(result)
    st.header(_("Đơn vị thay đổi"), anchor=False)
    draw_units(result)


def draw_result(result: ScenarioResult, causes: NationalWaterfall) -> None:
    """Ranks, main indices, rivals around the line, and why the rank moved."""
    draw_rank_chart(result)
    left, right = st.columns(2)
    with left:
        draw_index_chart(result)
    with right:
        draw_rival_chart(result)
    st.header(_("Vì sao hạng thay đổi"), anchor=False)
    draw_causes(result, causes, *ends_in_words(result))


def draw_comparison(named: Sequence[tuple[str, ScenarioResult]]) -> None:
    """Scenarios side by side: figures, main indices, units that change their rank."""
    results = [result for _name, result in named]
    names = [Column(name, "right") for name, _result in named]
    body = [(title, *values) for title, values in comparison_rows(results)]
    draw(table([Column(_("Nội dung")), *names], body, caption=_("So sánh các kịch bản")))
    draw_compared_indices(named)
    if len(named) > 1:
        _draw_why_apart(named)
    st.header(_("Đơn vị đổi hạng"), anchor=False)
    movers = mover_rows(results)
    if not movers:
        st.info(_("Không kịch bản nào làm đơn vị nào đổi hạng."))
        return
    columns = [Column(_("Cơ quan, đơn vị")), Column(_("Khối xếp hạng")), *names]
    rows = [(name, where, *texts) for name, where, texts in movers[:MOST_MOVERS]]
    caption = _("Đơn vị đổi hạng, đổi nhiều nhất trước")
    if len(movers) > MOST_MOVERS:
        caption = _("{most} trong {all} đơn vị đổi hạng, đổi nhiều nhất trước; đủ danh sách trong tệp Excel").format(
            most=MOST_MOVERS, all=format_number(len(movers))
        )
    draw(table(columns, rows, caption=caption, stack=True))


def _draw_why_apart(named: Sequence[tuple[str, ScenarioResult]]) -> None:
    """Why the last of the compared scenarios stands elsewhere than the first."""
    st.header(_("Vì sao hạng khác nhau"), anchor=False)
    (before, first), (after, second) = named[0], named[-1]
    if not comparable(first, second):
        st.info(
            _(
                "«{before}» và «{after}» tính từ số liệu hoặc năm gốc khác nhau nên không tách được nguyên nhân; hãy "
                "chọn kịch bản cùng kỳ, cùng tháng, cùng năm gốc."
            ).format(before=before, after=after)
        )
        return
    draw_causes(second, scenarios.apart(first, second), before, after, between=True)
