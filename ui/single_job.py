"""Long work beside the screens: it runs in a thread of its own, tells how far it is, and can be cancelled.

The work itself never draws; a screen asks how far it is and draws that.
"""

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")
_logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Raised inside the work when somebody cancelled it."""


class Job(Generic[Result]):
    """One piece of work and its result. Everybody who asks for the same content shares the same job."""

    def __init__(self, work: Callable[[Callable[[int], None]], Result], amount: int) -> None:
        """work: takes a function that is told how much is done, and gives the result. amount: how much there is."""
        self._work, self._amount = work, amount
        self._lock, self._stop = Lock(), Event()
        self._thread: Thread | None = None
        self._done = 0
        self.result: Result | None = None
        self.failed = False

    @property
    def running(self) -> bool:
        """Whether the work is being done now."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        return min(self._done / self._amount, 1.0)

    def start(self) -> None:
        """Begin the work unless it is being done or has been done."""
        with self._lock:
            if self.running or self.result is not None:
                return
            self._stop.clear()
            self._done, self.failed = 0, False
            self._thread = Thread(target=self._run, daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Stop the work at its next report, and wait until it has stopped."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self) -> None:
        """Wait until the work has ended."""
        if self._thread is not None:
            self._thread.join()

    def _report(self, done: int) -> None:
        if self._stop.is_set():
            raise Cancelled
        self._done = done

    def _run(self) -> None:
        try:
            self.result = self._work(self._report)
        except Cancelled:
            self._done = 0
        except Exception:
            self.failed = True
            _logger.exception("Long work failed")
