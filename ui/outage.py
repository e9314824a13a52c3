"""A page whose database does not answer stays as it is, with all that is typed on it, until the database is back."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from data.database import answer
from data.faults import fault_sentence, storage_fault
from language import _
from ui import gateway

RETRY_SECONDS = 2.0
_logger = logging.getLogger(__name__)


def _answers() -> bool:
    try:
        answer(gateway.engine())
    except SQLAlchemyError:
        return False
    return True


@contextmanager
def waited_out() -> Iterator[None]:
    """What is drawn inside is drawn again once the database answers, when it fails because the database does not.

    A run that ends so that it begins again leaves what stands on the screen, which a run that fails clears away.
    """
    notice = st.empty()
    try:
        yield
    except Exception as failure:
        fault = storage_fault(failure)
        if fault is None:
            raise
        _logger.error("Page waits for the database: %s", failure)
        answers = False
        while not answers:
            notice.error(
                _(
                    "{fault} Trang giữ nguyên nội dung đang có, kể cả nội dung chưa lưu, và tự tiếp tục khi khắc phục xong; "
                    "đừng đóng hay tải lại trang. Nếu kéo dài quá vài phút, đề nghị báo người quản trị hệ thống."
                ).format(fault=fault_sentence(fault)),
                title=_("Đang chờ cơ sở dữ liệu"),
            )
            time.sleep(RETRY_SECONDS)
            answers = _answers()
        st.rerun()
