"""What the screens share about evidence: the notice, the file that was chosen, a document in a line with its flags."""

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup
from streamlit.runtime.uploaded_file_manager import DeletedFile

from assessment.evidence import Upload
from assessment.evidence_content import EvidenceRefusedError
from assessment.evidence_library import EvidenceRecord, UseRecord
from assessment.submissions import ReportPlace
from language import _, format_date, format_number
from ui.gate import EVIDENCE
from ui.tables import lines, link


def draw_notice(key: str) -> None:
    """The notice about personal data and secrets, and the box that must be ticked, kept as KEY_notice."""
    st.checkbox(
        _(
            "Tôi đã kiểm tra: tài liệu không phải tài liệu mật (Mật, Tối mật, Tuyệt mật) và không có dữ liệu cá nhân "
            "thừa; số định danh, số điện thoại, địa chỉ của người dân đã được che."
        ),
        key=f"{key}_notice",
    )


def sent_file(key: str) -> Upload | None:
    """The file that was chosen in an uploader; None without one.

    Raises EvidenceRefusedError for one that the server does not have any more: it was started anew since.
    """
    chosen = st.session_state.get(key)
    if isinstance(chosen, DeletedFile):
        raise EvidenceRefusedError([_("Máy chủ không còn giữ tệp đã chọn; hãy chọn lại tệp rồi lưu lần nữa.")])
    return None if chosen is None else Upload(chosen.name, chosen.getvalue())


def flag_texts(record: EvidenceRecord) -> tuple[str, ...]:
    """What is to be looked at in a document, each in words."""
    flags: list[str] = []
    if record.removed_at is not None:
        flags.append(_("đã gỡ: {reason}").format(reason=record.removal_reason))
        return tuple(flags)
    if not record.in_force:
        since = "" if record.valid_to is None else _(" sau ngày {day}").format(day=format_date(record.valid_to))
        flags.append(_("hết hiệu lực") + ("" if record.marked_out_of_force else since))
    if record.is_shared:
        names = ", ".join(name for name in record.other_units if name)
        flags.append(
            _("tệp này {units} cũng đã nộp").format(
                units=names or _("{n} đơn vị khác").format(n=format_number(len(record.other_units)))
            )
        )
    if record.demonstration:
        flags.append(_("tài liệu trình diễn"))
    if record.security:
        flags.append(_("an toàn thông tin, hạn chế người đọc"))
    return tuple(flags)


def size_text(size: int) -> str:
    """How large a file is."""
    if size < 1024 * 1024:
        return _("{n} kB").format(n=format_number(max(1, round(size / 1024))))
    return _("{n} MB").format(n=format_number(size / 1024 / 1024, 1))


def explained_text(use: UseRecord) -> str:
    """The mark of a document that came with the unit's explanation; empty for what was reported with."""
    return _("kèm giải trình") if use.with_explanation else ""


def title(record: EvidenceRecord) -> str:
    """A document in a few words: number, day and issuer."""
    return _("{number} ngày {day}, {issuer}").format(
        number=record.number, day=format_date(record.issued_on), issuer=record.issuer
    )


def title_link(record: EvidenceRecord) -> Markup | str:
    """The title as the way to read the document, for who may read it."""
    if record.readable and record.removed_at is None:
        return link(f"{EVIDENCE}{record.id}", title(record))
    return title(record)


def document_list(
    records: Iterable[EvidenceRecord], before: str, proves: tuple[ReportPlace, str] | None = None
) -> Markup:
    """Documents, one a line, with what they are about and flags.

    proves: report and criterion, for the page, and whether the document came with the explanation.
    """
    shown: list[str | Markup] = []
    for record in records:
        use = next((u for u in record.uses if (u.place, u.criterion) == proves), None)
        about = ("", "", "") if use is None else (use.page, record.abstract, explained_text(use))
        parts: list[str | Markup] = [f"{before}: " if before else "", title_link(record)]
        parts += [f" · {text}" for text in (*about, *flag_texts(record)) if text]
        shown.append(Markup("").join(parts))
    return Markup('<p class="dti-documents">{}</p>').format(lines(shown))
