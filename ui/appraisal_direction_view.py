"""Tổ chức thẩm định: progress and load, and the steps by which the office directs appraisal."""

import secrets
from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from markupsafe import Markup
from sqlalchemy.orm import Session

from assessment.appraisal import (
    AppraisalRefusedError,
    Load,
    TaskRecord,
    assign,
    begin_appraisal,
    begin_reappraisal,
    draw_recheck,
    progress_of,
    send_draft_results,
    tier_name,
)
from assessment.appraisers import may_appraise
from assessment.council import UnitStanding
from assessment.deadlines import LONGEST
from assessment.permissions import STANDING_AGENCY, Action, Identity, permitted
from assessment.reasons import MOST_REASON
from assessment.reopening import reopen
from assessment.snapshots import LevelSnapshot
from assessment.submissions import OPEN, TOLD, ReportState, ToldState, state_name
from criteria.model import Level
from criteria.workbook_cells import CellError, parse_date
from data.lineage import UnitKey
from data.models import AppraisalTier, PeriodState
from data.repositories import PeriodRecord, UnitRecord
from language import _, format_date, format_number, local_day
from language.sorting import natural_key
from reports.appraisal import again_text, appraiser_name, load_text, unit_progress
from reports.labels import level_name
from reports.publication import standing_text
from ui import gateway_appraisal
from ui.address import select
from ui.clock import now
from ui.figures import figure, figures
from ui.gateway_reports import REPORTING
from ui.identity import identity_of_run
from ui.outcome import Step, draw_outcome, take_step
from ui.ranking_view import bounds_text
from ui.tables import Column, draw, meter, table, way
from ui.texts import text_box
from ui.widget_keys import widget_key

PLACE = "appraisal_direction"
ASSIGNING, RECHECKING, REOPENING = "appraisal_assigning", "appraisal_rechecking", "appraisal_reopening"
USUAL_DAYS = 10
USUAL_WINDOW = 5
USUAL_SHARE = 10
_REOPENED: frozenset[ReportState] = frozenset((*TOLD, *ToldState, PeriodState.PUBLISHED))
"""Where a report stands that can be reopened once the council has passed it."""


def choose_level(standings: Sequence[UnitStanding]) -> Level:
    """The level whose reports are directed: without a choice the first of which something was sent and is left to do."""
    sent = [s for s in standings if s.sent]
    first = next((s for s in sent if s.obstacles), sent[0] if sent else None)
    levels: dict[str, Level] = {level: level for level in REPORTING}
    names = {level: level_name(level) for level in REPORTING}
    return levels[select(_("Cấp"), "cap", names, default=first.unit.level if first else None)]


def draw_counts(period: PeriodRecord, standings: Sequence[UnitStanding], tasks: Sequence[TaskRecord]) -> None:
    """How far the reports of a level are."""
    states = (
        (PeriodState.PUBLISHED, PeriodState.REAPPRAISAL)
        if period.state == PeriodState.PUBLISHED
        else (
            PeriodState.SENT,
            PeriodState.APPRAISAL,
            PeriodState.AWAITING_EXPLANATION,
            ToldState.EXPLAINED,
            PeriodState.REAPPRAISAL,
            ToldState.APPRAISED,
        )
    )
    with figures():
        for state in states:
            figure(state_name(state), format_number(sum(s.state == state for s in standings)))
        found = progress_of(tasks, local_day(now()))
        figure(_("Chỉ số đã thẩm định"), _of(found.ruled, found.given))
    again = again_text(found)
    if again:
        st.caption(_("{n} chỉ số đưa vào thẩm định, {again}.").format(n=format_number(found.given), again=again))


def _of(part: int, whole: int) -> str:
    return f"{format_number(part)} / {format_number(whole)}"


