"""Nhập số liệu: the entries of a main index, each kept as soon as it is typed, with the points it makes."""

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st
from markupsafe import Markup

from assessment.drafts import Change, Conflict, SaveReport, save_drafts
from assessment.entries import LONGEST, Entry, home, option_of, request_code
from assessment.permissions import Action, Identity, permitted
from assessment.reasons import MOST_REASON
from assessment.report_form import EntryLine, ReportForm
from criteria.model import Criterion, Group
from data.database import draft_session
from data.faults import storage_fault
from language import _, format_moment, format_number
from reports.wording import formula, option_name, rule_in_words, state_text, step_in_words
from scoring.compiled import InputKind
from scoring.engine import CellState
from scoring.receipts import Receipt
from ui import gateway
from ui.clock import now
from ui.dispute_view import draw_dispute
from ui.evidence_form import draw_evidence
from ui.identity import current_identity
from ui.outcome import draw_outcome, refusals_told, tell
from ui.pasting import end_of_list, too_many
from ui.plain import plain
from ui.report_view import PLACE
from ui.tables import definition, details, draw, lines, meter
from ui.texts import text_box, text_line
from ui.widget_keys import widget_key

YES_NO = ("", "có", "không")
_SEEN, _CONFLICTS, _ROUND, _LOOKED_AT = "report_seen", "report_conflicts", "report_round", "report_looked_at"
_PUT_OFF, _BROUGHT = "report_put_off", "report_brought"
_TABLE = "report_table"
RETRY_SECONDS = 10
RECEIPT_WIDTH = 400
"""Pixels of what a criterion earns, beside its entries; on a narrow screen it stands below them."""


def _name(form: ReportForm, code: str) -> str:
    place = form.place
    return widget_key("entry", place.period_id, place.unit.code, code)


def _note(form: ReportForm, line: EntryLine) -> str:
    """Label of an entry: what it is, in which unit."""
    note, named = line.entry.note, line.entry.name
    return f"{named} ({note.unit})" if note is not None and note.unit else named


def chosen_criteria(form: ReportForm, group: Group, *, everything: bool) -> tuple[Criterion, ...]:
    """The criteria of a main index, all or those with something open.

    One that is completed while it is looked at stays until the reader chooses anew: it must not vanish under the hands.
    """
    if everything:
        st.session_state.pop(_LOOKED_AT, None)
        return form.criteria_of(group)
    place = (form.place, group.code)
    before, looked_at = st.session_state.get(_LOOKED_AT, (None, frozenset()))
    kept = looked_at if before == place else frozenset()
    chosen = tuple(c for c in form.criteria_of(group) if form.open_in(c) or c.code in kept)
    st.session_state[_LOOKED_AT] = (place, frozenset(c.code for c in chosen))
    return chosen


def draw_group(identity: Identity, form: ReportForm, criteria: Sequence[Criterion]) -> None:
    """The chosen criteria of a main index, each with its entries and its receipt."""
    writable = form.is_open and permitted(identity, Action.ENTER_FIGURES, unit=form.place.unit)
    receipts = form.receipts_of(criteria)
    for criterion in criteria:
        with st.container(border=True, horizontal=True, gap="medium"):
            _draw_criterion(form, criterion, receipts[criterion.code], writable=writable)


def _draw_criterion(form: ReportForm, criterion: Criterion, receipt: Receipt, *, writable: bool) -> None:
    with st.container():
        st.markdown(f"**{criterion.code}** {criterion.name}")
        typed_here = {entry.code for entry in form.at_home(criterion)}
        for entry in form.entries.of_criterion(criterion.code):
            line = form.lines[entry.code]
            if entry.code in typed_here:
                _draw_entry(form, criterion, line, writable=writable)
            else:
                shown = line.text or _("chưa có")
                where = home(entry, form.applies)
                st.caption(
                    _("{name}: {value} (nhập ở {code})").format(name=_note(form, line), value=plain(shown), code=where)
                )
        _draw_request(form, criterion, writable=writable)
        draw_evidence(form, criterion, writable=writable)
    draw(_receipt(form, criterion, receipt), width=RECEIPT_WIDTH)


