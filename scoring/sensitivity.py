"""Which of the outlook's inputs our national rank depends on: Sobol' indices over the outlook's own model."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scoring.outlook.assumptions import (
    CATCHING_UP_RANGE,
    OWN_NOISE_RANGE,
    PRIOR_PAIRS_RANGE,
    AppraisalCut,
)
from scoring.outlook.bounds import OPEN
from scoring.outlook.forecast import Block, Question
from scoring.outlook.movement import Amount, Movement, Steps, fitted, year_changes
from scoring.outlook.streams import Streams

POINTS = 2_048
"""Points of one scrambled Sobol' sequence, a power of two. With so many the intervals from the published results reach
at most 0.6 percentage points to either side, so that shares shown in whole percents hold; it takes some seconds."""
REPLICATES = 8
"""Independent scramblings: their mean is the estimate, their spread its uncertainty."""
BACKGROUNDS = 24
"""Draws of what is not asked about (unknown scores, the rivals' own luck) that every answer is averaged over."""
RUNS_AT_ONCE = 64
"""Model runs in one array: 64 x 24 x 63 scores stay in a core's own cache."""

Watch = Callable[[int], None]
"""Told how many model runs are done; raises to stop."""


class Factor(StrEnum):
    """An input of the outlook whose influence is measured."""

    CHANGE = "change"
    CUT = "cut"
    LUCK = "luck"
    SHOCK = "shock"
    PRIOR_PAIRS = "prior_pairs"
    OWN_NOISE = "own_noise"
    CATCHING_UP = "catching_up"


@dataclass(frozen=True)
class Ranges:
    """What the inputs are drawn from, independently of each other.

    change: change of our self-estimate against the base year, uniform. cut: share that appraisal takes of a gain, as
    the outlook draws it. Luck of our own result and the common shock of all provinces: standard normal numbers.
    prior_pairs, own_noise, catching_up: the stated ranges of the outlook's assumptions, uniform.
    A range whose ends are equal holds its input fixed.
    """

    change: tuple[float, float] = (0.0, 0.1)
    cut: AppraisalCut = field(default_factory=AppraisalCut)
    prior_pairs: tuple[float, float] = PRIOR_PAIRS_RANGE
    own_noise: tuple[float, float] = OWN_NOISE_RANGE
    catching_up: tuple[float, float] = CATCHING_UP_RANGE

    def values(self, inputs: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Values of the inputs from (inputs, n) numbers of DISTRIBUTIONS, in the order of Factor."""
        change, cut, luck, shock, prior, noise, catching = inputs
        return [
            _between(self.change, change),
            self.cut.shares(cut),
            luck,
            shock,
            _between(self.prior_pairs, prior),
            _between(self.own_noise, noise),
            _between(self.catching_up, catching),
        ]


def _between(ends: tuple[float, float], uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    return ends[0] + (ends[1] - ends[0]) * uniform


_UNIFORM, _NORMAL = stats.uniform(), stats.norm()
DISTRIBUTIONS = (_UNIFORM, _UNIFORM, _NORMAL, _NORMAL, _UNIFORM, _UNIFORM, _UNIFORM)
"""What is drawn for each input, in the order of Factor, before it is put into its range."""


@dataclass(frozen=True)
class Index:
    """A sensitivity index with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """Shares of the variance of our rank. first: through the input alone; total: with all it does together with others.

    points, replicates: model points of one sequence and how many independent sequences. runs: model runs in all.
    mean, spread: mean and standard deviation of the rank over the drawn inputs.
    """

    first: Mapping[Factor, Index]
    total: Mapping[Factor, Index]
    points: int
    replicates: int
    runs: int
    mean: float
    spread: float


def sobol(
    func: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    distributions: Sequence,
    points: int,
    replicates: int,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(replicates, inputs) first and total order indices of a function of independent inputs.

    func: takes (inputs, n), gives (n,). Each replicate is a scrambled sequence of its own, so their spread is that of
    the estimate. Raises ValueError when points is not a power of two.
    Source: Saltelli et al. 2010, Variance based sensitivity analysis of model output (Computer Physics Communications
    181, 259-270), as in scipy.stats.sobol_indices; replicates of randomised sequences: Owen 1997, Scrambled net
    variance for integrals of smooth functions (Annals of Statistics 25, 1541-1562).
    """
    seeds = np.random.SeedSequence(seed).spawn(replicates)
    found = [
        stats.sobol_indices(func=func, n=points, dists=list(distributions), rng=np.random.default_rng(own))
        for own in seeds
    ]
    return np.array([np.ravel(f.first_order) for f in found]), np.array([np.ravel(f.total_order) for f in found])


def rank_sensitivity(
    question: Question,
    province: str,
    ranges: Ranges | None = None,
    *,
    seed: int = 1,
    points: int = POINTS,
    replicates: int = REPLICATES,
    backgrounds: int = BACKGROUNDS,
    watch: Watch | None = None,
) -> Sensitivity:
    """How far each input of the outlook moves our expected rank in the target year.

    The rank is a mean over the same fixed draws of what is not public and of the rivals' own luck, so that only the
    named inputs vary. Raises KeyError for an unknown province, ValueError when points is not a power of two.
    """
    ranges = ranges or Ranges()
    model = _RankModel(question, province, ranges, seed, backgrounds, points, watch)
    first, total = sobol(model, DISTRIBUTIONS, points, replicates, seed)
    return Sensitivity(_indices(first), _indices(total), points, replicates, model.runs, *model.mean_and_spread())


def runs_needed(points: int = POINTS, replicates: int = REPLICATES) -> int:
    """Model runs of `rank_sensitivity`: two samples and one mixed sample for each input."""
    return replicates * points * (len(Factor) + 2)


def _indices(replicated: NDArray[np.float64]) -> Mapping[Factor, Index]:
    """Mean of the replicates with Student's interval. An index of an input without influence may come out below 0."""
    count = len(replicated)
    mean = replicated.mean(axis=0)
    half = np.zeros_like(mean)
    if count > 1:
        half = stats.t.ppf(0.975, count - 1) * replicated.std(axis=0, ddof=1) / np.sqrt(count)
    return {
        factor: Index(float(m), float(m - h), float(m + h)) for factor, m, h in zip(Factor, mean, half, strict=True)
    }


class _RankModel:
    """Our expected rank as a function of the inputs, by the outlook's own steps."""

    def __init__(
        self,
        question: Question,
        province: str,
        ranges: Ranges,
        seed: int,
        backgrounds: int,
        points: int,
        watch: Watch | None,
    ) -> None:
        self.question, self.ranges, self.points, self.watch = question, ranges, points, watch
        streams, places = Streams(seed), question.places()
        self.block: Block = next(question.blocks(backgrounds, streams, backgrounds))
        our = question.history.index(province)
        published = places.base.place_of[our]
        self.our: NDArray[np.intp] = (
            places.places(streams, backgrounds)[:, our] if published == OPEN else np.full(backgrounds, published)
        )
        self.row = np.arange(backgrounds)
        self.own_base = self.block.base[self.row, self.our]
        self.changes = year_changes(question.history, question.base_year)
        self.movements: dict[float, Movement] = {}
        self.runs, self.sum, self.squares, self.counted = 0, 0.0, 0.0, 0

    def __call__(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) expected ranks of (inputs, n) values in the order of Factor."""
        ranks = np.concatenate([self._ranks(*self.ranges.values(part)) for part in self._parts(inputs)])
        if len(ranks) == self.points:
            # The mixed sample of the estimator is larger and repeats these; they alone are independent draws.
            self.sum, self.squares = self.sum + ranks.sum(), self.squares + (ranks**2).sum()
            self.counted += len(ranks)
        return ranks

    def mean_and_spread(self) -> tuple[float, float]:
        """Mean and standard deviation of the rank over the independent draws."""
        mean = self.sum / self.counted
        return mean, max(self.squares / self.counted - mean**2, 0.0) ** 0.5

    def _parts(self, inputs: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
        for start in range(0, inputs.shape[1], RUNS_AT_ONCE):
            if self.watch is not None:
                self.watch(self.runs)
            part = inputs[:, start : start + RUNS_AT_ONCE]
            self.runs += part.shape[1]
            yield part

    def _ranks(
        self,
        change: NDArray[np.float64],
        cut: NDArray[np.float64],
        luck: NDArray[np.float64],
        shock: NDArray[np.float64],
        prior: NDArray[np.float64],
        noise: NDArray[np.float64],
        catching: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        ours = change * (1 - np.where(change > 0, cut, 0.0)) + noise * self.question.years**0.5 * luck
        own = np.clip(self.own_base + ours[:, None], 0.0, 1.0)
        above = self._moved(shock, prior, noise, catching) > own[..., None]
        above[:, self.row, self.our] = False
        return 1 + above.sum(axis=(1, 2)) / len(self.row)

    def _moved(
        self,
        shock: NDArray[np.float64],
        prior: NDArray[np.float64],
        noise: NDArray[np.float64],
        catching: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """(n, backgrounds, places) scores of the target year."""
        base = self.block.base
        if self.question.pace.frozen:
            return np.broadcast_to(base, (len(shock), *base.shape))
        steps = [self._steps(*values) for values in zip(prior.tolist(), noise.tolist(), catching.tolist(), strict=True)]
        together = Steps(*(_stacked([getattr(s, f.name) for s in steps]) for f in fields(Steps)))
        own = np.broadcast_to(self.block.own, (len(shock), *base.shape)).copy()
        return together.move(base, np.broadcast_to(shock[:, None], (len(shock), len(base))), own)

    def _steps(self, prior: float, noise: float, catching: float) -> Steps:
        question = self.question
        assumptions = replace(question.assumptions, prior_pairs=prior, own_noise=noise, catching_up=catching)
        if prior not in self.movements:
            self.movements[prior] = fitted(self.changes, assumptions)
        return Steps.over(question.years, self.movements[prior], assumptions, question.pace)


def _stacked(values: Sequence[Amount]) -> NDArray[np.float64]:
    """(n, 1, 1) one number a run, to broadcast over draws and places."""
    return np.array(values, float)[:, None, None]
