"""What a run of a page finds out once and keeps to its end: a run has a thread, and begins with who is looking."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Found = TypeVar("_Found")
_run = threading.local()
AT_ONCE = 4
"""Pages drawn at the same time: more would only take the processor from each other, and slow all of them down."""
LONGEST_WAIT = 1.0
"""Seconds after which a page no longer waits for its turn: those before it may be waiting for the database."""
_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """What is drawn inside is drawn while few others are."""
    taken = _turns.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if taken:
            _turns.release()


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
