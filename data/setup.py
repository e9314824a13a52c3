"""Bringing a database up: migrate it, put in the reference tables and the demonstration data, once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine, text

from data.database import engine_for, make_engine, read_session, write_session
from data.seeding import demonstration_decided, reference_is_in, seed_demonstration, seed_reference
from data.settings import Settings
from language import _

MIGRATIONS = Path(__file__).parent / "migrations"
SETUP_LOCK = 968_2024
"""Key of the PostgreSQL advisory lock under which a database is brought up."""


def _config() -> Config:
    config = Config()
    # A percent sign in a path would be read as interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def known_revisions() -> tuple[str, ...]:
    """Every revision of the schema that this version of the product knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def schema_revision(connection: Connection) -> str | None:
    """The revision of the schema that a database has, None for one without tables of the product."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Brings the schema to the newest revision, whole or not at all.

    Raises RuntimeError when rows refer to rows that are not there after the migration of a SQLite file.
    """
    config = _config()
    with engine_for(engine, "schema").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(
                    _(
                        "Nâng cấp cơ sở dữ liệu bị hủy: {count} dòng (bảng đầu tiên: {table}) trỏ đến dòng không có; "
                        "cần 0 dòng. Hãy khôi phục bản sao lưu gần nhất rồi chạy lại."
                    ).format(count=len(broken), table=broken[0][0])
                )


def keep_private(engine: Engine) -> None:
    """Makes the file of a SQLite database its owner's alone, from the first byte on; SQLite gives -wal and -shm its mode."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return
    path = Path(engine.url.database)
    if not path.exists():
        path.touch(mode=0o600)
    for file in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))):
        if file.exists() and file.stat().st_mode & 0o077:
            # Somebody else's file stays as its owner has it.
            with suppress(PermissionError):
                file.chmod(0o600)


@contextmanager
def setup_lock(engine: Engine) -> Iterator[None]:
    """Nobody else brings this database up, restores or upgrades it meanwhile; whoever wants to waits."""
    if engine.dialect.name == "sqlite":
        with FileLock(f"{engine.url.database}.lock"):
            yield
        return
    with engine.connect() as connection:
        # A restore or an upgrade may take its time.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": SETUP_LOCK})
        # The lock belongs to the connection; its transaction need not stay open while others work.
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": SETUP_LOCK})
            connection.commit()


def prepare_database(settings: Settings, *, demonstration: bool = True) -> Engine:
    """The engine of a database that is ready for use: newest schema, reference tables, demonstration data.

    demonstration: False leaves it to a later start to put the demonstration data in. May be called at every start and
    by several processes at once; what is there already stays as it is.
    """
    engine = make_engine(settings.url)
    with setup_lock(engine):
        bring_up(engine, demonstration=demonstration)
    return engine


def bring_up(engine: Engine, *, demonstration: bool) -> None:
    """Newest schema, reference tables and, if wanted, demonstration data. To be called under `setup_lock`.

    A database that lacks none of them keeps its data version.
    """
    keep_private(engine)
    migrate(engine)
    with read_session(engine) as session:
        if reference_is_in(session) and (demonstration_decided(session) or not demonstration):
            return
    with write_session(engine) as session:
        seed_reference(session)
        if demonstration:
            seed_demonstration(session)
