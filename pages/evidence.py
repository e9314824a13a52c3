"""Tài liệu kiểm chứng: the library of documents, where each is used, what is to be looked at, and taking one out."""

import streamlit as st

from language import _
from ui import gateway_evidence
from ui.address import search, select
from ui.evidence_parts import title
from ui.evidence_view import (
    chosen_documents,
    draw_actions,
    draw_library,
    draw_new,
    draw_readings,
    state_filter,
    unit_filter,
)
from ui.frame import page_frame
from ui.guard import guard
from ui.outcome import draw_outcome
from ui.report_view import PLACE
from ui.results_way import draw_to_answer
from ui.tables import use_table_style

identity = guard("evidence")

with page_frame(_("Tài liệu kiểm chứng")):
    use_table_style()
    draw_outcome(PLACE)
    draw_to_answer(identity)
    draw_new(identity)
    documents = gateway_evidence.documents(identity)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = search(_("Tìm tài liệu"), "tim-tai-lieu", _("Số, trích yếu, nơi ban hành, đơn vị; không cần gõ dấu"))
        state = select(_("Hiển thị"), "trang-thai-tai-lieu", state_filter())
        units = unit_filter(documents)
        # With one unit alone there is nothing to choose.
        unit = select(_("Cơ quan, đơn vị"), "don-vi-tai-lieu", units) if len(units) > 2 else ""
    shown = chosen_documents(documents, words, state, unit)
    if shown:
        draw_library(identity, shown)
        st.header(_("Thao tác với một tài liệu"), anchor=False)
        # Nobody marks or takes out a document that he has not chosen.
        names = {"": _("Chưa chọn"), **{str(d.id): f"{title(d)}: {d.abstract or d.unit_name}"[:160] for d in shown}}
        code = select(_("Chọn tài liệu"), "tai-lieu", names)
        for document in shown:
            if str(document.id) == code:
                draw_readings(identity, document)
                draw_actions(identity, document)
    elif documents:
        st.info(_("Không có tài liệu nào khớp bộ lọc. Hãy bớt điều kiện lọc hoặc xóa từ tìm kiếm."))
    else:
        st.info(_("Chưa có tài liệu kiểm chứng nào trong phạm vi của bạn."))
