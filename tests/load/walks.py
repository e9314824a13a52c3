"""What a clerk does from action to action: types figures, looks at the scorecard, looks at the ranking."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine, select

from data.database import read_session
from data.models import Draft
from language import _
from tests.load.people import Clerk
from tests.load.tab import Drawn, PageFailedError, Tab
from ui.widget_keys import widget_key

LEVEL_CODES = {"department": "so", "district": "huyen", "commune": "xa"}
NEWEST, EARLIER = 12, tuple(range(6, 12))
VIEWS = ("bang", "cot", "nhiet")


@dataclass
class Walk:
    """A clerk at work. kept: what the form said to be kept, by entry.

    groups: codes of the main indices. own: of several clerks of a unit, which one: each types entries of his own.
    """

    clerk: Clerk
    tab: Tab
    groups: tuple[str, ...]
    own: tuple[int, int]
    chance: random.Random
    kept: dict[str, str] = field(default_factory=dict)
    _entries: list[str] = field(default_factory=list)

    def actions(self) -> tuple[tuple[str, Callable[[], Awaitable[object]]], ...]:
        """The actions of one round by the screen on which they are done: every screen has a third of them."""
        entry, card, list_ = _("Nhập số liệu"), _("Phiếu điểm"), _("Xếp hạng")
        return (
            (entry, self.open_form),
            *[(entry, self.type_figure)] * 5,
            *[(card, self.look_at_card)] * 6,
            *[(list_, self.look_at_ranking)] * 6,
        )

    async def open_form(self) -> None:
        """Opens the form at a main index."""
        query = {"chi-so": self.chance.choice(self.groups), "loc-so-lieu": "tat-ca"}
        drawn = await self.tab.show("nhap-so-lieu", query)
        mine, clerks = self.own
        figures = [entry for entry, text in drawn.entries() if "/" not in text]
        self._entries = figures[mine::clerks]

    async def type_figure(self) -> None:
        """Types a figure; the form says that it is kept. Raises PageFailedError when it does not."""
        entry, text = self.figure()
        drawn = await self.tab.type_in(entry, text)
        if not drawn.says_kept(entry):
            raise PageFailedError(f"{self.clerk.user_name}: {entry} was not kept: {drawn.alerts()}")
        self.kept[entry] = text

    def figure(self) -> tuple[str, str]:
        """An entry, and what to type into it."""
        entry = self.chance.choice(self._entries)
        before = self.tab.typed[entry]
        # The same number, so that parts stay within their wholes, but another text, which is kept as it is typed.
        zeros = (len(before) - len(before.lstrip("0")) + self.chance.randint(1, 98)) % 99
        return entry, "0" * zeros + (before.lstrip("0") or "0")

    async def look_at_card(self) -> Drawn:
        """Opens the scorecard of the own unit at a month."""
        return await self.tab.show("phieu-diem", {**self._place(), "don-vi": self.clerk.unit.code})

    async def look_at_ranking(self) -> Drawn:
        """Opens the ranking of the own level at a month in a view."""
        return await self.tab.show("xep-hang", {**self._place(), "xem": self.chance.choice(VIEWS)})

    def _place(self) -> Mapping[str, str]:
        """The own level, every second time at the newest month, else at one of the six before."""
        month = NEWEST if self.chance.random() < 0.5 else self.chance.choice(EARLIER)
        return {"khoi": LEVEL_CODES[self.clerk.level], "thang": str(month)}


def not_kept(engine: Engine, walks: Sequence[Walk]) -> list[str]:
    """What the form said to be kept, and the database does not hold, in words; several clerks of a unit type apart."""
    with read_session(engine) as session:
        stored = {
            widget_key("entry", d.period_id, d.unit_code, d.entry): d.value for d in session.scalars(select(Draft))
        }
    return [
        f"{walk.clerk.user_name}: {entry} was said to be {text}"
        for walk in walks
        for entry, text in walk.kept.items()
        if stored.get(entry.split("-", 2)[2]) != text
    ]
