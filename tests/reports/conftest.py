"""Databases of SQLite, for files made of what is stored."""

from tests.data.conftest import shared_folder, sqlite, templates

__all__ = ["shared_folder", "sqlite", "templates"]
