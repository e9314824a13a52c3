"""Sessions: what commits, what rolls back, what is refused, and that no update is lost."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from data.database import engine_for, make_engine, read_session, write_session
from data.models import Input, Period, Seeding, Unit
from data.repositories import data_version
from data.settings import Settings
from data.setup import migrate

THREADS, ROUNDS = 8, 150


def _version(engine: Engine) -> int:
    with read_session(engine) as session:
        return data_version(session)


def test_a_write_session_raises_the_data_version_once(engine: Engine) -> None:
    before = _version(engine)
    with write_session(engine) as session:
        session.get_one(Unit, ("747", session.query(Unit.valid_from).limit(1).scalar()))
    assert _version(engine) == before + 1


def _delete_and_fail(engine: Engine) -> None:
    with write_session(engine) as session:
        session.execute(text("DELETE FROM input"))
        raise RuntimeError("stop")


def test_an_error_rolls_back_everything(engine: Engine) -> None:
    before = _version(engine)
    with pytest.raises(RuntimeError, match="stop"):
        _delete_and_fail(engine)
    assert _version(engine) == before
    with read_session(engine) as session:
        assert session.query(Input).limit(1).count() == 1


def test_a_read_session_cannot_write(engine: Engine) -> None:
    with pytest.raises(DBAPIError), read_session(engine) as session:
        session.execute(text("DELETE FROM input"))
    with read_session(engine) as session:
        assert session.query(Input).limit(1).count() == 1


def test_a_read_session_sees_one_state(engine: Engine) -> None:
    with read_session(engine) as reader:
        before = data_version(reader)
        with write_session(engine):
            pass
        assert data_version(reader) == before
    assert _version(engine) == before + 1


def test_no_update_is_lost(engine: Engine, period_id: int) -> None:
    with write_session(engine) as session:
        row = session.query(Input).filter(Input.period_id == period_id, Input.number.is_not(None)).limit(1).one()
        row.number = 0.0
        key = (row.period_id, row.unit_code, row.unit_valid_from, row.criterion, row.input_key, row.month)
    failures: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(ROUNDS):
                with write_session(engine) as session:
                    found = session.get_one(Input, key)
                    found.number = (found.number or 0) + 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with read_session(engine) as session:
        assert session.get_one(Input, key).number == THREADS * ROUNDS


def test_a_row_changed_behind_ones_back_is_noticed(engine: Engine, period_id: int) -> None:
    with write_session(engine) as session:
        period = session.get_one(Period, period_id)
        session.execute(text("UPDATE period SET version = version + 1"))
        period.name = "Năm 2024, tên khác"
        with pytest.raises(StaleDataError):
            session.flush()
        session.rollback()


def test_sqlite_is_set_up_for_safety(tmp_path: Path) -> None:
    engine = make_engine(Settings(database_url="", dti_folder=tmp_path).url)
    migrate(engine)
    with write_session(engine) as session:
        found = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        found |= {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("foreign_keys", "busy_timeout")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    engine.dispose()


def test_a_migration_does_not_cascade_into_other_tables(tmp_path: Path) -> None:
    engine = make_engine(Settings(database_url="", dti_folder=tmp_path).url)
    migrate(engine)
    with engine_for(engine, "schema").begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    with write_session(engine) as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_a_writer_waits_for_the_other(new_database: Callable[[], Settings]) -> None:
    engine = make_engine(new_database().url)
    migrate(engine)
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait(10)
        with write_session(engine) as session:
            order.append("second")
            assert session.get(Seeding, "first") is not None

    thread = threading.Thread(target=second)
    thread.start()
    with write_session(engine) as session:
        inside.set()
        thread.join(0.3)
        order.append("first")
        session.execute(text("INSERT INTO seeding (name, done_at) VALUES ('first', '2024-01-01 00:00:00')"))
    thread.join(10)
    assert order == ["first", "second"]
    engine.dispose()
