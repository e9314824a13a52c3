"""One year of the national index: bounds of the scores that are not public, from the facts that are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from language import _, format_number
from scoring.grid import STEPS_PER_POINT, Points, in_points
from scoring.ranking import Ranks

INDEX_WEIGHTS: dict[str, int] = {"NT": 100, "TC": 100, "HT": 100, "NL": 100, "AT": 100, "CQ": 200, "KT": 150, "XH": 150}
"""Weights of the eight scored main indices, of 1000. Source: Quyết định số 922/QĐ-BTTTT ngày 20/5/2022, phụ lục 1."""
TOP = 15
"""The place that the province's plan aims at. Source: Quyết định số 968/QĐ-UBND ngày 10/4/2024."""
_WHOLE = sum(INDEX_WEIGHTS.values())
_TOTAL_TOLERANCE = STEPS_PER_POINT // 10_000
_HALF_PUBLISHED_STEP = STEPS_PER_POINT // 20_000


class BoundOrigin(IntEnum):
    """Where the bounds of a province's score come from."""

    PUBLISHED = 0
    RANKED = 1
    UNRANKED = 2


@dataclass(frozen=True)
class YearFacts:
    """What is public of all provinces together in a year; scores in whole grid steps, None where not public."""

    units: int
    mean: float | None = None
    minimum_at_least: float | None = None
    units_above_mean: int | None = None


class ScoreBounds(NamedTuple):
    """low, high: (units,) whole grid steps, both may be reached. origin: (units,) of BoundOrigin."""

    low: Points
    high: Points
    origin: NDArray[np.int64]


@dataclass(frozen=True)
class Contradiction:
    """Published facts of a year that cannot all hold: the rows concerned (none for the year as a whole), a sentence."""

    rows: tuple[int, ...]
    message: str


class ContradictionError(ValueError):
    """Published facts that contradict each other, each contradiction with the names of its provinces."""

    def __init__(self, contradictions: Sequence[Contradiction]) -> None:
        super().__init__("\n".join(found.message for found in contradictions))
        self.contradictions = tuple(contradictions)


@dataclass(frozen=True, eq=False)
class _Places:
    """The places 0 to units - 1 of a year; tied provinces stand on neighbouring ones.

    rows: provinces with a published rank, by rank; first, last: first and last place of each one's tie;
    own: its place. known: score of each place, NaN where it is not public.
    """

    rows: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    own: NDArray[np.intp]
    known: Points

    @property
    def free(self) -> NDArray[np.intp]:
        """Places that no published rank gives to anybody."""
        return np.setdiff1d(np.arange(len(self.known)), self.own)


def _ranked(ranks: Ranks) -> tuple[NDArray[np.intp], Ranks]:
    rows = np.flatnonzero(ranks > 0)
    rows = rows[np.argsort(ranks[rows], kind="stable")]
    return rows, ranks[rows]


def _places(ranks: Ranks, scores: Points) -> _Places:
    """The places that sound published ranks give; a score of one province is the score of all that tie with it."""
    rows, ordered = _ranked(ranks)
    starts = np.searchsorted(ordered, ordered, side="left")
    first = ordered - 1
    own = first + np.arange(len(rows)) - starts
    last = first + np.searchsorted(ordered, ordered, side="right") - starts - 1
    known = np.full(len(ranks), np.nan)
    if len(rows):
        groups, of_row = np.unique(starts, return_inverse=True)
        known[own] = np.fmax.reduceat(scores[rows], groups)[of_row]
    return _Places(rows, first, last, own, known)


def _place_bounds(places: _Places, facts: YearFacts) -> tuple[Points, Points]:
    """(units,) lowest and highest score of each place."""
    public = ~np.isnan(places.known)
    floor = np.full(len(public), 0.0 if facts.minimum_at_least is None else facts.minimum_at_least)
    ceiling = np.full(len(public), float(STEPS_PER_POINT))
    if facts.mean is not None and facts.units_above_mean is not None:
        above = np.arange(len(public)) < facts.units_above_mean
        floor = np.where(above, np.maximum(floor, facts.mean), floor)
        ceiling = np.where(above, ceiling, facts.mean)
    high = np.minimum.accumulate(np.where(public, places.known, ceiling))
    low = np.maximum.accumulate(np.where(public, places.known, floor)[::-1])[::-1]
    high[places.own], low[places.own] = high[places.last], low[places.first]
    low, high = np.where(public, places.known, low), np.where(public, places.known, high)
    # The published mean is rounded: a score beside it may lie on its other side by less than that rounding.
    return np.minimum(low, high), high


def _name(row: int | np.integer, names: Sequence[str]) -> str:
    return names[int(row)] if names else _("tỉnh ở dòng {row}").format(row=int(row) + 1)


