"""Addresses of our own beside Streamlit's."""

import shutil
from collections.abc import Callable

from anyio import to_thread
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from data.database import answer, try_to_write
from data.settings import Settings
from ui import gateway
from ui.evidence_routes import EVIDENCE_ROUTES
from ui.navigation import ICON
from ui.provider_routes import provider_routes
from ui.sign_in_routes import SIGN_IN_ROUTES

ROOM = 64 * 1024 * 1024
"""Bytes that must be free where the data lie: three times the largest file that may be sent."""


def _goes(work: Callable[[Engine], object]) -> bool:
    try:
        work(gateway.engine())
    except SQLAlchemyError:
        return False
    return True


def _has_room() -> bool:
    folder = Settings().dti_folder.resolve()
    there = next(own for own in (folder, *folder.parents) if own.is_dir())
    return shutil.disk_usage(there).free >= ROOM


def _state() -> dict[str, bool]:
    answers = _goes(answer)
    return {"database": answers, "writing": answers and _goes(try_to_write), "room": _has_room()}


async def health(_request: Request) -> Response:
    """200 when the database answers and takes writes and the disk has room, otherwise 503; says nothing else."""
    state = await to_thread.run_sync(_state)
    return JSONResponse(state, status_code=200 if all(state.values()) else 503)


async def icon(_request: Request) -> Response:
    """The product's own icon in place of Streamlit's."""
    return FileResponse(ICON, media_type="image/png")


ROUTES = [
    Route("/suc-khoe", health),
    Route("/favicon.png", icon),
    *SIGN_IN_ROUTES,
    *provider_routes(),
    *EVIDENCE_ROUTES,
]
