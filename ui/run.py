"""What a run of a page finds out once and keeps to its end: a run has a thread, and begins with who is looking."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx

_Found = TypeVar("_Found")
_run = threading.local()


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
