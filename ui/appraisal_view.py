"""Thẩm định: the queue by criterion or by unit, a case with everything at hand, and the ruling."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from markupsafe import Markup

from assessment.appraisal import TaskRecord, next_due, progress_of, tier_name
from assessment.appraisal_cases import AppraisalCase
from assessment.appraised import RulingRecord
from assessment.entries import written
from assessment.permissions import Identity
from assessment.reasons import MOST_REASON
from assessment.rulings import Verdict, columns_of, kind_name, kinds_for, rule
from assessment.snapshots import LevelSnapshot
from assessment.submissions import ReportPlace
from criteria.model import Level
from data.database import draft_session
from data.lineage import UnitKey
from data.models import RulingKind
from data.repositories import PeriodRecord, UnitRecord
from language import _, format_date, format_moment, format_number, local_day
from reports.appraisal import (
    again_text,
    case_marks,
    decided_text,
    due_text,
    earlier_text,
    reopening_text,
    ruling_text,
    tier_title,
)
from reports.draft_results import ruled_text
from reports.labels import level_name
from reports.wording import input_label, points_text, rule_in_words, state_text, value_text
from scoring.compiled import InputKind
from ui import gateway, gateway_appraisal
from ui.address import forget_choice, select
from ui.clock import now
from ui.evidence_parts import document_list
from ui.figures import figure, figures
from ui.gateway_reports import REPORTING
from ui.outcome import attempt, draw_outcome, tell
from ui.plain import plain
from ui.tables import Column, definition, details, draw, lines, table
from ui.unsaved import drop, keep, unsaved_field, waiting
from ui.widget_keys import widget_key

PLACE = "appraisal"
OPEN, LATE, RULED, ALL = "con-lai", "qua-han", "da-xong", "tat-ca"
BY_CRITERION, BY_UNIT = "chi-so", "don-vi"
MOST_ROWS = 8
"""Lines of a queue that stand open: more would push the case out of sight, on a telephone far."""
MOST_NAMED = 6
"""Units or criteria that are named when they are ruled on in the same way."""
KEEP = "keep"
"""Stands for keeping the ruling that is in force."""


def choose_level(tasks: Sequence[TaskRecord], units: Mapping[UnitKey, UnitRecord], *, ended: bool) -> Level:
    """The level whose tasks are looked at; without any task the page says so and ends. ended: whether none can come."""
    known = [t for t in tasks if t.key.unit in units]
    left = Counter(units[unit].level for unit, _code in {t.key.place for t in known if not t.ruled})
    held = {units[t.key.unit].level for t in known}
    levels: dict[str, Level] = {level: level for level in REPORTING if level in held}
    if not levels:
        st.info(
            _("Không có chỉ số nào được giao thẩm định trong kỳ này.")
            if ended
            else _(
                "Chưa có chỉ số nào được giao thẩm định trong kỳ này. Cơ quan thường trực đưa báo cáo đã gửi vào thẩm định ở "
                "màn hình «Tổ chức thẩm định»."
            )
        )
        st.stop()
    names = {
        code: _("{level} (còn {n})").format(level=level_name(level), n=format_number(left[level]))
        for code, level in levels.items()
    }
    return levels[select(_("Cấp"), "cap", names)]


def filtered(tasks: Sequence[TaskRecord], state: str) -> tuple[TaskRecord, ...]:
    """The tasks in a state of the filter."""
    today = local_day(now())
    keep: Callable[[TaskRecord], bool] = {
        OPEN: lambda t: not t.ruled,
        LATE: lambda t: t.is_late(today),
        RULED: lambda t: t.ruled,
        ALL: lambda _t: True,
    }[state]
    return tuple(t for t in tasks if keep(t))


def with_named(shown: Sequence[TaskRecord], own: Sequence[TaskRecord]) -> tuple[TaskRecord, ...]:
    """The tasks of the filter, and those of the case that the address names: it is shown whatever its state."""
    asked = st.query_params.get(BY_CRITERION), st.query_params.get(BY_UNIT)
    named = [t for t in own if (t.key.criterion, t.key.unit.code) == asked and t not in shown]
    return (*shown, *named)


def state_filter() -> dict[str, str]:
    """States to filter by, by their code in the address."""
    return {OPEN: _("Chưa thẩm định"), LATE: _("Quá hạn"), RULED: _("Đã thẩm định"), ALL: _("Tất cả")}


def draw_counts(tasks: Sequence[TaskRecord]) -> None:
    """How much there is to do, and until when."""
    found, due = progress_of(tasks, local_day(now())), next_due(tasks)
    with figures():
        figure(_("Chỉ số được giao"), format_number(found.given))
        figure(_("Đã thẩm định"), format_number(found.ruled))
        figure(_("Còn lại"), format_number(found.open))
        figure(_("Quá hạn"), format_number(found.late))
        figure(_("Hạn gần nhất"), "–" if due is None else format_date(due))
    again = again_text(found)
    if again:
        st.caption(_("{n} chỉ số được giao, {again}.").format(n=format_number(found.given), again=again))


def choose_queue(
    view: str, tasks: Sequence[TaskRecord], snapshot: LevelSnapshot, units: Mapping[UnitKey, UnitRecord]
) -> tuple[TaskRecord, ...]:
    """The tasks of one criterion across units, or of one unit, as the reader has chosen."""
    by_code = snapshot.criteria_set.by_code
    if view == BY_CRITERION:
        left = Counter(code for _unit, code in {t.key.place for t in tasks})
        options = {
            code: _("{code} {name}, {n} đơn vị").format(code=code, name=by_code[code].name, n=format_number(left[code]))
            for code in by_code
            if left[code]
        }
        chosen = select(_("Chỉ số"), BY_CRITERION, options)
        return tuple(t for t in tasks if t.key.criterion == chosen)
    counted = Counter(unit for unit, _code in {t.key.place for t in tasks})
    names = {
        key.code: _("{name}, {n} chỉ số").format(name=unit.name_vi, n=format_number(counted[key]))
        for key, unit in units.items()
        if counted[key]
    }
    code = select(_("Cơ quan, đơn vị"), BY_UNIT, names)
    order = {c: i for i, c in enumerate(by_code)}
    return tuple(
        sorted((t for t in tasks if t.key.unit.code == code), key=lambda t: order.get(t.key.criterion, len(order)))
    )


def draw_queue(view: str, cases: Sequence[AppraisalCase]) -> None:
    """The cases as a table: what was reported beside what was decided. Of a long queue the rest is folded away."""
    columns = [
        Column(_("Cơ quan, đơn vị") if view == BY_CRITERION else _("Chỉ số")),
        Column(_("Điểm tự chấm"), "right"),
        Column(_("Điểm thẩm định"), "right"),
        Column(_("Điểm tối đa"), "right"),
        Column(_("Cần xem")),
        Column(_("Tiến độ"), "nowrap"),
    ]
    rows = [
        [
            _name(view, case),
            _points(case.self_points, state_text(case.self_state)),
            _points(case.appraised_points, decided_text(case)),
            points_text(float(case.criterion.max_points)),
            "; ".join(case_marks(case)),
            due_text(case),
        ]
        for case in cases
    ]
    shown = _("{n} đơn vị") if view == BY_CRITERION else _("{n} chỉ số")
    first, rest = rows[:MOST_ROWS], rows[MOST_ROWS:]
    count = len({case.task.key.place for case in cases})
    draw(table(columns, first, caption=shown.format(n=format_number(count)), stack=True))
    if rest:
        caption = _("{n} mục còn lại").format(n=format_number(len(rest)))
        draw(details(Markup("{}").format(caption), table(columns, rest, caption=caption, stack=True)))


def _points(points: float | None, otherwise: str) -> str:
    return otherwise if points is None else points_text(points)


def choose_case(view: str, cases: Sequence[AppraisalCase]) -> AppraisalCase:
    """The case that is looked at. A criterion of a unit may stand in two tiers: the one that is open comes first."""
    ordered = sorted(cases, key=lambda c: c.task.ruled)
    if view == BY_CRITERION:
        options = {c.unit.code: c for c in reversed(ordered)}
        named = {c.unit.code: c.unit.name_vi for c in cases}
        return options[select(_("Đơn vị đang xem"), BY_UNIT, named)]
    options = {c.criterion.code: c for c in reversed(ordered)}
    return options[
        select(
            _("Chỉ số đang xem"),
            BY_CRITERION,
            {c.criterion.code: f"{c.criterion.code} {c.criterion.name}" for c in cases},
        )
    ]


def draw_case(identity: Identity, period: PeriodRecord, case: AppraisalCase, snapshot: LevelSnapshot) -> None:
    """What was reported against what was decided, what proves it, what the unit asks and says, and all rulings so far."""
    criterion = case.criterion
    st.subheader(plain(f"{criterion.code} {criterion.name} · {case.unit.name_vi}"), anchor=False)
    draw(
        definition(
            [
                (_("Việc"), f"{tier_name(case.task.key.tier)}, {due_text(case)}"),
                (_("Cơ quan thường trực mở lại"), lines(list(map(reopening_text, case.reopenings)))),
                (_("Cách tính điểm"), rule_in_words(criterion)),
                (
                    _("Điểm tự chấm"),
                    _("{points} / {most}").format(
                        points=_points(case.self_points, state_text(case.self_state)),
                        most=points_text(float(criterion.max_points)),
                    ),
                ),
                (_("Điểm thẩm định"), _points(case.appraised_points, decided_text(case))),
                (_("Đề nghị không áp dụng"), case.request),
                (_("Giải trình của đơn vị"), None if case.explanation is None else case.explanation.text),
                (_("Giải trình trước khi gửi lại kết quả"), lines(list(map(earlier_text, case.earlier)))),
                (_("Dùng chung số liệu với"), ", ".join(case.shared)),
            ]
        )
    )
    if case.reported:
        columns = [Column(_("Số liệu")), Column(_("Đơn vị báo cáo"), "right"), Column(_("Sau thẩm định"), "right")]
        rows = [
            [
                input_label(criterion, key),
                value_text(criterion, key, value, unit=True),
                ruled_text(criterion, key, case.ruled[key], case.in_force.kind)
                if case.in_force
                else _("chưa thẩm định"),
            ]
            for key, value in case.reported.items()
        ]
        draw(table(columns, rows, caption=_("Số liệu của chỉ số"), stack=True))
    if case.evidence:
        place = ReportPlace(period.id, case.task.key.unit)
        draw(document_list(case.evidence, _("Tài liệu"), (place, criterion.code)))
    elif criterion.evidence != "none":
        st.warning(
            _("Không có tài liệu kiểm chứng, dù chỉ số này bắt buộc phải có.")
        ) if case.lacks_evidence else st.caption(_("Không có tài liệu kiểm chứng; chỉ số này không bắt buộc."))
    _draw_history(
        _("Các kết luận về chỉ số này của đơn vị"), gateway_appraisal.history(identity, case, period), snapshot
    )


def draw_earlier(identity: Identity, period: PeriodRecord, case: AppraisalCase, snapshot: LevelSnapshot) -> None:
    """What was decided on the same criterion elsewhere and before, folded away."""
    found = gateway_appraisal.earlier(identity, case, period)
    if not found:
        return
    units = gateway_appraisal.units(period)
    names = {p.id: p.name for p, _months in gateway.calendar()}
    with st.expander(_("{n} kết luận trước về cùng chỉ số").format(n=format_number(len(found)))):
        columns = [
            Column(_("Cơ quan, đơn vị")),
            Column(_("Kỳ")),
            Column(_("Kết luận"), "wide"),
            Column(_("Lý do"), "wide"),
            Column(_("Lúc"), "nowrap"),
        ]
        rows = [
            [
                units[r.unit].name_vi if r.unit in units else r.unit.code,
                names.get(r.period_id, ""),
                ruling_text(snapshot.book.compiled, r),
                r.reason,
                format_moment(r.ruled_at),
            ]
            for r in found
        ]
        draw(table(columns, rows, caption=_("Kết luận trước, mới nhất ở trên"), stack=True))


def _draw_history(caption: str, found: Sequence[RulingRecord], snapshot: LevelSnapshot) -> None:
    if not found:
        return
    columns = [Column(_("Bước")), Column(_("Kết luận"), "wide"), Column(_("Lý do"), "wide"), Column(_("Lúc"), "nowrap")]
    rows = [
        [tier_title(r), ruling_text(snapshot.book.compiled, r), r.reason, format_moment(r.ruled_at)]
        for r in reversed(found)
    ]
    draw(table(columns, rows, caption=caption, stack=True))


# The ruling


def draw_ruling(
    identity: Identity, view: str, case: AppraisalCase, cases: Sequence[AppraisalCase], snapshot: LevelSnapshot
) -> None:
    """The form of a ruling, for the case alone or in the same way for others of the queue."""
    if not case.may_rule:
        draw_outcome(PLACE)
        st.caption(_("Chỉ số này được giao cho người khác thẩm định, hoặc là của cơ quan mình; chỉ xem."))
        return
    if not case.is_open:
        draw_outcome(PLACE)
        st.caption(_("Bước này đã kết thúc nên không ghi kết luận được nữa."))
        return
    key = _key(snapshot, case)
    compiled = snapshot.book.compiled
    names = {kind.value: kind_name(kind) for kind in kinds_for(compiled, case.criterion.code)}
    if case.in_force is not None:
        names = {KEEP: _kept_name(), **names}
    usual = RulingKind.NOT_APPLICABLE.value if case.request is not None and case.in_force is None else next(iter(names))
    with st.container(border=True):
        st.markdown(_("**Kết luận**"))
        kind = st.radio(
            _("Kết luận"),
            list(names),
            format_func=lambda code: names[code],
            index=list(names).index(usual),
            key=f"{key}_kind",
            label_visibility="collapsed",
        )
        if kind in (RulingKind.CORRECT.value, RulingKind.GIVE_POINTS.value):
            _draw_inputs(key, case, snapshot)
        if f"{key}_reason" not in st.session_state and key in waiting():
            st.session_state[f"{key}_reason"] = waiting()[key]
        with unsaved_field(key):
            # Without a limit of the field: it would cut what is pasted. Too long a reason is refused with a sentence.
            st.text_area(
                _("Lý do (bắt buộc, nhiều nhất {most} ký tự)").format(most=format_number(MOST_REASON)),
                key=f"{key}_reason",
                height=96,
                placeholder=_("ví dụ: khớp với số liệu trên Cổng dịch vụ công ngày 31/12"),
                on_change=lambda: keep(key, str(st.session_state[f"{key}_reason"] or "")),
            )
        others = _draw_others(key, view, case, cases, kind)
        chosen = [case, *others]
        # Where the button was pressed: the top of the page is out of sight from here.
        draw_outcome(PLACE)
        st.button(
            _("Ghi kết luận")
            if len(chosen) == 1
            else (
                _("Ghi kết luận cho {n} đơn vị") if view == BY_CRITERION else _("Ghi kết luận cho {n} chỉ số")
            ).format(n=format_number(len(chosen))),
            key=f"{key}_save",
            on_click=_press,
            args=(view, key, kind, chosen, snapshot, len(chosen) == len(cases), _marked(key)),
        )


def _kept_name() -> str:
    return _("Giữ nguyên kết luận đang có")


def _key(snapshot: LevelSnapshot, case: AppraisalCase) -> str:
    """Key of the form of a case: what is typed for one period is never another one's."""
    task = case.task.key
    return widget_key(PLACE, snapshot.period.id, task.unit.code, task.criterion, task.tier.value)


