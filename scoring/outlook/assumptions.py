"""What the outlook assumes: every number that is not a published fact, in one place, fixed before the back-test."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from language import _

PRIOR_PAIRS_RANGE = (0.5, 8.0)
OWN_NOISE_RANGE = (0.02, 0.045)
CATCHING_UP_RANGE = (0.0, 0.3)


@dataclass(frozen=True)
class Assumptions:
    """Numbers of the model of moving scores, all on the scale 0 to 1 of the published totals, per year.

    Where a figure was needed it was taken from 2020 and 2021 alone, so that neither year of the back-test set it.

    prior_pairs: k in n / (n + k), the weight of the mean of n published changes against a growth of zero. Two: the
        ministry's set changes between years, so one change says less than the thought that growth may stop.
    least_common_spread: floor of the standard deviation of the common shock. Half of the first published change of
        the mean (2020 to 2021: 0.0988).
    own_noise: standard deviation of a province's own movement. Nineteen provinces with a published rank in both 2020
        and 2021 moved by 8.6 places (root mean square), about 0.024 where provinces stand 0.0028 apart; rounded up,
        because a province that fell seldom says so.
    catching_up: share of its distance from the mean that a province loses. From 2020 to 2021 the mean closed
        0.0988 / (1 - 0.3026) = 14 % of its room to 1; if everybody closes that share of his own room, distances
        shrink by it.
    place_noise: standard deviation by which a province without a rank leaves its place of the year before, in normal
        scores of places. 0.5 is own_noise against the long-run spread 0.057 that own_noise and catching_up give;
        about 12 places in the middle, fewer at both ends.
    """

    prior_pairs: float = 2.0
    least_common_spread: float = 0.05
    own_noise: float = 0.03
    catching_up: float = 0.15
    place_noise: float = 0.5

    def __post_init__(self) -> None:
        for name in ("prior_pairs", "least_common_spread", "own_noise", "place_noise"):
            value = getattr(self, name)
            if not (value >= 0 and np.isfinite(value)):
                raise ValueError(f"Assumptions.{name} = {value!r}: a finite number of at least 0 is expected.")
        if not 0 <= self.catching_up <= 1:
            raise ValueError(f"Assumptions.catching_up = {self.catching_up!r}: a share from 0 to 1 is expected.")

    def variants(self) -> Iterator["Assumptions"]:
        """The eight corners of the stated ranges: growth trusted more or less, noise and catching-up smaller or larger."""
        for pairs, noise, catching in product(PRIOR_PAIRS_RANGE, OWN_NOISE_RANGE, CATCHING_UP_RANGE):
            yield replace(self, prior_pairs=pairs, own_noise=noise, catching_up=catching)


STATED = Assumptions()
"""The assumptions as they were fixed before the back-test was run."""


@dataclass(frozen=True)
class Pace:
    """What the user sets for the rivals: growth times a factor, or scores that stay as they are (for comparison)."""

    growth: float = 1.0
    frozen: bool = False

    def __post_init__(self) -> None:
        if not (self.growth >= 0 and np.isfinite(self.growth)):
            raise ValueError(f"Pace.growth = {self.growth!r}: a finite factor of at least 0 is expected.")


MOVING = Pace()
FROZEN = Pace(frozen=True)


@dataclass(frozen=True)
class KnownGap:
    """A self-estimate beside what came out, both as shares of the maximum, and what the pair is."""

    what: str
    self_estimate: float
    appraised: float

    @property
    def share(self) -> float:
        """The share of the self-estimate that was lost."""
        return 1 - self.appraised / self.self_estimate


def known_gaps() -> tuple[KnownGap, ...]:
    """The only gaps that are known. Weak evidence: neither is a province's own estimate against its own result."""
    return (
        KnownGap(
            _("Cà Mau tự đánh giá năm 2023, so với trung bình cả nước (kết quả riêng của Cà Mau chưa được công bố)"),
            0.80191,
            0.6783,
        ),
        KnownGap(_("một xã của tỉnh khác, tự chấm so với thẩm định"), 0.821, 0.632),
    )


@dataclass(frozen=True)
class AppraisalCut:
    """Share of a self-estimate that appraisal takes away: a triangular distribution from low over mode to high.

    The default spans no cut at all to the larger of the two known gaps, with the smaller as the likeliest value; both
    are weak evidence (`known_gaps`).
    """

    low: float = 0.0
    mode: float = 0.15
    high: float = 0.23

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.mode <= self.high <= 1:
            raise ValueError(
                f"AppraisalCut({self.low!r}, {self.mode!r}, {self.high!r}): 0 <= low <= mode <= high <= 1 is expected."
            )

    def shares(self, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shares that are cut, by inverting the distribution function at uniform numbers from 0 to 1.

        Source: inverse of the triangular distribution function.
        """
        width = self.high - self.low
        if width == 0:
            return np.full_like(uniform, self.low)
        rising = self.low + np.sqrt(uniform * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - uniform) * width * (self.high - self.mode))
        return np.where(uniform * width < self.mode - self.low, rising, falling)
