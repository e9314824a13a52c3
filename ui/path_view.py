"""How the answer of the cheapest path is drawn: figures, steps by owner and month, calendar, frontier, other plans."""

from collections.abc import Iterator, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.efforts import measure_name, months_text, step_names
from assessment.path import NationalPlan, PathAnswer, PathGround, by_owner, difference
from language import _, format_number, format_percent, format_signed
from reports.labels import is_demonstration
from reports.path import (
    basis_sentences,
    binding_sentences,
    calendar_sentence,
    chance_with_range,
    columns_sentence,
    constraint_lines,
    cost_sentence,
    criterion_text,
    default_mark,
    effort_text,
    just_short,
    on_default_rule,
    place_text,
    range_text,
    score_text,
    share_text,
    source_of_ground,
    stability_sentence,
    step_and_place,
    step_text,
    summary,
    wish_text,
)
from scoring.grid import in_points
from scoring.outlook import TOP, shown
from scoring.path.values import Plan, Step
from ui.charts import ACCENT, MUTED, show_chart
from ui.figures import figure, figures
from ui.jobs import Job
from ui.tables import Column, contents, details, draw, marked, table
from ui.waiting import draw_progress, wait_for

MOST_BARS = 30
"""Rows of the calendar; the rest stands in the table behind it."""
MOST_DIFFERENT = 12
BAR_LETTERS = 52
"""As many as stand above a bar on a telephone."""
BAND = "rgba(125,135,144,0.25)"
AGAIN = "path_again"
STEPS, FRONTIER, OTHERS, BASIS = "cac-buoc", "nguon-luc-va-kha-nang", "phuong-an-khac", "can-cu"
"""Anchors of the parts of the answer."""


FIRST_SECONDS = 2.0
"""How long a page waits for a first answer before it shows the progress."""


def draw_wait(job: Job[PathAnswer]) -> None:
    """Progress and a way to stop until the work ends."""
    words = _("Đang tính tiếp các phương án khác và đường nguồn lực…")
    wait_for(job, "path", lambda: draw_progress(job, words, "path_cancel", _("Dừng tính")))


def draw_unfinished(job: Job[PathAnswer]) -> None:
    """Says that the work was stopped or failed, with a way to begin it again (AGAIN in the session)."""
    if job.failed:
        st.error(
            _(
                "Phép tính dừng vì một lỗi đã ghi vào nhật ký. Hãy đổi điều kiện rồi thử lại, hoặc báo cho quản trị hệ "
                "thống."
            )
        )
    elif job.result is None:
        st.info(_("Phép tính đã dừng theo yêu cầu trước khi có phương án."))
    else:
        st.info(_("Phép tính đã dừng theo yêu cầu; dưới đây là phần đã tính xong."))
    st.button(_("Tính lại"), key=AGAIN)


def draw_answer(answer: PathAnswer) -> None:
    """Everything that is known of an answer so far."""
    found = answer.found
    conditions = (f"{line}." for line in constraint_lines(answer.ground, answer.question))
    st.caption(" ".join((wish_text(answer), *conditions)))
    if found.best is not None:
        # What nobody has confirmed is not yet a success.
        say = st.info if on_default_rule(found.best.plan) else st.success
        say(summary(answer), icon=":material/flag:")
    else:
        st.warning(summary(answer), icon=":material/block:")
        assert found.out is not None
        st.markdown("\n".join(f"- {sentence}" for sentence in binding_sentences(answer, found.out)))
    chosen = found.best or found.furthest
    if chosen is None:
        return
    _draw_figures(answer, chosen)
    st.markdown("\n".join(f"- {cost_sentence(answer, cost)}" for cost in answer.costs))
    others = found.best is not None and bool(chosen.plan.steps)
    draw(contents(_parts(answer, chosen, others=others)))
    if chosen.plan.steps:
        heading = (
            _("Các bước theo đơn vị chủ trì")
            if found.best is not None
            else _("Các bước của phương án xa nhất có thể, theo đơn vị chủ trì")
        )
        st.header(heading, anchor=STEPS)
        _draw_steps(answer, chosen.plan)
        _draw_calendar(answer, chosen.plan)
        _draw_components(answer, chosen.plan)
    if len(answer.frontier) > 1:
        st.header(_("Nguồn lực và khả năng"), anchor=FRONTIER)
        _draw_frontier(answer, chosen)
    if others:
        _draw_others(answer)
    st.header(_("Căn cứ và giới hạn"), anchor=BASIS)
    st.markdown("\n".join(f"- {sentence}" for sentence in basis_sentences(answer)))


def _parts(answer: PathAnswer, chosen: NationalPlan, *, others: bool) -> Iterator[tuple[str, str]]:
    """Anchors and names of the parts that the answer has so far."""
    if chosen.plan.steps:
        yield STEPS, _("Các bước")
    if len(answer.frontier) > 1:
        yield FRONTIER, _("Nguồn lực và khả năng")
    if others:
        yield OTHERS, _("Phương án khác")
    yield BASIS, _("Căn cứ và giới hạn")