def _marked(key: str) -> tuple[object, ...]:
    """What is marked in the form of a ruling: kind, all others, chosen others."""
    others = st.session_state.get(f"{key}_others") or ()
    return st.session_state.get(f"{key}_kind"), bool(st.session_state.get(f"{key}_every")), tuple(others)


def _draw_inputs(key: str, case: AppraisalCase, snapshot: LevelSnapshot) -> None:
    for column in columns_of(snapshot.book.compiled, case.criterion.code):
        usual = case.ruled.get(column.key) if case.in_force else case.reported.get(column.key)
        label = _("Điểm") if column.kind is InputKind.POINTS else input_label(case.criterion, column.key)
        field, before = f"{key}_value_{column.key}", written(column, usual)
        if column.kind is InputKind.OPTION:
            options = ["", *column.options]
            st.selectbox(
                label,
                options,
                index=options.index(before) if before in options else 0,
                format_func=lambda o, k=column.key: value_text(case.criterion, k, o) if o else _("để trống"),
                key=field,
            )
        elif column.kind is InputKind.YES_NO:
            options = ["", "có", "không"]
            st.selectbox(
                label,
                options,
                index=options.index(before) if before in options else 0,
                format_func=lambda o: o or _("để trống"),
                key=field,
            )
        else:
            most = _("từ 0 đến {most}").format(most=points_text(float(case.criterion.max_points)))
            st.text_input(
                label,
                before,
                key=field,
                placeholder=most
                if column.kind is InputKind.POINTS
                else _("ngày/tháng/năm")
                if column.kind is InputKind.DATE
                else "",
            )


