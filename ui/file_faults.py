"""What is wrong with a file that somebody sent, by line and column."""

from collections.abc import Sequence

import streamlit as st

from language import _, capitalised, format_number
from scoring.csv_files import FileFault
from ui.tables import Column, draw, table

MOST_FAULTS = 50


def draw_faults(faults: Sequence[FileFault], consequence: str) -> None:
    """How many faults there are and what follows from it, then the first of them as a table.

    consequence: a sentence with `{n}` for their number.
    """
    st.error(consequence.format(n=format_number(len(faults))))
    columns = [Column(_("Dòng"), "right"), Column(_("Cột")), Column(_("Lỗi và cách sửa"))]
    rows = [
        [format_number(fault.row), "–" if fault.column == "-" else fault.column, capitalised(fault.message)]
        for fault in faults[:MOST_FAULTS]
    ]
    file = _("Lỗi trong tệp «{name}»").format(name=faults[0].file)
    draw(table(columns, rows, caption=file if faults[0].file else _("Lỗi trong bảng đã nhập"), stack=True))
    more = len(faults) - MOST_FAULTS
    if more > 0:
        st.caption(_("Còn {n} lỗi khác; sửa các lỗi trên rồi chọn lại tệp để xem tiếp.").format(n=format_number(more)))