def draw_progress(period: PeriodRecord, standings: Sequence[UnitStanding], tasks: Sequence[TaskRecord]) -> None:
    """Every unit that has sent: how much is ruled on, what rank it may still get, and what is left to do.

    Once ranks are published nobody may still get another by what is ruled on.
    """
    sent = [s for s in standings if s.sent]
    if not sent:
        st.info(_("Chưa có đơn vị nào của cấp này gửi báo cáo."))
        return
    found = unit_progress(sent, tasks, local_day(now()))
    published = period.state == PeriodState.PUBLISHED
    begun = bool(tasks) and not published
    bands = gateway_appraisal.bands(period, sent[0].unit.level) if begun else None
    spans = {row.unit.code: bounds_text(row) for row in bands.rows} if bands else {}
    band = Column(_("Khoảng hạng"), "nowrap", _("Hạng cao nhất và thấp nhất còn có thể, theo các kết luận đã có"))
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Trạng thái")),
        Column(_("Đã thẩm định"), "nowrap"),
        *([] if published else [band]),
        Column(_("Việc còn lại"), "wide"),
    ]
    rows: list[list[str | Markup]] = []
    for s in sent:
        own = found[s.unit.key]
        share = meter(own.ruled / own.given, _of(own.ruled, own.given)) if own.given else "–"
        span = [] if published else [spans.get(s.unit.code, "–") if own.given else "–"]
        rows.append([s.unit.name_vi, state_name(s.state), share, *span, standing_text(s)])
    draw(
        table(
            columns,
            rows,
            caption=_("Tiến độ của {n} đơn vị đã gửi báo cáo").format(n=format_number(len(rows))),
            stack=True,
        )
    )


def draw_progress_line(identity: Identity, period: PeriodRecord) -> None:
    """How far appraisal of a period is, in a sentence for who may follow it, and the way there; nothing before it begins."""
    if not permitted(identity, Action.FOLLOW_REPORTS):
        return
    found = gateway_appraisal.progress_of(identity, period)
    if not found.given:
        return
    again = again_text(found)
    told = _("Thẩm định: đã có kết luận {ruled} / {given} chỉ số của {units} đơn vị{again}, quá hạn {late}. ").format(
        again=f", {again}" if again else "",
        ruled=format_number(found.ruled),
        given=format_number(found.given),
        units=format_number(found.units),
        late=format_number(found.late),
    )
    label = _("Xem tiến độ") if period.state == PeriodState.PUBLISHED else _("Xem tiến độ và khoảng hạng")
    draw(way(f"/to-chuc-tham-dinh?ky={period.id}", label, told))


def draw_load(loads: Sequence[Load]) -> None:
    """Who has how much to do, until when."""
    columns = [
        Column(_("Người thẩm định")),
        Column(_("Chỉ số chính"), "nowrap"),
        Column(_("Được giao"), "right"),
        Column(_("Còn lại"), "right"),
        Column(_("Quá hạn"), "right"),
        Column(_("Hạn gần nhất"), "nowrap"),
    ]
    rows = [
        [
            appraiser_name(x.appraiser, x.account_id),
            " ".join(sorted(x.appraiser.groups)) if x.appraiser else "",
            format_number(x.given),
            format_number(x.open),
            format_number(x.late),
            "–" if x.next_due is None else format_date(x.next_due),
        ]
        for x in loads
    ]
    if not rows:
        st.info(_("Chưa có tài khoản «Chuyên viên thẩm định» nào; mọi chỉ số sẽ do cơ quan thường trực thẩm định."))
        return
    draw(table(columns, rows, caption=_("Khối lượng và thời hạn, mọi cấp"), stack=True))
    st.caption(load_text())


# The steps of the office


def draw_steps(
    identity: Identity,
    period: PeriodRecord,
    standings: Sequence[UnitStanding],
    tasks: Sequence[TaskRecord],
    snapshot: LevelSnapshot,
) -> None:
    """What the office can do now with the reports of a level."""
    if not permitted(identity, Action.DIRECT_APPRAISAL):
        return
    key = widget_key(PLACE, period.id, snapshot.level)
    if period.state in OPEN:
        _draw_running(key, period, standings, tasks, snapshot)
    else:
        _draw_reopening(key, period, standings, tasks, snapshot)