def _draw_others(
    key: str, view: str, case: AppraisalCase, cases: Sequence[AppraisalCase], kind: str
) -> tuple[AppraisalCase, ...]:
    """The other cases of the queue that are ruled on in the same way."""
    # Figures are each unit's own; points for one criterion are no points for another.
    if kind == RulingKind.CORRECT.value or (kind == RulingKind.GIVE_POINTS.value and view == BY_UNIT):
        return ()
    able = {
        _name(view, c): c
        for c in cases
        if c is not case and c.may_rule and c.is_open and c.task.key.tier == case.task.key.tier and _fits(kind, c)
    }
    if not able:
        return ()
    label = (
        _("Ghi cùng kết luận và lý do cho đơn vị khác")
        if view == BY_CRITERION
        else _("Ghi cùng kết luận và lý do cho chỉ số khác")
    )
    everything = _("Ghi cùng kết luận và lý do cho cả {n} mục còn lại").format(n=format_number(len(able)))
    if len(able) > 1 and st.checkbox(everything, key=f"{key}_every"):
        return tuple(able.values())
    chosen = st.multiselect(
        label, list(able), key=f"{key}_others", placeholder=_("Chọn một hoặc nhiều mục"), select_all=False
    )
    return tuple(able[name] for name in chosen)


def _fits(kind: str, case: AppraisalCase) -> bool:
    return case.in_force is not None if kind == KEEP else RulingKind(kind) in case.kinds


