"""Bringing a database up: once, completely, and by several processes at the same time."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select, text

from criteria import CriteriaSetError, read_text
from criteria.model import Level
from data.database import make_engine, read_session, write_session
from data.models import CriteriaSetVersion, Input, Period, PeriodCriteriaSet, Seeding, Snapshot, Unit
from data.repositories import data_version
from data.seeding import packaged_sets, seed_demonstration, seed_reference, store_criteria_set
from data.settings import PROJECT_ROOT, Settings
from data.setup import migrate, prepare_database

START = "from data.settings import Settings; from data.setup import prepare_database; prepare_database(Settings())"


def _counts(engine: Engine) -> dict[str, int]:
    with read_session(engine) as session:
        tables = (Unit, Period, PeriodCriteriaSet, Snapshot, CriteriaSetVersion, Input, Seeding)
        return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _version(engine: Engine) -> int:
    with read_session(engine) as session:
        return data_version(session)


def _seed(engine: Engine, texts: dict[Level, str]) -> None:
    with write_session(engine) as session:
        seed_reference(session)
        seed_demonstration(session, texts)


def test_first_start_puts_everything_in_and_the_second_nothing(new_database: Callable[[], Settings]) -> None:
    settings = new_database()
    began = time.process_time()
    engine = prepare_database(settings)
    assert time.process_time() - began < 8
    first = _counts(engine)
    assert first == {
        "unit": 123,
        "period": 2,
        "period_criteria_set": 8,
        "snapshot": 13,
        "criteria_set_version": 4,
        "input": first["input"],
        "seeding": 6,
    }
    assert first["input"] > 50_000
    engine.dispose()
    again = prepare_database(settings)
    assert _counts(again) == first
    again.dispose()


def test_a_start_raises_the_data_version_only_when_it_puts_something_in(new_database: Callable[[], Settings]) -> None:
    settings = new_database()
    engine = prepare_database(settings, demonstration=False)
    with_reference = _version(engine)
    prepare_database(settings, demonstration=False).dispose()
    assert _version(engine) == with_reference
    prepare_database(settings).dispose()
    assert _version(engine) == with_reference + 1
    prepare_database(settings).dispose()
    prepare_database(settings, demonstration=False).dispose()
    assert _version(engine) == with_reference + 1
    with write_session(engine) as session:
        session.execute(text("DELETE FROM seeding WHERE name = 'lists-of-communes'"))
    prepare_database(settings).dispose()
    assert _version(engine) == with_reference + 3
    engine.dispose()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_a_sqlite_file_and_what_lies_beside_it_are_their_owners_alone(tmp_path: Path) -> None:
    settings, umask = Settings(database_url="", dti_folder=tmp_path), os.umask(0o022)

    def modes() -> dict[str, int]:
        return {f.name: stat.S_IMODE(f.stat().st_mode) for f in tmp_path.glob("dti.sqlite3*") if f.suffix != ".lock"}

    alone = dict.fromkeys(("dti.sqlite3", "dti.sqlite3-wal", "dti.sqlite3-shm"), 0o600)
    try:
        engine = prepare_database(settings, demonstration=False)
        assert modes() == alone
        # One that an earlier version made is taken care of at the next start, its companions too.
        for name in alone:
            (tmp_path / name).chmod(0o644)
        prepare_database(settings, demonstration=False).dispose()
        assert modes() == alone
        engine.dispose()
    finally:
        os.umask(umask)


def test_two_processes_may_start_at_once(new_database: Callable[[], Settings]) -> None:
    settings = new_database()
    environment = {**os.environ, "DTI_FOLDER": str(settings.dti_folder), "DATABASE_URL": settings.database_url}
    started = [
        subprocess.Popen([sys.executable, "-c", START], cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], errors
    engine = make_engine(settings.url)
    counts = _counts(engine)
    assert (counts["unit"], counts["period"], counts["seeding"]) == (123, 2, 6)
    engine.dispose()


def test_what_the_office_removes_stays_removed(
    new_database: Callable[[], Settings], set_texts: dict[Level, str]
) -> None:
    engine = make_engine(new_database().url)
    migrate(engine)
    _seed(engine, set_texts)
    with write_session(engine) as session:
        session.execute(text("DELETE FROM period"))
    _seed(engine, set_texts)
    counts = _counts(engine)
    assert (counts["period"], counts["input"], counts["snapshot"], counts["unit"]) == (0, 0, 0, 123)
    engine.dispose()


def test_no_demonstration_while_a_criteria_set_is_lacking(
    new_database: Callable[[], Settings], set_texts: dict[Level, str], caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine(new_database().url)
    migrate(engine)
    without: dict[Level, str] = {level: found for level, found in set_texts.items() if level != "district"}
    _seed(engine, without)
    assert "thiếu bộ chỉ số Cấp huyện" in caplog.text
    assert _counts(engine)["period"] == 0
    with write_session(engine) as session:
        seed_demonstration(session, set_texts)
    assert _counts(engine)["period"] == 2
    engine.dispose()


def test_a_faulty_set_leaves_nothing_behind(new_database: Callable[[], Settings], set_texts: dict[Level, str]) -> None:
    engine = make_engine(new_database().url)
    migrate(engine)
    faulty: dict[Level, str] = {
        **set_texts,
        "commune": set_texts["commune"].replace("max_points: 10", "max_points: -10"),
    }
    with pytest.raises(CriteriaSetError):
        _seed(engine, faulty)
    assert set(_counts(engine).values()) == {0}
    engine.dispose()


def test_a_failed_migration_leaves_no_half_schema(tmp_path: Path) -> None:
    url = Settings(database_url="", dti_folder=tmp_path).url
    plain = create_engine(url)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE snapshot (id INTEGER)"))
    engine = make_engine(url)
    with pytest.raises(Exception, match="snapshot"):
        migrate(engine)
    with plain.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert tables == ["snapshot"]
    plain.dispose()
    engine.dispose()


def test_the_stored_version_of_a_set_never_changes(engine: Engine, set_texts: dict[Level, str]) -> None:
    content = set_texts["commune"]
    commune = read_text(content, "commune.yaml").criteria_set
    assert commune is not None
    with write_session(engine) as session:
        stored = session.scalar(select(CriteriaSetVersion).where(CriteriaSetVersion.set_id == "commune-test"))
        assert stored is not None
        first = stored.id
        assert store_criteria_set(session, commune, content).id == first
    with pytest.raises(ValueError, match="nội dung khác"), write_session(engine) as session:
        store_criteria_set(session, commune, content + "\n")
    with write_session(engine) as session:
        newer = commune.model_copy(update={"version": "1.1"})
        assert store_criteria_set(session, newer, content + "\n").id != first


def test_the_packaged_sets_are_one_a_level() -> None:
    assert set(packaged_sets()) == {"province", "department", "district", "commune"}
