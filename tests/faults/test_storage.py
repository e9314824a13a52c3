"""What the use cases meet when the database is locked, gone or full, and in which sentences it is told."""

import errno
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from assessment.sign_in import open_visit, visit
from data.database import make_engine, read_session, try_to_write
from data.faults import Fault, storage_fault, unsaved_sentences
from data.settings import Settings
from tests.assessment.reporting import NOW
from tests.data.databases import Databases
from tests.data.postgres import halt, launch, shared_server
from tests.faults.saves import Office, small_office


@pytest.fixture
def settings(sqlite: Databases) -> Settings:
    """A SQLite database with a small office in it."""
    return sqlite.copy_of(small_office)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Its engine, as the product makes it."""
    engine = make_engine(settings.url)
    yield engine
    engine.dispose()


def fault_of(action: Callable[[], object]) -> Fault | None:
    """What the failure of an action says of the database or the disk."""
    with pytest.raises((DBAPIError, NoConnectionError, OSError)) as failed:
        action()
    return storage_fault(failed.value)


def one_save(settings: Settings, engine: Engine, number: int, kind: str) -> Callable[[], object]:
    """A save of a kind, still to be done."""
    office, chance = Office(settings, engine), random.Random(0)
    drawn = (office.save(number, chance) for _try in range(100))
    return next(save for own, save in drawn if own == kind)


def saves(settings: Settings, engine: Engine, number: int) -> list[Callable[[], object]]:
    """One save of each kind."""
    return [one_save(settings, engine, number, kind) for kind in ("type 747", "evidence", "figures")]


def counts(engine: Engine) -> list[int]:
    """How many rows there are of what the saves write."""
    names = ("draft", "input", "evidence", "evidence_file", "audit_entry", "audit_change")
    with read_session(engine) as session:
        return [session.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in names]


def test_nobody_waits_longer_for_what_may_be_left_out(settings: Settings, engine: Engine) -> None:
    token = open_visit(engine, NOW)
    with closing(sqlite3.connect(settings.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert fault_of(lambda: try_to_write(engine)) is Fault.BUSY
        # That a session is used cannot be noted; whoever comes with it is let in.
        assert visit(engine, token, NOW.replace(hour=4)) is not None
        other.execute("ROLLBACK")
    try_to_write(engine)


@pytest.mark.parametrize("kind", ["type 747", "evidence", "figures"])
def test_a_full_database_takes_a_save_whole_or_not_at_all(settings: Settings, engine: Engine, kind: str) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    # What is left on the last pages takes some saves more.
    fault, before = None, counts(engine)
    for number in range(2, 500):
        before = counts(engine)
        try:
            one_save(settings, engine, number, kind)()
        except OperationalError as failure:
            fault = storage_fault(failure)
            break
    assert fault is Fault.FULL
    assert counts(engine) == before


def test_a_moved_file_is_neither_written_nor_made_anew(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    database = Path(settings.url.database or "")
    before, waiting = counts(engine), saves(settings, engine, 5)
    moved = database.rename(tmp_path / "moved.sqlite3")
    assert {fault_of(save) for save in waiting} == {Fault.GONE}
    assert fault_of(lambda: counts(engine)) is Fault.GONE
    assert not database.exists()
    moved.rename(database)
    assert counts(engine) == before
    for save in waiting:
        save()
    assert counts(engine) > before


def test_a_stopped_server_is_gone_and_comes_back(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    # A server of this test's own: it is stopped.
    with shared_server(tmp_path) as server:
        own = Databases(server, lambda: tmp_path_factory.mktemp("office"), tmp_path)()
        engine = small_office(own)
        before = counts(engine)
        state = json.loads((tmp_path / "postgres.json").read_text())
        halt(state)
        assert fault_of(lambda: counts(engine)) is Fault.GONE
        assert fault_of(lambda: try_to_write(engine)) is Fault.GONE
        launch(state)
        assert counts(engine) == before
        for save in saves(own, engine, 5):
            save()
        assert counts(engine) > before
        engine.dispose()


@pytest.mark.parametrize(
    ("failure", "fault"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Fault.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Fault.FULL),
        (PermissionError(errno.EACCES, "Permission denied"), Fault.REFUSING),
        (PermissionError("Vai trò này không được làm việc đó."), None),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), None),
        (NoConnectionError("QueuePool limit reached"), Fault.BUSY),
        (OperationalError("", None, psycopg.errors.DiskFull()), Fault.FULL),
        (OperationalError("", None, psycopg.errors.LockNotAvailable()), Fault.BUSY),
        (OperationalError("", None, psycopg.errors.TooManyConnections()), Fault.BUSY),
        (OperationalError("", None, psycopg.errors.AdminShutdown()), Fault.GONE),
        (OperationalError("", None, psycopg.OperationalError("connection refused")), Fault.GONE),
        (OperationalError("", None, psycopg.errors.ReadOnlySqlTransaction()), Fault.REFUSING),
        (OperationalError("", None, psycopg.errors.QueryCanceled()), None),
        (OperationalError("", None, sqlite3.OperationalError("no such table: draft")), None),
        (ValueError("12"), None),
    ],
    ids=lambda value: value.value if isinstance(value, Fault) else None,
)
def test_a_failure_is_told_as_what_it_is(failure: Exception, fault: Fault | None) -> None:
    assert storage_fault(failure) is fault


def test_every_fault_has_its_sentences() -> None:
    said = {fault: unsaved_sentences(fault) for fault in Fault}
    assert said[Fault.FULL] == (
        "Ổ đĩa chứa dữ liệu đã đầy. Chưa lưu gì; nội dung đã nhập còn nguyên trên trang này, đừng đóng trang. "
        "Đề nghị báo ngay người quản trị hệ thống, rồi thực hiện lại khi đã khắc phục."
    )
    assert len(set(said.values())) == len(Fault)