def _draw_figures(answer: PathAnswer, chosen: NationalPlan) -> None:
    base, plan = answer.contest.base_line, chosen.plan
    with figures():
        figure(
            _("Điểm năm {year}").format(year=base.target_year),
            score_text(chosen.score),
            format_signed(chosen.score - base.total, 4),
            arrow="up" if chosen.score > base.total else "off",
        )
        chance = format_percent(shown(chosen.chance), 0)
        if just_short(answer):
            chance = _("dưới {share}").format(share=format_percent(float(answer.question.wish.value), 0))
        figure(_("Khả năng nhóm {top}").format(top=TOP), chance)
        if chosen.chance_range is not None:
            figure(_("Khoảng của khả năng"), range_text(chosen))
        measure = measure_name(answer.ground.edition.content.measure)
        figure(_("Nguồn lực ({measure})").format(measure=measure), format_number(float(plan.effort)))
        units = format_number(len({s.unit for s in plan.steps}))
        figure(_("Số bước"), format_number(len(plan.steps)), _("ở {n} đơn vị").format(n=units))


def _columns(answer: PathAnswer, *, alone: bool) -> tuple[Column, ...]:
    measure = measure_name(answer.ground.edition.content.measure)
    stays = (Column(_("Ở lại"), "right"),) if answer.stability is not None else ()
    return (
        Column(_("Chỉ số") if alone else _("Cơ quan, đơn vị; chỉ số")),
        Column(_("Bước"), "nowrap"),
        Column(_("Việc phải làm")),
        Column(_("Nguồn lực ({measure})").format(measure=measure), "right"),
        Column(_("Tháng"), "nowrap"),
        Column(_("Riêng bước này"), "right"),
        *stays,
    )


def _step_row(answer: PathAnswer, step: Step, *, alone: bool) -> tuple[object, ...]:
    ground = answer.ground
    gain = float(in_points(ground.gain_alone.get(step, 0))) / ground.scale * 1000
    amount = format_number(float(step.effort.amount))
    stays = (share_text(answer, step),) if answer.stability is not None else ()
    return (
        criterion_text(ground, step) if alone else place_text(ground, step),
        step_names()[step.level.value],
        step_text(ground, step),
        marked(amount, default_mark(step.effort)),
        months_text(step.effort.months),
        format_signed(gain, 2) if gain else _("cần bước khác"),
        *stays,
    )


def _owner_block(answer: PathAnswer, owner: str, steps: Sequence[Step], *, opened: bool) -> Markup:
    """The steps of one owner: as a table, or as a line that opens into it."""
    ground = answer.ground
    total = effort_text(ground, float(sum(s.effort.amount for s in steps)))
    name, count = ground.scope.owner_name(owner), _("{n} bước").format(n=format_number(len(steps)))
    alone = all(s.unit == owner for s in steps)
    body = table(
        _columns(answer, alone=alone),
        [_step_row(answer, s, alone=alone) for s in steps],
        caption=_("{name}: {count}, {effort}").format(name=name, count=count, effort=total),
        stack=True,
    )
    return body if opened else _line(name, count, total, body)


def _line(name: str, count: str, total: str, body: Markup) -> Markup:
    summary = Markup('<span class="code">{}</span><span class="name">{}</span><span class="points">{}</span>')
    return details(summary.format(count, name, total), body)


def _draw_steps(answer: PathAnswer, plan: Plan) -> None:
    stability = stability_sentence(answer)
    if stability:
        st.markdown(stability)
    st.caption(columns_sentence(answer))
    owners = list(by_owner(plan.steps).items())
    opened = len(plan.steps) <= MOST_BARS
    blocks = [_owner_block(answer, owner, steps, opened=opened) for owner, steps in owners]
    rest = owners[MOST_BARS:]
    if rest:
        left = [s for _owner, steps in rest for s in steps]
        blocks[MOST_BARS:] = [
            _line(
                _("{n} đơn vị chủ trì khác").format(n=format_number(len(rest))),
                _("{n} bước").format(n=format_number(len(left))),
                effort_text(answer.ground, float(sum(s.effort.amount for s in left))),
                Markup("").join(blocks[MOST_BARS:]),
            )
        ]
    draw(*blocks)


