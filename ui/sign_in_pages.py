"""The pages of signing in as HTML: they come before Streamlit and need no script."""

import html
from collections.abc import Sequence

import segno
from starlette.responses import HTMLResponse

from assessment.passwords import LEAST_LETTERS
from assessment.second_factor import STEP_SECONDS
from assessment.sign_in import Enrolment
from language import _
from ui.gate import PASSWORD, PROVIDER, SECOND_FACTOR, SIGN_IN, SIGN_OUT
from ui.navigation import tab_title
from ui.provider import provider, provider_label

# Colours of .streamlit/config.toml.
_STYLE = """
:root{color-scheme:light dark;--back:#fff;--card:#f1f5f6;--text:#0f191d;--line:#6f8087;--link:#0b5a6a;--bad:#8f1d1d;
--badback:#fdeaea}
@media (prefers-color-scheme:dark){:root{--back:#10181c;--card:#1a262b;--text:#e6edef;--line:#7d939b;--link:#7cc5d3;
--bad:#ffb4b4;--badback:#3a1c1c}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 "Source Sans",system-ui,sans-serif}
main{max-width:28rem;margin:3rem auto;padding:0 1rem}
h1{font-size:1.75rem;font-weight:600;line-height:1.25;margin:.25rem 0 1rem}
.product{margin:0;font-weight:600;color:var(--link)}
form,.card{background:var(--card);border:1px solid var(--line);border-radius:.375rem;padding:1rem 1.25rem 1.25rem;
margin:1rem 0}
label{display:block;margin:.75rem 0 .25rem;font-weight:600}
input{width:100%;font:inherit;padding:.5rem .625rem;color:var(--text);background:var(--back);border:1px solid var(--line);
border-radius:.375rem}
button,.button{display:block;width:100%;margin-top:1.25rem;font:inherit;font-weight:600;padding:.5rem .75rem;color:#fff;
background:#0f6474;border:1px solid #0f6474;border-radius:.375rem;cursor:pointer;text-align:center;text-decoration:none}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
a{color:var(--link)}
.fault{color:var(--bad);background:var(--badback);border:1px solid var(--bad);border-radius:.375rem;padding:.5rem .75rem}
.hint{margin:.25rem 0 0;font-size:.9rem}
.qr{display:block;width:14rem;max-width:100%;margin:.75rem auto;background:#fff;padding:.5rem}
code{font-size:1rem;overflow-wrap:anywhere}
ul{padding-left:1.25rem}
"""


def _document(title: str, body: str, status: int = 200, head: str = "") -> HTMLResponse:
    product = html.escape(_("DTI Bà Rịa - Vũng Tàu"))
    page = (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{html.escape(tab_title(title))}</title><link rel="icon" href="/favicon.png">'
        f'<style>{_STYLE}</style>{head}</head><body><main><p class="product">{product}</p><h1>{html.escape(title)}</h1>'
        f"{body}</main></body></html>"
    )
    return HTMLResponse(page, status, headers={"cache-control": "no-store"})


