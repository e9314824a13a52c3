"""Where a reader changes figures: provincial components of a main index, and units or whole lists."""

import datetime as dt
from collections.abc import Callable, Mapping

import streamlit as st

from assessment.province import PROVINCE, ProvincialSnapshot
from criteria.model import CriteriaSet, Criterion, Level
from language import _, format_number, format_percent
from reports.labels import level_name
from reports.scenarios import amount_text, index_names
from reports.wording import input_label, option_name, state_text
from scoring.compiled import Column, InputKind
from scoring.engine import CellState
from scoring.scenarios import (
    ComponentShare,
    InputChange,
    Override,
    TargetChange,
    WeightFactor,
    is_share,
    place_of,
    takes_target,
)
from ui.address import select
from ui.scenario_state import drop_row, put_row, rows
from ui.selection import RANKED

MOST_VALUE = 10_000_000


def _component_value(snapshot: ProvincialSnapshot, criterion: Criterion) -> str:
    """How a component stands: its level, or the share of its points where it is not one number."""
    compiled, inputs, book = snapshot.book.compiled, snapshot.inputs, snapshot.book
    index = compiled.index_of[criterion.code]
    state = CellState(int(book.state[0, index]))
    if state is not CellState.SCORED:
        return state_text(state)
    if not takes_target(criterion):
        return _("{share} điểm tối đa").format(share=format_percent(float(book.fraction[0, index]), 1))
    if is_share(criterion):
        a, b = (float(inputs.values[0, compiled.column_of[criterion.code, key]]) for key in ("a", "b"))
        return format_percent(a / b, 1)
    return amount_text(criterion, float(inputs.values[0, compiled.column_of[criterion.code, "value"]]))


def _component_override(criterion: Criterion, number: int) -> Override:
    if not takes_target(criterion):
        return ComponentShare(criterion.code, number / 100)
    target = number / 100 if is_share(criterion) else float(number)
    return TargetChange("province", "unit", PROVINCE, criterion.code, target, exact=True)


def _component_number(criterion: Criterion, held: Mapping[tuple[object, ...], Override]) -> int | None:
    """What the scenario holds for the component, as its field shows it."""
    match held.get(place_of(_component_override(criterion, 0))):
        case ComponentShare(share=share):
            return round(share * 100)
        case TargetChange(target=target):
            return round(target * 100) if is_share(criterion) else round(target)
        case _:
            return None


def _set_component(criterion: Criterion, key: str) -> None:
    number = st.session_state.get(key)
    if number is None:
        drop_row(place_of(_component_override(criterion, 0)))
    else:
        put_row(_component_override(criterion, int(number)))


def draw_components(snapshot: ProvincialSnapshot) -> None:
    """The components of a main index: how each stands, and a field for what it is to be; empty keeps it."""
    names = index_names(snapshot)
    code = select(_("Chỉ số chính"), "nhom", {c: f"{c} {name}" for c, name in names.items()})
    st.caption(_("Để trống là giữ nguyên. Tỷ lệ ghi theo phần trăm. Điểm theo bộ tham chiếu, không phải điểm của Bộ."))
    group = next(g for g in snapshot.criteria_set.groups if g.code == code)
    held = {place_of(row): row for row in rows()}
    columns = st.columns(2, gap="medium")
    for place, criterion in enumerate(group.criteria):
        key = f"mp_component_{criterion.code}"
        if (number := _component_number(criterion, held)) is not None:
            st.session_state.setdefault(key, number)
        percent = is_share(criterion) or not takes_target(criterion)
        unit = _("% điểm tối đa") if not takes_target(criterion) else "%" if percent else ""
        label = _("{code} {name} (điểm tối đa {points}): hiện {value}").format(
            code=criterion.code,
            name=criterion.name,
            points=format_number(criterion.max_points),
            value=_component_value(snapshot, criterion),
        )
        with columns[place % 2]:
            st.number_input(
                label,
                min_value=0,
                max_value=100 if percent else MOST_VALUE,
                value=None,
                step=1,
                key=key,
                placeholder=_("giữ nguyên {unit}").format(unit=f"({unit})" if unit else "").strip(),
                on_change=_set_component,
                args=(criterion, key),
                persist_state="session",
            )


def _criteria_names(chosen: CriteriaSet, *, targets_only: bool) -> dict[str, str]:
    return {
        c.code: f"{c.code} {c.name}"
        for g in chosen.groups
        if g.kind == "scored"
        for c in g.criteria
        if not targets_only or takes_target(c)
    }


def draw_unit_form(snapshot: ProvincialSnapshot) -> None:
    """The form that adds a change of units: a level to reach, one reported figure, or a weight."""
    kinds = {"muc": _("Mức đạt"), "so-lieu": _("Một số liệu"), "trong-so": _("Trọng số")}
    kind = select(_("Loại thay đổi"), "loai-thay-doi", kinds, widget="segmented")
    levels = {code: level_name(level) for code, level in RANKED.items()}
    level = RANKED[select(_("Khối xếp hạng"), "khoi", levels, widget="segmented")]
    if kind == "muc":
        _target_form(snapshot, level)
    elif kind == "so-lieu":
        _input_form(snapshot, level)
    else:
        _weight_form(snapshot, level)