def _receipt(form: ReportForm, criterion: Criterion, receipt: Receipt) -> Markup:
    if form.requested(criterion.code):
        return definition([(_("Điểm"), _("Đề nghị không áp dụng, chờ thẩm định"))], narrow=True)
    if form.is_faulty(criterion.code):
        return definition([(_("Điểm"), _("Chưa tính: số liệu của chỉ số chưa đúng"))], narrow=True)
    counted = receipt.state is CellState.SCORED
    points = f"{format_number(receipt.points, 2)} / {format_number(criterion.max_points, 2)}"
    shown = (
        meter(receipt.fraction if criterion.max_points > 0 else None, points) if counted else state_text(receipt.state)
    )
    now_facts = definition(
        [
            (_("Điểm"), shown),
            (_("Cách tính"), lines(formula(receipt)) if counted else ""),
            # Nothing more is done in a report that is only read.
            (_("Bước tiếp theo"), "" if form.closed else step_in_words(criterion, receipt.steps.smallest)),
        ],
        narrow=True,
    )
    rule = definition(
        [(_("Quy tắc"), rule_in_words(criterion)), (_("Nơi lấy số liệu"), criterion.found_in or "")], narrow=True
    )
    return now_facts + details(Markup(_("Quy tắc, nơi lấy số liệu")), rule, kind="dti-plain")


def _draw_entry(form: ReportForm, criterion: Criterion, line: EntryLine, *, writable: bool) -> None:
    entry, key = line.entry, _name(form, line.entry.code)
    first = _settle(line, key)
    note = entry.note
    help_text = str(note.explain) if note is not None and note.explain else None
    options = {"key": key, "help": help_text, "disabled": not writable or line.locked}
    act = {"on_change": _save, "args": (form, entry, key)}
    assert entry.column is not None
    match entry.column.kind:
        case InputKind.YES_NO:
            st.segmented_control(
                _note(form, line),
                YES_NO,
                default=first,
                format_func=lambda v: v or _("chưa có"),
                required=True,
                **options,
                **act,
            )
        case InputKind.OPTION:
            names = {o: option_name(criterion, entry.places[0].key, o) for o in entry.column.options}
            codes = ["", *names]
            st.selectbox(
                _note(form, line),
                codes,
                index=codes.index(first or ""),
                format_func=lambda o: names.get(o, o) or _("chưa có"),
                **options,
                **act,
            )
        case InputKind.DATE:
            text_line(_note(form, line), LONGEST, value=first or "", placeholder=_("ngày/tháng/năm"), **options, **act)
        case _:
            example = _("số nguyên, ví dụ 1234") if entry.column.whole else _("ví dụ 1.234,5")
            text_line(_note(form, line), LONGEST, value=first or "", placeholder=example, **options, **act)
    _compare(line, key, first, writable=writable)
    _draw_marks(form, line, key, writable=writable)


def _settle(line: EntryLine, key: str) -> str | None:
    """Put what is kept into the widget when it was changed elsewhere; what is being disputed stays.

    Gives what the widget is to begin with in a session that has not drawn it yet, else None. It is not put into it: the
    browser may come from another process, with what its user has typed there and nobody has kept.
    """
    seen: dict[str, int] = st.session_state.setdefault(_SEEN, {})
    if key in st.session_state.setdefault(_CONFLICTS, {}) or key in st.session_state.setdefault(_BROUGHT, {}):
        return None
    if key not in seen:
        seen[key] = line.version
        return _shown(line)
    if key not in st.session_state or seen[key] != line.version:
        st.session_state[key] = _shown(line)
        seen[key] = line.version
    return None


def _compare(line: EntryLine, key: str, first: str | None, *, writable: bool) -> None:
    """Notes what the browser has brought with it when it is not what is kept; nobody can tell which is the newer."""
    if first is not None and writable and not line.locked and (st.session_state[key] or "") != first:
        st.session_state[_BROUGHT][key] = str(st.session_state[key] or "")


def _shown(line: EntryLine) -> str:
    column = line.entry.column
    if column is not None and column.kind is InputKind.OPTION:
        option = option_of(line.entry, line.text)
        return option if option in column.options else ""
    if column is not None and column.kind is InputKind.YES_NO:
        return line.text if line.text in YES_NO else ""
    return line.text


def _save(form: ReportForm, entry: Entry, key: str) -> None:
    text = str(st.session_state[key] or "")
    version = st.session_state[_SEEN].get(key, 0)
    st.session_state[_BROUGHT].pop(key, None)
    report = _keep(form, [Change(entry.code, text, version)])
    if report is not None:
        _note_kept(form, report)


def _keep(form: ReportForm, changes: Sequence[Change], place: str = PLACE) -> SaveReport | None:
    """What became of the changes; None, with a sentence for the reader at the place, when nothing could be kept.

    What the database could not take for now is put off, to be kept later by itself.
    """
    with refusals_told(place):
        try:
            identity = current_identity()
            with draft_session(gateway.engine()) as session:
                return save_drafts(session, identity, form.place, form.entries, changes, now())
        except Exception as failure:
            if storage_fault(failure) is not None:
                _put_off(form).update({change.entry: change for change in changes})
            raise
    return None


