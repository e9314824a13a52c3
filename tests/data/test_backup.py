"""Backup, restore, upgrade: nothing is lost, nothing is half, and what is refused has changed nothing."""

import datetime as dt
import hashlib
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, make_url, select, text
from sqlalchemy.exc import DBAPIError

from criteria.model import Level
from data.__main__ import main
from data.audit import Change, Deed, NewEntry, add_entry
from data.backup import BackupReport, MigrationFailedError, back_up, restore, upgrade
from data.backup_file import BackupRefusedError
from data.database import engine_for, make_engine, read_session, write_session
from data.efforts import CeilingRecord, EffortContent, EffortLineRecord, store_efforts
from data.models import (
    Account,
    AppraisalTask,
    AuditChange,
    AuditEntry,
    Base,
    Deadline,
    Dispute,
    Draft,
    EarlierExplanation,
    Evidence,
    EvidenceFile,
    EvidenceReading,
    EvidenceUse,
    Explanation,
    Holiday,
    Input,
    Period,
    PeriodStep,
    Person,
    Presence,
    Publication,
    RecoveryCode,
    Reopening,
    Ruling,
    Scenario,
    SecretRemoval,
    Seeding,
    SetRelease,
    SignInSession,
    Submission,
    Unit,
)
from data.repositories import data_version
from data.secret_box import secret_box
from data.seeding import seed_demonstration, seed_reference
from data.settings import PROJECT_ROOT, Settings
from data.setup import known_revisions, migrate, prepare_database
from tests.data.test_upgrade import to_revision

EVIDENCE = {
    "3f/3f9a.pdf": b"%PDF-1.7 " + bytes(range(256)) * 5000,
    "a0/Quyết định số 968.docx": "Quyết định".encode(),
    "a0/empty.txt": b"",
}
NEWEST = known_revisions()[0]
Content = dict[str, list[str]]
HELD_OPEN = """
import sys
from data.settings import Settings
from data.setup import prepare_database
engine = prepare_database(Settings(), demonstration=False)
print("open", flush=True)
sys.stdin.read()
"""
LITTLE_ROOM = """
import resource, sys
from data.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (60 * 1024**2, 60 * 1024**2))
sys.exit(main(["backup"]))
"""


