"""How large the invented facts of a unit are: people, offices, dossiers. All of it is invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from criteria.model import Level
from data.demo.tuning import Array, Tuning, stream
from data.reference import ReferenceUnit

Basis = Literal["people", "farmers", "officials", "fixed"]

_PEOPLE = {"Phường": 15_000, "Thị trấn": 17_000, "Xã": 10_000}
_PEOPLE_WITHOUT_COMMUNES = 9_000
_PEOPLE_PROVINCE = 1_150_000
_OFFICIALS: Mapping[Level, int] = {"province": 3_000, "department": 80, "district": 140, "commune": 22}
_URBAN = ("Phường", "Thành phố")
_URBAN_FARMERS = 0.05


@dataclass(frozen=True)
class Size:
    """A fact's size: so much per inhabitant, per official, or simply so much; by level where levels differ."""

    basis: Basis
    rate: float | Mapping[Level, float]
    jitter: float = 0.15

    def at(self, level: Level) -> float:
        """The rate at a level; a level that is not listed takes the first one listed."""
        if isinstance(self.rate, Mapping):
            return self.rate.get(level, next(iter(self.rate.values())))
        return self.rate


def _office(department: float, district: float, commune: float) -> Size:
    return Size("fixed", {"department": department, "district": district, "commune": commune}, 0.3)


def _services(department: float, district: float, commune: float) -> Size:
    """Facts about dossiers: by the size of a department's office, by the people of an area."""
    return Size("people", {"district": district, "commune": commune, "department": department}, 0.25)


SIZES: Mapping[str, Size] = {
    "population": Size("people", 1.0, 0),
    "population15": Size("people", 0.77, 0.01),
    "adults": Size("people", 0.72, 0.01),
    "households": Size("people", 0.27, 0.02),
    "farm_households": Size("farmers", 0.07),
    "smes": Size("people", 0.012, 0.25),
    "merchants": Size("people", 0.006, 0.2),
    "pensioners": Size("people", 0.03, 0.1),
    "water_bills": Size("people", 2.2, 0.1),
    "schools": Size("people", 0.0002, 0.1),
    "ocop_eligible": Size("farmers", 0.0004, 0.3),
    "officials": Size("officials", 1.0, 0),
    "computers": Size("officials", 1.02, 0.04),
    "leaders": Size("officials", {"department": 0.14, "district": 0.1, "commune": 0.15}, 0.1),
    "systems": _office(6, 5, 2),
    "portals": _office(2, 3, 1),
    "procedures_eligible": _office(45, 110, 55),
    "fee_procedures": _office(18, 40, 14),
    "reports_received": _office(25, 240, 35),
    "dossiers": _services(4_000, 0.09, 0.22),
    "results_due": _services(3_600, 0.08, 0.2),
    "users_online": _services(2_600, 0.05, 0.12),
    "payment_dossiers": _services(1_200, 0.03, 0.06),
    "payment_value": _services(2_400, 0.05, 0.03),
    "dossiers_individual": _services(2_800, 0.07, 0.2),
    "dossiers_reusable": _services(1_500, 0.03, 0.06),
    "dossiers_settled": _services(3_700, 0.085, 0.21),
    "online_dossiers_settled": _services(2_400, 0.05, 0.12),
    "receipts": _services(1_400, 0.04, 0.08),
    "schools_all": Size("people", 0.0004, 0.1),
    "schools_public": Size("people", 0.00035, 0.1),
    "sellers_pos_due": Size("people", 0.0008, 0.2),
    "hamlets": Size("people", 0.0006, 0.15),
    "team_members": Size("people", 0.004, 0.2),
    "outgoing_documents": Size("officials", 55, 0.2),
    "records": Size("officials", 9, 0.2),
    "invoices_received": Size("officials", 6, 0.2),
    "part_time_staff": _office(4, 10, 14),
    "local_collections": _office(4, 20, 9),
    "dx_budget": Size("fixed", {"department": 2_500, "district": 6_000, "commune": 300, "province": 450_000}, 0.3),
    "grdp": Size("fixed", 390_000_000),
    "telecom_bills": Size("people", 5.0),
    "institutions": Size("fixed", 24),
    "devices": _office(14, 30, 4),
    "databases_owned": _office(5, 5, 2),
    "data_feeds_required": _office(12, 12, 6),
    "systems_to_share": _office(6, 5, 2),
    "public_platforms": _office(3, 3, 2),
    "contracts_signed": _office(22, 40, 6),
    "it_projects": _office(6, 6, 3),
    "dx_projects": _office(6, 9, 3),
    "services_internet": _office(4, 10, 2),
    "sites": _office(3, 3, 1),
    "subunits": _office(9, 12, 4),
    "units_under": _office(8, 45, 4),
    "offices": _office(8, 13, 4),
    "payment_points": _office(6, 12, 3),
    "specialists": _office(4, 6, 2),
    "security_staff": _office(3, 5, 1),
    "training_seats_assigned": _office(18, 40, 8),
    "periodic_reports_due": _office(16, 16, 12),
    "conclusions_due": _office(30, 40, 12),
    "directive_tasks_due": _office(180, 220, 40),
    "tasks_assigned": _office(16, 28, 10),
}
_UNKNOWN_OWN: Mapping[Level, float] = {"department": 40, "district": 60, "commune": 25, "province": 120}
_UNKNOWN_AREA: Mapping[Level, float] = {"district": 0.004, "commune": 0.004, "province": 0.00002}


