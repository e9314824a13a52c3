"""How the overview is drawn: national place, what needs attention, leaders and risers, targets."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from markupsafe import Markup

from assessment.baseline import target_year
from assessment.overview import (
    Attention,
    ComponentLacking,
    FaultFound,
    FiguresDue,
    NationalPlace,
    Overview,
    Podium,
    TargetAtRisk,
    UnitFallen,
    UnitMissing,
)
from assessment.ranking import RankingRow
from assessment.targets import TargetState, TargetStatus, counts, state_name
from criteria.model import Group, Level
from data.internal_totals import TotalRecord
from language import _, capitalised, format_number, format_signed
from reports.history import other_rules_text
from reports.labels import stage_name
from reports.overview import (
    at_risk_text,
    attention_heading,
    attention_text,
    chance_label,
    component_text,
    distance_text,
    goal_line_text,
    goal_stage_text,
    goal_text,
    incomplete_text,
    internal_text,
    kind_name,
    main_index_name,
    no_attention_text,
    nobody_ranked_text,
    nothing_before_text,
    outlook_text,
    plan_name,
    province_source,
    publication_text,
    rank_sentence,
    rank_text,
    score_text,
    with_unit,
)
from reports.scenarios import chance_text, interval_text
from scoring.national import TOP
from scoring.outlook import Outlook
from ui.charts import ACCENT, CONTRAST, DARK_LETTERS, LIGHT_LETTERS, MUTED, show_chart
from ui.figures import arrow_of, figure, figures
from ui.jobs import Job
from ui.navigation import screen
from ui.plain import plain
from ui.ranking_view import movement_text
from ui.selection import LEVELS, Moment
from ui.sources import source_links, source_names
from ui.tables import Column, definition, draw, link, table, way

OUTLOOK_SCREENS = ("scenarios", "path")
ATTENTION, LEADERS, TARGETS = "viec-can-quan-tam", "dan-dau", "chi-tieu"
"""Anchors of the parts of the page."""
YEARS_BESIDE = 2
"""Published years whose figures stand beside each other."""
SIGNS: Mapping[TargetState, str] = {
    TargetState.MET: "✓",
    TargetState.ON_TRACK: "→",
    TargetState.AT_RISK: "!",
    TargetState.MISSING: "?",
    TargetState.NOT_DUE: "…",
}
"""A sign beside the words, so that a state is found at a glance and not by colour."""
STATE_COLOURS: Mapping[TargetState, str] = {
    TargetState.MET: ACCENT,
    TargetState.ON_TRACK: "#83bfc5",
    TargetState.AT_RISK: CONTRAST,
    TargetState.MISSING: "#59646a",
    TargetState.NOT_DUE: "#c9d1d4",
}
"""Told apart by light and dark as well, and every bar carries its number."""
PALE = frozenset({"#83bfc5", "#c9d1d4"})
NAME_LETTERS = 24
"""Letters of a main index's name on one line of the chart."""
STATE_CODES: Mapping[str, TargetState] = {
    "dat": TargetState.MET,
    "dung-tien-do": TargetState.ON_TRACK,
    "nguy-co": TargetState.AT_RISK,
    "thieu": TargetState.MISSING,
    "chua-den-ky": TargetState.NOT_DUE,
}
"""States by their code in the address."""
_CODE_OF: Mapping[Level, str] = {level: code for code, level in LEVELS.items()}


def parts(overview: Overview) -> dict[str, str]:
    """Headings of the parts of the page below the national place, by anchor."""
    return {
        ATTENTION: attention_heading(overview),
        LEADERS: _("Dẫn đầu và tăng hạng"),
        TARGETS: _("Chỉ tiêu của kế hoạch"),
    }


def level_address(page: str, moment: Moment, level: Level, **more: str) -> str:
    """Address of a screen at the same snapshot and score and a level."""
    query = {"khoi": _CODE_OF[level], "ky": moment.period.id, "thang": moment.month, **moment.stage_query, **more}
    return f"/{page}?" + urlencode(query)


def unit_address(moment: Moment, level: Level, unit: str) -> str:
    """Address of a unit's scorecard at the same snapshot and score."""
    return level_address("phieu-diem", moment, level, **{"don-vi": unit})


def set_address(moment: Moment, level: Level, words: str = "") -> str:
    """Address of a level's criteria set, searched for words."""
    query = {"cap": _CODE_OF[level], "ky": moment.period.id}
    return "/bo-chi-so?" + urlencode(query | ({"tim-chi-so": words} if words else {}))


