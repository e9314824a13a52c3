"""The period that the reader looks at: of those with reports, or of all."""

from collections.abc import Iterable

import streamlit as st

from data.repositories import PeriodRecord
from language import _
from ui import gateway
from ui.address import select


def choose_among(found: Iterable[PeriodRecord]) -> PeriodRecord:
    """The period that the reader looks at, of these; without one the page says that none takes figures, and ends."""
    periods = {str(p.id): p for p in found}
    if not periods:
        st.info(_("Chưa có kỳ đánh giá nào đang nhận số liệu. Cơ quan thường trực mở kỳ trước khi nhập."))
        st.stop()
    return periods[select(_("Kỳ đánh giá"), "ky", {code: p.name for code, p in periods.items()})]


def draw_closed(closed: str) -> None:
    """That the reports of a period are only read, and why; nothing while it takes figures."""
    if closed:
        st.info(_("{closed} Báo cáo dưới đây chỉ để xem.").format(closed=closed))


def choose_period(usual: PeriodRecord | None = None) -> PeriodRecord:
    """The period that the reader looks at, of all; without one the page says so and ends.

    usual: the one that the screen opens on; without it the office's newest.
    """
    periods = {str(p.id): p for p, _months in gateway.calendar()}
    if not periods:
        st.info(_("Chưa có kỳ đánh giá nào. Cơ quan thường trực mở kỳ trước."))
        st.stop()
    names = {code: p.name for code, p in periods.items()}
    return periods[select(_("Kỳ đánh giá"), "ky", names, default=None if usual is None else str(usual.id))]
