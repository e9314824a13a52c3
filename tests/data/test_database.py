"""Sessions: what commits, what rolls back, what is refused, and that no update is lost."""

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from data.database import engine_for, make_engine, read_session, write_session
from data.models import (
    Account,
    Base,
    CriteriaSetVersion,
    Input,
    NationalResult,
    Period,
    PeriodCriteriaSet,
    Scenario,
    Seeding,
    Snapshot,
    Unit,
    UnitTrait,
)
from data.repositories import data_version
from data.settings import PROJECT_ROOT, Settings
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


def _number_at_zero(engine: Engine, period_id: int) -> tuple[object, ...]:
    """Key of an input whose number is 0 now."""
    with write_session(engine) as session:
        row = session.query(Input).filter(Input.period_id == period_id, Input.number.is_not(None)).limit(1).one()
        row.number = 0.0
        return (row.period_id, row.unit_code, row.unit_valid_from, row.criterion, row.input_key, row.month)


def _number(engine: Engine, key: tuple[object, ...]) -> float | None:
    with read_session(engine) as session:
        return session.get_one(Input, key).number


def _in_threads(work: Callable[[], None]) -> None:
    failures: list[Exception] = []

    def noted() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=noted) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def add_one(session: Session, key: tuple[object, ...]) -> None:
    """Reads the number, then writes one more: whoever writes in between must not be passed over."""
    found = session.get_one(Input, key)
    found.number = (found.number or 0) + 1
    session.flush()


def test_no_update_of_1200_is_lost(engine: Engine, period_id: int) -> None:
    key = _number_at_zero(engine, period_id)

    def work() -> None:
        for _ in range(ROUNDS):
            with write_session(engine) as session:
                add_one(session, key)

    _in_threads(work)
    assert _number(engine, key) == THREADS * ROUNDS == 1200


