"""How much of what is sent to the server and not yet saved one account may have there at once."""

from collections import defaultdict

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from language import _
from ui.gate import UPLOADS, sent

MOST_HELD = 200 * 2**20
"""Bytes of files: ten of the largest. The server keeps them in memory until the screen that took them is left."""


def _held(screens: set[str]) -> int:
    """Bytes of the files that these screens hold; screens that hold none any more are taken out of the set."""
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    storage = manager.file_storage
    screens.intersection_update(storage.keys())
    return sum(len(file.data) for screen in screens for file in tuple(storage.get(screen, {}).values()))


class UploadLimit:
    """Pure ASGI middleware behind the gate: a file that is too much beside the others of its account is refused."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._screens: dict[int | None, set[str]] = defaultdict(set)
        self._coming: dict[int | None, int] = defaultdict(int)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request through the wrapped application; 411 for a file of untold size, 413 for one too many."""
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(UPLOADS):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        length, found = connection.headers.get("content-length", ""), sent(connection).visit
        if not length.isdecimal():
            refused = _("Yêu cầu gửi tệp không nêu dung lượng; hãy chọn lại tệp trên màn hình rồi gửi.")
            await PlainTextResponse(refused, 411)(scope, receive, send)
            return
        own = None if found is None else found.identity.account_id
        screens, size = self._screens[own], int(length)
        if _held(screens) + self._coming[own] + size > MOST_HELD:
            refused = _("Các tệp đang gửi của tài khoản đã quá {most} MB; hãy lưu hoặc bỏ bớt tệp rồi gửi lại.")
            await PlainTextResponse(refused.format(most=MOST_HELD // 2**20), 413)(scope, receive, send)
            return
        self._coming[own] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[own] -= size
            screens.add(scope["path"].removeprefix(UPLOADS).partition("/")[0])
