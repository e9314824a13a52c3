"""The databases of the data layer's tests, for use cases that read and write, and the demonstration at its last month."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assessment.baseline import base_line
from assessment.province import ProvincialSnapshot, provincial_snapshot
from data.database import engine_for, read_session
from data.repositories import PeriodRecord, periods
from data.setup import prepare_database
from scoring.baseline import BaseLine
from tests.assessment.appraising import published_office, submitted_office
from tests.data.conftest import new_database, postgres_server, shared_folder, sqlite, started, templates
from tests.data.databases import Databases

__all__ = ["new_database", "postgres_server", "shared_folder", "sqlite", "started", "templates"]


@pytest.fixture(scope="module")
def engine(new_database: Databases) -> Iterator[Engine]:
    """A database with the demonstration on the reference sets."""
    engine = new_database.opened(prepare_database)
    yield engine
    engine.dispose()


@pytest.fixture
def submitted(new_database: Databases) -> Iterator[Engine]:
    """Results that wait for approval."""
    engine = new_database.opened(submitted_office)
    yield engine
    engine.dispose()


@pytest.fixture
def published(new_database: Databases) -> Iterator[Engine]:
    """Published results."""
    engine = new_database.opened(published_office)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def period(engine: Engine) -> PeriodRecord:
    """The demonstration period of 2024; its December is open."""
    with read_session(engine) as session:
        return next(p for p in periods(session) if p.year == 2024)


@pytest.fixture(scope="module")
def december(engine: Engine, period: PeriodRecord) -> ProvincialSnapshot:
    """The province at the end of 2024."""
    with read_session(engine) as session:
        return provincial_snapshot(session, period, 12)


@pytest.fixture(scope="module")
def base(engine: Engine, december: ProvincialSnapshot) -> BaseLine:
    """The base line of 2023."""
    with read_session(engine) as session:
        return base_line(session, 2023, december)


@pytest.fixture
def trial(engine: Engine) -> Iterator[Session]:
    """A session whose changes are taken back."""
    with Session(engine_for(engine, "write")) as session:
        yield session
        session.rollback()
