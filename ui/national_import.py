"""Bringing in the office's table: the form, the faults by row and column, the difference, the confirmation."""

import streamlit as st
from markupsafe import Markup

from assessment.national import ChangedMeanwhileError, NationalYear, store_table, withdraw_office_results
from assessment.permissions import Identity
from criteria.workbook_cells import MAX_BYTES
from data.national import NationalDifference
from data.national_files import NationalRow, NationalTable
from data.reference.national import province_by_code
from language import _, capitalised, format_number
from reports.national import column_meanings, field_names, field_text, office_template, template_file_name
from scoring.csv_files import FileFaults
from ui import gateway, gateway_national
from ui.clock import now
from ui.downloads import download_row
from ui.figures import figure, figures
from ui.file_faults import draw_faults
from ui.outcome import attempt, draw_outcome
from ui.tables import Column, draw, lines, table

_ROUND, _PLACE = "national_upload_round", "national"


def draw_import(shown: NationalYear) -> None:
    """The form, the file, and what storing it would do."""
    draw_outcome(_PLACE)
    st.markdown(
        _(
            "Khi có bảng kết quả đầy đủ hơn, cơ quan nhập theo mẫu dưới đây. Mẫu có sẵn 63 tỉnh và các số đã biết của năm "
            "đang xem; điền thêm hoặc sửa, mỗi dòng có số liệu phải ghi nguồn. Ô để trống giữ nguyên số đang lưu. Phần mềm "
            "kiểm tra cả bảng, cho xem trước thay đổi và chỉ lưu sau khi xác nhận; bản trước được giữ lại."
        )
    )
    download_row("national_form", (_("Tải mẫu Excel"), lambda: office_template(shown), template_file_name(shown)))
    with st.expander(_("Giải thích các cột"), key="national_columns"):
        columns = [Column(_("Tên cột trong tệp")), Column(_("Nội dung"))]
        draw(table(columns, column_meanings().items(), caption=_("Các cột của bảng")))
    key = f"national_file_{st.session_state.get(_ROUND, 0)}"
    file = st.file_uploader(
        _("Bảng kết quả toàn quốc (Excel .xlsx hoặc CSV UTF-8)"),
        ["xlsx", "csv"],
        key=key,
        max_upload_size=MAX_BYTES // 1_000_000,
    )
    if file is None:
        _draw_withdrawal(shown)
        return
    try:
        read, found = gateway_national.read_table(file.getvalue(), file.name)
    except FileFaults as error:
        draw_faults(error.faults, _("Tệp có {n} lỗi nên chưa nhập gì. Hãy sửa các ô dưới đây rồi chọn lại tệp."))
        st.caption(
            _(
                "Ô có lỗi chưa đối chiếu được với số khác; nếu có dòng chưa rõ tỉnh hoặc năm thì cả bảng chưa đối chiếu được "
                "với kết quả đang lưu. Tệp được kiểm tra lại toàn bộ sau khi sửa."
            )
        )
        return
    _draw_difference(read, found)


def _store(read: NationalTable, shown: NationalDifference) -> None:
    """Store what was shown; runs before the page is drawn again, with the difference that the reader saw."""

    def action(who: Identity) -> str:
        try:
            stored = store_table(gateway.engine(), who, read, shown, now())
        except FileFaults:
            # The faults are drawn below, from what is stored now.
            told = _("Kết quả đang lưu đã thay đổi nên bảng này không còn dùng được; chưa lưu gì. Các lỗi ở dưới đây.")
            raise ChangedMeanwhileError(told) from None
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        years = ", ".join(str(year) for year in sorted({row.year for row in stored.news}))
        return _("Đã lưu bảng «{name}»: thêm {added} tỉnh, sửa {changed} tỉnh, năm {years}.").format(
            name=read.name, added=len(stored.added), changed=len(stored.changed), years=years
        )

    attempt(_PLACE, action, ChangedMeanwhileError, refused="warning")


def _draw_withdrawal(shown: NationalYear) -> None:
    """What the office put in for the year that is shown, and a way to take it back."""
    own = [row for row in shown.rows if row.office]
    if not own:
        return
    st.markdown(
        _("Năm {year} có {n} tỉnh, thành phố do cơ quan nhập: {names}.").format(
            year=shown.year, n=format_number(len(own)), names=", ".join(row.name for row in own)
        )
    )
    with st.popover(_("Rút lại số liệu cơ quan đã nhập của năm {year}").format(year=shown.year), key="national_back"):
        st.write(
            _(
                "Kết quả đi kèm phần mềm, nếu có, được dùng lại; những gì cơ quan đã nhập vẫn được giữ trong phần «Số liệu "
                "đã thay»."
            )
        )
        st.button(_("Rút lại"), key="national_back_sure", on_click=_withdraw, args=(shown.year,))


def _withdraw(year: int) -> None:
    def action(who: Identity) -> str:
        count = withdraw_office_results(gateway.engine(), who, year, now())
        return _("Đã rút lại số liệu cơ quan nhập của {n} tỉnh, thành phố, năm {year}.").format(
            n=format_number(count), year=year
        )

    attempt(_PLACE, action, refused="warning")


def _changes(row: NationalRow, found: NationalDifference) -> Markup:
    """Values of a row: old → new where something is changed, the new ones where the province was unknown."""
    changed = next((c.fields for c in found.changed if c.row is row), None)
    pairs = changed if changed is not None else {field: (None, value) for field, value in row.values.items()}
    names = field_names()
    return lines(
        f"{capitalised(names[field])}: {field_text(field, old)} → {field_text(field, new)}"
        for field, (old, new) in pairs.items()
    )


def _draw_difference(read: NationalTable, found: NationalDifference) -> None:
    with figures():
        figure(_("Tỉnh thêm mới"), format_number(len(found.added)))
        figure(_("Tỉnh có sửa đổi"), format_number(len(found.changed)))
        figure(_("Tỉnh không đổi"), format_number(len(found.unchanged)))
        figure(_("Dòng không có số"), format_number(len(read.blank)))
    if not found.news:
        st.info(_("Tệp không có gì khác với số liệu đang lưu nên không cần lưu."))
        return
    columns = [
        Column(_("Dòng"), "right"),
        Column(_("Năm"), "right"),
        Column(_("Tỉnh, thành phố")),
        Column(_("Việc")),
        Column(_("Đang lưu → sẽ lưu")),
        Column(_("Nguồn")),
    ]
    names, added = province_by_code(), set(map(id, found.added))
    rows = [
        [
            row.line,
            row.year,
            names[row.province].name_vi,
            _("thêm mới") if id(row) in added else _("sửa đổi"),
            _changes(row, found),
            row.source,
        ]
        for row in sorted(found.news, key=lambda row: row.line)
    ]
    draw(table(columns, rows, caption=_("Thay đổi khi lưu bảng «{name}»").format(name=read.name), stack=True))
    st.button(
        _("Xác nhận và lưu {n} tỉnh").format(n=format_number(len(found.news))),
        key="national_store",
        icon=":material/save:",
        on_click=_store,
        args=(read, found),
    )
