"""The cookie that ties a browser to its session: nothing but a random token, out of reach of scripts."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import Response

from assessment.sign_in import LONGEST

PLAIN = "dti_phien"
SECURE = "__Host-dti_phien"
"""Browsers take it over https only, and never from a neighbouring host."""


def is_secure(connection: HTTPConnection) -> bool:
    """Whether the browser came by https; a reverse proxy on the same machine says so in X-Forwarded-Proto."""
    return connection.url.scheme in ("https", "wss")


def sent_token(connection: HTTPConnection) -> str | None:
    """The token of the browser's cookie; None without one."""
    return connection.cookies.get(SECURE if is_secure(connection) else PLAIN)


def token_among(cookies: Mapping[str, str]) -> str | None:
    """The token among the cookies of a page's connection, whose scheme is not known there; None without one."""
    return cookies.get(SECURE) or cookies.get(PLAIN)


def give_token(response: Response, connection: HTTPConnection, token: str) -> None:
    """Makes the response set the cookie."""
    secure = is_secure(connection)
    response.set_cookie(
        SECURE if secure else PLAIN,
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_token(response: Response, connection: HTTPConnection) -> None:
    """Makes the response delete the cookie."""
    secure = is_secure(connection)
    response.delete_cookie(SECURE if secure else PLAIN, path="/", secure=secure, httponly=True, samesite="lax")
