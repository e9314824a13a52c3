"""The gate before files that pages have made: Streamlit gives one to whoever knows its address."""

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.media_file_storage import MediaFileKind

from language import _
from ui.downloads import ASKED
from ui.gate import sent

FILES = "/media/"
"""What the addresses of such files begin with."""


def _is_open(scope: Scope) -> bool:
    """Whether the browser may have what it asks for. The icon in its tab, which a page shows unasked, is everybody's."""
    file = runtime.get_instance().media_file_mgr.read_file(scope["path"].removeprefix(FILES))
    if file is None or file.kind is not MediaFileKind.DOWNLOADABLE:
        return file is not None
    found = sent(HTTPConnection(scope)).visit
    return found is not None and ASKED.knows(file.content, found.session_id)


class DownloadGate:
    """Pure ASGI middleware behind the gate: a file is there for the session that asked for it, for nobody else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request through the wrapped application; 404 for a file that is not there or another session's."""
        if scope["type"] != "http" or not scope["path"].startswith(FILES) or _is_open(scope):
            await self._app(scope, receive, send)
            return
        gone = _("Không có tệp này, hoặc tệp không còn được giữ. Đề nghị mở lại trang và tải lại tệp.")
        await PlainTextResponse(gone, 404, headers={"cache-control": "no-store"})(scope, receive, send)
