"""The same work written the plain way in NumPy, without any function of ours."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rank(points: Array) -> NDArray[np.intp]:
    """Ranks, highest first, ties sharing the lowest rank (1 2 2 4)."""
    _values, place, count = np.unique(-points, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - count + 1)[place]


def score_fractions(fractions: Array, weights: Array) -> tuple[Array, NDArray[np.intp]]:
    """Weighted sums of fractions (units, criteria), and their ranks."""
    total = fractions @ weights
    return total, rank(total)


def score_ratios(a: Array, b: Array, full_at: Array, weights: Array) -> tuple[Array, NDArray[np.intp]]:
    """Weighted sums of min(a / b / full_at, 1), and their ranks."""
    total = np.minimum(a / b / full_at, 1) @ weights
    return total, rank(total)


def score_ratios_in_blocks(
    a: Array, b: Array, full_at: Array, weights: Array, block: int
) -> tuple[Array, NDArray[np.intp]]:
    """As score_ratios, so many units at once: what somebody writes who wants to spare memory."""
    total = np.empty(len(a))
    for start in range(0, len(a), block):
        rows = slice(start, start + block)
        total[rows] = np.minimum(a[rows] / b[rows] / full_at, 1) @ weights
    return total, rank(total)