def _draw_running(
    key: str,
    period: PeriodRecord,
    standings: Sequence[UnitStanding],
    tasks: Sequence[TaskRecord],
    snapshot: LevelSnapshot,
) -> None:
    by_state: Callable[[PeriodState], dict[str, UnitRecord]] = lambda state: {  # noqa: E731
        s.unit.name_vi: s.unit for s in standings if s.state == state
    }
    # What was reopened before the publication has brought the period back here.
    draw_outcome(REOPENING)
    waiting = by_state(PeriodState.SENT)
    if waiting:
        st.header(_("Đưa vào thẩm định"), anchor=False)
        st.caption(
            _(
                "Mỗi chỉ số được giao cho người thẩm định của cơ quan xác minh chỉ số đó; chỉ số của cấp xã giao cho cấp huyện. "
                "Không ai được giao đơn vị của mình."
            )
        )
        _draw_units(
            f"{key}_begin",
            waiting,
            _("Số ngày làm việc để thẩm định"),
            USUAL_DAYS,
            _("Đưa vào thẩm định"),
            _begun(snapshot),
        )
    open_units = {t.key.unit for t in tasks if not t.ruled}
    ready = {name: unit for name, unit in by_state(PeriodState.APPRAISAL).items() if unit.key not in open_units}
    if ready:
        st.header(_("Gửi kết quả dự kiến"), anchor=False)
        st.caption(
            _("Đơn vị chỉ xem được kết quả thẩm định của mình sau khi gửi, và giải trình trong thời hạn dưới đây.")
        )
        _draw_units(
            f"{key}_send",
            ready,
            _("Số ngày làm việc để giải trình"),
            USUAL_WINDOW,
            _("Gửi kết quả dự kiến"),
            _sent(period),
        )
    explained = {s.unit.name_vi: s.unit for s in standings if s.state == ToldState.EXPLAINED}
    if explained:
        st.header(_("Thẩm định lại"), anchor=False)
        st.caption(_("Chỉ những chỉ số có giải trình được thẩm định lại; kết luận lần đầu vẫn lưu."))
        _draw_units(
            f"{key}_again",
            explained,
            _("Số ngày làm việc để thẩm định lại"),
            USUAL_WINDOW,
            _("Đưa vào thẩm định lại"),
            _again(snapshot),
        )
    untold = {s.unit.name_vi: s.unit for s in standings if s.untold}
    if untold:
        st.header(_("Gửi lại kết quả dự kiến"), anchor=False)
        st.caption(
            _(
                "Đơn vị có chỉ số được mở lại sau hội đồng đã thẩm định lại xong. Gửi lại thì đơn vị giải trình hoặc đồng ý lần nữa "
                "trong thời hạn dưới đây, rồi hội đồng mới họp lại."
            )
        )
        _draw_units(
            f"{key}_resend",
            untold,
            _("Số ngày làm việc để giải trình"),
            USUAL_WINDOW,
            _("Gửi lại kết quả dự kiến"),
            _sent(period),
        )
    _draw_open(key, tasks, snapshot)
    if snapshot.level == "commune" and any(t.ruled and t.key.tier == AppraisalTier.FIRST for t in tasks):
        st.header(_("Phúc tra"), anchor=False)
        _draw_recheck(key, tasks, snapshot)


def _draw_reopening(
    key: str,
    period: PeriodRecord,
    standings: Sequence[UnitStanding],
    tasks: Sequence[TaskRecord],
    snapshot: LevelSnapshot,
) -> None:
    """Once the council has passed the results: what was wrong is appraised a second time."""
    _draw_open(key, tasks, snapshot)
    st.header(_("Mở lại thẩm định"), anchor=False)
    st.caption(
        _("Kết quả đã công bố không đổi cho đến khi có quyết định sửa đổi (màn hình «Hội đồng và công bố»).")
        if period.state == PeriodState.PUBLISHED
        else _(
            "Hội đồng đã thông qua. Mở lại thì kỳ trở về bước thẩm định: hội đồng phải họp lại, tờ trình (nếu có) không còn "
            "hiệu lực."
        )
    )
    units = {s.unit.name_vi: s.unit for s in standings if s.state in _REOPENED}
    if not units:
        st.info(_("Cấp này chưa có đơn vị nào được thẩm định xong nên không có gì để mở lại."))
        return
    name = st.selectbox(_("Cơ quan, đơn vị"), list(units), key=f"{key}_reopen_unit")
    own = [t for t in tasks if t.key.unit == units[name].key]
    left = {t.key.criterion for t in own if not t.ruled}
    codes = [t.key.criterion for t in own if t.key.tier == AppraisalTier.FIRST and t.key.criterion not in left]
    st.multiselect(
        _("Chỉ số thẩm định lại"),
        sorted(codes, key=natural_key),
        format_func=lambda code: f"{code} {snapshot.criteria_set.by_code[code].name}",
        key=f"{key}_reopen_{units[name].code}",
        placeholder=_("Chọn một hoặc nhiều mục"),
        select_all=False,
    )
    text_box(_("Lý do mở lại"), MOST_REASON, key=f"{key}_reopen_reason", height=80)
    st.number_input(_("Số ngày làm việc để thẩm định lại"), 1, LONGEST, USUAL_WINDOW, key=f"{key}_reopen_days")

    def act(session: Session, identity: Identity) -> str:
        chosen: list[str] = st.session_state[f"{key}_reopen_{units[name].code}"]
        reason, days = str(st.session_state[f"{key}_reopen_reason"] or ""), int(st.session_state[f"{key}_reopen_days"])
        due = reopen(session, identity, snapshot, units[name].key, chosen, reason, days, now())
        return _("Đã mở lại {n} chỉ số của {unit}; thẩm định lại đến hết ngày {day}.").format(
            n=format_number(len(chosen)), unit=name, day=format_date(due)
        )

    def emptied() -> None:
        # Set and not taken out: what a browser shows would stay.
        st.session_state[f"{key}_reopen_reason"] = ""
        st.session_state[f"{key}_reopen_{units[name].code}"] = []

    draw_outcome(REOPENING)
    st.button(_("Mở lại thẩm định"), key=f"{key}_reopen", on_click=take_step, args=(REOPENING, act, emptied))


