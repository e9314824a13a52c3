"""How far ranks depend on choices that could have been made otherwise: weights, what is not applicable, aggregation.

Source of the method: Saisana, Saltelli, Tarantola 2005, Uncertainty and sensitivity analysis techniques as tools for
the quality assessment of composite indicators (JRSS A 168, 307-323); OECD and JRC 2008, Handbook on Constructing
Composite Indicators, step 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.compiled import CompiledSet
from scoring.engine import ScoreBook, adjustment_totals
from scoring.grid import STEPS_PER_POINT, Points
from scoring.outlook.forecast import rank_rows
from scoring.ranking import Ranks, competition_rank

Scope = Literal["criterion", "group"]
"""What a drawn weight belongs to: every criterion its own, or every main index with all its criteria."""

WEIGHT_SPREAD = 0.25
WEIGHT_DRAWS = 1_000
ZERO_FLOOR = 0.01
"""Least fraction that a main index enters a geometric mean with: without a floor one index at 0 makes the total 0."""


def weight_factors(
    compiled: CompiledSet, draws: int, seed: int, scope: Scope = "criterion", spread: float = WEIGHT_SPREAD
) -> NDArray[np.float64]:
    """(criteria, draws) factors of the scored maxima, independent and uniform in [1 - spread, 1 + spread].

    With scope `group` all criteria of a main index share their factor. Factors of criteria that are not scored are 1.
    Raises ValueError when there is nothing to draw or a factor could be 0 or less.
    """
    if draws < 1 or not 0 <= spread < 1:
        raise ValueError(f"draws = {draws}, spread = {spread}: at least 1 draw and a spread from 0 to below 1 expected")
    generator = np.random.default_rng(seed)
    count = len(compiled.codes) if scope == "criterion" else len(compiled.kinds)
    drawn = generator.uniform(1 - spread, 1 + spread, (count, draws))
    factors = drawn if scope == "criterion" else drawn[compiled.group]
    factors[~compiled.of_kind("scored")] = 1.0
    return factors


def weighted_totals(book: ScoreBook, rows: NDArray[np.intp], factors: NDArray[np.float64]) -> Points:
    """(draws, units in rows) deciding totals when every scored maximum, and the points with it, is multiplied.

    total = scale x (sum of factor x points) / (sum of factor x applicable maximum), adjustments added as they are,
    rounded to the set's rank precision. Factors that are all alike change nothing: there the engine's own total
    stands, to the last step of the grid. NaN for a unit without a score. All draws are one matrix product.
    """
    compiled = book.compiled
    scored = compiled.of_kind("scored")
    points, maxima = book.points[rows][:, scored], book.maxima[rows][:, scored]
    drawn = factors[scored].T @ np.concatenate([points, maxima]).T
    own, full = drawn[:, : len(rows)], drawn[:, len(rows) :]
    with np.errstate(divide="ignore", invalid="ignore"):
        totals = np.where(full > 0, own / full * compiled.scale, np.nan)
    totals = _adjusted(book, rows, totals)
    alike = (factors[scored] == factors[scored][:1]).all(axis=0)
    totals[alike] = book.deciding_total[rows]
    return totals


def _adjusted(book: ScoreBook, rows: NDArray[np.intp], totals: Points) -> Points:
    """Totals with bonus and penalty, within the scale, rounded to the set's rank precision."""
    compiled = book.compiled
    if "adjustment" in compiled.kinds:
        added = adjustment_totals(compiled, book.points[rows]).sum(axis=1)
        totals = np.clip(totals + added, 0.0, compiled.scale)
    precision = book.criteria_set.rank_precision
    step = 1.0 if precision is None else STEPS_PER_POINT / 10.0**precision
    return np.rint(totals / step) * step


@dataclass(frozen=True, eq=False)
class WeightDraws:
    """Ranks of the units of a list under drawn weights.

    published: (units,) ranks by the weights as they are. ranks: (draws, units). 0 for a unit without a score.
    """

    published: Ranks
    ranks: NDArray[np.int16]

    def quantiles(self, at: Sequence[float]) -> Ranks:
        """(quantiles, units) the smallest ranks that so large a share of draws does not exceed."""
        ordered, draws = np.sort(self.ranks, axis=0), len(self.ranks)
        return np.stack([ordered[max(int(np.ceil(q * draws - 1e-9)) - 1, 0)] for q in at]).astype(np.int64)

    @property
    def held(self) -> NDArray[np.float64]:
        """(units,) share of draws in which a unit has its published rank."""
        return (self.ranks == self.published).mean(axis=0)

    def stands_before(self, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.float64]:
        """(pairs,) share of draws in which the first unit of a pair ranks before the second; a tie is not before."""
        return (self.ranks[:, first] < self.ranks[:, second]).mean(axis=0)


def weight_draws(
    book: ScoreBook,
    rows: NDArray[np.intp] | Sequence[int],
    draws: int = WEIGHT_DRAWS,
    seed: int = 1,
    scope: Scope = "criterion",
    spread: float = WEIGHT_SPREAD,
) -> WeightDraws:
    """Ranks of the units in these rows among each other in every draw of the weights; the same seed draws the same."""
    index = np.asarray(rows, np.intp)
    published = book.ranks(index)
    ranked = np.flatnonzero(published)
    ranks = np.zeros((draws, len(index)), np.int16)
    if len(ranked):
        factors = weight_factors(book.compiled, draws, seed, scope, spread)
        ranks[:, ranked] = rank_rows(weighted_totals(book, index[ranked], factors))
    return WeightDraws(published, ranks)


def geometric_totals(book: ScoreBook, floor: float = ZERO_FLOOR) -> Points:
    """(units,) deciding totals when main indices are joined by a weighted geometric mean of their fractions.

    scale x exp(sum of w ln max(f, floor) / sum of w), f the fraction of a main index, w its applicable maximum: the
    arithmetic mean of the same fractions with the same weights is the engine's total. Adjustments are added as they
    are. A main index in which nothing is applicable takes no part; NaN where nothing is applicable at all.
    Raises ValueError for a floor that is not above 0 and at most 1.
    Source: OECD and JRC 2008, Handbook on Constructing Composite Indicators, step 6 (geometric aggregation).
    """
    if not 0 < floor <= 1:
        raise ValueError(f"floor = {floor!r}: a fraction above 0 and at most 1 is expected")
    scored = np.array([kind == "scored" for kind in book.compiled.kinds])
    points, weights = book.group_points[:, scored], np.maximum(book.group_maxima[:, scored], 0.0)
    fraction = np.divide(points, weights, out=np.ones_like(points), where=weights > 0)
    sums = weights.sum(axis=1)
    logs = (weights * np.log(np.maximum(fraction, floor))).sum(axis=1)
    mean = np.exp(np.divide(logs, sums, out=np.full_like(sums, np.nan), where=sums > 0))
    return _adjusted(book, np.arange(len(book.units)), mean * book.compiled.scale)


def geometric_ranks(book: ScoreBook, rows: NDArray[np.intp] | Sequence[int], floor: float = ZERO_FLOOR) -> Ranks:
    """Ranks by the geometric totals of the units in these rows among each other; 0 for a unit without a score."""
    return competition_rank(geometric_totals(book, floor)[np.asarray(rows, np.intp)])
