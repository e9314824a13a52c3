"""The published results that the tests rest on, and small histories made by hand."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from scoring.outlook.history import History, YearResults
from scoring.outlook.tables import read_history

FOLDER = Path(__file__).parent
PUBLISHED, NATIONAL = FOLDER / "published.csv", FOLDER / "national.csv"
OURS = "Bà Rịa - Vũng Tàu"


@cache
def published_history() -> History:
    """Ranks and totals of 63 provinces, 2020 to 2023, as far as they are public (published.csv, national.csv)."""
    return read_history(PUBLISHED.read_bytes(), "published.csv", NATIONAL.read_bytes(), "national.csv")


def names(count: int) -> tuple[str, ...]:
    """So many names in their order."""
    return tuple(f"Tỉnh {i + 1:03}" for i in range(count))


def results(
    year: int,
    ranks: Sequence[int],
    scores: Sequence[float | None],
    mean: float | None = None,
    minimum: float | None = None,
    above: int | None = None,
) -> YearResults:
    """One year; 0 for a rank and None for a score that is not public."""
    return YearResults(
        year, np.array(ranks), np.array([np.nan if s is None else s for s in scores], float), mean, minimum, above
    )


def history(*years: YearResults) -> History:
    """A history of as many provinces as the years have."""
    return History(names(len(years[0].ranks)), years)
