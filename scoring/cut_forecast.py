"""Forecast of the appraisal cut: what appraisal will leave of the self score, from earlier self-versus-appraised gaps.

The retained share (appraised / self) of a criterion is drawn towards that of its main index, and that towards the share
of all: hierarchical credibility with weight n / (n + k). Intervals come from what each earlier dossier missed when it
was forecast without itself. Without any earlier pair there is no forecast, only bounds.

Source of the method: Bühlmann, Straub 1970, Glaubwürdigkeit für Schadensätze (Mitteilungen der Vereinigung
schweizerischer Versicherungsmathematiker 70, 111-133), and Jewell 1975, The use of collateral data in credibility theory
(Giornale dell'Istituto Italiano degli Attuari 38, 1-16); Barber, Candès, Ramdas, Tibshirani 2021, Predictive inference
with the jackknife+ (Annals of Statistics 49, 486-507). docs/du-bao-tham-dinh.md explains it.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.grid import Points, converted, in_points

PRIOR_PAIRS = 4.0
"""Earlier pairs, each with its maximum claimed in full, that weigh as much as the level above."""
ENDS = (0.1, 0.9)
"""Quantiles at which the 80 % interval begins and ends."""
LEAST_DOSSIERS = 9
"""Earlier dossiers without which no interval is told: the range of n exchangeable values holds the next one with
probability (n - 1) / (n + 1), 80 % at 9."""
LEAST_DRAWS = 1_000


class Basis(IntEnum):
    """The nearest earlier gaps that a forecast of a cell rests on."""

    NONE = 0
    ALL = 1
    GROUP = 2
    CRITERION = 3
    OWN = 4


@dataclass(frozen=True, eq=False)
class CutHistory:
    """Earlier pairs of self and appraised points, one per period, criterion and unit. Immutable.

    period: (n,) number of the period. criterion: (n,) index in the present set. unit: (n,) index among all units, those
    that are no longer there included. self_points, appraised_points, maximum: (n,) whole grid steps.
    Raises ValueError naming the position of the first pair that cannot be.
    """

    period: NDArray[np.intp]
    criterion: NDArray[np.intp]
    unit: NDArray[np.intp]
    self_points: Points
    appraised_points: Points
    maximum: Points

    def __post_init__(self) -> None:
        pairs = len(self.period)
        for array in (
            self.period, self.criterion, self.unit, self.self_points, self.appraised_points, self.maximum,
        ):  # fmt: skip
            if array.shape != (pairs,):
                raise ValueError(
                    f"an array of a history has shape {array.shape}, expected {(pairs,)}: one value per pair"
                )
            array.flags.writeable = False
        _refuse(~(self.maximum > 0), "maximum", self.maximum, "above 0")
        for name, points in (("self_points", self.self_points), ("appraised_points", self.appraised_points)):
            _refuse(~((points >= 0) & (points <= self.maximum)), name, points, "from 0 to the maximum")
            _refuse(points != np.rint(points), name, points, "a whole number of grid steps")
        keys = np.stack([self.period, self.criterion, self.unit])
        first = np.unique(keys, axis=1, return_index=True)[1] if pairs else np.zeros(0, np.intp)
        twice = np.setdiff1d(np.arange(pairs), first)
        if len(twice):
            raise ValueError(f"pair {twice[0]} repeats the period, criterion and unit of an earlier pair")

    def of(self, pairs: NDArray[np.bool_]) -> "CutHistory":
        """Some of the pairs. pairs: (n,)."""
        return CutHistory(
            self.period[pairs],
            self.criterion[pairs],
            self.unit[pairs],
            self.self_points[pairs],
            self.appraised_points[pairs],
            self.maximum[pairs],
        )


def _refuse(wrong: NDArray[np.bool_], name: str, values: Points, expected: str) -> None:
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise ValueError(f"{name}[{place}] = {values[place]!r} is not {expected}")


@dataclass(frozen=True, eq=False)
class SelfScores:
    """Present self scores of units on the scored criteria. Immutable.

    unit: (units,) index as in the history. self_points, maxima: (units, criteria) whole grid steps; a maximum of 0 is what
    does not apply or is not due. evidence_absent: (units, criteria) whether required evidence is absent. added: (units,)
    bonus and penalty, taken as they are. Raises ValueError for shapes that do not fit or points that cannot be.
    """

    unit: NDArray[np.intp]
    self_points: Points
    maxima: Points
    evidence_absent: NDArray[np.bool_]
    added: Points

    def __post_init__(self) -> None:
        shape = self.self_points.shape
        if self.maxima.shape != shape or self.evidence_absent.shape != shape or len(shape) != 2:
            raise ValueError(
                f"self scores have shapes {shape}, {self.maxima.shape}, {self.evidence_absent.shape}: one expected"
            )
        if self.unit.shape != shape[:1] or self.added.shape != shape[:1]:
            raise ValueError(f"unit and added have shapes {self.unit.shape}, {self.added.shape}, expected {shape[:1]}")
        wrong = ~((self.self_points >= 0) & (self.self_points <= self.maxima))
        if wrong.any():
            unit, criterion = np.argwhere(wrong)[0]
            points = self.self_points[unit, criterion]
            raise ValueError(f"self_points[{unit}, {criterion}] = {points!r} is not from 0 to the maximum")
        for array in (self.unit, self.self_points, self.maxima, self.evidence_absent, self.added):
            array.flags.writeable = False


@dataclass(frozen=True, eq=False)
class CutForecast:
    """Forecast appraised points. All points are whole grid steps; NaN is a forecast that has no basis.

    share: (units, criteria) forecast retained share, NaN without a basis. points: (units, criteria) share of the self
    points, if evidence that is absent comes. low, high: (units, criteria) 80 % interval, from 0 where required evidence is
    absent. pairs: (units, criteria, 5) earlier pairs by Basis: all of them under ALL, none under NONE.
    self_total, total: (units,) as the engine converts, total if absent evidence comes. total_without: (units,) the
    lower case, 0 points wherever required evidence is absent. total_low, total_high: (units,) 80 % interval over both
    cases. bounds_only: whether the intervals are bare bounds, 0 to what was claimed, for want of earlier dossiers.
    """

    share: NDArray[np.float64]
    points: Points
    low: Points
    high: Points
    pairs: NDArray[np.int64]
    self_total: Points
    total: Points
    total_without: Points
    total_low: Points
    total_high: Points
    bounds_only: bool

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False

    @cached_property
    def basis(self) -> NDArray[np.uint8]:
        """(units, criteria) the nearest Basis that has any earlier pair."""
        some = self.pairs > 0
        nearest = self.pairs.shape[2] - 1 - np.argmax(some[..., ::-1], axis=2)
        return np.where(some.any(axis=2), nearest, Basis.NONE).astype(np.uint8)

    @property
    def has_basis(self) -> bool:
        """Whether there is any earlier pair; without one there are only bounds."""
        return bool(self.pairs.any())


@dataclass(frozen=True, eq=False)
class _Dossiers:
    """Earlier pairs by dossier, a unit in a period.

    unit: (dossiers,). claimed, kept: (dossiers, criteria) self and appraised points as parts of the maximum. A pair in
    which nothing was claimed says nothing about what is retained and is left out.
    """

    unit: NDArray[np.intp]
    claimed: NDArray[np.float64]
    kept: NDArray[np.float64]

    @classmethod
    def of(cls, history: CutHistory, criteria: int) -> "_Dossiers":
        told = history.of(history.self_points > 0)
        keys, dossier = np.unique(np.stack([told.unit, told.period]), axis=1, return_inverse=True)
        claimed = np.zeros((keys.shape[1], criteria))
        kept = np.zeros_like(claimed)
        claimed[dossier, told.criterion] = told.self_points / told.maximum
        kept[dossier, told.criterion] = told.appraised_points / told.maximum
        return cls(keys[0], claimed, kept)

    @property
    def known(self) -> NDArray[np.bool_]:
        """(dossiers, criteria) whether there is a pair."""
        return self.claimed > 0


def _members(group: NDArray[np.intp]) -> NDArray[np.float64]:
    """(criteria, groups) 1 where the criterion stands in the group."""
    return (group[:, None] == np.arange(int(group.max(initial=-1)) + 1)).astype(float)


def _shares(
    group: NDArray[np.intp],
    claimed: NDArray[np.float64],
    kept: NDArray[np.float64],
    own_claimed: NDArray[np.float64],
    own_kept: NDArray[np.float64],
    prior: float,
) -> NDArray[np.float64]:
    """(rows, criteria) retained shares from sums of what was claimed and kept, each level drawn towards the one above.

    share = (kept + prior x share of the level above) / (claimed + prior), from all to main index to criterion to the unit
    itself in the criterion. claimed, kept: (rows, criteria) sums over all units; own_claimed, own_kept: those of the unit.
    NaN where nothing was claimed at all. Source: Bühlmann, Straub 1970; Jewell 1975.
    """
    members, asked = _members(group), claimed.sum(axis=1)
    everywhere = np.divide(kept.sum(axis=1), asked, out=np.full_like(asked, np.nan), where=asked > 0)
    in_group = (kept @ members + prior * everywhere[:, None]) / (claimed @ members + prior)
    in_criterion = (kept + prior * in_group[:, group]) / (claimed + prior)
    return (own_kept + prior * in_criterion) / (own_claimed + prior)


def _misses(dossiers: _Dossiers, group: NDArray[np.intp], prior: float) -> NDArray[np.float64]:
    """(dossiers, criteria) retained share less its forecast from all other dossiers; NaN where there is no pair."""
    same_unit = (dossiers.unit[:, None] == dossiers.unit).astype(float)
    np.fill_diagonal(same_unit, 0.0)
    others = 1.0 - np.eye(len(dossiers.unit))
    sums = (others @ dossiers.claimed, others @ dossiers.kept, same_unit @ dossiers.claimed, same_unit @ dossiers.kept)
    share = np.divide(
        dossiers.kept, dossiers.claimed, out=np.full_like(dossiers.kept, np.nan), where=dossiers.known
    )  # fmt: skip
    return share - _shares(group, *sums, prior)


def _drawn_misses(misses: NDArray[np.float64], group: NDArray[np.intp], seed: int) -> NDArray[np.float64]:
    """(draws, criteria) misses of whole earlier dossiers, each as often as any other.

    A dossier is drawn whole because its criteria were examined together and tend to miss together. What it lacks comes
    from any dossier, of the criterion, else of the main index, else of all.
    """
    generator = np.random.default_rng(seed)
    drawn = np.tile(misses, (-(-LEAST_DRAWS // len(misses)), 1))
    for criterion in range(misses.shape[1]):
        lacking = np.isnan(drawn[:, criterion])
        own, near = misses[:, [criterion]], misses[:, group == group[criterion]]
        pool = next(x for x in (own, near, misses) if not np.isnan(x).all())
        drawn[lacking, criterion] = generator.choice(pool[~np.isnan(pool)], int(lacking.sum()))
    return drawn


def _pair_counts(dossiers: _Dossiers, group: NDArray[np.intp], unit: NDArray[np.intp]) -> NDArray[np.int64]:
    """(units, criteria, 5) earlier pairs by Basis."""
    members, known = _members(group), dossiers.known.astype(np.int64)
    of_criterion = known.sum(axis=0)
    counts = np.zeros((len(unit), len(group), len(Basis)), np.int64)
    counts[..., Basis.ALL] = known.sum()
    counts[..., Basis.GROUP] = (of_criterion @ members)[group]
    counts[..., Basis.CRITERION] = of_criterion
    counts[..., Basis.OWN] = (unit[:, None] == dossiers.unit).astype(np.int64) @ known
    return counts


def _total(sums: Points, now: SelfScores, scale: float | None) -> Points:
    """(units,) sums of points as the engine converts them, with what is added, within [0, scale]."""
    if scale is None:
        return sums + now.added
    known = ~np.isnan(sums)
    total = converted(np.where(known, sums, 0.0), now.maxima.sum(axis=1), scale)
    return np.clip(np.where(known, total, np.nan) + now.added, 0.0, scale)


def forecast_cuts(
    history: CutHistory,
    now: SelfScores,
    group: NDArray[np.intp],
    scale: float | None,
    prior: float = PRIOR_PAIRS,
    seed: int = 1,
) -> CutForecast:
    """Forecast appraised points of every cell and total; the same history and seed give the same.

    group: (criteria,) main index of each scored criterion. scale: top of the converted total in grid steps; without it
    totals are sums. prior: strength of the level above, in pairs. What was not claimed is forecast with 0: appraisal may
    raise a claim, up to its maximum, where it did so before, but gives nothing that was not asked for.
    Raises ValueError for a prior that is not above 0, shapes that do not fit, or a criterion that the set does not have.
    """
    criteria = now.self_points.shape[1]
    if not prior > 0:
        raise ValueError(f"prior = {prior!r}: a number of pairs above 0 is expected")
    if group.shape != (criteria,):
        raise ValueError(f"group has shape {group.shape}, expected {(criteria,)}: one main index per criterion")
    unknown = np.flatnonzero((history.criterion < 0) | (history.criterion >= criteria))
    if len(unknown):
        raise ValueError(f"criterion[{unknown[0]}] = {history.criterion[unknown[0]]} is not among {criteria} criteria")
    dossiers = _Dossiers.of(history, criteria)
    own = (now.unit[:, None] == dossiers.unit).astype(float)
    shape = now.self_points.shape
    asked, kept = (np.broadcast_to(x.sum(axis=0), shape) for x in (dossiers.claimed, dossiers.kept))
    share = _shares(group, asked, kept, own @ dossiers.claimed, own @ dossiers.kept, prior)
    claimed = now.self_points > 0
    points = np.where(claimed, np.minimum(np.rint(now.self_points * share), now.maxima), 0.0)
    low, high = np.zeros(shape), np.fmax(now.self_points, points)
    sum_low, sum_high = low.sum(axis=1), high.sum(axis=1)
    without = np.where(now.evidence_absent, 0.0, points)
    bounds_only = len(dossiers.unit) < LEAST_DOSSIERS
    if not bounds_only:
        drawn = _drawn_misses(_misses(dossiers, group, prior), group, seed)
        for u in range(shape[0]):
            cells = np.clip(np.rint(now.self_points[u] * (share[u] + drawn)), 0.0, now.maxima[u])
            low[u], high[u] = np.quantile(cells, ENDS, axis=0, method="inverted_cdf")
            proved = cells @ (~now.evidence_absent[u]).astype(float)
            sum_low[u] = np.quantile(proved, ENDS[0], method="inverted_cdf")
            sum_high[u] = np.quantile(cells.sum(axis=1), ENDS[1], method="inverted_cdf")
        # A forecast outside its own interval could not be read: where all misses lie on one side the interval reaches it.
        low, high = np.where(now.evidence_absent, 0.0, np.minimum(low, points)), np.maximum(high, points)
        sum_low = np.minimum(sum_low, without.sum(axis=1))
        sum_high = np.maximum(sum_high, points.sum(axis=1))
    return CutForecast(
        share,
        points,
        low,
        high,
        _pair_counts(dossiers, group, now.unit),
        _total(now.self_points.sum(axis=1), now, scale),
        _total(points.sum(axis=1), now, scale),
        _total(without.sum(axis=1), now, scale),
        _total(sum_low, now, scale),
        _total(sum_high, now, scale),
        bounds_only,
    )


@dataclass(frozen=True)
class PeriodTest:
    """A period forecast from all others. Errors are means of absolute differences, in points.

    pairs, error, naive_error: of single cells; the naive forecast is that appraisal leaves all. dossiers, total_error,
    naive_total_error: of the sums of a unit's cells. covered: dossiers whose appraised sum lies in its 80 % interval;
    None where the other periods hold too few dossiers for an interval.
    """

    period: int
    pairs: int
    error: float
    naive_error: float
    dossiers: int
    total_error: float
    naive_total_error: float
    covered: int | None


@dataclass(frozen=True)
class BackTest:
    """The back-test of a history; without two periods there is none to hold out and `periods` is empty."""

    periods: tuple[PeriodTest, ...]

    @property
    def error(self) -> float | None:
        """Mean absolute error of all forecast pairs, in points."""
        return self._mean("error", "pairs")

    @property
    def naive_error(self) -> float | None:
        """The same of the naive forecast."""
        return self._mean("naive_error", "pairs")

    @property
    def total_error(self) -> float | None:
        """Mean absolute error of all dossiers' sums, in points."""
        return self._mean("total_error", "dossiers")

    @property
    def naive_total_error(self) -> float | None:
        """The same of the naive forecast."""
        return self._mean("naive_total_error", "dossiers")

    def _mean(self, error: str, count: str) -> float | None:
        counted = sum(getattr(p, count) for p in self.periods)
        return sum(getattr(p, error) * getattr(p, count) for p in self.periods) / counted if counted else None


