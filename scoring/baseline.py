"""What our national score starts from, and what a change of our own figures makes of it.

The base is what is public of the base year. A scenario adds the change of the roll-up against its own base period, so
that doing nothing is staying where we are, and growth is never counted twice.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from language import _, format_number
from scoring.national import INDEX_WEIGHTS, TOP

BaseOrigin = Literal["published", "office", "assumed"]
Goal = Literal["enter", "hold"]

WHOLE = sum(INDEX_WEIGHTS.values())
TOLERANCE = 0.0001
"""A published total and the weighted sum of published scores may differ by so much: both are rounded."""
EDGE = 0.005
"""Fractions of 0 and 1 count as so much away from them before they are moved: the scale has no end there."""


def weighted(indices: Mapping[str, float]) -> float:
    """The total from 0 to 1 of eight main indices, each a fraction of its maximum.

    Source: Quyết định số 922/QĐ-BTTTT (weights); the published total is points / 1000.
    """
    return math.fsum(weight * indices[code] for code, weight in INDEX_WEIGHTS.items()) / WHOLE


@dataclass(frozen=True)
class BaseLine:
    """Our result of the base year: what a forecast of the target year starts from. Immutable.

    indices: fraction from 0 to 1 of each of the eight scored main indices. total: from 0 to 1, the published one where
    it is public; within 0.0001 of the weighted indices. origin: whether the indices are published, entered by the
    office, or an allocation that is only consistent with the total. sources: of total and indices.
    Raises ValueError for other codes, fractions outside 0 to 1, or a total that the indices do not give.
    """

    base_year: int
    target_year: int
    indices: Mapping[str, float]
    total: float
    rank: int | None
    origin: BaseOrigin
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        if set(self.indices) != set(INDEX_WEIGHTS):
            raise ValueError(f"main indices {sorted(self.indices)}; expected {sorted(INDEX_WEIGHTS)}")
        outside = [code for code, value in self.indices.items() if not 0 <= value <= 1]
        if outside:
            raise ValueError(f"main indices {outside} are not fractions from 0 to 1")
        if abs(weighted(self.indices) - self.total) > TOLERANCE + 1e-9:
            raise ValueError(f"the main indices give {weighted(self.indices)}, not the total {self.total}")
        object.__setattr__(self, "indices", MappingProxyType({code: self.indices[code] for code in INDEX_WEIGHTS}))

    @property
    def goal(self) -> Goal:
        """Whether the question is to enter the top 15 or to hold a place in it."""
        return "hold" if self.rank is not None and self.rank <= TOP else "enter"

    def total_of(self, indices: Mapping[str, float]) -> float:
        """The total of other main indices, within 0 to 1; those of the base give the base's total exactly.

        The published total and the weighted published scores differ by rounding; only the difference between two
        weighted sums is used, so that doing nothing changes nothing.
        """
        if all(indices[code] == value for code, value in self.indices.items()):
            return self.total
        return min(1.0, max(0.0, self.total + weighted(indices) - weighted(self.indices)))

    def moved(
        self, before: Mapping[str, float], after: Mapping[str, float], direct: Mapping[str, float] | None = None
    ) -> dict[str, float]:
        """Our main indices in a scenario: base + (after - before), within 0 to 1; a directly set one replaces its sum.

        before, after: the reference set's provincial main indices as fractions, of the base period and of the
        scenario. An index in which nothing is applicable on either side does not move.
        """
        direct = direct or {}
        result = {}
        for code, base in self.indices.items():
            change = after.get(code, math.nan) - before.get(code, math.nan)
            result[code] = min(1.0, max(0.0, base + (0.0 if math.isnan(change) else change)))
        return result | {code: direct[code] for code in self.indices if code in direct}


def _shifted(fraction: float, amount: float) -> float:
    """The fraction after moving it by an amount on the log-odds scale, on which nobody passes 0 or 1."""
    held = min(1 - EDGE, max(EDGE, fraction))
    return 1 / (1 + math.exp(-(math.log(held / (1 - held)) + amount)))


def allocation(total: float, shape: Mapping[str, float]) -> dict[str, float]:
    """Eight main indices that give the total exactly and keep the order of strong and weak ones in the shape.

    shape: the reference set's provincial main indices as fractions. All of them are moved by one amount on the
    log-odds scale, found by halving; an index without a fraction takes the mean of the others. An assumption, never a
    published fact. Raises ValueError for a total that is not between 0 and 1.
    """
    if not 0 < total < 1:
        raise ValueError(
            _("Tổng điểm {total} không nằm giữa 0 và 1; hãy kiểm tra kết quả của năm gốc.").format(
                total=format_number(total)
            )
        )
    known = {code: shape.get(code, math.nan) for code in INDEX_WEIGHTS}
    given = {code: value for code, value in known.items() if not math.isnan(value)}
    heaviness = sum(INDEX_WEIGHTS[code] for code in given)
    mean = math.fsum(INDEX_WEIGHTS[code] * v for code, v in given.items()) / heaviness if given else total
    full = {code: given.get(code, mean) for code in INDEX_WEIGHTS}
    low, high = -60.0, 60.0
    while True:
        middle = (low + high) / 2
        moved = {code: _shifted(value, middle) for code, value in full.items()}
        if middle in (low, high) or weighted(moved) == total:
            return moved
        low, high = (middle, high) if weighted(moved) < total else (low, middle)
