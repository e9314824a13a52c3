"""Reference tables that come with the product: units in time. Form and meaning: README.md in this folder."""

import csv
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

from criteria.model import Level
from language import _

FOLDER = Path(__file__).parent
_GRID_DECIMALS = 9

_LEVELS: dict[str, Level] = {level: level for level in get_args(Level)}
_ENGLISH_TYPES = {
    "Tỉnh": "Province",
    "Thành phố": "City",
    "Thị xã": "Town",
    "Huyện": "District",
    "Phường": "Ward",
    "Thị trấn": "Township",
    "Xã": "Commune",
}


@dataclass(frozen=True)
class ReferenceUnit:
    """A row of the unit tables. `valid_to` is the last day on which the row holds, None when no end is known."""

    code: str
    valid_from: dt.date
    valid_to: dt.date | None
    level: Level
    type_vi: str
    name_vi: str
    name_en: str
    parent_code: str | None
    has_public_services: bool
    attested: str
    source: str


@dataclass(frozen=True)
class ReferenceSuccession:
    """A row of the table of successions: one unit became another, or a part of it, on a day."""

    date: dt.date
    kind: str
    from_code: str
    from_valid_from: dt.date
    to_code: str
    to_valid_from: dt.date
    source: str


@dataclass(frozen=True)
class ReferenceTotal:
    """A published result of the internal index without its inputs; points in grid steps (1e-9), on the scale of 100.

    Without a level it is the mean of the three levels, without a unit the mean of the level.
    """

    year: int
    level: Level | None
    unit_code: str | None
    unit_valid_from: dt.date | None
    total: int
    change: int | None
    rank: int | None
    source: str


def english_name(type_vi: str, name_vi: str) -> str:
    """English name of an administrative unit by rule: Phường 1 is Ward 1, Xã Long Sơn is Long Sơn Commune.

    Raises KeyError for a type that is not one of the state's administrative divisions.
    """
    own, kind = name_vi.removeprefix(type_vi).strip(), _ENGLISH_TYPES[type_vi]
    return f"{kind} {own}" if own.isdigit() else f"{own} {kind}"


def rows_of(name: str) -> list[dict[str, str]]:
    """Rows of a table in this folder, as texts."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _division(row: dict[str, str]) -> ReferenceUnit:
    return ReferenceUnit(
        code=row["code"],
        valid_from=dt.date.fromisoformat(row["valid_from"]),
        valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        level=_LEVELS[row["level"]],
        type_vi=row["type_vi"],
        name_vi=row["name_vi"],
        name_en=english_name(row["type_vi"], row["name_vi"]),
        parent_code=row["parent_code"] or None,
        has_public_services=True,
        attested="attested",
        source=row["source"],
    )


def _department(row: dict[str, str]) -> ReferenceUnit:
    return ReferenceUnit(
        code=row["code"],
        valid_from=dt.date.fromisoformat(row["valid_from"]),
        valid_to=None,
        level="department",
        type_vi=row["type_vi"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        parent_code="77",
        has_public_services=row["has_public_services"] == "yes",
        attested=row["attested"],
        source=row["source"],
    )


@cache
def unit_history() -> tuple[ReferenceUnit, ...]:
    """The province, its departments, districts and communes of all times, in the order of the tables."""
    return (*map(_division, rows_of("units.csv")), *map(_department, rows_of("departments.csv")))


@cache
def reference_units(day: dt.date = dt.date(2024, 12, 31)) -> tuple[ReferenceUnit, ...]:
    """The province, its departments, districts and communes that are valid on a day, in the order of the tables."""
    return tuple(
        unit for unit in unit_history() if unit.valid_from <= day and (unit.valid_to is None or day <= unit.valid_to)
    )


@cache
def unit_successions() -> tuple[ReferenceSuccession, ...]:
    """Which unit became which, by date."""
    return tuple(
        ReferenceSuccession(
            dt.date.fromisoformat(row["date"]),
            row["kind"],
            row["from_code"],
            dt.date.fromisoformat(row["from_valid_from"]),
            row["to_code"],
            dt.date.fromisoformat(row["to_valid_from"]),
            row["source"],
        )
        for row in rows_of("unit_successions.csv")
    )


def grid_steps(text: str) -> int:
    """A decimal number as whole grid steps (1e-9), exactly.

    Raises ValueError for a number with more decimals than the grid has.
    """
    steps = Decimal(text).scaleb(_GRID_DECIMALS)
    if steps != int(steps):
        raise ValueError(
            _("{value} có hơn {decimals} chữ số thập phân; hãy ghi tối đa {decimals} chữ số.").format(
                value=text, decimals=_GRID_DECIMALS
            )
        )
    return int(steps)


def _total(row: dict[str, str]) -> ReferenceTotal:
    return ReferenceTotal(
        int(row["year"]),
        _LEVELS[row["level"]] if row["level"] else None,
        row["unit_code"] or None,
        dt.date.fromisoformat(row["unit_valid_from"]) if row["unit_valid_from"] else None,
        grid_steps(row["total"]),
        grid_steps(row["change"]) if row["change"] else None,
        int(row["rank"]) if row["rank"] else None,
        row["source"],
    )


@cache
def published_internal_totals() -> tuple[ReferenceTotal, ...]:
    """What is published of the internal index of earlier years."""
    return tuple(map(_total, rows_of("internal_totals.csv")))