def _runs(months: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def _bar_name(ground: PathGround, step: Step, *, alone: bool) -> str:
    """A step in a line: code and name of the criterion, before them the unit unless one unit does everything."""
    return (
        criterion_text(ground, step)
        if alone
        else f"{ground.scope.owner_name(step.unit)}: {criterion_text(ground, step)}"
    )


def _calendar_rows(ground: PathGround, plan: Plan) -> list[tuple[str, Sequence[int], float]]:
    """Name, months and effort of each row: one per step while they are few, else one per owner."""
    owners = by_owner(plan.steps)
    if len(plan.steps) <= MOST_BARS:
        alone = len({s.unit for s in plan.steps}) == 1
        return [
            (_bar_name(ground, s, alone=alone), s.effort.months, float(s.effort.amount))
            for own in owners.values()
            for s in own
        ]
    return [
        (
            ground.scope.owner_name(owner),
            sorted({m for s in own for m in s.effort.months}),
            float(sum(s.effort.amount for s in own)),
        )
        for owner, own in owners.items()
    ]


def _draw_calendar(answer: PathAnswer, plan: Plan) -> None:
    """A bar over the months of the work, its name above it, so that both have the whole width of a telephone."""
    ground = answer.ground
    st.caption(calendar_sentence(ground))
    rows = _calendar_rows(ground, plan)
    shown_rows = rows[:MOST_BARS]
    bars = [
        (place, first, last, f"{name}<br>{effort_text(ground, amount)}")
        for place, (name, months, amount) in enumerate(shown_rows)
        for first, last in _runs(months)
    ]
    labels = [name if len(name) <= BAR_LETTERS else name[: BAR_LETTERS - 1] + "…" for name, _m, _a in shown_rows]
    drawn = go.Figure(
        [
            go.Bar(
                x=[last - first + 1 for _place, first, last, _words in bars],
                base=[first - 0.5 for _place, first, _last, _words in bars],
                y=[place for place, _first, _last, _words in bars],
                customdata=[words for _place, _first, _last, words in bars],
                orientation="h",
                width=0.3,
                marker={"color": ACCENT},
                hovertemplate="%{customdata}<extra></extra>",
            ),
            go.Scatter(
                x=[0.5] * len(labels),
                y=[place - 0.4 for place in range(len(labels))],
                text=labels,
                mode="text",
                textposition="middle right",
                hoverinfo="skip",
            ),
        ]
    )
    drawn.update_layout(height=150 + 38 * len(shown_rows), showlegend=False)
    drawn.update_xaxes(range=[0.5, 12.5], tickvals=list(range(1, 13)), ticktext=[f"T{m}" for m in range(1, 13)])
    drawn.update_yaxes(range=[len(labels) - 0.6, -0.75], visible=False)
    show_chart(
        drawn,
        "path_calendar",
        _("Lịch thực hiện, nguồn lực chia đều các tháng của mỗi bước"),
        source_of_ground(ground),
        lambda: _calendar_frame(answer, plan),
        demonstration=is_demonstration(ground.snapshot.period),
        summary=_("Lịch thực hiện {n} dòng theo tháng").format(n=format_number(len(shown_rows))),
    )
    if len(rows) > MOST_BARS:
        st.caption(
            _("Biểu đồ vẽ {shown} trên {n} dòng nhiều nguồn lực nhất; bảng số liệu của biểu đồ có đủ.").format(
                shown=format_number(MOST_BARS), n=format_number(len(rows))
            )
        )


def _calendar_frame(answer: PathAnswer, plan: Plan) -> pd.DataFrame:
    load, ground = plan.by_owner_and_month, answer.ground
    rows = [
        [
            ground.scope.owner_name(owner),
            *(format_number(float(load[owner, m]), 2) if (owner, m) in load else "–" for m in range(1, 13)),
            format_number(float(total), 2),
        ]
        for owner, total in sorted(plan.by_owner.items(), key=lambda item: (-item[1], item[0]))
    ]
    columns = [_("Đơn vị chủ trì"), *(f"T{m}" for m in range(1, 13)), _("Cộng")]
    return pd.DataFrame(rows, columns=columns).set_index(_("Đơn vị chủ trì"))


def _draw_components(answer: PathAnswer, plan: Plan) -> None:
    ground = answer.ground
    ordered = sorted(plan.components, key=lambda c: c.before - c.after)
    rows = [
        (
            f"{change.code} {ground.component(change.code).name}",
            format_number(float(in_points(change.before)), 2),
            format_number(float(in_points(change.after)), 2),
            format_signed(float(in_points(change.after - change.before)), 2),
            format_number(float(ground.component(change.code).max_points)),
            format_number(sum(any(code == change.code for code, _g in s.gains) for s in plan.steps)),
        )
        for change in ordered
    ]
    columns = (
        Column(_("Thành phần cấp tỉnh")),
        Column(_("Điểm hiện nay"), "right"),
        Column(_("Sau phương án"), "right"),
        Column(_("Tăng"), "right"),
        Column(_("Tối đa"), "right"),
        Column(_("Số bước"), "right"),
    )
    with st.expander(_("Điểm tăng ở thành phần nào"), key="path_components"):
        draw(table(columns, rows, caption=_("Điểm theo bộ tham chiếu, không phải điểm của Bộ"), stack=True))


def _range_band(points: Sequence[NationalPlan]) -> list[go.Scatter]:
    """Between which chances the assumptions leave every point; nothing where that was not drawn."""
    ranges = [p.chance_range for p in points if p.chance_range is not None]
    if len(ranges) < len(points):
        return []
    effort = [float(p.plan.effort) for p in points]
    line = {"width": 0, "shape": "hv"}
    low, high = ([own[end] * 100 for own in ranges] for end in (0, 1))
    return [
        go.Scatter(x=effort, y=low, mode="lines", line=line, hoverinfo="skip", showlegend=False),
        go.Scatter(
            x=effort,
            y=high,
            mode="lines",
            line=line,
            fill="tonexty",
            fillcolor=BAND,
            hoverinfo="skip",
            name=_("Khoảng của khả năng theo giả định"),
        ),
    ]


def _draw_frontier(answer: PathAnswer, chosen: NationalPlan) -> None:
    ground = answer.ground
    points = answer.frontier
    measure = measure_name(ground.edition.content.measure)
    hover = "%{x:,.0f} " + measure + "<br>%{customdata[0]}<br>%{customdata[1]} " + _("điểm") + "<extra></extra>"
    drawn = go.Figure(
        [
            *_range_band(points),
            go.Scatter(
                x=[float(p.plan.effort) for p in points],
                y=[p.chance * 100 for p in points],
                customdata=[(chance_with_range(p), score_text(p.score)) for p in points],
                mode="lines+markers",
                line={"color": MUTED, "shape": "hv"},
                marker={"color": MUTED, "size": 6},
                hovertemplate=hover,
                name=_("Ít nguồn lực nhất cho từng mức điểm"),
            ),
        ]
    )
    drawn.add_trace(
        go.Scatter(
            x=[float(chosen.plan.effort)],
            y=[chosen.chance * 100],
            mode="markers",
            marker={"color": ACCENT, "size": 13, "symbol": "diamond"},
            customdata=[(chance_with_range(chosen), score_text(chosen.score))],
            name=_("Phương án đang xem"),
            hovertemplate=hover,
        )
    )
    drawn.update_layout(height=420)
    drawn.update_yaxes(range=[0, 100])
    show_chart(
        drawn,
        "path_frontier",
        _("Khả năng ở trong nhóm {top} (%) theo nguồn lực ({measure})").format(top=TOP, measure=measure),
        source_of_ground(ground),
        lambda: _frontier_frame(answer),
        demonstration=is_demonstration(ground.snapshot.period),
    )


def _frontier_frame(answer: PathAnswer) -> pd.DataFrame:
    rows = [
        [
            format_number(float(p.plan.effort)),
            format_number(len(p.plan.steps)),
            score_text(p.score),
            chance_with_range(p),
        ]
        for p in answer.frontier
    ]
    return pd.DataFrame(rows, columns=[_("Nguồn lực"), _("Số bước"), _("Điểm"), _("Khả năng")]).set_index(
        _("Nguồn lực")
    )


def _listed(ground: PathGround, steps: Sequence[Step]) -> Markup:
    items = [step_and_place(ground, s) for s in steps[:MOST_DIFFERENT]]
    rest = len(steps) - len(items)
    if rest > 0:
        items.append(_("và {n} bước khác").format(n=format_number(rest)))
    return Markup("<br>").join(items) if items else Markup("–")


def _draw_others(answer: PathAnswer) -> None:
    st.header(_("Phương án thứ hai và thứ ba"), anchor=OTHERS)
    best = answer.found.best
    assert best is not None
    if not answer.others:
        nothing = (
            _("Không có phương án nào khác đủ xa phương án này mà vẫn giữ các điều kiện.")
            if answer.complete
            else _("Đang tính.")
        )
        st.info(nothing)
        return
    rows = []
    for number, own in enumerate((best, *answer.others), 1):
        differs = difference(best.plan, own.plan)
        rows.append(
            (
                format_number(number),
                effort_text(answer.ground, float(own.plan.effort)),
                format_number(len(own.plan.steps)),
                score_text(own.score),
                chance_with_range(own),
                _listed(answer.ground, differs.only_here),
                _listed(answer.ground, differs.only_best),
            )
        )
    columns = (
        Column(_("Phương án"), "right"),
        Column(_("Nguồn lực"), "right"),
        Column(_("Số bước"), "right"),
        Column(_("Điểm"), "right"),
        Column(_("Khả năng")),
        Column(_("Chỉ có ở phương án này")),
        Column(_("Chỉ có ở phương án thứ nhất")),
    )
    caption = _("{n} phương án, tốt nhất xếp trước; mỗi phương án đã được chấm lại").format(n=len(rows))
    draw(table(columns, rows, caption=caption, stack=True))
