"""A PostgreSQL database copied out by pg_dump and put back by pg_restore and psql in one transaction."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text

from data.backup_file import BackupRefusedError
from data.database import engine_for
from data.setup import schema_revision
from language import _

WAIT_SECONDS = 5
"""How long another program may take to let go of the database."""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND backend_type = 'client backend'
  AND application_name <> current_setting('application_name')
"""
_CLEAR = """
DO $clear$
DECLARE item record;
BEGIN
  FOR item IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = {schema} LOOP
    EXECUTE 'DROP TABLE ' || item.name || ' CASCADE';
  END LOOP;
  FOR item IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = quote_ident({schema})::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP
    EXECUTE 'DROP ROUTINE ' || item.name || ' CASCADE';
  END LOOP;
END
$clear$;
"""
_CHECK = """
DO $check$
BEGIN
  IF (SELECT string_agg(version_num, ',') FROM {table}) IS DISTINCT FROM '{revision}' THEN
    RAISE EXCEPTION 'alembic_version is not {revision}';
  END IF;
END
$check$;
"""


def with_own_name(url: URL) -> URL:
    """The address under which this program's connections can be told from those of the application."""
    return url.update_query_dict({"application_name": "dti-backup"})


def tables(engine: Engine) -> frozenset[str]:
    """Names of the tables."""
    return frozenset(inspect(engine).get_table_names())


def _run(url: URL, program: str, *arguments: str) -> None:
    """Runs a client program. Raises BackupRefusedError when it is missing or fails, with what it said."""
    found = shutil.which(program)
    if found is None:
        raise BackupRefusedError(
            _(
                "Không tìm thấy chương trình {program} của PostgreSQL. Hãy cài gói postgresql-client cùng phiên bản với máy "
                "chủ cơ sở dữ liệu rồi chạy lại."
            ).format(program=program)
        )
    # Whoever may list processes sees the arguments: the password goes through the environment.
    environment = os.environ | {"PGPASSWORD": str(url.password)} if url.password else os.environ
    # Somebody else's open transaction must not hold us up without end.
    environment = environment | {"PGOPTIONS": "-c lock_timeout=30s", "PGCLIENTENCODING": "UTF8"}
    done = subprocess.run(
        [found, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefusedError(
            _("{program} của PostgreSQL không làm được: {reason} Hãy xử lý nguyên nhân này rồi chạy lại.").format(
                program=program, reason=done.stderr.strip() or done.returncode
            )
        )


def _address(url: URL) -> str:
    plain = url.set(drivername="postgresql")
    # `set` takes None for "leave it".
    return "--dbname=" + URL.create(
        plain.drivername, plain.username, None, plain.host, plain.port, plain.database, plain.query
    ).render_as_string(hide_password=False)


def copy_out(engine: Engine, target: Path) -> str | None:
    """Copies the database as it is at one moment, others may write on; gives the schema's revision.

    Raises BackupRefusedError when pg_dump is missing or fails.
    """
    with engine_for(engine, "read").connect() as connection:
        revision = schema_revision(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(
            engine.url,
            "pg_dump",
            _address(engine.url),
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
    return revision


def refuse_while_open(engine: Engine) -> None:
    """Raises BackupRefusedError while another program is connected to the database as the same user."""
    until = time.monotonic() + WAIT_SECONDS
    with engine.connect() as connection:
        while others := connection.execute(text(_OTHERS)).scalar_one():
            # What was seen stays as it was until the transaction ends.
            connection.rollback()
            if time.monotonic() > until:
                raise BackupRefusedError(
                    _(
                        "Cơ sở dữ liệu {database} đang được ứng dụng hoặc một lệnh khác mở ({count} kết nối). "
                        "Hãy dừng ứng dụng trên mọi máy rồi chạy lại."
                    ).format(database=engine.url.database, count=others)
                )
            time.sleep(0.1)


def copy_in(engine: Engine, source: Path, revision: str | None) -> None:
    """Puts a dump in the place of the schema's tables and functions, in one transaction.

    Raises BackupRefusedError when a program is missing or fails, or the dump has another revision than `revision`;
    nothing has changed then.
    """
    with engine.connect() as connection:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
    quote = engine.dialect.identifier_preparer.quote_identifier
    steps = [source.with_suffix(suffix) for suffix in (".clear.sql", ".restore.sql", ".check.sql")]
    clear, script, check = steps
    clear.write_text(_CLEAR.format(schema="'" + schema.replace("'", "''") + "'"), encoding="utf-8")
    _run(
        engine.url,
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        f"--schema={schema}",
        f"--file={script}",
        str(source),
    )
    table = f"{quote(schema)}.alembic_version"
    check.write_text("" if revision is None else _CHECK.format(table=table, revision=revision), encoding="utf-8")
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run(engine.url, "psql", _address(engine.url), *options, *(f"--file={step}" for step in steps))
