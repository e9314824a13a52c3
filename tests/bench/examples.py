"""The arrays that every measurement uses: random figures, not those of any unit."""

import numpy as np
from numpy.typing import NDArray

from criteria.model import CriteriaSet, Criterion, Group, Ratio, Text
from scoring.compiled import CompiledSet, compile_set

ROWS_AT_ONCE = 100_000
LARGEST_COUNT = 10_000


def ratio_set(criteria: int) -> CompiledSet:
    """A set of ratio criteria in one group, maxima from 0.5 to 1.5 points, full marks from 80 % to 100 %."""
    leaves = tuple(
        Criterion(
            code=f"T.{i + 1}",
            name=Text(vi=f"Tỷ lệ {i + 1}"),
            max_points=(50 + i) / 100,
            rule=Ratio(type="ratio", full_at=(80 + i % 21) / 100),
        )
        for i in range(criteria)
    )
    group = Group(code="T", name=Text(vi="Tỷ lệ"), criteria=leaves)
    return compile_set(CriteriaSet(id="bench", level="commune", year=2024, groups=(group,)))


def fractions(units: int, criteria: int) -> NDArray[np.float64]:
    """(units, criteria) random fractions from 0 to 1."""
    return np.random.default_rng(2024).random((units, criteria))


def inputs_a_b(units: int, criteria: int) -> NDArray[np.float64]:
    """(units, 2 x criteria) whole numbers a and b side by side, 0 <= a <= b, b from 1; drawn in blocks of units."""
    generator = np.random.default_rng(2024)
    values = np.empty((units, 2 * criteria))
    for start in range(0, units, ROWS_AT_ONCE):
        block = values[start : start + ROWS_AT_ONCE]
        block[:, 1::2] = generator.integers(1, LARGEST_COUNT, (len(block), criteria))
        block[:, 0::2] = np.floor(block[:, 1::2] * generator.random((len(block), criteria)))
    return values
