"""A browser, or a client of a test's own, that is signed in: a session row in the database of a running server."""

import datetime as dt

from sqlalchemy import select

from assessment.sign_in import open_session
from data.database import account_session, make_engine
from data.models import Account
from data.settings import Settings
from ui.cookies import PLAIN


def session_token(settings: Settings, user_name: str | None) -> str:
    """The token of a new session of an account, or (None) of a visitor."""
    engine = make_engine(settings.url)
    try:
        with account_session(engine) as session:
            chosen = select(Account.id).where(Account.user_name == user_name)
            account_id = None if user_name is None else session.scalars(chosen).one()
            return open_session(session, account_id, dt.datetime.now(dt.UTC), "test", confirmed=True)
    finally:
        engine.dispose()


def cookie_header(token: str) -> dict[str, str]:
    """The header with which a client sends the token."""
    return {"Cookie": f"{PLAIN}={token}"}
