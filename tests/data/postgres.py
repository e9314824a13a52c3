"""A PostgreSQL server of the test session's own: started once, shared by all workers, stopped with the last one."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from sqlalchemy import make_url

from tests.ports import free_port

BINARIES = Path("/usr/lib/postgresql/15/bin")


def _run(program: str, *arguments: str) -> None:
    # The server refuses to run as root.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*user, str(BINARIES / program), *arguments]
    done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{program} failed: {done.stdout}{done.stderr}"


def _start() -> dict[str, str]:
    folder = Path(tempfile.mkdtemp(prefix="dti-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster, port = folder / "cluster", free_port()
    _run("initdb", "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    server = {"folder": str(folder), "url": f"postgresql://postgres@127.0.0.1:{port}/postgres"}
    launch(server)
    return server


def launch(server: dict[str, str]) -> None:
    """Starts a server, for the first time or again."""
    folder, port = Path(server["folder"]), make_url(server["url"]).port
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
    # The server's files need not outlive it.
    options += " -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
    # Without a log file pg_ctl's server would hold our output pipes open.
    _run("pg_ctl", "-D", str(folder / "cluster"), "-l", str(folder / "log"), "-o", options, "-w", "start")


def halt(server: dict[str, str]) -> None:
    """Stops a server, which ends every connection to it."""
    _run("pg_ctl", "-D", str(Path(server["folder"]) / "cluster"), "-m", "fast", "-w", "stop")


def _stop(server: dict[str, str]) -> None:
    _run("pg_ctl", "-D", str(Path(server["folder"]) / "cluster"), "-m", "immediate", "stop")
    shutil.rmtree(server["folder"], ignore_errors=True)


@contextmanager
def shared_server(shared: Path) -> Iterator[str]:
    """Address of the server; `shared` is a folder that all workers of the test session see."""
    state, lock = shared / "postgres.json", FileLock(shared / "postgres.lock")
    with lock:
        server = json.loads(state.read_text()) if state.exists() else {**_start(), "users": 0}
        state.write_text(json.dumps({**server, "users": server["users"] + 1}))
    try:
        yield server["url"]
    finally:
        with lock:
            server = json.loads(state.read_text())
            if server["users"] > 1:
                state.write_text(json.dumps({**server, "users": server["users"] - 1}))
            else:
                state.unlink()
                _stop(server)
