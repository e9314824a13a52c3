"""Which cores of the processor draw pages, and which do long work.

Python lets one thread at a time work. Threads that take turns on several cores find nothing of what they need near the
core, and a page takes an eighth longer.
"""

import os
from collections.abc import Set
from contextlib import suppress

_ALL: Set[int] = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def keep_to_one(number: int) -> None:
    """The calling thread, and every thread that it starts from now on, works on one core; where cores cannot be chosen, on all.

    number: of the process among those of this machine, so that they share the cores out between them.
    """
    if _ALL:
        _work_on({sorted(_ALL)[number % len(_ALL)]})


def use_all() -> None:
    """The calling thread works on whichever core is free: long work keeps no page waiting for the core."""
    if _ALL:
        _work_on(_ALL)


def _work_on(cores: Set[int]) -> None:
    # A container may forbid it, or have lost cores since the start: then the system chooses, as it does elsewhere.
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
