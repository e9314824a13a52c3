"""One table fills an entry for all units of a level: its form, the file, what it would change, and storing it."""

from collections.abc import Sequence

import streamlit as st

from assessment.entries import Entry, entry_name
from assessment.permissions import Action, Identity, permitted
from assessment.snapshots import LevelSnapshot
from assessment.submissions import state_name
from assessment.system_figures import (
    UNSEEN,
    FigureAction,
    FigureChange,
    FigureDifference,
    SystemTable,
    read_figures,
    store_figures,
)
from criteria.model import Level
from criteria.workbook_cells import MAX_BYTES
from data.database import write_session
from data.repositories import PeriodRecord, UnitRecord
from language import _, format_number
from reports.labels import level_name
from reports.system_figures import system_figures_form, system_figures_name
from scoring.csv_files import FileFaults
from ui import gateway, gateway_appraisal
from ui.clock import now
from ui.downloads import download_row
from ui.figures import figure, figures
from ui.file_faults import draw_faults
from ui.gateway_reports import REPORTING, figure_change, open_snapshot
from ui.outcome import draw_outcome
from ui.report_view import attempt
from ui.tables import Column, draw, table
from ui.widget_keys import widget_key

_SYSTEM = "system"


def draw_system_figures(identity: Identity, period: PeriodRecord) -> None:
    """The choice of an entry, its form, the file, and what storing it would do; for the office."""
    if not permitted(identity, Action.IMPORT_SYSTEM_FIGURES):
        return
    st.header(_("Số liệu hệ thống"), anchor=False)
    st.markdown(
        _(
            "Một tệp xuất từ hệ thống nguồn điền một số liệu cho mọi đơn vị của cấp. Đơn vị không sửa được số liệu này, chỉ "
            "gửi ý kiến. Phần mềm kiểm tra cả tệp, cho xem trước và nạp tất cả hoặc không nạp gì."
        )
    )
    draw_outcome(_SYSTEM)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level: Level = st.selectbox(_("Cấp của tệp"), REPORTING, format_func=level_name, key="system_level")
        snapshot = open_snapshot(period, level)
        entries = {e.code: e for e in snapshot.entries.entries if not e.is_request}
        criteria = snapshot.criteria_set.by_code
        entry = entries[
            st.selectbox(
                _("Số liệu"),
                list(entries),
                format_func=lambda code: entry_name(entries[code], criteria),
                key=f"system_entry_{level}",
            )
        ]
    read = draw_upload(_SYSTEM, snapshot, entry)
    if read is not None:
        draw_difference(identity, snapshot, entry, read, Action.IMPORT_SYSTEM_FIGURES, _SYSTEM)


def figure_key(part: str, kind: str, snapshot: LevelSnapshot, entry: Entry) -> str:
    """Of a widget with which figures of an entry are put in; another one once something was stored."""
    stored = st.session_state.get(f"{part}_round", 0)
    return widget_key(part, kind, snapshot.period.id, snapshot.level, entry.code, stored)


def draw_upload(
    part: str, snapshot: LevelSnapshot, entry: Entry, *, supplied_alone: bool = False
) -> SystemTable | None:
    """The form of an entry to take away, and the file that comes back; None while there is no sound one.

    part: of the page, for keys. supplied_alone: the form leaves out what units reported themselves.
    """
    download_row(
        part,
        (
            _("Tải mẫu Excel"),
            lambda: system_figures_form(snapshot, entry, supplied_alone=supplied_alone),
            system_figures_name(snapshot, entry),
        ),
    )
    file = st.file_uploader(
        _("Tệp số liệu (.xlsx hoặc CSV UTF-8), hai cột Mã đơn vị và Giá trị"),
        ["xlsx", "csv"],
        key=figure_key(part, "file", snapshot, entry),
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    if file is None:
        return None
    try:
        return read_figures(file.getvalue(), file.name, snapshot, entry)
    except FileFaults as error:
        draw_faults(error.faults, _("Tệp có {n} lỗi nên chưa nạp gì. Hãy sửa rồi chọn lại tệp."))
        return None


def _names(units: Sequence[UnitRecord]) -> str:
    return ", ".join(unit.name_vi for unit in units)


def _typed_text(change: FigureChange) -> str:
    """What the unit is typing; for whoever may not read it, only that it is."""
    if change.typed == UNSEEN:
        return _("có số đang nhập")
    return "" if change.typed is None else change.typed or _("để trống")


def draw_difference(
    identity: Identity,
    snapshot: LevelSnapshot,
    entry: Entry,
    read: SystemTable,
    action: FigureAction,
    part: str,
) -> None:
    """What storing a table would do, and the button that does it.

    part: of the page, for keys, and the place where the page says what came of it.
    """
    found = figure_change(identity, snapshot, entry, read, action)
    with figures():
        figure(_("Đơn vị thay đổi"), format_number(len(found.changes)))
        figure(_("Đơn vị không đổi"), format_number(found.unchanged))
        figure(_("Không có trong tệp") if read.name else _("Để trống"), format_number(len(found.absent)))
    if found.absent and read.name:
        with st.expander(_("Đơn vị không có số trong tệp, giữ nguyên số đang có")):
            st.write(_names(found.absent))
    if found.waived:
        st.info(_("Không áp dụng nên không nạp: {names}.").format(names=_names(found.waived)))
    if not found.changes:
        st.info(_("Không có gì khác với số liệu đang lưu nên không cần nạp."))
        return
    # Where a report stands is the business of whoever follows reports.
    follows = permitted(identity, Action.FOLLOW_REPORTS)
    reports = gateway_appraisal.standings(identity, snapshot.period) if follows else ()
    states = {s.unit.key: state_name(s.state) for s in reports}
    columns = [
        Column(_("Cơ quan, đơn vị")),
        Column(_("Đang lưu"), "right"),
        Column(_("Đơn vị đang nhập, sẽ bỏ"), "right"),
        Column(_("Sẽ nạp"), "right"),
        *([Column(_("Báo cáo"))] if follows else []),
    ]
    rows = [
        [
            c.unit.name_vi,
            (c.now or "–") + (_(" (hệ thống)") if c.was_system else ""),
            _typed_text(c),
            c.new,
            *([states[c.unit.key]] if follows else []),
        ]
        for c in found.changes
    ]
    file = _("Thay đổi khi nạp tệp «{name}»").format(name=read.name)
    draw(table(columns, rows, caption=file if read.name else _("Thay đổi khi nạp số đã nhập"), stack=True))
    st.button(
        _("Xác nhận và nạp cho {n} đơn vị").format(n=format_number(len(found.changes))),
        key="system_figures_store",
        on_click=lambda: attempt(lambda who: _store(who, snapshot, entry, read, found, action, part), part),
    )


def _store(
    identity: Identity,
    snapshot: LevelSnapshot,
    entry: Entry,
    read: SystemTable,
    shown: FigureDifference,
    action: FigureAction,
    part: str,
) -> str:
    with write_session(gateway.engine()) as session:
        count = store_figures(session, identity, snapshot, entry, read, shown, now(), action)
    st.session_state[f"{part}_round"] = st.session_state.get(f"{part}_round", 0) + 1
    said = {
        Action.IMPORT_SYSTEM_FIGURES: _("Đã nạp {name} cho {n} đơn vị, tháng {month}."),
        Action.SUPPLY_FIGURES: _("Đã cung cấp {name} cho {n} đơn vị, tháng {month}."),
    }[action]
    return said.format(
        name=entry_name(entry, snapshot.criteria_set.by_code), n=format_number(count), month=snapshot.name
    )
