"""Who is looking: one provider, injected at start, asked at every run of a page."""

from dataclasses import dataclass
from typing import Protocol

import streamlit as st

from assessment.permissions import VISITOR, Identity
from assessment.sign_in import visit
from ui import gateway
from ui.cookies import token_among
from ui.gate import now

__all__ = ["AnonymousProvider", "FixedProvider", "Identity", "SessionProvider", "Signed", "current_identity", "signed"]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who is looking, and the token that forms of this session must carry."""

    identity: Identity
    csrf: str = ""


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

    def current(self) -> Signed:
        """The identity behind the cookie with which the page's connection was opened. Raises SessionEndedError."""
        token = token_among(st.context.cookies)
        found = None if token is None else visit(gateway.engine(), token, now())
        if found is None or found.pending is not None:
            raise SessionEndedError
        return Signed(found.identity, found.csrf)


_provider: IdentityProvider = AnonymousProvider()


def set_provider(provider: IdentityProvider) -> IdentityProvider:
    """Make `provider` the one that is asked from now on. Returns the provider it replaces."""
    global _provider
    replaced, _provider = _provider, provider
    return replaced


def signed() -> Signed:
    """Who is looking, as the injected provider says. Raises SessionEndedError."""
    return _provider.current()


def current_identity() -> Identity:
    """Who is looking. Raises SessionEndedError."""
    return signed().identity
