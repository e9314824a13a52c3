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
LONGEST_TURN = 0.25
"""Seconds after which a page that is still being drawn keeps nobody waiting: it works out much, or waits for the database."""


class Turns:
    """Who draws a page now, and who waits, first come, first served."""

    def __init__(self) -> None:
        self._moved = threading.Condition()
        self._waiting: deque[object] = deque()
        self._drawing: object | None = None
        self._since = 0.0

    def _left(self) -> float:
        """Seconds for which the page that is being drawn may still keep others waiting."""
        return 0.0 if self._drawing is None else self._since + LONGEST_TURN - time.monotonic()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What is drawn inside is drawn alone, unless a page before it takes long."""
        own = object()
        with self._moved:
            self._waiting.append(own)
            try:
                while self._waiting[0] is not own or self._left() > 0:
                    self._moved.wait(max(self._left(), 0.001))
            finally:
                self._waiting.remove(own)
            self._drawing, self._since = own, time.monotonic()
        try:
            yield
        finally:
            with self._moved:
                if self._drawing is own:
                    self._drawing = None
                    self._moved.notify_all()


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
