"""Tài liệu kiểm chứng: the list, what is to be looked at, and what can be done with one document."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from assessment.evidence import discard_unused, mark_out_of_force, remove_evidence, remove_secret
from assessment.evidence_library import EvidenceRecord
from assessment.permissions import Action, Identity, permitted
from assessment.reasons import MOST_REASON
from data.database import draft_session, write_session
from language import _, fold, format_moment, format_number
from ui import gateway
from ui.clock import now
from ui.evidence_form import draw_new_document
from ui.evidence_parts import explained_text, flag_texts, size_text, title, title_link
from ui.gateway_evidence import readings_of, store
from ui.outcome import draw_outcome
from ui.report_view import attempt
from ui.tables import Column, details, draw, lines, table
from ui.texts import text_box

_LIBRARY = "library"

FLAGGED, EXPIRED, SHARED, UNUSED, REMOVED = "can-xem", "het-hieu-luc", "trung-tep", "chua-dung", "da-go"


def state_filter() -> dict[str, str]:
    """What to show, by its code in the address."""
    return {
        "": _("Đang có"),
        FLAGGED: _("Cần xem: hết hiệu lực hoặc trùng tệp"),
        EXPIRED: _("Hết hiệu lực"),
        SHARED: _("Trùng tệp với đơn vị khác"),
        UNUSED: _("Chưa dùng ở chỉ số nào"),
        REMOVED: _("Đã gỡ"),
    }


def unit_filter(documents: Sequence[EvidenceRecord]) -> dict[str, str]:
    """The units that have documents, by code; all of them first."""
    return {"": _("Tất cả"), **{d.unit.code: d.unit_name for d in documents}}


def _fits(document: EvidenceRecord, state: str) -> bool:
    if state == REMOVED:
        return document.removed_at is not None
    wanted = {
        "": True,
        FLAGGED: document.is_shared or not document.in_force,
        EXPIRED: not document.in_force,
        SHARED: document.is_shared,
        UNUSED: not document.uses,
    }
    return document.removed_at is None and wanted[state]


def chosen_documents(
    documents: Sequence[EvidenceRecord], words: str, state: str, unit: str
) -> tuple[EvidenceRecord, ...]:
    """The documents that fit the filters."""
    wanted = fold(words)
    return tuple(
        d
        for d in documents
        if _fits(d, state)
        and (not unit or d.unit.code == unit)
        and wanted in fold(f"{d.number} {d.issuer} {d.abstract} {d.file_name or ''} {d.unit_name}")
    )


def draw_new(identity: Identity) -> None:
    """The form of a new document, for whoever has a library."""
    if identity.unit is None or not permitted(identity, Action.ATTACH_EVIDENCE, unit=identity.unit):
        return
    draw_outcome(_LIBRARY)
    with st.expander(_("Thêm tài liệu vào thư viện"), key="evidence_new"):
        draw_new_document(identity.unit, identity.unit_name, _LIBRARY)


def draw_library(identity: Identity, documents: Sequence[EvidenceRecord]) -> None:
    """The documents as a table."""
    of_others = any(d.unit != identity.unit for d in documents)
    columns = [
        Column(_("Tài liệu")),
        Column(_("Trích yếu")),
        *([Column(_("Cơ quan, đơn vị"))] if of_others else []),
        Column(_("Tệp")),
        Column(_("Dùng ở")),
        Column(_("Cần xem")),
        Column(_("Lượt đọc"), "right"),
    ]
    rows = [
        [
            title_link(d),
            d.abstract or "–",
            *([d.unit_name] if of_others else []),
            _file_text(d),
            lines(_use_texts(d)) or "–",
            lines(flag_texts(d)) or "–",
            format_number(d.readings),
        ]
        for d in documents
    ]
    draw(table(columns, rows, caption=_("{n} tài liệu").format(n=format_number(len(rows))), stack=True))


def _file_text(document: EvidenceRecord) -> str:
    if document.removed_at is not None:
        return "–"
    if document.size is None:
        return _("đường dẫn")
    size = size_text(document.size)
    return f"{document.file_name}, {size}" if document.file_name else size


def _use_texts(document: EvidenceRecord) -> list[str]:
    return [
        f"{use.period_name}: "
        + ", ".join(filter(None, (use.criterion or _("báo cáo tự đánh giá"), use.page, explained_text(use))))
        for use in document.uses
    ]


def draw_readings(identity: Identity, document: EvidenceRecord) -> None:
    """Who opened a document, for whoever may read the log of its unit."""
    if not document.readings or not permitted(identity, Action.READ_AUDIT, unit=document.unit):
        return
    columns = [Column(_("Lúc"), "nowrap"), Column(_("Tên đăng nhập"), "nowrap"), Column(_("Họ và tên"))]
    rows = [
        [format_moment(r.read_at), r.user_name or _("tài khoản đã xóa"), r.full_name or "–"]
        for r in readings_of(identity, document)
    ]
    caption = _("Người đã mở tài liệu, mới nhất trước")
    body = table(columns, rows, caption=caption, stack=True)
    draw(details(Markup(_("Ai đã đọc tài liệu này")), body, kind="dti-plain"))


def draw_actions(identity: Identity, document: EvidenceRecord) -> None:
    """What can be done with one document, for whoever may."""
    if document.removed_at is not None:
        st.info(
            _("Tài liệu đã gỡ lúc {time}. Lý do: {reason}").format(
                time=format_moment(document.removed_at), reason=document.removal_reason
            )
        )
    elif permitted(identity, Action.ATTACH_EVIDENCE, unit=document.unit):
        st.button(
            _("Đánh dấu còn hiệu lực") if document.marked_out_of_force else _("Đánh dấu hết hiệu lực"),
            key="evidence_mark",
            on_click=attempt,
            args=(lambda who: _mark(who, document),),
        )
        with st.form(f"evidence_remove_{document.id}", border=True):
            st.markdown(
                _("**Gỡ khỏi thư viện** — tệp bị xóa nếu không nơi nào dùng, lý do được giữ lại")
                if document.size is not None
                else _("**Gỡ khỏi thư viện** — đường dẫn không mở được từ đây nữa, lý do được giữ lại")
            )
            text_box(_("Lý do gỡ"), MOST_REASON, key="evidence_remove_reason", height=80)
            st.form_submit_button(_("Gỡ tài liệu"), on_click=lambda: attempt(lambda who: _remove(who, document)))
    if permitted(identity, Action.REMOVE_SECRET):
        with st.form(f"evidence_secret_{document.id}", border=True):
            st.markdown(
                _(
                    "**Gỡ tài liệu mật** — gỡ tệp này ở mọi đơn vị, xóa cả số, trích yếu; việc gỡ được ghi sổ riêng. "
                    "Không ghi nội dung mật vào lý do."
                )
                if document.size is not None
                else _(
                    "**Gỡ tài liệu mật** — xóa cả đường dẫn, số, trích yếu; việc gỡ được ghi sổ riêng. Không ghi nội dung mật "
                    "vào lý do."
                )
            )
            text_box(_("Lý do gỡ tài liệu mật"), MOST_REASON, key="evidence_secret_reason", height=80)
            st.form_submit_button(
                _("Gỡ tài liệu mật"), on_click=lambda: attempt(lambda who: _remove_secret(who, document))
            )


def _mark(identity: Identity, document: EvidenceRecord) -> str:
    marked = not document.marked_out_of_force
    with draft_session(gateway.engine()) as session:
        mark_out_of_force(session, identity, document.id, document.version, now(), out_of_force=marked)
    told = _("Đã đánh dấu {number} hết hiệu lực.") if marked else _("Đã đánh dấu {number} còn hiệu lực.")
    return told.format(number=document.number)


def _remove(identity: Identity, document: EvidenceRecord) -> str:
    reason = str(st.session_state["evidence_remove_reason"] or "")
    with draft_session(gateway.engine()) as session:
        remove_evidence(session, identity, document.id, document.version, reason, now())
    discard_unused(gateway.engine(), store())
    return _("Đã gỡ tài liệu {title}.").format(title=title(document))


def _remove_secret(identity: Identity, document: EvidenceRecord) -> str:
    reason = str(st.session_state["evidence_secret_reason"] or "")
    with write_session(gateway.engine()) as session:
        count = remove_secret(session, identity, document.id, reason, now())
    discard_unused(gateway.engine(), store())
    return _("Đã gỡ {n} tài liệu có nội dung mật và ghi sổ.").format(n=format_number(count))
