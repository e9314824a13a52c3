"""What stands beside every screen about the account: who is signed in, the way in and the way out."""

import html
from urllib.parse import urlencode, urlsplit

import streamlit as st

from assessment.roles import Role, role_name
from language import _
from ui.gate import SIGN_IN, SIGN_OUT, with_next
from ui.identity import Signed

_BUTTON = (
    "font:inherit;font-weight:600;color:inherit;background:transparent;border:1px solid currentColor;"
    "border-radius:.375rem;padding:.25rem .75rem;cursor:pointer;text-decoration:none;display:inline-block"
)


def own_address(url_path: str) -> str:
    """Path and filters of the screen that is shown, to come back to."""
    query = urlencode(st.query_params.to_dict())
    return f"/{url_path}" + (f"?{query}" if query else "")


def draw_account_box(signed: Signed, url_path: str) -> None:
    """In the sidebar: who is signed in with role and unit and a button to sign out, or a link to sign in."""
    identity = signed.identity
    with st.sidebar.container(key="account_box"):
        if identity.role == Role.PUBLIC:
            st.html(_link(_("Đăng nhập"), with_next(SIGN_IN, own_address(url_path))))
            return
        lines = [f"<strong>{html.escape(identity.full_name or identity.account or '')}</strong>"]
        lines.append(html.escape(role_name(identity.role)))
        if identity.unit_name:
            lines.append(html.escape(identity.unit_name))
        out = ""
        if signed.csrf:
            out = (
                f'<form method="post" action="{SIGN_OUT}"><input type="hidden" name="csrf" '
                f'value="{html.escape(signed.csrf)}"><button type="submit" style="{_BUTTON}">'
                f"{html.escape(_('Đăng xuất'))}</button></form>"
            )
        st.html(f"<p>{'<br>'.join(lines)}</p>{out}")


def _link(text: str, address: str) -> str:
    return f'<a href="{html.escape(address)}" target="_self" style="{_BUTTON}">{html.escape(text)}</a>'


def draw_sign_in_link(url_path: str | None = None) -> None:
    """A link to where to sign in; url_path: of the screen to come back to, without it the one that the browser shows."""
    if url_path is None:
        url_path = urlsplit(st.context.url or "").path.lstrip("/")
    target = own_address(url_path)
    st.html(_link(_("Đến trang đăng nhập"), with_next(SIGN_IN, target)))


def draw_session_ended(url_path: str | None = None) -> None:
    """Says that the session was ended, with a link to sign in; url_path: as in `draw_sign_in_link`."""
    st.error(
        _("Phiên đăng nhập đã kết thúc hoặc hết hạn nên trang không hiển thị tiếp. Đề nghị đăng nhập lại."),
        title=_("Cần đăng nhập lại"),
    )
    draw_sign_in_link(url_path)
