"""Backup, restore, upgrade. Each says what it did; none leaves anything half done that cannot be done again."""

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from filelock import FileLock
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from data import postgres_copy, sqlite_copy
from data.audit import SERVER_ROLE, Change, Deed, NewEntry, add_entry
from data.backup_file import (
    DATABASE_MEMBERS,
    EVIDENCE,
    BackupFile,
    BackupRefusedError,
    DatabaseKind,
    Manifest,
    Member,
    file_hash,
    open_backup,
    sync_folder,
    write_backup_file,
)
from data.database import make_engine, read_session, write_session
from data.models import Account, DataVersion, SignInSession
from data.repositories import data_version
from data.secret_box import SecretBox, SecretKeyError, secret_box
from data.settings import Settings
from data.setup import bring_up, keep_private, known_revisions, migrate, schema_revision, setup_lock
from language import VIET_NAM, _, format_moment

_VERSION_TABLE = "alembic_version"


class MigrationFailedError(RuntimeError):
    """Why the schema could not be brought to the newest revision, and which backup to go back to."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that has been written and read back."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored. kept: backup of what was there before, None when nothing was. revision: after migration.

    unopened: accounts whose second factor no key of this installation opens.
    """

    manifest: Manifest
    kept: Path | None
    revision: str
    unopened: int


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What an upgrade did. backup: None for a database that was new. before: the revision it had."""

    backup: Path | None
    before: str | None
    revision: str


def _kind(engine: Engine) -> DatabaseKind:
    return "sqlite" if engine.dialect.name == "sqlite" else "postgresql"


def _copier(engine: Engine) -> ModuleType:
    return sqlite_copy if _kind(engine) == "sqlite" else postgres_copy


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    url = settings.url
    engine = make_engine(url if url.get_backend_name() == "sqlite" else postgres_copy.with_own_name(url))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _working_folder(folder: Path) -> Iterator[Path]:
    """An empty folder for one at a time; what somebody who was stopped left in it is removed first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _has_tables(engine: Engine) -> bool:
    """Whether there is a database of the product. Raises BackupRefusedError when it is somebody else's."""
    names = _copier(engine).tables(engine)
    if names and _VERSION_TABLE not in names:
        raise BackupRefusedError(
            _(
                "Cơ sở dữ liệu {database} không phải của phần mềm này: có {count} bảng nhưng không có bảng {table}. "
                "Hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại."
            ).format(database=engine.url.database, count=len(names), table=_VERSION_TABLE)
        )
    return bool(names)


def _evidence_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Paths below the folder and files, in a fixed order; links are no evidence."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(folder).as_posix(), path


def _free_name(folder: Path, moment: dt.datetime, note: str) -> Path:
    stem = f"dti-{moment.astimezone(VIET_NAM):%Y-%m-%d-%H%M%S}{note and '-'}{note}"
    names = (f"{stem}.zip", *(f"{stem}-{number}.zip" for number in range(2, 1000)))
    return next(folder / name for name in names if not (folder / name).exists())


def _write_backup(engine: Engine, settings: Settings, folder: Path, note: str = "") -> BackupReport:
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if new:
        folder.chmod(0o700)
    with _working_folder(folder / ".working") as working:
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        kind = _kind(engine)
        database, archive = working / DATABASE_MEMBERS[kind], working / "backup.zip"
        # The database first: evidence is stored before the row that names it, so all that it names is there.
        revision = _copier(engine).copy_out(engine, database)
        evidence = ((EVIDENCE + path, file) for path, file in _evidence_files(settings.evidence_folder))
        manifest = write_backup_file(
            archive, created_at=now, kind=kind, revision=revision, database=database, evidence=evidence
        )
        target = _free_name(folder, now, note)
        archive.rename(target)
        sync_folder(folder)
    return BackupReport(target, manifest)


def _anything(engine: Engine, settings: Settings) -> bool:
    return _has_tables(engine) or any(_evidence_files(settings.evidence_folder))


