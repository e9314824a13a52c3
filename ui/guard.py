"""The first line of every page: who may see it."""

import streamlit as st

from assessment.roles import Role, role_name
from language import _
from ui.account_box import draw_session_ended, draw_sign_in_link
from ui.identity import Identity, SessionEndedError, identity_of_page
from ui.navigation import screen


def may_open(identity: Identity, page_id: str) -> bool:
    """Whether the identity may open the page. A page that is not registered is open to nobody."""
    found = screen(page_id)
    return found is not None and identity.role in found.roles


def guard(page_id: str) -> Identity:
    """Who is looking, when the page may be seen; otherwise draws a refusal and stops the page or fragment.

    Stands on the first line of the page file itself, so that it also holds when the file is run alone.
    """
    found = screen(page_id)
    url_path = None if found is None else found.url_path
    try:
        identity = identity_of_page()
    except SessionEndedError:
        draw_session_ended(url_path)
        st.stop()
    if not may_open(identity, page_id):
        _refuse(identity, url_path)
    return identity


def _refuse(identity: Identity, url_path: str | None) -> None:
    st.error(
        _(
            "Nội dung này không dành cho vai trò «{role}». "
            "Nếu cần sử dụng, đề nghị liên hệ cơ quan thường trực chuyển đổi số để được cấp quyền."
        ).format(role=role_name(identity.role)),
        title=_("Không có quyền xem trang này"),
    )
    if identity.role == Role.PUBLIC:
        st.markdown(_("Nếu bạn có tài khoản, hãy đăng nhập rồi trang này mở ra."))
        draw_sign_in_link(url_path)
    st.stop()
