"""Whether the demonstration totals on the packaged sets are believable, measured with the engine."""

from collections.abc import Mapping

import numpy as np
import pytest

from criteria import CriteriaSet, read_text
from criteria.model import Level
from data.demo import generate
from data.reference import reference_units
from data.seeding import packaged_sets
from scoring.compiled import compile_set
from scoring.engine import score
from scoring.grid import in_points
from scoring.inputs import Cell, read_cells

RANGES: Mapping[Level, tuple[float, float]] = {"department": (60, 97), "district": (65, 97), "commune": (50, 98)}


def _totals(year: int) -> dict[Level, list[float]]:
    sets: dict[Level, CriteriaSet] = {}
    for level, text in packaged_sets().items():
        found = read_text(text, level).criteria_set
        assert found is not None
        sets[level] = found
    rows = generate(sets, reference_units(), year, (12,))
    totals: dict[Level, list[float]] = {}
    for level in RANGES:
        units = [unit.code for unit in reference_units() if unit.level == level]
        cells = [
            Cell(row.unit.code, row.criterion, row.input_key, "n/a" if value is None else value)
            for row in rows
            if row.unit.level == level
            for value in [row.text if row.number is None else row.number]
        ]
        inputs, rejected = read_cells(compile_set(sets[level]), units, cells)
        assert rejected == ()
        assert inputs is not None
        totals[level] = in_points(score(inputs).total).tolist()
    return totals


@pytest.fixture(scope="module")
def totals() -> dict[int, dict[Level, list[float]]]:
    """Totals at the end of both years, by level."""
    return {year: _totals(year) for year in (2023, 2024)}


def test_the_mean_of_the_levels_is_about_eighty(totals: dict[int, dict[Level, list[float]]]) -> None:
    means = {year: np.mean([np.mean(found) for found in levels.values()]) for year, levels in totals.items()}
    assert 77 < means[2023] < 83
    assert 2 < means[2024] - means[2023] < 5.5


@pytest.mark.parametrize("level", list(RANGES))
def test_units_spread_within_a_believable_range(totals: dict[int, dict[Level, list[float]]], level: Level) -> None:
    lowest, highest = RANGES[level]
    assert lowest < min(totals[2023][level]) < max(totals[2023][level]) < highest
    assert np.std(totals[2023][level]) > 3