def back_up(settings: Settings, folder: Path | None = None) -> BackupReport:
    """Writes a backup into the folder, `settings.backup_folder` without one. The application may be running.

    Raises BackupRefusedError when there is nothing to back up, the database is not of this product or is damaged, or
    pg_dump is missing or fails; OSError when it cannot be written. No half backup is left then.
    """
    with _database(settings) as engine:
        if not _anything(engine, settings):
            raise BackupRefusedError(
                _(
                    "Chưa có gì để sao lưu: cơ sở dữ liệu {database} chưa có bảng nào và chưa có tài liệu kiểm chứng. "
                    "Hãy kiểm tra DATABASE_URL hoặc DTI_FOLDER rồi chạy lại."
                ).format(database=engine.url.database)
            )
        return _write_backup(engine, settings, folder or settings.backup_folder)


def _refuse_unfitting(backup: BackupFile, kind: DatabaseKind) -> None:
    """Raises BackupRefusedError for a backup of another kind of database or of a newer schema."""
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    manifest, known = backup.manifest, known_revisions()
    if manifest.database != kind:
        raise BackupRefusedError(
            _(
                "{file} là bản sao lưu của cơ sở dữ liệu {found}, phần mềm đang dùng {own}. Hãy dùng một bản sao lưu {own}, "
                "hoặc đặt DATABASE_URL theo cơ sở dữ liệu {found} rồi chạy lại."
            ).format(file=backup.path, found=names[manifest.database], own=names[kind])
        )
    if manifest.revision is not None and manifest.revision not in known:
        raise BackupRefusedError(
            _(
                "{file}: bản sao lưu có lược đồ {found} của phiên bản {version}, bản phần mềm này chỉ biết đến lược đồ "
                "{newest}. Hãy cài phiên bản đã lập bản sao lưu hoặc mới hơn rồi khôi phục."
            ).format(file=backup.path, found=manifest.revision, version=manifest.version, newest=known[0])
        )


def _target(folder: Path, member: Member) -> Path:
    return folder / member.path.removeprefix(EVIDENCE)


@contextmanager
def _missing_evidence_added(backup: BackupFile, folder: Path) -> Iterator[None]:
    """The backup's evidence beside what is there, so that either database finds its files; taken back on failure."""
    added: list[Path] = []
    try:
        for member in backup.manifest.evidence:
            target = _target(folder, member)
            if not target.exists():
                backup.extract(member, target)
                added.append(target)
        yield
    except BaseException:
        for path in added:
            path.unlink(missing_ok=True)
        _remove_empty_folders(folder)
        raise


