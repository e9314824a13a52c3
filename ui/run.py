"""What a run of a page finds out once and keeps to its end: a run has a thread, and begins with who is looking."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Found = TypeVar("_Found")
_run = threading.local()
DATA_VERSION = "data_version"
"""What a run calls the data version that it has found out: with who is looking, or by itself."""
LONGEST_TURN = 0.25
"""Seconds after which a page that is still being drawn keeps nobody waiting: it works out much, or waits for the database."""


class Turns:
    """Who draws a page now, and who waits, first come, first served.

    Only the first of those who wait is woken: were all of them, a long queue would take the time from whoever draws.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._drawing: threading.Event | None = None
        self._since = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What is drawn inside is drawn alone, unless a page before it takes long."""
        own = threading.Event()
        with self._changing:
            self._waiting.append(own)
        try:
            while (seconds := self._take(own)) != 0:
                own.wait(seconds)
            yield
        finally:
            self._leave(own)

    def _take(self, own: threading.Event) -> float | None:
        """Takes the turn if it is there to be taken. Gives the seconds after which to ask again unless woken before: 0 once
        it is taken, None for whoever is not the first to wait."""
        with self._changing:
            own.clear()
            if self._waiting[0] is not own:
                return None
            left = 0.0 if self._drawing is None else self._since + LONGEST_TURN - time.monotonic()
            if left > 0:
                return left
            self._waiting.popleft()
            self._drawing, self._since = own, time.monotonic()
            self._wake_first()
            return 0

    def _leave(self, own: threading.Event) -> None:
        with self._changing:
            if own in self._waiting:
                self._waiting.remove(own)
            if self._drawing is own:
                self._drawing = None
            self._wake_first()

    def _wake_first(self) -> None:
        if self._waiting:
            self._waiting[0].set()


turn = Turns().turn
"""The turn of a page of this process: drawn together, pages take the processor from each other, and all are late."""


def memory() -> dict[str, Any]:
    """What was found out in this thread since the run began."""
    return _run.__dict__


def once(name: str, find: Callable[[], _Found]) -> _Found:
    """What the function gave the first time in this run. Outside a run it is asked every time."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return find()
    found = memory()
    if name not in found:
        found[name] = find()
    return found[name]


def forget(name: str) -> None:
    """Makes the run find out anew."""
    memory().pop(name, None)
