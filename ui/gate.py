"""The gate before everything that is served: documents, files, Streamlit's own addresses and the websocket."""

import logging
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from anyio import to_thread
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assessment.permissions import VISITOR
from assessment.roles import Role
from assessment.sign_in import Pending, Visit, open_visit, visit
from data.faults import Fault, advice, fault_sentence, storage_fault
from language import _
from ui import gateway
from ui.clock import now
from ui.cookies import give_token, sent_token
from ui.navigation import DEFAULT_SCREEN, addresses, start_path
from ui.provider import provider
from ui.vietnamese import document_address, out_of_order_document, unknown_address_document

SIGN_IN = "/dang-nhap"
SIGN_OUT = "/dang-xuat"
PASSWORD = "/doi-mat-khau"
SECOND_FACTOR = "/xac-thuc"
PROVIDER = "/dang-nhap/oidc"
PROVIDER_RETURN = "/dang-nhap/oidc/tro-lai"
"""Registered at the identity provider: where it sends browsers back to."""
METRICS = "/_stcore/metrics"
"""Who uses the application, and how much, is nobody's to read over the network."""
EVIDENCE = "/tai-lieu/"
"""What the addresses of documents of the evidence begin with."""
PENDING_PAGES = {
    Pending.CHANGE_PASSWORD: PASSWORD,
    Pending.SECOND_FACTOR: SECOND_FACTOR,
    Pending.ENROL: SECOND_FACTOR,
}
UPLOADS = "/_stcore/upload_file/"
"""What the addresses begin with to which files are sent: no screen of a visitor takes any, and the server keeps them."""
SESSION_HEADER = b"x-dti-session"
"""By which Streamlit is told whose websocket it is (server.trustedUserHeaders): it gives back what was left on a screen
only to the session that left it."""
_PUBLIC_FILES = ("/static/", "/favicon")
_PUBLIC = frozenset({"/_stcore/health", "/suc-khoe"})
_OWN_PAGES = (SIGN_IN, SIGN_OUT, PASSWORD, SECOND_FACTOR)
_PROVIDER_PAGES = (PROVIDER, PROVIDER_RETURN)
_VISIT = "dti_visit"
_logger = logging.getLogger(__name__)
LATER = 1013
"""Close code of a websocket that the server cannot serve for now. Source: registry of RFC 6455."""
RETRY_SECONDS = 10
REFUSED = 4401
"""Close code of a websocket whose session is not live: 4000 and above are the application's own."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the browser sent: the token of its cookie, None without one, and the live session behind it."""

    token: str | None
    visit: Visit | None


def safe_next(target: str | None) -> str:
    """A screen of this server to go on to; the root for anything else, so that nobody is led to another host.

    Documents of the evidence lead there too: an agency may have stored a link.
    """
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or not _is_screen(document_address(parts.path)) else target


def _is_screen(place: str | None) -> bool:
    return place is not None and (place in addresses() or place == DEFAULT_SCREEN.url_path)


def with_next(page: str, target: str) -> str:
    """The address of one of the sign-in pages, which leads on to the target."""
    return page if target == "/" else f"{page}?{urlencode({'toi': target})}"


def own_address(request: HTTPConnection, path: str) -> str:
    """The whole address of one of our pages, on the host and by the scheme by which the browser came."""
    return f"{request.url.scheme}://{request.url.netloc}{path}"


def sent(connection: HTTPConnection) -> Sent:
    """What the gate has found out about the browser. Raises KeyError behind no gate."""
    return connection.scope[_VISIT]


def _kind(scope: Scope) -> str:
    path = scope["path"]
    if scope["type"] == "websocket":
        return "websocket"
    if path in _PUBLIC or path.startswith(_PUBLIC_FILES):
        return "public"
    if path in _OWN_PAGES or (path in _PROVIDER_PAGES and provider() is not None):
        return "own"
    if path.startswith(EVIDENCE):
        return "other"
    place = document_address(path)
    if place is None or scope["method"] not in ("GET", "HEAD"):
        return "other"
    return "document" if _is_screen(place) else "nowhere"


