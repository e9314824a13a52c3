"""Who is looking: one provider, injected at start, asked at every run of a page."""

from dataclasses import dataclass
from typing import Protocol

from assessment.roles import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """An account and the part it plays; an anonymous visitor has no account."""

    account: str | None
    role: Role


class IdentityProvider(Protocol):
    """Tells who stands behind the current request."""

    def current(self) -> Identity:
        """The identity behind the current request; never None: a stranger is the public."""
        ...


class AnonymousProvider:
    """Nobody signs in: every visitor is the public."""

    def current(self) -> Identity:
        """The anonymous public."""
        return Identity(account=None, role=Role.PUBLIC)


class FixedProvider:
    """Every visitor is the same account: an installation for one person, or a test."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def current(self) -> Identity:
        """The identity given at the start."""
        return self._identity


_provider: IdentityProvider = AnonymousProvider()


def set_provider(provider: IdentityProvider) -> IdentityProvider:
    """Make `provider` the one that is asked from now on. Returns the provider it replaces."""
    global _provider
    replaced, _provider = _provider, provider
    return replaced


def current_identity() -> Identity:
    """Who is looking, as the injected provider says."""
    return _provider.current()
