"""The one table of constants that shapes the demonstration data, and the numbers drawn from its seed."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from criteria.model import Level

Array = NDArray[np.float64]
MONTHS = 12


@dataclass(frozen=True)
class LevelTuning:
    """Distribution of the units of a level: mean and spread of quality at the end of `BASE_YEAR`."""

    quality: float
    spread: float
    yearly_gain: float


@dataclass(frozen=True)
class Tuning:
    """Everything that may be turned to make the demonstration totals believable."""

    seed: int = 968
    base_year: int = 2023
    levels: Mapping[Level, LevelTuning] = field(
        default_factory=lambda: {
            "province": LevelTuning(quality=0.80, spread=0.0, yearly_gain=0.04),
            "department": LevelTuning(quality=0.825, spread=0.05, yearly_gain=0.045),
            "district": LevelTuning(quality=0.835, spread=0.055, yearly_gain=0.045),
            "commune": LevelTuning(quality=0.803, spread=0.09, yearly_gain=0.045),
        }
    )
    district_share: float = 0.5
    """How much of a commune's quality comes from its district, so that areas differ too."""
    difficulty: float = 0.10
    noise: float = 0.09
    highest: float = 1.15
    lowest: float = 0.05
    late_cells: float = 0.02
    missing_at_year_end: Mapping[Level, int] = field(
        default_factory=lambda: {"province": 0, "department": 3, "district": 2, "commune": 6}
    )
    bonus_chance: float = 0.15
    penalty_chance: float = 0.05


TUNING = Tuning()


def stream(tuning: Tuning, *names: str) -> np.random.Generator:
    """A generator of its own for each name: what one criterion draws never shifts what another draws."""
    return np.random.default_rng([tuning.seed, *(zlib.crc32(name.encode()) for name in names)])
