"""Streamlit's own page in Vietnamese: language, title, built-in strings, and the answer to an unknown address.

Streamlit has no translations of its built-in strings and writes lang="en" into its only HTML document, so that
document is rewritten on its way out, and a small script in it translates the strings as they appear.
"""

import base64
import hashlib
import html
import json
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from language import _
from ui.navigation import DEFAULT_SCREEN, addresses, tab_title
from ui.security import document_policy

ASSETS = Path(__file__).parent / "assets"
DICTIONARY = ASSETS / "streamlit-vi.json"
_NOT_DOCUMENTS = ("/static/", "/_stcore/", "/media/", "/component/", "/app/static/")
_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_MARK_OF_STREAMLIT = b'<div id="root">'


def dictionary() -> dict[str, object]:
    """The built-in strings of Streamlit that we translate: exact `texts` and `patterns`."""
    return json.loads(DICTIONARY.read_text(encoding="utf-8"))


def translation_script() -> str:
    """The script that tells the frontend where its server is, and translates its built-in strings in the browser."""
    # "</" inside a script element would end it.
    words = json.dumps(dictionary(), ensure_ascii=False).replace("</", "<\\/")
    script = (ASSETS / "translate.js").read_text(encoding="utf-8")
    return script.replace('"@@DICTIONARY@@"', words).replace('"@@ROOT@@"', json.dumps(_root()))


@lru_cache(maxsize=4)
def vietnamese_document(document: bytes) -> bytes:
    """Streamlit's HTML document with Vietnamese language, title, notice and our scripts."""
    title = html.escape(_("DTI Bà Rịa - Vũng Tàu"))
    notice = html.escape(_("Trang này cần JavaScript. Đề nghị bật JavaScript trong trình duyệt rồi tải lại trang."))
    text = document.decode("utf-8")
    text = text.replace('<html lang="en">', '<html lang="vi">', 1)
    text = re.sub(r"<title>.*?</title>", lambda _m: f"<title>{title}</title>", text, count=1, flags=re.DOTALL)
    text = re.sub(
        r"<noscript>.*?</noscript>",
        lambda _m: f"<noscript><p>{notice}</p></noscript>",
        text,
        count=1,
        flags=re.DOTALL,
    )
    text = re.sub(r"\s*<!--(?:(?!-->).)*agent API.*?-->\s*<link rel=\"service-desc\"[^>]*>", "", text, flags=re.DOTALL)
    leaving = (ASSETS / "leaving.js").read_text(encoding="utf-8")
    scripts = f"<script>{translation_script()}</script>\n<script>{leaving}</script>"
    return text.replace("<head>", f"<head>\n{scripts}", 1).encode("utf-8")


def unknown_address_document() -> bytes:
    """The page that answers an address under which there is no screen."""
    link = f'<p><a href="{_root()}">{html.escape(_("Về trang đầu"))}</a></p>'
    sentence = _("Địa chỉ này không có trang nào. Đề nghị kiểm tra lại địa chỉ hoặc mở từ trang đầu.")
    return _plain_document(_("Không tìm thấy trang"), sentence, link)


def out_of_order_document(sentence: str, again: int | None) -> bytes:
    """The page that answers while the database does not. again: after how many seconds it asks again by itself."""
    refresh = "" if again is None else f'<meta http-equiv="refresh" content="{again}">'
    told = "" if again is None else f"<p>{html.escape(_('Trang tự thử lại sau {n} giây.').format(n=again))}</p>"
    return _plain_document(_("Tạm thời chưa phục vụ được"), sentence, told, refresh)


def _plain_document(title: str, sentence: str, more: str, head: str = "") -> bytes:
    shown = html.escape(title)
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{html.escape(tab_title(title))}</title>{head}'
        "<style>body{font:1rem/1.5 sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}</style></head>"
        f"<body><main><h1>{shown}</h1><p>{html.escape(sentence)}</p>{more}</main></body></html>"
    ).encode()


def inline_script_hashes(document: bytes) -> list[str]:
    """The content-security-policy sources of the inline scripts in a document."""
    return [
        "'sha256-" + base64.b64encode(hashlib.sha256(script).digest()).decode() + "'"
        for script in _INLINE_SCRIPT.findall(document)
    ]


def _root() -> str:
    base = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}/" if base else "/"


def document_address(path: str) -> str | None:
    """The path below the root without slashes; None when it lies outside or cannot be a document."""
    if not (path + "/").startswith(_root()):
        return None
    below = below_root(path)
    return None if below.startswith(_NOT_DOCUMENTS) else below.strip("/")


def below_root(path: str) -> str:
    """A path that lies below the root, from there on."""
    return "/" + path[len(_root()) :]


class VietnameseDocument:
    """Pure ASGI middleware that rewrites Streamlit's HTML document.

    An address without a screen is answered with 404; the start page's own address leads to the root, where
    Streamlit serves it. Everything that is not that document passes untouched.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request through the wrapped application."""
        address = document_address(scope["path"]) if scope["type"] == "http" else None
        if address is None or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        elif address == DEFAULT_SCREEN.url_path:
            await _send_to_root(scope, send)
        else:
            await _Rewriting(scope, address, send).run(self._app, receive)


class _Rewriting:
    """One request whose answer may be Streamlit's document: the answer is held back until that is known."""

    def __init__(self, scope: Scope, address: str, send: Send) -> None:
        self._scope = scope
        self._address = address
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        await app(self._plain_scope(), receive, self._collect)

    def _plain_scope(self) -> Scope:
        """The request without compression, conditions and ranges: they speak of the original document."""
        dropped = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
        headers = [(k, v) for k, v in self._scope["headers"] if k.lower() not in dropped]
        return {**self._scope, "method": "GET", "headers": headers}

    async def _collect(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            if not self._is_html():
                await self._send(message)
        elif message["type"] != "http.response.body" or not self._is_html():
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()

    def _is_html(self) -> bool:
        assert self._start is not None
        return Headers(raw=self._start["headers"]).get("content-type", "").startswith("text/html")

    async def _finish(self) -> None:
        assert self._start is not None
        status, body = self._start["status"], self._body
        if _MARK_OF_STREAMLIT in body:
            known = self._address in addresses()
            status, body = (200, vietnamese_document(body)) if known else (404, unknown_address_document())
        tag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
        headers = MutableHeaders(raw=list(self._start["headers"]))
        for name in ("last-modified", "accept-ranges", "content-encoding"):
            del headers[name]
        headers["etag"] = tag
        headers["content-security-policy"] = document_policy(inline_script_hashes(body))
        if status == 200 and Headers(scope=self._scope).get("if-none-match") == tag:
            status, body = 304, b""
            del headers["content-length"]
        else:
            headers["content-length"] = str(len(body))
        await self._send({"type": "http.response.start", "status": status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": b"" if self._scope["method"] == "HEAD" else body})


async def _send_to_root(scope: Scope, send: Send) -> None:
    query = scope.get("query_string", b"")
    location = _root().encode() + (b"?" + query if query else b"")
    headers = [(b"location", location), (b"content-length", b"0"), (b"cache-control", b"no-cache")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
