"""The identity provider that is the second door, as the environment names it when the server starts."""

from functools import cache

from assessment.identity_provider import Provider, identity_provider
from data.settings import OidcSettings


@cache
def provider() -> Provider | None:
    """The provider; None where there is only the password. Raises ValueError for settings that cannot be used."""
    return identity_provider(OidcSettings())


def provider_label() -> str:
    """The provider's name on screens, empty without one."""
    found = provider()
    return found.label if found else ""