def _shown(score: float) -> str:
    return format_number(float(in_points(score)))


def _range_faults(ranks: Ranks, scores: Points, names: Sequence[str]) -> list[Contradiction]:
    count, found = len(ranks), []
    for row in np.flatnonzero((ranks < 0) | (ranks > count)):
        message = _("{name} có thứ hạng {rank}; thứ hạng phải từ 1 đến {count}. Hãy kiểm tra lại.").format(
            name=_name(row, names), rank=int(ranks[row]), count=count
        )
        found.append(Contradiction((int(row),), message))
    for row in np.flatnonzero((scores < 0) | (scores > STEPS_PER_POINT)):
        message = _("{name} có điểm {score}; điểm phải từ 0 đến 1. Hãy kiểm tra lại.").format(
            name=_name(row, names), score=_shown(scores[row])
        )
        found.append(Contradiction((int(row),), message))
    return found


def _names(rows: NDArray[np.intp], names: Sequence[str]) -> str:
    return ", ".join(_name(row, names) for row in rows)


def _place_faults(ranks: Ranks, names: Sequence[str]) -> list[Contradiction]:
    """Ranks that leave no room for each other: after k provinces at rank r the next rank is at least r + k."""
    rows, ordered = _ranked(ranks)
    tied = [rows[ordered == rank] for rank in np.unique(ordered)]
    found = []
    for group, following in pairwise(tied):
        rank, other = int(ranks[group[0]]), int(ranks[following[0]])
        if other < rank + len(group):
            message = _(
                "{first} cùng hạng {rank} nên hạng tiếp theo phải từ {next} trở đi, nhưng {second} xếp hạng {other}. "
                "Hãy kiểm tra lại thứ hạng."
            ).format(
                first=_names(group, names),
                rank=rank,
                next=rank + len(group),
                second=_name(following[0], names),
                other=other,
            )
            found.append(Contradiction((*map(int, group), int(following[0])), message))
    if tied and int(ranks[tied[-1][0]]) + len(tied[-1]) > len(ranks) + 1:
        message = _("{first} cùng hạng {rank}, vượt quá {count} tỉnh. Hãy kiểm tra lại thứ hạng.").format(
            first=_names(tied[-1], names), rank=int(ranks[tied[-1][0]]), count=len(ranks)
        )
        found.append(Contradiction(tuple(map(int, tied[-1])), message))
    return found


def _order_faults(ranks: Ranks, scores: Points, names: Sequence[str]) -> list[Contradiction]:
    """Published scores against published ranks: a better rank has a higher score, the same rank the same."""
    rows, _ordered = _ranked(ranks)
    rows = rows[~np.isnan(scores[rows])]
    better, worse = rows[:-1], rows[1:]
    tied = ranks[better] == ranks[worse]
    wrong = np.where(tied, scores[better] != scores[worse], scores[better] <= scores[worse])
    found = []
    for i in np.flatnonzero(wrong):
        text = (
            _("{first} và {second} cùng hạng {rank} nhưng điểm khác nhau ({a} và {b}). Hãy kiểm tra lại.")
            if tied[i]
            else _(
                "{first} xếp hạng {rank}, trên {second} (hạng {other}), nhưng điểm {a} không cao hơn điểm {b}. "
                "Hãy kiểm tra lại thứ hạng và điểm."
            )
        )
        message = text.format(
            first=_name(better[i], names),
            second=_name(worse[i], names),
            rank=int(ranks[better[i]]),
            other=int(ranks[worse[i]]),
            a=_shown(scores[int(better[i])]),
            b=_shown(scores[int(worse[i])]),
        )
        found.append(Contradiction((int(better[i]), int(worse[i])), message))
    return found


def _minimum_faults(scores: Points, facts: YearFacts, names: Sequence[str]) -> list[Contradiction]:
    if facts.minimum_at_least is None:
        return []
    return [
        Contradiction(
            (int(row),),
            _("{name} có điểm {score}, thấp hơn mức thấp nhất đã công bố là {least}. Hãy kiểm tra lại.").format(
                name=_name(row, names), score=_shown(scores[row]), least=_shown(facts.minimum_at_least)
            ),
        )
        for row in np.flatnonzero(scores < facts.minimum_at_least)
    ]