def _add_button(build: Callable[..., Override], *given: object) -> None:
    # The fields are read when the button is pressed: what they held when it was drawn may be old.
    st.button(
        _("Thêm vào kịch bản"),
        key="mp_add",
        on_click=lambda: put_row(build(*given)),
    )


def _target_form(snapshot: ProvincialSnapshot, level: Level) -> None:
    own = snapshot.levels[level]
    everybody = {f"list:{x.code}": _("Mọi đơn vị của khối «{name}»").format(name=x.name_vi) for x in own.lists}
    units = {f"unit:{u.code}": u.name_vi for u in own.units}
    who_key, code_key = f"mp_who_{level}", f"mp_target_{level}"
    _choose(_("Đơn vị"), everybody | units, who_key)
    code = _choose(_("Chỉ số thành phần"), _criteria_names(own.criteria_set, targets_only=True), code_key)
    share = is_share(own.criteria_set.by_code[code])
    goal_key = f"mp_goal_{level}_{'share' if share else 'value'}"
    label = _("Đạt từ (%)") if share else _("Đạt từ (giá trị)")
    st.number_input(label, 0, 100 if share else MOST_VALUE, 60 if share else 1, step=1, key=goal_key)
    _add_button(_target_override, level, share, who_key, code_key, goal_key)


def _target_override(level: Level, share: bool, who_key: str, code_key: str, goal_key: str) -> Override:
    state = st.session_state
    scope, _sign, where = str(state[who_key]).partition(":")
    number = int(state[goal_key] or 0)
    target = number / 100 if share else float(number)
    return TargetChange(level, "list" if scope == "list" else "unit", where, str(state[code_key]), target)


def _choose(label: str, names: Mapping[str, str], key: str) -> str:
    return str(st.selectbox(label, list(names), format_func=lambda code: names.get(code, code), key=key))


def _input_form(snapshot: ProvincialSnapshot, level: Level) -> None:
    own = snapshot.levels[level]
    unit_key = f"mp_unit_{level}"
    unit = _choose(_("Đơn vị"), {u.code: u.name_vi for u in own.units}, unit_key)
    code = _choose(
        _("Chỉ số thành phần"), _criteria_names(own.criteria_set, targets_only=False), f"mp_criterion_{level}"
    )
    criterion = own.criteria_set.by_code[code]
    columns = {c.key: c for c in own.book.compiled.columns if c.code == code}
    key = _choose(_("Số liệu đầu vào"), {k: input_label(criterion, k) for k in columns}, f"mp_input_{level}_{code}")
    value_key = f"mp_value_{level}_{code}_{key}"
    _value_field(criterion, columns[key], value_key)
    now = own.inputs.value(own.row_of[unit], own.book.compiled.column_of[code, key])
    if isinstance(now, float):
        st.caption(_("Hiện nay: {value}").format(value=format_number(now)))
    _add_button(_input_override, level, unit_key, code, key, value_key)


def _input_override(level: Level, unit_key: str, code: str, key: str, value_key: str) -> Override:
    value = st.session_state[value_key]
    if isinstance(value, dt.date):
        value = value.isoformat()
    unit = str(st.session_state[unit_key])
    return InputChange(level, unit, code, key, value if isinstance(value, str) else float(value or 0))


def _value_field(criterion: Criterion, column: Column, key: str) -> None:
    match column.kind:
        case InputKind.YES_NO:
            _choose(_("Giá trị"), {"yes": _("có"), "no": _("không")}, key)
        case InputKind.OPTION:
            _choose(_("Giá trị"), {o: option_name(criterion, column.key, o) for o in column.options}, key)
        case InputKind.DATE:
            st.date_input(_("Ngày"), "today", format="DD/MM/YYYY", key=key)
        case _:
            st.number_input(_("Giá trị"), 0, MOST_VALUE, 0, step=1, key=key)


def _weight_form(snapshot: ProvincialSnapshot, level: Level) -> None:
    chosen = snapshot.levels[level].criteria_set
    groups = {
        g.code: _("Cả chỉ số chính {code} {name}").format(code=g.code, name=g.name)
        for g in chosen.groups
        if g.kind == "scored"
    }
    node_key, factor_key = f"mp_node_{level}", f"mp_factor_{level}"
    _choose(_("Chỉ số"), groups | _criteria_names(chosen, targets_only=False), node_key)
    st.number_input(_("Điểm tối đa bằng bao nhiêu phần trăm hiện nay"), 0, 1000, 100, step=5, key=factor_key)
    _add_button(_weight_override, level, node_key, factor_key)


def _weight_override(level: Level, node_key: str, factor_key: str) -> Override:
    return WeightFactor(level, str(st.session_state[node_key]), int(st.session_state[factor_key] or 0) / 100)