def targets_address(moment: Moment, state: str) -> str:
    """Address of this screen with the targets of one state."""
    query = {"ky": moment.period.id, "thang": moment.month, **moment.stage_query, "trang-thai": state}
    return "/?" + urlencode(query)


# The national place


def draw_national(
    places: Sequence[NationalPlace], totals: Sequence[TotalRecord], outlook: tuple[int, Job[Outlook]] | None = None
) -> None:
    """The last published place beside the one before, the goal, what it is far from it, and the years as a chart.

    outlook: base year and doing nothing, for those who may open the screens that it leads to.
    """
    known = [p for p in places if p.rank is not None or p.total is not None]
    if not known:
        st.info(_("Chưa có kết quả toàn quốc nào của tỉnh trong cơ sở dữ liệu."))
        return
    _draw_places(known[-YEARS_BESIDE:], outlook)
    facts, picture = st.columns([3, 2])
    with facts:
        _draw_meaning(known[-YEARS_BESIDE:], totals, outlook)
    with picture:
        _draw_years(places)


def _draw_places(known: Sequence[NationalPlace], outlook: tuple[int, Job[Outlook]] | None) -> None:
    with figures():
        for before, place in reversed(list(zip((None, *known[:-1]), known, strict=True))):
            change = before.rank - place.rank if before and before.rank and place.rank else None
            moved = None if change is None or before is None else _change_text(change, before.year)
            figure(_("Hạng năm {year}").format(year=place.year), rank_text(place), moved, arrow=arrow_of(change))
            figure(_("Điểm năm {year}").format(year=place.year), score_text(place.total))
        if outlook is not None:
            _draw_chance(known, *outlook)


def _draw_chance(known: Sequence[NationalPlace], base_year: int, job: Job[Outlook]) -> None:
    place, found = next((p for p in known if p.year == base_year), None), job.result
    if place is None or found is None:
        return
    range_text = _("{range} nếu không làm gì thêm").format(range=interval_text(found))
    figure(chance_label(place, target_year(base_year)), chance_text(found.chance), range_text, wide=True)


def _change_text(change: int, year: int) -> str:
    if not change:
        return _("bằng năm {year}").format(year=year)
    return _("{change} hạng").format(change=format_signed(change))


def _outlook(known: Sequence[NationalPlace], base_year: int, job: Job[Outlook]) -> Iterator[tuple[str, Markup]]:
    """The outlook of the base year with the ways to the screens that answer more; nothing when it failed."""
    place = next((p for p in known if p.year == base_year), None)
    if place is None or job.failed:
        return
    ways = Markup(" · ").join(
        link(f"/{own.url_path}", own.title()) for own in map(screen, OUTLOOK_SCREENS) if own is not None
    )
    yield (
        _("Dự báo"),
        Markup("{}<br>{}").format(outlook_text(place, target_year(base_year), job.result), ways),
    )


def _draw_meaning(
    known: Sequence[NationalPlace], totals: Sequence[TotalRecord], outlook: tuple[int, Job[Outlook]] | None
) -> None:
    last = known[-1]
    lines = [
        (
            _("Mục tiêu"),
            _("Thuộc nhóm {top} trên {units} tỉnh, thành phố dẫn đầu, theo {plan}. {stage}").format(
                top=TOP, units=last.units, plan=plan_name(), stage=goal_stage_text(last)
            ),
        ),
        *(() if outlook is None else _outlook(known, *outlook)),
        *((_("Năm {year}").format(year=place.year), _year_text(place)) for place in reversed(known)),
        (_("Hạng {top}").format(top=TOP), goal_line_text(last)),
        *((_("Chỉ số nội bộ"), _internal(total)) for total in totals if internal_text(total)),
        (
            _("Lưu ý"),
            _("Bộ chỉ số của Bộ có thay đổi qua các năm: so sánh hạng được, so sánh mức điểm cần thận trọng."),
        ),
    ]
    draw(definition(lines))


def _year_text(place: NationalPlace) -> Markup:
    meaning = distance_text(place)
    published = publication_text(place)
    text = capitalised(meaning) + (f"; {published}." if published else ".")
    return Markup("{}<br><small>{}</small>").format(text, _source(place.source))


def _internal(total: TotalRecord) -> Markup:
    return Markup("{}.<br><small>{}</small>").format(internal_text(total), _source(total.source))