class Gate:
    """Pure ASGI middleware: a forged, revoked or ended session is refused whatever it asks for.

    A browser that comes to a screen without a cookie gets a visitor's session. Documents lead to the page where to sign
    in, or where to finish signing in; an address without a screen is answered with 404, other requests with 401,
    websockets are closed. The root leads whoever begins on another screen there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request through the wrapped application, or refuse it, or say that the database does not answer."""
        kind = _kind(scope) if scope["type"] in ("http", "websocket") else "public"
        begun = False

        async def send_on(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._answer(scope, kind, receive, send_on)
        except ClientDisconnect:
            # Nobody is there any more to be answered: an upload that was cut off has left nothing.
            return
        except Exception as failure:
            fault = storage_fault(failure)
            if fault is None or begun:
                raise
            _logger.error("%s was not answered: %s", scope["path"], failure)
            if kind == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": LATER})
            else:
                await _out_of_order(scope, kind, fault)(scope, receive, send)

    async def _answer(self, scope: Scope, kind: str, receive: Receive, send: Send) -> None:
        if kind == "public":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if kind == "websocket" and is_foreign(connection):
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
            return
        token = sent_token(connection)
        found = await to_thread.run_sync(visit, gateway.engine(), token, now()) if token else None
        scope[_VISIT] = Sent(token, found)
        signed_in = found is not None and found.pending is None
        if found is not None and signed_in and scope["path"] == METRICS and found.identity.role != Role.ADMINISTRATOR:
            refused = _("Số đo vận hành chỉ dành cho người quản trị hệ thống.")
            await PlainTextResponse(refused, 403)(scope, receive, send)
        elif found is not None and signed_in and kind == "document" and _begins_elsewhere(scope, found):
            start = start_path(found.identity.role)
            await RedirectResponse(start, 303, headers={"cache-control": "no-store"})(scope, receive, send)
        elif found is not None and signed_in and scope["path"].startswith(UPLOADS) and found.identity == VISITOR:
            await PlainTextResponse(_("Chỉ người đã đăng nhập mới gửi được tệp."), 403)(scope, receive, send)
        elif kind == "own" or signed_in:
            await self._app(_marked(scope, found) if kind == "websocket" else scope, receive, send)
        elif kind == "document" and token is None:
            await self._welcome(connection, receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
        else:
            await _refusal(scope, kind, found)(scope, receive, send)

    async def _welcome(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Serves the document and gives the browser a visitor's session with it."""
        client = connection.headers.get("user-agent", "")
        token = await to_thread.run_sync(open_visit, gateway.engine(), now(), client)
        carrier = Response()
        give_token(carrier, connection, token)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.append("set-cookie", carrier.headers["set-cookie"])
                # A shared cache must not hand one visitor's cookie to the next.
                headers["cache-control"] = "no-store"
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(connection.scope, receive, send_with_cookie)


def is_foreign(connection: HTTPConnection) -> bool:
    """Whether a page of another host or port opens a websocket; Streamlit lets any page of this machine do so.

    Whoever names no page is no browser. A proxy may leave the port out of the host.
    """
    origin, host = connection.headers.get("origin"), connection.headers.get("host", "").lower()
    if origin is None:
        return False
    page = urlsplit(origin.lower())
    return (page.netloc if ":" in host else page.hostname) != host


def _marked(scope: Scope, found: Visit | None) -> Scope:
    """The scope of a websocket that names the session of the browser, and no other one that the browser wrote there."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != SESSION_HEADER]
    own = [] if found is None else [(SESSION_HEADER, str(found.session_id).encode())]
    return {**scope, "headers": [*kept, *own]}


def _begins_elsewhere(scope: Scope, found: Visit) -> bool:
    """Whether the root is asked for by somebody who begins on another screen."""
    return document_address(scope["path"]) == "" and start_path(found.identity.role) != "/"


def _out_of_order(scope: Scope, kind: str, fault: Fault) -> Response:
    """Why there is no answer: as a page where one is read, which asks again by itself unless something was sent."""
    sentence = f"{fault_sentence(fault)} {advice(fault)}"
    headers = {"cache-control": "no-store", "retry-after": str(RETRY_SECONDS)}
    if kind not in ("document", "own", "nowhere"):
        return PlainTextResponse(sentence, 503, headers=headers)
    again = RETRY_SECONDS if scope["method"] == "GET" else None
    return HTMLResponse(out_of_order_document(sentence, again), 503, headers=headers)


def _refusal(scope: Scope, kind: str, found: Visit | None) -> Response:
    if kind == "nowhere":
        return HTMLResponse(unknown_address_document(), 404)
    if kind != "document":
        return PlainTextResponse(_("Phiên đăng nhập không còn hiệu lực; đề nghị đăng nhập lại."), 401)
    query = scope.get("query_string", b"").decode("latin-1")
    target = safe_next(scope["path"] + (f"?{query}" if query else ""))
    page = SIGN_IN if found is None or found.pending is None else PENDING_PAGES[found.pending]
    return RedirectResponse(with_next(page, target), 303, headers={"cache-control": "no-store"})
