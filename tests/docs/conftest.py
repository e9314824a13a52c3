"""A database as the first start fills it, for what documents say of it."""

from tests.data.conftest import shared_folder, sqlite, started, templates

__all__ = ["shared_folder", "sqlite", "started", "templates"]
