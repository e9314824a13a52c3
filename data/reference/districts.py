"""The tile map of the districts: one cell a unit, laid out by place. Form and meaning: README.md in this folder."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from data.reference import rows_of


@dataclass(frozen=True, slots=True)
class DistrictTile:
    """A district's cell: row 1 is in the north, column 1 in the west; it covers `span` columns from its own on."""

    row: int
    column: int
    span: int


@cache
def district_tiles() -> Mapping[tuple[str, dt.date], DistrictTile]:
    """Cells by the key of a unit, its code and the first day of its row."""
    return {
        (row["code"], dt.date.fromisoformat(row["valid_from"])): DistrictTile(
            int(row["tile_row"]), int(row["tile_column"]), int(row["tile_span"])
        )
        for row in rows_of("district_tiles.csv")
    }