def test_no_update_of_1200_is_lost_between_processes(engine: Engine, period_id: int) -> None:
    key = _number_at_zero(engine, period_id)
    url = engine.url.render_as_string(hide_password=False)
    program = f"from tests.data.test_database import add_300; import datetime; add_300({url!r}, {key!r})"
    started = [
        subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT_ROOT, stderr=subprocess.PIPE) for _ in range(4)
    ]
    errors = [process.communicate(timeout=300)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    assert _number(engine, key) == 4 * 300


def add_300(url: str, key: tuple[object, ...]) -> None:
    """What each of the processes does."""
    engine = make_engine(make_url(url))
    for _ in range(300):
        with write_session(engine) as session:
            add_one(session, key)
    engine.dispose()


def test_the_version_column_alone_loses_no_update_of_1200(engine: Engine, period_id: int) -> None:
    """Without the lock on the data version, a writer who comes second is told, reads again and loses nothing."""
    key = _number_at_zero(engine, period_id)

    def once() -> bool:
        try:
            with Session(engine_for(engine, "write")) as session, session.begin():
                add_one(session, key)
        except StaleDataError:
            return False
        return True

    def work() -> None:
        done = 0
        while done < ROUNDS:
            done += once()

    _in_threads(work)
    assert _number(engine, key) == THREADS * ROUNDS


UNVERSIONED = {
    "data_version": "one statement counts it up",
    "unit": "put in once, never changed",
    "unit_succession": "put in once, never changed",
    "ranking_list": "put in once, never changed",
    "ranking_list_member": "put in once, never changed",
    "seeding": "put in once, never changed",
    "national_year": "put in once, never changed",
    "national_index_rank": "put in once, never changed",
    "criteria_set_version": "refuses every change",
    "effort_table": "a correction is a new edition",
    "effort_line": "belongs to an edition",
    "effort_ceiling": "belongs to an edition",
    "national_result": "a correction is a new edition, and an edition is there once",
    "person": "written with its account, whose version is checked",
    "recovery_code": "made and used up, never changed",
    "sign_in_session": "one browser's own; what is ended stays so",
    "internal_total": "the office replaces its own by command, whole",
    "audit_entry": "the database refuses every change",
    "audit_change": "the database refuses every change",
    "holiday": "the office's last word on a day holds; those before it stand in the log",
    "presence": "one account's own sign of life",
    "evidence_file": "put in once, never changed",
    "evidence_use": "where a document proves something: the last word holds, each stands in the log",
    "evidence_reading": "put in once, never changed",
    "secret_removal": "put in once, never changed",
    "ruling": "the database refuses every change",
    "earlier_explanation": "put in once, never changed",
    "reopening": "the database refuses every change",
    "publication": "the database refuses every change",
}
"""Tables without a version column, and why they need none."""


def test_every_table_whose_rows_change_has_a_version_that_each_write_checks() -> None:
    unversioned = {m.class_.__tablename__ for m in Base.registry.mappers if m.version_id_col is None}
    assert unversioned == set(UNVERSIONED)


BEHIND_ONES_BACK: dict[str, tuple[type[Any], str, str, object]] = {
    "period": (Period, "UPDATE period SET version = version + 1", "name", "Năm 2024, tên khác"),
    "snapshot": (Snapshot, "UPDATE snapshot SET version = version + 1", "closed", None),
    "unit_trait": (UnitTrait, "UPDATE unit_trait SET version = version + 1", "has_public_services", None),
    "input": (Input, "UPDATE input SET version = version + 1", "origin", "source_system"),
    "account": (Account, "UPDATE account SET version = version + 1", "failed", 1),
    "scenario": (Scenario, "UPDATE scenario SET version = version + 1", "name", "Kịch bản khác"),
}


def _rows_of_empty_tables(period_id: int) -> list[Base]:
    now = dt.datetime(2024, 5, 6, tzinfo=dt.UTC)
    scenario = Scenario(name="Kịch bản", period_id=period_id, month=12, base_year=2023, content="{}")
    scenario.created_at = scenario.changed_at = now
    account = Account(user_name="vp", folded="vp", role="dx_office", group_codes="", state="active", origin="office")
    account.must_change = account.totp_confirmed = False
    account.failed = account.lock_outs = 0
    account.created_at = now
    return [scenario, account]


@pytest.mark.parametrize("table", BEHIND_ONES_BACK)
def test_a_row_changed_behind_ones_back_is_noticed(table: str, engine: Engine, period_id: int) -> None:
    model, statement, column, value = BEHIND_ONES_BACK[table]
    with write_session(engine) as session:
        session.add_all(_rows_of_empty_tables(period_id))
        session.flush()
        row = session.query(model).limit(1).one()
        session.execute(text(statement))
        setattr(row, column, not getattr(row, column) if value is None else value)
        with pytest.raises(StaleDataError):
            session.flush()
        session.rollback()


def test_a_criteria_set_chosen_behind_ones_back_is_noticed(engine: Engine) -> None:
    with write_session(engine) as session:
        used = session.query(PeriodCriteriaSet).limit(1).one()
        others = session.query(CriteriaSetVersion).filter(CriteriaSetVersion.id != used.criteria_set_version_id)
        second, third = (version.id for version in others.limit(2))
        session.execute(text(f"UPDATE period_criteria_set SET criteria_set_version_id = {second}"))
        used.criteria_set_version_id = third
        with pytest.raises(StaleDataError):
            session.flush()
        session.rollback()


def test_an_edition_of_a_national_result_is_there_once(engine: Engine) -> None:
    """Two who correct the same result: both have read edition 1 and write edition 2."""
    with write_session(engine) as session:
        row = session.query(NationalResult).filter(NationalResult.superseded_at.is_(None)).limit(1).one()
        given = {"year": row.year, "province": row.province, "source": "QĐ", "origin": "office"}
        session.execute(text("UPDATE national_result SET superseded_at = '2024-01-01 00:00:00'"))
        session.add(NationalResult(**given, edition=row.edition + 1))
        session.flush()
        session.expunge_all()
        session.add(NationalResult(**given, edition=row.edition + 1))
        with pytest.raises(IntegrityError):
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
