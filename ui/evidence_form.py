"""What proves a criterion, attached from the library or put in anew, while a report is typed or explained."""

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from assessment.evidence import NewEvidence, Secrecy, add_evidence, attach, detach, received, secrecy_names
from assessment.evidence_content import ENDINGS, EvidenceRefusedError
from assessment.evidence_library import EvidenceRecord
from assessment.permissions import Identity
from assessment.report_form import ReportForm
from assessment.submissions import ReportPlace
from criteria.model import CriteriaSet, Criterion
from criteria.workbook_cells import CellError, parse_date
from data.database import draft_session
from data.lineage import UnitKey
from language import _, format_number
from ui import gateway
from ui.clock import now
from ui.evidence_parts import document_list, draw_notice, sent_file, title
from ui.gateway_evidence import documents_of, store
from ui.identity import identity_of_run
from ui.outcome import draw_outcome
from ui.report_view import attempt
from ui.tables import draw
from ui.texts import text_box, text_line
from ui.widget_keys import widget_key

_ROUND = "evidence_round"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a document is to prove: a criterion of a unit's report."""

    place: ReportPlace
    unit_name: str
    criteria_set: CriteriaSet
    criterion: Criterion


def draw_evidence(form: ReportForm, criterion: Criterion, *, writable: bool) -> None:
    """What proves a criterion, and the ways to attach more while the report is open."""
    records = form.evidence.get(criterion.code, ())
    if criterion.evidence == "none" and not records:
        return
    if criterion.code in form.lacking:
        wanted = f": {criterion.evidence_documents}" if criterion.evidence_documents else ""
        st.caption(_("**Thiếu tài liệu kiểm chứng bắt buộc**{wanted}.").format(wanted=wanted))
    if records:
        draw(document_list(records, "" if writable else _("Tài liệu kiểm chứng"), (form.place, criterion.code)))
    if writable:
        proof = Proof(form.place, form.unit.name_vi, form.snapshot.criteria_set, criterion)
        draw_attaching(proof, records, detachable=True)


def draw_attaching(proof: Proof, records: tuple[EvidenceRecord, ...], *, detachable: bool) -> None:
    """The box in which documents are attached, and taken off where they may be."""
    name = _("Tài liệu kiểm chứng ({n})").format(n=format_number(len(records)))
    key = widget_key("evidence", proof.place.period_id, proof.place.unit.code, proof.criterion.code)
    box = st.popover(name, key=f"{key}_box", on_change="rerun")
    if box.open:
        with box:
            if detachable:
                _draw_attached(proof, records, key)
            else:
                st.caption(_("Tài liệu đính kèm khi giải trình không bỏ ra được; hãy chọn kỹ."))
            _draw_choice(proof, records, key)
            st.markdown(_("**Thêm tài liệu mới**"))
            draw_new_document(proof.place.unit, proof.unit_name, key, proof)
            # Under the button that was pressed: the open box covers what is beside it.
            draw_outcome(key)
    else:
        draw_outcome(key, last=True)


def _draw_attached(proof: Proof, records: tuple[EvidenceRecord, ...], key: str) -> None:
    for record in records:
        st.button(
            _("Bỏ {title}").format(title=title(record)),
            key=f"{key}_off_{record.id}",
            on_click=attempt,
            args=(lambda who, own=record: _detach(who, proof, own), key),
        )


def _detach(identity: Identity, proof: Proof, record: EvidenceRecord) -> str:
    with draft_session(gateway.engine()) as session:
        detach(session, identity, proof.place, record.id, proof.criterion.code, now())
    return _("Đã bỏ {number} khỏi {code}; tài liệu vẫn còn trong thư viện.").format(
        number=record.number, code=proof.criterion.code
    )


def _draw_choice(proof: Proof, records: tuple[EvidenceRecord, ...], key: str) -> None:
    there = {r.id for r in records}
    choice = {r.id: r for r in documents_of(identity_of_run(), proof.place.unit) if r.id not in there}
    if not choice:
        return
    st.markdown(_("**Chọn từ thư viện của đơn vị**"))
    with st.form(f"{key}_choose", border=False):
        st.selectbox(
            _("Tài liệu"),
            list(choice),
            format_func=lambda number: f"{title(choice[number])}: {choice[number].abstract}"[:160],
            key=f"{key}_chosen",
        )
        text_line(_("Trang, mục"), 100, key=f"{key}_page", placeholder=_("ví dụ trang 3, mục 2"))
        st.form_submit_button(_("Đính kèm"), on_click=lambda: attempt(lambda who: _attach_chosen(who, proof, key), key))


