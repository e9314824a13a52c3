"""Published national results, year by year, as arrays over the provinces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from language import _, sort_key

Scores = NDArray[np.float64]


def _order(province: str) -> tuple[object, str]:
    return sort_key(province), province


class Contradiction(ValueError):
    """Two published facts of one year that cannot both hold.

    year, province: where the fault can be pointed at; province is None when it is a fact of the year as a whole.
    column: rank, dti, mean, minimum_at_least or units_above_mean.
    """

    def __init__(self, year: int, province: str | None, column: str, message: str) -> None:
        super().__init__(_("Năm {year}: {message}").format(year=year, message=message))
        self.year, self.province, self.column, self.message = year, province, column, message


@dataclass(frozen=True, eq=False)
class YearResults:
    """What is public of one year.

    ranks: (provinces,) 0 where not public. scores: (provinces,) totals from 0 to 1, NaN where not public.
    mean, minimum_at_least, units_above_mean: facts over all provinces, None where not public.
    """

    year: int
    ranks: NDArray[np.int64]
    scores: Scores
    mean: float | None = None
    minimum_at_least: float | None = None
    units_above_mean: int | None = None


@dataclass(frozen=True, eq=False)
class History:
    """Published results of the same provinces over the years, earliest first.

    Provinces stand in the order of their names, so that no draw depends on the order of rows or on a later year.
    unnamed: further provinces at the end of every array of which nothing is public, not even the name; they take part
    in every draw.
    """

    provinces: tuple[str, ...]
    years: tuple[YearResults, ...]
    unnamed: int = 0

    def __post_init__(self) -> None:
        numbers = [results.year for results in self.years]
        if numbers != sorted(set(numbers)):
            raise ValueError(f"years {numbers} must rise, each once")
        if list(self.provinces) != sorted(set(self.provinces), key=_order):
            raise ValueError("provinces must stand in the order of their names, each once; use History.of")
        for results in self.years:
            if results.ranks.shape != (self.count,) or results.scores.shape != (self.count,):
                raise ValueError(f"year {results.year}: one rank and one score a province are expected")

    @property
    def count(self) -> int:
        """Number of provinces, with or without a name."""
        return len(self.provinces) + self.unnamed

    @classmethod
    def of(cls, provinces: Sequence[str], years: Sequence[YearResults], unnamed: int = 0) -> "History":
        """The same results with provinces and years in order, whatever order they are given in; unnamed ones last."""
        named = sorted(range(len(provinces)), key=lambda i: _order(provinces[i]))
        order = [*named, *range(len(provinces), len(provinces) + unnamed)]
        kept = [
            YearResults(y.year, y.ranks[order], y.scores[order], y.mean, y.minimum_at_least, y.units_above_mean)
            for y in sorted(years, key=lambda y: y.year)
        ]
        return cls(tuple(provinces[i] for i in named), tuple(kept), unnamed)

    def up_to(self, year: int) -> "History":
        """The history as it stood when the results of that year were the last."""
        return History(self.provinces, tuple(results for results in self.years if results.year <= year), self.unnamed)

    def year(self, year: int) -> YearResults:
        """Results of one year. Raises KeyError when nothing of it is public."""
        for results in self.years:
            if results.year == year:
                return results
        raise KeyError(year)

    def index(self, province: str) -> int:
        """Place of a province in every array. Raises KeyError for a name that is not in the history."""
        try:
            return self.provinces.index(province)
        except ValueError:
            raise KeyError(province) from None
