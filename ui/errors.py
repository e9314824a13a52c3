"""What a user sees when a page fails: a sentence and a number to quote, never a traceback."""

import logging
import secrets

import streamlit as st
from streamlit.errors import StreamlitAPIException

from data.faults import advice, fault_sentence, storage_fault
from language import _
from ui.account_box import draw_session_ended
from ui.identity import SessionEndedError

_logger = logging.getLogger(__name__)
WRONG_FILE = frozenset({"file-uploader-invalid-extension", "filename-contains-null-bytes"})
"""How Streamlit calls the refusal of a file whose name a field does not take: its own field never sends one."""
# No 0/O and 1/I: the number is read out on the telephone.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """A short random number under which a failure is found in the log."""
    return "".join(secrets.choice(_LETTERS) for _i in range(6))


def show_failure(failure: Exception) -> bool:
    """Log the failure with its traceback under a reference number and show that number.

    A database or a disk that does not answer is named as what it is, and so is a file that no browser would have sent
    from the field. A session that has ended, found by the press of a button, is no failure: the way to sign in is shown.
    Returns True: Streamlit then shows nothing of its own.
    """
    if isinstance(failure, SessionEndedError):
        draw_session_ended()
        return True
    if isinstance(failure, StreamlitAPIException) and failure.error_id in WRONG_FILE:
        _logger.warning("A file was refused: %s", failure.error_id)
        st.error(
            _(
                "Tệp gửi lên không đúng loại mà màn hình này nhận nên không được đọc. Đề nghị tải lại trang rồi chọn tệp khác."
            ),
            title=_("Không nhận tệp này"),
        )
        return True
    fault = storage_fault(failure)
    if fault is not None:
        _logger.error("Page failed: %s", failure)
        st.error(f"{fault_sentence(fault)} {advice(fault)}", title=_("Tạm thời chưa hiển thị được"))
        return True
    reference = new_reference()
    _logger.error("Page failed, reference %s", reference, exc_info=failure)
    st.error(
        _(
            "Trang gặp sự cố và chưa hiển thị được. Đề nghị tải lại trang; nếu sự cố lặp lại, "
            "báo cơ quan thường trực chuyển đổi số kèm mã {reference}."
        ).format(reference=reference),
        title=_("Có sự cố khi hiển thị trang"),
    )
    return True