def _note_kept(form: ReportForm, report: SaveReport) -> None:
    """Notes what is on the screen now: the versions of what was kept, and what somebody else had changed."""
    seen = st.session_state.setdefault(_SEEN, {})
    for code, kept in report.versions.items():
        seen[_name(form, code)] = kept
        _put_off(form).pop(code, None)
    conflicts = st.session_state.setdefault(_CONFLICTS, {})
    for conflict in report.conflicts:
        conflicts[_name(form, conflict.entry)] = conflict
        _put_off(form).pop(conflict.entry, None)


# What could not be kept


def _put_off(form: ReportForm) -> dict[str, Change]:
    """What waits to be kept in the report of a unit, by entry."""
    return st.session_state.setdefault(_PUT_OFF, {}).setdefault(form.place, {})


def draw_put_off(form: ReportForm) -> None:
    """Keeps what the database could not take before, again and again until it can, and says that it waits."""
    if _put_off(form):
        st.fragment(_keep_put_off, run_every=RETRY_SECONDS)(form)


def _keep_put_off(form: ReportForm) -> None:
    waiting = _put_off(form)
    if not waiting:
        return
    with refusals_told(PLACE):
        try:
            identity, changes = current_identity(), list(waiting.values())
            with draft_session(gateway.engine(), brief=True) as session:
                report = save_drafts(session, identity, form.place, form.entries, changes, now())
        except Exception as failure:
            if storage_fault(failure) is None:
                raise
            _draw_waiting(form, waiting)
            return
        _note_kept(form, report)
        _tell_kept(report)
    waiting.clear()
    st.rerun()


def _draw_waiting(form: ReportForm, waiting: Collection[str]) -> None:
    names = ", ".join(form.entries.name_of(code) for code in waiting)
    st.warning(
        _(
            "Chờ lưu nháp {n} số liệu: {names}. Nội dung còn nguyên trên trang này và được lưu lại sau mỗi {seconds} "
            "giây; đừng đóng hay tải lại trang."
        ).format(n=format_number(len(waiting)), names=plain(names), seconds=format_number(RETRY_SECONDS))
    )


def _tell_kept(report: SaveReport, place: str = PLACE) -> None:
    sentences = [_("Đã lưu nháp {n} số liệu.").format(n=format_number(len(report.versions)))]
    if report.conflicts:
        sentences.append(
            _("{n} ô đã được người khác sửa nên chưa ghi; hãy xem ở dạng biểu mẫu và chọn.").format(
                n=format_number(len(report.conflicts))
            )
        )
    tell(place, "error" if report.conflicts else "success", " ".join(sentences))


def _draw_marks(form: ReportForm, line: EntryLine, key: str, *, writable: bool) -> None:
    """What there is to say about an entry: fault, origin, who typed it, conflict."""
    if line.fault:
        st.error(plain(line.fault))
    if line.locked:
        draw_dispute(form, line, key)
    elif line.copied:
        st.caption(_("Chép từ kỳ trước, chưa xác nhận."))
    elif line.draft is not None:
        who = form.people.get(line.draft.account_id or 0)
        kept = _("Đã lưu nháp lúc {time}").format(time=format_moment(line.draft.changed_at))
        stored = _(" · đã gửi trước đây: {value}").format(value=plain(line.stored)) if line.stored else ""
        st.caption(kept + (f", {who}" if who else "") + stored)
    if not writable:
        return
    if key in st.session_state[_BROUGHT]:
        st.warning(
            _(
                "Trang vừa được nối lại với máy chủ. Trên trang, ô này là «{typed}»; đang lưu là «{kept}». Chưa ghi đè ô nào, "
                "hãy chọn một."
            ).format(typed=plain(st.session_state[_BROUGHT][key]), kept=plain(line.text or _("để trống")))
        )
        _draw_choice(form, line, key)
    conflict: Conflict | None = st.session_state[_CONFLICTS].get(key)
    if conflict is None:
        return
    theirs = conflict.theirs.text or _("để trống")
    who = form.people.get(conflict.theirs.account_id or 0) or _("người khác")
    st.warning(
        _(
            "{who} vừa sửa ô này thành «{theirs}» lúc {time}; bạn nhập «{typed}». Chưa ghi đè ô nào, hãy chọn một."
        ).format(
            who=who, theirs=plain(theirs), time=format_moment(conflict.theirs.changed_at), typed=plain(conflict.typed)
        )
    )
    _draw_choice(form, line, key)


