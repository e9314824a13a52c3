"""Kết quả công bố: what decisions published, for everybody: rankings, cards, method, downloads."""

import streamlit as st

from assessment.frozen import FrozenMismatchError
from language import _
from reports.amendment import amendment_sheet
from reports.labels import source_by
from reports.publication import (
    between_text,
    edition_name,
    publication_csv,
    publication_file_name,
    publication_workbook,
)
from ui import gateway_publishing
from ui.downloads import download_row
from ui.frame import page_frame
from ui.guard import guard
from ui.publication_view import (
    choose_edition,
    choose_list,
    draw_changes,
    draw_decision,
    draw_editions,
    draw_method,
    draw_nothing_published,
    draw_ranking,
    edition_before,
)
from ui.selection import origin_of
from ui.tables import use_table_style

guard("publications")

with page_frame(_("Kết quả công bố")) as page:
    use_table_style()
    found = gateway_publishing.published()
    if not found:
        draw_nothing_published()
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        period, edition = choose_edition(found)
    own = next(editions for other, editions in found if other.id == period.id)
    page.about(
        f"{period.name} › {edition_name(edition)}",
        period_origin=origin_of(period),
        published=source_by(edition.decision),
    )
    in_force, before = own[0], edition_before(edition, own)
    draw_decision(period, edition, own)
    try:
        results = gateway_publishing.results_of(edition)
    except FrozenMismatchError as mismatch:
        st.error(str(mismatch))
        st.stop()
    st.header(_("Xếp hạng"), anchor=False)
    draw_ranking(choose_list(results), edition, in_force=edition == in_force)
    between = "" if before is None else between_text(before, edition)
    changes = None if before is None else draw_changes(before, edition)

    def excel() -> bytes:
        amending = None if changes is None else amendment_sheet(changes, between)
        return publication_workbook(period, edition, results, in_force, amending)

    st.header(_("Tải về"), anchor=False)
    st.caption(
        _(
            "Tệp JSON là toàn bộ nội dung đã đóng băng khi công bố; mã SHA-256 của tệp phải trùng mã ghi ở trên, "
            "nhờ đó ai cũng kiểm tra được tệp còn nguyên vẹn."
        )
    )
    download_row(
        "publication",
        (
            _("Tải Excel"),
            excel,
            publication_file_name(period, edition, "xlsx"),
        ),
        (
            _("Tải CSV"),
            lambda: publication_csv(period, edition, results, in_force),
            publication_file_name(period, edition, "csv"),
        ),
        (
            _("Tải nội dung công bố (JSON)"),
            lambda: gateway_publishing.text_of(period, edition),
            publication_file_name(period, edition, "json"),
        ),
    )
    st.header(_("Cách tính điểm"), anchor=False)
    draw_method(results, edition)
    st.header(_("Các lần công bố"), anchor=False)
    draw_editions(found)
