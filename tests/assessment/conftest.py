"""The databases of the data layer's tests, for use cases that read and write."""

from tests.data.conftest import new_database, postgres_server

__all__ = ["new_database", "postgres_server"]
