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
            "department": LevelTuning(quality=0.79, spread=0.05, yearly_gain=0.045),
            "district": LevelTuning(quality=0.77, spread=0.055, yearly_gain=0.045),
            "commune": LevelTuning(quality=0.74, spread=0.09, yearly_gain=0.045),
        }
    )
    district_share: float = 0.5
    """How much of a commune's quality comes from its district, so that areas differ too."""
    ease: Mapping[str, float] = field(
        default_factory=lambda: {
            "procedures_full_process": 0.30,
            "procedures_integrated": 0.32,
            "leaders_ioc": 0.28,
            "ocop_on_floor": 0.28,
            "adults_smartphone": 0.25,
            "adults_eid": 0.25,
            "dossiers_online": 0.20,
            "officials_trained": 0.20,
            "population_ehr": 0.32,
            "households_smartphone": 0.20,
            "households_fibre": 0.27,
            "adults_service_account": 0.15,
            "reports_on_time": 0.20,
            "computers_protected": 0.18,
            "officials_security_informed": 0.18,
            "pensioners_cashless": 0.20,
            "smes_regular": 0.15,
            "smes_vn_domain": 0.20,
            "payment_dossiers_online": 0.12,
            "farm_households_on_floor": 0.15,
            "telecom_bills_cashless": 0.30,
            "mobile_speed": 0.60,
            "results_digitised": 0.12,
            "payment_value_online": 0.10,
            "fee_procedures_online": 0.15,
            "systems_level_approved": 0.10,
            "population15_account": 0.12,
        }
    )
    """What the province already did well when the plan was made (facts of 2022 and 2023: services, fibre,
    smartphones, IOC), so that its targets stand where a reader expects them; by the fact of the numerator."""
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
    claimed_too_high: float = 0.14
    """Share of the criteria of a usual unit of which appraisal leaves less than was claimed."""
    claiming_spread: float = 0.5
    """How far units, and criteria, differ in it (standard deviation of its logarithm)."""
    evidence_fails: float = 0.35
    """Share of these of which nothing is left."""
    left_by_appraisal: tuple[float, float] = (0.5, 0.95)
    """Least and most that is left of a figure otherwise."""


TUNING = Tuning()


def stream(tuning: Tuning, *names: str) -> np.random.Generator:
    """A generator of its own for each name: what one criterion draws never shifts what another draws."""
    return np.random.default_rng([tuning.seed, *(zlib.crc32(name.encode()) for name in names)])
