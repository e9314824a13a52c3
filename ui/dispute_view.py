"""What units say against figures of source systems: at the cell where they stand, and as the lists of who answers."""

from collections.abc import Mapping, Sequence

import streamlit as st

from assessment.disputes import DisputeRecord, answer_dispute, raise_dispute, verdict_name
from assessment.entries import EntryList
from assessment.follow_up import ReportStanding
from assessment.permissions import Action, Identity, permitted
from assessment.reasons import MOST_REASON
from assessment.report_form import EntryLine, ReportForm
from assessment.snapshots import LevelSnapshot
from criteria.catalogue import Agency
from criteria.model import Level
from data.database import draft_session
from data.lineage import UnitKey
from data.repositories import PeriodRecord, UnitRecord
from language import _, capitalised, format_moment, format_number
from ui import gateway, gateway_supply
from ui.clock import now
from ui.gateway_reports import disputes_of_period, shown_snapshot
from ui.identity import current_identity
from ui.outcome import draw_outcome
from ui.plain import plain
from ui.report_view import attempt
from ui.tables import Column, draw, table
from ui.texts import text_box

_ANSWERS = "dispute_answers"


def _verdict(dispute: DisputeRecord) -> str:
    if dispute.closed_at is None:
        return _("chờ trả lời")
    return _("{verdict}: {answer} ({time})").format(
        verdict=verdict_name(accepted=bool(dispute.accepted)),
        answer=dispute.answer,
        time=format_moment(dispute.closed_at),
    )


def draw_dispute(form: ReportForm, line: EntryLine, key: str) -> None:
    """What there is to say of a figure of a source system, and for the unit the way to dispute it."""
    st.caption(_("Số liệu hệ thống, đơn vị không sửa được."))
    dispute = form.disputes.get(line.entry.code)
    if dispute is not None:
        st.caption(
            _("Ý kiến của đơn vị lúc {time} về số «{figure}»: {reason} — {verdict}").format(
                time=format_moment(dispute.raised_at),
                figure=plain(dispute.figure),
                reason=plain(dispute.reason),
                verdict=plain(_verdict(dispute)),
            )
        )
    waiting = dispute is not None and dispute.is_open
    if waiting or form.closed or not permitted(current_identity(), Action.DISPUTE_FIGURES, unit=form.place.unit):
        draw_outcome(key)
        return
    with st.popover(_("Gửi ý kiến về số liệu này"), key=f"{key}_dispute_box"):
        text_box(
            _("Số đúng và căn cứ"),
            MOST_REASON,
            key=f"{key}_dispute",
            height=80,
            help=_("Câu trả lời hiện tại ô này; trong khi chờ, số liệu hệ thống vẫn được tính."),
        )
        st.button(
            _("Gửi ý kiến"),
            key=f"{key}_dispute_send",
            on_click=lambda: attempt(lambda who: _raise(who, form, line, f"{key}_dispute"), key),
        )
        draw_outcome(key)


def _raise(identity: Identity, form: ReportForm, line: EntryLine, key: str) -> str:
    reason = str(st.session_state[key] or "")
    with draft_session(gateway.engine()) as session:
        raise_dispute(session, identity, form.place, form.entries, line.entry.code, line.text, reason, now())
    return _("Đã gửi ý kiến; câu trả lời sẽ hiện tại ô này.")


# The lists of those who answer


def draw_disputes(
    identity: Identity, period: PeriodRecord, standings: Sequence[ReportStanding], *, closed: bool
) -> None:
    """All disputes of a period, those that wait first, with a way to answer for whoever may answer all.

    closed: whether the period takes no more figures, and nothing is answered.
    """
    found = disputes_of_period(identity, period.id)
    units = {s.unit.key: s.unit for s in standings}
    levels: set[Level] = {units[d.unit].level for d in found}
    lists: dict[Level, EntryList] = {level: shown_snapshot(period, level).entries for level in levels}
    _draw_list(found, units, lists, answering=not closed and permitted(identity, Action.ANSWER_DISPUTES))


def draw_agency_disputes(identity: Identity, agency: Agency, levels: Sequence[LevelSnapshot]) -> None:
    """The disputes of the figures that an agency verifies, with a way to answer."""
    units = {u.key: u for snapshot in levels for u in snapshot.units}
    lists: dict[Level, EntryList] = {snapshot.criteria_set.level: snapshot.entries for snapshot in levels}
    _draw_list(gateway_supply.disputes(identity, agency, levels), units, lists, answering=True)


def _draw_list(
    found: Sequence[DisputeRecord],
    units: Mapping[UnitKey, UnitRecord],
    lists: Mapping[Level, EntryList],
    *,
    answering: bool,
) -> None:
    st.header(_("Ý kiến về số liệu hệ thống"), anchor=False)
    draw_outcome(_ANSWERS)
    if not found:
        st.caption(_("Chưa có ý kiến nào."))
        return
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Số liệu")),
        Column(_("Số hệ thống"), "right"),
        Column(_("Ý kiến")),
        Column(_("Gửi lúc"), "nowrap"),
        Column(_("Trả lời")),
    ]
    names = {d.id: lists[units[d.unit].level].name_of(d.entry) for d in found}
    rows = [
        [units[d.unit].name_vi, names[d.id], d.figure, d.reason, format_moment(d.raised_at), _verdict(d)] for d in found
    ]
    waiting = {d.id: d for d in found if d.is_open}
    caption = _("{n} ý kiến, {waiting} chờ trả lời").format(
        n=format_number(len(found)), waiting=format_number(len(waiting))
    )
    draw(table(columns, rows, caption=caption, stack=True))
    if not waiting or not answering:
        return
    lists_of = {i: lists[units[d.unit].level] for i, d in waiting.items()}
    with st.form("dispute_answer", border=True):
        st.markdown(_("**Trả lời ý kiến** — trả lời xong thì ý kiến được đóng"))
        st.selectbox(
            _("Ý kiến"),
            list(waiting),
            format_func=lambda i: f"{units[waiting[i].unit].name_vi}: {names[i]}",
            key="dispute_id",
        )
        st.radio(
            _("Kết luận"),
            (False, True),
            format_func=lambda right: capitalised(verdict_name(accepted=right)),
            key="dispute_accepted",
            horizontal=True,
        )
        text_box(_("Nội dung trả lời, lý do"), MOST_REASON, key="dispute_text", height=80)
        st.form_submit_button(_("Trả lời"), on_click=lambda: attempt(lambda who: _answer(who, lists_of), _ANSWERS))


def _answer(identity: Identity, lists: Mapping[int, EntryList]) -> str:
    number, right = int(st.session_state["dispute_id"]), bool(st.session_state["dispute_accepted"])
    text = str(st.session_state["dispute_text"] or "")
    with draft_session(gateway.engine()) as session:
        answer_dispute(session, identity, lists[number], number, accepted=right, answer=text, now=now())
    # The next one is not to be answered with the words of this one.
    st.session_state["dispute_text"] = ""
    return _("Đã trả lời ý kiến.")