def _mean_line_faults(ranks: Ranks, scores: Points, facts: YearFacts, names: Sequence[str]) -> list[Contradiction]:
    if facts.mean is None or facts.units_above_mean is None:
        return []
    above = (ranks > 0) & (ranks <= facts.units_above_mean)
    below = ranks > facts.units_above_mean
    wrong = (above & (scores < facts.mean - _HALF_PUBLISHED_STEP)) | (
        below & (scores > facts.mean + _HALF_PUBLISHED_STEP)
    )
    found = []
    for row in np.flatnonzero(wrong):
        expected = _("từ {mean} trở lên") if above[row] else _("không quá {mean}")
        message = _(
            "{name} xếp hạng {rank}, có điểm {score}. Đã công bố có {count} tỉnh trên trung bình {mean}, nên tỉnh ở hạng này "
            "phải có điểm {expected}. Hãy kiểm tra lại thứ hạng và điểm của tỉnh."
        ).format(
            name=_name(row, names),
            rank=int(ranks[row]),
            score=_shown(scores[row]),
            count=facts.units_above_mean,
            mean=_shown(facts.mean),
            expected=expected.format(mean=_shown(facts.mean)),
        )
        found.append(Contradiction((int(row),), message))
    places = _places(ranks, scores)
    across = np.flatnonzero(
        (places.first < facts.units_above_mean) & (places.last >= facts.units_above_mean) & (places.own == places.first)
    )
    for i in across:
        tied = places.rows[places.first == places.first[i]]
        message = _(
            "{first} và {second} cùng hạng {rank} nên bằng điểm nhau. Đã công bố có {count} tỉnh trên trung bình, nên tỉnh ở vị "
            "trí {count} phải trên trung bình còn tỉnh ở vị trí {next} thì không, tức là hai tỉnh này không thể bằng điểm. Hãy "
            "kiểm tra lại thứ hạng của hai tỉnh."
        ).format(
            first=_name(tied[0], names),
            second=_name(tied[1], names),
            rank=int(places.first[i]) + 1,
            count=facts.units_above_mean,
            next=facts.units_above_mean + 1,
        )
        found.append(Contradiction((int(tied[0]), int(tied[1])), message))
    return found


def _mean_faults(ranks: Ranks, scores: Points, facts: YearFacts) -> list[Contradiction]:
    if facts.mean is None or not facts.units:
        return []
    low, high = (float(bound.mean()) for bound in _place_bounds(_places(ranks, scores), facts))
    if low - _HALF_PUBLISHED_STEP <= facts.mean <= high + _HALF_PUBLISHED_STEP:
        return []
    wrong = _("quá cao") if facts.mean < low else _("quá thấp")
    message = _(
        "Trung bình đã công bố của {count} tỉnh là {mean}, nhưng với các thứ hạng và điểm đang có thì trung bình phải nằm trong "
        "khoảng {low} đến {high}, dù những điểm chưa biết là bao nhiêu. Như vậy có điểm {wrong}, hoặc có thứ hạng sai; hãy đối "
        "chiếu lại các điểm và thứ hạng của năm này với bảng công bố."
    ).format(count=facts.units, mean=_shown(facts.mean), low=_shown(low), high=_shown(high), wrong=wrong)
    return [Contradiction((), message)]


def contradictions(
    ranks: Ranks, scores: Points, year_facts: YearFacts, names: Sequence[str] = ()
) -> tuple[Contradiction, ...]:
    """Published facts of a year that cannot all hold; empty when they can.

    ranks: (units,) published ranks, 0 where not public. scores: (units,) whole grid steps, NaN where not public.
    names: of the provinces, for the sentences. Raises ValueError when the arrays do not have one entry a province.
    Source: form of the ministry's 2022 table (ties share a rank, the ranks after it are left out).
    """
    if ranks.shape != (year_facts.units,) or scores.shape != (year_facts.units,):
        raise ValueError(
            _("Cần đúng {units} thứ hạng và {units} điểm, mỗi tỉnh một ô; nhận được {ranks} và {scores}.").format(
                units=year_facts.units, ranks=len(ranks), scores=len(scores)
            )
        )
    if found := _range_faults(ranks, scores, names):
        return tuple(found)
    places = _place_faults(ranks, names)
    found = [*places, *_order_faults(ranks, scores, names), *_minimum_faults(scores, year_facts, names)]
    # Which side of the mean a province stands on can be said of ranks that leave room for each other.
    if not places:
        found += _mean_line_faults(ranks, scores, year_facts, names)
    return tuple(found or _mean_faults(ranks, scores, year_facts))


def _checked_places(
    ranks: Ranks, scores: Points, facts: YearFacts, names: Sequence[str]
) -> tuple[_Places, Points, Points]:
    found = contradictions(ranks, scores, facts, names)
    if found:
        raise ContradictionError(found)
    places = _places(ranks, scores)
    return places, *_place_bounds(places, facts)


def _province_bounds(places: _Places, low: Points, high: Points, ranks: Ranks, scores: Points) -> ScoreBounds:
    own_low, own_high = np.empty(len(ranks)), np.empty(len(ranks))
    own_low[places.rows], own_high[places.rows] = low[places.own], high[places.own]
    unranked = ranks == 0
    free = places.free
    if len(free):
        own_low[unranked], own_high[unranked] = low[free[-1]], high[free[0]]
    public = ~np.isnan(scores)
    own_low[public], own_high[public] = scores[public], scores[public]
    origin = np.where(public, BoundOrigin.PUBLISHED, np.where(unranked, BoundOrigin.UNRANKED, BoundOrigin.RANKED))
    return ScoreBounds(own_low, own_high, origin.astype(np.int64))


