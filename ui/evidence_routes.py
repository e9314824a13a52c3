"""Reading a document of the evidence: an address of our own, behind the gate, asked and noted every time."""

import datetime as dt

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from assessment.evidence_library import Opened, open_evidence, unknown_document
from assessment.permissions import Identity
from data.database import draft_session
from language import _
from ui import gateway
from ui.clock import now
from ui.gate import EVIDENCE, sent
from ui.gateway_evidence import store

MOST_NUMBER = 2**31 - 1
"""No document has a higher number: more than the databases can hold."""
_PRIVATE = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
}


def _opened(identity: Identity, evidence_id: int, moment: dt.datetime) -> Opened:
    with draft_session(gateway.engine()) as session:
        return open_evidence(session, store(), identity, evidence_id, moment)


async def read_evidence(request: Request) -> Response:
    """The file, to be saved under its name, or the way to the address.

    Who may not read it is told what is told of a document that does not exist.
    """
    found = sent(request).visit
    assert found is not None
    number: int = request.path_params["evidence_id"]
    if number > MOST_NUMBER:
        return PlainTextResponse(unknown_document(), 404, headers=_PRIVATE)
    try:
        opened = await to_thread.run_sync(_opened, found.identity, number, now())
    except PermissionError:
        return PlainTextResponse(unknown_document(), 404, headers=_PRIVATE)
    except LookupError as missing:
        return PlainTextResponse(str(missing.args[0]), 404, headers=_PRIVATE)
    if opened.link is not None:
        return RedirectResponse(opened.link, 303, headers=_PRIVATE)
    if opened.path is None or not opened.path.is_file():
        missing = _("Kho không còn tệp của tài liệu này; đề nghị báo người quản trị hệ thống.")
        return PlainTextResponse(missing, 404, headers=_PRIVATE)
    return FileResponse(opened.path, media_type=opened.media_type, filename=opened.name, headers=_PRIVATE)


EVIDENCE_ROUTES = [Route(EVIDENCE + "{evidence_id:int}", read_evidence, methods=["GET"])]