def back_test(history: CutHistory, group: NDArray[np.intp], prior: float = PRIOR_PAIRS, seed: int = 1) -> BackTest:
    """Every period forecast from all other periods, later ones included, and held against what appraisal gave.

    A period in which nothing was claimed, or whose others claim nothing, cannot be tested and is left out. Evidence that
    was absent is not known of earlier periods; its loss stands in the shares. group, prior, seed: as of `forecast_cuts`.
    """
    tests: list[PeriodTest] = []
    for period in np.unique(history.period):
        held = history.of((history.period == period) & (history.self_points > 0))
        rest = history.of((history.period != period) & (history.self_points > 0))
        if len(held.period) and len(rest.period):
            tests.append(_tested(int(period), held, rest, group, prior, seed))
    return BackTest(tuple(tests))


def _tested(
    period: int, held: CutHistory, rest: CutHistory, group: NDArray[np.intp], prior: float, seed: int
) -> PeriodTest:
    units, row = np.unique(held.unit, return_inverse=True)
    shape = (len(units), len(group))
    claimed, kept, maxima = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    cell = (row, held.criterion)
    claimed[cell], kept[cell], maxima[cell] = held.self_points, held.appraised_points, held.maximum
    now = SelfScores(units, claimed, maxima, np.zeros(shape, bool), np.zeros(len(units)))
    found = forecast_cuts(rest, now, group, None, prior, seed)
    sums = kept.sum(axis=1)
    inside = (found.total_low <= sums) & (sums <= found.total_high)
    return PeriodTest(
        period,
        len(held.period),
        _gap(found.points[cell], held.appraised_points),
        _gap(held.self_points, held.appraised_points),
        len(units),
        _gap(found.total, sums),
        _gap(found.self_total, sums),
        None if found.bounds_only else int(inside.sum()),
    )


def _gap(forecast: Points, actual: Points) -> float:
    return float(np.abs(in_points(forecast - actual)).mean())