def _remove_empty_folders(folder: Path) -> None:
    for path in sorted((p for p in folder.rglob("*") if p.is_dir() and not p.is_symlink()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


def _make_evidence_equal(backup: BackupFile, folder: Path) -> None:
    """What differs from the backup is replaced, what it does not hold is removed."""
    wanted = {_target(folder, member): member for member in backup.manifest.evidence}
    for target, member in wanted.items():
        if file_hash(target) != member.sha256:
            backup.extract(member, target)
    for _path, file in list(_evidence_files(folder)):
        if file not in wanted:
            file.unlink()
    _remove_empty_folders(folder)


def _present_version(engine: Engine) -> int:
    if DataVersion.__tablename__ not in _copier(engine).tables(engine):
        return 0
    with read_session(engine) as session:
        return data_version(session)


def _begin_anew(engine: Engine, above: int, backup: BackupFile, kept: Path | None) -> None:
    """Caches of before are out of date, and everybody signs in again: a session may have been revoked since the backup.

    The audit log, which is that of the backup again, says so itself, and where the one of before is kept.
    """
    with write_session(engine) as session:
        session.execute(update(DataVersion).where(DataVersion.version <= above).values(version=above + 1))
        session.execute(delete(SignInSession))
        made = Change(_("thời điểm lập bản sao lưu"), None, format_moment(backup.manifest.created_at))
        before = [Change(_("trạng thái trước đó được giữ ở"), None, kept.name)] if kept else []
        _note(session, Deed.RESTORE_BACKUP, backup.path.name, made, *before)


def _unopened(engine: Engine, box: SecretBox) -> int:
    """How many accounts have a second factor that no key opens."""

    def is_lost(stored: str) -> bool:
        try:
            box.opened(stored)
        except SecretKeyError:
            return True
        return False

    with read_session(engine) as session:
        return sum(stored is not None and is_lost(stored) for stored in session.scalars(select(Account.totp_secret)))


def _note(session: Session, deed: Deed, subject: str, *changes: Change) -> None:
    add_entry(session, NewEntry(dt.datetime.now(dt.UTC), deed, SERVER_ROLE, subject=subject, changes=changes))


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return schema_revision(connection)


def _failed_migration(engine: Engine, kept: Path | None, error: Exception) -> MigrationFailedError:
    told = _("Nâng cấp lược đồ không thành ({reason}). Cơ sở dữ liệu đang ở lược đồ {revision}.").format(
        reason=str(error).partition("\n")[0].rstrip("."), revision=_revision(engine)
    )
    if kept is None:
        return MigrationFailedError(told)
    back = _(
        "Để trở lại như trước khi chạy lệnh này, cài lại phiên bản phần mềm trước rồi chạy: make restore FILE={file}"
    )
    return MigrationFailedError(f"{told} {back.format(file=kept)}")


def restore(settings: Settings, file: Path) -> RestoreReport:
    """Puts a backup in the place of database and evidence, after a backup of what is there, and migrates it.

    The database changes in one transaction. Evidence is stored by content, so it is added before and what is no longer
    wanted removed afterwards: a stop at any moment leaves one of the two databases whole with all of its files, and
    the same command may be given again. Everybody signs in again.

    Raises BackupRefusedError when the backup is damaged, of another kind of database or of a newer schema, when the
    application has the database open, or a PostgreSQL program is missing or fails; OSError when the file cannot be
    read or something not be written. Nothing has changed then, except that what is there may have been kept. Raises
    MigrationFailedError when the restored database cannot be migrated.
    """
    with _database(settings) as engine, open_backup(file) as backup:
        copier, manifest = _copier(engine), backup.manifest
        _refuse_unfitting(backup, _kind(engine))
        backup.check()
        with _working_folder(settings.dti_folder.resolve() / ".restoring") as working, setup_lock(engine):
            database = working / manifest.database_member.path
            backup.extract(manifest.database_member, database)
            if manifest.database == "sqlite":
                sqlite_copy.check_copy(database, manifest.revision, file)
            there = _anything(engine, settings)
            copier.refuse_while_open(engine)
            before = _present_version(engine)
            note = "truoc-khi-khoi-phuc"
            kept = _write_backup(engine, settings, settings.backup_folder, note).path if there else None
            keep_private(engine)
            with _missing_evidence_added(backup, settings.evidence_folder):
                copier.copy_in(engine, database, manifest.revision)
            _make_evidence_equal(backup, settings.evidence_folder)
            try:
                migrate(engine)
            except Exception as error:
                raise _failed_migration(engine, kept, error) from error
            _begin_anew(engine, before, backup, kept)
            return RestoreReport(manifest, kept, known_revisions()[0], _unopened(engine, secret_box(settings)))


def upgrade(settings: Settings) -> UpgradeReport:
    """Backs up, then brings schema and reference tables to what this version of the product needs.

    Raises BackupRefusedError as `restore` does, and when the database is newer than the product; nothing has changed
    then. Raises MigrationFailedError, which names the backup, when the migration fails.
    """
    with _database(settings) as engine, setup_lock(engine):
        there, known = _has_tables(engine), known_revisions()
        before = _revision(engine) if there else None
        if before is not None and before not in known:
            raise BackupRefusedError(
                _(
                    "Cơ sở dữ liệu có lược đồ {found}, mới hơn bản phần mềm này (lược đồ {newest}). "
                    "Hãy cài phiên bản phần mềm mới hơn."
                ).format(found=before, newest=known[0])
            )
        _copier(engine).refuse_while_open(engine)
        note = "truoc-khi-nang-cap"
        kept = _write_backup(engine, settings, settings.backup_folder, note).path if there else None
        try:
            bring_up(engine, demonstration=False)
        except Exception as error:
            raise _failed_migration(engine, kept, error) from error
        if before != known[0]:
            with write_session(engine) as session:
                _note(session, Deed.UPGRADE, "", Change(_("lược đồ"), before, known[0]))
        return UpgradeReport(kept, before, known[0])
