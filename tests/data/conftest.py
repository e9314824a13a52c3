"""Databases for the tests of the data layer: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from criteria.model import Level
from data.database import write_session
from data.repositories import periods
from data.setup import prepare_database
from tests.data.databases import Databases, small_demonstration, small_sets
from tests.data.postgres import shared_server


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder of the test session that all workers see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if hasattr(request.config, "workerinput") else base


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path) -> Iterator[str]:
    """Address of the session's PostgreSQL server."""
    with shared_server(shared_folder) as url:
        yield url


@pytest.fixture(scope="session")
def templates(shared_folder: Path) -> Path:
    """Where the workers note which databases were filled once, to be copied by all of them."""
    folder = shared_folder / "templates"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    templates: Path,
) -> Iterator[Databases]:
    """Gives settings of a new, empty database at each call, or of a copy of a filled one."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else ""
    databases = Databases(server, lambda: tmp_path_factory.mktemp("dti"), templates)
    yield databases
    databases.discard()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, templates: Path) -> Databases:
    """Gives settings of SQLite databases: new, empty ones, and copies of filled ones."""
    return Databases("", lambda: tmp_path_factory.mktemp("dti"), templates)


@pytest.fixture(scope="module")
def started(sqlite: Databases) -> Iterator[Engine]:
    """A SQLite database as the first start of the application fills it: the demonstration on the reference sets."""
    engine = sqlite.opened(prepare_database)
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