def _source(source: str) -> Markup:
    return Markup("{} {}").format(_("Nguồn:"), Markup("; ").join(source_links(source)))


def _draw_years(places: Sequence[NationalPlace]) -> None:
    """Ranks by year: a published one as a point, one that is not as the span that it lies in; no line joins them."""
    ranked = [p for p in places if p.rank is not None]
    open_years = [p for p in places if p.rank is None]
    bounds = go.Bar(
        x=[str(p.year) for p in open_years],
        y=[p.worst_rank - p.best_rank for p in open_years],
        base=[p.best_rank for p in open_years],
        width=0.28,
        marker={"color": "rgba(125,135,144,0.35)", "line": {"color": MUTED, "width": 1}},
        name=_("Chưa công bố: hạng có thể"),
        customdata=[rank_sentence(p) for p in open_years],
        hovertemplate="%{customdata}<extra></extra>",
    )
    published = go.Scatter(
        x=[str(p.year) for p in ranked],
        y=[p.rank for p in ranked],
        mode="markers+text",
        marker={"color": ACCENT, "size": 12},
        text=[str(p.rank) for p in ranked],
        textposition="middle right",
        name=_("Hạng đã công bố"),
        customdata=[rank_sentence(p) for p in ranked],
        hovertemplate="%{customdata}<extra></extra>",
    )
    goal = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": TOP, "y1": TOP}
    last = places[-1].units
    layout = {
        "height": 330,
        "shapes": [goal | {"line": {"color": MUTED, "width": 1, "dash": "dash"}}],
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": [str(p.year) for p in places]},
        "yaxis": {"range": [last + 2, 0], "tickvals": [1, TOP, 30, 45, last], "zeroline": False},
    }
    drawn = go.Figure([bounds, published], layout)
    show_chart(
        drawn,
        "national_rank",
        _("Hạng của tỉnh trong {units} tỉnh, thành phố; vạch đứt: hạng {top}").format(units=places[-1].units, top=TOP),
        _("kết quả đã công bố từng năm; cột xám suy từ hạng của các tỉnh khác"),
        lambda: _years_frame(places),
        unit=_("hạng"),
        summary="; ".join(map(rank_sentence, places)),
    )


def _years_frame(places: Sequence[NationalPlace]) -> pd.DataFrame:
    rows = [
        [
            str(p.year),
            str(p.rank) if p.rank else _("từ {best} đến {worst}").format(best=p.best_rank, worst=p.worst_rank),
            score_text(p.total),
            source_names(p.source) or _("hạng của tỉnh chưa công bố"),
        ]
        for p in places
    ]
    return pd.DataFrame(rows, columns=[_("Năm"), _("Hạng"), _("Điểm"), _("Nguồn")]).set_index(_("Năm"))


# What needs attention


def draw_step(text: str) -> None:
    """In which step the period stands; nothing where there is nothing to tell."""
    if text:
        st.markdown(_("**Bước của kỳ:** {text}").format(text=plain(text)))


def draw_attention(overview: Overview, moment: Moment) -> None:
    """Up to eight things, each with where to look, and to whom it is work with what to do."""
    if not overview.attention:
        good = overview.all_known or not (overview.published or overview.closed)
        (st.success if good else st.info)(no_attention_text(overview))
        return
    works = not overview.published
    todo_column = [Column(_("Việc cần làm"))] if works else []
    columns = [Column(_("Loại"), "nowrap"), Column(_("Vấn đề")), *todo_column, Column(_("Mở"))]
    rows = []
    for item in overview.attention:
        what, todo = attention_text(item, overview)
        told = [what, todo] if works else [what]
        rows.append([_tag(kind_name(item.kind, overview)), *told, link(*_link_of(item, overview, moment))])
    counted = (
        _("{n} việc, việc gấp nhất ở trên; số liệu đến hết tháng {month}")
        if works
        else _("{n} nội dung; số liệu đến hết tháng {month}")
    )
    caption = counted.format(n=len(rows), month=overview.province.name)
    draw(table(columns, rows, caption=caption, stack=True))


def _tag(text: str) -> Markup:
    return Markup('<span class="dti-tag">{}</span>').format(text)


