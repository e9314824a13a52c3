"""How firm the places of a ranking list are, and whose place depends on a choice."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from assessment.referee import RefereeTable, referee_table
from assessment.snapshots import LevelSnapshot
from data.repositories import UnitRecord
from scoring.grid import in_points
from scoring.robustness import (
    WEIGHT_DRAWS,
    WEIGHT_SPREAD,
    ZERO_FLOOR,
    Scope,
    geometric_ranks,
    geometric_totals,
    weight_draws,
)

SEED = 1
HELD_SELDOM = 0.5
"""A place that holds in less than this share of the draws depends on the weights."""


class Choice(StrEnum):
    """A choice that could have been made otherwise."""

    WEIGHTS = "weights"
    RESCALE = "rescale"
    FULL = "full"
    ZERO = "zero"
    GEOMETRIC = "geometric"


@dataclass(frozen=True)
class UnitStability:
    """One unit: its place as it is, and under other choices. Points, not grid steps.

    low, middle, high: the ranks that 5, 50 and 95 % of the draws do not exceed; best and worst: over all draws.
    held: share of draws at its place. above: the unit ranked just before it, None for the first. overtakes: share of
    draws in which it stands before that unit. choices: those that move it.
    """

    unit: UnitRecord
    rank: int
    total: float
    low: int
    middle: int
    high: int
    best: int
    worst: int
    held: float
    above: UnitRecord | None
    overtakes: float | None
    geometric_rank: int
    geometric_total: float
    choices: tuple[Choice, ...]

    @property
    def width(self) -> int:
        """Places between the ends of the 90 % range, both counted."""
        return self.high - self.low + 1


@dataclass(frozen=True)
class ListStability:
    """A ranking list under other choices, best first. referee: under the other treatments of what is not applicable.

    without_score: units to which nothing applies or that have nothing due; without_figures: units that reported nothing
    yet. Neither has a place.
    """

    snapshot: LevelSnapshot
    list_code: str
    list_name: str
    scope: Scope
    floor: float
    draws: int
    spread: float
    units: tuple[UnitStability, ...]
    referee: RefereeTable
    without_score: tuple[UnitRecord, ...]
    without_figures: tuple[UnitRecord, ...]

    @property
    def unfinished(self) -> tuple[UnitRecord, ...]:
        """Ranked units of which a scored criterion has no figure yet, or in appraised points no ruling, best first."""
        complete, row_of = self.snapshot.book.complete, self.snapshot.row_of
        return tuple(u.unit for u in self.units if not complete[row_of[u.unit.code]])

    @property
    def dependent(self) -> tuple[UnitStability, ...]:
        """Units whose place depends on a choice, best first."""
        return tuple(u for u in self.units if u.choices)

    def moved_by(self, choice: Choice) -> tuple[UnitStability, ...]:
        """Units whose place this choice changes, or leaves in less than half of the draws."""
        return tuple(u for u in self.units if choice in u.choices)


def stability(
    snapshot: LevelSnapshot, list_code: str, scope: Scope = "criterion", floor: float = ZERO_FLOOR
) -> ListStability:
    """The list under drawn weights, the other treatments of what is not applicable, and geometric aggregation.

    Raises KeyError for a list that the snapshot does not have, ValueError for a floor that is not above 0.
    """
    chosen, book = snapshot.list_of(list_code), snapshot.book
    listed = snapshot.rows(chosen)
    rows, told = snapshot.placed_rows(chosen), snapshot.reported[listed]
    drawn = weight_draws(book, rows, WEIGHT_DRAWS, SEED, scope)
    low, middle, high = drawn.quantiles((0.05, 0.5, 0.95))
    best, worst = drawn.ranks.min(axis=0, initial=len(rows)), drawn.ranks.max(axis=0, initial=0)
    treated = referee_table(snapshot, list_code)
    by_treatment = {row.unit.code: row for row in treated.rows}
    geometric, means = geometric_ranks(book, rows, floor), in_points(geometric_totals(book, floor))
    order = [int(k) for k in np.argsort(drawn.published, kind="stable")]
    units: list[UnitStability] = []
    for place, k in enumerate(order):
        row, rank, before = int(rows[k]), int(drawn.published[k]), order[place - 1] if place else None
        choices = [Choice.WEIGHTS] if drawn.held[k] < HELD_SELDOM else []
        choices += [Choice(t) for t in treated.others if by_treatment[snapshot.units[row].code].places(t)]
        choices += [Choice.GEOMETRIC] if geometric[k] != rank else []
        units.append(
            UnitStability(
                snapshot.units[row],
                rank,
                float(in_points(book.total[row])),
                int(low[k]),
                int(middle[k]),
                int(high[k]),
                int(best[k]),
                int(worst[k]),
                float(drawn.held[k]),
                None if before is None else snapshot.units[int(rows[before])],
                None if before is None else float(drawn.stands_before(np.array([k]), np.array([before]))[0]),
                int(geometric[k]),
                float(means[row]),
                tuple(choices),
            )
        )
    return ListStability(
        snapshot,
        chosen.code,
        chosen.name_vi,
        scope,
        floor,
        WEIGHT_DRAWS,
        WEIGHT_SPREAD,
        tuple(units),
        treated,
        tuple(snapshot.units[int(row)] for row in listed[told & ~np.isin(listed, rows)]),
        tuple(snapshot.units[int(row)] for row in listed[~told]),
    )