def _draw_open(key: str, tasks: Sequence[TaskRecord], snapshot: LevelSnapshot) -> None:
    if any(not t.ruled for t in tasks):
        st.header(_("Phân công lại"), anchor=False)
        _draw_assigning(key, tasks, snapshot)


def _draw_units(
    key: str,
    units: Mapping[str, UnitRecord],
    days: str,
    usual: int,
    label: str,
    act: Callable[[Sequence[UnitRecord], int], Step],
) -> None:
    with st.form(key, border=True):
        st.multiselect(
            _("Cơ quan, đơn vị"),
            list(units),
            list(units),
            key=f"{key}_units",
            placeholder=_("Chọn một hoặc nhiều mục"),
            select_all=False,
        )
        st.number_input(days, 1, LONGEST, usual, key=f"{key}_days")

        def press() -> None:
            chosen = [units[name] for name in st.session_state[f"{key}_units"]]
            take_step(PLACE, act(chosen, int(st.session_state[f"{key}_days"])))

        st.form_submit_button(label, key=f"{key}_do", on_click=press)


def _keys(units: Sequence[UnitRecord]) -> list[UnitKey]:
    return [unit.key for unit in units]


def _begun(snapshot: LevelSnapshot) -> Callable[[Sequence[UnitRecord], int], Step]:
    def of(units: Sequence[UnitRecord], days: int) -> Step:
        def act(session: Session, identity: Identity) -> str:
            count = begin_appraisal(session, identity, snapshot, _keys(units), days, now())
            return _("Đã đưa {n} báo cáo vào thẩm định, giao {tasks} chỉ số.").format(
                n=format_number(len(units)), tasks=format_number(count)
            )

        return act

    return of


def _sent(period: PeriodRecord) -> Callable[[Sequence[UnitRecord], int], Step]:
    def of(units: Sequence[UnitRecord], days: int) -> Step:
        def act(session: Session, identity: Identity) -> str:
            due = send_draft_results(session, identity, period.id, units, days, now())
            return _("Đã gửi kết quả dự kiến cho {n} đơn vị; giải trình đến hết ngày {day}.").format(
                n=format_number(len(units)), day=format_date(due)
            )

        return act

    return of


def _again(snapshot: LevelSnapshot) -> Callable[[Sequence[UnitRecord], int], Step]:
    def of(units: Sequence[UnitRecord], days: int) -> Step:
        def act(session: Session, identity: Identity) -> str:
            count, same = begin_reappraisal(session, identity, snapshot, _keys(units), days, now())
            done = _("Đã đưa {n} chỉ số có giải trình vào thẩm định lại.").format(n=format_number(count))
            if not same:
                return done
            left = _(
                "{done} {n} chỉ số vẫn giao cho nơi thẩm định lần đầu vì không có người khác; cần thì phân công lại."
            )
            return left.format(done=done, n=format_number(same))

        return act

    return of


