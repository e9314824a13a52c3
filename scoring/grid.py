"""The grid: points are integers of 1e-9 point held in float64, exact below 2**53, so that true ties tie."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Whole numbers of grid steps (1e-9 point)."""

STEPS_PER_POINT = 1_000_000_000
_INT64_ROOM = float(2**62)


def on_grid(points: NDArray[np.float64] | float) -> Points:
    """Points as whole grid steps, rounded half to even."""
    return np.rint(np.multiply(points, STEPS_PER_POINT))


def in_points(steps: Points | float) -> NDArray[np.float64]:
    """Grid steps as points."""
    return np.divide(steps, STEPS_PER_POINT)


def _half_even(quotient: NDArray, remainder: NDArray, divisor: NDArray) -> NDArray:
    up = (2 * remainder > divisor) | ((2 * remainder == divisor) & (quotient % 2 == 1))
    return quotient + up


def converted(points: Points, maxima: Points, scale: Points | float) -> Points:
    """points / maxima x scale, put on the grid half to even, exactly.

    points, maxima: same shape, whole grid steps. scale: whole grid steps, broadcast. NaN where the maximum is 0.
    The quotient is computed in integers, so equal fractions of different maxima (a unit with parts not applicable
    against one without) give equal results. Source: scoring contract, Arithmetic (grid, converted values).
    """
    points, maxima, scale = np.broadcast_arrays(
        np.asarray(points, float), np.asarray(maxima, float), np.asarray(scale, float)
    )
    result = np.where(maxima > 0, points, np.nan)
    todo = (maxima > 0) & (maxima != scale)
    if not todo.any():
        return result
    p, m, s = (x[todo].astype(np.int64) for x in (points, maxima, scale))
    common = np.gcd(m, s)
    m, s = m // common, s // common
    fits = np.abs(p).astype(float) * s.astype(float) < _INT64_ROOM
    out = np.empty(len(p))
    quotient, remainder = np.divmod(p[fits] * s[fits], m[fits])
    out[fits] = _half_even(quotient, remainder, m[fits])
    if not fits.all():
        wide = [
            (*divmod(int(a) * int(b), int(c)), int(c)) for a, b, c in zip(p[~fits], s[~fits], m[~fits], strict=True)
        ]
        out[~fits] = [q + (2 * r > c or (2 * r == c and q % 2 == 1)) for q, r, c in wide]
    result[todo] = out
    return result


def rounded(points: Points, decimals: int | None) -> Points:
    """Grid steps rounded half to even to so many decimals of a point, in integers; unchanged when decimals is None.

    NaN stays NaN. Source: scoring contract, Arithmetic (ranks are decided on the rounded value in integers).
    """
    if decimals is None or decimals >= 9:
        return points
    unit = 10 ** (9 - decimals)
    known = ~np.isnan(points)
    result = np.full_like(points, np.nan)
    quotient, remainder = np.divmod(points[known].astype(np.int64), unit)
    result[known] = _half_even(quotient, remainder, np.full_like(remainder, unit)) * unit
    return result
