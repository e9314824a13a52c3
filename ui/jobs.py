"""Long work beside the screens: threads that compute and never draw, with progress and a way to stop them."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Lock
from typing import Generic, TypeVar

from ui.cores import use_all

Result = TypeVar("Result")

MOST_KEPT = 48
WORKERS = 2


class Cancelled(Exception):
    """Raised inside the work, at its next report, when somebody stopped it."""


class Job(Generic[Result]):
    """One piece of work. `result` grows while it runs; each value is immutable, so readers need no lock.

    done: from 0 to 1. failed: whether it ended with an error, which is in the log.
    """

    def __init__(self) -> None:
        self.result: Result | None = None
        self.done = 0.0
        self.finished = self.cancelled = self.failed = False
        self._changed = Condition()

    def report(self, done: float, result: Result | None = None) -> None:
        """Tells how much is done and puts a further result in place of the one before. Raises Cancelled."""
        with self._changed:
            self.result, self.done = self.result if result is None else result, done
            self._changed.notify_all()
        if self.cancelled:
            raise Cancelled

    def cancel(self) -> None:
        """Asks the work to stop at its next report."""
        self.cancelled = True

    def close(self, *, failed: bool) -> None:
        """Marks the end."""
        with self._changed:
            self.finished, self.failed = True, failed
            self._changed.notify_all()

    def wait(self, seconds: float, *, whole: bool = False) -> bool:
        """Waits for the first result (the whole work), at most so long; whether it is there."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.finished or (not whole and self.result is not None), timeout=seconds
            )


class Jobs(Generic[Result]):
    """Work by key: asked twice it is done once, and the last results stay ready."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: OrderedDict[Hashable, Job[Result]] = OrderedDict()
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(WORKERS, name, use_all)

    def find(self, key: Hashable) -> Job[Result] | None:
        """The job of a key, None when nobody has asked for it."""
        with self._lock:
            return self._jobs.get(key)

    def ask(self, key: Hashable, work: Callable[[Job[Result]], None], *, anew: bool = False) -> Job[Result]:
        """The job of a key, begun when there is none.

        work: computes and reports to its job. anew: whether work that was stopped or failed begins again; otherwise
        it stays as it ended, so that a page drawn again does not undo a stop.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not (anew and (job.cancelled or job.failed)):
                self._jobs.move_to_end(key)
                return job
            job = self._jobs[key] = Job()
            self._jobs.move_to_end(key)
            while len(self._jobs) > MOST_KEPT:
                _key, oldest = self._jobs.popitem(last=False)
                oldest.cancel()
        self._pool.submit(self._run, job, work)
        return job

    def _run(self, job: Job[Result], work: Callable[[Job[Result]], None]) -> None:
        failed = False
        try:
            if not job.cancelled:
                work(job)
        except Cancelled:
            pass
        except Exception:
            failed = True
            logging.getLogger(__name__).exception("work of %s failed", self._name)
        finally:
            job.close(failed=failed)