def _link_of(item: Attention, overview: Overview, moment: Moment) -> tuple[str, str]:
    """Address and label of where an item leads."""
    found = item.found
    match found:
        case UnitMissing() | UnitFallen():
            unit = found.row.unit
            address = unit_address(moment, found.table.snapshot.level, unit.code)
            return address, _("Phiếu điểm {unit}").format(unit=unit.name_vi)
        case ComponentLacking():
            address = unit_address(moment, found.level, found.unit_codes[0])
            return address, _("Phiếu điểm {unit}").format(unit=found.unit_names[0])
        case TargetAtRisk():
            return targets_address(moment, "nguy-co"), at_risk_text(overview)
        case FaultFound():
            return set_address(moment, "province"), _("Bộ chỉ số cấp tỉnh")
        case FiguresDue():
            level: Level = next(level for level, n in found.criteria.items() if n)
            return set_address(moment, level), _("Bộ chỉ số, mục kỳ số liệu")


# Leaders and risers


def draw_podiums(overview: Overview, moment: Moment, parents: Mapping[str, str]) -> None:
    """Every list: its first three and its three largest risers."""
    for column, podium in zip(st.columns(len(overview.podiums)), overview.podiums, strict=True):
        with column:
            _draw_podium(overview, podium, moment, parents)


def _draw_podium(overview: Overview, podium: Podium, moment: Moment, parents: Mapping[str, str]) -> None:
    snapshot, level = podium.table.snapshot, podium.table.snapshot.level
    st.subheader(podium.table.list_name, anchor=False)
    if not podium.reporting:
        st.info(nobody_ranked_text(overview))
        return
    name = lambda row: _unit(row, moment, level, parents)  # noqa: E731
    points = Column(_("Điểm"), "right")
    leaders = [[format_number(r.rank), name(r), format_number(r.total, 2, missing="–")] for r in podium.leaders]
    caption = _("Dẫn đầu, tháng {month}, {stage}").format(month=snapshot.name, stage=stage_name(snapshot.stage))
    parts = [table([Column(_("Hạng"), "right"), Column(_("Đơn vị")), points], leaders, caption=caption)]
    parts.append(_more(podium.leaders_more, _("và {n} đơn vị khác cùng hạng")))
    compared = podium.table.compared
    if compared is None:
        parts.append(_note(nothing_before_text(overview)))
    elif podium.table.other_rules:
        parts.append(
            _note(_("So với {name}: {text}.").format(name=compared.name, text=other_rules_text().replace(":", ",")))
        )
    elif not podium.risers:
        parts.append(_note(_("Không có đơn vị nào tăng hạng so với tháng {month}.").format(month=compared.name)))
    else:
        risers = [[movement_text(r), name(r), f"{r.previous_rank} → {r.rank}"] for r in podium.risers]
        caption = _("Tăng hạng nhiều nhất so với tháng {month}").format(month=compared.name)
        columns = [Column(_("Tăng"), "center"), Column(_("Đơn vị")), Column(_("Hạng"), "right")]
        parts.append(table(columns, risers, caption=caption))
        parts.append(_more(podium.risers_more, _("và {n} đơn vị khác tăng cùng số hạng")))
    words = _("Cả bảng xếp hạng: {n} đơn vị").format(n=format_number(len(podium.table.rows)))
    parts.append(way(level_address("xep-hang", moment, level), words))
    draw(*parts)


def _unit(row: RankingRow, moment: Moment, level: Level, parents: Mapping[str, str]) -> Markup:
    place = link(unit_address(moment, level, row.unit.code), row.unit.name_vi)
    parent = parents.get(row.unit.parent_code or "") if level == "commune" else None
    return Markup("{}<br><small>{}</small>").format(place, parent) if parent else place


def _more(count: int, text: str) -> Markup:
    return _note(text.format(n=format_number(count))) if count else Markup("")


def _note(text: str) -> Markup:
    return Markup('<p class="dti-more dti-none">{}</p>').format(text)


# Targets


def draw_target_counts(statuses: Sequence[TargetStatus]) -> None:
    """How many targets are in each state."""
    with figures():
        for state, count in counts(statuses).items():
            figure(state_name(state), format_number(count))


def state_options(statuses: Sequence[TargetStatus]) -> dict[str, str]:
    """The states to filter by, with their counts, by code in the address."""
    found = counts(statuses)
    options = {
        code: _("{state} ({n})").format(state=state_name(state), n=format_number(found[state]))
        for code, state in STATE_CODES.items()
    }
    return {"": _("Tất cả ({n})").format(n=format_number(len(statuses))), **options}


def chosen_statuses(statuses: Sequence[TargetStatus], code: str) -> tuple[TargetStatus, ...]:
    """The targets that a filter keeps."""
    return tuple(s for s in statuses if code not in STATE_CODES or s.state is STATE_CODES[code])


