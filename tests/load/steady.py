"""Signed-in people who act every ten seconds, and others who come and go: how long they wait, what memory it takes."""

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

from tests.load.people import Clerk
from tests.load.servers import Server
from tests.load.tab import PageFailedError, Tab
from tests.load.walks import Walk

GROUPS = ("NT", "TC", "HT", "NL", "AT", "CQ", "KT", "XH")
"""Codes of the main indices."""
EVERY = 10.0
"""Seconds from one action of somebody to his next, on average."""
VISITS_AT_ONCE = 20


@dataclass
class Waits:
    """How long people waited, in seconds from when they acted, by screen; failures in words; processor of the server."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    processor: float = 0.0
    load: float = 0.0


def make_walks(address: str, clerks: Sequence[Clerk], cookies: Sequence[dict[str, str]]) -> list[Walk]:
    """The clerks, each with a page of his own; several clerks of a unit type figures of their own each."""
    colleagues: dict[object, list[Clerk]] = {}
    for clerk in clerks:
        colleagues.setdefault(clerk.unit, []).append(clerk)
    return [
        Walk(
            clerk,
            Tab(address, headers),
            GROUPS,
            (colleagues[clerk.unit].index(clerk), len(colleagues[clerk.unit])),
            random.Random(number),
        )
        for number, (clerk, headers) in enumerate(zip(clerks, cookies, strict=True))
    ]


async def warmed_up(walks: Sequence[Walk]) -> None:
    """Connects everybody, and shows every screen to a few, so that what is worked out once is there."""
    for walk in walks:
        await walk.tab.connect()
    for walk in walks[:: max(1, len(walks) // 12)]:
        for _screen, act in walk.actions():
            await act()
    for walk in walks:
        await walk.open_form()


async def measured(server: Server, walks: Sequence[Walk], seconds: float) -> Waits:
    """What the people do for some time, every action when it is due, however long the one before took."""
    waits, end = Waits(), time.monotonic() + seconds
    before = server.processor
    await asyncio.gather(*(_work(walk, number, end, waits) for number, walk in enumerate(walks)))
    waits.processor, waits.load = (server.processor - before) / seconds, os.getloadavg()[0]
    return waits


async def _work(walk: Walk, number: int, end: float, waits: Waits) -> None:
    actions = cycle(walk.actions())
    # Not all of them are at the same screen.
    for _action in range(number % len(walk.actions()) - 1):
        next(actions)
    due = time.monotonic() + walk.chance.uniform(0, EVERY)
    form_open = True
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        screen, act = next(actions)
        if act == walk.type_figure and not form_open:
            act = walk.open_form
        form_open = act in (walk.type_figure, walk.open_form)
        try:
            await act()
            waits.seconds.setdefault(screen, []).append(time.monotonic() - due)
        except (PageFailedError, OSError, TimeoutError, asyncio.CancelledError, Exception) as failure:
            waits.failures.append(f"{screen}: {failure!r}")
        due += walk.chance.uniform(EVERY / 2, EVERY * 3 / 2)


async def come_and_go(address: str, cookies: Sequence[dict[str, str]], number: int) -> list[str]:
    """So many sessions open the form, look at a scorecard and leave. Gives their failures in words."""
    gate, failures = asyncio.Semaphore(VISITS_AT_ONCE), []

    async def visit(headers: dict[str, str]) -> None:
        async with gate:
            try:
                async with Tab(address, headers) as tab:
                    await tab.show("nhap-so-lieu", {"loc-so-lieu": "tat-ca"})
                    await tab.show("phieu-diem", {"khoi": "huyen"})
            except Exception as failure:
                failures.append(repr(failure))

    await asyncio.gather(*(visit(cookies[visitor % len(cookies)]) for visitor in range(number)))
    return failures
