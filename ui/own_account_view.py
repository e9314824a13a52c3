"""Tài khoản của tôi: what belongs to one's own account."""

from collections.abc import Sequence

import streamlit as st

from assessment.permissions import Identity
from assessment.roles import role_name
from assessment.sign_in import OwnSession, sign_out_own
from language import _
from ui import gateway
from ui.account_view import moment_text
from ui.clock import now
from ui.gate import PASSWORD, SECOND_FACTOR, with_next
from ui.identity import current_identity
from ui.tables import Column, definition, draw, link, table

BACK = "/tai-khoan-cua-toi"


_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def client_name(client: str) -> str:
    """Browser and system of what a browser calls itself; that itself where it is none of the usual ones."""
    browser = next((name for sign, name in _BROWSERS.items() if sign in client), "")
    system = next((name for sign, name in _SYSTEMS.items() if sign in client), "")
    if browser and system:
        return _("{browser} trên {system}").format(browser=browser, system=system)
    return browser or client or _("không rõ")


def draw_facts(identity: Identity) -> None:
    """Who is signed in."""
    draw(
        definition(
            [
                (_("Tên đăng nhập"), identity.account or ""),
                (_("Họ và tên"), identity.full_name),
                (_("Vai trò"), role_name(identity.role)),
                (_("Cơ quan, đơn vị"), identity.unit_name),
                (_("Chỉ số chính"), ", ".join(sorted(identity.groups))),
            ]
        )
    )


def draw_security(*, second_factor: bool) -> None:
    """The ways to a new password and to the second factor, which are pages of their own."""
    draw(link(with_next(PASSWORD, BACK), _("Đổi mật khẩu")))
    if second_factor:
        st.caption(_("Xác thực hai bước: đang bật. Muốn đổi thiết bị, đề nghị cơ quan thường trực đặt lại."))
    else:
        st.caption(_("Xác thực hai bước: chưa bật."))
        draw(link(with_next(SECOND_FACTOR, BACK), _("Bật xác thực hai bước")))


def draw_sessions(sessions: Sequence[OwnSession], here: int | None) -> None:
    """Where the account is signed in, and the way to end it. here: the session that looks."""
    columns = [Column(_("Trình duyệt")), Column(_("Đăng nhập lúc"), "nowrap"), Column(_("Dùng gần nhất"), "nowrap")]
    rows = [
        [
            client_name(s.client) + (_(" (phiên này)") if s.id == here else ""),
            moment_text(s.created_at),
            moment_text(s.last_seen),
        ]
        for s in sessions
    ]
    draw(table(columns, rows, caption=_("Các phiên đang mở"), stack=True))
    with st.container(horizontal=True):
        others = [s for s in sessions if s.id != here]
        if others:
            st.button(_("Đăng xuất các phiên khác"), key="own_sign_out_others", on_click=_end, args=(others,))
        st.button(_("Đăng xuất mọi nơi"), key="own_sign_out_all", on_click=_end_all)


def _end(sessions: Sequence[OwnSession]) -> None:
    for own in sessions:
        sign_out_own(gateway.engine(), current_identity(), now(), own.id)


def _end_all() -> None:
    sign_out_own(gateway.engine(), current_identity(), now())
