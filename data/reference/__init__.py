"""Reference tables that come with the product: units of 2024. Form and meaning: README.md in this folder."""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from criteria.model import Level

FOLDER = Path(__file__).parent

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


def english_name(type_vi: str, name_vi: str) -> str:
    """English name of an administrative unit by rule: Phường 1 is Ward 1, Xã Long Sơn is Long Sơn Commune.

    Raises KeyError for a type that is not one of the state's administrative divisions.
    """
    own, kind = name_vi.removeprefix(type_vi).strip(), _ENGLISH_TYPES[type_vi]
    return f"{kind} {own}" if own.isdigit() else f"{own} {kind}"


def _rows(name: str) -> list[dict[str, str]]:
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
def reference_units() -> tuple[ReferenceUnit, ...]:
    """The province, its departments, districts and communes, in the order of the tables."""
    return (*map(_division, _rows("units.csv")), *map(_department, _rows("departments.csv")))