def _put_evidence(settings: Settings, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        file = settings.evidence_folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _evidence(settings: Settings) -> dict[str, bytes]:
    folder = settings.evidence_folder
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _with_engine(settings: Settings, work: Callable[[Engine], Any]) -> Any:
    engine = make_engine(settings.url)
    try:
        return work(engine)
    finally:
        engine.dispose()


BY_COMMAND = {"audit_entry": "action IN ('restore_backup', 'upgrade')"}
"""Rows that the commands themselves add."""
LINES_BY_COMMAND = {"audit_change": f"entry_id IN (SELECT id FROM audit_entry WHERE {BY_COMMAND['audit_entry']})"}


def _rows(engine: Engine) -> Content:
    """Every row of every table but those that a restore changes: the data version, and who is signed in.

    The audit log is without what restore and upgrade note in it of themselves.
    """
    metadata, added = MetaData(), BY_COMMAND | LINES_BY_COMMAND
    metadata.reflect(engine)
    with engine_for(engine, "read").connect() as connection:
        return {
            table.name: sorted(
                map(repr, connection.execute(select(table).where(text(f"NOT ({added.get(table.name, 'false')})"))))
            )
            for table in metadata.sorted_tables
            if table.name not in ("data_version", "sign_in_session")
        }


def _content(settings: Settings) -> Content:
    return _with_engine(settings, _rows)


def _version(settings: Settings) -> int:
    def read(engine: Engine) -> int:
        with read_session(engine) as session:
            return data_version(session)

    return _with_engine(settings, read)


def _backups(settings: Settings) -> set[str]:
    return {p.name for p in settings.backup_folder.glob("*") if not p.name.startswith(".")}


def _signed_in(now: dt.datetime) -> list[Base]:
    """An account with its holder, a recovery code, and a browser that is signed in."""
    account = Account(
        id=1,
        user_name="vp",
        folded="vp",
        role="dx_office",
        group_codes="",
        must_change=False,
        totp_confirmed=False,
        state="active",
        failed=0,
        lock_outs=0,
        origin="office",
        created_at=now,
    )
    browser = SignInSession(
        token_hash="0" * 64,
        account_id=1,
        csrf="1",
        confirmed=True,
        by_provider=False,
        client="",
        created_at=now,
        last_seen=now,
        expires_at=now + dt.timedelta(days=36500),
    )
    return [account, Person(account_id=1, full_name="Văn phòng"), RecoveryCode(account_id=1, code_hash="2"), browser]


def _reported(period_id: int, unit: Unit, now: dt.datetime) -> list[Base]:
    """A unit in the middle of its report: calendar, deadline, state, a draft, and who has the form open."""
    place = {"period_id": period_id, "unit_code": unit.code, "unit_valid_from": unit.valid_from}
    day = dt.date(2024, 5, 6)
    return [
        Holiday(day=day, working=False, name_vi="Nghỉ bù", source="Thông báo 1"),
        Deadline(period_id=period_id, level="district", counted_from=day, working_days=3, due_on=dt.date(2024, 5, 9)),
        Submission(**place, state="awaiting_head", changed_at=now),
        Draft(**place, entry="input/CQ.4/a", value="1.234", copied=False, changed_at=now, version=1),
        Dispute(**place, entry="input/CQ.4/b", figure="7", reason="Đúng là 8", account_id=1, raised_at=now),
        Presence(**place, account_id=1, seen_at=now),
    ]


def _proved(period_id: int, unit: Unit, now: dt.datetime) -> list[Base]:
    """A document of the unit with its file, what it proves, who has read it, and that it was a secret."""
    own = {"unit_code": unit.code, "unit_valid_from": unit.valid_from}
    said = {"number": "12/KH", "issued_on": dt.date(2024, 3, 1), "issuer": "UBND", "abstract": "Kế hoạch"}
    flags = {"security": False, "out_of_force": False}
    removed = {"removed_at": now, "removed_by": 1, "removal_reason": "Gỡ vì có nội dung mật."}
    proof = {"criterion": "CQ.4", "group_code": "CQ", "page": "trang 3", "attached_at": now}
    return [
        EvidenceFile(sha256="3f9a", size=1280009, media_type="application/pdf", stored_at=now),
        Evidence(id=1, **own, **said, **flags, sha256="3f9a", file_name="a.pdf", created_at=now, **removed),
        EvidenceUse(evidence_id=1, period_id=period_id, **own, **proof),
        EvidenceReading(evidence_id=1, account_id=1, read_at=now),
        SecretRemoval(evidence_id=1, sha256="3f9a", reason="Mật", removed_at=now, account_id=1),
    ]


def _appraised(period_id: int, unit: Unit, now: dt.datetime) -> list[Base]:
    """A criterion that was ruled on, what the unit says to it, and the period up to its publication."""
    place = {"period_id": period_id, "unit_code": unit.code, "unit_valid_from": unit.valid_from, "criterion": "CQ.4"}
    day = dt.date(2025, 1, 20)
    return [
        AppraisalTask(**place, tier="first", group_code="CQ", account_id=1, due_on=day, ruled=True),
        Ruling(**place, tier="first", kind="correct", content='{"a": 3}', reason="Đếm trùng", ruled_at=now),
        Reopening(**place, reason="Có thêm hồ sơ", account_id=1, reopened_at=now),
        Explanation(**place, text="Đã bỏ hồ sơ trùng", account_id=1, changed_at=now, sent_at=now),
        EarlierExplanation(**place, text="Không có hồ sơ trùng", account_id=1, changed_at=now, sent_at=now),
        PeriodStep(period_id=period_id, kind="council", number="5/BB-HĐ", date=day, note="", account_id=1, done_at=now),
        Publication(
            period_id=period_id, edition=1, decision_number="7/QĐ-UBND", decision_date=day, signer="Chủ tịch", reason="",
            month=12, content='{"đ": 1}', sha256="3f9a", published_at=now, account_id=1,
        ),
    ]  # fmt: skip


def _fill(settings: Settings, texts: dict[Level, str]) -> None:
    """The reference tables, a demonstration, and something of the office in every table that these leave empty."""

    def work(engine: Engine) -> None:
        migrate(engine)
        with write_session(engine) as session:
            seed_reference(session)
            seed_demonstration(session, texts)
            now = dt.datetime(2024, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
            period = session.query(Period).order_by(Period.id.desc()).limit(1).one()
            session.add(
                Scenario(
                    name="Thêm 100 hồ sơ trực tuyến",
                    period_id=period.id,
                    month=12,
                    base_year=2023,
                    content='{"đ": 0.1}',
                    created_at=now,
                    changed_at=now,
                )
            )
            session.add_all(_signed_in(now))
            session.add(SetRelease(criteria_set_version_id=1, proposed_by=1, proposed_at=now))
            session.flush()
            unit = session.query(Unit).order_by(Unit.code).limit(1).one()
            for row in (
                *_reported(period.id, unit, now),
                *_proved(period.id, unit, now),
                *_appraised(period.id, unit, now),
            ):
                session.add(row)
                session.flush()
            line = EffortLineRecord("district", "XH.5", "full", Decimal("12.5"), owner="Sở Tài chính")
            ceiling = CeilingRecord((1, 2), Decimal(5), "Sở Tài chính")
            store_efforts(session, EffortContent(lines=(line,), ceilings=(ceiling,)), 0)
            change = Change("phiên bản", None, "1")
            add_entry(session, NewEntry(now, Deed.SAVE_EFFORTS, "dx_office", account_id=1, changes=[change]))

    _with_engine(settings, work)


def _change(settings: Settings) -> None:
    """Another state than the one that was backed up: rows gone, rows new, rows changed; so the evidence."""

    def work(engine: Engine) -> None:
        with write_session(engine) as session:
            session.execute(text("DELETE FROM scenario"))
            session.execute(text("DELETE FROM input WHERE month = 3"))
            session.execute(text("UPDATE input SET number = number + 1 WHERE number IS NOT NULL"))
            session.add(Seeding(name="later", done_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC)))

    _with_engine(settings, work)
    (settings.evidence_folder / "3f/3f9a.pdf").unlink()
    _put_evidence(settings, {"a0/empty.txt": b"no longer empty", "ff/new.png": b"\x89PNG"})


@dataclass(frozen=True)
class Office:
    """A database with evidence, a backup of it, and what both held then."""

    settings: Settings
    backup: BackupReport
    rows: Content


@pytest.fixture(scope="module")
def office(new_database: Callable[[], Settings], set_texts: dict[Level, str]) -> Office:
    """Backed up once, not changed since."""
    settings = new_database()
    _fill(settings, set_texts)
    _put_evidence(settings, EVIDENCE)
    return Office(settings, back_up(settings), _content(settings))


@pytest.fixture
def elsewhere(office: Office, new_database: Callable[[], Settings]) -> Settings:
    """A new, empty database of the same kind on another machine."""
    return new_database()


# What comes back


def test_every_row_of_every_table_and_every_byte_of_the_evidence_comes_back(
    office: Office, elsewhere: Settings
) -> None:
    assert [name for name, rows in office.rows.items() if not rows] == []
    report = restore(elsewhere, office.backup.path)
    assert report.kept is None
    assert _content(elsewhere) == office.rows
    assert _evidence(elsewhere) == EVIDENCE

    _change(elsewhere)
    changed, version = _content(elsewhere), _version(elsewhere)
    assert changed.keys() == office.rows.keys()
    assert changed != office.rows
    again = restore(elsewhere, office.backup.path)
    assert _content(elsewhere) == office.rows
    assert _evidence(elsewhere) == EVIDENCE
    assert _version(elsewhere) > version

    assert again.kept is not None
    restore(elsewhere, again.kept)
    assert _content(elsewhere) == changed
    assert _evidence(elsewhere) == {
        "a0/Quyết định số 968.docx": EVIDENCE["a0/Quyết định số 968.docx"],
        "a0/empty.txt": b"no longer empty",
        "ff/new.png": b"\x89PNG",
    }


def test_what_comes_back_has_its_keys_and_constraints_and_can_be_written(office: Office, elsewhere: Settings) -> None:
    restore(elsewhere, office.backup.path)
    engine = prepare_database(elsewhere, demonstration=False)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with write_session(engine) as session:
        period = session.query(Period).order_by(Period.id.desc()).limit(1).one()
        session.add(Period(year=2030, name="Năm 2030", state=period.state, origin="office", unit_date=period.unit_date))
        session.flush()
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            session.execute(text("UPDATE snapshot SET period_id = 999 WHERE month = 5"))
        session.rollback()
    engine.dispose()


def test_the_audit_log_comes_back_says_that_it_was_restored_and_still_takes_new_rows_only(
    office: Office, elsewhere: Settings
) -> None:
    restore(elsewhere, office.backup.path)
    kept = restore(elsewhere, office.backup.path).kept
    assert kept is not None
    engine = make_engine(elsewhere.url)
    with read_session(engine) as session:
        log = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id)).all()
        said = session.scalars(select(AuditChange.after).where(AuditChange.entry_id == 2)).all()
    assert list(map(tuple, log)) == [("save_efforts", ""), ("restore_backup", office.backup.path.name)]
    assert kept.name in said
    for statement in ("UPDATE audit_entry SET reason = 'x'", "DELETE FROM audit_change"):
        with pytest.raises(DBAPIError, match="takes new rows only"), write_session(engine) as session:
            session.execute(text(statement))
    engine.dispose()


