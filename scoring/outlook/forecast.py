"""Drawn results of the target year for all provinces: scores, ranks, and the score of every rank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.outlook.assumptions import MOVING, STATED, Assumptions, Pace
from scoring.outlook.bounds import published_places
from scoring.outlook.history import History, Scores
from scoring.outlook.movement import Movement, Steps, fit
from scoring.outlook.published import PlaceDraw, PublishedYearDraw, province_scores
from scoring.outlook.streams import Stream, Streams

BLOCK = 500
"""Draws at once: the arrays of so many draws of 63 provinces stay in a core's own cache."""

TOP = 15
"""The plan's goal: the 15 leading provinces."""


@dataclass(frozen=True, eq=False)
class Block:
    """Some draws of a question, by place of the base year: scores, and the numbers that move them.

    base, own: (rows, places); common: (rows,). own is used up by the first step. Who stands on a place is drawn
    apart, because the rivals' line does not depend on it.
    """

    base: Scores
    common: NDArray[np.float64]
    own: Scores


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked: from which base year, to which target year, on which assumptions.

    Raises KeyError when nothing of the base year is public, ValueError for a target year that is not later, and
    Contradiction when published facts cannot all hold. Nothing later than the base year is used.
    """

    history: History
    base_year: int
    target_year: int
    assumptions: Assumptions = STATED
    pace: Pace = MOVING

    def __post_init__(self) -> None:
        self.history.year(self.base_year)
        if self.target_year <= self.base_year:
            raise ValueError(f"target year {self.target_year} must be later than base year {self.base_year}")

    @property
    def years(self) -> int:
        """Number of yearly steps."""
        return self.target_year - self.base_year

    @property
    def base_totals(self) -> int:
        """Number of published totals of the base year."""
        return int((~np.isnan(self.history.year(self.base_year).scores)).sum())

    def movement(self) -> Movement:
        """What is known of the level's yearly change."""
        return fit(self.history, self.base_year, self.assumptions)

    def steps(self) -> Steps:
        """The movement over all years at once."""
        return Steps.over(self.years, self.movement(), self.assumptions, self.pace)

    def places(self) -> PlaceDraw:
        """Who stands where in the base year."""
        return PlaceDraw(self.history, self.base_year, self.assumptions)

    def blocks(self, draws: int, streams: Streams, block: int = BLOCK) -> Iterator[Block]:
        """The draws, so many at a time."""
        if draws < 1 or block < 1:
            raise ValueError(f"draws = {draws}, block = {block}: at least 1 is expected")
        year = PublishedYearDraw(published_places(self.history.year(self.base_year), self.history.provinces))
        for start in range(0, draws, block):
            base = year.scores(streams, min(block, draws - start))
            common = streams[Stream.COMMON].standard_normal(len(base))
            yield Block(base, common, streams[Stream.OWN].standard_normal(base.shape))

    def moved(self, block: Block, steps: Steps) -> Scores:
        """(rows, places) scores of the target year; those of the base year when the rivals are frozen."""
        return block.base if self.pace.frozen else steps.move(block.base, block.common, block.own)


def rank_rows(scores: Scores) -> NDArray[np.int16]:
    """Rank of every score within its row, highest first, ties sharing the lowest rank (1 2 2 4).

    Source: form of the ministry's 2022 table.
    """
    order = (-scores).argsort(axis=1)
    ordered = np.take_along_axis(scores, order, axis=1)
    new = np.ones(scores.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.arange(1, scores.shape[1] + 1, dtype=np.int16)
    ranks = np.empty(scores.shape, np.int16)
    np.put_along_axis(ranks, order, np.maximum.accumulate(np.where(new, places, np.int16(1)), axis=1), axis=1)
    return ranks


@dataclass(frozen=True, eq=False)
class Forecast:
    """Draws of the target year. scores, ranks: (draws, provinces)."""

    question: Question
    scores: Scores
    ranks: NDArray[np.int16]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.scores)

    def chance(self, top: int = TOP) -> NDArray[np.float64]:
        """(provinces,) share of draws in which a province is among the first so many."""
        return (self.ranks <= top).mean(axis=0)

    def score_quantiles(self, at: Sequence[float]) -> NDArray[np.float64]:
        """(quantiles, provinces) quantiles of the scores, interpolated between draws."""
        return quantiles(self.scores, at)

    def rank_quantiles(self, at: Sequence[float]) -> NDArray[np.int16]:
        """(quantiles, provinces) the smallest ranks that so large a share of draws does not exceed."""
        ordered = np.sort(self.ranks.T, axis=1)
        return np.array([ordered[:, max(int(np.ceil(q * self.draws - 1e-9)) - 1, 0)] for q in at])

    def line_quantiles(self, at: Sequence[float]) -> NDArray[np.float64]:
        """(quantiles, places) quantiles of the score that stands on each place, from the first to the last."""
        return quantiles(np.sort(self.scores, axis=1)[:, ::-1], at)


def quantiles(values: Scores, at: Sequence[float]) -> NDArray[np.float64]:
    """Quantiles of each column. Source: Hyndman and Fan 1996, definition 7."""
    ordered = np.sort(values.T, axis=1)
    return np.array([_between(ordered, q * (ordered.shape[1] - 1)) for q in at])


def _between(ordered: Scores, place: float) -> NDArray[np.float64]:
    below = int(place)
    above = min(below + 1, ordered.shape[1] - 1)
    return ordered[:, below] + (place - below) * (ordered[:, above] - ordered[:, below])


def forecast(question: Question, draws: int, seed: int, block: int = BLOCK) -> Forecast:
    """Draws of all provinces, every one of them moving. The same seed gives the same draws for every size of blocks."""
    streams, places, steps = Streams(seed), question.places(), question.steps()
    count, start = question.history.count, 0
    scores, ranks = np.empty((draws, count)), np.empty((draws, count), np.int16)
    for drawn in question.blocks(draws, streams, block):
        rows = slice(start, start + len(drawn.base))
        moved = question.moved(drawn, steps)
        scores[rows] = province_scores(moved, places.places(streams, len(moved)), places.fixed)
        ranks[rows] = rank_rows(scores[rows])
        start = rows.stop
    return Forecast(question, scores, ranks)
