"""Cung cấp số liệu: what an agency owns, how far it has come, and one figure for all units of a level."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from assessment.entries import entry_name
from assessment.permissions import Action, Identity, Reach, reach
from assessment.snapshots import LevelSnapshot
from assessment.supplying import SupplyFigure, SupplyForm
from assessment.system_figures import read_typed
from criteria.catalogue import Agency, agencies
from language import _, format_date, format_number
from reports.follow_up import due_text
from reports.labels import level_name
from scoring.csv_files import FileFaults
from ui.address import select
from ui.figures import figure as card
from ui.figures import figures as cards
from ui.file_faults import draw_faults
from ui.pasting import end_of_list, too_many
from ui.plain import plain
from ui.report_view import remind
from ui.system_figures_view import draw_difference, draw_upload, figure_key

PLACE = "supply"


def choose_agency(identity: Identity) -> Agency:
    """The agency whose figures are given: a supplier's own, or the one that the office looks at.

    Where a supplier is called what no agency is, the page says so and ends.
    """
    known = {agency.code: agency for agency in agencies()}
    if reach(identity, Action.SUPPLY_FIGURES) == Reach.ANY:
        return known[select(_("Cơ quan"), "co-quan", {code: str(a.name) for code, a in known.items()}, default="CAT")]
    if identity.agency not in known:
        st.info(
            _(
                "Tài khoản của bạn ghi cơ quan «{name}», không trùng tên hoặc mã cơ quan nào xác minh số liệu nên chưa có số "
                "liệu để cung cấp. Đề nghị cơ quan thường trực cấp lại tài khoản và chọn đúng cơ quan trong danh sách."
            ).format(name=plain(identity.unit_name))
        )
        st.stop()
    return known[identity.agency]


def draw_standing(form: SupplyForm) -> None:
    """How much of what the agency owns is there, and until when it is to be given."""
    with cards():
        card(_("Số liệu của cơ quan"), format_number(len(form.figures)))
        card(
            _("Ô đã cung cấp"),
            f"{format_number(form.supplied)} / {format_number(form.asked)}",
            _("còn {n}").format(n=format_number(form.lacking)) if form.lacking else None,
        )
        if form.due is not None:
            card(_("Hạn cung cấp"), format_date(form.due.day), due_text(form.due).partition(", ")[2])
    if not form.figures:
        st.info(
            _("Bộ chỉ số của kỳ này không có số liệu nào do {agency} xác minh.").format(agency=str(form.agency.name))
        )
        st.stop()
    if form.lacking:
        remind(form.due)
    else:
        st.success(_("Đã cung cấp đủ số liệu của kỳ này; vẫn có thể sửa đến khi kỳ thôi nhận số liệu."))


def choose_figure(form: SupplyForm, levels: Mapping[str, LevelSnapshot]) -> SupplyFigure:
    """The figure to be given; the one that lacks most without another choice."""
    found = {f"{f.level}.{f.entry.code}": f for f in form.figures}
    names = {code: _named(f, levels[f.level]) for code, f in found.items()}
    first = max(found, key=lambda code: found[code].lacking)
    return found[select(_("Số liệu (số đơn vị chờ cung cấp)"), "so-lieu-cung-cap", names, default=first)]


def _named(figure: SupplyFigure, snapshot: LevelSnapshot) -> str:
    name = f"{level_name(figure.level)}: {entry_name(figure.entry, snapshot.criteria_set.by_code)}"
    return f"{name} ({format_number(figure.lacking)})" if figure.lacking else name


def draw_figure(figure: SupplyFigure) -> None:
    """What the figure counts, and of how many units it is there."""
    note = figure.entry.note
    unit = _("Đơn vị tính: {unit}.").format(unit=plain(str(note.unit))) if note and note.unit else ""
    explained = plain(str(note.explain)) if note and note.explain else ""
    st.markdown(f"{explained} {unit}".strip())
    st.caption(
        _("{supplied} / {asked} đơn vị đã được cung cấp; {given} đơn vị đang có số liệu.").format(
            supplied=format_number(figure.supplied),
            asked=format_number(len(figure.lines)),
            given=format_number(figure.given),
        )
    )


def draw_table(identity: Identity, figure: SupplyFigure, snapshot: LevelSnapshot) -> None:
    """The units with a column into which values are typed or pasted, and what storing them would change."""
    st.caption(
        _(
            "Gõ hoặc dán cột giá trị từ Excel vào cột Giá trị; ô để trống giữ nguyên số đang lưu. Số viết kiểu 7,04 hoặc "
            "1.234,5."
        )
    )
    before = [line.stored if line.supplied else "" for line in figure.lines]
    frame = pd.DataFrame(
        {
            "unit": [*(line.unit.name_vi for line in figure.lines), end_of_list()],
            "given": [*before, ""],
            "stored": [*(line.stored for line in figure.lines), ""],
        },
        index=pd.RangeIndex(1, len(before) + 2),
    )
    edited = st.data_editor(
        frame,
        key=figure_key(PLACE, "table", snapshot, figure.entry),
        num_rows="fixed",
        disabled=["unit", "stored"],
        column_config={
            "_index": st.column_config.NumberColumn(_("TT"), width=44),
            # Together as wide as a telephone; on a wider screen all of them grow.
            "unit": st.column_config.TextColumn(_("Cơ quan, đơn vị"), width=148),
            "given": st.column_config.TextColumn(_("Giá trị"), width=80),
            "stored": st.column_config.TextColumn(_("Đang lưu"), width=80, help=_("Gồm cả số đơn vị tự báo cáo")),
        },
    )
    after = ["" if pd.isna(text) else str(text).strip() for text in edited["given"]]
    if after.pop():
        st.error(too_many(len(before)))
        return
    if after == before:
        return
    cells = {line.unit.code: text for line, text in zip(figure.lines, after, strict=True)}
    try:
        read = read_typed(cells, snapshot, figure.entry)
    except FileFaults as error:
        draw_faults(error.faults, _("Bảng có {n} lỗi nên chưa lưu gì. Hãy sửa các ô đã nêu."))
        return
    draw_difference(identity, snapshot, figure.entry, read, Action.SUPPLY_FIGURES, PLACE)


def draw_file(identity: Identity, figure: SupplyFigure, snapshot: LevelSnapshot) -> None:
    """The form of the figure, the file that comes back, and what storing it would change."""
    read = draw_upload(PLACE, snapshot, figure.entry, supplied_alone=True)
    if read is not None:
        draw_difference(identity, snapshot, figure.entry, read, Action.SUPPLY_FIGURES, PLACE)
