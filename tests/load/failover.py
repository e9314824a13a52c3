"""Two processes behind nginx, of which one is killed while everybody types."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from websockets.exceptions import WebSocketException

from tests.load.servers import Server
from tests.load.tab import PageFailedError
from tests.load.walks import Walk

PATIENCE = 60
"""Seconds within which everybody must be connected again."""
FIGURES = 3
"""What each types before the process is killed."""


@dataclass
class FailedOver:
    """What became of the people. cut: whose process was killed. open: what they had typed and nobody had kept yet.

    lost: of that what no longer stood on the page. seconds: until the last of them had his page again.
    """

    people: int
    cut: int = 0
    open: int = 0
    lost: int = 0
    seconds: float = 0.0


async def failed_over(walks: Sequence[Walk], first: Server) -> FailedOver:
    """Everybody types; the first process is killed in the middle; whoever it served goes on at the other.

    Raises PageFailedError when somebody does not.
    """
    found = FailedOver(len(walks))
    for walk in walks:
        await walk.tab.connect()
        await walk.open_form()
        for _figure in range(FIGURES):
            await walk.type_figure()
    stop = asyncio.Event()
    typing = [asyncio.create_task(_type_until_cut(walk, stop)) for walk in walks]
    await asyncio.sleep(1)
    first.kill()
    begin = time.monotonic()
    stop.set()
    cut = [walk for walk, was_cut in zip(walks, await asyncio.gather(*typing), strict=True) if was_cut]
    found.cut = len(cut)
    await asyncio.gather(*(_go_on(walk, found) for walk in cut))
    found.seconds = time.monotonic() - begin
    for walk in walks:
        await walk.type_figure()
    return found


async def _type_until_cut(walk: Walk, stop: asyncio.Event) -> bool:
    """Types and types, until the connection is cut (True), or, still connected, until it is to stop."""
    try:
        while not stop.is_set():
            await walk.type_figure()
            await asyncio.sleep(walk.chance.uniform(0, 0.2))
        # A connection that was cut says so at the next action.
        await walk.type_figure()
    except (OSError, WebSocketException):
        return True
    return False


async def _go_on(walk: Walk, found: FailedOver) -> None:
    """Types one more figure, connects again as a browser does, with everything that stands on the page, and keeps it."""
    entry, text = walk.figure()
    walk.tab.typed[entry] = text
    shown, end = dict(walk.tab.typed), time.monotonic() + PATIENCE
    while True:
        try:
            await walk.tab.connect()
            break
        except (OSError, WebSocketException):
            if time.monotonic() > end:
                raise PageFailedError(f"{walk.clerk.user_name} did not get back") from None
            await asyncio.sleep(0.2)
    drawn = await walk.tab.run()
    for entry, text in shown.items():
        if walk.tab.typed[entry] != text:
            found.lost += 1
        mine = drawn.button(entry, "mine")
        if mine is not None:
            found.open += 1
            drawn = await walk.tab.press(mine)
            if not drawn.says_kept(entry):
                raise PageFailedError(f"{walk.clerk.user_name}: {entry} was not kept: {drawn.alerts()}")
            walk.kept[entry] = text
        elif entry in walk.kept:
            # What the process had kept before it died, and could not say any more.
            walk.kept[entry] = text
