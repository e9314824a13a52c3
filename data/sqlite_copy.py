"""A SQLite database copied out and put back by its online backup, which readers and writers may go on beside."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from data.backup_file import BackupRefusedError
from language import _

WAIT_SECONDS = 5
"""How long another program may take to let go of the database."""


def _path(engine: Engine) -> Path:
    return Path(engine.url.database or "")


@contextmanager
def _failure_told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise BackupRefusedError(
            _(
                "Không đọc hoặc không ghi được cơ sở dữ liệu {file} ({reason}); hãy kiểm tra quyền và chỗ trống rồi chạy lại."
            ).format(file=path, reason=error)
        ) from None
    except sqlite3.DatabaseError as error:
        raise BackupRefusedError(
            _(
                "Cơ sở dữ liệu {file} bị hỏng ({reason}). Hãy chuyển tệp này cùng các tệp -wal, -shm bên cạnh sang thư mục "
                "khác rồi khôi phục bản sao lưu gần nhất."
            ).format(file=path, reason=error)
        ) from None


def tables(engine: Engine) -> frozenset[str]:
    """Names of the tables; none when there is no database yet. Raises BackupRefusedError for a damaged one."""
    path = _path(engine)
    if not path.exists():
        return frozenset()
    with _failure_told(path), closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return frozenset(name for (name,) in rows if not name.startswith("sqlite_"))


def _revision(connection: sqlite3.Connection) -> str | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return row[0] if row else None


def _fault(connection: sqlite3.Connection) -> str | None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return None if found == "ok" else found


def copy_out(engine: Engine, target: Path) -> str | None:
    """Copies the database as it is at one moment, other programs may write on; gives the schema's revision.

    Raises BackupRefusedError for a damaged database.
    """
    path = _path(engine)
    with (
        _failure_told(path),
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        # All pages in one step: one read transaction, so that no write comes between two pages.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE").close()
        if fault := _fault(copy):
            raise sqlite3.DatabaseError(fault)
        return _revision(copy)


def check_copy(path: Path, revision: str | None, shown: Path) -> None:
    """Raises BackupRefusedError unless a copy is sound and has the revision. shown: the backup that it comes from."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            found, fault = _revision(connection), _fault(connection)
    except sqlite3.DatabaseError as error:
        found, fault = revision, str(error)
    if fault or found != revision:
        raise BackupRefusedError(
            _(
                "{file}: cơ sở dữ liệu trong bản sao lưu không dùng được ({reason}). Hãy dùng một bản sao lưu khác."
            ).format(
                file=shown,
                reason=fault or _("lược đồ {found}, bản kê ghi {listed}").format(found=found, listed=revision),
            )
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[sqlite3.Connection]:
    """A connection that nobody else can open the database beside.

    Whoever has opened a database in WAL mode holds a shared lock on it until he closes it, even while he does nothing;
    so an exclusive lock is had only when no program, and no pool of this one, has it open. Source: the file format and
    locking pages of SQLite; the last connection that closes finds out in the same way that it is the last.
    """
    engine.dispose()
    with closing(sqlite3.connect(_path(engine), timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL").close()
        connection.execute("PRAGMA locking_mode=EXCLUSIVE").close()
        try:
            connection.execute("BEGIN EXCLUSIVE").close()
            connection.execute("COMMIT").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise BackupRefusedError(
                _(
                    "Cơ sở dữ liệu {file} đang được ứng dụng hoặc một lệnh khác mở. "
                    "Hãy dừng ứng dụng (Ctrl+C ở cửa sổ lệnh đang chạy nó) rồi chạy lại."
                ).format(file=_path(engine))
            ) from None
        yield connection


def refuse_while_open(engine: Engine) -> None:
    """Raises BackupRefusedError while a program, this one included, has the database open."""
    with _failure_told(_path(engine)), _alone(engine):
        pass


def copy_in(engine: Engine, source: Path, revision: str | None) -> None:
    """Puts a copy in the database's place, in one transaction: a stop in the middle leaves what was there.

    Raises BackupRefusedError while a program has the database open.
    """
    with _failure_told(_path(engine)), closing(sqlite3.connect(source)) as copy, _alone(engine) as connection:
        copy.backup(connection, pages=-1)