def _draw_choice(form: ReportForm, line: EntryLine, key: str) -> None:
    with st.container(horizontal=True):
        st.button(_("Giữ số của tôi"), key=f"{key}_mine", on_click=_resolve, args=(form, line, key, True))
        st.button(_("Lấy số kia"), key=f"{key}_theirs", on_click=_resolve, args=(form, line, key, False))


def _resolve(form: ReportForm, line: EntryLine, key: str, mine: bool) -> None:
    conflict: Conflict | None = st.session_state[_CONFLICTS].pop(key, None)
    brought: str = st.session_state[_BROUGHT].pop(key, "")
    if mine:
        st.session_state[_SEEN][key] = line.version
        st.session_state[key] = conflict.typed if conflict else brought
        _save(form, line.entry, key)
    else:
        # No version that there is: what is kept is put into the widget.
        st.session_state[_SEEN][key] = -1


def _draw_request(form: ReportForm, criterion: Criterion, *, writable: bool) -> None:
    line = form.lines.get(request_code(criterion.code))
    if line is None or not (writable or line.text):
        return
    key = _name(form, line.entry.code)
    name = _("Đã đề nghị không áp dụng") if line.text else _("Đề nghị không áp dụng")
    box = st.popover(name, key=f"{key}_box", on_change="rerun")
    # Every text field makes all others dearer, and few boxes are ever opened; what could not be kept must not go.
    if box.open or _is_unsaved(line, key):
        with box:
            _draw_reason(form, line, key, writable=writable)
        if not box.open and _is_unsaved(line, key):
            st.error(_("Lý do đã nhập ở trên chưa được lưu; hãy mở ra, xem vì sao rồi sửa."))


def _is_unsaved(line: EntryLine, key: str) -> bool:
    """Whether something else stands in the field than is kept, blanks around it aside."""
    return str(st.session_state.get(key, line.text) or "").strip() != line.text


def _draw_reason(form: ReportForm, line: EntryLine, key: str, *, writable: bool) -> None:
    first = _settle(line, key)
    text_box(
        _("Lý do không áp dụng với đơn vị"),
        MOST_REASON,
        value=first or "",
        key=key,
        disabled=not writable,
        height=80,
        help=_("Chỉ được tính khi cơ quan thẩm định duyệt; để trống nếu chỉ số áp dụng."),
        on_change=_save,
        args=(form, line.entry, key),
    )
    _compare(line, key, first, writable=writable)
    _draw_marks(form, line, key, writable=writable)


# Pasting from Excel


def draw_table(form: ReportForm, criteria: Sequence[Criterion], *, writable: bool) -> None:
    """The same entries as a table into which a column of Excel can be pasted."""
    shown = [e for c in criteria for e in form.at_home(c)]
    frame = pd.DataFrame(
        {
            "code": [*(c.code for c in criteria for _e in form.at_home(c)), ""],
            "name": [*(_note(form, form.lines[e.code]) for e in shown), end_of_list()],
            "value": [*(form.lines[e.code].text for e in shown), ""],
        }
    )
    versions = {e.code: form.lines[e.code].version for e in shown}
    key = f"report_table_{form.place.unit.code}_{st.session_state.get(_ROUND, 0)}"
    st.caption(_("Sao chép cột giá trị trong Excel rồi dán vào cột Giá trị; bấm Lưu nháp để ghi."))
    st.data_editor(
        frame,
        key=key,
        num_rows="fixed",
        hide_index=True,
        disabled=["code", "name"] if writable else True,
        column_config={
            # Together as wide as a telephone; on a wider screen all of them grow.
            "code": st.column_config.TextColumn(_("Mã"), width=64),
            "name": st.column_config.TextColumn(_("Số liệu"), width=190),
            "value": st.column_config.TextColumn(_("Giá trị"), width=98),
        },
    )
    if writable:
        st.button(_("Lưu nháp"), key="report_table_save", on_click=_save_table, args=(form, shown, versions, key))
    draw_outcome(_TABLE)


def _save_table(form: ReportForm, shown: Sequence[Entry], versions: dict[str, int], key: str) -> None:
    edited: dict[int, dict[str, object]] = st.session_state[key]["edited_rows"]
    if edited.get(len(shown), {}).get("value"):
        tell(_TABLE, "error", too_many(len(shown)))
        return
    changes = [
        Change(shown[row].code, _pasted(shown[row], str(own["value"] or "")), versions[shown[row].code])
        for row, own in edited.items()
        if "value" in own and row < len(shown)
    ]
    report = _keep(form, changes, _TABLE)
    if report is None:
        return
    _note_kept(form, report)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    _tell_kept(report, _TABLE)


def _pasted(entry: Entry, text: str) -> str:
    column = entry.column
    return option_of(entry, text) if column is not None and column.kind is InputKind.OPTION else text
