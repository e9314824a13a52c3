"""Hội đồng và công bố: where a period stands, what is left to do, and the steps that the office takes."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import streamlit as st
from sqlalchemy.orm import Session

from assessment.council import (
    MOST_NUMBER,
    CouncilRefusedError,
    PreviewChangedError,
    StepRecord,
    UnitStanding,
    period_state_name,
    record_council,
    submit_for_approval,
)
from assessment.frozen import FrozenMismatchError
from assessment.permissions import Action, Identity, permitted
from assessment.publishing import MOST_SIGNER, Decision, Edition, Preview, amend, close_trial, publish
from assessment.reasons import MOST_REASON
from assessment.reopening import Overtaken
from assessment.submissions import OPEN, report_state_name
from criteria.workbook_cells import CellError, parse_date
from data.models import PeriodState, StepKind
from data.repositories import PeriodRecord
from language import _, format_moment, format_number
from reports.amendment import amendment_sheet
from reports.labels import level_name
from reports.publication import (
    area_names,
    decision_text,
    edition_name,
    overtaken_texts,
    preview_file_name,
    preview_workbook,
    standing_text,
    step_name,
    step_text,
)
from reports.workbook import Sheet
from ui import gateway_publishing
from ui.amendment_view import draw_amended_levels
from ui.clock import now
from ui.downloads import download_row
from ui.figures import figure, figures
from ui.outcome import Step, take_step
from ui.plain import plain
from ui.publication_view import choose_list, decision_cell, draw_listed, publication_address, top_of
from ui.ranking_view import unit_label
from ui.tables import Column, definition, draw, link, table, way
from ui.texts import text_box, text_line
from ui.widget_keys import widget_key

PLACE = "council"
DECIDING = "council_decision"
MOST_NAMED = 12
"""Units without a report that are named in a sentence; the table of all of them has the rest."""


def draw_where(
    period: PeriodRecord,
    steps: Mapping[StepKind, StepRecord],
    faults: Sequence[str],
    standings: Sequence[UnitStanding],
    overtaken: Overtaken | None,
) -> None:
    """Where a period stands, the papers of its steps, that minutes no longer hold, and why it can never be published as
    it stands."""
    taken = [(step_name(kind), step_text(steps[kind])) for kind in StepKind if kind in steps and overtaken is None]
    draw(definition([(_("Bước hiện tại"), period_state_name(period, steps, standings)), *taken]))
    if overtaken is not None:
        st.warning(_bullets(overtaken_texts(overtaken)))
    if faults and period.state != PeriodState.PUBLISHED:
        st.info(_bullets(faults))


def _bullets(faults: Sequence[str]) -> str:
    return "\n".join(f"- {plain(fault)}" for fault in faults)


def draw_standings(standings: Sequence[UnitStanding], cautions: Sequence[str], *, passed: bool) -> None:
    """How many units are finished, what stands in the council's way by unit, and who stays without a rank.

    cautions: what has to be known before the council passes the results; none once it has. passed: whether it has.
    """
    sent = [s for s in standings if s.sent]
    unsent = [s for s in standings if not s.sent]
    blocked = [s for s in standings if s.obstacles]
    closed = any(s.closed for s in standings)
    with figures():
        figure(_("Đã gửi báo cáo"), format_number(len(sent)))
        figure(_("Đã thẩm định xong"), format_number(sum(not s.obstacles for s in sent)))
        figure(_("Còn vướng"), format_number(len(blocked)))
        figure(_("Không gửi báo cáo") if closed else _("Chưa gửi báo cáo"), format_number(len(unsent)))
    if blocked:
        columns = [
            Column(_("Cơ quan, đơn vị")),
            Column(_("Cấp")),
            Column(_("Trạng thái báo cáo")),
            Column(_("Việc còn lại trước khi họp hội đồng"), "wide"),
        ]
        rows = [
            [s.unit.name_vi, level_name(s.unit.level), report_state_name(s.state, closed=s.closed), standing_text(s)]
            for s in blocked
        ]
        draw(table(columns, rows, caption=_("Việc còn lại theo từng đơn vị"), stack=True))
    elif sent:
        st.caption(
            _("Mọi đơn vị đã gửi báo cáo đều thẩm định xong.")
            if passed
            else _("Mọi đơn vị đã gửi báo cáo đều thẩm định xong; hội đồng có thể thông qua.")
        )
    if cautions:
        st.warning(_("Trước khi hội đồng thông qua, cần biết:") + "\n\n" + _bullets(cautions))
    if unsent:
        names = ", ".join(s.unit.name_vi for s in unsent[:MOST_NAMED])
        more = len(unsent) - MOST_NAMED
        rest = _(" và {n} đơn vị khác").format(n=format_number(more)) if more > 0 else ""
        st.caption(
            (
                _("{n} đơn vị không gửi báo cáo nên không được xếp hạng: {names}{rest}.")
                if closed
                else _("{n} đơn vị chưa gửi báo cáo sẽ không được xếp hạng: {names}{rest}.")
            ).format(n=format_number(len(unsent)), names=names, rest=rest)
        )


def draw_waiting_disputes(waiting: int, period: PeriodRecord) -> None:
    """Says that units wait for answers about figures of source systems: after the council nobody answers any more."""
    if waiting:
        st.warning(
            _(
                "{n} ý kiến của đơn vị về số liệu hệ thống chưa được trả lời; hội đồng thông qua rồi thì không trả lời và không "
                "sửa số liệu hệ thống được nữa."
            ).format(n=format_number(waiting))
        )
        draw(way(f"/theo-doi?ky={period.id}", _("Trả lời ý kiến ở «Theo dõi báo cáo»")))


def draw_editions(own: Sequence[Edition]) -> None:
    """What was published of the period, with its hashes."""
    columns = [
        Column(_("Lần công bố")),
        Column(_("Quyết định, người ký"), "wide"),
        Column(_("Lý do sửa đổi"), "wide"),
        Column(_("Lúc công bố"), "nowrap"),
        Column(_("Mã SHA-256"), "code"),
    ]
    rows = [
        [
            link(publication_address(e), edition_name(e)),
            decision_cell(e),
            e.reason,
            format_moment(e.published_at),
            e.sha256,
        ]
        for e in own
    ]
    draw(table(columns, rows, caption=_("Quyết định và mã SHA-256 của từng lần"), stack=True))


def draw_steps(
    identity: Identity,
    period: PeriodRecord,
    steps: Mapping[StepKind, StepRecord],
    cautions: Sequence[str],
    *,
    trial: bool,
) -> None:
    """What the office can do now: minutes, submission, publication, amendment, or the end of a trial run.

    cautions: what has to be known before the council passes the results.
    """
    if not permitted(identity, Action.PUBLISH) or StepKind.TRIAL_CLOSED in steps:
        return
    if period.state != PeriodState.PUBLISHED:
        _draw_minutes(period, steps, warned=bool(cautions))
    if period.state == PeriodState.COUNCIL_PASSED and not trial:
        st.header(_("Trình phê duyệt"), anchor=False)
        _draw_paper(period, "submission", _("ví dụ 45/TTr-STTTT"), _("Ghi đã trình"), _submission(period))
    if trial:
        st.header(_("Kết thúc chạy thử nội bộ"), anchor=False)
        st.caption(
            _(
                "Kỳ này không công bố được. Kết thúc thì chốt mọi tháng số liệu, không còn bước nào nữa, và không hoàn tác được."
            )
        )
        sure = _("Tôi hiểu rằng không hoàn tác được")
        _draw_paper(period, "trial", _("nếu có"), _("Kết thúc chạy thử"), _trial_end(period), sure)


def _draw_minutes(period: PeriodRecord, steps: Mapping[StepKind, StepRecord], *, warned: bool) -> None:
    """The form of the minutes; put away while there are any that hold, and asking whether the submission that rests on them
    may go. warned: whether there are cautions that have to be read first."""
    example, act = _("ví dụ 12/BB-HĐTĐ"), _minutes(period)
    if StepKind.COUNCIL not in steps or period.state in OPEN:
        again = _("Biên bản họp lại của hội đồng")
        st.header(again if StepKind.COUNCIL in steps else _("Biên bản hội đồng"), anchor=False)
        read = _("Hội đồng đã biết các lưu ý trên và vẫn thông qua") if warned else ""
        _draw_paper(period, "minutes", example, _("Ghi biên bản"), act, read)
        return
    with st.expander(_("Hội đồng họp lại: ghi biên bản mới"), key=widget_key(PLACE, "again", period.id)):
        submitted = steps.get(StepKind.APPROVAL)
        if submitted is None:
            st.caption(_("Biên bản mới thay biên bản cũ."))
            sure = ""
        else:
            st.warning(
                _("Biên bản mới thay biên bản cũ và làm tờ trình số {number} hết hiệu lực; phải trình lại.").format(
                    number=plain(submitted.number)
                )
            )
            sure = _("Hội đồng đã họp lại, tờ trình số {number} hết hiệu lực").format(number=plain(submitted.number))
        _draw_paper(period, "minutes", example, _("Ghi biên bản mới"), act, sure)


def draw_preview(found: Preview, *, amending: bool) -> None:
    """What would be published: the first units of every list, the hash of all of it, and how much was ruled on since."""
    levels = found.frozen.results.levels.items()
    draw(
        definition(
            [
                *((level_name(level), top_of(snapshot)) for level, snapshot in levels),
                (_("Mã SHA-256"), found.frozen.sha256),
            ]
        )
    )
    late = format_number(found.late)
    if amending:
        st.caption(_("Từ lần công bố đang có hiệu lực đến nay có {n} kết luận thẩm định.").format(n=late))
    elif found.late:
        st.warning(
            _("Có {n} kết luận thẩm định sau khi ghi biên bản hội đồng; hãy xem lại trước khi công bố.").format(n=late)
        )


def draw_publishing(identity: Identity, period: PeriodRecord, steps: Mapping[StepKind, StepRecord]) -> None:
    """The preview of what a decision would publish or amend, and the form of the decision."""
    amending = period.state == PeriodState.PUBLISHED
    if StepKind.TRIAL_CLOSED in steps or not (amending or period.state == PeriodState.AWAITING_APPROVAL):
        return
    st.header(_("Công bố sửa đổi") if amending else _("Công bố"), anchor=False)
    try:
        found = gateway_publishing.would_be_published(identity, period)
    except CouncilRefusedError as refusal:
        st.error("\n".join(map(plain, refusal.faults)))
        return
    if amending and found.faults:
        st.subheader(_("Việc còn lại trước khi sửa đổi"), anchor=False)
        st.info(_bullets(found.faults))
    last = next(iter(gateway_publishing.editions_of(period)), None)
    if last is not None and last.sha256 == found.frozen.sha256:
        st.caption(
            _("Kết quả thẩm định hiện tại không khác lần công bố đang có hiệu lực.")
            if found.faults
            else _("Kết quả thẩm định hiện tại không khác lần công bố đang có hiệu lực; không có gì để sửa đổi.")
        )
        return
    st.caption(_("Nội dung sẽ công bố, theo kết quả thẩm định hiện tại:"))
    draw_preview(found, amending=amending)
    changes = None if last is None else _draw_changes(last, found)
    _draw_lists(period, found, changes)
    if permitted(identity, Action.PUBLISH) and not found.faults:
        _draw_decision(period, found, amending=amending)


def _draw_changes(in_force: Edition, found: Preview) -> Callable[[], Sheet] | None:
    """What the preview would change; gives what makes the sheet of it, None when that cannot be told any more."""
    st.subheader(_("Nội dung thay đổi so với lần đang có hiệu lực"), anchor=False)
    try:
        levels = gateway_publishing.changes_foreseen(in_force, found)
    except FrozenMismatchError as mismatch:
        st.error(str(mismatch))
        return None
    between = _("Nội dung sẽ công bố so với {edition} theo {decision}").format(
        edition=edition_name(in_force).lower(), decision=decision_text(in_force)
    )
    draw_amended_levels(levels, between)
    return partial(amendment_sheet, levels, between)


def _draw_lists(period: PeriodRecord, found: Preview, changes: Callable[[], Sheet] | None) -> None:
    """Every list of the preview, on the screen and as a file, to be held against the decision that is signed."""
    results = found.frozen.results
    areas = area_names(results)
    with st.expander(_("Toàn bộ danh sách sẽ công bố"), key=widget_key(PLACE, "lists", period.id)):
        draw_listed(choose_list(results), lambda row: unit_label(row.unit, areas))
    download_row(
        "preview",
        (
            _("Tải Excel danh sách sẽ công bố"),
            lambda: preview_workbook(period, found, None if changes is None else changes()),
            preview_file_name(period),
        ),
    )


def _draw_decision(period: PeriodRecord, found: Preview, *, amending: bool) -> None:
    key = widget_key(PLACE, "decision", period.id)
    with st.form(key, border=True):
        number, day = st.columns(2)
        with number:
            text_line(_("Số quyết định"), MOST_NUMBER, key=f"{key}_number", placeholder=_("ví dụ 789/QĐ-UBND"))
        day.text_input(_("Ngày ký"), key=f"{key}_day", placeholder=_("ngày/tháng/năm"))
        text_line(_("Người ký (chức vụ, họ tên)"), MOST_SIGNER, key=f"{key}_signer")
        if amending:
            text_box(_("Lý do sửa đổi"), MOST_REASON, key=f"{key}_reason", height=80)
        st.checkbox(_("Đã đối chiếu nội dung trên với quyết định đã ký"), key=f"{key}_sure")
        st.form_submit_button(
            _("Công bố sửa đổi") if amending else _("Công bố"),
            key=f"{key}_send",
            on_click=_publish,
            args=(period, key, found.frozen.sha256, amending),
        )


def _draw_paper(
    period: PeriodRecord, what: str, example: str, label: str, act: Callable[[str], Step], sure: str = ""
) -> None:
    """A form of a paper: number, day, note. sure: what is to be marked before it acts; nothing without it."""
    key = widget_key(PLACE, what, period.id)
    with st.form(key, border=True):
        number, day = st.columns(2)
        with number:
            text_line(_("Số văn bản"), MOST_NUMBER, key=f"{key}_number", placeholder=example)
        day.text_input(_("Ngày"), key=f"{key}_day", placeholder=_("ngày/tháng/năm"))
        text_box(_("Ghi chú"), MOST_REASON, key=f"{key}_note", height=80)
        if sure:
            st.checkbox(sure, key=f"{key}_sure")
        st.form_submit_button(label, key=f"{key}_send", on_click=lambda: _press(key, act(key)))


def _press(key: str, step: Step) -> None:
    def emptied() -> None:
        # A second press would take the step again. Set and not taken out: what a browser shows would stay.
        for name in ("number", "day", "note"):
            st.session_state[f"{key}_{name}"] = ""
        if f"{key}_sure" in st.session_state:
            st.session_state[f"{key}_sure"] = False

    take_step(PLACE, step, emptied)


def _typed(key: str) -> str:
    return str(st.session_state[key] or "")


def _day(key: str) -> dt.date:
    """Raises CouncilRefusedError for what is no day."""
    # As text: Streamlit's own field of a day speaks English to a screen reader.
    text = _typed(key).strip()
    if not text:
        raise CouncilRefusedError([_("Chưa có ngày của văn bản; hãy ghi ngày/tháng/năm, ví dụ 15/12/2025.")])
    try:
        return parse_date(text)
    except CellError as error:
        raise CouncilRefusedError([str(error)]) from None


def _require_sure(key: str) -> None:
    if not st.session_state[f"{key}_sure"]:
        raise CouncilRefusedError([_("Chưa đánh dấu ô xác nhận; hãy đọc, đánh dấu rồi bấm lại.")])


def _minutes(period: PeriodRecord) -> Callable[[str], Step]:
    def of(key: str) -> Step:
        def act(session: Session, identity: Identity) -> str:
            day, note = _day(f"{key}_day"), _typed(f"{key}_note")
            number, sure = _typed(f"{key}_number"), bool(st.session_state.get(f"{key}_sure"))
            known = {"voiding": sure, "warned": sure}
            unsent = record_council(session, identity, period.id, number, day, note, now(), **known)
            return _("Đã ghi biên bản hội đồng; {n} đơn vị chưa gửi báo cáo không được xếp hạng.").format(
                n=format_number(len(unsent))
            )

        return act

    return of


def _submission(period: PeriodRecord) -> Callable[[str], Step]:
    def of(key: str) -> Step:
        def act(session: Session, identity: Identity) -> str:
            day, note = _day(f"{key}_day"), _typed(f"{key}_note")
            submit_for_approval(session, identity, period.id, _typed(f"{key}_number"), day, note, now())
            return _("Đã ghi tờ trình; kết quả đang chờ phê duyệt.")

        return act

    return of


def _trial_end(period: PeriodRecord) -> Callable[[str], Step]:
    def of(key: str) -> Step:
        def act(session: Session, identity: Identity) -> str:
            _require_sure(key)
            day, note = _day(f"{key}_day"), _typed(f"{key}_note")
            close_trial(session, identity, period.id, day, note, now(), _typed(f"{key}_number"))
            return _("Đã kết thúc chạy thử nội bộ.")

        return act

    return of


def _publish(period: PeriodRecord, key: str, seen: str, amending: bool) -> None:
    def act(session: Session, identity: Identity) -> str:
        _require_sure(key)
        decision = Decision(_typed(f"{key}_number"), _day(f"{key}_day"), _typed(f"{key}_signer"))
        try:
            if amending:
                edition = amend(session, identity, period.id, decision, _typed(f"{key}_reason"), now(), seen)
            else:
                edition = publish(session, identity, period.id, decision, now(), seen)
        except PreviewChangedError:
            # What was marked as held against the decision was something else.
            st.session_state[f"{key}_sure"] = False
            raise
        return _("Đã công bố {edition}, mã SHA-256 {sha256}.").format(
            edition=edition_name(edition).lower(), sha256=edition.sha256
        )

    take_step(DECIDING, act)
