"""The processes of an installation: the application, started as in production, and nginx before two of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.screens import ROOT, await_start
from tests.ports import free_port, port_of_process

OPS = ROOT / "ops"
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running process of the application."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> float:
        """Megabytes that it holds in memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    @property
    def processor(self) -> float:
        """Seconds of processor time that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(
    folder: Path, number: int = 1, database_url: str = "", options: Sequence[str] = ()
) -> Iterator[tuple[Server, ...]]:
    """So many processes of the application, started together, each on a free port. folder: of their data.

    database_url: another database than the file in the folder. options: further ones of Streamlit. Raises RuntimeError
    with the end of its log when one does not start.
    """
    servers: list[Server] = []
    try:
        servers.extend(_started(folder, own, database_url, options) for own in range(number))
        for server in servers:
            await_start(server.process, f"127.0.0.1:{server.port}", server.log)
        yield tuple(servers)
    finally:
        for server in servers:
            server.kill()


def _started(folder: Path, number: int, database_url: str, options: Sequence[str]) -> Server:
    port = port_of_process(number)
    log = folder / f"server-{port}.log"
    variables = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("OIDC_")}
    variables |= {"DTI_FOLDER": str(folder), "PYTHONUNBUFFERED": "1"}
    variables |= {"DATABASE_URL": database_url} if database_url else {}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *options]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=sink, stderr=subprocess.STDOUT)
    return Server(port, process, log)


def _certificate(folder: Path) -> None:
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout privkey.pem -out fullchain.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


def _own_configuration(folder: Path, ports: tuple[int, int], https: int) -> str:
    """The configuration of an office's server with the ports, certificate and paths of this one."""
    own = (OPS / "nginx-dti.conf").read_text(encoding="utf-8")
    for given, here in (
        ("8501", str(ports[0])),
        ("8502", str(ports[1])),
        ("listen 443", f"listen 127.0.0.1:{https}"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("/etc/ssl/dti/", f"{folder}/"),
        ("dti.example.gov.vn", "127.0.0.1"),
    ):
        assert given in own, f"ops/nginx-dti.conf no longer holds {given}"
        own = own.replace(given, here)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Only what the Debian package's own nginx.conf would say stands around it.
    return (
        f"pid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\ndaemon off;\n"
        f"events {{ worker_connections 4096; }}\nhttp {{\naccess_log off;\n{temporary}\n{own}\n}}\n"
    )


@contextmanager
def balanced(folder: Path, first: Server, second: Server) -> Iterator[str]:
    """nginx with the configuration of `ops/` before two processes. Yields its address.

    Raises RuntimeError with its log when it does not start.
    """
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    https, configuration, log = free_port(), folder / "nginx.conf", folder / "nginx.log"
    _certificate(folder)
    configuration.write_text(_own_configuration(folder, (first.port, second.port), https), encoding="utf-8")
    command = [program, "-p", str(folder), "-c", str(configuration), "-e", str(log)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _attempt in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", https)) == 0:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"nginx did not start:\n{log.read_text(encoding='utf-8')}")
            # A refusal comes at once.
            time.sleep(0.1)
        yield f"https://127.0.0.1:{https}"
    finally:
        process.terminate()
        process.wait()
