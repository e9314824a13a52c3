"""Answers of the frameworks below us in Vietnamese: what they refuse in plain English, and files that are not there."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from language import _
from ui.security import document_policy
from ui.vietnamese import below_root, inline_script_hashes, unknown_address_document

_FILES = ("/static/", "/_stcore/", "/app/static/")
"""Below these lie files and answers for programs: Streamlit answers with its own document where there is none."""
_REFUSED = 400


def refusal_sentence(status: int) -> str:
    """What is said instead of an English refusal."""
    known = {
        400: _("Máy chủ không đọc được nội dung đã gửi. Đề nghị tải lại trang rồi gửi lại."),
        403: _("Yêu cầu này không được chấp nhận. Đề nghị tải lại trang rồi làm lại."),
        404: _("Không có nội dung nào ở địa chỉ này. Đề nghị kiểm tra lại địa chỉ hoặc mở lại trang."),
        405: _("Địa chỉ này không nhận cách gửi đó. Đề nghị mở lại trang rồi làm lại."),
        413: _("Tệp lớn hơn mức cho phép nên không nhận. Đề nghị chọn tệp nhỏ hơn."),
    }
    return known.get(status, _("Máy chủ chưa thực hiện được yêu cầu này (mã {status}).").format(status=status))


class VietnameseAnswers:
    """Pure ASGI middleware: a refusal in English letters alone is said in Vietnamese, a file that is not there is a 404.

    Everything else passes untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request through the wrapped application."""
        if scope["type"] == "http":
            await self._app(scope, receive, _Answering(scope, send).pass_on)
        else:
            await self._app(scope, receive, send)


class _Answering:
    """One answer, held back while it may have to be said otherwise."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._held: Message | None = None
        self._body = b""

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start" and (self._is_lost(message) or self._is_refusal(message)):
            self._held = message
        elif message["type"] == "http.response.body" and self._held is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._held)
        else:
            await self._send(message)

    def _is_lost(self, start: Message) -> bool:
        return below_root(self._scope["path"]).startswith(_FILES) and _kind(start).startswith("text/html")

    def _is_refusal(self, start: Message) -> bool:
        return start["status"] >= _REFUSED and _kind(start).startswith("text/plain")

    async def _finish(self, start: Message) -> None:
        headers, status, body = MutableHeaders(raw=list(start["headers"])), start["status"], self._body
        if self._is_lost(start):
            status, body = 404, unknown_address_document()
            headers["content-security-policy"] = document_policy(inline_script_hashes(body))
            for name in ("content-encoding", "etag", "last-modified", "accept-ranges"):
                del headers[name]
            headers["cache-control"] = "no-store"
        elif body.isascii():
            body = refusal_sentence(status).encode()
            del headers["content-encoding"]
            headers["content-type"] = "text/plain; charset=utf-8"
        headers["content-length"] = str(len(body))
        await self._send({"type": "http.response.start", "status": status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": b"" if self._scope["method"] == "HEAD" else body})


def _kind(start: Message) -> str:
    return Headers(raw=start["headers"]).get("content-type", "")
