"""Ranks, rank bands and named bands."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.grid import Points

Ranks = NDArray[np.int64]


def competition_rank(points: Points, group: NDArray[np.intp] | None = None) -> Ranks:
    """Rank within each group, highest first, ties sharing the lowest rank (1 2 2 4); 0 where points are NaN.

    points: (units,) whole grid steps, NaN for a unit without a score. group: (units,) index of the ranking list;
    one list for all without it. Raises ValueError naming the position of the first value that is off the grid.
    Source: form of the ministry's 2022 table (two provinces at 15, none at 16).
    """
    ranked = ~np.isnan(points)
    off = ranked & (points != np.rint(points))
    if off.any():
        place = int(np.flatnonzero(off)[0])
        raise ValueError(
            f"points[{place}] = {points[place]!r} is not a whole number of grid steps; use scoring.grid.on_grid"
        )
    if not ranked.all():
        ranks = np.zeros(len(points), np.int64)
        ranks[ranked] = competition_rank(points[ranked], None if group is None else group[ranked])
        return ranks
    if not len(points):
        return np.zeros(0, np.int64)
    order = np.argsort(points)[::-1] if group is None else np.lexsort((-points, group))
    ordered = points[order]
    new_value = np.r_[True, ordered[1:] != ordered[:-1]]
    ranks = np.empty(len(points), np.int64)
    if group is None:
        ranks[order] = _last_start(new_value) + 1
    else:
        listed = group[order]
        new_list: NDArray[np.bool_] = np.r_[True, listed[1:] != listed[:-1]]
        new_place = np.logical_or(new_value, new_list)
        ranks[order] = _last_start(new_place) - _last_start(new_list) + 1
    return ranks


def _last_start(starts: NDArray[np.bool_]) -> Ranks:
    """Position of the last start at or before each position; the first position is a start."""
    return np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))


def rank_bounds(low: Points, high: Points) -> tuple[Ranks, Ranks]:
    """Best and worst possible rank of each unit of one list when its score may lie anywhere in [low, high].

    low, high: (units,) whole grid steps, NaN for a unit without a score (it gets 0 and hinders nobody).
    The best rank counts the units that are above in every case, the worst those that may be above.
    """
    best = np.zeros(len(low), np.int64)
    worst = np.zeros(len(low), np.int64)
    scored = ~np.isnan(low)
    lows, highs = low[scored], high[scored]
    n = len(lows)
    best[scored] = n - np.searchsorted(np.sort(lows), highs, side="right") + 1
    worst[scored] = n - np.searchsorted(np.sort(highs), lows, side="right") - (highs > lows) + 1
    return best, worst


def band_index(points: Points, thresholds: Sequence[float]) -> NDArray[np.int64]:
    """Index of the first threshold that is reached, -1 for none or for a unit without a score.

    points: (units,) whole grid steps. thresholds: whole grid steps, falling.
    """
    result = np.full(len(points), -1, np.int64)
    for i in range(len(thresholds) - 1, -1, -1):
        result[points >= thresholds[i]] = i
    return result