def score_bounds(ranks: Ranks, scores: Points, year_facts: YearFacts, names: Sequence[str] = ()) -> ScoreBounds:
    """Between which scores each province of a year lies.

    ranks: (units,) published ranks, 0 where not public. scores: (units,) whole grid steps, NaN where not public.
    A published score is exact, and so is that of a province with the same rank. Others lie between the nearest
    published scores above and below in rank, at or above the mean for as many ranks as are above it and at or below
    it after them, at or above the published minimum, in [0, 1]. A province without a rank takes one of the ranks
    that are left: its bounds span them. Raises ContradictionError naming the provinces when published facts
    contradict each other, ValueError when the arrays do not have one entry a province.
    Source: competition ranks of the ministry's 2022 table; published means, counts and minima of each year.
    """
    places, low, high = _checked_places(ranks, scores, year_facts, names)
    return _province_bounds(places, low, high, ranks, scores)


def place_bounds(
    ranks: Ranks, scores: Points, year_facts: YearFacts, names: Sequence[str] = (), place: int = TOP
) -> tuple[float, float]:
    """Between which scores the one on a place lies, whoever holds it (the 15th highest score for place 15).

    Arguments and errors as of `score_bounds`; IndexError for a place that the year does not have.
    """
    _places_found, low, high = _checked_places(ranks, scores, year_facts, names)
    if not 1 <= place <= len(low):
        raise IndexError(_("Không có vị trí {place}; chỉ có từ 1 đến {count}.").format(place=place, count=len(low)))
    return float(low[place - 1]), float(high[place - 1])


def rank_bounds(ranks: Ranks) -> tuple[Ranks, Ranks]:
    """Best and worst rank that each province may have: (units,) each, its own where it is published.

    ranks: (units,) published ranks, 0 where not public. A province without one takes one of the places that are left.
    Source: competition ranks of the ministry's 2022 table (a tie takes as many places as it has provinces).
    """
    places = _places(ranks, np.full(len(ranks), np.nan))
    best, worst = ranks.copy(), ranks.copy()
    if len(places.free):
        unranked = ranks == 0
        best[unranked], worst[unranked] = places.free[0] + 1, places.free[-1] + 1
    return best, worst


def free_places(ranks: Ranks, scores: Points, year_facts: YearFacts, names: Sequence[str] = ()) -> NDArray[np.intp]:
    """Places, from 1 and ascending, that no published rank gives to anybody: those without a rank share them.

    After k provinces at rank r the places r to r + k - 1 are taken. Arguments and errors as of `score_bounds`.
    """
    found, _low, _high = _checked_places(ranks, scores, year_facts, names)
    return found.free + 1


def distance_to_rank(
    ranks: Ranks, scores: Points, year_facts: YearFacts, names: Sequence[str] = (), place: int = TOP
) -> tuple[Points, Points]:
    """How far each province is from the score on a place: (units,) bounds of that score minus its own.

    Positive is missing, negative is a lead, in whole grid steps. A province that is ranked below the place has no
    lead, one above it misses nothing, one that holds the place is at 0. Arguments and errors as of `place_bounds`.
    """
    goal_low, goal_high = place_bounds(ranks, scores, year_facts, names, place)
    places, low, high = _checked_places(ranks, scores, year_facts, names)
    own = _province_bounds(places, low, high, ranks, scores)
    missing_low, missing_high = goal_low - own.high, goal_high - own.low
    above, below = np.zeros(len(ranks), bool), np.zeros(len(ranks), bool)
    above[places.rows] = places.first <= place - 1
    below[places.rows] = places.last >= place - 1
    missing_high[above] = np.minimum(missing_high[above], 0)
    missing_low[below] = np.maximum(missing_low[below], 0)
    return np.minimum(missing_low, missing_high), missing_high


def contradicts_total(indices: Points, totals: Points) -> NDArray[np.bool_]:
    """(units,) whether the published total differs from the weighted main indices by more than 0.0001.

    indices: (units, 8) in the order of INDEX_WEIGHTS, totals: (units,), whole grid steps. False where one of them is
    not public. The sum is exact in integers. Source: Quyết định số 922/QĐ-BTTTT; the published total is points / 1000,
    in four decimals.
    """
    weighted = indices @ np.array(list(INDEX_WEIGHTS.values()), float)
    return np.abs(weighted - _WHOLE * totals) > _WHOLE * _TOTAL_TOLERANCE
