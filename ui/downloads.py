"""Download buttons whose file is made only when asked for."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from threading import Lock

import streamlit as st

from ui.identity import session_of_run

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "json": "application/json; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}


class Asked:
    """Which sessions asked for a file, known by what is in it. Of more than `most` the oldest are forgotten."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._asked: OrderedDict[tuple[bytes, int], None] = OrderedDict()

    def note(self, content: bytes, session_id: int | None) -> None:
        """The session asked for the file. None stands for somebody without a session, who fetches nothing."""
        if session_id is None:
            return
        asked = (sha256(content).digest(), session_id)
        with self._lock:
            self._asked[asked] = None
            self._asked.move_to_end(asked)
            if len(self._asked) > self._most:
                self._asked.popitem(last=False)

    def knows(self, content: bytes, session_id: int) -> bool:
        """Whether the session asked for the file."""
        return (sha256(content).digest(), session_id) in self._asked


ASKED = Asked(most=10_000)
"""The files of this process."""


def _made(make: Callable[[], bytes], session_id: int | None) -> bytes:
    content = make()
    ASKED.note(content, session_id)
    return content


def download_row(key: str, *files: tuple[str, Callable[[], bytes], str]) -> None:
    """Buttons beside each other. files: label, function that makes the file, file name.

    What is made is given to the session that asked for it alone.
    """
    asking = session_of_run()
    with st.container(horizontal=True, key=f"{key}_downloads"):
        for label, make, name in files:
            kind = name.rpartition(".")[2]
            made = partial(_made, make, asking)
            st.download_button(label, made, name, TYPES[kind], key=f"{key}_{kind}", on_click="ignore")
