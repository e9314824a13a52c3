"""Drawing a published year: scores on every place, and which province stands on the places nobody is known to hold."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from scoring.outlook.assumptions import Assumptions
from scoring.outlook.bounds import PublishedPlaces, published_places
from scoring.outlook.history import History, Scores
from scoring.outlook.streams import Stream, Streams

WIDE_GAPS_FIRST = 0.9
"""Share of the widest gap's room that is used up before all gaps give way alike."""


@dataclass(frozen=True)
class Segment:
    """Neighbouring different unknown scores between the same two bounds."""

    columns: slice
    low: float
    high: float


def _segments(low: Scores, high: Scores) -> tuple[Segment, ...]:
    if not len(low):
        return ()
    starts = np.flatnonzero(np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)])
    ends = np.r_[starts[1:], len(low)]
    return tuple(
        Segment(slice(int(a), int(b)), float(low[a]), float(high[a])) for a, b in zip(starts, ends, strict=True)
    )


def _row_sums(values: Scores, weights: Scores) -> NDArray[np.float64]:
    """Weighted sum of each row, to the last bit independent of the number of rows (a matrix product is not)."""
    return (values * weights).sum(axis=1)


class PublishedYearDraw:
    """Draws scores on the places of one year so that every published fact of it holds in every draw.

    Unknown scores between two bounds are sorted uniforms. One amount per draw then moves all of them, inside their
    room, until the published mean holds: up by a share of the way to the upper bound, or down likewise. The share is
    in proportion to the width of the gap as long as the widest gap has room, because uniforms whose sum is given move
    in proportion to their variance; what is left is taken from all alike. Order, ties and the number above the mean
    stay, because nobody leaves his bounds and a gap is moved by one rising function.
    Source: spacings of uniforms are exponentials over their sum (Devroye 1986, Non-Uniform Random Variate Generation,
    V.2); exponential tilting of independent variables given their sum (Cover and Thomas, Elements of Information
    Theory, 11.6).
    """

    def __init__(self, places: PublishedPlaces) -> None:
        self.places = places
        unknown = np.isnan(places.known)
        levels, first, size = np.unique(places.level[unknown], return_index=True, return_counts=True)
        self._low, self._high = places.low[unknown][first], places.high[unknown][first]
        self._size = size.astype(float)
        self._unknown = np.flatnonzero(unknown)
        self._column = np.searchsorted(levels, places.level[unknown])
        self._segments = _segments(self._low, self._high)
        width = self._high - self._low
        self._relative_width = width / width.max(initial=0.0) if len(width) else width
        mean = places.results.mean
        known_sum = float(places.known[~unknown].sum())
        self._unknown_sum = None if mean is None else mean * len(places.known) - known_sum

    def scores(self, streams: Streams, rows: int) -> Scores:
        """(rows, places) scores; the stream of spacings goes on by so many rows."""
        result = np.empty((rows, len(self.places.known)))
        result[:] = self.places.known
        if len(self._size):
            unknown = self._moved(self._sorted_uniforms(streams, rows))
            result[:, self._unknown] = unknown[:, self._column] if len(self._column) > len(self._size) else unknown
        return result

    def _sorted_uniforms(self, streams: Streams, rows: int) -> Scores:
        spacings = streams[Stream.SPACINGS].standard_exponential((rows, len(self._size) + len(self._segments)))
        values = np.empty((rows, len(self._size)))
        for i, segment in enumerate(self._segments):
            sums = spacings[:, segment.columns.start + i : segment.columns.stop + i + 1].cumsum(axis=1)
            part = values[:, segment.columns]
            np.multiply(sums[:, :-1], (segment.low - segment.high) / sums[:, -1:], out=part)
            part += segment.high
        return values

    def _moved(self, values: Scores) -> Scores:
        if self._unknown_sum is None:
            return values
        missing = self._unknown_sum - _row_sums(values, self._size)
        up = missing > 0
        bound = self._high if up.all() else np.where(up[:, None], self._high, self._low)
        way = bound - values
        share, missing = self._wide_gaps_first(way, missing)
        stay = 1 - share[:, None] * self._relative_width
        if missing.any():
            left = _row_sums(way * stay, self._size)
            stay *= (1 - np.minimum(missing / left, 1.0))[:, None]
        way *= stay
        return bound - way

    def _wide_gaps_first(self, way: Scores, missing: Scores) -> tuple[Scores, Scores]:
        """The share of its way that the widest gap goes, and what is still missing from the sum after it."""
        reach = _row_sums(way, self._size * self._relative_width)
        share = np.minimum(missing / reach, WIDE_GAPS_FIRST)
        left = np.where(share < WIDE_GAPS_FIRST, 0.0, missing - share * reach)
        return share, left


class PlaceDraw:
    """Draws which province stands on which place of the base year.

    Published ranks hold. The others take the places that are left, in the order of their places of the year before
    with noise; that year is drawn in the same way, back to a year in which every place is published, or to the first
    year, whose free places fall evenly.
    """

    def __init__(self, history: History, base_year: int, assumptions: Assumptions) -> None:
        chain: list[PublishedPlaces] = []
        for results in reversed(history.up_to(base_year).years):
            chain.append(published_places(results, history.provinces))
            if not len(chain[-1].unplaced):
                break
        self._chain = chain[::-1]
        self._noise = assumptions.place_noise
        count = history.count
        self._normal_score = np.array([NormalDist().inv_cdf(1 - (i + 0.5) / count) for i in range(count)])

    @property
    def base(self) -> PublishedPlaces:
        """The published places of the base year."""
        return self._chain[-1]

    @property
    def fixed(self) -> bool:
        """Whether every province has a place of its own in the base year, so that there is nothing to draw."""
        return not len(self.base.unplaced)

    def places(self, streams: Streams, rows: int) -> NDArray[np.intp]:
        """(rows, provinces) place of each province in the base year."""
        places = np.broadcast_to(self.base.place_of, (rows, len(self._normal_score)))
        before: NDArray[np.intp] | None = None
        year_before = 0
        for published in self._chain:
            if not len(published.unplaced):
                places = np.broadcast_to(published.place_of, places.shape)
            else:
                years = published.results.year - year_before
                places = self._drawn(published, before, years, streams, rows)
            before, year_before = places, published.results.year
        return places

    def _drawn(
        self,
        published: PublishedPlaces,
        before: NDArray[np.intp] | None,
        years: int,
        streams: Streams,
        rows: int,
    ) -> NDArray[np.intp]:
        waiting, free = published.unplaced, published.open_places
        strength = streams[Stream.PLACES, published.results.year].standard_normal((rows, len(waiting)))
        if before is not None:
            strength *= self._noise * np.sqrt(years)
            strength += self._normal_score[before[:, waiting]]
        weakest_first = strength.argsort(axis=1)
        own = np.empty_like(weakest_first)
        np.put_along_axis(own, weakest_first, np.broadcast_to(free[::-1], own.shape), axis=1)
        places = np.empty((rows, len(published.holder)), np.intp)
        places[:] = published.place_of
        places[:, waiting] = own
        return places


def province_scores(by_place: Scores, places: NDArray[np.intp], fixed: bool) -> Scores:
    """(rows, provinces) scores from (rows, places) scores and the place of each province."""
    return by_place[:, places[0]] if fixed and len(places) else np.take_along_axis(by_place, places, axis=1)