def test_whoever_was_signed_in_then_signs_in_again(office: Office, elsewhere: Settings) -> None:
    def browsers(settings: Settings) -> int:
        def count(engine: Engine) -> int:
            with read_session(engine) as session:
                return session.query(SignInSession).count()

        return _with_engine(settings, count)

    restore(elsewhere, office.backup.path)
    assert (browsers(office.settings), browsers(elsewhere)) == (1, 0)


def test_the_manifest_says_what_the_file_is(office: Office) -> None:
    manifest = office.backup.manifest
    kind = office.settings.url.get_backend_name()
    with zipfile.ZipFile(office.backup.path) as archive:
        said = json.loads(archive.read("manifest.json"))
        hashes = {m["path"]: m["sha256"] for m in said["members"]}
        assert {path: hashlib.sha256(archive.read(path)).hexdigest() for path in hashes} == hashes
    assert set(hashes) == {f"evidence/{path}" for path in EVIDENCE} | {
        {"sqlite": "database.sqlite3", "postgresql": "database.dump"}[kind]
    }
    assert (said["product"], said["version"], said["database"], said["format"]) == ("dti-br-vt", "0.1.0", kind, 1)
    assert said["revision"] == office.rows["alembic_version"][0].strip("(',)")
    assert said["created_at"].endswith("Z")
    assert manifest.created_at.utcoffset() == dt.timedelta(0)


