"""Who is looking: one provider, injected at start, asked at every run of a page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import streamlit as st
from sqlalchemy import Engine

from assessment.permissions import VISITOR, Identity
from assessment.sign_in import visit
from ui.clock import now
from ui.cookies import token_among
from ui.run import DATA_VERSION, memory


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is looking, in which session, and the token that its forms must carry.

    second_factor: whether the account has one. data_version: of the figures when it was asked, None where nobody looked.
    """

    identity: Identity
    csrf: str = ""
    session_id: int | None = None
    second_factor: bool = False
    data_version: int | None = None


class SessionEndedError(Exception):
    """The session behind the page was revoked or has ended."""


class IdentityProvider(Protocol):
    """Tells who stands behind the current request."""

    def current(self) -> Signed:
        """Who stands behind the current request; never None: a stranger is the public.

        Raises SessionEndedError when the session was revoked or has ended.
        """
        ...


class AnonymousProvider:
    """Nobody signs in: every visitor is the public."""

    def current(self) -> Signed:
        """The anonymous public."""
        return Signed(VISITOR)


class FixedProvider:
    """Every visitor is the same account: an installation for one person, or a test."""

    def __init__(self, identity: Identity) -> None:
        self._signed = Signed(identity)

    def current(self) -> Signed:
        """The identity given at the start."""
        return self._signed


class SessionProvider:
    """The session row of the browser's cookie, read at every run, so that a revoked session ends at its next run."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    def current(self) -> Signed:
        """The identity behind the cookie with which the page's connection was opened. Raises SessionEndedError."""
        token = token_among(st.context.cookies)
        found = None if token is None else visit(self._engine(), token, now())
        if found is None or found.pending is not None:
            raise SessionEndedError
        return Signed(found.identity, found.csrf, found.session_id, found.second_factor, found.data_version)


_provider: IdentityProvider = AnonymousProvider()
_SIGNED, _UNASKED = "signed", "signed_unasked"


def set_provider(provider: IdentityProvider) -> IdentityProvider:
    """Make `provider` the one that is asked from now on. Returns the provider it replaces."""
    global _provider
    replaced, _provider = _provider, provider
    memory().clear()
    return replaced


def signed() -> Signed:
    """Who is looking, as the injected provider says now; a run begins with it. Raises SessionEndedError."""
    memory().clear()
    found = _provider.current()
    memory().update({_SIGNED: found, _UNASKED: found})
    if found.data_version is not None:
        memory()[DATA_VERSION] = found.data_version
    return found


def current_identity() -> Identity:
    """Who is looking, asked anew: what every write stands on. Raises SessionEndedError."""
    return signed().identity


def identity_of_page() -> Identity:
    """Who was looking when the script began of which the page is a part, once; asked anew for a page or a part of it that
    runs alone. Raises SessionEndedError."""
    found: Signed | None = memory().pop(_UNASKED, None)
    return (found or signed()).identity


def identity_of_run() -> Identity:
    """Who was looking when the run of the page began: what reads stand on, of which a run makes many."""
    found: Signed | None = memory().get(_SIGNED)
    return (found or signed()).identity


def session_of_run() -> int | None:
    """The session in which the run of the page began; None where nobody signs in."""
    found: Signed | None = memory().get(_SIGNED)
    return (found or signed()).session_id
