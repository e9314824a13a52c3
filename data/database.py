"""Engine and sessions. A write session is the only one that writes, one at a time, and commits once or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, text, update
from sqlalchemy.orm import Session

from data.models import DataVersion

Purpose = Literal["read", "write", "schema"]
_PURPOSE = "dti_purpose"
ACCOUNTS_LOCK = 968_2025
"""Key of the PostgreSQL advisory lock under which accounts and sign-ins are written."""
DRAFTS_LOCK = 968_2026
"""Key of the PostgreSQL advisory lock under which drafts are written."""
EVIDENCE_LOCK = 968_2027
"""Key of the PostgreSQL advisory lock under which files of the evidence come and go."""


def _use_sqlite_settings(connection: Any, record: object) -> None:
    # The driver's own transaction control would start a transaction only at the first change: updates get lost.
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    purpose = connection.get_execution_options().get(_PURPOSE, "read")
    # A migration rebuilds tables: with foreign keys on, dropping the old table would delete the rows that refer to it.
    connection.exec_driver_sql("PRAGMA foreign_keys=" + ("OFF" if purpose == "schema" else "ON"))
    connection.exec_driver_sql("PRAGMA query_only=" + ("ON" if purpose == "read" else "OFF"))
    connection.exec_driver_sql("BEGIN" if purpose == "read" else "BEGIN IMMEDIATE")


def make_engine(url: URL) -> Engine:
    """The engine of a database. Nothing is opened yet, except that the folder of a SQLite file is made."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True, pool_recycle=1800)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _use_sqlite_settings)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def engine_for(engine: Engine, purpose: Purpose) -> Engine:
    """The same engine (and pool) whose transactions read, write, or change the schema."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_PURPOSE: purpose})
    if purpose == "read":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the data from its first query to its end; the database refuses its writes."""
    with Session(engine_for(engine, "read")) as session:
        yield session


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """A session that writes: alone from the start, commits once at the end, rolls back whole on any error.

    The data version is raised first. On PostgreSQL the lock on its row makes writers wait for each other, as
    BEGIN IMMEDIATE does on SQLite, so that read-then-write inside the session loses no update.
    """
    with Session(engine_for(engine, "write")) as session, session.begin():
        session.execute(update(DataVersion).values(version=DataVersion.version + 1))
        yield session


def take_lock(session: Session, key: int) -> None:
    """Waits until no other writing session holds the lock, and holds it to the end of the transaction.

    On SQLite nothing else writes anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


@contextmanager
def _quiet_session(engine: Engine, key: int) -> Iterator[Session]:
    with Session(engine_for(engine, "write")) as session, session.begin():
        take_lock(session, key)
        yield session


@contextmanager
def account_session(engine: Engine) -> Iterator[Session]:
    """A session that writes accounts and sign-ins, one at a time, as `write_session` writes figures.

    The data version stays: no figure depends on who is signed in, and nobody's sign-in may empty the caches.
    """
    with _quiet_session(engine, ACCOUNTS_LOCK) as session:
        yield session


@contextmanager
def draft_session(engine: Engine) -> Iterator[Session]:
    """A session that writes drafts, one at a time. The data version stays: no figure that others see depends on them."""
    with _quiet_session(engine, DRAFTS_LOCK) as session:
        yield session