def draw_target_bars(overview: Overview, moment: Moment) -> None:
    """How many targets of every main index are in each state, as bars."""
    groups = overview.province.criteria_set.groups
    codes = _main_indices(overview.statuses, groups)
    found = {code: counts([s for s in overview.statuses if s.target.main_index == code]) for code in codes}
    names = ["<br>".join(textwrap.wrap(main_index_name(code, groups), NAME_LETTERS)) for code in codes][::-1]
    bars = [
        go.Bar(
            x=numbers,
            y=names,
            orientation="h",
            name=state_name(state),
            marker={"color": colour, "line": {"color": "#ffffff", "width": 1}},
            text=[str(n) if n else "" for n in numbers],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": DARK_LETTERS if colour in PALE else LIGHT_LETTERS, "size": 12},
            hovertemplate="%{y}: %{x}<extra>" + state_name(state) + "</extra>",
        )
        for state, colour in STATE_COLOURS.items()
        if any(numbers := [found[code][state] for code in codes][::-1])
    ]
    layout = {
        "barmode": "stack",
        "bargap": 0.3,
        "height": 38 * len(codes) + 190,
        "legend": {"traceorder": "normal"},
        "xaxis": {"dtick": 2, "showgrid": False},
        "yaxis": {"tickfont": {"size": 12}},
    }
    drawn = go.Figure(bars, layout)
    show_chart(
        drawn,
        "target_states",
        _("Trạng thái 39 chỉ tiêu của kế hoạch theo chỉ số chính, tháng {month}").format(month=overview.province.name),
        province_source(overview),
        lambda: _states_frame(found, groups),
        unit=_("chỉ tiêu"),
        demonstration=moment.demonstration,
    )


def _states_frame(found: Mapping[str, Mapping[TargetState, int]], groups: Sequence[Group]) -> pd.DataFrame:
    rows = [[main_index_name(code, groups), *map(format_number, states.values())] for code, states in found.items()]
    columns = [_("Chỉ số chính"), *map(state_name, TargetState)]
    return pd.DataFrame(rows, columns=columns).set_index(_("Chỉ số chính"))


def draw_targets(overview: Overview, statuses: Sequence[TargetStatus], moment: Moment) -> None:
    """Targets by main index, each beside what was reached and asked for now."""
    groups = overview.province.criteria_set.groups
    columns = [
        Column(_("Mã")),
        Column(_("Chỉ số chính")),
        Column(_("Chỉ tiêu")),
        Column(_("Kế hoạch"), "nowrap"),
        Column(_("Đạt được"), "right"),
        Column(_("Đến tháng này cần"), "right", _("Theo đường thẳng từ mức đầu kỳ đến mục tiêu cuối năm")),
        Column(_("Trạng thái"), "nowrap"),
        Column(_("Thành phần cấp tỉnh"), "left", _("Chỉ số thành phần của bộ cấp tỉnh đo chỉ tiêu này")),
    ]
    rows = [
        _target_row(overview, status, moment)
        for code in _main_indices(statuses, groups)
        for status in statuses
        if status.target.main_index == code
    ]
    caption = _("{n} chỉ tiêu, số liệu đến hết tháng {month}").format(n=len(rows), month=overview.province.name)
    draw(table(columns, rows, caption=caption, stack=True))


def _main_indices(statuses: Sequence[TargetStatus], groups: Sequence[Group]) -> list[str]:
    """Main indices that have a target, in set order, the goal itself first."""
    used = {s.target.main_index for s in statuses}
    ordered = ["", *(g.code for g in groups)]
    return [code for code in ordered if code in used] + sorted(used - set(ordered))


def _target_row(overview: Overview, status: TargetStatus, moment: Moment) -> list[object]:
    incomplete = status.value is not None and not status.complete
    reached: object = with_unit(status.value, status.target)
    if incomplete:
        reached = Markup("{}<br><small>{}</small>").format(reached, incomplete_text(overview))
    component: object = component_text(status)
    if status.criterion is not None:
        component = link(set_address(moment, "province", status.criterion.code), status.criterion.code)
    return [
        status.target.code,
        main_index_name(status.target.main_index, overview.province.criteria_set.groups),
        str(status.target.name),
        goal_text(status.target),
        reached,
        with_unit(status.expected, status.target),
        _tag(f"{SIGNS[status.state]} {state_name(status.state)}"),
        component,
    ]
