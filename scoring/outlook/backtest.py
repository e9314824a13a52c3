"""The outlook against what was published later, beside two plain alternatives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from scoring.outlook.assumptions import FROZEN, STATED, Assumptions
from scoring.outlook.bounds import published_places
from scoring.outlook.forecast import TOP, Forecast, Question, forecast
from scoring.outlook.history import History, YearResults
from scoring.outlook.published import PlaceDraw

Method = Literal["model", "frozen", "same_rank"]
METHODS: tuple[Method, ...] = ("model", "frozen", "same_rank")
FEWEST_YEARS = 2
HALF, MOST = 0.5, 0.9
MIDDLE_AND_ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Range:
    """A figure that is not known exactly because some outcomes are not public."""

    low: float
    high: float


@dataclass(frozen=True)
class Hits:
    """How many of the published values lay within an interval."""

    inside: int
    of: int


@dataclass(frozen=True)
class Comparison:
    """One method against the published year.

    brier: mean squared error of the top-15 chance over all provinces; an outcome that is not public counts both ways.
    brier_seats: the same when as many of those provinces are in the top as places in it are left, ties aside.
    advantage: how much higher this method's Brier score is than the model's, for every way the unknown outcomes may
    have fallen; None for the model. score_hits, rank_hits: by size of the interval, None where the method gives none.
    score_error: mean distance of the middle forecast from the published totals.
    """

    brier: Range
    brier_seats: Range
    advantage: Range | None
    score_hits: Mapping[float, Hits] | None
    rank_hits: Mapping[float, Hits] | None
    score_error: float | None


@dataclass(frozen=True)
class ProvinceCheck:
    """A province with a published total: forecast quantiles and what came."""

    province: str
    low: float
    middle: float
    high: float
    published: float


@dataclass(frozen=True)
class LevelCheck:
    """The mean over all provinces: forecast quantiles and what came."""

    low: float
    middle: float
    high: float
    published: float


@dataclass(frozen=True)
class YearTest:
    """Results up to `fitted_to` forecast `target`. level: None where the mean was not published."""

    fitted_to: int
    target: int
    provinces: int
    totals: int
    ranks: int
    known_in: int
    known_out: int
    comparisons: Mapping[Method, Comparison]
    level: LevelCheck | None
    checks: tuple[ProvinceCheck, ...]

    @property
    def unknown(self) -> int:
        """Number of provinces of which it is not public whether they were in the top."""
        return self.provinces - self.known_in - self.known_out


@dataclass(frozen=True, eq=False)
class BackTest:
    """All year tests, with the assumptions, draws and seed they were made with."""

    assumptions: Assumptions
    draws: int
    seed: int
    tests: tuple[YearTest, ...]


def _outcomes(results: YearResults, provinces: Sequence[str]) -> tuple[NDArray[np.float64], int]:
    """1 in the top, 0 not, NaN not public; and how many of those that are not public are in it, ties aside."""
    places = published_places(results, provinces)
    outcome = np.full(len(results.ranks), np.nan)
    ranked = results.ranks > 0
    outcome[ranked] = results.ranks[ranked] <= TOP
    seated = ~ranked & (places.place_of >= 0)
    outcome[seated] = places.place_of[seated] < TOP
    free = int((places.open_places < TOP).sum())
    if free in (0, len(places.unplaced)):
        outcome[places.unplaced] = float(free > 0)
        return outcome, 0
    return outcome, free


def brier_ranges(chance: NDArray[np.float64], outcome: NDArray[np.float64], seats: int) -> tuple[Range, Range]:
    """The Brier score with unknown outcomes both ways, and with exactly `seats` of them in the top.

    chance, outcome: (provinces,); an outcome is 1, 0 or NaN. Source: Brier 1950, Verification of forecasts expressed
    in terms of probability.
    """
    known, count = ~np.isnan(outcome), len(chance)
    sure = float(((chance[known] - outcome[known]) ** 2).sum())
    out, into = chance[~known] ** 2, (1 - chance[~known]) ** 2
    both = Range((sure + np.minimum(out, into).sum()) / count, (sure + np.maximum(out, into).sum()) / count)
    return Range(float(both.low), float(both.high)), _with_seats(sure, out, into, seats, count)


def _with_seats(sure: float, out: NDArray[np.float64], into: NDArray[np.float64], seats: int, count: int) -> Range:
    """Exactly so many unknown outcomes are 1: the smallest and largest sums come from those that change it least and most."""
    change = np.sort(into - out)
    base = sure + float(out.sum())
    return Range(
        (base + float(change[:seats].sum())) / count, (base + float(change[len(change) - seats :].sum())) / count
    )


def _advantage(
    other: NDArray[np.float64], model: NDArray[np.float64], outcome: NDArray[np.float64], seats: int
) -> Range:
    """Brier score of the other method less that of the model, over every way the seats may have fallen."""
    known = ~np.isnan(outcome)
    sure = float(((other - outcome)[known] ** 2 - (model - outcome)[known] ** 2).sum())
    out = other[~known] ** 2 - model[~known] ** 2
    into = (1 - other[~known]) ** 2 - (1 - model[~known]) ** 2
    return _with_seats(sure, out, into, seats, len(other))


def same_rank_chance(history: History, base_year: int, assumptions: Assumptions) -> NDArray[np.float64]:
    """Top-15 chance when everybody keeps his rank: 1 or 0; where the rank is not public, an even share of what is left."""
    base = PlaceDraw(history, base_year, assumptions).base
    chance = np.where((base.place_of >= 0) & (base.place_of < TOP), 1.0, 0.0)
    ranks = base.results.ranks
    chance[ranks > 0] = ranks[ranks > 0] <= TOP
    if len(base.unplaced):
        chance[base.unplaced] = (base.open_places < TOP).sum() / len(base.unplaced)
    return chance


def _hits(limits: NDArray, values: NDArray, public: NDArray[np.bool_]) -> Hits:
    inside = (limits[0] <= values) & (values <= limits[1]) & public
    return Hits(int(inside.sum()), int(public.sum()))


def _interval(size: float) -> tuple[float, float]:
    return 0.5 - size / 2, 0.5 + size / 2


def _compare(
    drawn: Forecast, results: YearResults, outcome: NDArray[np.float64], seats: int, model: NDArray[np.float64] | None
) -> Comparison:
    """A method that gives draws."""
    totals, ranks = ~np.isnan(results.scores), results.ranks > 0
    score_hits: dict[float, Hits] = {}
    rank_hits: dict[float, Hits] = {}
    for size in (HALF, MOST):
        score_hits[size] = _hits(drawn.score_quantiles(_interval(size)), results.scores, totals)
        rank_hits[size] = _hits(drawn.rank_quantiles(_interval(size)), results.ranks, ranks)
    middle = drawn.score_quantiles([0.5])[0]
    error = float(np.abs(middle - results.scores)[totals].mean()) if totals.any() else None
    chance = drawn.chance(TOP)
    advantage = None if model is None else _advantage(chance, model, outcome, seats)
    return Comparison(*brier_ranges(chance, outcome, seats), advantage, score_hits, rank_hits, error)


def year_test(history: History, target: int, draws: int, seed: int, assumptions: Assumptions = STATED) -> YearTest:
    """The year before the target forecasts the target; nothing of the target is used but to compare.

    Raises KeyError when nothing of either year is public, and what `forecast` raises.
    """
    results, before = history.year(target), history.up_to(target - 1)
    question = Question(before, target - 1, target, assumptions)
    outcome, seats = _outcomes(results, history.provinces)
    drawn = forecast(question, draws, seed)
    frozen = forecast(Question(before, target - 1, target, assumptions, FROZEN), draws, seed)
    model = drawn.chance(TOP)
    same = same_rank_chance(before, target - 1, assumptions)
    comparisons: dict[Method, Comparison] = {
        "model": _compare(drawn, results, outcome, seats, None),
        "frozen": _compare(frozen, results, outcome, seats, model),
        "same_rank": Comparison(
            *brier_ranges(same, outcome, seats), _advantage(same, model, outcome, seats), None, None, None
        ),
    }
    return YearTest(
        fitted_to=target - 1,
        target=target,
        provinces=history.count,
        totals=int((~np.isnan(results.scores)).sum()),
        ranks=int((results.ranks > 0).sum()),
        known_in=int((outcome == 1).sum()),
        known_out=int((outcome == 0).sum()),
        comparisons=comparisons,
        level=_level(drawn, results),
        checks=tuple(_checks(drawn, results)),
    )


def _level(drawn: Forecast, results: YearResults) -> LevelCheck | None:
    if results.mean is None:
        return None
    low, middle, high = (float(q) for q in np.quantile(drawn.scores.mean(axis=1), MIDDLE_AND_ENDS))
    return LevelCheck(low, middle, high, results.mean)


def _checks(drawn: Forecast, results: YearResults) -> Iterator[ProvinceCheck]:
    """Provinces with a published total, from the highest."""
    low, middle, high = drawn.score_quantiles(MIDDLE_AND_ENDS)
    names = drawn.question.history.provinces
    for i in np.argsort(-results.scores, kind="stable"):
        if not np.isnan(results.scores[i]):
            published = float(results.scores[i])
            yield ProvinceCheck(names[i], float(low[i]), float(middle[i]), float(high[i]), published)


def back_test(history: History, draws: int, seed: int, assumptions: Assumptions = STATED) -> BackTest:
    """Every year that has at least two years of results before it, forecast from the year before."""
    years = [results.year for results in history.years]
    targets = [year for year in years[FEWEST_YEARS:] if year - 1 in years]
    tests = tuple(year_test(history, target, draws, seed, assumptions) for target in targets)
    return BackTest(assumptions, draws, seed, tests)
