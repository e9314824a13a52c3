"""How scores move from the base year to the target year."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scoring.outlook.assumptions import Assumptions, Pace
from scoring.outlook.history import History, Scores, YearResults

Amount = float | NDArray[np.float64]

MOST_OF_THE_ROOM = 0.9
"""A common change closes at most so much of the room to 1 or to 0: scores stay apart and within the scale."""


@dataclass(frozen=True)
class YearChange:
    """Change of the level between two neighbouring years, and how many provinces it is the mean of."""

    from_year: int
    to_year: int
    change: float
    provinces: int


def _change(before: YearResults, after: YearResults) -> YearChange | None:
    if before.mean is not None and after.mean is not None:
        return YearChange(before.year, after.year, after.mean - before.mean, len(after.scores))
    both = ~np.isnan(before.scores) & ~np.isnan(after.scores)
    if not both.any():
        return None
    change = float((after.scores[both] - before.scores[both]).mean())
    return YearChange(before.year, after.year, change, int(both.sum()))


def year_changes(history: History, base_year: int) -> tuple[YearChange, ...]:
    """Published changes of the level up to the base year.

    The change of the published mean; where a mean is not public, the mean change of the provinces whose totals of both
    years are.
    """
    years = history.up_to(base_year).years
    changes = (_change(before, after) for before, after in pairwise(years) if after.year == before.year + 1)
    return tuple(change for change in changes if change is not None)


@dataclass(frozen=True)
class Movement:
    """What is known of the yearly change of the level at the base year.

    growth: expected change a year. growth_spread: standard deviation of that expectation, the same in all years of a
    draw. year_spread: standard deviation of the common shock of one year and draw.
    """

    changes: tuple[YearChange, ...]
    growth: float
    growth_spread: float
    year_spread: float

    def spread(self, years: int) -> float:
        """Standard deviation of the level's change over so many years."""
        return float(np.hypot(years * self.growth_spread, years**0.5 * self.year_spread))


def fit(history: History, base_year: int, assumptions: Assumptions) -> Movement:
    """The level's yearly change from what was published up to the base year, by `fitted`."""
    return fitted(year_changes(history, base_year), assumptions)


def fitted(changes: tuple[YearChange, ...], assumptions: Assumptions) -> Movement:
    """The level's yearly change from changes that are known.

    The change of a year is normal about an unknown growth whose prior is centred at zero with `prior_pairs` changes'
    weight: with n changes of mean c the growth is n / (n + k) x c. The year's spread is what the changes show about
    that growth (their sum of squares plus k n / (k + n) x c^2, over n), at least their own standard deviation and at
    least the stated floor.
    Source: normal model with conjugate prior (Gelman et al., Bayesian Data Analysis, 3rd edition, 3.3).
    """
    values, k = np.array([change.change for change in changes]), assumptions.prior_pairs
    n = len(values)
    if not n:
        spread = assumptions.least_common_spread
        return Movement(changes, 0.0, spread / np.sqrt(k) if k else spread, spread)
    mean = float(values.mean())
    squares = float(((values - mean) ** 2).sum()) + k * n / (k + n) * mean**2
    own = float(values.std(ddof=1)) if n > 1 else 0.0
    spread = max(float(np.sqrt(squares / n)), own, assumptions.least_common_spread)
    return Movement(changes, n / (n + k) * mean, spread / float(np.sqrt(n + k)), spread)


@dataclass(frozen=True)
class Steps:
    """Movement over several years at once, in two parts.

    First everybody moves against the others: keep x + (1 - keep) mean + own noise, within 0 to 1. Then the level of
    all moves by one common change: a rise closes the same share of everybody's room to 1, a fall takes the same share
    of everybody's score, so that the mean changes by the common change and the order stays.
    Several years of the first part without limits between them add up to one such step.

    keep: what is left of a distance from the mean. common, common_spread: the common change. own_spread: noise of one
    province. Each a number, or an array that broadcasts over the scores for several steps at once.
    """

    keep: Amount
    common: Amount
    common_spread: Amount
    own_spread: Amount

    @classmethod
    def over(cls, years: int, movement: Movement, assumptions: Assumptions, pace: Pace) -> "Steps":
        """The step from the base year to a target so many years later. Raises ValueError for fewer than one year."""
        if years < 1:
            raise ValueError(f"the target year is {years} years after the base year; at least 1 is expected")
        keep = 1 - assumptions.catching_up
        own = assumptions.own_noise * np.sqrt(sum(keep ** (2 * j) for j in range(years)))
        return cls(keep**years, years * movement.growth * pace.growth, movement.spread(years), float(own))

    def move(self, scores: Scores, common: NDArray[np.float64], own: Scores) -> Scores:
        """(..., draws, provinces) scores after the step, within 0 to 1.

        common: (..., draws) and own: (..., draws, provinces) standard normal numbers; own is used up.
        """
        own *= self.own_spread
        own += self.keep * scores
        own += (1 - self.keep) * scores.mean(axis=-1, keepdims=True)
        np.clip(own, 0.0, 1.0, out=own)
        share = _share_of_room(own.mean(axis=-1, keepdims=True), self.common + self.common_spread * common[..., None])
        own *= 1 - np.abs(share)
        own += np.maximum(share, 0.0)
        return own


def _share_of_room(level: NDArray[np.float64], change: NDArray[np.float64]) -> NDArray[np.float64]:
    """The change of the level as a share of its room to 1 (a rise) or to 0 (a fall, negative), within the limit."""
    room = np.where(change > 0, 1 - level, level)
    share = np.divide(change, room, out=np.zeros_like(change), where=room > 0)
    return np.clip(share, -MOST_OF_THE_ROOM, MOST_OF_THE_ROOM)
