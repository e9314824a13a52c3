"""A database as the first start fills it, for what documents say of it."""

from tests.data.conftest import started, templates

__all__ = ["started", "templates"]
