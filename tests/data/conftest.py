"""Databases for the tests of the data layer: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from criteria.model import Level
from data.database import write_session
from data.repositories import periods
from data.settings import Settings
from data.setup import prepare_database
from tests.data.databases import Databases, Key, small_demonstration, small_sets
from tests.data.postgres import shared_server


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of the session's PostgreSQL server."""
    base = tmp_path_factory.getbasetemp()
    with shared_server(base.parent if hasattr(request.config, "workerinput") else base) as url:
        yield url


@pytest.fixture(scope="session")
def templates() -> dict[Key, Settings]:
    """Databases that were filled once, by server and by what filled them."""
    return {}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    templates: dict[Key, Settings],
) -> Iterator[Databases]:
    """Gives settings of a new, empty database at each call, or of a copy of a filled one."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else ""
    databases = Databases(server, lambda: tmp_path_factory.mktemp("dti"), templates)
    yield databases
    databases.discard()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory, templates: dict[Key, Settings]) -> Iterator[Engine]:
    """A SQLite database as the first start of the application fills it: the demonstration on the reference sets."""
    engine = Databases("", lambda: tmp_path_factory.mktemp("dti"), templates).opened(prepare_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def set_texts() -> dict[Level, str]:
    """The small criteria sets of these tests, by level."""
    return small_sets()


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with the reference tables and a demonstration on the small criteria sets."""
    engine = new_database.opened(small_demonstration)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def period_id(engine: Engine) -> int:
    """The demonstration period of 2024."""
    with write_session(engine) as session:
        return next(period.id for period in periods(session) if period.year == 2024)