def _attach_chosen(identity: Identity, proof: Proof, key: str) -> str:
    chosen, page = int(st.session_state[f"{key}_chosen"]), str(st.session_state[f"{key}_page"] or "")
    code = proof.criterion.code
    with draft_session(gateway.engine()) as session:
        attach(session, identity, proof.place, proof.criteria_set, chosen, code, page, now())
    return _("Đã đính kèm tài liệu vào {code}.").format(code=code)


def draw_new_document(unit: UnitKey, unit_name: str, key: str, wanted: Proof | None = None) -> None:
    """The form of a new document for a unit's library; wanted: what it is to prove, if anything yet.

    key: also the place where the page says what came of it.
    """
    own = f"{key}_new_{st.session_state.get(_ROUND, 0)}"
    with st.form(own, border=False):
        number, day = st.columns(2)
        with number:
            text_line(_("Số, ký hiệu"), 100, key=f"{own}_number", placeholder=_("ví dụ 12/KH-UBND"))
        day.text_input(_("Ngày ban hành"), key=f"{own}_day", placeholder=_("ngày/tháng/năm"))
        text_line(_("Cơ quan ban hành"), 200, value=unit_name, key=f"{own}_issuer")
        text_box(_("Trích yếu"), 1000, key=f"{own}_abstract", height=80)
        st.file_uploader(_("Tệp (PDF, ảnh, DOCX, XLSX, PPTX)"), ENDINGS, key=f"{own}_file")
        text_line(_("Hoặc đường dẫn"), 2000, key=f"{own}_link", placeholder="https://")
        if wanted is not None:
            text_line(_("Trang, mục"), 100, key=f"{own}_page", placeholder=_("ví dụ trang 3, mục 2"))
        secrecy, until = st.columns(2)
        secrecy.selectbox(_("Độ mật"), list(Secrecy), format_func=secrecy_names().__getitem__, key=f"{own}_secrecy")
        until.text_input(_("Hết hiệu lực sau ngày (nếu có)"), key=f"{own}_until", placeholder=_("ngày/tháng/năm"))
        st.checkbox(_("Về an toàn thông tin mạng: chỉ người thẩm định nội dung đó được đọc"), key=f"{own}_security")
        draw_notice(own)
        st.form_submit_button(
            _("Lưu tài liệu") if wanted is None else _("Lưu và đính kèm"),
            on_click=lambda: attempt(lambda who: _add(who, unit, own, wanted), key),
        )


def _typed_day(key: str, name: str) -> dt.date | None:
    # As text: Streamlit's own field of a day speaks English to a screen reader.
    text = str(st.session_state[key] or "").strip()
    try:
        return parse_date(text) if text else None
    except CellError as error:
        raise EvidenceRefusedError([f"{name}: {error}"]) from None


def _add(identity: Identity, unit: UnitKey, own: str, wanted: Proof | None) -> str:
    state = st.session_state
    document = NewEvidence(
        str(state[f"{own}_number"] or ""),
        _typed_day(f"{own}_day", _("Ngày ban hành")),
        str(state[f"{own}_issuer"] or ""),
        str(state[f"{own}_abstract"] or ""),
        link=str(state[f"{own}_link"] or ""),
        valid_to=_typed_day(f"{own}_until", _("Ngày hết hiệu lực")),
        security=bool(state[f"{own}_security"]),
        secrecy=Secrecy(state[f"{own}_secrecy"]),
        notice_read=bool(state[f"{own}_notice"]),
    )
    files = store()
    with received(files, sent_file(f"{own}_file")) as file, draft_session(gateway.engine()) as session:
        evidence = add_evidence(session, files, identity, unit, document, file, now())
        if wanted is not None:
            page, code = str(state[f"{own}_page"] or ""), wanted.criterion.code
            attach(session, identity, wanted.place, wanted.criteria_set, evidence, code, page, now())
    state[_ROUND] = state.get(_ROUND, 0) + 1
    return _("Đã lưu tài liệu {number}.").format(number=document.number)
