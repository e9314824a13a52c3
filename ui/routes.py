"""Addresses of our own beside Streamlit's."""

from anyio import to_thread
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from data.database import read_session
from ui import gateway
from ui.evidence_routes import EVIDENCE_ROUTES
from ui.navigation import ICON
from ui.provider_routes import provider_routes
from ui.sign_in_routes import SIGN_IN_ROUTES


def _database_answers() -> bool:
    try:
        with read_session(gateway.engine()) as session:
            return session.execute(text("SELECT 1")).scalar() == 1
    except SQLAlchemyError:
        return False


async def health(_request: Request) -> Response:
    """200 when the database answers, otherwise 503; says nothing else to a stranger."""
    alive = await to_thread.run_sync(_database_answers)
    return JSONResponse({"database": alive}, status_code=200 if alive else 503)


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