def _fault(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    return f'<div class="fault" role="alert">{"<br>".join(map(html.escape, sentences))}</div>'


def _field(name: str, label: str, kind: str, complete: str, more: str = "", hint: str = "") -> str:
    described = f' aria-describedby="{name}-hint"' if hint else ""
    told = f'<p class="hint" id="{name}-hint">{html.escape(hint)}</p>' if hint else ""
    return (
        f'<label for="{name}">{html.escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{complete}" required{described} {more}>{told}'
    )


def _form(action: str, csrf: str, target: str, fields: str, button: str) -> str:
    return (
        f'<form method="post" action="{action}"><input type="hidden" name="csrf" value="{html.escape(csrf)}">'
        f'<input type="hidden" name="toi" value="{html.escape(target)}">{fields}'
        f'<button type="submit">{html.escape(button)}</button></form>'
    )


def _link(address: str, text: str) -> str:
    return f'<p><a href="{html.escape(address)}">{html.escape(text)}</a></p>'


def sign_out_form(csrf: str) -> str:
    """A form with one button that signs out."""
    return _form(SIGN_OUT, csrf, "/", "", _("Đăng xuất"))


def sign_in_page(
    csrf: str, target: str, *, faults: Sequence[str] = (), user_name: str = "", status: int = 200
) -> HTMLResponse:
    """Where to sign in, by password or, where there is one, by the identity provider."""
    name = f'value="{html.escape(user_name)}" maxlength="64" autocapitalize="none" spellcheck="false"'
    fields = _field("tai_khoan", _("Tên đăng nhập"), "text", "username", name)
    fields += _field("mat_khau", _("Mật khẩu"), "password", "current-password")
    other = ""
    if provider() is not None:
        other = _form(PROVIDER, csrf, target, "", _("Đăng nhập bằng {provider}").format(provider=provider_label()))
    body = _fault(faults) + _form(SIGN_IN, csrf, target, fields, _("Đăng nhập")) + other
    body += _link("/", _("Xem kết quả đã công bố, không cần đăng nhập"))
    return _document(_("Đăng nhập"), body, status)


def leaving_page(address: str) -> HTMLResponse:
    """Leads on to the identity provider by itself.

    A redirect would not do: browsers hold the answer to a form against the policy that forms go to this server alone.
    """
    title = _("Chuyển đến {provider}").format(provider=provider_label())
    told = _("Trình duyệt sẽ tự chuyển đến {provider} để đăng nhập.").format(provider=provider_label())
    refresh = f'<meta http-equiv="refresh" content="0;url={html.escape(address)}">'
    return _document(title, f"<p>{html.escape(told)}</p>{_link(address, _('Tiếp tục'))}", head=refresh)


def signed_out_page(address: str | None) -> HTMLResponse:
    """After signing out, for whoever came by the identity provider. address: where to sign out there, if possible."""
    told = _("Đã đăng xuất khỏi phần mềm. Phiên đăng nhập ở {provider} có thể vẫn còn.")
    told = told.format(provider=provider_label())
    body = f"<p>{html.escape(told)}</p>"
    if address is not None:
        label = _("Đăng xuất khỏi {provider}").format(provider=provider_label())
        body += f'<a class="button" href="{html.escape(address)}">{html.escape(label)}</a>'
    return _document(_("Đã đăng xuất"), body + _link(SIGN_IN, _("Đến trang đăng nhập")))


def password_page(
    csrf: str, target: str, user_name: str, *, forced: bool, faults: Sequence[str] = (), status: int = 200
) -> HTMLResponse:
    """Where to change the password. forced: the present one is temporary."""
    # Password managers must learn to which account the new password belongs.
    fields = f'<input type="text" name="tai_khoan" value="{html.escape(user_name)}" autocomplete="username" hidden>'
    fields += _field("mat_khau", _("Mật khẩu đang dùng"), "password", "current-password")
    hint = _(
        "Ít nhất {n} ký tự, không chứa tên đăng nhập. Vài từ không liên quan ghép lại vừa dễ nhớ vừa khó đoán."
    ).format(n=LEAST_LETTERS)
    fields += _field("mat_khau_moi", _("Mật khẩu mới"), "password", "new-password", hint=hint)
    fields += _field("nhap_lai", _("Nhập lại mật khẩu mới"), "password", "new-password")
    told = f"<p>{html.escape(_('Mật khẩu tạm phải được đổi trước khi sử dụng.'))}</p>" if forced else ""
    body = told + _fault(faults) + _form(PASSWORD, csrf, target, fields, _("Đổi mật khẩu"))
    body += sign_out_form(csrf) if forced else _link(target, _("Quay lại"))
    return _document(_("Đổi mật khẩu"), body, status)


_CODE = 'inputmode="numeric" maxlength="20" autocapitalize="characters" spellcheck="false"'


def code_page(csrf: str, target: str, *, faults: Sequence[str] = (), status: int = 200) -> HTMLResponse:
    """Where the second factor is given."""
    hint = _("Mã 6 chữ số trên ứng dụng xác thực, đổi sau mỗi {n} giây; mất điện thoại thì nhập một mã dự phòng.")
    fields = _field("ma", _("Mã xác thực"), "text", "one-time-code", _CODE, hint.format(n=STEP_SECONDS))
    body = _fault(faults) + _form(SECOND_FACTOR, csrf, target, fields, _("Xác nhận")) + sign_out_form(csrf)
    return _document(_("Xác thực hai bước"), body, status)


def enrolment_page(
    csrf: str, target: str, enrolment: Enrolment, *, forced: bool, faults: Sequence[str] = (), status: int = 200
) -> HTMLResponse:
    """Where the second factor is set up. forced: the role cannot work without it."""
    told = _("Quét mã QR bằng ứng dụng xác thực trên điện thoại, rồi nhập mã 6 chữ số mà ứng dụng hiển thị.")
    why = _("Vai trò của tài khoản này bắt buộc xác thực hai bước.") if forced else ""
    secret = " ".join(enrolment.secret[i : i + 4] for i in range(0, len(enrolment.secret), 4))
    picture = segno.make(enrolment.address, error="m").svg_data_uri(scale=4, dark="#000", light="#fff")
    fields = _field("ma", _("Mã xác thực"), "text", "one-time-code", _CODE)
    body = (
        f'<p>{html.escape(why)}</p><div class="card"><p>{html.escape(told)}</p>'
        f'<img class="qr" src="{html.escape(picture)}" alt="{html.escape(_("Mã QR của ứng dụng xác thực"))}">'
        f"<p>{html.escape(_('Không quét được thì nhập khóa:'))} <code>{secret}</code></p></div>"
    )
    body += _fault(faults) + _form(SECOND_FACTOR, csrf, target, fields, _("Bật xác thực hai bước"))
    body += sign_out_form(csrf) if forced else _link(target, _("Quay lại"))
    return _document(_("Thiết lập xác thực hai bước"), body, status)


def recovery_page(codes: Sequence[str], target: str) -> HTMLResponse:
    """The recovery codes, shown once."""
    told = _(
        "Đã bật xác thực hai bước. Hãy ghi lại các mã dự phòng dưới đây và cất nơi an toàn: mỗi mã dùng được một lần "
        "khi không có điện thoại, và danh sách này không hiện lại."
    )
    listed = "".join(f"<li><code>{html.escape(code)}</code></li>" for code in codes)
    go = f'<a class="button" href="{html.escape(target)}">{html.escape(_("Tiếp tục"))}</a>'
    return _document(_("Mã dự phòng"), f'<p>{html.escape(told)}</p><div class="card"><ul>{listed}</ul></div>{go}')


def refusal_page(title: str, sentence: str, status: int) -> HTMLResponse:
    """Why something was not done, with a way back to signing in."""
    body = _fault([sentence]) + _link(SIGN_IN, _("Đến trang đăng nhập"))
    return _document(title, body, status)