def _draw_assigning(key: str, tasks: Sequence[TaskRecord], snapshot: LevelSnapshot) -> None:
    known = {a.account_id: a for a in gateway_appraisal.everybody(identity_of_run(), snapshot.period)}
    names = {account: appraiser_name(a, account) for account, a in known.items()}
    left = [t for t in tasks if not t.ruled]
    holders: dict[str, int | None] = {
        names.get(a, appraiser_name(None, a)) if a is not None else appraiser_name(None, None): a
        for a in dict.fromkeys(t.account_id for t in left)
    }
    held = st.selectbox(_("Việc đang giao cho"), list(holders), key=f"{key}_from")
    labels = {
        f"{snapshot.units[snapshot.row_of[t.key.unit.code]].name_vi}, {t.key.criterion} ({tier_name(t.key.tier)})": t
        for t in left
        if t.account_id == holders[held]
    }
    many = len(labels) > 1
    every = many and st.checkbox(
        _("Tất cả {n} chỉ số đang giao").format(n=format_number(len(labels))), key=f"{key}_every"
    )
    picked = (
        list(labels)
        if every
        else st.multiselect(
            _("Chỉ số"), list(labels), key=f"{key}_tasks", placeholder=_("Chọn một hoặc nhiều mục"), select_all=False
        )
    )
    chosen = [labels[name] for name in picked]
    able = {
        names[account]: account
        for account, a in known.items()
        if all(may_appraise(a, snapshot.units[snapshot.row_of[t.key.unit.code]], t.group) for t in chosen)
    }
    own = any(t.key.unit.code == STANDING_AGENCY for t in chosen)
    receivers: dict[str, int | None] = {**able} if own else {**able, appraiser_name(None, None): None}
    # Whoever holds them already is no answer to who is to have them; last, he may get another day.
    others = [name for name, account in receivers.items() if account != holders[held]]
    order = [*others, *(name for name in receivers if name not in others)]
    who = st.selectbox(_("Giao cho"), order, index=None, key=f"{key}_to", placeholder=_("Chọn người nhận"))
    st.text_input(_("Hạn thẩm định"), key=f"{key}_due", placeholder=_("ngày/tháng/năm"))
    marked = _marked(key)

    def act(session: Session, identity: Identity) -> str:
        # Whoever presses before the page has followed his mark would give away other tasks than he sees.
        if _marked(key) != marked:
            raise AppraisalRefusedError([_("Lựa chọn vừa đổi nên chưa phân công; hãy xem lại rồi bấm nút lần nữa.")])
        if who is None:
            raise AppraisalRefusedError([_("Chưa chọn người nhận; hãy chọn ở ô «Giao cho».")])
        # As it stands at the press: the page has not been drawn since it was typed.
        day = str(st.session_state[f"{key}_due"] or "").strip()
        if not day:
            raise AppraisalRefusedError([_("Chưa có hạn thẩm định; hãy ghi ngày/tháng/năm, ví dụ 15/12/2025.")])
        try:
            due = parse_date(day)
        except CellError as error:
            raise AppraisalRefusedError([_("Hạn thẩm định: {fault}").format(fault=error)]) from None
        assign(session, identity, snapshot, chosen, receivers[who], due, now())
        return _("Đã giao {n} chỉ số cho {who}, hạn {day}.").format(
            n=format_number(len(chosen)), who=who, day=format_date(due)
        )

    draw_outcome(ASSIGNING)
    st.button(_("Phân công"), key=f"{key}_assign", on_click=take_step, args=(ASSIGNING, act))


def _marked(key: str) -> tuple[object, ...]:
    """What is marked in the form of assigning: from whom, all, which, to whom."""
    picked = st.session_state.get(f"{key}_tasks") or ()
    every = bool(st.session_state.get(f"{key}_every"))
    return st.session_state.get(f"{key}_from"), every, tuple(picked), st.session_state.get(f"{key}_to")


def _draw_recheck(key: str, tasks: Sequence[TaskRecord], snapshot: LevelSnapshot) -> None:
    drawn = [t for t in tasks if t.key.tier == AppraisalTier.RECHECK]
    st.caption(
        _(
            "Rút ngẫu nhiên cùng một tỷ lệ trong các kết luận của mỗi huyện để cơ quan thường trực thẩm định lại. Đã rút {n}, "
            "đã phúc tra {ruled}. Số hạt giống của mỗi lần rút được ghi vào nhật ký để rút lại ra đúng mẫu ấy."
        ).format(n=format_number(len(drawn)), ruled=format_number(sum(t.ruled for t in drawn)))
    )
    with st.form(f"{key}_recheck", border=True):
        share, days = st.columns(2)
        share.number_input(_("Tỷ lệ rút mẫu (%)"), 1, 100, USUAL_SHARE, key=f"{key}_share")
        days.number_input(_("Số ngày làm việc để phúc tra"), 1, LONGEST, USUAL_DAYS, key=f"{key}_recheck_days")

        def act(session: Session, identity: Identity) -> str:
            percent, within = int(st.session_state[f"{key}_share"]), int(st.session_state[f"{key}_recheck_days"])
            seed = secrets.randbelow(1_000_000)
            found = draw_recheck(session, identity, snapshot, percent, within, seed, now())
            return _("Đã rút {n} chỉ số để phúc tra, số hạt giống {seed}.").format(
                n=format_number(len(found)), seed=seed
            )

        st.form_submit_button(_("Rút mẫu"), key=f"{key}_draw", on_click=take_step, args=(RECHECKING, act))
    draw_outcome(RECHECKING)