def test_only_its_owner_may_read_a_backup(office: Office) -> None:
    assert stat.S_IMODE(office.backup.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(office.settings.backup_folder.stat().st_mode) == 0o700


def test_a_restored_sqlite_file_is_its_owners_alone_and_a_backup_makes_none(tmp_path: Path) -> None:
    here, there = (Settings(database_url="", dti_folder=tmp_path / name) for name in ("here", "there"))
    prepare_database(here, demonstration=False).dispose()
    backup, umask = back_up(here).path, os.umask(0o022)
    try:
        with pytest.raises(BackupRefusedError, match="Chưa có gì để sao lưu"):
            back_up(there)
        assert not (there.dti_folder / "dti.sqlite3").exists()
        restore(there, backup)
        engine = make_engine(there.url)
        with write_session(engine) as session:
            session.add(Seeding(name="later", done_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC)))
        files = [f for f in there.dti_folder.glob("dti.sqlite3*") if f.suffix != ".lock"]
        assert {f.name: stat.S_IMODE(f.stat().st_mode) for f in files} == dict.fromkeys(
            ("dti.sqlite3", "dti.sqlite3-wal", "dti.sqlite3-shm"), 0o600
        )
        engine.dispose()
    finally:
        os.umask(umask)


def test_the_key_is_no_part_of_a_backup_and_a_restore_without_it_is_told(
    office: Office, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DTI_SECRET_KEY", raising=False)
    monkeypatch.setenv("DATABASE_URL", elsewhere.database_url)
    monkeypatch.setenv("DTI_FOLDER", str(elsewhere.dti_folder))
    restore(elsewhere, office.backup.path)
    sealed = secret_box(elsewhere).seal("JBSWY3DPEHPK3PXP")

    def keep(engine: Engine) -> None:
        with write_session(engine) as session:
            session.execute(text("UPDATE account SET totp_secret = :sealed"), {"sealed": sealed})

    _with_engine(elsewhere, keep)
    backup = back_up(elsewhere).path
    key = elsewhere.secret_key_file.read_bytes().strip()
    with zipfile.ZipFile(backup) as archive:
        assert [name for name in archive.namelist() if key in archive.read(name) or "secret" in name] == []
    assert restore(elsewhere, backup).unopened == 0
    assert elsewhere.secret_key_file.read_bytes().strip() == key
    elsewhere.secret_key_file.unlink()
    assert restore(elsewhere, backup).unopened == 1
    assert main(["backup"]) == 0
    assert f"không chứa khóa bí mật ({elsewhere.secret_key_file})" in capsys.readouterr().out
    assert main(["restore", str(backup)]) == 0
    assert "không mở được xác thực hai bước của 1 tài khoản" in capsys.readouterr().out


def test_two_backups_of_one_second_are_two_files_in_the_folder_that_was_named(office: Office, tmp_path: Path) -> None:
    paths = [back_up(office.settings, tmp_path).path for _ in range(2)]
    assert sorted(p.name for p in tmp_path.glob("*.zip")) == sorted(p.name for p in paths)
    assert len(set(paths)) == 2
    assert all(p.name.startswith("dti-20") for p in paths)


def test_a_backup_of_an_earlier_schema_is_migrated_when_it_is_restored(
    elsewhere: Settings, set_texts: dict[Level, str]
) -> None:
    _fill(elsewhere, set_texts)
    _with_engine(elsewhere, lambda engine: to_revision(engine, "0002"))
    early = _content(elsewhere)
    report = back_up(elsewhere)
    assert report.manifest.revision == "0002"
    _with_engine(elsewhere, migrate)
    assert "scenario" not in early
    assert "scenario" in _content(elsewhere)
    assert restore(elsewhere, report.path).revision != "0002"
    late = _content(elsewhere)
    assert {name: late[name] for name in early if name != "alembic_version"} == {
        name: rows for name, rows in early.items() if name != "alembic_version"
    }


# While others work


def test_a_backup_while_somebody_writes_is_one_state_between_two_writes(
    office: Office, new_database: Callable[[], Settings], set_texts: dict[Level, str]
) -> None:
    busy = new_database()
    _fill(busy, set_texts)
    engine = make_engine(busy.url)
    with write_session(engine) as session:
        rows = session.query(Input).filter(Input.number.is_not(None)).limit(2).all()
        rows[0].number, rows[1].number = 1_000_000.0, 0.0
        keys = [(r.period_id, r.unit_code, r.unit_valid_from, r.criterion, r.input_key, r.month) for r in rows]
    written, stop = [0], threading.Event()

    def move_one_from_here_to_there() -> None:
        while not stop.is_set():
            with write_session(engine) as session:
                here, there = (session.get_one(Input, key) for key in keys)
                here.number, there.number = (here.number or 0) - 1, (there.number or 0) + 1
                session.flush()
                session.add(Seeding(name=f"move {written[0]}", done_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)))
            written[0] += 1

    writer = threading.Thread(target=move_one_from_here_to_there)
    writer.start()
    try:
        reports = []
        for _ in range(3):
            before = written[0]
            reports.append(back_up(busy))
            assert written[0] > before
    finally:
        stop.set()
        writer.join()
        engine.dispose()
    states = []
    for report in reports:
        copy = new_database()
        restore(copy, report.path)
        restored = make_engine(copy.url)
        with read_session(restored) as session:
            here, there = (session.get_one(Input, key).number or 0 for key in keys)
            moves = session.query(Seeding).filter(Seeding.name.like("move %")).count()
        restored.dispose()
        assert here + there == 1_000_000
        assert there == moves
        states.append(there)
    assert states == sorted(states)


