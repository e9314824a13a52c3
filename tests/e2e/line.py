"""A TCP line between browsers and a server that can be cut: what a browser itself cuts leaves its websockets open."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit


class Line:
    """A line to a server. address: where browsers reach the server over it, without trailing slash."""

    def __init__(self, server: str) -> None:
        self._server = _place(server)
        self._door = socket.create_server((self._server[0], 0))
        self._ends: set[socket.socket] = set()
        self._whole = True
        self.address = f"http://{self._server[0]}:{self._door.getsockname()[1]}"
        Thread(target=self._take, daemon=True).start()

    def cut(self) -> None:
        """Ends every connection, and lets none come about until it is mended."""
        self._whole = False
        for end in tuple(self._ends):
            _hang_up(end)

    def mend(self) -> None:
        """Lets connections come about again."""
        self._whole = True

    def lead_to(self, server: str) -> None:
        """Further connections come about with another server."""
        self._server = _place(server)

    def close(self) -> None:
        """Ends the line for good."""
        _hang_up(self._door)
        self._door.close()
        self.cut()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                browser, _address = self._door.accept()
                Thread(target=self._join, args=(browser,), daemon=True).start()

    def _join(self, browser: socket.socket) -> None:
        with closing(browser), suppress(OSError), socket.create_connection(self._server) as server:
            self._ends |= {browser, server}
            if self._whole:
                back = Thread(target=_carry, args=(server, browser), daemon=True)
                back.start()
                _carry(browser, server)
                back.join()
            self._ends -= {browser, server}


def _place(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _carry(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while sent := here.recv(65536):
            there.sendall(sent)
    _hang_up(here)
    _hang_up(there)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """A line to the server at an address."""
    line = Line(server)
    try:
        yield line
    finally:
        line.close()
