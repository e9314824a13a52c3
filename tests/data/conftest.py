"""Databases for the tests of the data layer: each test runs on SQLite and on PostgreSQL."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from criteria.model import Level
from data.database import make_engine, write_session
from data.repositories import periods
from data.seeding import seed_demonstration, seed_reference
from data.settings import Settings
from data.setup import migrate, prepare_database
from tests.data.postgres import shared_server

SETS = Path(__file__).parent / "sets"
LEVELS: tuple[Level, ...] = ("province", "department", "district", "commune")


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of the session's PostgreSQL server."""
    base = tmp_path_factory.getbasetemp()
    with shared_server(base.parent if hasattr(request.config, "workerinput") else base) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Settings]]:
    """Gives settings of a new, empty database at each call."""
    if request.param == "sqlite":
        yield lambda: Settings(database_url="", dti_folder=tmp_path_factory.mktemp("dti"))
        return
    server, numbers, made = request.getfixturevalue("postgres_server"), count(1), []
    # Two workers may run tests of one module at the same time.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    module = re.sub(r"\W", "_", f"{request.module.__name__}_{worker}")[-40:].lower()

    def create() -> Settings:
        name = f"{module}_{next(numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        made.append(name)
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        return Settings(database_url=url, dti_folder=tmp_path_factory.mktemp("dti"))

    yield create
    with psycopg.connect(server, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A SQLite database as the first start of the application fills it: the demonstration on the reference sets."""
    engine = prepare_database(Settings(database_url="", dti_folder=tmp_path_factory.mktemp("dti")))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def set_texts() -> dict[Level, str]:
    """The small criteria sets of these tests, by level."""
    return {level: (SETS / f"{level}.yaml").read_text(encoding="utf-8") for level in LEVELS}


@pytest.fixture(scope="module")
def engine(new_database: Callable[[], Settings], set_texts: dict[Level, str]) -> Iterator[Engine]:
    """A database with the reference tables and a demonstration on the small criteria sets."""
    engine = make_engine(new_database().url)
    migrate(engine)
    with write_session(engine) as session:
        seed_reference(session)
        seed_demonstration(session, set_texts)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def period_id(engine: Engine) -> int:
    """The demonstration period of 2024."""
    with write_session(engine) as session:
        return next(period.id for period in periods(session) if period.year == 2024)