@pytest.fixture
def held(office: Office, elsewhere: Settings) -> Iterator[tuple[Settings, subprocess.Popen[str]]]:
    """A restored database that another program has open and does nothing with."""
    restore(elsewhere, office.backup.path)
    process = subprocess.Popen(
        [sys.executable, "-c", HELD_OPEN],
        cwd=PROJECT_ROOT,
        env=_environment(elsewhere),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    yield elsewhere, process
    process.kill()
    process.communicate()


def _environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "DTI_FOLDER": str(settings.dti_folder),
        "DATABASE_URL": settings.database_url,
        "PYTHONUTF8": "1",
    }


def test_nothing_is_restored_or_upgraded_while_the_application_has_the_database_open(
    office: Office, held: tuple[Settings, subprocess.Popen[str]]
) -> None:
    settings, process = held
    before, backups = _content(settings), _backups(settings)
    for refused in (lambda: restore(settings, office.backup.path), lambda: upgrade(settings)):
        with pytest.raises(BackupRefusedError, match="Hãy dừng ứng dụng"):
            refused()
    assert _content(settings) == before
    assert _backups(settings) == backups
    back_up(settings)
    process.kill()
    process.wait()
    restore(settings, office.backup.path)
    assert _content(settings) == office.rows


# What is refused, and changes nothing


