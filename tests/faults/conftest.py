"""Databases for trials, and whatever the browser suite stands on."""

from tests.data.conftest import postgres_server, shared_folder, sqlite, templates
from tests.e2e.conftest import browser_type_launch_args, new_context, watch

__all__ = [
    "browser_type_launch_args",
    "new_context",
    "postgres_server",
    "shared_folder",
    "sqlite",
    "templates",
    "watch",
]
