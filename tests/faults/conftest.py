"""Databases for trials, and whatever the browser suite stands on."""

from tests.data.conftest import postgres_server, templates

__all__ = ["postgres_server", "templates"]
