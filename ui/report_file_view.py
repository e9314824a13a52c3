"""Nhập số liệu: the workbook of a unit goes out, comes back, and is taken cell by cell after confirmation."""

from collections.abc import Sequence

import streamlit as st

from assessment.drafts import SaveReport
from assessment.entries import entry_name
from assessment.permissions import Action, Identity, permitted
from assessment.report_form import ReportForm
from assessment.unit_workbooks import BookDifference, CellChange, book_difference, merge_book, read_unit_book
from criteria.workbook_cells import MAX_BYTES
from data.database import draft_session
from language import _, format_number
from reports.unit_workbook import unit_workbook, unit_workbook_name
from reports.wording import entry_text
from scoring.csv_files import FileFaults
from ui import gateway
from ui.clock import now
from ui.downloads import download_row
from ui.file_faults import draw_faults
from ui.gateway_reports import book_of
from ui.identity import current_identity
from ui.outcome import Kind, draw_outcome, refusals_told, tell
from ui.tables import Column, draw, table

_ROUND, _CHOSEN, _FILE = "report_file_round", "report_file_chosen", "report_file"


def draw_file(identity: Identity, form: ReportForm) -> None:
    """The workbook to fill in, and for whoever may type the way back with what it would change."""
    st.markdown(
        _(
            "Tải tệp Excel đã điền sẵn số liệu hiện có, điền cột «Giá trị» rồi chọn lại tệp ở đây. Phần mềm chỉ lấy những ô "
            "đã sửa, cho xem trước và chỉ lưu nháp sau khi xác nhận; ô không sửa, trang hay cột thiếu không làm mất số liệu "
            "nào."
        )
    )
    book, period = book_of(identity, form), form.snapshot.period
    download_row(
        "report_file",
        (_("Tải tệp Excel của đơn vị"), lambda: unit_workbook(book, period), unit_workbook_name(book, period)),
    )
    if not (form.is_open and permitted(identity, Action.ENTER_FIGURES, unit=form.place.unit)):
        return
    key = f"report_file_{form.place.period_id}_{form.place.unit.code}_{st.session_state.get(_ROUND, 0)}"
    file = st.file_uploader(_("Tệp Excel đã điền (.xlsx)"), ["xlsx"], key=key, max_upload_size=MAX_BYTES // 1_000_000)
    draw_outcome(_FILE)
    if file is None:
        return
    try:
        found = book_difference(form, read_unit_book(file.getvalue(), file.name, book, form.entries))
    except FileFaults as error:
        draw_faults(error.faults, _("Tệp có {n} lỗi nên chưa lấy gì. Hãy sửa rồi chọn lại tệp."))
        return
    _draw_difference(form, found, file.name)


def _draw_difference(form: ReportForm, found: BookDifference, name: str) -> None:
    for sentence in found.skipped:
        st.warning(sentence)
    if not found.changes:
        st.info(_("Tệp không có ô nào khác với biểu mẫu hiện tại nên không cần lấy."))
        return
    criteria = form.snapshot.criteria_set.by_code
    columns = [
        Column(_("Số liệu")),
        Column(_("Trong tệp gửi đi")),
        Column(_("Đang có trong biểu")),
        Column(_("Trong tệp mới")),
        Column(_("Kết quả")),
    ]
    rows = [
        [
            entry_name(change.entry, criteria),
            *(entry_text(change.entry, criteria, text) for text in (change.sent, change.now, change.new)),
            _("đã có người sửa, chưa lấy") if change.conflict else _("sẽ lấy"),
        ]
        for change in found.changes
    ]
    draw(table(columns, rows, caption=_("Ô đã sửa trong tệp «{name}»").format(name=name), stack=True))
    disputed = {c.entry.code: c.entry for c in found.changes if c.conflict}
    chosen: list[str] = []
    if disputed:
        st.warning(
            _("{n} ô đã có người sửa sau khi tệp được gửi đi. Chỉ lấy những ô bạn chọn dưới đây.").format(
                n=format_number(len(disputed))
            )
        )
        chosen = st.multiselect(
            _("Ô lấy theo tệp thay cho số đang có"),
            list(disputed),
            format_func=lambda code: entry_name(disputed[code], criteria),
            key=_CHOSEN,
            placeholder=_("Không ô nào"),
        )
    count = len(found.changes) - len(disputed) + len(chosen)
    st.button(
        _("Xác nhận và lưu nháp {n} ô").format(n=format_number(count)),
        key="report_file_merge",
        disabled=not count,
        on_click=_merge,
        args=(form, found.changes, tuple(chosen)),
    )


def _merge(form: ReportForm, changes: Sequence[CellChange], chosen: Sequence[str]) -> None:
    """Keep what was shown; runs before the page is drawn again."""
    with refusals_told(_FILE):
        identity = current_identity()
        with draft_session(gateway.engine()) as session:
            report = merge_book(session, identity, form.place, form.entries, changes, chosen, now())
            tell(_FILE, *_merged(report, len(changes)))


def _merged(report: SaveReport, wanted: int) -> tuple[Kind, str]:
    """What to say about the cells that were kept; when all were, the file is put away."""
    sentences = [_("Đã lưu nháp {n} ô từ tệp Excel.").format(n=format_number(len(report.versions)))]
    if report.conflicts:
        # The file stays chosen: the difference is drawn anew, with these cells marked.
        sentences.append(
            _("{n} ô vừa được người khác sửa nên chưa lấy; hãy xem lại bảng dưới đây.").format(
                n=format_number(len(report.conflicts))
            )
        )
    elif len(report.versions) == wanted:
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_CHOSEN, None)
    return "error" if report.conflicts else "success", " ".join(sentences)
