"""The rules on arrays: one function per leaf type, from values to fractions of the maximum, over all units at once.

Every function takes values (units, leaves) and the table of its leaves, and returns fractions (units, leaves) in
[0, 1]; what is not known is cut away by the caller. Source of each formula: scoring contract, Arithmetic.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from criteria.model import MinMax
from scoring.compiled import Leaf, LeafTable, LeafType

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def ratio(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """min(1, (a / b) / full_at), or 1 - a / b when direction is down."""
    share = a / b
    if not table.down.any():
        return np.minimum(np.divide(share, table.full_at, out=share), 1.0, out=share)
    return np.where(table.down, 1.0 - np.minimum(share, 1.0), np.minimum(share / table.full_at, 1.0))


def _reached(value: Array, table: LeafTable) -> Array:
    thresholds, fractions = table.steps
    result = np.zeros_like(value)
    for k in range(thresholds.shape[1]):
        result = np.where(value >= thresholds[:, k], fractions[:, k], result)
    return result


def band_value(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """Fraction of the highest step that the value reaches, below the lowest 0."""
    return _reached(a, table)


def band_ratio(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """Fraction of the highest step that a / b reaches, below the lowest 0."""
    return _reached(a / b, table)


def choice(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """Fraction of the chosen option; values are option numbers."""
    return table.option_fractions[np.arange(a.shape[1]), a.astype(np.intp)]


def count(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """min(1, value / full_at)."""
    return np.minimum(a / table.full_at, 1.0)


def yes_no(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """1 for yes, 0 for no."""
    return a


def deadline(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """max(0, 1 - days late x lose_per_day); early or on the day is 1."""
    return np.maximum(1.0 - np.maximum(a - table.due, 0.0) * table.lose_per_day, 0.0)


def judged(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """value / maximum: the value is points."""
    return np.divide(a, table.maxima, out=np.zeros_like(a), where=table.maxima != 0)


def best_relative(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """value / best value of the reference list; a best of 0 gives 0 to all. reference: (units, leaves) who takes part."""
    best = np.max(a, axis=0, initial=0.0, where=reference)
    return np.minimum(np.divide(a, best, out=np.zeros_like(a), where=best > 0), 1.0)


def min_max(a: Array, b: Array, table: LeafTable, reference: Mask) -> Array:
    """(value - lo) / (hi - lo) of the reference list or between goalposts, reversed when direction is down; equal
    values give 1 to all. reference: (units, leaves) who takes part."""
    lo = np.where(np.isnan(table.goalposts[0]), np.min(a, axis=0, initial=np.inf, where=reference), table.goalposts[0])
    hi = np.where(np.isnan(table.goalposts[1]), np.max(a, axis=0, initial=-np.inf, where=reference), table.goalposts[1])
    wide = np.isinf(hi - lo) & (lo < hi)
    if wide.any():
        a, lo, hi = (x * np.where(wide, 0.5, 1.0) for x in (a, lo, hi))
    span = hi - lo
    distance = np.where(table.down, hi - a, a - lo)
    share = np.divide(distance, span, out=np.ones_like(a), where=span > 0)
    level = np.where(table.down, a <= lo, a >= hi) | ~np.isfinite(span)
    return np.clip(np.where(span > 0, share, level), 0.0, 1.0)


RULES: Mapping[LeafType, Callable[[Array, Array, LeafTable, Mask], Array]] = {
    "ratio": ratio,
    "band_value": band_value,
    "band_ratio": band_ratio,
    "choice": choice,
    "count": count,
    "best_relative": best_relative,
    "min_max": min_max,
    "deadline": deadline,
    "yes_no": yes_no,
    "judged": judged,
}

RELATIVE: frozenset[LeafType] = frozenset({"best_relative", "min_max"})
"""Types whose fraction may depend on other units."""


def compares_units(leaf: Leaf) -> bool:
    """Whether the leaf's fraction depends on other units; between goalposts of the set it depends on the unit alone."""
    return leaf.type in RELATIVE and not (isinstance(leaf.rule, MinMax) and leaf.rule.goalposts)