def _members(backup: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    with zipfile.ZipFile(backup) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
        return json.loads(archive.read("manifest.json")), files


def _written(path: Path, manifest: dict[str, Any], files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    return path


def _listed(manifest: dict[str, Any], path: str, content: bytes) -> dict[str, Any]:
    """The manifest with one more file in it, or with what is now the content of that one."""
    entry = {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return manifest | {"members": [*(m for m in manifest["members"] if m["path"] != path), entry]}


Forge = Callable[[Path, Path], Path]


def _forged(change: Callable[[dict[str, Any], dict[str, bytes]], tuple[dict[str, Any], dict[str, bytes]]]) -> Forge:
    return lambda backup, target: _written(target, *change(*_members(backup)))


def _cut(backup: Path, target: Path) -> Path:
    content = backup.read_bytes()
    target.write_bytes(content[: len(content) * 2 // 3])
    return target


def _damaged_byte(backup: Path, target: Path) -> Path:
    """One byte of the largest document is another one; the archive's own check sum is left as it is."""
    content = bytearray(backup.read_bytes())
    place = content.index(b"%PDF-1.7 ") + 5000
    content[place] ^= 1
    target.write_bytes(content)
    return target


def _twice(backup: Path, target: Path) -> Path:
    target.write_bytes(backup.read_bytes())
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("evidence/a0/empty.txt", b"")
    return target


def _text(backup: Path, target: Path) -> Path:
    target.write_text("unit,criterion,input,value\n", encoding="utf-8")
    return target


def _other_zip(backup: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    return target


def _other_kind(manifest: dict[str, Any], files: dict[str, bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """As the other kind of database would have made it."""
    names = {"database.sqlite3": "database.dump", "database.dump": "database.sqlite3"}
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[manifest["database"]]
    members = [m | {"path": names.get(m["path"], m["path"])} for m in manifest["members"]]
    return (
        manifest | {"database": other, "members": members},
        {names.get(name, name): content for name, content in files.items()},
    )


def _slip(path: str) -> Forge:
    return _forged(lambda manifest, files: (_listed(manifest, path, b"gotcha"), files | {path: b"gotcha"}))


def _database_of(files: dict[str, bytes]) -> str:
    return next(name for name in files if name.startswith("database."))


def _spoilt_database(manifest: dict[str, Any], files: dict[str, bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Zeros in the middle of the database, and a manifest that says so."""
    name = _database_of(files)
    content = files[name][: len(files[name]) // 2]
    return _listed(manifest, name, content), files | {name: content}


REFUSED: dict[str, tuple[Forge, str]] = {
    "cut off": (_cut, "không phải bản sao lưu của phần mềm này, hoặc đã bị cắt"),
    "a text": (_text, "không phải bản sao lưu của phần mềm này"),
    "another zip": (_other_zip, "không phải bản sao lưu của phần mềm này"),
    "a damaged byte": (_damaged_byte, "tệp evidence/3f/3f9a.pdf trong bản sao lưu không còn như lúc sao lưu"),
    "a changed document": (
        _forged(lambda manifest, files: (manifest, files | {"evidence/a0/empty.txt": b"x"})),
        "tệp evidence/a0/empty.txt trong bản sao lưu không còn như lúc sao lưu",
    ),
    "a changed database": (
        _forged(
            lambda manifest, files: (manifest, files | {_database_of(files): b"x" + files[_database_of(files)][1:]})
        ),
        "tệp database.* trong bản sao lưu không còn như lúc sao lưu",
    ),
    "a spoilt database that the manifest agrees with": (
        _forged(_spoilt_database),
        "không dùng được|pg_restore của PostgreSQL không làm được",
    ),
    "a manifest with another revision than the database": (
        _forged(lambda manifest, files: (manifest | {"revision": "0001"}, files)),
        f"lược đồ {NEWEST}, bản kê ghi 0001|alembic_version is not 0001",
    ),
    "a document too many": (
        _forged(lambda manifest, files: (manifest, files | {"evidence/more.pdf": b""})),
        "không khớp với bản kê .tệp đầu tiên: evidence/more.pdf",
    ),
    "a document too few": (
        _forged(lambda manifest, files: (manifest, {n: c for n, c in files.items() if n != "evidence/a0/empty.txt"})),
        "không khớp với bản kê .tệp đầu tiên: evidence/a0/empty.txt",
    ),
    "a document twice": (_twice, "không khớp với bản kê .tệp đầu tiên: evidence/a0/empty.txt"),
    "a file that is neither database nor evidence": (_slip("run.sh"), "không khớp với bản kê .tệp đầu tiên: run.sh"),
    "a way out of the folder": (_slip("evidence/../../run.sh"), "không phải bản sao lưu của phần mềm này"),
    "an absolute path": (_slip("/evidence/run.sh"), "không phải bản sao lưu của phần mềm này"),
    "a way out on Windows": (_slip("evidence/..\\..\\run.bat"), "không phải bản sao lưu của phần mềm này"),
    "another disk on Windows": (_slip("evidence/C:run.bat"), "không phải bản sao lưu của phần mềm này"),
    "another kind of database": (_forged(_other_kind), "là bản sao lưu của cơ sở dữ liệu"),
    "a newer schema": (
        _forged(lambda manifest, files: (manifest | {"revision": "9999", "version": "7.0"}, files)),
        "lược đồ 9999 của phiên bản 7.0, bản phần mềm này chỉ biết đến lược đồ",
    ),
    "a newer form": (
        _forged(lambda manifest, files: (manifest | {"format": 2, "key": "x"}, files)),
        "theo định dạng 2, bản phần mềm này chỉ đọc được định dạng 1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_such_a_file_is_refused_and_nothing_changes(case: str, office: Office, tmp_path: Path) -> None:
    forge, words = REFUSED[case]
    file = forge(office.backup.path, tmp_path / "forged.zip")
    version = _version(office.settings)
    # The database refuses a dump only once the present state has been kept: that one file more is not a change.
    with pytest.raises(BackupRefusedError, match=words) as refused:
        restore(office.settings, file)
    assert str(file) in str(refused.value) or "PostgreSQL" in str(refused.value)
    assert str(refused.value).endswith(".")
    assert _content(office.settings) == office.rows
    assert _version(office.settings) == version
    assert _evidence(office.settings) == EVIDENCE
    assert not (tmp_path / "run.sh").exists()


def test_a_failing_database_takes_the_added_evidence_back(office: Office, elsewhere: Settings, tmp_path: Path) -> None:
    """The manifest's revision is wrong, which the database finds out; by then the documents stand there already."""
    restore(elsewhere, office.backup.path)
    (elsewhere.evidence_folder / "3f/3f9a.pdf").unlink()
    (elsewhere.evidence_folder / "3f").rmdir()
    before = _evidence(elsewhere)
    file = _forged(lambda manifest, files: (manifest | {"revision": "0001"}, files))(office.backup.path, tmp_path / "f")
    with pytest.raises(BackupRefusedError):
        restore(elsewhere, file)
    assert _evidence(elsewhere) == before
    assert not (elsewhere.evidence_folder / "3f").exists()


def test_a_database_of_somebody_else_is_neither_backed_up_nor_replaced(office: Office, elsewhere: Settings) -> None:
    plain = create_engine(elsewhere.url)
    with plain.begin() as connection:
        connection.execute(text("CREATE TABLE wages (amount INTEGER)"))
    plain.dispose()
    for refused in (
        lambda: back_up(elsewhere),
        lambda: restore(elsewhere, office.backup.path),
        lambda: upgrade(elsewhere),
    ):
        with pytest.raises(BackupRefusedError, match="không phải của phần mềm này"):
            refused()
    assert _content(elsewhere) == {"wages": []}
    assert _backups(elsewhere) == set()


def test_an_empty_database_has_nothing_to_back_up(elsewhere: Settings) -> None:
    with pytest.raises(BackupRefusedError, match="Chưa có gì để sao lưu"):
        back_up(elsewhere)
    assert _backups(elsewhere) == set()


# A stop in the middle


def _killed_when(settings: Settings, reached: Callable[[], bool], *arguments: str) -> None:
    """Runs the command and kills it once it has got as far as that."""
    command = [sys.executable, "-m", "data", *arguments]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=_environment(settings)) as process:
        while not reached():
            assert process.poll() is None, "the command ended before it could be killed"
            time.sleep(0.002)
        process.kill()
    assert process.returncode == -signal.SIGKILL


def _put_large(settings: Settings) -> Path:
    """A document that takes long enough to copy; a hole on the disk."""
    large = settings.evidence_folder / "zz" / "large.bin"
    large.parent.mkdir(parents=True, exist_ok=True)
    with large.open("wb") as stream:
        stream.truncate(300 * 1024**2)
    return large


def test_a_backup_that_is_killed_leaves_no_backup_and_the_next_one_is_whole(
    office: Office, elsewhere: Settings
) -> None:
    restore(elsewhere, office.backup.path)
    large, half = _put_large(elsewhere), elsewhere.backup_folder / ".working" / "backup.zip"
    _killed_when(elsewhere, lambda: half.exists() and half.stat().st_size > 20_000_000, "backup")
    assert half.exists()
    assert _backups(elsewhere) == set()
    large.unlink()
    report = back_up(elsewhere)
    assert _backups(elsewhere) == {report.path.name}
    assert not half.parent.exists()
    restore(elsewhere, report.path)
    assert _content(elsewhere) == office.rows


def test_a_restore_that_is_killed_leaves_a_whole_database_and_can_be_given_again(
    office: Office, elsewhere: Settings
) -> None:
    restore(elsewhere, office.backup.path)
    large = _put_large(elsewhere)
    file = back_up(elsewhere).path
    _change(elsewhere)
    large.unlink()
    changed, first = _content(elsewhere), elsewhere.evidence_folder / "3f" / "3f9a.pdf"
    _killed_when(elsewhere, first.exists, "restore", str(file))
    assert _content(elsewhere) == changed
    restore(elsewhere, file)
    assert _content(elsewhere) == office.rows
    assert large.stat().st_size == 300 * 1024**2
    large.unlink()
    assert _evidence(elsewhere) == EVIDENCE


def test_a_full_disk_leaves_no_backup_and_is_told(office: Office, elsewhere: Settings) -> None:
    restore(elsewhere, office.backup.path)
    _put_large(elsewhere)
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_ROOM],
        cwd=PROJECT_ROOT,
        env=_environment(elsewhere),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "hãy kiểm tra tên, quyền và chỗ trống rồi chạy lại." in done.stderr
    assert "Traceback" not in done.stderr
    assert _backups(elsewhere) == set()
    assert not (elsewhere.backup_folder / ".working").exists()


# Upgrade


def test_an_upgrade_backs_up_first_and_loses_nothing(elsewhere: Settings, set_texts: dict[Level, str]) -> None:
    _fill(elsewhere, set_texts)
    _with_engine(elsewhere, lambda engine: to_revision(engine, "0002"))
    early = _content(elsewhere)
    report = upgrade(elsewhere)
    assert (report.before, report.revision) == ("0002", NEWEST)
    late = _content(elsewhere)
    assert late["input"] == early["input"]
    assert late["scenario"] == []
    assert report.backup is not None
    assert _backups(elsewhere) == {report.backup.name}
    assert "truoc-khi-nang-cap" in report.backup.name
    assert upgrade(elsewhere).before == NEWEST


def test_an_upgrade_of_nothing_makes_a_new_database(elsewhere: Settings) -> None:
    report = upgrade(elsewhere)
    assert (report.backup, report.before, report.revision) == (None, None, NEWEST)
    assert len(_content(elsewhere)["unit"]) == 123


def test_an_upgrade_that_fails_changes_nothing_and_names_the_backup(
    elsewhere: Settings, set_texts: dict[Level, str]
) -> None:
    _fill(elsewhere, set_texts)
    _with_engine(elsewhere, lambda engine: to_revision(engine, "0003"))

    def in_the_way(engine: Engine) -> None:
        with engine_for(engine, "write").begin() as connection:
            connection.execute(text("CREATE TABLE effort_ceiling (id INTEGER)"))

    _with_engine(elsewhere, in_the_way)
    before = _content(elsewhere)
    with pytest.raises(MigrationFailedError, match="Cơ sở dữ liệu đang ở lược đồ 0003") as failed:
        upgrade(elsewhere)
    (kept,) = _backups(elsewhere)
    assert f"make restore FILE={elsewhere.backup_folder / kept}" in str(failed.value)
    assert _content(elsewhere) == before


def test_a_database_that_is_newer_than_the_product_is_backed_up_but_not_upgraded(
    office: Office, elsewhere: Settings
) -> None:
    restore(elsewhere, office.backup.path)

    def newer(engine: Engine) -> None:
        with engine_for(engine, "write").begin() as connection:
            connection.execute(text("CREATE TABLE comes_later (set_id INTEGER REFERENCES criteria_set_version (id))"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    _with_engine(elsewhere, newer)
    with pytest.raises(BackupRefusedError, match="lược đồ 9999, mới hơn bản phần mềm này"):
        upgrade(elsewhere)
    assert back_up(elsewhere).manifest.revision == "9999"
    restore(elsewhere, office.backup.path)
    assert _content(elsewhere) == office.rows


# The command line


def test_the_commands_say_what_they_did(
    office: Office, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DTI_FOLDER", str(elsewhere.dti_folder))
    monkeypatch.setenv("DATABASE_URL", elsewhere.database_url)
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[elsewhere.url.get_backend_name()]

    assert main(["backup"]) == 1
    assert "Chưa có gì để sao lưu" in capsys.readouterr().err
    assert main(["restore", str(office.backup.path)]) == 0
    said = capsys.readouterr().out
    assert f": {kind}, lược đồ {NEWEST}, 3 tệp tài liệu kiểm chứng." in said
    assert said.endswith("Trước khi khôi phục chưa có dữ liệu nào.\n")
    assert main(["backup", "--out", str(elsewhere.dti_folder / "usb")]) == 0
    assert f"Đã sao lưu vào {elsewhere.dti_folder / 'usb'}" in capsys.readouterr().out
    assert main(["upgrade"]) == 0
    assert f"Lược đồ đã là mới nhất ({NEWEST})." in capsys.readouterr().out
    assert main(["restore", str(elsewhere.dti_folder / "missing.zip")]) == 1
    assert "missing.zip" in capsys.readouterr().err


# What only one kind of database has: its file and write-ahead log, or its client programs

ON_SQLITE = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)


@ON_SQLITE
def test_a_damaged_sqlite_file_is_told_and_may_be_moved_aside(office: Office, tmp_path: Path) -> None:
    settings = Settings(database_url="", dti_folder=tmp_path)
    restore(settings, office.backup.path)
    database = tmp_path / "dti.sqlite3"
    content = bytearray(database.read_bytes())
    content[4096 : 4096 * 40] = b"\xff" * 4096 * 39
    database.write_bytes(content)
    for refused in (lambda: back_up(settings), lambda: restore(settings, office.backup.path)):
        with pytest.raises(BackupRefusedError, match=r"bị hỏng .* Hãy chuyển tệp này"):
            refused()
    database.rename(tmp_path / "damaged.sqlite3")
    restore(settings, office.backup.path)
    assert _content(settings) == office.rows


@ON_SQLITE
def test_what_is_still_in_the_write_ahead_log_is_backed_up_too(office: Office, tmp_path: Path) -> None:
    settings = Settings(database_url="", dti_folder=tmp_path)
    restore(settings, office.backup.path)
    engine = make_engine(settings.url)
    with write_session(engine) as session:
        session.add(Seeding(name="newest", done_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)))
    assert (tmp_path / "dti.sqlite3-wal").stat().st_size > 0
    report = back_up(settings)
    with zipfile.ZipFile(report.path) as archive:
        archive.extract("database.sqlite3", tmp_path / "out")
    copy = sqlite3.connect(tmp_path / "out" / "database.sqlite3")
    assert copy.execute("SELECT count(*) FROM seeding WHERE name = 'newest'").fetchone() == (1,)
    copy.close()
    engine.dispose()


@ON_POSTGRESQL
def test_a_missing_client_program_is_told(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefusedError, match=r"Không tìm thấy chương trình pg_dump .* cài gói postgresql-client"):
        back_up(office.settings)
    assert not (office.settings.backup_folder / ".working").exists()


@ON_POSTGRESQL
def test_the_password_is_no_argument_and_what_the_program_says_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of pg_dump stands a program that writes down its arguments and its password, and fails."""
    program = tmp_path / "pg_dump"
    lines = (f'echo "$@" > {tmp_path}/said', f'echo "$PGPASSWORD" > {tmp_path}/key', "echo no luck >&2", "exit 3")
    program.write_text("\n".join(("#!/bin/sh", *lines)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    url = make_url(office.settings.database_url).set(password="bí mật/@").render_as_string(hide_password=False)
    with pytest.raises(BackupRefusedError, match="pg_dump của PostgreSQL không làm được: no luck"):
        back_up(Settings(database_url=url, dti_folder=tmp_path))
    assert "bí mật" not in (tmp_path / "said").read_text(encoding="utf-8")
    assert "%" not in (tmp_path / "said").read_text(encoding="utf-8")
    assert (tmp_path / "key").read_text(encoding="utf-8") == "bí mật/@\n"