@dataclass(frozen=True)
class UnitSizes:
    """People, farmers and officials of the units of one level, one figure per unit."""

    people: Array
    farmers: Array
    officials: Array


def _lognormal(rng: np.random.Generator, median: float, spread: float, count: int) -> Array:
    return median * np.exp(rng.normal(0.0, spread, count))


def commune_people(tuning: Tuning, communes: Sequence[ReferenceUnit]) -> dict[str, float]:
    """Invented inhabitants by commune code."""
    draws = np.exp(stream(tuning, "people").normal(0.0, 0.32, len(communes)))
    return {unit.code: float(round(_PEOPLE[unit.type_vi] * draw)) for unit, draw in zip(communes, draws, strict=True)}


def _people(unit: ReferenceUnit, by_commune: Mapping[str, float], communes: Sequence[ReferenceUnit]) -> float:
    match unit.level:
        case "commune":
            return by_commune[unit.code]
        case "district":
            inside = sum(by_commune[c.code] for c in communes if c.parent_code == unit.code)
            return inside or _PEOPLE_WITHOUT_COMMUNES
        case "province":
            return _PEOPLE_PROVINCE
        case _:
            return 0.0


def unit_sizes(
    tuning: Tuning, level: Level, units: Sequence[ReferenceUnit], communes: Sequence[ReferenceUnit]
) -> UnitSizes:
    """Sizes of the units of one level; a district has the people of its communes."""
    by_commune = commune_people(tuning, communes)
    people = np.array([_people(unit, by_commune, communes) for unit in units])
    urban = np.array([unit.type_vi in _URBAN for unit in units])
    spread = 0.45 if level == "department" else 0.15
    officials = _lognormal(stream(tuning, level, "officials"), _OFFICIALS[level], spread, len(units))
    return UnitSizes(people, people * np.where(urban, _URBAN_FARMERS, 1.0), officials)


def fact_size(tuning: Tuning, level: Level, fact: str, sizes: UnitSizes, *, area: bool) -> Array:
    """Yearly figure of a base fact for each unit, at least 1."""
    known = SIZES.get(fact)
    size = known or (Size("people", _UNKNOWN_AREA) if area else Size("fixed", _UNKNOWN_OWN, 0.3))
    rng = stream(tuning, level, "size", fact)
    draws = np.exp(rng.normal(0.0, 1.0, len(sizes.people)) * size.jitter)
    basis = {
        "people": np.where(sizes.people > 0, sizes.people, sizes.officials / _OFFICIALS["department"]),
        "farmers": sizes.farmers,
        "officials": sizes.officials,
        "fixed": np.ones_like(sizes.people),
    }[size.basis]
    # A fact nobody has sized gets a size of its own, so that not every criterion counts about the same.
    scale = 1.0 if known else float(np.exp(stream(tuning, "scale", fact).normal(0.0, 0.4)))
    return np.maximum(np.rint(basis * size.at(level) * draws * scale), 1.0)
