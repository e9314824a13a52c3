"""Engine and sessions. A write session is the only one that writes, one at a time, and commits once or not at all."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, select, text, update
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from data.models import DataVersion

Purpose = Literal["read", "write", "schema"]
_PURPOSE, _BRIEF, _FILE, _SET = "dti_purpose", "dti_brief", "dti_file", "dti_set"
PATIENCE = 30_000
"""Milliseconds for which whoever saves waits for another who writes."""
BRIEF_PATIENCE = 1_000
"""Milliseconds for which what may be left out, or is tried again by itself, waits."""
ACCOUNTS_LOCK = 968_2025
"""Key of the PostgreSQL advisory lock under which accounts and sign-ins are written."""
DRAFTS_LOCK = 968_2026
"""Key of the PostgreSQL advisory lock under which drafts are written."""


def _use_sqlite_settings(connection: Any, record: object) -> None:
    # The driver's own transaction control would start a transaction only at the first change: updates get lost.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={PATIENCE}", "journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _use_postgresql_settings(connection: Any, record: object) -> None:
    connection.execute(f"SET lock_timeout = {PATIENCE}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    purpose = options.get(_PURPOSE, "read")
    wanted = (purpose, bool(options.get(_BRIEF)))
    # Most transactions read, as the one before on the same connection did.
    if connection.info.get(_SET) != wanted:
        connection.info.pop(_SET, None)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BRIEF_PATIENCE if options.get(_BRIEF) else PATIENCE}")
        # A migration rebuilds tables: with foreign keys on, dropping the old table would delete the rows that refer to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=" + ("OFF" if purpose == "schema" else "ON"))
        connection.exec_driver_sql("PRAGMA query_only=" + ("ON" if purpose == "read" else "OFF"))
        connection.info[_SET] = wanted
    connection.exec_driver_sql("BEGIN" if purpose == "read" else "BEGIN IMMEDIATE")


class _SameFile:
    """Keeps to the file that was opened first: SQLite would make a new one in its place, and go on in a moved one.

    A file that is put in its place is opened anew; while there is none, connecting fails.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened = False

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def before_opening(self, *_connecting: object) -> None:
        """Raises sqlite3.OperationalError when the file was there and is gone."""
        if self._opened and self._identity() is None:
            gone = sqlite3.OperationalError("the database file is gone")
            gone.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise gone

    def opened(self, _connection: object, record: Any) -> None:
        """Notes which file a new connection has opened."""
        record.info[_FILE] = self._identity()
        self._opened = True

    def handed_out(self, _connection: object, record: Any, _proxy: object) -> None:
        """Raises DisconnectionError, upon which the pool connects anew, when another file or none lies there now."""
        if record.info[_FILE] != self._identity():
            raise DisconnectionError


def make_engine(url: URL) -> Engine:
    """The engine of a database. Nothing is opened yet, except that the folder of a SQLite file is made."""
    if url.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_size=5, max_overflow=10, pool_pre_ping=True, pool_recycle=1800)
        event.listen(engine, "connect", _use_postgresql_settings)
        return engine
    engine = create_engine(url)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        same = _SameFile(url.database)
        event.listen(engine, "do_connect", same.before_opening)
        event.listen(engine, "connect", same.opened)
        event.listen(engine, "checkout", same.handed_out)
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


def hold_drafts(session: Session) -> None:
    """Waits until no draft session writes, and lets none begin before the transaction ends.

    For a write session that changes what drafts rest on: the two do not wait for each other otherwise. On SQLite nothing
    else writes anyway.
    """
    _take_lock(session, DRAFTS_LOCK)


def _take_lock(session: Session, key: int) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


@contextmanager
def _quiet_session(engine: Engine, key: int | None, *, brief: bool) -> Iterator[Session]:
    writing = engine_for(engine, "write").execution_options(**{_BRIEF: brief})
    with Session(writing) as session, session.begin():
        if brief and engine.dialect.name == "postgresql":
            session.execute(text(f"SET LOCAL lock_timeout = {BRIEF_PATIENCE}"))
        if key is not None:
            _take_lock(session, key)
        yield session


@contextmanager
def account_session(engine: Engine, *, brief: bool = False) -> Iterator[Session]:
    """A session that writes accounts and sign-ins, one at a time, as `write_session` writes figures.

    The data version stays: no figure depends on who is signed in, and nobody's sign-in may empty the caches. brief:
    waits a second at most for whoever else writes.
    """
    with _quiet_session(engine, ACCOUNTS_LOCK, brief=brief) as session:
        yield session


@contextmanager
def draft_session(engine: Engine, *, brief: bool = False) -> Iterator[Session]:
    """A session that writes drafts, one at a time. The data version stays: no figure that others see depends on them.

    brief: as in `account_session`.
    """
    with _quiet_session(engine, DRAFTS_LOCK, brief=brief) as session:
        yield session


def try_to_write(engine: Engine) -> None:
    """Takes the turn of a writer and gives it back. Raises as a save would when there is none within a second."""
    with _quiet_session(engine, None, brief=True) as session:
        # In the order in which a write session takes them, or each would wait for the other.
        session.execute(select(DataVersion.version).with_for_update())
        hold_drafts(session)


def answer(engine: Engine) -> None:
    """Reads. Raises when the database does not answer."""
    with read_session(engine) as session:
        session.execute(select(DataVersion.version))
