"""Runs asynchronous work from a test."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

_Result = TypeVar("_Result")


def done(work: Coroutine[Any, Any, _Result]) -> _Result:
    """What the work gives. In a thread of its own: where a browser test ran before, this thread's loop is the browser's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
