"""Places of one published year: who stands where, which scores are known, and bounds of the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from language import _, format_number
from scoring.outlook.history import Contradiction, Scores, YearResults

ROUNDING = 0.00005
"""Published totals and means have four decimals: the true value lies within half a step of the last."""

OPEN = -1
"""Holder of a place that no published rank gives to anybody."""


@dataclass(frozen=True, eq=False)
class PublishedPlaces:
    """Places of one year from the highest (0) to the lowest; provinces that tie stand on neighbouring places.

    holder: province on each place, or OPEN. known: score of the place, NaN where it is not public.
    low, high: bounds of the score; equal where it is known, otherwise the score lies strictly between them.
    level: number of different scores above; the same for places that tie.
    """

    results: YearResults
    holder: NDArray[np.intp]
    known: Scores
    low: Scores
    high: Scores
    level: NDArray[np.intp]

    @property
    def open_places(self) -> NDArray[np.intp]:
        """Places that fall to provinces without a published rank."""
        return np.flatnonzero(self.holder == OPEN)

    @property
    def unplaced(self) -> NDArray[np.intp]:
        """Provinces that no published fact puts on a place."""
        return np.setdiff1d(np.arange(len(self.holder)), self.holder)

    @property
    def place_of(self) -> NDArray[np.intp]:
        """Place of each province, OPEN for those that are unplaced."""
        places = np.full(len(self.holder), OPEN)
        held = self.holder != OPEN
        places[self.holder[held]] = np.flatnonzero(held)
        return places


def published_places(results: YearResults, provinces: Sequence[str]) -> PublishedPlaces:
    """Places, known scores and bounds that follow from the published facts of a year.

    A score is bounded by the nearest published scores above and below in rank, by the mean where the number of
    provinces above it is public, by the published minimum, and by 0 and 1. A province with a published score but
    without a rank gets the free place that its score has between its neighbours if theirs were spread evenly.
    Raises Contradiction naming the provinces when two facts cannot both hold.
    Source: form of the ministry's 2022 table (ties share a rank, the ranks after it are left out).
    """
    return _PlaceFinder(results, provinces).find()


class _PlaceFinder:
    """The arrays while they are being filled."""

    def __init__(self, results: YearResults, provinces: Sequence[str]) -> None:
        self.results, self.provinces, self.count = results, provinces, len(results.ranks)
        self.holder = np.full(self.count, OPEN)
        self.known = np.full(self.count, np.nan)
        self.tied_with_above = np.zeros(self.count, bool)

    def find(self) -> PublishedPlaces:
        self._seat_ranked()
        self._check_order()
        self._seat_scored()
        level = np.cumsum(~self.tied_with_above) - 1
        low, high = self._bounds()
        places = PublishedPlaces(self.results, self.holder, self.known, low, high, level)
        self._check_mean(places)
        return places

    def _fail(self, place: int | None, column: str, message: str) -> Contradiction:
        holder = OPEN if place is None else self.holder[place]
        return Contradiction(
            self.results.year, None if holder == OPEN else self.provinces[int(holder)], column, message
        )

    def _name(self, place: int | np.integer) -> str:
        return self.provinces[int(self.holder[place])]

    def _seat_ranked(self) -> None:
        ranks, scores = self.results.ranks, self.results.scores
        taken_to = 0
        for rank in np.unique(ranks[ranks > 0]):
            members = np.flatnonzero(ranks == rank)
            first, last = int(rank) - 1, int(rank) - 1 + len(members)
            if last > self.count or first < taken_to:
                raise self._no_room(int(rank), members, taken_to)
            self.holder[first:last] = members
            self.tied_with_above[first + 1 : last] = True
            self.known[first:last] = self._common_score(members, scores)
            taken_to = last

    def _no_room(self, rank: int, members: NDArray[np.intp], taken_to: int) -> Contradiction:
        name = self.provinces[int(members[0])]
        if rank - 1 < taken_to:
            message = _(
                "{name} xếp hạng {rank}, nhưng {other} và các tỉnh cùng hạng đã chiếm đến vị trí {taken}; kiểm tra lại "
                "hai thứ hạng."
            ).format(name=name, rank=rank, other=self._name(taken_to - 1), taken=taken_to)
        else:
            message = _(
                "{name} xếp hạng {rank} cùng {n} tỉnh khác, vượt quá {count} tỉnh có trong bảng; kiểm tra lại thứ hạng."
            ).format(name=name, rank=rank, n=len(members) - 1, count=self.count)
        return Contradiction(self.results.year, name, "rank", message)

    def _common_score(self, members: NDArray[np.intp], scores: Scores) -> float:
        public = [int(m) for m in members if not np.isnan(scores[m])]
        for other in public[1:]:
            if scores[other] != scores[public[0]]:
                message = _("{a} và {b} cùng hạng nhưng điểm khác nhau ({x} và {y}); kiểm tra lại.").format(
                    a=self.provinces[public[0]],
                    b=self.provinces[other],
                    x=format_number(float(scores[public[0]])),
                    y=format_number(float(scores[other])),
                )
                raise Contradiction(self.results.year, self.provinces[other], "dti", message)
        return float(scores[public[0]]) if public else np.nan

    def _check_order(self) -> None:
        """Along the places known scores fall, and leave room for every unknown score between them."""
        above = None
        for place in np.flatnonzero(~np.isnan(self.known)):
            tied = above is not None and self.tied_with_above[above + 1 : place + 1].all()
            if above is not None and not tied and self.known[place] >= self.known[above]:
                message = _(
                    "{a} xếp trên {b} nhưng điểm {x} không cao hơn điểm {y}; kiểm tra lại thứ hạng và điểm."
                ).format(
                    a=self._name(above),
                    b=self._name(place),
                    x=format_number(float(self.known[above])),
                    y=format_number(float(self.known[place])),
                )
                raise self._fail(int(place), "dti", message)
            above = int(place)

    def _seat_scored(self) -> None:
        scores, ranks = self.results.scores, self.results.ranks
        waiting = [int(p) for p in np.argsort(-scores, kind="stable") if ranks[p] == 0 and not np.isnan(scores[p])]
        while waiting:
            province, *waiting = waiting
            place, tied = self._seat_for(float(scores[province]), [float(scores[p]) for p in waiting])
            if place is None:
                message = _(
                    "{name} có điểm {score} nhưng không còn vị trí nào giữa các tỉnh đã có thứ hạng; kiểm tra lại điểm."
                ).format(name=self.provinces[province], score=format_number(float(scores[province])))
                raise Contradiction(self.results.year, self.provinces[province], "dti", message)
            self.holder[place], self.known[place], self.tied_with_above[place] = province, scores[province], tied

    def _seat_for(self, score: float, following: Sequence[float]) -> tuple[int | None, bool]:
        """Place of a score without a rank, and whether it ties with the place above."""
        known = ~np.isnan(self.known)
        above, below = np.flatnonzero(known & (self.known >= score)), np.flatnonzero(known & (self.known < score))
        first = int(above[-1]) + 1 if len(above) else 0
        if len(above) and self.known[above[-1]] == score:
            return (first if first < self.count and self.holder[first] == OPEN else None), True
        last = int(below[0]) if len(below) else self.count
        line, mean = self.results.units_above_mean, self.results.mean
        if line is not None and mean is not None:
            first, last = (first, min(last, line)) if score > mean else (max(first, line), last)
        free = [place for place in range(first, last) if self.holder[place] == OPEN]
        floor = self.known[below[0]] if len(below) else self.results.minimum_at_least or 0.0
        ceiling = self.known[above[-1]] if len(above) else 1.0
        free = free[: len(free) - sum(other > floor for other in following)]
        wanted = first + (last - first) * (ceiling - score) / (ceiling - floor) if ceiling > floor else first
        return (min(free, key=lambda place: abs(place + 0.5 - wanted)) if free else None), False

    def _bounds(self) -> tuple[Scores, Scores]:
        public = ~np.isnan(self.known)
        least = self.results.minimum_at_least
        floor = 0.0 if least is None else least
        high = np.minimum.accumulate(np.where(public, self.known, 1.0))
        low = np.maximum.accumulate(np.where(public, self.known, floor)[::-1])[::-1]
        mean, line = self.results.mean, self.results.units_above_mean
        if mean is not None and line is not None:
            if 0 < line < self.count and self.tied_with_above[line]:
                raise self._fail(
                    line,
                    "units_above_mean",
                    _("{n} tỉnh trên trung bình, nhưng vị trí {n} và {m} cùng hạng; kiểm tra lại.").format(
                        n=line, m=line + 1
                    ),
                )
            low[:line] = np.where(public[:line], low[:line], np.maximum(low[:line], mean))
            high[line:] = np.where(public[line:], high[line:], np.minimum(high[line:], mean))
            self._check_side(mean, line)
        self._check_room(low, high, public, floor)
        return low, high

    def _check_side(self, mean: float, line: int) -> None:
        above = np.arange(self.count) < line
        wrong = np.where(above, self.known < mean - ROUNDING, self.known > mean + ROUNDING)
        for place in np.flatnonzero(wrong):
            message = _(
                "{name} có điểm {score}, trái với việc có đúng {n} tỉnh trên trung bình {mean}; kiểm tra lại."
            ).format(
                name=self._name(place),
                score=format_number(float(self.known[place])),
                n=line,
                mean=format_number(mean),
            )
            raise self._fail(int(place), "dti", message)

    def _check_room(self, low: Scores, high: Scores, public: NDArray[np.bool_], floor: float) -> None:
        for place in np.flatnonzero(public & (self.known < floor)):
            message = _("{name} có điểm {score}, thấp hơn mức thấp nhất đã công bố {least}; kiểm tra lại.").format(
                name=self._name(place), score=format_number(float(self.known[place])), least=format_number(floor)
            )
            raise self._fail(int(place), "dti", message)
        for place in np.flatnonzero(~public & (low >= high)):
            message = _(
                "không có điểm nào cho vị trí {place}: phải cao hơn {low} và thấp hơn {high}; kiểm tra lại thứ hạng và điểm."
            ).format(place=place + 1, low=format_number(float(low[place])), high=format_number(float(high[place])))
            raise self._fail(int(place), "dti", message)

    def _check_mean(self, places: PublishedPlaces) -> None:
        mean = self.results.mean
        if mean is None:
            return
        least, most = places.low.mean(), places.high.mean()
        if not least - ROUNDING <= mean <= most + ROUNDING:
            message = _(
                "trung bình {mean} trái với thứ hạng và điểm đã công bố, theo đó trung bình từ {low} đến {high}."
            ).format(mean=format_number(mean), low=format_number(least, 4), high=format_number(most, 4))
            raise Contradiction(self.results.year, None, "mean", message)