def _name(view: str, case: AppraisalCase) -> str:
    return case.unit.name_vi if view == BY_CRITERION else f"{case.criterion.code} {case.criterion.name}"


def _ruled_text(view: str, kind: str, chosen: Sequence[AppraisalCase]) -> str:
    """What was decided on what: the form of the next case stands where it is said."""
    first = chosen[0]
    if len(chosen) == 1:
        return _("Đã ghi kết luận «{kind}» cho chỉ số {code} của {unit}.").format(
            kind=kind, code=first.criterion.code, unit=first.unit.name_vi
        )
    n = format_number(len(chosen))
    if view == BY_CRITERION:
        return _("Đã ghi kết luận «{kind}» cho chỉ số {code} của {n} đơn vị: {units}.").format(
            kind=kind, code=first.criterion.code, n=n, units=_some([c.unit.name_vi for c in chosen])
        )
    return _("Đã ghi kết luận «{kind}» cho {n} chỉ số của {unit}: {codes}.").format(
        kind=kind, n=n, unit=first.unit.name_vi, codes=_some([c.criterion.code for c in chosen])
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")


def _press(
    view: str,
    key: str,
    kind: str,
    chosen: Sequence[AppraisalCase],
    snapshot: LevelSnapshot,
    whole: bool,
    marked: tuple[object, ...],
) -> None:
    """Writes the ruling as whoever is signed in just now; what was typed stays when it is refused.

    whole: whether it ends the queue that is looked at. marked: what was marked when the button was drawn: whoever presses
    before the page has followed his mark would rule otherwise than he sees.
    """
    if _marked(key) != marked:
        tell(PLACE, "warning", _("Lựa chọn vừa đổi nên chưa ghi; hãy xem lại rồi bấm nút lần nữa."))
        return
    fields = columns_of(snapshot.book.compiled, chosen[0].criterion.code)
    typed = kind in (RulingKind.CORRECT.value, RulingKind.GIVE_POINTS.value)
    texts = {c.key: str(st.session_state[f"{key}_value_{c.key}"] or "") for c in fields} if typed else {}
    verdict = Verdict(None if kind == KEEP else RulingKind(kind), str(st.session_state[f"{key}_reason"] or ""), texts)

    def act(identity: Identity) -> str:
        with draft_session(gateway.engine()) as session:
            rule(session, identity, snapshot, [c.task for c in chosen], verdict, now())
        for name in [k for k in st.session_state if str(k).startswith(f"{key}_")]:
            del st.session_state[name]
        for own in chosen:
            drop(_key(snapshot, own))
        # The next case of the queue is looked at: the one that was named is no longer among those that are open.
        forget_choice(BY_UNIT if view == BY_CRITERION else BY_CRITERION)
        if whole:
            forget_choice(view)
        return _ruled_text(view, _kept_name() if kind == KEEP else kind_name(RulingKind(kind)), chosen)

    attempt(PLACE, act)
